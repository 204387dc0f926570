/* Divide a page of HTML into regions, as corpus/formats/page_reading.py specifies. Python is called for the meaning of
 * attributes and superscripts. */

#include "page_reading.h"
#include "text.h"

enum { BREAK = 1, REGION = 2, ALONE = 4, KIND_SHIFT = 3 }; /* flags of names */

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

/* ------------------------------------------------------------------ regions */

/* Find the place of the innermost element. It and the elements around it get a place now, unless they have one. */
static int
find_place(Reading *reading, Py_ssize_t *place)
{
    Py_ssize_t first = reading->open;
    while (reading->stack[first - 1].place < 0 && reading->stack[first - 1].name.action != PAGE) {
        first--;
    }
    *place = reading->stack[first - 1].place;
    for (Opened *opened = reading->stack + first; opened < reading->stack + reading->open; opened++) {
        Element *element = added(&reading->elements, sizeof(Element));
        if (element == NULL) {
            return -1;
        }
        *element = (Element){opened->attributes, *place, {0}};
        opened->place = *place = (Py_ssize_t)reading->elements.count - 1;
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
            .kind = top->kind, .main = top->main, .article = top->article, .footer = top->footer, .aside = top->name.action == ASIDE,
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

/* ------------------------------------------------------------------ runs */

static int
add_run(Reading *reading, size_t start, Py_ssize_t region, int heading, int cell, int exact)
{
    Run *run = added(&reading->runs, sizeof(Run));
    if (run == NULL) {
        return -1;
    }
    *run = (Run){start, reading->texts.used, reading->begin, region, heading, cell, exact};
    reading->run = reading->texts.used;
    return 0;
}

static int
clear_beside(Reading *reading)
{
    reading->aloud.used = 0;
    return reading->beside == NULL ? 0 : PyList_SetSlice(reading->beside, 0, PY_SSIZE_T_MAX, NULL);
}

/* Append a text to those beside the run, and release it. */
static int
add_beside(Reading *reading, PyObject *said)
{
    if (reading->beside == NULL && (reading->beside = PyList_New(0)) == NULL) {
        Py_XDECREF(said);
        return -1;
    }
    return append(reading->beside, said);
}

/* Let the reading of a ruby be beside the run. */
static int
end_reading(Reading *reading)
{
    const size_t size = reading->aloud.used;
    reading->aloud.used = 0;
    return size ? add_beside(reading, text_of((Part){reading->aloud.data, reading->aloud.data + size})) : 0;
}

/* End the run. The text beside it goes into the run, or into a run of its own. */
static int
end_run(Reading *reading, Py_ssize_t region)
{
    PyObject *said = NULL;
    int heading = reading->heading, exact = reading->exact > 0, cell = reading->cell;
    if (reading->beside != NULL && PyList_Size(reading->beside)) {
        said = PyObject_CallFunction(reading->rules->beside, "NO", text_of(run_so_far(reading)), reading->beside);
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
    if (end_reading(reading) < 0) {
        return -1;
    }
    if (has_run(reading)) {
        Region *region = region_here(reading);
        if (region == NULL) {
            return -1;
        }
        Part text = run_so_far(reading);
        Py_ssize_t chars = characters_in(text.at, text.end);
        region->runs++;
        if (chars - reading->link_chars >= reading->rules->prose_chars || reading->heading == 1) {
            region->prose += chars;
        }
        if (region->kind == SCRIPTLESS && says(text, "javascript")) {
            region->asks = 1;
        }
        if (end_run(reading, reading->stack[reading->open - 1].region) < 0) {
            return -1;
        }
    }
    reading->cell = 0;
    reading->link_chars = 0;
    reading->ruby = PLAIN_TAG;
    reading->raised = -1;
    return 0;
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
    return truth_of(answer);
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
        return reading->ruby == READING ? put(&reading->aloud, text.at, (size_t)(text.end - text.at)) : 0;
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
    for (Py_ssize_t i = 0; i < reading->rules->word_chars && tail > run.at; i++) {
        tail = before(tail);
    }
    PyObject *note = PyObject_CallFunction(reading->rules->as_note, "NNO", text_of((Part){tail, at}),
                                           text_of((Part){at, run.end}), linked ? Py_True : Py_False);
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
    Fact *fact = added(&reading->facts, sizeof(Fact));
    if (fact == NULL) {
        return -1;
    }
    *fact = (Fact){element, said, line};
    return 0;
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
    Part head = beginning(scanner->text, reading->rules->fact_chars);
    if (scanner->name->action == RAW_SCRIPT) {
        return holds(head, "\"@context\"") ? add_fact(reading, "script", scanner->text, scanner->line) : 0;
    }
    for (Py_ssize_t i = reading->open - 1; i >= 0 && i >= reading->open - 3; i--) {
        if (reading->stack[i].name.action == DRAWING) {
            return 0;
        }
    }
    return add_fact(reading, "title", head, scanner->line);
}

static int
push(Reading *reading, const Name *name, Part attributes, int kind)
{
    if (kind != TEXT && flush(reading) < 0) {
        return -1;
    }
    if (reading->open == reading->rules->depth) {
        return 0;
    }
    if (reserve(&reading->stack, &reading->stack_room, (size_t)reading->open + 1, sizeof(Opened)) < 0) {
        return -1;
    }
    const Opened *parent = &reading->stack[reading->open - 1];
    int main = name->action == MAIN, article = name->action == ARTICLE;
    /* An unclosed banner ends where the main text begins. */
    int inherits = parent->kind == HIDDEN || (parent->kind > kind && !main && !article);
    reading->stack[reading->open++] = (Opened){
        *name, attributes, -1, -1, inherits ? parent->kind : kind, main || parent->main, article || parent->article,
        name->action == FOOTER || parent->footer,
    };
    reading->closing[name->hash]++;
    return 0;
}

/* Get the kind of an element and its texts from its attributes. */
static int
ask(Reading *reading, const Name *name, Part attributes, Py_ssize_t line, int *kind)
{
    PyObject *instead = NULL, *more = NULL;
    const Part called = {name->bytes, name->bytes + name->size};
    PyObject *answer = PyObject_CallFunction(reading->rules->asked, "NNi", text_of(called), text_of(attributes), *kind);
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
        failed = end_reading(reading) < 0 || add_beside(reading, Py_NewRef(more)) < 0;
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
        return end_reading(reading);
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
        return says(attributes, "content") ? add_fact(reading, "meta", attributes, line) : 0;
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
    Py_ssize_t last = reading->closing[name->hash] ? reading->open - 1 : 0;
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
        reading->closing[reading->stack[--reading->open].name.hash]--;
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
        failed = end_reading(reading) < 0;
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

int
read_tags(Reading *reading)
{
    Scanner scanner;
    const Part page = reading->page;
    if (reserve(&reading->stack, &reading->stack_room, 1, sizeof(Opened)) < 0
        || reserve(&reading->texts.data, &reading->texts.room, (size_t)(page.end - page.at), 1) < 0) {
        return -1;
    }
    reading->stack[reading->open++] = (Opened){.name = {.action = PAGE}, .region = -1, .place = -1};
    reading->raised = -1;
    begin_scan(&scanner, page, reading->rules->names);
    int failed = 0;
    while (!failed && next_tag(&scanner)) {
        failed = take_tag(reading, &scanner) < 0;
    }
    failed = failed || flush(reading) < 0;
    free(reading->stack);
    reading->stack = NULL;
    return failed ? -1 : 0;
}
