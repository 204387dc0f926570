/* The type PageReading: divides a page of HTML into regions and composes the text of the kept ones, as
 * corpus/formats/page_reading.py specifies. It calls Python for the meaning of attributes, character references
 * and superscripts. */

#include "reading.h"
#include "text.h"

enum { TEXT, SCRIPTLESS, EDGE, HIDDEN }; /* kinds of regions: page_regions.py */
enum { BREAK = 1, REGION = 2, ALONE = 4, KIND_SHIFT = 3 }; /* flags of names */
enum { WHOLE_PAGE = -1 };

static const uint8_t NOTHING[1];

static Part
run_so_far(const Reading *reading)
{
    return (Part){reading->texts.data + reading->run, reading->texts.data + reading->texts.used};
}

static int
has_run(const Reading *reading)
{
    return reading->texts.used > reading->run;
}

/* Return the truth value of a Python answer, or -1 with an exception set. */
static long
number_from(PyObject *answer)
{
    long number = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return number;
}

/* ------------------------------------------------------------------ regions */

/* Find the place of the innermost element. It and the elements around it get a place now, unless they have one. */
static int
find_place(Reading *reading, Py_ssize_t *place)
{
    Py_ssize_t first = reading->open;
    while (reading->stack[first - 1].place < 0 && !reading->stack[first - 1].whole) {
        first--;
    }
    *place = reading->stack[first - 1].place;
    for (Opened *opened = reading->stack + first; opened < reading->stack + reading->open; opened++) {
        if (append(reading->places, Py_BuildValue("(Nn)", text_of(opened->attributes), *place)) < 0) {
            return -1;
        }
        opened->place = *place = PyList_Size(reading->places) - 1;
    }
    return 0;
}

/* Return the region of the innermost element, or NULL with an exception. */
static Region *
region_here(Reading *reading)
{
    Opened *top = &reading->stack[reading->open - 1];
    if (top->region < 0) {
        Region new = {
            .kind = top->kind, .main = top->main, .article = top->article, .footer = top->footer, .aside = top->aside,
        };
        if (find_place(reading, &new.place) < 0) {
            return NULL;
        }
        Region *region = added(&reading->regions, sizeof(Region));
        if (region == NULL) {
            return NULL;
        }
        *region = new;
        top->region = (Py_ssize_t)reading->regions.count - 1;
    }
    return (Region *)reading->regions.items + top->region;
}

static int
says_javascript(Part part)
{
    static const char WORD[] = "javascript";
    for (; part.end - part.at >= (Py_ssize_t)sizeof WORD - 1; part.at++) {
        size_t same = 0;
        while (WORD[same] && (part.at[same] | 32) == WORD[same]) {
            same++;
        }
        if (!WORD[same]) {
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ runs */

static int
add_run(Reading *reading, size_t start, Py_ssize_t region, int heading, int cell, int exact)
{
    Run *run = added(&reading->runs, sizeof(Run));
    if (run == NULL) {
        return -1;
    }
    *run = (Run){start, reading->texts.used, reading->begin, region, heading, cell, exact, 0};
    reading->run = reading->texts.used;
    return 0;
}

static int
clear_beside(Reading *reading)
{
    reading->goes_on = 0;
    return PyList_Size(reading->beside) ? PyList_SetSlice(reading->beside, 0, PY_SSIZE_T_MAX, NULL) : 0;
}

/* End the run. The text beside it goes into the run, or into a run of its own. */
static int
end_run(Reading *reading, Py_ssize_t region)
{
    PyObject *said = NULL;
    int heading = reading->heading, exact = reading->exact > 0, cell = reading->cell;
    if (PyList_Size(reading->beside)) {
        PyObject *text = text_of(run_so_far(reading));
        said = text == NULL ? NULL : PyObject_CallFunctionObjArgs(reading->say_beside, text, reading->beside, NULL);
        Py_XDECREF(text);
        if (said == NULL || clear_beside(reading) < 0) {
            Py_XDECREF(said);
            return -1;
        }
    }
    Py_ssize_t size = 0;
    const char *bytes = said == NULL ? "" : PyUnicode_AsUTF8AndSize(said, &size);
    size_t start = reading->run;
    int failed = bytes == NULL;
    if (!failed && size && !heading) {
        Place end = {0, 0, reading->texts.data + reading->texts.used};
        if (!is_blank(reading->texts.data + start, end.at)) {
            strip(&end);
            reading->texts.used = (size_t)(end.at - reading->texts.data);
        }
        else {
            reading->texts.used = start;
        }
        failed = put_byte(&reading->texts, ' ') < 0 || put(&reading->texts, bytes, (size_t)size) < 0;
        size = 0;
    }
    failed = failed || add_run(reading, start, region, heading, cell, exact) < 0;
    if (!failed && size) {
        start = reading->run;
        failed = put(&reading->texts, bytes, (size_t)size) < 0 || add_run(reading, start, region, 0, 0, 0) < 0;
    }
    Py_XDECREF(said);
    return failed ? -1 : 0;
}

static int
flush(Reading *reading)
{
    if (has_run(reading)) {
        Region *region = region_here(reading);
        if (region == NULL) {
            return -1;
        }
        Part text = run_so_far(reading);
        Py_ssize_t chars = characters_in(text.at, text.end);
        region->runs++;
        if (chars - reading->link_chars >= reading->prose_chars || reading->heading == 1) {
            region->prose += chars;
        }
        if (region->kind == SCRIPTLESS && says_javascript(text)) {
            region->asks = 1;
        }
        if (end_run(reading, reading->stack[reading->open - 1].region) < 0) {
            return -1;
        }
    }
    reading->cell = 0;
    reading->link_chars = 0;
    reading->ruby = PLAIN_TAG;
    reading->goes_on = 0;
    reading->raised = -1;
    return 0;
}

/* Collect the reading of a ruby, which may come in several parts. */
static int
read_aloud(Reading *reading, Part text)
{
    if (reading->ruby != READING) {
        return 0;
    }
    PyObject *more = text_of(text);
    if (more == NULL) {
        return -1;
    }
    if (reading->goes_on) {
        Py_ssize_t last = PyList_Size(reading->beside) - 1;
        PyObject *both = PyUnicode_Concat(PyList_GetItem(reading->beside, last), more);
        Py_DECREF(more);
        return both == NULL ? -1 : PyList_SetItem(reading->beside, last, both);
    }
    reading->goes_on = 1;
    return append(reading->beside, more);
}

/* Return whether a text begins with a letter or a digit: `str.isalnum` of its first character. */
static int
begins_word(Part text)
{
    int bytes;
    uint32_t code = code_point(text.at, &bytes);
    if (code < 0x80) {
        return (code >= '0' && code <= '9') || ((code | 32) >= 'a' && (code | 32) <= 'z');
    }
    PyObject *first = text_of((Part){text.at, text.at + bytes});
    PyObject *answer = first == NULL ? NULL : PyObject_CallMethod(first, "isalnum", NULL);
    Py_XDECREF(first);
    return (int)number_from(answer);
}

static int
go_on(Reading *reading, Part text, Py_ssize_t line)
{
    for (Py_ssize_t gap = line - reading->end; gap > 0; gap--) {
        if (put_byte(&reading->texts, '\n') < 0) {
            return -1;
        }
    }
    int word = reading->note_ended ? begins_word(text) : 0;
    return word > 0 ? put_byte(&reading->texts, ' ') : word;
}

/* Take text that begins on a line. */
static int
take_text(Reading *reading, Part text, Py_ssize_t line)
{
    if (reading->ruby != PLAIN_TAG) {
        return read_aloud(reading, text);
    }
    if (has_run(reading)) {
        if (go_on(reading, text, line) < 0) {
            return -1;
        }
    }
    else {
        if (!reading->exact) {
            Place place = {0, line, text.at};
            skip_space(&place, text.end);
            text.at = place.at;
            line = place.line;
        }
        reading->begin = line;
    }
    reading->note_ended = 0;
    reading->end = line + line_ends_in(text.at, text.end);
    Region *region = region_here(reading);
    if (region == NULL || put(&reading->texts, text.at, (size_t)(text.end - text.at)) < 0) {
        return -1;
    }
    Py_ssize_t chars = characters_in(text.at, text.end);
    region->chars += chars;
    if (reading->in_link) {
        region->link_chars += chars;
        reading->link_chars += chars;
    }
    return 0;
}

/* ------------------------------------------------------------------ tags */

/* Begin a possible note. */
static void
begin_note(Reading *reading, Action by)
{
    reading->raised = (Py_ssize_t)(reading->texts.used - reading->run);
    reading->raised_by = by;
}

/* End a possible number of a note: a superscript, or a link within this page. */
static int
end_note(Reading *reading, Action by, int linked)
{
    if (reading->raised < 0 || reading->raised_by != (int)by) {
        return 0;
    }
    size_t raised = reading->run + (size_t)reading->raised;
    const Part run = has_run(reading) ? run_so_far(reading) : (Part){NOTHING, NOTHING};
    const uint8_t *at = run.at + reading->raised, *tail = at;
    for (Py_ssize_t i = 0; i < reading->word_chars && tail > run.at; i++) {
        tail = before(tail);
    }
    PyObject *ahead = text_of((Part){tail, at});
    PyObject *superscript = text_of((Part){at, run.end});
    PyObject *note = ahead == NULL || superscript == NULL ? NULL
                   : PyObject_CallFunctionObjArgs(reading->as_note, ahead, superscript, linked ? Py_True : Py_False, NULL);
    Py_XDECREF(ahead);
    Py_XDECREF(superscript);
    Py_ssize_t size = 0;
    const char *bytes = note == NULL ? NULL : PyUnicode_AsUTF8AndSize(note, &size);
    int failed = bytes == NULL;
    if (size) {
        reading->note_ended = 1;
        reading->texts.used = raised;
        failed = put(&reading->texts, bytes, (size_t)size) < 0;
    }
    Py_XDECREF(note);
    reading->raised = -1;
    return failed ? -1 : 0;
}

static int
add_fact(Reading *reading, const char *element, Part said, Py_ssize_t line)
{
    return append(reading->facts, Py_BuildValue("(sNn)", element, text_of(said), line));
}

/* Return the first `count` characters of a text. */
static Part
beginning(Part text, Py_ssize_t count)
{
    Place place = {0, 0, text.at};
    skip(&place, count, text.end);
    while (place.at < text.end && (*place.at & 0xc0) == 0x80) {
        place.at++;
    }
    return (Part){text.at, place.at};
}

static int
take_raw(Reading *reading, const Scanner *scanner)
{
    Part head = beginning(scanner->text, reading->fact_chars);
    if (scanner->name->action == RAW_SCRIPT) {
        return holds(head, "\"@context\"") ? add_fact(reading, "script", scanner->text, scanner->line) : 0;
    }
    for (Py_ssize_t i = reading->open - 1; i >= 0 && i >= reading->open - 3; i--) {
        if (is_name(&reading->stack[i].name, "svg")) {
            return 0;
        }
    }
    return add_fact(reading, "title", head, scanner->line);
}

static uint8_t
hash_of_name(const Name *name)
{
    unsigned hash = 0;
    for (int i = 0; i < name->size; i++) {
        hash = hash * 31 + name->bytes[i];
    }
    return (uint8_t)(hash ^ hash >> 8);
}

static int
push(Reading *reading, const Name *name, Part attributes, int kind)
{
    if (kind != TEXT && flush(reading) < 0) {
        return -1;
    }
    if (reading->open == reading->depth) {
        return 0;
    }
    if (reserve(&reading->stack, &reading->stack_room, (size_t)reading->open + 1, sizeof(Opened)) < 0) {
        return -1;
    }
    const Opened *parent = &reading->stack[reading->open - 1];
    int main = is_name(name, "main"), article = is_name(name, "article");
    /* An unclosed banner ends where the main text begins. */
    int inherits = parent->kind == HIDDEN || (parent->kind > kind && !main && !article);
    reading->stack[reading->open++] = (Opened){
        *name, attributes, -1, -1, inherits ? parent->kind : kind, main || parent->main, article || parent->article,
        is_name(name, "footer") || parent->footer, is_name(name, "aside"), is_name(name, "html") || is_name(name, "body"),
    };
    reading->closing[hash_of_name(name)]++;
    return 0;
}

/* Get the kind of an element and its texts from its attributes. */
static int
ask(Reading *reading, const Name *name, Part attributes, Py_ssize_t line, int *kind)
{
    PyObject *instead = NULL, *more = NULL;
    PyObject *object = text_of((Part){name->bytes, name->bytes + name->size}), *source = text_of(attributes);
    PyObject *number = PyLong_FromLong(*kind), *answer = NULL;
    if (object != NULL && source != NULL && number != NULL) {
        answer = PyObject_CallFunctionObjArgs(reading->asked, object, source, number, NULL);
    }
    Py_XDECREF(object);
    Py_XDECREF(source);
    Py_XDECREF(number);
    Py_ssize_t size = 0;
    const char *bytes = NULL;
    int failed = answer == NULL || !PyTuple_Check(answer) || !PyArg_ParseTuple(answer, "iUU", kind, &instead, &more)
                 || (bytes = PyUnicode_AsUTF8AndSize(instead, &size)) == NULL;
    if (!failed && size) {
        Bytes spaced = {0};
        failed = put_byte(&spaced, ' ') < 0 || put(&spaced, bytes, (size_t)size) < 0 || put_byte(&spaced, ' ') < 0
                 || take_text(reading, (Part){spaced.data, spaced.data + spaced.used}, line) < 0;
        free(spaced.data);
    }
    if (!failed && PyUnicode_GetLength(more)) {
        failed = PyList_Append(reading->beside, more) < 0;
        reading->goes_on = 0;
    }
    if (failed && !PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "attributes say a kind and two texts");
    }
    Py_XDECREF(answer);
    return failed ? -1 : 0;
}

static int
open_link(Reading *reading, Part attributes)
{
    reading->in_link = holds(attributes, "href");
    if (reading->in_link) {
        Region *region = region_here(reading);
        if (region == NULL) {
            return -1;
        }
        region->links++;
        reading->raised_link = 1;
        if (holds(attributes, "#") && reading->raised < 0) {
            begin_note(reading, LINK);
        }
    }
    return 0;
}

static int
begin_element(Reading *reading, const Name *name, Part attributes, Py_ssize_t line)
{
    switch ((Action)name->action) {
    case RAISED:
        begin_note(reading, RAISED);
        reading->raised_link = reading->in_link;
        return 0;
    case RUBY:
    case READING:
    case ASIDE_OF_RUBY:
        reading->ruby = name->action == RUBY ? PLAIN_TAG : name->action;
        reading->goes_on = 0;
        return 0;
    case ROW:
        reading->cells = 0;
        return 0;
    case CELL:
        reading->cell = reading->cells;
        reading->cells = 1;
        return 0;
    case HEADING:
        reading->heading = name->level;
        return 0;
    case LINK:
        return open_link(reading, attributes);
    case META:
        return add_fact(reading, "meta", attributes, line);
    case CANONICAL:
        return holds(attributes, "canonical") ? add_fact(reading, "link", attributes, line) : 0;
    case TIME:
        return holds(attributes, "datetime") ? add_fact(reading, "time", attributes, line) : 0;
    case EXACT:
        reading->exact++;
        return 0;
    default:
        return 0;
    }
}

/* Return whether attributes may mark an element as hidden or a banner, or give it a title. */
static int
is_notable(Part part)
{
    static const char *const WORDS[] = {"role", "hidden", "display", "title"};
    for (size_t i = 0; part.at < part.end && i < COUNT(WORDS); i++) {
        if (holds(part, WORDS[i])) {
            return 1;
        }
    }
    return 0;
}

static int
open_element(Reading *reading, const Name *name, Part attributes, Py_ssize_t line)
{
    int kind = name->action == TEMPLATE && holds(attributes, "shadowroot") ? TEXT : (int)(name->flags >> KIND_SHIFT);
    if (begin_element(reading, name, attributes, line) < 0) {
        return -1;
    }
    if ((is_notable(attributes) || name->action == PICTURE) && ask(reading, name, attributes, line, &kind) < 0) {
        return -1;
    }
    if (name->flags & ALONE || (attributes.end > attributes.at && attributes.end[-1] == '/')) {
        return 0;
    }
    return name->flags & REGION || kind != TEXT ? push(reading, name, attributes, kind) : 0;
}

/* Close the innermost element with a name, if there is one, and all elements in it. */
static int
pop(Reading *reading, const Name *name)
{
    Py_ssize_t last = reading->closing[hash_of_name(name)] ? reading->open - 1 : 0;
    while (last > 0 && (reading->stack[last].name.size != name->size
                        || memcmp(reading->stack[last].name.bytes, name->bytes, name->size) != 0)) {
        last--;
    }
    if (last == 0) {
        return 0;
    }
    if (reading->stack[reading->open - 1].kind != TEXT && flush(reading) < 0) {
        return -1;
    }
    if (!has_run(reading) && clear_beside(reading) < 0) { /* of an element without text */
        return -1;
    }
    while (reading->open > last) {
        reading->closing[hash_of_name(&reading->stack[--reading->open].name)]--;
    }
    return 0;
}

static int
close_element(Reading *reading, const Name *name)
{
    int failed = 0;
    switch ((Action)name->action) {
    case RAISED:
        failed = end_note(reading, RAISED, reading->raised_link) < 0;
        break;
    case RUBY:
    case READING:
    case ASIDE_OF_RUBY:
        reading->ruby = PLAIN_TAG;
        reading->goes_on = 0;
        break;
    case HEADING:
        reading->heading = 0;
        break;
    case LINK:
        failed = end_note(reading, LINK, 0) < 0;
        reading->in_link = 0;
        break;
    case EXACT:
        reading->exact -= reading->exact > 0;
        break;
    default:
        break;
    }
    return failed ? -1 : pop(reading, name);
}

static int
take_tag(Reading *reading, const Scanner *scanner)
{
    const Name *name = scanner->name;
    if (name != NULL && scanner->is_raw) {
        if (name->action == RAW_TITLE || name->action == RAW_SCRIPT) {
            return take_raw(reading, scanner);
        }
    }
    else if (name != NULL) {
        if (name->flags & BREAK && (has_run(reading) || reading->cell) && flush(reading) < 0) {
            return -1;
        }
        int failed = scanner->closes ? close_element(reading, name)
                                     : open_element(reading, name, scanner->attributes, scanner->line);
        if (failed < 0) {
            return -1;
        }
    }
    Part text = scanner->text;
    if (text.at < text.end && (has_run(reading) || reading->exact || !is_blank(text.at, text.end))) {
        return take_text(reading, text, scanner->line);
    }
    return 0;
}

static int
read_page(Reading *reading, const uint8_t *bytes, size_t size)
{
    Scanner *scanner = malloc(sizeof(Scanner));
    int found = -1;
    if (scanner == NULL) {
        no_memory();
    }
    else if (reserve(&reading->stack, &reading->stack_room, 1, sizeof(Opened)) == 0
             && reserve(&reading->texts.data, &reading->texts.room, size, 1) == 0) {
        reading->stack[0] = (Opened){.region = -1, .place = WHOLE_PAGE, .whole = 1};
        reading->open = 1;
        reading->raised = -1;
        begin_scan(scanner, bytes, size, reading->flags);
        while ((found = next_tag(scanner)) > 0) {
            if (take_tag(reading, scanner) < 0) {
                found = -1;
                break;
            }
        }
        found = found < 0 ? -1 : flush(reading);
    }
    free(scanner);
    free(reading->stack);
    reading->stack = NULL;
    return found;
}

/* ------------------------------------------------------------------ the type */

static PyObject *
reading_compose(Reading *reading, PyObject *kept)
{
    Py_ssize_t count = PySequence_Size(kept);
    uint8_t *keep = count < 0 ? NULL : zeroed(reading->regions.count + 1, 1);
    if (keep == NULL) {
        return NULL;
    }
    int failed = reserve(&reading->text.data, &reading->text.room, reading->texts.used, 1) < 0;
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        PyObject *item = PySequence_GetItem(kept, i);
        size_t number = item == NULL ? (size_t)-1 : PyLong_AsSize_t(item);
        Py_XDECREF(item);
        failed = PyErr_Occurred() != NULL;
        if (!failed && number < reading->regions.count) {
            keep[number] = 1;
        }
    }
    const Run *runs = reading->runs.items;
    for (size_t i = 0; i < reading->runs.count && !failed; i++) {
        failed = keep[runs[i].region] && compose_run(reading, &runs[i]) < 0;
    }
    free(keep);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
reading_add(Reading *reading, PyObject *args)
{
    PyObject *said;
    Py_ssize_t line, size;
    if (!PyArg_ParseTuple(args, "Un", &said, &line)) {
        return NULL;
    }
    const char *bytes = PyUnicode_AsUTF8AndSize(said, &size);
    size_t start = reading->texts.used;
    if (bytes == NULL || put(&reading->texts, bytes, (size_t)size) < 0) {
        return NULL;
    }
    const Run run = {start, reading->texts.used, line, 0, 0, 0, 0, 0};
    if (size && compose_run(reading, &run) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
reading_text(Reading *reading, PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_FromStringAndSize((const char *)reading->text.data, (Py_ssize_t)reading->text.used);
}

static PyObject *
reading_layout(Reading *reading, PyObject *Py_UNUSED(ignored))
{
    PyObject *sections = end_section(reading) < 0 ? NULL : PyList_New(0);
    const Section *section = reading->sections.items;
    for (size_t i = 0; i < reading->sections.count && sections != NULL; i++, section++) {
        const Part heading = {reading->texts.data + section->heading, reading->texts.data + section->heading_end};
        if (append(sections, Py_BuildValue("(nnN)", section->start, section->end, text_of(heading))) < 0) {
            Py_CLEAR(sections);
        }
    }
    return Py_BuildValue("(NNN)", sections, numbers_as_bytes(&reading->lines), numbers_as_bytes(&reading->ends));
}

static PyObject *
reading_regions(Reading *reading, PyObject *Py_UNUSED(ignored))
{
    PyObject *found = PyList_New(0);
    const Region *r = reading->regions.items;
    for (size_t i = 0; i < reading->regions.count && found != NULL; i++, r++) {
        if (r->runs && append(found, Py_BuildValue("(ninOOOOOnnnn)", (Py_ssize_t)i, r->kind, r->place,
                                                   r->main ? Py_True : Py_False, r->article ? Py_True : Py_False,
                                                   r->footer ? Py_True : Py_False, r->aside ? Py_True : Py_False,
                                                   r->asks ? Py_True : Py_False, r->chars, r->link_chars, r->links,
                                                   r->prose)) < 0) {
            Py_CLEAR(found);
        }
    }
    return found;
}

static PyObject *
reading_facts(Reading *reading, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(reading->facts);
}

static PyObject *
reading_places(Reading *reading, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(reading->places);
}

static void
reading_dealloc(Reading *reading)
{
    Py_XDECREF(reading->source);
    Py_XDECREF(reading->rules);
    Py_XDECREF(reading->facts);
    Py_XDECREF(reading->places);
    Py_XDECREF(reading->beside);
    free(reading->regions.items);
    free(reading->runs.items);
    free(reading->sections.items);
    free(reading->texts.data);
    free(reading->text.data);
    free(reading->line.data);
    free(reading->lines.values);
    free(reading->ends.values);
    core_free(reading);
}

/* Return the UTF-8 of a page, str or bytes, or NULL with an exception. */
static const char *
source_bytes(PyObject *source, Py_ssize_t *size)
{
    char *bytes;
    if (!PyBytes_Check(source)) {
        return PyUnicode_AsUTF8AndSize(source, size);
    }
    if (PyBytes_AsStringAndSize(source, &bytes, size) < 0) {
        return NULL;
    }
    if (!is_utf_8((const uint8_t *)bytes, (const uint8_t *)bytes + *size)) {
        wrong("a page in bytes is UTF-8");
        return NULL;
    }
    return bytes;
}

static PyObject *
reading_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(named))
{
    PyObject *source, *rules;
    Py_ssize_t size;
    const char *bytes = NULL;
    if (!PyArg_ParseTuple(args, "OO!", &source, &PyTuple_Type, &rules) || (bytes = source_bytes(source, &size)) == NULL) {
        return NULL;
    }
    Reading *reading = core_new(type);
    if (reading == NULL) {
        return NULL;
    }
    reading->source = Py_NewRef(source);
    reading->rules = Py_NewRef(rules);
    if (!PyArg_ParseTuple(rules, "O!nnnnOOOO", &PyDict_Type, &reading->flags, &reading->depth, &reading->prose_chars,
                          &reading->word_chars, &reading->fact_chars, &reading->asked, &reading->meant, &reading->as_note,
                          &reading->say_beside)
        || ((reading->depth < 1 || reading->depth > UINT16_MAX) && wrong("no such depth of elements") < 0)) {
        Py_DECREF(reading);
        return NULL;
    }
    reading->facts = PyList_New(0);
    reading->places = PyList_New(0);
    reading->beside = PyList_New(0);
    if (reading->facts == NULL || reading->places == NULL || reading->beside == NULL
        || read_page(reading, (const uint8_t *)bytes, (size_t)size) < 0) {
        Py_CLEAR(reading);
    }
    return (PyObject *)reading;
}

CORE_MADE_TYPE(core_page_reading_spec, "PageReading", Reading, reading_new, reading_dealloc,
               CORE_METHOD("facts", reading_facts, METH_NOARGS),
               CORE_METHOD("regions", reading_regions, METH_NOARGS),
               CORE_METHOD("places", reading_places, METH_NOARGS),
               CORE_METHOD("compose", reading_compose, METH_O),
               CORE_METHOD("add", reading_add, METH_VARARGS),
               CORE_METHOD("text", reading_text, METH_NOARGS),
               CORE_METHOD("layout", reading_layout, METH_NOARGS))
