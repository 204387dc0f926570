/* Find the rows of a table, as `plain_rows` of corpus/formats/table.py specifies. */

#include "memory.h"
#include "utf8.h"

/* Return the end of a line, after its line end, which may be of any kind. */
static const uint8_t *
after_line(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at != '\n' && *at != '\r') {
        at++;
    }
    if (at < end) {
        at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
    }
    return at;
}

/* Return whether a quoted field continues after a line; `inside` says whether it began earlier. */
static int
leaves_open(const uint8_t *line, const uint8_t *end, char delimiter, int inside)
{
    for (const uint8_t *at = line;;) {
        if (!inside && at < end && *at == '"') {
            inside = 1;
            at++;
        }
        while (inside) {
            at = find(at, end, '"');
            if (at == NULL) {
                return 1;
            }
            inside = end - at > 1 && at[1] == '"';
            at += 1 + inside;
        }
        at = find(at, end, (uint8_t)delimiter);
        if (at == NULL) {
            return 0;
        }
        at++;
    }
}

static int
add_row(PyObject *rows, Place *place, const uint8_t *end)
{
    Py_ssize_t start = place->character;
    place->character += characters_in(place->at, end);
    place->at = end;
    return append(rows, Py_BuildValue("(nn)", start, place->character));
}

/* Add the row that begins at `place`. Return its end, or NULL with an exception. */
static const uint8_t *
take_row(PyObject *rows, Place *place, const uint8_t *end, char delimiter, Py_ssize_t most)
{
    const uint8_t *begin = place->at, *stop = after_line(begin, end);
    int open = find(begin, stop, '"') != NULL && leaves_open(begin, stop, delimiter, 0);
    if (!open) {
        return add_row(rows, place, stop) < 0 ? NULL : stop;
    }
    Py_ssize_t lines = 1;
    while (open && stop < end && lines <= most) {
        const uint8_t *line = stop;
        stop = after_line(line, end);
        lines++;
        open = find(line, stop, '"') == NULL || leaves_open(line, stop, delimiter, 1);
    }
    if (!open) {
        return add_row(rows, place, stop) < 0 ? NULL : stop;
    }
    while (place->at < stop) { /* the quotation is never closed: each line is a row */
        if (add_row(rows, place, after_line(place->at, end)) < 0) {
            return NULL;
        }
    }
    return stop;
}

PyObject *
core_rows(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text;
    int delimiter;
    Py_ssize_t most, size;
    if (!PyArg_ParseTuple(args, "UCn", &text, &delimiter, &most)) {
        return NULL;
    }
    if (delimiter > 0x7f) {
        return PyErr_Format(PyExc_ValueError, "a delimiter is ASCII");
    }
    const uint8_t *at = (const uint8_t *)PyUnicode_AsUTF8AndSize(text, &size);
    PyObject *rows = at == NULL ? NULL : PyList_New(0);
    if (rows == NULL) {
        return NULL;
    }
    const uint8_t *end = at + size;
    Place place = {0, 0, at};
    while (at != NULL && at < end) {
        at = take_row(rows, &place, end, (char)delimiter, most);
    }
    if (at == NULL) {
        Py_CLEAR(rows);
    }
    return rows;
}
