/* Which texts are copies of which: as search/copies.py does it. Words and runs are compared by hashes of 64 bits. */

#include "memory.h"

#define MIN_WORDS 20
#define RUN 4
#define COMMON_RUNS 0.8
#define COMMON_WORDS 0.5

/* Different hashes, in a table that is at most half full; 0 stands for none. */
typedef struct {
    uint64_t *slots;
    size_t mask, count;
} Set;

typedef struct {
    Numbers words; /* their hashes, in the order of the text */
    Set runs;
    Set distinct; /* without slots until it is asked for: few texts have so many runs in common */
} Sketch;

static void
free_sketch(Sketch *sketch)
{
    free(sketch->words.values);
    free(sketch->distinct.slots);
    free(sketch->runs.slots);
}

static int
has(const Set *set, uint64_t value, size_t *at)
{
    for (*at = value & set->mask; set->slots[*at] && set->slots[*at] != value; *at = (*at + 1) & set->mask) {
    }
    return set->slots[*at] != 0;
}

/* The different hashes of all runs of so many numbers. */
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

/* Whether two sets have such a share of the larger one in common. Few do: it mostly ends soon. */
static int
overlap(const Set *one, const Set *other, double share)
{
    double least = share * (double)(one->count > other->count ? one->count : other->count);
    size_t common = one->count, at; /* as far as is known */
    for (size_t i = 0; i <= one->mask && (double)common >= least; i++) {
        common -= one->slots[i] && !has(other, one->slots[i], &at);
    }
    return (double)common >= least;
}

static int
fill_distinct(Sketch *sketch, const Strings *seed)
{
    return sketch->distinct.slots == NULL ? fill(&sketch->distinct, &sketch->words, 1, seed) : 0;
}

/* Whether two texts are copies of each other: 1, 0, or -1 with an error set. */
static int
is_copy(Sketch *one, Sketch *other, const Strings *seed)
{
    size_t own = one->words.count, theirs = other->words.count;
    if (own < MIN_WORDS || theirs < MIN_WORDS) {
        return own == theirs && (!own || !memcmp(one->words.values, other->words.values, own * sizeof(uint64_t)));
    }
    if ((double)own < COMMON_RUNS * (double)theirs || (double)theirs < COMMON_RUNS * (double)own
        || !overlap(&one->runs, &other->runs, COMMON_RUNS)) {
        return 0;
    }
    return fill_distinct(one, seed) < 0 || fill_distinct(other, seed) < 0
               ? -1
               : overlap(&one->distinct, &other->distinct, COMMON_WORDS);
}

/* The words of a text; what parts them is white space in ASCII, and upper case is lower. */
static int
read_sketch(Sketch *sketch, PyObject *text, const Strings *seed)
{
    char *bytes;
    Py_ssize_t size;
    *sketch = (Sketch){0};
    if (PyBytes_AsStringAndSize(text, &bytes, &size) < 0) {
        return -1;
    }
    uint8_t *word = malloc((size_t)size + 1);
    size_t length = 0;
    int failed = word == NULL ? no_memory() : 0;
    for (Py_ssize_t i = 0; !failed && i <= size; i++) {
        uint8_t c = (uint8_t)bytes[i]; /* a zero byte is behind the last */
        if (i < size && c != ' ' && !(c >= 9 && c <= 13) && !(c >= 28 && c <= 31)) {
            word[length++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c + 'a' - 'A') : c;
        }
        else if (length) {
            failed = add_number(&sketch->words, hash_of(seed, word, length)) < 0;
            length = 0;
        }
    }
    free(word);
    if (failed || sketch->words.count < MIN_WORDS) {
        return failed ? -1 : 0;
    }
    return fill(&sketch->runs, &sketch->words, RUN, seed);
}

PyObject *
core_copies(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *texts;
    Py_ssize_t limit, kept = 0;
    Strings seed = {0};
    unsigned long long given;
    if (!PyArg_ParseTuple(args, "O!nK", &PyTuple_Type, &texts, &limit, &given)) {
        return NULL;
    }
    seed.seed = given;
    Py_ssize_t count = PyTuple_Size(texts);
    PyObject *found = PyList_New(0);
    Sketch *sketches = zeroed((size_t)count, sizeof(Sketch));
    int failed = found == NULL || sketches == NULL;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Sketch own;
        Py_ssize_t number = 0;
        failed = read_sketch(&own, PyTuple_GetItem(texts, i), &seed) < 0;
        int is_same = 0;
        for (; !failed && number < kept; number++) {
            is_same = is_copy(&own, &sketches[number], &seed);
            failed = is_same < 0;
            if (is_same) {
                break;
            }
        }
        if (!failed && number == kept && kept < limit) {
            sketches[kept++] = own;
        }
        else {
            free_sketch(&own);
        }
        failed = failed || append(found, PyLong_FromSsize_t(number < kept ? number : -1)) < 0;
    }
    while (kept) {
        free_sketch(&sketches[--kept]);
    }
    free(sketches);
    if (failed) {
        Py_CLEAR(found);
    }
    return found;
}
