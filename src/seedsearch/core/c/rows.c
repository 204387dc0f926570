/* A row of an index's tables: one value of each of several columns. The twin is `_row` in index/segment.py. */

#include "core.h"

#include <string.h>

/* Read a value of a column, a tuple of its buffer and where that begins in its file: 1, 0 where there is none or the block
 * that it lies in is not checked, -1 with an error set. */
static int
value_at(PyObject *column, Py_ssize_t number, const Py_buffer *checked, Py_ssize_t block, uint64_t *value)
{
    PyObject *object;
    Py_ssize_t offset;
    Py_buffer view;
    if (!PyArg_ParseTuple(column, "On", &object, &offset) || PyObject_GetBuffer(object, &view, PyBUF_STRIDES) < 0) {
        return -1;
    }
    Py_ssize_t size = view.itemsize, at = number * size;
    int is_there = number >= 0 && offset >= 0 && size > 0 && size <= 8 && number < view.len / size
                   && (offset + at) / block < checked->len && ((const uint8_t *)checked->buf)[(offset + at) / block];
    *value = 0;
    if (is_there) {
        memcpy(value, (const uint8_t *)view.buf + at, (size_t)size);
    }
    PyBuffer_Release(&view);
    return is_there;
}

PyObject *
core_row(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_ssize_t number, block;
    PyObject *columns;
    Py_buffer checked;
    if (!PyArg_ParseTuple(args, "nO!y*n", &number, &PyTuple_Type, &columns, &checked, &block)) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_Size(columns);
    PyObject *row = block > 0 ? PyTuple_New(count) : NULL;
    int is_there = 1;
    for (Py_ssize_t i = 0; row != NULL && is_there > 0 && i < count; i++) {
        uint64_t value = 0;
        PyObject *item;
        is_there = value_at(PyTuple_GetItem(columns, i), number, &checked, block, &value);
        if (is_there > 0 && ((item = PyLong_FromUnsignedLongLong(value)) == NULL || PyTuple_SetItem(row, i, item) < 0)) {
            is_there = -1;
        }
    }
    PyBuffer_Release(&checked);
    if (row == NULL && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_ValueError, "a block has bytes");
    }
    if (is_there <= 0) {
        Py_CLEAR(row);
    }
    return is_there ? row : Py_NewRef(Py_None);
}
