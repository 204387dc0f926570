/* A page of HTML as its reader stores it: elements, regions, runs, facts, and the composed text. */

#pragma once

#include "markup.h"

enum { TEXT, SCRIPTLESS, EDGE, HIDDEN }; /* kinds of regions: page_regions.py */
enum { STEPS, NOISE, MAIN_ROLE, NAMED }; /* what an element's attributes may name it: `is_named` there */

/* What Python decides: `RULES` of page_reading.py. */
typedef struct {
    Names names;
    Py_ssize_t depth, prose_chars, word_chars, fact_chars, enough_chars, title_chars, head_chars, run_chars;
    PyObject *asked, *meant, *as_note, *beside, *is_named, *facts, *shown, *may_be_other; /* borrowed */
} Rules;

/* An open element. */
typedef struct {
    Name name;
    Part attributes;
    Py_ssize_t region, place; /* -1: none yet */
    int kind, main, article, footer;
} Opened;

/* An element around a region, and the number of the element around it, or -1. */
typedef struct {
    Part attributes;
    Py_ssize_t above;
    uint8_t named[NAMED]; /* whether it or one around it is named so: 0 if that is not known yet, 1 no, 2 yes */
} Element;

/* What an element states about the page, and the line after its tag. */
typedef struct {
    const char *element;
    Part said;
    Py_ssize_t line;
} Fact;

typedef struct {
    Py_ssize_t place, chars, link_chars, links, prose, runs;
    int kind, main, article, footer, aside, asks;
    int sets; /* while regions are chosen: page_regions.c */
} Region;

/* Text between two block boundaries, as a range of `texts`. */
typedef struct {
    size_t start, end;
    Py_ssize_t line, region;
    int heading, cell, exact;
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
    const Rules *rules;
    Part page;
    List facts, elements, regions, runs, sections;
    Bytes texts;
    /* The state of reading the page. */
    Opened *stack;
    size_t stack_room;
    Py_ssize_t open;       /* elements on the stack */
    uint16_t closing[256]; /* number of open elements by hash of their names */
    size_t run;            /* where the current run begins in `texts` */
    Py_ssize_t begin, end; /* its lines */
    int heading, in_link, cell, cells, ruby, raised_by, raised_link, note_ended;
    Py_ssize_t exact, link_chars, raised; /* raised: bytes of the run before it, or -1 */
    PyObject *beside; /* a list, or NULL */
    Bytes aloud;      /* the reading of a ruby, which may come in several parts */
    /* The composed text. */
    Bytes text, line;
    Numbers lines, ends;
    Py_ssize_t size, section;
    size_t section_heading, section_heading_end;
} Reading;

/* Read the tags and texts of the page. */
int read_tags(Reading *reading);

/* Choose the regions that are text, as `chosen` of page_regions.py does, and compose it. */
int compose_text(Reading *reading, int whole);

/* Append a text that begins on a line. */
int compose_more(Reading *reading, PyObject *said, Py_ssize_t line);

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
