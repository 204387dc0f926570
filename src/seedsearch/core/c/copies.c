/* Find texts that are copies of others, as search/copies.py does. Words and runs are compared by hashes of 64
 * bits. */

#include "memory.h"
#include "utf8.h"

#define MIN_WORDS 20
#define RUN 4
#define WINDOW 64
#define LONG_WORD 14
#define COMMON_RUNS 0.8
#define COMMON_WORDS 0.5

/* Distinct hashes, in a table that is at most half full. A slot with 0 is empty. */
typedef struct {
    uint64_t *slots;
    size_t mask, count;
} Set;

#define MARKS 1024 /* bits */

/* A text: how many words it has, their hash, and if they are many, the words, the digits of words, and a mark for each run.
   The sets are made when they are asked for: few texts have so many marks in common. */
typedef struct {
    size_t size;
    uint64_t whole, marks[MARKS / 64];
    Numbers words, figures;
    Set runs, numbers, distinct;
} Sketch;

static void
free_sketch(Sketch *sketch)
{
    free(sketch->words.values);
    free(sketch->figures.values);
    free(sketch->distinct.slots);
    free(sketch->runs.slots);
    free(sketch->numbers.slots);
}

static int
has(const Set *set, uint64_t value, size_t *at)
{
    for (*at = value & set->mask; set->slots[*at] && set->slots[*at] != value; *at = (*at + 1) & set->mask) {
    }
    return set->slots[*at] != 0;
}

/* Add the distinct hashes of all runs of `run` numbers. */
static int
fill(Set *set, const Numbers *numbers, size_t run, const Strings *seed)
{
    size_t room = 64, at;
    while (room < 2 * numbers->count) {
        room *= 2;
    }
    if ((set->slots = zeroed(room, sizeof(uint64_t))) == NULL) {
        return -1;
    }
    set->mask = room - 1;
    for (size_t i = 0; i + run <= numbers->count; i++) {
        uint64_t value = hash_of(seed, (const uint8_t *)&numbers->values[i], run * sizeof(uint64_t)) | 1;
        if (!has(set, value, &at)) {
            set->slots[at] = value;
            set->count++;
        }
    }
    return 0;
}

/* Return whether a set has a member that the other one lacks. */
static int
has_own(const Set *set, const Set *other)
{
    size_t at;
    for (size_t i = 0; i <= set->mask; i++) {
        if (set->slots[i] && !has(other, set->slots[i], &at)) {
            return 1;
        }
    }
    return 0;
}

/* Return whether two sets share at least `share` of the larger one. Few do, so this mostly ends early. */
static int
overlap(const Set *one, const Set *other, double share)
{
    double least = share * (double)(one->count > other->count ? one->count : other->count);
    size_t common = one->count, at; /* an upper bound so far */
    for (size_t i = 0; i <= one->mask && (double)common >= least; i++) {
        common -= one->slots[i] && !has(other, one->slots[i], &at);
    }
    return (double)common >= least;
}

/* A mark for each run: the same for the same run. */
static void
mark_runs(Sketch *sketch)
{
    const uint64_t *words = sketch->words.values;
    for (size_t i = 0; i + RUN <= sketch->size; i++) {
        uint64_t run = ((words[i] * 3 + words[i + 1]) * 5 + words[i + 2]) * 7 + words[i + 3];
        run = run * 0x9E3779B97F4A7C15u >> 32;
        sketch->marks[run % MARKS / 64] |= (uint64_t)1 << run % 64;
    }
}

/* Whether so many runs of a text are missing from another that they cannot be copies. */
static int
has_other_marks(const Sketch *one, const Sketch *other)
{
    size_t missing = 0;
    for (size_t i = 0; i < MARKS / 64; i++) {
        uint64_t bits = one->marks[i] & ~other->marks[i];
        bits -= bits >> 1 & 0x5555555555555555u;
        bits = (bits & 0x3333333333333333u) + (bits >> 2 & 0x3333333333333333u);
        missing += (size_t)(((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56);
    }
    return (double)missing > (1 - COMMON_RUNS) * (double)one->size + 1; /* runs are no more than words */
}

static int
fill_sets(Sketch *sketch, const Strings *seed)
{
    return sketch->runs.slots == NULL
           && (fill(&sketch->runs, &sketch->words, RUN, seed) < 0 || fill(&sketch->numbers, &sketch->figures, 1, seed) < 0
               || fill(&sketch->distinct, &sketch->words, 1, seed) < 0);
}

/* Return whether two texts of many words are nearly copies: 1, 0, or -1 with an error set. */
static int
is_near(Sketch *one, Sketch *other, const Strings *seed)
{
    double own = (double)one->size, theirs = (double)other->size;
    if (other->words.values == NULL || own < COMMON_RUNS * theirs || theirs < COMMON_RUNS * own
        || has_other_marks(one, other)) {
        return 0;
    }
    if (fill_sets(one, seed) || fill_sets(other, seed)) {
        return -1;
    }
    return overlap(&one->runs, &other->runs, COMMON_RUNS)
           && !(has_own(&one->numbers, &other->numbers) && has_own(&other->numbers, &one->numbers))
           && overlap(&one->distinct, &other->distinct, COMMON_WORDS);
}

/* Return a character beyond ASCII as `str.casefold` does, where that is sure to be one of as many bytes; else 0. */
static uint32_t
folded(uint32_t code)
{
    if (code < 0x100) {
        return code == 0x85 || code == 0xa0 || code == 0xb5 || code == 0xdf ? 0
               : code >= 0xc0 && code <= 0xde && code != 0xd7              ? code + 0x20
                                                                            : code;
    }
    int is_cyrillic = code >= 0x410 && code <= 0x45f, is_sign = (code > 0x200a && code <= 0x205e),
        is_eastern = (code > 0x3000 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff)
                     || (code >= 0xac00 && code <= 0xd7a3);
    return is_cyrillic ? code + (code < 0x430 ? 0x20 : 0) : (is_sign || is_eastern) && !is_space(code) ? code : 0;
}

/* Write a character beyond ASCII to a word, folded. Return its size, or 0 if only Python can fold it. */
static size_t
fold_to(uint8_t *word, const uint8_t *at, size_t left)
{
    size_t size = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
    int bytes;
    uint32_t code = left < size ? 0 : folded(code_point(at, &bytes));
    if (code && size == 2) {
        word[0] = (uint8_t)(0xc0 | code >> 6);
        word[1] = (uint8_t)(0x80 | (code & 0x3f));
    }
    else if (code) {
        memcpy(word, at, size);
    }
    return code ? size : 0;
}

/* Add the hashes of a text's words and of its numbers. ASCII white space separates words, and upper case is folded.
 * Return 0 if only Python can do that, beyond ASCII; what is `spaced` comes from there. */
static int
read_words(Numbers *words, Numbers *figures, PyObject *text, int spaced, const Strings *seed)
{
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(text, &bytes, &size) < 0) {
        return -1;
    }
    uint8_t *word = array_of(2 * (size_t)size + 2, 1), *digits = word == NULL ? NULL : word + size + 1;
    size_t length = 0, found = 0, signs = 0;
    int fits = word == NULL ? -1 : 1;
    for (Py_ssize_t i = 0; fits > 0 && i <= size; i++) {
        uint8_t c = (uint8_t)bytes[i]; /* there is a zero byte after the last one */
        if (c >= 0x80 && !spaced) {
            size_t taken = fold_to(word + length, (const uint8_t *)bytes + i, (size_t)(size - i));
            fits = taken > 0;
            length += taken;
            i += (Py_ssize_t)taken - 1;
            signs++;
        }
        else if (c > ' ' || (i < size && c < 28 && !(c >= 9 && c <= 13))) {
            word[length++] = (uint8_t)(c + (((unsigned)c - 'A' < 26) << 5));
            digits[found] = c;
            found += (unsigned)c - '0' < 10;
        }
        else if (length) {
            fits = add_number(words, hash_of(seed, word, length)) < 0
                           || (found && add_number(figures, hash_of(seed, digits, found)) < 0)
                       ? -1
                       : 1;
            length = found = 0;
        }
    }
    free(word);
    const uint8_t *begin = (const uint8_t *)bytes;
    int is_long = signs && words->count * LONG_WORD < (size_t)characters_in(begin, begin + size);
    return fits > 0 && is_long ? 0 : fits;
}

/* The same, asking Python where it must. */
static int
read_text(Numbers *words, Numbers *figures, PyObject *text, PyObject *space, const Strings *seed)
{
    int fits = read_words(words, figures, text, 0, seed);
    if (fits == 0) {
        words->count = figures->count = 0;
        PyObject *spaced = PyObject_CallFunctionObjArgs(space, text, NULL);
        fits = spaced == NULL ? -1 : read_words(words, figures, spaced, 1, seed);
        Py_XDECREF(spaced);
    }
    return fits;
}

static int
read_sketch(Sketch *sketch, PyObject *text, int near, PyObject *space, const Strings *seed)
{
    Numbers words = {0}, figures = {0};
    *sketch = (Sketch){0};
    int failed = read_text(&words, &figures, text, space, seed) < 0;
    sketch->size = words.count;
    sketch->whole = hash_of(seed, (const uint8_t *)words.values, words.count * sizeof(uint64_t)) | 1;
    if (!failed && near && words.count >= MIN_WORDS) {
        sketch->words = words;
        sketch->figures = figures;
        mark_runs(sketch);
        return 0;
    }
    free(words.values);
    free(figures.values);
    return failed ? -1 : 0;
}

/* Append for each text the index of the kept text that it copies, or of itself if it is kept, or -1 beyond
 * `limit`. */
static int
find_copies(PyObject *found, PyObject *texts, Py_ssize_t limit, int near, PyObject *space, const Strings *seed)
{
    Py_ssize_t kept = 0;
    size_t room = 64, at;
    while (limit > 0 && room < 2 * (size_t)limit) {
        room *= 2;
    }
    Set same = {zeroed(room, sizeof(uint64_t)), room - 1, 0}; /* the hashes of the kept texts */
    Py_ssize_t *number_at = zeroed(room, sizeof(Py_ssize_t));
    Sketch sketches[WINDOW] = {0}; /* of the last kept texts, by their index */
    int failed = same.slots == NULL || number_at == NULL;
    PyObject *text = NULL;
    while (!failed && (text = PyIter_Next(texts)) != NULL) {
        Sketch own;
        failed = read_sketch(&own, text, near, space, seed) < 0;
        Py_DECREF(text);
        Py_ssize_t number = kept > WINDOW ? kept - WINDOW : 0;
        int is_same = !failed && has(&same, own.whole, &at);
        for (int near_it = 0; !failed && !is_same && own.words.values != NULL && number < kept; number++) {
            near_it = is_near(&own, &sketches[number % WINDOW], seed);
            failed = near_it < 0;
            if (near_it) {
                break;
            }
        }
        number = is_same ? number_at[at] : own.words.values != NULL && number < kept ? number : -1;
        if (!failed && number < 0 && kept < limit) {
            same.slots[at] = own.whole;
            number = number_at[at] = kept;
            free_sketch(&sketches[kept % WINDOW]);
            sketches[kept++ % WINDOW] = own;
        }
        else {
            free_sketch(&own);
        }
        failed = failed || append(found, PyLong_FromSsize_t(number)) < 0;
    }
    for (int i = 0; i < WINDOW; i++) {
        free_sketch(&sketches[i]);
    }
    free(number_at);
    free(same.slots);
    return failed || PyErr_Occurred() ? -1 : 0;
}

PyObject *
core_copies(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *texts, *space;
    Py_ssize_t limit;
    int near;
    Strings seed = {0};
    unsigned long long given;
    if (!PyArg_ParseTuple(args, "OnpOK", &texts, &limit, &near, &space, &given)) {
        return NULL;
    }
    seed.seed = given;
    PyObject *found = NULL, *each = PyObject_GetIter(texts);
    if (each != NULL && (found = PyList_New(0)) != NULL && find_copies(found, each, limit, near, space, &seed) < 0) {
        Py_CLEAR(found);
    }
    Py_XDECREF(each);
    return found;
}
