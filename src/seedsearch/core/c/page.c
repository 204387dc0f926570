/* Scan the source of a page for tags and the texts between them, as corpus/formats/markup.py does. */

#include "page.h"

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
    {"script", RAW_SCRIPT},
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

/* Set the properties of a name. */
static int
describe(const Scanner *scanner, Name *name)
{
    PyObject *object = PyUnicode_FromStringAndSize((const char *)name->bytes, name->size);
    PyObject *flags = object == NULL ? NULL : PyDict_GetItemWithError(scanner->flags, object);
    name->flags = flags == NULL ? 0 : (uint32_t)PyLong_AsUnsignedLong(flags);
    name->action = PLAIN_TAG;
    Py_XDECREF(object);
    for (size_t i = 0; i < COUNT(WITH_ACTION); i++) {
        if (strcmp(WITH_ACTION[i].name, (const char *)name->bytes) == 0) {
            name->action = WITH_ACTION[i].action;
        }
    }
    if (name->size == 2 && name->bytes[0] == 'h' && name->bytes[1] >= '1' && name->bytes[1] <= '6') {
        name->action = HEADING;
        name->level = name->bytes[1] - '0';
    }
    return PyErr_Occurred() ? -1 : 0;
}

/* Return a name, or NULL with an exception. It is valid until the next call. */
static const Name *
name_of(Scanner *scanner, const uint8_t *bytes, size_t size)
{
    uint8_t lower[NAME_CHARS + 1];
    size_t hash = 0;
    for (size_t i = 0; i < size; i++) {
        lower[i] = in_small(bytes[i]);
        hash = hash * 31 + lower[i];
    }
    Name *known = &scanner->names[(hash ^ hash >> 7) % NAMES];
    if (known->size == size && memcmp(known->bytes, lower, size) == 0) {
        return known;
    }
    lower[size] = 0;
    memcpy(known->bytes, lower, size + 1);
    known->size = (uint8_t)size;
    return describe(scanner, known) < 0 ? NULL : known;
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

static int
raw_element(const Name *tag)
{
    for (int raw = 0; raw < RAW_COUNT; raw++) {
        if (is_name(tag, RAW[raw])) {
            return raw;
        }
    }
    return -1;
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
    return scanner->name == NULL ? -1 : 1;
}

/* Take the tag, the declaration or the single `<` at the current place, with the text after it. */
static int
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
            if ((scanner->name = name_of(scanner, name, (size_t)(after - name))) == NULL) {
                return -1;
            }
            at = end_of_tag(scanner, after);
            scanner->attributes = (Part){after, at - (at > after && at[-1] == '>')};
            int alone = scanner->attributes.end > after && scanner->attributes.end[-1] == '/';
            raw = alone || scanner->closes ? -1 : raw_element(scanner->name);
        }
    }
    scanner->text = (Part){at, at};
    if (raw < 0) {
        const uint8_t *next = find(at + (at == begin && begin < page_end && *begin == '<'), page_end, '<');
        scanner->text.end = next == NULL ? page_end : next;
    }
    scanner->at = scanner->text.end;
    scanner->raw = raw;
    return 1;
}

int
next_tag(Scanner *scanner)
{
    int found = 0;
    while (!found && (scanner->at < scanner->end || scanner->raw >= 0)) {
        scanner->name = NULL;
        scanner->closes = scanner->is_raw = 0;
        scanner->attributes = (Part){scanner->at, scanner->at};
        found = scanner->raw >= 0 ? take_raw(scanner) : take_tag(scanner);
    }
    if (found > 0) {
        scanner->line += line_ends_in(scanner->counted, scanner->text.at);
        scanner->counted = scanner->text.at;
    }
    return found;
}

void
begin_scan(Scanner *scanner, const uint8_t *bytes, size_t size, PyObject *flags)
{
    *scanner = (Scanner){.flags = flags, .begin = bytes, .at = bytes, .end = bytes + size, .counted = bytes};
    scanner->line = 1;
    scanner->raw = -1;
}
