/* Merge the postings of several segments, and check the postings of one.
 *
 * Passages get new numbers, so gaps are encoded again. Positions are copied unchanged. Members are numbered among
 * the members of all segments. index/plain_inversion.py is the specification. */

#include "inverter.h"

/* A segment whose postings are read. */
typedef struct {
    GroupTable table;
    const uint8_t *postings;
    const uint32_t *renumber; /* the new number of each passage; NONE if it is deleted */
    size_t passages;
    int has_deletions;
    size_t next; /* the next group */
    Py_buffer views[2];
    int view_count;
} Part;

static void
close_part(Part *part)
{
    free_groups(&part->table);
    while (part->view_count) {
        PyBuffer_Release(&part->views[--part->view_count]);
    }
}

static int
open_list_of(List *list, const Part *part, const Group *group)
{
    return open_list(list, part->postings + group->start, group->list, group->df, group->cf, group->count, part->passages);
}

/* Read the next posting whose passage is not deleted; otherwise as `read_posting`. */
static int
read_live(List *list, const Part *part)
{
    int more;
    while ((more = read_posting(list)) > 0 && part->renumber != NULL && part->renumber[list->doc] == NONE) {
    }
    return more;
}

/* ---------------------------------------------------------------- counting */

/* Numbers by member. */
typedef struct {
    uint32_t *values;
    size_t room;
} ByMember;

static int
clear(ByMember *numbers, uint32_t count, int byte)
{
    if (reserve(&numbers->values, &numbers->room, count, sizeof(uint32_t)) < 0) {
        return -1;
    }
    memset(numbers->values, byte, count * sizeof(uint32_t));
    return 0;
}

/* What was counted of a group: see `count_members`. */
typedef struct {
    ByMember last;    /* the last passage of each member */
    ByMember in_body; /* the number of each member in the body's group */
    ByMember df, cf, extra;
    uint32_t group_extra;
} Counted;

static void
free_counted(Counted *counted)
{
    free(counted->last.values);
    free(counted->in_body.values);
    free(counted->df.values);
    free(counted->cf.values);
    free(counted->extra.values);
}

/* Find each member of a title's group in the body's group. Both are sorted. */
static int
find_in_body(Counted *counted, const Group *title, const Group *body)
{
    uint32_t at = 0;
    if (clear(&counted->in_body, title->count, 0xff) < 0) {
        return -1;
    }
    for (uint32_t i = 0; body != NULL && i < title->count; i++) {
        const Member *wanted = &title->members[i];
        int order = -1;
        while (at < body->count
               && (order = compare(body->members[at].bytes, body->members[at].size, wanted->bytes, wanted->size)) < 0) {
            at++;
        }
        if (at < body->count && order == 0) {
            counted->in_body.values[i] = at;
        }
    }
    return 0;
}

static int
has_member(const List *list, uint32_t member)
{
    for (uint32_t i = list->from; i < list->to && member != NONE; i++) {
        if (member_at(list, i) == member) {
            return 1;
        }
    }
    return 0;
}

/* Count the passages and occurrences of a group's members in live passages and, for a title's group and its members, the
 * passages that do not have them in the body. If asked to, read all positions, too, and check the end of the list. */
static int
count_members(Counted *counted, const Part *part, const Group *group, int with_positions)
{
    const int is_title = group->field == 't';
    const Group *body = is_title ? find_group(&part->table, 'b', group->bytes, group->size) : NULL;
    List list, in_body;
    int more, more_in_body = body != NULL;
    counted->group_extra = 0;
    if (find_in_body(counted, group, body) < 0 || clear(&counted->last, group->count, 0xff) < 0
        || clear(&counted->df, group->count, 0) < 0 || clear(&counted->cf, group->count, 0) < 0
        || clear(&counted->extra, group->count, 0) < 0 || open_list_of(&list, part, group) < 0
        || (body != NULL && open_list_of(&in_body, part, body) < 0)) {
        return -1;
    }
    while ((more = read_live(&list, part)) > 0) {
        uint32_t position = 0;
        if ((with_positions && find_positions(&list) < 0)
            || (more_in_body > 0 && (more_in_body = skip_to(&in_body, list.doc)) < 0)) {
            return -1;
        }
        int is_there = more_in_body > 0 && in_body.doc == list.doc;
        counted->group_extra += is_title && !is_there;
        for (uint32_t i = list.from; i < list.to; i++) {
            uint32_t member = member_at(&list, i);
            if (with_positions && read_position(&list, &position) < 0) {
                return -1;
            }
            if (member >= group->count) {
                return wrong("its occurrences are of terms that are not there");
            }
            counted->cf.values[member]++;
            if (counted->last.values[member] != list.doc) {
                counted->last.values[member] = list.doc;
                counted->df.values[member]++;
                counted->extra.values[member] +=
                    is_title && !(is_there && has_member(&in_body, counted->in_body.values[member]));
            }
        }
    }
    return more == 0 && with_positions ? check_padding(&list) : more;
}

/* ---------------------------------------------------------------- merging */

/* A segment's part of the group that is being merged. */
typedef struct {
    const Part *part;
    const Group *group;
    List list;
    size_t map;     /* where the new numbers of its members begin in `maps` */
    uint32_t named; /* members that have a new number */
    uint32_t doc;   /* the new number of its next passage */
    int more;
} Stream;

/* A term of the merged segment. If it has a language, its bytes are in `marked`. */
typedef struct {
    const uint8_t *bytes;
    size_t marked; /* its offset there; SIZE_MAX if it has none */
    uint32_t size, group;
    char field;
    uint8_t is_listed;
} Term;

typedef struct {
    Part *parts;
    Stream *streams;
    size_t part_count, stream_count;
    size_t passages;
    Columns columns;
    ByMember maps, last; /* by member */
    uint32_t members;    /* of the group */
    Counted counted;
    Term *terms;
    size_t term_count, term_room;
    Bytes marked;
} Merging;

static void
free_merging(Merging *merging)
{
    for (size_t i = 0; merging->parts != NULL && i < merging->part_count; i++) {
        close_part(&merging->parts[i]);
    }
    free(merging->parts);
    free(merging->streams);
    free_columns(&merging->columns);
    free(merging->maps.values);
    free(merging->last.values);
    free_counted(&merging->counted);
    free(merging->terms);
    free(merging->marked.data);
}

/* Open the streams of the next group of all segments. Return 0 if there is none. */
static int
next_group(Merging *merging)
{
    const Group *first = NULL;
    for (size_t i = 0; i < merging->part_count; i++) {
        const Part *part = &merging->parts[i];
        if (part->next < part->table.count) {
            const Group *group = &part->table.groups[part->next];
            if (first == NULL || compare_groups(group, first) < 0) {
                first = group;
            }
        }
    }
    merging->stream_count = 0;
    for (size_t i = 0; first != NULL && i < merging->part_count; i++) {
        Part *part = &merging->parts[i];
        if (part->next < part->table.count && compare_groups(&part->table.groups[part->next], first) == 0) {
            Stream *stream = &merging->streams[merging->stream_count++];
            stream->part = part;
            stream->group = &part->table.groups[part->next++];
            if (open_list_of(&stream->list, part, stream->group) < 0) {
                return -1;
            }
        }
    }
    return first != NULL;
}

/* Return the next of the streams' members in the order of their bytes, or NULL. */
static const Member *
next_member(const Merging *merging)
{
    const Member *first = NULL;
    for (size_t i = 0; i < merging->stream_count; i++) {
        const Stream *stream = &merging->streams[i];
        if (stream->named < stream->group->count) {
            const Member *own = &stream->group->members[stream->named];
            if (first == NULL || compare(own->bytes, own->size, first->bytes, first->size) < 0) {
                first = own;
            }
        }
    }
    return first;
}

/* Number the members of all streams' groups. */
static int
number_members(Merging *merging)
{
    Columns *columns = &merging->columns;
    size_t total = 0;
    for (size_t i = 0; i < merging->stream_count; i++) {
        Stream *stream = &merging->streams[i];
        stream->map = total;
        stream->named = 0;
        total += stream->group->count;
    }
    if (total > UINT32_MAX || clear(&merging->maps, (uint32_t)total, 0) < 0
        || reserve(&columns->members, &columns->members_room, total, sizeof(Member)) < 0) {
        return -1;
    }
    merging->members = 0;
    for (const Member *name; (name = next_member(merging)) != NULL; merging->members++) {
        columns->members[merging->members] = (Member){name->bytes, name->size, 0, 0, 0};
        for (size_t i = 0; i < merging->stream_count; i++) {
            Stream *stream = &merging->streams[i];
            if (stream->named < stream->group->count) {
                const Member *own = &stream->group->members[stream->named];
                if (compare(own->bytes, own->size, name->bytes, name->size) == 0) {
                    merging->maps.values[stream->map + stream->named++] = merging->members;
                }
            }
        }
    }
    return merging->members < MOST_MEMBERS ? 0 : too_large("forms of a word");
}

static int
advance(Stream *stream)
{
    stream->more = read_live(&stream->list, stream->part);
    if (stream->more > 0) {
        stream->doc = stream->part->renumber[stream->list.doc];
    }
    return stream->more < 0 ? -1 : 0;
}

/* Copy the current posting of a stream. */
static int
copy_posting(Merging *merging, Stream *stream)
{
    ListWriter *writer = &merging->columns.list;
    List *list = &stream->list;
    uint32_t tf = list->to - list->from, at = writer->cf;
    if (stream->doc >= merging->passages || (writer->df && stream->doc <= writer->last)) {
        return wrong("passages ascend, and are there");
    }
    if (tf > UINT32_MAX - at) {
        return too_large("occurrences");
    }
    if (find_positions(list) < 0) {
        return -1;
    }
    const uint8_t *positions = list->position;
    if (pass_codes(&list->position, list->members_at, tf) < 0 || add_posting(writer, stream->doc, tf) < 0
        || put(&writer->positions, positions, (size_t)(list->position - positions)) < 0) {
        return -1;
    }
    list->placed += tf;
    if (merging->members > 1
        && reserve(&writer->members, &writer->members_room, (size_t)writer->cf, sizeof(uint32_t)) < 0) {
        return -1;
    }
    for (uint32_t i = list->from; i < list->to; i++) {
        uint32_t member = member_at(list, i);
        if (member >= stream->group->count) {
            return wrong("its occurrences are of terms that are not there");
        }
        member = merging->maps.values[stream->map + member];
        Member *counted = &merging->columns.members[member];
        counted->df += merging->last.values[member] != stream->doc;
        counted->cf++;
        merging->last.values[member] = stream->doc;
        if (merging->members > 1) {
            writer->members[at++] = member;
        }
    }
    return 0;
}

/* Merge the streams' postings into one list. */
static int
merge_streams(Merging *merging)
{
    begin_list(&merging->columns.list);
    for (size_t i = 0; i < merging->stream_count; i++) {
        if (advance(&merging->streams[i]) < 0) {
            return -1;
        }
    }
    for (;;) {
        Stream *first = NULL;
        uint32_t second = NONE; /* the next passage of all other streams */
        for (size_t i = 0; i < merging->stream_count; i++) {
            Stream *stream = &merging->streams[i];
            if (stream->more > 0) {
                if (first == NULL || stream->doc < first->doc) {
                    second = first == NULL ? second : first->doc;
                    first = stream;
                }
                else if (stream->doc < second) {
                    second = stream->doc;
                }
            }
        }
        if (first == NULL) {
            return 0;
        }
        do {
            if (copy_posting(merging, first) < 0 || advance(first) < 0) {
                return -1;
            }
        } while (first->more > 0 && first->doc < second);
    }
}

/* Add up the passages that have the title's group not in the body. Count them again in segments with deletions. */
static int
add_extras(Merging *merging, Group *made)
{
    for (size_t i = 0; i < merging->stream_count; i++) {
        const Stream *stream = &merging->streams[i];
        const Group *group = stream->group;
        Counted *counted = &merging->counted;
        if (stream->part->has_deletions && count_members(counted, stream->part, group, 0) < 0) {
            return -1;
        }
        made->extra += stream->part->has_deletions ? counted->group_extra : group->extra;
        for (uint32_t member = 0; member < group->count; member++) {
            merging->columns.members[merging->maps.values[stream->map + member]].extra +=
                stream->part->has_deletions ? counted->extra.values[member] : group->members[member].extra;
        }
    }
    return 0;
}

/* Drop the members without passages. Return the number of the others. */
static uint32_t
drop_members(Merging *merging)
{
    Columns *columns = &merging->columns;
    uint32_t left = 0;
    for (uint32_t i = 0; i < merging->members; i++) {
        merging->last.values[i] = left; /* its new number */
        if (columns->members[i].df) {
            columns->members[left++] = columns->members[i];
        }
    }
    if (left < merging->members) {
        for (uint32_t i = 0; i < columns->list.cf; i++) {
            columns->list.members[i] = merging->last.values[columns->list.members[i]];
        }
    }
    return left;
}

/* Record the terms of a group that was written. */
static int
note_terms(Merging *merging, const Group *group, int is_listed)
{
    uint32_t number = merging->columns.dictionary.groups - 1, bare = bare_size(group->bytes, group->size);
    if (reserve(&merging->terms, &merging->term_room, merging->term_count + group->count, sizeof(Term)) < 0) {
        return -1;
    }
    for (uint32_t i = 0; i < group->count; i++) {
        const Member *member = &group->members[i];
        Term *term = &merging->terms[merging->term_count++];
        *term = (Term){member->bytes, SIZE_MAX, member->size, number, group->field, (uint8_t)is_listed};
        if (bare < group->size) { /* as `stemming.marked` does */
            size_t before = term->marked = merging->marked.used;
            if (put(&merging->marked, member->bytes, member->size) < 0
                || put(&merging->marked, group->bytes + bare, group->size - bare) < 0) {
                return -1;
            }
            if (compare(member->bytes, member->size, group->bytes, bare) != 0
                && (put_byte(&merging->marked, LANGUAGE) < 0 || put(&merging->marked, group->bytes, bare) < 0)) {
                return -1;
            }
            term->size = (uint32_t)(merging->marked.used - before);
        }
    }
    return 0;
}

static int
merge_group(Merging *merging)
{
    Columns *columns = &merging->columns;
    Group made = *merging->streams[0].group;
    if (number_members(merging) < 0 || clear(&merging->last, merging->members, 0xff) < 0 || merge_streams(merging) < 0) {
        return -1;
    }
    made.extra = 0;
    if (made.field == 't' && add_extras(merging, &made) < 0) {
        return -1;
    }
    if (columns->list.df == 0) {
        return 0;
    }
    made.df = columns->list.df;
    made.cf = columns->list.cf;
    made.count = drop_members(merging);
    int is_listed = end_group(columns, &made);
    return is_listed < 0 ? -1 : note_terms(merging, &made, is_listed);
}

/* Write the terms in order, and count them. */
static int
write_terms(Merging *merging)
{
    Key *keys = scattered(merging->term_count, sizeof(Key));
    int failed = keys == NULL;
    for (size_t i = 0; !failed && i < merging->term_count; i++) {
        const Term *term = &merging->terms[i];
        const uint8_t *bytes = term->marked == SIZE_MAX ? term->bytes : merging->marked.data + term->marked;
        keys[i] = (Key){beginning_of(bytes, term->size), bytes, term->size, (uint32_t)i};
    }
    failed = failed || merging->term_count >= NONE || sort_keys(keys, merging->term_count) < 0;
    for (int which = 0; which < 2; which++) {
        for (size_t i = 0; !failed && i < merging->term_count; i++) {
            const Term *term = &merging->terms[keys[i].number];
            if (term->is_listed && term->field == "bt"[which]) {
                uint32_t size = bare_size(keys[i].bytes, keys[i].size);
                failed = put_term(&merging->columns.dictionary, term->field, keys[i].bytes, size, term->group) < 0;
            }
        }
    }
    if (!failed) {
        merging->columns.distinct = count_distinct(keys, merging->term_count);
    }
    free(keys);
    return failed ? -1 : 0;
}

static int
merge_all(Merging *merging)
{
    int more;
    while ((more = next_group(merging)) > 0) {
        if (merge_group(merging) < 0) {
            return -1;
        }
    }
    return more < 0 || write_terms(merging) < 0 || end_dictionary(&merging->columns.dictionary) < 0 ? -1 : 0;
}

/* Open a segment from a tuple: the blocks of groups, the posting lists, and the new number of each passage. */
static int
open_part(Part *part, PyObject *given)
{
    PyObject *blocks, *postings, *renumber;
    size_t size;
    if (!PyArg_Parse(given, "(O!OO)", &PyTuple_Type, &blocks, &postings, &renumber)
        || (part->postings = open_view(&part->views[part->view_count], postings, 1, &size)) == NULL) {
        return -1;
    }
    part->view_count++;
    part->renumber = open_view(&part->views[part->view_count], renumber, sizeof(uint32_t), &part->passages);
    if (part->renumber == NULL) {
        return -1;
    }
    part->view_count++;
    for (size_t i = 0; i < part->passages; i++) {
        part->has_deletions |= part->renumber[i] == NONE;
    }
    return read_groups(&part->table, blocks, size);
}

PyObject *
core_merge(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *parts, *result = NULL;
    unsigned int passages;
    if (!PyArg_ParseTuple(args, "O!I", &PyTuple_Type, &parts, &passages)) {
        return NULL;
    }
    Merging merging = {.passages = passages, .part_count = (size_t)PyTuple_Size(parts)};
    merging.parts = zeroed(merging.part_count, sizeof(Part));
    merging.streams = zeroed(merging.part_count, sizeof(Stream));
    int failed = merging.parts == NULL || merging.streams == NULL || passages > MAX_PASSAGES;
    if (passages > MAX_PASSAGES) {
        too_large("passages");
    }
    for (size_t i = 0; i < merging.part_count && !failed; i++) {
        failed = open_part(&merging.parts[i], PyTuple_GetItem(parts, (Py_ssize_t)i)) < 0;
    }
    if (!failed) {
        Py_BEGIN_ALLOW_THREADS
        failed = merge_all(&merging) < 0;
        Py_END_ALLOW_THREADS
    }
    if (!failed && (result = PyDict_New()) != NULL && set_columns(result, &merging.columns) < 0) {
        Py_CLEAR(result);
    }
    free_merging(&merging);
    return result;
}

/* ---------------------------------------------------------------- checking */

static int
check_group(const Part *part, const Group *group, Counted *counted)
{
    if (count_members(counted, part, group, 1) < 0) {
        return -1;
    }
    int fits = group->extra == counted->group_extra;
    for (uint32_t i = 0; i < group->count; i++) {
        const Member *member = &group->members[i];
        fits = fits && member->df && member->df == counted->df.values[i] && member->cf == counted->cf.values[i]
               && member->extra == counted->extra.values[i];
    }
    return fits ? 0 : wrong("its dictionary counts other passages than its postings have");
}

PyObject *
core_check_postings(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *blocks, *postings;
    unsigned int passages;
    size_t size = 0;
    if (!PyArg_ParseTuple(args, "O!OI", &PyTuple_Type, &blocks, &postings, &passages)) {
        return NULL;
    }
    Part part = {.passages = passages};
    Counted counted = {0};
    part.postings = open_view(&part.views[0], postings, 1, &size);
    part.view_count = part.postings != NULL;
    int failed = part.postings == NULL || read_groups(&part.table, blocks, size) < 0;
    if (!failed) {
        Py_BEGIN_ALLOW_THREADS
        for (size_t i = 0; i < part.table.count && !failed; i++) {
            failed = check_group(&part, &part.table.groups[i], &counted) < 0;
        }
        Py_END_ALLOW_THREADS
    }
    free_counted(&counted);
    close_part(&part);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}
