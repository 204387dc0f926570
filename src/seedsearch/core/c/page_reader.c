/* The type PageReader: reads a page of HTML, and finds the language and the passages of its text, in one call. The twins
 * are html.py and the modules that it names, in corpus/formats. */

#include "found_text.h"
#include "page_reading.h"
#include "text.h"

enum { HEAD_BYTES = 8192 }; /* where a page declares its encoding: charset.py */
enum { DEEPEST = 5000 };

typedef struct {
    PyObject_HEAD
    PyObject *given; /* which holds the callbacks */
    Rules rules;
} PageReader;

/* What was read of a page. */
typedef struct {
    Reading reading;
    PyObject *title, *fields;
    PyObject **headings; /* of its sections */
} Page;

/* Return a text with white space reduced to single spaces: `" ".join(text.split())`, for ASCII. */
PyObject *
spaced_once(const uint8_t *at, const uint8_t *end)
{
    char *text = array_of((size_t)(end - at), 1), *to = text;
    if (text == NULL) {
        return NULL;
    }
    for (; at < end; at++) {
        if (!is_space(*at)) {
            *to++ = (char)*at;
        }
        else if (to > text && to[-1] != ' ') {
            *to++ = ' ';
        }
    }
    to -= to > text && to[-1] == ' ';
    PyObject *value = PyUnicode_FromStringAndSize(text, to - text);
    free(text);
    return value;
}

/* Return a fact as one line of text. */
static PyObject *
shown(const Rules *rules, Part said)
{
    if (is_ascii(said.at, said.end) && find(said.at, said.end, '&') == NULL) {
        return spaced_once(said.at, said.end);
    }
    PyObject *line = PyObject_CallFunction(rules->shown, "N", text_of(said));
    if (line != NULL && !PyUnicode_Check(line)) {
        Py_CLEAR(line);
        PyErr_SetString(PyExc_TypeError, "a fact is shown as a text");
    }
    return line;
}

/* ------------------------------------------------------------------ facts */

/* Return the first `count` characters of the page, or fewer bytes than these may have. */
static Part
head_of(const Reading *reading, Py_ssize_t count)
{
    Place place = {0, 0, reading->page.at};
    skip(&place, count, reading->page.end);
    return (Part){reading->page.at, place.at};
}

/* Return whether facts say more than a title. */
static int
says_more(const Reading *reading, Part head)
{
    const Fact *facts = reading->facts.items;
    for (size_t i = 0; i < reading->facts.count; i++) {
        if (strcmp(facts[i].element, "title") != 0) {
            return 1;
        }
    }
    return holds(head, "<!--");
}

static PyObject *
list_of_facts(const Reading *reading)
{
    PyObject *list = PyList_New(0);
    const Fact *fact = reading->facts.items;
    for (size_t i = 0; i < reading->facts.count && list != NULL; i++, fact++) {
        if (append(list, Py_BuildValue("(sNn)", fact->element, text_of(fact->said), fact->line)) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

/* Add the texts that only facts have. */
static int
add_texts(Reading *reading, PyObject *texts)
{
    for (Py_ssize_t i = 0; i < PyList_Size(texts); i++) {
        PyObject *said;
        Py_ssize_t line;
        if (!PyArg_Parse(PyList_GetItem(texts, i), "(Un)", &said, &line) || compose_more(reading, said, line) < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
text_of_page(const Page *page)
{
    return text_of((Part){page->reading.text.data, page->reading.text.data + page->reading.text.used});
}

/* Let Python say what the facts mean. */
static int
ask_facts(Page *page, Part head)
{
    Reading *reading = &page->reading;
    PyObject *answer = PyObject_CallFunction(reading->rules->facts, "NNN", list_of_facts(reading), text_of(head),
                                             text_of_page(page)), *more;
    int failed = answer == NULL || !PyArg_Parse(answer, "(UO!O!)", &page->title, &PyTuple_Type, &page->fields,
                                                &PyList_Type, &more);
    if (failed) {
        page->title = page->fields = NULL;
    }
    else {
        Py_INCREF(page->title);
        Py_INCREF(page->fields);
        failed = add_texts(reading, more) < 0;
    }
    Py_XDECREF(answer);
    return failed ? -1 : 0;
}

static int
read_facts(Page *page)
{
    const Reading *reading = &page->reading;
    const Part head = head_of(reading, reading->rules->head_chars);
    if (says_more(reading, head)) {
        return ask_facts(page, head);
    }
    const Fact *title = reading->facts.items;
    page->title = title == NULL ? PyUnicode_FromStringAndSize("", 0) : shown(reading->rules, title->said);
    page->fields = PyTuple_New(0);
    return page->title == NULL || page->fields == NULL ? -1 : 0;
}

/* ------------------------------------------------------------------ the page */

/* Show the headings of the sections. Without a title, the first of them is the title. */
static int
read_headings(Page *page)
{
    Reading *reading = &page->reading;
    if (end_section(reading) < 0
        || (page->headings = zeroed(reading->sections.count, sizeof *page->headings)) == NULL) {
        return -1;
    }
    const Section *section = reading->sections.items;
    for (size_t i = 0; i < reading->sections.count; i++, section++) {
        const Part heading = {reading->texts.data + section->heading, reading->texts.data + section->heading_end};
        if ((page->headings[i] = shown(reading->rules, heading)) == NULL) {
            return -1;
        }
        if (!PyUnicode_GetLength(page->title) && PyUnicode_GetLength(page->headings[i])) {
            Py_DECREF(page->title);
            page->title = Py_NewRef(page->headings[i]);
        }
    }
    return 0;
}

static int
read_page(Page *page, const Rules *rules, Part source, int whole)
{
    *page = (Page){.reading = {.rules = rules, .page = source}};
    return read_tags(&page->reading) < 0 || compose_text(&page->reading, whole) < 0 || read_facts(page) < 0
                   || read_headings(page) < 0
               ? -1
               : 0;
}

static void
free_page(Page *page)
{
    Reading *reading = &page->reading;
    for (size_t i = 0; i < reading->sections.count && page->headings != NULL; i++) {
        Py_XDECREF(page->headings[i]);
    }
    Py_XDECREF(page->title);
    Py_XDECREF(page->fields);
    Py_XDECREF(reading->beside);
    free(page->headings);
    free(reading->facts.items);
    free(reading->elements.items);
    free(reading->regions.items);
    free(reading->runs.items);
    free(reading->sections.items);
    free(reading->stack);
    free(reading->texts.data);
    free(reading->aloud.data);
    free(reading->text.data);
    free(reading->line.data);
    free(reading->lines.values);
    free(reading->ends.values);
}

static PyObject *
reader_read(PageReader *self, PyObject *args)
{
    PyObject *source;
    Py_ssize_t size;
    int whole;
    Page page;
    if (!PyArg_ParseTuple(args, "Up", &source, &whole)) {
        return NULL;
    }
    const char *bytes = PyUnicode_AsUTF8AndSize(source, &size);
    if (bytes == NULL) {
        return NULL;
    }
    const Part all = {(const uint8_t *)bytes, (const uint8_t *)bytes + size};
    PyObject *sections = read_page(&page, &self->rules, all, whole) < 0 ? NULL : PyList_New(0);
    const Section *section = page.reading.sections.items;
    for (size_t i = 0; i < page.reading.sections.count && sections != NULL; i++, section++) {
        if (append(sections, Py_BuildValue("(nnO)", section->start, section->end, page.headings[i])) < 0) {
            Py_CLEAR(sections);
        }
    }
    PyObject *found = sections == NULL ? NULL
                    : Py_BuildValue("(OONNNN)", page.title, page.fields, text_of_page(&page), sections,
                                    numbers_as_bytes(&page.reading.lines), numbers_as_bytes(&page.reading.ends));
    free_page(&page);
    return found;
}

/* ------------------------------------------------------------------ a page in UTF-8, with its passages */

static int
in_charset(uint8_t c)
{
    return (c >= '0' && c <= '9') || (in_small(c) >= 'a' && in_small(c) <= 'z') || (c && strchr("_.:-", c) != NULL);
}

/* Return whether every `charset` in a tag is followed by the name of UTF-8. */
static int
declares_utf_8(Part tag)
{
    static const char WORD[] = "charset";
    const Py_ssize_t size = sizeof WORD - 1;
    for (; tag.end - tag.at >= size; tag.at++) {
        if (in_small(*tag.at) != 'c' || !says((Part){tag.at, tag.at + size}, WORD)) {
            continue;
        }
        const uint8_t *at = tag.at + size;
        while (at < tag.end && *at && strchr("= \t\r\n\f\v\"'", *at) != NULL) {
            at++;
        }
        const uint8_t *name = at + (tag.end - at >= 5 && at[3] == '-' ? 5 : 4);
        if (name > tag.end || !says((Part){at, at + 3}, "utf") || name[-1] != '8'
            || (name < tag.end && in_charset(*name))) {
            return 0;
        }
    }
    return 1;
}

/* Return whether the head of a page declares no encoding but UTF-8. */
static int
has_no_other(Part head)
{
    if (head.end - head.at >= 5 && memcmp(head.at, "<?xml", 5) == 0) {
        return 0;
    }
    while ((head.at = find(head.at, head.end, '<')) != NULL) {
        const uint8_t *at = head.at++;
        if (head.end - at >= 5 && in_small(at[1]) == 'm' && says((Part){at + 1, at + 5}, "meta")) {
            const uint8_t *end = find(at, head.end, '>');
            head.at = end == NULL ? head.end : end;
            if (!declares_utf_8((Part){at, head.at})) {
                return 0;
            }
        }
    }
    return 1;
}

/* Return whether the page is surely UTF-8, or -1 with an exception. */
static int
is_utf_8_page(const Rules *rules, Part page)
{
    if (!is_plain_utf_8(page.at, page.end)) {
        return 0;
    }
    const Part head = {page.at, page.end - page.at > HEAD_BYTES ? page.at + HEAD_BYTES : page.end};
    if ((is_ascii(page.at, page.end) && find(page.at, page.end, '+') == NULL)
        || has_no_other(head)) {
        return 1;
    }
    int other = truth_of(PyObject_CallFunction(rules->may_be_other, "N", as_bytes(head.at, (size_t)(head.end - head.at))));
    return other < 0 ? -1 : !other;
}

/* Return the title and the fields of a page, and its FoundText, or None if it has no passages. */
static PyObject *
found_in(PyObject *module, Page *page, PyObject *finder)
{
    Reading *reading = &page->reading;
    const Section *section = reading->sections.items;
    Headed *sections = array_of(reading->sections.count, sizeof(Headed));
    if (sections == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < reading->sections.count; i++, section++) {
        sections[i] = (Headed){section->start, section->end, page->headings[i]};
    }
    PyObject *found = found_text(module, finder, &reading->text, &reading->lines, &reading->ends, reading->size, sections,
                                 reading->sections.count);
    free(sections);
    if (found == NULL || ((FoundText *)found)->count == 0) {
        Py_XDECREF(found);
        return found == NULL ? NULL : Py_NewRef(Py_None);
    }
    return Py_BuildValue("(OON)", page->title, page->fields, found);
}

static PyObject *
reader_find(PageReader *self, PyObject *args)
{
    PyObject *finder, *data, *module = PyType_GetModule(Py_TYPE((PyObject *)self)), *found = NULL;
    char *bytes;
    Py_ssize_t size;
    Page page;
    if (module == NULL || !PyArg_ParseTuple(args, "O!O", core_type(module, TYPE_finder), &finder, &data)
        || PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return NULL;
    }
    const Part source = {(const uint8_t *)bytes, (const uint8_t *)bytes + size};
    int is_utf_8_text = is_utf_8_page(&self->rules, source);
    if (is_utf_8_text <= 0) {
        return is_utf_8_text < 0 ? NULL : Py_NewRef(Py_None);
    }
    if (read_page(&page, &self->rules, source, 0) == 0) {
        const Reading *reading = &page.reading;
        const uint8_t *text = reading->text.data;
        int may_hold = may_hold_runs(text, text + reading->text.used, self->rules.run_chars);
        found = may_hold ? Py_NewRef(Py_None) : found_in(module, &page, finder);
    }
    free_page(&page);
    return found;
}

/* ------------------------------------------------------------------ the type */

static int
read_rules(Rules *rules, PyObject *given)
{
    PyObject *flags;
    if (!PyArg_ParseTuple(given, "O!nnnnnnnnOOOOOOOO", &PyDict_Type, &flags, &rules->depth, &rules->prose_chars,
                          &rules->word_chars, &rules->fact_chars, &rules->enough_chars, &rules->title_chars,
                          &rules->head_chars, &rules->run_chars, &rules->asked, &rules->meant, &rules->as_note,
                          &rules->beside, &rules->is_named, &rules->facts, &rules->shown, &rules->may_be_other)) {
        return -1;
    }
    if (rules->depth < 1 || rules->depth > DEEPEST || rules->run_chars < 1) {
        return wrong("no such depth of elements");
    }
    return learn_names(rules->names, flags);
}

static void
reader_dealloc(PageReader *self)
{
    Py_XDECREF(self->given);
    core_free(self);
}

static PyObject *
reader_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *given;
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &given)) {
        return NULL;
    }
    PageReader *self = core_new(type);
    if (self != NULL) {
        self->given = Py_NewRef(given);
        if (read_rules(&self->rules, given) < 0) {
            Py_CLEAR(self);
        }
    }
    return (PyObject *)self;
}

CORE_MADE_TYPE(core_page_reader_spec, "PageReader", PageReader, reader_new, reader_dealloc,
               CORE_METHOD("read", reader_read, METH_VARARGS),
               CORE_METHOD("find", reader_find, METH_VARARGS))
