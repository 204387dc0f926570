/* The head and the lines of a message: mail.c. The usual message: message.c. */

#ifndef SEEDSEARCH_MAIL_H
#define SEEDSEARCH_MAIL_H

#include "memory.h"

/* A field of a head: its name, its value without white space at its ends, and its line, counted from 1. */
typedef struct {
    const uint8_t *name, *name_end, *at, *end;
    Py_ssize_t line;
} HeadField;

/* Take a field. Return -1 with an exception on failure. */
typedef int (*TakeField)(void *to, const HeadField *field);

/* Give `take` each field of the head that begins at `at`. Return where the body begins, or NULL with an exception. */
const uint8_t *read_head(const uint8_t *at, const uint8_t *end, TakeField take, void *to);

/* Return the value of a field, cut after `most` characters, with surrogates for bytes above 127. */
PyObject *value_of(const HeadField *field, Py_ssize_t most);

/* Add the first and last lines of each line of quoted-printable text that begins on line `number`. */
int note_lines(Numbers *lines, Numbers *ends, const uint8_t *at, const uint8_t *end, Py_ssize_t number);

#endif
