/* An open segment file, whose blocks are read and checked before their first use; and what queries look up in it: groups by
 * their keys, rows of passages and of documents.
 *
 * The twins are index/segment_file.py, dictionary.py and segment.py. What does not fit (a disk that cannot read, a wrong sum,
 * a number that points outside its column) is left to them, and they say what is wrong: the answer is None then. Functions
 * give 1, or 0 where something does not fit, or -1 with an error set.
 */

#include "core.h"
#include "dictionary.h"
#include "postings.h"

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#define BLOCK 4096u            /* bytes that have a sum of their own: segment_file.py */
#define BLOCKS_A_READ 8u       /* at most */
#define MOST_INFLATED (1u << 26) /* bytes of a string: segment_file.py */

typedef struct {
    uint64_t offset, length;
    uint32_t width; /* of a value; 0 where the column is missing */
} Column;

typedef struct {
    Column bytes, ends;
} Texts;

enum { DOCUMENT, LINE, LINES, BYTE, BYTES, PAGE, HEADING, PASSAGE_COLUMNS };
#define PASSAGE_FIELDS 9 /* of `Passage` in model.py, all but its steps */
enum { FILE_OF, KIND, PLACE, ORDINAL, DOCUMENT_COLUMNS };
enum { TITLE, ID, MEMBER, FIELDS, DOCUMENT_TEXTS };

static const char *const PASSAGE_NAMES[PASSAGE_COLUMNS] = {
    "passage.document", "passage.line", "passage.lines", "passage.byte", "passage.bytes", "passage.page",
    "passage.heading",
};
static const char *const DOCUMENT_NAMES[DOCUMENT_COLUMNS] = {
    "document.file", "document.kind", "document.place", "document.ordinal",
};
static const char *const TEXT_NAMES[DOCUMENT_TEXTS] = {
    "document.title", "document.id", "document.member", "document.fields",
};

typedef struct {
    PyObject_HEAD
    int descriptor; /* -1 when closed */
    int reading;    /* how many threads wait for the file */
    PyObject *sum;  /* computes the sum of some bytes */
    Py_buffer memory, checked, sums;
    Texts groups, firsts, paths, headings, of_document[DOCUMENT_TEXTS];
    Column bases, postings, passages[PASSAGE_COLUMNS], documents[DOCUMENT_COLUMNS];
} Reader;

/* ---------------------------------------------------------------- blocks */

#ifdef _WIN32
static Py_ssize_t
read_at(int descriptor, uint8_t *data, size_t size, size_t at)
{
    return _lseeki64(descriptor, (int64_t)at, 0) < 0 ? -1 : _read(descriptor, data, (unsigned)size);
}
#else
static Py_ssize_t
read_at(int descriptor, uint8_t *data, size_t size, size_t at)
{
    Py_ssize_t got;
    Py_BEGIN_ALLOW_THREADS
    got = pread(descriptor, data, size, (off_t)at);
    Py_END_ALLOW_THREADS
    return got;
}
#endif

static int
has_sum(const Reader *reader, uint8_t *data, size_t size, size_t block)
{
    PyObject *view = PyMemoryView_FromMemory((char *)data, (Py_ssize_t)size, PyBUF_READ);
    PyObject *sum = view == NULL ? NULL : PyObject_CallFunctionObjArgs(reader->sum, view, NULL);
    Py_XDECREF(view);
    if (sum == NULL) {
        return -1;
    }
    unsigned long found = PyLong_AsUnsignedLong(sum);
    Py_DECREF(sum);
    return PyErr_Occurred() ? -1 : found == ((const uint32_t *)reader->sums.buf)[block];
}

/* Read some blocks and check them. Other threads run meanwhile: so the file is read into a place of our own, and a block
 * that one of them has checked stays as it is. */
static int
fill(Reader *reader, size_t block, size_t count)
{
    uint8_t data[BLOCKS_A_READ * BLOCK], *checked = reader->checked.buf;
    size_t all = (size_t)reader->memory.len - block * BLOCK;
    all = all < count * BLOCK ? all : count * BLOCK;
    reader->reading++;
    Py_ssize_t got = read_at(reader->descriptor, data, all, block * BLOCK);
    reader->reading--;
    if (got != (Py_ssize_t)all || reader->descriptor < 0) {
        return 0;
    }
    for (size_t at = 0; at < all; at += BLOCK, block++) {
        size_t size = all - at < BLOCK ? all - at : BLOCK;
        int fits = has_sum(reader, data + at, size, block);
        if (fits <= 0) {
            return fits;
        }
        if (!checked[block]) {
            memcpy((uint8_t *)reader->memory.buf + block * BLOCK, data + at, size);
            checked[block] = 1;
        }
    }
    return 1;
}

/* See that the bytes from `start` to `end` are in memory, which has so many. */
static int
need(Reader *reader, uint64_t start, uint64_t end)
{
    const uint8_t *checked = reader->checked.buf;
    size_t last = (size_t)((end + BLOCK - 1) / BLOCK);
    if (reader->descriptor < 0) {
        return 0;
    }
    for (size_t block = (size_t)(start / BLOCK); block < last; block++) {
        size_t count = 0;
        while (block + count < last && count < BLOCKS_A_READ && !checked[block + count]) {
            count++;
        }
        int fits = count == 0 ? 1 : fill(reader, block, count);
        if (fits <= 0) {
            return fits;
        }
    }
    return 1;
}

/* ---------------------------------------------------------------- columns */

static int
number_at(Reader *reader, const Column *column, uint64_t index, uint64_t *value)
{
    if (index >= column->length) {
        return 0;
    }
    uint64_t at = column->offset + index * column->width;
    int fits = need(reader, at, at + column->width);
    *value = 0;
    if (fits > 0) {
        memcpy(value, (const uint8_t *)reader->memory.buf + at, column->width);
    }
    return fits;
}

static int
text_at(Reader *reader, const Texts *texts, uint64_t index, const uint8_t **text, uint32_t *size)
{
    uint64_t start = 0, end = 0;
    int fits = index ? number_at(reader, &texts->ends, index - 1, &start) : 1;
    fits = fits > 0 ? number_at(reader, &texts->ends, index, &end) : fits;
    if (fits <= 0) {
        return fits;
    }
    if (start > end || end > texts->bytes.length || end - start > MOST_INFLATED) {
        return 0;
    }
    *text = (const uint8_t *)reader->memory.buf + texts->bytes.offset + start;
    *size = (uint32_t)(end - start);
    return need(reader, texts->bytes.offset + start, texts->bytes.offset + end);
}

/* A column of the directory, whose values are [code, offset, length]. */
static int
find_column(const Reader *reader, PyObject *directory, const char *name, Column *column)
{
    static const struct {
        char code;
        uint32_t width;
    } WIDTHS[] = {{'B', 1}, {'H', 2}, {'I', 4}, {'Q', 8}, {'q', 8}};
    PyObject *entry = PyDict_GetItemString(directory, name), *row = entry == NULL ? NULL : PySequence_Tuple(entry);
    int code;
    unsigned long long offset, length, most = (unsigned long long)reader->memory.len;
    if (row == NULL) {
        return PyErr_Occurred() ? -1 : 1; /* who asks for it hears that it is missing */
    }
    int fits = PyArg_ParseTuple(row, "CKK", &code, &offset, &length) ? 0 : -1;
    Py_DECREF(row);
    for (size_t i = 0; fits == 0 && i < sizeof WIDTHS / sizeof *WIDTHS; i++) {
        if (WIDTHS[i].code == code && offset <= most && length <= (most - offset) / WIDTHS[i].width) {
            *column = (Column){offset, length, WIDTHS[i].width};
            fits = 1;
        }
    }
    if (fits == 0) {
        PyErr_SetString(PyExc_ValueError, "a column lies outside the file");
    }
    return fits > 0 ? 1 : -1;
}

static int
find_texts(const Reader *reader, PyObject *directory, const char *name, Texts *texts)
{
    char ends[32];
    PyOS_snprintf(ends, sizeof ends, "%s.end", name);
    return find_column(reader, directory, name, &texts->bytes) < 0 || texts->bytes.width > 1
                   || find_column(reader, directory, ends, &texts->ends) < 0
               ? -1
               : 1;
}

static int
find_columns(Reader *reader, PyObject *directory)
{
    int fits = find_texts(reader, directory, "group", &reader->groups) > 0
               && find_texts(reader, directory, "group.first", &reader->firsts) > 0
               && find_texts(reader, directory, "file.path", &reader->paths) > 0
               && find_texts(reader, directory, "heading", &reader->headings) > 0
               && find_column(reader, directory, "group.base", &reader->bases) > 0
               && find_column(reader, directory, "postings", &reader->postings) > 0;
    for (int i = 0; fits && i < PASSAGE_COLUMNS; i++) {
        fits = find_column(reader, directory, PASSAGE_NAMES[i], &reader->passages[i]) > 0;
    }
    for (int i = 0; fits && i < DOCUMENT_COLUMNS; i++) {
        fits = find_column(reader, directory, DOCUMENT_NAMES[i], &reader->documents[i]) > 0;
    }
    for (int i = 0; fits && i < DOCUMENT_TEXTS; i++) {
        fits = find_texts(reader, directory, TEXT_NAMES[i], &reader->of_document[i]) > 0;
    }
    return fits;
}

/* ---------------------------------------------------------------- looking up */

/* The last block whose first key is not above a key, plus one; 0 where there is none. */
static int
find_block(Reader *reader, const uint8_t *key, uint32_t size, uint64_t *block)
{
    uint64_t low = 0, high = reader->firsts.ends.length;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const uint8_t *first;
        uint32_t first_size;
        int fits = text_at(reader, &reader->firsts, middle, &first, &first_size);
        if (fits <= 0) {
            return fits;
        }
        if (compare(first, first_size, key, size) > 0) {
            high = middle;
        }
        else {
            low = middle + 1;
        }
    }
    *block = low;
    return 1;
}

/* Get the bytes of a block of groups, and where its posting lists begin. */
static int
open_block(Reader *reader, uint64_t block, const uint8_t **data, uint32_t *bytes, uint64_t *base)
{
    int fits = text_at(reader, &reader->groups, block, data, bytes);
    return fits > 0 ? number_at(reader, &reader->bases, block, base) : fits;
}

/* Get the block that may have a key. Return 2 if none may. */
static int
open_block_of(Reader *reader, const uint8_t *key, Py_ssize_t size, const uint8_t **data, uint32_t *bytes, uint64_t *base)
{
    uint64_t block = 0;
    int fits = size < 1 || size > MOST_INFLATED ? 0 : find_block(reader, key, (uint32_t)size, &block);
    return fits <= 0 ? fits : block == 0 ? 2 : open_block(reader, block - 1, data, bytes, base);
}

/* What `fits` is after something was read: 0 instead of a ValueError. */
static int
after_block(int found)
{
    if (found < 0 && PyErr_ExceptionMatches(PyExc_ValueError)) {
        PyErr_Clear();
        return 0;
    }
    return found < 0 ? -1 : 1;
}

/* Add the group of a key, if there is one. */
static int
add_group(Reader *reader, PyObject *list, Py_ssize_t of_reader, PyObject *keys, Py_ssize_t of_key)
{
    char *key;
    Py_ssize_t size;
    const uint8_t *data;
    uint32_t bytes;
    uint64_t base;
    PyObject *group = NULL;
    if (PyBytes_AsStringAndSize(PyTuple_GetItem(keys, of_key), &key, &size) < 0) {
        return -1;
    }
    int fits = open_block_of(reader, (const uint8_t *)key, size, &data, &bytes, &base);
    if (fits == 1) {
        fits = after_block(read_group(data, bytes, base, (const uint8_t *)key, (uint32_t)size, 0, &group));
    }
    return fits <= 0 || group == NULL ? fits
           : append(list, Py_BuildValue("(nnN)", of_reader, of_key, group)) < 0 ? -1
                                                                                 : 1;
}

/* What stands for an answer where something did not fit, or failed. */
static PyObject *
no_answer(PyObject *begun, int fits)
{
    Py_XDECREF(begun);
    return fits < 0 ? NULL : Py_NewRef(Py_None);
}

/* A reader of a tuple, or NULL with an error set. */
static Reader *
reader_at(PyObject *module, PyObject *readers, Py_ssize_t at)
{
    PyObject *reader = PyTuple_GetItem(readers, at);
    if (reader != NULL && !PyObject_TypeCheck(reader, core_type(module, TYPE_SEGMENT_READER))) {
        PyErr_SetString(PyExc_TypeError, "readers of segments are wanted");
        return NULL;
    }
    return (Reader *)reader;
}

PyObject *
core_find_groups(PyObject *module, PyObject *args)
{
    PyObject *readers, *keys, *list;
    if (!PyArg_ParseTuple(args, "O!O!", &PyTuple_Type, &readers, &PyTuple_Type, &keys)
        || (list = PyList_New(0)) == NULL) {
        return NULL;
    }
    int fits = 1;
    for (Py_ssize_t i = 0; fits > 0 && i < PyTuple_Size(readers); i++) {
        Reader *reader = reader_at(module, readers, i);
        fits = reader == NULL ? -1 : 1;
        for (Py_ssize_t k = 0; fits > 0 && k < PyTuple_Size(keys); k++) {
            fits = add_group(reader, list, i, keys, k);
        }
    }
    return fits > 0 ? list : no_answer(list, fits);
}

/* A posting list of a word. */
typedef struct {
    uint32_t reader, in_title;
    ListPlace place;
} WordList;

/* A word that is looked up: the key of its groups without the byte of the field, and the wanted form of them or NULL. */
typedef struct {
    Bytes key; /* after the byte of a field */
    char *form;
    Py_ssize_t form_size;
    unsigned title_weight;
    unsigned long long df, frequency;
    Bytes lists;
} Lookup;

/* Look a word up in the bodies or the titles of a segment. Count titles of passages only that no list of bodies counts. */
static int
look_up(Reader *reader, Lookup *lookup, uint32_t number, int in_title, int *is_in_body)
{
    const uint8_t *data;
    uint32_t bytes;
    uint64_t base;
    WordList list = {number, (uint32_t)in_title, {0}};
    *lookup->key.data = in_title ? 't' : 'b';
    int fits = open_block_of(reader, lookup->key.data, (Py_ssize_t)lookup->key.used, &data, &bytes, &base);
    if (fits != 1) {
        return fits;
    }
    int found = find_list(data, bytes, base, lookup->key.data, (uint32_t)lookup->key.used,
                          (const uint8_t *)lookup->form, (uint32_t)lookup->form_size, &list.place);
    if (found > 0) {
        lookup->df += in_title && *is_in_body ? list.place.extra : list.place.df;
        lookup->frequency += (unsigned long long)list.place.cf * (in_title ? lookup->title_weight : 1);
        *is_in_body |= !in_title;
        found = put(&lookup->lists, &list, sizeof list);
    }
    return after_block(found);
}

PyObject *
core_find_word(PyObject *module, PyObject *args)
{
    PyObject *readers, *bytes, *form;
    char *key;
    Py_ssize_t size;
    int in_bodies;
    Lookup lookup = {0};
    if (!PyArg_ParseTuple(args, "O!pO!OI", &PyTuple_Type, &readers, &in_bodies, &PyBytes_Type, &bytes, &form,
                          &lookup.title_weight)
        || PyBytes_AsStringAndSize(bytes, &key, &size) < 0
        || (form != Py_None && PyBytes_AsStringAndSize(form, &lookup.form, &lookup.form_size) < 0)) {
        return NULL;
    }
    int fits = put_byte(&lookup.key, 'b') < 0 || put(&lookup.key, key, (size_t)size) < 0 ? -1 : 1;
    for (Py_ssize_t i = 0; fits > 0 && i < PyTuple_Size(readers); i++) {
        Reader *reader = reader_at(module, readers, i);
        int is_in_body = 0;
        fits = reader == NULL ? -1 : in_bodies ? look_up(reader, &lookup, (uint32_t)i, 0, &is_in_body) : 1;
        fits = fits > 0 ? look_up(reader, &lookup, (uint32_t)i, 1, &is_in_body) : fits;
    }
    PyObject *found = fits > 0 ? Py_BuildValue("(NKK)", as_object(&lookup.lists), lookup.df, lookup.frequency)
                               : no_answer(NULL, fits);
    free(lookup.key.data);
    free(lookup.lists.data);
    return found;
}

/* Read a list up to its positions, which come after its postings. Lists without a skip table are read whole: they are short. */
static int
need_postings(Reader *reader, const ListPlace *place, uint64_t start, uint64_t end)
{
    const uint8_t *first = (const uint8_t *)reader->memory.buf + start, *at = first;
    uint64_t postings = 0;
    for (uint32_t left = (place->list_df + BLOCK_POSTINGS - 1) / BLOCK_POSTINGS; left; left--) {
        uint32_t entry[4]; /* the second number of an entry of the table is that of the bytes of a block's postings */
        uint64_t from = start + (uint64_t)(at - first), to = from + sizeof entry / sizeof *entry * MOST_CODE;
        to = to < end ? to : end;
        int fits = need(reader, from, to);
        for (int i = 0; fits > 0 && i < 4; i++) {
            fits = read_code(&at, first + (to - start), &entry[i]) < 0 ? -1 : 1;
        }
        if (fits <= 0) {
            return fits < 0 ? after_block(fits) : 0;
        }
        postings += entry[1];
    }
    postings += start + (uint64_t)(at - first);
    return need(reader, start, postings < end ? postings : end);
}

/* Read a posting list and add it to the others of its segment. */
static int
add_source(Reader *reader, const ListPlace *place, int in_title, int with_positions, PyObject *sources)
{
    if (place->start > reader->postings.length || place->size > reader->postings.length - place->start) {
        return 0;
    }
    uint64_t start = reader->postings.offset + place->start, end = start + place->size;
    int is_whole = with_positions || place->chosen != NO_MEMBER || place->list_df <= BLOCK_POSTINGS;
    int fits = is_whole ? need(reader, start, end) : need_postings(reader, place, start, end);
    if (fits <= 0) {
        return fits;
    }
    PyObject *from = PyLong_FromUnsignedLongLong(start), *to = PyLong_FromUnsignedLongLong(end), *data = NULL;
    PyObject *slice = from == NULL || to == NULL ? NULL : PySlice_New(from, to, NULL);
    Py_XDECREF(from);
    Py_XDECREF(to);
    if (slice != NULL) {
        data = PyObject_GetItem(reader->memory.obj, slice);
        Py_DECREF(slice);
    }
    PyObject *chosen = place->chosen == NO_MEMBER ? Py_NewRef(Py_None)
                                                    : as_bytes((const uint8_t *)&place->chosen, sizeof place->chosen);
    if (data == NULL || chosen == NULL) {
        Py_XDECREF(data);
        Py_XDECREF(chosen);
        return -1;
    }
    PyObject *source = Py_BuildValue("(ONIIIN)", in_title ? Py_True : Py_False, data, place->list_df, place->list_cf,
                                     place->members, chosen);
    return append(sources, source) < 0 ? -1 : 1;
}

/* Add the part of a segment; take its sources. */
static int
add_part(PyObject *parts, uint32_t number, PyObject *sources)
{
    PyObject *tuple = PyList_AsTuple(sources);
    Py_DECREF(sources);
    return tuple == NULL || append(parts, Py_BuildValue("(IN)", number, tuple)) < 0 ? -1 : 1;
}

PyObject *
core_open_word(PyObject *module, PyObject *args)
{
    PyObject *readers, *given, *parts = NULL, *sources = NULL;
    char *lists;
    Py_ssize_t size;
    int with_positions;
    if (!PyArg_ParseTuple(args, "O!O!p", &PyTuple_Type, &readers, &PyBytes_Type, &given, &with_positions)
        || PyBytes_AsStringAndSize(given, &lists, &size) < 0) {
        return NULL;
    }
    int fits = (parts = PyList_New(0)) == NULL ? -1 : 1;
    uint32_t number = 0;
    for (Py_ssize_t at = 0; fits > 0 && size - at >= (Py_ssize_t)sizeof(WordList); at += (Py_ssize_t)sizeof(WordList)) {
        WordList list;
        memcpy(&list, lists + at, sizeof list);
        if (sources != NULL && list.reader != number) {
            fits = add_part(parts, number, sources);
            sources = NULL;
        }
        number = list.reader;
        Reader *reader = fits > 0 ? reader_at(module, readers, (Py_ssize_t)number) : NULL;
        if (reader == NULL || (sources == NULL && (sources = PyList_New(0)) == NULL)) {
            fits = -1;
            break;
        }
        fits = add_source(reader, &list.place, (int)list.in_title, with_positions, sources);
    }
    if (sources != NULL && fits > 0) {
        fits = add_part(parts, number, sources);
        sources = NULL;
    }
    Py_XDECREF(sources);
    if (fits <= 0) {
        return no_answer(parts, fits);
    }
    PyObject *tuple = PyList_AsTuple(parts);
    Py_DECREF(parts);
    return tuple;
}

static PyObject *
reader_group(PyObject *self, PyObject *args)
{
    unsigned long long number;
    PyObject *group = NULL;
    if (!PyArg_ParseTuple(args, "K", &number)) {
        return NULL;
    }
    const uint8_t *data;
    uint32_t bytes;
    uint64_t base;
    int fits = open_block((Reader *)self, number / GROUPS_A_BLOCK, &data, &bytes, &base);
    if (fits > 0) {
        fits = after_block(read_group(data, bytes, base, NULL, 0, number % GROUPS_A_BLOCK, &group));
    }
    return fits > 0 && group != NULL ? group : no_answer(NULL, fits);
}

/* Put what some columns have for a number into a tuple. */
static int
add_row(Reader *reader, const Column *columns, Py_ssize_t count, uint64_t number, PyObject *row)
{
    int fits = 1;
    for (Py_ssize_t i = 0; fits > 0 && i < count; i++) {
        uint64_t value;
        PyObject *item;
        fits = number_at(reader, &columns[i], number, &value);
        if (fits > 0 && ((item = PyLong_FromUnsignedLongLong(value)) == NULL || PyTuple_SetItem(row, i, item) < 0)) {
            fits = -1;
        }
    }
    return fits;
}

static int
add_text(Reader *reader, const Texts *texts, uint64_t number, PyObject *row, Py_ssize_t at)
{
    const uint8_t *text = NULL;
    uint32_t size = 0;
    PyObject *item;
    int fits = texts->bytes.length ? text_at(reader, texts, number, &text, &size) : 1;
    if (fits > 0
        && ((item = PyUnicode_DecodeUTF8((const char *)text, size, "surrogatepass")) == NULL
            || PyTuple_SetItem(row, at, item) < 0)) {
        fits = -1;
    }
    return fits;
}

/* How many passages of its document come before a passage. */
static int
ordinal_of(Reader *reader, uint64_t number, uint64_t document, uint64_t *ordinal)
{
    uint64_t low = 0, high = number, before = 0;
    int fits = number_at(reader, &reader->documents[ORDINAL], document, &before);
    while (fits > 0 && low < high) { /* the first of its document: documents ascend */
        uint64_t middle = low + (high - low) / 2, other = 0;
        fits = number_at(reader, &reader->passages[DOCUMENT], middle, &other);
        if (other < document) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    *ordinal = before + (number - low);
    return fits > 0 && before > INT64_MAX / 2 ? 0 : fits; /* no file has as many passages */
}

/* A number, or None. */
static PyObject *
number_or_none(uint64_t number, int is_there)
{
    return is_there ? PyLong_FromUnsignedLongLong(number) : Py_NewRef(Py_None);
}

static PyObject *
reader_passage(PyObject *self, PyObject *args)
{
    Reader *reader = (Reader *)self;
    unsigned long long number;
    uint64_t at[PASSAGE_COLUMNS] = {0}, ordinal = 0;
    const uint8_t *heading = NULL;
    uint32_t heading_size = 0;
    int fits = 1;
    PyObject *documents, *names;
    if (!PyArg_ParseTuple(args, "KO!O!", &number, &PyDict_Type, &documents, &PyTuple_Type, &names)) {
        return NULL;
    }
    if (PyTuple_Size(names) != PASSAGE_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "a passage has other fields");
        return NULL;
    }
    for (int i = 0; fits > 0 && i < PASSAGE_COLUMNS; i++) {
        fits = number_at(reader, &reader->passages[i], number, &at[i]);
        fits = fits > 0 && at[i] > INT64_MAX / 2 ? 0 : fits; /* farther than any file reaches, or nearly */
    }
    fits = fits > 0 ? ordinal_of(reader, number, at[DOCUMENT], &ordinal) : fits;
    if (fits > 0 && at[HEADING] && reader->headings.bytes.length) {
        fits = text_at(reader, &reader->headings, at[HEADING], &heading, &heading_size);
    }
    if (fits <= 0) {
        return no_answer(NULL, fits);
    }
    PyObject *number_of = PyLong_FromUnsignedLongLong(at[DOCUMENT]);
    PyObject *document = number_of == NULL ? NULL : PyDict_GetItemWithError(documents, number_of);
    if (document == NULL) {
        return PyErr_Occurred() ? NULL : number_of;
    }
    Py_DECREF(number_of);
    int has_bytes = at[BYTE] > 0;
    PyObject *values[] = {
        Py_NewRef(document),
        PyLong_FromUnsignedLongLong(ordinal),
        PyUnicode_FromStringAndSize("", 0),
        PyLong_FromUnsignedLongLong(at[LINE]),
        PyLong_FromUnsignedLongLong(at[LINE] + at[LINES]),
        number_or_none(at[BYTE] - 1, has_bytes),
        number_or_none(at[BYTE] - 1 + at[BYTES], has_bytes),
        number_or_none(at[PAGE], at[PAGE] > 0),
        PyUnicode_DecodeUTF8((const char *)heading, heading_size, "surrogatepass"),
    };
    PyObject *found = PyDict_New();
    for (Py_ssize_t i = 0; i < PASSAGE_FIELDS; i++) { /* all of them are given away, whatever happens */
        if (values[i] == NULL || (found != NULL && PyDict_SetItem(found, PyTuple_GetItem(names, i), values[i]) < 0)) {
            Py_CLEAR(found);
        }
        Py_XDECREF(values[i]);
    }
    return found;
}

static PyObject *
reader_document(PyObject *self, PyObject *args)
{
    Reader *reader = (Reader *)self;
    unsigned long long number;
    PyObject *row;
    if (!PyArg_ParseTuple(args, "K", &number) || (row = PyTuple_New(DOCUMENT_COLUMNS + DOCUMENT_TEXTS)) == NULL) {
        return NULL;
    }
    int fits = add_row(reader, reader->documents, DOCUMENT_COLUMNS, number, row);
    for (int i = 0; fits > 0 && i < DOCUMENT_TEXTS; i++) {
        fits = add_text(reader, &reader->of_document[i], number, row, DOCUMENT_COLUMNS + i);
    }
    return fits > 0 ? row : no_answer(row, fits);
}

static PyObject *
reader_path(PyObject *self, PyObject *args)
{
    unsigned long long number;
    const uint8_t *path;
    uint32_t size;
    if (!PyArg_ParseTuple(args, "K", &number)) {
        return NULL;
    }
    int fits = text_at((Reader *)self, &((Reader *)self)->paths, number, &path, &size);
    return fits > 0 ? as_bytes(path, size) : no_answer(NULL, fits);
}

static PyObject *
reader_read(PyObject *self, PyObject *args)
{
    Reader *reader = (Reader *)self;
    unsigned long long start, end;
    if (!PyArg_ParseTuple(args, "KK", &start, &end)) {
        return NULL;
    }
    int fits = start <= end && end <= (unsigned long long)reader->memory.len ? need(reader, start, end) : 0;
    return fits < 0 ? NULL : PyBool_FromLong(fits);
}

/* ---------------------------------------------------------------- the type */

static PyObject *
reader_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *sum, *directory;
    int descriptor;
    if (named != NULL && PyDict_Size(named)) {
        PyErr_SetString(PyExc_TypeError, "a reader has no named arguments");
        return NULL;
    }
    Reader *reader = (Reader *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
    if (reader == NULL) {
        return NULL;
    }
    reader->descriptor = -1;
    if (!PyArg_ParseTuple(args, "iw*w*y*OO!", &descriptor, &reader->memory, &reader->checked, &reader->sums, &sum,
                          &PyDict_Type, &directory)) {
        Py_DECREF(reader);
        return NULL;
    }
    size_t blocks = ((size_t)reader->memory.len + BLOCK - 1) / BLOCK;
    if ((size_t)reader->checked.len < blocks || (size_t)reader->sums.len / sizeof(uint32_t) < blocks
        || !find_columns(reader, directory)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "a segment's file has a sum for each block, and texts of bytes");
        }
        Py_DECREF(reader);
        return NULL;
    }
    reader->descriptor = descriptor;
    reader->sum = Py_NewRef(sum);
    return (PyObject *)reader;
}

static void
release(Reader *reader)
{
    Py_buffer *views[] = {&reader->memory, &reader->checked, &reader->sums};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        if (views[i]->obj != NULL) {
            PyBuffer_Release(views[i]);
        }
    }
}

/* Nothing is looked up from now on: `need` says so. */
static PyObject *
reader_close(PyObject *self, PyObject *Py_UNUSED(nothing))
{
    Reader *reader = (Reader *)self;
    reader->descriptor = -1;
    if (!reader->reading) {
        release(reader);
    }
    Py_RETURN_NONE;
}

static void
reader_dealloc(PyObject *self)
{
    Reader *reader = (Reader *)self;
    PyTypeObject *type = Py_TYPE(self);
    release(reader);
    Py_XDECREF(reader->sum);
    ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
    Py_DECREF(type);
}

static PyMethodDef METHODS[] = {
    {"close", reader_close, METH_NOARGS, NULL},
    {"document", reader_document, METH_VARARGS, NULL},
    {"group", reader_group, METH_VARARGS, NULL},
    {"passage", reader_passage, METH_VARARGS, NULL},
    {"path", reader_path, METH_VARARGS, NULL},
    {"read", reader_read, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot SLOTS[] = {
    {Py_tp_new, reader_new},
    {Py_tp_dealloc, reader_dealloc},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

PyType_Spec core_segment_reader_spec = {
    .name = "seedsearch.core._core.SegmentReader",
    .basicsize = sizeof(Reader),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};
