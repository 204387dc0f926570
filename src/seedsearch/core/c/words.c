/* The words of a text that are looked for, with their places: as `highlight.py` finds them with the tokenizer.
 *
 * Of texts in ASCII alone, which need no folding, and of English stems: other texts are Python's.
 */

#include "core.h"

#include <stdlib.h>
#include <string.h>

#include "stem.h"

#define MOST_BYTES 64 /* of a term: tokenizer.MAX_TERM */

typedef struct {
    const uint8_t *data;
    size_t size;
} Bytes;

/* What is looked for: terms, then stems. */
typedef struct {
    Bytes *wanted;
    size_t terms, count;
    uint64_t firsts; /* a bit for each first letter of a stem, or of its irregular forms: few words need be stemmed */
} Wanted;

typedef struct {
    const uint8_t *text;
    Py_ssize_t position;
    const Wanted *wanted;
    PyObject *found;
} Search;

static int
is_lower(uint8_t c)
{
    return c >= 'a' && c <= 'z';
}

static int
is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static int
is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static int
is_word(uint8_t c)
{
    return is_lower(c) || is_upper(c) || is_digit(c);
}

static int
is_joiner(uint8_t c)
{
    return c == '-' || c == '_' || c == '.';
}

static uint64_t
bit_of(uint8_t c)
{
    return (uint64_t)1 << (c % 64);
}

static int
tell(Search *search, size_t number, size_t start, size_t end)
{
    PyObject *item = Py_BuildValue("(nnnn)", (Py_ssize_t)number, search->position, (Py_ssize_t)start, (Py_ssize_t)end);
    int failed = item == NULL || PyList_Append(search->found, item) < 0;
    Py_XDECREF(item);
    return failed ? -1 : 0;
}

static int
tell_those(Search *search, size_t from, size_t to, const uint8_t *term, size_t size, size_t start, size_t end)
{
    for (size_t i = from; i < to; i++) {
        const Bytes *own = &search->wanted->wanted[i];
        if (own->size == size && memcmp(own->data, term, size) == 0 && tell(search, i, start, end) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A term that stands at the position at hand, for the characters from `start` to `end`. */
static int
take_term(Search *search, const uint8_t *term, size_t size, size_t start, size_t end)
{
    const Wanted *wanted = search->wanted;
    uint8_t stem[ENGLISH_MAX];
    if (tell_those(search, 0, wanted->terms, term, size, start, end) < 0) {
        return -1;
    }
    if (wanted->terms == wanted->count || !(wanted->firsts & bit_of(term[0]))) {
        return 0;
    }
    int stemmed = is_lower(term[0]) ? stem_english(term, size, stem) : -1;
    return stemmed < 0 ? tell_those(search, wanted->terms, wanted->count, term, size, start, end)
                       : tell_those(search, wanted->terms, wanted->count, stem, (size_t)stemmed, start, end);
}

/* The letters from `start` to `end` in lower case, as many as a term has; gives how many. */
static size_t
lowered(const uint8_t *text, size_t start, size_t end, uint8_t *term)
{
    size_t size = end - start < MOST_BYTES ? end - start : MOST_BYTES;
    for (size_t i = 0; i < size; i++) {
        uint8_t c = text[start + i];
        term[i] = is_upper(c) ? (uint8_t)(c + 'a' - 'A') : c;
    }
    return size;
}

/* Whether a run of letters and digits is one word: str.islower, str.istitle or str.isdigit. */
static int
is_plain(const uint8_t *text, size_t start, size_t end)
{
    int lower = 1, title = 1, before = 0; /* whether the character before is a letter */
    for (size_t i = start; i < end; i++) {
        uint8_t c = text[i];
        lower = lower && !is_upper(c);
        title = title && !(is_upper(c) && before) && !(is_lower(c) && !before);
        before = is_lower(c) || is_upper(c);
    }
    return lower || title; /* digits alone are lower here */
}

/* Whether a part ends before character `at`, between two letters: tokenizer._CUTS. */
static int
is_hump(const uint8_t *text, size_t start, size_t at, size_t end)
{
    if (at == start || !is_upper(text[at])) {
        return 0;
    }
    return is_lower(text[at - 1])
           || (is_upper(text[at - 1]) && at + 2 < end && is_lower(text[at + 1]) && is_lower(text[at + 2]));
}

/* The parts of a compound, and first the whole of it, if it has one. */
static int
take_compound(Search *search, size_t start, size_t end)
{
    uint8_t term[MOST_BYTES];
    size_t size = 0, letters = 0, parts = 1;
    for (size_t i = start; i < end; i++) {
        parts += is_joiner(search->text[i]) || is_hump(search->text, start, i, end);
        if (is_joiner(search->text[i])) {
            continue;
        }
        if (size < MOST_BYTES) {
            lowered(search->text, i, i + 1, term + size);
        }
        size++;
        letters += !is_digit(search->text[i]);
    }
    if (parts > 1 && size <= MOST_BYTES && letters && take_term(search, term, size, start, end) < 0) {
        return -1;
    }
    for (size_t i = start; i < end;) {
        size_t from = i++;
        while (i < end && !is_joiner(search->text[i]) && !is_hump(search->text, start, i, end)) {
            i++;
        }
        size = lowered(search->text, from, i, term);
        if (take_term(search, term, size, from, i) < 0) {
            return -1;
        }
        search->position++;
        i += i < end && is_joiner(search->text[i]);
    }
    return 0;
}

static int
take_text(Search *search, size_t size)
{
    const uint8_t *text = search->text;
    uint8_t term[MOST_BYTES];
    for (size_t i = 0; i < size;) {
        if (!is_word(text[i])) {
            i++;
            continue;
        }
        size_t start = i;
        int joined = 0;
        while (i < size && (is_word(text[i]) || (is_joiner(text[i]) && i + 1 < size && is_word(text[i + 1])))) {
            joined |= is_joiner(text[i++]);
        }
        if (joined || !is_plain(text, start, i)) {
            if (take_compound(search, start, i) < 0) {
                return -1;
            }
            continue;
        }
        size_t length = lowered(text, start, i, term);
        if (take_term(search, term, length, start, i) < 0) {
            return -1;
        }
        search->position++;
    }
    return 0;
}

static int
open_wanted(Wanted *wanted, PyObject *terms, PyObject *stems)
{
    size_t counts[2] = {(size_t)PyTuple_Size(terms), (size_t)PyTuple_Size(stems)};
    *wanted = (Wanted){malloc((counts[0] + counts[1] + 1) * sizeof(Bytes)), counts[0], 0, 0};
    if (wanted->wanted == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int list = 0; list < 2; list++) {
        for (size_t i = 0; i < counts[list]; i++) {
            char *data;
            Py_ssize_t size;
            if (PyBytes_AsStringAndSize(PyTuple_GetItem(list ? stems : terms, (Py_ssize_t)i), &data, &size) < 0) {
                return -1;
            }
            wanted->wanted[wanted->count++] = (Bytes){(const uint8_t *)data, (size_t)size};
            if (list && size) {
                wanted->firsts |= bit_of((uint8_t)data[0]) | (data[0] == 'g' ? bit_of('w') : 0); /* went is of go */
            }
        }
    }
    return 0;
}

PyObject *
core_find_words(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *terms, *stems;
    Py_buffer text;
    Wanted wanted;
    if (!PyArg_ParseTuple(args, "y*O!O!", &text, &PyTuple_Type, &terms, &PyTuple_Type, &stems)) {
        return NULL;
    }
    Search search = {text.buf, 0, &wanted, PyList_New(0)};
    if (open_wanted(&wanted, terms, stems) < 0 || search.found == NULL || take_text(&search, (size_t)text.len) < 0) {
        Py_CLEAR(search.found);
    }
    free(wanted.wanted);
    PyBuffer_Release(&text);
    return search.found;
}
