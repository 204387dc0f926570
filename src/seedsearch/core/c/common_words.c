/* Count the common words of each language in a text, as `_plain_counts` of analysis/language.py does. */

#include "lower_case.h"
#include "memory.h"
#include "spans.h"
#include "utf8.h"

#define MOST_LANGUAGES 64
#define MOST_WORDS 65536

typedef struct {
    PyObject_HEAD
    Strings words;         /* common words of the languages of a script */
    uint64_t *languages;   /* of each word, a bit for each */
    size_t languages_room;
    Py_ssize_t language_count;
    uint16_t lower[CODES]; /* by code point */
} CommonWords;

/* What is counted in a text. */
typedef struct {
    Py_ssize_t words;                     /* all of them */
    Py_ssize_t common[MOST_LANGUAGES];    /* those of each language, */
    Py_ssize_t different[MOST_LANGUAGES]; /* and the different ones */
    uint8_t *is_counted;                  /* by number of the word */
} Counts;

static void
count_word(const CommonWords *self, const uint8_t *word, size_t size, Counts *counts)
{
    uint32_t number = size < LONGEST ? known_number(&self->words, word, size) : NONE;
    counts->words++;
    if (number == NONE) {
        return;
    }
    int is_first = !counts->is_counted[number];
    counts->is_counted[number] = 1;
    uint64_t languages = self->languages[number];
    for (Py_ssize_t i = 0; languages; i++, languages >>= 1) {
        counts->common[i] += languages & 1;
        counts->different[i] += is_first && (languages & 1);
    }
}

static void
count_words(const CommonWords *self, const uint8_t *at, const uint8_t *end, Counts *counts)
{
    uint8_t word[LONGEST];
    size_t size = 0;
    int bytes;
    for (; at < end; at += bytes) {
        uint16_t letter = lower_case(self->lower, code_point(at, &bytes));
        if (letter != BETWEEN) {
            size = with_letter(word, size, letter);
        }
        else if (size) {
            count_word(self, word, size, counts);
            size = 0;
        }
    }
    if (size) {
        count_word(self, word, size, counts);
    }
}

static PyObject *
as_tuple(const Py_ssize_t *numbers, Py_ssize_t count)
{
    PyObject *tuple = PyTuple_New(count);
    for (Py_ssize_t i = 0; tuple != NULL && i < count; i++) {
        PyObject *number = PyLong_FromSsize_t(numbers[i]);
        if (number == NULL || PyTuple_SetItem(tuple, i, number) < 0) {
            Py_CLEAR(tuple);
        }
    }
    return tuple;
}

static PyObject *
count(CommonWords *self, PyObject *text)
{
    Py_ssize_t size;
    const uint8_t *bytes = plain_utf8_of(text, &size);
    if (bytes == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
    }
    Counts counts = {.is_counted = zeroed((size_t)self->words.count + 1, 1)};
    if (counts.is_counted == NULL) {
        return NULL;
    }
    count_words(self, bytes, bytes + size, &counts);
    free(counts.is_counted);
    return Py_BuildValue("(nNN)", counts.words, as_tuple(counts.common, self->language_count),
                         as_tuple(counts.different, self->language_count));
}

/* ------------------------------------------------------------------ type */

/* Read the common words of a language, a tuple of bytes. */
static int
read_language(CommonWords *self, PyObject *words, Py_ssize_t language)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(words); i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(words, i), &data, &size) < 0) {
            return -1;
        }
        uint32_t known = self->words.count;
        if (size >= LONGEST || known >= MOST_WORDS) {
            return wrong("common words are short and few");
        }
        uint32_t number = number_of(&self->words, (const uint8_t *)data, (size_t)size);
        if (number == NONE
            || reserve(&self->languages, &self->languages_room, (size_t)number + 1, sizeof(uint64_t)) < 0) {
            return -1;
        }
        self->languages[number] = (number == known ? 0 : self->languages[number]) | (uint64_t)1 << language;
    }
    return 0;
}

static int
read_languages(CommonWords *self, PyObject *languages)
{
    self->language_count = PyTuple_Size(languages);
    if (self->language_count > MOST_LANGUAGES) {
        return wrong("too many languages");
    }
    for (Py_ssize_t i = 0; i < self->language_count; i++) {
        PyObject *words = PyTuple_GetItem(languages, i);
        if (!PyTuple_Check(words)) {
            PyErr_SetString(PyExc_TypeError, "the words of a language are a tuple");
            return -1;
        }
        if (read_language(self, words, i) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
common_words_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *languages, *lower;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &languages, &PyBytes_Type, &lower)) {
        return NULL;
    }
    CommonWords *self = core_new(type);
    if (self == NULL) {
        return NULL;
    }
    if (read_lower_case(self->lower, lower) < 0 || read_languages(self, languages) < 0) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void
common_words_dealloc(CommonWords *self)
{
    free_strings(&self->words);
    free(self->languages);
    core_free(self);
}

static PyMethodDef METHODS[] = {
    {"count", (PyCFunction)(void (*)(void))count, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_new, common_words_new},
    {Py_tp_dealloc, common_words_dealloc},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

PyType_Spec core_common_words_spec = CORE_SPEC("CommonWords", CommonWords, 0, SLOTS);
