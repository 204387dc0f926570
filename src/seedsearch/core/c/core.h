/* The types of the module and the functions that it exports, for all files of the core.
 *
 * `_core.pyi` describes the exported functions and types for Python. Each file has one job:
 *
 *   module.c    the module itself
 *   files.c     read one small file; list the files of a folder
 *   encoded.c   find out whether a text may contain encoded data
 *   passages.c  a file's title, language and passages, with the next five
 *   split.c     a text to paragraphs, and paragraphs to passages
 *   cuts.c      cut passages that are too long
 *   places.c    the byte offsets of characters, in any encoding
 *   title.c     titles
 *   language.c  languages
 *   common_words.c  the common words of each language in a text
 *   foreign.c   passages that may be in another language than their document
 *   stem.c      English stems
 *   memory.c    growing memory, columns of numbers
 *   strings.c   numbered strings
 *   terms.c     texts to terms
 *   chain.c     words and their signs
 *   asides.c    what marks put between words
 *   spans.c     texts of Python, the places of passages in them
 *   texts.c     the texts of passages
 *   invert.c    occurrences to postings
 *   columns.c   the columns of a segment
 *   postings.c  posting lists, written and read
 *   dictionary.c  the blocks of the dictionaries, written and read
 *   segment_reader.c  an open segment's file: its blocks, groups and rows
 *   checksum.c  the checksums of blocks
 *   word_lists.c  the posting lists of a word, found and read
 *   inverter.c  the type that takes texts and gives columns
 *   merge.c     the columns of several segments to those of one; checking those of one
 *   matches.c   the objects of queries
 *   scoring.c   postings of an index to passages and scores
 *   combine.c   combine matches: all, any, without
 *   positions.c phrases and nearness
 *   topk.c      the best matches
 *   words.c     find a query's words in a text
 *   patterns.c  find terms that match a pattern
 *   fragments.c the parts of a text to show: fragments, window
 *   copies.c    texts that are copies of others
 *   page.c      the tags and texts of a page of HTML
 *   reading.c   tags and texts to regions
 *   composing.c the text of the regions that are kept
 *   mail.c      the fields of a message, the lines of quoted-printable text
 *   message.c   the usual message: its fields, text and lines
 *   table_rows.c  the rows of a table */

#ifndef SEEDSEARCH_CORE_H
#define SEEDSEARCH_CORE_H

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>

/* The types of the module, in the order of the table in module.c. */
enum {
    TYPE_LANGUAGES, TYPE_FINDER, TYPE_INVERTER, TYPE_TABLE, TYPE_POSTINGS, TYPE_MATCHES, TYPE_PAGE_READING,
    TYPE_SEGMENT_READER, TYPE_WORD_LISTS, TYPE_FOREIGN_MARKS, TYPE_COMMON_WORDS,
    TYPE_COUNT
};

extern PyType_Spec core_languages_spec, core_finder_spec, core_inverter_spec, core_table_spec, core_postings_spec,
    core_matches_spec, core_page_reading_spec, core_segment_reader_spec, core_word_lists_spec, core_foreign_marks_spec,
    core_common_words_spec;

/* Return a type of the module, as a borrowed reference. */
PyTypeObject *core_type(PyObject *module, int type);

PyObject *core_all_of(PyObject *module, PyObject *args);
PyObject *core_any_of(PyObject *module, PyObject *args);
PyObject *core_best(PyObject *module, PyObject *args);
PyObject *core_best_of_all(PyObject *module, PyObject *args);
PyObject *core_best_of_any(PyObject *module, PyObject *args);
PyObject *core_best_of_word(PyObject *module, PyObject *args);
PyObject *core_boosted(PyObject *module, PyObject *args);
PyObject *core_check_postings(PyObject *module, PyObject *args);
PyObject *core_copies(PyObject *module, PyObject *args);
PyObject *core_decode_postings(PyObject *module, PyObject *args);
PyObject *core_everything(PyObject *module, PyObject *args);
PyObject *core_find_groups(PyObject *module, PyObject *args);
PyObject *core_find_word(PyObject *module, PyObject *args);
PyObject *core_find_words(PyObject *module, PyObject *args);
PyObject *core_fitting_lines(PyObject *module, PyObject *args);
PyObject *core_grouped(PyObject *module, PyObject *args);
PyObject *core_highest_of(PyObject *module, PyObject *args);
PyObject *core_may_hold_runs(PyObject *module, PyObject *args);
PyObject *core_is_plain_utf_8(PyObject *module, PyObject *data);
PyObject *core_maybe(PyObject *module, PyObject *args);
PyObject *core_message_head(PyObject *module, PyObject *args);
PyObject *core_merge(PyObject *module, PyObject *args);
PyObject *core_narrowed(PyObject *module, PyObject *args);
PyObject *core_around(PyObject *module, PyObject *args);
PyObject *core_beside(PyObject *module, PyObject *args);
PyObject *core_near(PyObject *module, PyObject *args);
PyObject *core_passages(PyObject *module, PyObject *args);
PyObject *core_phrase(PyObject *module, PyObject *args);
PyObject *core_postings(PyObject *module, PyObject *args);
PyObject *core_spans_without(PyObject *module, PyObject *args);
PyObject *core_words_with(PyObject *module, PyObject *args);
PyObject *core_take_apart(PyObject *module, PyObject *args);
PyObject *core_ranked(PyObject *module, PyObject *args);
PyObject *core_rows(PyObject *module, PyObject *args);
#ifndef _WIN32
PyObject *core_list_files(PyObject *module, PyObject *args);
PyObject *core_read_small(PyObject *module, PyObject *args);
#endif
PyObject *core_scored(PyObject *module, PyObject *args);
PyObject *core_snippet(PyObject *module, PyObject *args);
PyObject *core_stem(PyObject *module, PyObject *terms);
PyObject *core_table(PyObject *module, PyObject *args);
PyObject *core_unwrapped(PyObject *module, PyObject *args);
PyObject *core_usual_message(PyObject *module, PyObject *args);
PyObject *core_untested(PyObject *module, PyObject *args);
PyObject *core_within(PyObject *module, PyObject *args);
PyObject *core_with_documents(PyObject *module, PyObject *args);
PyObject *core_without(PyObject *module, PyObject *args);

#endif
