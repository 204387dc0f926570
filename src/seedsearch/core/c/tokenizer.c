/* Cut chains into terms: words, the signs that join them, and the signs that belong to them. tokenizer.py
 * explains the rules. */

#include "tokenizer.h"

#define SIGN_BYTES 4
#define TERM_BYTES (4 * MAX_TERM)
#define LONG_LINE 16 /* characters: tokenizer.py */
#define SIDE_DIGITS 5
#define SHORT 4 /* capitals and digits */

static const char *const ELISIONS[] = {
    "b", "c", "d", "f", "j", "l", "m", "n", "r", "s", "t", "u",
    "qu", "jusqu", "lorsqu", "puisqu", "un", "all", "dall", "dell", "nell", "quell", "sull",
};

static const char *const NEGATIONS[] = {
    "ain", "aren", "can", "couldn", "daren", "didn", "doesn", "don", "hadn", "hasn", "haven", "isn", "mayn", "mightn",
    "mustn", "needn", "oughtn", "shan", "shouldn", "wasn", "weren", "won", "wouldn",
};
static const char *const HOMOGRAPHS[] = {"hell", "id", "ill", "shed", "shell", "wed", "well", "were", "whore"};

/* Return whether a letter of a script without spaces that breaks lines anywhere is at `at`. */
static int
is_wrapped_at(const Chains *chains, const uint8_t *at)
{
    size_t size;
    uint32_t code = CODE_AT(at, &size);
    return kind_at(chains, at, &size) == UNSPACED
           && (code <= 0x10ff || (code >= 0x1780 && code <= 0x17ff) || (code >= 0x3005 && code <= 0x30ff)
               || (code >= 0x3400 && code <= 0x9fff));
}

const uint8_t *
after_line_end(const Chains *chains, const uint8_t *at)
{
    const uint8_t *next = at + 1 + (at[0] == '\r' && at[1] == '\n');
    if ((*at != '\r' && *at != '\n') || !is_wrapped_at(chains, next)) {
        return NULL;
    }
    for (int characters = 0, is_last = 1; characters < LONG_LINE; characters++, is_last = 0) {
        do {
            if (at == chains->begin) {
                return NULL;
            }
            at--;
        } while ((*at & 0xc0) == 0x80);
        if (*at == '\r' || *at == '\n' || (is_last && !is_wrapped_at(chains, at))) {
            return NULL;
        }
    }
    return next;
}

/* A number or a word at the end of a chain. A sign after the chain belongs to it. */
typedef struct {
    size_t glued; /* where it begins in `glued` */
    uint32_t part;
    const uint8_t *start;
} Tail;

/* The current chain. */
typedef struct {
    Chains *chains;
    const uint8_t *spaced_end;  /* end of a number whose digits are grouped by spaces */
    const uint8_t *grouped_end; /* or by signs */
    const uint8_t *start;       /* of the part */
    const uint8_t *fragment;    /* of the fragment */
    size_t part_glued, fragment_glued;
    uint32_t parts; /* before the current one */
    int has_fragments, has_apostrophe, has_only_hyphens;
    /* The word that a sign before the chain belongs to. */
    uint32_t before;
    int before_is_name, before_ended;
    size_t before_glued;
    const uint8_t *before_end;
    Tail number, name;
} Chain;

static int
is_letter_at(const Chains *chains, const uint8_t *at)
{
    return is_word_at(chains, at) && !IS_DIGIT(*at);
}

int
is_measure(const Chains *chains, const uint8_t *at)
{
    const uint8_t *x = IS_X(at[0]) ? at : at - 1, *first = x - 1;
    if (x == chains->begin || !IS_X(*x) || !IS_DIGIT(*first) || !IS_DIGIT(x[1])) {
        return 0;
    }
    while (first > chains->begin && IS_DIGIT(first[-1]) && x - first <= SIDE_DIGITS) {
        first--;
    }
    if (*first == '0' || x - first > SIDE_DIGITS) {
        return 0;
    }
    const uint8_t *before = first;
    while (before > chains->begin && (*--before & 0xc0) == 0x80) {
    }
    return before == first || IS_X(*before) || !is_letter_at(chains, before);
}

/* Return whether a currency sign is at `at`, and its size in bytes. */
static int
is_money_at(const Chains *chains, const uint8_t *at, size_t *size)
{
    *size = 1;
    return *at < 0x80 ? *at == '$' : kind_at(chains, at, size) == MONEY;
}

/* Return whether a sign at `at` can belong to the word after it. */
static int
is_opened(const Chains *chains, const uint8_t *at)
{
    size_t size;
    if (at == chains->begin) {
        return 1;
    }
    if (at[-1] < 0x80) {
        return at[-1] <= ' ' || strchr("\"'([{<>,;:|*=!/\\", at[-1]) != NULL;
    }
    do {
        at--;
    } while (at > chains->begin && (*at & 0xc0) == 0x80);
    return kind_at(chains, at, &size) == UNSPACED;
}

const uint8_t *
after_sign(const Chains *chains, const uint8_t *at)
{
    size_t size;
    if (*at >= 0x80 || *at == '$') {
        if (!is_money_at(chains, at, &size) && kind_at(chains, at, &size) != PARAGRAPH) {
            return NULL;
        }
        at += size + (at[size] == ' ');
        return IS_DIGIT(*at) ? at : NULL;
    }
    int is_sign = *at == '-'   ? IS_DIGIT(at[1])
                  : *at == '.' ? is_letter_at(chains, at + 1)
                               : (*at == '#' || *at == '@') && is_word_at(chains, at + 1);
    return is_sign && is_opened(chains, at) ? at + 1 : NULL;
}

static int
is_hebrew_at(const uint8_t *at)
{
    return at[0] == 0xd7 && at[1] >= 0x90 && at[1] <= 0xaa;
}

/* Return where the text begins of the line that follows, which may be quoted or of a comment; `at` if no line ends
 * here. */
static const uint8_t *
after_cut(const uint8_t *at)
{
    const uint8_t *end = at;
    while (*end == ' ' || *end == '\t') {
        end++;
    }
    if (*end != '\r' && *end != '\n') {
        return at;
    }
    end += end[0] == '\r' && end[1] == '\n' ? 2 : 1;
    while (*end != 0 && strchr(" \t>#*/%;", *end) != NULL) {
        end++;
    }
    return end;
}

/* Return whether the word before a slash, or the one after it, has a few capitals and digits. `step` is -1 or 1. */
static int
is_short(const Chains *chains, const uint8_t *slash, int step)
{
    const uint8_t *at = slash;
    do {
        if (at == chains->begin && step < 0) {
            return at < slash;
        }
        at += step;
    } while ((IS_UPPER(*at) || IS_DIGIT(*at)) && (at - slash) * step <= SHORT);
    while (step < 0 && at > chains->begin && (*at & 0xc0) == 0x80) {
        at--;
    }
    return at != slash + step && !is_word_at(chains, at);
}

/* Return where the word after a joining sign begins, or NULL if no sign joins it. */
static const uint8_t *
after_joiner(const Chains *chains, const uint8_t *at)
{
    const uint8_t *next = at + 1;
    switch (*at) {
    case '-':
        next = after_cut(next);
        break;
    case '^':
        if (!IS_DIGIT(*next)) {
            return NULL;
        }
        break;
    case '_':
    case '.':
        break;
    case '*':
        while (*next == '*' && next < at + 3) {
            next++;
        }
        if (IS_DIGIT(at[-1]) || IS_DIGIT(*next)) {
            return NULL;
        }
        break;
    case '\'':
    case '`':
        if ((*next == 's' || *next == 'S') && !IS_DIGIT(at[-1])
            && !is_word_at(chains, next + 1 + (next[1] == '\'' || next[1] == '`'))) {
            return NULL;
        }
        break;
    case '&':
        if (IS_DIGIT(at[-1]) || IS_DIGIT(*next)) {
            return NULL;
        }
        break;
    case ',':
        if (!IS_DIGIT(at[-1]) || !IS_DIGIT(*next)) {
            return NULL;
        }
        break;
    case '/':
        if (!is_short(chains, at, -1) || !is_short(chains, at, 1)) {
            return NULL;
        }
        break;
    case '"':
        if (at < chains->begin + 2 || !is_hebrew_at(at - 2) || !is_hebrew_at(next)) {
            return NULL;
        }
        break;
    default:
        return NULL;
    }
    return is_word_at(chains, next) ? next : NULL;
}

/* Return the end of the sign that belongs to the words before `at`, or NULL if there is none; `sign` is its
 * beginning. */
static const uint8_t *
end_of_sign(const Chains *chains, const uint8_t *at, const uint8_t **sign)
{
    size_t size = 1;
    *sign = at;
    if (IS_DIGIT(at[-1])) {
        *sign = at + (*at == ' ');
        if ((**sign == '%' || is_money_at(chains, *sign, &size)) && !is_word_at(chains, *sign + size)) {
            return *sign + size;
        }
        *sign = at;
    }
    if (at[0] == '+' && at[1] == '+') {
        return at[2] != '+' && !is_letter_at(chains, at + 2) ? at + 2 : NULL;
    }
    if (*at == '+' || (*at == '#' && !IS_DIGIT(at[-1]) && at[1] != '#')) {
        return is_word_at(chains, at + 1) ? NULL : at + 1;
    }
    return NULL;
}

/* Return the end of a number whose digits are grouped by spaces, or NULL if none begins here. */
static const uint8_t *
end_of_spaced(const Chains *chains, const uint8_t *at)
{
    const uint8_t *end = NULL;
    if (!IS_DIGIT(*at) || *at == '0') {
        return NULL;
    }
    for (int digits = 0; IS_DIGIT(*at); at++) {
        if (++digits > 3) {
            return NULL;
        }
    }
    for (int groups = 0; groups < 3; groups++, end = at) {
        if (*at != ' ' || !IS_DIGIT(at[1]) || !IS_DIGIT(at[2]) || !IS_DIGIT(at[3]) || is_word_at(chains, at + 4)) {
            break;
        }
        at += 4;
    }
    int digits = 0; /* after a space: four make it a telephone number */
    while (*at == ' ' && digits < 4 && IS_DIGIT(at[1 + digits])) {
        digits++;
    }
    return digits == 4 && !is_word_at(chains, at + 5) ? NULL : end;
}

int
ends_chain_after_all(const Chains *chains, const uint8_t *at)
{
    const uint8_t *sign;
    int may_go_on = *at == ' ' ? IS_DIGIT(at[1]) : after_joiner(chains, at) != NULL;
    return !may_go_on && end_of_sign(chains, at, &sign) == NULL;
}

/* Return the end of a number whose digits are grouped by signs, or NULL if none begins here. */
static const uint8_t *
end_of_groups(const uint8_t *at)
{
    int digits = 0;
    if (*at == '0') {
        return NULL;
    }
    while (IS_DIGIT(*at) && digits <= 3) {
        at++;
        digits++;
    }
    uint8_t sign = *at;
    if (digits < 1 || digits > 3 || (sign != '.' && sign != ',' && sign != '\'' && sign != '_')) {
        return NULL;
    }
    const uint8_t *first = at;
    for (; sign == ',' && digits < 3 && IS_DIGIT(at[1]) && IS_DIGIT(at[2]) && at[3] == ','; at += 3) {
    } /* 12,34,567 */
    if (at > first && !(IS_DIGIT(at[1]) && IS_DIGIT(at[2]) && IS_DIGIT(at[3]))) {
        return NULL;
    }
    if (at > first) {
        at += 4;
        return IS_DIGIT(*at) || (*at == ',' && IS_DIGIT(at[1])) ? NULL : at;
    }
    while (*at == sign && IS_DIGIT(at[1]) && IS_DIGIT(at[2]) && IS_DIGIT(at[3])) {
        at += 4;
    }
    return at == first || IS_DIGIT(*at) || (*at == sign && IS_DIGIT(at[1])) ? NULL : at;
}

/* Return whether a word is in a list. */
static int
is_in(const char *const *words, size_t count, const uint8_t *word, size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == size && memcmp(words[i], word, size) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Return the size in bytes of the word at `at` if an apostrophe separates it from the next word, else 0. */
static size_t
elision_at(const Chains *chains, const uint8_t *at)
{
    size_t size = 0;
    while (IS_LOWER(at[size]) && size <= 6) {
        size++;
    }
    if ((at[size] != '\'' && at[size] != '`') || !is_word_at(chains, at + size + 1)) {
        return 0;
    }
    return is_in(ELISIONS, COUNT(ELISIONS), at, size) ? size : 0;
}

/* Return the size in bytes of the first `most` characters; `are_all` says whether there are no others.
   A character has at most four bytes, also in bytes that are not UTF-8. */
static size_t
bytes_of(const uint8_t *bytes, size_t size, size_t most, int *are_all)
{
    size_t characters = 0, at = 0;
    for (; at < size && at < 4 * most; at++) {
        if ((bytes[at] & 0xc0) != 0x80 && characters++ == most) {
            break;
        }
    }
    *are_all = at == size;
    return at;
}

/* Take a word at part `part`. If it is too long for a term, its end is replaced by a checksum. */
static int
take_word(const Chains *chains, size_t glued, uint32_t part, const uint8_t *start, const uint8_t *end)
{
    const uint8_t *word = chains->glued.data + glued;
    size_t size = chains->glued.used - glued;
    uint8_t term[TERM_BYTES];
    int are_all;
    (void)bytes_of(word, size, MAX_TERM, &are_all);
    if (!are_all) {
        uint64_t checksum = 0xcbf29ce484222325u;
        for (size_t i = 0; i < size; i++) {
            checksum = (checksum ^ word[i]) * 0x100000001b3u;
        }
        size = bytes_of(word, size, KEPT, &are_all);
        memcpy(term, word, size);
        size += MAX_TERM - KEPT;
        for (size_t i = 1; i <= MAX_TERM - KEPT; i++, checksum /= 10) {
            term[size - i] = (uint8_t)('0' + checksum % 10);
        }
        word = term;
    }
    return chains->take(chains->context, word, size, part, (size_t)(start - chains->begin),
                        (size_t)(end - chains->begin));
}

/* Take a term with a sign before or after the words, unless it is too long. */
static int
take_signed(const Chains *chains, const uint8_t *sign, size_t sign_size, int is_before, size_t from, size_t to,
            uint32_t part, const uint8_t *start, const uint8_t *end)
{
    uint8_t term[SIGN_BYTES + TERM_BYTES];
    size_t size = to - from;
    size_t characters = *sign < 0x80 ? sign_size : 1;
    int are_all;
    (void)bytes_of(chains->glued.data + from, size, MAX_TERM - characters, &are_all);
    if (!are_all) {
        return 0;
    }
    memcpy(term + (is_before ? sign_size : 0), chains->glued.data + from, size);
    memcpy(term + (is_before ? 0 : size), sign, sign_size);
    return chains->take(chains->context, term, size + sign_size, part, (size_t)(start - chains->begin),
                        (size_t)(end - chains->begin));
}

/* End a fragment. */
static int
end_fragment(Chain *chain, const uint8_t *at)
{
    chain->has_fragments = 1;
    return take_word(chain->chains, chain->fragment_glued, chain->parts, chain->fragment, at);
}

static void
begin_fragment(Chain *chain, const uint8_t *at)
{
    chain->fragment = at;
    chain->fragment_glued = chain->chains->glued.used;
}

/* End a part. */
static int
end_part(Chain *chain, const uint8_t *at)
{
    if ((chain->has_fragments && end_fragment(chain, at) < 0)
        || take_word(chain->chains, chain->part_glued, chain->parts, chain->start, at) < 0) {
        return -1;
    }
    if (!chain->before_ended) {
        chain->before_glued = chain->chains->glued.used;
        chain->before_end = at;
    }
    chain->parts++;
    return 0;
}

/* Begin the next part at `at`, after the sign `joiner`, which is NUL at a hump. */
static int
begin_part(Chain *chain, const uint8_t *at, uint8_t joiner)
{
    Bytes *glued = &chain->chains->glued;
    int is_number = joiner && IS_DIGIT(*at) && glued->used && IS_DIGIT(glued->data[glued->used - 1]);
    int goes_on = is_number && (joiner == '.' || joiner == ',' || joiner == '\'');
    if ((joiner == '&' || is_number) && put_byte(glued, joiner == '&' ? '&' : '.') < 0) {
        return -1;
    }
    chain->has_only_hyphens &= !joiner || joiner == '-';
    chain->has_apostrophe |= joiner == '\'' || joiner == '`';
    chain->before_ended |= chain->parts && (chain->before_is_name ? joiner == '-' : !goes_on);
    chain->has_fragments = 0;
    chain->start = at;
    chain->part_glued = glued->used;
    Tail tail = {glued->used, chain->parts, at};
    if (!goes_on) {
        chain->number = tail;
    }
    if (joiner || !chain->parts) {
        chain->name = tail;
    }
    if (joiner == '-' || joiner == '&' || joiner == '"' || joiner == '`' || !chain->parts) {
        chain->grouped_end = IS_DIGIT(*at) ? end_of_groups(at) : NULL;
    }
    begin_fragment(chain, at);
    return 0;
}

/* Take the letters of a word up to `end`, or to the first other character, with the parts at its humps. Move `at`
 * there. */
static int
take_letters(Chain *chain, const uint8_t **at, const uint8_t *end)
{
    Bytes *glued = &chain->chains->glued;
    const uint8_t *start = *at;
    while (*at != end && is_word_at(chain->chains, *at)) {
        size_t size = 1;
        if (*at > start && is_hump(chain->chains, *at) && (end_part(chain, *at) < 0 || begin_part(chain, *at, 0) < 0)) {
            return -1;
        }
        if (**at >= 0x80) {
            (void)CODE_AT(*at, &size);
        }
        if (**at < 0x80 ? put_byte(glued, LOWER[**at]) < 0 : put(glued, *at, size) < 0) {
            return -1;
        }
        *at += size;
    }
    return 0;
}

/* Return whether the part and the apostrophe at `at` are a negation of English with the `t` after them. */
static int
is_negation(const Chain *chain, const uint8_t *at)
{
    const Bytes *glued = &chain->chains->glued;
    return (*at == '\'' || *at == '`') && (at[1] | 0x20) == 't' && !is_word_at(chain->chains, at + 2)
           && !chain->has_fragments
           && is_in(NEGATIONS, COUNT(NEGATIONS), glued->data + chain->part_glued, glued->used - chain->part_glued);
}

/* Take the words of a chain, and move `at` to its end. */
static int
take_words(Chain *chain, const uint8_t **at)
{
    const Chains *chains = chain->chains;
    size_t elision = IS_LOWER(**at) ? elision_at(chains, *at) : 0;
    const uint8_t *end = elision ? *at + elision : NULL;
    chain->spaced_end = end_of_spaced(chains, *at);
    if (begin_part(chain, *at, 0) < 0) {
        return -1;
    }
    for (;;) {
        if (take_letters(chain, at, end) < 0) {
            return -1;
        }
        const uint8_t *here = *at;
        int is_space = chain->spaced_end != NULL && here < chain->spaced_end && *here == ' ';
        const uint8_t *next = elision ? NULL : is_space ? here + 1 : after_joiner(chains, here);
        if (next == NULL) {
            return end_part(chain, here);
        }
        if (is_negation(chain, here)) {
            *at = next;
            continue;
        }
        int is_note = *here == '^' && !IS_DIGIT(here[-1]);
        int is_line_end = next - here > 1 && !(IS_DIGIT(here[-1]) && IS_DIGIT(*next));
        if (is_space || is_line_end || is_note || *here == '*'
            || (chain->grouped_end != NULL && here < chain->grouped_end)) {
            if (end_fragment(chain, here) < 0) {
                return -1;
            }
            begin_fragment(chain, next);
        }
        else if (end_part(chain, here) < 0 || begin_part(chain, next, *here) < 0) {
            return -1;
        }
        *at = next;
    }
}

/* Take the whole of a chain without the full stops between its digits. */
static int
take_long_number(const Chain *chain, const uint8_t *start, const uint8_t *end)
{
    Bytes *glued = &chain->chains->glued;
    size_t used = glued->used;
    for (size_t i = 0; i < used; i++) {
        if (glued->data[i] != '.' && put_byte(glued, glued->data[i]) < 0) {
            return -1;
        }
    }
    int taken = take_word(chain->chains, used, 0, start, end);
    glued->used = used;
    return taken;
}

/* Take the whole of a chain as a term, if it has one. */
static int
take_whole(const Chain *chain, const uint8_t *start, const uint8_t *end)
{
    Bytes *glued = &chain->chains->glued;
    int are_all, has_letters = 0;
    size_t digits = 0;
    (void)bytes_of(glued->data, glued->used, MAX_TERM, &are_all);
    for (size_t i = 0; i < glued->used; i++) {
        digits += IS_DIGIT(glued->data[i]);
        has_letters |= !IS_DIGIT(glued->data[i]) && glued->data[i] != '.';
    }
    int is_long = chain->has_only_hyphens && digits >= LONG_NUMBER;
    if (chain->parts < 2 || !are_all || !(is_long || has_letters)) {
        return 0;
    }
    if (is_long) {
        return take_long_number(chain, start, end);
    }
    if (chain->has_apostrophe && is_in(HOMOGRAPHS, COUNT(HOMOGRAPHS), glued->data, glued->used)) {
        return 0;
    }
    return take_word(chain->chains, 0, 0, start, end);
}

const uint8_t *
take_chain(Chains *chains, const uint8_t *at, uint32_t *parts)
{
    const uint8_t *begin = at, *sign;
    int has_sign = !is_word_at(chains, at);
    Chain chain = {.chains = chains, .before_is_name = *at == '#' || *at == '@' || *at == '.',
                   .has_only_hyphens = 1};
    chains->glued.used = 0;
    if (has_sign) {
        at = after_sign(chains, at);
    }
    const uint8_t *start = at;
    if (take_words(&chain, &at) < 0 || take_whole(&chain, start, at) < 0) {
        return NULL;
    }
    size_t size = 1;
    if (*begin >= 0x80) {
        (void)CODE_AT(begin, &size);
    }
    if (has_sign
        && take_signed(chains, begin, size, 1, 0, chain.before_glued, 0, begin, chain.before_end) < 0) {
        return NULL;
    }
    const uint8_t *end = start + elision_at(chains, start) == at ? NULL : end_of_sign(chains, at, &sign);
    if (end != NULL) {
        int is_name = *sign == '+' || *sign == '#';
        const Tail *tail = is_name ? &chain.name : &chain.number;
        if (take_signed(chains, sign, (size_t)(end - sign), !is_name && *sign != '%', tail->glued, chains->glued.used,
                        tail->part, tail->start, end) < 0) {
            return NULL;
        }
        at = end;
    }
    *parts = chain.parts;
    return at;
}
