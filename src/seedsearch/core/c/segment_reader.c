/* An open segment file, whose blocks are read and checked before their first use; and what queries look up in it: groups by
 * their keys, rows of passages and of documents.
 *
 * The twins are index/segment_file.py, dictionary.py and segment.py. What does not fit (a disk that cannot read, a wrong sum,
 * a number that points outside its column) is left to them, and they say what is wrong: the answer is None then. Functions
 * give 1, or 0 where something does not fit, or -1 with an error set.
 */

#include "core.h"
#include "segment_reader.h"
#include "checksum.h"

#ifdef _WIN32
#include <io.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

#define BLOCK 4096u            /* bytes that have a sum of their own: segment_file.py */
#define BLOCKS_A_READ 8u       /* at most */

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
    const uint32_t wanted = ((const uint32_t *)reader->sums.buf)[block];
    uint32_t own;
    if (sum_by_processor(data, size, &own)) {
        return own == wanted;
    }
    PyObject *view = PyMemoryView_FromMemory((char *)data, (Py_ssize_t)size, PyBUF_READ);
    PyObject *sum = view == NULL ? NULL : PyObject_CallFunctionObjArgs(reader->sum, view, NULL);
    Py_XDECREF(view);
    if (sum == NULL) {
        return -1;
    }
    unsigned long found = PyLong_AsUnsignedLong(sum);
    Py_DECREF(sum);
    return PyErr_Occurred() ? -1 : found == wanted;
}

/* Check what was read of the file from a block on, and keep it. A block that another thread has checked stays as it is. */
static int
take_blocks(Reader *reader, uint8_t *data, size_t all, size_t block)
{
    uint8_t *checked = reader->checked.buf;
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

/* Read some blocks and check them. Other threads run meanwhile, and may close the segment: so the file is read into a place
 * of our own, and the memory is kept until the end. */
static int
fill(Reader *reader, size_t block, size_t count)
{
    uint8_t data[BLOCKS_A_READ * BLOCK];
    size_t all = (size_t)reader->memory.len - block * BLOCK;
    all = all < count * BLOCK ? all : count * BLOCK;
    reader->reading++;
    Py_ssize_t got = read_at(reader->descriptor, data, all, block * BLOCK);
#ifdef MADV_POPULATE_WRITE /* quicker than a fault for each page; where it fails, they are faulted in */
    madvise((uint8_t *)reader->memory.buf + block * BLOCK, all, MADV_POPULATE_WRITE);
#endif
    int fits = got == (Py_ssize_t)all ? take_blocks(reader, data, all, block) : 0;
    reader->reading--;
    return fits > 0 && reader->descriptor < 0 ? 0 : fits;
}

int
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
    uint64_t at = column->offset + index * column->width; /* a value never lies in two blocks */
    int is_there = reader->descriptor >= 0 && ((const uint8_t *)reader->checked.buf)[at / BLOCK];
    int fits = is_there ? 1 : need(reader, at, at + column->width);
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
    for (size_t i = 0; fits == 0 && i < COUNT(WIDTHS); i++) {
        if (WIDTHS[i].code == code && offset <= most && length <= (most - offset) / WIDTHS[i].width) {
            *column = (Column){offset, length, WIDTHS[i].width};
            fits = 1;
        }
    }
    return fits ? fits : wrong("a column lies outside the file");
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

/* The first of some strings in order that is above a key, or at it (`is_above` is 0 then). */
static int
first_above(Reader *reader, const Texts *texts, const uint8_t *key, uint32_t size, int is_above, uint64_t *found)
{
    uint64_t low = 0, high = texts->ends.length;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const uint8_t *own;
        uint32_t own_size;
        int fits = text_at(reader, texts, middle, &own, &own_size);
        if (fits <= 0) {
            return fits;
        }
        if (compare(own, own_size, key, size) >= is_above) {
            high = middle;
        }
        else {
            low = middle + 1;
        }
    }
    *found = low;
    return 1;
}

/* Get the bytes of a block of groups, and where its posting lists begin. */
static int
open_block(Reader *reader, uint64_t block, const uint8_t **data, uint32_t *bytes, uint64_t *base)
{
    int fits = text_at(reader, &reader->groups, block, data, bytes);
    return fits > 0 ? number_at(reader, &reader->bases, block, base) : fits;
}

int
open_block_of(Reader *reader, const uint8_t *key, Py_ssize_t size, const uint8_t **data, uint32_t *bytes, uint64_t *base)
{
    uint64_t block = 0;
    int fits = size < 1 || size > MOST_INFLATED ? 0 : first_above(reader, &reader->firsts, key, (uint32_t)size, 1, &block);
    return fits <= 0 ? fits : block == 0 ? 2 : open_block(reader, block - 1, data, bytes, base);
}

int
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

PyObject *
no_answer(PyObject *begun, int fits)
{
    Py_XDECREF(begun);
    return fits < 0 ? NULL : Py_NewRef(Py_None);
}

Reader *
reader_at(PyObject *module, PyObject *readers, Py_ssize_t at)
{
    PyObject *reader = PyTuple_GetItem(readers, at);
    if (reader == NULL || PyObject_TypeCheck(reader, core_type(module, TYPE_segment_reader))) {
        return (Reader *)reader;
    }
    PyErr_SetString(PyExc_TypeError, "readers of segments are wanted");
    return NULL;
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

static int
get_text(Reader *reader, const Texts *texts, uint64_t number, PyObject **item)
{
    const uint8_t *text = NULL;
    uint32_t size = 0;
    int fits = texts->bytes.length ? text_at(reader, texts, number, &text, &size) : 1;
    return fits > 0 && (*item = PyUnicode_DecodeUTF8((const char *)text, size, "surrogatepass")) == NULL ? -1 : fits;
}

static int
get_path(Reader *reader, uint64_t file, PyObject **item)
{
    const uint8_t *path;
    uint32_t size;
    int fits = text_at(reader, &reader->paths, file, &path, &size);
    return fits > 0 && (*item = PyUnicode_DecodeFSDefaultAndSize((const char *)path, size)) == NULL ? -1 : fits;
}

/* What rows become: passages and documents, with the names of their fields, and what reads the further fields of a
 * document. And what is known of a segment: its documents that stay as they were read, and their kinds. */
typedef struct {
    PyTypeObject *passage, *document;
    PyObject *passage_names, *document_names, *fields_of, *known, *kinds;
} Made;

/* A document; None where something does not fit. Texts are decoded at once: other threads may run before the next is read. */
static PyObject *
read_document(Reader *reader, uint64_t number, const Made *made)
{
    static const int TEXTS[DOCUMENT_TEXTS] = {1, 5, 6, 9}, OF_KIND[] = {2, 3, 4, 7, 8, 10}; /* places among its fields */
    PyObject *values[DOCUMENT_FIELDS] = {NULL}, **fields = &values[TEXTS[FIELDS]];
    uint64_t file = 0, kind = 0;
    int fits = number_at(reader, &reader->documents[FILE_OF], number, &file);
    fits = fits > 0 ? number_at(reader, &reader->documents[KIND], number, &kind) : fits;
    fits = fits > 0 ? get_path(reader, file, &values[0]) : fits;
    for (int i = 0; fits > 0 && i < DOCUMENT_TEXTS; i++) {
        fits = get_text(reader, &reader->of_document[i], number, &values[TEXTS[i]]);
    }
    fits = fits > 0 && kind >= (uint64_t)PyList_Size(made->kinds) ? 0 : fits;
    for (size_t i = 0; fits > 0 && i < COUNT(OF_KIND); i++) {
        PyObject *own = PyTuple_GetItem(PyList_GetItem(made->kinds, (Py_ssize_t)kind), (Py_ssize_t)i);
        values[OF_KIND[i]] = Py_XNewRef(own);
        fits = own == NULL ? -1 : 1;
    }
    if (fits > 0) {
        PyObject *text = *fields;
        *fields = PyObject_CallFunctionObjArgs(made->fields_of, text, NULL);
        Py_DECREF(text);
        return core_made_of(made->document, made->document_names, values);
    }
    for (size_t i = 0; i < DOCUMENT_FIELDS; i++) {
        Py_XDECREF(values[i]);
    }
    return no_answer(NULL, fits);
}

/* A document that is known, or as it was read. */
static PyObject *
document_at(Reader *reader, uint64_t number, const Made *made)
{
    PyObject *key = PyLong_FromUnsignedLongLong(number);
    PyObject *found = key == NULL ? NULL : Py_XNewRef(PyDict_GetItemWithError(made->known, key));
    if (found == NULL && !PyErr_Occurred() && (found = read_document(reader, number, made)) != NULL && found != Py_None) {
        if (PyDict_Size(made->known) > DOCUMENTS_KEPT) {
            PyDict_Clear(made->known);
        }
        if (PyDict_SetItem(made->known, key, found) < 0) {
            Py_CLEAR(found);
        }
    }
    Py_XDECREF(key);
    return found;
}

/* How many passages of its document come before a passage. */
static int
ordinal_of(Reader *reader, uint64_t number, uint64_t document, uint64_t *ordinal)
{
    uint64_t low = 0, high = number, step = 1, before = 0;
    int fits = number_at(reader, &reader->documents[ORDINAL], document, &before);
    while (fits > 0 && low < high) { /* the first of its document: documents ascend, and most have few passages */
        uint64_t middle = step && step < high - low ? high - step : low + (high - low) / 2, other = 0;
        fits = number_at(reader, &reader->passages[DOCUMENT], middle, &other);
        if (other < document) {
            low = middle + 1;
            step = 0;
        }
        else {
            high = middle;
            step *= 2;
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

/* A passage without its text; None where something does not fit. */
static PyObject *
passage_at(Reader *reader, uint64_t number, const Made *made)
{
    uint64_t at[PASSAGE_COLUMNS] = {0}, ordinal = 0;
    PyObject *heading = NULL, *document = NULL;
    int fits = 1;
    for (int i = 0; fits > 0 && i < PASSAGE_COLUMNS; i++) {
        fits = number_at(reader, &reader->passages[i], number, &at[i]);
        fits = fits > 0 && at[i] > INT64_MAX / 2 ? 0 : fits; /* farther than any file reaches, or nearly */
    }
    fits = fits > 0 ? ordinal_of(reader, number, at[DOCUMENT], &ordinal) : fits;
    if (fits > 0) {
        document = document_at(reader, at[DOCUMENT], made);
        fits = document == NULL ? -1 : document != Py_None;
    }
    if (fits > 0 && at[HEADING]) {
        fits = get_text(reader, &reader->headings, at[HEADING], &heading);
    }
    if (fits <= 0) {
        Py_XDECREF(heading);
        return no_answer(document, fits);
    }
    int has_bytes = at[BYTE] > 0;
    PyObject *values[PASSAGE_FIELDS] = {
        document,
        PyLong_FromUnsignedLongLong(ordinal),
        PyUnicode_FromStringAndSize("", 0),
        PyLong_FromUnsignedLongLong(at[LINE]),
        PyLong_FromUnsignedLongLong(at[LINE] + at[LINES]),
        number_or_none(at[BYTE] - 1, has_bytes),
        number_or_none(at[BYTE] - 1 + at[BYTES], has_bytes),
        number_or_none(at[PAGE], at[PAGE] > 0),
        heading == NULL ? PyUnicode_FromStringAndSize("", 0) : heading,
        PyUnicode_FromStringAndSize("", 0), /* Python reads the steps: few passages have any */
    };
    return core_made_of(made->passage, made->passage_names, values);
}

/* The segment of a passage that is numbered through the index, where the segments begin at `bases`, and its number there; -1
 * where there is none, or with an error set. */
static Py_ssize_t
segment_of(PyObject *readers, PyObject *bases, PyObject *number, unsigned long *own)
{
    unsigned long wanted = PyLong_AsUnsignedLong(number), base;
    Py_ssize_t at = PyErr_Occurred() ? -1 : PyTuple_Size(readers) - 1;
    for (; at >= 0; at--) {
        PyObject *begins = PyTuple_GetItem(bases, at);
        base = begins == NULL ? 0 : PyLong_AsUnsignedLong(begins);
        if (PyErr_Occurred()) {
            return -1;
        }
        if (base <= wanted) {
            *own = wanted - base;
            return at;
        }
    }
    return -1;
}

/* The segment and the file of a passage; None where something does not fit. */
static PyObject *
file_of(Reader *reader, Py_ssize_t segment, uint64_t number)
{
    uint64_t document, file = 0;
    int fits = number_at(reader, &reader->passages[DOCUMENT], number, &document);
    fits = fits > 0 ? number_at(reader, &reader->documents[FILE_OF], document, &file) : fits;
    return fits > 0 ? Py_BuildValue("(nK)", segment, (unsigned long long)file) : no_answer(NULL, fits);
}

/* The passages that are numbered through the index, of segments of which something is known; without `made` their files. */
static PyObject *
find_passages(PyObject *module, PyObject *readers, PyObject *bases, PyObject *numbers, PyObject *segments, Made *made)
{
    PyObject *found = PyList_New(0);
    for (Py_ssize_t i = 0; found != NULL && i < PyList_Size(numbers); i++) {
        unsigned long own = 0;
        Py_ssize_t at = segment_of(readers, bases, PyList_GetItem(numbers, i), &own);
        Reader *reader = at < 0 ? NULL : reader_at(module, readers, at);
        PyObject *item = NULL;
        if (reader == NULL) {
            item = PyErr_Occurred() ? NULL : Py_NewRef(Py_None);
        }
        else if (made == NULL) {
            item = file_of(reader, at, own);
        }
        else if (PyArg_Parse(PyTuple_GetItem(segments, at), "(O!O!)", &PyDict_Type, &made->known, &PyList_Type,
                             &made->kinds)) {
            item = passage_at(reader, own, made);
        }
        if (append(found, item) < 0) {
            Py_CLEAR(found);
        }
    }
    return found;
}

PyObject *
core_files_of(PyObject *module, PyObject *args)
{
    PyObject *readers, *bases, *numbers;
    return PyArg_ParseTuple(args, "O!O!O!", &PyTuple_Type, &readers, &PyTuple_Type, &bases, &PyList_Type, &numbers)
               ? find_passages(module, readers, bases, numbers, NULL, NULL)
               : NULL;
}

PyObject *
core_passages(PyObject *module, PyObject *args)
{
    PyObject *readers, *bases, *numbers, *segments;
    Made made;
    if (!PyArg_ParseTuple(args, "O!O!O!O!(O!O!O!O!O)", &PyTuple_Type, &readers, &PyTuple_Type, &bases, &PyList_Type,
                          &numbers, &PyTuple_Type, &segments, &PyType_Type, &made.passage, &PyTuple_Type,
                          &made.passage_names, &PyType_Type, &made.document, &PyTuple_Type, &made.document_names,
                          &made.fields_of)) {
        return NULL;
    }
    if (PyTuple_Size(made.passage_names) != PASSAGE_FIELDS || PyTuple_Size(made.document_names) != DOCUMENT_FIELDS
        || PyTuple_Size(segments) < PyTuple_Size(readers)) {
        return PyErr_Format(PyExc_ValueError, "passages and documents have other fields, and each segment is known");
    }
    return find_passages(module, readers, bases, numbers, segments, &made);
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

/* The first and the last file at a path, plus one: files are in the order of their paths. */
static PyObject *
reader_files_at(PyObject *self, PyObject *path)
{
    Reader *reader = (Reader *)self;
    char *key;
    Py_ssize_t size;
    uint64_t first = 0, end = 0;
    if (PyBytes_AsStringAndSize(path, &key, &size) < 0) {
        return NULL;
    }
    int fits = size <= (Py_ssize_t)MOST_INFLATED;
    fits = fits > 0 ? first_above(reader, &reader->paths, (const uint8_t *)key, (uint32_t)size, 0, &first) : fits;
    fits = fits > 0 ? first_above(reader, &reader->paths, (const uint8_t *)key, (uint32_t)size, 1, &end) : fits;
    return fits > 0 ? Py_BuildValue("(KK)", (unsigned long long)first, (unsigned long long)end) : no_answer(NULL, fits);
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
reader_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *sum, *directory;
    int descriptor;
    Reader *reader = core_new(type);
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
    for (size_t i = 0; i < COUNT(views); i++) {
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
    release(reader);
    Py_XDECREF(reader->sum);
    core_free(self);
}

CORE_MADE_TYPE(core_segment_reader_spec, "SegmentReader", Reader, reader_new, reader_dealloc,
               CORE_METHOD("close", reader_close, METH_NOARGS),
               CORE_METHOD("files_at", reader_files_at, METH_O),
               CORE_METHOD("group", reader_group, METH_VARARGS),
               CORE_METHOD("path", reader_path, METH_VARARGS),
               CORE_METHOD("read", reader_read, METH_VARARGS))
