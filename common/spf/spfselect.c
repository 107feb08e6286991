/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of a name's TXT records is its SPF record: RFC 7208 section 4.5. */
#include "common/spf/spfselect.h"

/* Longest string of a TXT record: publishers cut there without thought, so
   a seam behind such a string says nothing about terms. */
#define STRING_FULL 255
/* Octets of a term with the longest domain name, and some to spare. */
#define TERM_MAX    300

static const char memo_key;

/* What stands before a record by mistake: blanks, quotes, backslashes, a
   byte order mark, typographic quotes and no-break spaces in UTF-8. */
static const struct slice junk[] = {
    {" ",            1},
    {"\t",           1},
    {"\"",           1},
    {"'",            1},
    {"\\",           1},
    {"\xef\xbb\xbf", 3},
    {"\xe2\x80\x9c", 3},
    {"\xe2\x80\x9d", 3},
    {"\xe2\x80\x98", 3},
    {"\xe2\x80\x99", 3},
    {"\xc2\xa0",     2},
    {"\n",           1},
    {"\r",           1},
};

/* How records begin that are none.  Lower case. */
static const struct {
    const char *text;
    enum spflookalike_kind kind;
} beginnings[] = {
    {"v=spf",       SPFLOOKALIKE_VERSION},
    {"v= spf",      SPFLOOKALIKE_VERSION},
    {"v =spf",      SPFLOOKALIKE_VERSION},
    {"v = spf",     SPFLOOKALIKE_VERSION},
    {"v:spf",       SPFLOOKALIKE_NO_V   },
    {"v-spf",       SPFLOOKALIKE_NO_V   },
    {"vspf1",       SPFLOOKALIKE_NO_V   },
    {"v spf1",      SPFLOOKALIKE_NO_V   },
    {"=spf1",       SPFLOOKALIKE_NO_V   },
    {"spf1",        SPFLOOKALIKE_NO_V   },
    {"spf=1",       SPFLOOKALIKE_NO_V   },
    {"spf2.0/",     SPFLOOKALIKE_SPF2   },
    {"spf v=spf1",  SPFLOOKALIKE_NO_V   },
    {"spf: v=spf1", SPFLOOKALIKE_NO_V   },
    {"txt v=spf1",  SPFLOOKALIKE_NO_V   },
    {"version=spf", SPFLOOKALIKE_NO_V   },
};

static size_t
junk_length(struct slice text)
{
    size_t at = 0;

    for (size_t i = 0; i < sizeof(junk) / sizeof(*junk);) {
        if (slice_starts(slice_from(text, at), junk[i])) {
            at += junk[i].n;
            i = 0;
        } else {
            i++;
        }
    }
    return at;
}

/* The first word of text: what a version section would be. */
static size_t
word_length(struct slice text)
{
    size_t n = 0;

    while (n < text.n && text.p[n] != ' ' && text.p[n] != '\t')
        n++;
    return n > 0 ? n : 1;
}

bool
spfselect_resembles(struct slice text, struct spflookalike *out)
{
    size_t from = junk_length(text);
    struct slice body = slice_from(text, from);

    if (spfrecord_is_record(text))
        return false;
    for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
        if (!slice_starts_case(body, slice_of(beginnings[i].text)))
            continue;
        *out = (struct spflookalike){beginnings[i].kind, text, from,
                                     word_length(body)};
        if (from > 0 && spfrecord_is_record(body)) {
            out->kind = SPFLOOKALIKE_PREFIX;
            out->at = 0;
            out->length = from;
        }
        return true;
    }
    return false;
}

static struct slice
first_term(struct slice text)
{
    return slice_sub(text, 0, slice_find(text, ' '));
}

/* Empty when it is longer than any term that names a domain. */
static struct slice
last_term(struct slice text)
{
    size_t at = text.n;

    while (at > 0 && text.p[at - 1] != ' ')
        if (text.n - at-- > TERM_MAX)
            return SLICE_EMPTY;
    return slice_from(text, at);
}

/* One term, and nothing wrong with it: as the text of a record of its own. */
static bool
is_term(struct slice text, enum spfterm_kind *kind)
{
    struct arena *arena = arena_new();
    struct strbuf line = STRBUF_INIT;
    const struct spfrecord *record;
    bool good;

    strbuf_add_text(&line, "v=spf1 ");
    strbuf_add_slice(&line, text);
    record = spfrecord_parse(arena, strbuf_slice(&line));
    good = record->faults_all == 0 && record->term_count == 1;
    if (good)
        *kind = record->terms[0].kind;
    strbuf_clear(&line);
    arena_free(arena);
    return good;
}

/*
 * Two terms fuse at the seam when each side is a term by itself, and the
 * right one cannot well be the rest of a name.  A bare word such as "a" or
 * "mx" can; it counts only where the left string was cut by hand.
 */
static bool
is_fused(struct slice left, struct slice right, size_t string_length)
{
    struct slice tail = last_term(left), head = first_term(right);
    enum spfterm_kind kind = SPFTERM_INVALID, other;

    if (tail.n == 0 || head.n == 0 || !is_term(head, &kind)
        || kind == SPFTERM_MODIFIER)
        return false;
    if (!slice_equal_case(left, SLICE("v=spf1")) && !is_term(tail, &other))
        return false;
    return memchr(head.p, ':', head.n) != NULL
           || memchr(head.p, '=', head.n) != NULL
           || !ascii_is_alnum((unsigned char)head.p[0])
           || string_length < STRING_FULL;
}

/* Where a walk over a record's seams is. */
struct walk {
    const struct record *record; /* its strings */
    struct slice text;           /* they joined */
    size_t position;             /* of the next string */
    size_t at;                   /* octets of text before it */
};

/* The next seam that fuses two terms; false when there is none. */
static bool
next_seam(struct walk *walk, struct spfseam *seam)
{
    struct slice string, next;
    size_t peek;

    while (record_string(walk->record, &walk->position, &string)) {
        peek = walk->position;
        walk->at += string.n;
        if (!record_string(walk->record, &peek, &next))
            return false;
        if (!is_fused(slice_sub(walk->text, 0, walk->at), next, string.n))
            continue;
        seam->at = walk->at;
        return true;
    }
    return false;
}

static void
add_lookalike(struct arena *arena, struct spfselect *select,
              const struct record *record, struct slice text)
{
    struct spflookalike like;
    struct walk walk = {record, text, 0, 0};
    struct spfseam seam;

    if (!spfselect_resembles(text, &like))
        return;
    if (like.kind == SPFLOOKALIKE_VERSION && next_seam(&walk, &seam)
        && seam.at == sizeof("v=spf1") - 1) {
        like.kind = SPFLOOKALIKE_JOINED;
        like.at = seam.at - 1;
        like.length = 2;
    }
    select->lookalikes = arena_grow(arena, select->lookalikes,
                                    select->lookalike_count, sizeof(like));
    select->lookalikes[select->lookalike_count++] = like;
}

static void
add_seams(struct arena *arena, struct spfselect *select,
          const struct record *record, struct slice text)
{
    struct walk walk = {record, text, 0, 0};
    struct spfseam seam;

    while (next_seam(&walk, &seam)) {
        select->seams =
            arena_grow(arena, select->seams, select->seam_count, sizeof(seam));
        select->seams[select->seam_count++] = seam;
    }
}

static void
add_record(struct arena *arena, struct spfselect *select,
           const struct record *record)
{
    struct slice text = record_text(arena, record);

    if (!spfrecord_is_record(text)) {
        add_lookalike(arena, select, record, text);
        return;
    }
    select->texts =
        arena_grow(arena, select->texts, select->count, sizeof(text));
    select->texts[select->count++] = text;
    if (select->count == 1) {
        select->record = spfrecord_parse(arena, text);
        add_seams(arena, select, record, text);
    }
}

const struct spfselect *
spfselect_of(struct view *view, const struct answer *answer)
{
    struct arena *arena = view_pinned_arena(view);
    struct spfselect *select = view_memo(view, answer, &memo_key);

    if (select != NULL)
        return select;
    select = ARENA_NEW(arena, struct spfselect);
    if (answer->outcome == OUTCOME_FOUND)
        for (size_t i = 0; i < answer->record_count; i++)
            if (answer->records[i].type == RR_TXT)
                add_record(arena, select, &answer->records[i]);
    if (select->count > 1)
        select->record = NULL;
    if (answer->outcome != OUTCOME_PENDING)
        view_set_memo(view, answer, &memo_key, select);
    return select;
}
