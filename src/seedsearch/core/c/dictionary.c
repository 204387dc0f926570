/* Read and write the blocks of a segment's dictionaries: see dictionary.h. */

#include "dictionary.h"
#include "list_writer.h"

/* index/group_blocks.py describes the bytes of a block of groups. */
#define MOST_SHARED 15u
#define LONG_REST 15u
#define ONCE_EACH 2u /* cf equals df */
#define HAS_EXTRA 1u

/* ---------------------------------------------------------------- writing */

static int
end_blob(Blobs *blobs)
{
    return add_number(&blobs->ends, blobs->bytes.used);
}

/* Add numbers in the narrowest type that holds them: the code of the type, then the numbers. */
static int
put_narrow(Bytes *bytes, const Numbers *numbers)
{
    size_t width = width_of(numbers);
    if (put_byte(bytes, (uint8_t)*type_code(width)) < 0
        || reserve(&bytes->data, &bytes->room, bytes->used + numbers->count * width, 1) < 0) {
        return -1;
    }
    write_column(bytes->data + bytes->used, numbers, width);
    bytes->used += numbers->count * width;
    return 0;
}

/* Add a string after the others, on a line of its own. */
static int
put_line(Bytes *bytes, char field, const uint8_t *text, uint32_t size, int is_first)
{
    return (!is_first && put_byte(bytes, '\n') < 0) || (field && put_byte(bytes, (uint8_t)field) < 0)
                   || put(bytes, text, size) < 0
               ? -1
               : 0;
}

static int
put_code(Bytes *bytes, uint32_t value)
{
    if (reserve(&bytes->data, &bytes->room, bytes->used + MOST_CODE, 1) < 0) {
        return -1;
    }
    bytes->used = (size_t)(write_code(bytes->data + bytes->used, value) - bytes->data);
    return 0;
}

/* Add a string by its difference from `before`, and store it there. */
static int
put_string(Bytes *bytes, Bytes *before, const uint8_t *text, uint32_t size)
{
    uint32_t shared = 0;
    while (shared < MOST_SHARED && shared < size && shared < before->used && before->data[shared] == text[shared]) {
        shared++;
    }
    uint32_t rest = size - shared, least = rest < LONG_REST ? rest : LONG_REST;
    before->used = shared;
    return put_byte(bytes, (uint8_t)(shared << 4 | least)) < 0
                   || (least == LONG_REST && put_code(bytes, rest - LONG_REST) < 0)
                   || put(bytes, text + shared, rest) < 0 || put(before, text + shared, rest) < 0
               ? -1
               : 0;
}

static int
put_counts(Bytes *bytes, uint32_t df, uint32_t cf, uint32_t extra)
{
    return put_code(bytes, df << 2 | (cf == df ? ONCE_EACH : 0) | (extra ? HAS_EXTRA : 0)) < 0
                   || (cf != df && put_code(bytes, cf - df) < 0) || (extra && put_code(bytes, extra) < 0)
               ? -1
               : 0;
}

static int
end_groups(DictionaryWriter *writer)
{
    if (writer->in_block == 0) {
        return 0;
    }
    writer->in_block = 0;
    writer->before.used = 0;
    return end_blob(&writer->group_blocks);
}

static int
begin_groups(DictionaryWriter *writer)
{
    return add_number(&writer->bases, writer->lists) < 0
                   || put(&writer->group_firsts.bytes, writer->key.data, writer->key.used) < 0
                   || end_blob(&writer->group_firsts) < 0
               ? -1
               : 0;
}

/* Return whether a group's only member adds nothing to the group. */
static int
is_its_own_member(const Group *group)
{
    const Member *member = group->members;
    return group->count == 1 && member->extra == group->extra
           && compare(group->bytes, bare_size(group->bytes, group->size), member->bytes,
                      bare_size(member->bytes, member->size)) == 0;
}

/* Note the members of a group that is marked with a language, each with the group's key: a line each. */
static int
add_marked(DictionaryWriter *writer, const Group *group)
{
    Bytes *all = &writer->marked;
    uint32_t count = bare_size(group->bytes, group->size) < group->size ? group->count : 0;
    for (uint32_t i = 0; i < count; i++) {
        const Member *member = &group->members[i];
        if ((all->used && put_byte(all, '\n') < 0)
            || put(all, member->bytes, bare_size(member->bytes, member->size)) < 0 || put_byte(all, '\n') < 0
            || put(all, group->bytes, group->size) < 0) {
            return -1;
        }
    }
    return 0;
}

int
put_group(DictionaryWriter *writer, const Group *group)
{
    uint32_t listed = is_its_own_member(group) ? 0 : group->count;
    Bytes *all = &writer->group_blocks.bytes, *key = &writer->key;
    key->used = 0;
    if (put_byte(key, (uint8_t)group->field) < 0 || put(key, group->bytes, group->size) < 0
        || (writer->in_block == 0 && begin_groups(writer) < 0)
        || put_string(all, &writer->before, key->data, (uint32_t)key->used) < 0
        || put_counts(all, group->df, group->cf, group->extra) < 0 || put_code(all, group->list) < 0
        || put_code(all, listed) < 0) {
        return -1;
    }
    key->used = 0; /* from here on, the string before a member */
    if (put(key, group->bytes, group->size) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < listed; i++) {
        const Member *member = &group->members[i];
        if (put_string(all, key, member->bytes, bare_size(member->bytes, member->size)) < 0
            || put_counts(all, member->df, member->cf, member->extra) < 0) {
            return -1;
        }
    }
    if (add_marked(writer, group) < 0) {
        return -1;
    }
    writer->lists += group->list;
    writer->groups++;
    if (++writer->in_block == GROUPS_A_BLOCK && end_groups(writer) < 0) {
        return -1;
    }
    return listed != 0;
}

/* End a block of terms: the length of its keys, the keys, and the numbers of their groups. */
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
    if (put_line(&writer->terms, field, bytes, size, is_first) < 0 || add_number(&writer->group_of, group) < 0) {
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
                   || set(result, "marked", as_bytes(writer->marked.data, writer->marked.used)) < 0
               ? -1
               : 0;
}

void
free_dictionary(DictionaryWriter *writer)
{
    Bytes *bytes[] = {&writer->key, &writer->before, &writer->terms, &writer->group_blocks.bytes,
                      &writer->group_firsts.bytes, &writer->term_blocks.bytes, &writer->term_firsts.bytes, &writer->marked};
    Numbers *numbers[] = {&writer->group_blocks.ends, &writer->group_firsts.ends, &writer->term_blocks.ends,
                          &writer->term_firsts.ends, &writer->bases};
    for (size_t i = 0; i < COUNT(bytes); i++) {
        free(bytes[i]->data);
    }
    for (size_t i = 0; i < COUNT(numbers); i++) {
        free(numbers[i]->values);
    }
    free(writer->group_of.values);
}

/* ---------------------------------------------------------------- reading */

/* A block that is being read, and the last strings read. */
typedef struct {
    const uint8_t *next, *end;
    Bytes key, name;
} Block;

typedef struct {
    uint32_t df, cf, extra, list, listed;
} Row;

/* Read how many bytes the next string shares with the one before it, and how many more it has. */
static int
begin_string(Block *block, uint32_t *shared, uint32_t *size)
{
    uint32_t more = 0;
    if (block->next == block->end) {
        return wrong("a string is too short");
    }
    *shared = *block->next >> 4;
    *size = *block->next++ & LONG_REST;
    if (*size == LONG_REST && read_code(&block->next, block->end, &more) < 0) {
        return -1;
    }
    if ((uint64_t)*size + more > (size_t)(block->end - block->next)) {
        return wrong("a string is too short");
    }
    *size += more;
    return 0;
}

static int
read_string(Block *block, Bytes *text)
{
    uint32_t shared = 0, size = 0;
    if (begin_string(block, &shared, &size) < 0) {
        return -1;
    }
    if (shared > text->used) {
        return wrong("a string is too short");
    }
    text->used = shared;
    block->next += size;
    return put(text, block->next - size, size);
}

static int
read_counts(Block *block, uint32_t *df, uint32_t *cf, uint32_t *extra)
{
    uint32_t code = 0, more = 0;
    *extra = 0;
    if (read_code(&block->next, block->end, &code) < 0
        || (!(code & ONCE_EACH) && read_code(&block->next, block->end, &more) < 0)
        || (code & HAS_EXTRA && read_code(&block->next, block->end, extra) < 0)) {
        return -1;
    }
    *df = code >> 2;
    *cf = *df + more;
    return *cf < more || !(code & ONCE_EACH) != !!more || !(code & HAS_EXTRA) != !*extra
               ? wrong("a block's counts cannot be read")
               : 0;
}

/* Read the numbers after a group's key. */
static int
read_numbers(Block *block, Row *row)
{
    if (read_counts(block, &row->df, &row->cf, &row->extra) < 0 || read_code(&block->next, block->end, &row->list) < 0
        || read_code(&block->next, block->end, &row->listed) < 0) {
        return -1;
    }
    return row->listed >= MOST_MEMBERS || row->listed > (size_t)(block->end - block->next)
               ? wrong("a group has members that are not there")
               : 0;
}

/* Read the next group, except its listed members. Return 1, 0 at the end, or -1 with an error set. */
static int
read_row(Block *block, Row *row)
{
    if (block->next == block->end) {
        return 0;
    }
    if (read_string(block, &block->key) < 0 || read_numbers(block, row) < 0) {
        return -1;
    }
    if (block->key.used == 0 || (block->key.data[0] != 'b' && block->key.data[0] != 't')) {
        return wrong("a key is of a field");
    }
    block->name.used = 0;
    return put(&block->name, block->key.data + 1, block->key.used - 1) < 0 ? -1 : 1;
}

static uint32_t
members_of(const Row *row)
{
    return row->listed ? row->listed : 1;
}

/* Read the next member, or take the only one of a group that lists none. Its name is then the block's `name`. */
static int
read_member(Block *block, const Row *row, Member *member)
{
    if (!row->listed) {
        *member = (Member){NULL, bare_size(block->name.data, (uint32_t)block->name.used), row->df, row->cf, row->extra};
        return 0;
    }
    if (read_string(block, &block->name) < 0 || read_counts(block, &member->df, &member->cf, &member->extra) < 0) {
        return -1;
    }
    member->size = (uint32_t)block->name.used;
    return 0;
}

static void
close_block(Block *block)
{
    free(block->key.data);
    free(block->name.data);
}

static int
add_group(GroupTable *table, Block *block, const Row *row)
{
    uint32_t count = members_of(row);
    if (reserve(&table->groups, &table->room, table->count + 1, sizeof(Group)) < 0
        || reserve(&table->members, &table->member_room, table->member_count + count, sizeof(Member)) < 0
        || put(&table->text, block->key.data, block->key.used) < 0) {
        return -1;
    }
    table->groups[table->count++] = (Group){.size = (uint32_t)block->key.used - 1, .df = row->df, .cf = row->cf,
                                            .extra = row->extra, .list = row->list, .count = count};
    for (uint32_t i = 0; i < count; i++) {
        Member *member = &table->members[table->member_count++];
        if (read_member(block, row, member) < 0 || put(&table->text, block->name.data, member->size) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Parse the next block. */
static int
read_block(GroupTable *table, const uint8_t *bytes, size_t size)
{
    Block block = {bytes, bytes + size, {0}, {0}};
    size_t before = table->count;
    Row row;
    int more = 0;
    while ((more = read_row(&block, &row)) > 0 && (more = add_group(table, &block, &row)) == 0) {
    }
    close_block(&block);
    size_t count = table->count - before;
    if (more == 0 && (before % GROUPS_A_BLOCK || count == 0 || count > GROUPS_A_BLOCK)) {
        return wrong("a block of its dictionary has too little or too much");
    }
    return more;
}

/* Set the texts and the lists of all groups, and the texts of their members. Check that all are in order. */
static int
set_places(GroupTable *table, size_t lists)
{
    const uint8_t *at = table->text.data;
    Member *member = table->members;
    uint64_t start = 0;
    for (size_t i = 0; i < table->count; i++) {
        Group *group = &table->groups[i];
        group->field = (char)*at;
        group->bytes = at + 1;
        group->start = (size_t)start;
        group->members = member;
        at += 1 + group->size;
        start += group->list;
        if (i && compare_groups(group - 1, group) >= 0) {
            return wrong("its dictionary is out of order");
        }
        for (uint32_t n = 0; n < group->count; n++, member++) {
            member->bytes = at;
            at += member->size;
            if (n && compare(member[-1].bytes, member[-1].size, member->bytes, member->size) >= 0) {
                return wrong("a group's members are out of order");
            }
        }
    }
    return start == lists ? 0 : wrong("its dictionary and its postings do not agree");
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
    return set_places(table, lists);
}

void
free_groups(GroupTable *table)
{
    free(table->groups);
    free(table->members);
    free(table->text.data);
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

/* ---------------------------------------------------------------- for Python */

static int
add_item(PyObject *tuple, uint32_t at, PyObject *item)
{
    return item == NULL ? -1 : PyTuple_SetItem(tuple, (Py_ssize_t)at, item);
}

static PyObject *
group_as_tuple(Block *block, const Row *row, uint64_t start)
{
    uint32_t count = members_of(row);
    PyObject *parts[4] = {NULL}; /* names, df, cf, extra */
    int failed = 0;
    for (int i = 0; i < 4 && !failed; i++) {
        failed = (parts[i] = PyTuple_New((Py_ssize_t)count)) == NULL;
    }
    Member member;
    for (uint32_t i = 0; i < count && !failed; i++) {
        failed = read_member(block, row, &member) < 0
                 || add_item(parts[0], i, as_bytes(block->name.data, member.size)) < 0
                 || add_item(parts[1], i, PyLong_FromUnsignedLong(member.df)) < 0
                 || add_item(parts[2], i, PyLong_FromUnsignedLong(member.cf)) < 0
                 || add_item(parts[3], i, PyLong_FromUnsignedLong(member.extra)) < 0;
    }
    if (failed) {
        Py_CLEAR(parts[0]);
    }
    return Py_BuildValue("(NKIIIINNN)", parts[0], (unsigned long long)start, row->list, row->df, row->cf, row->extra,
                         parts[1], parts[2], parts[3]);
}

/* Move on past a member whose numbers take one byte each, as those of most do; 0 where it may not be so. */
static int
pass_short_member(Block *block)
{
    const uint8_t *at = block->next;
    if (block->end - at < (int)LONG_REST + 4 || (*at & LONG_REST) == LONG_REST) {
        return 0;
    }
    at += 1 + (*at & LONG_REST);
    uint8_t code = at[0], more = (code & ONCE_EACH) == 0, extra = code & HAS_EXTRA;
    if ((code | at[more] | at[more + extra]) >= TWO_BYTES) { /* or nearly so: then it is read in the long way */
        return 0;
    }
    block->next = at + 1 + more + extra;
    return 1;
}

/* Move on past the members of a group, whose names nobody wants. */
static int
pass_members(Block *block, uint32_t listed)
{
    for (uint32_t i = 0; i < listed; i++) {
        uint32_t shared = 0, size = 0, df, cf, extra;
        if (pass_short_member(block)) {
            continue;
        }
        if (begin_string(block, &shared, &size) < 0) {
            return -1;
        }
        block->next += size;
        if (read_counts(block, &df, &cf, &extra) < 0) {
            return -1;
        }
    }
    return 0;
}

/* Read on to the group with a number. Return 1, 0 if there is none, or -1 with an error set. Move `start` to
 * where its list begins. */
static int
find_number(Block *block, Row *row, uint32_t number, uint64_t *start)
{
    int more;
    while ((more = read_row(block, row)) > 0 && number--) {
        if (pass_members(block, row->listed) < 0) {
            return -1;
        }
        *start += row->list;
    }
    return more;
}

/* Read on to the group of a key; return the same. Keys are not assembled: `same` is the number of first bytes
 * that the last key shares with the wanted one. The next key equals the last one up to where it differs from it. */
static int
find_key(Block *block, Row *row, const uint8_t *key, uint32_t wanted, uint64_t *start)
{
    uint32_t same = 0, before = 0;
    while (block->next < block->end) {
        uint32_t shared = 0, size = 0;
        if (begin_string(block, &shared, &size) < 0) {
            return -1;
        }
        if (shared > before) {
            return wrong("a string is too short");
        }
        const uint8_t *rest = block->next;
        block->next += size;
        before = shared + size;
        if (shared <= same) {
            for (same = shared; same < before && same < wanted && rest[same - shared] == key[same]; same++) {
            }
            if (same < before && (same == wanted || rest[same - shared] > key[same])) {
                return 0; /* keys ascend */
            }
        }
        if (read_numbers(block, row) < 0) {
            return -1;
        }
        if (same == wanted && before == wanted) {
            block->name.used = 0;
            return put(&block->name, key + 1, wanted - 1) < 0 ? -1 : 1;
        }
        if (pass_members(block, row->listed) < 0) {
            return -1;
        }
        *start += row->list;
    }
    return 0;
}

int
read_group(const uint8_t *data, size_t size, uint64_t start, const uint8_t *key, uint32_t key_size, uint32_t number,
           PyObject **group)
{
    Block block = {data, data + size, {0}, {0}};
    Row row;
    int is_there = key == NULL ? find_number(&block, &row, number, &start)
                               : find_key(&block, &row, key, key_size, &start);
    if (is_there > 0) {
        is_there = (*group = group_as_tuple(&block, &row, start)) == NULL ? -1 : 1;
    }
    close_block(&block);
    return is_there < 0 ? -1 : 1;
}

/* Read on to a form of a group. Return as `find_list`. */
static int
find_form(Block *block, const Row *row, const uint8_t *form, uint32_t size, ListPlace *place)
{
    Member member;
    for (uint32_t i = 0; i < place->members; i++) {
        if (read_member(block, row, &member) < 0) {
            return -1;
        }
        if (compare(block->name.data, member.size, form, size) == 0) {
            place->chosen = place->members > 1 ? i : NO_MEMBER;
            place->df = member.df;
            place->cf = place->members > 1 ? member.cf : row->cf;
            place->extra = member.extra;
            return 1;
        }
    }
    return 0;
}

int
find_list(const uint8_t *data, size_t size, uint64_t start, const uint8_t *key, uint32_t key_size, const uint8_t *form,
          uint32_t form_size, ListPlace *place)
{
    Block block = {data, data + size, {0}, {0}};
    Row row;
    int found = find_key(&block, &row, key, key_size, &start);
    if (found > 0) {
        *place = (ListPlace){start, row.list, row.df, row.cf, members_of(&row), NO_MEMBER,
                             row.df, row.cf, row.extra};
        found = form == NULL ? 1 : find_form(&block, &row, form, form_size, place);
    }
    close_block(&block);
    return found;
}

/* The keys of a block's groups and the names of their members, one a line, and the numbers as columns. */
typedef struct {
    Bytes lines[2], numbers[NUMBER_PARTS];
} Apart;

static int
add_line(Apart *apart, int part, const Bytes *text)
{
    Bytes *lines = &apart->lines[part];
    if (text->used && memchr(text->data, '\n', text->used) != NULL) {
        return wrong("a string has a line end");
    }
    int is_first = apart->numbers[part == 0 ? GROUP_DF : MEMBER_DF].used == 0;
    return (!is_first && put_byte(lines, '\n') < 0) || put(lines, text->data, text->used) < 0 ? -1 : 0;
}

static int
add_numbers(Apart *apart, int part, const uint32_t *values, int count)
{
    for (int i = 0; i < count; i++) {
        if (put_int(&apart->numbers[part + i], values[i]) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
take_row_apart(Apart *apart, Block *block, const Row *row)
{
    const uint32_t of_group[] = {row->df, row->cf, row->extra, row->list, row->listed};
    Member member;
    if (add_line(apart, 0, &block->key) < 0 || add_numbers(apart, GROUP_DF, of_group, MEMBER_DF) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < row->listed; i++) {
        if (read_member(block, row, &member) < 0 || add_line(apart, 1, &block->name) < 0) {
            return -1;
        }
        const uint32_t of_member[] = {member.df, member.cf, member.extra};
        if (add_numbers(apart, MEMBER_DF, of_member, NUMBER_PARTS - MEMBER_DF) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
core_take_apart(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    if (!PyArg_ParseTuple(args, "y*", &data)) {
        return NULL;
    }
    Block block = {data.buf, (const uint8_t *)data.buf + data.len, {0}, {0}};
    Apart apart = {0};
    Row row;
    int more;
    while ((more = read_row(&block, &row)) > 0 && (more = take_row_apart(&apart, &block, &row)) == 0) {
    }
    PyObject *parts = more < 0 ? NULL : PyTuple_New(2 + NUMBER_PARTS);
    for (int i = 0; i < 2 + NUMBER_PARTS; i++) {
        Bytes *part = i < 2 ? &apart.lines[i] : &apart.numbers[i - 2];
        if (parts != NULL && add_item(parts, (uint32_t)i, as_object(part)) < 0) {
            Py_CLEAR(parts);
        }
        free(part->data);
    }
    close_block(&block);
    PyBuffer_Release(&data);
    return parts;
}

/* Add the members of a group to the names and the columns of their numbers. */
static int
add_terms(PyObject *names, Bytes *numbers, Block *block, const Row *row)
{
    Member member;
    for (uint32_t i = 0; i < members_of(row); i++) {
        if (read_member(block, row, &member) < 0
            || append(names, as_bytes(block->name.data, member.size)) < 0 || put_int(&numbers[0], member.df) < 0
            || put_int(&numbers[1], member.cf) < 0 || put_int(&numbers[2], member.extra) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
core_terms_of(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    char field;
    if (!PyArg_ParseTuple(args, "y*c", &data, &field)) {
        return NULL;
    }
    Block block = {data.buf, (const uint8_t *)data.buf + data.len, {0}, {0}};
    Bytes numbers[3] = {0};
    PyObject *names = PyList_New(0), *found = NULL;
    Row row;
    int more = names == NULL ? -1 : 0;
    while (more == 0 && (more = read_row(&block, &row)) > 0) {
        more = (char)*block.key.data == field ? add_terms(names, numbers, &block, &row)
                                              : pass_members(&block, row.listed);
    }
    if (more == 0) {
        found = Py_BuildValue("(ONNN)", names, as_object(&numbers[0]), as_object(&numbers[1]), as_object(&numbers[2]));
    }
    for (int i = 0; i < 3; i++) {
        free(numbers[i].data);
    }
    Py_XDECREF(names);
    close_block(&block);
    PyBuffer_Release(&data);
    return found;
}

/* ---------------------------------------------------------------- parts of words */

#define MOST_WORDS 64

/* What terms begin with, or have near their ends. */
typedef struct {
    const uint8_t *start, *part;
    size_t start_size, part_size;
} Sought;

/* Words that are sought in terms of a language, `least` bytes behind their beginnings and `most` before their ends. */
typedef struct {
    Sought words[MOST_WORDS];
    Py_ssize_t count;
    const uint8_t *language;
    size_t language_size, least, most;
    PyObject *found;
} Search;

static int
has_part(const Search *search, const Sought *sought, const uint8_t *name, size_t size)
{
    if (size > sought->start_size && *name == *sought->start && memcmp(name, sought->start, sought->start_size) == 0) {
        return 1;
    }
    size_t after = search->most + sought->part_size;
    size_t at = size > search->least + after ? size - after : search->least;
    for (; at + sought->part_size <= size; at++) {
        if (name[at] == *sought->part && memcmp(name + at, sought->part, sought->part_size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Whether a group's key is marked with the language. */
static int
is_of_language(const Search *search, const Bytes *key)
{
    size_t mark = bare_size(key->data, (uint32_t)key->used) + 1, end = mark + search->language_size;
    return end <= key->used && memcmp(key->data + mark, search->language, search->language_size) == 0
           && (end == key->used || key->data[end] == AS_SPELT);
}

static int
look_in_row(const Search *search, Block *block, const Row *row, long group)
{
    int is_wanted = is_of_language(search, &block->key);
    Member member;
    for (uint32_t i = 0; i < members_of(row); i++) {
        if (read_member(block, row, &member) < 0) {
            return -1;
        }
        for (Py_ssize_t n = 0; is_wanted && n < search->count; n++) {
            const uint8_t *name = block->name.data;
            if (has_part(search, &search->words[n], name, member.size)
                && append(search->found, Py_BuildValue("(nlON)", n, group, *block->key.data == 't' ? Py_True : Py_False,
                                                       as_bytes(name, member.size))) < 0) {
                return -1;
            }
        }
    }
    return 0;
}

/* Whether a block may have a key that is marked with a language: the first with its stem has the mark's bytes. */
static int
may_be_marked(const Block *block)
{
    const uint8_t *at = block->next, *end = block->end;
    while (end - at > 2 && (at = memchr(at, LANGUAGE, (size_t)(end - at - 2))) != NULL) {
        if (at[1] >= 'a' && at[1] <= 'z' && at[2] >= 'a' && at[2] <= 'z') {
            return 1;
        }
        at++;
    }
    return 0;
}

static int
bytes_of(PyObject *given, const uint8_t **data, size_t *size)
{
    char *bytes;
    Py_ssize_t count;
    if (PyBytes_AsStringAndSize(given, &bytes, &count) < 0) {
        return -1;
    }
    *data = (const uint8_t *)bytes;
    *size = (size_t)count;
    return count ? 0 : wrong("what is sought has a character");
}

static int
read_sought(Search *search, PyObject *words)
{
    if (PyTuple_Size(words) > MOST_WORDS) {
        return wrong("too many words are sought");
    }
    for (search->count = 0; search->count < PyTuple_Size(words); search->count++) {
        Sought *sought = &search->words[search->count];
        PyObject *start, *part;
        if (!PyArg_ParseTuple(PyTuple_GetItem(words, search->count), "SS", &start, &part)
            || bytes_of(start, &sought->start, &sought->start_size) < 0
            || bytes_of(part, &sought->part, &sought->part_size) < 0) {
            return -1;
        }
    }
    return 0;
}

PyObject *
core_words_with(PyObject *Py_UNUSED(module), PyObject *args)
{
    Py_buffer data;
    PyObject *words, *language;
    Search search;
    Py_ssize_t least, most;
    if (!PyArg_ParseTuple(args, "y*O!Snn", &data, &PyTuple_Type, &words, &language, &least, &most)) {
        return NULL;
    }
    search.least = least < 0 ? 0 : (size_t)least;
    search.most = most < 0 ? 0 : (size_t)most;
    search.found = PyList_New(0);
    Block block = {data.buf, (const uint8_t *)data.buf + data.len, {0}, {0}};
    Row row;
    int more = search.found == NULL || bytes_of(language, &search.language, &search.language_size) < 0
                       || read_sought(&search, words) < 0
                   ? -1
                   : may_be_marked(&block);
    for (long group = 0; more > 0 && (more = read_row(&block, &row)) > 0; group++) {
        more = look_in_row(&search, &block, &row, group) < 0 ? -1 : 1;
    }
    if (more < 0) {
        Py_CLEAR(search.found);
    }
    close_block(&block);
    PyBuffer_Release(&data);
    return search.found;
}
