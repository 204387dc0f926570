/* The tags and texts of a page of HTML, as `tags` of corpus/formats/markup.py gives them. */

#ifndef SEEDSEARCH_PAGE_H
#define SEEDSEARCH_PAGE_H

#include "memory.h"
#include "utf8.h"

enum { NAME_CHARS = 41, NAMES = 128, RAW_COUNT = 8 };

/* A part of a page, or of what is made of one. */
typedef struct {
    const uint8_t *at, *end;
} Part;

/* What the names of elements mean to who reads a page: see reading.c. */
typedef enum {
    PLAIN_TAG, ROW, CELL, LINK, META, CANONICAL, TIME, EXACT, PICTURE, HEADING, RAISED, RUBY, READING, ASIDE_OF_RUBY,
    TEMPLATE, RAW_TITLE, RAW_SCRIPT, ACTIONS
} Action;

/* The name of an element, in small letters. */
typedef struct {
    uint8_t bytes[NAME_CHARS + 1];
    uint8_t size;
    uint8_t action, level; /* of headings */
    uint32_t flags;        /* what Python says of the name */
} Name;

typedef struct {
    PyObject *flags; /* dict: str to int */
    const uint8_t *begin, *at, *end;
    const uint8_t *counted; /* up to where lines are counted */
    Py_ssize_t line;        /* of that */
    Name names[NAMES];      /* those that were met */
    int raw;                /* the element that begins at `at` and holds no tags, or -1 */
    /* What was looked for up to the end once, and is not there: quotation marks, ends of declarations, of elements. */
    int no_quote[2], no_end[3], no_close[RAW_COUNT];
    /* The tag at hand. */
    const Name *name; /* NULL where there is none */
    int closes, is_raw; /* is_raw: the text is what the element of that name holds */
    Part attributes, text;
} Scanner;

/* Begin with a page, in UTF-8 with a NUL behind it. */
void begin_scan(Scanner *scanner, const uint8_t *bytes, size_t size, PyObject *flags);

/* The next tag with the text behind it, and the line on which that begins: 1, 0 at the end, -1 and an exception. */
int next_tag(Scanner *scanner);

Py_ssize_t lines_in(Part part);

int holds(Part part, const char *word);

#endif
