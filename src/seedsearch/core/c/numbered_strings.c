/* Numbered strings: each distinct string gets the next number. */

#include "memory.h"

#define MANY_SLOTS (1 << 17) /* from this size on, a table doubles; before, it quadruples */

static inline uint64_t
ending_of(const uint8_t *bytes, size_t size)
{
    return size <= 8 ? load(bytes, size) : load(bytes + size - 8, 8);
}

static int
more_slots(Strings *strings)
{
    size_t before = strings->mask + 1; /* 1 if there are none */
    size_t count = strings->slots == NULL ? 1 << 15 : before < MANY_SLOTS ? 4 * before : 2 * before;
    Slot *slots = scattered(count, sizeof(Slot));
    if (slots == NULL) {
        return -1;
    }
    memset(slots, 0, count * sizeof(Slot)); /* calloc would fault each page in twice: to read it, and to write it */
    for (uint32_t number = 0; number < strings->count; number++) {
        size_t size;
        const uint8_t *bytes = string_at(strings, number, &size);
        size_t at = hash_of(strings, bytes, size) & (count - 1);
        while (slots[at].number) {
            at = (at + 1) & (count - 1);
        }
        slots[at] = (Slot){load(bytes, size), ending_of(bytes, size), number + 1, (uint32_t)size};
    }
    free(strings->slots);
    strings->slots = slots;
    strings->mask = count - 1;
    return 0;
}

/* Return the slot of a string with this hash, or the free slot for it. */
static inline Slot *
slot_of(const Strings *strings, const uint8_t *bytes, size_t size, size_t hash, uint64_t beginning)
{
    const uint64_t ending = ending_of(bytes, size);
    for (size_t at = hash & strings->mask;; at = (at + 1) & strings->mask) {
        Slot *slot = &strings->slots[at];
        if (!slot->number) {
            return slot;
        }
        if (slot->beginning == beginning && slot->ending == ending && slot->size == size) {
            size_t same;
            if (size <= 16 || memcmp(string_at(strings, slot->number - 1, &same), bytes, size) == 0) {
                return slot;
            }
        }
    }
}

uint32_t
number_by_hash(Strings *strings, const uint8_t *bytes, size_t size, size_t hash, uint64_t beginning)
{
    if (strings->slots == NULL || strings->count >= strings->mask / 2) {
        if (more_slots(strings) < 0) {
            return NONE;
        }
    }
    Slot *slot = slot_of(strings, bytes, size, hash, beginning);
    if (slot->number) {
        return slot->number - 1;
    }
    if (strings->count == NONE - 1 || size > UINT32_MAX) {
        too_large("terms");
        return NONE;
    }
    if (put(&strings->text, bytes, size) < 0
        || reserve(&strings->ends, &strings->ends_room, (size_t)strings->count + 1, sizeof(size_t)) < 0) {
        return NONE;
    }
    strings->ends[strings->count] = strings->text.used;
    *slot = (Slot){beginning, ending_of(bytes, size), ++strings->count, (uint32_t)size};
    return strings->count - 1;
}

uint32_t
number_of(Strings *strings, const uint8_t *bytes, size_t size)
{
    return number_by_hash(strings, bytes, size, hash_of(strings, bytes, size), load(bytes, size));
}

uint32_t
known_number(const Strings *strings, const uint8_t *bytes, size_t size)
{
    if (strings->slots == NULL) {
        return NONE;
    }
    const Slot *slot = slot_of(strings, bytes, size, hash_of(strings, bytes, size), load(bytes, size));
    return slot->number - 1; /* 0 - 1 is NONE */
}

int
has_string(const Strings *strings, const uint8_t *bytes, size_t size)
{
    return known_number(strings, bytes, size) != NONE;
}

void
free_strings(Strings *strings)
{
    free(strings->slots);
    free(strings->text.data);
    free(strings->ends);
}
