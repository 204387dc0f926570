/* What the files share that find the title, the language and the passages of a text.
 *
 * Each does what its twin in Python does: language.c language.py, title.c formats/text.py, places.c decode.py, split.c and
 * cuts.c split.py. There the rules are explained.
 */

#ifndef SEEDSEARCH_TEXT_H
#define SEEDSEARCH_TEXT_H

#include "utf8.h"

/* How large passages are, and what wrapped lines are like: the constants of split.py. */
typedef struct {
    Py_ssize_t least_words, most_words, part_words, hard_cut, word_chars, least_chars, sure_chars, line_chars, least_lines;
} Measure;

/* Neighbouring paragraphs: from its first character to its last, which are no white space. */
typedef struct {
    Place start, end;
    Py_ssize_t words;
} Block;

/* A section: a stretch of the text that passages do not cross. */
typedef struct {
    Py_ssize_t start, end; /* characters */
    int whole;
} Stretch;

/* A text being split. */
typedef struct {
    const Measure *measure;
    const uint8_t *begin, *end;
    int is_ascii;
    int wrapped;              /* whether the lines of the section are */
    PyObject *is_mark;        /* Python says which characters are combining marks */
    PyThreadState *released;  /* while the lock of the interpreter is not held */
    Block *blocks;
    size_t count, room;
} Splitting;

/* Append the blocks of a section that begins at a place; moves to the section's end. -1 where that fails. */
int split_section(Splitting *splitting, Place *place, const Stretch *section);

int add_block(Splitting *splitting, const Block *block);

/* Append the parts of a block that is too long for a passage. */
int divide(Splitting *splitting, const Block *block);

int is_stop(uint32_t code);
int is_wide_stop(uint32_t code);
int is_closer(uint32_t code);

/* How the bytes of a file stand for the characters of its text. */
typedef enum {
    NOWHERE,  /* not known */
    UTF_8,    /* valid: as in the text itself */
    REPLACED, /* UTF-8 with bad bytes */
    ONE,      /* a byte a character */
    TWO,      /* UTF-16 */
    FOUR,     /* UTF-32 */
    BY_LEAD,  /* a character's first byte says how many it has */
    COUNTINGS
} Counting;

/* A place in a file and in its text at once, moved forward only. */
typedef struct {
    Counting counting;
    const uint8_t *widths; /* BY_LEAD: bytes of a character, by its first; 0 where its second byte says it */
    const uint8_t *begin, *at, *end; /* of the file, */
    const uint8_t *text;             /* and in the text, in UTF-8 */
    Py_ssize_t character;
} Source;

/* Whether the file, from where it is read on, has just so many characters. */
int has_characters(const Source *source, Py_ssize_t count);

/* The byte at which a character begins that stands at a place in the text, at or after the last one asked for; -1 where that
 * is not known. */
Py_ssize_t byte_of(Source *source, const Place *place);

/* Whether bytes are UTF-8 as Python decodes it: the shortest form of each character, and no surrogates. */
int is_utf_8(const uint8_t *at, const uint8_t *end);

typedef struct {
    Py_ssize_t first_lines, title_chars, title_words;
} TitleRules;

/* The title of a text as `title_of` of formats/text.py gives it, or None where that must say; NULL with an error set. */
PyObject *title_of(const uint8_t *start, const uint8_t *end, const TitleRules *rules);

/* The language of a text as `language_of` gives it, or None where that must say; NULL with an error set. `languages` is a
 * Languages. */
PyObject *language_in(PyObject *languages, const uint8_t *start, const uint8_t *end, Py_ssize_t characters);

#endif
