/* The source of a page to the tags that matter and the texts between them, as in corpus/formats/markup.py. */

#include "memory.h"

enum { NAME_CHARS = 42, KNOWN = 64, RAW_COUNT = 8, WITH_TEXT = 4 };

/* The elements that hold no tags; the first of them hold text. */
static const char *const RAW[RAW_COUNT] = {
    "script", "title", "textarea", "xmp", "style", "iframe", "noembed", "noframes",
};
static const char *const NOTABLE[] = {"role", "hidden", "display", "title"};

typedef struct {
    const uint8_t *at, *end;
} Part;

/* A name that was met: in small letters, as an object, and whether it is watched. */
typedef struct {
    PyObject *object;
    uint8_t bytes[NAME_CHARS];
    uint8_t size;
    int watched;
} Name;

typedef struct {
    PyObject_HEAD
    PyObject *source, *watched, *noted;
    const uint8_t *at, *end, *counted; /* what is next; the end of the page; up to where its lines are counted */
    Name names[KNOWN];
    PyObject *ready; /* the piece to give next */
    /* The piece at hand: a tag, its text, the lines on which that begins and ends. */
    PyObject *name;
    Part attributes;
    Bytes text;
    Py_ssize_t first, line;
    int is_raw, raw; /* the element that begins at `at` and holds no tags, or -1 */
    /* What was looked for up to the end once, and is not there: quotation marks, ends of declarations, of elements. */
    int no_quote[2], no_end[3], no_close[RAW_COUNT];
} Page;

static int
is_letter(uint8_t c)
{
    return (c | 32) >= 'a' && (c | 32) <= 'z';
}

static int
in_name(uint8_t c)
{
    return c > ' ' && c < 127 && c != '/' && c != '<' && c != '>';
}

static int
is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const uint8_t *
find(const uint8_t *at, const uint8_t *end, uint8_t c)
{
    return at < end ? memchr(at, c, (size_t)(end - at)) : NULL;
}

static int
begins(const uint8_t *at, const uint8_t *end, const char *with, size_t size)
{
    return (size_t)(end - at) >= size && memcmp(at, with, size) == 0;
}

static Py_ssize_t
line_ends(Part part)
{
    Py_ssize_t count = 0;
    while ((part.at = find(part.at, part.end, '\n')) != NULL) {
        count++;
        part.at++;
    }
    return count;
}

static PyObject *
text_of(Part part)
{
    return PyUnicode_FromStringAndSize((const char *)part.at, part.end - part.at);
}

/* Whether attributes say that their element is hidden, or has a title. */
static int
is_notable(Part part)
{
    for (; part.at < part.end; part.at++) {
        if (*part.at == 'r' || *part.at == 'h' || *part.at == 'd' || *part.at == 't') {
            for (size_t i = 0; i < sizeof NOTABLE / sizeof *NOTABLE; i++) {
                if (begins(part.at, part.end, NOTABLE[i], strlen(NOTABLE[i]))) {
                    return 1;
                }
            }
        }
    }
    return 0;
}

/* A name, which begins with a mark (`/` or `=`) unless that is 0; NULL, and an exception, where that fails. */
static const Name *
name_of(Page *page, uint8_t mark, const uint8_t *bytes, size_t size)
{
    uint8_t lower[NAME_CHARS + 1];
    size_t used = 0, hash = 0;
    if (mark) {
        lower[used++] = mark;
    }
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes[i];
        lower[used++] = c >= 'A' && c <= 'Z' ? c | 32 : c;
    }
    for (size_t i = 0; i < used; i++) {
        hash = hash * 31 + lower[i];
    }
    Name *known = &page->names[(hash ^ hash >> 6) % KNOWN];
    if (known->object != NULL && known->size == used && memcmp(known->bytes, lower, used) == 0) {
        return known;
    }
    PyObject *object = PyUnicode_FromStringAndSize((const char *)lower, (Py_ssize_t)used);
    int watched = object == NULL ? -1 : PySet_Contains(page->watched, object);
    if (watched < 0) {
        Py_XDECREF(object);
        return NULL;
    }
    Py_XDECREF(known->object);
    known->object = object;
    memcpy(known->bytes, lower, used);
    known->size = (uint8_t)used;
    known->watched = watched;
    return known;
}

/* Make the piece at hand ready, if it is one. */
static int
finish(Page *page)
{
    if (page->name != NULL || page->text.used) {
        PyObject *name = page->name != NULL ? Py_NewRef(page->name) : PyUnicode_FromStringAndSize("", 0);
        PyObject *attributes = text_of(page->attributes);
        PyObject *text = PyUnicode_FromStringAndSize((const char *)page->text.data, (Py_ssize_t)page->text.used);
        if (name != NULL && attributes != NULL && text != NULL) {
            page->ready = Py_BuildValue("(OOOn)", name, attributes, text, page->first);
        }
        Py_XDECREF(name);
        Py_XDECREF(attributes);
        Py_XDECREF(text);
        if (page->ready == NULL) {
            return -1;
        }
    }
    Py_CLEAR(page->name);
    page->text.used = 0;
    page->attributes.end = page->attributes.at;
    return 0;
}

/* A tag, whose name may be NULL, with the text behind it. */
static int
take(Page *page, const Name *tag, int is_raw, Part attributes, Part text)
{
    Py_ssize_t gap = line_ends((Part){page->counted, text.at});
    int notable = tag != NULL && !is_raw && tag->bytes[0] != '/' && is_notable(attributes);
    int matters = page->is_raw || (tag != NULL && (notable || tag->watched));
    if (tag != NULL && !matters && tag->bytes[0] == '/' && PySet_Size(page->noted) > 0) {
        matters = PySet_Contains(page->noted, tag->object);
        if (matters < 0) {
            return -1;
        }
    }
    page->line += gap;
    page->counted = text.end;
    if (matters) {
        if (notable && !tag->watched) {
            PyObject *closing = PyUnicode_FromFormat("/%U", tag->object);
            int failed = closing == NULL || PySet_Add(page->noted, closing) < 0;
            Py_XDECREF(closing);
            if (failed) {
                return -1;
            }
        }
        PyObject *name = tag == NULL ? NULL : Py_NewRef(tag->object);
        if (finish(page) < 0) {
            Py_XDECREF(name);
            return -1;
        }
        page->name = name;
        page->attributes = attributes;
        page->first = page->line;
        page->is_raw = is_raw;
    }
    if (text.at < text.end) {
        if (!page->text.used) {
            page->first = page->line;
        }
        else {
            for (; gap > 0; gap--) {
                if (put_byte(&page->text, '\n') < 0) {
                    return -1;
                }
            }
        }
        if (put(&page->text, text.at, (size_t)(text.end - text.at)) < 0) {
            return -1;
        }
        page->line += line_ends(text);
    }
    return 0;
}

/* Where a tag ends that is not closed as it should be: before the next one. */
static const uint8_t *
unfinished(const Page *page, const uint8_t *at)
{
    while (at < page->end && *at != '<' && *at != '>') {
        at++;
    }
    return at < page->end && *at == '>' ? at + 1 : at;
}

/* Where a tag ends whose attributes begin there. */
static const uint8_t *
end_of_tag(Page *page, const uint8_t *begin)
{
    for (const uint8_t *at = begin; at < page->end && *at != '<'; at++) {
        if (*at == '>') {
            return at + 1;
        }
        if (*at == '"' || *at == '\'') {
            int *missing = &page->no_quote[*at == '"'];
            const uint8_t *quote = *missing ? NULL : find(at + 1, page->end, *at);
            if (quote == NULL) {
                *missing = 1;
                break;
            }
            at = quote;
        }
    }
    return unfinished(page, begin);
}

/* Where a comment, a declaration or a marked section ends. */
static const uint8_t *
end_of_declaration(Page *page, const uint8_t *at)
{
    static const char *const MARKS[] = {">", "-->", "]]>"};
    int kind = 0;
    if (begins(at, page->end, "<!--", 4)) {
        kind = 1;
        if (begins(at + 4, page->end, ">", 1) || begins(at + 4, page->end, "->", 2)) {
            return find(at, page->end, '>') + 1;
        }
    }
    else if (begins(at, page->end, "<![CDATA[", 9)) {
        kind = 2;
    }
    size_t size = strlen(MARKS[kind]);
    for (const uint8_t *end = at + 2; !page->no_end[kind] && (end = find(end, page->end, MARKS[kind][0])); end++) {
        if (begins(end, page->end, MARKS[kind], size)) {
            return end + size;
        }
    }
    page->no_end[kind] = 1;
    return unfinished(page, at + 2); /* the text behind it must not be lost with it */
}

/* Where the content of an element that holds no tags ends: before its closing tag. */
static const uint8_t *
end_of_raw(Page *page, int raw, const uint8_t *begin)
{
    size_t size = strlen(RAW[raw]);
    for (const uint8_t *at = begin; !page->no_close[raw] && (at = find(at, page->end, '<')) != NULL; at++) {
        const uint8_t *name = at + 2;
        if (page->end - at < (Py_ssize_t)size + 3 || at[1] != '/'
            || !(is_space(name[size]) || name[size] == '/' || name[size] == '>')) {
            continue;
        }
        size_t same = 0;
        while (same < size && (name[same] | 32) == RAW[raw][same]) {
            same++;
        }
        if (same == size) {
            return at;
        }
    }
    page->no_close[raw] = 1;
    const uint8_t *end = strcmp(RAW[raw], "script") && strcmp(RAW[raw], "style") ? find(begin, page->end, '<') : NULL;
    return end == NULL ? page->end : end;
}

static int
raw_element(const Name *tag)
{
    for (int raw = 0; raw < RAW_COUNT; raw++) {
        if (strlen(RAW[raw]) == tag->size && memcmp(RAW[raw], tag->bytes, tag->size) == 0) {
            return raw;
        }
    }
    return -1;
}

/* The content of the element that has just begun and holds no tags; gives where that ends. */
static const uint8_t *
take_raw(Page *page, const uint8_t *at)
{
    int raw = page->raw;
    const uint8_t *end = end_of_raw(page, raw, at);
    page->raw = -1;
    if (raw >= WITH_TEXT) {
        return end;
    }
    const Name *tag = name_of(page, '=', (const uint8_t *)RAW[raw], strlen(RAW[raw]));
    return tag == NULL || take(page, tag, tag->watched, (Part){at, at}, (Part){at, end}) < 0 ? NULL : end;
}

/* The tag, the declaration or the mere `<` that is there, with the text behind it; gives where that ends. */
static const uint8_t *
take_next(Page *page, const uint8_t *begin)
{
    const uint8_t *at = begin, *search;
    const Name *tag = NULL;
    Part attributes = {at, at};
    int raw = -1;
    if (at + 1 < page->end && (at[1] == '!' || at[1] == '?')) {
        at = end_of_declaration(page, at);
    }
    else {
        int closes = at + 1 < page->end && at[1] == '/';
        const uint8_t *name = at + 1 + closes, *after = name;
        while (after < page->end && after - name <= 40 && in_name(*after)) {
            after++;
        }
        if (after > name && is_letter(*name)) {
            if ((tag = name_of(page, closes ? '/' : 0, name, (size_t)(after - name))) == NULL) {
                return NULL;
            }
            at = end_of_tag(page, after);
            attributes = (Part){after, at - (at > after && at[-1] == '>')};
            int alone = attributes.end > after && attributes.end[-1] == '/';
            raw = alone || closes ? -1 : raw_element(tag);
        }
    }
    if (raw >= 0) {
        page->raw = raw;
        return take(page, tag, 0, attributes, (Part){at, at}) < 0 ? NULL : at;
    }
    search = find(at + (at == begin), page->end, '<');
    search = search == NULL ? page->end : search;
    return take(page, tag, 0, attributes, (Part){at, search}) < 0 ? NULL : search;
}

static PyObject *
page_next(Page *page)
{
    while (page->ready == NULL && page->at != NULL) {
        if (page->raw >= 0) {
            page->at = take_raw(page, page->at);
        }
        else if (page->at < page->end) {
            page->at = take_next(page, page->at);
        }
        else {
            page->at = NULL;
            finish(page);
        }
    }
    PyObject *ready = page->ready; /* with none the iteration ends */
    page->ready = NULL;
    if (ready != NULL && PyErr_Occurred()) {
        Py_CLEAR(ready);
    }
    return ready;
}

static PyObject *
page_new(PyTypeObject *type, PyObject *args, PyObject *named)
{
    PyObject *source, *watched;
    Py_ssize_t size;
    if (named != NULL && PyDict_Size(named)) {
        PyErr_SetString(PyExc_TypeError, "Pieces takes no named arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "UO!", &source, &PyFrozenSet_Type, &watched)) {
        return NULL;
    }
    const uint8_t *bytes = (const uint8_t *)PyUnicode_AsUTF8AndSize(source, &size);
    allocfunc make = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Page *page = bytes == NULL ? NULL : (Page *)make(type, 0);
    if (page == NULL) {
        return NULL;
    }
    page->source = Py_NewRef(source);
    page->watched = Py_NewRef(watched);
    page->noted = PySet_New(NULL);
    page->at = page->counted = page->attributes.at = page->attributes.end = bytes;
    page->end = bytes + size;
    page->first = page->line = 1;
    page->raw = -1;
    const uint8_t *first = find(bytes, page->end, '<');
    first = first == NULL ? page->end : first;
    if (page->noted == NULL || take(page, NULL, 0, page->attributes, (Part){bytes, first}) < 0) {
        Py_DECREF(page);
        return NULL;
    }
    page->at = first;
    return (PyObject *)page;
}

static void
page_dealloc(Page *page)
{
    PyTypeObject *type = Py_TYPE((PyObject *)page);
    for (int i = 0; i < KNOWN; i++) {
        Py_XDECREF(page->names[i].object);
    }
    Py_XDECREF(page->source);
    Py_XDECREF(page->watched);
    Py_XDECREF(page->noted);
    Py_XDECREF(page->name);
    Py_XDECREF(page->ready);
    free(page->text.data);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(page);
    Py_DECREF(type);
}

static PyType_Slot SLOTS[] = {
    {Py_tp_new, page_new},
    {Py_tp_dealloc, page_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, page_next},
    {0, NULL},
};

PyType_Spec core_pieces_spec = {
    .name = "seedsearch.core._core.Pieces",
    .basicsize = sizeof(Page),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = SLOTS,
};
