/* What the files of the core share: the types of the module, and the functions that it exports.
 *
 * `_core.pyi` describes the exported functions and types for Python. Each file has one job:
 *
 *   module.c    the module itself
 *   files.c     reading one small file
 *   passages.c  a text's title, language and passages
 *   stem.c      English stems
 *   memory.c    memory that grows, columns of numbers
 *   strings.c   strings by number
 *   terms.c     texts to terms
 *   texts.c     the texts of passages
 *   invert.c    occurrences to postings
 *   columns.c   the columns of a segment
 *   postings.c  posting lists, written and read
 *   dictionary.c  the blocks of the dictionaries, written and read
 *   merge.c     the columns of several segments to those of one
 *   inverter.c  the type that does that from the strings on
 *   search.c    the columns of a segment in, the best passages out
 */

#ifndef SEEDSEARCH_CORE_H
#define SEEDSEARCH_CORE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* The types of the module, in the order of its table in module.c. */
enum { TYPE_FINDER, TYPE_INVERTER, TYPE_WORD, TYPE_KEYS, TYPE_COUNT };

extern PyType_Spec core_finder_spec, core_inverter_spec, core_word_spec, core_keys_spec;

/* A type of the module, borrowed. */
PyTypeObject *core_type(PyObject *module, int type);

PyObject *core_all_of(PyObject *module, PyObject *args);
PyObject *core_any_of(PyObject *module, PyObject *args);
PyObject *core_check_postings(PyObject *module, PyObject *args);
PyObject *core_decode_postings(PyObject *module, PyObject *args);
PyObject *core_keys(PyObject *module, PyObject *args);
PyObject *core_merge(PyObject *module, PyObject *args);
PyObject *core_passages(PyObject *module, PyObject *args);
PyObject *core_phrase(PyObject *module, PyObject *args);
#ifndef _WIN32
PyObject *core_read_small(PyObject *module, PyObject *args);
#endif
PyObject *core_stem(PyObject *module, PyObject *terms);
PyObject *core_word(PyObject *module, PyObject *args);

#endif
