/* Find out whether a text may contain encoded data: a long run of base64 characters, or the begin of uuencode. The
 * twin is corpus/encoded.py. */

#include "core.h"

#include <string.h>

/* Letters, digits and + / - _ = in ASCII. */
static const uint8_t IN_RUN[256] = {
    ['+'] = 1, ['-'] = 1, ['/'] = 1, ['='] = 1, ['_'] = 1,
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1,
    ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1,
    ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1,
    ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1,
    ['a'] = 1, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1,
    ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1,
    ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

/* Scan each window of `least` bytes backwards. Most windows have a space near their end, which rules a run out. */
static int
has_run(const uint8_t *at, const uint8_t *end, Py_ssize_t least)
{
    while (end - at >= least) {
        const uint8_t *last = at + least;
        while (last > at && IN_RUN[last[-1]]) {
            last--;
        }
        if (last == at) {
            return 1;
        }
        at = last;
    }
    return 0;
}

static int
begins_at(const uint8_t *at, const uint8_t *end)
{
    return end - at >= 5 && memcmp(at, "begin", 5) == 0;
}

/* Return whether a line begins with "begin". */
static int
has_begin(const uint8_t *at, const uint8_t *end)
{
    while (!begins_at(at, end)) {
        at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        if (at++ == NULL) {
            return 0;
        }
    }
    return 1;
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
    return PyBool_FromLong(has_begin(at, end) || has_run(at, end, least));
}
