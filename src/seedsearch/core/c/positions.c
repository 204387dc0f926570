/* Phrases and nearness: the passages in which the occurrences of several words stand as they should.
 *
 * Every occurrence is one number, its passage above its position, and those in titles are of passages that come after
 * all others (`core_occurrences`); so a phrase, or a window of positions, never goes from a body into a title.
 */

#include "matching.h"

/* ------------------------------------------------------------------ phrases */

/* The passages in which the words stand one right after the other: first those of bodies, then those of titles. Gives how
 * many, and in `bodies` how many of them are bodies'. */
static Py_ssize_t
find_phrase(Occurrences *const *words, Py_ssize_t count, Py_ssize_t *at, uint64_t passages, uint32_t *found_in,
            Py_ssize_t *bodies)
{
    Py_ssize_t first = 0, found = 0;
    uint64_t last = UINT64_MAX;
    *bodies = 0;
    memset(at, 0, (size_t)count * sizeof *at);
    for (Py_ssize_t w = 1; w < count; w++) {
        if (words[w]->count < words[first]->count) {
            first = w;
        }
    }
    for (Py_ssize_t i = 0; i < words[first]->count; i++) {
        uint64_t key = words[first]->keys[i], doc = key >> 32;
        /* One place is enough, and a phrase begins in its passage. */
        if (doc == last || (key & UINT32_MAX) < (uint64_t)first) {
            continue;
        }
        Py_ssize_t w = 0;
        for (; w < count; w++) {
            uint64_t wanted = key - (uint64_t)first + (uint64_t)w;
            at[w] = find_key(words[w]->keys, at[w], words[w]->count, wanted);
            if (at[w] == words[w]->count) {
                return found;
            }
            if (words[w]->keys[at[w]] != wanted) {
                break;
            }
        }
        if (w == count && doc < 2 * passages) {
            found_in[found++] = (uint32_t)(doc < passages ? doc : doc - passages);
            *bodies += doc < passages;
            last = doc;
        }
    }
    return found;
}

/* Both runs ascend: puts them in order, each passage once; gives how many are left. */
static Py_ssize_t
merge_runs(const uint32_t *runs, Py_ssize_t bodies, Py_ssize_t count, uint32_t *merged)
{
    Py_ssize_t a = 0, b = bodies, out = 0;
    while (a < bodies || b < count) {
        if (b == count || (a < bodies && runs[a] < runs[b])) {
            merged[out++] = runs[a++];
        }
        else {
            a += a < bodies && runs[a] == runs[b];
            merged[out++] = runs[b++];
        }
    }
    return out;
}


/* ------------------------------------------------------------------ nearness */

/* The occurrences of one word in the passage at hand, from the first that is not before the window. */
typedef struct {
    const uint64_t *keys;
    Py_ssize_t count;
} Run;

/* Words that must have different positions in a window: who has which, and who was asked already. */
typedef struct {
    const Run *runs;
    Py_ssize_t count;
    uint64_t end;              /* the last key of the window */
    const uint64_t *positions; /* of all words in the passage, ascending, each once */
    Py_ssize_t position_count;
    Py_ssize_t *owner; /* by position; -1 for nobody */
    Py_ssize_t *asked; /* by position: the last round in which it was asked for */
} Choice;

/* Finds a position for a word; another one may have to move (bipartite matching, Kuhn 1955). */
static int
choose(Choice *choice, Py_ssize_t word, Py_ssize_t round)
{
    const Run *run = &choice->runs[word];
    for (Py_ssize_t i = 0; i < run->count && run->keys[i] <= choice->end; i++) {
        Py_ssize_t at = find_key(choice->positions, 0, choice->position_count, run->keys[i]);
        if (choice->asked[at] == round) {
            continue;
        }
        choice->asked[at] = round;
        if (choice->owner[at] < 0 || choose(choice, choice->owner[at], round)) {
            choice->owner[at] = word;
            return 1;
        }
    }
    return 0;
}

/* Whether each word can have a position of its own; as `match.can_choose`. */
static int
can_choose(Choice *choice)
{
    for (Py_ssize_t at = 0; at < choice->position_count; at++) {
        choice->owner[at] = -1;
        choice->asked[at] = -1;
    }
    for (Py_ssize_t word = 0; word < choice->count; word++) {
        if (!choose(choice, word, word)) {
            return 0;
        }
    }
    return 1;
}

static int
by_key(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return (one > other) - (one < other);
}

/* What `near` works with; the arrays have room for all occurrences in a passage. */
typedef struct {
    Run *runs;
    uint64_t *positions;
    Py_ssize_t *owner, *asked;
    Py_ssize_t room;
} Work;

static int
make_room(Work *work, Py_ssize_t wanted)
{
    if (wanted <= work->room) {
        return 0;
    }
    uint64_t *positions = realloc(work->positions, (size_t)wanted * sizeof *positions);
    work->positions = positions == NULL ? work->positions : positions;
    Py_ssize_t *owner = realloc(work->owner, (size_t)wanted * sizeof *owner);
    work->owner = owner == NULL ? work->owner : owner;
    Py_ssize_t *asked = realloc(work->asked, (size_t)wanted * sizeof *asked);
    work->asked = asked == NULL ? work->asked : asked;
    if (positions == NULL || owner == NULL || asked == NULL) {
        return -1;
    }
    work->room = wanted;
    return 0;
}

/* The positions of all words in the passage, ascending, each once; -1 where there is no memory. */
static Py_ssize_t
gather(Work *work, Py_ssize_t count)
{
    Py_ssize_t all = 0, kept = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        all += work->runs[w].count;
    }
    if (make_room(work, all) < 0) {
        return -1;
    }
    all = 0;
    for (Py_ssize_t w = 0; w < count; w++) {
        memcpy(work->positions + all, work->runs[w].keys, (size_t)work->runs[w].count * sizeof(uint64_t));
        all += work->runs[w].count;
    }
    qsort(work->positions, (size_t)all, sizeof(uint64_t), by_key);
    for (Py_ssize_t i = 0; i < all; i++) {
        if (!kept || work->positions[i] != work->positions[kept - 1]) {
            work->positions[kept++] = work->positions[i];
        }
    }
    return kept;
}

/* Whether one position for each word can be chosen, all different, none more than `span` after another: every window
 * that begins at a position is tried. 1, 0, or -1 where there is no memory. */
static int
are_near(Work *work, Py_ssize_t count, uint64_t span)
{
    Py_ssize_t position_count = -1; /* they are gathered when they are needed */
    for (;;) {
        uint64_t start = UINT64_MAX, end = 0;
        int shared = 0;
        for (Py_ssize_t w = 0; w < count; w++) {
            if (work->runs[w].count == 0) {
                return 0;
            }
            uint64_t key = work->runs[w].keys[0];
            for (Py_ssize_t other = 0; !shared && other < w; other++) {
                shared = work->runs[other].keys[0] == key;
            }
            start = key < start ? key : start;
            end = key > end ? key : end;
        }
        if (end - start <= span) {
            if (!shared) {
                return 1;
            }
            if (position_count < 0 && (position_count = gather(work, count)) < 0) {
                return -1;
            }
            Choice choice = {work->runs, count,       start + span, work->positions, position_count,
                             work->owner, work->asked};
            if (can_choose(&choice)) {
                return 1;
            }
        }
        for (Py_ssize_t w = 0; w < count; w++) {
            while (work->runs[w].count && work->runs[w].keys[0] == start) {
                work->runs[w].keys++;
                work->runs[w].count--;
            }
        }
    }
}

/* The passages in which the words stand near each other: as `find_phrase`; -1 where there is no memory. */
static Py_ssize_t
find_near(Occurrences *const *words, Py_ssize_t count, Py_ssize_t *at, Work *work, uint64_t span, uint64_t passages,
          uint32_t *found_in, Py_ssize_t *bodies)
{
    Py_ssize_t found = 0, first = 0;
    *bodies = 0;
    memset(at, 0, (size_t)count * sizeof *at);
    for (Py_ssize_t w = 1; w < count; w++) {
        if (words[w]->count < words[first]->count) {
            first = w;
        }
    }
    for (Py_ssize_t i = 0; i < words[first]->count;) {
        uint64_t passage = words[first]->keys[i] >> 32, low = passage << 32, high = low | UINT32_MAX;
        int held = 1;
        for (Py_ssize_t w = 0; held && w < count; w++) {
            const uint64_t *keys = words[w]->keys;
            at[w] = find_key(keys, at[w], words[w]->count, low);
            Py_ssize_t end = at[w];
            while (end < words[w]->count && keys[end] <= high) {
                end++;
            }
            work->runs[w] = (Run){keys + at[w], end - at[w]};
            held = end > at[w];
        }
        int near = held ? are_near(work, count, span) : 0;
        if (near < 0) {
            return -1;
        }
        if (near && passage < 2 * passages) {
            found_in[found++] = (uint32_t)(passage < passages ? passage : passage - passages);
            *bodies += passage < passages;
        }
        while (i < words[first]->count && words[first]->keys[i] <= high) {
            i++;
        }
    }
    return found;
}

/* ------------------------------------------------------------------ their scores */

/* The passages that all words have a score for, with the sum of these, in the order of the words. */
static void
add_scores(Matches *made, Matches *const *parts, Py_ssize_t count, Py_ssize_t *at, const uint32_t *passages,
           Py_ssize_t passage_count)
{
    memset(at, 0, (size_t)count * sizeof *at);
    for (Py_ssize_t i = 0; i < passage_count; i++) {
        double score = 0;
        Py_ssize_t p = 0;
        for (; p < count; p++) {
            at[p] = find_passage(parts[p]->passages, at[p], parts[p]->count, passages[i]);
            if (at[p] == parts[p]->count || parts[p]->passages[at[p]] != passages[i]) {
                break;
            }
            score += parts[p]->scores[at[p]];
        }
        if (p == count) {
            made->passages[made->count] = passages[i];
            made->scores[made->count++] = score;
        }
    }
}

enum { NOT_NEAR = -1 };

/* The passages in which words stand as a phrase, or near each other where `slop` is not below zero. */
static PyObject *
standing_together(PyObject *module, Table *table, PyObject *given_words, PyObject *given_parts, Py_ssize_t slop)
{
    Py_ssize_t count, others, some = 0, bodies = 0;
    Occurrences **words = items_of(given_words, core_type(module, TYPE_OCCURRENCES), &count);
    Matches **parts = words == NULL ? NULL : items_of(given_parts, core_type(module, TYPE_MATCHES), &others);
    Matches *made = NULL;
    if (parts == NULL || others != count) {
        if (parts != NULL) {
            wrong("a score for each word is wanted");
        }
        free(parts);
        free(words);
        return NULL;
    }
    Py_ssize_t fewest = words[0]->count;
    for (Py_ssize_t w = 1; w < count; w++) {
        fewest = words[w]->count < fewest ? words[w]->count : fewest;
    }
    Work work = {malloc((size_t)count * sizeof(Run)), NULL, NULL, NULL, 0};
    Py_ssize_t *at = malloc((size_t)count * sizeof *at);
    uint32_t *found_in = malloc(2 * (size_t)fewest * sizeof *found_in + 1);
    if (at == NULL || found_in == NULL || work.runs == NULL) {
        PyErr_NoMemory();
    }
    else if ((made = new_matches(module, fewest)) != NULL) {
        /* A position is far below 2^32, and so the window of a very large slop ends in its own passage. */
        uint64_t span = (uint64_t)(count - 1) + (uint64_t)(slop < 0 ? 0 : slop);
        span = span > UINT32_MAX - (1 << 24) ? UINT32_MAX - (1 << 24) : span;
        PyThreadState *state = begin_work(fewest);
        some = slop < 0 ? find_phrase(words, count, at, table->passages, found_in, &bodies)
                        : find_near(words, count, at, &work, span, table->passages, found_in, &bodies);
        const uint32_t *passages = found_in;
        if (some > 0 && bodies && bodies < some) {
            some = merge_runs(found_in, bodies, some, found_in + fewest);
            passages = found_in + fewest;
        }
        if (some > 0) {
            add_scores(made, parts, count, at, passages, some);
        }
        made->positive = 1;
        end_work(state);
    }
    free(work.runs);
    free(work.positions);
    free(work.owner);
    free(work.asked);
    free(found_in);
    free(at);
    free(parts);
    free(words);
    if (made != NULL && some < 0) {
        Py_DECREF(made);
        return PyErr_NoMemory();
    }
    return (PyObject *)(made == NULL ? NULL : fitted(made));
}

PyObject *
core_phrase(PyObject *module, PyObject *args)
{
    Table *table;
    PyObject *words, *parts;
    if (!PyArg_ParseTuple(args, "O!O!O!", core_type(module, TYPE_TABLE), &table, &PyTuple_Type, &words, &PyTuple_Type,
                          &parts)) {
        return NULL;
    }
    return standing_together(module, table, words, parts, NOT_NEAR);
}

PyObject *
core_near(PyObject *module, PyObject *args)
{
    Table *table;
    PyObject *words, *parts;
    Py_ssize_t slop;
    if (!PyArg_ParseTuple(args, "O!O!O!n", core_type(module, TYPE_TABLE), &table, &PyTuple_Type, &words,
                          &PyTuple_Type, &parts, &slop)) {
        return NULL;
    }
    if (slop < 0) {
        wrong("a slop is not below zero");
        return NULL;
    }
    return standing_together(module, table, words, parts, slop);
}
