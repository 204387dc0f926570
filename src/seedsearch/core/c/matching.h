/* The objects of queries, for the files that answer them. `_core.pyi` describes the objects. They are immutable,
 * so threads may share them, and long loops run without the interpreter's lock. */

#pragma once

#include "word_lists.h"

#include <float.h>

#define TINY 1e-9  /* rounding changes a score by less */
#define TIED 1000  /* ties are cut if they exceed the wanted passages by more */
#define PEAK 128   /* best scores of a term set that are kept */
#define SPAN 2048  /* passages whose scores are added up at a time, in the nearest cache */

/* A column of unsigned numbers of 1, 2, 4 or 8 bytes. */
typedef struct {
    const void *data;
    size_t bytes;
} Column;

static inline uint64_t
number_at(const Column *numbers, size_t index)
{
    switch (numbers->bytes) {
    case 1:
        return ((const uint8_t *)numbers->data)[index];
    case 2:
        return ((const uint16_t *)numbers->data)[index];
    case 4:
        return ((const uint32_t *)numbers->data)[index];
    default:
        return ((const uint64_t *)numbers->data)[index];
    }
}

/* The same as a double. Converting 64 bits takes longer, and few columns have them. */
static inline double
double_at(const Column *numbers, size_t index)
{
    return numbers->bytes < 8 ? (double)(uint32_t)number_at(numbers, index) : (double)number_at(numbers, index);
}

#define MOST_TABLE_VIEWS 4

/* The columns of a segment's passages. */
typedef struct {
    uint32_t base; /* its first passage, numbered through the index */
    size_t passages;
    Column lengths, titles, documents;
    const uint8_t *deleted; /* or NULL */
    Py_buffer views[MOST_TABLE_VIEWS];
    int view_count;
} TableSegment;

typedef struct {
    PyObject_HEAD
    Py_ssize_t count;
    uint32_t passages;
    double a, b;
    uint32_t title_weight;
    uint32_t documents;    /* that have passages */
    uint32_t *document_of; /* by passage, numbered through the index; NULL until requested */
    double *document_lengths;
    TableSegment *segments;
    PyTypeObject *word_lists; /* of the module, which has the type of this table as well */
} Table;

typedef struct {
    double score;
    uint32_t passage;
} Pair;

typedef struct {
    PyObject_HEAD
    uint32_t *passages; /* ascending */
    uint32_t *frequencies;
    Py_ssize_t count;
} Postings;

typedef struct {
    PyObject_HEAD
    uint32_t *passages; /* ascending */
    double *scores;
    Py_ssize_t count;
    int positive; /* whether all scores are above zero */
    Pair *peak;   /* the best, in order; NULL until requested */
    Py_ssize_t peak_count;
} Matches;

/* The part of a term set in a segment. */
typedef struct {
    const TableSegment *segment;
    Source *sources;
    Py_ssize_t count;
    size_t postings; /* of all sources, each counted by itself */
    WordLists *held; /* whose memory they are in, or NULL */
} Part;

/* The wanted passages of a segment, numbered through the index; all if there is no list. */
typedef struct {
    const uint32_t *passages;
    Py_ssize_t count;
} Wanted;

/* matches.c */
/* Return matches with room for some passages, or NULL with an error set; give them more or less room; release what they do not
 * need. */
Matches *new_matches(PyObject *module, Py_ssize_t room);
int make_room(Matches *made, size_t room);
Matches *fitted(Matches *made);
void *items_of(PyObject *tuple, PyTypeObject *type, Py_ssize_t *count);

/* Compute the document of each passage, and the lengths of documents, unless they are known. Return -1 with an error set on failure. */
int know_documents(Table *table);

/* Return whether matches are passages of this table, or -1 with an error set. */
int are_passages_of(const Table *table, const Matches *matches);

/* scoring.c */

/* Return the second item of a tuple (segment number, sources), and the segment; segments must ascend. Return NULL
 * with an error set on failure. */
PyObject *segment_of_part(const Table *table, PyObject *given, const TableSegment **segment);
int open_part(Part *part, const Table *table, const TableSegment *segment, PyObject *sources, int with_positions);
void close_part(Part *part);
Wanted wanted_of(const TableSegment *segment, const Matches *within);
int matches_or_none(PyObject *module, PyObject *given, const Matches **within);

/* combine.c */
void shortest_first(Matches **parts, Py_ssize_t count);

/* topk.c */
int round_scores(double *rounded, const double *scores, Py_ssize_t count);
int wanted_fits(Py_ssize_t most);

/* The `most` best offered passages, and all within TINY of the last of them: `count` pairs in no order, among
 * others that are not below `least`. */
typedef struct {
    Py_ssize_t most, count, room, next;
    double least;
    Pair *pairs;
} Best;

/* Begin. At most `offers` passages will be offered. */
int begin_best(Best *best, Py_ssize_t most, double least, Py_ssize_t offers);

/* Offer a passage, which must not be below `least`. Return -1 if too many are equally good. */
int offer(Best *best, double score, uint32_t passage);

/* Return the answer, or NULL without an error if `size` is negative, since too many are equally good. */
PyObject *end_best(Best *best, Py_ssize_t size);

static inline uint64_t
weighted(const Source *source, uint64_t occurrences, uint32_t title_weight)
{
    return source->in_title ? occurrences * title_weight : occurrences;
}

#define BAD_SCORES "passages are there, and their scores are above zero"

/* Return the weighted length of a passage. */
static inline double
length_of(const Table *table, const TableSegment *segment, uint32_t doc)
{
    return double_at(&segment->lengths, doc) + (double)table->title_weight * double_at(&segment->titles, doc);
}

/* BM25F (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, 3.6), as in bm25f.py. */
static inline double
bm25f(const Table *table, const TableSegment *segment, uint32_t doc, double tf, double weight)
{
    return tf * weight / (table->a + table->b * length_of(table, segment, doc) + tf);
}

static inline int
is_score(double score)
{
    return score > 0 && score <= DBL_MAX;
}

/* Loops of this many steps release the interpreter's lock. */
#define LONG_WORK 8192

static inline PyThreadState *
begin_work(Py_ssize_t steps)
{
    return steps > LONG_WORK ? PyEval_SaveThread() : NULL;
}

static inline void
end_work(PyThreadState *state)
{
    if (state != NULL) {
        PyEval_RestoreThread(state);
    }
}

/* Return the first index from `at` on whose number is not below `wanted`; the numbers ascend. The next few are
 * all read, since near ones are found faster without branches. Then the steps double, and then halve. */
#define NEXT_FEW 16
#define DEFINE_FIND(name, type)                                                                                        \
    static inline Py_ssize_t name(const type *numbers, Py_ssize_t at, Py_ssize_t count, type wanted)                   \
    {                                                                                                                  \
        Py_ssize_t step = NEXT_FEW, low = at, below;                                                                   \
        for (int tries = 0; tries < 2; tries++) {                                                                      \
            if (count - low < NEXT_FEW) {                                                                              \
                while (low < count && numbers[low] < wanted) {                                                         \
                    low++;                                                                                             \
                }                                                                                                      \
                return low;                                                                                            \
            }                                                                                                          \
            below = 0;                                                                                                 \
            for (int i = 0; i < NEXT_FEW; i++) {                                                                       \
                below += numbers[low + i] < wanted;                                                                    \
            }                                                                                                          \
            low += below;                                                                                              \
            if (below < NEXT_FEW) {                                                                                    \
                return low;                                                                                            \
            }                                                                                                          \
        }                                                                                                              \
        low--; /* which is below */                                                                                    \
        while (step < count - low && numbers[low + step] < wanted) {                                                   \
            low += step;                                                                                               \
            step *= 2;                                                                                                 \
        }                                                                                                              \
        Py_ssize_t high = step < count - low ? low + step : count; /* not below, or the end */                         \
        while (high - low > 1) {                                                                                       \
            Py_ssize_t middle = low + (high - low) / 2;                                                                \
            if (numbers[middle] < wanted) {                                                                            \
                low = middle;                                                                                          \
            }                                                                                                          \
            else {                                                                                                     \
                high = middle;                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
        return high;                                                                                                   \
    }

DEFINE_FIND(find_passage, uint32_t)
