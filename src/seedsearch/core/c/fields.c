/* The fields of a document as JSON, which index/stored_fields.py stores. */

#include "memory.h"
#include "spans.h"
#include "utf8.h"

#define ESCAPED_BYTES 12 /* of a character, at most */

static uint8_t *
write_unit(uint8_t *at, uint32_t unit)
{
    static const char HEX[] = "0123456789abcdef";
    *at++ = '\\';
    *at++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
        *at++ = (uint8_t)HEX[unit >> shift & 15];
    }
    return at;
}

/* Write a character that is not written as it is. */
static uint8_t *
write_escaped(uint8_t *at, uint32_t code)
{
    static const char NAMED[] = "\"\\\n\r\t\f\b", NAMES[] = "\"\\nrtfb";
    const char *named = code && code < 0x80 ? strchr(NAMED, (int)code) : NULL;
    if (named != NULL) {
        *at++ = '\\';
        *at++ = (uint8_t)NAMES[named - NAMED];
        return at;
    }
    if (code < 0x10000) {
        return write_unit(at, code);
    }
    code -= 0x10000;
    return write_unit(write_unit(at, 0xd800 | code >> 10), 0xdc00 | (code & 0x3ff));
}

static int
put_string(Bytes *out, PyObject *text)
{
    PyObject *owner;
    Py_ssize_t size;
    if (!PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "a field is a name and a value");
        return -1;
    }
    const uint8_t *at = utf8_of(text, &size, &owner), *end = at + size;
    if (at == NULL || reserve(&out->data, &out->room, out->used + (size_t)size * ESCAPED_BYTES + 2, 1) < 0) {
        Py_XDECREF(owner);
        return -1;
    }
    uint8_t *to = out->data + out->used;
    *to++ = '"';
    for (int bytes = 1; at < end; at += bytes) {
        if (*at >= ' ' && *at < 0x7f && *at != '"' && *at != '\\') {
            bytes = 1;
            *to++ = *at;
        }
        else {
            to = write_escaped(to, code_point(at, &bytes));
        }
    }
    *to++ = '"';
    out->used = (size_t)(to - out->data);
    Py_XDECREF(owner);
    return 0;
}

static int
put_field(Bytes *out, PyObject *pair, PyObject *names, Py_ssize_t number)
{
    if (pair == NULL || !PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
        return -1;
    }
    PyObject *name = PyTuple_GetItem(pair, 0), *value = PyTuple_GetItem(pair, 1);
    return PyTuple_SetItem(names, number, Py_NewRef(name)) < 0 || put(out, number ? ", [" : "[", number ? 3 : 1) < 0
                   || put_string(out, name) < 0 || put(out, ", ", 2) < 0 || put_string(out, value) < 0
                   || put_byte(out, ']') < 0
               ? -1
               : 0;
}

PyObject *
core_dumped(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *fields, *names = NULL, *json = NULL;
    Bytes out = {0};
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &fields)) {
        return NULL;
    }
    const Py_ssize_t count = PyTuple_Size(fields);
    int failed = (names = PyTuple_New(count)) == NULL || put_byte(&out, '[') < 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        failed = put_field(&out, PyTuple_GetItem(fields, i), names, i) < 0;
    }
    if (!failed && put_byte(&out, ']') == 0) {
        json = as_object(&out);
    }
    free(out.data);
    if (json == NULL) {
        Py_XDECREF(names);
        return PyErr_Occurred() ? NULL : PyErr_Format(PyExc_TypeError, "a field is a name and a value");
    }
    return Py_BuildValue("(NN)", json, names);
}
