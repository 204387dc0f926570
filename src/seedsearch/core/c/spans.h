/* Texts of Python, and the places of passages in them. */

#pragma once

#include "core.h"

#define SPAN_ITEMS 9 /* of `PassageSpan` in model.py */

/* A text with its size in bytes and in characters. Characters are not counted if the spans' bytes are offsets in
 * it. */
typedef struct {
    const uint8_t *bytes;
    size_t size, characters;
    int by_bytes;
} Text;

/* A place in a text, as the number of characters and of bytes before it. */
typedef struct {
    size_t character, byte;
} Offset;

/* Return the UTF-8 of a text, with lone surrogates; `owner` keeps it alive. */
const uint8_t *utf8_of(PyObject *text, Py_ssize_t *size, PyObject **owner);

/* Return the UTF-8 of a text, or NULL: without an error if the text has a lone surrogate. */
const uint8_t *plain_utf8_of(PyObject *text, Py_ssize_t *size);

/* Read a text of Python, str or UTF-8; `owner` keeps it alive. */
int read_text(PyObject *object, Text *text, PyObject **owner);

/* Find the beginning and end of a passage in a text. `start` may already be at the end of an earlier passage. */
int find_passage(const Text *text, PyObject *span, Offset *start, Offset *end);
