/* Texts of Python, and the places of passages in them. */

#include "memory.h"
#include "spans.h"

const uint8_t *
plain_utf8_of(PyObject *text, Py_ssize_t *size)
{
    const char *bytes = PyUnicode_AsUTF8AndSize(text, size);
    if (bytes == NULL && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
        PyErr_Clear();
    }
    return (const uint8_t *)bytes;
}

const uint8_t *
utf8_of(PyObject *text, Py_ssize_t *size, PyObject **owner)
{
    const uint8_t *bytes = plain_utf8_of(text, size);
    *owner = NULL;
    if (bytes != NULL || PyErr_Occurred()) {
        return bytes;
    }
    char *data;
    *owner = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    if (*owner == NULL || PyBytes_AsStringAndSize(*owner, &data, size) < 0) {
        Py_CLEAR(*owner);
        return NULL;
    }
    return (const uint8_t *)data;
}

int
read_text(PyObject *object, Text *text, PyObject **owner)
{
    Py_ssize_t size;
    char *data;
    *owner = NULL;
    if (PyBytes_Check(object)) {
        PyBytes_AsStringAndSize(object, &data, &size);
        *text = (Text){(const uint8_t *)data, (size_t)size, 0, 1};
        return 0;
    }
    if (!PyUnicode_Check(object)) {
        PyErr_SetString(PyExc_TypeError, "a text is str or bytes");
        return -1;
    }
    const uint8_t *bytes = utf8_of(object, &size, owner);
    if (bytes == NULL) {
        return -1;
    }
    *text = (Text){bytes, (size_t)size, (size_t)PyUnicode_GetLength(object), 0};
    return 0;
}

/* Move a place forward to a character. Return -1 if the text ends before. */
static int
move_to(Offset *place, size_t character, const uint8_t *bytes, size_t size)
{
    uint64_t eight;
    while (place->character < character) {
        if (place->character + 8 <= character && place->byte + 8 <= size) {
            memcpy(&eight, bytes + place->byte, 8);
            if (!(eight & 0x8080808080808080u)) {
                place->character += 8;
                place->byte += 8;
                continue;
            }
        }
        if (place->byte >= size) {
            break;
        }
        uint8_t lead = bytes[place->byte];
        place->byte += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        place->character++;
    }
    if (place->character != character || place->byte > size) {
        return wrong("a passage beyond its text");
    }
    return 0;
}

/* Return a number from a tuple, or (size_t)-1 with an exception. */
static size_t
item_of(PyObject *tuple, Py_ssize_t at)
{
    PyObject *item = PyTuple_GetItem(tuple, at);
    return item == NULL ? (size_t)-1 : PyLong_AsSize_t(item);
}

int
find_passage(const Text *text, PyObject *span, Offset *start, Offset *end)
{
    if (span == NULL || !PyTuple_Check(span) || PyTuple_Size(span) != SPAN_ITEMS) {
        PyErr_SetString(PyExc_TypeError, "a span is a tuple of nine");
        return -1;
    }
    size_t first = item_of(span, text->by_bytes ? 4 : 0), last = item_of(span, text->by_bytes ? 5 : 1);
    if (PyErr_Occurred()) {
        return -1;
    }
    if (first > last || last > (text->by_bytes ? text->size : text->characters)) {
        return wrong("a passage beyond its text");
    }
    if (text->by_bytes || text->size == text->characters) { /* or all ASCII */
        *start = (Offset){first, first};
        *end = (Offset){last, last};
        return 0;
    }
    if (first < start->character) {
        *start = (Offset){0, 0};
    }
    if (move_to(start, first, text->bytes, text->size) < 0) {
        return -1;
    }
    *end = *start;
    return move_to(end, last, text->bytes, text->size);
}
