/* Term sets: the postings of several ranges put together, as one posting for each passage, and their scores. */

#include "matching.h"
#include "postings.h"

#define FEW 4 /* ranges of postings that are merged; more are added up */

/* What a term set has in a segment. */
typedef struct {
    const TableSegment *segment;
    Source *sources;
    Py_ssize_t count;
    size_t postings; /* of all sources together, each counted by itself */
} Part;

static void
close_part(Part *part)
{
    while (part->count) {
        close_source(&part->sources[--part->count]);
    }
    free(part->sources);
    part->sources = NULL;
}

/* A tuple of: the segment's number, its sources. */
static int
open_part(Part *part, const Table *table, PyObject *given)
{
    PyObject *sources;
    Py_ssize_t number;
    *part = (Part){NULL, NULL, 0, 0};
    if (!PyTuple_Check(given)) {
        PyErr_SetString(PyExc_TypeError, "a segment's part is a tuple");
        return -1;
    }
    if (!PyArg_ParseTuple(given, "nO!", &number, &PyTuple_Type, &sources)) {
        return -1;
    }
    if (number < 0 || number >= table->count) {
        return wrong("there is no such segment");
    }
    Py_ssize_t count = PyTuple_Size(sources);
    part->segment = &table->segments[number];
    part->sources = malloc(count ? (size_t)count * sizeof *part->sources : 1);
    if (part->sources == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    while (part->count < count) {
        PyObject *source = PyTuple_GetItem(sources, part->count);
        if (!PyTuple_Check(source)) {
            PyErr_SetString(PyExc_TypeError, "a source is a tuple");
            return -1;
        }
        Source *own = &part->sources[part->count++];
        own->view_count = 0;
        if (open_source(own, source, part->segment->passages) < 0) {
            return -1;
        }
        part->postings += own->list.df;
    }
    return 0;
}

/* What failed has set an error, unless memory was missing. */
static int
tell_fault(void)
{
    if (!PyErr_Occurred()) {
        PyErr_NoMemory();
    }
    return -1;
}

/* The passages that are wanted of a segment, numbered through the index; all where there is no list. */
typedef struct {
    const uint32_t *passages;
    Py_ssize_t count;
} Wanted;

static Wanted
wanted_of(const TableSegment *segment, const Matches *within)
{
    Py_ssize_t from = find_passage(within->passages, 0, within->count, segment->base);
    Py_ssize_t to = find_passage(within->passages, from, within->count, segment->base + (uint32_t)segment->passages);
    return (Wanted){within->passages + from, to - from};
}

/* ------------------------------------------------------------------ one posting for each passage */

/* The next posting that holds an occurrence of the term set: as `read_posting`, with how often in `found`. */
static int
next_held(Source *source, uint64_t *found)
{
    int more;
    while ((more = read_posting(&source->list)) > 0) {
        *found = occurrences_at(source);
        if (*found) {
            return 1;
        }
    }
    return more;
}

static int
put(Postings *made, const TableSegment *segment, uint32_t doc, uint64_t frequency)
{
    if (frequency > UINT32_MAX) {
        return does_not_fit("a term is too frequent");
    }
    made->passages[made->count] = segment->base + doc;
    made->frequencies[made->count++] = (uint32_t)frequency;
    return 0;
}

static uint64_t
weighted(const Source *source, uint64_t occurrences, uint32_t title_weight)
{
    return source->in_title ? occurrences * title_weight : occurrences;
}

static int
merge_few(Postings *made, Part *part, uint32_t title_weight)
{
    uint64_t found[FEW] = {0};
    int more[FEW] = {0};
    for (Py_ssize_t i = 0; i < part->count; i++) {
        if ((more[i] = next_held(&part->sources[i], &found[i])) < 0) {
            return -1;
        }
    }
    for (;;) {
        uint32_t doc = UINT32_MAX;
        uint64_t frequency = 0;
        for (Py_ssize_t i = 0; i < part->count; i++) {
            doc = more[i] && part->sources[i].list.doc < doc ? part->sources[i].list.doc : doc;
        }
        if (doc == UINT32_MAX) {
            return 0;
        }
        for (Py_ssize_t i = 0; i < part->count; i++) {
            if (more[i] && part->sources[i].list.doc == doc) {
                frequency += weighted(&part->sources[i], found[i], title_weight);
                if ((more[i] = next_held(&part->sources[i], &found[i])) < 0) {
                    return -1;
                }
            }
        }
        if (put(made, part->segment, doc, frequency) < 0) {
            return -1;
        }
    }
}

/* The same for any number of sources: a total for each passage of the segment, and a bit for those that have one. */
static int
add_up_many(Postings *made, Part *part, uint32_t title_weight)
{
    size_t passages = part->segment->passages, words = passages / 64 + 1;
    uint64_t *totals = malloc(passages ? passages * sizeof *totals : 1), *bits = calloc(words, sizeof *bits);
    int failed = totals == NULL || bits == NULL;
    for (Py_ssize_t i = 0; !failed && i < part->count; i++) {
        Source *source = &part->sources[i];
        uint64_t found;
        int more;
        while ((more = next_held(source, &found)) > 0) {
            uint32_t doc = source->list.doc;
            uint64_t bit = (uint64_t)1 << (doc % 64), *word = &bits[doc / 64];
            totals[doc] = (*word & bit ? totals[doc] : 0) + weighted(source, found, title_weight);
            *word |= bit;
        }
        failed = more < 0;
    }
    for (size_t w = 0; !failed && w < words; w++) {
        for (uint32_t doc = (uint32_t)w * 64; bits[w] && !failed; doc++, bits[w] >>= 1) {
            failed = (bits[w] & 1) && put(made, part->segment, doc, totals[doc]) < 0;
        }
    }
    free(totals);
    free(bits);
    return failed ? -1 : 0;
}

/* The same of some passages alone: others are skipped. */
static int
look_up(Postings *made, Part *part, uint32_t title_weight, Wanted wanted)
{
    for (Py_ssize_t n = 0; n < wanted.count; n++) {
        uint32_t doc = wanted.passages[n] - part->segment->base;
        uint64_t frequency = 0;
        for (Py_ssize_t i = 0; i < part->count; i++) {
            Source *source = &part->sources[i];
            int more = skip_to(&source->list, doc);
            if (more < 0) {
                return -1;
            }
            if (more && source->list.doc == doc) {
                frequency += weighted(source, occurrences_at(source), title_weight);
            }
        }
        if (frequency && put(made, part->segment, doc, frequency) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
grow_postings(Postings *made, size_t more)
{
    size_t room = (size_t)made->count + more;
    uint32_t *passages = realloc(made->passages, (room ? room : 1) * sizeof *passages);
    made->passages = passages == NULL ? made->passages : passages;
    uint32_t *frequencies = realloc(made->frequencies, (room ? room : 1) * sizeof *frequencies);
    made->frequencies = frequencies == NULL ? made->frequencies : frequencies;
    return passages == NULL || frequencies == NULL ? -1 : 0;
}

static int
add_part(Postings *made, Part *part, uint32_t title_weight, const Matches *within)
{
    size_t most = part->postings < part->segment->passages ? part->postings : part->segment->passages;
    if (within == NULL) {
        PyThreadState *state = begin_work((Py_ssize_t)part->postings);
        int failed = grow_postings(made, most) < 0
                     || (part->count <= FEW ? merge_few : add_up_many)(made, part, title_weight) < 0;
        end_work(state);
        return failed ? tell_fault() : 0;
    }
    Wanted wanted = wanted_of(part->segment, within);
    PyThreadState *state = begin_work(wanted.count);
    int failed = grow_postings(made, (size_t)wanted.count) < 0 || look_up(made, part, title_weight, wanted) < 0;
    end_work(state);
    return failed ? tell_fault() : 0;
}

/* Whether the parts come in the order of their segments, each once, so that passages ascend. */
static int
check_order(const TableSegment *segment, const TableSegment **before)
{
    if (*before != NULL && segment <= *before) {
        return wrong("segments ascend");
    }
    *before = segment;
    return 0;
}

static int
matches_or_none(PyObject *module, PyObject *given, const Matches **within)
{
    *within = given == Py_None ? NULL : (const Matches *)given;
    if (given != Py_None && !PyObject_TypeCheck(given, core_type(module, TYPE_MATCHES))) {
        PyErr_SetString(PyExc_TypeError, "matches are wanted, or None");
        return -1;
    }
    return 0;
}

PyObject *
core_postings(PyObject *module, PyObject *args)
{
    PyObject *parts, *given;
    Table *table;
    const Matches *within;
    const TableSegment *before = NULL;
    if (!PyArg_ParseTuple(args, "O!O!O", core_type(module, TYPE_TABLE), &table, &PyTuple_Type, &parts, &given)
        || matches_or_none(module, given, &within) < 0) {
        return NULL;
    }
    Postings *made = new_postings(module);
    int failed = made == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        Part part;
        failed = open_part(&part, table, PyTuple_GetItem(parts, i)) < 0 || check_order(part.segment, &before) < 0
                 || add_part(made, &part, table->title_weight, within) < 0;
        close_part(&part);
    }
    if (failed) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}

/* ------------------------------------------------------------------ scores */

/* BM25F (Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009, 3.6), as in bm25f.py. */
static int
score_all(Matches *made, const Table *table, const Postings *postings, double weight)
{
    const TableSegment *segment = table->segments, *end = table->segments + table->count;
    for (Py_ssize_t i = 0; i < postings->count; i++) {
        uint32_t passage = postings->passages[i];
        while (segment < end && passage - segment->base >= segment->passages) {
            segment++;
        }
        if (segment == end) {
            return -1;
        }
        uint32_t doc = passage - segment->base;
        if (segment->deleted != NULL && segment->deleted[doc]) {
            continue;
        }
        double length = (double)number_at(&segment->lengths, doc);
        length += (double)table->title_weight * (double)number_at(&segment->titles, doc);
        double tf = postings->frequencies[i], score = tf * weight / (table->a + table->b * length + tf);
        if (!(score > 0 && score <= DBL_MAX)) {
            return -1;
        }
        made->passages[made->count] = passage;
        made->scores[made->count++] = score;
    }
    return 0;
}

PyObject *
core_scored(PyObject *module, PyObject *args)
{
    Table *table;
    Postings *postings;
    double weight;
    if (!PyArg_ParseTuple(args, "O!O!d", core_type(module, TYPE_TABLE), &table, core_type(module, TYPE_POSTINGS),
                          &postings, &weight)) {
        return NULL;
    }
    Matches *made = new_matches(module, postings->count);
    if (made == NULL) {
        return NULL;
    }
    made->positive = 1;
    PyThreadState *state = begin_work(postings->count);
    int failed = score_all(made, table, postings, weight) < 0;
    end_work(state);
    if (failed) {
        Py_DECREF(made);
        wrong("passages are there, and their scores are above zero");
        return NULL;
    }
    return (PyObject *)fitted(made);
}

/* ------------------------------------------------------------------ occurrences */

typedef struct {
    Occurrences *made;
    size_t room;
} Keying;

static int
by_key(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

static int
is_sorted(const uint64_t *keys, Py_ssize_t count)
{
    for (Py_ssize_t i = 1; i < count; i++) {
        if (keys[i - 1] > keys[i]) {
            return 0;
        }
    }
    return 1;
}

/* Puts the last keys in order, from one on. */
static void
in_order(Occurrences *made, Py_ssize_t begin)
{
    if (made->count - begin > 1 && !is_sorted(made->keys + begin, made->count - begin)) {
        qsort(made->keys + begin, (size_t)(made->count - begin), sizeof *made->keys, by_key);
    }
}

/* The occurrences of the posting that was read. */
static int
take_occurrences(Keying *keying, Source *source, uint64_t passage)
{
    List *list = &source->list;
    size_t wanted = (size_t)keying->made->count + (list->to - list->from);
    uint32_t position = 0;
    if (wanted > keying->room) {
        size_t room = wanted + wanted / 2 + 64;
        uint64_t *grown = realloc(keying->made->keys, room * sizeof *grown);
        if (grown == NULL) {
            return -1;
        }
        keying->made->keys = grown;
        keying->room = room;
    }
    if (find_positions(list) < 0) {
        return -1;
    }
    for (uint32_t i = list->from; i < list->to; i++) {
        if (read_position(list, &position) < 0) {
            return -1;
        }
        if (!source->has_members || is_chosen(source, member_at(list, i))) {
            keying->made->keys[keying->made->count++] = passage << 32 | position;
        }
    }
    return 0;
}

static int
key_source(Keying *keying, const TableSegment *segment, Source *source, uint64_t first, const Wanted *wanted)
{
    List *list = &source->list;
    int more;
    if (wanted == NULL) {
        while ((more = read_posting(list)) > 0) {
            if (take_occurrences(keying, source, first + list->doc) < 0) {
                return -1;
            }
        }
        return more;
    }
    for (Py_ssize_t n = 0; n < wanted->count; n++) {
        uint32_t doc = wanted->passages[n] - segment->base;
        more = skip_to(list, doc);
        if (more <= 0) {
            return more;
        }
        if (list->doc == doc && take_occurrences(keying, source, first + doc) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
key_part(Keying *keying, Part *part, const Table *table, int in_title, const Matches *within)
{
    uint64_t first = (uint64_t)part->segment->base + (in_title ? table->passages : 0);
    Wanted wanted = {NULL, 0};
    Py_ssize_t begin = keying->made->count;
    int failed = 0;
    if (within != NULL) {
        wanted = wanted_of(part->segment, within);
    }
    for (Py_ssize_t i = 0; !failed && i < part->count; i++) {
        Source *source = &part->sources[i];
        if (source->in_title == in_title) {
            failed = key_source(keying, part->segment, source, first, within == NULL ? NULL : &wanted) < 0;
        }
    }
    if (failed) {
        return -1;
    }
    in_order(keying->made, begin); /* the stem classes of several languages take turns */
    return 0;
}

PyObject *
core_occurrences(PyObject *module, PyObject *args)
{
    PyObject *parts, *given;
    Table *table;
    const Matches *within;
    if (!PyArg_ParseTuple(args, "O!O!O", core_type(module, TYPE_TABLE), &table, &PyTuple_Type, &parts, &given)
        || matches_or_none(module, given, &within) < 0) {
        return NULL;
    }
    Keying keying = {new_occurrences(module), 0};
    int failed = keying.made == NULL;
    for (int in_title = 0; in_title < 2; in_title++) {
        const TableSegment *before = NULL;
        for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
            Part part;
            failed = open_part(&part, table, PyTuple_GetItem(parts, i)) < 0 || check_order(part.segment, &before) < 0;
            if (!failed) {
                PyThreadState *state = begin_work(within == NULL ? (Py_ssize_t)part.postings : within->count);
                failed = key_part(&keying, &part, table, in_title, within) < 0;
                end_work(state);
                failed = failed && tell_fault() < 0;
            }
            close_part(&part);
        }
    }
    if (failed) {
        Py_CLEAR(keying.made);
        return NULL;
    }
    size_t count = (size_t)keying.made->count;
    uint64_t *fitting = realloc(keying.made->keys, (count ? count : 1) * sizeof *fitting);
    keying.made->keys = fitting == NULL ? keying.made->keys : fitting;
    return (PyObject *)keying.made;
}
