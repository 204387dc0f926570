/* Scan the source of a page for tags and the texts between them, as corpus/formats/markup.py does. */

#include "markup.h"

enum { WITH_TEXT = 4 };

/* The elements without tags; the first of them contain text. */
static const char *const RAW[RAW_COUNT] = {
    "script", "title", "textarea", "xmp", "style", "iframe", "noembed", "noframes",
};

static const struct {
    char name[9];
    uint8_t action;
} WITH_ACTION[] = {
    {"tr", ROW}, {"td", CELL}, {"th", CELL}, {"a", LINK}, {"meta", META}, {"link", CANONICAL}, {"time", TIME},
    {"pre", EXACT}, {"img", PICTURE}, {"area", PICTURE}, {"sup", RAISED}, {"ruby", RUBY}, {"rb", RUBY},
    {"rt", READING}, {"rtc", READING}, {"rp", ASIDE_OF_RUBY}, {"template", TEMPLATE}, {"title", RAW_TITLE},
    {"script", RAW_SCRIPT}, {"html", PAGE}, {"body", PAGE}, {"main", MAIN}, {"article", ARTICLE}, {"footer", FOOTER},
    {"aside", ASIDE}, {"svg", DRAWING}, {"h1", HEADING}, {"h2", HEADING}, {"h3", HEADING}, {"h4", HEADING},
    {"h5", HEADING}, {"h6", HEADING},
};

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

/* White space as in ASCII patterns. */
static int
is_ascii_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int
begins(const uint8_t *at, const uint8_t *end, const char *with, size_t size)
{
    return (size_t)(end - at) >= size && memcmp(at, with, size) == 0;
}

int
holds(Part part, const char *word)
{
    size_t size = strlen(word);
    for (; (part.at = find(part.at, part.end, word[0])) != NULL; part.at++) {
        if (begins(part.at, part.end, word, size)) {
            return 1;
        }
    }
    return 0;
}

int
says(Part text, const char *word)
{
    for (; text.at < text.end; text.at++) {
        const uint8_t *at = text.at;
        const char *next = word;
        while (at < text.end && *next && in_small(*at) == (uint8_t)*next) {
            at++;
            next++;
        }
        if (!*next) {
            return 1;
        }
    }
    return 0;
}

/* Return the slot of a name: its own, or a free one. */
static const Name *
slot_of(const Name *names, const Name *name)
{
    uint8_t slot = name->hash;
    while (names[slot].size && (names[slot].size != name->size || memcmp(names[slot].bytes, name->bytes, name->size))) {
        slot++; /* from the last to the first, too */
    }
    return &names[slot];
}

static void
set_name(Name *name, const uint8_t *bytes, size_t size)
{
    unsigned hash = 0;
    for (size_t i = 0; i < size; i++) {
        name->bytes[i] = in_small(bytes[i]);
        hash = hash * 31 + name->bytes[i];
    }
    name->size = (uint8_t)size;
    name->hash = (uint8_t)(hash ^ hash >> 8);
}

/* Return the entry of a name, made if there is none, or NULL with an exception. */
static Name *
learned(Names names, const char *word, int *count)
{
    Name name = {.raw = -1};
    size_t size = strlen(word);
    if (size == 0 || size > NAME_CHARS) {
        wrong("no such name of an element");
        return NULL;
    }
    set_name(&name, (const uint8_t *)word, size);
    Name *known = names + (slot_of(names, &name) - names);
    if (!known->size) {
        if (++*count > NAMES / 2) {
            wrong("too many names of elements");
            return NULL;
        }
        *known = name;
    }
    return known;
}

int
learn_names(Names names, PyObject *flags)
{
    PyObject *object, *value;
    Py_ssize_t at = 0, size;
    int count = 0;
    while (PyDict_Next(flags, &at, &object, &value)) {
        const char *word = PyUnicode_AsUTF8AndSize(object, &size);
        Name *name = word == NULL ? NULL : learned(names, word, &count);
        if (name == NULL) {
            return -1;
        }
        name->flags = (uint32_t)PyLong_AsUnsignedLong(value);
    }
    for (size_t i = 0; i < COUNT(WITH_ACTION); i++) {
        Name *name = learned(names, WITH_ACTION[i].name, &count);
        if (name == NULL) {
            return -1;
        }
        name->action = WITH_ACTION[i].action;
        name->level = name->action == HEADING ? name->bytes[1] - '0' : 0;
    }
    for (int raw = 0; raw < RAW_COUNT; raw++) {
        Name *name = learned(names, RAW[raw], &count);
        if (name == NULL) {
            return -1;
        }
        name->raw = (int8_t)raw;
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Return a name. It is valid until the next call. */
static const Name *
name_of(Scanner *scanner, const uint8_t *bytes, size_t size)
{
    Name *other = &scanner->other;
    set_name(other, bytes, size);
    const Name *known = slot_of(scanner->names, other);
    return known->size ? known : other;
}

/* Return the end of a tag that is not closed properly: before the next one. */
static const uint8_t *
unfinished(const Scanner *page, const uint8_t *at)
{
    while (at < page->end && *at != '<' && *at != '>') {
        at++;
    }
    return at < page->end && *at == '>' ? at + 1 : at;
}

/* Return the end of the tag whose attributes begin at `begin`. */
static const uint8_t *
end_of_tag(Scanner *page, const uint8_t *begin)
{
    const uint8_t *at = begin;
    for (; at < page->end && *at != '<' && begin >= page->unclosed; at++) {
        if (*at == '>') {
            return at + 1;
        }
        if (*at == '"' || *at == '\'') {
            const uint8_t *quote = find(at + 1, page->end, *at);
            if (quote == NULL) {
                break;
            }
            at = quote;
        }
    }
    page->unclosed = at > page->unclosed ? at : page->unclosed;
    return unfinished(page, begin);
}

/* Return the end of a comment, a declaration or a marked section. */
static const uint8_t *
end_of_declaration(Scanner *page, const uint8_t *at)
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
    return unfinished(page, at + 2); /* the text after it must not be lost */
}

/* Return the end of the content of an element without tags: before its closing tag. */
static const uint8_t *
end_of_raw(Scanner *page, int raw, const uint8_t *begin)
{
    size_t size = strlen(RAW[raw]);
    for (const uint8_t *at = begin; !page->no_close[raw] && (at = find(at, page->end, '<')) != NULL; at++) {
        const uint8_t *name = at + 2;
        if (page->end - at < (Py_ssize_t)size + 3 || at[1] != '/'
            || !(is_ascii_space(name[size]) || name[size] == '/' || name[size] == '>')) {
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

/* Take the content of the element that has just begun. Return 0 if that is not text. */
static int
take_raw(Scanner *scanner)
{
    int raw = scanner->raw;
    const uint8_t *end = end_of_raw(scanner, raw, scanner->at);
    scanner->raw = -1;
    scanner->text = (Part){scanner->at, end};
    scanner->at = end;
    if (raw >= WITH_TEXT) {
        return 0;
    }
    scanner->name = name_of(scanner, (const uint8_t *)RAW[raw], strlen(RAW[raw]));
    scanner->is_raw = 1;
    return 1;
}

/* Take the tag, the declaration or the single `<` at the current place, with the text after it. */
static void
take_tag(Scanner *scanner)
{
    const uint8_t *begin = scanner->at, *at = begin, *page_end = scanner->end;
    int raw = -1;
    if (begins(at, page_end, "<!", 2) || begins(at, page_end, "<?", 2)) {
        at = end_of_declaration(scanner, at);
    }
    else if (at < page_end && *at == '<') {
        scanner->closes = at + 1 < page_end && at[1] == '/';
        const uint8_t *name = at + 1 + scanner->closes, *after = name;
        while (after < page_end && after - name < NAME_CHARS && in_name(*after)) {
            after++;
        }
        if (after > name && is_letter(*name)) {
            scanner->name = name_of(scanner, name, (size_t)(after - name));
            at = end_of_tag(scanner, after);
            scanner->attributes = (Part){after, at - (at > after && at[-1] == '>')};
            int alone = scanner->attributes.end > after && scanner->attributes.end[-1] == '/';
            raw = alone || scanner->closes ? -1 : scanner->name->raw;
        }
    }
    scanner->text = (Part){at, at};
    if (raw < 0) {
        const uint8_t *next = find(at + (at == begin && begin < page_end && *begin == '<'), page_end, '<');
        scanner->text.end = next == NULL ? page_end : next;
    }
    scanner->at = scanner->text.end;
    scanner->raw = raw;
}

int
next_tag(Scanner *scanner)
{
    int found = 0;
    while (!found && (scanner->at < scanner->end || scanner->raw >= 0)) {
        scanner->name = NULL;
        scanner->closes = scanner->is_raw = 0;
        scanner->attributes = (Part){scanner->at, scanner->at};
        if (scanner->raw >= 0) {
            found = take_raw(scanner);
        }
        else {
            take_tag(scanner);
            found = 1;
        }
    }
    if (found) {
        scanner->line += line_ends_in(scanner->counted, scanner->text.at);
        scanner->counted = scanner->text.at;
    }
    return found;
}

void
begin_scan(Scanner *scanner, Part page, const Names names)
{
    *scanner = (Scanner){.names = names, .begin = page.at, .at = page.at, .end = page.end, .counted = page.at, .unclosed = page.at};
    scanner->other.raw = scanner->raw = -1;
    scanner->line = 1;
}
