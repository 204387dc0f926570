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

/* Take the next block apart. */
static int
read_block(GroupTable *table, const uint8_t *bytes, size_t size)
{
    uint32_t lengths[2 + NUMBER_PARTS];
    Narrow parts[NUMBER_PARTS];
    size_t at = sizeof lengths, member = 0;
    if (size < at) {
        return does_not_fit("a block of its dictionary is too short");
    }
    memcpy(lengths, bytes, sizeof lengths);
    const uint8_t *starts[2 + NUMBER_PARTS];
    for (int i = 0; i < 2 + NUMBER_PARTS; i++) {
        if (lengths[i] > size - at) {
            return does_not_fit("a block of its dictionary is too short");
        }
        starts[i] = bytes + at;
        at += lengths[i];
    }
    for (int i = 0; i < NUMBER_PARTS; i++) {
        if (open_narrow(&parts[i], starts[2 + i], lengths[2 + i]) < 0) {
            return -1;
        }
        if (parts[i].count != parts[i < MEMBER_DF ? GROUP_DF : MEMBER_DF].count) {
            return does_not_fit("a block's numbers are not as many as they should be");
        }
    }
    size_t count = parts[GROUP_DF].count;
    Lines keys = {starts[0], starts[0] + lengths[0], 0}, names = {starts[1], starts[1] + lengths[1], 0};
    names.is_done = parts[MEMBER_DF].count == 0;
    if (at != size || count == 0 || count > GROUPS_A_BLOCK || (names.is_done && lengths[1])
        || (table->count && table->count % GROUPS_A_BLOCK)) {
        return does_not_fit("a block of its dictionary has too little or too much");
    }
    if (reserve(&table->groups, &table->room, table->count + count, sizeof(Group)) < 0) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (read_group(table, &keys, &names, parts, i, &member) < 0) {
            return -1;
        }
    }
    return keys.is_done && names.is_done && member == parts[MEMBER_DF].count
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
