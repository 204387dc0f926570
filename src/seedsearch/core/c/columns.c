/* The columns of a segment: postings and dictionaries. docs/index-format.md describes them. */

#include "inverter.h"

/* A column of bytes, which are written into an object as large as it will be; the few numbers above 255 stand in `over`
 * and `high` too (docs/index-format.md). */
typedef struct {
    PyObject *low;
    uint8_t *begin, *next;
    Bytes over, high;
} Small;

static int
begin_small(Small *column, size_t size)
{
    column->low = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
    if (column->low == NULL) {
        return -1;
    }
    column->begin = column->next = (uint8_t *)PyBytes_AsString(column->low);
    return 0;
}

/* Note a number above 255, whose low byte comes next. */
static int
put_over(Small *column, const uint8_t *next, uint32_t value)
{
    return put_int(&column->over, (uint32_t)(next - column->begin)) < 0 || put_int(&column->high, value >> 8) < 0 ? -1 : 0;
}

static int
set_small(PyObject *dict, const char *key, Small *column)
{
    PyObject *over = as_object(&column->over), *high = as_object(&column->high), *low = column->low;
    column->low = NULL;
    if (over == NULL || high == NULL) {
        Py_XDECREF(over);
        Py_XDECREF(high);
        Py_DECREF(low);
        return -1;
    }
    return set(dict, key, Py_BuildValue("(NNN)", low, over, high));
}

static void
free_small(Small *column)
{
    Py_XDECREF(column->low);
    free(column->over.data);
    free(column->high.data);
}

typedef struct {
    PyObject *doc_object;
    uint8_t *doc;
    Small tf, position, member;
} Columns;

/* Make room for the columns of both fields. */
static int
begin_columns(Columns *columns, const Inverted *fields)
{
    size_t postings = 0, occurrences = 0, of_members = 0;
    for (int which = 0; which < 2; which++) {
        const Inverted *own = &fields[which];
        occurrences += own->start[own->groups];
        for (uint32_t group = 0; group < own->groups; group++) {
            postings += own->df[group];
            if (own->first[group + 1] - own->first[group] > 1) {
                of_members += own->start[group + 1] - own->start[group];
            }
        }
    }
    columns->doc_object = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(postings * sizeof(uint16_t)));
    if (columns->doc_object == NULL) {
        return -1;
    }
    columns->doc = (uint8_t *)PyBytes_AsString(columns->doc_object);
    return begin_small(&columns->tf, postings) < 0 || begin_small(&columns->position, occurrences) < 0
                   || begin_small(&columns->member, of_members) < 0
               ? -1
               : 0;
}

static int
put_postings(const Inverted *own, Columns *columns)
{
    /* Local, or each byte that is stored might have changed them. */
    uint8_t *doc_at = columns->doc, *tf = columns->tf.next;
    uint8_t *position = columns->position.next, *member = columns->member.next;
    const uint64_t *keys = own->keys;
    for (uint32_t group = 0; group < own->groups; group++) {
        int several = own->first[group + 1] - own->first[group] > 1;
        size_t i = own->start[group], end = own->start[group + 1];
        while (i < end) {
            uint32_t doc = DOC_OF(keys[i]);
            size_t begin = i;
            for (; i < end && DOC_OF(keys[i]) == doc; i++) {
                uint32_t at = POSITION_OF(keys[i]);
                if (at > 255 && put_over(&columns->position, position, at) < 0) {
                    return -1;
                }
                *position++ = (uint8_t)at;
                if (several) {
                    uint32_t which = MEMBER_OF(keys[i]);
                    if (which > 255 && put_over(&columns->member, member, which) < 0) {
                        return -1;
                    }
                    *member++ = (uint8_t)which;
                }
            }
            uint16_t narrow = (uint16_t)doc;
            memcpy(doc_at, &narrow, sizeof narrow);
            doc_at += sizeof narrow;
            if (i - begin > 255 && put_over(&columns->tf, tf, (uint32_t)(i - begin)) < 0) {
                return -1;
            }
            *tf++ = (uint8_t)(i - begin);
        }
    }
    columns->doc = doc_at;
    columns->tf.next = tf;
    columns->position.next = position;
    columns->member.next = member;
    return 0;
}

/* Add numbers in the narrowest type that holds them: its code, then the numbers. */
static int
put_narrow(Bytes *bytes, const uint32_t *values, size_t count)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < count; i++) {
        largest = values[i] > largest ? values[i] : largest;
    }
    size_t width = largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : 4;
    if (put_byte(bytes, width == 1 ? 'B' : width == 2 ? 'H' : 'I') < 0
        || reserve(&bytes->data, &bytes->room, bytes->used + count * width, 1) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++, bytes->used += width) {
        memcpy(bytes->data + bytes->used, &values[i], width);
    }
    return 0;
}

/* Add a string behind the ones before it, on a line of its own; a term without its language. */
static int
put_line(Bytes *bytes, const Strings *strings, uint32_t number, char field, int bare, int first)
{
    size_t size;
    const uint8_t *text = string_at(strings, number, &size);
    const uint8_t *end = bare ? memchr(text, LANGUAGE, size) : NULL;
    return (!first && put_byte(bytes, '\n') < 0) || (field && put_byte(bytes, (uint8_t)field) < 0)
                   || put(bytes, text, end ? (size_t)(end - text) : size) < 0
               ? -1
               : 0;
}

static size_t
bare_size(const Key *key)
{
    const uint8_t *end = memchr(key->bytes, LANGUAGE, key->size);
    return end ? (size_t)(end - key->bytes) : key->size;
}

/* Numbers of a part of a block, gathered from both fields. */
typedef struct {
    uint32_t *values;
    size_t count, room;
} Gathered;

static int
gather(Gathered *gathered, uint32_t value)
{
    if (reserve(&gathered->values, &gathered->room, gathered->count + 1, sizeof(uint32_t)) < 0) {
        return -1;
    }
    gathered->values[gathered->count++] = value;
    return 0;
}

enum { GROUP_DF, GROUP_CF, GROUP_EXTRA, GROUP_SIZE, TERM_DF, TERM_CF, TERM_EXTRA, NUMBERS };

/* A block of groups being made: keys, members, and the seven columns of numbers. */
typedef struct {
    Bytes keys, members, whole;
    Gathered numbers[NUMBERS];
    uint64_t bases[3];
    Numbers all_bases;
    PyObject *blocks, *firsts;
} GroupBlocks;

static int
put_group(GroupBlocks *blocks, const Inverter *self, const Inverted *own, uint32_t group, char field)
{
    uint32_t first = own->first[group], last = own->first[group + 1];
    uint32_t cf = (uint32_t)(own->start[group + 1] - own->start[group]);
    const uint32_t values[] = {own->df[group], cf, own->extra[group], last - first};
    int is_first = blocks->numbers[GROUP_DF].count == 0;
    if (put_line(&blocks->keys, &self->stems, own->stem[group], field, 0, is_first) < 0) {
        return -1;
    }
    if (is_first && append(blocks->firsts, as_object(&blocks->keys)) < 0) {
        return -1;
    }
    for (int i = 0; i < 4; i++) {
        if (gather(&blocks->numbers[i], values[i]) < 0) {
            return -1;
        }
    }
    for (uint32_t i = first; i < last; i++) {
        if (put_line(&blocks->members, &self->terms, own->by_group[i], 0, self->has_marked, blocks->numbers[TERM_DF].count == 0) < 0
            || gather(&blocks->numbers[TERM_DF], own->term_df[i]) < 0
            || gather(&blocks->numbers[TERM_CF], own->term_cf[i]) < 0
            || gather(&blocks->numbers[TERM_EXTRA], own->term_extra[i]) < 0) {
            return -1;
        }
    }
    blocks->bases[0] += own->df[group];
    blocks->bases[1] += cf;
    blocks->bases[2] += last - first > 1 ? cf : 0;
    return 0;
}

static int
add_bases(GroupBlocks *blocks)
{
    for (int i = 0; i < 3; i++) {
        if (add_number(&blocks->all_bases, blocks->bases[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
end_group_block(GroupBlocks *blocks)
{
    if (blocks->numbers[GROUP_DF].count == 0) {
        return 0;
    }
    Bytes packed = {0};
    uint32_t lengths[2 + NUMBERS] = {(uint32_t)blocks->keys.used, (uint32_t)blocks->members.used};
    int failed = 0;
    for (int i = 0; i < NUMBERS && !failed; i++) {
        size_t before = packed.used;
        failed = put_narrow(&packed, blocks->numbers[i].values, blocks->numbers[i].count);
        lengths[2 + i] = (uint32_t)(packed.used - before);
        blocks->numbers[i].count = 0;
    }
    blocks->whole.used = 0;
    failed = failed || put(&blocks->whole, lengths, sizeof lengths) < 0
             || put(&blocks->whole, blocks->keys.data, blocks->keys.used) < 0
             || put(&blocks->whole, blocks->members.data, blocks->members.used) < 0
             || put(&blocks->whole, packed.data, packed.used) < 0
             || append(blocks->blocks, as_object(&blocks->whole)) < 0
             || add_bases(blocks) < 0;
    free(packed.data);
    blocks->keys.used = blocks->members.used = 0;
    return failed ? -1 : 0;
}

/* The blocks of groups, the first key of each, and where its postings and occurrences begin. */
static int
set_groups(PyObject *result, const Inverter *self, const Inverted *fields)
{
    GroupBlocks blocks = {.blocks = PyList_New(0), .firsts = PyList_New(0)};
    int failed = blocks.blocks == NULL || blocks.firsts == NULL
                 || add_bases(&blocks) < 0;
    for (int which = 0; which < 2; which++) {
        for (uint32_t group = 0; group < fields[which].groups && !failed; group++) {
            failed = put_group(&blocks, self, &fields[which], group, which ? 't' : 'b') < 0;
            if (blocks.numbers[GROUP_DF].count == GROUPS_A_BLOCK && !failed) {
                failed = end_group_block(&blocks) < 0;
            }
        }
    }
    failed = failed || end_group_block(&blocks) < 0 || PyDict_SetItemString(result, "groups", blocks.blocks) < 0
             || PyDict_SetItemString(result, "group_firsts", blocks.firsts) < 0
             || set(result, "group_bases", as_column(&blocks.all_bases)) < 0;
    Py_XDECREF(blocks.blocks);
    Py_XDECREF(blocks.firsts);
    free(blocks.keys.data);
    free(blocks.members.data);
    free(blocks.whole.data);
    free(blocks.all_bases.values);
    for (int i = 0; i < NUMBERS; i++) {
        free(blocks.numbers[i].values);
    }
    return failed ? -1 : 0;
}

/* The blocks of terms, and the first key of each. */
static int
set_terms(PyObject *result, const Inverter *self, const Inverted *fields)
{
    PyObject *blocks = PyList_New(0), *firsts = PyList_New(0);
    Bytes keys = {0}, whole = {0};
    Gathered groups = {0};
    uint32_t total = fields[0].terms + fields[1].terms;
    int failed = blocks == NULL || firsts == NULL;
    for (uint32_t i = 0; i < total && !failed; i++) {
        int which = i >= fields[0].terms;
        uint32_t term = fields[which].ordered[i - (which ? fields[0].terms : 0)];
        uint32_t group = fields[which].home[term].group + (which ? fields[0].groups : 0);
        int is_first = groups.count == 0;
        failed = put_line(&keys, &self->terms, term, which ? 't' : 'b', self->has_marked, is_first) < 0
                 || (is_first && append(firsts, as_object(&keys)) < 0) || gather(&groups, group) < 0;
        if (!failed && (groups.count == TERMS_A_BLOCK || i + 1 == total)) {
            whole.used = 0;
            failed = put_int(&whole, (uint32_t)keys.used) < 0 || put(&whole, keys.data, keys.used) < 0
                     || put_narrow(&whole, groups.values, groups.count) < 0 || append(blocks, as_object(&whole)) < 0;
            keys.used = groups.count = 0;
        }
    }
    failed = failed || PyDict_SetItemString(result, "terms", blocks) < 0
             || PyDict_SetItemString(result, "term_firsts", firsts) < 0;
    Py_XDECREF(blocks);
    Py_XDECREF(firsts);
    free(keys.data);
    free(whole.data);
    free(groups.values);
    return failed ? -1 : 0;
}

/* How many terms there are that differ by more than a language: neighbours, in the order of bytes. */
static uint32_t
distinct(const Key *terms, size_t count)
{
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = bare_size(&terms[i]);
        found += i == 0 || size != bare_size(&terms[i - 1]) || memcmp(terms[i].bytes, terms[i - 1].bytes, size) != 0;
    }
    return found;
}

static int
set_columns(PyObject *result, const Inverted *fields)
{
    Columns columns = {0};
    int failed = begin_columns(&columns, fields) < 0 || put_postings(&fields[0], &columns) < 0
                 || put_postings(&fields[1], &columns) < 0
                 || PyDict_SetItemString(result, "doc", columns.doc_object) < 0
                 || set_small(result, "tf", &columns.tf) < 0 || set_small(result, "position", &columns.position) < 0
                 || set_small(result, "member", &columns.member) < 0;
    Py_XDECREF(columns.doc_object);
    free_small(&columns.tf);
    free_small(&columns.position);
    free_small(&columns.member);
    return failed ? -1 : 0;
}

int
set_all(PyObject *result, Inverter *self, const Key *terms, size_t term_count, const Key *stems,
        size_t stem_count, uint32_t *const counts[2])
{
    Inverted fields[2] = {{0}, {0}};
    Field *found[2] = {&self->body, &self->title};
    int failed = 0;
    for (int which = 0; which < 2 && !failed; which++) {
        failed = arrange(self, &fields[which], terms, term_count, stems, stem_count, counts[which]) < 0
                 || invert(found[which], counts[which], &fields[which]) < 0;
    }
    if (!failed) {
        count_extras(&fields[0], &fields[1]);
        failed = set_groups(result, self, fields) < 0 || set_terms(result, self, fields) < 0
                 || set_columns(result, fields) < 0
                 || set(result, "distinct", PyLong_FromUnsignedLong(distinct(terms, term_count))) < 0;
    }
    free_inverted(&fields[0]);
    free_inverted(&fields[1]);
    return failed ? -1 : 0;
}
