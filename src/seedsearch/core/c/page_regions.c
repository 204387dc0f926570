/* Choose the regions of a page that are its text, as corpus/formats/page_regions.py specifies. Python decides which
 * attributes name an element so. */

#include "page_reading.h"

/* Sets of regions, as bits of `sets`. */
enum { VISIBLE = 1, LEFT = 2, KEPT = 4, BEST = 8, LISTS = 16 };

static Region *
regions_of(const Reading *reading)
{
    return reading->regions.items;
}

/* Return the characters of the regions of a set. */
static Py_ssize_t
chars_in(const Reading *reading, int set)
{
    Py_ssize_t chars = 0;
    const Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        chars += region->sets & set ? region->chars : 0;
    }
    return chars;
}

static int
has_any(const Reading *reading, int set)
{
    size_t i = 0;
    while (i < reading->regions.count && !(regions_of(reading)[i].sets & set)) {
        i++;
    }
    return i < reading->regions.count;
}

/* Make one set have the regions of another. */
static void
copy_set(Reading *reading, int from, int to)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        region->sets = (region->sets & ~to) | (region->sets & from ? to : 0);
    }
}

/* ------------------------------------------------------------------ names */

/* Ask Python whether an element's own attributes name it so. Return -1 with an exception. */
static int
ask_named(const Reading *reading, Part attributes, int kind)
{
    int may_be = kind == MAIN_ROLE ? holds(attributes, "role") : holds(attributes, "class") || holds(attributes, "id");
    if (!may_be) {
        return 0;
    }
    PyObject *source = text_of(attributes), *number = PyLong_FromLong(kind), *answer = NULL;
    if (source != NULL && number != NULL) {
        answer = PyObject_CallFunctionObjArgs(reading->rules->is_named, source, number, NULL);
    }
    int found = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(source);
    Py_XDECREF(number);
    Py_XDECREF(answer);
    return found;
}

/* Return whether an element, or one around it, is named so; -1 with an exception. Elements nest as deep as `depth`. */
static int
is_named(const Reading *reading, Py_ssize_t at, int kind)
{
    if (at < 0) {
        return 0;
    }
    Element *element = (Element *)reading->elements.items + at;
    if (!element->named[kind]) {
        int found = is_named(reading, element->above, kind);
        found = found ? found : ask_named(reading, element->attributes, kind);
        if (found < 0) {
            return -1;
        }
        element->named[kind] = found ? 2 : 1;
    }
    return element->named[kind] == 2;
}

/* ------------------------------------------------------------------ properties of regions */

static int
is_navigation(const Region *region)
{
    int is_list = region->links >= 3 && (double)region->link_chars > (double)region->chars * 0.7;
    return is_list && !region->main && !region->article;
}

/* Whether its links are titles. */
static int
lists_titles(const Reading *reading, const Region *region)
{
    int is_edge = region->footer || region->aside ? 1 : is_named(reading, region->place, NOISE);
    return is_edge ? (is_edge < 0 ? -1 : 0) : region->link_chars >= region->links * reading->rules->title_chars;
}

/* Whether it has text of its own outside the main text. */
static int
stands_alone(const Reading *reading, const Region *region)
{
    int is_noise = region->aside ? 1 : is_named(reading, region->place, NOISE);
    if (is_noise) {
        return is_noise < 0 ? -1 : 0;
    }
    int is_text = (double)region->link_chars <= (double)region->chars * 0.3;
    return is_text && (region->prose > 0 || region->footer);
}

/* ------------------------------------------------------------------ choices */

/* Leave out links to the next page and the like. */
static int
without_steps(Reading *reading)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        if (region->sets & VISIBLE) {
            int is_step = region->prose ? 0 : is_named(reading, region->place, STEPS);
            if (is_step < 0) {
                return -1;
            }
            region->sets |= is_step ? 0 : LEFT;
        }
    }
    if (2 * chars_in(reading, LEFT) < chars_in(reading, VISIBLE)) {
        copy_set(reading, VISIBLE, LEFT);
    }
    return 0;
}

/* Keep what is no list of links. */
static int
without_lists(Reading *reading)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        if (region->sets & LEFT) {
            region->sets |= is_navigation(region) ? LISTS : KEPT;
        }
    }
    Py_ssize_t kept = chars_in(reading, KEPT), all = chars_in(reading, LEFT);
    if (kept < reading->rules->enough_chars && (double)kept < (double)all * 0.3) {
        copy_set(reading, LEFT, KEPT);
        return 0;
    }
    region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        int is_kept = region->sets & LISTS ? lists_titles(reading, region) : 0;
        if (is_kept < 0) {
            return -1;
        }
        region->sets |= is_kept ? KEPT : 0;
    }
    return 0;
}

/* Keep the regions in BEST and what stands alone, if these have at least half of the text. Return whether they do, or
 * -1 with an exception. */
static int
keep_best(Reading *reading)
{
    if (!has_any(reading, BEST) || (double)chars_in(reading, BEST) < (double)chars_in(reading, KEPT) * 0.5) {
        return 0;
    }
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        if (region->sets & KEPT && !(region->sets & BEST)) {
            int is_alone = stands_alone(reading, region);
            if (is_alone < 0) {
                return -1;
            }
            region->sets |= is_alone ? BEST : 0;
        }
    }
    copy_set(reading, BEST, KEPT);
    return 1;
}

static int
without_navigation(Reading *reading)
{
    if (without_lists(reading) < 0) {
        return -1;
    }
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        int is_main = !(region->sets & LEFT) ? 0 : region->main ? 1 : is_named(reading, region->place, MAIN_ROLE);
        if (is_main < 0) {
            return -1;
        }
        region->sets |= is_main ? BEST : 0;
    }
    int found = keep_best(reading);
    if (found) {
        return found;
    }
    region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        region->sets = (region->sets & ~BEST) | (region->sets & KEPT && region->article ? BEST : 0);
    }
    return keep_best(reading);
}

/* Keep the prose of banners, or of what is hidden, if there is hardly any other text. */
static void
keep_prose(Reading *reading, int kind)
{
    Py_ssize_t kept = chars_in(reading, KEPT), more = 0;
    int count = 0;
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        if (region->runs && region->kind == kind && region->prose) {
            more += region->chars;
            count++;
        }
    }
    if (count && kept < reading->rules->enough_chars && more > 3 * kept) {
        region = regions_of(reading);
        for (size_t i = 0; i < reading->regions.count; i++, region++) {
            region->sets |= region->runs && region->kind == kind && region->prose ? KEPT : 0;
        }
    }
}

static int
choose(Reading *reading, int whole)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        int is_text = region->kind == TEXT || (region->kind == SCRIPTLESS && !region->asks);
        region->sets = region->runs && is_text ? VISIBLE : 0;
        region->sets |= whole && region->runs && (is_text || region->kind == EDGE) ? KEPT : 0;
    }
    if (!whole) {
        if (without_steps(reading) < 0 || without_navigation(reading) < 0) {
            return -1;
        }
        keep_prose(reading, EDGE);
    }
    keep_prose(reading, HIDDEN);
    return 0;
}

int
compose_text(Reading *reading, int whole)
{
    if (choose(reading, whole) < 0 || reserve(&reading->text.data, &reading->text.room, reading->texts.used, 1) < 0) {
        return -1;
    }
    int is_all = !has_any(reading, KEPT); /* rather than nothing */
    const Run *run = reading->runs.items;
    for (size_t i = 0; i < reading->runs.count; i++, run++) {
        int is_kept = is_all || regions_of(reading)[run->region].sets & KEPT;
        if (is_kept && compose_run(reading, run) < 0) {
            return -1;
        }
    }
    return 0;
}
