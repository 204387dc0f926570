/* The objects of queries: the table of passages, postings, matches. scoring.c makes them from an index, combine.c
 * and positions.c combine them, and topk.c selects the best. */

#include "matching.h"

/* Return the items of a tuple, all of one type, as an array to free. Return NULL with an error set on failure. */
void *
items_of(PyObject *tuple, PyTypeObject *type, Py_ssize_t *count)
{
    *count = PyTuple_Size(tuple);
    if (*count < 1) {
        if (*count == 0) {
            wrong("some are wanted");
        }
        return NULL;
    }
    void **items = zeroed((size_t)*count, sizeof(void *));
    for (Py_ssize_t i = 0; items != NULL && i < *count; i++) {
        items[i] = PyTuple_GetItem(tuple, i);
        if (!PyObject_TypeCheck((PyObject *)items[i], type)) {
            PyErr_SetString(PyExc_TypeError, "not of the type that is wanted");
            free(items);
            return NULL;
        }
    }
    return items;
}

/* ------------------------------------------------------------------ the table of passages */

static void
close_segment(TableSegment *segment)
{
    while (segment->view_count) {
        PyBuffer_Release(&segment->views[--segment->view_count]);
    }
}

static int
open_numbers(TableSegment *segment, PyObject *object, Column *numbers, size_t *count)
{
    Py_buffer *view = &segment->views[segment->view_count];
    if (PyObject_GetBuffer(object, view, PyBUF_FORMAT | PyBUF_ND) < 0) {
        return -1;
    }
    segment->view_count++;
    size_t bytes = (size_t)view->itemsize;
    if ((bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) || (view->len && (uintptr_t)view->buf % bytes)) {
        return wrong("numbers of other bytes are wanted");
    }
    *numbers = (Column){view->buf, bytes};
    *count = (size_t)view->len / bytes;
    return 0;
}

/* Open a segment from a tuple: lengths of bodies, lengths of titles, documents, deleted or None. */
static int
open_segment(TableSegment *segment, PyObject *given, uint32_t base)
{
    PyObject *lengths, *titles, *documents, *deleted;
    Column flags = {NULL, 0};
    size_t counts[4] = {0};
    if (!PyArg_Parse(given, "(OOOO)", &lengths, &titles, &documents, &deleted)
        || open_numbers(segment, lengths, &segment->lengths, &counts[0]) < 0
        || open_numbers(segment, titles, &segment->titles, &counts[1]) < 0
        || open_numbers(segment, documents, &segment->documents, &counts[2]) < 0) {
        return -1;
    }
    counts[3] = counts[0];
    if (deleted != Py_None) {
        if (open_numbers(segment, deleted, &flags, &counts[3]) < 0) {
            return -1;
        }
        if (flags.bytes != 1) {
            return wrong("a byte for each passage is wanted");
        }
        segment->deleted = flags.data;
    }
    if (counts[1] != counts[0] || counts[2] != counts[0] || counts[3] != counts[0]) {
        return wrong("what stands for each passage differs in length");
    }
    if (counts[0] > (size_t)(INT32_MAX - (int32_t)base)) {
        return wrong("there are too many passages");
    }
    segment->base = base;
    segment->passages = counts[0];
    return 0;
}

PyObject *
core_passage_table(PyObject *module, PyObject *args)
{
    PyObject *given;
    double a, b;
    unsigned int title_weight;
    if (!PyArg_ParseTuple(args, "O!ddI", &PyTuple_Type, &given, &a, &b, &title_weight)) {
        return NULL;
    }
    Table *made = core_new(core_type(module, TYPE_table));
    if (made == NULL) {
        return NULL;
    }
    Py_ssize_t count = PyTuple_Size(given);
    made->a = a;
    made->b = b;
    made->title_weight = title_weight;
    made->word_lists = core_type(module, TYPE_word_lists);
    made->segments = zeroed((size_t)count, sizeof *made->segments);
    int failed = made->segments == NULL;
    for (; !failed && made->count < count; made->count++) {
        TableSegment *own = &made->segments[made->count];
        failed = open_segment(own, PyTuple_GetItem(given, made->count), made->passages) < 0;
        made->passages += (uint32_t)own->passages;
    }
    if (failed) {
        Py_CLEAR(made);
    }
    return (PyObject *)made;
}

int
know_documents(Table *table)
{
    if (table->document_of != NULL) {
        return 0;
    }
    size_t room = (size_t)table->passages + 1;
    uint32_t *found = array_of(room, sizeof *found), documents = 0;
    double *lengths = found == NULL ? NULL : array_of(room, sizeof *lengths);
    if (lengths == NULL) {
        free(found);
        return -1;
    }
    for (Py_ssize_t i = 0; i < table->count; i++) {
        const TableSegment *own = &table->segments[i];
        for (uint32_t doc = 0; doc < own->passages; doc++) {
            if (doc == 0 || number_at(&own->documents, doc) != number_at(&own->documents, doc - 1)) {
                lengths[documents++] = 0;
            }
            lengths[documents - 1] += length_of(table, own, doc);
            found[own->base + doc] = documents - 1;
        }
    }
    table->documents = documents;
    table->document_lengths = lengths;
    table->document_of = found;
    return resize(&table->document_lengths, (size_t)documents + 1, sizeof *lengths);
}

int
are_passages_of(const Table *table, const Matches *matches)
{
    return matches->count && matches->passages[matches->count - 1] >= table->passages
               ? wrong("passages are there, and their scores are above zero")
               : 0;
}

static void
table_dealloc(Table *self)
{
    free(self->document_of);
    free(self->document_lengths);
    for (Py_ssize_t i = 0; i < self->count; i++) {
        close_segment(&self->segments[i]);
    }
    free(self->segments);
    core_free(self);
}

/* ------------------------------------------------------------------ postings, matches */

Matches *
new_matches(PyObject *module, Py_ssize_t room)
{
    Matches *made = core_new(core_type(module, TYPE_matches));
    if (made == NULL) {
        return NULL;
    }
    made->passages = array_of((size_t)room, sizeof *made->passages);
    made->scores = made->passages == NULL ? NULL : array_of((size_t)room, sizeof *made->scores);
    if (made->scores == NULL) {
        Py_CLEAR(made);
    }
    return made;
}

int
make_room(Matches *made, size_t room)
{
    return resize(&made->passages, room, sizeof *made->passages) < 0
                   || resize(&made->scores, room, sizeof *made->scores) < 0
               ? -1
               : 0;
}

Matches *
fitted(Matches *made)
{
    if (make_room(made, (size_t)made->count) < 0) {
        Py_CLEAR(made);
    }
    return made;
}

static void
matches_dealloc(Matches *self)
{
    free(self->passages);
    free(self->scores);
    free(self->peak);
    core_free(self);
}

static void
postings_dealloc(Postings *self)
{
    free(self->passages);
    free(self->frequencies);
    core_free(self);
}

/* Objects of both types begin with a head. Only their own type knows where the length is. */
static Py_ssize_t
matches_length(Matches *self)
{
    return self->count;
}

static Py_ssize_t
postings_length(Postings *self)
{
    return self->count;
}

/* An array of an object as bytes. */
#define ARRAY(type, array)                                                                                             \
    static PyObject *type##_##array(type *self, void *Py_UNUSED(closure))                                              \
    {                                                                                                                  \
        return as_bytes((const uint8_t *)self->array, (size_t)self->count * sizeof *self->array);                      \
    }

ARRAY(Matches, passages)
ARRAY(Matches, scores)
ARRAY(Postings, passages)
ARRAY(Postings, frequencies)

static PyObject *
matches_nbytes(Matches *self, void *Py_UNUSED(closure))
{
    size_t each = sizeof *self->passages + sizeof *self->scores;
    return PyLong_FromSize_t(sizeof(Matches) + PEAK * sizeof(Pair) + (size_t)self->count * each);
}

/* ------------------------------------------------------------------ the types */

static PyGetSetDef MATCHES_VALUES[] = {
    {"passages", (getter)Matches_passages, NULL, NULL, NULL},
    {"scores", (getter)Matches_scores, NULL, NULL, NULL},
    {"nbytes", (getter)matches_nbytes, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyGetSetDef POSTINGS_VALUES[] = {
    {"passages", (getter)Postings_passages, NULL, NULL, NULL},
    {"frequencies", (getter)Postings_frequencies, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot TABLE_SLOTS[] = {
    {Py_tp_dealloc, table_dealloc},
    {0, NULL},
};

static PyType_Slot MATCHES_SLOTS[] = {
    {Py_tp_dealloc, matches_dealloc},
    {Py_tp_getset, MATCHES_VALUES},
    {Py_sq_length, matches_length},
    {0, NULL},
};

static PyType_Slot POSTINGS_SLOTS[] = {
    {Py_tp_dealloc, postings_dealloc},
    {Py_tp_getset, POSTINGS_VALUES},
    {Py_sq_length, postings_length},
    {0, NULL},
};

PyType_Spec core_table_spec = CORE_SPEC("PassageTable", Table, Py_TPFLAGS_DISALLOW_INSTANTIATION, TABLE_SLOTS);

PyType_Spec core_matches_spec = CORE_SPEC("Matches", Matches, Py_TPFLAGS_DISALLOW_INSTANTIATION, MATCHES_SLOTS);

PyType_Spec core_postings_spec = CORE_SPEC("Postings", Postings, Py_TPFLAGS_DISALLOW_INSTANTIATION, POSTINGS_SLOTS);
