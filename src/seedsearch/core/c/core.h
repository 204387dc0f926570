/* What the files of the core share: the types of the module, and the functions that it exports.
 *
 * `_core.pyi` describes the exported functions and types for Python. Each file has one job:
 *
 *   module.c    the module itself
 *   files.c     reading one small file
 *   passages.c  a file's title, language and passages, by the next five
 *   split.c     a text to its paragraphs, and these to passages
 *   cuts.c      passages that are too long
 *   places.c    the bytes of characters in any encoding
 *   title.c     titles
 *   language.c  languages
 *   stem.c      English stems
 *   memory.c    memory that grows, columns of numbers
 *   strings.c   strings by number
 *   terms.c     texts to terms
 *   texts.c     the texts of passages
 *   invert.c    occurrences to postings
 *   columns.c   the columns of a segment
 *   inverter.c  the type that does the last five
 *   search.c    the columns of a segment in, the best passages out
 */

#ifndef SEEDSEARCH_CORE_H
#define SEEDSEARCH_CORE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* The types of the module, in the order of its table in module.c. */
enum { TYPE_LANGUAGES, TYPE_FINDER, TYPE_INVERTER, TYPE_WORD, TYPE_KEYS, TYPE_COUNT };

extern PyType_Spec core_languages_spec, core_finder_spec, core_inverter_spec, core_word_spec, core_keys_spec;

/* A type of the module, borrowed. */
PyTypeObject *core_type(PyObject *module, int type);

PyObject *core_all_of(PyObject *module, PyObject *args);
PyObject *core_any_of(PyObject *module, PyObject *args);
PyObject *core_keys(PyObject *module, PyObject *args);
PyObject *core_phrase(PyObject *module, PyObject *args);
#ifndef _WIN32
PyObject *core_read_small(PyObject *module, PyObject *args);
#endif
PyObject *core_stem(PyObject *module, PyObject *terms);
PyObject *core_word(PyObject *module, PyObject *args);

#endif
