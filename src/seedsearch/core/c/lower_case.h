/* Words in lower case, as language.py cuts texts to look for common words. */

#ifndef SEEDSEARCH_LOWER_CASE_H
#define SEEDSEARCH_LOWER_CASE_H

#include "memory.h"

#define CODES 0x3000   /* common words have no characters from here on */
#define SPACE 0x3000   /* the only white space there */
#define BETWEEN 0      /* a character between words, */
#define IN_NO_WORD 1   /* and one that no common word has: in the table of lower case */
#define FOREIGN 0x8000 /* a letter of another language */
#define LONGEST 32     /* bytes of a common word */

/* Read the table of lower case, with 16 bits for each code point. Return -1 with an error set on failure. */
static inline int
read_lower_case(uint16_t lower[CODES], PyObject *table)
{
    char *data;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(table, &data, &size) < 0) {
        return -1;
    }
    if (size != CODES * (Py_ssize_t)sizeof(uint16_t)) {
        return wrong("each character has a lower case");
    }
    memcpy(lower, data, (size_t)size);
    return 0;
}

static inline uint16_t
lower_case(const uint16_t lower[CODES], uint32_t code)
{
    return code < CODES ? lower[code] : code == SPACE ? BETWEEN : IN_NO_WORD;
}

/* Append a letter to a word. A word that becomes too long stays so. */
static inline size_t
with_letter(uint8_t *word, size_t size, uint16_t letter)
{
    if (letter == IN_NO_WORD || size + 3 > LONGEST) {
        return LONGEST;
    }
    if (letter < 0x80) {
        word[size] = (uint8_t)letter;
        return size + 1;
    }
    if (letter < 0x800) {
        word[size] = (uint8_t)(0xc0 | letter >> 6);
        word[size + 1] = (uint8_t)(0x80 | (letter & 0x3f));
        return size + 2;
    }
    word[size] = (uint8_t)(0xe0 | letter >> 12);
    word[size + 1] = (uint8_t)(0x80 | (letter >> 6 & 0x3f));
    word[size + 2] = (uint8_t)(0x80 | (letter & 0x3f));
    return size + 3;
}

#endif
