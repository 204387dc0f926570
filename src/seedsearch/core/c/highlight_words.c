/* Find the wanted words of a folded text with their places, as `highlight.py` does with the tokenizer.
 *
 * English stems are found here. In other languages Python says which wanted words a word is, once for each word, and only
 * for words that begin like a wanted one, if the stems of the language keep first letters. */

#include "tokenizer.h"
#include "snippet.h"
#include "stem.h"
#include "utf8.h"

typedef struct {
    const uint8_t *data;
    size_t size;
} Name;

/* The wanted terms, and after them the wanted stems. */
typedef struct {
    Name *wanted;
    size_t terms, count;
    uint64_t firsts; /* a bit for each first letter of a stem or its irregular forms: few words need stemming */
    uint64_t beyond; /* the same for wanted names that do not begin in ASCII */
    PyObject *numbers; /* a mapping: the wanted ones that a term is */
    int by_spelling;   /* the mapping says it of every term with one of `letters`, or beyond ASCII */
    uint64_t letters;
    Py_buffer unspaced; /* code points of scripts without spaces, first and last of each range */
    Py_buffer stemmed;  /* and of scripts with stems; also whether stems keep first letters */
} Wanted;

typedef struct {
    Py_ssize_t position; /* of the next chain */
    const Wanted *wanted;
    FoundWords *found;
    const uint8_t *text;
    size_t byte, character; /* a place in the text */
} Search;

static uint64_t
bit_of(uint32_t code)
{
    return (uint64_t)1 << (code % 64);
}

/* Return the number of characters before a byte. Words come in the order of the text, nearly. */
static size_t
character_at(Search *search, size_t byte)
{
    for (; search->byte < byte; search->byte++) {
        search->character += (search->text[search->byte] & 0xc0) != 0x80;
    }
    for (; search->byte > byte; search->byte--) {
        search->character -= (search->text[search->byte - 1] & 0xc0) != 0x80;
    }
    return search->character;
}

static int
tell(Search *search, size_t number, uint32_t part, size_t start, size_t end)
{
    FoundWords *found = search->found;
    if (reserve(&found->items, &found->room, found->count + 1, sizeof *found->items) < 0) {
        return -1;
    }
    Range range = {character_at(search, start), 0};
    range.end = character_at(search, end);
    found->items[found->count++] = (FoundWord){number, search->position + (Py_ssize_t)part, range};
    return 0;
}

/* Report the wanted ones that Python says a term is. */
static int
tell_others(Search *search, const uint8_t *term, size_t size, uint32_t part, size_t start, size_t end)
{
    PyObject *key = as_bytes(term, size), *numbers = key == NULL ? NULL : PyObject_GetItem(search->wanted->numbers, key);
    Py_XDECREF(key);
    Py_ssize_t count = numbers == NULL ? -1 : PyTuple_Size(numbers);
    int failed = count < 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        size_t number = PyLong_AsSize_t(PyTuple_GetItem(numbers, i));
        failed = PyErr_Occurred() != NULL || tell(search, number, part, start, end) < 0;
    }
    Py_XDECREF(numbers);
    return failed ? -1 : 0;
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

/* Whether Python must say which wanted words a term is. */
static int
is_asked_for(const Wanted *wanted, const uint8_t *term, size_t size)
{
    size_t bytes;
    if (wanted->by_spelling) {
        return *term >= 0x80 || wanted->letters & bit_of(*term);
    }
    if (is_ascii(term, term + size)) {
        return 0;
    }
    const uint32_t(*scripts)[3] = wanted->stemmed.buf;
    uint32_t code = code_at(term, size, &bytes);
    for (size_t i = 0; i < (size_t)wanted->stemmed.len / sizeof *scripts; i++) {
        if (code >= scripts[i][0] && code <= scripts[i][1]) {
            return !scripts[i][2] || wanted->beyond & bit_of(code);
        }
    }
    return *term < 0x80;
}

/* Take a term at a part of the current chain, for the characters from `start` to `end`. */
static int
take_term(void *context, const uint8_t *term, size_t size, uint32_t part, size_t start, size_t end)
{
    Search *search = context;
    const Wanted *wanted = search->wanted;
    uint8_t stem[ENGLISH_MAX];
    if (is_asked_for(wanted, term, size)) {
        return tell_others(search, term, size, part, start, end);
    }
    if (wanted->by_spelling) {
        return 0;
    }
    if (tell_those(search, 0, wanted->terms, term, size, part, start, end) < 0) {
        return -1;
    }
    if (wanted->terms == wanted->count || (term[0] < 0x80 && !(wanted->firsts & bit_of(term[0])))) {
        return 0;
    }
    int stemmed = IS_LOWER(term[0]) ? stem_english(term, size, stem) : -1;
    return stemmed < 0 ? tell_those(search, wanted->terms, wanted->count, term, size, part, start, end)
                       : tell_those(search, wanted->terms, wanted->count, stem, (size_t)stemmed, part, start, end);
}

/* Take a run of letters of a script without spaces, and move `at` to its end: see terms.c. */
static int
take_unspaced(Search *search, const Chains *chains, const uint8_t **at)
{
    const uint8_t *here = *at, *next, *last = NULL;
    uint8_t term[8];
    size_t size, last_size = 0;
    for (;; last = here, last_size = size, here += size) {
        if (*here < 0x80 && (next = after_line_end(chains, here)) != NULL) {
            here = next;
        }
        int goes_on = *here >= 0x80 && kind_at(chains, here, &size) == UNSPACED;
        if (last != NULL) {
            const uint8_t *end = goes_on ? here + size : last + last_size;
            memcpy(term, last, last_size);
            memcpy(term + last_size, here, goes_on ? size : 0);
            if (take_term(search, term, last_size + (goes_on ? size : 0), 0, (size_t)(last - chains->begin),
                          (size_t)(end - chains->begin))
                < 0) {
                return -1;
            }
            search->position++;
        }
        if (!goes_on) {
            *at = here;
            return 0;
        }
    }
}

/* Take the words that begin at `at`, if any do. Move `at` after them, or after the character. */
static int
take_next(Search *search, Chains *chains, const uint8_t **at)
{
    uint8_t term[MAX_TERM];
    const uint8_t *here = *at;
    uint32_t parts = 1;
    size_t size = 1, used = 0;
    Kind kind = LOWER[*here] ? SPACED : *here < 0x80 ? PARAGRAPH : kind_at(chains, here, &size);
    if (kind == UNSPACED) {
        return take_unspaced(search, chains, at);
    }
    if (kind != SPACED && after_sign(chains, here) == NULL) {
        *at += size;
        return 0;
    }
    while (is_word_at(chains, here) && used + 4 <= MAX_TERM && (!used || !is_hump(chains, here))) {
        size = 1;
        if (*here < 0x80) {
            term[used] = LOWER[*here];
        }
        else {
            (void)CODE_AT(here, &size);
            memcpy(term + used, here, size);
        }
        used += size;
        here += size;
    }
    if (used && !is_word_at(chains, here) && ends_chain(chains, here)) { /* as most do */
        size_t start = (size_t)(*at - chains->begin);
        if (take_term(search, term, used, 0, start, start + used) < 0) {
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
    const Py_buffer *unspaced = &search->wanted->unspaced;
    chains.unspaced = unspaced->buf;
    chains.unspaced_count = (size_t)unspaced->len / sizeof *chains.unspaced;
    int failed = 0;
    for (const uint8_t *at = text; at < text + size && !failed;) {
        failed = (IS_OF_ASIDE(*at) ? take_aside(search, &chains, &at) : take_next(search, &chains, &at)) < 0;
    }
    free(chains.glued.data);
    return failed ? -1 : 0;
}

/* Add the terms, or the stems, to what is wanted. */
static int
add_wanted(Wanted *wanted, PyObject *names, int are_stems)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(names); i++) {
        char *data;
        Py_ssize_t size;
        size_t bytes;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(names, i), &data, &size) < 0) {
            return -1;
        }
        wanted->wanted[wanted->count++] = (Name){(const uint8_t *)data, (size_t)size};
        if (size && (uint8_t)*data >= 0x80) {
            wanted->beyond |= bit_of(code_at((const uint8_t *)data, (size_t)size, &bytes));
        }
        else if (size && are_stems) {
            char other = *data == 'e' ? 'a' : *data == 'g' ? 'w' : *data; /* ate, went: FIRSTS in analysis/stemming.py */
            wanted->firsts |= bit_of((uint8_t)*data) | bit_of((uint8_t)other);
        }
    }
    return 0;
}

static int
open_wanted(Wanted *wanted, PyObject *given)
{
    PyObject *terms, *stems, *letters, *unspaced, *stemmed;
    char *letter;
    Py_ssize_t count;
    if (!PyArg_ParseTuple(given, "O!O!OOSS", &PyTuple_Type, &terms, &PyTuple_Type, &stems, &wanted->numbers, &letters,
                          &unspaced, &stemmed)
        || PyObject_GetBuffer(unspaced, &wanted->unspaced, PyBUF_SIMPLE) < 0
        || PyObject_GetBuffer(stemmed, &wanted->stemmed, PyBUF_SIMPLE) < 0) {
        return -1;
    }
    if (letters != Py_None) {
        wanted->by_spelling = 1;
        if (PyBytes_AsStringAndSize(letters, &letter, &count) < 0) {
            return -1;
        }
        for (; count > 0; count--) {
            wanted->letters |= bit_of((uint8_t)*letter++);
        }
    }
    wanted->terms = (size_t)PyTuple_Size(terms);
    wanted->wanted = array_of(wanted->terms + (size_t)PyTuple_Size(stems), sizeof(Name));
    return wanted->wanted == NULL || add_wanted(wanted, terms, 0) < 0 || add_wanted(wanted, stems, 1) < 0 ? -1 : 0;
}

int
find_words(PyObject *text, PyObject *given, FoundWords *found)
{
    char *data;
    Py_ssize_t size;
    Wanted wanted = {0};
    Search search = {.wanted = &wanted, .found = found};
    if (PyBytes_AsStringAndSize(text, &data, &size) < 0) { /* followed by a NUL */
        return -1;
    }
    search.text = (const uint8_t *)data;
    int failed = open_wanted(&wanted, given) < 0 || take_text(&search, search.text, (size_t)size) < 0;
    free(wanted.wanted);
    PyBuffer_Release(&wanted.unspaced);
    PyBuffer_Release(&wanted.stemmed);
    return failed ? -1 : 0;
}

PyObject *
core_find_words(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *wanted;
    FoundWords found = {0};
    if (!PyArg_ParseTuple(args, "SO!", &text, &PyTuple_Type, &wanted)) {
        return NULL;
    }
    PyObject *list = find_words(text, wanted, &found) < 0 ? NULL : PyList_New(0);
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
