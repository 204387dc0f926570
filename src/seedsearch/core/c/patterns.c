/* Find the terms that match a pattern: query/match.py describes the patterns, index/dictionary.py the lines. */

#include "tokenizer.h"
#include "dictionary.h"

#define MOST_PATTERN 65536 /* bytes */

typedef struct {
    const uint8_t *bytes;
    size_t size;
} Text;

/* A word to compare terms with, as characters, and three rows of edit distances. */
typedef struct {
    uint32_t *word, *term, *rows;
    size_t size, distance;
} Edits;

static size_t
size_of(const uint8_t *at, const uint8_t *end)
{
    size_t size;
    code_at(at, (size_t)(end - at) < 4 ? (size_t)(end - at) : 4, &size);
    return size;
}

/* Return whether a glob of `*` and `?` matches a whole term. After a mismatch, the last star takes one character
 * more. */
static int
fits_glob(Text glob, Text term)
{
    const uint8_t *g = glob.bytes, *g_end = g + glob.size, *t = term.bytes, *t_end = t + term.size;
    const uint8_t *after_star = NULL, *from = t;
    while (t < t_end) {
        if (g < g_end && *g == '*') {
            after_star = ++g;
            from = t;
        }
        else if (g < g_end && *g == '?') {
            g++;
            t += size_of(t, t_end);
        }
        else if (g < g_end && *g == *t) {
            g++;
            t++;
        }
        else if (after_star != NULL) {
            g = after_star;
            t = from += size_of(from, t_end);
        }
        else {
            return 0;
        }
    }
    while (g < g_end && *g == '*') {
        g++;
    }
    return g == g_end;
}

/* Write the first `most` characters of a text. Return their number, or `most` + 1 if there are more. */
static size_t
characters_of(Text text, uint32_t *characters, size_t most)
{
    size_t count = 0, size;
    for (const uint8_t *at = text.bytes, *end = at + text.size; at < end; at += size) {
        uint32_t code = code_at(at, (size_t)(end - at) < 4 ? (size_t)(end - at) : 4, &size);
        if (count++ == most) {
            break;
        }
        characters[count - 1] = code;
    }
    return count;
}

/* Do the same as `within_edits`. Each row is filled only as far as the allowed edits reach. */
static int
is_near(const Edits *edits, Text text)
{
    const uint32_t *word = edits->word, *term = edits->term;
    size_t m = edits->size, d = edits->distance, n = characters_of(text, edits->term, m + d);
    if (n > m + d || n + d < m) {
        return 0;
    }
    uint32_t *before = edits->rows, *above = before + m + 2, *row = above + m + 2;
    const uint32_t far = (uint32_t)d + 1;
    uint32_t least_above = 0;
    for (size_t j = 0; j <= m; j++) {
        above[j] = j > d ? far : (uint32_t)j;
    }
    for (size_t i = 1; i <= n; i++) {
        size_t low = i > d ? i - d : 1, high = i + d < m ? i + d : m;
        uint32_t least;
        least = row[low - 1] = low == 1 && i <= d ? (uint32_t)i : far;
        for (size_t j = low; j <= high; j++) {
            uint32_t best = above[j - 1] + (term[i - 1] != word[j - 1]);
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && term[i - 1] == word[j - 2] && term[i - 2] == word[j - 1] && before[j - 2] + 1 < best) {
                best = before[j - 2] + 1;
            }
            row[j] = best;
            least = best < least ? best : least;
        }
        row[high + 1] = far; /* the next row reads it */
        if (least > d && least_above > d) {
            return 0;
        }
        least_above = least;
        uint32_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[m] <= d;
}

static int
open_edits(Edits *edits, Text word, Py_ssize_t distance)
{
    size_t most = word.size + (size_t)distance;
    *edits = (Edits){zeroed(word.size, sizeof(uint32_t)), zeroed(most, sizeof(uint32_t)),
                     zeroed(3 * (word.size + 2), sizeof(uint32_t)), 0, (size_t)distance};
    if (edits->word == NULL || edits->term == NULL || edits->rows == NULL) {
        return -1;
    }
    edits->size = characters_of(word, edits->word, word.size);
    return 0;
}

static PyObject *
fitting(Text names, Text start, Text pattern, const Edits *edits)
{
    PyObject *found = PyList_New(0);
    const uint8_t *at = names.bytes, *end = at + names.size;
    for (Py_ssize_t number = 0; found != NULL && at <= end; number++) {
        const uint8_t *line_end = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        size_t size = (size_t)((line_end == NULL ? end : line_end) - at);
        if (size >= start.size && memcmp(at, start.bytes, start.size) == 0) {
            size = bare_size(at, (uint32_t)size);
            Text rest = {at + start.size, size < start.size ? 0 : size - start.size};
            if ((edits == NULL ? fits_glob(pattern, rest) : is_near(edits, rest))
                && append(found, Py_BuildValue("(nN)", number, as_bytes(at, size))) < 0) {
                Py_CLEAR(found);
            }
        }
        at = (line_end == NULL ? end : line_end) + 1;
    }
    return found;
}

PyObject *
core_fitting_lines(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *given[3], *found = NULL;
    Py_ssize_t distance, size;
    char *bytes;
    Text texts[3];
    if (!PyArg_ParseTuple(args, "SSSn", &given[0], &given[1], &given[2], &distance)) {
        return NULL;
    }
    for (int i = 0; i < 3; i++) {
        if (PyBytes_AsStringAndSize(given[i], &bytes, &size) < 0) {
            return NULL;
        }
        texts[i] = (Text){(const uint8_t *)bytes, (size_t)size};
    }
    if (texts[0].size >= UINT32_MAX || texts[2].size > MOST_PATTERN || distance > MOST_PATTERN) {
        return PyErr_Format(PyExc_ValueError, "a pattern is too large");
    }
    Edits edits = {0};
    if (distance < 0) {
        return fitting(texts[0], texts[1], texts[2], NULL);
    }
    if (open_edits(&edits, texts[2], distance) == 0) {
        found = fitting(texts[0], texts[1], texts[2], &edits);
    }
    free(edits.word);
    free(edits.term);
    free(edits.rows);
    return found;
}
