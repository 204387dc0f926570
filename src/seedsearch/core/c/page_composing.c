/* Compose the text of the regions of a page that are kept: `Composed` of corpus/formats/page_composing.py. */

#include "page_reading.h"

/* Return the end of the character reference at an `&`, or its beginning if it is none. */
static const uint8_t *
end_of_reference(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *next = at + 1, *begin;
    if (next < end && *next == '#') {
        int hex = next + 1 < end && (next[1] | 32) == 'x';
        next += 1 + hex;
        begin = next;
        while (next < end && ((*next >= '0' && *next <= '9') || (hex && (*next | 32) >= 'a' && (*next | 32) <= 'f'))) {
            next++;
        }
        if (next == begin) {
            return at;
        }
    }
    else {
        begin = next;
        for (int count = 0; next < end && count < 32; count++) {
            int bytes;
            if (strchr("\t\n\f <&#;", *next) != NULL && *next) {
                break;
            }
            code_point(next, &bytes);
            next += bytes;
        }
        if (next == begin) {
            return at;
        }
    }
    return next + (next < end && *next == ';');
}

/* Append the text of a reference to the line. */
static int
put_meaning(Reading *reading, Part reference)
{
    static const struct {
        const char *reference, *meaning;
    } KNOWN[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&#x27;", "'"},
                 {"&nbsp;", "\xc2\xa0"}};
    size_t size = (size_t)(reference.end - reference.at);
    for (size_t i = 0; i < COUNT(KNOWN); i++) {
        if (strlen(KNOWN[i].reference) == size && memcmp(reference.at, KNOWN[i].reference, size) == 0) {
            return put(&reading->line, KNOWN[i].meaning, strlen(KNOWN[i].meaning));
        }
    }
    PyObject *meaning = PyObject_CallFunction(reading->rules->meant, "N", text_of(reference));
    Py_ssize_t bytes = 0;
    const char *said = meaning == NULL ? NULL : PyUnicode_AsUTF8AndSize(meaning, &bytes);
    size_t begin = reading->line.used;
    int failed = said == NULL || put(&reading->line, said, (size_t)bytes) < 0;
    for (size_t i = begin; i < reading->line.used; i++) { /* the line must stay one line */
        uint8_t *byte = &reading->line.data[i];
        *byte = *byte == '\n' || *byte == '\r' ? ' ' : *byte;
    }
    Py_XDECREF(meaning);
    return failed ? -1 : 0;
}

/* Put a line into `line`, with its character references replaced. */
static int
unescape(Reading *reading, Part line)
{
    reading->line.used = 0;
    while (line.at < line.end) {
        const uint8_t *mark = find(line.at, line.end, '&');
        const uint8_t *stop = mark == NULL ? line.end : mark;
        if (put(&reading->line, line.at, (size_t)(stop - line.at)) < 0) {
            return -1;
        }
        line.at = stop;
        if (mark != NULL) {
            line.at = end_of_reference(mark, line.end);
            int failed = line.at > mark ? put_meaning(reading, (Part){mark, line.at}) : put_byte(&reading->line, '&');
            line.at += line.at == mark;
            if (failed < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* Spaces and tabs, and the first byte of a no-break space. */
static const uint8_t UNEVEN[256] = {[' '] = 1, ['\t'] = 1, ['\f'] = 1, ['\v'] = 1, [0xc2] = 1};

/* Return the size in bytes of the white space at `begin`. */
static Py_ssize_t
spaces_at(const uint8_t *begin, const uint8_t *end)
{
    const uint8_t *at = begin;
    while (at < end && UNEVEN[*at]) {
        if (*at != 0xc2) {
            at++;
        }
        else if (end - at >= 2 && at[1] == 0xa0) {
            at += 2;
        }
        else {
            break;
        }
    }
    return at - begin;
}

/* Return whether a line, which does not end with white space, has no white space but single spaces. */
static int
is_even(const uint8_t *at, const uint8_t *end)
{
    uint8_t uneven = 0;
    for (; at + 1 < end; at++) { /* without a way out, so that compilers test sixteen bytes at a time */
        uneven |= (uint8_t)((*at < ' ') | (*at == 0xc2) | ((*at == ' ') & (at[1] == ' ')));
    }
    return !uneven;
}

/* Append a line with each run of spaces and tabs reduced to one space. */
static int
put_evenly(Bytes *text, Part line)
{
    const uint8_t *from = line.at, *at = is_even(line.at, line.end) ? line.end : line.at;
    while (at < line.end) {
        const Py_ssize_t size = UNEVEN[*at] ? spaces_at(at, line.end) : 0;
        if (size == 0 || (size == 1 && *at == ' ')) {
            at++;
            continue;
        }
        if (put(text, from, (size_t)(at - from)) < 0 || put_byte(text, ' ') < 0) {
            return -1;
        }
        from = at += size;
    }
    return put(text, from, (size_t)(line.end - from));
}

/* Return the text of a line, without white space at its ends. */
static int
say(Reading *reading, int exact, Part *line)
{
    if (find(line->at, line->end, '&') != NULL) {
        if (unescape(reading, *line) < 0) {
            return -1;
        }
        *line = (Part){reading->line.data, reading->line.data + reading->line.used};
    }
    Place first = {0, 0, line->at}, last = {0, 0, line->end};
    if (is_blank(first.at, last.at)) {
        line->end = line->at;
        return 0;
    }
    strip(&last);
    if (!exact) {
        skip_space(&first, last.at);
    }
    *line = (Part){first.at, last.at};
    return 0;
}

int
end_section(Reading *reading)
{
    if (reading->size > reading->section) {
        Section *section = added(&reading->sections, sizeof(Section));
        if (section == NULL) {
            return -1;
        }
        *section = (Section){reading->section, reading->size, reading->section_heading, reading->section_heading_end};
        reading->section = reading->size;
    }
    return 0;
}

static int
add_line(Reading *reading, Py_ssize_t line)
{
    return add_number(&reading->lines, (uint64_t)line) < 0 ? -1 : add_number(&reading->ends, (uint64_t)line);
}

/* Append the separator before the next line of the text. */
static int
join_line(Reading *reading, Py_ssize_t line, int cell)
{
    if (!reading->text.used) {
        return add_line(reading, line);
    }
    Py_ssize_t last = (Py_ssize_t)reading->ends.values[reading->ends.count - 1];
    if (cell) {
        reading->ends.values[reading->ends.count - 1] = (uint64_t)line;
        reading->size++;
        return put_byte(&reading->text, '\t');
    }
    if (line - last > 1) {
        reading->size++;
        if (put_byte(&reading->text, '\n') < 0 || add_line(reading, line - 1) < 0) {
            return -1;
        }
    }
    reading->size++;
    return put_byte(&reading->text, '\n') < 0 ? -1 : add_line(reading, line);
}

int
compose_run(Reading *reading, const Run *run)
{
    int cell = run->cell, heading = run->heading;
    Py_ssize_t number = run->line;
    for (size_t at = run->start;; number++) {
        const uint8_t *start = reading->texts.data + at, *end = reading->texts.data + run->end;
        const uint8_t *stop = at < run->end ? line_end(start, end) : start;
        Part said = {start, stop};
        if (say(reading, run->exact, &said) < 0) {
            return -1;
        }
        if (said.at < said.end) {
            if (join_line(reading, number, cell) < 0) {
                return -1;
            }
            cell = 0;
            if (heading) {
                if (end_section(reading) < 0) {
                    return -1;
                }
                reading->section_heading = run->start;
                reading->section_heading_end = run->end;
                heading = 0;
            }
            size_t before = reading->text.used;
            if ((run->exact ? put(&reading->text, said.at, (size_t)(said.end - said.at))
                            : put_evenly(&reading->text, said)) < 0) {
                return -1;
            }
            reading->size += characters_in(reading->text.data + before, reading->text.data + reading->text.used);
        }
        at += (size_t)(stop - start) + 1;
        if (at > run->end) {
            return 0;
        }
    }
}

int
compose_more(Reading *reading, PyObject *said, Py_ssize_t line)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_AsUTF8AndSize(said, &size);
    size_t start = reading->texts.used;
    if (bytes == NULL || put(&reading->texts, bytes, (size_t)size) < 0) {
        return -1;
    }
    const Run run = {.start = start, .end = reading->texts.used, .line = line};
    return size ? compose_run(reading, &run) : 0;
}
