/* Terms and groups in order, and occurrences sorted into postings. */

#include "inverter.h"

static int
is_before(const Key *one, const Key *other)
{
    if (one->beginning != other->beginning) {
        return one->beginning < other->beginning;
    }
    uint32_t least = one->size < other->size ? one->size : other->size;
    int order = least > 8 ? memcmp(one->bytes + 8, other->bytes + 8, least - 8) : 0;
    return order ? order < 0 : one->size < other->size;
}

/* Sort keys that are few, by merging; there is room for half of them. */
static void
merge_sort(Key *keys, size_t count, Key *room)
{
    if (count < 12) {
        for (size_t i = 1; i < count; i++) {
            const Key key = keys[i];
            size_t at = i;
            for (; at && is_before(&key, &keys[at - 1]); at--) {
                keys[at] = keys[at - 1];
            }
            keys[at] = key;
        }
        return;
    }
    size_t half = count / 2, left = 0, right = half, at = 0;
    merge_sort(keys, half, room);
    merge_sort(keys + half, count - half, room);
    memcpy(room, keys, half * sizeof(Key));
    while (left < half) {
        keys[at++] = right < count && is_before(&keys[right], &room[left]) ? keys[right++] : room[left++];
    }
}

#define FIRST_BYTES(key) ((key)->beginning >> 48)

/* Bring keys into the order of their bytes: first by the first two, then those that share them. */
static int
sort_keys(Key *keys, size_t count)
{
    Key *room = scattered(count, sizeof(Key));
    size_t *starts = zeroed((1 << 16) + 1, sizeof(size_t));
    if (room == NULL || starts == NULL) {
        free(room);
        free(starts);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        starts[FIRST_BYTES(&keys[i]) + 1]++;
    }
    for (size_t first = 0; first < 1 << 16; first++) {
        starts[first + 1] += starts[first];
    }
    memcpy(room, keys, count * sizeof(Key));
    for (size_t i = 0; i < count; i++) {
        keys[starts[FIRST_BYTES(&room[i])]++] = room[i];
    }
    for (size_t first = 0, start = 0; first < 1 << 16; start = starts[first++]) { /* which are the ends now */
        merge_sort(keys + start, starts[first] - start, room);
    }
    free(room);
    free(starts);
    return 0;
}

/* The strings that are wanted, in the order of their bytes. */
Key *
sorted_keys(const Strings *strings, const uint8_t *wanted, size_t *count)
{
    size_t total = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        total += wanted[i];
    }
    Key *keys = scattered(total, sizeof(Key));
    if (keys == NULL) {
        return NULL;
    }
    *count = 0;
    for (uint32_t i = 0; i < strings->count; i++) {
        if (wanted[i]) {
            size_t size;
            const uint8_t *bytes = string_at(strings, i, &size);
            uint64_t beginning = 0;
            for (size_t j = 0; j < 8; j++) {
                beginning = beginning << 8 | (j < size ? bytes[j] : 0);
            }
            keys[(*count)++] = (Key){beginning, bytes, (uint32_t)size, i};
        }
    }
    if (sort_keys(keys, total) < 0) {
        free(keys);
        return NULL;
    }
    return keys;
}

void
free_inverted(Inverted *own)
{
    void *all[] = {own->home, own->group_of, own->stem, own->ordered, own->by_group, own->first,
                   own->start, own->df, own->extra, own->term_df, own->term_cf, own->term_extra, own->keys};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        free(all[i]);
    }
}

/* Number the groups and members of a field, of all terms and stems in order. `counts` says how often each term occurs. */
int
arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count,
        const uint32_t *counts)
{
    uint32_t terms_here = 0, groups = 0;
    own->home = zeroed(self->terms.count, sizeof(Home));
    own->group_of = zeroed(self->stems.count, sizeof(uint32_t));
    own->stem = zeroed(stem_count, sizeof(uint32_t));
    own->ordered = zeroed(term_count, sizeof(uint32_t));
    own->by_group = zeroed(term_count, sizeof(uint32_t));
    if (!own->home || !own->group_of || !own->stem || !own->ordered || !own->by_group) {
        return -1;
    }
    for (size_t i = 0; i < term_count; i++) {
        if (counts[terms[i].number]) {
            own->ordered[terms_here++] = terms[i].number;
            own->group_of[self->stem[terms[i].number]]++; /* its size, for now */
        }
    }
    for (size_t i = 0; i < stem_count; i++) {
        groups += own->group_of[stems[i].number] != 0;
    }
    own->first = zeroed((size_t)groups + 1, sizeof(uint32_t));
    uint32_t *next = zeroed(groups, sizeof(uint32_t));
    if (own->first == NULL || next == NULL) {
        free(next);
        return -1;
    }
    for (size_t i = 0; i < stem_count; i++) {
        uint32_t stem = stems[i].number, size = own->group_of[stem];
        own->group_of[stem] = NONE;
        if (size) {
            own->first[own->groups + 1] = own->first[own->groups] + size;
            own->stem[own->groups] = stem;
            own->group_of[stem] = own->groups++;
        }
    }
    memset(own->home, 0xff, (size_t)self->terms.count * sizeof(Home));
    for (uint32_t i = 0; i < terms_here; i++) {
        uint32_t term = own->ordered[i], group = own->group_of[self->stem[term]];
        own->home[term] = (Home){group, next[group]++};
        own->by_group[own->first[group] + own->home[term].member] = term;
    }
    own->terms = terms_here;
    free(next);
    for (uint32_t group = 0; group < groups; group++) {
        if (own->first[group + 1] - own->first[group] >= 1u << MEMBER_BITS) {
            return too_large("forms of a word");
        }
    }
    return 0;
}

static int
by_value(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

/* Bring the members of each passage into order: all else is in order already. */
static void
settle(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (keys[i] >= keys[i - 1]) {
            continue;
        }
        /* Out of order only inside its passage. */
        size_t low = i, high = i + 1;
        while (low > 0 && DOC_OF(keys[low - 1]) == DOC_OF(keys[i])) {
            low--;
        }
        while (high < count && DOC_OF(keys[high]) == DOC_OF(keys[i])) {
            high++;
        }
        qsort(keys + low, high - low, sizeof(uint64_t), by_value);
        i = high - 1;
    }
}

/* Put a field's occurrences into the order group, passage, member, position; `counts` says how many each term has. */
int
invert(Field *field, const uint32_t *counts, Inverted *own)
{
    own->start = zeroed((size_t)own->groups + 2, sizeof(size_t));
    own->keys = scattered(field->count, sizeof(uint64_t));
    own->df = zeroed(own->groups, sizeof(uint32_t));
    own->extra = zeroed(own->groups, sizeof(uint32_t));
    own->term_df = zeroed(own->terms, sizeof(uint32_t));
    own->term_cf = zeroed(own->terms, sizeof(uint32_t));
    own->term_extra = zeroed(own->terms, sizeof(uint32_t));
    if (!own->start || !own->keys || !own->df || !own->extra || !own->term_df || !own->term_cf || !own->term_extra) {
        return -1;
    }
    for (uint32_t i = 0; i < own->terms; i++) {
        uint32_t term = own->by_group[i];
        own->start[own->home[term].group + 2] += counts[term];
    }
    for (uint32_t group = 1; group < own->groups + 1; group++) {
        own->start[group + 1] += own->start[group];
    }
    size_t at = 0;
    const uint8_t *steps = field->steps;
    for (size_t text = 0; text < field->texts; text++) {
        uint32_t doc = field->doc[text], position = 0;
        for (; at < field->end[text]; at++) {
            if (at + 2 * AHEAD < field->count) {
                PREFETCH(&own->home[field->term[at + 2 * AHEAD]]);
                PREFETCH(&own->start[own->home[field->term[at + AHEAD]].group + 1]);
            }
            Home home = own->home[field->term[at]];
            position = take_step(&steps, position);
            own->keys[own->start[home.group + 1]++] = PACK(doc, home.member, position);
        }
    }
    /* What stood there stands in the keys now. */
    free(field->term);
    free(field->steps);
    field->term = NULL;
    field->steps = NULL;
    field->term_room = field->steps_room = 0;
    /* `start` has moved on by one group each: it is now where the group begins. */
    for (uint32_t group = 0; group < own->groups; group++) {
        uint64_t *keys = own->keys + own->start[group];
        size_t count = own->start[group + 1] - own->start[group];
        uint32_t first = own->first[group];
        if (own->first[group + 1] - first > 1) {
            settle(keys, count);
        }
        uint64_t doc = UINT64_MAX, unit = UINT64_MAX;
        for (size_t i = 0; i < count; i++) {
            uint64_t new_doc = keys[i] >> (MEMBER_BITS + POSITION_BITS), new_unit = keys[i] >> POSITION_BITS;
            uint32_t member = first + MEMBER_OF(keys[i]);
            own->df[group] += new_doc != doc;
            own->term_df[member] += new_unit != unit;
            own->term_cf[member]++;
            doc = new_doc;
            unit = new_unit;
        }
    }
    return 0;
}

/* Whether a sorted array has a number that begins with that of `wanted`, the lowest `bits` bits apart. */
static int
has(const uint64_t *keys, size_t count, uint64_t wanted, int bits)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (keys[middle] < wanted) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    return low < count && keys[low] >> bits == wanted >> bits;
}

/* Count, for the groups and terms of titles, the passages that have them in the title and not in the body. */
void
count_extras(const Inverted *body, Inverted *title)
{
    for (uint32_t group = 0; group < title->groups; group++) {
        uint32_t first = title->first[group], there = body->group_of[title->stem[group]];
        const uint64_t *keys = there == NONE ? NULL : body->keys + body->start[there];
        size_t count = there == NONE ? 0 : body->start[there + 1] - body->start[there];
        uint64_t doc = UINT64_MAX, unit = UINT64_MAX;
        for (size_t i = title->start[group]; i < title->start[group + 1]; i++) {
            uint64_t key = title->keys[i];
            if (key >> (MEMBER_BITS + POSITION_BITS) != doc) {
                doc = key >> (MEMBER_BITS + POSITION_BITS);
                title->extra[group] += !has(keys, count, PACK(doc, 0, 0), MEMBER_BITS + POSITION_BITS);
            }
            if (key >> POSITION_BITS != unit) {
                uint32_t place = first + MEMBER_OF(key), term = title->by_group[place];
                unit = key >> POSITION_BITS;
                title->term_extra[place] +=
                    body->home[term].group == NONE
                    || !has(keys, count, PACK(doc, body->home[term].member, 0), POSITION_BITS);
            }
        }
    }
}
