/* Cut long blocks into parts: `_divide` of corpus/split.py. */

#include "memory.h"
#include "text.h"

/* The code points of a block, for random access. */
typedef struct {
    const uint32_t *codes;
    Py_ssize_t size;
    int wrapped;
} Text;

int
is_stop(uint32_t code)
{
    return code == '.' || code == '!' || code == '?' || code == 0x2026;
}

int
is_wide_stop(uint32_t code)
{
    switch (code) {
    case 0x3002: case 0xff01: case 0xff1f: case 0xff61: case 0xff0e: case 0x0964: case 0x0965: case 0x06d4: case 0x061f:
    case 0x0589: case 0x1362:
        return 1;
    default:
        return 0;
    }
}

int
is_closer(uint32_t code)
{
    switch (code) {
    case '"': case '\'': case ')': case ']': case 0x201d: case 0x2019: case 0xbb: case 0x203a: case 0x300d: case 0x300f:
    case 0xff09: case 0x3011: case 0x300b:
        return 1;
    default:
        return 0;
    }
}

/* Return the first place from `at` on whose character is none of a kind. */
static Py_ssize_t
after(int (*is_of_kind)(uint32_t code), const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    while (at < end && is_of_kind(text->codes[at])) {
        at++;
    }
    return at;
}

/* Return the end of the sentence that ends with the stops `[at, stops)`, or -1 if none does. */
static Py_ssize_t
sentence_end(const Text *text, Py_ssize_t at, Py_ssize_t stops, Py_ssize_t end)
{
    uint32_t previous = at > 0 ? text->codes[at - 1] : 0;
    if (stops == at + 1 && previous >= 'A' && previous <= 'Z') {
        return -1; /* an initial */
    }
    Py_ssize_t closed = after(is_closer, text, stops, end), next = after(is_space, text, closed, end);
    if (next == closed || next == end || (text->codes[next] >= 'a' && text->codes[next] <= 'z')) {
        return -1;
    }
    return closed;
}

/* Return the last line end in the white space that begins with the line end at `at`, or -1 if there is no other. */
static Py_ssize_t
blank_line(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    Py_ssize_t last = after(is_space, text, at + 1, end) - 1;
    while (last > at && text->codes[last] != '\n') {
        last--;
    }
    return last > at ? last : -1;
}

/* Return the first good cut at or after `at` and before `end`, or -1. */
typedef Py_ssize_t (*Finding)(const Text *text, Py_ssize_t at, Py_ssize_t end);

static Py_ssize_t
next_sentence(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    while (at < end) {
        uint32_t code = text->codes[at];
        Py_ssize_t found = -1, next = at + 1;
        if (is_stop(code)) {
            next = after(is_stop, text, next, end);
            found = sentence_end(text, at, next, end);
        }
        else if (is_wide_stop(code)) {
            found = after(is_closer, text, next, end);
        }
        else if (code == '\n') {
            found = text->wrapped ? blank_line(text, at, end) : -1;
            next = text->wrapped ? after(is_space, text, next, end) : next;
        }
        if (found >= 0) {
            return found;
        }
        at = next;
    }
    return -1;
}

static Py_ssize_t
next_line(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    for (; at < end; at++) {
        if (text->codes[at] == '\n') {
            return at + 1;
        }
    }
    return -1;
}

static Py_ssize_t
next_space(const Text *text, Py_ssize_t at, Py_ssize_t end)
{
    for (; at < end; at++) {
        if (is_space(text->codes[at])) {
            return at + 1;
        }
    }
    return -1;
}

static Py_ssize_t
distance(Py_ssize_t one, Py_ssize_t other)
{
    return one < other ? other - one : one - other;
}

/* Return the good cut in `[low, high)` that is nearest to `ideal`, or -1. */
static Py_ssize_t
nearest(const Text *text, Finding find, Py_ssize_t ideal, Py_ssize_t low, Py_ssize_t high)
{
    Py_ssize_t best = -1;
    for (Py_ssize_t at = find(text, low, high); at >= 0; at = find(text, at, high)) {
        if (best >= 0 && distance(at, ideal) >= distance(best, ideal)) {
            break;
        }
        best = at;
    }
    return best;
}

/* Return whether Python considers a character a combining mark, or -1 on failure. */
static int
is_mark(Splitting *splitting, uint32_t code)
{
    if (code < 0x300) {
        return 0;
    }
    if (splitting->released != NULL) {
        PyEval_RestoreThread(splitting->released);
    }
    PyObject *found = PyObject_CallFunction(splitting->is_mark, "k", (unsigned long)code);
    int is_one = found == NULL ? -1 : PyObject_IsTrue(found);
    Py_XDECREF(found);
    if (splitting->released != NULL) {
        splitting->released = PyEval_SaveThread();
    }
    return is_one;
}

/* Return the cut moved before a character and its combining marks, up to 32 characters: `_before_cluster` of
 * split.py. */
static Py_ssize_t
before_cluster(Splitting *splitting, const Text *text, Py_ssize_t at)
{
    for (Py_ssize_t back = at; back > at - 32; back--) {
        uint32_t here = text->codes[back], previous = text->codes[back - 1];
        if (here == 0x200d || here == 0xfe0f || previous == 0x200d || (here >= 0xdc00 && here <= 0xdfff)) {
            continue;
        }
        int joined = is_mark(splitting, here);
        if (joined <= 0) {
            return joined < 0 ? -1 : back;
        }
    }
    return at;
}

/* Return where to cut characters without a space, from `from` on, or -1 on failure. */
static Py_ssize_t
hard_cut(Splitting *splitting, const Text *text, Py_ssize_t from)
{
    Py_ssize_t most = splitting->measure->hard_cut, at = from + most;
    for (Py_ssize_t space = at - 1; space >= at - most / 2; space--) {
        if (text->codes[space] == ' ') {
            return space;
        }
    }
    return before_cluster(splitting, text, at);
}

/* Return the cut after the one at `last`, for a part that ends ideally at `ideal`, or -1 if there is none. */
static Py_ssize_t
next_cut(const Text *text, Py_ssize_t last, Py_ssize_t ideal, Py_ssize_t half)
{
    Py_ssize_t low = last + 1 > ideal - half ? last + 1 : ideal - half;
    Py_ssize_t high = ideal + half < text->size ? ideal + half : text->size;
    Finding best_first[] = {text->wrapped ? next_sentence : next_line, text->wrapped ? next_line : next_sentence, next_space};
    Py_ssize_t cut = -1;
    for (int kind = 0; kind < 3 && cut < 0; kind++) {
        cut = nearest(text, best_first[kind], ideal, low, high);
    }
    return cut;
}

/* Append the part before `cut`, without surrounding white space; `place` is where it begins, and moves to the
 * cut. */
static int
add_part(Splitting *splitting, Place *place, const Place *first, Py_ssize_t cut)
{
    Block block = {.start = *place};
    skip(place, first->character + cut - place->character, splitting->end);
    skip_space(&block.start, place->at);
    if (block.start.at == place->at) {
        return 0;
    }
    block.end = *place;
    strip(&block.end);
    return add_block(splitting, &block);
}

static int
cut_up(Splitting *splitting, const Block *block, const Text *text)
{
    Py_ssize_t parts = (block->words + splitting->measure->part_words - 1) / splitting->measure->part_words, last = 0;
    double size = (double)text->size / (double)parts;
    Place place = block->start;
    for (Py_ssize_t number = 1; number <= parts; number++) {
        Py_ssize_t cut = text->size;
        if (number < parts) {
            cut = next_cut(text, last, (Py_ssize_t)(size * (double)number), (Py_ssize_t)(size / 2));
            if (cut <= last) {
                continue;
            }
        }
        while (cut - last > splitting->measure->hard_cut) {
            last = hard_cut(splitting, text, last);
            if (last < 0 || add_part(splitting, &place, &block->start, last) < 0) {
                return -1;
            }
        }
        if (add_part(splitting, &place, &block->start, cut) < 0) {
            return -1;
        }
        last = cut;
    }
    return 0;
}

int
divide(Splitting *splitting, const Block *block)
{
    Py_ssize_t size = block->end.character - block->start.character;
    uint32_t *codes = array_of((size_t)size, sizeof(uint32_t));
    if (codes == NULL) {
        return -1;
    }
    const uint8_t *at = block->start.at;
    for (Py_ssize_t i = 0; i < size; i++) {
        int bytes;
        codes[i] = code_point(at, &bytes);
        at += bytes;
    }
    const Text text = {codes, size, splitting->wrapped};
    int failed = cut_up(splitting, block, &text);
    free(codes);
    return failed;
}
