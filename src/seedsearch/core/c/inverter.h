/* What the files of the inverter share: its types, and the functions that one file calls in another.
 *
 * An Inverter keeps the texts of passages for compression, cuts them into terms, numbers these, and keeps every occurrence
 * as its term and the step to its position, until `finish` brings them into the order group, passage, position, member and
 * writes the dictionaries' blocks and the postings' columns.
 *
 * Whatever is read stays inside its buffer: terms are cut from buffers that end with a NUL, which is no part of a word,
 * and all numbers that come from outside are checked before they are used.
 */

#ifndef SEEDSEARCH_INVERTER_H
#define SEEDSEARCH_INVERTER_H

#include "chain.h"
#include "dictionary.h"
#include "list_writer.h"
#include "memory.h"

/* Ask for memory that is needed soon: what follows would wait for it. */
#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif
#define AHEAD 16 /* steps to ask beforehand */

#define TEXT_BLOCK 65536   /* bytes; tables.py */
#define CUT_AT (1 << 18)   /* bytes of text that are cut together: between two calls, the tables leave the caches */

#define MOST_RUNS 200000 /* that are not ASCII, and are remembered */
#define LONGEST_RUN 128  /* bytes of one */
#define CODES_A_PAGE 256
#define CODE_PAGES (LAST_CODE / CODES_A_PAGE + 1)
#define MOST_RANGES 32   /* of scripts that put no space between words */

/* How passage, position and member are packed into one number. */
#define POSITION_BITS 28
#define MAX_PASSAGES 65536
#define PACK(doc, position, member) \
    ((uint64_t)(doc) << (POSITION_BITS + MEMBER_BITS) | (uint64_t)(position) << MEMBER_BITS | (member))
#define DOC_OF(key) ((uint32_t)((key) >> (POSITION_BITS + MEMBER_BITS)))
#define POSITION_OF(key) ((uint32_t)((key) >> MEMBER_BITS) & ((1u << POSITION_BITS) - 1))
#define MEMBER_OF(key) ((uint32_t)(key) & (MOST_MEMBERS - 1))

/* Every occurrence of a term in the bodies, or in the titles, in the order of the passages. */
typedef struct {
    uint32_t *term;
    uint8_t *steps; /* from the position of the one before it in its text, or 0: nearly always 1; see `put_step` */
    size_t term_room, steps_room, steps_used, count;
    uint32_t last;   /* position of the last one in the text that is being cut */
    uint32_t *doc;   /* the passage of each text */
    size_t *end;     /* where its occurrences end */
    size_t doc_room, end_room, texts;
    Numbers lengths; /* positions, by passage */
} Field;

/* What is known of each passage: docs/index-format.md. */
#define PASSAGE_COLUMNS 7

typedef struct {
    Numbers columns[PASSAGE_COLUMNS];
    PyObject *headings; /* the number of each heading but "", which is 0: a dict */
} Passages;

/* The texts of passages, in blocks of TEXT_BLOCK bytes or a little more that end with a text. */
typedef struct {
    Bytes pending;          /* what is in no block yet */
    Bytes languages;        /* a byte for each text that is not cut yet; they are the last ones */
    Numbers ends;           /* where each text ends, among all bytes of all */
    uint64_t in_blocks;     /* bytes that are in blocks, */
    size_t texts_in_blocks; /* and texts */
    Numbers block_ends;
    PyObject *blocks;       /* a list: those that are full, and nobody has taken */
} Texts;

/* What a run or a character that is not ASCII folds to: a stretch of `folded`, or of `letter_forms`. */
typedef enum { UNKNOWN, FOLDS, JOINS } Folding; /* one that joins the character before it is folded with its run */

typedef struct {
    size_t start;
    uint32_t size;
    Folding folding;
} Folded;

typedef struct {
    Strings runs;  /* that are not ASCII */
    Folded *forms; /* what each of them folds to */
    size_t forms_room;
    Bytes folded;
    Folded *pages[CODE_PAGES]; /* what characters fold to, by their code points; NULL where none is known */
    Bytes letter_forms;
    int accents;
} Folds;

/* A word of the text that is being cut: a stretch of `letters`. */
typedef struct {
    size_t hash;
    size_t start;
    uint32_t size, position;
} Word;

typedef struct {
    PyObject_HEAD
    PyObject *marker;   /* called with a spelling and a language's number: the term as that language has it */
    PyObject *folder;   /* called with a run that is not ASCII, and whether accents are kept: what it folds to */
    PyObject *letter;   /* the same with a character, or None where it joins the one before it */
    uint32_t unspaced[MOST_RANGES][2]; /* code points of scripts that put no space between words, first and last */
    size_t unspaced_count;
    Strings terms, stems;
    uint32_t *stem; /* of each term: the number of its stem */
    size_t stem_room;
    uint32_t stemmed; /* terms that have one, */
    uint32_t listed;  /* and those that have one or were asked for */
    uint32_t *marked[256]; /* by language: the number of each term there, NONE where that is not known yet */
    size_t marked_room[256];
    Folds folds[2]; /* without accents, and with them: for languages that stem spellings */
    Bytes scratch; /* a text that is being cut, folded */
    Chains chains; /* what cuts it */
    uint32_t position; /* of the next word, */
    uint32_t furthest; /* and the highest that a word had in an aside, and one */
    Bytes letters; /* its words in lower case, end to end */
    Word *words;
    size_t words_room, word_count;
    Texts texts;
    Passages passages;
    Field body, title;
    int busy; /* a call is at work, or has failed half way */
} Inverter;

/* A text with its size in bytes and in characters; these are not counted where the spans' bytes are places in it. */
typedef struct {
    const uint8_t *bytes;
    size_t size, characters;
    int by_bytes;
} Text;

typedef struct {
    uint64_t beginning; /* first eight bytes, the first one highest */
    const uint8_t *bytes;
    uint32_t size;
    uint32_t number;
} Key;

/* Where a term is: its group, NONE where it does not occur, and which member of that it is. */
typedef struct {
    uint32_t group, member;
} Home;

/* A field's terms and groups. Groups are numbered in the order of their stems, members in that of their bytes. */
typedef struct {
    uint32_t groups, terms;
    Home *home;           /* by term's number */
    uint32_t *group_of;   /* by stem's number: its group */
    uint32_t *stem;       /* of each group */
    uint32_t *ordered;    /* the terms' numbers, by their bytes */
    uint32_t *by_group;   /* the terms' numbers, by group and member */
    uint32_t *first;      /* of each group, its first in by_group; and the number of terms */
    size_t *start;        /* of each group, its first occurrence; and the number of these */
    uint32_t *df, *extra; /* by group */
    uint32_t *term_df, *term_cf, *term_extra; /* as by_group */
    uint64_t *keys;       /* passage, position and member of each occurrence, in order */
} Inverted;

#define STEP_BYTES 5 /* at most */


/* Cut the text of a passage, or of its title, and note where its occurrences end. */
int take_text(Inverter *self, Field *field, uint32_t doc, const uint8_t *bytes, size_t size, uint8_t language);

/* End a block with that text. */
int end_block(Texts *texts, size_t last);

/* Cut the texts that wait for it, and end the blocks that are full. */
int cut_waiting(Inverter *self);

/* The UTF-8 of a text, lone surrogates and all; `owner` keeps it. */
const uint8_t *utf8_of(PyObject *text, Py_ssize_t *size, PyObject **owner);

int take_passages(Inverter *self, uint64_t document, const Text *text, PyObject *spans, uint8_t language);

/* Bring keys into the order of their bytes. */
int sort_keys(Key *keys, size_t count);

/* A string's first eight bytes, as `Key` has them. */
uint64_t beginning_of(const uint8_t *bytes, size_t size);

/* How many of sorted terms differ by more than a language. */
uint32_t count_distinct(const Key *terms, size_t count);

/* The strings that are wanted, in the order of their bytes. */
Key *sorted_keys(const Strings *strings, const uint8_t *wanted, size_t *count);

void free_inverted(Inverted *own);

/* Number the groups and members of a field, of all terms and stems in order. `counts` says how often each term occurs. */
int arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count, const uint32_t *counts);

/* Put a field's occurrences into the order group, passage, position, member; `counts` says how many each term has. */
int invert(Field *field, const uint32_t *counts, Inverted *own);

/* Count, for the groups and terms of titles, the passages that have them in the title and not in the body. */
int count_extras(const Inverted *body, Inverted *title);

/* The columns of a segment being made. */
typedef struct {
    DictionaryWriter dictionary;
    ListWriter list;
    Bytes postings;
    Member *members; /* of the group that is being written */
    size_t members_room;
    uint32_t distinct; /* terms */
} Columns;

/* Invert both fields and make the columns. `counts` says how many occurrences of each term the fields have. */
int make_columns(Columns *columns, Inverter *self, const Key *terms, size_t term_count, const Key *stems,
                 size_t stem_count, uint32_t *const counts[2]);

/* Put the columns into a dict: see `Inverted` in _core.pyi. */
int set_columns(PyObject *result, Columns *columns);

void free_columns(Columns *columns);

/* Note where an occurrence stands, for which there is room: seven bits a byte, low ones first, the lowest of all says
 * whether it is a step back, and all bytes but the last have their highest bit set. */
static inline void
put_step(Field *field, uint32_t position)
{
    uint32_t step = position - field->last, bits = step >> 31 ? ~(step << 1) : step << 1;
    for (; bits > 0x7f; bits >>= 7) {
        field->steps[field->steps_used++] = (uint8_t)(bits | 0x80);
    }
    field->steps[field->steps_used++] = (uint8_t)bits;
    field->last = position;
}

/* The position of the next occurrence, after that of the one before it. */
static inline uint32_t
take_step(const uint8_t **steps, uint32_t before)
{
    uint32_t bits = *(*steps)++;
    if (bits > 0x7f) {
        bits &= 0x7f;
        for (int shift = 7;; shift += 7) {
            uint32_t more = *(*steps)++;
            bits |= (more & 0x7f) << shift;
            if (more < 0x80) {
                break;
            }
        }
    }
    return before + (bits & 1 ? ~(bits >> 1) : bits >> 1);
}

#endif
