/* The type Finder: finds the title, the language and the passages of a file, and the passages of a text.
 *
 * The work for each paragraph is in other files (text.h). For long texts it runs without the interpreter's lock.
 * This file makes the objects for Python. */

#include "found_text.h"
#include "memory.h"
#include "plain_text.h"
#include "spans.h"
#include "text.h"

#include <stdio.h>

#define LONG_TEXT (1 << 16) /* bytes; shorter texts gain little from releasing the lock */
#define STEP_DIGITS 22      /* of any 64-bit number, with its sign, a space and a zero byte */

typedef struct {
    PyObject_HEAD
    PyObject *kind;      /* PassageSpan, a tuple type */
    PyObject *is_mark;   /* called with a code point; returns whether it is a combining mark */
    PyObject *languages; /* a Languages */
    PyObject *ask;       /* called with a text; returns its language */
    PyObject *heading;   /* "" */
    Measure measure;
    TitleRules titles;
    Py_ssize_t least_run; /* characters */
} Finder;

/* The properties that the passages of a section share. */
typedef struct {
    PyObject *finder, *heading;
    Py_ssize_t page;
    Py_buffer lines, ends; /* of the file, for each line of the text; `buf` is NULL if there are none */
} Common;

/* Return the line of the file for a line of the text, or -1 with an exception. */
static Py_ssize_t
line_of_file(const Py_buffer *lines, Py_ssize_t line)
{
    int64_t number = -1;
    if (line > 0 && line <= lines->len / (Py_ssize_t)sizeof number) {
        memcpy(&number, (const char *)lines->buf + (line - 1) * (Py_ssize_t)sizeof number, sizeof number);
    }
    return number < 0 ? wrong("a line that no file has") : (Py_ssize_t)number;
}

/* Map the first and last line of a passage to lines of its file. */
static int
put_on_lines(const Common *common, Py_ssize_t *first, Py_ssize_t *last)
{
    if (common->lines.buf == NULL) {
        return 0;
    }
    *first = line_of_file(&common->lines, *first);
    *last = *first < 0 ? -1 : line_of_file(&common->ends, *last);
    if (*first < 0 || *last < 0) {
        return -1;
    }
    *last = *last < *first ? *first : *last;
    return 0;
}

/* Return whether the lines `top` to `bottom` of a text are lines of the file with the same step between any two, or -1
 * with an exception. */
static int
has_one_step(const Py_buffer *lines, Py_ssize_t top, Py_ssize_t bottom, Py_ssize_t step)
{
    Py_ssize_t before = line_of_file(lines, top);
    int is_one = 1;
    for (Py_ssize_t i = top + 1; i <= bottom && before >= 0; i++) {
        Py_ssize_t line = line_of_file(lines, i);
        is_one &= line - before == step;
        before = line;
    }
    return before < 0 ? -1 : is_one;
}

/* Return the steps between the file's lines of the lines `top` to `bottom` of a text: see `_steps` of split.py. The
 * passage has `further` lines of the file after its first one. */
static PyObject *
steps_of(const Py_buffer *lines, Py_ssize_t top, Py_ssize_t bottom, Py_ssize_t further)
{
    int is_told = lines->buf == NULL || bottom <= top ? 1 : has_one_step(lines, top, bottom, further == bottom - top);
    if (is_told) {
        return is_told < 0 ? NULL : PyUnicode_FromStringAndSize("", 0);
    }
    char *text = array_of((size_t)(bottom - top), STEP_DIGITS), *at = text;
    if (text == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = top + 1; i <= bottom; i++) {
        Py_ssize_t step = line_of_file(lines, i) - line_of_file(lines, i - 1);
        if (step >= 0 && step < 10) { /* as most are: without `snprintf` */
            *at++ = (char)('0' + step);
            *at++ = ' ';
        }
        else {
            at += snprintf(at, STEP_DIGITS, "%lld ", (long long)step);
        }
    }
    PyObject *steps = PyUnicode_FromStringAndSize(text, at - text - 1);
    free(text);
    return steps;
}

/* Set the passage of a block, on the lines of the file. Return its steps, or NULL with an exception. */
static PyObject *
place_block(const Block *block, const Common *common, Range *passage)
{
    passage->start = block->start.character;
    passage->end = block->end.character;
    passage->line = block->start.line;
    passage->last_line = block->end.line;
    if (put_on_lines(common, &passage->line, &passage->last_line) < 0) {
        return NULL;
    }
    return steps_of(&common->lines, block->start.line, block->end.line, passage->last_line - passage->line);
}

PyObject *
span_of(PyObject *finder, const Range *passage, Py_ssize_t page, PyObject *heading, PyObject *steps)
{
    PyTypeObject *kind = (PyTypeObject *)((const Finder *)finder)->kind;
    const Py_ssize_t numbers[] = {passage->start, passage->end, passage->line, passage->last_line, passage->first_byte,
                                  passage->end_byte, page};
    PyObject *span = ((allocfunc)PyType_GetSlot(kind, Py_tp_alloc))(kind, SPAN_ITEMS);
    if (span == NULL) {
        return NULL;
    }
    int failed = PyTuple_SetItem(span, 8, Py_NewRef(steps)) < 0 || PyTuple_SetItem(span, 7, Py_NewRef(heading)) < 0;
    for (Py_ssize_t i = 0; i < 7 && !failed; i++) {
        /* Most texts are ASCII: there, byte offsets equal character offsets and share their objects. */
        int same = i >= 4 && i < 6 && numbers[i] == numbers[i - 4];
        PyObject *number = same ? Py_XNewRef(PyTuple_GetItem(span, i - 4)) : PyLong_FromSsize_t(numbers[i]);
        failed = number == NULL || PyTuple_SetItem(span, i, number) < 0;
    }
    if (failed) {
        Py_CLEAR(span);
    }
    return span;
}

/* Append the passages of the blocks, and drop the blocks. */
static int
append_spans(PyObject *spans, Splitting *splitting, Source *source, const Common *common)
{
    int failed = 0;
    for (size_t i = 0; i < splitting->count && !failed; i++) {
        const Block *block = &splitting->blocks[i];
        Range passage = {.first_byte = byte_of(source, &block->start), .end_byte = byte_of(source, &block->end)};
        PyObject *steps = place_block(block, common, &passage);
        failed = steps == NULL || append(spans, span_of(common->finder, &passage, common->page, common->heading, steps)) < 0;
        Py_XDECREF(steps);
    }
    splitting->count = 0;
    return failed ? -1 : 0;
}

/* Find the blocks of the section at `place`, and move to its end. */
static int
find_blocks(Splitting *splitting, Place *place, const Stretch *section)
{
    int failed, is_long = section->end - section->start >= LONG_TEXT;
    if (is_long) {
        splitting->released = PyEval_SaveThread();
    }
    failed = split_section(splitting, place, section) < 0;
    if (is_long) {
        PyEval_RestoreThread(splitting->released);
        splitting->released = NULL;
    }
    return failed ? -1 : 0;
}

static Splitting
begin(const Finder *self, const uint8_t *start, const uint8_t *end)
{
    return (Splitting){
        .measure = &self->measure, .begin = start, .end = end, .is_ascii = is_ascii(start, end), .is_mark = self->is_mark,
    };
}

/* ------------------------------------------------------------------ a text that Python has */

/* Read a section of a text with `characters` characters; it must not begin before `least`. Return -1 with an
 * error set on failure. */
static int
read_section(PyObject *item, Py_ssize_t least, Py_ssize_t characters, Stretch *section, Common *common)
{
    if (!PyArg_Parse(item, "(nnUnp)", &section->start, &section->end, &common->heading, &common->page, &section->whole)) {
        return -1;
    }
    if (section->start < least || section->end < section->start || section->end > characters) {
        return wrong("sections lie in their text, one after the other");
    }
    return 0;
}

static int
append_sections(PyObject *spans, Splitting *splitting, Source *source, PyObject *sections, Py_ssize_t line,
                Py_ssize_t characters, Common *common)
{
    Place place = {0, line, splitting->begin};
    for (Py_ssize_t i = 0; i < PyTuple_Size(sections); i++) {
        Stretch section;
        if (read_section(PyTuple_GetItem(sections, i), place.character, characters, &section, common) < 0
            || find_blocks(splitting, &place, &section) < 0
            || append_spans(spans, splitting, source, common) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Read a source from a tuple (bytes, offset of the first character, counting, widths), or from None. */
static int
read_source(PyObject *given, Py_ssize_t characters, const uint8_t *text, Source *source)
{
    PyObject *data, *widths;
    Py_ssize_t start, size, width_count;
    int counting;
    char *bytes, *table;
    *source = (Source){.counting = NOWHERE};
    if (given == Py_None) {
        return 0;
    }
    if (!PyArg_Parse(given, "(OniO)", &data, &start, &counting, &widths)
        || PyBytes_AsStringAndSize(data, &bytes, &size) < 0
        || PyBytes_AsStringAndSize(widths, &table, &width_count) < 0) {
        return -1;
    }
    if (start < 0 || start > size || counting < 0 || counting >= COUNTINGS
        || (counting == BY_LEAD && width_count != 256)) {
        return wrong("no such way to count the bytes of characters");
    }
    const uint8_t *first = (const uint8_t *)bytes;
    *source = (Source){counting, (const uint8_t *)table, first, first + start, first + size, text, 0};
    if (!has_characters(source, characters)) {
        source->counting = NOWHERE;
    }
    return 0;
}

/* Get the lines of a file from the buffer of an object, or none from None. */
static int
read_lines(PyObject *object, Py_buffer *lines)
{
    *lines = (Py_buffer){.buf = NULL};
    return object == Py_None ? 0 : PyObject_GetBuffer(object, lines, PyBUF_SIMPLE);
}

static void
release_lines(Common *common)
{
    if (common->lines.obj != NULL) {
        PyBuffer_Release(&common->lines);
    }
    if (common->ends.obj != NULL) {
        PyBuffer_Release(&common->ends);
    }
}

static PyObject *
finder_passages(Finder *self, PyObject *args)
{
    PyObject *text, *sections, *given, *lines, *ends;
    Py_ssize_t line, size;
    Source source;
    if (!PyArg_ParseTuple(args, "UO!nOOO", &text, &PyTuple_Type, &sections, &line, &given, &lines, &ends)) {
        return NULL;
    }
    const uint8_t *start = plain_utf8_of(text, &size);
    if (start == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    Py_ssize_t characters = PyUnicode_GetLength(text);
    if (read_source(given, characters, start, &source) < 0) {
        return NULL;
    }
    Common common = {.finder = (PyObject *)self};
    if ((lines == Py_None) != (ends == Py_None)) {
        return PyErr_Format(PyExc_ValueError, "lines begin and end");
    }
    if (read_lines(lines, &common.lines) < 0 || read_lines(ends, &common.ends) < 0) {
        release_lines(&common);
        return NULL;
    }
    Splitting splitting = begin(self, start, start + size);
    PyObject *spans = PyList_New(0);
    if (spans != NULL && append_sections(spans, &splitting, &source, sections, line, characters, &common) < 0) {
        Py_CLEAR(spans);
    }
    free(splitting.blocks);
    release_lines(&common);
    return spans;
}

/* ------------------------------------------------------------------ a text that the core has composed */

/* Add the passages of the blocks to a found text, and drop the blocks. */
static int
add_blocks(FoundText *found, Splitting *splitting, const Common *common)
{
    int failed = 0;
    for (size_t i = 0; i < splitting->count && !failed; i++) {
        const Block *block = &splitting->blocks[i];
        Range passage = {.first_byte = block->start.at - splitting->begin, .end_byte = block->end.at - splitting->begin};
        PyObject *steps = place_block(block, common, &passage);
        failed = add_passage(found, &passage, common->heading, steps) < 0;
    }
    splitting->count = 0;
    return failed ? -1 : 0;
}

int
find_in(FoundText *found, Py_ssize_t characters, const Headed *sections, size_t count)
{
    const Finder *self = (const Finder *)found->finder;
    const uint8_t *start = found->text.data, *end = start + found->text.used;
    const Py_ssize_t bytes = (Py_ssize_t)(found->lines.count * sizeof *found->lines.values);
    const Numbers *ends = found->ends.count ? &found->ends : &found->lines;
    Common common = {.finder = found->finder};
    common.lines = (Py_buffer){.buf = found->lines.values, .len = bytes};
    common.ends = (Py_buffer){.buf = ends->values, .len = bytes};
    Splitting splitting = begin(self, start, end);
    Place place = {0, 1, start};
    int failed = 0;
    for (size_t i = 0; i < count && !failed; i++) {
        const Stretch section = {sections[i].start, sections[i].end, 0};
        common.heading = sections[i].heading;
        failed = find_blocks(&splitting, &place, &section) < 0 || add_blocks(found, &splitting, &common) < 0;
    }
    free(splitting.blocks);
    found->language = failed ? NULL : language_of(self->languages, self->ask, start, end, characters);
    return found->language == NULL ? -1 : 0;
}

/* ------------------------------------------------------------------ a whole file */

static int
has(const uint8_t *at, const uint8_t *end, char byte)
{
    return memchr(at, byte, (size_t)(end - at)) != NULL;
}

static int
has_hz(const uint8_t *at, const uint8_t *end)
{
    while ((at = memchr(at, '~', (size_t)(end - at))) != NULL && ++at < end) {
        if (*at == '{') {
            return 1;
        }
    }
    return 0;
}

int
may_be_utf_8(const uint8_t *start, const uint8_t *end)
{
    if (start == end || start[0] >= 0xfe || has(start, end, 0)) {
        return 0;
    }
    if (end - start >= 5 && (memcmp(start, "%PDF-", 5) == 0 || memcmp(start, "%!PS-", 5) == 0)) {
        return 0;
    }
    return !is_ascii(start, end) || !(has(start, end, 0x1b) || has_hz(start, end));
}

int
is_plain_utf_8(const uint8_t *start, const uint8_t *end)
{
    int has_mark = end - start >= 3 && memcmp(start, "\xef\xbb\xbf", 3) == 0;
    return !has_mark && may_be_utf_8(start, end) && !has(start, end, '\r') && is_utf_8(start, end);
}

/* Return a copy of a text in which each line end is one character at its original place. The caller frees it. */
static uint8_t *
with_plain_line_ends(const uint8_t *start, const uint8_t *end)
{
    uint8_t *copy = array_of((size_t)(end - start), 1);
    for (const uint8_t *at = start; copy != NULL && at < end; at++) {
        int is_half = *at == '\r' && at + 1 < end && at[1] == '\n';
        copy[at - start] = is_half ? ' ' : *at == '\r' ? '\n' : *at;
    }
    return copy;
}

/* Turn the blocks of a text into passages; `mark` is the size of the byte order mark before the text. */
static int
place_passages(const Splitting *splitting, Py_ssize_t mark, PlainText *text)
{
    text->passages = array_of(splitting->count, sizeof(Range));
    if (text->passages == NULL) {
        return -1;
    }
    for (; text->count < splitting->count; text->count++) {
        const Block *block = &splitting->blocks[text->count];
        text->passages[text->count] = (Range){
            block->start.character, block->end.character, mark + (block->start.at - splitting->begin),
            mark + (block->end.at - splitting->begin), block->start.line, block->end.line,
        };
    }
    return 0;
}

/* Find the passages of a text in which each line end is one character. */
static int
find_passages(const Finder *self, const uint8_t *start, const uint8_t *end, Py_ssize_t characters, Py_ssize_t mark,
              PlainText *text)
{
    const Stretch all = {0, characters, 0};
    Place place = {0, 1, start};
    Splitting splitting = begin(self, start, end);
    int failed = find_blocks(&splitting, &place, &all) < 0 || place_passages(&splitting, mark, text) < 0;
    free(splitting.blocks);
    return failed ? -1 : 0;
}

static int
find_parts(const Finder *self, const uint8_t *start, const uint8_t *end, Py_ssize_t characters, Py_ssize_t mark,
           PlainText *text)
{
    if (!has(start, end, '\r')) {
        text->title = title_of(start, end, &self->titles);
        return text->title == NULL ? -1 : find_passages(self, start, end, characters, mark, text);
    }
    text->title = Py_NewRef(Py_None);
    uint8_t *copy = with_plain_line_ends(start, end);
    int failed = copy == NULL || find_passages(self, copy, copy + (end - start), characters, mark, text) < 0;
    free(copy);
    return failed ? -1 : 0;
}

int
find_in_plain_text(PyObject *finder, PyObject *data, PlainText *text)
{
    const Finder *self = (const Finder *)finder;
    char *bytes;
    Py_ssize_t size;
    *text = (PlainText){0};
    if (PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return -1;
    }
    text->file = (const uint8_t *)bytes;
    const uint8_t *end = text->file + size;
    Py_ssize_t mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    const uint8_t *start = text->file + mark;
    if (!may_be_utf_8(start, end) || !is_utf_8(start, end) || is_blank(start, end)
        || may_hold_runs(start, end, self->least_run)) {
        return 0;
    }
    const Py_ssize_t characters = characters_in(start, end);
    text->language = language_of(self->languages, self->ask, start, end, characters);
    if (text->language == NULL || find_parts(self, start, end, characters, mark, text) < 0) {
        free_plain_text(text);
        return -1;
    }
    return 1;
}

void
free_plain_text(PlainText *text)
{
    Py_CLEAR(text->title);
    Py_CLEAR(text->language);
    free(text->passages);
    *text = (PlainText){0};
}

PyObject *
spans_of(PyObject *finder, const PlainText *text)
{
    PyObject *spans = PyList_New(0), *nothing = ((const Finder *)finder)->heading;
    for (size_t i = 0; spans != NULL && i < text->count; i++) {
        if (append(spans, span_of(finder, &text->passages[i], 0, nothing, nothing)) < 0) {
            Py_CLEAR(spans);
        }
    }
    return spans;
}

static PyObject *
finder_find(Finder *self, PyObject *data)
{
    PlainText text;
    int found = find_in_plain_text((PyObject *)self, data, &text);
    if (found <= 0) {
        return found < 0 ? NULL : Py_NewRef(Py_None);
    }
    PyObject *spans = spans_of((PyObject *)self, &text), *result = NULL;
    if (spans != NULL) {
        result = Py_BuildValue("(OON)", text.title, text.language, spans);
    }
    free_plain_text(&text);
    return result;
}

/* ------------------------------------------------------------------ the type */

static int
read_measure(PyObject *numbers, Measure *measure)
{
    if (!PyArg_ParseTuple(numbers, "nnnnnnnnn", &measure->least_words, &measure->most_words, &measure->part_words,
                          &measure->hard_cut, &measure->word_chars, &measure->least_chars, &measure->sure_chars,
                          &measure->line_chars, &measure->least_lines)) {
        return -1;
    }
    if (measure->part_words < 1 || measure->most_words < measure->part_words || measure->word_chars < 1
        || measure->hard_cut < 64 || measure->least_chars < 2 || measure->line_chars > MOST_WRAPPED
        || measure->least_lines < 1) {
        return wrong("no such size of passages");
    }
    return 0;
}

static PyObject *
finder_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *kind, *numbers, *is_mark, *languages, *ask, *module = PyType_GetModule(type);
    Measure measure;
    TitleRules titles;
    Py_ssize_t least_run;
    if (module == NULL
        || !PyArg_ParseTuple(args, "O!O!O(nnn)O!nO", &PyType_Type, &kind, &PyTuple_Type, &numbers, &is_mark,
                             &titles.first_lines, &titles.title_chars, &titles.title_words,
                             core_type(module, TYPE_languages), &languages, &least_run, &ask)
        || read_measure(numbers, &measure) < 0) {
        return NULL;
    }
    if (!PyType_IsSubtype((PyTypeObject *)kind, &PyTuple_Type) || titles.first_lines < 1 || titles.title_chars < 0
        || titles.title_chars > titles.first_lines || least_run < 1) {
        return PyErr_Format(PyExc_ValueError, "a passage is a tuple, and titles and runs have characters");
    }
    Finder *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    self->kind = Py_NewRef(kind);
    self->is_mark = Py_NewRef(is_mark);
    self->languages = Py_NewRef(languages);
    self->ask = Py_NewRef(ask);
    self->heading = PyUnicode_FromStringAndSize("", 0);
    self->measure = measure;
    self->titles = titles;
    self->least_run = least_run;
    if (self->heading == NULL) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
finder_dealloc(Finder *self)
{
    Py_XDECREF(self->kind);
    Py_XDECREF(self->is_mark);
    Py_XDECREF(self->languages);
    Py_XDECREF(self->ask);
    Py_XDECREF(self->heading);
    core_free(self);
}

CORE_MADE_TYPE(core_finder_spec, "Finder", Finder, finder_new, finder_dealloc,
               CORE_METHOD("find", finder_find, METH_O),
               CORE_METHOD("passages", finder_passages, METH_VARARGS))
