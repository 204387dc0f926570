/* Memory that grows, columns of numbers, and strings by number: what the files of the inverter build on. */

#ifndef SEEDSEARCH_MEMORY_H
#define SEEDSEARCH_MEMORY_H

#include "core.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

typedef struct {
    uint8_t *data;
    size_t used, room;
} Bytes;

/* Numbers of 64 bits that are to be a column. */
typedef struct {
    uint64_t *values;
    size_t room, count;
} Numbers;

typedef struct {
    uint64_t beginning; /* its first eight bytes */
    uint32_t number;    /* of the string, and one; 0 where the slot is free */
    uint32_t size;      /* bytes */
} Slot;

typedef struct {
    uint64_t seed; /* of hashes: no document can be written so that all its words have one */
    Slot *slots;
    size_t mask; /* number of slots, less one */
    Bytes text;  /* all strings, end to end */
    size_t *ends;
    size_t ends_room;
    uint32_t count;
} Strings;

int no_memory(void);

int too_large(const char *what);

/* Zeroed memory for `count` items; at least one, so that NULL is always a failure. */
void *zeroed(size_t count, size_t size);

/* Memory for very many items that are written in no order, in large pages where the system has them: it is not zeroed. */
void *scattered(size_t count, size_t size);

/* Like `reserve`, for what grows very long: in great steps, for large pages cannot be moved as others can, and what is
 * not written yet takes no memory. */
int reserve_long(void *array, size_t *room, size_t need, size_t size);

PyObject *as_object(const Bytes *bytes);

/* Append to a list, and let go of the object. */
int append(PyObject *list, PyObject *object);

/* Put into a dict, and let go of the object. */
int set(PyObject *dict, const char *key, PyObject *object);

/* A column in the narrowest type that holds its numbers: the type's code, and bytes. */
PyObject *as_column(const Numbers *numbers);

uint64_t sum_of(const Numbers *numbers);

/* The number of a string with that hash, which it gets when it is new; NONE, and an exception, when that fails. */
uint32_t number_by_hash(Strings *strings, const uint8_t *bytes, size_t size, size_t hash);

uint32_t number_of(Strings *strings, const uint8_t *bytes, size_t size);

void free_strings(Strings *strings);

/* Make room for more than `need` items of `size` bytes each; `array` is where the pointer to them is kept, which is
 * not NULL afterwards even if there is nothing to keep: 0 may be added to it. */
static inline int
reserve(void *array, size_t *room, size_t need, size_t size)
{
    void *data;
    if (need < *room) {
        return 0;
    }
    memcpy(&data, array, sizeof data); /* a pointer of any type */
    size_t wanted = *room + *room / 2 + 64;
    wanted = wanted < need ? need : wanted;
    if (wanted > PY_SSIZE_T_MAX / size) {
        return no_memory();
    }
    data = realloc(data, wanted * size);
    if (data == NULL) {
        return no_memory();
    }
    memcpy(array, &data, sizeof data);
    *room = wanted;
    return 0;
}

static inline int
put(Bytes *bytes, const void *data, size_t size)
{
    if (reserve(&bytes->data, &bytes->room, bytes->used + size, 1) < 0) {
        return -1;
    }
    if (size) {
        memcpy(bytes->data + bytes->used, data, size);
    }
    bytes->used += size;
    return 0;
}

static inline int
put_byte(Bytes *bytes, uint8_t value)
{
    return put(bytes, &value, 1);
}

static inline int
put_int(Bytes *bytes, uint32_t value)
{
    return put(bytes, &value, sizeof value);
}

/* Not by "y#" in a format: a module that is compiled for a newer Python says that in a way that older ones refuse. */
static inline PyObject *
as_bytes(const uint8_t *bytes, size_t size)
{
    return PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size);
}

static inline int
add_number(Numbers *numbers, uint64_t value)
{
    if (reserve(&numbers->values, &numbers->room, numbers->count + 1, sizeof(uint64_t)) < 0) {
        return -1;
    }
    numbers->values[numbers->count++] = value;
    return 0;
}

/* Up to eight bytes as one integer; parts that overlap bring the same bits. No byte beyond `size` is read. */
static inline uint64_t
load(const uint8_t *bytes, size_t size)
{
    if (size >= 8) {
        uint64_t value;
        memcpy(&value, bytes, 8);
        return value;
    }
    if (size >= 4) {
        uint32_t low, high;
        memcpy(&low, bytes, 4);
        memcpy(&high, bytes + size - 4, 4);
        return low | (uint64_t)high << 8 * (size - 4);
    }
    if (size == 0) {
        return 0;
    }
    return bytes[0] | (uint64_t)bytes[size / 2] << 8 * (size / 2) | (uint64_t)bytes[size - 1] << 8 * (size - 1);
}

static inline size_t
hash_of(const Strings *strings, const uint8_t *bytes, size_t size)
{
    uint64_t hash = size * 0x9E3779B97F4A7C15u ^ strings->seed;
    while (size > 8) {
        hash = (hash ^ load(bytes, 8)) * 0xC2B2AE3D27D4EB4Fu;
        hash ^= hash >> 29;
        bytes += 8;
        size -= 8;
    }
    /* A product has the highest bytes of what is multiplied in its highest bits alone, and slots are chosen by the lowest:
     * so what is high is brought down, multiplied again, and brought down again. */
    hash = (hash ^ load(bytes, size)) * 0xC2B2AE3D27D4EB4Fu;
    hash = (hash ^ hash >> 32) * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(hash ^ hash >> 32);
}

static inline const uint8_t *
string_at(const Strings *strings, uint32_t number, size_t *size)
{
    size_t start = number ? strings->ends[number - 1] : 0;
    *size = strings->ends[number] - start;
    return strings->text.data + start;
}

#endif
