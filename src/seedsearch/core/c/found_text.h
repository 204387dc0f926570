/* A text that the core has composed of a file, with its passages: what message.c and page_reader.c find. */

#pragma once

#include "memory.h"
#include "plain_text.h"

typedef struct {
    PyObject_HEAD
    PyObject *finder, *language;
    Bytes text;
    Numbers lines, ends;  /* of the file, for each line of the text; `ends` is empty if they are the same */
    Range *passages;      /* their bytes are offsets in the text, their lines those of the file */
    PyObject **headings;  /* of each passage */
    PyObject **steps;     /* of each passage: see Passage in model.py */
    size_t count, room, headings_room, steps_room;
    int has_steps;        /* not all are "" */
} FoundText;

/* A section of the text, as a range of characters, with its heading. */
typedef struct {
    Py_ssize_t start, end;
    PyObject *heading;
} Headed;

/* Return a FoundText that takes over the text and its lines. They are valid UTF-8, and have `characters` characters.
 * `finder` is a Finder, `sections` are in order. Return NULL with an error set on failure. */
PyObject *found_text(PyObject *module, PyObject *finder, Bytes *text, Numbers *lines, Numbers *ends,
                     Py_ssize_t characters, const Headed *sections, size_t count);

/* Find the language and the passages of a FoundText. */
int find_in(FoundText *found, Py_ssize_t characters, const Headed *sections, size_t count);

/* Return the text, its PassageSpans, and their steps, for Python. */
PyObject *text_of_found(const FoundText *self);
PyObject *spans_of_found(const FoundText *self);
PyObject *steps_of_found(const FoundText *self);

/* Add a passage, which takes over its steps. */
int add_passage(FoundText *found, const Range *passage, PyObject *heading, PyObject *steps);
