/* Read and write posting lists: see postings.h and list_writer.h. */

#include "list_writer.h"

/* ---------------------------------------------------------------- writing */

void
begin_list(ListWriter *writer)
{
    writer->table.used = writer->postings.used = writer->positions.used = 0;
    writer->df = writer->cf = writer->last = writer->block_last = writer->block_cf = 0;
    writer->block_postings = writer->block_positions = 0;
}

int
end_list_block(ListWriter *writer)
{
    Bytes *table = &writer->table;
    if (reserve(&table->data, &table->room, table->used + MOST_ENTRY, 1) < 0) {
        return -1;
    }
    uint8_t *at = table->data + table->used;
    at = write_code(at, writer->last - writer->block_last);
    at = write_code(at, (uint32_t)(writer->postings.used - writer->block_postings));
    at = write_code(at, writer->cf - writer->block_cf);
    at = write_code(at, (uint32_t)(writer->positions.used - writer->block_positions));
    table->used = (size_t)(at - table->data);
    writer->block_last = writer->last;
    writer->block_cf = writer->cf;
    writer->block_postings = writer->postings.used;
    writer->block_positions = writer->positions.used;
    return 0;
}

/* Return the number of bits for a member's number in a group of `members`. */
static unsigned
bits_of(uint32_t members)
{
    unsigned bits = 0;
    for (uint32_t largest = members - 1; largest; largest >>= 1) {
        bits++;
    }
    return bits;
}

static int
put_members(const ListWriter *writer, uint32_t members, Bytes *out)
{
    unsigned bits = bits_of(members), held = 0;
    uint64_t pending = 0;
    size_t size = (size_t)(((uint64_t)writer->cf * bits + 7) / 8);
    if (reserve(&out->data, &out->room, out->used + size, 1) < 0) {
        return -1;
    }
    uint8_t *at = out->data + out->used;
    for (uint32_t i = 0; i < writer->cf; i++) {
        pending |= (uint64_t)writer->members[i] << held;
        for (held += bits; held >= 8; held -= 8, pending >>= 8) {
            *at++ = (uint8_t)pending;
        }
    }
    if (held) {
        *at = (uint8_t)pending;
    }
    out->used += size;
    return 0;
}

int
end_list(ListWriter *writer, uint32_t members, Bytes *out)
{
    if (writer->df > BLOCK_POSTINGS
        && (end_list_block(writer) < 0 || put(out, writer->table.data, writer->table.used) < 0)) {
        return -1;
    }
    return put(out, writer->postings.data, writer->postings.used) < 0
                   || put(out, writer->positions.data, writer->positions.used) < 0
                   || (members > 1 && put_members(writer, members, out) < 0)
               ? -1
               : 0;
}

void
free_list_writer(ListWriter *writer)
{
    free(writer->table.data);
    free(writer->postings.data);
    free(writer->positions.data);
    free(writer->members);
}

/* ---------------------------------------------------------------- reading */

/* Find the parts of a list with a skip table. Their sizes are the sums of its entries. */
static int
open_table(List *list)
{
    uint32_t blocks = (list->df + BLOCK_POSTINGS - 1) / BLOCK_POSTINGS;
    uint64_t bytes = 0, positions = 0, occurrences = 0, last = 0;
    const uint8_t *at = list->bytes;
    list->table = at;
    for (uint32_t i = 0; i < blocks; i++) {
        Entry entry = {0};
        if (read_entry(&at, list->members_at, &entry) < 0) {
            return -1;
        }
        last += entry.last;
        bytes += entry.bytes;
        positions += entry.positions;
        occurrences += entry.occurrences;
    }
    if (last >= list->passages || occurrences != list->cf || bytes + positions != (uint64_t)(list->members_at - at)) {
        return wrong("a skip table and its list do not agree");
    }
    list->table_end = at;
    list->next = list->block_end = at;
    list->positions = list->position = list->block_positions = at + bytes;
    return 0;
}

int
open_list(List *list, const uint8_t *bytes, size_t size, uint32_t df, uint32_t cf, uint32_t members, size_t passages)
{
    memset(list, 0, sizeof *list);
    if (df == 0 || cf < df || members == 0 || df > passages || passages > UINT32_MAX) {
        return wrong("a list has passages, occurrences and members");
    }
    list->bytes = list->next = bytes;
    list->end = bytes + size;
    list->df = df;
    list->cf = cf;
    list->members = members;
    list->passages = passages;
    list->member_bits = bits_of(members);
    uint64_t member_bytes = ((uint64_t)cf * list->member_bits + 7) / 8;
    if (size < cf || member_bytes > size) {
        return wrong("a list is too short");
    }
    list->members_at = list->end - member_bytes;
    if (df > BLOCK_POSTINGS) {
        return open_table(list);
    }
    list->block_end = list->members_at; /* an upper bound: the postings show their end themselves */
    list->block_read = df;
    return 0;
}

/* Return whether the last block, read or skipped, ends as the skip table says. */
static int
is_block_whole(const List *list)
{
    return list->next == list->block_end && list->to == list->block_to && list->doc == list->block_last
           && (list->placed != list->to || list->position == list->block_positions);
}

int
next_block(List *list)
{
    Entry entry = {0};
    if (list->read && !is_block_whole(list)) {
        return wrong("a skip table and its list do not agree");
    }
    if (read_entry(&list->table, list->table_end, &entry) < 0) {
        return -1;
    }
    list->position = list->block_positions;
    list->placed = list->to;
    /* `open_table` has checked that the sums over all blocks are inside the list. */
    list->block_read = list->df - list->read < BLOCK_POSTINGS ? list->df : list->read + BLOCK_POSTINGS;
    list->block_last += entry.last;
    list->block_end += entry.bytes;
    list->block_to += entry.occurrences;
    list->block_positions += entry.positions;
    return 0;
}

int
check_end(const List *list)
{
    int is_whole = list->table != NULL
                       ? is_block_whole(list)
                       : list->positions == NULL
                             || (list->next == list->positions
                                 && (list->placed != list->cf || list->position == list->members_at));
    return list->to == list->cf && is_whole ? 0 : wrong("occurrences are not as many as they should be");
}

/* Read on in the current block up to passage `doc` while postings are short. Return whether it, or one after it, is reached. */
static int
skip_short(List *list, uint32_t doc)
{
    const uint8_t *at = list->next, *end = list->block_end;
    uint32_t most = list->block_read - list->read; /* `read_posting` reads the last one */
    uint32_t passage = list->doc, left = list->cf - list->to, count = 0, last = 0;
    while (passage < doc && count + 1 < most && end - at > 8) { /* as in `read_short` */
        uint64_t bits;
        memcpy(&bits, at, sizeof bits);
        int i = 0;
        do {
            uint32_t code, tf, bytes = take_short(&bits, at, &code, &tf), next = passage + 1 + (code >> 1);
            if (!bytes || next >= list->passages || tf > left) {
                most = 0;
                break;
            }
            at += bytes;
            passage = next;
            left -= tf;
            last = tf;
            count++;
        } while (++i < 4 && bits && passage < doc && count + 1 < most);
    }
    list->next = at;
    list->read += count;
    list->doc = passage;
    list->to = list->cf - left;
    list->from = count ? list->to - last : list->from;
    return passage >= doc;
}

int
skip_to(List *list, uint32_t doc)
{
    if (list->read && list->doc >= doc) {
        return 1;
    }
    while (list->table != NULL && (list->block_read == 0 || list->block_last < doc)) {
        if (list->read < list->block_read) { /* skip the rest of the block */
            list->read = list->block_read;
            list->next = list->block_end;
            list->doc = list->block_last;
            list->to = list->block_to;
        }
        if (list->read == list->df) {
            return 0;
        }
        if (next_block(list) < 0) {
            return -1;
        }
    }
    do {
        int more = read_posting(list);
        if (more <= 0 || list->doc >= doc) {
            return more;
        }
    } while (!skip_short(list, doc));
    return 1;
}

/* Find where the positions of a list without a skip table begin: after its postings. */
static int
find_part(List *list)
{
    const uint8_t *at = list->next;
    for (uint32_t i = list->read; i < list->df; i++) {
        uint32_t code = 0;
        if (read_code(&at, list->members_at, &code) < 0 || (!(code & 1) && pass_codes(&at, list->members_at, 1) < 0)) {
            return -1;
        }
    }
    list->positions = list->position = list->block_end = at;
    return 0;
}

int
find_positions(List *list)
{
    if (list->positions == NULL && find_part(list) < 0) {
        return -1;
    }
    if (pass_codes(&list->position, list->members_at, list->from - list->placed) < 0) {
        return -1;
    }
    list->placed = list->from;
    return 0;
}

int
check_padding(const List *list)
{
    uint64_t used = (uint64_t)list->cf * list->member_bits % 8;
    return used == 0 || list->end[-1] >> used == 0 ? 0 : wrong("a list ends with something else");
}

/* ---------------------------------------------------------------- a word's sources */

const void *
open_view(Py_buffer *view, PyObject *object, size_t bytes, size_t *count)
{
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) {
        view->obj = NULL;
        return NULL;
    }
    if ((size_t)view->len % bytes || (view->len && (uintptr_t)view->buf % bytes)) { /* empty: anywhere */
        PyBuffer_Release(view);
        wrong("numbers of other bytes are wanted");
        return NULL;
    }
    *count = (size_t)view->len / bytes;
    return view->buf;
}

void
close_source(Source *source)
{
    while (source->view_count) {
        PyBuffer_Release(&source->views[--source->view_count]);
    }
}

static const void *
source_view(Source *source, PyObject *object, size_t bytes, size_t *count)
{
    const void *found = open_view(&source->views[source->view_count], object, bytes, count);
    source->view_count += found != NULL;
    return found;
}

int
open_source(Source *source, PyObject *given, size_t passages)
{
    PyObject *data, *chosen;
    unsigned int df, cf, members;
    size_t size;
    source->view_count = 0;
    if (!PyArg_Parse(given, "(pOIIIO)", &source->in_title, &data, &df, &cf, &members, &chosen)) {
        return -1;
    }
    source->has_members = chosen != Py_None;
    source->chosen = NULL;
    if (source->has_members && (source->chosen = source_view(source, chosen, 4, &source->chosen_count)) == NULL) {
        return -1;
    }
    const uint8_t *bytes = source_view(source, data, 1, &size);
    return bytes == NULL ? -1 : open_list(&source->list, bytes, size, df, cf, members, passages);
}

/* ---------------------------------------------------------------- for Python */

/* A list as numbers of 32 bits: passages, frequencies, members, positions. */
typedef struct {
    uint32_t *docs, *tfs, *members, *positions;
} Decoded;

static int
decode(List *list, Decoded *decoded)
{
    int more;
    while ((more = read_posting(list)) > 0) {
        decoded->docs[list->read - 1] = list->doc;
        decoded->tfs[list->read - 1] = list->to - list->from;
        if (decoded->positions == NULL) {
            continue;
        }
        uint32_t position = 0;
        if (find_positions(list) < 0) {
            return -1;
        }
        for (uint32_t i = list->from; i < list->to; i++) {
            if (read_position(list, &position) < 0) {
                return -1;
            }
            decoded->positions[i] = position;
        }
    }
    for (uint32_t i = 0; more == 0 && decoded->members != NULL && i < list->cf; i++) {
        decoded->members[i] = member_at(list, i);
        if (decoded->members[i] >= list->members) {
            return wrong("its occurrences are of terms that are not there");
        }
    }
    return more < 0 || check_padding(list) < 0 ? -1 : 0;
}

/* Return a new bytes object with room for `count` numbers. */
static PyObject *
room_for_numbers(uint32_t count, uint32_t **numbers)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)count * (Py_ssize_t)sizeof(uint32_t));
    if (bytes != NULL) {
        *numbers = (uint32_t *)(void *)PyBytes_AsString(bytes);
    }
    return bytes;
}

PyObject *
core_decode_postings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *data, *objects[4] = {NULL};
    unsigned int df, cf, members, passages;
    int with_positions;
    size_t size;
    Py_buffer view;
    List list;
    if (!PyArg_ParseTuple(args, "OIIIIp", &data, &df, &cf, &members, &passages, &with_positions)) {
        return NULL;
    }
    const uint8_t *bytes = open_view(&view, data, 1, &size);
    if (bytes == NULL) {
        return NULL;
    }
    Decoded decoded = {0};
    int failed = open_list(&list, bytes, size, df, cf, members, passages) < 0
                 || (objects[0] = room_for_numbers(df, &decoded.docs)) == NULL
                 || (objects[1] = room_for_numbers(df, &decoded.tfs)) == NULL
                 || (objects[2] = room_for_numbers(members > 1 ? cf : 0, &decoded.members)) == NULL
                 || (objects[3] = room_for_numbers(with_positions ? cf : 0, &decoded.positions)) == NULL;
    decoded.members = members > 1 ? decoded.members : NULL;
    decoded.positions = with_positions ? decoded.positions : NULL;
    if (!failed) {
        Py_BEGIN_ALLOW_THREADS
        failed = decode(&list, &decoded) < 0;
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&view);
    if (failed) {
        Py_CLEAR(objects[0]);
    }
    return Py_BuildValue("(NNNN)", objects[0], objects[1], objects[2], objects[3]);
}
