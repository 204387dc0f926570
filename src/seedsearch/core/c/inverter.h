/* The types of the inverter, and the functions that its files call in each other.
 *
 * An Inverter keeps the texts of passages for compression, cuts them into terms and numbers the terms. It stores
 * every occurrence as its term and the step to its position. `finish` sorts the occurrences by group, passage,
 * position and member, and writes the blocks of the dictionaries and the columns of the postings.
 *
 * All reads stay inside their buffers: texts are cut in buffers that end with a NUL, which is part of no word,
 * and all numbers from outside are checked before they are used. */

#pragma once

#include "tokenizer.h"
#include "dictionary.h"
#include "list_writer.h"
#include "memory.h"
#include "found_text.h"
#include "plain_text.h"
#include "spans.h"

/* Fetch memory that is needed soon, so that later reads do not wait for it. */
#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif
#define AHEAD 16 /* steps to fetch in advance */

#define TEXT_BLOCK 65536   /* bytes; stored_fields.py */
#define CUT_AT (1 << 18)   /* bytes of text that are cut at a time: between calls, the tables leave the caches */

#define MOST_RUNS 200000 /* runs beyond ASCII that are remembered */
#define LONGEST_RUN 128  /* bytes of such a run */
#define CODES_A_PAGE 256
#define CODE_PAGES (LAST_CODE / CODES_A_PAGE + 1)
#define MOST_RANGES 32   /* of scripts without spaces, and of scripts that Python stems */

/* Passage, position and member packed into one number. */
#define POSITION_BITS 28
#define MAX_PASSAGES 65536
#define PACK(doc, position, member) \
    ((uint64_t)(doc) << (POSITION_BITS + MEMBER_BITS) | (uint64_t)(position) << MEMBER_BITS | (member))
#define DOC_OF(key) ((uint32_t)((key) >> (POSITION_BITS + MEMBER_BITS)))
#define POSITION_OF(key) ((uint32_t)((key) >> MEMBER_BITS) & ((1u << POSITION_BITS) - 1))
#define MEMBER_OF(key) ((uint32_t)(key) & (MOST_MEMBERS - 1))

/* Every occurrence of a term in bodies, or in titles, in the order of passages. */
typedef struct {
    uint32_t *term;
    uint8_t *steps; /* from the occurrence before it in its text, or from 0: nearly always 1; see `put_step` */
    size_t term_room, steps_room, steps_used, count;
    uint32_t last;   /* position of the last one in the current text */
    uint32_t *doc;   /* the passage of each text */
    size_t *end;     /* where its occurrences end */
    size_t doc_room, end_room, texts;
    Numbers lengths; /* in positions, by passage */
} Field;

/* The columns of passages: docs/index-format.md. */
#define PASSAGE_COLUMNS 7

typedef struct {
    Numbers columns[PASSAGE_COLUMNS];
    PyObject *headings; /* a dict: the number of each heading; "" is 0 */
} Passages;

/* The texts of passages, in blocks of at least TEXT_BLOCK bytes that end with a text. */
typedef struct {
    Bytes pending;          /* texts that are in no block yet */
    Bytes languages;        /* one byte for each text that is not cut yet; these are the last ones */
    Numbers ends;           /* where each text ends, in the bytes of all texts */
    uint64_t in_blocks;     /* bytes in blocks */
    size_t texts_in_blocks; /* texts in blocks */
    Numbers block_ends;
    PyObject *blocks;       /* a list: the full blocks that nobody has taken */
} Texts;

/* JOINS: the character joins the one before it, or its form is too long; it is folded with its run. */
typedef enum { UNKNOWN, FOLDS, JOINS } Folding;

#define LETTER_BYTES 14

/* The folded form of a character beyond ASCII. */
typedef struct {
    uint8_t form[LETTER_BYTES];
    uint8_t size, folding;
} Letter;

/* The folded form of a run beyond ASCII: a range of `folded`. */
typedef struct {
    size_t start;
    uint32_t size;
} Folded;

typedef struct {
    Strings runs;  /* runs beyond ASCII */
    Folded *forms; /* the folded form of each run */
    size_t forms_room;
    Bytes folded;
    Letter *pages[CODE_PAGES]; /* by code point; NULL if none is known */
    int accents;
} Folds;

/* A word of the current text: a range of `letters`. */
typedef struct {
    size_t hash;
    uint64_t beginning; /* its first eight bytes */
    size_t start;
    uint32_t size, position;
} Word;

/* Names of terms, end to end, by the terms' numbers. */
typedef struct {
    Bytes text;
    Numbers ends;
} Names;

/* How often a word occurs in texts and titles, and in how many passages, and titles. */
typedef struct {
    uint32_t passages, titles, occurrences[2];
    uint32_t last[2]; /* the last passage and the last title that have it, from 1 */
} WordCounts;

typedef struct {
    PyObject_HEAD
    PyObject *marker;   /* called with a spelling and a language's number; returns the term in that language */
    PyObject *folder;   /* called with a run beyond ASCII and whether to keep accents; returns the folded run */
    PyObject *letter;   /* the same for a character; returns None if it joins the one before it */
    uint32_t unspaced[MOST_RANGES][2]; /* code points of scripts without spaces, first and last */
    size_t unspaced_count;
    uint32_t stemmed_scripts[MOST_RANGES][2]; /* code points of scripts that Python stems, each as a whole */
    size_t script_count;
    Strings terms, stems;
    uint32_t *stem; /* the number of each term's stem */
    size_t stem_room;
    uint32_t stemmed; /* number of terms that have a stem */
    uint32_t listed;  /* number of terms that have a stem or were asked for */
    uint32_t *marked[256]; /* by language: the number of each term in it, NONE if unknown */
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
    Names names[2];       /* of streams: words and marks */
    Numbers word_numbers; /* by term: terms with other stems are the same word */
    WordCounts *word_counts;
    size_t word_counts_room;
    uint32_t counted; /* passages whose terms are counted */
    int busy; /* a call is running, or has failed half way */
} Inverter;

typedef struct {
    uint64_t beginning; /* first eight bytes, the first one highest */
    const uint8_t *bytes;
    uint32_t size;
    uint32_t number;
} Key;

/* The place of a term: its group (NONE if it does not occur) and its member there. */
typedef struct {
    uint32_t group, member;
} Home;

/* A field's terms and groups. Groups are numbered in the order of their stems, members in the order of their
 * bytes. */
typedef struct {
    const Key *terms, *stems; /* all, in order */
    uint32_t groups, term_count;
    Home *home;           /* by number of the term */
    uint32_t *group_of;   /* by number of the stem: its group */
    uint32_t *stem;       /* of each group: its place in `stems` */
    uint32_t *by_group;   /* the terms' places in `terms`, by group and member: neighbours are near each other */
    uint32_t *first;      /* of each group: its first in by_group; then the number of terms */
    size_t *start;        /* of each group: its first occurrence; then the number of occurrences */
    uint32_t *df, *extra; /* by group */
    uint32_t *term_df, *term_cf, *term_extra; /* parallel to by_group */
    uint64_t *keys;       /* passage, position and member of each occurrence, in order */
} Inverted;

#define STEP_BYTES 5 /* at most */

/* Cut the text of a passage, or of its title, and record where its occurrences end. */
int take_text(Inverter *self, Field *field, uint32_t doc, const uint8_t *bytes, size_t size, uint8_t language);

/* End a block after this text. */
int end_block(Texts *texts, size_t last);

/* Cut the waiting texts, and end the full blocks. */
int cut_waiting(Inverter *self);

int take_passages(Inverter *self, uint64_t document, const Text *text, PyObject *spans, uint8_t language);

/* Passages that the core has found: their bytes are offsets in `text`. Without `headings` it is a plain text, at its
 * places in its file. */
typedef struct {
    const uint8_t *text;
    const Range *passages;
    PyObject *const *headings;
    size_t count;
    PyObject *language;
} FoundPassages;

int take_found(Inverter *self, uint64_t document, const FoundPassages *found, uint8_t language);

/* Sort keys by their bytes. */
int sort_keys(Key *keys, size_t count);

/* Return a string's first eight bytes, as `Key` has them. */
uint64_t beginning_of(const uint8_t *bytes, size_t size);

/* Return the number of sorted terms that differ by more than the language. */
uint32_t count_distinct(const Key *terms, size_t count);

/* Return the wanted strings, sorted by their bytes. */
Key *sorted_keys(const Strings *strings, const uint8_t *wanted, size_t *count);

void free_inverted(Inverted *own);

/* Number the groups and members of a field, from all terms and stems in order. `counts` has each term's
 * occurrences. */
int arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count, const uint32_t *counts);

/* Sort a field's occurrences by group, passage, position and member; `counts` has each term's occurrences. */
int invert(Field *field, const uint32_t *counts, Inverted *own);

/* Count, for the groups and terms of titles, the passages that have them in the title and not in the body. */
int count_extras(const Inverted *body, Inverted *title);

/* The columns of a segment under construction. */
typedef struct {
    DictionaryWriter dictionary;
    ListWriter list;
    Bytes postings;
    Member *members; /* of the group being written */
    size_t members_room;
    uint32_t distinct; /* terms */
} Columns;

/* Invert both fields and make the columns. `counts` has each term's occurrences in both fields. */
int make_columns(Columns *columns, Inverter *self, const Key *terms, size_t term_count, const Key *stems,
                 size_t stem_count, uint32_t *const counts[2]);

/* End the list of a group with its members, and add the group. Return whether its members are listed. */
int end_group(Columns *columns, Group *made);

/* Put the columns into a dict: see `Inverted` in _core.pyi. */
int set_columns(PyObject *result, Columns *columns);

void free_columns(Columns *columns);

/* Write the step to an occurrence, for which there is room. A step is seven bits a byte, low bits first. The
 * lowest bit says whether it is a step back. All bytes but the last have their highest bit set. */
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

/* Return the position of the next occurrence, given the position of the one before it. */
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

/* Methods of cluster_streams.c. */
PyObject *inverter_new_terms(Inverter *self, PyObject *ignored);
PyObject *inverter_streams(Inverter *self, PyObject *args);
PyObject *inverter_word_counts(Inverter *self, PyObject *ignored);
