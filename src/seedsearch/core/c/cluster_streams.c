/* The streams of the texts that an Inverter has cut (engine/opensearch/streams.py), and the counts of its terms. */

#include "inverter.h"

#define GAP "_"
#define JOINT "\x01"

/* Add a list of bytes to the names of terms. */
static int
take_names(Names *names, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyList_GetItem(list, i), &data, &size) < 0
            || put(&names->text, data, (size_t)size) < 0 || add_number(&names->ends, names->text.used) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Add the numbers of the words that terms are: each is that of the first term that is the word. */
static int
take_numbers(Numbers *numbers, PyObject *list)
{
    for (Py_ssize_t i = 0; i < PyList_Size(list); i++) {
        size_t number = PyLong_AsSize_t(PyList_GetItem(list, i));
        if (PyErr_Occurred()) {
            return -1;
        }
        if (number > numbers->count) {
            return wrong("no such word");
        }
        if (add_number(numbers, number) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
put_name(Bytes *stream, const Names *names, uint32_t term)
{
    uint64_t start = term ? names->ends.values[term - 1] : 0;
    return put(stream, names->text.data + start, (size_t)(names->ends.values[term] - start));
}

/* Count an occurrence: see `word_counts` in _core.pyi. Texts ascend, and the odd ones are titles. */
static void
count_term(Inverter *self, uint32_t term, uint32_t text)
{
    WordCounts *own = &self->word_counts[self->word_numbers.values[term]];
    uint32_t is_title = text & 1, passage = self->counted + text / 2 + 1;
    own->occurrences[is_title]++;
    if (own->last[0] != passage) {
        own->last[0] = passage;
        own->passages++;
    }
    if (is_title && own->last[1] != passage) {
        own->last[1] = passage;
        own->titles++;
    }
}

/* Sort occurrences by position. They nearly always are: only an aside puts a word before others. */
static void
sort_by_position(uint64_t *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        uint64_t own = found[i];
        size_t at = i;
        for (; at && found[at - 1] >> 32 > own >> 32; at--) {
            found[at] = found[at - 1];
        }
        found[at] = own;
    }
}

/* Write the streams of the occurrences of a text. */
static int
write_streams(const Inverter *self, const uint64_t *found, size_t count, Bytes streams[2])
{
    uint64_t next = 0; /* the position after those written */
    streams[0].used = streams[1].used = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t position = found[i] >> 32;
        int is_same = i && position < next;
        for (int kind = 0; kind < 2; kind++) {
            Bytes *stream = &streams[kind];
            for (uint64_t at = next; at < position; at++) {
                if (put(stream, at ? " " GAP : GAP, at ? 2 : 1) < 0) {
                    return -1;
                }
            }
            if ((position && put(stream, is_same ? JOINT : " ", 1) < 0)
                || (!position && is_same && put(stream, JOINT, 1) < 0)
                || put_name(stream, &self->names[kind], (uint32_t)found[i]) < 0) {
                return -1;
            }
        }
        next = position + 1;
    }
    return 0;
}

static PyObject *
text_of(const Bytes *stream)
{
    return PyUnicode_DecodeUTF8((const char *)stream->data, (Py_ssize_t)stream->used, NULL);
}

/* Append the streams of all texts to a list, and count their terms. */
static int
all_streams(Inverter *self, PyObject *list, Numbers *found, Bytes streams[2])
{
    const Field *field = &self->title;
    const uint8_t *steps = field->steps;
    size_t at = 0;
    for (size_t text = 0; text < field->texts; text++) {
        uint32_t position = 0;
        found->count = 0;
        for (; at < field->end[text]; at++) {
            position = take_step(&steps, position);
            if (add_number(found, (uint64_t)position << 32 | field->term[at]) < 0) {
                return -1;
            }
            count_term(self, field->term[at], field->doc[text]);
        }
        sort_by_position(found->values, found->count);
        if (write_streams(self, found->values, found->count, streams) < 0
            || append(list, Py_BuildValue("(NNK)", text_of(&streams[0]), text_of(&streams[1]),
                                          (unsigned long long)field->lengths.values[field->doc[text]]))
                   < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
inverter_new_terms(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    for (uint32_t number = (uint32_t)self->names[0].ends.count; list != NULL && number < self->terms.count; number++) {
        size_t size;
        const uint8_t *term = string_at(&self->terms, number, &size);
        if (append(list, as_bytes(term, size)) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

PyObject *
inverter_streams(Inverter *self, PyObject *args)
{
    PyObject *words, *marks, *numbers;
    Numbers found = {0};
    Bytes streams[2] = {{0}, {0}};
    Field *field = &self->title;
    if (!PyArg_ParseTuple(args, "O!O!O!", &PyList_Type, &words, &PyList_Type, &marks, &PyList_Type, &numbers)
        || take_names(&self->names[0], words) < 0 || take_names(&self->names[1], marks) < 0
        || take_numbers(&self->word_numbers, numbers) < 0) {
        return NULL;
    }
    size_t terms = self->terms.count;
    if (self->names[0].ends.count != terms || self->names[1].ends.count != terms || self->word_numbers.count != terms) {
        return PyErr_Format(PyExc_ValueError, "every term needs a word, marks, and a number");
    }
    size_t counted = self->word_counts_room;
    if (reserve(&self->word_counts, &self->word_counts_room, terms, sizeof(WordCounts)) < 0) {
        return NULL;
    }
    memset(self->word_counts + counted, 0, (self->word_counts_room - counted) * sizeof(WordCounts));
    PyObject *list = PyList_New(0);
    if (list != NULL
        && (put(&streams[0], "", 0) < 0 || put(&streams[1], "", 0) < 0 || all_streams(self, list, &found, streams) < 0)) {
        Py_CLEAR(list);
    }
    self->counted += field->texts ? field->doc[field->texts - 1] / 2 + 1 : 0;
    field->count = field->steps_used = field->texts = field->lengths.count = 0;
    free(found.values);
    free(streams[0].data);
    free(streams[1].data);
    return list;
}

PyObject *
inverter_word_counts(Inverter *self, PyObject *Py_UNUSED(ignored))
{
    PyObject *list = PyList_New(0);
    for (uint32_t i = 0; list != NULL && i < self->names[0].ends.count && i < self->word_counts_room; i++) {
        const WordCounts *own = &self->word_counts[i];
        size_t size;
        const uint8_t *term = string_at(&self->terms, i, &size);
        if (own->passages
            && append(list, Py_BuildValue("(NIIII)", as_bytes(term, size), own->passages, own->titles,
                                          own->occurrences[0], own->occurrences[1])) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}
