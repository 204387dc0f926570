/* Chains: words with their signs, as tokenizer.py describes them, for texts and snippets. */

#pragma once

#include "memory.h"

/* analysis/tokenizer.py */
#define MAX_TERM 64 /* characters */
#define KEPT 48
#define LONG_NUMBER 7 /* digits */

#define LAST_CODE 0x10ffff /* the last code point */

#define IS_LOWER(c) ((c) >= 'a' && (c) <= 'z')
#define IS_UPPER(c) ((c) >= 'A' && (c) <= 'Z')
#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')

/* Letters and digits in lower case; everything else is 0. */
static const uint8_t LOWER[256] = {
    ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5', ['6'] = '6', ['7'] = '7',
    ['8'] = '8', ['9'] = '9', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f',
    ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n',
    ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v',
    ['w'] = 'w', ['x'] = 'x', ['y'] = 'y', ['z'] = 'z', ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd',
    ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l',
    ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p', ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't',
    ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x', ['Y'] = 'y', ['Z'] = 'z',
};

/* Take a term at a part of a chain, from the bytes `start` to `end` of the text. */
typedef int (*TakeTerm)(void *context, const uint8_t *term, size_t size, uint32_t part, size_t start, size_t end);

/* A folded text in UTF-8 with a NUL behind it, and the callback that takes its terms. */
typedef struct {
    const uint8_t *begin;
    const uint32_t (*unspaced)[2]; /* code points of scripts without spaces, first and last of each range */
    size_t unspaced_count;
    TakeTerm take;
    void *context;
    Bytes glued; /* the words of the current chain, joined */
} Chains;

/* Return the code point at a place in UTF-8, and its size in bytes, `most` at most. Invalid UTF-8 is read byte by
 * byte. */
static inline uint32_t
code_at(const uint8_t *at, size_t most, size_t *size)
{
    uint8_t lead = at[0];
    if (lead >= 0xc0 && lead < 0xe0 && most > 1 && (at[1] & 0xc0) == 0x80) { /* most characters beyond ASCII */
        *size = 2;
        return (uint32_t)(lead & 0x1f) << 6 | (at[1] & 0x3f);
    }
    size_t more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : 0;
    uint32_t code = more == 1 ? lead & 0x1f : more == 2 ? lead & 0x0f : more == 3 ? lead & 0x07 : lead;
    *size = 1;
    if (more >= most) {
        return lead;
    }
    for (size_t i = 1; i <= more; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return lead;
        }
        code = code << 6 | (at[i] & 0x3f);
    }
    if (code > LAST_CODE) {
        return lead;
    }
    *size = more + 1;
    return code;
}

/* The same for a text that ends with a NUL. */
#define CODE_AT(at, size) code_at(at, 4, size)

/* The kind of a character beyond ASCII in a folded text. */
typedef enum { SPACED, UNSPACED, MONEY, PARAGRAPH } Kind;

static inline Kind
kind_at(const Chains *chains, const uint8_t *at, size_t *size)
{
    uint32_t code = CODE_AT(at, size);
    if (code < 0xa8) {
        return code == 0xa3 || code == 0xa5 ? MONEY : code == 0xa7 ? PARAGRAPH : SPACED;
    }
    for (size_t i = 0; i < chains->unspaced_count && code >= chains->unspaced[i][0]; i++) {
        if (code <= chains->unspaced[i][1]) {
            return UNSPACED;
        }
    }
    return code >= 0x20a0 && code <= 0x20c0 ? MONEY : SPACED;
}

/* Return whether a letter or digit of a spaced word is at `at`. */
static inline int
is_word_at(const Chains *chains, const uint8_t *at)
{
    size_t size;
    return *at < 0x80 ? LOWER[*at] != 0 : kind_at(chains, at, &size) == SPACED;
}

#define IS_X(c) (((c) | 0x20) == 'x')

/* Return whether the x of a measure begins at `at`, inside a word, or the number after it. */
int is_measure(const Chains *chains, const uint8_t *at);

/* Return whether a part begins at `at`, inside a word: a hump of camelCase, the T of a time, a part of a measure. */
static inline int
is_hump(const Chains *chains, const uint8_t *at)
{
    if (!IS_UPPER(at[0]) && !IS_X(at[0]) && !IS_X(at[-1])) {
        return 0;
    }
    if (is_measure(chains, at)) {
        return 1;
    }
    if (!IS_UPPER(at[0])) {
        return 0;
    }
    if (IS_DIGIT(at[-1])) {
        const uint8_t *before = at - 1;
        while (before > chains->begin && before > at - 5 && IS_DIGIT(*before)) {
            before--;
        }
        return (at[0] == 'T' && IS_DIGIT(at[1])) || (IS_LOWER(*before) && IS_LOWER(at[1]));
    }
    return IS_LOWER(at[-1]) || (IS_UPPER(at[-1]) && IS_LOWER(at[1]) && IS_LOWER(at[2]));
}

/* Return where the word or number after the sign at `at` begins, or NULL if there is no such sign. */
const uint8_t *after_sign(const Chains *chains, const uint8_t *at);

/* The slow path of `ends_chain`. */
int ends_chain_after_all(const Chains *chains, const uint8_t *at);

/* Return whether a word that ends here is a whole chain: no sign joins it to another word or belongs to it. */
static inline int
ends_chain(const Chains *chains, const uint8_t *at)
{
    if ((*at == ' ' && !IS_DIGIT(at[-1])) || *at == '\n') {
        return 1;
    }
    if ((*at == '.' || *at == ',') && at[1] <= ' ') {
        return 1;
    }
    return ends_chain_after_all(chains, at);
}

/* Return where the next line begins if a run of letters of a script without spaces goes on there after the line end at `at`,
 * else NULL. */
const uint8_t *after_line_end(const Chains *chains, const uint8_t *at);

/* Whether an aside may begin with this sign, or have it. */
#define IS_OF_ASIDE(c) ((c) == ']' || (c) == '[' || (c) == '<' || (c) == ':')

/* Where the aside ends that has a sign here; NULL where there is none. `before` is how many words before the sign belong to
 * it. */
const uint8_t *end_of_aside(const Chains *chains, const uint8_t *at, uint32_t *before);

/* Take the terms of the chain that begins here, with a word or with its sign. Gives where it ends, and how many parts it
 * has; NULL where that fails. */
const uint8_t *take_chain(Chains *chains, const uint8_t *at, uint32_t *parts);
