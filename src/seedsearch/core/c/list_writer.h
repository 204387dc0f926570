/* Writing posting lists: see postings.h. Nothing here needs the interpreter's lock. */

#pragma once

#include "memory.h"
#include "postings.h"

/* A list under construction. Its members are numbers; `end_list` gets their count. */
typedef struct {
    Bytes table, postings, positions;
    uint32_t *members; /* of each occurrence, if there are several */
    size_t members_room;
    uint32_t df, cf, last; /* last: the last passage */
    /* At the end of the last whole block: */
    uint32_t block_last, block_cf;
    size_t block_postings, block_positions;
} ListWriter;

/* Write a number where there is room for MOST_CODE bytes. Return where its code ends. */
static inline uint8_t *
write_code(uint8_t *at, uint32_t value)
{
    if (value < FIRST_OF_THREE) { /* nearly always, with one byte or two: a branch would often be predicted wrong */
        const uint32_t more = value >= FIRST_OF_TWO, rest = value - FIRST_OF_TWO;
        at[0] = (uint8_t)(more ? TWO_BYTES + (rest >> 8) : value);
        at[1] = (uint8_t)rest;
        at += 1 + more;
    }
    else if (value < FIRST_OF_FIVE) {
        value -= FIRST_OF_THREE;
        *at++ = (uint8_t)(THREE_BYTES + (value >> 16));
        *at++ = (uint8_t)(value >> 8);
        *at++ = (uint8_t)value;
    }
    else {
        *at++ = FIVE_BYTES;
        memcpy(at, &value, sizeof value);
        at += sizeof value;
    }
    return at;
}

/* Begin a new list. */
void begin_list(ListWriter *writer);

/* End a block of postings. */
int end_list_block(ListWriter *writer);

/* Add a posting, and make room for its positions and members. The caller writes its positions next. */
static inline int
add_posting(ListWriter *writer, uint32_t doc, uint32_t tf)
{
    if (writer->df && writer->df % BLOCK_POSTINGS == 0 && end_list_block(writer) < 0) {
        return -1;
    }
    Bytes *postings = &writer->postings, *positions = &writer->positions;
    if (reserve(&postings->data, &postings->room, postings->used + 2 * MOST_CODE, 1) < 0
        || reserve(&positions->data, &positions->room, positions->used + (size_t)tf * MOST_CODE, 1) < 0) {
        return -1;
    }
    uint32_t gap = writer->df ? doc - writer->last - 1 : doc;
    uint8_t *at = write_code(postings->data + postings->used, gap << 1 | (tf == 1));
    if (tf != 1) {
        at = write_code(at, tf);
    }
    postings->used = (size_t)(at - postings->data);
    writer->last = doc;
    writer->df++;
    writer->cf += tf;
    return 0;
}

/* End a list with `members` members, and append its bytes to `out`. */
int end_list(ListWriter *writer, uint32_t members, Bytes *out);

void free_list_writer(ListWriter *writer);
