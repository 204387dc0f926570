/* Choose the parts of a text to show, with their highlights. search/fragments.py describes each function. */

#include "memory.h"
#include "snippet.h"

#define WRAPPED 0.7
#define WRAPPED_FROM 30

/* The classes of a character. For characters beyond ASCII, the byte has the first five. */
#define LOWER 1
#define ALPHA 2
#define ALNUM 4
#define UNSPACED 8
#define FULL_STOP 16
#define BEYOND_ASCII 128

#define FRAGMENT_FIELDS 3 /* of `Fragment` in model.py */

#define IS_LINE_END(c) ((c) == '\n' || (c) == '\r')

typedef struct {
    Range *items;
    size_t count, room;
} Ranges;

typedef struct {
    const uint8_t *text; /* ends with a NUL */
    size_t size, width, lit_count, leaves;
    Lit *lit;
    Ranges highlights, pieces;
    uint8_t *is_end;   /* by offset: whether a sentence or a line ends before it */
    uint64_t *leaf_of; /* for each piece: a bit for each leaf with a highlight in it */
    size_t words;      /* numbers of 64 bits for a piece */
} Search;

static int
is_space(uint8_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
}

static int
has(uint8_t c, int what)
{
    if (c >= BEYOND_ASCII) {
        return (c & what) != 0;
    }
    int is_lower = c >= 'a' && c <= 'z', is_alpha = is_lower || (c >= 'A' && c <= 'Z');
    int bits = is_lower * LOWER | is_alpha * ALPHA | (is_alpha || (c >= '0' && c <= '9')) * ALNUM;
    return (bits & what) != 0;
}

static int
is_full_stop(uint8_t c)
{
    return c >= BEYOND_ASCII && (c & FULL_STOP);
}

static int
is_stop(uint8_t c)
{
    return c == '.' || c == '!' || c == '?' || is_full_stop(c);
}

static int
is_closing(uint8_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']';
}

static int
add_range(Ranges *ranges, size_t start, size_t end)
{
    if (reserve(&ranges->items, &ranges->room, ranges->count + 1, sizeof(Range)) < 0) {
        return -1;
    }
    ranges->items[ranges->count++] = (Range){start, end};
    return 0;
}

static int
merge_lit(Search *search)
{
    Ranges *spans = &search->highlights;
    for (size_t i = 0; i < search->lit_count; i++) {
        Range own = search->lit[i].range;
        Range *last = spans->count ? &spans->items[spans->count - 1] : NULL;
        if (last != NULL && own.start <= last->end) {
            last->end = own.end > last->end ? own.end : last->end;
        }
        else if (add_range(spans, own.start, own.end) < 0) {
            return -1;
        }
    }
    return 0;
}

/* ------------------------------------------------------------------ sentences and lines */

/* Return the end of the stop at `at` with its closers and spaces, or 0 if it ends no sentence. */
static size_t
end_of_sentence(const uint8_t *text, size_t size, size_t at)
{
    size_t end = at + 1;
    while (end < size && is_stop(text[end])) {
        end++;
    }
    while (end < size && is_closing(text[end])) {
        end++;
    }
    size_t space = end;
    while (end < size && is_space(text[end])) {
        end++;
    }
    if (is_full_stop(text[at])) {
        return end;
    }
    int is_initial = text[at] == '.' && at > 1 && has(text[at - 1], ALPHA) && !has(text[at - 2], ALNUM);
    return end == space || is_initial || (end < size && has(text[end], LOWER)) ? 0 : end;
}

/* Return the end of the line that begins at `at`, with its line end. */
static size_t
end_of_line(const Search *search, size_t at)
{
    const uint8_t *text = search->text;
    while (at < search->size && !IS_LINE_END(text[at])) {
        at++;
    }
    return at == search->size ? at : at + 1 + (text[at] == '\r' && at + 1 < search->size && text[at + 1] == '\n');
}

/* Mark the ends of lines that are not wrapped, and of blank lines. */
static void
find_line_ends(Search *search)
{
    const uint8_t *text = search->text;
    size_t longest = 0, start, end;
    for (start = 0; start < search->size; start = end) {
        end = end_of_line(search, start);
        longest = end - start > longest ? end - start : longest;
    }
    double wrap = WRAPPED * (double)longest > WRAPPED_FROM ? WRAPPED * (double)longest : WRAPPED_FROM;
    for (start = 0; start < search->size; start = end) {
        end = end_of_line(search, start);
        if ((double)(end - start) < wrap && !(end < search->size && has(text[end], LOWER))) {
            search->is_end[end] = 1;
        }
    }
    for (size_t at = 0; at < search->size; at++) {
        int lines = 0;
        for (; at < search->size && is_space(text[at]) && (lines || IS_LINE_END(text[at])); at++) {
            lines += text[at] == '\n' ? !(at && text[at - 1] == '\r') : text[at] == '\r';
        }
        if (lines > 1) {
            search->is_end[at] = 1;
        }
    }
}

static void
find_ends(Search *search)
{
    const uint8_t *text = search->text;
    int has_lines = 0;
    for (size_t at = 0; at < search->size; at++) {
        size_t end = is_stop(text[at]) && !(at && is_stop(text[at - 1])) ? end_of_sentence(text, search->size, at) : 0;
        has_lines = has_lines || IS_LINE_END(text[at]);
        search->is_end[end] = 1; /* is_end[0] is never read */
    }
    if (has_lines) {
        find_line_ends(search);
    }
    search->is_end[search->size] = 1;
}

/* ------------------------------------------------------------------ pieces */

static Range
stripped(const uint8_t *text, size_t start, size_t end)
{
    while (start < end && is_space(text[start])) {
        start++;
    }
    while (end > start && is_space(text[end - 1])) {
        end--;
    }
    return (Range){start, end};
}

static int
is_inside_highlight(const Search *search, size_t at)
{
    size_t low = 0, high = search->highlights.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (search->highlights.items[middle].start < at) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low && search->highlights.items[low - 1].end > at;
}

static int
is_between_words(const uint8_t *text, size_t at)
{
    uint8_t before = text[at - 1], after = text[at];
    return is_space(before) || is_space(after)
           || (has(after, ALNUM) && before >= BEYOND_ASCII && after >= BEYOND_ASCII && has(before, UNSPACED)
               && has(after, UNSPACED));
}

/* Return the best place to cut, at or before `limit`. */
static size_t
place_to_cut(const Search *search, size_t start, size_t limit)
{
    size_t middle = start + (limit - start) / 2, at = limit;
    for (; at > start && at >= middle; at--) {
        if (IS_LINE_END(search->text[at])) {
            return at;
        }
    }
    for (at = limit; at > start; at--) {
        if (is_between_words(search->text, at) && !is_inside_highlight(search, at)) {
            return at;
        }
    }
    return limit;
}

static int
add_pieces(Search *search, size_t start, size_t end)
{
    Range left = stripped(search->text, start, end);
    while (left.end - left.start > search->width) {
        size_t cut = place_to_cut(search, left.start, left.start + search->width);
        Range piece = stripped(search->text, left.start, cut);
        if (add_range(&search->pieces, piece.start, piece.end) < 0) {
            return -1;
        }
        left = stripped(search->text, cut, left.end);
    }
    return left.start < left.end ? add_range(&search->pieces, left.start, left.end) : 0;
}

/* Add the pieces that have highlights, or all if the text has none. */
static int
find_pieces(Search *search)
{
    size_t lit = 0, start = 0;
    for (size_t end = 1; end <= search->size; end++) {
        if (!search->is_end[end]) {
            continue;
        }
        size_t before = lit;
        while (lit < search->lit_count && search->lit[lit].range.start < end) {
            lit++;
        }
        if ((lit > before || search->lit_count == 0) && add_pieces(search, start, end) < 0) {
            return -1;
        }
        start = end;
    }
    return 0;
}

/* ------------------------------------------------------------------ the best */

static int
mark_leaves(Search *search)
{
    size_t piece = 0;
    search->words = search->leaves / 64 + 1;
    search->leaf_of = zeroed(search->pieces.count * search->words, sizeof(uint64_t));
    if (search->leaf_of == NULL) {
        return -1;
    }
    for (size_t i = 0; i < search->lit_count; i++) {
        const Lit *lit = &search->lit[i];
        while (piece < search->pieces.count && search->pieces.items[piece].end <= lit->range.start) {
            piece++;
        }
        if (piece < search->pieces.count && search->pieces.items[piece].start <= lit->range.start) {
            search->leaf_of[piece * search->words + lit->leaf / 64] |= (uint64_t)1 << lit->leaf % 64;
        }
    }
    return 0;
}

/* Count the leaves of a piece that are not in `shown`, or all if that is NULL. */
static size_t
count_leaves(const Search *search, size_t piece, const uint64_t *shown)
{
    size_t count = 0;
    for (size_t i = 0; i < search->words; i++) {
        uint64_t bits = search->leaf_of[piece * search->words + i] & ~(shown == NULL ? 0 : shown[i]);
        for (; bits; bits &= bits - 1) {
            count++;
        }
    }
    return count;
}

/* Return the piece that is not chosen yet and adds the most leaves, or the number of pieces if none has any. */
static size_t
best_piece(const Search *search, const uint8_t *is_chosen, const uint64_t *shown)
{
    size_t best = search->pieces.count, most_new = 0, most = 0;
    for (size_t n = 0; n < search->pieces.count; n++) {
        size_t all = is_chosen[n] ? 0 : count_leaves(search, n, NULL);
        size_t fresh = all ? count_leaves(search, n, shown) : 0;
        if (all && (best == search->pieces.count || fresh > most_new || (fresh == most_new && all > most))) {
            best = n;
            most_new = fresh;
            most = all;
        }
    }
    return best;
}

static int
choose(Search *search, size_t most, uint8_t *is_chosen)
{
    uint64_t *shown = zeroed(search->words, sizeof(uint64_t));
    if (shown == NULL) {
        return -1;
    }
    for (size_t chosen = 0; chosen < most; chosen++) {
        size_t best = best_piece(search, is_chosen, shown);
        if (best == search->pieces.count) {
            if (chosen == 0 && best) {
                is_chosen[0] = 1;
            }
            break;
        }
        is_chosen[best] = 1;
        for (size_t i = 0; i < search->words; i++) {
            shown[i] |= search->leaf_of[best * search->words + i];
        }
    }
    free(shown);
    return 0;
}

/* ------------------------------------------------------------------ for Python */

/* How a snippet is made: the types of fragments and of spans, the names of a fragment's fields, the line on which the text
 * begins, and how many lines follow it at each line end. */
typedef struct {
    PyTypeObject *fragment, *span;
    PyObject *names;
    Py_ssize_t line, step;
} Made;

static PyObject *
as_span(const Made *made, size_t start, size_t end)
{
    allocfunc allocate = (allocfunc)PyType_GetSlot(made->span, Py_tp_alloc);
    PyObject *span = allocate(made->span, 2), *first = PyLong_FromSize_t(start), *last = PyLong_FromSize_t(end);
    if (span == NULL || first == NULL || last == NULL) {
        Py_CLEAR(span);
        Py_XDECREF(first);
        Py_XDECREF(last);
        return NULL;
    }
    return PyTuple_SetItem(span, 0, first) < 0 || PyTuple_SetItem(span, 1, last) < 0 ? NULL : span;
}

/* Return the highlights inside a range. */
static PyObject *
highlights_in(const Search *search, const Made *made, size_t low, size_t high)
{
    const Range *items = search->highlights.items;
    size_t first = 0, last;
    while (first < search->highlights.count && items[first].end <= low) {
        first++;
    }
    for (last = first; last < search->highlights.count && items[last].start < high; last++) {
    }
    PyObject *found = PyTuple_New((Py_ssize_t)(last - first));
    for (size_t i = first; found != NULL && i < last; i++) {
        size_t start = items[i].start > low ? items[i].start : low, end = items[i].end < high ? items[i].end : high;
        PyObject *span = as_span(made, start, end);
        if (span == NULL || PyTuple_SetItem(found, (Py_ssize_t)(i - first), span) < 0) {
            Py_CLEAR(found);
        }
    }
    return found;
}

/* How many lines end in a range. */
static Py_ssize_t
lines_between(const Search *search, size_t at, size_t end)
{
    Py_ssize_t lines = 0;
    for (; at < end; at++) {
        lines += search->text[at] == '\r' || (search->text[at] == '\n' && !(at && search->text[at - 1] == '\r'));
    }
    return lines;
}

/* Return a range as a fragment. So many `lines` end before it, or before its match. */
static PyObject *
as_fragment(const Search *search, const Made *made, Range range, Py_ssize_t lines)
{
    PyObject *values[] = {
        as_span(made, range.start, range.end),
        PyLong_FromSsize_t((Py_ssize_t)((size_t)made->line + (size_t)lines * (size_t)made->step)), /* any index's line */
        highlights_in(search, made, range.start, range.end),
    };
    return core_made_of(made->fragment, made->names, values);
}

/* The chosen pieces as fragments. */
static PyObject *
fragments_of(const Search *search, const Made *made, const uint8_t *is_chosen)
{
    PyObject *found = PyList_New(0);
    Py_ssize_t lines = 0;
    size_t at = 0;
    for (size_t n = 0; found != NULL && n < search->pieces.count; n++) {
        Range piece = search->pieces.items[n];
        if (is_chosen[n]) {
            lines += lines_between(search, at, piece.start);
            at = piece.start;
            if (append(found, as_fragment(search, made, piece, lines)) < 0) {
                Py_CLEAR(found);
            }
        }
    }
    PyObject *fragments = found == NULL ? NULL : PyList_AsTuple(found);
    Py_XDECREF(found);
    return fragments;
}

static int
add_lit(Search *search, Py_ssize_t start, Py_ssize_t end, Py_ssize_t leaf)
{
    size_t before = search->lit_count ? search->lit[search->lit_count - 1].range.start : 0;
    if (start < 0 || (size_t)start < before || start >= end || (size_t)end > search->size || leaf < 0 || leaf > UINT16_MAX) {
        return wrong("what is lit is in the text, and in order");
    }
    search->leaves = (size_t)leaf > search->leaves ? (size_t)leaf : search->leaves;
    search->lit[search->lit_count++] = (Lit){{(size_t)start, (size_t)end}, (size_t)leaf};
    return 0;
}

static int
read_lit(Search *search, PyObject *given)
{
    Py_ssize_t count = PyList_Size(given), start, end, leaf;
    search->lit = zeroed((size_t)count, sizeof(Lit));
    int failed = search->lit == NULL;
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        failed = !PyArg_ParseTuple(PyList_GetItem(given, i), "nnn", &start, &end, &leaf)
                 || add_lit(search, start, end, leaf) < 0;
    }
    return failed ? -1 : 0;
}

static int
compare_sizes(size_t one, size_t other)
{
    return (one > other) - (one < other);
}

static int
compare_found(const void *first, const void *second)
{
    const FoundWord *one = first, *other = second;
    int by_start = compare_sizes(one->range.start, other->range.start);
    int by_end = compare_sizes(one->range.end, other->range.end);
    return by_start ? by_start : by_end ? by_end : compare_sizes(one->number, other->number);
}

/* Give each found word the number of the leaf that lights it, and put the words in order. */
static int
as_leaves(FoundWords *found, PyObject *leaves)
{
    for (size_t i = 0; i < found->count; i++) {
        PyObject *leaf = PyTuple_GetItem(leaves, (Py_ssize_t)found->items[i].number);
        size_t number = leaf == NULL ? 0 : PyLong_AsSize_t(leaf);
        if (PyErr_Occurred()) {
            return -1;
        }
        found->items[i].number = number;
    }
    if (found->count > 1) {
        qsort(found->items, found->count, sizeof *found->items, compare_found);
    }
    return 0;
}

/* Light the words that are found in the text: (folded text, what is wanted in it, the leaf of each of these). */
static int
find_lit(Search *search, PyObject *sought)
{
    PyObject *folded, *wanted, *leaves;
    FoundWords found = {0};
    if (!PyArg_ParseTuple(sought, "SO!O!", &folded, &PyTuple_Type, &wanted, &PyTuple_Type, &leaves)) {
        return -1;
    }
    int failed = find_words(folded, wanted, &found) < 0 || as_leaves(&found, leaves) < 0
                 || (search->lit = zeroed(found.count, sizeof(Lit))) == NULL;
    for (size_t i = 0; !failed && i < found.count; i++) {
        const FoundWord *own = &found.items[i];
        failed = add_lit(search, (Py_ssize_t)own->range.start, (Py_ssize_t)own->range.end, (Py_ssize_t)own->number) < 0;
    }
    free(found.items);
    return failed ? -1 : 0;
}

/* ------------------------------------------------------------------ windows: search/fragments.py describes them */

/* The first and the last of the matches to show; some are lit. */
static int
find_densest(const Search *search, size_t *first, size_t *last)
{
    uint32_t *inside = zeroed(search->leaves + 1, sizeof *inside);
    size_t leaves = 0, most = 0, begin = 0;
    if (inside == NULL) {
        return -1;
    }
    *first = *last = 0;
    for (size_t at = 0; at < search->lit_count; at++) {
        leaves += inside[search->lit[at].leaf]++ == 0;
        for (; begin < at && search->lit[at].range.end - search->lit[begin].range.start > search->width; begin++) {
            leaves -= --inside[search->lit[begin].leaf] == 0;
        }
        if (leaves > most || (leaves == most && at - begin > *last - *first)) {
            most = leaves;
            *first = begin;
            *last = at;
        }
    }
    free(inside);
    return 0;
}

/* Where the window begins between `low` and the first match. */
static size_t
beginning(const uint8_t *text, size_t low, size_t start)
{
    for (size_t at = low; at < start; at++) {
        size_t end = at + 1;
        int is_end = IS_LINE_END(text[at]) || is_full_stop(text[at]);
        if (!is_end && is_stop(text[at])) {
            while (end < start && is_closing(text[end])) {
                end++;
            }
            is_end = end < start && is_space(text[end]);
        }
        if (is_end) {
            while (end < start && is_space(text[end])) {
                end++;
            }
            return end;
        }
    }
    while (low < start && !is_between_words(text, low)) {
        low++;
    }
    return low;
}

/* A range that is as long as the window, if the text is, and holds the matches from `start` to `end`. */
static Range
around(const Search *search, size_t start, size_t end)
{
    size_t room = search->width - (end - start), last = search->size > search->width ? search->size - search->width : 0;
    size_t low = start > room / 2 ? start - room / 2 : 0;
    low = low < last ? low : last;
    if (low) {
        low = beginning(search->text, low, start);
    }
    size_t high = search->size - low > search->width ? low + search->width : search->size;
    if (high < search->size) {
        size_t at = high;
        while (at > end && !is_between_words(search->text, at)) {
            at--;
        }
        high = at > end ? at : high;
    }
    return stripped(search->text, low, high);
}

static int
find_window(const Search *search, Range *window, size_t *match)
{
    size_t first, last, end = 0;
    *match = 0;
    if (search->lit_count == 0) {
        *window = around(search, 0, 0);
        return 0;
    }
    if (find_densest(search, &first, &last) < 0) {
        return -1;
    }
    *match = search->lit[first].range.start;
    for (; first <= last; first++) {
        end = search->lit[first].range.end > end ? search->lit[first].range.end : end;
    }
    *window = around(search, *match, end - *match < search->width ? end : *match + search->width);
    return 0;
}

/* At most `most` fragments. */
static PyObject *
best_fragments(Search *search, const Made *made, size_t most)
{
    PyObject *fragments = NULL;
    uint8_t *is_chosen = NULL;
    if (most == 0) {
        return PyTuple_New(0);
    }
    if ((search->is_end = zeroed(search->size + 1, 1)) == NULL) {
        return NULL;
    }
    find_ends(search);
    if (find_pieces(search) == 0 && mark_leaves(search) == 0
        && (is_chosen = zeroed(search->pieces.count, 1)) != NULL && choose(search, most, is_chosen) == 0) {
        fragments = fragments_of(search, made, is_chosen);
    }
    free(is_chosen);
    return fragments;
}

/* The fragments, the highlights, the window, and where the window's match begins. */
static PyObject *
snippet_of(Search *search, const Made *made, size_t most, size_t window_width)
{
    size_t match;
    Range window;
    PyObject *fragments = merge_lit(search) < 0 ? NULL : best_fragments(search, made, most);
    search->width = window_width;
    if (fragments == NULL || find_window(search, &window, &match) < 0) {
        Py_XDECREF(fragments);
        return NULL;
    }
    PyObject *highlights = highlights_in(search, made, 0, search->size);
    PyObject *shown = as_fragment(search, made, window, lines_between(search, 0, match));
    return Py_BuildValue("(NNNn)", fragments, highlights, shown, (Py_ssize_t)match);
}

PyObject *
core_snippet(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *lit;
    char *bytes;
    Py_ssize_t size, most, width, window_width;
    Made made;
    if (!PyArg_ParseTuple(args, "SOnnn(O!O!O!)(nn)", &text, &lit, &most, &width, &window_width, &PyType_Type,
                          &made.fragment, &PyType_Type, &made.span, &PyTuple_Type, &made.names, &made.line, &made.step)
        || PyBytes_AsStringAndSize(text, &bytes, &size) < 0) {
        return NULL;
    }
    if (!PyList_Check(lit) && !PyTuple_Check(lit)) {
        return PyErr_Format(PyExc_TypeError, "what is lit is a list, or a tuple that says what to find");
    }
    if (!PyType_IsSubtype(made.span, &PyTuple_Type) || PyTuple_Size(made.names) != FRAGMENT_FIELDS) {
        return PyErr_Format(PyExc_TypeError, "a span is a tuple, and a fragment has other fields");
    }
    Search search = {.text = (const uint8_t *)bytes, .size = (size_t)size, .width = width < 1 ? 1 : (size_t)width};
    int failed = (PyList_Check(lit) ? read_lit(&search, lit) : find_lit(&search, lit)) < 0;
    PyObject *found = failed ? NULL
                             : snippet_of(&search, &made, most < 0 ? 0 : (size_t)most,
                                          window_width < 1 ? 1 : (size_t)window_width);
    free(search.lit);
    free(search.highlights.items);
    free(search.pieces.items);
    free(search.is_end);
    free(search.leaf_of);
    return found;
}

/* ------------------------------------------------------------------ characters */

/* Put what the table has for a character: its shape, and what it folds to. Return 1, or 0 if it folds to no one character. */
static int
put_character(Bytes *shapes, Bytes *folded, PyObject *table, const uint8_t *at, size_t size)
{
    char *known;
    Py_ssize_t count = 0;
    PyObject *key = PyUnicode_DecodeUTF8((const char *)at, (Py_ssize_t)size, "surrogatepass");
    PyObject *item = key == NULL ? NULL : PyObject_GetItem(table, key);
    Py_XDECREF(key);
    int failed = item == NULL || PyBytes_AsStringAndSize(item, &known, &count) < 0;
    if (!failed && count < 1) {
        failed = wrong("a character has a shape");
    }
    failed = failed || put_byte(shapes, (uint8_t)*known) < 0
             || put(folded, (const uint8_t *)known + 1, (size_t)count - 1) < 0;
    Py_XDECREF(item);
    return failed ? -1 : count > 1;
}

PyObject *
core_shapes_and_folds(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *text, *table, *found = NULL;
    Bytes shapes = {0}, folded = {0};
    if (!PyArg_ParseTuple(args, "UO", &text, &table)) {
        return NULL;
    }
    PyObject *encoded = PyUnicode_AsEncodedString(text, "utf-8", "surrogatepass");
    char *data;
    Py_ssize_t size;
    if (encoded == NULL || PyBytes_AsStringAndSize(encoded, &data, &size) < 0) {
        Py_XDECREF(encoded);
        return NULL;
    }
    const uint8_t *at = (const uint8_t *)data, *end = at + size;
    int stays = 1;
    int fits = reserve(&shapes.data, &shapes.room, (size_t)size, 1) < 0
                       || reserve(&folded.data, &folded.room, (size_t)size, 1) < 0
                   ? -1
                   : 1;
    while (fits >= 0 && at < end) {
        const uint8_t *begin = at;
        while (at < end && *at < 0x80) {
            at++;
        }
        fits = put(&shapes, begin, (size_t)(at - begin)) < 0 || put(&folded, begin, (size_t)(at - begin)) < 0 ? -1 : 1;
        if (fits > 0 && at < end) {
            size_t bytes = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
            fits = put_character(&shapes, &folded, table, at, bytes);
            stays = stays && fits;
            at += bytes;
        }
    }
    if (fits >= 0) {
        found = Py_BuildValue("(NN)", as_object(&shapes), stays ? as_object(&folded) : Py_NewRef(Py_None));
    }
    free(shapes.data);
    free(folded.data);
    Py_DECREF(encoded);
    return found;
}
