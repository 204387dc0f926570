/* What highlight_words.c finds in a text and fragments.c shows. */

#pragma once

#include "core.h"

typedef struct {
    size_t start, end;
} Range;

/* A range of a text, and the number of the query leaf that lights it. */
typedef struct {
    Range range;
    size_t leaf;
} Lit;

/* Where a text has a wanted word: its number among the wanted ones, its position, its characters. */
typedef struct {
    size_t number;
    Py_ssize_t position;
    Range range;
} FoundWord;

typedef struct {
    FoundWord *items;
    size_t count, room;
} FoundWords;

/* Find the words of a folded text, as `find_words` does. The caller frees the items. */
int find_words(PyObject *text, PyObject *wanted, FoundWords *found);
