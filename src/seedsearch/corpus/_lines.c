/* Passages of a text whose every line is a paragraph: what split.py does with `_merge_lines`, in C.
 *
 * Such are most texts, and to find their passages took a sixth of all time. The text is looked through in UTF-8, once,
 * so that the bytes of each passage are known as well. What is not so simple is left to split.py: it is told None.
 * Without this module everything works, more slowly.
 */

#define Py_LIMITED_API 0x030b0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdint.h>
#include <string.h>

/* A place in the text. */
typedef struct {
    Py_ssize_t character, line; /* before it */
    const uint8_t *at;
} Place;

typedef struct {
    Py_ssize_t words, top, bottom;
    Py_ssize_t start, end;           /* characters */
    Py_ssize_t byte_start, byte_end; /* bytes */
} Block;

/* The code point at a place in valid UTF-8, and how many bytes it has. */
static uint32_t
code_at(const uint8_t *at, int *bytes)
{
    uint8_t lead = at[0];
    if (lead < 0x80) {
        *bytes = 1;
        return lead;
    }
    if (lead < 0xe0) {
        *bytes = 2;
        return (uint32_t)(lead & 0x1f) << 6 | (at[1] & 0x3f);
    }
    if (lead < 0xf0) {
        *bytes = 3;
        return (uint32_t)(lead & 0x0f) << 12 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    }
    *bytes = 4;
    return (uint32_t)(lead & 0x07) << 18 | (uint32_t)(at[1] & 0x3f) << 12 | (uint32_t)(at[2] & 0x3f) << 6
           | (at[3] & 0x3f);
}

/* White space as `str.isspace` has it. */
static int
is_space(uint32_t code)
{
    if (code < 0x80) {
        return code == ' ' || (code >= '\t' && code <= '\r') || (code >= 0x1c && code <= 0x1f);
    }
    return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028
           || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

static void
step(Place *place)
{
    uint8_t lead = *place->at;
    place->line += lead == '\n';
    place->at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    place->character++;
}

/* Move on over so many characters, or to the end. */
static void
skip(Place *place, Py_ssize_t count, const uint8_t *end)
{
    while (count-- > 0 && place->at < end) {
        step(place);
    }
}

/* Move on to the end of the line. */
static void
skip_line(Place *place, const uint8_t *end)
{
    size_t rest = place->at < end ? (size_t)(end - place->at) : 0;
    const uint8_t *stop = memchr(place->at, '\n', rest);
    stop = stop == NULL ? end : stop;
    for (; place->at < stop; place->at++) {
        place->character += (*place->at & 0xc0) != 0x80;
    }
}

static void
skip_space(Place *place, const uint8_t *end)
{
    int bytes;
    while (place->at < end && is_space(code_at(place->at, &bytes))) {
        step(place);
    }
}

/* Move back over white space, behind something that is none. */
static void
strip(Place *place)
{
    for (;;) {
        const uint8_t *before = place->at - 1;
        int bytes;
        while ((*before & 0xc0) == 0x80) {
            before--;
        }
        if (!is_space(code_at(before, &bytes))) {
            return;
        }
        place->line -= *before == '\n';
        place->at = before;
        place->character--;
    }
}

/* `_words_in` of split.py: about how many words a long stretch has. */
static Py_ssize_t
words_in(const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    Py_ssize_t words = 1;
    int is_ascii = end - at == characters;
    for (; at < end; at++) {
        words += *at == ' ' || *at == '\n';
    }
    if (characters <= 14 * words) {
        return words;
    }
    Py_ssize_t least = characters / (is_ascii ? 8 : 2);
    return words > least ? words : least;
}

/* How large passages are: split.py. `longest_line` is the least that a line of a text has that is not wrapped, and
 * `mean_line` what all have together, on average, that is not; a wrapped text has `least_lines` that are not empty. */
typedef struct {
    Py_ssize_t least_words, most_words, word_chars, least, sure, longest_line, mean_line, least_lines;
} Measure;

/* The block that begins at a place which is no white space; moves behind it. */
static Block
next_block(Place *place, const uint8_t *begin, const uint8_t *end, const Measure *measure)
{
    const Place first = *place;
    step(place);
    skip(place, measure->least - 1, end);
    skip_line(place, end);
    strip(place);
    Py_ssize_t size = place->character - first.character;
    Py_ssize_t words = size <= measure->sure ? size / measure->word_chars + 1 : words_in(first.at, place->at, size);
    return (Block){words, first.line, place->line, first.character, place->character, first.at - begin, place->at - begin};
}

/* What all passages have in common. */
typedef struct {
    PyTypeObject *kind;
    PyObject *heading;
    Py_ssize_t page, byte_start;
} Common;

/* Append a block as a passage; 1 where it is too long for one. */
static int
append_block(PyObject *spans, const Block *block, const Common *common, const Measure *measure)
{
    if (block->words > measure->most_words) {
        return 1;
    }
    const Py_ssize_t numbers[] = {
        block->start, block->end, block->top, block->bottom,
        block->byte_start + common->byte_start, block->byte_end + common->byte_start, common->page,
    };
    allocfunc allocate = (allocfunc)PyType_GetSlot(common->kind, Py_tp_alloc);
    PyObject *span = allocate(common->kind, 8);
    if (span == NULL) {
        return -1;
    }
    int failed = PyTuple_SetItem(span, 7, Py_NewRef(common->heading)) < 0;
    for (Py_ssize_t i = 0; i < 7 && !failed; i++) {
        PyObject *number = PyLong_FromSsize_t(numbers[i]);
        failed = number == NULL || PyTuple_SetItem(span, i, number) < 0;
    }
    failed = failed || PyList_Append(spans, span) < 0;
    Py_DECREF(span);
    return failed ? -1 : 0;
}

/* Append the passages of a text; 1 where one would be too long. */
static int
merge(PyObject *spans, const uint8_t *bytes, const uint8_t *end, Py_ssize_t line, const Common *common,
      const Measure *measure)
{
    Place place = {0, line, bytes};
    Block last = {0};
    int has_last = 0;
    for (;;) {
        skip_space(&place, end);
        if (place.at == end) {
            break;
        }
        Block block = next_block(&place, bytes, end, measure);
        if (has_last && block.end - block.start < measure->least && block.words < measure->least_words
            && last.words + block.words <= measure->most_words) {
            last.words += block.words;
            last.bottom = block.bottom;
            last.end = block.end;
            last.byte_end = block.byte_end;
            continue;
        }
        int failed = has_last ? append_block(spans, &last, common, measure) : 0;
        if (failed) {
            return failed;
        }
        last = block;
        has_last = 1;
    }
    return has_last ? append_block(spans, &last, common, measure) : 0;
}

/* Whether a text is clearly not wrapped: a line after the first is very long, or all are long, or few have anything. */
static int
is_unwrapped(const uint8_t *at, const uint8_t *end, Py_ssize_t characters, const Measure *measure)
{
    Py_ssize_t lines = 1;
    const uint8_t *line = memchr(at, '\n', (size_t)(end - at));
    Py_ssize_t filled = (line == NULL ? end : line) > at;
    while (line != NULL) {
        const uint8_t *start = line + 1;
        lines++;
        line = memchr(start, '\n', (size_t)(end - start));
        const uint8_t *stop = line == NULL ? end : line;
        filled += stop > start;
        if (stop - start >= measure->longest_line) {
            Py_ssize_t size = 0;
            for (const uint8_t *byte = start; byte < stop; byte++) {
                size += (*byte & 0xc0) != 0x80;
            }
            if (size >= measure->longest_line) {
                return 1;
            }
        }
    }
    return filled < measure->least_lines || characters > measure->mean_line * lines;
}

/* Whether words are set apart by spaces. */
static int
is_spaced(const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    Py_ssize_t spaces = 0;
    if (end - at == characters) {
        return 1;
    }
    for (; at < end; at++) {
        spaces += *at == ' ';
    }
    return spaces * 14 > characters;
}

static PyObject *
passages(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *kind, *heading;
    Py_ssize_t line, size;
    Common common;
    Measure measure;
    if (!PyArg_ParseTuple(args, "UnnnUO(nnnnnnnn)", &text, &line, &common.byte_start, &common.page, &heading, &kind,
                          &measure.least_words, &measure.most_words, &measure.word_chars, &measure.least,
                          &measure.sure, &measure.longest_line, &measure.mean_line, &measure.least_lines)) {
        return NULL;
    }
    if (measure.word_chars < 1 || !PyType_Check(kind) || !PyType_IsSubtype((PyTypeObject *)kind, &PyTuple_Type)) {
        PyErr_SetString(PyExc_ValueError, "a word has a character at least, and a passage is a tuple");
        return NULL;
    }
    common.kind = (PyTypeObject *)kind;
    common.heading = heading;
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return NULL;
        }
        PyErr_Clear(); /* a lone surrogate, which is no UTF-8 */
        Py_RETURN_NONE;
    }
    const uint8_t *start = (const uint8_t *)bytes, *end = start + size;
    Py_ssize_t characters = PyUnicode_GetLength(text);
    if (!is_unwrapped(start, end, characters, &measure)) {
        Py_RETURN_NONE;
    }
    if (!is_spaced(start, end, characters)) {
        measure.least /= 2;
        measure.sure = 0;
    }
    PyObject *spans = PyList_New(0);
    int failed = spans == NULL ? -1 : merge(spans, start, end, line, &common, &measure);
    if (failed) {
        Py_XDECREF(spans);
        if (failed < 0) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    return spans;
}

static PyMethodDef METHODS[] = {
    {"passages", passages, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot SLOTS[] = {
    {0, NULL},
};

static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_lines",
    .m_methods = METHODS,
    .m_slots = SLOTS,
};

PyMODINIT_FUNC
PyInit__lines(void)
{
    return PyModuleDef_Init(&MODULE);
}
