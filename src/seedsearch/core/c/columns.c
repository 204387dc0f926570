/* Make the columns of a segment: postings and dictionaries. docs/index-format.md describes them. */

#include "inverter.h"

/* Write the postings of a group. */
static int
put_postings(Columns *columns, const Inverted *own, uint32_t group)
{
    ListWriter *list = &columns->list;
    size_t i = own->start[group], end = own->start[group + 1];
    uint32_t members = own->first[group + 1] - own->first[group], at = 0;
    const uint64_t *keys = own->keys;
    begin_list(list);
    if (members > 1 && reserve(&list->members, &list->members_room, end - i, sizeof(uint32_t)) < 0) {
        return -1;
    }
    while (i < end) {
        uint32_t doc = DOC_OF(keys[i]), last = 0;
        size_t next = i + 1;
        while (next < end && DOC_OF(keys[next]) == doc) {
            next++;
        }
        if (add_posting(list, doc, (uint32_t)(next - i)) < 0) {
            return -1;
        }
        uint8_t *positions = list->positions.data + list->positions.used;
        for (; i < next; i++) {
            uint32_t position = POSITION_OF(keys[i]);
            positions = write_code(positions, position - last);
            last = position;
            if (members > 1) {
                list->members[at++] = MEMBER_OF(keys[i]);
            }
        }
        list->positions.used = (size_t)(positions - list->positions.data);
    }
    return 0;
}

int
end_group(Columns *columns, Group *made)
{
    size_t before = columns->postings.used;
    made->members = columns->members;
    if (end_list(&columns->list, made->count, &columns->postings) < 0) {
        return -1;
    }
    if (columns->postings.used - before > UINT32_MAX) {
        return too_large("occurrences");
    }
    made->list = (uint32_t)(columns->postings.used - before);
    return put_group(&columns->dictionary, made);
}

/* Write a group, and record in `listed` whether its members are listed. */
static int
put_field_group(Columns *columns, const Inverted *own, uint32_t group, char field, uint8_t *listed)
{
    uint32_t first = own->first[group], count = own->first[group + 1] - first;
    const Key *stem = &own->stems[own->stem[group]];
    if (reserve(&columns->members, &columns->members_room, count, sizeof(Member)) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < count; i++) {
        const Key *term = &own->terms[own->by_group[first + i]];
        if (first + i + AHEAD < own->term_count) {
            PREFETCH(own->terms[own->by_group[first + i + AHEAD]].bytes);
        }
        columns->members[i] = (Member){term->bytes, term->size, own->term_df[first + i], own->term_cf[first + i],
                                       own->term_extra[first + i]};
    }
    Group made = {.field = field, .df = own->df[group], .extra = own->extra[group], .count = count};
    made.cf = (uint32_t)(own->start[group + 1] - own->start[group]);
    made.bytes = stem->bytes;
    made.size = stem->size;
    int has_listed = put_postings(columns, own, group) < 0 ? -1 : end_group(columns, &made);
    listed[group] = has_listed > 0;
    return has_listed < 0 ? -1 : 0;
}

/* Write the groups of a field, and those of `count` terms that they list. `before` is the number of groups before
 * them. */
static int
put_field(Columns *columns, const Inverted *own, size_t count, char field, uint32_t before)
{
    uint8_t *listed = zeroed(own->groups, 1);
    int failed = listed == NULL;
    for (uint32_t group = 0; group < own->groups && !failed; group++) {
        failed = put_field_group(columns, own, group, field, listed) < 0;
    }
    for (size_t i = 0; i < count && !failed; i++) {
        const Key *term = &own->terms[i];
        uint32_t group = own->home[term->number].group;
        if (group != NONE && listed[group]) {
            uint32_t size = bare_size(term->bytes, term->size);
            failed = put_term(&columns->dictionary, field, term->bytes, size, before + group) < 0;
        }
    }
    free(listed);
    return failed ? -1 : 0;
}

int
make_columns(Columns *columns, Inverter *self, const Key *terms, size_t term_count, const Key *stems,
             size_t stem_count, uint32_t *const counts[2])
{
    Inverted fields[2] = {{0}, {0}};
    Field *found[2] = {&self->body, &self->title};
    int failed = 0;
    for (int which = 0; which < 2 && !failed; which++) {
        failed = arrange(self, &fields[which], terms, term_count, stems, stem_count, counts[which]) < 0
                 || invert(found[which], counts[which], &fields[which]) < 0;
    }
    failed = failed || count_extras(&fields[0], &fields[1]) < 0
             || put_field(columns, &fields[0], term_count, 'b', 0) < 0
             || put_field(columns, &fields[1], term_count, 't', fields[0].groups) < 0
             || end_dictionary(&columns->dictionary) < 0;
    columns->distinct = count_distinct(terms, term_count);
    free_inverted(&fields[0]);
    free_inverted(&fields[1]);
    return failed ? -1 : 0;
}

int
set_columns(PyObject *result, Columns *columns)
{
    return set_dictionary(result, &columns->dictionary) < 0
                   || set(result, "postings", as_bytes(columns->postings.data, columns->postings.used)) < 0
                   || set(result, "distinct", PyLong_FromUnsignedLong(columns->distinct)) < 0
               ? -1
               : 0;
}

void
free_columns(Columns *columns)
{
    free_dictionary(&columns->dictionary);
    free_list_writer(&columns->list);
    free(columns->postings.data);
    free(columns->members);
}
