/* The texts of passages, and the records made from their spans. */

#include "inverter.h"

int
end_block(Texts *texts, size_t last)
{
    uint64_t end = texts->ends.values[last];
    size_t size = (size_t)(end - texts->in_blocks);
    const Bytes block = {texts->pending.data, size, 0};
    if (texts->blocks == NULL && (texts->blocks = PyList_New(0)) == NULL) {
        return -1;
    }
    if (append(texts->blocks, as_object(&block)) < 0 || add_number(&texts->block_ends, end) < 0) {
        return -1;
    }
    texts->pending.used -= size;
    if (size) {
        memmove(texts->pending.data, texts->pending.data + size, texts->pending.used);
    }
    texts->in_blocks = end;
    texts->texts_in_blocks = last + 1;
    return 0;
}

int
cut_waiting(Inverter *self)
{
    Texts *texts = &self->texts;
    const Numbers *ends = &texts->ends;
    size_t first = ends->count - texts->languages.used;
    for (size_t i = first; i < ends->count; i++) {
        uint64_t start = (i ? ends->values[i - 1] : 0) - texts->in_blocks, end = ends->values[i] - texts->in_blocks;
        if (take_text(self, &self->body, (uint32_t)self->body.texts, texts->pending.data + start,
                      (size_t)(end - start), texts->languages.data[i - first]) < 0) {
            return -1;
        }
        if (end >= TEXT_BLOCK && end_block(texts, i) < 0) {
            return -1;
        }
    }
    texts->languages.used = 0;
    return 0;
}

/* Store a text until there are enough to cut together. */
static int
keep_text(Inverter *self, const uint8_t *bytes, size_t size, uint8_t language)
{
    Texts *texts = &self->texts;
    if (put(&texts->pending, bytes, size) < 0 || put_byte(&texts->languages, language) < 0
        || add_number(&texts->ends, texts->in_blocks + texts->pending.used) < 0) {
        return -1;
    }
    return texts->pending.used >= CUT_AT ? cut_waiting(self) : 0;
}

/* Set the number of a heading. */
static int
number_heading(Passages *passages, PyObject *heading, uint64_t *number)
{
    *number = 0;
    if (heading == NULL || !PyUnicode_Check(heading)) {
        PyErr_SetString(PyExc_TypeError, "a heading is a text");
        return -1;
    }
    if (PyUnicode_GetLength(heading) == 0) {
        return 0;
    }
    if (passages->headings == NULL && (passages->headings = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(passages->headings, heading);
    if (known != NULL) {
        *number = PyLong_AsUnsignedLongLong(known);
        return 0;
    }
    if (PyErr_Occurred()) {
        return -1;
    }
    *number = (uint64_t)PyDict_Size(passages->headings) + 1;
    PyObject *added = PyLong_FromUnsignedLongLong(*number);
    int failed = added == NULL || PyDict_SetItem(passages->headings, heading, added) < 0;
    Py_XDECREF(added);
    return failed ? -1 : 0;
}

static int
add_record(Passages *passages, const uint64_t values[PASSAGE_COLUMNS])
{
    for (int i = 0; i < PASSAGE_COLUMNS; i++) {
        if (add_number(&passages->columns[i], values[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Record the span of a passage: (start, end, first line, last line, first byte, end of bytes, page, heading,
 * steps). The steps are stored by index/stored_fields.py. */
static int
note_passage(Passages *passages, uint64_t document, PyObject *span)
{
    long long items[8] = {0};
    uint64_t heading;
    for (Py_ssize_t i = 2; i < 7; i++) {
        PyObject *item = PyTuple_GetItem(span, i);
        items[i] = item == NULL ? 0 : PyLong_AsLongLong(item);
    }
    if (PyErr_Occurred() || number_heading(passages, PyTuple_GetItem(span, 7), &heading) < 0) {
        return -1;
    }
    if (items[2] < 0 || items[3] < items[2] || items[4] < -1 || items[5] < items[4] || items[6] < 0) {
        return wrong("a span that cannot be");
    }
    const uint64_t values[PASSAGE_COLUMNS] = {
        document,
        (uint64_t)items[2],
        (uint64_t)(items[3] - items[2]),
        (uint64_t)(items[4] + 1), /* 0: no bytes */
        (uint64_t)(items[5] - items[4]),
        (uint64_t)items[6],
        heading,
    };
    return add_record(passages, values);
}

int
take_passages(Inverter *self, uint64_t document, const Text *text, PyObject *spans, uint8_t language)
{
    Offset start = {0, 0}, end = {0, 0};
    Py_ssize_t count = PyList_Size(spans);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *span = PyList_GetItem(spans, i);
        if (find_passage(text, span, &start, &end) < 0 || note_passage(&self->passages, document, span) < 0
            || keep_text(self, text->bytes + start.byte, end.byte - start.byte, language) < 0) {
            return -1;
        }
        start = end;
    }
    return 0;
}

int
take_found(Inverter *self, uint64_t document, const FoundPassages *found, uint8_t language)
{
    const int is_plain = found->headings == NULL;
    for (size_t i = 0; i < found->count; i++) {
        const Range *passage = &found->passages[i];
        size_t size = (size_t)(passage->end_byte - passage->first_byte);
        uint64_t heading = 0;
        if (!is_plain && number_heading(&self->passages, found->headings[i], &heading) < 0) {
            return -1;
        }
        const uint64_t values[PASSAGE_COLUMNS] = {
            document,
            (uint64_t)passage->line,
            (uint64_t)(passage->last_line - passage->line),
            is_plain ? (uint64_t)passage->first_byte + 1 : 0, /* 0: no bytes */
            is_plain ? size : 0,
            0, /* page */
            heading,
        };
        if (add_record(&self->passages, values) < 0
            || keep_text(self, found->text + passage->first_byte, size, language) < 0) {
            return -1;
        }
    }
    return 0;
}
