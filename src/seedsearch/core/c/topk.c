/* Find the best matches, exactly: by scores rounded to 9 digits, and then by passage.
 *
 * For any or all of several matches with scores above zero, the best are found without combining all of them. */

#include "matching.h"

#include <math.h>

/* ------------------------------------------------------------------ rounding */

/* Return a score rounded to 9 digits as Python's round() does, which uses the exact value of the double; -1 with
 * an error set on failure. Most scores are far enough from a midpoint for plain arithmetic to be certain. */
static double
rounded_to_9(double score)
{
    double scaled = score * 1e9, whole = floor(scaled), rest = scaled - whole;
    if (scaled < 4503599627370496.0 && fabs(rest - 0.5) > 1e-6 + scaled * 2.3e-16) {
        return (whole + (rest > 0.5)) / 1e9;
    }
    char *digits = PyOS_double_to_string(score, 'f', 9, 0, NULL);
    if (digits == NULL) {
        return -1;
    }
    double found = PyOS_string_to_double(digits, NULL, NULL);
    PyMem_Free(digits);
    return found;
}

int
round_scores(double *rounded, const double *scores, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        rounded[i] = rounded_to_9(scores[i]);
        if (rounded[i] < 0) {
            return -1;
        }
    }
    return 0;
}

static int
by_rank(const void *a, const void *b)
{
    const Pair *one = a, *other = b;
    if (one->score != other->score) {
        return one->score < other->score ? 1 : -1;
    }
    return (one->passage > other->passage) - (one->passage < other->passage);
}

/* Round the scores of some pairs, and sort the pairs. */
static int
put_in_order(Pair *pairs, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        pairs[i].score = rounded_to_9(pairs[i].score);
        if (pairs[i].score < 0) {
            return -1;
        }
    }
    if (count > 1) {
        qsort(pairs, (size_t)count, sizeof *pairs, by_rank);
    }
    return 0;
}

/* ------------------------------------------------------------------ the best so far */

int
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
    best->pairs = most ? array_of((size_t)best->room, sizeof(Pair)) : NULL;
    if (best->next > best->room) {
        best->next = best->room;
    }
    return most && best->pairs == NULL ? -1 : 0;
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

/* Move the `most` highest scores to the front, in no order but with the least of them last (Hoare, Algorithm 65:
 * Find, 1961). Hostile scores could make this very slow, so after some rounds the rest is sorted. */
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

/* Drop the pairs that are no longer among the best. */
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

int
offer(Best *best, double score, uint32_t passage)
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
    best->pairs[best->count++] = (Pair){score, passage};
    return 0;
}

/* Return (number of all matches, [(score, passage) of the best, in order], where ties were cut). It steals `cut`,
 * which may be NULL. */
static PyObject *
as_answer(Py_ssize_t size, Pair *pairs, Py_ssize_t count, PyObject *cut)
{
    PyObject *list = put_in_order(pairs, count) < 0 ? NULL : PyList_New(count);
    for (Py_ssize_t i = 0; list != NULL && i < count; i++) {
        PyObject *pair = Py_BuildValue("(dI)", pairs[i].score, (unsigned int)pairs[i].passage);
        if (pair == NULL || PyList_SetItem(list, i, pair) < 0) {
            Py_CLEAR(list);
        }
    }
    return Py_BuildValue("(nNN)", size, list, cut == NULL ? PyTuple_New(0) : cut);
}

PyObject *
end_best(Best *best, Py_ssize_t size)
{
    PyObject *answer = NULL;
    if (size >= 0 && best->most) {
        tidy(best);
    }
    if (size >= 0 && best->count <= best->most + TIED) {
        answer = as_answer(size, best->pairs, best->count, NULL);
    }
    free(best->pairs);
    return answer;
}

int
wanted_fits(Py_ssize_t most)
{
    return most >= 0 && most <= INT32_MAX / 16 ? 0 : wrong("how many are wanted is above zero");
}

/* ------------------------------------------------------------------ the best of one */

/* Offer all matches. Return -1 if too many are equally good. */
static int
offer_each(Best *best, const Matches *matches)
{
    for (Py_ssize_t i = 0; i < matches->count; i++) {
        if (matches->scores[i] >= best->least && offer(best, matches->scores[i], matches->passages[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static Pair *
as_pairs(const Matches *matches)
{
    Pair *pairs = array_of((size_t)matches->count, sizeof *pairs);
    for (Py_ssize_t i = 0; pairs != NULL && i < matches->count; i++) {
        pairs[i] = (Pair){matches->scores[i], matches->passages[i]};
    }
    return pairs;
}

/* Keep the first `most` of each segment among passages that are equally good, and append the last one kept to
 * `cut` for each segment that loses any. Other passages stay; all stay if rounding might create new ties.
 * Passages ascend. Return how many are kept, or -1 with an error set. */
static Py_ssize_t
cut_ties(const Table *table, Pair *pairs, Py_ssize_t count, Py_ssize_t most, PyObject *cut)
{
    double least = DBL_MAX;
    for (Py_ssize_t i = 0; i < count; i++) {
        least = pairs[i].score < least ? pairs[i].score : least;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (pairs[i].score > least && pairs[i].score < least + 3 * TINY) {
            return count;
        }
    }
    Py_ssize_t kept = 0, tied = 0, segment = 0;
    uint32_t last = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        for (; segment + 1 < table->count && pairs[i].passage >= table->segments[segment + 1].base; segment++) {
            if (tied > most && append(cut, PyLong_FromUnsignedLong(last)) < 0) {
                return -1;
            }
            tied = 0;
        }
        if (pairs[i].score == least) {
            if (++tied > most) {
                continue;
            }
            last = pairs[i].passage;
        }
        pairs[kept++] = pairs[i];
    }
    return tied > most && append(cut, PyLong_FromUnsignedLong(last)) < 0 ? -1 : kept;
}

/* Return the best if very many are equally good, even if only temporarily. */
static PyObject *
best_of_tied(const Table *table, const Matches *matches, Py_ssize_t most)
{
    Pair *pairs = as_pairs(matches);
    PyObject *cut = pairs == NULL ? NULL : PyList_New(0), *answer = NULL;
    if (cut != NULL) {
        Py_ssize_t kept = 0;
        select_best(pairs, matches->count, most);
        double least = pairs[most - 1].score - TINY;
        for (Py_ssize_t i = 0; i < matches->count; i++) {
            if (matches->scores[i] >= least) {
                pairs[kept++] = (Pair){matches->scores[i], matches->passages[i]};
            }
        }
        if (kept > most + TIED) {
            kept = cut_ties(table, pairs, kept, most, cut);
        }
        PyObject *last_ones = kept < 0 ? NULL : PyList_AsTuple(cut);
        if (last_ones != NULL) {
            answer = as_answer(matches->count, pairs, kept, last_ones);
        }
    }
    Py_XDECREF(cut);
    free(pairs);
    return answer;
}

static PyObject *
best_of_one(const Table *table, const Matches *matches, Py_ssize_t most)
{
    Best best;
    if (begin_best(&best, most, 0, matches->count) < 0) {
        return NULL;
    }
    PyThreadState *state = begin_work(most ? matches->count : 0);
    int cut = most && offer_each(&best, matches) < 0;
    end_work(state);
    PyObject *answer = end_best(&best, cut ? -1 : matches->count);
    return answer == NULL && !PyErr_Occurred() ? best_of_tied(table, matches, most) : answer;
}

PyObject *
core_best(PyObject *module, PyObject *args)
{
    Table *table;
    Matches *matches;
    Py_ssize_t most;
    if (!PyArg_ParseTuple(args, "O!O!n", core_type(module, TYPE_table), &table, core_type(module, TYPE_matches),
                          &matches, &most)
        || wanted_fits(most) < 0) {
        return NULL;
    }
    return best_of_one(table, matches, most);
}

/* Return all matches in order: (scores, passages), each as the bytes of an array. */
PyObject *
core_ranked(PyObject *module, PyObject *args)
{
    Matches *matches;
    if (!PyArg_ParseTuple(args, "O!", core_type(module, TYPE_matches), &matches)) {
        return NULL;
    }
    Pair *pairs = as_pairs(matches);
    PyObject *scores = NULL, *passages = NULL;
    if (pairs != NULL && put_in_order(pairs, matches->count) == 0
        && (scores = PyBytes_FromStringAndSize(NULL, matches->count * (Py_ssize_t)sizeof(double))) != NULL
        && (passages = PyBytes_FromStringAndSize(NULL, matches->count * (Py_ssize_t)sizeof(uint32_t))) != NULL) {
        char *of_score = PyBytes_AsString(scores), *of_passage = PyBytes_AsString(passages);
        for (Py_ssize_t i = 0; i < matches->count; i++) {
            memcpy(of_score + (size_t)i * sizeof(double), &pairs[i].score, sizeof(double));
            memcpy(of_passage + (size_t)i * sizeof(uint32_t), &pairs[i].passage, sizeof(uint32_t));
        }
    }
    free(pairs);
    if (passages == NULL) {
        Py_XDECREF(scores);
        return NULL;
    }
    return Py_BuildValue("(NN)", scores, passages);
}

/* ------------------------------------------------------------------ the best that are remembered */

/* Return the PEAK best matches, in the order of their scores. */
static Pair *
find_peak(const Matches *matches, Py_ssize_t most)
{
    Best best;
    if (begin_best(&best, most, 0, matches->count) < 0) {
        return NULL;
    }
    Py_ssize_t count = matches->count;
    PyThreadState *state = begin_work(count);
    if (offer_each(&best, matches) < 0) { /* very many are equally good: any of them will do */
        free(best.pairs);
        best.pairs = as_pairs(matches);
    }
    else {
        count = best.count;
    }
    if (best.pairs != NULL) {
        if (count > most) {
            select_best(best.pairs, count, most);
        }
        qsort(best.pairs, (size_t)most, sizeof(Pair), by_score);
    }
    end_work(state);
    return best.pairs;
}

/* Find the best of matches unless they are known. Matches are immutable otherwise; this changes them once, under
 * the interpreter's lock. Return -1 with an error set on failure. */
static int
know_peak(Matches *matches)
{
    Py_ssize_t most = matches->count < PEAK ? matches->count : PEAK;
    if (matches->peak != NULL || most == 0) {
        return 0;
    }
    Pair *found = find_peak(matches, most);
    if (found == NULL || resize(&found, (size_t)most, sizeof *found) < 0) {
        free(found);
        return -1;
    }
    if (matches->peak == NULL) {
        matches->peak_count = most;
        matches->peak = found;
    }
    else { /* another thread was faster */
        free(found);
    }
    return 0;
}

/* Return the answer for one, from its peak, or NULL without an error if the peak is too short. */
static PyObject *
of_peak(const Matches *matches, Py_ssize_t most)
{
    Py_ssize_t count = matches->peak_count, some = most < count ? most : count;
    int is_whole = count == matches->count;
    double least = some ? matches->peak[some - 1].score - TINY : 0;
    if (some && !is_whole && (most > count || matches->peak[count - 1].score >= least)) {
        return NULL;
    }
    while (some && some < count && matches->peak[some].score >= least) {
        some++;
    }
    Pair best[PEAK];
    if (some) {
        memcpy(best, matches->peak, (size_t)some * sizeof *best);
    }
    return as_answer(matches->count, best, some, NULL);
}

/* ------------------------------------------------------------------ any of several */

/* The words of a query; extras, which only add to the scores of words; the words' scores in documents. */
typedef struct {
    const Table *table;
    Matches **words, **extras, **around;
    Py_ssize_t count, extra_count, around_count;
} Sums;

typedef struct {
    double total[SPAN];
    double document[SPAN]; /* by document, from the first passage's on */
    double score[SPAN];    /* of the passages in `held` */
    uint16_t held[SPAN + 1]; /* the passages that have a word, one more is written than counted; or how many words each has */
} Span;

/* Add a word's scores in the passages from `base` on to the span. Return the first index beyond the span. */
static Py_ssize_t
add_word(Span *span, const Matches *word, Py_ssize_t at, uint32_t base, Py_ssize_t *held)
{
    const uint32_t *passages = word->passages;
    const double *scores = word->scores;
    Py_ssize_t count = *held;
    for (; at < word->count; at++) {
        uint32_t own = passages[at] - base;
        if (own >= SPAN) {
            break;
        }
        double before = span->total[own];
        span->total[own] = before + scores[at];
        span->held[count] = (uint16_t)own;
        count += before == 0;
    }
    *held = count;
    return at;
}

/* Add an extra's scores in the passages of the span that have a word. */
static Py_ssize_t
add_extra(Span *span, const Matches *extra, Py_ssize_t at, uint32_t base)
{
    at = find_passage(extra->passages, at, extra->count, base);
    for (; at < extra->count && extra->passages[at] - base < SPAN; at++) {
        uint32_t own = extra->passages[at] - base;
        span->total[own] += span->total[own] > 0 ? extra->scores[at] : 0;
    }
    return at;
}

/* Add a word's scores in the documents of the span, or clear them. */
static void
add_documents(Span *span, const Matches *around, Py_ssize_t at, uint32_t first, uint32_t last, int is_clearing)
{
    for (; at < around->count && around->passages[at] <= last; at++) {
        double *own = &span->document[around->passages[at] - first];
        *own = is_clearing ? 0 : *own + around->scores[at];
    }
}

/* Keep the passages of a span that may be among the best with the highest possible score of their documents.
 * Return how many. The totals are cleared. */
static Py_ssize_t
keep_promising(Span *span, Py_ssize_t held, double least)
{
    Py_ssize_t kept = 0;
    for (Py_ssize_t i = 0; i < held; i++) {
        uint16_t own = span->held[i];
        double score = span->total[own];
        span->total[own] = 0;
        span->held[kept] = own;
        span->score[kept] = score;
        kept += score >= least;
    }
    return kept;
}

/* Offer the passages of a span that have words, with the scores of their documents, and clear the span. */
static int
offer_span(Span *span, const Sums *sums, Py_ssize_t *at, uint32_t base, Py_ssize_t held, Best *best)
{
    const uint32_t *document_of = sums->table->document_of;
    double most_around = 0;
    int failed = 0;
    uint32_t first = 0, last = 0;
    if (sums->around_count) {
        uint32_t passages = sums->table->passages;
        first = document_of[base];
        last = document_of[(passages - base > SPAN ? base + SPAN : passages) - 1];
    }
    for (Py_ssize_t w = 0; w < sums->around_count; w++) {
        const Matches *around = sums->around[w];
        at[w] = find_passage(around->passages, at[w], around->count, first);
        if (at[w] < around->count && around->passages[at[w]] <= last) {
            most_around += around->peak[0].score + TINY;
        }
    }
    Py_ssize_t kept = keep_promising(span, held, best->least - most_around);
    if (most_around > 0 && kept) {
        for (Py_ssize_t w = 0; w < sums->around_count; w++) {
            add_documents(span, sums->around[w], at[w], first, last, 0);
        }
        for (Py_ssize_t i = 0; i < kept; i++) {
            span->score[i] += span->document[document_of[base + span->held[i]] - first];
        }
        for (Py_ssize_t w = 0; w < sums->around_count; w++) {
            add_documents(span, sums->around[w], at[w], first, last, 1);
        }
    }
    for (Py_ssize_t i = 0; best->most && !failed && i < kept; i++) {
        failed = span->score[i] >= best->least && offer(best, span->score[i], base + span->held[i]) < 0;
    }
    return failed ? -1 : 0;
}

/* Offer the best of the passages that have any word. Return how many have one, or -1 if too many are equally
 * good. */
static Py_ssize_t
add_up(Span *span, const Sums *sums, Py_ssize_t *at, Best *best)
{
    Py_ssize_t size = 0, *at_extra = at + sums->count, *at_around = at_extra + sums->extra_count;
    memset(span->total, 0, sizeof span->total);
    memset(span->document, 0, sums->around_count ? sizeof span->document : 0);
    memset(at, 0, (size_t)(sums->count + sums->extra_count + sums->around_count) * sizeof *at);
    for (;;) {
        uint32_t base = UINT32_MAX;
        Py_ssize_t held = 0;
        for (Py_ssize_t w = 0; w < sums->count; w++) {
            if (at[w] < sums->words[w]->count && sums->words[w]->passages[at[w]] < base) {
                base = sums->words[w]->passages[at[w]];
            }
        }
        if (base == UINT32_MAX) {
            return size;
        }
        for (Py_ssize_t w = 0; w < sums->count; w++) {
            at[w] = add_word(span, sums->words[w], at[w], base, &held);
        }
        for (Py_ssize_t e = 0; e < sums->extra_count; e++) {
            at_extra[e] = add_extra(span, sums->extras[e], at_extra[e], base);
        }
        size += held;
        if (offer_span(span, sums, at_around, base, held, best) < 0) {
            return -1;
        }
    }
}

/* Return the least score of the best: as many passages as are wanted have at least this score by the weightiest word
 * alone (Turtle & Flood, Query evaluation: strategies and optimizations, 1995). It is above zero. To add up their other
 * scores would raise it, but takes longer than it saves. */
static double
floor_of(const Sums *sums, Py_ssize_t most)
{
    double least = DBL_TRUE_MIN;
    for (Py_ssize_t w = 0; w < sums->count; w++) {
        const Matches *word = sums->words[w];
        if (most > 0 && most <= word->peak_count && word->peak[most - 1].score - TINY > least) {
            least = word->peak[most - 1].score - TINY;
        }
    }
    return least;
}

/* ------------------------------------------------------------------ all of several */

/* Return the sum of the words' scores in a passage, 0 if a word is not in it, or -1 if a word has no more
 * passages. Passages ascend between calls. */
static double
score_of(Matches *const *words, Py_ssize_t count, Py_ssize_t *at, uint32_t passage)
{
    double score = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        at[w] = find_passage(words[w]->passages, at[w], words[w]->count, passage);
        if (at[w] == words[w]->count) {
            return -1;
        }
        if (words[w]->passages[at[w]] != passage) {
            return 0;
        }
        score += words[w]->scores[at[w]];
    }
    return score;
}

/* Offer those passages of the rarest word that have all words. Return how many have them, or -1 if too many are equally
 * good. */
static Py_ssize_t
look_up_all(const Sums *sums, Py_ssize_t *at, Best *best)
{
    const Matches *rarest = sums->words[0];
    Py_ssize_t size = 0;
    memset(at, 0, (size_t)sums->count * sizeof *at);
    for (Py_ssize_t i = 0; i < rarest->count; i++) {
        double score = score_of(sums->words, sums->count, at, rarest->passages[i]);
        if (score < 0) {
            break;
        }
        size += score > 0;
        if (score > 0 && best->most && score >= best->least && offer(best, score, rarest->passages[i]) < 0) {
            return -1;
        }
    }
    return size;
}

/* Do the same if no word is much more frequent: adding up the scores span by span is then faster than looking up each
 * passage. */
static Py_ssize_t
add_up_all(Span *span, const Sums *sums, Py_ssize_t *at, Best *best)
{
    const Matches *rarest = sums->words[0];
    uint16_t *held = span->held;
    Py_ssize_t size = 0, from = 0, to;
    memset(at, 0, (size_t)sums->count * sizeof *at);
    memset(span->total, 0, sizeof span->total);
    memset(held, 0, sizeof span->held);
    for (; from < rarest->count; from = to) {
        uint32_t base = rarest->passages[from];
        for (to = from; to < rarest->count && rarest->passages[to] - base < SPAN; to++) {
            span->total[rarest->passages[to] - base] = rarest->scores[to];
            held[rarest->passages[to] - base] = 1;
        }
        for (Py_ssize_t w = 1; w < sums->count; w++) {
            const Matches *word = sums->words[w];
            Py_ssize_t i = find_passage(word->passages, at[w], word->count, base);
            for (; i < word->count && word->passages[i] - base < SPAN; i++) {
                uint32_t own = word->passages[i] - base;
                span->total[own] += word->scores[i]; /* scores of other passages are never read */
                held[own] = (uint16_t)(held[own] + (held[own] == w));
            }
            at[w] = i;
        }
        for (Py_ssize_t i = from; i < to; i++) {
            uint32_t own = rarest->passages[i] - base;
            int all = held[own] == sums->count;
            held[own] = 0;
            size += all;
            if (all && best->most && span->total[own] >= best->least
                && offer(best, span->total[own], rarest->passages[i]) < 0) {
                return -1;
            }
        }
    }
    return size;
}

/* ------------------------------------------------------------------ the best of several */

static PyObject *
best_of_sums(const Sums *sums, int is_any, Py_ssize_t held, Py_ssize_t most)
{
    Best best;
    Py_ssize_t rarest = sums->words[0]->count, offers = is_any ? held : rarest;
    int are_alike = sums->count < UINT16_MAX && held / 8 < rarest;
    Py_ssize_t *at = array_of((size_t)(sums->count + sums->extra_count + sums->around_count), sizeof *at);
    Span *span = array_of(1, sizeof *span);
    PyObject *found = NULL;
    if (at != NULL && span != NULL && begin_best(&best, most, is_any ? floor_of(sums, most) : 0, offers) == 0) {
        PyThreadState *state = begin_work(offers);
        Py_ssize_t size = is_any      ? add_up(span, sums, at, &best)
                          : are_alike ? add_up_all(span, sums, at, &best)
                                      : look_up_all(sums, at, &best);
        end_work(state);
        found = end_best(&best, size);
    }
    free(span);
    free(at);
    return found;
}

/* Return whether all scores are above zero, and find the best of each word as far as that helps. Return -1 with
 * an error set on failure. */
static int
made_ready(const Sums *sums, Py_ssize_t most, int is_any, Py_ssize_t *held)
{
    Matches *const *parts = sums->words;
    Py_ssize_t count = sums->count;
    for (Py_ssize_t i = 0; i < sums->extra_count; i++) {
        if (!sums->extras[i]->positive) {
            return 0;
        }
    }
    for (Py_ssize_t i = 0; i < sums->around_count; i++) {
        if (know_peak(sums->around[i]) < 0) {
            return -1;
        }
    }
    *held = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!parts[i]->positive) {
            return 0;
        }
        if (most <= PEAK && (is_any || count == 1) && know_peak(parts[i]) < 0) {
            return -1;
        }
        *held += parts[i]->count;
    }
    return 1;
}

/* Return the best if very many are equally good, or some have a score of zero: everything is combined first. */
static PyObject *
best_of_whole(PyObject *module, Table *table, PyObject *given, PyObject *extras, PyObject *around, int is_any,
              Py_ssize_t most)
{
    PyObject *wrapped = Py_BuildValue("(O)", given), *all = NULL, *answer = NULL;
    if (wrapped != NULL) {
        all = is_any ? core_any_of(module, wrapped) : core_all_of(module, wrapped);
        Py_DECREF(wrapped);
    }
    for (Py_ssize_t i = 0; all != NULL && i < PyTuple_Size(extras); i++) {
        PyObject *pair = Py_BuildValue("(NO)", all, PyTuple_GetItem(extras, i));
        all = pair == NULL ? NULL : core_maybe(module, pair);
        Py_XDECREF(pair);
    }
    if (all != NULL && PyTuple_Size(around)) {
        PyObject *three = Py_BuildValue("(ONO)", table, all, around);
        all = three == NULL ? NULL : core_with_documents(module, three);
        Py_XDECREF(three);
    }
    if (all != NULL) {
        answer = best_of_one(table, (Matches *)all, most);
    }
    Py_XDECREF(all);
    return answer;
}

/* Get the items of a tuple that may be empty. Return -1 with an error set on failure. */
static int
open_matches(PyObject *module, PyObject *given, Matches ***items, Py_ssize_t *count)
{
    *count = PyTuple_Size(given);
    *items = *count ? items_of(given, core_type(module, TYPE_matches), count) : NULL;
    return *count && *items == NULL ? -1 : 0;
}

static int
open_sums(PyObject *module, Sums *sums, Table *table, PyObject *given, PyObject *extras, PyObject *around)
{
    *sums = (Sums){.table = table};
    if ((sums->words = items_of(given, core_type(module, TYPE_matches), &sums->count)) == NULL
        || open_matches(module, extras, &sums->extras, &sums->extra_count) < 0
        || open_matches(module, around, &sums->around, &sums->around_count) < 0) {
        return -1;
    }
    for (Py_ssize_t w = 0; sums->around_count && w < sums->count; w++) {
        if (are_passages_of(table, sums->words[w]) < 0) {
            return -1;
        }
    }
    return sums->around_count ? know_documents(table) : 0;
}

/* Only the best of any have extras and documents. */
static PyObject *
best_of_several(PyObject *module, PyObject *args, int is_any)
{
    Table *table;
    PyTypeObject *type = core_type(module, TYPE_table);
    PyObject *given, *none = PyTuple_New(0), *extras = none, *around = none, *answer = NULL;
    Py_ssize_t most, held;
    Sums sums = {0};
    int ready = none == NULL
                        || !(is_any ? PyArg_ParseTuple(args, "O!O!O!O!n", type, &table, &PyTuple_Type, &given,
                                                       &PyTuple_Type, &extras, &PyTuple_Type, &around, &most)
                                    : PyArg_ParseTuple(args, "O!O!n", type, &table, &PyTuple_Type, &given, &most))
                        || wanted_fits(most) < 0 || open_sums(module, &sums, table, given, extras, around) < 0
                    ? -1
                    : made_ready(&sums, most, is_any, &held);
    int is_one = sums.count == 1 && sums.extra_count + sums.around_count == 0;
    if (ready > 0 && is_one && sums.words[0]->peak != NULL && most <= PEAK) {
        answer = of_peak(sums.words[0], most);
    }
    else if (ready > 0 && !is_one) {
        if (!is_any) {
            shortest_first(sums.words, sums.count);
        }
        answer = best_of_sums(&sums, is_any, held, most);
    }
    if (answer == NULL && !PyErr_Occurred()) {
        answer = is_one ? best_of_one(table, sums.words[0], most)
                        : best_of_whole(module, table, given, extras, around, is_any, most);
    }
    free(sums.words);
    free(sums.extras);
    free(sums.around);
    Py_XDECREF(none);
    return answer;
}

CORE_ONE_WAY(best_of_any, best_of_several, 1)
CORE_ONE_WAY(best_of_all, best_of_several, 0)
