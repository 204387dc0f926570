/* Return the first line of a text if it is a title: the common cases of `title_of` in corpus/title.py. */

#include "tokenizer.h"
#include "text.h"

static int
ends_clause(char c)
{
    return c == '.' || c == '!' || c == '?';
}

static int
ends_with(const char *line, Py_ssize_t size, const char *end)
{
    Py_ssize_t length = (Py_ssize_t)strlen(end);
    return size >= length && memcmp(line + size - length, end, (size_t)length) == 0;
}

/* Return whether a line ends as no title does. */
static int
ends_openly(const char *line, Py_ssize_t size)
{
    return strchr(".!,;:-{([=", line[size - 1]) != NULL && !ends_with(line, size, "U.S.")
           && !ends_with(line, size, "Inc.") && !ends_with(line, size, "Jr.") && !ends_with(line, size, "etc.");
}

/* `_sentence_inside` of title.py: a stop after two letters, and a capital after one space. */
static int
has_sentence(const char *line, Py_ssize_t size)
{
    for (Py_ssize_t i = 2; i + 2 < size; i++) {
        if (ends_clause(line[i]) && IS_LOWER(line[i - 1]) && IS_LOWER(line[i - 2])) {
            Py_ssize_t next = i + 1 + (line[i + 1] == '"' || line[i + 1] == '\'');
            if (next + 1 < size && line[next] == ' ' && IS_UPPER(line[next + 1])) {
                return 1;
            }
        }
    }
    return 0;
}

/* `_is_title` of title.py, for a line with single spaces as its only white space and no characters from U+2000
 * on. Return 1, 0, or -1 if Python must decide. */
static int
reads_like_title(const char *title, Py_ssize_t size, const TitleRules *rules)
{
    const uint8_t *bytes = (const uint8_t *)title;
    Py_ssize_t spaces = 0, characters = characters_in(bytes, bytes + size);
    int alphanumeric = 0;
    for (Py_ssize_t i = 0; i < size; i++) {
        char c = title[i];
        spaces += c == ' ';
        alphanumeric |= (c >= '0' && c <= '9') || IS_UPPER(c) || IS_LOWER(c);
    }
    if (size == 0 || characters > rules->title_chars || spaces >= rules->title_words || ends_openly(title, size)
        || has_sentence(title, size)) {
        return 0;
    }
    return alphanumeric ? 1 : characters == size ? 0 : -1;
}

/* Return a line with its white space as in `" ".join(line.split())`, and its size in bytes. Return -1 if it has
 * other white space than ' ', or a character from U+2000 on, among which are stops and spaces. `folded` has room
 * for the line. */
static Py_ssize_t
fold_spaces(const uint8_t *at, const uint8_t *end, char *folded)
{
    Py_ssize_t size = 0;
    int bytes;
    for (; at < end; at += bytes) {
        uint32_t code = code_point(at, &bytes);
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

PyObject *
title_of(const uint8_t *start, const uint8_t *end, const TitleRules *rules)
{
    char title[256];
    /* `first_lines` bytes are at most as many characters. If more of the text matters, Python decides. */
    int goes_on = end - start > rules->first_lines;
    const uint8_t *head_end = goes_on ? start + rules->first_lines : end;
    while (goes_on && (*head_end & 0xc0) == 0x80) {
        head_end--;
    }
    const uint8_t *first_end = line_end(start, head_end);
    if (*start == '#' || *start == ' ' || *start == '\n' || first_end - start > (Py_ssize_t)sizeof title) {
        Py_RETURN_NONE;
    }
    Py_ssize_t size = fold_spaces(start, first_end, title), characters = characters_in(start, first_end);
    int reads = size < 0 ? -1 : characters > 2 * rules->title_chars ? 0 : reads_like_title(title, size, rules);
    if (reads < 0) {
        Py_RETURN_NONE;
    }
    if (reads && first_end == head_end) {
        reads = 0;
    }
    else if (reads) {
        const uint8_t *after = first_end + 1, *after_end = line_end(after, head_end);
        const uint8_t *later = after_end == head_end ? head_end : after_end + 1;
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
