/* Growing memory, columns of numbers, and numbered strings, on which the inverter builds. */

#pragma once

#include "core.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

typedef struct {
    uint8_t *data;
    size_t used, room;
} Bytes;

/* Numbers of 64 bits for a column. */
typedef struct {
    uint64_t *values;
    size_t room, count;
} Numbers;

typedef struct {
    uint64_t beginning, ending; /* first and last eight bytes: nearly always enough, and nearer than the string */
    uint32_t number;    /* number of the string plus one; 0 if the slot is free */
    uint32_t size;      /* bytes */
} Slot;

typedef struct {
    uint64_t seed; /* of hashes: no document can be written so that all its words collide */
    Slot *slots;
    size_t mask; /* number of slots less one */
    Bytes text;  /* all strings, end to end */
    size_t *ends;
    size_t ends_room;
    uint32_t count;
} Strings;

/* Set an error, with or without the interpreter's lock: MemoryError, OverflowError, ValueError. Return -1. */
int no_memory(void);
int too_large(const char *what);
int wrong(const char *what);

/* Return zeroed memory for `count` items, at least one, so that NULL always means failure. */
void *zeroed(size_t count, size_t size);

/* Return memory for `count` items, which is not zeroed. */
void *array_of(size_t count, size_t size);

/* Return memory for very many items written in random order, in large pages if the system has them. It is not
 * zeroed. */
void *scattered(size_t count, size_t size);

/* Make an array have room for `count` items, and no more; `array` is the address of the pointer to them. */
int resize(void *array, size_t count, size_t size);

/* Like `reserve`, for very long arrays. They grow in large steps, because large pages cannot be moved like
 * others, and unwritten memory costs nothing. */
int reserve_long(void *array, size_t *room, size_t need, size_t size);

PyObject *as_object(const Bytes *bytes);

/* Append an object to a list, and release it. */
int append(PyObject *list, PyObject *object);

/* Put an object into a dict, and release it. */
int set(PyObject *dict, const char *key, PyObject *object);

/* The bytes of the narrowest type that holds numbers, and the code of a type; write numbers in that many bytes each. */
size_t width_of(const Numbers *numbers);
const char *type_code(size_t width);
void write_column(uint8_t *at, const Numbers *numbers, size_t width);

/* Return a column in the narrowest type that holds its numbers: the code of the type, and bytes. */
PyObject *as_column(const Numbers *numbers);

uint64_t sum_of(const Numbers *numbers);

/* Return the number of a string with this hash and these first eight bytes. A new string gets the next number. Return
 * NONE with an exception on failure. */
uint32_t number_by_hash(Strings *strings, const uint8_t *bytes, size_t size, size_t hash, uint64_t beginning);

uint32_t number_of(Strings *strings, const uint8_t *bytes, size_t size);

/* Return the number of a string, or NONE if it has none. */
uint32_t known_number(const Strings *strings, const uint8_t *bytes, size_t size);

int has_string(const Strings *strings, const uint8_t *bytes, size_t size);

void free_strings(Strings *strings);

/* Make room for more than `need` items of `size` bytes; `array` is the address of the pointer to them. Afterwards
 * that pointer is not NULL even if there are no items: adding 0 to it is valid. */
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

/* Not with "y#" in a format: a module compiled for a newer Python passes it in a way that older ones refuse. */
static inline PyObject *
as_bytes(const uint8_t *bytes, size_t size)
{
    return PyBytes_FromStringAndSize((const char *)bytes, (Py_ssize_t)size);
}

/* Return numbers as bytes, eight for each. */
static inline PyObject *
numbers_as_bytes(const Numbers *numbers)
{
    return as_bytes((const uint8_t *)numbers->values, numbers->count * sizeof(uint64_t));
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

/* Return up to eight bytes as one integer. Overlapping parts set the same bits. No byte beyond `size` is read. */
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

/* Return the hash of a string whose first eight bytes are known. */
static inline size_t
hash_with(const Strings *strings, const uint8_t *bytes, size_t size, uint64_t beginning)
{
    uint64_t hash = size * 0x9E3779B97F4A7C15u ^ strings->seed, last = beginning;
    for (; size > 8; bytes += 8, size -= 8, last = load(bytes, size)) {
        hash = (hash ^ load(bytes, 8)) * 0xC2B2AE3D27D4EB4Fu;
        hash ^= hash >> 29;
    }
    /* The highest bytes of a factor affect only the highest bits of a product, but the lowest bits select the
     * slot. So high bits are moved down, multiplied again, and moved down again. */
    hash = (hash ^ last) * 0xC2B2AE3D27D4EB4Fu;
    hash = (hash ^ hash >> 32) * 0xC2B2AE3D27D4EB4Fu;
    return (size_t)(hash ^ hash >> 32);
}

static inline size_t
hash_of(const Strings *strings, const uint8_t *bytes, size_t size)
{
    return hash_with(strings, bytes, size, load(bytes, size));
}

static inline const uint8_t *
string_at(const Strings *strings, uint32_t number, size_t *size)
{
    size_t start = number ? strings->ends[number - 1] : 0;
    *size = strings->ends[number] - start;
    return strings->text.data + start;
}

/* Return the truth value of an answer of Python, which is released, or -1 with an exception. */
static inline int
truth_of(PyObject *answer)
{
    int truth = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return truth;
}
