/* Reading a range of postings: passages, frequencies, members, positions, as `term_sets.py` hands them over.
 *
 * They may be those of an index that somebody else made. So each number is compared with how many there are before
 * it is used as a place, and what does not fit is a ValueError, which `segment.reading` turns into damage. Opening a
 * source needs the interpreter's lock; reading it does not, and leaves what does not fit in `fault`.
 */

#ifndef SEEDSEARCH_POSTINGS_H
#define SEEDSEARCH_POSTINGS_H

#include "core.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A column of small numbers from `start` on: low bytes, and indices and high parts of those that do not fit. It is read
 * from its beginning to its end: `next` is the first of these that was not met. */
typedef struct {
    const uint8_t *low;
    const uint32_t *over, *high;
    size_t count, over_count, next;
    uint64_t start;
} Small;

#define MOST_VIEWS 11

/* The postings of a group, in bodies or in titles. */
typedef struct {
    int in_title, has_members, has_positions;
    const uint16_t *docs;
    size_t count;
    Small tf, members, positions;
    const uint32_t *chosen; /* members */
    size_t chosen_count;
    Py_buffer views[MOST_VIEWS];
    int view_count;
    const char *fault; /* what is wrong with it */
} Source;

static int
does_not_fit(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return -1;
}

/* The bytes of a buffer as numbers of that many bytes, and how many these are. */
static const void *
open_view(Py_buffer *view, PyObject *object, size_t bytes, size_t *count)
{
    if (PyObject_GetBuffer(object, view, PyBUF_SIMPLE) < 0) {
        view->obj = NULL;
        return NULL;
    }
    if ((size_t)view->len % bytes || (view->len && (uintptr_t)view->buf % bytes)) { /* nothing may be anywhere */
        PyBuffer_Release(view);
        does_not_fit("numbers of other bytes are wanted");
        return NULL;
    }
    *count = (size_t)view->len / bytes;
    return view->buf;
}

static const void *
source_view(Source *source, PyObject *object, size_t bytes, size_t *count)
{
    const void *found = open_view(&source->views[source->view_count], object, bytes, count);
    source->view_count += found != NULL;
    return found;
}

static int
open_small(Source *source, PyObject *given, Small *small)
{
    PyObject *low, *over, *high;
    unsigned long long start;
    size_t high_count;
    if (!PyArg_ParseTuple(given, "OOOK", &low, &over, &high, &start)) {
        return -1;
    }
    small->start = start;
    small->next = 0;
    small->low = source_view(source, low, 1, &small->count);
    small->over = small->low ? source_view(source, over, 4, &small->over_count) : NULL;
    small->high = small->over ? source_view(source, high, 4, &high_count) : NULL;
    if (small->high == NULL) {
        return -1;
    }
    return high_count == small->over_count ? 0 : does_not_fit("a high part is wanted for each index");
}

static void
close_source(Source *source)
{
    while (source->view_count) {
        PyBuffer_Release(&source->views[--source->view_count]);
    }
}

/* A tuple of: is it of titles, docs, tf, members or None, which are chosen or None, positions or None. */
static int
open_source(Source *source, PyObject *given)
{
    PyObject *docs, *tf, *members, *chosen, *positions;
    source->view_count = 0;
    source->fault = NULL;
    if (!PyArg_ParseTuple(given, "pOO!OOO", &source->in_title, &docs, &PyTuple_Type, &tf, &members, &chosen,
                          &positions)) {
        return -1;
    }
    source->docs = source_view(source, docs, 2, &source->count);
    if (source->docs == NULL || open_small(source, tf, &source->tf) < 0) {
        return -1;
    }
    source->has_members = members != Py_None;
    source->has_positions = positions != Py_None;
    if (source->has_members) {
        source->chosen = open_small(source, members, &source->members) < 0
                             ? NULL
                             : source_view(source, chosen, 4, &source->chosen_count);
        if (source->chosen == NULL) {
            return -1;
        }
    }
    if (source->has_positions && open_small(source, positions, &source->positions) < 0) {
        return -1;
    }
    return source->tf.count == source->count ? 0 : does_not_fit("a frequency is wanted for each passage");
}

/* The number at an index, which is not before the one that was asked for last. */
static uint64_t
small_at(Small *small, size_t index)
{
    uint64_t value = small->low[index], at = small->start + index;
    while (small->next < small->over_count && small->over[small->next] < at) {
        small->next++;
    }
    if (small->next < small->over_count && small->over[small->next] == at) {
        value += (uint64_t)small->high[small->next] << 8;
    }
    return value;
}

static int
is_chosen(const Source *source, uint64_t member)
{
    for (size_t i = 0; i < source->chosen_count; i++) {
        if (source->chosen[i] == member) {
            return 1;
        }
    }
    return 0;
}

/* What a source has in one passage after the other. */
typedef struct {
    size_t next;       /* posting */
    uint32_t doc;      /* of the one that was read last */
    uint64_t from, to; /* its occurrences */
} Step;

static int
fault_in(Source *source, const char *what)
{
    source->fault = what;
    return -1;
}

/* Reads the next posting of a segment with so many passages: 1, 0 at the end, -1 with a fault. */
static int
next_posting(Source *source, Step *step, size_t passages)
{
    if (step->next == source->count) {
        return 0;
    }
    uint32_t doc = source->docs[step->next];
    if (doc >= passages || (step->next && doc <= step->doc)) {
        return fault_in(source, "passages ascend, and are there");
    }
    uint64_t tf = small_at(&source->tf, step->next++);
    step->doc = doc;
    step->from = step->to;
    step->to += tf;
    if ((source->has_members && step->to > source->members.count)
        || (source->has_positions && step->to > source->positions.count)) {
        return fault_in(source, "occurrences are not as many as they should be");
    }
    return 1;
}

/* The sum of the numbers between two indices, of which the first is not before the one that was asked for last. */
static uint64_t
small_sum(Small *small, size_t from, size_t to)
{
    uint64_t sum = 0, start = small->start + from, end = small->start + to;
    for (size_t i = from; i < to; i++) {
        sum += small->low[i];
    }
    for (; small->next < small->over_count && small->over[small->next] < end; small->next++) {
        sum += small->over[small->next] < start ? 0 : (uint64_t)small->high[small->next] << 8;
    }
    return sum;
}

/* Goes on to the first posting that is not before a passage, unless that was read already: as `next_posting`. */
static int
skip_to(Source *source, Step *step, size_t passages, uint32_t doc)
{
    if (step->next && step->doc >= doc) {
        return 1;
    }
    size_t low = step->next, size = 1;
    while (low + size < source->count && source->docs[low + size] < doc) {
        low += size;
        size *= 2;
    }
    size_t high = low + size < source->count ? low + size : source->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (source->docs[middle] < doc) {
            low = middle + 1;
        }
        else {
            high = middle;
        }
    }
    if (source->has_members || source->has_positions) {
        step->to += small_sum(&source->tf, step->next, low);
    }
    step->next = low;
    return next_posting(source, step, passages);
}

/* How many of the occurrences of the posting that was read are the word's. */
static uint64_t
occurrences_at(Source *source, const Step *step)
{
    if (!source->has_members) {
        return step->to - step->from;
    }
    uint64_t count = 0;
    for (uint64_t i = step->from; i < step->to; i++) {
        count += (uint64_t)is_chosen(source, small_at(&source->members, (size_t)i));
    }
    return count;
}

#endif
