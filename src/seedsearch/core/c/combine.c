/* Combine matches: all, any, the highest, without, narrowed to documents, grouped.
 *
 * Scores are added in the order of the arguments, except in `all_of`, where the shortest comes first. */

#include "matching.h"

#ifdef _MSC_VER
#include <intrin.h>
#endif

/* ------------------------------------------------------------------ passages of a table */

PyObject *
core_everything(PyObject *module, PyObject *args)
{
    Table *table;
    if (!PyArg_ParseTuple(args, "O!", core_type(module, TYPE_table), &table)) {
        return NULL;
    }
    Matches *made = new_matches(module, (Py_ssize_t)table->passages);
    if (made == NULL) {
        return NULL;
    }
    PyThreadState *state = begin_work((Py_ssize_t)table->passages);
    for (Py_ssize_t s = 0; s < table->count; s++) {
        const TableSegment *segment = &table->segments[s];
        for (uint32_t doc = 0; doc < segment->passages; doc++) {
            if (segment->deleted == NULL || !segment->deleted[doc]) {
                made->passages[made->count] = segment->base + doc;
                made->scores[made->count++] = 0;
            }
        }
    }
    end_work(state);
    return (PyObject *)fitted(made);
}

/* One array for each segment of a table, with a number for each of its documents. */
typedef struct {
    const Table *table;
    Py_buffer *views;
    Py_ssize_t count;
    size_t bytes; /* of a number */
} ByDocument;

static void
close_by_document(ByDocument *given)
{
    while (given->count) {
        PyBuffer_Release(&given->views[--given->count]);
    }
    free(given->views);
}

static int
open_by_document(ByDocument *made, const Table *table, PyObject *given, size_t bytes)
{
    *made = (ByDocument){table, NULL, 0, bytes};
    if (PyTuple_Size(given) != table->count) {
        return wrong("one for each segment is wanted");
    }
    if ((made->views = array_of((size_t)table->count, sizeof *made->views)) == NULL) {
        return -1;
    }
    for (size_t numbers; made->count < table->count; made->count++) {
        if (open_view(&made->views[made->count], PyTuple_GetItem(given, made->count), bytes, &numbers) == NULL) {
            return -1;
        }
    }
    return 0;
}

/* Walks through ascending passages, and returns the address of the number of each one's document. */
typedef struct {
    const ByDocument *given;
    Py_ssize_t segment;
} Cursor;

static const void *
at_document(Cursor *cursor, uint32_t passage, uint64_t *document)
{
    const Table *table = cursor->given->table;
    while (cursor->segment < table->count
           && passage - table->segments[cursor->segment].base >= table->segments[cursor->segment].passages) {
        cursor->segment++;
    }
    if (cursor->segment == table->count) {
        return NULL;
    }
    const TableSegment *segment = &table->segments[cursor->segment];
    const Py_buffer *view = &cursor->given->views[cursor->segment];
    *document = number_at(&segment->documents, passage - segment->base);
    return *document < (uint64_t)view->len / cursor->given->bytes
               ? (const uint8_t *)view->buf + *document * cursor->given->bytes
               : NULL;
}

/* Keep the passages whose document's byte is `wanted`. Return -1 if a document does not exist. */
static int
narrow(Matches *made, const Matches *matches, const ByDocument *given, uint8_t wanted)
{
    Cursor cursor = {given, 0};
    uint64_t document;
    for (Py_ssize_t i = 0; i < matches->count; i++) {
        const uint8_t *found = at_document(&cursor, matches->passages[i], &document);
        if (found == NULL) {
            return -1;
        }
        made->passages[made->count] = matches->passages[i];
        made->scores[made->count] = matches->scores[i];
        made->count += *found == wanted;
    }
    return 0;
}

#define NO_DOCUMENT "a document is not there"

PyObject *
core_narrowed(PyObject *module, PyObject *args)
{
    Table *table;
    Matches *matches, *made = NULL;
    PyObject *given;
    ByDocument known;
    unsigned char wanted;
    if (!PyArg_ParseTuple(args, "O!O!O!b", core_type(module, TYPE_table), &table, core_type(module, TYPE_matches),
                          &matches, &PyTuple_Type, &given, &wanted)) {
        return NULL;
    }
    int failed = open_by_document(&known, table, given, 1) < 0;
    if (!failed && (made = new_matches(module, matches->count)) != NULL) {
        made->positive = matches->positive;
        PyThreadState *state = begin_work(matches->count);
        failed = narrow(made, matches, &known, wanted) < 0;
        end_work(state);
        if (failed) {
            Py_CLEAR(made);
            wrong(NO_DOCUMENT);
        }
    }
    close_by_document(&known);
    return (PyObject *)(made == NULL ? NULL : fitted(made));
}

/* Return, by segment, each document of the matches whose byte is zero, once. */
PyObject *
core_untested(PyObject *module, PyObject *args)
{
    Table *table;
    Matches *matches;
    PyObject *given, *found = NULL;
    ByDocument known;
    if (!PyArg_ParseTuple(args, "O!O!O!", core_type(module, TYPE_table), &table, core_type(module, TYPE_matches),
                          &matches, &PyTuple_Type, &given)) {
        return NULL;
    }
    int failed = open_by_document(&known, table, given, 1) < 0 || (found = PyList_New(0)) == NULL;
    Cursor cursor = {&known, 0};
    uint64_t document, last = UINT64_MAX;
    PyObject *own = NULL; /* of the current segment; borrowed from `found` */
    for (Py_ssize_t i = 0; !failed && i < matches->count; i++) {
        const uint8_t *byte = at_document(&cursor, matches->passages[i], &document);
        failed = byte == NULL && wrong(NO_DOCUMENT) < 0;
        while (!failed && PyList_Size(found) <= cursor.segment) {
            own = PyList_New(0);
            failed = own == NULL || PyList_Append(found, own) < 0;
            Py_XDECREF(own);
            last = UINT64_MAX;
        }
        if (!failed && !*byte && document != last) {
            failed = append(own, PyLong_FromUnsignedLongLong(document)) < 0;
            last = document;
        }
    }
    close_by_document(&known);
    if (failed) {
        Py_CLEAR(found);
    }
    return found;
}

/* ------------------------------------------------------------------ groups */

/* A document or a file: its best passage, the passage's index in the matches, and the number of matching
 * passages. */
typedef struct {
    double score; /* rounded as in `ranked`, since equal rounded scores tie */
    uint32_t order, matching;
    Py_ssize_t at;
} Group;

static int
put_in_groups(Group *groups, size_t count, const Matches *matches, const double *rounded, const ByDocument *numbers,
              const ByDocument *orders)
{
    Cursor of_number = {numbers, 0}, of_order = {orders, 0};
    uint64_t document;
    for (Py_ssize_t i = 0; i < matches->count; i++) {
        const uint32_t *number = at_document(&of_number, matches->passages[i], &document);
        const uint32_t *order = at_document(&of_order, matches->passages[i], &document);
        if (number == NULL || order == NULL || *number >= count) {
            return -1;
        }
        Group *group = &groups[*number];
        if (!group->matching || rounded[i] > group->score
            || (rounded[i] == group->score && *order < group->order)) {
            group->score = rounded[i];
            group->order = *order;
            group->at = i;
        }
        group->matching++;
    }
    return 0;
}

/* Return (the best passage of each group with its score, the number of matching passages of each group). */
PyObject *
core_grouped(PyObject *module, PyObject *args)
{
    Table *table;
    Matches *matches, *made = NULL;
    PyObject *given_numbers, *given_orders, *counts = NULL;
    Py_ssize_t count;
    ByDocument numbers = {0}, orders = {0};
    if (!PyArg_ParseTuple(args, "O!O!O!O!n", core_type(module, TYPE_table), &table, core_type(module, TYPE_matches),
                          &matches, &PyTuple_Type, &given_numbers, &PyTuple_Type, &given_orders, &count)) {
        return NULL;
    }
    if (count < 0 || count > (Py_ssize_t)UINT32_MAX) {
        return PyErr_Format(PyExc_ValueError, "how many groups there are is above zero");
    }
    Group *groups = zeroed((size_t)count, sizeof *groups);
    double *rounded = array_of((size_t)matches->count, sizeof *rounded);
    if (groups != NULL && rounded != NULL && open_by_document(&numbers, table, given_numbers, 4) == 0
        && open_by_document(&orders, table, given_orders, 4) == 0
        && round_scores(rounded, matches->scores, matches->count) == 0) {
        PyThreadState *state = begin_work(matches->count);
        int failed = put_in_groups(groups, (size_t)count, matches, rounded, &numbers, &orders) < 0;
        end_work(state);
        Py_ssize_t found = 0;
        for (Py_ssize_t g = 0; g < count; g++) {
            found += groups[g].matching > 0;
        }
        if (failed) {
            wrong(NO_DOCUMENT);
        }
        else if ((made = new_matches(module, found)) != NULL
                 && (counts = PyBytes_FromStringAndSize(NULL, found * (Py_ssize_t)sizeof(uint32_t))) != NULL) {
            uint8_t *into = (uint8_t *)PyBytes_AsString(counts);
            Cursor cursor = {&numbers, 0};
            uint64_t document;
            for (Py_ssize_t i = 0; i < matches->count; i++) {
                const Group *group = &groups[*(const uint32_t *)at_document(&cursor, matches->passages[i], &document)];
                if (group->at == i) {
                    memcpy(into + (size_t)made->count * sizeof(uint32_t), &group->matching, sizeof(uint32_t));
                    made->passages[made->count] = matches->passages[i];
                    made->scores[made->count++] = group->score;
                }
            }
        }
    }
    close_by_document(&numbers);
    close_by_document(&orders);
    free(groups);
    free(rounded);
    return Py_BuildValue("(NN)", made, counts);
}

/* ------------------------------------------------------------------ any, and the highest */

/* Sums of some neighbouring passages, with a bit for each passage that matches. */
typedef struct {
    double total[SPAN];
    uint64_t held[SPAN / 64];
} Sums;

enum { ADD, TAKE_HIGHEST };

/* Return the number of zero bits below the lowest bit that is set. */
static uint32_t
lowest_bit(uint64_t word)
{
#ifdef _MSC_VER
    unsigned long at;
    _BitScanForward64(&at, word);
    return at;
#else
    return (uint32_t)__builtin_ctzll(word);
#endif
}

static Py_ssize_t
put_in_sums(Sums *sums, const Matches *matches, Py_ssize_t at, uint32_t base, int how)
{
    for (; at < matches->count; at++) {
        uint32_t own = matches->passages[at] - base;
        if (own >= SPAN) {
            break;
        }
        uint64_t bit = (uint64_t)1 << (own % 64), *word = &sums->held[own / 64];
        double score = matches->scores[at], before = sums->total[own];
        if (!(*word & bit)) {
            sums->total[own] = score;
            *word |= bit;
        }
        else {
            sums->total[own] = how == ADD ? before + score : score > before ? score : before;
        }
    }
    return at;
}

static void
unite(Matches *made, Matches *const *parts, Py_ssize_t count, Py_ssize_t *at, int how)
{
    Sums sums;
    memset(sums.held, 0, sizeof sums.held);
    for (;;) {
        uint32_t base = UINT32_MAX;
        for (Py_ssize_t p = 0; p < count; p++) {
            if (at[p] < parts[p]->count && parts[p]->passages[at[p]] < base) {
                base = parts[p]->passages[at[p]];
            }
        }
        if (base == UINT32_MAX) {
            return;
        }
        for (Py_ssize_t p = 0; p < count; p++) {
            at[p] = put_in_sums(&sums, parts[p], at[p], base, how);
        }
        for (uint32_t w = 0; w < SPAN / 64; w++) {
            for (; sums.held[w]; sums.held[w] &= sums.held[w] - 1) {
                uint32_t own = w * 64 + lowest_bit(sums.held[w]);
                made->passages[made->count] = base + own;
                made->scores[made->count++] = sums.total[own];
            }
        }
    }
}

static PyObject *
united(PyObject *module, PyObject *args, int how)
{
    PyObject *given;
    Py_ssize_t count, room = 0, *at;
    Matches **parts, *made = NULL;
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &given)
        || (parts = items_of(given, core_type(module, TYPE_matches), &count)) == NULL) {
        return NULL;
    }
    int positive = 1;
    uint32_t last = 0;
    for (Py_ssize_t p = 0; p < count; p++) {
        room += parts[p]->count;
        positive = positive && (parts[p]->positive || !parts[p]->count);
        if (parts[p]->count && parts[p]->passages[parts[p]->count - 1] > last) {
            last = parts[p]->passages[parts[p]->count - 1];
        }
    }
    if (room > (Py_ssize_t)last + 1) {
        room = (Py_ssize_t)last + 1;
    }
    if ((at = zeroed((size_t)count, sizeof *at)) != NULL && (made = new_matches(module, room)) != NULL) {
        made->positive = positive;
        PyThreadState *state = begin_work(room);
        unite(made, parts, count, at, how);
        end_work(state);
        made = fitted(made);
    }
    free(at);
    free(parts);
    return (PyObject *)made;
}

CORE_ONE_WAY(any_of, united, ADD)
CORE_ONE_WAY(highest_of, united, TAKE_HIGHEST)

/* ------------------------------------------------------------------ all */

/* Sort the shortest first, keeping the order of equal ones. There are few. */
void
shortest_first(Matches **parts, Py_ssize_t count)
{
    for (Py_ssize_t i = 1; i < count; i++) {
        Matches *own = parts[i];
        Py_ssize_t at = i;
        for (; at > 0 && parts[at - 1]->count > own->count; at--) {
            parts[at] = parts[at - 1];
        }
        parts[at] = own;
    }
}

/* What a passage that `others` have too becomes: it is kept, with their scores added or not, or left out. Others are left out,
 * except by MAYBE and WITHOUT. */
typedef enum { ALL, WITHIN, MAYBE, WITHOUT } Join;

/* Put together matches and others; `made` may be `matches`. */
static void
join(Matches *made, const Matches *matches, const Matches *others, Join how)
{
    Py_ssize_t at = 0, kept = 0, count = matches->count;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint32_t passage = matches->passages[i];
        at = find_passage(others->passages, at, others->count, passage);
        int is_shared = at < others->count && others->passages[at] == passage;
        if (at == others->count && (how == ALL || how == WITHIN)) {
            break;
        }
        made->passages[kept] = passage;
        made->scores[kept] = matches->scores[i] + (is_shared && (how == ALL || how == MAYBE) ? others->scores[at] : 0);
        kept += how == MAYBE || is_shared == (how != WITHOUT);
    }
    made->count = kept;
}

static void
copy_matches(Matches *made, const Matches *matches)
{
    made->count = matches->count;
    made->positive = matches->positive;
    memcpy(made->passages, matches->passages, (size_t)matches->count * sizeof *made->passages);
    memcpy(made->scores, matches->scores, (size_t)matches->count * sizeof *made->scores);
}

PyObject *
core_all_of(PyObject *module, PyObject *args)
{
    PyObject *given;
    Py_ssize_t count;
    Matches **parts;
    if (!PyArg_ParseTuple(args, "O!", &PyTuple_Type, &given)
        || (parts = items_of(given, core_type(module, TYPE_matches), &count)) == NULL) {
        return NULL;
    }
    shortest_first(parts, count);
    Matches *made = new_matches(module, parts[0]->count);
    if (made != NULL) {
        PyThreadState *state = begin_work(parts[0]->count);
        copy_matches(made, parts[0]);
        for (Py_ssize_t p = 1; p < count; p++) {
            join(made, made, parts[p], ALL);
            made->positive = made->positive || parts[p]->positive;
        }
        end_work(state);
        made = fitted(made);
    }
    free(parts);
    return (PyObject *)made;
}

/* ------------------------------------------------------------------ two at a time */

/* Keep the passages that `others` have too, by looking up those, which are fewer. */
static void
keep_few(Matches *made, const Matches *matches, const Matches *others)
{
    Py_ssize_t at = 0;
    for (Py_ssize_t i = 0; i < others->count; i++) {
        at = find_passage(matches->passages, at, matches->count, others->passages[i]);
        if (at == matches->count) {
            return;
        }
        if (matches->passages[at] == others->passages[i]) {
            made->passages[made->count] = others->passages[i];
            made->scores[made->count++] = matches->scores[at];
        }
    }
}

static PyObject *
of_two(PyObject *module, PyObject *args, Join how)
{
    Matches *first, *second;
    PyTypeObject *type = core_type(module, TYPE_matches);
    if (!PyArg_ParseTuple(args, "O!O!", type, &first, type, &second)) {
        return NULL;
    }
    Matches *made = new_matches(module, first->count);
    if (made == NULL) {
        return NULL;
    }
    made->positive = first->positive;
    PyThreadState *state = begin_work(first->count);
    if (how == WITHIN && second->count < first->count) {
        keep_few(made, first, second);
    }
    else {
        join(made, first, second, how);
    }
    end_work(state);
    return (PyObject *)fitted(made);
}

CORE_ONE_WAY(without, of_two, WITHOUT)
CORE_ONE_WAY(within, of_two, WITHIN)
CORE_ONE_WAY(maybe, of_two, MAYBE)

PyObject *
core_boosted(PyObject *module, PyObject *args)
{
    Matches *matches;
    double factor;
    if (!PyArg_ParseTuple(args, "O!d", core_type(module, TYPE_matches), &matches, &factor)) {
        return NULL;
    }
    Matches *made = new_matches(module, matches->count);
    if (made != NULL) {
        copy_matches(made, matches);
        for (Py_ssize_t i = 0; i < made->count; i++) {
            made->scores[i] *= factor;
            made->positive = made->positive && made->scores[i] > 0; /* a tiny score may become zero */
        }
    }
    return (PyObject *)made;
}
