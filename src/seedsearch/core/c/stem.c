/* English stems in C, for who asks for a few: see `english.h`, `_english.pyi` and `stemming.py`. */

#include "core.h"

#include "english.h"

static PyObject *
stem_of(PyObject *term)
{
    char *data;
    Py_ssize_t size;
    uint8_t stem[ENGLISH_MAX];
    if (PyBytes_AsStringAndSize(term, &data, &size) < 0) {
        return NULL;
    }
    int stem_size = stem_english((const uint8_t *)data, (size_t)size, stem);
    return stem_size < 0 ? Py_NewRef(Py_None) : PyBytes_FromStringAndSize((const char *)stem, stem_size);
}

PyObject *
core_stem(PyObject *Py_UNUSED(module), PyObject *terms)
{
    if (!PyList_Check(terms)) {
        PyErr_SetString(PyExc_TypeError, "terms come in a list");
        return NULL;
    }
    PyObject *stems = PyList_New(0);
    for (Py_ssize_t i = 0; stems != NULL && i < PyList_Size(terms); i++) {
        PyObject *term = PyList_GetItem(terms, i);
        PyObject *found = term == NULL ? NULL : stem_of(term);
        if (found == NULL || PyList_Append(stems, found) < 0) {
            Py_CLEAR(stems);
        }
        Py_XDECREF(found);
    }
    return stems;
}
