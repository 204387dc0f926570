/* The types of the module and the functions that it exports, for all files of the core.
 *
 * `_core.pyi` describes the exported functions and types for Python. Each file has one job:
 *
 *   module.c             the module itself
 *   files.c              read one small file; list the files of a folder
 *   encoded.c            find out whether a text may contain encoded data
 *   passages.c           a file's title, language and passages, with the next five
 *   split.c              a text to paragraphs, and paragraphs to passages
 *   long_blocks.c        cut passages that are too long
 *   byte_places.c        the byte offsets of characters, in any encoding
 *   title.c              titles
 *   language.c           languages
 *   common_words.c       the common words of each language in a text, and passages in another language than their document
 *   stem.c               English stems
 *   memory.c             growing memory, columns of numbers
 *   numbered_strings.c   numbered strings
 *   terms.c              texts to terms
 *   tokenizer.c          words and their signs
 *   asides.c             what marks put between words
 *   spans.c              texts of Python, the places of passages in them
 *   texts.c              the texts of passages
 *   fields.c             the fields of documents
 *   invert.c             occurrences to postings
 *   columns.c            the columns of a segment
 *   postings.c           posting lists, written and read
 *   dictionary.c         the blocks of the dictionaries, written and read
 *   segment_reader.c     an open segment's file: its blocks, groups and rows
 *   checksum.c           the checksums of blocks
 *   word_lists.c         the posting lists of a word, found and read
 *   cluster_streams.c    the streams of texts for a cluster
 *   inverter.c           the type that takes texts and gives columns
 *   merge.c              the columns of several segments to those of one; checking those of one
 *   matches.c            the objects of queries
 *   scoring.c            postings of an index to passages and scores
 *   combine.c            combine matches: all, any, without
 *   positions.c          phrases and nearness
 *   topk.c               the best matches
 *   highlight_words.c    find a query's words in a text
 *   patterns.c           find terms that match a pattern
 *   fragments.c          the parts of a text to show: fragments, window
 *   copies.c             texts that are copies of others
 *   page_reader.c        a page of HTML: its title, text and passages, with the next four
 *   markup.c             tags and the texts between them
 *   page_reading.c       tags and texts to regions
 *   page_regions.c       the regions that are kept
 *   page_composing.c     their text
 *   found_text.c         a text that the core has composed, with its passages
 *   mailbox.c            where the messages of a mailbox begin
 *   message.c            the usual message: its fields, text and lines
 *   table_rows.c         the rows of a table */

#pragma once

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* The types of the module. */
#define CORE_TYPES(X)                                                                                                  \
    X(languages) X(finder) X(inverter) X(table) X(postings) X(matches) X(page_reader) X(segment_reader)               \
    X(word_lists) X(foreign_marks) X(common_words) X(found_text)

#define CORE_TYPE(name) TYPE_##name,
enum { CORE_TYPES(CORE_TYPE) TYPE_COUNT };
#undef CORE_TYPE

#define CORE_TYPE(name) extern PyType_Spec core_##name##_spec;
CORE_TYPES(CORE_TYPE)
#undef CORE_TYPE

/* The description of a type: its name in Python, what an object is, further flags, and slots. */
#define CORE_SPEC(name, object, flags, slots)                                                                          \
    {"seedsearch.core._core." name, sizeof(object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | (flags), slots}

/* A function of the module that does what others do too, in a way of its own. */
#define CORE_ONE_WAY(name, does, way)                                                                                  \
    PyObject *core_##name(PyObject *module, PyObject *args)                                                            \
    {                                                                                                                  \
        return does(module, args, way);                                                                                \
    }

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A type that Python makes: how an object is made and let go of, and its methods. */
#define CORE_MADE_TYPE(spec, name, object, make, let_go, ...)                                                          \
    static PyMethodDef spec##_methods[] = {__VA_ARGS__, {NULL, NULL, 0, NULL}};                                        \
    static PyType_Slot spec##_slots[] = {                                                                              \
        {Py_tp_new, make}, {Py_tp_dealloc, let_go}, {Py_tp_methods, spec##_methods}, {0, NULL}};                       \
    PyType_Spec spec = CORE_SPEC(name, object, 0, spec##_slots);

#define CORE_METHOD(name, function, takes) {name, (PyCFunction)(void (*)(void))function, takes, NULL}

/* Return a type of the module, as a borrowed reference. */
PyTypeObject *core_type(PyObject *module, int type);

/* Return a new object, zeroed, or NULL with an error set; free one, once what it holds is let go of. */
void *core_new(PyTypeObject *type);
void core_free(void *self);

/* Make a value of named fields, as `Record.made_of` does. The values are given away, whatever happens; it fails if one is NULL. */
PyObject *core_made_of(PyTypeObject *kind, PyObject *names, PyObject *const *values);

/* The functions of the module, by the names that Python knows: those that take several arguments, or one. */
#define CORE_FUNCTIONS(X)                                                                                              \
    X(all_of) X(any_of) X(around) X(beside) X(best) X(best_of_all) X(best_of_any) X(best_of_word) X(boosted)           \
    X(check_postings) X(copies) X(decode_postings) X(dumped) X(everything) X(files_of) X(find_groups) X(find_word)     \
    X(find_words) X(fitting_lines) X(grouped) X(highest_of) X(mailbox) X(may_hold_runs) X(maybe) X(merge)              \
    X(narrowed) X(near) X(passage_table) X(passages) X(phrase) X(postings) X(ranked) X(rows) X(scored)                 \
    X(shapes_and_folds) X(snippet) X(spans_without) X(take_apart) X(terms_of) X(untested) X(unwrapped)                 \
    X(usual_message) X(with_documents) X(within) X(without) X(words_with)
#define CORE_FUNCTIONS_OF_ONE(X) X(stem)
#ifdef _WIN32
#define CORE_FUNCTIONS_OF_POSIX(X)
#else
#define CORE_FUNCTIONS_OF_POSIX(X) X(list_files) X(read_small)
#endif

#define CORE_FUNCTION(name) PyObject *core_##name(PyObject *module, PyObject *given);
CORE_FUNCTIONS(CORE_FUNCTION)
CORE_FUNCTIONS_OF_ONE(CORE_FUNCTION)
CORE_FUNCTIONS_OF_POSIX(CORE_FUNCTION)
#undef CORE_FUNCTION
