/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tag=value lists of DKIM and DMARC. */
#include "common/base/taglist.h"

struct scan {
    struct arena *arena;      /* where tags go */
    struct slice text;        /* all of it */
    enum taglist_rules rules; /* whose grammar */
    struct taglist_tag *tags; /* found so far */
    size_t count;             /* of them */
};

bool
taglist_is_space(enum taglist_rules rules, char c)
{
    return c == ' ' || c == '\t'
           || (rules == TAGLIST_DKIM && (c == '\r' || c == '\n'));
}

size_t
taglist_offset(const struct taglist *list, struct slice part)
{
    if (part.p == NULL || list->text.p == NULL)
        return 0;
    return (size_t)(part.p - list->text.p);
}

static struct slice
trim(enum taglist_rules rules, struct slice s)
{
    while (s.n > 0 && taglist_is_space(rules, s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && taglist_is_space(rules, s.p[s.n - 1]))
        s.n--;
    return s;
}

/* RFC 6376 section 3.2 tag-name; RFC 9989 section 4.8: 1*ALPHA. */
static bool
is_name_octet(enum taglist_rules rules, char c, size_t at)
{
    unsigned char octet = (unsigned char)c;

    if (ascii_is_alpha(octet))
        return true;
    return rules == TAGLIST_DKIM && at > 0
           && (ascii_is_digit(octet) || c == '_');
}

/* RFC 6376 VALCHAR and FWS inside; RFC 9989 dmarc-value.  The separator never
   gets here. */
static bool
is_value_octet(enum taglist_rules rules, char c)
{
    return (c >= ' ' && c <= '~')
           || (rules == TAGLIST_DKIM && taglist_is_space(rules, c));
}

static void
set_fault(struct scan *scan, struct taglist_tag *tag, enum taglist_fault fault,
          struct slice part)
{
    if (tag->fault != TAGLIST_GOOD)
        return;
    tag->fault = fault;
    tag->fault_from = (size_t)(part.p - scan->text.p);
    tag->fault_length = part.n;
    if (part.n == 0 && tag->fault_from < scan->text.n)
        tag->fault_length = 1;
}

static void
check_name(struct scan *scan, struct taglist_tag *tag)
{
    if (tag->name.n == 0)
        set_fault(scan, tag, TAGLIST_BAD_NAME, (struct slice){tag->name.p, 1});
    for (size_t i = 0; i < tag->name.n; i++) {
        if (!is_name_octet(scan->rules, tag->name.p[i], i)) {
            set_fault(scan, tag, TAGLIST_BAD_NAME, tag->name);
            return;
        }
    }
}

static void
check_value(struct scan *scan, struct taglist_tag *tag)
{
    if (tag->value.n == 0 && scan->rules == TAGLIST_DMARC)
        set_fault(scan, tag, TAGLIST_NO_VALUE,
                  slice_sub(scan->text, tag->from, tag->length));
    for (size_t i = 0; i < tag->value.n; i++) {
        if (!is_value_octet(scan->rules, tag->value.p[i])) {
            set_fault(scan, tag, TAGLIST_BAD_VALUE,
                      slice_sub(tag->value, i, 1));
            return;
        }
    }
}

static void
split_tag(struct scan *scan, struct taglist_tag *tag, struct slice spec)
{
    size_t equals = slice_find(spec, '=');

    if (equals == spec.n) {
        tag->name = spec;
        tag->value = (struct slice){spec.p + spec.n, 0};
        set_fault(scan, tag, TAGLIST_NO_EQUALS, spec);
        return;
    }
    struct slice left = slice_sub(spec, 0, equals);
    struct slice right = slice_from(spec, equals + 1);

    tag->name = trim(scan->rules, left);
    tag->value = trim(scan->rules, right);
    tag->is_spaced = tag->name.n != left.n || tag->value.n != right.n;
    check_name(scan, tag);
    check_value(scan, tag);
}

static bool
is_repeated(const struct scan *scan, const struct taglist_tag *tag)
{
    if (tag->fault == TAGLIST_NO_EQUALS || tag->name.n == 0)
        return false;
    for (size_t i = 0; i < scan->count; i++) {
        const struct taglist_tag *earlier = &scan->tags[i];

        if (earlier->fault == TAGLIST_NO_EQUALS)
            continue;
        if (scan->rules == TAGLIST_DMARC
                ? slice_equal_case(earlier->name, tag->name)
                : slice_equal(earlier->name, tag->name))
            return true;
    }
    return false;
}

/* One part between separators; part.n == 0 and white space too. */
static void
add_part(struct scan *scan, struct slice part)
{
    struct slice spec = trim(scan->rules, part);
    struct taglist_tag tag = {0};

    tag.from = (size_t)(spec.p - scan->text.p);
    tag.length = spec.n;
    if (scan->rules == TAGLIST_DMARC && scan->count == 0 && spec.n > 0
        && spec.p != part.p)
        set_fault(scan, &tag, TAGLIST_LEADING,
                  (struct slice){part.p, (size_t)(spec.p - part.p)});
    if (spec.n == 0) {
        /* Underlined: the separator that has nothing before it. */
        tag.name = tag.value = spec;
        set_fault(scan, &tag, TAGLIST_EMPTY,
                  (struct slice){part.p + part.n, 1});
    } else {
        split_tag(scan, &tag, spec);
    }
    tag.repeated = spec.n > 0 && is_repeated(scan, &tag);
    scan->tags = arena_grow(scan->arena, scan->tags, scan->count, sizeof(tag));
    scan->tags[scan->count++] = tag;
}

const struct taglist *
taglist_scan(struct arena *arena, struct slice text, enum taglist_rules rules)
{
    struct taglist *list = ARENA_NEW(arena, struct taglist);
    struct scan scan = {.arena = arena, .text = text, .rules = rules};
    size_t at = 0;

    list->text = text;
    while (at < text.n) {
        struct slice rest = slice_from(text, at);
        size_t end = slice_find(rest, ';');
        struct slice part = slice_sub(rest, 0, end);
        bool is_last = end == rest.n;

        /* White space behind the last separator is no tag. */
        if (is_last && trim(rules, part).n == 0)
            break;
        if (scan.count == TAGLIST_TAGS_MAX) {
            list->overflow = true;
            break;
        }
        add_part(&scan, part);
        at += end + 1;
        list->ends_in_separator = !is_last;
    }
    list->tags = scan.tags;
    list->count = scan.count;
    return list;
}

/* Where in value (from at on) a defined name with "=" and more begins; its
   end when there is none.  Base64 padding ("t=") is no tag. */
static size_t
find_glued(const struct taglist_names *names, struct slice value)
{
    for (size_t i = 1; i < value.n; i++) {
        char before = value.p[i - 1];

        if (!taglist_is_space(names->rules, before) && before != ','
            && before != ':')
            continue;
        for (const char *const *name = names->names; *name != NULL; name++) {
            struct slice rest = slice_from(value, i);
            struct slice wanted = slice_of(*name);

            if (names->rules == TAGLIST_DMARC
                    ? !slice_starts_case(rest, wanted)
                    : !slice_starts(rest, wanted))
                continue;
            rest = trim(names->rules, slice_from(rest, wanted.n));
            if (rest.n > 1 && rest.p[0] == '=' && rest.p[1] != '=')
                return i;
        }
    }
    return value.n;
}

/* Cut what is glued to tag's value off it; what was cut off, or nothing. */
static struct slice
cut_glued(struct scan *scan, const struct taglist_names *names,
          struct taglist_tag *tag)
{
    size_t at = tag->value.n;
    struct slice glued;

    if (names->skip == NULL || !slice_equal(tag->name, slice_of(names->skip)))
        at = find_glued(names, tag->value);
    glued = slice_from(tag->value, at);
    if (glued.n == 0)
        return SLICE_EMPTY;
    tag->length = (size_t)(glued.p - tag->name.p);
    tag->value = trim(names->rules, slice_sub(tag->value, 0, at));
    while (tag->value.n > 0
           && (tag->value.p[tag->value.n - 1] == ','
               || tag->value.p[tag->value.n - 1] == ':'))
        tag->value =
            trim(names->rules, slice_sub(tag->value, 0, tag->value.n - 1));
    if (tag->fault == TAGLIST_BAD_VALUE) {
        tag->fault = TAGLIST_GOOD;
        check_value(scan, tag);
    }
    return glued;
}

static void
add_glued(struct scan *scan, struct taglist_tag tag, struct slice rest)
{
    struct slice gap = {tag.value.p + tag.value.n,
                        (size_t)(rest.p - tag.value.p) - tag.value.n};

    add_part(scan, rest);
    scan->tags[scan->count - 1].fault = TAGLIST_GLUED;
    scan->tags[scan->count - 1].fault_from = (size_t)(gap.p - scan->text.p);
    scan->tags[scan->count - 1].fault_length = gap.n;
}

const struct taglist *
taglist_unglue(struct arena *arena, const struct taglist *list,
               const struct taglist_names *names)
{
    struct taglist *out = ARENA_NEW(arena, struct taglist);
    struct scan scan = {
        .arena = arena, .text = list->text, .rules = names->rules};

    *out = *list;
    for (size_t i = 0; i < list->count; i++) {
        struct slice glued;

        /* Tags that were glued may make it too many. */
        if (scan.count == TAGLIST_TAGS_MAX) {
            out->overflow = true;
            break;
        }
        scan.tags =
            arena_grow(arena, scan.tags, scan.count, sizeof(*scan.tags));
        scan.tags[scan.count++] = list->tags[i];
        while (scan.count < TAGLIST_TAGS_MAX) {
            glued = cut_glued(&scan, names, &scan.tags[scan.count - 1]);
            if (glued.n == 0)
                break;
            add_glued(&scan, scan.tags[scan.count - 1], glued);
        }
    }
    out->tags = scan.tags;
    out->count = scan.count;
    return out;
}

static const struct taglist_tag *
find(const struct taglist *list, struct slice name,
     bool (*is_equal)(struct slice a, struct slice b))
{
    for (size_t i = 0; i < list->count; i++) {
        const struct taglist_tag *tag = &list->tags[i];

        if (tag->fault != TAGLIST_NO_EQUALS && is_equal(tag->name, name))
            return tag;
    }
    return NULL;
}

const struct taglist_tag *
taglist_find(const struct taglist *list, struct slice name)
{
    return find(list, name, slice_equal);
}

const struct taglist_tag *
taglist_find_case(const struct taglist *list, struct slice name)
{
    return find(list, name, slice_equal_case);
}
