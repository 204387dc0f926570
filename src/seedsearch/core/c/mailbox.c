/* The messages of a mailbox: their places, and the lines before them. corpus/formats/mbox.py says where one begins. */

#include "memory.h"
#include "utf8.h"

#define IS_DIGIT(c) ((c) >= '0' && (c) <= '9')

/* A message: its line that begins with "From ", where it begins behind it, the number of lines before that, and whether
 * a line of it is quoted. */
typedef struct {
    Py_ssize_t start, at, lines;
    int is_quoted;
} Found;

/* Return whether a line begins after a blank line, or with the data. */
static int
is_apart(const uint8_t *begin, const uint8_t *line)
{
    const Py_ssize_t before = line - begin;
    return !before || (before >= 2 && memcmp(line - 2, "\n\n", 2) == 0)
           || (before >= 3 && memcmp(line - 3, "\n\r\n", 3) == 0);
}

/* Return where a line ends without its line end, or NULL if there is a carriage return in it. */
static const uint8_t *
end_of_line(const uint8_t *line, const uint8_t *stop, int has_end)
{
    stop -= has_end && stop > line && stop[-1] == '\r';
    return find(line, stop, '\r') == NULL ? stop : NULL;
}

/* Return whether there are a time and a year behind it. */
static int
is_dated(const uint8_t *at, const uint8_t *end)
{
    while (end - at >= 5 && !(IS_DIGIT(at[0]) && IS_DIGIT(at[1]) && at[2] == ':' && IS_DIGIT(at[3]) && IS_DIGIT(at[4]))) {
        at++;
    }
    if (end - at < 5) {
        return 0;
    }
    int digits = 0;
    for (at += 5; at < end; at++) {
        digits = IS_DIGIT(*at) ? digits + 1 : 0;
        if (digits == 4) {
            return 1;
        }
    }
    return 0;
}

static int
is_quoted(const uint8_t *line, const uint8_t *end)
{
    const uint8_t *at = line;
    while (at < end && *at == '>') {
        at++;
    }
    return at > line && end - at >= 5 && memcmp(at, "From ", 5) == 0;
}

typedef struct {
    Found *messages;
    size_t count, room;
    Py_ssize_t first_end; /* behind the first line, if that may begin a message without a date; else -1 */
    int is_quoted;        /* a line before the first message */
} Mailbox;

static int
add_message(Mailbox *box, Py_ssize_t start, Py_ssize_t at, Py_ssize_t lines, int quoted)
{
    if (reserve(&box->messages, &box->room, box->count + 1, sizeof(Found)) < 0) {
        return -1;
    }
    box->messages[box->count++] = (Found){start, at, lines, quoted};
    return 0;
}

static int
find_messages(Mailbox *box, const uint8_t *begin, const uint8_t *end)
{
    Py_ssize_t lines = 0;
    box->first_end = -1;
    for (const uint8_t *line = begin; line < end; lines++) {
        const uint8_t *stop = line_end(line, end), *next = stop + (stop < end);
        if (*line == 'F' && stop - line >= 5 && memcmp(line, "From ", 5) == 0 && is_apart(begin, line)) {
            const uint8_t *last = end_of_line(line, stop, stop < end);
            if (last != NULL && line == begin && stop < end) {
                box->first_end = next - begin;
            }
            if (last != NULL && is_dated(line + 5, last)
                && add_message(box, line - begin, next - begin, lines + (stop < end), 0) < 0) {
                return -1;
            }
        }
        else if (*line == '>' && is_quoted(line, stop)) {
            *(box->count ? &box->messages[box->count - 1].is_quoted : &box->is_quoted) = 1;
        }
        line = next;
    }
    return box->count || box->first_end < 0 ? 0 : add_message(box, 0, box->first_end, 1, box->is_quoted);
}

PyObject *
core_mailbox(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *data;
    char *bytes;
    Py_ssize_t size;
    Mailbox box = {0};
    if (!PyArg_ParseTuple(args, "O", &data) || PyBytes_AsStringAndSize(data, &bytes, &size) < 0) {
        return NULL;
    }
    const uint8_t *begin = (const uint8_t *)bytes;
    PyObject *list = find_messages(&box, begin, begin + size) < 0 ? NULL : PyList_New(0);
    for (size_t i = 0; i < box.count && list != NULL; i++) {
        const Found *found = &box.messages[i];
        const Py_ssize_t end = i + 1 < box.count ? box.messages[i + 1].start : size;
        if (append(list, Py_BuildValue("(nnnnO)", found->start, found->at, end, found->lines,
                                       found->is_quoted ? Py_True : Py_False))
            < 0) {
            Py_CLEAR(list);
        }
    }
    free(box.messages);
    return list;
}
