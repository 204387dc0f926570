/* Sort terms and groups, and turn occurrences into postings. */

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

/* Sort a few keys by merging. `room` holds half of them. */
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

/* Sort keys by the `digit`th byte of their beginnings, from the lowest one, into `to`. `starts` has the counts of the
 * byte's values. */
static void
sort_by_byte(const Key *keys, size_t count, int digit, size_t *starts, Key *to)
{
    for (size_t value = 0, start = 0; value < 256; value++) {
        size_t here = starts[value];
        starts[value] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++) {
        to[starts[keys[i].beginning >> 8 * digit & 0xff]++] = keys[i];
    }
}

/* Sort keys by their bytes: first byte by byte by their beginnings, then those that share one. */
int
sort_keys(Key *keys, size_t count)
{
    size_t starts[8][256] = {0};
    Key *room = scattered(count, sizeof(Key)), *from = keys, *to = room;
    if (room == NULL) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        for (int digit = 0; digit < 8; digit++) {
            starts[digit][keys[i].beginning >> 8 * digit & 0xff]++;
        }
    }
    for (int digit = 0; digit < 8 && count; digit++) {
        if (starts[digit][keys[0].beginning >> 8 * digit & 0xff] < count) { /* not all the same */
            sort_by_byte(from, count, digit, starts[digit], to);
            Key *sorted = to;
            to = from;
            from = sorted;
        }
    }
    if (from != keys) {
        memcpy(keys, room, count * sizeof(Key));
    }
    for (size_t start = 0, end; start < count; start = end) {
        for (end = start + 1; end < count && keys[end].beginning == keys[start].beginning; end++) {
        }
        if (end - start > 1) {
            merge_sort(keys + start, end - start, room);
        }
    }
    free(room);
    return 0;
}

uint64_t
beginning_of(const uint8_t *bytes, size_t size)
{
    uint64_t beginning = 0;
    for (size_t i = 0; i < 8; i++) {
        beginning = beginning << 8 | (i < size ? bytes[i] : 0);
    }
    return beginning;
}

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
            keys[(*count)++] = (Key){beginning_of(bytes, size), bytes, (uint32_t)size, i};
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
    void *all[] = {own->home, own->group_of, own->stem, own->by_group, own->first,
                   own->start, own->df, own->extra, own->term_df, own->term_cf, own->term_extra, own->keys};
    for (size_t i = 0; i < COUNT(all); i++) {
        free(all[i]);
    }
}

int
arrange(const Inverter *self, Inverted *own, const Key *terms, size_t term_count, const Key *stems, size_t stem_count,
        const uint32_t *counts)
{
    uint32_t groups = 0;
    own->terms = terms;
    own->stems = stems;
    own->home = zeroed(self->terms.count, sizeof(Home));
    own->group_of = zeroed(self->stems.count, sizeof(uint32_t));
    own->stem = zeroed(stem_count, sizeof(uint32_t));
    own->by_group = zeroed(term_count, sizeof(uint32_t));
    if (!own->home || !own->group_of || !own->stem || !own->by_group) {
        return -1;
    }
    for (size_t i = 0; i < term_count; i++) {
        if (counts[terms[i].number]) {
            own->group_of[self->stem[terms[i].number]]++; /* its size, for now */
            own->term_count++;
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
            own->stem[own->groups] = (uint32_t)i;
            own->group_of[stem] = own->groups++;
        }
    }
    memset(own->home, 0xff, (size_t)self->terms.count * sizeof(Home));
    for (size_t i = 0; i < term_count; i++) {
        uint32_t term = terms[i].number, group = own->group_of[self->stem[term]];
        if (counts[term]) {
            own->home[term] = (Home){group, next[group]++};
            own->by_group[own->first[group] + own->home[term].member] = (uint32_t)i;
        }
    }
    free(next);
    for (uint32_t group = 0; group < groups; group++) {
        if (own->first[group + 1] - own->first[group] >= MOST_MEMBERS) {
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

/* Sort the occurrences in each passage. Passages are already sorted, and so are nearly always the occurrences. */
static void
settle(uint64_t *keys, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (keys[i] >= keys[i - 1]) {
            continue;
        }
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

/* Count the passages of a group, and the passages and occurrences of its members. `last` has room for one number
 * a member. */
static void
count_group(Inverted *own, uint32_t group, uint32_t *last)
{
    const uint64_t *keys = own->keys + own->start[group];
    size_t count = own->start[group + 1] - own->start[group];
    uint32_t first = own->first[group], size = own->first[group + 1] - first, df = 0;
    memset(last, 0xff, size * sizeof *last);
    uint32_t doc = NONE;
    for (size_t i = 0; i < count; i++) {
        uint32_t member = MEMBER_OF(keys[i]);
        df += DOC_OF(keys[i]) != doc;
        doc = DOC_OF(keys[i]);
        own->term_df[first + member] += last[member] != doc;
        own->term_cf[first + member]++;
        last[member] = doc;
    }
    own->df[group] = df;
}

static int
count_groups(Inverted *own)
{
    uint32_t most = 0;
    for (uint32_t group = 0; group < own->groups; group++) {
        uint32_t size = own->first[group + 1] - own->first[group];
        most = size > most ? size : most;
    }
    uint32_t *last = zeroed(most, sizeof *last);
    if (last == NULL) {
        return -1;
    }
    for (uint32_t group = 0; group < own->groups; group++) {
        settle(own->keys + own->start[group], own->start[group + 1] - own->start[group]);
        count_group(own, group, last);
    }
    free(last);
    return 0;
}

int
invert(Field *field, const uint32_t *counts, Inverted *own)
{
    own->start = zeroed((size_t)own->groups + 2, sizeof(size_t));
    own->keys = scattered(field->count, sizeof(uint64_t));
    own->df = zeroed(own->groups, sizeof(uint32_t));
    own->extra = zeroed(own->groups, sizeof(uint32_t));
    own->term_df = zeroed(own->term_count, sizeof(uint32_t));
    own->term_cf = zeroed(own->term_count, sizeof(uint32_t));
    own->term_extra = zeroed(own->term_count, sizeof(uint32_t));
    if (!own->start || !own->keys || !own->df || !own->extra || !own->term_df || !own->term_cf || !own->term_extra) {
        return -1;
    }
    for (uint32_t i = 0; i < own->term_count; i++) {
        uint32_t term = own->terms[own->by_group[i]].number;
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
            own->keys[own->start[home.group + 1]++] = PACK(doc, position, home.member);
        }
    }
    /* The keys now contain everything in these. */
    free(field->term);
    free(field->steps);
    field->term = NULL;
    field->steps = NULL;
    field->term_room = field->steps_room = 0;
    return count_groups(own); /* each `start` has moved on by one group: it is now where its group begins */
}

/* Return the index of the first sorted number that is not below `wanted`. */
static size_t
lower_bound(const uint64_t *keys, size_t count, uint64_t wanted)
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
    return low;
}

/* Count the passages of a title's group, and of its members, that do not have them in the body. */
static void
count_extra(const Inverted *body, Inverted *title, uint32_t group, uint32_t *last)
{
    uint32_t first = title->first[group], there = body->group_of[title->stems[title->stem[group]].number], doc = NONE;
    const uint64_t *keys = there == NONE ? NULL : body->keys + body->start[there];
    size_t count = there == NONE ? 0 : body->start[there + 1] - body->start[there], begin = 0, end = 0;
    memset(last, 0xff, (title->first[group + 1] - first) * sizeof *last);
    for (size_t i = title->start[group]; i < title->start[group + 1]; i++) {
        uint32_t member = MEMBER_OF(title->keys[i]);
        if (DOC_OF(title->keys[i]) != doc) {
            doc = DOC_OF(title->keys[i]);
            begin = lower_bound(keys, count, PACK(doc, 0, 0));
            for (end = begin; end < count && DOC_OF(keys[end]) == doc; end++) {
            }
            title->extra[group] += begin == end;
        }
        if (last[member] != doc) {
            Home home = body->home[title->terms[title->by_group[first + member]].number];
            size_t at = begin;
            while (at < end && (home.group == NONE || MEMBER_OF(keys[at]) != home.member)) {
                at++;
            }
            title->term_extra[first + member] += at == end;
            last[member] = doc;
        }
    }
}

int
count_extras(const Inverted *body, Inverted *title)
{
    uint32_t *last = zeroed(title->term_count, sizeof *last);
    if (last == NULL) {
        return -1;
    }
    for (uint32_t group = 0; group < title->groups; group++) {
        count_extra(body, title, group, last);
    }
    free(last);
    return 0;
}

/* Return the number of sorted terms that differ by more than the language. Such terms are neighbours. */
uint32_t
count_distinct(const Key *terms, size_t count)
{
    uint32_t found = 0, before = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t size = bare_size(terms[i].bytes, terms[i].size);
        found += !i || size != before || memcmp(terms[i].bytes, terms[i - 1].bytes, size) != 0;
        before = size;
    }
    return found;
}
