/* Finding the title, the language and the passages of a text.
 *
 * Each file does the same as its twin in Python, which explains the rules: language.c as language.py, title.c as
 * title.py, byte_places.c as decode.py, split.c and long_blocks.c as split.py. */

#pragma once

#include "utf8.h"

enum { MOST_WRAPPED = 250 }; /* the most of `line_chars` */

/* The sizes of passages and the properties of wrapped lines: the constants of split.py. */
typedef struct {
    Py_ssize_t least_words, most_words, part_words, hard_cut, word_chars, least_chars, sure_chars, line_chars, least_lines;
} Measure;

/* Neighbouring paragraphs, from the first to the last character that is not white space. */
typedef struct {
    Place start, end;
    Py_ssize_t words;
} Block;

/* A section: a range of the text. Passages do not cross it. */
typedef struct {
    Py_ssize_t start, end; /* characters */
    int whole;
} Stretch;

/* A text that is being split. */
typedef struct {
    const Measure *measure;
    const uint8_t *begin, *end;
    int is_ascii;
    int wrapped;              /* whether the lines of the section are wrapped */
    PyObject *is_mark;        /* Python's test for combining marks */
    PyThreadState *released;  /* set while the interpreter's lock is released */
    Block *blocks;
    size_t count, room;
} Splitting;

/* Append the blocks of the section at `place`, and move to its end. Return -1 on failure. */
int split_section(Splitting *splitting, Place *place, const Stretch *section);

int add_block(Splitting *splitting, const Block *block);

/* Append the parts of a block that is too long for a passage. */
int divide(Splitting *splitting, const Block *block);

int is_stop(uint32_t code);
int is_wide_stop(uint32_t code);
int is_closer(uint32_t code);

/* How the bytes of a file encode the characters of its text. */
typedef enum {
    NOWHERE,  /* unknown */
    UTF_8,    /* valid: as in the text itself */
    REPLACED, /* UTF-8 with bad bytes */
    ONE,      /* one byte a character */
    TWO,      /* UTF-16 */
    FOUR,     /* UTF-32 */
    BY_LEAD,  /* the first byte gives the width */
    COUNTINGS
} Counting;

/* A place in a file and in its text at once. It moves forward only. */
typedef struct {
    Counting counting;
    const uint8_t *widths; /* BY_LEAD: width of a character in bytes, by its first byte; 0 if the second byte decides */
    const uint8_t *begin, *at, *end; /* in the file */
    const uint8_t *text;             /* in the text, in UTF-8 */
    Py_ssize_t character;
} Source;

/* Return whether the file has exactly `count` characters from the current place on. */
int has_characters(const Source *source, Py_ssize_t count);

/* Return the byte offset of the character at `place`, or -1 if it is unknown. Places must not go back between
 * calls. */
Py_ssize_t byte_of(Source *source, const Place *place);

/* Return whether bytes are UTF-8 as Python decodes it: shortest forms only, and no surrogates. */
int is_utf_8(const uint8_t *at, const uint8_t *end);

/* Return whether bytes may be UTF-8 and have no sign of another encoding: see decode.py. */
int may_be_utf_8(const uint8_t *start, const uint8_t *end);

typedef struct {
    Py_ssize_t first_lines, title_chars, title_words;
} TitleRules;

/* Return the title of a text, as `title_of` of corpus/title.py does. Return None if Python must find it, NULL
 * with an error set on failure. */
PyObject *title_of(const uint8_t *start, const uint8_t *end, const TitleRules *rules);

/* The language of a text by its script: a borrowed str; or a script that several languages share, and no language. */
typedef struct {
    PyObject *language, *script;
} Found;

/* Return the language of a text by its script, as `_by_script` of analysis/language.py does. `languages` is a
 * Languages. */
Found language_in(PyObject *languages, const uint8_t *start, const uint8_t *end, Py_ssize_t characters);

/* Return the language of a text, as `language_of` of analysis/language.py does. `ask` is that function: it is called with
 * a text whose script several languages share, and with a short text that is not ASCII. */
PyObject *language_of(PyObject *languages, PyObject *ask, const uint8_t *start, const uint8_t *end, Py_ssize_t characters);

/* Return whether a text may contain encoded data, in runs of at least `least` characters: see encoded.py. */
int may_hold_runs(const uint8_t *at, const uint8_t *end, Py_ssize_t least);

/* Return whether a file is UTF-8 without a mark, and all its lines end with `\n`. */
int is_plain_utf_8(const uint8_t *start, const uint8_t *end);

/* Return a text of ASCII with white space reduced to single spaces. */
PyObject *spaced_once(const uint8_t *at, const uint8_t *end);
