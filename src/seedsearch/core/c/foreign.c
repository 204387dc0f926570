/* Find passages that may be in another language than their document: passage_language.py and language.py. */

#include "lower_case.h"
#include "memory.h"
#include "spans.h"
#include "text.h"

/* A test of a passage. It returns 1 if the passage passes, 0 if not, -1 with an error set. */
typedef int (*Test)(const void *what, const uint8_t *at, const uint8_t *end);

/* Return the numbers of the passages that pass a test, of all `spans`, or of those with the given numbers. */
static PyObject *
passages_that(Test test, const void *what, PyObject *object, PyObject *spans, PyObject *numbers)
{
    PyObject *owner;
    Text text;
    if (read_text(object, &text, &owner) < 0) {
        return NULL;
    }
    PyObject *found = PyList_New(0);
    Py_ssize_t count = PyList_Size(numbers == NULL ? spans : numbers);
    Offset start = {0, 0}, end = {0, 0};
    for (Py_ssize_t i = 0; found != NULL && i < count; i++) {
        Py_ssize_t number = numbers == NULL ? i : PyLong_AsSsize_t(PyList_GetItem(numbers, i));
        PyObject *span = PyErr_Occurred() ? NULL : PyList_GetItem(spans, number);
        int passes = span == NULL || find_passage(&text, span, &start, &end) < 0
                         ? -1
                         : test(what, text.bytes + start.byte, text.bytes + end.byte);
        if (passes < 0 || (passes && append(found, PyLong_FromSsize_t(number)) < 0)) {
            Py_CLEAR(found);
        }
        start = end;
    }
    Py_XDECREF(owner);
    return found;
}

/* ------------------------------------------------------------------ passages without some words */

#define MOST_WORDS 8

typedef struct {
    const char *data;
    size_t size;
} Sought;

typedef struct {
    Sought words[MOST_WORDS];
    Py_ssize_t count;
} SoughtWords;

static int
has_none(const void *sought, const uint8_t *at, const uint8_t *end)
{
    const SoughtWords *words = sought;
    for (; at < end; at++) {
        for (Py_ssize_t i = 0; i < words->count; i++) {
            const Sought *word = &words->words[i];
            if (*at == (uint8_t)*word->data && (size_t)(end - at) >= word->size
                && memcmp(at, word->data, word->size) == 0) {
                return 0;
            }
        }
    }
    return 1;
}

PyObject *
core_spans_without(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *spans, *given;
    SoughtWords words;
    if (!PyArg_ParseTuple(args, "OO!O!", &text, &PyList_Type, &spans, &PyTuple_Type, &given)) {
        return NULL;
    }
    words.count = PyTuple_Size(given);
    if (words.count > MOST_WORDS) {
        return PyErr_Format(PyExc_ValueError, "too many words");
    }
    for (Py_ssize_t i = 0; i < words.count; i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(given, i), &data, &size) < 0) {
            return NULL;
        }
        words.words[i] = (Sought){data, (size_t)size};
    }
    return passages_that(has_none, &words, text, spans, NULL);
}

/* ------------------------------------------------------------------ marks of other languages */

typedef struct {
    PyObject_HEAD
    PyObject *languages, *language;
    Strings words;         /* of other languages */
    uint16_t lower[CODES]; /* by code point */
} ForeignMarks;

/* Return whether a text has a word or a letter of another language. */
static int
has_mark(const ForeignMarks *self, const uint8_t *at, const uint8_t *end)
{
    uint8_t word[LONGEST];
    size_t size = 0;
    int bytes;
    for (; at < end; at += bytes) {
        uint32_t code = code_point(at, &bytes);
        uint16_t letter = lower_case(self->lower, code);
        if (letter & FOREIGN) {
            return 1;
        }
        if (letter != BETWEEN) {
            size = with_letter(word, size, letter);
            continue;
        }
        if (size && size < LONGEST && has_string(&self->words, word, size)) {
            return 1;
        }
        size = 0;
    }
    return size && size < LONGEST && has_string(&self->words, word, size);
}

/* `may_be_in_another` of language.py. Return -1 with an error set on failure. */
static int
may_be_in_another(const void *marks, const uint8_t *at, const uint8_t *end)
{
    const ForeignMarks *self = marks;
    if (has_mark(self, at, end)) {
        return 1;
    }
    if (is_ascii(at, end)) {
        return 0;
    }
    const Found found = language_in(self->languages, at, end, characters_in(at, end));
    return found.script == NULL && PyUnicode_Compare(found.language, self->language) != 0;
}

static PyObject *
find_marks(ForeignMarks *self, PyObject *args)
{
    PyObject *text, *spans, *numbers;
    if (!PyArg_ParseTuple(args, "OO!O!", &text, &PyList_Type, &spans, &PyList_Type, &numbers)) {
        return NULL;
    }
    return passages_that(may_be_in_another, self, text, spans, numbers);
}

/* ------------------------------------------------------------------ type */

static int
read_words(ForeignMarks *self, PyObject *words)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(words); i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(words, i), &data, &size) < 0) {
            return -1;
        }
        if (size >= LONGEST) {
            return wrong("a common word is short");
        }
        if (number_of(&self->words, (const uint8_t *)data, (size_t)size) == NONE) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
marks_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *languages, *language, *words, *lower, *module = PyType_GetModule(type);
    if (module == NULL
        || !PyArg_ParseTuple(args, "O!UO!O!", core_type(module, TYPE_languages), &languages, &language, &PyTuple_Type,
                             &words, &PyBytes_Type, &lower)) {
        return NULL;
    }
    ForeignMarks *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    self->languages = Py_NewRef(languages);
    self->language = Py_NewRef(language);
    if (read_lower_case(self->lower, lower) < 0 || read_words(self, words) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
marks_dealloc(ForeignMarks *self)
{
    Py_DECREF(self->languages);
    Py_DECREF(self->language);
    free_strings(&self->words);
    core_free(self);
}

static PyMethodDef METHODS[] = {
    {"find", (PyCFunction)(void (*)(void))find_marks, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_new, marks_new},
    {Py_tp_dealloc, marks_dealloc},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

PyType_Spec core_foreign_marks_spec = CORE_SPEC("ForeignMarks", ForeignMarks, 0, SLOTS);
