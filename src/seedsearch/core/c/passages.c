/* Plain text in C: a file's bytes to its title, language and passages, for what most files are.
 *
 * These are files in UTF-8 whose every line is a paragraph. In Python they took half of all time: some eighty calls a
 * file. What decode.py, text.py, language.py and split.py say of a text holds here too, and where it is not so simple
 * that is left to them: they are told None. A text is looked through in UTF-8, so that the bytes of each passage are
 * known as well. Without this module everything works, more slowly.
 */

#include "core.h"

#include <stdint.h>
#include <string.h>

/* A place in the text. */
typedef struct {
    Py_ssize_t character, line; /* before it */
    const uint8_t *at;
} Place;

typedef struct {
    Py_ssize_t words, top, bottom;
    Py_ssize_t start, end;           /* characters */
    Py_ssize_t byte_start, byte_end; /* bytes */
} Block;

/* The code point at a place in valid UTF-8, and how many bytes it has. */
static uint32_t
code_at(const uint8_t *at, int *bytes)
{
    uint8_t lead = at[0];
    if (lead < 0x80) {
        *bytes = 1;
        return lead;
    }
    if (lead < 0xe0) {
        *bytes = 2;
        return (uint32_t)(lead & 0x1f) << 6 | (at[1] & 0x3f);
    }
    if (lead < 0xf0) {
        *bytes = 3;
        return (uint32_t)(lead & 0x0f) << 12 | (uint32_t)(at[1] & 0x3f) << 6 | (at[2] & 0x3f);
    }
    *bytes = 4;
    return (uint32_t)(lead & 0x07) << 18 | (uint32_t)(at[1] & 0x3f) << 12 | (uint32_t)(at[2] & 0x3f) << 6
           | (at[3] & 0x3f);
}

/* Eight bytes at a time: one bit for each byte, its lowest. */
#define ONES 0x0101010101010101u

static uint64_t
eight_at(const uint8_t *at)
{
    uint64_t eight;
    memcpy(&eight, at, 8);
    return eight;
}

/* How many bytes have their lowest bit, where no other bits are. */
static Py_ssize_t
count_of(uint64_t bits)
{
    return (Py_ssize_t)(bits * ONES >> 56);
}

/* A bit for each byte that goes on with a character. */
static uint64_t
continuing(uint64_t eight)
{
    return eight >> 7 & ~eight >> 6 & ONES;
}

/* A bit for each byte that is a line end. */
static uint64_t
line_ends(uint64_t eight)
{
    uint64_t other = eight ^ '\n' * ONES; /* zero where it is one */
    return ~(((other & 0x7f * ONES) + 0x7f * ONES) | other) >> 7 & ONES;
}

static Py_ssize_t
characters_in(const uint8_t *at, const uint8_t *end)
{
    Py_ssize_t count = end - at;
    for (; end - at >= 8; at += 8) {
        count -= count_of(continuing(eight_at(at)));
    }
    for (; at < end; at++) {
        count -= (*at & 0xc0) == 0x80;
    }
    return count;
}

/* White space as `str.isspace` has it. */
static int
is_space(uint32_t code)
{
    if (code < 0x80) {
        return code == ' ' || (code >= '\t' && code <= '\r') || (code >= 0x1c && code <= 0x1f);
    }
    return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x2028
           || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

static void
step(Place *place)
{
    uint8_t lead = *place->at;
    place->line += lead == '\n';
    place->at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    place->character++;
}

/* Move on over so many characters, or to the end. */
static void
skip(Place *place, Py_ssize_t count, const uint8_t *end)
{
    const uint8_t *at = place->at;
    Py_ssize_t left = count;
    while (left >= 8 && end - at >= 8) {
        uint64_t eight = eight_at(at);
        place->line += count_of(line_ends(eight));
        left -= 8 - count_of(continuing(eight));
        at += 8;
    }
    while (at < end && (*at & 0xc0) == 0x80) { /* the rest of a character that is counted */
        at++;
    }
    for (; left > 0 && at < end; left--) {
        uint8_t lead = *at;
        place->line += lead == '\n';
        at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    }
    place->at = at;
    place->character += count - left;
}

/* Move on to the end of the line. */
static void
skip_line(Place *place, const uint8_t *end)
{
    size_t rest = place->at < end ? (size_t)(end - place->at) : 0;
    const uint8_t *stop = memchr(place->at, '\n', rest);
    stop = stop == NULL ? end : stop;
    place->character += characters_in(place->at, stop);
    place->at = stop;
}

static void
skip_space(Place *place, const uint8_t *end)
{
    int bytes;
    while (place->at < end && is_space(code_at(place->at, &bytes))) {
        step(place);
    }
}

/* Move back over white space, behind something that is none. */
static void
strip(Place *place)
{
    for (;;) {
        const uint8_t *before = place->at - 1;
        int bytes;
        while ((*before & 0xc0) == 0x80) {
            before--;
        }
        if (!is_space(code_at(before, &bytes))) {
            return;
        }
        place->line -= *before == '\n';
        place->at = before;
        place->character--;
    }
}

/* `_words_in` of split.py: about how many words a long stretch has. */
static Py_ssize_t
words_in(const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    Py_ssize_t words = 1;
    int is_ascii = end - at == characters;
    for (; at < end; at++) {
        words += *at == ' ' || *at == '\n';
    }
    if (characters <= 14 * words) {
        return words;
    }
    Py_ssize_t least = characters / (is_ascii ? 8 : 2);
    return words > least ? words : least;
}

/* How large passages are: split.py. A line of `longest_line` characters, and `mean_line` for all together, on average,
 * tell that a text is not wrapped; a wrapped one has `least_lines` that are not empty. */
typedef struct {
    Py_ssize_t least_words, most_words, word_chars, least, sure, longest_line, mean_line, least_lines;
} Measure;

/* The block that begins at a place which is no white space; moves behind it. */
static Block
next_block(Place *place, const uint8_t *begin, const uint8_t *end, const Measure *measure)
{
    const Place first = *place;
    skip(place, measure->least, end);
    skip_line(place, end);
    strip(place);
    Py_ssize_t size = place->character - first.character;
    Py_ssize_t words = size <= measure->sure ? size / measure->word_chars + 1 : words_in(first.at, place->at, size);
    return (Block){words, first.line, place->line, first.character, place->character, first.at - begin, place->at - begin};
}

/* What all passages have in common. `divide` gives the parts of a block that is too long: `_divided` of split.py. */
typedef struct {
    PyTypeObject *kind;
    PyObject *heading, *divide;
    const uint8_t *begin, *end;
    Py_ssize_t characters, line, page, byte_start;
} Common;

/* Append a passage. */
static int
append_span(PyObject *spans, const Block *block, const Common *common)
{
    const Py_ssize_t numbers[] = {
        block->start, block->end, block->top, block->bottom,
        block->byte_start + common->byte_start, block->byte_end + common->byte_start, common->page,
    };
    allocfunc allocate = (allocfunc)PyType_GetSlot(common->kind, Py_tp_alloc);
    PyObject *span = allocate(common->kind, 8);
    if (span == NULL) {
        return -1;
    }
    int failed = PyTuple_SetItem(span, 7, Py_NewRef(common->heading)) < 0;
    for (Py_ssize_t i = 0; i < 7 && !failed; i++) {
        /* Most texts are ASCII: bytes are characters, and need no numbers of their own. */
        int same = i >= 4 && i < 6 && numbers[i] == numbers[i - 4];
        PyObject *number = same ? Py_XNewRef(PyTuple_GetItem(span, i - 4)) : PyLong_FromSsize_t(numbers[i]);
        failed = number == NULL || PyTuple_SetItem(span, i, number) < 0;
    }
    failed = failed || PyList_Append(spans, span) < 0;
    Py_DECREF(span);
    return failed ? -1 : 0;
}

/* Append a part of a block, as Python gives it, by its place in that; moves to its end. */
static int
append_part(PyObject *spans, PyObject *part, const Block *whole, Place *place, const Common *common)
{
    Block block = {0};
    if (!PyTuple_Check(part)) {
        PyErr_SetString(PyExc_TypeError, "a part of a passage is a tuple");
        return -1;
    }
    if (!PyArg_ParseTuple(part, "nnnnn", &block.start, &block.end, &block.words, &block.top, &block.bottom)) {
        return -1;
    }
    if (block.start < place->character - whole->start || block.end < block.start
        || block.end > whole->end - whole->start) {
        PyErr_SetString(PyExc_ValueError, "the parts of a passage lie in it, one after the other");
        return -1;
    }
    block.start += whole->start;
    block.end += whole->start;
    skip(place, block.start - place->character, common->end);
    block.byte_start = place->at - common->begin;
    skip(place, block.end - block.start, common->end);
    block.byte_end = place->at - common->begin;
    return append_span(spans, &block, common);
}

/* Append a block as a passage, or as several where it is too long for one. */
static int
append_block(PyObject *spans, const Block *block, Common *common, const Measure *measure)
{
    if (block->words <= measure->most_words) {
        return append_span(spans, block, common);
    }
    /* Not by "s#" in a format: a module compiled for a newer Python says that in a way that older ones refuse. */
    PyObject *text = PyUnicode_FromStringAndSize((const char *)common->begin + block->byte_start,
                                                 block->byte_end - block->byte_start);
    PyObject *parts = PyObject_CallFunction(common->divide, "Nnnn", text, block->words, block->top, block->bottom);
    if (parts == NULL) {
        return -1;
    }
    if (!PyList_Check(parts)) {
        PyErr_SetString(PyExc_TypeError, "the parts of a passage are a list");
        Py_DECREF(parts);
        return -1;
    }
    Py_ssize_t count = PyList_Size(parts);
    int failed = 0;
    Place place = {block->start, block->top, common->begin + block->byte_start};
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        PyObject *part = PyList_GetItem(parts, i);
        failed = part == NULL || append_part(spans, part, block, &place, common) < 0;
    }
    Py_DECREF(parts);
    return failed ? -1 : 0;
}

/* Append the passages of a text: `_merge_lines` of split.py. */
static int
merge(PyObject *spans, Common *common, const Measure *measure)
{
    const uint8_t *begin = common->begin, *end = common->end;
    Place place = {0, common->line, begin};
    Block last = {0};
    int has_last = 0;
    for (;;) {
        skip_space(&place, end);
        if (place.at == end) {
            break;
        }
        Block block = next_block(&place, begin, end, measure);
        if (has_last && block.end - block.start < measure->least && block.words < measure->least_words
            && last.words + block.words <= measure->most_words) {
            last.words += block.words;
            last.bottom = block.bottom;
            last.end = block.end;
            last.byte_end = block.byte_end;
            continue;
        }
        if (has_last && append_block(spans, &last, common, measure) < 0) {
            return -1;
        }
        last = block;
        has_last = 1;
    }
    return has_last ? append_block(spans, &last, common, measure) : 0;
}

#define LONGEST 512 /* characters of a line that are told apart */

/* How many lines there are of each number of characters but 0; LONGEST and more are one. */
typedef struct {
    Py_ssize_t of[LONGEST + 1], filled, all;
} Lines;

static Lines
lines_of(const uint8_t *at, const uint8_t *end)
{
    Lines lines = {0};
    for (;;) {
        const uint8_t *stop = memchr(at, '\n', (size_t)(end - at));
        const uint8_t *line_end = stop == NULL ? end : stop;
        Py_ssize_t size = characters_in(at, line_end);
        lines.of[size < LONGEST ? size : LONGEST]++;
        lines.filled += size > 0;
        lines.all++;
        if (stop == NULL) {
            lines.of[0] = 0;
            return lines;
        }
        at = stop + 1;
    }
}

/* Whether a text is wrapped: `_wrapped_lines` of split.py. */
static int
is_wrapped(const uint8_t *at, const uint8_t *end, Py_ssize_t characters, const Measure *measure)
{
    const uint8_t *line = memchr(at, '\n', (size_t)(end - at));
    while (line != NULL) { /* most texts have a line that is too long, and soon */
        const uint8_t *start = line + 1;
        line = memchr(start, '\n', (size_t)(end - start));
        const uint8_t *stop = line == NULL ? end : line;
        if (stop - start >= measure->longest_line && characters_in(start, stop) >= measure->longest_line) {
            return 0;
        }
    }
    Lines lines = lines_of(at, end);
    if (characters > measure->mean_line * lines.all || lines.filled < measure->least_lines) {
        return 0;
    }
    Py_ssize_t width = 0, seen = 0, near = 0, longest = LONGEST;
    for (; seen <= lines.filled * 9 / 10; width++) { /* the width is that of the line at nine tenths */
        seen += lines.of[width + 1];
    }
    while (lines.of[longest] == 0) {
        longest--;
    }
    for (Py_ssize_t size = 1; size <= LONGEST; size++) {
        near += (double)size >= (double)width * 0.7 ? lines.of[size] : 0;
    }
    return width >= 24 && width <= measure->mean_line && longest <= 2 * width && 2 * near >= lines.filled;
}

/* Whether words are set apart by spaces. */
static int
is_spaced(const uint8_t *at, const uint8_t *end, Py_ssize_t characters)
{
    Py_ssize_t spaces = 0;
    if (end - at == characters) {
        return 1;
    }
    for (; at < end; at++) {
        spaces += *at == ' ';
    }
    return spaces * 14 > characters;
}

/* How a text is divided, from the tuple that Python gives; -1 where it cannot be. */
static int
read_measure(PyObject *numbers, Measure *measure)
{
    if (!PyArg_ParseTuple(numbers, "nnnnnnnn", &measure->least_words, &measure->most_words, &measure->word_chars,
                          &measure->least, &measure->sure, &measure->longest_line, &measure->mean_line,
                          &measure->least_lines)) {
        return -1;
    }
    if (measure->word_chars < 1 || measure->mean_line > LONGEST / 2 || measure->longest_line > LONGEST) {
        PyErr_SetString(PyExc_ValueError, "a word has a character at least, and a line not very many");
        return -1;
    }
    return 0;
}

static int
check_kind(const PyTypeObject *kind)
{
    if (!PyType_IsSubtype((PyTypeObject *)kind, &PyTuple_Type)) {
        PyErr_SetString(PyExc_ValueError, "a passage is a tuple");
        return -1;
    }
    return 0;
}

/* The passages of a whole text, as a list, or None; NULL with an error set. */
static PyObject *
passages_of(Common *common, const Measure *given)
{
    Measure measure = *given;
    if (is_wrapped(common->begin, common->end, common->characters, &measure)) {
        Py_RETURN_NONE;
    }
    if (!is_spaced(common->begin, common->end, common->characters)) {
        measure.least /= 2;
        measure.sure = 0;
    }
    PyObject *spans = PyList_New(0);
    if (spans != NULL && merge(spans, common, &measure) < 0) {
        Py_CLEAR(spans);
    }
    return spans;
}

PyObject *
core_passages(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *kind, *numbers;
    Py_ssize_t size;
    Common common;
    Measure measure;
    if (!PyArg_ParseTuple(args, "UnnnUO!O!O", &text, &common.line, &common.byte_start, &common.page,
                          &common.heading, &PyType_Type, &kind, &PyTuple_Type, &numbers, &common.divide)
        || check_kind((PyTypeObject *)kind) < 0 || read_measure(numbers, &measure) < 0) {
        return NULL;
    }
    const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
    if (bytes == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) {
            return NULL;
        }
        PyErr_Clear(); /* a lone surrogate, which is no UTF-8 */
        Py_RETURN_NONE;
    }
    common.kind = (PyTypeObject *)kind;
    common.begin = (const uint8_t *)bytes;
    common.end = common.begin + size;
    common.characters = PyUnicode_GetLength(text);
    return passages_of(&common, &measure);
}

/* ------------------------------------------------------------------ a whole document */

/* What text.py says of titles and language.py of English, with their names. */
typedef struct {
    Py_ssize_t first_lines, title_chars, title_words;
} TitleRules;

typedef struct {
    Py_ssize_t least, glance, sample, every;
} EnglishRules;

static int
is_ascii(const uint8_t *at, const uint8_t *end)
{
    uint8_t all = 0;
    for (; at < end; at++) {
        all |= *at;
    }
    return all < 0x80;
}

static const uint8_t *
after_characters(const uint8_t *at, const uint8_t *end, Py_ssize_t count)
{
    Place place = {0, 0, at};
    skip(&place, count, end);
    return place.at;
}

static int
is_blank(const uint8_t *at, const uint8_t *end)
{
    int bytes;
    while (at < end && is_space(code_at(at, &bytes))) {
        at += bytes;
    }
    return at == end;
}

static int
has(const uint8_t *at, const uint8_t *end, char byte)
{
    return memchr(at, byte, (size_t)(end - at)) != NULL;
}

static int
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static int
is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static int
is_stop(char c)
{
    return c == '.' || c == '!' || c == '?';
}

static int
ends_with(const char *line, Py_ssize_t size, const char *end)
{
    Py_ssize_t length = (Py_ssize_t)strlen(end);
    return size >= length && memcmp(line + size - length, end, (size_t)length) == 0;
}

/* Whether a line ends as no title does. */
static int
ends_openly(const char *line, Py_ssize_t size)
{
    return strchr(".!,;:-{([=", line[size - 1]) != NULL && !ends_with(line, size, "U.S.")
           && !ends_with(line, size, "Inc.") && !ends_with(line, size, "Jr.") && !ends_with(line, size, "etc.");
}

/* `_sentence_inside` of text.py: a stop after two letters, and a capital after one space. */
static int
has_sentence(const char *line, Py_ssize_t size)
{
    for (Py_ssize_t i = 2; i + 2 < size; i++) {
        if (is_stop(line[i]) && is_lower(line[i - 1]) && is_lower(line[i - 2])) {
            Py_ssize_t next = i + 1 + (line[i + 1] == '"' || line[i + 1] == '\'');
            if (next + 1 < size && line[next] == ' ' && is_upper(line[next + 1])) {
                return 1;
            }
        }
    }
    return 0;
}

/* `_is_title` of text.py for a line without white space but single spaces, nor characters from U+2000 on: 1, 0, or -1
 * where that must say. */
static int
reads_like_title(const char *title, Py_ssize_t size, const TitleRules *rules)
{
    const uint8_t *bytes = (const uint8_t *)title;
    Py_ssize_t spaces = 0, characters = characters_in(bytes, bytes + size);
    int alphanumeric = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        char c = title[i];
        spaces += c == ' ';
        alphanumeric |= (c >= '0' && c <= '9') || is_upper(c) || is_lower(c);
    }
    if (size == 0 || characters > rules->title_chars || spaces >= rules->title_words || ends_openly(title, size)
        || has_sentence(title, size)) {
        return 0;
    }
    return alphanumeric ? 1 : characters == size ? 0 : -1;
}

/* A line with its white space as `" ".join(line.split())` has it; -1 where there is white space but ' ', or a character
 * from U+2000 on, among which are stops and spaces. `folded` has room for the line. */
static Py_ssize_t
fold_spaces(const uint8_t *at, const uint8_t *end, char *folded)
{
    Py_ssize_t size = 0;
    int bytes;
    for (; at < end; at += bytes) {
        uint32_t code = code_at(at, &bytes);
        if (code < 0x20 || code >= 0x2000 || (code > 0x7e && is_space(code))) {
            return -1;
        }
        if (code != ' ' || (size > 0 && folded[size - 1] != ' ')) {
            memcpy(folded + size, at, (size_t)bytes);
            size += bytes;
        }
    }
    return size > 0 && folded[size - 1] == ' ' ? size - 1 : size;
}

/* The title of a text as text.py's `title_of` gives it, or None where that must say; NULL with an error set. */
static PyObject *
title_of(const uint8_t *start, const uint8_t *end, const TitleRules *rules)
{
    char title[256];
    /* At least so many bytes are so many characters; what more would have to be looked at is left to text.py. */
    int goes_on = end - start > rules->first_lines;
    const uint8_t *head_end = goes_on ? start + rules->first_lines : end;
    while (goes_on && (*head_end & 0xc0) == 0x80) {
        head_end--;
    }
    const uint8_t *line_end = memchr(start, '\n', (size_t)(head_end - start));
    const uint8_t *first_end = line_end == NULL ? head_end : line_end;
    if (*start == '#' || *start == ' ' || *start == '\n' || first_end - start > (Py_ssize_t)sizeof title) {
        Py_RETURN_NONE;
    }
    Py_ssize_t size = fold_spaces(start, first_end, title), characters = characters_in(start, first_end);
    int reads = size < 0 ? -1 : characters > 2 * rules->title_chars ? 0 : reads_like_title(title, size, rules);
    if (reads < 0) {
        Py_RETURN_NONE;
    }
    if (reads && line_end == NULL) {
        reads = 0;
    }
    else if (reads) {
        const uint8_t *after = line_end + 1;
        const uint8_t *after_end = memchr(after, '\n', (size_t)(head_end - after));
        const uint8_t *later = after_end == NULL ? head_end : after_end + 1;
        after_end = after_end == NULL ? head_end : after_end;
        if (is_blank(after, after_end)) {
            reads = !is_blank(later, head_end);
            if (!reads && goes_on) {
                Py_RETURN_NONE;
            }
        }
        else if (characters_in(after, after_end) <= characters) {
            if (*after == '=' || *after == '-') {
                Py_RETURN_NONE;
            }
            reads = 0;
        }
    }
    return PyUnicode_FromStringAndSize(title, reads ? size : 0);
}

/* A word between spaces that is counted; no two share a space: `str.count`. */
typedef struct {
    const char *word;
    Py_ssize_t size, count;
    const uint8_t *behind;
} Counted;

static void
look(Counted *word, const uint8_t *at, const uint8_t *end)
{
    if (at >= word->behind && end - at >= word->size && memcmp(at, word->word, (size_t)word->size) == 0) {
        word->count++;
        word->behind = at + word->size;
    }
}

/* `_is_english` of language.py. */
static int
is_english(const uint8_t *at, const uint8_t *end, Py_ssize_t characters, Py_ssize_t most, const EnglishRules *rules)
{
    Py_ssize_t size = characters < most ? characters : most;
    if (size < rules->least) {
        return 0;
    }
    end = after_characters(at, end, size);
    Counted the = {" the ", 5, 0, at}, of = {" of ", 4, 0, at}, and = {" and ", 5, 0, at};
    for (const uint8_t *before = at; before + 1 < end; before++) {
        if (*before == ' ') {
            uint8_t first = before[1];
            if (first == 't' || first == 'o' || first == 'a') {
                look(first == 't' ? &the : first == 'o' ? &of : &and, before, end);
            }
        }
    }
    Py_ssize_t others = of.count + and.count;
    return the.count > 1 && others > 1 && rules->every * (the.count + others) > size;
}

/* Whether it is quickly seen that a text is English, as language.py's `language_of` does. */
static int
is_quickly_english(const uint8_t *start, const uint8_t *end, Py_ssize_t characters, const EnglishRules *rules)
{
    if (!is_english(start, end, characters, rules->glance, rules)
        && !is_english(start, end, characters, rules->sample, rules)) {
        return 0;
    }
    if (characters < 4 * rules->sample) {
        return 1;
    }
    const uint8_t *middle = after_characters(start, end, characters / 2);
    Py_ssize_t rest = characters - characters / 2;
    return is_english(middle, end, rest, rules->glance, rules) || is_english(middle, end, rest, rules->sample, rules);
}

/* Whether bytes are UTF-8 as Python decodes it: the shortest form of each character, and no surrogates. */
static int
is_utf8(const uint8_t *at, const uint8_t *end)
{
    while (at < end) {
        if (end - at >= 8 && !(eight_at(at) & 0x80 * ONES)) {
            at += 8;
            continue;
        }
        uint8_t lead = *at++;
        if (lead < 0x80) {
            continue;
        }
        int more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
        if (lead < 0xc2 || lead > 0xf4 || end - at < more) {
            return 0;
        }
        uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
        uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
        if (at[0] < low || at[0] > high) {
            return 0;
        }
        for (int i = 1; i < more; i++) {
            if ((at[i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        at += more;
    }
    return 1;
}

/* Whether bytes may be UTF-8 that nothing else could be meant by, and have no line ends but \n: see decode.py. */
static int
is_simple(const uint8_t *start, const uint8_t *end)
{
    if (start == end || start[0] == 0xef || start[0] >= 0xfe || has(start, end, 0) || has(start, end, '\r')) {
        return 0;
    }
    if (end - start >= 5 && memcmp(start, "%PDF-", 5) == 0) {
        return 0;
    }
    return !is_ascii(start, end) || !(has(start, end, 0x1b) || has(start, end, '~'));
}

/* Finds the title, language and passages of texts, by rules that are read once. */
typedef struct {
    PyObject_HEAD
    PyObject *kind, *divide, *heading, *language; /* as in Common; "" and "en" */
    Measure measure;
    TitleRules titles;
    EnglishRules english;
} Finder;

static PyObject *
finder_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *kind, *numbers, *divide;
    Measure measure;
    TitleRules titles;
    EnglishRules english;
    if (!PyArg_ParseTuple(args, "O!O!O(nnn)(nnnn)", &PyType_Type, &kind, &PyTuple_Type, &numbers, &divide,
                          &titles.first_lines, &titles.title_chars, &titles.title_words, &english.least,
                          &english.glance, &english.sample, &english.every)
        || check_kind((PyTypeObject *)kind) < 0 || read_measure(numbers, &measure) < 0) {
        return NULL;
    }
    if (titles.first_lines < 1 || titles.title_chars < 0 || titles.title_chars > titles.first_lines
        || english.sample < 0 || english.sample > PY_SSIZE_T_MAX / 4) {
        PyErr_SetString(PyExc_ValueError, "what is looked at for a title or a language are some characters");
        return NULL;
    }
    allocfunc allocate = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
    Finder *self = (Finder *)allocate(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->kind = Py_NewRef(kind);
    self->divide = Py_NewRef(divide);
    self->heading = PyUnicode_FromStringAndSize("", 0);
    self->language = PyUnicode_InternFromString("en");
    self->measure = measure;
    self->titles = titles;
    self->english = english;
    if (self->heading == NULL || self->language == NULL) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static int
finder_traverse(Finder *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE((PyObject *)self));
    Py_VISIT(self->kind);
    Py_VISIT(self->divide);
    return 0;
}

static void
finder_dealloc(Finder *self)
{
    PyTypeObject *type = Py_TYPE((PyObject *)self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->kind);
    Py_XDECREF(self->divide);
    Py_XDECREF(self->heading);
    Py_XDECREF(self->language);
    freefunc release = (freefunc)PyType_GetSlot(type, Py_tp_free);
    release(self);
    Py_DECREF(type);
}

static PyObject *
finder_find(Finder *self, PyObject *data)
{
    char *bytes;
    Py_ssize_t size;
    if (PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return NULL;
    }
    const uint8_t *start = (const uint8_t *)bytes, *end = start + size;
    if (!is_simple(start, end) || !is_utf8(start, end) || is_blank(start, end)) {
        Py_RETURN_NONE;
    }
    Common common = {
        .kind = (PyTypeObject *)self->kind, .heading = self->heading, .divide = self->divide,
        .begin = start, .end = end, .characters = characters_in(start, end), .line = 1,
    };
    PyObject *title = title_of(start, end, &self->titles);
    int is_known = is_quickly_english(start, end, common.characters, &self->english);
    PyObject *spans = passages_of(&common, &self->measure);
    if (title == NULL || spans == NULL) {
        Py_XDECREF(title);
        Py_XDECREF(spans);
        return NULL;
    }
    return Py_BuildValue("(NON)", title, is_known ? self->language : Py_None, spans);
}

static PyMethodDef FINDER_METHODS[] = {
    {"find", (PyCFunction)finder_find, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot FINDER_SLOTS[] = {
    {Py_tp_new, finder_new},
    {Py_tp_dealloc, finder_dealloc},
    {Py_tp_traverse, finder_traverse},
    {Py_tp_methods, FINDER_METHODS},
    {0, NULL},
};

/* It cannot be changed once it is made, so that who goes round in a circle with it is taken apart from elsewhere. */
PyType_Spec core_finder_spec = {
    .name = "seedsearch.core._core.Finder",
    .basicsize = sizeof(Finder),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = FINDER_SLOTS,
};
