/* Messages: parse the fields at the head (corpus/formats/message_head.py), and map the lines of quoted-printable
 * text (message_lines.py). */

#include "mail.h"
#include "utf8.h"

/* The fields of a head, by name. */
typedef struct {
    PyObject *fields;
    Py_ssize_t most; /* characters of a value */
} Head;

static int
is_blank_byte(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Return the end of a line, after its line end. */
static const uint8_t *
after_line(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *stop = find(at, end, '\n');
    return stop == NULL ? end : stop + 1;
}

/* Return the colon after the name of the field at `at`, or NULL. */
static const uint8_t *
colon_of(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at > ' ' && *at < 127 && *at != ':') {
        at++;
    }
    return at < end && *at == ':' ? at : NULL;
}

static int
begins_envelope(const uint8_t *at, const uint8_t *end)
{
    return end - at >= 5 && memcmp(at, "From ", 5) == 0;
}

/* Return a name in lower case. */
static PyObject *
name_of(const uint8_t *at, const uint8_t *end)
{
    char lower[128];
    size_t size = (size_t)(end - at);
    if (size > sizeof lower) {
        PyObject *name = PyUnicode_FromStringAndSize((const char *)at, (Py_ssize_t)size);
        PyObject *small = name == NULL ? NULL : PyObject_CallMethod(name, "lower", NULL);
        Py_XDECREF(name);
        return small;
    }
    for (size_t i = 0; i < size; i++) {
        lower[i] = (char)in_small(at[i]);
    }
    return PyUnicode_FromStringAndSize(lower, (Py_ssize_t)size);
}

static int
is_edge(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Add a field, unless its name is already there. */
static int
add_field(void *to, const HeadField *field)
{
    const Head *head = to;
    PyObject *name = name_of(field->name, field->name_end);
    if (name == NULL) {
        return -1;
    }
    PyObject *known = PyDict_GetItemWithError(head->fields, name);
    if (known != NULL || PyErr_Occurred()) {
        Py_DECREF(name);
        return known == NULL ? -1 : 0;
    }
    PyObject *value = value_of(field, head->most);
    PyObject *pair = value == NULL ? NULL : Py_BuildValue("(nN)", field->line, value);
    int failed = pair == NULL || PyDict_SetItem(head->fields, name, pair) < 0;
    Py_XDECREF(pair);
    Py_DECREF(name);
    return failed ? -1 : 0;
}

PyObject *
value_of(const HeadField *field, Py_ssize_t most)
{
    Py_ssize_t size = field->end - field->at;
    return PyUnicode_Decode((const char *)field->at, size < most ? size : most, "ascii", "surrogateescape");
}

/* Take the field that begins on a line, with its continuation lines. Its value ends at its last line end, or with
 * the head. Return its end. */
static const uint8_t *
take_field(TakeField take, void *to, Py_ssize_t *number, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *colon = colon_of(at, end), *stop = after_line(at, end);
    const Py_ssize_t first = (*number)++;
    while (stop < end && is_blank_byte(*stop)) {
        stop = after_line(stop, end);
        (*number)++;
    }
    if (colon != NULL && colon > at) {
        HeadField field = {at, colon, colon + 1, stop, first};
        field.end -= field.end > field.at && field.end[-1] == '\n';
        while (field.at < field.end && is_edge(*field.at)) {
            field.at++;
        }
        while (field.at < field.end && is_edge(field.end[-1])) {
            field.end--;
        }
        if (take(to, &field) < 0) {
            return NULL;
        }
    }
    return stop;
}

const uint8_t *
read_head(const uint8_t *at, const uint8_t *end, TakeField take, void *to)
{
    Py_ssize_t number = 1;
    if (begins_envelope(at, end)) {
        at = after_line(at, end);
        number++;
    }
    while (at != NULL && at < end) {
        const uint8_t *next = after_line(at, end);
        int is_envelope = begins_envelope(at, end) && next[-1] == '\n' && next < end
                          && (is_blank_byte(*next) || colon_of(next, end) != NULL);
        if (!is_envelope && !is_blank_byte(*at) && colon_of(at, end) == NULL) {
            break;
        }
        at = take_field(take, to, &number, at, end);
    }
    if (at == NULL) {
        return NULL;
    }
    const uint8_t *blank = at + (at < end && *at == '\r');
    return blank < end && *blank == '\n' ? blank + 1 : at;
}

PyObject *
core_message_head(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *data;
    Py_ssize_t start, stop, most, size;
    char *bytes;
    if (!PyArg_ParseTuple(args, "Onnn", &data, &start, &stop, &most)
        || PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return NULL;
    }
    if (start < 0 || stop < start || stop > size || most < 0) {
        return PyErr_Format(PyExc_ValueError, "a message lies in its bytes");
    }
    const uint8_t *first = (const uint8_t *)bytes;
    Head head = {PyDict_New(), most};
    const uint8_t *body = head.fields == NULL ? NULL : read_head(first + start, first + stop, add_field, &head);
    if (body == NULL) {
        Py_XDECREF(head.fields);
        return NULL;
    }
    return Py_BuildValue("(nN)", (Py_ssize_t)(body - first), head.fields);
}

/* Return whether a line of quoted-printable text, given without its line end, continues on the next line. */
static int
goes_on(const uint8_t *at, const uint8_t *end)
{
    while (end > at && (is_blank_byte(end[-1]) || (end[-1] >= '\v' && end[-1] <= '\r'))) {
        end--;
    }
    return end > at && end[-1] == '=';
}

int
note_lines(Numbers *lines, Numbers *ends, const uint8_t *at, const uint8_t *end, Py_ssize_t number)
{
    int is_further = 0;
    for (;; number++) {
        const uint8_t *stop = find(at, end, '\n');
        int more = goes_on(at, stop == NULL ? end : stop);
        if ((!is_further && add_number(lines, (uint64_t)number) < 0)
            || (!more && add_number(ends, (uint64_t)number) < 0)) {
            return -1;
        }
        if (stop == NULL) {
            return 0;
        }
        is_further = more;
        at = stop + 1;
    }
}

PyObject *
core_unwrapped(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *sent;
    Py_ssize_t first, size;
    char *bytes;
    if (!PyArg_ParseTuple(args, "On", &sent, &first) || PyBytes_AsStringAndSize(sent, &bytes, &size) < 0) {
        return NULL;
    }
    Numbers lines = {0}, ends = {0};
    const uint8_t *at = (const uint8_t *)bytes;
    PyObject *found = NULL;
    if (note_lines(&lines, &ends, at, at + size, first) == 0) {
        found = Py_BuildValue("(NN)", numbers_as_bytes(&lines), numbers_as_bytes(&ends));
    }
    free(lines.values);
    free(ends.values);
    return found;
}
