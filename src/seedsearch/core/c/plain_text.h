/* What one pass over the bytes of a plain text file finds in it. */

#pragma once

#include "core.h"

/* A passage: its range in the text, in characters, and in its file, in bytes, and its first and last line. */
typedef struct {
    Py_ssize_t start, end, first_byte, end_byte, line, last_line;
} Range;

/* A plain text in UTF-8 with its passages. Its title is None if Python must find it. */
typedef struct {
    PyObject *title, *language;
    const uint8_t *file;
    Range *passages;
    size_t count;
} PlainText;

/* Find the title, the language and the passages of a file's bytes with a Finder. Return 1, 0 if Python must decode them
 * or may have to leave out encoded data, -1 with an error set. After 1, `free_plain_text` must follow. */
int find_in_plain_text(PyObject *finder, PyObject *data, PlainText *text);

void free_plain_text(PlainText *text);

/* Return a PassageSpan. */
PyObject *span_of(PyObject *finder, const Range *passage, Py_ssize_t page, PyObject *heading, PyObject *steps);

/* Return the PassageSpans of a plain text. */
PyObject *spans_of(PyObject *finder, const PlainText *text);

#define MOST_OWN_WORDS 8

typedef struct {
    const char *data;
    size_t size;
} OwnWord;

/* The most common words of a language, between spaces. */
typedef struct {
    OwnWord words[MOST_OWN_WORDS];
    Py_ssize_t count;
} OwnWords;

/* Read words from a tuple of bytes, which must live longer. */
int read_own_words(PyObject *given, OwnWords *words);

/* Return whether so many passages have none of the words of the text's language that `languages_in` of
 * passage_language.py would examine them. Without words it would not. The passages' bytes are offsets in `text`. */
int may_be_in_others(const uint8_t *text, const Range *passages, size_t count, const OwnWords *words);
