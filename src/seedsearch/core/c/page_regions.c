/* Choose the regions of a page that are its text, as corpus/formats/page_regions.py specifies. Python decides which
 * attributes name an element so. */

#include "page_reading.h"

/* Sets of regions, as bits of `sets`. */
enum { VISIBLE = 1, LEFT = 2, KEPT = 4, BEST = 8, LISTS = 16, BANNERS = 32, UNSEEN = 64 };

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

/* Whether a region belongs to a set, or -1 with an exception. */
typedef int (*Test)(const Reading *reading, const Region *region);

/* Add the regions of one set that pass a test to another, unless they are in it. */
static int
add_to(Reading *reading, int from, int to, Test test)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        int passes = region->sets & from && !(region->sets & to) ? test(reading, region) : 0;
        if (passes < 0) {
            return -1;
        }
        region->sets |= passes ? to : 0;
    }
    return 0;
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
    return truth_of(PyObject_CallFunction(reading->rules->is_named, "Ni", text_of(attributes), kind));
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
is_navigation(const Reading *Py_UNUSED(reading), const Region *region)
{
    int is_list = region->links >= 3 && (double)region->link_chars > (double)region->chars * 0.7;
    return is_list && !region->main && !region->article;
}

static int
is_no_navigation(const Reading *reading, const Region *region)
{
    return !is_navigation(reading, region);
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

/* Whether it is no link to the next page or the like. */
static int
is_no_step(const Reading *reading, const Region *region)
{
    int is_step = region->prose ? 0 : is_named(reading, region->place, STEPS);
    return is_step < 0 ? -1 : !is_step;
}

static int
is_main(const Reading *reading, const Region *region)
{
    return region->main ? 1 : is_named(reading, region->place, MAIN_ROLE);
}

static int
is_article(const Reading *Py_UNUSED(reading), const Region *region)
{
    return region->article;
}

static int
has_prose(const Reading *Py_UNUSED(reading), const Region *region)
{
    return region->prose > 0;
}

/* ------------------------------------------------------------------ choices */

/* Leave out links to the next page and the like. */
static int
without_steps(Reading *reading)
{
    if (add_to(reading, VISIBLE, LEFT, is_no_step) < 0) {
        return -1;
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
    if (add_to(reading, LEFT, KEPT, is_no_navigation) < 0 || add_to(reading, LEFT, LISTS, is_navigation) < 0) {
        return -1;
    }
    Py_ssize_t kept = chars_in(reading, KEPT), all = chars_in(reading, LEFT);
    if (kept < reading->rules->enough_chars && (double)kept < (double)all * 0.3) {
        copy_set(reading, LEFT, KEPT);
        return 0;
    }
    return add_to(reading, LISTS, KEPT, lists_titles);
}

/* Keep the regions of a set that pass a test, and what stands alone in KEPT, if those have at least half of the text.
 * Return whether they do, or -1 with an exception. */
static int
keep_best(Reading *reading, int from, Test test)
{
    copy_set(reading, 0, BEST);
    if (add_to(reading, from, BEST, test) < 0) {
        return -1;
    }
    if (!has_any(reading, BEST) || (double)chars_in(reading, BEST) < (double)chars_in(reading, KEPT) * 0.5) {
        return 0;
    }
    if (add_to(reading, KEPT, BEST, stands_alone) < 0) {
        return -1;
    }
    copy_set(reading, BEST, KEPT);
    return 1;
}

/* Add the prose of a set if there is hardly any other text. */
static void
keep_prose(Reading *reading, int set)
{
    copy_set(reading, 0, BEST);
    add_to(reading, set, BEST, has_prose);
    Py_ssize_t kept = chars_in(reading, KEPT);
    if (kept < reading->rules->enough_chars && chars_in(reading, BEST) > 3 * kept) {
        copy_set(reading, BEST | KEPT, KEPT);
    }
}

/* Return 0, or -1 with an exception. */
static int
choose(Reading *reading, int whole)
{
    Region *region = regions_of(reading);
    for (size_t i = 0; i < reading->regions.count; i++, region++) {
        int is_text = region->kind == TEXT || (region->kind == SCRIPTLESS && !region->asks);
        int set = is_text ? VISIBLE : region->kind == EDGE ? BANNERS : region->kind == HIDDEN ? UNSEEN : 0;
        region->sets = region->runs ? set : 0;
    }
    if (whole) {
        copy_set(reading, VISIBLE | BANNERS, KEPT);
    }
    else {
        if (without_steps(reading) < 0 || without_lists(reading) < 0) {
            return -1;
        }
        int found = keep_best(reading, LEFT, is_main);
        if (found < 0 || (!found && keep_best(reading, KEPT, is_article) < 0)) {
            return -1;
        }
        keep_prose(reading, BANNERS);
    }
    keep_prose(reading, UNSEEN);
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
