/* The best passages for any, or all, of several words, or for a phrase of them, in C.
 *
 * In Python that takes a step for each posting; in NumPy a dozen calls, each of which finds its code, its types and what
 * it works on out of the processor's memory again when a query comes after other work: that took longer than the work
 * itself. Here a word's columns are read once (`postings.h`), into passages that ascend and scores that are above zero,
 * and a query is one call over these. Nobody can write into them, so they stay so. Without this module everything works,
 * more slowly.
 */

#include "core.h"

#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "postings.h"

#define TINY 1e-9 /* what execute.py has under these names */
#define TIED 1000
#define PEAK 128 /* so many of a word's best scores are known beforehand */

typedef struct {
    double score;
    uint32_t doc;
} Pair;

/* ------------------------------------------------------------------ the best so far */

/* The `most` best of what was offered, and what comes within TINY of the last of them: `count` pairs in no order, among
 * others that are not below `least`. */
typedef struct {
    Py_ssize_t most, count, room, next;
    double least;
    Pair *pairs;
} Best;

/* Not more than `offers` passages will be offered. */
static int
begin_best(Best *best, Py_ssize_t most, double least, Py_ssize_t offers)
{
    best->most = most;
    best->count = 0;
    best->room = most + TIED + (most > 256 ? most : 256);
    if (best->room > offers) {
        best->room = offers + 1;
    }
    best->next = most > 16 ? 4 * most : 64;
    best->least = least;
    best->pairs = most ? malloc((size_t)best->room * sizeof(Pair)) : NULL;
    if (best->next > best->room) {
        best->next = best->room;
    }
    if (most && best->pairs == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static double
middle_of(double a, double b, double c)
{
    if (a < b) {
        return b < c ? b : a < c ? c : a;
    }
    return a < c ? a : b < c ? c : b;
}

static int
by_score(const void *a, const void *b)
{
    double one = ((const Pair *)a)->score, other = ((const Pair *)b)->score;
    return (one < other) - (one > other);
}

/* Puts the `most` highest scores first, in no order, the least of them last (Hoare, Algorithm 65: Find, 1961). Scores
 * may be such that this takes for ever, if somebody made them so: after some rounds what is left is sorted. */
static void
select_best(Pair *pairs, Py_ssize_t count, Py_ssize_t most)
{
    Py_ssize_t low = 0, high = count - 1, wanted = most - 1;
    int rounds = 8;
    for (Py_ssize_t left = count; left; left >>= 1) {
        rounds += 2;
    }
    while (low < high) {
        if (rounds-- == 0) {
            qsort(pairs + low, (size_t)(high - low + 1), sizeof(Pair), by_score);
            return;
        }
        double pivot = middle_of(pairs[low].score, pairs[low + (high - low) / 2].score, pairs[high].score);
        Py_ssize_t i = low, j = high;
        while (i <= j) {
            while (pairs[i].score > pivot) {
                i++;
            }
            while (pairs[j].score < pivot) {
                j--;
            }
            if (i <= j) {
                Pair kept = pairs[i];
                pairs[i++] = pairs[j];
                pairs[j--] = kept;
            }
        }
        if (wanted <= j) {
            high = j;
        }
        else if (wanted >= i) {
            low = i;
        }
        else {
            return;
        }
    }
}

/* Lets go of what is not among the best any more. */
static void
tidy(Best *best)
{
    if (best->count > best->most) {
        select_best(best->pairs, best->count, best->most);
        double least = best->pairs[best->most - 1].score - TINY;
        if (least > best->least) {
            best->least = least;
        }
        Py_ssize_t kept = best->most;
        for (Py_ssize_t i = best->most; i < best->count; i++) {
            if (best->pairs[i].score >= best->least) {
                best->pairs[kept++] = best->pairs[i];
            }
        }
        best->count = kept;
    }
    best->next = 2 * best->count > 64 ? 2 * best->count : 64;
    if (best->next > best->room) {
        best->next = best->room;
    }
}

/* One more passage, which is not below `least`; -1 where too many are equally good. */
static int
offer(Best *best, double score, uint32_t doc)
{
    if (best->count == best->next) {
        tidy(best);
        if (best->count == best->room || best->count > best->most + TIED) {
            return -1;
        }
        if (score < best->least) {
            return 0;
        }
    }
    best->pairs[best->count++] = (Pair){score, doc};
    return 0;
}

/* (how many passages there are in all, [(score, passage) of some of them]). */
static PyObject *
as_answer(Py_ssize_t size, const Pair *pairs, Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *pair = Py_BuildValue("(dI)", pairs[i].score, (unsigned int)pairs[i].doc);
        if (pair == NULL || PyList_SetItem(list, i, pair) < 0) {
            Py_CLEAR(list);
        }
    }
    return list == NULL ? NULL : Py_BuildValue("(nN)", size, list);
}

/* The answer; None where `size` is below zero, as too many are equally good. */
static PyObject *
end_best(Best *best, Py_ssize_t size)
{
    PyObject *answer;
    if (size >= 0 && best->most) {
        tidy(best);
    }
    if (size < 0 || best->count > best->most + TIED) {
        answer = Py_NewRef(Py_None);
    }
    else {
        answer = as_answer(size, best->pairs, best->count);
    }
    free(best->pairs);
    return answer;
}

/* ------------------------------------------------------------------ words, and places of theirs */

typedef struct {
    PyObject_HEAD
    uint32_t *docs; /* ascending */
    double *scores; /* above zero */
    Py_ssize_t count;
    Pair peak[PEAK]; /* the best, best first */
    Py_ssize_t peak_count;
} Word;

typedef struct {
    PyObject_HEAD
    uint64_t *keys; /* ascending; some may be the same */
    Py_ssize_t count;
} Keys;

static void *
new_object(PyTypeObject *type)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    return allocate(type, 0);
}

/* A segment's part of a word: what stands for all its passages, and the word's sources there. */
typedef struct {
    uint32_t base; /* its first passage, numbered through the index */
    const void *lengths, *titles;
    size_t passages, length_bytes, title_bytes;
    const uint8_t *deleted; /* or NULL */
    PyObject *sources;
    Py_buffer views[3];
    int view_count;
} Part;

static void
close_part(Part *part)
{
    while (part->view_count) {
        PyBuffer_Release(&part->views[--part->view_count]);
    }
}

static const void *
part_view(Part *part, PyObject *object, size_t *bytes, size_t *count)
{
    Py_buffer *view = &part->views[part->view_count];
    const void *found = open_view(view, object, 1, count);
    if (found == NULL) {
        return NULL;
    }
    part->view_count++;
    *bytes = (size_t)view->itemsize;
    if ((*bytes != 1 && *bytes != 2 && *bytes != 4 && *bytes != 8) || (*count && (uintptr_t)found % *bytes)) {
        set_value_error("numbers of other bytes are wanted");
        return NULL;
    }
    *count /= *bytes;
    return found;
}

/* A tuple of: base, lengths of bodies, lengths of titles, deleted or None, sources. */
static int
open_part(Part *part, PyObject *given)
{
    PyObject *lengths, *titles, *deleted;
    Py_ssize_t base;
    size_t others, bytes;
    part->view_count = 0;
    if (!PyTuple_Check(given)
        || !PyArg_ParseTuple(given, "nOOOO!", &base, &lengths, &titles, &deleted, &PyTuple_Type, &part->sources)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_TypeError, "a segment's part is a tuple");
        }
        return -1;
    }
    part->lengths = part_view(part, lengths, &part->length_bytes, &part->passages);
    if (part->lengths == NULL || (part->titles = part_view(part, titles, &part->title_bytes, &others)) == NULL) {
        return -1;
    }
    part->deleted = NULL;
    if (others == part->passages && deleted != Py_None
        && (part->deleted = part_view(part, deleted, &bytes, &others)) == NULL) {
        return -1;
    }
    if (others != part->passages || base < 0 || part->passages > INT32_MAX || base > INT32_MAX - (Py_ssize_t)others) {
        return does_not_fit("what stands for each passage differs in length");
    }
    part->base = (uint32_t)base;
    return 0;
}

static double
number_at(const void *numbers, size_t bytes, size_t index)
{
    switch (bytes) {
    case 1:
        return ((const uint8_t *)numbers)[index];
    case 2:
        return ((const uint16_t *)numbers)[index];
    case 4:
        return ((const uint32_t *)numbers)[index];
    default:
        return (double)((const uint64_t *)numbers)[index];
    }
}

/* Does something with each source of each of some parts; -1 with an error set. */
typedef int (*TakeSource)(void *into, const Part *part, Source *source);

static int
each_source(const Part *part, TakeSource take, void *into)
{
    Source source;
    for (Py_ssize_t i = 0; i < PyTuple_Size(part->sources); i++) {
        PyObject *given = PyTuple_GetItem(part->sources, i);
        int failed;
        if (!PyTuple_Check(given)) {
            PyErr_SetString(PyExc_TypeError, "a source is a tuple");
            return -1;
        }
        failed = open_source(&source, given, part->passages) < 0 || take(into, part, &source) < 0;
        close_source(&source);
        if (failed) {
            return -1;
        }
    }
    return 0;
}

/* Passages of one segment with the word's weighted frequency in each. */
typedef struct {
    uint32_t doc;
    double tf;
} Held;

typedef struct {
    Held *held, *merged;
    size_t count, room;
    double title_weight;
} Holding;

/* Room for so many. */
static int
make_room(Holding *holding, size_t room)
{
    if (room > holding->room) {
        Held *held = realloc(holding->held, room * sizeof *held), *merged;
        if (held != NULL) {
            holding->held = held;
            merged = realloc(holding->merged, room * sizeof *merged);
            if (merged != NULL) {
                holding->merged = merged;
                holding->room = room;
                return 0;
            }
        }
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

/* Adds the frequencies of a source to those of others; both ascend by passages. */
static int
hold_source(void *into, const Part *part, Source *source)
{
    Holding *holding = into;
    List *list = &source->list;
    size_t out = 0, old = 0;
    int more;
    if (make_room(holding, holding->count + list->df) < 0) {
        return -1;
    }
    Held *held = holding->held, *merged = holding->merged;
    while ((more = read_posting(list)) > 0) {
        uint32_t occurrences = occurrences_at(source);
        if (occurrences == 0) {
            continue;
        }
        double tf = (source->in_title ? holding->title_weight : 1) * occurrences;
        while (old < holding->count && held[old].doc < list->doc) {
            merged[out++] = held[old++];
        }
        if (old < holding->count && held[old].doc == list->doc) {
            tf += held[old++].tf;
        }
        merged[out++] = (Held){list->doc, tf};
    }
    if (more < 0) {
        return -1;
    }
    while (old < holding->count) {
        merged[out++] = held[old++];
    }
    holding->held = merged;
    holding->merged = held;
    holding->count = out;
    return 0;
}

/* The numbers of BM25F (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, 3.6), as in execute.py. */
typedef struct {
    double weight, a, b, title_weight;
} Formula;

static int
score_held(Word *word, const Part *part, const Holding *holding, const Formula *formula)
{
    for (size_t i = 0; i < holding->count; i++) {
        uint32_t doc = holding->held[i].doc;
        if (part->deleted != NULL && part->deleted[doc]) {
            continue;
        }
        double length = number_at(part->lengths, part->length_bytes, doc);
        length += formula->title_weight * number_at(part->titles, part->title_bytes, doc);
        double tf = holding->held[i].tf, score = tf * formula->weight / (formula->a + formula->b * length + tf);
        uint32_t passage = part->base + doc;
        if (!(score > 0 && score <= DBL_MAX) || (word->count && passage <= word->docs[word->count - 1])) {
            return does_not_fit("passages ascend, and their scores are above zero");
        }
        word->docs[word->count] = passage;
        word->scores[word->count++] = score;
    }
    return 0;
}

static int
fill_word(Word *word, PyObject *parts, const Formula *formula)
{
    Holding holding = {NULL, NULL, 0, 0, formula->title_weight};
    int failed = 0;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        Part part;
        holding.count = 0;
        failed = open_part(&part, PyTuple_GetItem(parts, i)) < 0 || each_source(&part, hold_source, &holding) < 0;
        if (!failed && holding.count) {
            size_t room = (size_t)word->count + holding.count;
            uint32_t *docs = realloc(word->docs, room * sizeof *docs);
            double *scores = docs == NULL ? NULL : realloc(word->scores, room * sizeof *scores);
            word->docs = docs == NULL ? word->docs : docs;
            word->scores = scores == NULL ? word->scores : scores;
            failed = scores == NULL ? (PyErr_NoMemory(), 1) : score_held(word, &part, &holding, formula) < 0;
        }
        close_part(&part);
    }
    free(holding.held);
    free(holding.merged);
    return failed ? -1 : 0;
}

static int
find_peak(Word *word)
{
    Py_ssize_t count = word->count, most = count < PEAK ? count : PEAK;
    Pair *pairs = malloc(count ? (size_t)count * sizeof(Pair) : 1);
    if (pairs == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        pairs[i] = (Pair){word->scores[i], word->docs[i]};
    }
    if (count > most) {
        select_best(pairs, count, most);
    }
    memcpy(word->peak, pairs, (size_t)most * sizeof(Pair));
    free(pairs);
    qsort(word->peak, (size_t)most, sizeof(Pair), by_score);
    word->peak_count = most;
    return 0;
}

PyObject *
core_word(PyObject *module, PyObject *args)
{
    PyObject *parts;
    Formula formula;
    if (!PyArg_ParseTuple(args, "O!dddd", &PyTuple_Type, &parts, &formula.weight, &formula.a, &formula.b,
                          &formula.title_weight)) {
        return NULL;
    }
    Word *made = new_object(core_type(module, TYPE_WORD));
    if (made != NULL && (fill_word(made, parts, &formula) < 0 || find_peak(made) < 0)) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}

static void
word_dealloc(Word *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    free(self->docs);
    free(self->scores);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyObject *
word_nbytes(Word *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSsize_t((Py_ssize_t)sizeof(Word) + self->count * (Py_ssize_t)(sizeof(uint32_t) + sizeof(double)));
}

/* Occurrences of bodies, or of titles, on their way into Keys. */
typedef struct {
    Keys *keys;
    int in_title;
    uint64_t first; /* what the number of a title's passage is counted from */
} Keying;

static int
by_key(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static int
is_sorted(const uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (keys[i - 1] > keys[i]) {
            return 0;
        }
    }
    return 1;
}

static int
key_source(void *into, const Part *part, Source *source)
{
    const Keying *keying = into;
    Keys *keys = keying->keys;
    List *list = &source->list;
    int more;
    if (source->in_title != keying->in_title) {
        return 0;
    }
    size_t room = (size_t)keys->count + list->cf;
    uint64_t *grown = realloc(keys->keys, room * sizeof *grown);
    if (grown == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    keys->keys = grown;
    while ((more = read_posting(list)) > 0) {
        uint64_t passage = (keying->first + part->base + list->doc) << 32;
        uint32_t position = 0;
        if (find_positions(list) < 0) {
            return -1;
        }
        for (uint32_t i = list->from; i < list->to; i++) {
            if (read_position(list, &position) < 0) {
                return -1;
            }
            if (!source->has_members || is_chosen(source, member_at(list, i))) {
                grown[keys->count++] = passage | position;
            }
        }
    }
    return more;
}

static int
fill_keys(Keys *keys, PyObject *parts, uint64_t passages)
{
    for (int in_title = 0; in_title < 2; in_title++) {
        Keying keying = {keys, in_title, in_title ? passages : 0};
        for (Py_ssize_t i = 0; i < PyTuple_Size(parts); i++) {
            Part part;
            int failed = open_part(&part, PyTuple_GetItem(parts, i)) < 0 || each_source(&part, key_source, &keying) < 0;
            close_part(&part);
            if (failed) {
                return -1;
            }
        }
    }
    if (keys->keys != NULL && keys->count) { /* there was room for what was not chosen */
        uint64_t *fitting = realloc(keys->keys, (size_t)keys->count * sizeof *fitting);
        keys->keys = fitting == NULL ? keys->keys : fitting;
    }
    /* Groups of several languages take turns. */
    if (!is_sorted(keys->keys, (size_t)keys->count)) {
        qsort(keys->keys, (size_t)keys->count, sizeof *keys->keys, by_key);
    }
    return 0;
}

PyObject *
core_keys(PyObject *module, PyObject *args)
{
    PyObject *parts;
    Py_ssize_t passages;
    if (!PyArg_ParseTuple(args, "O!n", &PyTuple_Type, &parts, &passages)) {
        return NULL;
    }
    if (passages < 0 || passages > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "of how many passages is above zero");
        return NULL;
    }
    Keys *made = new_object(core_type(module, TYPE_KEYS));
    if (made != NULL && fill_keys(made, parts, (uint64_t)passages) < 0) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}

static void
keys_dealloc(Keys *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    free(self->keys);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyObject *
keys_nbytes(Keys *self, void *Py_UNUSED(closure))
{
    return PyLong_FromSsize_t((Py_ssize_t)sizeof(Keys) + self->count * (Py_ssize_t)sizeof(uint64_t));
}

/* The items of a tuple as they are, all of one type; NULL with an error set. */
static void *
items_of(PyObject *tuple, PyTypeObject *type, Py_ssize_t *count)
{
    *count = PyTuple_Size(tuple);
    if (*count < 1) {
        if (*count == 0) {
            PyErr_SetString(PyExc_ValueError, "some words are wanted");
        }
        return NULL;
    }
    void **items = malloc((size_t)*count * sizeof(void *));
    if (items == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (Py_ssize_t i = 0; i < *count; i++) {
        items[i] = PyTuple_GetItem(tuple, i);
        if (!PyObject_TypeCheck((PyObject *)items[i], type)) {
            PyErr_SetString(PyExc_TypeError, "not of the type that is wanted");
            free(items);
            return NULL;
        }
    }
    return items;
}

/* The words of a question, and how many passages are wanted; NULL with an error set. */
static Word **
read_words(PyObject *module, PyObject *args, Py_ssize_t *count, Py_ssize_t *most)
{
    PyObject *given;
    if (!PyArg_ParseTuple(args, "O!n", &PyTuple_Type, &given, most)) {
        return NULL;
    }
    if (*most < 0 || *most > INT32_MAX / 16) {
        PyErr_SetString(PyExc_ValueError, "how many are wanted is above zero");
        return NULL;
    }
    return items_of(given, core_type(module, TYPE_WORD), count);
}

/* ------------------------------------------------------------------ any of several words */

#define SPAN 2048 /* passages whose scores are added up at a time, in the processor's nearest memory */

typedef struct {
    double total[SPAN];
    uint16_t reached[SPAN]; /* those that have come up to the least that is wanted */
} Span;

/* Adds what a word has of the passages from `base` on to the span; gives the first that is beyond it. */
static Py_ssize_t
add_word(Span *span, const Word *word, Py_ssize_t at, uint32_t base, double least, Py_ssize_t *size,
         Py_ssize_t *reached)
{
    const uint32_t *docs = word->docs;
    const double *scores = word->scores;
    Py_ssize_t fresh = 0, marked = *reached;
    for (; at < word->count; at++) {
        uint32_t own = docs[at] - base;
        if (own >= SPAN) {
            break;
        }
        double before = span->total[own], after = before + scores[at];
        span->total[own] = after;
        fresh += before == 0;
        if (after >= least && before < least) {
            span->reached[marked++] = (uint16_t)own;
        }
    }
    *size += fresh;
    *reached = marked;
    return at;
}

static void
clear_span(Span *span, Word *const *words, Py_ssize_t count, const Py_ssize_t *from, const Py_ssize_t *to,
           uint32_t base)
{
    Py_ssize_t held = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        held += to[w] - from[w];
    }
    if (held > SPAN / 8) {
        memset(span->total, 0, sizeof span->total);
        return;
    }
    for (Py_ssize_t w = 0; w < count; w++) {
        for (Py_ssize_t i = from[w]; i < to[w]; i++) {
            span->total[words[w]->docs[i] - base] = 0;
        }
    }
}

/* How many passages the words hold together; the best of them are offered. -1 where too many are equally good. */
static Py_ssize_t
add_up(Span *span, Word *const *words, Py_ssize_t count, Py_ssize_t *from, Py_ssize_t *to, Best *best)
{
    Py_ssize_t size = 0;
    memset(span->total, 0, sizeof span->total);
    memset(to, 0, (size_t)count * sizeof *to);
    for (;;) {
        uint32_t base = UINT32_MAX;
        for (Py_ssize_t w = 0; w < count; w++) {
            from[w] = to[w];
            if (from[w] < words[w]->count && words[w]->docs[from[w]] < base) {
                base = words[w]->docs[from[w]];
            }
        }
        if (base == UINT32_MAX) {
            return size;
        }
        Py_ssize_t reached = 0;
        for (Py_ssize_t w = 0; w < count; w++) {
            to[w] = add_word(span, words[w], from[w], base, best->least, &size, &reached);
        }
        for (Py_ssize_t i = 0; best->most && i < reached; i++) {
            double score = span->total[span->reached[i]];
            if (score >= best->least && offer(best, score, base + span->reached[i]) < 0) {
                return -1;
            }
        }
        clear_span(span, words, count, from, to, base);
    }
}

/* How many passages the words hold, each counted by itself. */
static Py_ssize_t
held_by(Word *const *words, Py_ssize_t count)
{
    Py_ssize_t held = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        held += words[w]->count;
    }
    return held;
}

/* What the best have at least, for a word alone has as many that score this (Turtle & Flood, Query evaluation:
 * strategies and optimizations, 1995); to come up to it from nothing always takes a step. */
static double
floor_of(Word *const *words, Py_ssize_t count, Py_ssize_t most)
{
    double floor = DBL_TRUE_MIN;
    for (Py_ssize_t w = 0; w < count; w++) {
        if (most > 0 && most <= words[w]->peak_count && words[w]->peak[most - 1].score - TINY > floor) {
            floor = words[w]->peak[most - 1].score - TINY;
        }
    }
    return floor;
}

/* The answer for one word, which its peak knows; NULL, without an error, where that does not reach far enough. */
static PyObject *
of_peak(const Word *word, Py_ssize_t most)
{
    Py_ssize_t count = word->peak_count, some = most < count ? most : count;
    int is_whole = count == word->count;
    if (some == 0) {
        return as_answer(word->count, word->peak, 0);
    }
    double least = word->peak[some - 1].score - TINY;
    if (!is_whole && (most > count || word->peak[count - 1].score >= least)) {
        return NULL;
    }
    while (some < count && word->peak[some].score >= least) {
        some++;
    }
    return as_answer(word->count, word->peak, some);
}

static PyObject *
best_of_any(Word *const *words, Py_ssize_t count, Py_ssize_t most)
{
    Best best;
    Py_ssize_t *ends = malloc(2 * (size_t)count * sizeof *ends);
    Span *span = malloc(sizeof *span);
    PyObject *found = NULL;
    if (ends == NULL || span == NULL) {
        PyErr_NoMemory();
    }
    else if (begin_best(&best, most, floor_of(words, count, most), held_by(words, count)) == 0) {
        found = end_best(&best, add_up(span, words, count, ends, ends + count, &best));
    }
    free(span);
    free(ends);
    return found;
}

PyObject *
core_any_of(PyObject *module, PyObject *args)
{
    Py_ssize_t most, count;
    Word **words = read_words(module, args, &count, &most);
    if (words == NULL) {
        return NULL;
    }
    PyObject *found = count == 1 ? of_peak(words[0], most) : NULL;
    if (found == NULL && !PyErr_Occurred()) {
        found = best_of_any(words, count, most);
    }
    free(words);
    return found;
}

/* ------------------------------------------------------------------ all of several words */

/* The first of the ascending numbers from `at` on that is not below `wanted`. The next few are all looked at, for what
 * is near is found sooner where no branch has to be guessed; then it goes in steps that double, and then halve. */
#define NEAR 16
#define DEFINE_FIND(name, type)                                                                                        \
    static Py_ssize_t name(const type *numbers, Py_ssize_t at, Py_ssize_t count, type wanted)                          \
    {                                                                                                                  \
        Py_ssize_t step = NEAR, low = at, below;                                                                       \
        for (int tries = 0; tries < 2; tries++) {                                                                      \
            if (count - low < NEAR) {                                                                                  \
                while (low < count && numbers[low] < wanted) {                                                         \
                    low++;                                                                                             \
                }                                                                                                      \
                return low;                                                                                            \
            }                                                                                                          \
            below = 0;                                                                                                 \
            for (int i = 0; i < NEAR; i++) {                                                                           \
                below += numbers[low + i] < wanted;                                                                    \
            }                                                                                                          \
            low += below;                                                                                              \
            if (below < NEAR) {                                                                                        \
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

DEFINE_FIND(find_doc, uint32_t)
DEFINE_FIND(find_key, uint64_t)

/* Rarest first; words are few. */
static void
sort_words(Word **words, Py_ssize_t count)
{
    for (Py_ssize_t i = 1; i < count; i++) {
        Word *word = words[i];
        Py_ssize_t at = i;
        for (; at > 0 && words[at - 1]->count > word->count; at--) {
            words[at] = words[at - 1];
        }
        words[at] = word;
    }
}

/* The sum of the words' scores for a passage that none before had, 0 where one does not hold it, and -1 where one holds
 * no more. */
static double
score_of(Word *const *words, Py_ssize_t count, Py_ssize_t *at, uint32_t doc)
{
    double score = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        at[w] = find_doc(words[w]->docs, at[w], words[w]->count, doc);
        if (at[w] == words[w]->count) {
            return -1;
        }
        if (words[w]->docs[at[w]] != doc) {
            return 0;
        }
        score += words[w]->scores[at[w]];
    }
    return score;
}

/* Offers those of some ascending passages that all words hold; says how many these are, -1 where too many are equally
 * good. */
static Py_ssize_t
offer_all(Word *const *words, Py_ssize_t count, Py_ssize_t *at, const uint32_t *docs, Py_ssize_t docs_count, Best *best)
{
    Py_ssize_t size = 0;
    memset(at, 0, (size_t)count * sizeof *at);
    for (Py_ssize_t i = 0; i < docs_count; i++) {
        double score = score_of(words, count, at, docs[i]);
        if (score < 0) {
            break;
        }
        if (score > 0) {
            size++;
            if (best->most && score >= best->least && offer(best, score, docs[i]) < 0) {
                return -1;
            }
        }
    }
    return size;
}

/* The same for all passages that the rarest word has, and for words of which none is much more frequent: what they have
 * is added up a span at a time, which takes less than to look for each passage. */
static Py_ssize_t
add_up_all(Span *span, uint8_t *held, Word *const *words, Py_ssize_t count, Py_ssize_t *at, Best *best)
{
    const Word *rarest = words[0];
    Py_ssize_t size = 0, from = 0, to;
    memset(at, 0, (size_t)count * sizeof *at);
    memset(held, 0, SPAN);
    for (; from < rarest->count; from = to) {
        uint32_t base = rarest->docs[from];
        for (to = from; to < rarest->count && rarest->docs[to] - base < SPAN; to++) {
            span->total[rarest->docs[to] - base] = rarest->scores[to];
            held[rarest->docs[to] - base] = 1;
        }
        for (Py_ssize_t w = 1; w < count; w++) {
            const uint32_t *docs = words[w]->docs;
            Py_ssize_t i = find_doc(docs, at[w], words[w]->count, base), end = words[w]->count;
            for (; i < end && docs[i] - base < SPAN; i++) {
                uint32_t own = docs[i] - base;
                uint8_t all = held[own] == (uint8_t)w;
                span->total[own] += words[w]->scores[i]; /* what is not wanted is not looked at */
                held[own] += all;
            }
            at[w] = i;
        }
        for (Py_ssize_t i = from; i < to; i++) {
            uint32_t own = rarest->docs[i] - base;
            int all = held[own] == (uint8_t)count;
            held[own] = 0;
            size += all;
            if (all && best->most && span->total[own] >= best->least
                && offer(best, span->total[own], rarest->docs[i]) < 0) {
                return -1;
            }
        }
    }
    return size;
}

static PyObject *
best_of_all(Word *const *words, Py_ssize_t count, Py_ssize_t most)
{
    Best best;
    Py_ssize_t *at = malloc((size_t)count * sizeof *at);
    Span *span = NULL;
    uint8_t *held = NULL;
    PyObject *found = NULL;
    int are_alike = count < 256 && held_by(words, count) / 8 < words[0]->count;
    if (at == NULL || (are_alike && ((span = calloc(1, sizeof *span)) == NULL || (held = malloc(SPAN)) == NULL))) {
        PyErr_NoMemory();
    }
    else if (begin_best(&best, most, 0, words[0]->count) == 0) {
        Py_ssize_t size = are_alike ? add_up_all(span, held, words, count, at, &best)
                                    : offer_all(words, count, at, words[0]->docs, words[0]->count, &best);
        found = end_best(&best, size);
    }
    free(held);
    free(span);
    free(at);
    return found;
}

PyObject *
core_all_of(PyObject *module, PyObject *args)
{
    Py_ssize_t most, count;
    Word **words = read_words(module, args, &count, &most);
    if (words == NULL) {
        return NULL;
    }
    sort_words(words, count);
    PyObject *found = best_of_all(words, count, most);
    free(words);
    return found;
}

/* ------------------------------------------------------------------ phrases */

/* The passages in which the words stand one right after the other, as `words.consecutive` says: first those of bodies,
 * then those of titles. Gives how many, and in `bodies` how many of them are bodies'. */
static Py_ssize_t
find_phrase(Keys *const *keys, Py_ssize_t count, Py_ssize_t *at, uint64_t passages, uint32_t *docs, Py_ssize_t *bodies)
{
    Py_ssize_t first = 0, found = 0;
    uint64_t last = UINT64_MAX;
    *bodies = 0;
    memset(at, 0, (size_t)count * sizeof *at);
    for (Py_ssize_t w = 1; w < count; w++) {
        if (keys[w]->count < keys[first]->count) {
            first = w;
        }
    }
    for (Py_ssize_t i = 0; i < keys[first]->count; i++) {
        uint64_t key = keys[first]->keys[i], doc = key >> 32;
        /* One place is enough, and a phrase begins in its passage. */
        if (doc == last || (key & UINT32_MAX) < (uint64_t)first) {
            continue;
        }
        Py_ssize_t w = 0;
        for (; w < count; w++) {
            uint64_t wanted = key - (uint64_t)first + (uint64_t)w;
            at[w] = find_key(keys[w]->keys, at[w], keys[w]->count, wanted);
            if (at[w] == keys[w]->count) {
                return found;
            }
            if (keys[w]->keys[at[w]] != wanted) {
                break;
            }
        }
        if (w == count && doc < 2 * passages) {
            docs[found++] = (uint32_t)(doc < passages ? doc : doc - passages);
            *bodies += doc < passages;
            last = doc;
        }
    }
    return found;
}

/* Both runs ascend: puts them in order, each passage once; gives how many are left. */
static Py_ssize_t
merge_runs(const uint32_t *docs, Py_ssize_t bodies, Py_ssize_t count, uint32_t *merged)
{
    Py_ssize_t a = 0, b = bodies, out = 0;
    while (a < bodies || b < count) {
        if (b == count || (a < bodies && docs[a] < docs[b])) {
            merged[out++] = docs[a++];
        }
        else {
            a += a < bodies && docs[a] == docs[b];
            merged[out++] = docs[b++];
        }
    }
    return out;
}

static PyObject *
best_of_phrase(Keys *const *keys, Word *const *words, Py_ssize_t count, Py_ssize_t passages, Py_ssize_t most)
{
    Best best;
    Py_ssize_t bodies, fewest = keys[0]->count;
    for (Py_ssize_t w = 1; w < count; w++) {
        fewest = keys[w]->count < fewest ? keys[w]->count : fewest;
    }
    Py_ssize_t *at = malloc((size_t)count * sizeof *at);
    uint32_t *docs = malloc(2 * (size_t)fewest * sizeof *docs + 1);
    PyObject *found = NULL;
    if (at == NULL || docs == NULL) {
        PyErr_NoMemory();
    }
    else if (begin_best(&best, most, 0, fewest) == 0) {
        Py_ssize_t some = find_phrase(keys, count, at, (uint64_t)passages, docs, &bodies);
        const uint32_t *in_order = docs;
        if (bodies && bodies < some) {
            some = merge_runs(docs, bodies, some, docs + fewest);
            in_order = docs + fewest;
        }
        Py_ssize_t size = offer_all(words, count, at, in_order, some, &best);
        found = end_best(&best, size);
    }
    free(docs);
    free(at);
    return found;
}

PyObject *
core_phrase(PyObject *module, PyObject *args)
{
    PyObject *given_keys, *given_words, *found = NULL;
    Py_ssize_t passages, most, count, others;
    if (!PyArg_ParseTuple(args, "O!O!nn", &PyTuple_Type, &given_keys, &PyTuple_Type, &given_words, &passages, &most)) {
        return NULL;
    }
    if (most < 0 || most > INT32_MAX / 16 || passages < 0 || passages > INT32_MAX) {
        PyErr_SetString(PyExc_ValueError, "how many are wanted, and of how many, is above zero");
        return NULL;
    }
    Keys **keys = items_of(given_keys, core_type(module, TYPE_KEYS), &count);
    if (keys == NULL) {
        return NULL;
    }
    Word **words = items_of(given_words, core_type(module, TYPE_WORD), &others);
    if (words != NULL && count != others) {
        PyErr_SetString(PyExc_ValueError, "as many words as lists of places are wanted");
    }
    else if (words != NULL) {
        found = best_of_phrase(keys, words, count, passages, most);
    }
    free(words);
    free(keys);
    return found;
}

/* ------------------------------------------------------------------ the module */

static PyGetSetDef WORD_VALUES[] = {
    {"nbytes", (getter)word_nbytes, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot WORD_SLOTS[] = {
    {Py_tp_dealloc, word_dealloc},
    {Py_tp_getset, WORD_VALUES},
    {0, NULL},
};

PyType_Spec core_word_spec = {
    .name = "seedsearch.core._core.Word",
    .basicsize = sizeof(Word),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = WORD_SLOTS,
};

static PyGetSetDef KEYS_VALUES[] = {
    {"nbytes", (getter)keys_nbytes, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot KEYS_SLOTS[] = {
    {Py_tp_dealloc, keys_dealloc},
    {Py_tp_getset, KEYS_VALUES},
    {0, NULL},
};

PyType_Spec core_keys_spec = {
    .name = "seedsearch.core._core.Keys",
    .basicsize = sizeof(Keys),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = KEYS_SLOTS,
};
