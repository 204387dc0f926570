/* A page of HTML as its reader stores it: elements, regions, runs, and the composed text. */

#pragma once

#include "page.h"

/* An open element. */
typedef struct {
    Name name;
    Part attributes;
    Py_ssize_t region, place; /* -1: none yet */
    int kind, main, article, footer, aside, whole;
} Opened;

typedef struct {
    Py_ssize_t place, chars, link_chars, links, prose, runs;
    int kind, main, article, footer, aside, asks;
} Region;

/* Text between two block boundaries, as a range of `texts`. */
typedef struct {
    size_t start, end;
    Py_ssize_t line, region;
    int heading, cell, exact, kept;
} Run;

typedef struct {
    Py_ssize_t start, end;   /* characters of the composed text */
    size_t heading, heading_end; /* range of `texts` */
} Section;

typedef struct {
    void *items;
    size_t count, room;
} List;

typedef struct {
    PyObject_HEAD
    PyObject *source, *rules; /* which hold all that is borrowed from them: */
    PyObject *flags, *asked, *meant, *as_note, *say_beside;
    Py_ssize_t depth, prose_chars, word_chars, fact_chars;
    PyObject *facts, *places;
    List regions, runs, sections;
    Bytes texts;
    /* The state of reading the page. */
    Opened *stack;
    size_t stack_room;
    Py_ssize_t open;       /* elements on the stack */
    uint16_t closing[256]; /* number of open elements by hash of their names */
    size_t run;            /* where the current run begins in `texts` */
    Py_ssize_t begin, end; /* its lines */
    int heading, in_link, cell, cells, ruby, goes_on, raised_by, raised_link, note_ended;
    Py_ssize_t exact, link_chars, raised; /* raised: bytes of the run before it, or -1 */
    PyObject *beside;
    /* The composed text. */
    Bytes text, line;
    Numbers lines, ends;
    Py_ssize_t size, section;
    size_t section_heading, section_heading_end;
} Reading;

/* Append the lines of a run to the text. */
int compose_run(Reading *reading, const Run *run);

/* End the current section of the text. */
int end_section(Reading *reading);

static inline PyObject *
text_of(Part part)
{
    return PyUnicode_FromStringAndSize((const char *)part.at, part.end - part.at);
}

static inline void *
added(List *list, size_t size)
{
    if (reserve(&list->items, &list->room, list->count + 1, size) < 0) {
        return NULL;
    }
    return (uint8_t *)list->items + size * list->count++;
}
