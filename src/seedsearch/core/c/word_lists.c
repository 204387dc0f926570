/* The posting lists of a word: found in the dictionaries of all segments, and read when a query needs them.
 *
 * The twin is `ranges` and `parts_of` in index/term_sets.py. */

#include "word_lists.h"
#include "segment_reader.h"

typedef struct {
    int in_title;
    ListPlace place;
} WordList;

struct WordLists {
    PyObject_HEAD
    Reader *reader;
    Py_ssize_t count;
    WordList lists[2]; /* in bodies, in titles */
};

/* ---------------------------------------------------------------- finding */

/* A word that is looked up: the key of its groups after the byte of a field, and the wanted form of them or NULL. */
typedef struct {
    Bytes key;
    char *form;
    Py_ssize_t form_size;
    unsigned title_weight;
    unsigned long long df, frequency;
} Lookup;

/* Look a word up in the bodies or the titles of a segment. Count titles of passages only that no list of bodies counts. */
static int
look_up(Lookup *lookup, WordLists *lists, int in_title)
{
    const uint8_t *data;
    uint32_t bytes;
    uint64_t base;
    WordList *list = &lists->lists[lists->count];
    *lookup->key.data = in_title ? 't' : 'b';
    int fits = open_block_of(lists->reader, lookup->key.data, (Py_ssize_t)lookup->key.used, &data, &bytes, &base);
    if (fits != 1) {
        return fits;
    }
    int found = find_list(data, bytes, base, lookup->key.data, (uint32_t)lookup->key.used,
                          (const uint8_t *)lookup->form, (uint32_t)lookup->form_size, &list->place);
    if (found > 0) {
        list->in_title = in_title;
        lookup->df += lists->count ? list->place.extra : list->place.df;
        lookup->frequency += (unsigned long long)list->place.cf * (in_title ? lookup->title_weight : 1);
        lists->count++;
    }
    return after_block(found);
}

static WordLists *
new_lists(PyObject *module, Reader *reader)
{
    WordLists *lists = core_new(core_type(module, TYPE_word_lists));
    if (lists != NULL) {
        lists->reader = (Reader *)Py_NewRef((PyObject *)reader);
    }
    return lists;
}

/* Add the part of a segment, if it has the word. */
static int
add_part(PyObject *module, PyObject *parts, Reader *reader, Py_ssize_t number, Lookup *lookup, int in_bodies)
{
    WordLists *lists = new_lists(module, reader);
    int fits = lists == NULL ? -1 : in_bodies ? look_up(lookup, lists, 0) : 1;
    fits = fits > 0 ? look_up(lookup, lists, 1) : fits;
    if (fits > 0 && lists->count) {
        return append(parts, Py_BuildValue("(nN)", number, lists)) < 0 ? -1 : 1;
    }
    Py_XDECREF((PyObject *)lists);
    return fits;
}

PyObject *
core_find_word(PyObject *module, PyObject *args)
{
    PyObject *readers, *bytes, *form, *parts;
    char *key;
    Py_ssize_t size;
    int in_bodies;
    Lookup lookup = {0};
    if (!PyArg_ParseTuple(args, "O!pO!OI", &PyTuple_Type, &readers, &in_bodies, &PyBytes_Type, &bytes, &form,
                          &lookup.title_weight)
        || PyBytes_AsStringAndSize(bytes, &key, &size) < 0
        || (form != Py_None && PyBytes_AsStringAndSize(form, &lookup.form, &lookup.form_size) < 0)
        || (parts = PyList_New(0)) == NULL) {
        return NULL;
    }
    int fits = put_byte(&lookup.key, 'b') < 0 || put(&lookup.key, key, (size_t)size) < 0 ? -1 : 1;
    for (Py_ssize_t i = 0; fits > 0 && i < PyTuple_Size(readers); i++) {
        Reader *reader = reader_at(module, readers, i);
        fits = reader == NULL ? -1 : add_part(module, parts, reader, i, &lookup, in_bodies);
    }
    free(lookup.key.data);
    PyObject *tuple = fits > 0 ? PyList_AsTuple(parts) : NULL;
    if (tuple == NULL) {
        return no_answer(parts, fits > 0 ? -1 : fits);
    }
    Py_DECREF(parts);
    return Py_BuildValue("(NKK)", tuple, lookup.df, lookup.frequency);
}

/* ---------------------------------------------------------------- reading */

/* Read a list up to its positions, which come after its postings. */
static int
need_postings(Reader *reader, const ListPlace *place, uint64_t start, uint64_t end)
{
    const uint8_t *first = (const uint8_t *)reader->memory.buf + start, *at = first;
    uint64_t postings = 0;
    for (uint32_t left = (place->list_df + BLOCK_POSTINGS - 1) / BLOCK_POSTINGS; left; left--) {
        Entry entry = {0};
        uint64_t from = start + (uint64_t)(at - first), to = from + MOST_ENTRY < end ? from + MOST_ENTRY : end;
        int fits = need(reader, from, to);
        if (fits <= 0 || read_entry(&at, first + (to - start), &entry) < 0) {
            return fits <= 0 ? fits : -1;
        }
        postings += entry.bytes;
    }
    postings += start + (uint64_t)(at - first);
    return need(reader, start, postings < end ? postings : end);
}

/* See that a list is in memory, and get its bytes. Lists without a skip table are read whole: they are short. */
static const uint8_t *
bytes_of(Reader *reader, const ListPlace *place, int with_positions)
{
    int fits = 0;
    uint64_t start = reader->postings.offset + place->start, end = start + place->size;
    if (place->start <= reader->postings.length && place->size <= reader->postings.length - place->start) {
        int is_whole = with_positions || place->chosen != NO_MEMBER || place->list_df <= BLOCK_POSTINGS;
        fits = is_whole ? need(reader, start, end) : need_postings(reader, place, start, end);
    }
    if (fits == 0) {
        wrong("a posting list cannot be read");
    }
    return fits > 0 ? (const uint8_t *)reader->memory.buf + start : NULL;
}

Py_ssize_t
count_lists(const WordLists *lists)
{
    return lists->count;
}

void
hold(WordLists *lists)
{
    lists->reader->reading++;
}

void
let_go(WordLists *lists)
{
    lists->reader->reading--;
}

int
open_word_list(Source *source, WordLists *lists, Py_ssize_t number, size_t passages, int with_positions)
{
    const WordList *list = &lists->lists[number];
    const ListPlace *place = &list->place;
    *source = (Source){.in_title = list->in_title, .has_members = place->chosen != NO_MEMBER};
    if (source->has_members) {
        source->chosen = &place->chosen;
        source->chosen_count = 1;
    }
    const uint8_t *bytes = bytes_of(lists->reader, place, with_positions);
    return bytes == NULL ? -1
                         : open_list(&source->list, bytes, place->size, place->list_df, place->list_cf, place->members,
                                     passages);
}

/* ---------------------------------------------------------------- for Python */

static Py_ssize_t
lists_length(PyObject *self)
{
    return ((WordLists *)self)->count;
}

/* Return a list as a `Source`. */
static PyObject *
lists_item(PyObject *self, Py_ssize_t number)
{
    WordLists *lists = (WordLists *)self;
    if (number < 0 || number >= lists->count) {
        return PyErr_Format(PyExc_IndexError, "there is no such list");
    }
    const WordList *list = &lists->lists[number];
    const ListPlace *place = &list->place;
    const uint8_t *bytes = bytes_of(lists->reader, place, 1);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *chosen = place->chosen == NO_MEMBER ? Py_NewRef(Py_None)
                                                  : as_bytes((const uint8_t *)&place->chosen, sizeof place->chosen);
    return Py_BuildValue("(NNIIIN)", PyBool_FromLong(list->in_title), as_bytes(bytes, place->size), place->list_df,
                         place->list_cf, place->members, chosen);
}

static void
lists_dealloc(PyObject *self)
{
    Py_XDECREF((PyObject *)((WordLists *)self)->reader);
    core_free(self);
}

static PyType_Slot SLOTS[] = {
    {Py_sq_length, lists_length},
    {Py_sq_item, lists_item},
    {Py_tp_dealloc, lists_dealloc},
    {0, NULL},
};

PyType_Spec core_word_lists_spec = CORE_SPEC("WordLists", WordLists, Py_TPFLAGS_DISALLOW_INSTANTIATION, SLOTS);
