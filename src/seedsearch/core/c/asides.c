/* Asides: what marks put between the words of a sentence. asides.py explains the rules. */

#include "tokenizer.h"

static const char *const SCHEMES[] = {"http", "https", "ftp", "irc", "mailto", "link", "xref"};

static const char *const TAGS[] = {
    "a",    "abbr",   "b",     "big", "br",    "center", "cite", "code", "del", "dfn",  "div",   "em",     "font",
    "h1",   "h2",     "h3",    "h4",  "i",     "img",    "ins",  "kbd",  "li",  "mark", "ol",    "p",      "q",
    "s",    "samp",   "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "th",    "thead",
    "tr",   "tt",     "u",     "ul",  "var",   "wbr",
};

#define IS_BLANK(c) ((c) == ' ' || ((c) >= '\t' && (c) <= '\r'))
#define IS_NAME(c) (LOWER[c] || ((c) && strchr("_.+-", (c)) != NULL))

/* Where the first character stands that is one of `ends`, or a NUL, and perhaps white space. */
static const uint8_t *
up_to(const uint8_t *at, const char *ends, int or_blank)
{
    while (*at && strchr(ends, *at) == NULL && !(or_blank && IS_BLANK(*at))) {
        at++;
    }
    return at;
}

static const uint8_t *
behind_name(const uint8_t *at)
{
    while (IS_NAME(*at)) {
        at++;
    }
    return at;
}

/* What is behind numbers with signs between them; NULL where none begins here. */
static const uint8_t *
behind_number(const uint8_t *at)
{
    while (IS_DIGIT(*at)) {
        while (IS_DIGIT(*at)) {
            at++;
        }
        const uint8_t *next = at + 1 + ((*at == ',' || *at == ';') && at[1] == ' ');
        if (!(*at && strchr(":.-,;", *at) != NULL && IS_DIGIT(*next))) {
            return at;
        }
        at = next;
    }
    return NULL;
}

/* What is behind `sign`, if that stands here; NULL passes through. */
static const uint8_t *
behind(const uint8_t *at, char sign)
{
    return at != NULL && *at == (uint8_t)sign ? at + 1 : NULL;
}

/* Whether the bracket that closes here was opened where no word or bracket ends. */
static int
ends_text(const Chains *chains, const uint8_t *at)
{
    while (at > chains->begin) {
        at--;
        if (*at == ']') {
            return 0;
        }
        if (*at == '[') {
            return at == chains->begin || !(LOWER[at[-1]] || strchr("_)]", at[-1]) != NULL);
        }
    }
    return 0;
}

/* `(address "title")` */
static const uint8_t *
behind_address(const uint8_t *at, int *is_address)
{
    const uint8_t *start = at + 1, *end = NULL;
    if (*start == '<' && *(end = up_to(start + 1, "<>\n", 0)) == '>') {
        end++;
    }
    else {
        end = up_to(start, "<>()[]", 1);
        for (const uint8_t *inner; *end == '(' && *(inner = up_to(end + 1, "<>()[]", 1)) == ')';) {
            end = up_to(inner + 1, "<>()[]", 1);
        }
    }
    *is_address = 0;
    for (const uint8_t *here = start; here < end; here++) {
        *is_address |= *here == '/' || *here == ':' || *here == '#';
    }
    const uint8_t *title = end;
    while (*title == ' ' || *title == '\t') {
        title++;
    }
    if (title > end && (*title == '"' || *title == '\'')) {
        const char quote[] = {(char)*title, '\n', 0};
        end = behind(up_to(title + 1, quote, 0), quote[0]);
    }
    return behind(end, ')');
}

/* Where the aside ends that begins with a bracket that closes. */
static const uint8_t *
behind_link(const Chains *chains, const uint8_t *at)
{
    if (at[1] == '(') {
        int is_address;
        const uint8_t *end = behind_address(at + 1, &is_address);
        return end != NULL && (is_address || ends_text(chains, at)) ? end : NULL;
    }
    if (at[1] == '[') {
        const uint8_t *name = up_to(at + 2, "[]\n", 0), *end = name > at + 2 ? behind(name, ']') : NULL;
        return end != NULL && ends_text(chains, at) ? end : NULL;
    }
    if (at[1] == '{' && (at[2] == '.' || at[2] == '#' || at[2] == ':')) {
        return behind(up_to(at + 3, "{}\n", 0), '}');
    }
    return NULL;
}

/* Where the aside ends that begins with a bracket that opens. */
static const uint8_t *
behind_opening(const uint8_t *at)
{
    const uint8_t *end;
    if (at[1] == '[' && at[2] != ' ' && at[2] != '\t') {
        end = up_to(at + 2, "[]|\n", 0);
        if (*end == '|') {
            return end + 1;
        }
        if (end[0] == ']' && end[1] == '[') {
            return end + 2;
        }
    }
    size_t mark = at[1] == '^' ? 1 : strncmp((const char *)at + 1, "fn:", 3) == 0 ? 3 : 0;
    if (mark) {
        end = up_to(at + 1 + mark, "[]", 1);
        if (end > at + 1 + mark && *end == ']' && end[1] != ':') {
            return end + 1;
        }
    }
    if ((end = behind(behind_number(at + 1), ']')) != NULL) {
        return end;
    }
    end = behind(behind(behind_name(at + 1 + (at[1] == '#')), ']'), '_');
    return end != NULL && !LOWER[*end] ? end : NULL;
}

/* Where the tag ends that begins here. */
static const uint8_t *
behind_tag(const uint8_t *at)
{
    const uint8_t *name = at + 1 + (at[1] == '/'), *end = name;
    while (LOWER[*end]) {
        end++;
    }
    for (size_t i = 0; i < COUNT(TAGS); i++) {
        size_t size = strlen(TAGS[i]), same = 0;
        while (same < size && LOWER[name[same]] == (uint8_t)TAGS[i][same]) {
            same++;
        }
        if (same == size && name + size == end) {
            const uint8_t *value = IS_BLANK(*end) ? up_to(end + 1, "<>=", 0) : end;
            if (*value == '=' && value > end && (value[1] == '"' || value[1] == '\'')) {
                return behind(up_to(value + 2, "<>", 0), '>');
            }
            while (IS_BLANK(*end)) {
                end++;
            }
            return behind(end + (*end == '/'), '>');
        }
    }
    return NULL;
}

/* Where the aside ends that begins with an angle bracket. */
static const uint8_t *
behind_angle(const uint8_t *at)
{
    const uint8_t *end = behind(up_to(at + 1, "<>`\n", 0), '>');
    if (end != NULL && *end == '`') {
        return end;
    }
    if (at[1] == '<') {
        end = up_to(at + 2, "<>,", 1);
        if (end > at + 2 && *end == ',') {
            const uint8_t *close = up_to(end + 1, "<>\n", 0);
            if (close > end + 1 && close[0] == '>' && close[1] == '>') {
                return end + 1;
            }
        }
    }
    return behind_tag(at);
}

/* Whether the word before a colon is a scheme, after white space or a sign that opens. */
static int
is_scheme(const Chains *chains, const uint8_t *colon)
{
    for (size_t i = 0; i < COUNT(SCHEMES); i++) {
        size_t size = strlen(SCHEMES[i]);
        if ((size_t)(colon - chains->begin) >= size && memcmp(colon - size, SCHEMES[i], size) == 0) {
            const uint8_t *start = colon - size;
            if (start == chains->begin || IS_BLANK(start[-1]) || start[-1] == '(' || start[-1] == '['
                || start[-1] == '"') {
                return 1;
            }
        }
    }
    return 0;
}

/* Where the aside ends that has a colon here; `before` says whether the word before it belongs to it. */
static const uint8_t *
behind_colon(const Chains *chains, const uint8_t *at, uint32_t *before)
{
    const uint8_t *end;
    if (is_scheme(chains, at)) {
        end = at[1] == '/' && at[2] == '/' ? at + 3 : at + 1;
        end = up_to(end, "[]<>:", 1);
        if (*end == ':' && IS_DIGIT(end[1])) {
            end = up_to(end + 1, "[]<>:", 1);
        }
        if (*end == '[' && end[1] && end[1] != ']') {
            *before = 1;
            return end + 1;
        }
    }
    end = at;
    for (int names = 0; names < 2 && *end == ':' && IS_NAME(end[1]); names++) {
        end = behind_name(end + 1);
    }
    return end > at && end[0] == ':' && end[1] == '`' ? end + 1 : NULL;
}

const uint8_t *
end_of_aside(const Chains *chains, const uint8_t *at, uint32_t *before)
{
    *before = 0;
    switch (*at) {
    case ']':
        return behind_link(chains, at);
    case '[':
        return behind_opening(at);
    case '<':
        return behind_angle(at);
    case ':':
        return behind_colon(chains, at, before);
    default:
        return NULL;
    }
}
