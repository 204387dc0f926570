/* The usual message, of one part of plain text: its fields, its text, the text's language, passages, and lines in the
 * file, in one call.
 * The twins are mime.py and `_Reading` of mail.py in corpus/formats, which also take all other
 * messages. */

#include "found_text.h"
#include "text.h"

enum { MOST_SHOWN = 32, LONGEST_REFERENCE = 500 };

/* The fields that say how to read the others and the body: the numbers of `_USUAL` in mail.py. */
enum { CONTENT_TYPE, TRANSFER_ENCODING, DISPOSITION, MESSAGE_ID, REFERENCES, IN_REPLY_TO, GUIDES };

/* The transfer encodings. */
enum { AS_SENT, QUOTED, BASE64 };

/* A field of a head: its name, its value without white space at its ends, and its line, counted from 1. */
typedef struct {
    const uint8_t *name, *name_end, *at, *end;
    Py_ssize_t line;
} HeadField;

/* A field that is part of the text. Its names are borrowed. */
typedef struct {
    PyObject *name, *field, *value;
    HeadField sent;
} Shown;

typedef struct {
    PyObject *known;   /* a dict: lower-case name to (name, field), or to the number of a guide */
    PyObject *charset; /* called with a content type; returns the charset, or None if the message is not usual */
    PyObject *words;   /* called with a value and the charset; returns the value's text */
    PyObject *date;    /* called with a date; returns it in ISO format */
    PyObject *damaged; /* called with a damaged body in base64, and True; returns the content */
    Py_ssize_t most, run; /* characters of a value, and of a line of encoded data */
    Py_ssize_t title_chars, field_chars; /* the most of a title, and of a field */
    Shown shown[MOST_SHOWN];
    int count;
    HeadField guides[GUIDES]; /* `name` is NULL if the message has none */
    const uint8_t *begin, *body, *end;
    Py_ssize_t line;   /* of the message */
    int transfer;
    Bytes content;     /* of the body, if it was encoded */
    Bytes text;
    Numbers lines, ends;
} Message;

/* ------------------------------------------------------------------ the head */

static int
is_blank_byte(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Return the end of a line, after its line end. */
static const uint8_t *
after_line(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *stop = find(at, end, '\n');
    return stop == NULL ? end : stop + 1;
}

/* Return the colon after the name of the field at `at`, or NULL. */
static const uint8_t *
colon_of(const uint8_t *at, const uint8_t *end)
{
    while (at < end && *at > ' ' && *at < 127 && *at != ':') {
        at++;
    }
    return at < end && *at == ':' ? at : NULL;
}

static int
begins_envelope(const uint8_t *at, const uint8_t *end)
{
    return end - at >= 5 && memcmp(at, "From ", 5) == 0;
}

static int
is_edge(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Return the value of a field, cut after `most` characters, with surrogates for bytes above 127. */
static PyObject *
value_of(const HeadField *field, Py_ssize_t most)
{
    Py_ssize_t size = field->end - field->at;
    return PyUnicode_Decode((const char *)field->at, size < most ? size : most, "ascii", "surrogateescape");
}

static int
is_shown(const Message *message, PyObject *pair)
{
    for (int i = 0; i < message->count; i++) {
        if (message->shown[i].name == PyTuple_GetItem(pair, 0)) {
            return 1;
        }
    }
    return 0;
}

/* Keep a field if it is known and the first of its name. */
static void
keep_field(Message *message, const HeadField *field)
{
    char lower[32] = {0};
    size_t size = (size_t)(field->name_end - field->name);
    if (size >= sizeof lower) {
        return;
    }
    for (size_t i = 0; i < size; i++) {
        lower[i] = (char)in_small(field->name[i]);
    }
    PyObject *known = PyDict_GetItemString(message->known, lower);
    if (known == NULL) {
        return;
    }
    if (PyLong_Check(known)) {
        long guide = PyLong_AsLong(known);
        if (guide >= 0 && guide < GUIDES && message->guides[guide].name == NULL) {
            message->guides[guide] = *field;
        }
    }
    else if (PyTuple_Check(known) && PyTuple_Size(known) == 2 && message->count < MOST_SHOWN && !is_shown(message, known)) {
        Shown *shown = &message->shown[message->count++];
        *shown = (Shown){PyTuple_GetItem(known, 0), PyTuple_GetItem(known, 1), NULL, *field};
    }
}

/* Take the field that begins on a line, with its continuation lines. Its value ends at its last line end, or with
 * the head. Return its end. */
static const uint8_t *
take_field(Message *message, Py_ssize_t *number, const uint8_t *at, const uint8_t *end)
{
    const uint8_t *colon = colon_of(at, end), *stop = after_line(at, end);
    const Py_ssize_t first = (*number)++;
    while (stop < end && is_blank_byte(*stop)) {
        stop = after_line(stop, end);
        (*number)++;
    }
    if (colon != NULL && colon > at) {
        HeadField field = {at, colon, colon + 1, stop, first};
        field.end -= field.end > field.at && field.end[-1] == '\n';
        while (field.at < field.end && is_edge(*field.at)) {
            field.at++;
        }
        while (field.at < field.end && is_edge(field.end[-1])) {
            field.end--;
        }
        keep_field(message, &field);
    }
    return stop;
}

/* Read the fields of the head. Return where the body begins. */
static const uint8_t *
read_head(Message *message)
{
    const uint8_t *at = message->begin, *end = message->end;
    Py_ssize_t number = 1;
    if (begins_envelope(at, end)) {
        at = after_line(at, end);
        number++;
    }
    while (at < end) {
        const uint8_t *next = after_line(at, end);
        int is_envelope = begins_envelope(at, end) && next[-1] == '\n' && next < end
                          && (is_blank_byte(*next) || colon_of(next, end) != NULL);
        if (!is_envelope && !is_blank_byte(*at) && colon_of(at, end) == NULL) {
            break;
        }
        at = take_field(message, &number, at, end);
    }
    const uint8_t *blank = at + (at < end && *at == '\r');
    return blank < end && *blank == '\n' ? blank + 1 : at;
}

static int
is_plain(const HeadField *field)
{
    for (const uint8_t *at = field->at; at < field->end; at++) {
        if (*at >= 0x80 || (*at == '=' && at + 1 < field->end && at[1] == '?')) {
            return 0;
        }
    }
    return 1;
}

/* Return the text of a field, which the message has. */
static PyObject *
text_in(const Message *message, const HeadField *field, PyObject *charset)
{
    if (is_plain(field)) {
        return spaced_once(field->at, field->end - field->at < message->most ? field->end : field->at + message->most);
    }
    return PyObject_CallFunction(message->words, "NO", value_of(field, message->most), charset);
}

/* Set the values of the fields, and drop fields without one. Return -1 with an exception. */
static int
read_values(Message *message, PyObject *charset)
{
    int kept = 0, count = message->count;
    message->count = 0;
    for (int i = 0; i < count; i++) {
        Shown shown = message->shown[i];
        shown.value = text_in(message, &shown.sent, charset);
        if (shown.value == NULL) {
            return -1;
        }
        if (!PyUnicode_Check(shown.value) || PyUnicode_GetLength(shown.value) == 0) {
            Py_DECREF(shown.value);
            continue;
        }
        message->shown[kept++] = shown;
        message->count = kept;
    }
    return 0;
}

/* Return the value of the field, or NULL if there is none. It is borrowed. */
static PyObject *
value_named(const Message *message, const char *field)
{
    for (int i = 0; i < message->count; i++) {
        if (PyUnicode_CompareWithASCIIString(message->shown[i].field, field) == 0) {
            return message->shown[i].value;
        }
    }
    return NULL;
}

static int
is_word(const HeadField *field, const char *word)
{
    const uint8_t *at = field->at;
    while (at < field->end && *word && in_small(*at) == (uint8_t)*word) {
        at++;
        word++;
    }
    return at == field->end && !*word;
}

/* Set the transfer encoding. Return 0 if it is another one. */
static int
read_transfer(Message *message)
{
    static const struct {
        const char *word;
        int transfer;
    } KNOWN[] = {{"7bit", AS_SENT}, {"8bit", AS_SENT}, {"binary", AS_SENT}, {"", AS_SENT},
                 {"quoted-printable", QUOTED}, {"base64", BASE64}};
    const HeadField *field = &message->guides[TRANSFER_ENCODING];
    for (size_t i = 0; i < COUNT(KNOWN); i++) {
        if (field->name == NULL || is_word(field, KNOWN[i].word)) {
            message->transfer = field->name == NULL ? AS_SENT : KNOWN[i].transfer;
            return 1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ the text */

/* Append the lines of the head. A sender who is named twice stands there once. */
static int
put_head(Message *message)
{
    PyObject *sender = value_named(message, "from");
    for (int i = 0; i < message->count; i++) {
        const Shown *shown = &message->shown[i];
        int is_from = PyUnicode_CompareWithASCIIString(shown->field, "from") == 0;
        if (!is_from && sender != NULL && PyUnicode_Compare(shown->value, sender) == 0) {
            continue;
        }
        Py_ssize_t size, named;
        const char *value = PyUnicode_AsUTF8AndSize(shown->value, &size);
        const char *name = value == NULL ? NULL : PyUnicode_AsUTF8AndSize(shown->name, &named);
        if (name == NULL || put(&message->text, name, (size_t)named) < 0 || put(&message->text, ": ", 2) < 0
            || put(&message->text, value, (size_t)size) < 0 || put_byte(&message->text, '\n') < 0
            || add_number(&message->lines, (uint64_t)(message->line + shown->sent.line - 1)) < 0) {
            return -1;
        }
    }
    uint64_t last = message->lines.count ? message->lines.values[message->lines.count - 1] : 0;
    return put_byte(&message->text, '\n') < 0 ? -1 : add_number(&message->lines, last);
}

/* Append a text with `\n` for every line end. Return the number of its lines, or -1. */
static Py_ssize_t
put_body(Bytes *text, const uint8_t *at, const uint8_t *end)
{
    Py_ssize_t count = 1;
    const int has_returns = memchr(at, '\r', (size_t)(end - at)) != NULL;
    while (at < end) {
        const uint8_t *stop = at;
        if (has_returns) {
            while (stop < end && *stop != '\n' && *stop != '\r') {
                stop++;
            }
        }
        else {
            stop = line_end(at, end);
        }
        if (put(text, at, (size_t)(stop - at)) < 0) {
            return -1;
        }
        at = stop;
        if (at < end) {
            at += end - at > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 1;
            count++;
            if (put_byte(text, '\n') < 0) {
                return -1;
            }
        }
    }
    return count;
}

/* Make `numbers` have `count` numbers after the first `before`. */
static int
fit(Numbers *numbers, size_t before, Py_ssize_t count, uint64_t last)
{
    while (numbers->count < before + (size_t)count) {
        if (add_number(numbers, last) < 0) {
            return -1;
        }
    }
    numbers->count = before + (size_t)count;
    return 0;
}

/* Return whether a line of quoted-printable text, given without its line end, continues on the next line. */
static int
goes_on(const uint8_t *at, const uint8_t *end)
{
    while (end > at && (is_blank_byte(end[-1]) || (end[-1] >= '\v' && end[-1] <= '\r'))) {
        end--;
    }
    return end > at && end[-1] == '=';
}

/* Add the first and last lines of each line of quoted-printable text that begins on line `number`. */
static int
note_lines(Numbers *lines, Numbers *ends, const uint8_t *at, const uint8_t *end, Py_ssize_t number)
{
    int is_further = 0;
    for (;; number++) {
        const uint8_t *stop = find(at, end, '\n');
        int more = goes_on(at, stop == NULL ? end : stop);
        if ((!is_further && add_number(lines, (uint64_t)number) < 0)
            || (!more && add_number(ends, (uint64_t)number) < 0)) {
            return -1;
        }
        if (stop == NULL) {
            return 0;
        }
        is_further = more;
        at = stop + 1;
    }
}

/* Append the lines of the file for each of `count` lines of the content. */
static int
put_lines(Message *message, Py_ssize_t count)
{
    const size_t before = message->lines.count;
    const Py_ssize_t first = message->line + line_ends_in(message->begin, message->body);
    if (message->transfer == QUOTED) {
        const uint64_t last = (uint64_t)(first + line_ends_in(message->body, message->end));
        for (size_t i = 0; i < before; i++) {
            if (add_number(&message->ends, message->lines.values[i]) < 0) {
                return -1;
            }
        }
        return note_lines(&message->lines, &message->ends, message->body, message->end, first) < 0
                       || fit(&message->lines, before, count, last) < 0
                   ? -1
                   : fit(&message->ends, before, count, last);
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (add_number(&message->lines, (uint64_t)(first + (message->transfer == AS_SENT ? i : 0))) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
hex_digit(uint8_t c)
{
    return c >= '0' && c <= '9' ? c - '0' : in_small(c) >= 'a' && in_small(c) <= 'f' ? in_small(c) - 'a' + 10 : -1;
}

/* Append a body in quoted-printable without its encoding, as binascii.a2b_qp does. */
static int
put_quoted(Bytes *content, const uint8_t *at, const uint8_t *end)
{
    for (;;) {
        const uint8_t *mark = find(at, end, '='), *stop = mark == NULL ? end : mark;
        if (put(content, at, (size_t)(stop - at)) < 0) {
            return -1;
        }
        if (mark == NULL || (at = mark + 1) == end) {
            return 1;
        }
        if (*at == '\n' || *at == '\r') { /* the line goes on */
            at = after_line(at, end);
            continue;
        }
        const int high = hex_digit(*at), low = end - at > 1 ? hex_digit(at[1]) : -1, is_byte = high >= 0 && low >= 0;
        if (put_byte(content, is_byte ? (uint8_t)(high << 4 | low) : '=') < 0) {
            return -1;
        }
        at += is_byte ? 2 : *at == '=';
    }
}

/* Append a body in base64 without its encoding. Return 0 if it is damaged: `content_of` of mime.py reads that. */
static int
put_base64(Bytes *content, const uint8_t *at, const uint8_t *end)
{
    static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t values[256];
    uint32_t bits = 0;
    Py_ssize_t count = 0, padding = 0;
    memset(values, 0xff, sizeof values);
    for (uint8_t i = 0; i < 64; i++) {
        values[(uint8_t)DIGITS[i]] = i;
    }
    if (reserve(&content->data, &content->room, (size_t)(end - at) / 4 * 3 + 3, 1) < 0) {
        return -1;
    }
    uint8_t *to = content->data;
    for (; at < end && *at != '='; at++) {
        if (values[*at] < 64) {
            bits = bits << 6 | values[*at];
            if (++count % 4 == 0) {
                *to++ = (uint8_t)(bits >> 16);
                *to++ = (uint8_t)(bits >> 8);
                *to++ = (uint8_t)bits;
            }
        }
        else if (*at != '\n' && *at != '\r') {
            return 0;
        }
    }
    for (; at < end && (*at == '=' || *at == '\n' || *at == '\r'); at++) {
        padding += *at == '=';
    }
    if (at < end || padding > 2 || (count + padding) % 4) {
        return 0;
    }
    if (padding) { /* two bytes of three digits, or one of two */
        *to++ = (uint8_t)(bits >> (padding == 1 ? 10 : 4));
    }
    if (padding == 1) {
        *to++ = (uint8_t)(bits >> 2);
    }
    content->used = (size_t)(to - content->data);
    return 1;
}

/* Set the content of the body. */
static int
decode_body(Message *message, const uint8_t **at, const uint8_t **end)
{
    Bytes *content = &message->content;
    int found = message->transfer == QUOTED ? put_quoted(content, *at, *end) : put_base64(content, *at, *end);
    if (found == 0) {
        Py_ssize_t size;
        char *bytes = NULL;
        PyObject *sent = as_bytes(*at, (size_t)(*end - *at));
        PyObject *said = sent == NULL ? NULL : PyObject_CallFunctionObjArgs(message->damaged, sent, Py_True, NULL);
        found = said == NULL || PyBytes_AsStringAndSize(said, &bytes, &size) < 0 ? -1 : put(content, bytes, (size_t)size);
        Py_XDECREF(sent);
        Py_XDECREF(said);
    }
    *at = content->data;
    *end = content->data + content->used;
    return found;
}

/* Compose the text. Return 0 if the message is not usual, or -1 with an exception. */
static int
compose(Message *message)
{
    static const char ENCRYPTED[] = "-----BEGIN PGP MESSAGE";
    const uint8_t *at = message->body, *end = message->end;
    if (end - at >= (Py_ssize_t)sizeof ENCRYPTED - 1 && memcmp(at, ENCRYPTED, sizeof ENCRYPTED - 1) == 0) {
        return 0;
    }
    if (message->transfer != AS_SENT && decode_body(message, &at, &end) < 0) {
        return -1;
    }
    if (!may_be_utf_8(at, end) || *at == 0xef || !is_utf_8(at, end) || is_blank(at, end)) { /* 0xef: perhaps a mark */
        return 0;
    }
    if (reserve(&message->text.data, &message->text.room, (size_t)(end - at) + 512, 1) < 0 || put_head(message) < 0) {
        return -1;
    }
    Py_ssize_t count = put_body(&message->text, at, end);
    if (count < 0 || put_lines(message, count) < 0) {
        return -1;
    }
    return !may_hold_runs(message->text.data, message->text.data + message->text.used, message->run);
}

/* ------------------------------------------------------------------ for Python */

/* Return whether two shown fields become the same field of the document. */
static int
is_same_field(const Message *message, int one, int other)
{
    return PyUnicode_Compare(message->shown[one].field, message->shown[other].field) == 0;
}

/* Return the first `most` characters of a text, which is taken over. */
static PyObject *
cut_text(PyObject *text, Py_ssize_t most)
{
    if (text == NULL || PyUnicode_GetLength(text) <= most) {
        return text;
    }
    PyObject *cut = PyUnicode_Substring(text, 0, most);
    Py_DECREF(text);
    return cut;
}

/* Add the first reference of a field to another message, if there is one. Return whether there is one. */
static int
add_reference(const Message *message, PyObject *fields)
{
    const HeadField *references = &message->guides[REFERENCES];
    const int has_references = references->name != NULL && references->at < references->end;
    const HeadField *field = has_references ? references : &message->guides[IN_REPLY_TO];
    const uint8_t *at = field->at, *end = field->end;
    end = end - at > message->most ? at + message->most : end;
    while (field->name != NULL && (at = find(at, end, '<')) != NULL) {
        const uint8_t *begin = ++at;
        while (at < end && *at != '<' && *at != '>' && !(*at < 0x80 && is_space(*at)) && at - begin < LONGEST_REFERENCE) {
            at++;
        }
        if (at > begin && at < end && *at == '>') {
            PyObject *said = PyUnicode_DecodeUTF8((const char *)begin, at - begin, "replace");
            return append(fields, Py_BuildValue("(sN)", "thread", said));
        }
    }
    return 0;
}

/* Return whether a text has a form: `0` is a digit, `A` and `a` are letters, `+` is a sign, and others are themselves. */
static int
has_form(const char *at, const char *form)
{
    for (; *form; at++, form++) {
        int fits = *form == '0'   ? *at >= '0' && *at <= '9'
                   : *form == 'A' ? *at >= 'A' && *at <= 'Z'
                   : *form == 'a' ? *at >= 'a' && *at <= 'z'
                   : *form == '+' ? *at == '+' || *at == '-'
                                  : *at == *form;
        if (!fits) {
            return 0;
        }
    }
    return 1;
}

/* Return a date in ISO format, as `_date` of mail.py does. That is called for what is rare, and for days that some months
 * do not have. */
static PyObject *
iso_date(const Message *message, PyObject *value)
{
    static const char MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    Py_ssize_t size;
    const char *at = PyUnicode_AsUTF8AndSize(value, &size), *month = NULL;
    if (at == NULL) {
        return NULL;
    }
    const Py_ssize_t skipped = size > 5 && has_form(at, "Aaa, ") ? 5 : 0, digits = size - skipped == 25 ? 1 : 2;
    char sent[27] = "0", iso[] = "0000-00-00T00:00:00+00:00";
    if (size - skipped == 24 + digits) {
        memcpy(sent + 2 - digits, at + skipped, (size_t)(24 + digits));
        for (month = MONTHS; *month && memcmp(month, sent + 3, 3) != 0; month += 3) {
        }
    }
    if (month == NULL || !*month || !has_form(sent, "00 Aaa 0000 00:00:00 +0000") || memcmp(sent, "01", 2) < 0
        || memcmp(sent, "28", 2) > 0 || sent[7] < '1' || sent[7] > '2' || memcmp(sent + 12, "23", 2) > 0
        || sent[15] > '5' || sent[18] > '5' || memcmp(sent + 22, "23", 2) > 0 || sent[24] > '5'
        || memcmp(sent + 21, "-0000", 5) == 0) {
        return PyObject_CallFunctionObjArgs(message->date, value, NULL);
    }
    const int number = (int)(month - MONTHS) / 3 + 1;
    memcpy(iso, sent + 7, 4);
    iso[5] = (char)('0' + number / 10);
    iso[6] = (char)('0' + number % 10);
    memcpy(iso + 8, sent, 2);
    memcpy(iso + 11, sent + 12, 8);
    memcpy(iso + 19, sent + 21, 3);
    memcpy(iso + 23, sent + 24, 2);
    return PyUnicode_FromStringAndSize(iso, sizeof iso - 1);
}

/* Return the fields of the document as the dict of the twin has them: each where its last one stands, from the end of
 * the head on, with the value of its first one. */
static PyObject *
stated(const Message *message)
{
    PyObject *fields = PyList_New(0);
    for (int i = message->count - 1; i >= 0 && fields != NULL; i--) {
        int first = 0, last = message->count - 1;
        while (!is_same_field(message, first, i)) {
            first++;
        }
        while (!is_same_field(message, last, i)) {
            last--;
        }
        if (last == i) {
            PyObject *field = message->shown[i].field, *value = message->shown[first].value;
            int is_date = PyUnicode_CompareWithASCIIString(field, "date") == 0;
            PyObject *said = is_date ? iso_date(message, value) : Py_NewRef(value);
            said = cut_text(said, message->field_chars);
            if (said == NULL || append(fields, Py_BuildValue("(ON)", field, said)) < 0) {
                Py_CLEAR(fields);
            }
        }
    }
    if (fields != NULL && add_reference(message, fields) < 0) {
        Py_CLEAR(fields);
    }
    return fields;
}

/* Return the message's own id, without brackets. */
static PyObject *
own_id(const Message *message)
{
    const HeadField *field = &message->guides[MESSAGE_ID];
    PyObject *nothing = PyUnicode_FromStringAndSize("", 0);
    if (nothing == NULL || field->name == NULL) {
        return nothing;
    }
    PyObject *said = text_in(message, field, nothing);
    PyObject *id = said == NULL ? NULL : PyObject_CallMethod(said, "strip", "s", "<> ");
    Py_DECREF(nothing);
    Py_XDECREF(said);
    return id;
}

/* Return the title: the subject, or who sent the message. */
static PyObject *
title(const Message *message)
{
    PyObject *subject = value_named(message, "subject"), *sender = value_named(message, "from");
    PyObject *found = subject != NULL ? Py_NewRef(subject)
                      : sender != NULL ? PyUnicode_FromFormat("mail from %U", sender)
                                       : PyUnicode_FromString("mail from nobody");
    return cut_text(found, message->title_chars);
}

/* Return the title, the fields and the id of the message, and its FoundText. */
static PyObject *
result_of(PyObject *module, Message *message, PyObject *finder)
{
    const uint8_t *start = message->text.data;
    const Py_ssize_t characters = characters_in(start, start + message->text.used);
    PyObject *heading = PyUnicode_FromStringAndSize("", 0);
    const Headed section = {0, characters, heading};
    PyObject *found = heading == NULL ? NULL
                                      : found_text(module, finder, &message->text, &message->lines, &message->ends,
                                                   characters, &section, 1);
    Py_XDECREF(heading);
    return found == NULL ? NULL : Py_BuildValue("(NNNN)", title(message), stated(message), own_id(message), found);
}

/* Read the message. Return 1, 0 if it is not usual, or -1 with an exception. */
static int
read_message(Message *message)
{
    if (message->end == message->begin || *message->begin == '\r' || *message->begin == '\n' || *message->begin == 0xef) {
        return 0;
    }
    message->body = read_head(message);
    if (!message->count || message->guides[DISPOSITION].name != NULL || !read_transfer(message)) {
        return 0;
    }
    const HeadField *type = &message->guides[CONTENT_TYPE];
    PyObject *kind = type->name == NULL ? PyUnicode_FromStringAndSize("", 0) : value_of(type, message->most);
    PyObject *charset = PyObject_CallFunction(message->charset, "N", kind);
    int found = charset == NULL ? -1 : charset != Py_None;
    if (found > 0 && read_values(message, charset) < 0) {
        found = -1;
    }
    Py_XDECREF(charset);
    return found > 0 ? (message->count ? compose(message) : 0) : found;
}

PyObject *
core_usual_message(PyObject *module, PyObject *args)
{
    PyObject *data, *finder;
    Py_ssize_t start, stop, size;
    char *bytes;
    Message message = {0};
    if (!PyArg_ParseTuple(args, "OnnnO!(O!OOOOnnnn)", &data, &start, &stop, &message.line, core_type(module, TYPE_finder),
                          &finder, &PyDict_Type, &message.known, &message.charset, &message.words, &message.date,
                          &message.damaged, &message.most, &message.run, &message.title_chars,
                          &message.field_chars)
        || PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return NULL;
    }
    if (start < 0 || stop < start || stop > size || message.most < 0 || message.run < 1 || message.title_chars < 0
        || message.field_chars < 0 || message.line < 1) {
        return PyErr_Format(PyExc_ValueError, "a message lies in its bytes");
    }
    message.begin = (const uint8_t *)bytes + start;
    message.end = (const uint8_t *)bytes + stop;
    int found = read_message(&message);
    PyObject *result = found < 0 ? NULL : found ? result_of(module, &message, finder) : Py_NewRef(Py_None);
    for (int i = 0; i < message.count; i++) {
        Py_XDECREF(message.shown[i].value);
    }
    free(message.content.data);
    free(message.text.data);
    free(message.lines.values);
    free(message.ends.values);
    return result;
}

PyObject *
core_unwrapped(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *sent, *found = NULL;
    char *bytes;
    Py_ssize_t size, first;
    Numbers lines = {0}, ends = {0};
    if (!PyArg_ParseTuple(args, "On", &sent, &first) || PyBytes_AsStringAndSize(sent, &bytes, &size) < 0) {
        return NULL;
    }
    if (note_lines(&lines, &ends, (const uint8_t *)bytes, (const uint8_t *)bytes + size, first) == 0) {
        found = Py_BuildValue("(NN)", numbers_as_bytes(&lines), numbers_as_bytes(&ends));
    }
    free(lines.values);
    free(ends.values);
    return found;
}
