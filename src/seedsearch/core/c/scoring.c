/* Term sets: combine the postings of several ranges into one for each passage, and score them. */

#include "matching.h"

#define FEW 4 /* ranges of postings that are merged; more ranges are added up */

void
close_part(Part *part)
{
    while (part->count) {
        close_source(&part->sources[--part->count]);
    }
    free(part->sources);
    part->sources = NULL;
    if (part->held != NULL) {
        let_go(part->held);
        part->held = NULL;
    }
}

PyObject *
segment_of_part(const Table *table, PyObject *given, const TableSegment **segment)
{
    PyObject *of_segment;
    Py_ssize_t number;
    const TableSegment *before = *segment;
    if (!PyArg_Parse(given, "(nO)", &number, &of_segment)) {
        return NULL;
    }
    if (number < 0 || number >= table->count) {
        return PyErr_Format(PyExc_ValueError, "there is no such segment");
    }
    *segment = &table->segments[number];
    if (before != NULL && *segment <= before) {
        return PyErr_Format(PyExc_ValueError, "segments ascend");
    }
    return of_segment;
}

/* Open the next source of a part. */
static int
open_next(Part *part, PyObject *sources, int with_positions)
{
    Source *own = &part->sources[part->count];
    *own = (Source){0};
    if (part->held != NULL) {
        return open_word_list(own, part->held, part->count++, part->segment->passages, with_positions);
    }
    return open_source(own, PyTuple_GetItem(sources, part->count++), part->segment->passages);
}

int
open_part(Part *part, const Table *table, const TableSegment *segment, PyObject *sources, int with_positions)
{
    *part = (Part){.segment = segment};
    int are_lists = PyObject_TypeCheck(sources, table->word_lists);
    if (!are_lists && !PyTuple_Check(sources)) {
        PyErr_SetString(PyExc_TypeError, "sources are a tuple, or the lists of a word");
        return -1;
    }
    Py_ssize_t count = are_lists ? count_lists((WordLists *)sources) : PyTuple_Size(sources);
    if ((part->sources = array_of((size_t)count, sizeof *part->sources)) == NULL) {
        return -1;
    }
    if (are_lists) {
        part->held = (WordLists *)sources;
        hold(part->held);
    }
    while (part->count < count) {
        if (open_next(part, sources, with_positions) < 0) {
            return -1;
        }
        part->postings += part->sources[part->count - 1].list.df;
    }
    return 0;
}

Wanted
wanted_of(const TableSegment *segment, const Matches *within)
{
    Py_ssize_t from = find_passage(within->passages, 0, within->count, segment->base);
    Py_ssize_t to = find_passage(within->passages, from, within->count, segment->base + (uint32_t)segment->passages);
    return (Wanted){within->passages + from, to - from};
}

/* ------------------------------------------------------------------ one posting for each passage */

/* Read the next posting that has an occurrence of the term set. Return as `read_posting`; `found` is the
 * frequency. */
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
put_posting(Postings *made, const TableSegment *segment, uint32_t doc, uint64_t frequency)
{
    if (frequency > UINT32_MAX) {
        return wrong("a term is too frequent");
    }
    made->passages[made->count] = segment->base + doc;
    made->frequencies[made->count++] = (uint32_t)frequency;
    return 0;
}

/* Put the posting that a source is at, and those that follow before passage `until`. Return as `next_held`. */
static int
put_run(Postings *made, const TableSegment *segment, Source *source, uint64_t *found, uint32_t until,
        uint32_t title_weight)
{
    uint32_t weight = source->in_title ? title_weight : 1;
    int more, is_short = !source->has_members && weight <= UINT32_MAX / TWO_BYTES;
    do {
        if (put_posting(made, segment, source->list.doc, weighted(source, *found, title_weight)) < 0) {
            return -1;
        }
        if (is_short) {
            uint32_t *passages = made->passages + made->count, *frequencies = made->frequencies + made->count;
            uint32_t count = read_short(&source->list, until, passages, frequencies);
            for (uint32_t i = 0; i < count; i++) {
                passages[i] += segment->base;
                frequencies[i] *= weight;
            }
            made->count += count;
        }
        more = next_held(source, found);
    } while (more > 0 && source->list.doc < until);
    return more;
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
        uint32_t doc = UINT32_MAX, until = UINT32_MAX; /* the least, and the least of the others */
        uint64_t frequency = 0;
        Py_ssize_t first = 0;
        for (Py_ssize_t i = 0; i < part->count; i++) {
            uint32_t own = more[i] ? part->sources[i].list.doc : UINT32_MAX;
            if (own < doc) {
                until = doc;
                doc = own;
                first = i;
            }
            else if (own < until) {
                until = own;
            }
        }
        if (doc == UINT32_MAX) {
            return 0;
        }
        if (doc < until) {
            more[first] = put_run(made, part->segment, &part->sources[first], &found[first], until, title_weight);
            if (more[first] < 0) {
                return -1;
            }
            continue;
        }
        for (Py_ssize_t i = 0; i < part->count; i++) {
            if (more[i] && part->sources[i].list.doc == doc) {
                frequency += weighted(&part->sources[i], found[i], title_weight);
                if ((more[i] = next_held(&part->sources[i], &found[i])) < 0) {
                    return -1;
                }
            }
        }
        if (put_posting(made, part->segment, doc, frequency) < 0) {
            return -1;
        }
    }
}

/* Do the same for any number of sources, with a total for each passage of the segment, and a bit for each that
 * has one. */
static int
add_up_many(Postings *made, Part *part, uint32_t title_weight)
{
    size_t passages = part->segment->passages, words = passages / 64 + 1;
    uint64_t *totals = array_of(passages, sizeof *totals), *bits = zeroed(words, sizeof *bits);
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
            failed = (bits[w] & 1) && put_posting(made, part->segment, doc, totals[doc]) < 0;
        }
    }
    free(totals);
    free(bits);
    return failed ? -1 : 0;
}

/* Do the same for some passages only. Others are skipped. */
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
        if (frequency && put_posting(made, part->segment, doc, frequency) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
grow_postings(Postings *made, size_t more)
{
    size_t room = (size_t)made->count + more;
    return resize(&made->passages, room, sizeof *made->passages) < 0
                   || resize(&made->frequencies, room, sizeof *made->frequencies) < 0
               ? -1
               : 0;
}

static int
add_part(Postings *made, Part *part, uint32_t title_weight, const Matches *within)
{
    size_t most = part->postings < part->segment->passages ? part->postings : part->segment->passages;
    Wanted wanted = within == NULL ? (Wanted){NULL, (Py_ssize_t)most} : wanted_of(part->segment, within);
    PyThreadState *state = begin_work(within == NULL ? (Py_ssize_t)part->postings : wanted.count);
    int failed = grow_postings(made, (size_t)wanted.count) < 0
                 || (within != NULL      ? look_up(made, part, title_weight, wanted)
                     : part->count <= FEW ? merge_few(made, part, title_weight)
                                          : add_up_many(made, part, title_weight)) < 0;
    end_work(state);
    return failed ? -1 : 0;
}

int
matches_or_none(PyObject *module, PyObject *given, const Matches **within)
{
    *within = given == Py_None ? NULL : (const Matches *)given;
    if (given != Py_None && !PyObject_TypeCheck(given, core_type(module, TYPE_matches))) {
        PyErr_SetString(PyExc_TypeError, "matches are wanted, or None");
        return -1;
    }
    return 0;
}

/* Add the postings of a part as queries hand it over; segments ascend. */
static int
add_given(Postings *made, const Table *table, PyObject *given, const TableSegment **segment, const Matches *within)
{
    Part part = {0};
    PyObject *sources = segment_of_part(table, given, segment);
    int failed = sources == NULL || open_part(&part, table, *segment, sources, 0) < 0
                 || add_part(made, &part, table->title_weight, within) < 0;
    close_part(&part);
    return failed ? -1 : 0;
}

PyObject *
core_postings(PyObject *module, PyObject *args)
{
    PyObject *parts, *given;
    Table *table;
    const Matches *within;
    const TableSegment *segment = NULL;
    if (!PyArg_ParseTuple(args, "O!O!O", core_type(module, TYPE_table), &table, &PyTuple_Type, &parts, &given)
        || matches_or_none(module, given, &within) < 0) {
        return NULL;
    }
    Postings *made = core_new(core_type(module, TYPE_postings));
    int failed = made == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        failed = add_given(made, table, PyTuple_GetItem(parts, i), &segment, within) < 0;
    }
    if (failed) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}

/* ------------------------------------------------------------------ scores */

static int
score_all(Matches *made, const Table *table, const Postings *postings, double weight)
{
    const TableSegment *segment = table->segments, *end = table->segments + table->count;
    const uint32_t *passages = postings->passages, *frequencies = postings->frequencies;
    Py_ssize_t i = 0, count = 0;
    int fits = 1;
    while (i < postings->count) {
        while (segment < end && passages[i] - segment->base >= segment->passages) {
            segment++;
        }
        if (segment == end) {
            return -1;
        }
        for (; i < postings->count && passages[i] - segment->base < segment->passages; i++) {
            uint32_t doc = passages[i] - segment->base;
            int deleted = segment->deleted != NULL && segment->deleted[doc];
            double score = bm25f(table, segment, doc, frequencies[i], weight);
            fits &= deleted | is_score(score);
            made->passages[count] = passages[i];
            made->scores[count] = score;
            count += !deleted;
        }
    }
    made->count = count;
    return fits ? 0 : -1;
}

/* Score the documents that contain a term set. Return -1 if the data is invalid. */
static int
score_documents(Matches *made, const Table *table, const Postings *postings, double weight)
{
    double b = table->passages ? table->b * table->documents / table->passages : 0;
    if (postings->count && postings->passages[postings->count - 1] >= table->passages) { /* they ascend */
        return -1;
    }
    for (Py_ssize_t i = 0; i < postings->count;) {
        uint32_t number = table->document_of[postings->passages[i]];
        double tf = 0;
        for (; i < postings->count && table->document_of[postings->passages[i]] == number; i++) {
            tf += postings->frequencies[i];
        }
        double score = tf * weight / (table->a + b * table->document_lengths[number] + tf);
        if (!is_score(score)) {
            return -1;
        }
        made->passages[made->count] = number;
        made->scores[made->count++] = score;
    }
    return 0;
}

typedef int (*Score)(Matches *made, const Table *table, const Postings *postings, double weight);

/* Return matches with the scores of postings, or of their documents. */
static PyObject *
scored_by(PyObject *module, PyObject *args, Score score)
{
    Table *table;
    Postings *postings;
    double weight;
    if (!PyArg_ParseTuple(args, "O!O!d", core_type(module, TYPE_table), &table, core_type(module, TYPE_postings),
                          &postings, &weight)
        || (score == score_documents && know_documents(table) < 0)) {
        return NULL;
    }
    Matches *made = new_matches(module, postings->count);
    if (made == NULL) {
        return NULL;
    }
    made->positive = 1;
    PyThreadState *state = begin_work(postings->count);
    int failed = score(made, table, postings, weight) < 0;
    end_work(state);
    if (failed) {
        Py_DECREF(made);
        return PyErr_Format(PyExc_ValueError, BAD_SCORES);
    }
    return (PyObject *)fitted(made);
}

CORE_ONE_WAY(scored, scored_by, score_all)
CORE_ONE_WAY(around, scored_by, score_documents)

/* ------------------------------------------------------------------ the best of a word */

#define MOST_WEIGHT 1e100 /* weights beyond it, and beyond its inverse, do not come from frequencies */

#define FEW_TIMES 16 /* frequencies for which the longest passages are known */

/* Set the length of the longest passage that reaches a score, by its frequency: no less than that. */
static void
set_longest(uint64_t *longest, const Table *table, double weight, double least)
{
    for (int tf = 0; tf < FEW_TIMES; tf++) {
        double length = (tf * weight / least - tf - table->a) / table->b * (1 + TINY) + 1;
        longest[tf] = !(length < (double)UINT32_MAX) ? UINT64_MAX : length > 0 ? (uint64_t)length : 0;
    }
}

/* Return the first posting from `at` on whose passage is not too long: lengths have two bytes, and those of titles one. */
static Py_ssize_t
next_short_enough(const Table *table, const TableSegment *segment, const Postings *postings, const uint64_t *longest,
                  Py_ssize_t at)
{
    const uint16_t *lengths = segment->lengths.data;
    const uint8_t *titles = segment->titles.data;
    for (uint32_t weight = table->title_weight, base = segment->base; at < postings->count; at++) {
        uint32_t doc = postings->passages[at] - base, tf = postings->frequencies[at];
        if (tf >= FEW_TIMES || lengths[doc] + (uint64_t)weight * titles[doc] <= longest[tf]) {
            break;
        }
    }
    return at;
}

/* Offer the postings of a segment. Return how many passages are not deleted, or -1 if too many are equally good. */
static Py_ssize_t
offer_scored(Best *best, const Table *table, const TableSegment *segment, const Postings *postings, double weight)
{
    int is_usual = segment->deleted == NULL && segment->lengths.bytes == 2 && segment->titles.bytes == 1;
    uint64_t longest[FEW_TIMES];
    Py_ssize_t deleted = 0;
    double least = -1;
    for (Py_ssize_t i = 0; i < postings->count; i++) {
        if (is_usual && best->least != least) {
            set_longest(longest, table, weight, least = best->least);
        }
        if (is_usual && (i = next_short_enough(table, segment, postings, longest, i)) == postings->count) {
            break;
        }
        uint32_t doc = postings->passages[i] - segment->base, tf = postings->frequencies[i];
        if (segment->deleted != NULL && segment->deleted[doc]) {
            deleted++;
            continue;
        }
        double score = bm25f(table, segment, doc, tf, weight);
        if (score >= best->least && offer(best, score, postings->passages[i]) < 0) {
            return -1;
        }
    }
    return postings->count - deleted;
}

PyObject *
core_best_of_word(PyObject *module, PyObject *args)
{
    Table *table;
    PyObject *parts;
    double weight;
    Py_ssize_t most, size = 0;
    const TableSegment *segment = NULL;
    Best best;
    if (!PyArg_ParseTuple(args, "O!O!dn", core_type(module, TYPE_table), &table, &PyTuple_Type, &parts, &weight, &most)
        || wanted_fits(most) < 0) {
        return NULL;
    }
    if (!(weight < MOST_WEIGHT && weight > 1 / MOST_WEIGHT) || most == 0) {
        Py_RETURN_NONE;
    }
    Postings *made = core_new(core_type(module, TYPE_postings));
    if (made == NULL || begin_best(&best, most, 0, table->passages) < 0) {
        Py_XDECREF((PyObject *)made);
        return NULL;
    }
    int failed = 0;
    for (Py_ssize_t i = 0; !failed && size >= 0 && i < PyTuple_Size(parts); i++) {
        made->count = 0;
        failed = add_given(made, table, PyTuple_GetItem(parts, i), &segment, NULL) < 0;
        if (!failed) {
            PyThreadState *state = begin_work(made->count);
            Py_ssize_t live = offer_scored(&best, table, segment, made, weight);
            end_work(state);
            size = live < 0 ? -1 : size + live;
        }
    }
    Py_DECREF(made);
    PyObject *answer = end_best(&best, failed ? -1 : size);
    if (failed) {
        Py_CLEAR(answer);
    }
    return answer == NULL && !PyErr_Occurred() ? Py_NewRef(Py_None) : answer;
}

/* ------------------------------------------------------------------ whole documents */

PyObject *
core_with_documents(PyObject *module, PyObject *args)
{
    Table *table;
    const Matches *matches;
    PyObject *given;
    Py_ssize_t count;
    PyTypeObject *type = core_type(module, TYPE_matches);
    if (!PyArg_ParseTuple(args, "O!O!O!", core_type(module, TYPE_table), &table, type, &matches, &PyTuple_Type, &given)
        || know_documents(table) < 0 || are_passages_of(table, matches) < 0) {
        return NULL;
    }
    Matches **around = items_of(given, type, &count);
    Py_ssize_t *at = around == NULL ? NULL : zeroed((size_t)count, sizeof *at);
    Matches *made = at == NULL ? NULL : new_matches(module, matches->count);
    if (made != NULL) {
        PyThreadState *state = begin_work(matches->count);
        made->positive = matches->positive;
        for (; made->count < matches->count; made->count++) {
            uint32_t passage = matches->passages[made->count];
            double more = 0;
            for (Py_ssize_t w = 0; w < count; w++) {
                uint32_t document = table->document_of[passage];
                at[w] = find_passage(around[w]->passages, at[w], around[w]->count, document);
                if (at[w] < around[w]->count && around[w]->passages[at[w]] == document) {
                    more += around[w]->scores[at[w]];
                }
            }
            made->passages[made->count] = passage;
            made->scores[made->count] = matches->scores[made->count] + more;
        }
        end_work(state);
    }
    free(at);
    free(around);
    return (PyObject *)made;
}
