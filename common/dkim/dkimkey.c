/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key records: what one says and all that is wrong with it. */
#include "common/dkim/dkimkey.h"

#include "common/base/taglist.h"
#include "common/dkim/keydata.h"

/* What the standards make of a fault. */
static const struct {
    const char *word; /* name of its finding */
    bool spoils;      /* nothing may be verified with such a key */
} kinds[DKIMKEY_FAULT_COUNT] = {
    [DKIMKEY_NOT_A_KEY] = {"not-a-key-record",     true },
    [DKIMKEY_TAG_SYNTAX] = {"tag-syntax",           true },
    [DKIMKEY_DUPLICATE_TAG] = {"duplicate-tag",        true },
    [DKIMKEY_TAG_CASE] = {"tag-case",             false},
    [DKIMKEY_VERSION_NOT_FIRST] = {"version-not-first",    true },
    [DKIMKEY_VERSION_INVALID] = {"version-invalid",      true },
    [DKIMKEY_VERSION_MISSING] = {"version-missing",      false},
    [DKIMKEY_KEY_MISSING] = {"key-missing",          true },
    [DKIMKEY_KEY_REVOKED] = {"key-revoked",          false},
    [DKIMKEY_KEY_BAD_BASE64] = {"key-bad-base64",       true },
    [DKIMKEY_KEY_WHITESPACE] = {"key-whitespace",       false},
    [DKIMKEY_KEY_UNPADDED] = {"key-unpadded",         false},
    [DKIMKEY_KEY_TRUNCATED] = {"key-truncated",        true },
    [DKIMKEY_KEY_STRING_ORDER] = {"key-string-order",     true },
    [DKIMKEY_KEY_PEM_ARMOUR] = {"key-pem-armour",       true },
    [DKIMKEY_KEY_PRIVATE] = {"key-private",          true },
    [DKIMKEY_KEY_PKCS1] = {"key-pkcs1",            false},
    [DKIMKEY_KEY_TYPE_UNKNOWN] = {"key-type-unknown",     true },
    [DKIMKEY_KEY_TYPE_CASE] = {"key-type-case",        false},
    [DKIMKEY_KEY_TYPE_MISMATCH] = {"key-type-mismatch",    true },
    [DKIMKEY_ED25519_LENGTH] = {"ed25519-length",       true },
    [DKIMKEY_ED25519_SPKI] = {"ed25519-spki",         true },
    [DKIMKEY_ED25519_NO_K] = {"ed25519-no-k",         true },
    [DKIMKEY_RSA_TOO_SHORT] = {"rsa-too-short",        true },
    [DKIMKEY_RSA_BELOW_2048] = {"rsa-below-2048",       false},
    [DKIMKEY_RSA_ABOVE_2048] = {"rsa-above-2048",       false},
    [DKIMKEY_RSA_ABOVE_4096] = {"rsa-above-4096",       false},
    [DKIMKEY_RSA_EXPONENT] = {"rsa-exponent",         false},
    [DKIMKEY_RSA_EXPONENT_INVALID] = {"rsa-exponent-invalid", true },
    [DKIMKEY_RSA_WEAK] = {"rsa-weak",             false},
    [DKIMKEY_KEY_PUBLISHED_TEST] = {"key-published-test",   false},
    [DKIMKEY_HASH_SHA1_ONLY] = {"hash-sha1-only",       true },
    [DKIMKEY_HASH_SHA1_LISTED] = {"hash-sha1-listed",     false},
    [DKIMKEY_HASH_UNKNOWN_ONLY] = {"hash-unknown-only",    true },
    [DKIMKEY_SERVICE_NOT_EMAIL] = {"service-not-email",    true },
    [DKIMKEY_FLAG_TESTING] = {"flag-testing",         false},
    [DKIMKEY_FLAG_STRICT_ABSENT] = {"flag-strict-absent",   false},
    [DKIMKEY_G_TAG] = {"g-tag",                false},
    [DKIMKEY_NOTES_SIZE] = {"notes-size",           false},
    [DKIMKEY_UNKNOWN_TAG] = {"unknown-tag",          false},
};

/* RFC 6376 section 3.6.1; g= is of RFC 4871, its appendix C.2 says. */
static const char *const tag_names[] = {"v", "g", "h", "k", "n",
                                        "p", "s", "t", NULL};
static const struct taglist_names key_names = {tag_names, "n", TAGLIST_DKIM};

/* Other records that begin with v=: not meant to be keys. */
static const char *const other_versions[] = {"DMARC1", "spf1",     "spf2.0",
                                             "STSv1",  "TLSRPTv1", "BIMI1"};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const char *
dkimkey_fault_word(enum dkimkey_fault_kind kind)
{
    return kinds[kind].word;
}

const char *
dkimkey_state_word(enum dkimkey_state state)
{
    static const char *const words[] = {"ok", "revoked", "invalid"};

    return words[state];
}

const char *
dkimkey_type_word(enum dkimkey_type type)
{
    static const char *const words[] = {"", "rsa", "ed25519"};

    return words[type];
}

struct dkimkey_fault *
dkimkey_note(struct dkimkey_build *build, enum dkimkey_fault_kind kind,
             struct slice part, const char *detail)
{
    struct dkimkey_fault *fault = &build->spare;

    if (build->count < DKIMKEY_FAULTS_MAX) {
        build->faults = arena_grow(build->arena, build->faults, build->count,
                                   sizeof(*build->faults));
        fault = &build->faults[build->count++];
    }
    fault->kind = kind;
    fault->from = part.p == NULL ? 0 : (size_t)(part.p - build->key->text.p);
    fault->length = part.n;
    fault->detail = detail;
    build->is_invalid |= kinds[kind].spoils;
    return fault;
}

static struct slice
tag_part(const struct dkimkey_build *build, const struct taglist_tag *tag)
{
    return slice_sub(build->key->text, tag->from, tag->length);
}

/* Is it one of the tags that count, and in the right case? */
static bool
is_known(struct slice name, bool whatever_case)
{
    for (size_t i = 0; tag_names[i] != NULL; i++) {
        struct slice known = slice_of(tag_names[i]);

        if (whatever_case ? slice_equal_case(name, known)
                          : slice_equal(name, known))
            return true;
    }
    return false;
}

static void
check_syntax(struct dkimkey_build *build, const struct taglist_tag *tag)
{
    static const char *const reasons[] = {
        [TAGLIST_EMPTY] = "there is nothing between two semicolons",
        [TAGLIST_NO_EQUALS] = "a tag without '='",
        [TAGLIST_BAD_NAME] = "a tag name with characters it must not have",
        [TAGLIST_BAD_VALUE] = "a value with characters it must not have",
        [TAGLIST_GLUED] = "a semicolon is missing",
    };

    if (tag->fault == TAGLIST_GOOD)
        return;
    /* RFC 6376 section 3.2 advises not to preclude UTF-8; in notes, which
       no program reads, it does no harm. */
    if (tag->fault == TAGLIST_BAD_VALUE && slice_equal(tag->name, SLICE("n")))
        return;
    dkimkey_note(
        build, DKIMKEY_TAG_SYNTAX,
        slice_sub(build->key->text, tag->fault_from, tag->fault_length),
        reasons[tag->fault]);
}

static void
check_name(struct dkimkey_build *build, const struct taglist_tag *tag)
{
    char *lower;

    if (tag->fault == TAGLIST_NO_EQUALS || tag->fault == TAGLIST_EMPTY
        || tag->fault == TAGLIST_BAD_NAME)
        return;
    if (tag->repeated)
        dkimkey_note(build, DKIMKEY_DUPLICATE_TAG, tag_part(build, tag),
                     arena_text(build->arena, tag->name));
    if (is_known(tag->name, false))
        return;
    if (!is_known(tag->name, true)) {
        dkimkey_note(build, DKIMKEY_UNKNOWN_TAG, tag->name,
                     arena_text(build->arena, tag->name));
        return;
    }
    lower = arena_text(build->arena, tag->name);
    for (char *p = lower; *p != '\0'; p++)
        *p = (char)ascii_lower((unsigned char)*p);
    dkimkey_note(build, DKIMKEY_TAG_CASE, tag->name,
                 arena_text(build->arena, tag->name))
        ->expected = lower;
}

static void
check_version(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *v = taglist_find(list, SLICE("v"));

    if (v == NULL) {
        /* V= is a fault of its own. */
        if (taglist_find_case(list, SLICE("v")) == NULL)
            dkimkey_note(build, DKIMKEY_VERSION_MISSING, SLICE_EMPTY, NULL);
        return;
    }
    if (v != &list->tags[0])
        dkimkey_note(build, DKIMKEY_VERSION_NOT_FIRST, tag_part(build, v),
                     NULL);
    if (!slice_equal(v->value, SLICE("DKIM1")))
        dkimkey_note(build, DKIMKEY_VERSION_INVALID, v->value, NULL);
}

static void
read_type(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *k = taglist_find(list, SLICE("k"));
    struct dkimkey *key = build->key;

    key->type = DKIMKEY_TYPE_RSA;
    build->has_k = k != NULL;
    if (k == NULL)
        return;
    key->type_text = k->value;
    if (slice_equal_case(k->value, SLICE("ed25519")))
        key->type = DKIMKEY_TYPE_ED25519;
    else if (!slice_equal_case(k->value, SLICE("rsa")))
        key->type = DKIMKEY_TYPE_OTHER;
    if (key->type == DKIMKEY_TYPE_OTHER)
        dkimkey_note(build, DKIMKEY_KEY_TYPE_UNKNOWN,
                     k->value.n == 0 ? tag_part(build, k) : k->value, NULL);
    else if (!slice_equal(k->value, slice_of(dkimkey_type_word(key->type))))
        dkimkey_note(build, DKIMKEY_KEY_TYPE_CASE, k->value, NULL)->expected =
            dkimkey_type_word(key->type);
}

/* Is item one of a list with colons?  RFC 6376 section 3.6.1: h, s and t. */
static bool
has_item(struct slice list, struct slice item)
{
    struct slice part;

    while (slice_next(&list, ':', &part)) {
        if (slice_equal(slice_trim(part), item))
            return true;
    }
    return false;
}

static void
read_hashes(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *h = taglist_find(list, SLICE("h"));
    struct dkimkey *key = build->key;

    key->allows_sha256 = h == NULL || has_item(h->value, SLICE("sha256"));
    key->allows_sha1 = h == NULL || has_item(h->value, SLICE("sha1"));
    if (h == NULL)
        return;
    if (key->allows_sha1)
        dkimkey_note(build,
                     key->allows_sha256 ? DKIMKEY_HASH_SHA1_LISTED
                                        : DKIMKEY_HASH_SHA1_ONLY,
                     h->value, NULL);
    else if (!key->allows_sha256)
        dkimkey_note(build, DKIMKEY_HASH_UNKNOWN_ONLY,
                     h->value.n == 0 ? tag_part(build, h) : h->value, NULL);
}

static void
read_flags(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *s = taglist_find(list, SLICE("s"));
    const struct taglist_tag *t = taglist_find(list, SLICE("t"));
    struct dkimkey *key = build->key;

    if (s != NULL && !has_item(s->value, SLICE("*"))
        && !has_item(s->value, SLICE("email")))
        dkimkey_note(build, DKIMKEY_SERVICE_NOT_EMAIL,
                     s->value.n == 0 ? tag_part(build, s) : s->value, NULL);
    key->is_testing = t != NULL && has_item(t->value, SLICE("y"));
    key->is_strict = t != NULL && has_item(t->value, SLICE("s"));
    if (key->is_testing)
        dkimkey_note(build, DKIMKEY_FLAG_TESTING, tag_part(build, t), NULL);
}

static void
read_rest(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *g = taglist_find(list, SLICE("g"));
    const struct taglist_tag *n = taglist_find(list, SLICE("n"));

    if (g != NULL)
        dkimkey_note(build, DKIMKEY_G_TAG, tag_part(build, g), NULL);
    if (n != NULL && n->value.n > 0)
        dkimkey_note(build, DKIMKEY_NOTES_SIZE, tag_part(build, n), NULL)
            ->number = (int64_t)n->length;
}

static void
read_key(struct dkimkey_build *build, const struct taglist *list)
{
    const struct taglist_tag *p = taglist_find(list, SLICE("p"));

    if (p == NULL) {
        /* P= is a fault of its own, and as fatal. */
        if (taglist_find_case(list, SLICE("p")) == NULL)
            dkimkey_note(build, DKIMKEY_KEY_MISSING, SLICE_EMPTY, NULL);
        build->is_invalid = true;
        return;
    }
    build->key->p = p->value;
    if (p->value.n == 0) {
        dkimkey_note(build, DKIMKEY_KEY_REVOKED, tag_part(build, p), NULL);
        return;
    }
    keydata_read(build);
    if (!build->is_invalid && !build->key->is_strict)
        dkimkey_note(build, DKIMKEY_FLAG_STRICT_ABSENT, SLICE_EMPTY, NULL);
}

/* Does the text hold nothing but a key's base64, its tags forgotten? */
static bool
is_bare_key(struct arena *arena, struct slice text)
{
    struct strbuf octets = STRBUF_INIT;
    struct keymaterial material = {0};

    if (digest_base64_decode(text, &octets, NULL) == ST_OK)
        keymaterial_read(arena, strbuf_slice(&octets), &material);
    strbuf_wipe(&octets);
    return material.form != KEYMATERIAL_UNKNOWN
           && material.form != KEYMATERIAL_ED25519_RAW;
}

/* Was it meant to be a key record?  SPF, DMARC and verification tokens that
   a wildcard puts there were not. */
static bool
is_key_record(struct arena *arena, const struct taglist *list)
{
    const struct taglist_tag *v = taglist_find_case(list, SLICE("v"));
    const struct taglist_tag *k = taglist_find_case(list, SLICE("k"));

    for (size_t i = 0; v != NULL && i < LENGTH(other_versions); i++) {
        if (slice_starts_case(v->value, slice_of(other_versions[i])))
            return false;
    }
    if (v != NULL && slice_starts_case(v->value, SLICE("DKIM")))
        return true;
    if (k != NULL
        && (slice_equal_case(k->value, SLICE("rsa"))
            || slice_equal_case(k->value, SLICE("ed25519"))))
        return true;
    return taglist_find_case(list, SLICE("p")) != NULL
           || slice_search(list->text, SLICE("DKIM1")) < list->text.n
           || is_bare_key(arena, list->text);
}

static void
read_record(struct dkimkey_build *build, const struct taglist *list)
{
    build->key->is_key = is_key_record(build->arena, list);
    if (!build->key->is_key) {
        dkimkey_note(build, DKIMKEY_NOT_A_KEY, build->key->text, NULL);
        return;
    }
    for (size_t i = 0; i < list->count; i++) {
        check_syntax(build, &list->tags[i]);
        check_name(build, &list->tags[i]);
    }
    if (list->overflow)
        dkimkey_note(build, DKIMKEY_TAG_SYNTAX, SLICE_EMPTY,
                     "more tags than any record has");
    check_version(build, list);
    read_type(build, list);
    read_hashes(build, list);
    read_flags(build, list);
    read_rest(build, list);
    read_key(build, list);
}

const struct dkimkey *
dkimkey_parse(struct arena *arena, struct slice text,
              const struct slice *strings, size_t string_count)
{
    struct dkimkey *key = ARENA_NEW(arena, struct dkimkey);
    struct dkimkey_build build = {.arena = arena,
                                  .key = key,
                                  .strings = strings,
                                  .string_count = string_count};
    const struct taglist *list = taglist_scan(arena, text, TAGLIST_DKIM);

    key->text = text;
    read_record(&build, taglist_unglue(arena, list, &key_names));
    if (build.is_invalid)
        key->state = DKIMKEY_INVALID;
    else
        key->state = key->p.n == 0 ? DKIMKEY_REVOKED : DKIMKEY_OK;
    key->faults = build.faults;
    key->fault_count = build.count;
    return key;
}

const struct dkimkey *
dkimkey_of_record(struct arena *arena, const struct record *record)
{
    struct slice *strings = NULL, string;
    size_t count = 0, position = 0;

    while (record_string(record, &position, &string)) {
        strings = arena_grow(arena, strings, count, sizeof(*strings));
        strings[count++] = string;
    }
    return dkimkey_parse(arena, record_text(arena, record), strings, count);
}

const struct dkimkey_fault *
dkimkey_fault(const struct dkimkey *key, enum dkimkey_fault_kind kind)
{
    for (size_t i = 0; i < key->fault_count; i++) {
        if (key->faults[i].kind == kind)
            return &key->faults[i];
    }
    return NULL;
}
