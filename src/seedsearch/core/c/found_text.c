/* The type FoundText: a text that the core has composed, with its language and its passages. They become objects of Python
 * only if Python asks for them. */

#include "found_text.h"

PyObject *
found_text(PyObject *module, PyObject *finder, Bytes *text, Numbers *lines, Numbers *ends, Py_ssize_t characters,
           const Headed *sections, size_t count)
{
    FoundText *found = core_new(core_type(module, TYPE_found_text));
    if (found == NULL) {
        return NULL;
    }
    found->finder = Py_NewRef(finder);
    found->text = *text;
    found->lines = *lines;
    found->ends = *ends;
    *text = (Bytes){0};
    *lines = *ends = (Numbers){0};
    if (find_in(found, characters, sections, count) < 0) {
        Py_CLEAR(found);
    }
    return (PyObject *)found;
}

int
add_passage(FoundText *found, const Range *passage, PyObject *heading, PyObject *steps)
{
    const size_t count = found->count;
    if (steps == NULL || reserve(&found->passages, &found->room, count + 1, sizeof *found->passages) < 0
        || reserve(&found->headings, &found->headings_room, count + 1, sizeof *found->headings) < 0
        || reserve(&found->steps, &found->steps_room, count + 1, sizeof *found->steps) < 0) {
        Py_XDECREF(steps);
        return -1;
    }
    found->passages[count] = *passage;
    found->headings[count] = Py_NewRef(heading);
    found->steps[count] = steps;
    found->has_steps |= PyUnicode_GetLength(steps) > 0;
    found->count++;
    return 0;
}

PyObject *
text_of_found(const FoundText *self)
{
    return PyUnicode_DecodeUTF8((const char *)self->text.data, (Py_ssize_t)self->text.used, "strict");
}

static PyObject *
found_text_language(FoundText *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(self->language);
}

static PyObject *
found_text_lines(FoundText *self, PyObject *Py_UNUSED(ignored))
{
    return Py_BuildValue("(NN)", numbers_as_bytes(&self->lines), numbers_as_bytes(&self->ends));
}

PyObject *
steps_of_found(const FoundText *self)
{
    PyObject *steps = PyList_New(0);
    for (size_t i = 0; steps != NULL && i < self->count; i++) {
        if (append(steps, Py_NewRef(self->steps[i])) < 0) {
            Py_CLEAR(steps);
        }
    }
    return steps;
}

PyObject *
spans_of_found(const FoundText *self)
{
    PyObject *spans = PyList_New(0);
    for (size_t i = 0; spans != NULL && i < self->count; i++) {
        Range passage = self->passages[i];
        passage.first_byte = passage.end_byte = -1;
        if (append(spans, span_of(self->finder, &passage, 0, self->headings[i], self->steps[i])) < 0) {
            Py_CLEAR(spans);
        }
    }
    return spans;
}

static PyObject *
found_text_text(FoundText *self, PyObject *Py_UNUSED(ignored))
{
    return text_of_found(self);
}

static PyObject *
found_text_spans(FoundText *self, PyObject *Py_UNUSED(ignored))
{
    return spans_of_found(self);
}

static void
found_text_dealloc(FoundText *self)
{
    for (size_t i = 0; i < self->count; i++) {
        Py_DECREF(self->headings[i]);
        Py_DECREF(self->steps[i]);
    }
    Py_XDECREF(self->finder);
    Py_XDECREF(self->language);
    free(self->text.data);
    free(self->lines.values);
    free(self->ends.values);
    free(self->passages);
    free(self->headings);
    free(self->steps);
    core_free(self);
}

static PyMethodDef METHODS[] = {
    CORE_METHOD("text", found_text_text, METH_NOARGS),
    CORE_METHOD("language", found_text_language, METH_NOARGS),
    CORE_METHOD("lines", found_text_lines, METH_NOARGS),
    CORE_METHOD("spans", found_text_spans, METH_NOARGS),
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {{Py_tp_dealloc, found_text_dealloc}, {Py_tp_methods, METHODS}, {0, NULL}};

PyType_Spec core_found_text_spec = CORE_SPEC("FoundText", FoundText, Py_TPFLAGS_DISALLOW_INSTANTIATION, SLOTS);
