/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DKIM-Signature fields. */
#include "common/dkim/dkimsig.h"

#include "common/base/digest.h"

/* Section 3.5: t= and x= have at most 12 digits, l= at most 76. */
#define TIME_DIGITS   12
#define LENGTH_DIGITS 76

/* A signature while it is read. */
struct reading {
    struct arena *arena; /* where all goes */
    struct dkimsig *sig; /* the result */
};

static const char *const words[DKIMSIG_FAULTS] = {
    [DKIMSIG_TAG_SYNTAX] = "tag-syntax",
    [DKIMSIG_DUPLICATE_TAG] = "duplicate-tag",
    [DKIMSIG_VERSION] = "version",
    [DKIMSIG_TAG_MISSING] = "tag-missing",
    [DKIMSIG_BAD_VALUE] = "bad-value",
    [DKIMSIG_ALGORITHM] = "unknown-algorithm",
    [DKIMSIG_SHA1] = "sha1",
    [DKIMSIG_FROM_UNSIGNED] = "from-unsigned",
    [DKIMSIG_IDENTITY] = "identity-domain",
    [DKIMSIG_QUERY] = "query-method",
    [DKIMSIG_TIMES] = "times-invalid",
};

const char *
dkimsig_fault_word(enum dkimsig_fault fault)
{
    return words[fault];
}

enum dkimsig_fault
dkimsig_first_fault(const struct dkimsig *sig)
{
    for (int i = 0; i < DKIMSIG_FAULTS; i++)
        if ((sig->faults & (1u << i)) != 0)
            return (enum dkimsig_fault)i;
    return DKIMSIG_FAULTS;
}

static void
note(struct reading *reading, enum dkimsig_fault fault, const char *detail)
{
    struct dkimsig *sig = reading->sig;

    /* The detail is the first fault's, which is the smallest number. */
    if (sig->faults == 0 || fault < dkimsig_first_fault(sig))
        sig->detail = detail;
    sig->faults |= 1u << fault;
}

/* RFC 8616 section 5: d=, s= and i= may be U-labels; elsewhere an octet
   above 126 is none of a tag list. */
static bool
may_be_utf8(const struct taglist_tag *tag)
{
    if (tag->name.n != 1
        || slice_find(SLICE("dsi"), tag->name.p[0]) == SLICE("dsi").n)
        return false;
    for (size_t i = 0; i < tag->value.n; i++) {
        unsigned char c = (unsigned char)tag->value.p[i];

        if (c == 127 || (c < ' ' && !taglist_is_space(TAGLIST_DKIM, (char)c)))
            return false;
    }
    return true;
}

static void
check_list(struct reading *reading, const struct taglist *list)
{
    if (list->overflow || list->count == 0)
        note(reading, DKIMSIG_TAG_SYNTAX, NULL);
    for (size_t i = 0; i < list->count; i++) {
        const struct taglist_tag *tag = &list->tags[i];
        const char *name = arena_text(reading->arena, tag->name);

        if (tag->repeated)
            note(reading, DKIMSIG_DUPLICATE_TAG, name);
        if (tag->fault != TAGLIST_GOOD
            && !(tag->fault == TAGLIST_BAD_VALUE && may_be_utf8(tag)))
            note(reading, DKIMSIG_TAG_SYNTAX, name);
    }
}

/* The value of a tag; *is_there (may be NULL) tells absent from empty. */
static struct slice
tag_value(const struct reading *reading, const char *name, bool *is_there)
{
    const struct taglist_tag *tag =
        taglist_find(reading->sig->tags, slice_of(name));

    if (is_there != NULL)
        *is_there = tag != NULL;
    return tag == NULL ? SLICE_EMPTY : tag->value;
}

/* Of a tag that must be there. */
static struct slice
required(struct reading *reading, const char *name)
{
    bool is_there;
    struct slice value = tag_value(reading, name, &is_there);

    if (!is_there)
        note(reading, DKIMSIG_TAG_MISSING, name);
    else if (value.n == 0)
        note(reading, DKIMSIG_BAD_VALUE, name);
    return value;
}

static void
read_algorithm(struct reading *reading)
{
    static const struct {
        const char *text;
        enum dkimsig_algorithm algorithm;
    } known[] = {
        {"rsa-sha256",     DKIMSIG_RSA_SHA256    },
        {"ed25519-sha256", DKIMSIG_ED25519_SHA256},
        {"rsa-sha1",       DKIMSIG_RSA_SHA1      },
    };
    struct dkimsig *sig = reading->sig;

    sig->algorithm_text = required(reading, "a");
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (slice_equal(sig->algorithm_text, slice_of(known[i].text)))
            sig->algorithm = known[i].algorithm;
    if (sig->algorithm == DKIMSIG_RSA_SHA1)
        note(reading, DKIMSIG_SHA1, NULL);
    else if (sig->algorithm == DKIMSIG_UNKNOWN && sig->algorithm_text.n > 0)
        note(reading, DKIMSIG_ALGORITHM, NULL);
}

static struct slice
read_base64(struct reading *reading, const char *name, size_t max)
{
    struct slice text = required(reading, name), octets = SLICE_EMPTY;
    struct strbuf out = STRBUF_INIT;

    if (text.n == 0)
        return octets;
    if (digest_base64_decode(text, &out, NULL) != ST_OK || out.n == 0
        || out.n > max)
        note(reading, DKIMSIG_BAD_VALUE, name);
    else
        octets = arena_slice(reading->arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return octets;
}

/* Letters, digits, "-" and "_", not empty labels; U-labels become A-labels
   (RFC 8616 section 5). */
static bool
read_domain(struct reading *reading, struct slice text, struct name *name)
{
    bool is_ascii = true;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        is_ascii = is_ascii && c < 128;
        if (c < 128 && !ascii_is_alnum(c) && c != '-' && c != '_' && c != '.')
            return false;
    }
    if (text.n == 0 || text.p[text.n - 1] == '.')
        return false;
    if (is_ascii)
        return name_from_text(name, text) == ST_OK;
    return name_from_user(name, arena_text(reading->arena, text), NULL)
           == ST_OK;
}

static void
read_names(struct reading *reading)
{
    struct dkimsig *sig = reading->sig;
    struct slice d = required(reading, "d"), s = required(reading, "s");
    struct name below, selector;

    sig->domain_text = d;
    sig->selector_text = s;
    if (d.n > 0 && !read_domain(reading, d, &sig->domain)) {
        sig->domain = (struct name){0};
        note(reading, DKIMSIG_BAD_VALUE, "d");
    }
    if (s.n == 0 || sig->domain.size == 0)
        return;
    if (!read_domain(reading, s, &selector)
        || name_prepend(&below, SLICE("_domainkey"), &sig->domain) != ST_OK
        || name_rebase(&sig->key_name, &selector, &name_root, &below)
               != ST_OK) {
        sig->key_name = (struct name){0};
        note(reading, DKIMSIG_BAD_VALUE, "s");
    }
}

/* Section 3.5 i=: d= or below it; section 6.1.1. */
static void
read_identity(struct reading *reading)
{
    struct dkimsig *sig = reading->sig;
    bool is_there;
    size_t at;

    sig->identity = tag_value(reading, "i", &is_there);
    sig->identity_domain = sig->domain;
    if (!is_there)
        return;
    at = sig->identity.n;
    while (at > 0 && sig->identity.p[at - 1] != '@')
        at--;
    if (at == 0
        || !read_domain(reading, slice_from(sig->identity, at),
                        &sig->identity_domain)) {
        note(reading, DKIMSIG_BAD_VALUE, "i");
        return;
    }
    if (sig->domain.size > 0
        && !name_is_under(&sig->identity_domain, &sig->domain))
        note(reading, DKIMSIG_IDENTITY, NULL);
}

static bool
read_canon(struct slice word, enum dkimcanon *canon)
{
    *canon = slice_equal(word, SLICE("relaxed")) ? DKIMCANON_RELAXED
                                                 : DKIMCANON_SIMPLE;
    return slice_equal(word, slice_of(dkimcanon_word(*canon)));
}

static void
read_canons(struct reading *reading)
{
    bool is_there;
    struct slice c = tag_value(reading, "c", &is_there);
    size_t slash = slice_find(c, '/');
    bool good = true;

    if (!is_there)
        return;
    good = read_canon(slice_sub(c, 0, slash), &reading->sig->header);
    if (slash < c.n)
        good =
            read_canon(slice_from(c, slash + 1), &reading->sig->body) && good;
    if (!good)
        note(reading, DKIMSIG_BAD_VALUE, "c");
}

/* RFC 5322 section 2.2: what a field's name may consist of; ";" never gets
   here. */
static bool
is_field_name(struct slice name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < 33 || name.p[i] > 126)
            return false;
    return name.n > 0;
}

static void
read_signed(struct reading *reading)
{
    struct slice rest = required(reading, "h"), part;
    struct dkimsig *sig = reading->sig;
    struct slice *names = NULL;

    if (rest.n == 0)
        return;
    while (slice_next(&rest, ':', &part)) {
        struct slice name = slice_trim(part);

        if (!is_field_name(name) || sig->signed_count == DKIMSIG_NAMES_MAX) {
            note(reading, DKIMSIG_BAD_VALUE, "h");
            return;
        }
        names = arena_grow(reading->arena, names, sig->signed_count,
                           sizeof(*names));
        names[sig->signed_count++] = name;
        sig->signed_names = names;
    }
    if (dkimsig_signs(sig, SLICE("From")) == 0)
        note(reading, DKIMSIG_FROM_UNSIGNED, NULL);
}

/* A number of up to so many digits; one too large to hold is the largest. */
static bool
read_number(struct reading *reading, const char *name, size_t digits,
            uint64_t *number)
{
    bool is_there;
    struct slice text = tag_value(reading, name, &is_there);
    size_t zeros = 0;

    if (!is_there)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (!ascii_is_digit((unsigned char)text.p[i]))
            text.n = 0;
    if (text.n == 0 || text.n > digits) {
        note(reading, name[0] == 'l' ? DKIMSIG_BAD_VALUE : DKIMSIG_TIMES,
             name);
        return true;
    }
    while (zeros + 1 < text.n && text.p[zeros] == '0')
        zeros++;
    if (!slice_number(slice_from(text, zeros), UINT64_MAX, number))
        *number = UINT64_MAX;
    return true;
}

static void
read_numbers(struct reading *reading)
{
    struct dkimsig *sig = reading->sig;

    sig->has_length = read_number(reading, "l", LENGTH_DIGITS, &sig->length);
    sig->has_time = read_number(reading, "t", TIME_DIGITS, &sig->time);
    sig->has_expiry = read_number(reading, "x", TIME_DIGITS, &sig->expiry);
    if (sig->has_time && sig->has_expiry && sig->expiry <= sig->time)
        note(reading, DKIMSIG_TIMES, "x");
}

/* Section 3.5 q=: methods that are not known are passed over. */
static void
read_query(struct reading *reading)
{
    bool is_there, known = false;
    struct slice rest = tag_value(reading, "q", &is_there), part;

    if (!is_there)
        return;
    while (slice_next(&rest, ':', &part))
        known = known || slice_equal(slice_trim(part), SLICE("dns/txt"));
    if (!known)
        note(reading, DKIMSIG_QUERY, NULL);
}

const struct dkimsig *
dkimsig_parse(struct arena *arena, struct slice value)
{
    struct dkimsig *sig = ARENA_NEW(arena, struct dkimsig);
    struct reading reading = {arena, sig};
    struct slice version;

    sig->tags = taglist_scan(arena, value, TAGLIST_DKIM);
    check_list(&reading, sig->tags);
    version = required(&reading, "v");
    if (version.n > 0 && !slice_equal(version, SLICE("1")))
        note(&reading, DKIMSIG_VERSION, NULL);
    read_algorithm(&reading);
    read_names(&reading);
    read_identity(&reading);
    read_canons(&reading);
    read_signed(&reading);
    read_numbers(&reading);
    read_query(&reading);
    sig->body_hash = read_base64(&reading, "bh", DKIMSIG_OCTETS_MAX);
    sig->signature = read_base64(&reading, "b", DKIMSIG_OCTETS_MAX);
    return sig;
}

size_t
dkimsig_signs(const struct dkimsig *sig, struct slice name)
{
    size_t n = 0;

    for (size_t i = 0; i < sig->signed_count; i++)
        n += slice_equal_case(sig->signed_names[i], name);
    return n;
}

struct slice
dkimsig_unsigned(struct arena *arena, const struct dkimsig *sig,
                 struct slice raw)
{
    const struct taglist_tag *b = taglist_find(sig->tags, SLICE("b"));
    struct slice text = sig->tags->text, rest;
    size_t from, head;
    char *copy;

    if (b == NULL)
        return raw;
    from = b->from + slice_find(slice_from(text, b->from), '=') + 1;
    rest = slice_from(text, from);
    rest = slice_from(rest, slice_find(rest, ';'));
    head = (size_t)(text.p - raw.p) + from;
    copy = arena_alloc(arena, head + rest.n + 1);
    memcpy(copy, raw.p, head);
    memcpy(copy + head, rest.p, rest.n);
    return (struct slice){copy, head + rest.n};
}
