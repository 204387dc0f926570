/* Reading posting lists from beginning to end, or with skips. docs/index-format.md describes the bytes,
 * core/posting_list.py specifies them.
 *
 * The index may come from somebody else. So each number is checked before it is used as a place. Invalid data
 * sets a ValueError, which index/failed_read.py reports as damage. Only `open_source` and `close_source` need the
 * interpreter's lock. */

#pragma once

#include "memory.h"

#define BLOCK_POSTINGS 128 /* a longer list has a skip table */

/* The number code: the first byte gives the length. */
#define TWO_BYTES 224
#define THREE_BYTES 240
#define FIVE_BYTES 248
#define FIRST_OF_TWO 224u
#define FIRST_OF_THREE (FIRST_OF_TWO + (THREE_BYTES - TWO_BYTES) * 256u)
#define FIRST_OF_FIVE (FIRST_OF_THREE + (FIVE_BYTES - THREE_BYTES) * 65536u)
#define MOST_CODE 5 /* bytes */
#define MOST_ENTRY (4 * MOST_CODE)

typedef struct {
    const uint8_t *bytes;
    size_t passages; /* of the segment */
    uint32_t df, cf, members;
    unsigned member_bits;
    const uint8_t *positions; /* the positions; NULL if not found yet */
    const uint8_t *members_at, *end;
    /* The last posting read: the number of postings read, its passage, and the range of its occurrences. */
    uint32_t read, doc, from, to;
    const uint8_t *next;      /* the next posting */
    /* The next position, and the occurrence that it belongs to. */
    const uint8_t *position;
    uint32_t placed;
    /* For a list with a skip table: the next entry, and the end of the current block. */
    const uint8_t *table, *table_end;
    const uint8_t *block_end, *block_positions;
    uint32_t block_read, block_last, block_to; /* postings, last passage, occurrences */
} List;

/* Read a number and move on. */
static inline int
read_code(const uint8_t **next, const uint8_t *end, uint32_t *value)
{
    const uint8_t *at = *next;
    size_t left = (size_t)(end - at);
    if (left && *at < TWO_BYTES) {
        *value = *at;
        *next = at + 1;
        return 0;
    }
    if (left > 1 && *at < THREE_BYTES) {
        *value = FIRST_OF_TWO + ((uint32_t)(*at - TWO_BYTES) << 8 | at[1]);
        *next = at + 2;
        return 0;
    }
    if (left > 2 && *at < FIVE_BYTES) {
        *value = FIRST_OF_THREE + ((uint32_t)(*at - THREE_BYTES) << 16 | (uint32_t)at[1] << 8 | at[2]);
        *next = at + 3;
        return 0;
    }
    if (left > 4 && *at == FIVE_BYTES) {
        memcpy(value, at + 1, sizeof *value);
        *next = at + 5;
        return *value < FIRST_OF_FIVE ? wrong("a number is longer than it need be") : 0;
    }
    return wrong("a number cannot be read");
}

#define EACH_BYTE 0x0101010101010101u

static inline int
has_long_code(uint64_t eight)
{
    return (eight & eight << 1 & eight << 2 & EACH_BYTE * 0x80) != 0; /* a byte of TWO_BYTES or more */
}

/* Skip `count` numbers. */
static inline int
pass_codes(const uint8_t **next, const uint8_t *end, uint32_t count)
{
    const uint8_t *at = *next;
    uint64_t eight;
    for (; count >= sizeof eight && (size_t)(end - at) >= sizeof eight; at += sizeof eight, count -= sizeof eight) {
        memcpy(&eight, at, sizeof eight);
        if (has_long_code(eight)) {
            break;
        }
    }
    for (; count; count--) {
        size_t left = (size_t)(end - at), size;
        if (left == 0) {
            return wrong("numbers are fewer than they should be");
        }
        size = *at < TWO_BYTES ? 1 : *at < THREE_BYTES ? 2 : *at < FIVE_BYTES ? 3 : 5;
        if (*at > FIVE_BYTES || size > left) {
            return wrong("a number cannot be read");
        }
        at += size;
    }
    *next = at;
    return 0;
}

/* The skip table's entry for a block. */
typedef struct {
    uint32_t last, bytes, occurrences, positions;
} Entry;

static inline int
read_entry(const uint8_t **next, const uint8_t *end, Entry *entry)
{
    return read_code(next, end, &entry->last) < 0 || read_code(next, end, &entry->bytes) < 0
                   || read_code(next, end, &entry->occurrences) < 0 || read_code(next, end, &entry->positions) < 0
               ? -1
               : 0;
}

/* Begin to read a list; df, cf and the number of members are from the dictionary. */
int open_list(List *list, const uint8_t *bytes, size_t size, uint32_t df, uint32_t cf, uint32_t members,
              size_t passages);

/* Begin the next block of a list with a skip table. */
int next_block(List *list);

/* Check the state after the last posting. */
int check_end(const List *list);

/* Read the next posting. Return 1, 0 at the end, or -1 with an error set. */
static inline int
read_posting(List *list)
{
    uint32_t code = 0, tf = 1;
    if (list->read == list->df) {
        return check_end(list);
    }
    if (list->read == list->block_read && next_block(list) < 0) {
        return -1;
    }
    if (read_code(&list->next, list->block_end, &code) < 0
        || (!(code & 1) && read_code(&list->next, list->block_end, &tf) < 0)) {
        return -1;
    }
    uint64_t doc = (uint64_t)(code >> 1) + (list->read ? (uint64_t)list->doc + 1 : 0);
    if (doc >= list->passages || (!(code & 1) && tf < 2) || tf > list->cf - list->to) {
        return wrong("passages are there, and occurrences are as many as they should be");
    }
    list->doc = (uint32_t)doc;
    list->read++;
    list->from = list->to;
    list->to += tf;
    return 1;
}

/* Take the first posting of eight bytes, if it has two bytes at most: its code and its frequency. No branch depends on it. */
static inline uint32_t
take_posting(uint64_t *eight, uint32_t *tf)
{
    uint64_t after_one = *eight >> 8, after_two = *eight >> 16;
    uint32_t code = *eight & 0xff, once = code & 1;
    *tf = (after_one & 0xff & (once - 1)) | once;
    *eight = once ? after_one : after_two;
    return code;
}

/* Take the first posting of eight bytes, which are those from `at` on. Return its bytes, or 0 if it is longer than four or
 * wrong. If its code has two bytes, empty `eight`. */
static inline uint32_t
take_short(uint64_t *eight, const uint8_t *at, uint32_t *code, uint32_t *tf)
{
    uint32_t bytes = 1;
    *code = take_posting(eight, tf);
    if (*code >= THREE_BYTES) {
        return 0;
    }
    if (*code >= TWO_BYTES) {
        *code = FIRST_OF_TWO + ((*code - TWO_BYTES) << 8 | at[1]);
        *tf = *code & 1 ? 1 : at[2];
        *eight = 0;
        bytes = 2;
    }
    return ((*tf >= TWO_BYTES) | (*tf + (*code & 1) < 2)) ? 0 : bytes + 1 - (*code & 1);
}

/* Read postings before passage `until` in the current block while they are short. Return how many, with their passages and
 * frequencies in `docs` and `tfs`. */
static inline uint32_t
read_short(List *list, uint32_t until, uint32_t *docs, uint32_t *tfs)
{
    const uint8_t *at = list->next, *end = list->block_end;
    uint32_t most = list->block_read - list->read; /* `read_posting` reads the last one */
    uint32_t passage = list->doc, left = list->cf - list->to, count = 0, tf;
    until = until < list->passages ? until : (uint32_t)list->passages;
    while (count + 1 < most && end - at > 8) { /* the fourth posting may end behind the eight bytes */
        uint64_t bits;
        memcpy(&bits, at, sizeof bits);
        if (count + 4 < most && !has_long_code(bits)) { /* where one does not fit, they are read again */
            uint32_t doc = passage, bytes = 8, sum = 0, wrong_tfs = 0;
            for (uint32_t i = count; i < count + 4; i++) {
                uint32_t code = take_posting(&bits, &tf);
                docs[i] = doc += 1 + (code >> 1);
                tfs[i] = tf;
                wrong_tfs |= tf + (code & 1) < 2;
                bytes -= code & 1;
                sum += tf;
            }
            if (doc < until && doc > passage && sum <= left && !wrong_tfs) {
                at += bytes;
                passage = doc;
                left -= sum;
                count += 4;
                continue;
            }
        }
        memcpy(&bits, at, sizeof bits);
        int i = 0;
        do {
            uint32_t code, bytes = take_short(&bits, at, &code, &tf), next = passage + 1 + (code >> 1);
            if (!bytes || next >= until || tf > left) {
                most = 0;
                break;
            }
            at += bytes;
            left -= tf;
            docs[count] = passage = next;
            tfs[count++] = tf;
        } while (++i < 4 && bits && count + 1 < most);
    }
    list->next = at;
    list->read += count;
    list->doc = passage;
    list->to = list->cf - left;
    list->from = count ? list->to - tfs[count - 1] : list->from;
    return count;
}

/* Read on to the first posting whose passage is not before `doc`, perhaps the last one read. Return 1, 0 if there
 * is none, or -1 with an error set. */
int skip_to(List *list, uint32_t doc);

/* Move to the positions of the last posting read: the bytes from `list->position` on. */
int find_positions(List *list);

/* Read the next position of the last posting read, after `find_positions`; `before` is the position before it. */
static inline int
read_position(List *list, uint32_t *before)
{
    uint32_t step = 0;
    if (read_code(&list->position, list->members_at, &step) < 0) {
        return -1;
    }
    if (list->placed++ == list->from) {
        *before = step;
        return 0;
    }
    if (step > UINT32_MAX - *before) {
        return wrong("a position is too large");
    }
    *before += step;
    return 0;
}

/* Return the member of an occurrence. */
static inline uint32_t
member_at(const List *list, uint32_t occurrence)
{
    if (list->member_bits == 0) {
        return 0;
    }
    uint64_t bit = (uint64_t)occurrence * list->member_bits, bits = 0;
    const uint8_t *at = list->members_at + (bit >> 3);
    size_t left = (size_t)(list->end - at);
    if (left >= sizeof bits) { /* at most 7 bits before it and its own 32 */
        memcpy(&bits, at, sizeof bits);
    }
    else {
        memcpy(&bits, at, left);
    }
    return (uint32_t)(bits >> (bit & 7)) & (uint32_t)((1ull << list->member_bits) - 1);
}

/* Check that the bits after the last member are 0. */
int check_padding(const List *list);

/* ---------------------------------------------------------------- a word's sources, as queries hand them over */

/* A list in bodies or in titles, and the members that belong to the word. */
typedef struct {
    int in_title, has_members;
    List list;
    const uint32_t *chosen; /* members */
    size_t chosen_count;
    Py_buffer views[2];
    int view_count;
} Source;

/* Return the contents of a buffer as numbers of `bytes` bytes, and their count. */
const void *open_view(Py_buffer *view, PyObject *object, size_t bytes, size_t *count);

/* Open a source from a tuple: whether it is in titles, the list's bytes, df, cf, the number of members, the
 * chosen members or None. The segment has `passages` passages. */
int open_source(Source *source, PyObject *given, size_t passages);

void close_source(Source *source);

static inline int
is_chosen(const Source *source, uint32_t member)
{
    for (size_t i = 0; i < source->chosen_count; i++) {
        if (source->chosen[i] == member) {
            return 1;
        }
    }
    return 0;
}

/* Return how many occurrences of the last posting read belong to the word. */
static inline uint32_t
occurrences_at(const Source *source)
{
    const List *list = &source->list;
    if (!source->has_members) {
        return list->to - list->from;
    }
    uint32_t count = 0;
    for (uint32_t i = list->from; i < list->to; i++) {
        count += (uint32_t)is_chosen(source, member_at(list, i));
    }
    return count;
}
