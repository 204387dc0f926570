/* What the files share that read a page of HTML: what a page holds, and what is made of it. */

#ifndef SEEDSEARCH_READING_H
#define SEEDSEARCH_READING_H

#include "page.h"

/* An element that has begun and not ended. */
typedef struct {
    Name name;
    Part attributes;
    Py_ssize_t region, place; /* -1: there is none yet */
    int kind, main, article, footer, aside, whole;
} Opened;

typedef struct {
    Py_ssize_t place, chars, link_chars, links, prose, runs;
    int kind, main, article, footer, aside, asks;
} Region;

/* Text between two ends of blocks: where it stands in `texts`. */
typedef struct {
    size_t start, end;
    Py_ssize_t line, region;
    int heading, cell, exact, kept;
} Run;

typedef struct {
    Py_ssize_t start, end;   /* characters of the text that is put together */
    size_t heading, heading_end; /* where it stands in `texts` */
} Section;

typedef struct {
    void *items;
    size_t count, room;
} List;

typedef struct {
    PyObject_HEAD
    PyObject *source, *flags, *asked, *meant, *is_note, *say_beside;
    Py_ssize_t depth, prose_chars, word_chars, fact_chars;
    PyObject *facts, *places;
    List regions, runs, sections;
    Bytes texts;
    /* The way through the page. */
    Opened *stack;
    size_t stack_room;
    Py_ssize_t open;       /* elements of the stack */
    uint16_t closing[256]; /* how many of them have a name with that hash */
    size_t run;            /* where the run begins in `texts` */
    Py_ssize_t begin, end; /* its lines */
    int heading, in_link, cell, cells, ruby, goes_on, raised_by, raised_link, note_ended;
    Py_ssize_t exact, link_chars, raised; /* raised: bytes of the run before it, or -1 */
    PyObject *beside;
    /* What is put together. */
    Bytes text, line;
    Numbers lines, ends;
    Py_ssize_t size, section;
    size_t section_heading, section_heading_end;
} Reading;

/* Put the lines of a run to the text. */
int compose_run(Reading *reading, const Run *run);

/* End the section of the text that has begun. */
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

#endif
