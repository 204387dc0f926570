/* The tags and texts of a page of HTML, as `tags` in corpus/formats/markup.py yields them. */

#pragma once

#include "memory.h"
#include "utf8.h"

enum { NAME_CHARS = 41, NAMES = 256, RAW_COUNT = 8 };

/* A part of a page, or of a text made from it. */
typedef struct {
    const uint8_t *at, *end;
} Part;

/* The meaning of elements' names for the reader: see page_reading.c. */
typedef enum {
    PLAIN_TAG, ROW, CELL, LINK, META, CANONICAL, TIME, EXACT, PICTURE, HEADING, RAISED, RUBY, READING, ASIDE_OF_RUBY,
    TEMPLATE, RAW_TITLE, RAW_SCRIPT, PAGE, MAIN, ARTICLE, FOOTER, ASIDE, DRAWING
} Action;

/* The name of an element, in lower case. */
typedef struct {
    uint8_t bytes[NAME_CHARS + 1];
    uint8_t size, hash;
    uint8_t action, level; /* level: of headings */
    int8_t raw;            /* its number among the elements without tags, or -1 */
    uint32_t flags;        /* Python's flags of the name */
} Name;

/* The names with a meaning, by their hashes; most slots are free. */
typedef Name Names[NAMES];

typedef struct {
    const Name *names;
    const uint8_t *begin, *at, *end;
    const uint8_t *counted; /* lines are counted up to here */
    Py_ssize_t line;        /* the line at `counted` */
    Name other;             /* the last name without a meaning */
    int raw;                /* the element without tags that begins at `at`, or -1 */
    /* Searched for up to the end once, and not found: ends of declarations, ends of elements. */
    int no_end[3], no_close[RAW_COUNT];
    const uint8_t *unclosed; /* as far as a tag was read that has no end there */
    /* The current tag. */
    const Name *name; /* NULL if there is none */
    int closes, is_raw; /* is_raw: the text is the content of the element with this name */
    Part attributes, text;
} Scanner;

/* Fill the table of names; `flags` are Python's, by name. */
int learn_names(Names names, PyObject *flags);

/* Begin with a page in UTF-8, with a NUL behind it. */
void begin_scan(Scanner *scanner, Part page, const Names names);

/* Read the next tag with the text after it, and the line at which the text begins. Return 0 at the end. */
int next_tag(Scanner *scanner);

int holds(Part part, const char *word);

/* Return whether a text contains a word, given in small letters, in any case. */
int says(Part text, const char *word);
