/* Phrases and nearness: find the passages in which several words are placed as required.
 *
 * The lists of all words are read side by side. Passages that lack a word are skipped, and positions are read
 * only in passages that have all words. Of a phrase, only the two rarest words are: the others are looked up where
 * these have their places. Bodies and titles are searched separately. */

#include "matching.h"

#include <math.h>

#define LEADERS 2 /* words of a phrase */

/* Positions of one word in a passage, from the first one inside the window. */
typedef struct {
    const uint32_t *positions;
    size_t count;
} Run;

/* A list of a word, with its next passage plus one, or 0 before it is read. */
typedef struct {
    uint64_t next;
    size_t source;
} Waiting;

typedef struct {
    Part part; /* in the current segment */
    double weight;
    uint32_t doc;        /* the current passage of its lists */
    Waiting *heap;       /* its lists that have more passages; the one with the lowest is first */
    Source **here;       /* its lists in passage `here_of` less one */
    size_t waiting, here_count, heap_room, here_room;
    uint64_t here_of;
    uint32_t *positions; /* in the current body or title, ascending; may contain duplicates */
    size_t count, room;
    Run run;
} Word;

/* A choice of different positions for words in a window. */
typedef struct {
    uint32_t *positions; /* of all words, ascending, without duplicates */
    size_t count, room;
    Py_ssize_t *owner; /* by position: the word that has it, or -1 */
    Py_ssize_t *asked; /* by position: the last round in which it was tried */
} Choice;

typedef struct {
    const Table *table;
    const TableSegment *segment;
    Word *words; /* in the order of the query */
    Word **rarest_first;
    Py_ssize_t count;
    enum { PHRASE, NEAR, BESIDE } kind;
    uint64_t span; /* of near words, or of neighbouring words */
    Choice choice;
    uint32_t *starts; /* where the phrase may begin, ascending */
    size_t start_count, start_room;
    int is_over; /* whether a word has no more passages */
} Search;

/* ------------------------------------------------------------------ nearness */

static int
by_position(const void *a, const void *b)
{
    uint32_t one = *(const uint32_t *)a, other = *(const uint32_t *)b;
    return (one > other) - (one < other);
}

/* Find a position for a word in the window that ends at `end`. Another word may have to move (bipartite matching,
 * Kuhn 1955). */
static int
choose(const Search *search, uint64_t end, Py_ssize_t word, Py_ssize_t round)
{
    const Choice *choice = &search->choice;
    const Run *run = &search->words[word].run;
    for (size_t i = 0; i < run->count && run->positions[i] <= end; i++) {
        Py_ssize_t at = find_passage(choice->positions, 0, (Py_ssize_t)choice->count, run->positions[i]);
        if (choice->asked[at] == round) {
            continue;
        }
        choice->asked[at] = round;
        if (choice->owner[at] < 0 || choose(search, end, choice->owner[at], round)) {
            choice->owner[at] = word;
            return 1;
        }
    }
    return 0;
}

/* Return whether each word can have a position of its own, as `match.can_choose` does. */
static int
can_choose(const Search *search, uint64_t end)
{
    for (size_t at = 0; at < search->choice.count; at++) {
        search->choice.owner[at] = search->choice.asked[at] = -1;
    }
    for (Py_ssize_t word = 0; word < search->count; word++) {
        if (!choose(search, end, word, word)) {
            return 0;
        }
    }
    return 1;
}

/* Collect the positions of all words, ascending, without duplicates. */
static int
gather(Search *search)
{
    Choice *choice = &search->choice;
    size_t all = 0;
    choice->count = 0;
    for (Py_ssize_t w = 0; w < search->count; w++) {
        all += search->words[w].run.count;
    }
    if (all > choice->room) {
        if (resize(&choice->positions, all, sizeof *choice->positions) < 0
            || resize(&choice->owner, all, sizeof *choice->owner) < 0
            || resize(&choice->asked, all, sizeof *choice->asked) < 0) {
            return -1;
        }
        choice->room = all;
    }
    all = 0;
    for (Py_ssize_t w = 0; w < search->count; w++) {
        const Run *run = &search->words[w].run;
        memcpy(choice->positions + all, run->positions, run->count * sizeof(uint32_t));
        all += run->count;
    }
    qsort(choice->positions, all, sizeof(uint32_t), by_position);
    for (size_t i = 0; i < all; i++) {
        if (!choice->count || choice->positions[i] != choice->positions[choice->count - 1]) {
            choice->positions[choice->count++] = choice->positions[i];
        }
    }
    return 0;
}

/* Return whether one position of each word can be chosen, all different and within the span. Every window that
 * begins at a position is tried. Return 1, 0, or -1 on failure. */
static int
are_near(Search *search)
{
    Word *words = search->words;
    int is_gathered = 0;
    for (Py_ssize_t w = 0; w < search->count; w++) {
        words[w].run = (Run){words[w].positions, words[w].count};
    }
    for (;;) {
        uint64_t start = UINT64_MAX, end = 0;
        int shared = 0;
        for (Py_ssize_t w = 0; w < search->count; w++) {
            if (words[w].run.count == 0) {
                return 0;
            }
            uint32_t position = words[w].run.positions[0];
            for (Py_ssize_t other = 0; !shared && other < w; other++) {
                shared = words[other].run.positions[0] == position;
            }
            start = position < start ? position : start;
            end = position > end ? position : end;
        }
        if (end - start <= search->span) {
            if (!shared) {
                return 1;
            }
            if (!is_gathered && gather(search) < 0) {
                return -1;
            }
            is_gathered = 1;
            if (can_choose(search, start + search->span)) {
                return 1;
            }
        }
        for (Py_ssize_t w = 0; w < search->count; w++) {
            for (Run *run = &words[w].run; run->count && run->positions[0] == start; run->count--) {
                run->positions++;
            }
        }
    }
}

/* ------------------------------------------------------------------ the lists side by side */

/* Begin with the lists of a word in a segment. */
static int
begin_lists(Word *word)
{
    size_t count = (size_t)word->part.count;
    if (reserve(&word->heap, &word->heap_room, count, sizeof *word->heap) < 0
        || reserve(&word->here, &word->here_room, count, sizeof *word->here) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        word->heap[i] = (Waiting){0, i};
    }
    word->waiting = count;
    word->here_of = 0;
    return 0;
}

/* Put the first list of the heap where it belongs. */
static void
sift(Word *word)
{
    Waiting *heap = word->heap, first = heap[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < word->waiting; at = child) {
        child += child + 1 < word->waiting && heap[child + 1].next < heap[child].next;
        if (heap[child].next >= first.next) {
            break;
        }
        heap[at] = heap[child];
    }
    heap[at] = first;
}

/* Move to the first passage from `doc` on that has a word. Only lists that are behind move: a pattern may have thousands.
 * Return 1, 0 if there is none, or -1 with an error set. */
static int
advance(Word *word, uint32_t doc)
{
    while (word->waiting && word->heap[0].next <= doc) {
        Source *source = &word->part.sources[word->heap[0].source];
        List *list = &source->list;
        int more = skip_to(list, doc);
        while (more > 0 && source->has_members && occurrences_at(source) == 0) {
            more = skip_to(list, list->doc + 1);
        }
        if (more < 0) {
            return -1;
        }
        if (more) {
            word->heap[0].next = (uint64_t)list->doc + 1;
        }
        else {
            word->heap[0] = word->heap[--word->waiting];
        }
        sift(word);
    }
    word->doc = word->waiting ? (uint32_t)(word->heap[0].next - 1) : UINT32_MAX;
    return word->waiting > 0;
}

static void
collect(Word *word, size_t at)
{
    if (at < word->waiting && word->heap[at].next == word->here_of) {
        word->here[word->here_count++] = &word->part.sources[word->heap[at].source];
        collect(word, 2 * at + 1);
        collect(word, 2 * at + 2);
    }
}

/* Find the lists of a word in its current passage. */
static void
find_here(Word *word, uint32_t doc)
{
    if (word->here_of != (uint64_t)doc + 1) {
        word->here_of = (uint64_t)doc + 1;
        word->here_count = 0;
        collect(word, 0);
    }
}

/* Return how many words, the rarest ones, move on together. The others of a phrase follow if these have their places. */
static Py_ssize_t
leaders_of(const Search *search)
{
    return search->kind == PHRASE && search->count > LEADERS ? LEADERS : search->count;
}

/* Move to the first wanted passage from `doc` on that has all leading words. Return as `advance`. */
static int
advance_all(const Search *search, Wanted *wanted, uint32_t *doc)
{
    for (Py_ssize_t n = 0; n < leaders_of(search); n++) {
        Word *word = search->rarest_first[n];
        int more;
        if (n == 0 && wanted->passages != NULL) {
            Py_ssize_t at = find_passage(wanted->passages, 0, wanted->count, search->segment->base + *doc);
            wanted->passages += at;
            wanted->count -= at;
            if (wanted->count == 0) {
                return 0;
            }
            *doc = wanted->passages[0] - search->segment->base;
        }
        if ((more = advance(word, *doc)) <= 0) {
            return more;
        }
        if (word->doc != *doc) {
            n = n == 0 && wanted->passages == NULL ? 0 : -1; /* start again with the rarest */
            *doc = word->doc;
        }
    }
    return 1;
}

/* Read the positions of a word in the body or the title of a passage. */
static int
read_positions(Word *word, uint32_t doc, int in_title)
{
    int is_sorted = 1;
    word->count = 0;
    find_here(word, doc);
    for (size_t n = 0; n < word->here_count; n++) {
        Source *source = word->here[n];
        List *list = &source->list;
        uint32_t position = 0;
        if (source->in_title != in_title) {
            continue;
        }
        size_t wanted = word->count + (list->to - list->from);
        if (reserve(&word->positions, &word->room, wanted, sizeof *word->positions) < 0 || find_positions(list) < 0) {
            return -1;
        }
        for (uint32_t i = list->from; i < list->to; i++) {
            if (read_position(list, &position) < 0) {
                return -1;
            }
            if (!source->has_members || is_chosen(source, member_at(list, i))) {
                is_sorted = is_sorted && (!word->count || word->positions[word->count - 1] <= position);
                word->positions[word->count++] = position;
            }
        }
    }
    if (!is_sorted) { /* it has stem classes of several languages */
        qsort(word->positions, word->count, sizeof *word->positions, by_position);
    }
    return 0;
}

/* ------------------------------------------------------------------ phrases */

/* Begin with the places where the phrase may begin because of one word, the `nth` of the phrase. */
static int
begin_starts(Search *search, const Word *word, uint32_t nth)
{
    search->start_count = 0;
    if (reserve(&search->starts, &search->start_room, word->count, sizeof *search->starts) < 0) {
        return -1;
    }
    for (size_t i = 0; i < word->count; i++) {
        if (word->positions[i] >= nth) {
            search->starts[search->start_count++] = word->positions[i] - nth;
        }
    }
    return 0;
}

/* Keep those places of them that a word has too, the `nth` of the phrase. */
static void
keep_starts(Search *search, const Word *word, uint32_t nth)
{
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < search->start_count; i++) {
        uint64_t wanted = (uint64_t)search->starts[i] + nth;
        while (at < word->count && word->positions[at] < wanted) {
            at++;
        }
        if (at == word->count) {
            break;
        }
        search->starts[kept] = search->starts[i];
        kept += word->positions[at] == wanted;
    }
    search->start_count = kept;
}

/* Return whether the words are consecutive in the body or the title of a passage: 1, 0, or -1 on failure. A frequent word
 * is read last, in those passages only in which the others have their places. */
static int
are_consecutive(Search *search, uint32_t doc, int in_title)
{
    for (Py_ssize_t n = 0; n < search->count; n++) {
        Word *word = search->rarest_first[n];
        uint32_t nth = (uint32_t)(word - search->words);
        int more = n < LEADERS ? 1 : advance(word, doc);
        search->is_over |= more == 0;
        if (more <= 0 || word->doc != doc) {
            return more < 0 ? -1 : 0;
        }
        if (read_positions(word, doc, in_title) < 0 || (n == 0 && begin_starts(search, word, nth) < 0)) {
            return -1;
        }
        if (n > 0) {
            keep_starts(search, word, nth);
        }
        if (search->start_count == 0) {
            return 0;
        }
    }
    return 1;
}

/* Return whether the words are placed as required in the body or the title of a passage: 1, 0, or -1 on failure. */
static int
stand_together(Search *search, uint32_t doc, int in_title)
{
    if (search->kind == PHRASE) {
        return are_consecutive(search, doc, in_title);
    }
    for (Py_ssize_t n = 0; n < search->count; n++) {
        Word *word = search->rarest_first[n];
        if (read_positions(word, doc, in_title) < 0) {
            return -1;
        }
        if (word->count == 0) {
            return 0;
        }
    }
    return are_near(search);
}

/* Return the score of a word in a passage. */
static double
score_of(const Search *search, Word *word, uint32_t doc)
{
    uint64_t tf = 0;
    find_here(word, doc);
    for (size_t i = 0; i < word->here_count; i++) {
        tf += weighted(word->here[i], occurrences_at(word->here[i]), search->table->title_weight);
    }
    return bm25f(search->table, search->segment, doc, (double)tf, word->weight);
}

/* Add up the words' scores in a passage, in order. Return 1, 0 if they are not placed as required, or -1 on
 * failure. */
static int
score_together(Search *search, uint32_t doc, double *score)
{
    int found = stand_together(search, doc, 0);
    found = found ? found : stand_together(search, doc, 1);
    *score = 0;
    for (Py_ssize_t w = 0; found > 0 && w < search->count; w++) {
        *score += score_of(search, &search->words[w], doc);
    }
    return found;
}

/* Return how close two words are, as `closeness` in plain_matching.py. */
static double
closeness(const Word *one, const Word *other, uint64_t reach)
{
    double most = 0;
    size_t before = 0, after = 0; /* the second word's positions before the first one's, and up to it */
    for (size_t i = 0; i < one->count; i++) {
        uint32_t position = one->positions[i];
        while (before < other->count && other->positions[before] < position) {
            before++;
        }
        after = after < before ? before : after;
        while (after < other->count && other->positions[after] == position) {
            after++;
        }
        uint32_t ahead = after < other->count ? other->positions[after] - position : 0;
        uint32_t behind = before ? position - other->positions[before - 1] : 0;
        if (ahead && ahead <= reach && 1.0 / ahead > most) {
            most = 1.0 / ahead;
        }
        if (behind && behind <= reach && 0.5 / behind > most) {
            most = 0.5 / behind;
        }
    }
    return most;
}

/* Compute what two neighbouring words add to the score of a passage. Return 1, 0 if they are not neighbours, or
 * -1 on failure. */
static int
score_beside(Search *search, uint32_t doc, double *score)
{
    Word *one = &search->words[0], *other = &search->words[1];
    double most = 0;
    for (int in_title = 0; in_title < 2; in_title++) {
        if (read_positions(one, doc, in_title) < 0 || read_positions(other, doc, in_title) < 0) {
            return -1;
        }
        double close = closeness(one, other, search->span);
        most = close > most ? close : most;
    }
    if (most > 0) {
        double first = score_of(search, one, doc), second = score_of(search, other, doc);
        *score = (first < second ? first : second) * sqrt(most);
    }
    return most > 0;
}

static int
search_segment(Search *search, Matches *made, Wanted wanted)
{
    const uint8_t *deleted = search->segment->deleted;
    uint32_t doc = 0;
    int more = 0;
    search->is_over = 0;
    for (; !search->is_over && (more = advance_all(search, &wanted, &doc)) > 0; doc++) {
        if (deleted != NULL && deleted[doc]) {
            continue;
        }
        double score;
        int found = (search->kind == BESIDE ? score_beside : score_together)(search, doc, &score);
        if (found < 0) {
            return -1;
        }
        if (found) {
            if (!is_score(score)) {
                return wrong(BAD_SCORES);
            }
            made->passages[made->count] = search->segment->base + doc;
            made->scores[made->count++] = score;
        }
    }
    return more < 0 ? -1 : 0;
}

/* ------------------------------------------------------------------ for Python */

static void
put_rarest_first(Search *search)
{
    for (Py_ssize_t n = 0; n < search->count; n++) {
        Word *word = &search->words[n];
        Py_ssize_t at = n;
        for (; at && search->rarest_first[at - 1]->part.postings > word->part.postings; at--) {
            search->rarest_first[at] = search->rarest_first[at - 1];
        }
        search->rarest_first[at] = word;
    }
}

/* Add the matches in a segment; `given` has a tuple of lists for each word. */
static int
add_segment(Search *search, Matches *made, PyObject *given, const Matches *within)
{
    int failed = 0;
    if (!PyTuple_Check(given) || PyTuple_Size(given) != search->count) {
        return wrong("lists for each word are wanted");
    }
    for (Py_ssize_t w = 0; !failed && w < search->count; w++) {
        failed = open_part(&search->words[w].part, search->table, search->segment, PyTuple_GetItem(given, w), 1) < 0
                 || begin_lists(&search->words[w]) < 0;
    }
    if (!failed) {
        put_rarest_first(search);
        size_t most = search->rarest_first[0]->part.postings;
        PyThreadState *state = begin_work((Py_ssize_t)most);
        failed = make_room(made, (size_t)made->count + most) < 0
                 || search_segment(search, made, within == NULL ? (Wanted){NULL, 0} : wanted_of(search->segment, within))
                        < 0;
        end_work(state);
    }
    for (Py_ssize_t w = 0; w < search->count; w++) {
        close_part(&search->words[w].part);
    }
    return failed ? -1 : 0;
}

static int
open_search(Search *search, PyObject *weights)
{
    size_t count = (size_t)search->count;
    search->words = zeroed(count, sizeof *search->words);
    search->rarest_first = array_of(count, sizeof *search->rarest_first);
    if (search->words == NULL || search->rarest_first == NULL) {
        return -1;
    }
    for (Py_ssize_t w = 0; w < search->count; w++) {
        search->words[w].weight = PyFloat_AsDouble(PyTuple_GetItem(weights, w));
        if (PyErr_Occurred()) {
            return -1;
        }
    }
    return 0;
}

static void
close_search(Search *search)
{
    for (Py_ssize_t w = 0; search->words != NULL && w < search->count; w++) {
        free(search->words[w].positions);
        free(search->words[w].heap);
        free(search->words[w].here);
    }
    free(search->words);
    free(search->rarest_first);
    free(search->starts);
    free(search->choice.positions);
    free(search->choice.owner);
    free(search->choice.asked);
}

/* Return the passages in which the words are placed as a search of this kind requires; `span` is an argument, or 0. */
static PyObject *
standing_together(PyObject *module, PyObject *args, int kind)
{
    PyObject *parts, *weights, *given;
    Search search = {.kind = kind};
    Py_ssize_t span = 0;
    const Matches *within;
    if (!PyArg_ParseTuple(args, kind == PHRASE ? "O!O!O!O" : "O!O!O!On", core_type(module, TYPE_table), &search.table,
                          &PyTuple_Type, &parts, &PyTuple_Type, &weights, &given, &span)
        || matches_or_none(module, given, &within) < 0) {
        return NULL;
    }
    search.count = PyTuple_Size(weights);
    if (span < 0 || search.count == 0 || (kind == BESIDE && search.count != 2)) {
        wrong(span < 0 ? "a slop is not below zero" : search.count ? "lists for two words are wanted" : "some are wanted");
        return NULL;
    }
    search.span = (uint64_t)(kind == BESIDE ? span : span + search.count - 1);
    Matches *made = open_search(&search, weights) < 0 ? NULL : new_matches(module, 0);
    int failed = made == NULL;
    for (Py_ssize_t i = 0; !failed && i < PyTuple_Size(parts); i++) {
        PyObject *lists = segment_of_part(search.table, PyTuple_GetItem(parts, i), &search.segment);
        failed = lists == NULL || add_segment(&search, made, lists, within) < 0;
    }
    close_search(&search);
    if (failed) {
        Py_CLEAR(made);
        return NULL;
    }
    made->positive = 1;
    return (PyObject *)fitted(made);
}

CORE_ONE_WAY(phrase, standing_together, PHRASE)
CORE_ONE_WAY(near, standing_together, NEAR)
CORE_ONE_WAY(beside, standing_together, BESIDE)
