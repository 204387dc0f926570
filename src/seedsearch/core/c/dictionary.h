/* The blocks of a segment's dictionaries: writing them, and taking those of groups apart. docs/index-format.md describes
 * them. Nothing here needs the interpreter's lock but `set_dictionary` and `read_group`. */

#pragma once

#include "memory.h"

#define LANGUAGE ' ' /* stands in a key or a term before the language that it is stemmed by; analysis/stemming.py */
#define AS_SPELT '='  /* stands behind the language, before the stem with its accents */
#define MEMBER_BITS 20
#define MOST_MEMBERS (1u << MEMBER_BITS) /* of a group */

#define GROUPS_A_BLOCK 128 /* index/dictionary.py */
#define TERMS_A_BLOCK 256

/* A member of a group. */
typedef struct {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t df, cf, extra;
} Member;

/* A group: its key without the field's byte, and its members in the order of their bytes. */
typedef struct {
    const uint8_t *bytes;
    uint32_t size;
    char field;
    uint32_t df, cf, extra;
    uint32_t list; /* bytes of its posting list */
    size_t start;  /* where that list begins */
    const Member *members;
    uint32_t count;
} Group;

/* The numbers of a block of groups, as columns. */
enum { GROUP_DF, GROUP_CF, GROUP_EXTRA, GROUP_LIST, GROUP_LISTED, MEMBER_DF, MEMBER_CF, MEMBER_EXTRA, NUMBER_PARTS };

/* Byte strings end to end, and where each ends. */
typedef struct {
    Bytes bytes;
    Numbers ends;
} Blobs;

/* The dictionaries of a segment under construction. */
typedef struct {
    Bytes key, before;          /* of the group being added, and of the one before it in its block */
    uint32_t in_block, groups;  /* number of groups in the current block, and in all */
    uint64_t lists;             /* bytes of all posting lists */
    Bytes terms; /* of the current block of terms */
    Numbers group_of;
    Blobs group_blocks, group_firsts, term_blocks, term_firsts;
    Bytes marked; /* the terms of languages that stem spellings, and the keys of their groups: a line each */
    Numbers bases;
} DictionaryWriter;

/* Return the size of a key or a term without its language. */
static inline uint32_t
bare_size(const uint8_t *bytes, uint32_t size)
{
    const uint64_t each = 0x0101010101010101u, language = each * LANGUAGE;
    for (uint32_t at = 0; at < size; at += 8) { /* faster than `memchr`: terms are short, and few have a language */
        const uint64_t eight = load(bytes + at, size - at) ^ language;
        if ((eight - each) & ~eight & each << 7) {
            return (uint32_t)((const uint8_t *)memchr(bytes + at, LANGUAGE, size - at) - bytes);
        }
    }
    return size;
}

/* Add the next group; groups are numbered in order. Return whether its members are listed. A single member that
 * adds nothing to the group is not. */
int put_group(DictionaryWriter *writer, const Group *group);

/* Add the next term of a field, without its language, with the number of its group. */
int put_term(DictionaryWriter *writer, char field, const uint8_t *bytes, uint32_t size, uint32_t group);

/* End the last blocks. */
int end_dictionary(DictionaryWriter *writer);

/* Put the dictionaries into a dict: see `Inverted` in _core.pyi. */
int set_dictionary(PyObject *result, const DictionaryWriter *writer);

void free_dictionary(DictionaryWriter *writer);

/* The groups of a segment and their members, read from its blocks. Pointers are set once all are read. */
typedef struct {
    Group *groups;
    Member *members;
    size_t count, room, member_count, member_room;
    Bytes text; /* all keys and names of members */
} GroupTable;

/* Read all groups of a segment from a tuple of blocks; `lists` is the size of all posting lists in bytes. Set a
 * ValueError if the blocks are invalid. */
int read_groups(GroupTable *table, PyObject *blocks, size_t lists);

void free_groups(GroupTable *table);

/* Return the group of a key, or NULL. */
const Group *find_group(const GroupTable *table, char field, const uint8_t *bytes, uint32_t size);

/* Read the group of a key from a block whose lists begin at `start`, or if the key is NULL that of a number in the block: a
 * tuple for Python, left as it was where there is none. 1, or -1 with a ValueError where the block cannot be read. */
int read_group(const uint8_t *data, size_t size, uint64_t start, const uint8_t *key, uint32_t key_size, uint32_t number,
               PyObject **group);

/* Where the posting list of a group is, and what is counted: by the list, and for those forms that are wanted. */
typedef struct {
    uint64_t start;
    uint32_t size, list_df, list_cf, members;
    uint32_t chosen; /* the wanted form, or NO_MEMBER for all */
    uint32_t df, cf, extra;
} ListPlace;

#define NO_MEMBER UINT32_MAX

/* Find the posting list of a key in a block whose lists begin at `start`; with `form`, that of one of its forms. Return 1, 0 if
 * there is none, or -1 with a ValueError where the block cannot be read. */
int find_list(const uint8_t *data, size_t size, uint64_t start, const uint8_t *key, uint32_t key_size, const uint8_t *form,
              uint32_t form_size, ListPlace *place);

/* The order of two byte strings: below, at, or above zero. */
static inline int
compare(const uint8_t *one, uint32_t one_size, const uint8_t *other, uint32_t other_size)
{
    uint32_t least = one_size < other_size ? one_size : other_size;
    int order = least ? memcmp(one, other, least) : 0;
    return order ? order : (one_size > other_size) - (one_size < other_size);
}

/* Compare two groups by their keys. */
static inline int
compare_groups(const Group *one, const Group *other)
{
    return one->field != other->field ? one->field - other->field
                                      : compare(one->bytes, one->size, other->bytes, other->size);
}
