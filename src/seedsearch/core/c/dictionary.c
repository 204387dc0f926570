/* The blocks of a segment's dictionaries: see dictionary.h. */

#include "dictionary.h"
#include "postings.h"

/* ---------------------------------------------------------------- writing */

static int
gather(Gathered *gathered, uint32_t value)
{
    if (reserve(&gathered->values, &gathered->room, gathered->count + 1, sizeof(uint32_t)) < 0) {
        return -1;
    }
    gathered->values[gathered->count++] = value;
    return 0;
}

static int
end_blob(Blobs *blobs)
{
    return add_number(&blobs->ends, blobs->bytes.used);
}

/* Add numbers in the narrowest type that holds them: its code, then the numbers. */
static int
put_narrow(Bytes *bytes, const Gathered *gathered)
{
    uint32_t largest = 0;
    for (size_t i = 0; i < gathered->count; i++) {
        largest = gathered->values[i] > largest ? gathered->values[i] : largest;
    }
    size_t width = largest < 1u << 8 ? 1 : largest < 1u << 16 ? 2 : 4;
    if (put_byte(bytes, width == 1 ? 'B' : width == 2 ? 'H' : 'I') < 0
        || reserve(&bytes->data, &bytes->room, bytes->used + gathered->count * width, 1) < 0) {
        return -1;
    }
    for (size_t i = 0; i < gathered->count; i++, bytes->used += width) {
        memcpy(bytes->data + bytes->used, &gathered->values[i], width);
    }
    return 0;
}

/* Add a string behind the ones before it, on a line of its own. */
static int
put_line(Bytes *bytes, char field, const uint8_t *text, uint32_t size, int is_first)
{
    return (!is_first && put_byte(bytes, '\n') < 0) || (field && put_byte(bytes, (uint8_t)field) < 0)
                   || put(bytes, text, size) < 0
               ? -1
               : 0;
}

/* End a block of groups: the lengths of its parts, and the parts. */
static int
end_groups(DictionaryWriter *writer)
{
    uint32_t lengths[2 + NUMBER_PARTS] = {(uint32_t)writer->keys.used, (uint32_t)writer->names.used};
    Bytes *packed = &writer->packed, *all = &writer->group_blocks.bytes;
    if (writer->numbers[GROUP_DF].count == 0) {
        return 0;
    }
    packed->used = 0;
    for (int i = 0; i < NUMBER_PARTS; i++) {
        size_t before = packed->used;
        if (put_narrow(packed, &writer->numbers[i]) < 0) {
            return -1;
        }
        lengths[2 + i] = (uint32_t)(packed->used - before);
        writer->numbers[i].count = 0;
    }
    if (put(all, lengths, sizeof lengths) < 0 || put(all, writer->keys.data, writer->keys.used) < 0
        || put(all, writer->names.data, writer->names.used) < 0 || put(all, packed->data, packed->used) < 0
        || end_blob(&writer->group_blocks) < 0) {
        return -1;
    }
    writer->keys.used = writer->names.used = 0;
    return 0;
}

static int
begin_groups(DictionaryWriter *writer, const Group *group)
{
    Bytes *firsts = &writer->group_firsts.bytes;
    return add_number(&writer->bases, writer->lists) < 0
                   || put_line(firsts, group->field, group->bytes, group->size, 1) < 0
                   || end_blob(&writer->group_firsts) < 0
               ? -1
               : 0;
}

/* Whether a group's only member says nothing that the group does not. */
static int
is_its_own_member(const Group *group)
{
    const Member *member = group->members;
    return group->count == 1 && member->extra == group->extra
           && compare(group->bytes, bare_size(group->bytes, group->size), member->bytes,
                      bare_size(member->bytes, member->size)) == 0;
}

int
put_group(DictionaryWriter *writer, const Group *group)
{
    int is_first = writer->numbers[GROUP_DF].count == 0;
    uint32_t listed = is_its_own_member(group) ? 0 : group->count;
    const uint32_t values[] = {group->df, group->cf, group->extra, group->list, listed};
    if ((is_first && begin_groups(writer, group) < 0)
        || put_line(&writer->keys, group->field, group->bytes, group->size, is_first) < 0) {
        return -1;
    }
    for (int i = 0; i < MEMBER_DF; i++) {
        if (gather(&writer->numbers[i], values[i]) < 0) {
            return -1;
        }
    }
    for (uint32_t i = 0; i < listed; i++) {
        const Member *member = &group->members[i];
        int first_name = writer->numbers[MEMBER_DF].count == 0;
        if (put_line(&writer->names, 0, member->bytes, bare_size(member->bytes, member->size), first_name) < 0
            || gather(&writer->numbers[MEMBER_DF], member->df) < 0
            || gather(&writer->numbers[MEMBER_CF], member->cf) < 0
            || gather(&writer->numbers[MEMBER_EXTRA], member->extra) < 0) {
            return -1;
        }
    }
    writer->lists += group->list;
    writer->groups++;
    if (writer->numbers[GROUP_DF].count == GROUPS_A_BLOCK && end_groups(writer) < 0) {
        return -1;
    }
    return listed != 0;
}

/* End a block of terms: the length of its keys, the keys, and their groups. */
static int
end_terms(DictionaryWriter *writer)
{
    Bytes *all = &writer->term_blocks.bytes;
    if (writer->group_of.count
        && (put_int(all, (uint32_t)writer->terms.used) < 0 || put(all, writer->terms.data, writer->terms.used) < 0
            || put_narrow(all, &writer->group_of) < 0 || end_blob(&writer->term_blocks) < 0)) {
        return -1;
    }
    writer->terms.used = writer->group_of.count = 0;
    return 0;
}

int
put_term(DictionaryWriter *writer, char field, const uint8_t *bytes, uint32_t size, uint32_t group)
{
    int is_first = writer->group_of.count == 0;
    if (is_first
        && (put_line(&writer->term_firsts.bytes, field, bytes, size, 1) < 0 || end_blob(&writer->term_firsts) < 0)) {
        return -1;
    }
    if (put_line(&writer->terms, field, bytes, size, is_first) < 0 || gather(&writer->group_of, group) < 0) {
        return -1;
    }
    return writer->group_of.count == TERMS_A_BLOCK ? end_terms(writer) : 0;
}

int
end_dictionary(DictionaryWriter *writer)
{
    return end_groups(writer) < 0 || end_terms(writer) < 0 || add_number(&writer->bases, writer->lists) < 0 ? -1 : 0;
}

static PyObject *
as_list(const Blobs *blobs)
{
    PyObject *list = PyList_New(0);
    size_t start = 0;
    for (size_t i = 0; list != NULL && i < blobs->ends.count; i++) {
        size_t end = (size_t)blobs->ends.values[i];
        if (append(list, as_bytes(blobs->bytes.data + start, end - start)) < 0) {
            Py_CLEAR(list);
        }
        start = end;
    }
    return list;
}

int
set_dictionary(PyObject *result, const DictionaryWriter *writer)
{
    return set(result, "groups", as_list(&writer->group_blocks)) < 0
                   || set(result, "group_firsts", as_list(&writer->group_firsts)) < 0
                   || set(result, "group_bases", as_column(&writer->bases)) < 0
                   || set(result, "terms", as_list(&writer->term_blocks)) < 0
                   || set(result, "term_firsts", as_list(&writer->term_firsts)) < 0
               ? -1
               : 0;
}

void
free_dictionary(DictionaryWriter *writer)
{
    Bytes *bytes[] = {&writer->keys, &writer->names, &writer->packed, &writer->terms, &writer->group_blocks.bytes,
                      &writer->group_firsts.bytes, &writer->term_blocks.bytes, &writer->term_firsts.bytes};
    Numbers *numbers[] = {&writer->group_blocks.ends, &writer->group_firsts.ends, &writer->term_blocks.ends,
                          &writer->term_firsts.ends, &writer->bases};
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
        free(bytes[i]->data);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        free(numbers[i]->values);
    }
    for (int i = 0; i < NUMBER_PARTS; i++) {
        free(writer->numbers[i].values);
    }
    free(writer->group_of.values);
}

/* ---------------------------------------------------------------- reading */

/* Numbers as a block has them. */
typedef struct {
    const uint8_t *bytes;
    size_t width, count;
} Narrow;

static int
open_narrow(Narrow *narrow, const uint8_t *bytes, size_t size)
{
    narrow->width = size == 0 ? 0 : bytes[0] == 'B' ? 1 : bytes[0] == 'H' ? 2 : bytes[0] == 'I' ? 4 : 0;
    if (narrow->width == 0 || (size - 1) % narrow->width) {
        return does_not_fit("a block's numbers cannot be read");
    }
    narrow->bytes = bytes + 1;
    narrow->count = (size - 1) / narrow->width;
    return 0;
}

static uint32_t
narrow_at(const Narrow *narrow, size_t index)
{
    uint32_t value = 0;
    memcpy(&value, narrow->bytes + index * narrow->width, narrow->width);
    return value;
}

/* Lines of a block's part. */
typedef struct {
    const uint8_t *next, *end;
    int is_done;
} Lines;

/* The next line; 0 where there is none. */
static int
next_line(Lines *lines, const uint8_t **bytes, uint32_t *size)
{
    if (lines->is_done) {
        return 0;
    }
    size_t left = (size_t)(lines->end - lines->next);
    const uint8_t *end = left ? memchr(lines->next, '\n', left) : NULL;
    *bytes = lines->next;
    lines->is_done = end == NULL;
    end = end == NULL ? lines->end : end;
    *size = (uint32_t)(end - lines->next);
    lines->next = lines->is_done ? end : end + 1;
    return 1;
}

/* Add the members of a group: those that are listed, or the one that is not. */
static int
read_members(GroupTable *table, Group *group, uint32_t listed, Lines *names, const Narrow *parts, size_t *member)
{
    group->count = listed ? listed : 1;
    if (listed >= MOST_MEMBERS || listed > parts[MEMBER_DF].count - *member) {
        return does_not_fit("a group has members that are not there");
    }
    if (reserve(&table->members, &table->member_room, table->member_count + group->count, sizeof(Member)) < 0) {
        return -1;
    }
    Member *members = table->members + table->member_count;
    if (listed == 0) {
        members[0] = (Member){group->bytes, bare_size(group->bytes, group->size), group->df, group->cf, group->extra};
    }
    for (uint32_t i = 0; i < listed; i++, (*member)++) {
        Member *own = &members[i];
        if (!next_line(names, &own->bytes, &own->size)) {
            return does_not_fit("a group has members that are not there");
        }
        own->df = narrow_at(&parts[MEMBER_DF], *member);
        own->cf = narrow_at(&parts[MEMBER_CF], *member);
        own->extra = narrow_at(&parts[MEMBER_EXTRA], *member);
        if (i && compare(members[i - 1].bytes, members[i - 1].size, own->bytes, own->size) >= 0) {
            return does_not_fit("a group's members are out of order");
        }
    }
    table->member_count += group->count;
    return 0;
}

static int
read_group(GroupTable *table, Lines *keys, Lines *names, const Narrow *parts, size_t index, size_t *member)
{
    Group group = {0};
    if (!next_line(keys, &group.bytes, &group.size) || group.size == 0
        || (group.bytes[0] != 'b' && group.bytes[0] != 't')) {
        return does_not_fit("a key is of a field");
    }
    group.field = (char)*group.bytes++;
    group.size--;
    group.df = narrow_at(&parts[GROUP_DF], index);
    group.cf = narrow_at(&parts[GROUP_CF], index);
    group.extra = narrow_at(&parts[GROUP_EXTRA], index);
    group.list = narrow_at(&parts[GROUP_LIST], index);
    if (table->count && compare_groups(&table->groups[table->count - 1], &group) >= 0) {
        return does_not_fit("its dictionary is out of order");
    }
    if (read_members(table, &group, narrow_at(&parts[GROUP_LISTED], index), names, parts, member) < 0) {
        return -1;
    }
    table->groups[table->count++] = group;
    return 0;
}

/* A block of groups, taken apart. */
typedef struct {
    Lines keys, names;
    Narrow parts[NUMBER_PARTS];
    size_t count;
} Block;

static int
open_block(Block *block, const uint8_t *bytes, size_t size)
{
    uint32_t lengths[2 + NUMBER_PARTS];
    const uint8_t *starts[2 + NUMBER_PARTS];
    size_t at = sizeof lengths;
    if (size < at) {
        return does_not_fit("a block of its dictionary is too short");
    }
    memcpy(lengths, bytes, sizeof lengths);
    for (int i = 0; i < 2 + NUMBER_PARTS; i++) {
        if (lengths[i] > size - at) {
            return does_not_fit("a block of its dictionary is too short");
        }
        starts[i] = bytes + at;
        at += lengths[i];
    }
    for (int i = 0; i < NUMBER_PARTS; i++) {
        if (open_narrow(&block->parts[i], starts[2 + i], lengths[2 + i]) < 0) {
            return -1;
        }
        if (block->parts[i].count != block->parts[i < MEMBER_DF ? GROUP_DF : MEMBER_DF].count) {
            return does_not_fit("a block's numbers are not as many as they should be");
        }
    }
    block->count = block->parts[GROUP_DF].count;
    block->keys = (Lines){starts[0], starts[0] + lengths[0], 0};
    block->names = (Lines){starts[1], starts[1] + lengths[1], block->parts[MEMBER_DF].count == 0};
    if (at != size || block->count == 0 || block->count > GROUPS_A_BLOCK || (block->names.is_done && lengths[1])) {
        return does_not_fit("a block of its dictionary has too little or too much");
    }
    return 0;
}

/* Take the next block apart. */
static int
read_block(GroupTable *table, const uint8_t *bytes, size_t size)
{
    Block block;
    size_t member = 0;
    if (open_block(&block, bytes, size) < 0) {
        return -1;
    }
    if (table->count % GROUPS_A_BLOCK) {
        return does_not_fit("a block of its dictionary has too little or too much");
    }
    if (reserve(&table->groups, &table->room, table->count + block.count, sizeof(Group)) < 0) {
        return -1;
    }
    for (size_t i = 0; i < block.count; i++) {
        if (read_group(table, &block.keys, &block.names, block.parts, i, &member) < 0) {
            return -1;
        }
    }
    return block.keys.is_done && block.names.is_done && member == block.parts[MEMBER_DF].count
               ? 0
               : does_not_fit("a block of its dictionary has too little or too much");
}

int
read_groups(GroupTable *table, PyObject *blocks, size_t lists)
{
    for (Py_ssize_t i = 0; i < PyTuple_Size(blocks); i++) {
        char *bytes;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(blocks, i), &bytes, &size) < 0
            || read_block(table, (const uint8_t *)bytes, (size_t)size) < 0) {
            return -1;
        }
    }
    const Member *next = table->members;
    uint64_t start = 0;
    for (size_t i = 0; i < table->count; i++) {
        Group *group = &table->groups[i];
        group->members = next;
        group->start = (size_t)start;
        next += group->count;
        start += group->list;
    }
    return start == lists ? 0 : does_not_fit("its dictionary and its postings do not agree");
}

void
free_groups(GroupTable *table)
{
    free(table->groups);
    free(table->members);
}

const Group *
find_group(const GroupTable *table, char field, const uint8_t *bytes, uint32_t size)
{
    const Group wanted = {.field = field, .bytes = bytes, .size = size};
    size_t low = 0, high = table->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_groups(&table->groups[middle], &wanted);
        if (order == 0) {
            return &table->groups[middle];
        }
        if (order < 0) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return NULL;
}

/* ---------------------------------------------------------------- one group, for Python */

static PyObject *
without_members(void)
{
    set_value_error("a group has members that are not there");
    return NULL;
}

/* So many numbers of a part, from one on. */
static PyObject *
numbers_of(const Narrow *part, size_t from, size_t count)
{
    PyObject *numbers = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; numbers != NULL && i < count; i++) {
        PyObject *number = PyLong_FromUnsignedLong(narrow_at(part, from + i));
        if (number == NULL || PyTuple_SetItem(numbers, (Py_ssize_t)i, number) < 0) {
            Py_CLEAR(numbers);
        }
    }
    return numbers;
}

/* The next lines, as many as are wanted; of a key, what stands before its language. */
static PyObject *
members_of(Block *block, size_t from, size_t listed, const uint8_t *key, uint32_t size)
{
    const uint8_t *name = key;
    for (size_t i = 0; i < from; i++) {
        next_line(&block->names, &name, &size);
    }
    size_t count = listed ? listed : 1;
    PyObject *members = PyTuple_New((Py_ssize_t)count);
    for (size_t i = 0; members != NULL && i < count; i++) {
        if (listed && !next_line(&block->names, &name, &size)) {
            Py_DECREF(members);
            return without_members();
        }
        PyObject *member = PyBytes_FromStringAndSize((const char *)name, listed ? size : bare_size(name, size));
        if (member == NULL || PyTuple_SetItem(members, (Py_ssize_t)i, member) < 0) {
            Py_CLEAR(members);
        }
    }
    return members;
}

static PyObject *
group_as_tuple(Block *block, const uint8_t *key, uint32_t size, size_t index, uint64_t start, uint64_t before)
{
    const Narrow *parts = block->parts;
    size_t listed = narrow_at(&parts[GROUP_LISTED], index), member = listed ? (size_t)before : 0;
    if (listed + before > parts[MEMBER_DF].count) {
        return without_members();
    }
    PyObject *counts[3] = {NULL}, *members = members_of(block, member, listed, key + 1, size - 1);
    int failed = members == NULL;
    for (int i = 0; i < 3 && !failed; i++) {
        counts[i] = listed ? numbers_of(&parts[MEMBER_DF + i], member, listed)
                           : numbers_of(&parts[GROUP_DF + i], index, 1);
        failed = counts[i] == NULL;
    }
    if (failed) {
        Py_XDECREF(members);
        for (int i = 0; i < 3; i++) {
            Py_XDECREF(counts[i]);
        }
        return NULL;
    }
    return Py_BuildValue("(NKIIIINNN)", members, (unsigned long long)start, narrow_at(&parts[GROUP_LIST], index),
                         narrow_at(&parts[GROUP_DF], index), narrow_at(&parts[GROUP_CF], index),
                         narrow_at(&parts[GROUP_EXTRA], index), counts[0], counts[1], counts[2]);
}

PyObject *
core_read_group(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    PyObject *given;
    char *wanted = NULL;
    Py_ssize_t wanted_size = 0, number;
    unsigned long long start;
    if (!PyArg_ParseTuple(args, "y*KOn", &data, &start, &given, &number)) {
        return NULL;
    }
    if (given != Py_None && PyBytes_AsStringAndSize(given, &wanted, &wanted_size) < 0) {
        PyBuffer_Release(&data);
        return NULL;
    }
    Block block;
    PyObject *found = NULL;
    int failed = open_block(&block, data.buf, (size_t)data.len) < 0;
    uint64_t member = 0;
    for (size_t i = 0; !failed && i < block.count; i++) {
        const uint8_t *key = NULL;
        uint32_t size = 0;
        if (!next_line(&block.keys, &key, &size) || size == 0) {
            failed = does_not_fit("a key is of a field") < 0;
        }
        else if (wanted == NULL ? (Py_ssize_t)i == number
                                : wanted_size == (Py_ssize_t)size && memcmp(key, wanted, size) == 0) {
            found = group_as_tuple(&block, key, size, i, start, member);
            failed = found == NULL;
            break;
        }
        start += narrow_at(&block.parts[GROUP_LIST], i);
        member += narrow_at(&block.parts[GROUP_LISTED], i);
    }
    PyBuffer_Release(&data);
    return failed ? NULL : found == NULL ? Py_NewRef(Py_None) : found;
}
