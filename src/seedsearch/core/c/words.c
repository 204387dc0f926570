/* Find the wanted words of a text with their places, as `highlight.py` does with the tokenizer.
 *
 * This handles only ASCII texts, which need no folding, and English stems. Python handles others. */

#include "chain.h"
#include "snippet.h"
#include "stem.h"

typedef struct {
    const uint8_t *data;
    size_t size;
} Name;

/* The wanted terms, and after them the wanted stems. */
typedef struct {
    Name *wanted;
    size_t terms, count;
    uint64_t firsts; /* a bit for each first letter of a stem or its irregular forms: few words need stemming */
} Wanted;

typedef struct {
    Py_ssize_t position; /* of the next chain */
    const Wanted *wanted;
    FoundWords *found;
} Search;

static uint64_t
bit_of(uint8_t c)
{
    return (uint64_t)1 << (c % 64);
}

static int
tell(Search *search, size_t number, uint32_t part, size_t start, size_t end)
{
    FoundWords *found = search->found;
    if (reserve(&found->items, &found->room, found->count + 1, sizeof *found->items) < 0) {
        return -1;
    }
    found->items[found->count++] = (FoundWord){number, search->position + (Py_ssize_t)part, {start, end}};
    return 0;
}

/* Report the wanted names from `from` to `to` that equal the term. */
static int
tell_those(Search *search, size_t from, size_t to, const uint8_t *term, size_t size, uint32_t part, size_t start,
           size_t end)
{
    for (size_t i = from; i < to; i++) {
        const Name *own = &search->wanted->wanted[i];
        if (own->size == size && memcmp(own->data, term, size) == 0 && tell(search, i, part, start, end) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Take a term at a part of the current chain, for the characters from `start` to `end`. */
static int
take_term(void *context, const uint8_t *term, size_t size, uint32_t part, size_t start, size_t end)
{
    Search *search = context;
    const Wanted *wanted = search->wanted;
    uint8_t stem[ENGLISH_MAX];
    if (tell_those(search, 0, wanted->terms, term, size, part, start, end) < 0) {
        return -1;
    }
    if (wanted->terms == wanted->count || !(wanted->firsts & bit_of(term[0]))) {
        return 0;
    }
    int stemmed = IS_LOWER(term[0]) ? stem_english(term, size, stem) : -1;
    return stemmed < 0 ? tell_those(search, wanted->terms, wanted->count, term, size, part, start, end)
                       : tell_those(search, wanted->terms, wanted->count, stem, (size_t)stemmed, part, start, end);
}

/* Take the words that begin at `at`, if any do. Move `at` after them, or after the character. */
static int
take_next(Search *search, Chains *chains, const uint8_t **at)
{
    uint8_t term[MAX_TERM];
    const uint8_t *here = *at;
    uint32_t parts = 1;
    if (!LOWER[*here] && after_sign(chains, here) == NULL) {
        (*at)++;
        return 0;
    }
    for (size_t size = 0; LOWER[*here] && size < MAX_TERM && (!size || !is_hump(chains, here)); here++) {
        term[size++] = LOWER[*here];
    }
    if (here > *at && !LOWER[*here] && ends_chain(chains, here)) { /* as most do */
        size_t start = (size_t)(*at - chains->begin), size = (size_t)(here - *at);
        if (take_term(search, term, size, 0, start, start + size) < 0) {
            return -1;
        }
    }
    else if ((here = take_chain(chains, *at, &parts)) == NULL) {
        return -1;
    }
    search->position += parts;
    *at = here;
    return 0;
}

/* Take the words of an aside that has a sign here, if one has. Moves `at` behind it, or behind the sign. */
static int
take_aside(Search *search, Chains *chains, const uint8_t **at)
{
    uint32_t before;
    const uint8_t *end = end_of_aside(chains, *at, &before);
    Py_ssize_t behind = search->position - (Py_ssize_t)before;
    int failed = 0;
    (*at)++;
    while (end != NULL && *at < end && !failed) {
        failed = take_next(search, chains, at) < 0;
    }
    search->position = end != NULL ? behind : search->position;
    return failed ? -1 : 0;
}

static int
take_text(Search *search, const uint8_t *text, size_t size)
{
    Chains chains = {.begin = text, .take = take_term, .context = search};
    int failed = 0;
    for (const uint8_t *at = text; at < text + size && !failed;) {
        failed = (IS_OF_ASIDE(*at) ? take_aside(search, &chains, &at) : take_next(search, &chains, &at)) < 0;
    }
    free(chains.glued.data);
    return failed ? -1 : 0;
}

static int
open_wanted(Wanted *wanted, PyObject *terms, PyObject *stems)
{
    size_t counts[2] = {(size_t)PyTuple_Size(terms), (size_t)PyTuple_Size(stems)};
    *wanted = (Wanted){array_of(counts[0] + counts[1], sizeof(Name)), counts[0], 0, 0};
    if (wanted->wanted == NULL) {
        return -1;
    }
    for (int list = 0; list < 2; list++) {
        for (size_t i = 0; i < counts[list]; i++) {
            char *data;
            Py_ssize_t size;
            if (PyBytes_AsStringAndSize(PyTuple_GetItem(list ? stems : terms, (Py_ssize_t)i), &data, &size) < 0) {
                return -1;
            }
            wanted->wanted[wanted->count++] = (Name){(const uint8_t *)data, (size_t)size};
            if (list && size) {
                wanted->firsts |= bit_of((uint8_t)data[0]) | (data[0] == 'g' ? bit_of('w') : 0); /* went -> go */
            }
        }
    }
    return 0;
}

int
find_words(PyObject *text, PyObject *terms, PyObject *stems, FoundWords *found)
{
    char *data;
    Py_ssize_t size;
    Wanted wanted;
    Search search = {0, &wanted, found};
    if (PyBytes_AsStringAndSize(text, &data, &size) < 0) { /* followed by a NUL */
        return -1;
    }
    int failed = open_wanted(&wanted, terms, stems) < 0 || take_text(&search, (const uint8_t *)data, (size_t)size) < 0;
    free(wanted.wanted);
    return failed ? -1 : 0;
}

PyObject *
core_find_words(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *terms, *stems;
    FoundWords found = {0};
    if (!PyArg_ParseTuple(args, "SO!O!", &text, &PyTuple_Type, &terms, &PyTuple_Type, &stems)) {
        return NULL;
    }
    PyObject *list = find_words(text, terms, stems, &found) < 0 ? NULL : PyList_New(0);
    for (size_t i = 0; list != NULL && i < found.count; i++) {
        const FoundWord *own = &found.items[i];
        if (append(list, Py_BuildValue("(nnnn)", (Py_ssize_t)own->number, own->position, (Py_ssize_t)own->range.start,
                                       (Py_ssize_t)own->range.end))
            < 0) {
            Py_CLEAR(list);
        }
    }
    free(found.items);
    return list;
}
