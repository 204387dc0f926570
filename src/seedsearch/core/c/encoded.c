/* Find out whether a text may contain encoded data: a long run of base64 characters, or the begin of uuencode. The
 * twin is corpus/encoded.py. */

#include "tokenizer.h"
#include "text.h"

/* Letters, digits and + / - _ = in ASCII. */
#define IN_RUN(c) (LOWER[c] || (c) == '+' || (c) == '/' || (c) == '-' || (c) == '_' || (c) == '=')

/* Scan each window of `least` bytes backwards. Most windows have a space near their end, which rules a run out. A rule
 * of one character is no run. */
static int
has_run(const uint8_t *at, const uint8_t *end, Py_ssize_t least)
{
    while (end - at >= least) {
        const uint8_t *last = at + least;
        while (last > at && IN_RUN(last[-1])) {
            last--;
        }
        if (last > at) {
            at = last;
            continue;
        }
        for (last = at + 1; last < end && *last == *at; last++) {
        }
        if (last - at < least) {
            return 1;
        }
        at = last - least + 1; /* the next window with another character */
    }
    return 0;
}

/* Return whether a line of "begin" or "begin-base64" and a digit of a file's mode begins at a place. */
static int
begins_at(const uint8_t *at, const uint8_t *end)
{
    if (end - at < 7 || memcmp(at, "begin", 5) != 0) {
        return 0;
    }
    at += end - at >= 14 && memcmp(at + 5, "-base64", 7) == 0 ? 12 : 5;
    return *at == ' ' && at[1] >= '0' && at[1] <= '7';
}

/* Return whether there is such a line. */
static int
has_begin(const uint8_t *at, const uint8_t *end)
{
    while (!begins_at(at, end)) {
        if ((at = find(at, end, '\n')) == NULL) {
            return 0;
        }
        at++;
    }
    return 1;
}

int
may_hold_runs(const uint8_t *at, const uint8_t *end, Py_ssize_t least)
{
    return has_begin(at, end) || has_run(at, end, least);
}

PyObject *
core_may_hold_runs(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text;
    Py_ssize_t least, size;
    char *bytes = NULL;
    if (!PyArg_ParseTuple(args, "On", &text, &least)) {
        return NULL;
    }
    if (PyUnicode_Check(text)) {
        bytes = (char *)PyUnicode_AsUTF8AndSize(text, &size);
    } else if (PyBytes_AsStringAndSize(text, &bytes, &size) < 0) {
        return NULL;
    }
    if (bytes == NULL) {
        return NULL;
    }
    if (least < 1) {
        return PyErr_Format(PyExc_ValueError, "a run has a character at least");
    }
    const uint8_t *at = (const uint8_t *)bytes, *end = at + size;
    return PyBool_FromLong(may_hold_runs(at, end, least));
}
