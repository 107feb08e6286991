/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The facts of a subject in one line each, for a person. */
#include "common/render/factline.h"

#include <inttypes.h>
#include <string.h>

/* RFC 7208 section 4.6.4. */
#define SPF_LOOKUPS_MAX      10
#define SPF_VOID_LOOKUPS_MAX 2
/* Selectors and targets that a line names. */
#define NAMED_MAX            8

static bool
is(const struct value *map, const char *member, const char *text)
{
    return strcmp(value_as_text(value_get(map, member)), text) == 0;
}

/* A name without its final dot. */
static void
put_name(const char *name, struct strbuf *out)
{
    size_t n = strlen(name);

    strbuf_add(out, name, n > 1 && name[n - 1] == '.' ? n - 1 : n);
}

static void
put_spf_counts(const struct value *spf, struct strbuf *out)
{
    const struct value *lookups = value_get(spf, "lookups");
    const struct value *voids = value_get(spf, "void_lookups");

    if (!value_is_null(lookups))
        strbuf_addf(out, ", %" PRId64 "/%d lookups", value_as_number(lookups),
                    SPF_LOOKUPS_MAX);
    if (value_as_number(voids) > 0)
        strbuf_addf(out, ", %" PRId64 "/%d void", value_as_number(voids),
                    SPF_VOID_LOOKUPS_MAX);
}

static bool
put_spf(const struct value *facts, struct strbuf *out)
{
    const struct value *spf = value_get(facts, "spf");

    if (value_kind(spf) != VALUE_MAP)
        return false;
    if (is(spf, "state", "unknown")) {
        strbuf_add_text(out, "unknown");
    } else if (is(spf, "result", "none")) {
        strbuf_add_text(out, "no record");
    } else {
        strbuf_add_text(out, value_as_text(value_get(spf, "result")));
        put_spf_counts(spf, out);
        if (!value_is_null(value_get(spf, "all")))
            strbuf_addf(out, ", ends in %sall",
                        value_as_text(value_get(spf, "all")));
    }
    return true;
}

/* Why a selector was looked at: in the sentence about it, and of a number of
   them. */
static const struct {
    const char *word; /* of the contract */
    const char *one;  /* of one selector; NULL: goes without saying */
    const char *many; /* of several */
} reasons[] = {
    {"command-line", NULL,              "given on the command line"},
    {"message",      "in a message",    "in messages"              },
    {"report",       "in a report",     "in reports"               },
    {"registry",     "in the registry", "in the registry"          },
    {"expected",     "expected",        "expected"                 },
    {"provider",     "usual",           "usual at a vendor"        },
    {"guess",        "a guess",         "guessed"                  },
};

#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

static void
put_why(const struct value *selector, struct strbuf *out)
{
    const char *why =
        value_as_text(value_element(value_get(selector, "why"), 0));
    const char *vendor = value_as_text(value_get(selector, "vendor"));

    if (strcmp(why, "provider") == 0 && *vendor != '\0') {
        strbuf_addf(out, "; usual at %s", vendor);
        return;
    }
    for (size_t i = 0; i < REASONS; i++)
        if (strcmp(why, reasons[i].word) == 0 && reasons[i].one != NULL)
            strbuf_addf(out, "; %s", reasons[i].one);
    if (*vendor != '\0')
        strbuf_addf(out, "; of %s", vendor);
}

/* "owner CNAME target, ...": names without their final dots. */
static void
put_hops(const struct value *via, struct strbuf *out)
{
    for (size_t i = 0; i < value_count(via); i++) {
        struct slice rest = slice_of(value_as_text(value_element(via, i)));
        struct slice word;
        size_t n = 0;

        strbuf_add_text(out, i > 0 ? ", " : "");
        while (slice_next(&rest, ' ', &word)) {
            if (word.n > 1 && word.p[word.n - 1] == '.')
                word.n--;
            strbuf_add_text(out, n++ > 0 ? " " : "");
            strbuf_add_slice(out, word);
        }
    }
}

bool
factline_via(const struct value *facts, size_t *position, struct strbuf *out)
{
    const struct value *selectors =
        value_get(value_get(facts, "dkim"), "selectors");

    strbuf_cut(out, 0);
    while (*position < value_count(selectors)) {
        const struct value *selector = value_element(selectors, (*position)++);
        const struct value *via = value_get(selector, "via");

        if (value_count(via) == 0)
            continue;
        put_hops(via, out);
        if (!value_is_null(value_get(selector, "ttl")))
            strbuf_addf(out, "; least TTL %" PRId64,
                        value_as_number(value_get(selector, "ttl")));
        return true;
    }
    return false;
}

bool
factline_looked(const struct value *facts, struct strbuf *out)
{
    const struct value *looked = value_get(value_get(facts, "dkim"), "looked");

    strbuf_cut(out, 0);
    for (size_t i = 0; i < REASONS; i++) {
        int64_t count = value_as_number(value_get(looked, reasons[i].word));

        if (count > 0)
            strbuf_addf(out, "%s%" PRId64 " %s", out->n > 0 ? ", " : "", count,
                        reasons[i].many);
    }
    if (out->n > 0)
        strbuf_add_text(out, "; DNS lists no names, so there may be others");
    return out->n > 0;
}

/* "s1 (rsa 2048)", "s2 (revoked)", "s3 (nxdomain; in a message)". */
static void
put_selector(const struct value *selector, struct strbuf *out)
{
    const struct value *bits = value_get(selector, "bits");
    const char *outcome = value_as_text(value_get(selector, "outcome"));
    const char *key = value_as_text(value_get(selector, "key"));

    strbuf_addf(out, "%s (", value_as_text(value_get(selector, "selector")));
    if (strcmp(outcome, "found") != 0) {
        strbuf_add_text(out, outcome);
    } else if (strcmp(key, "ok") != 0) {
        strbuf_addf(out, "%s", *key == '\0' ? "unknown" : key);
    } else {
        strbuf_add_text(out, value_as_text(value_get(selector, "type")));
        if (!value_is_null(bits))
            strbuf_addf(out, " %" PRId64, value_as_number(bits));
        if (value_as_bool(value_get(selector, "testing")))
            strbuf_add_text(out, ", testing");
    }
    put_why(selector, out);
    strbuf_add_char(out, ')');
}

/* What is to be said where there is no selector. */
static void
put_domainkey(const struct value *dkim, struct strbuf *out)
{
    static const char *const words[][2] = {
        {"absent",     "no keys: there is no _domainkey"                  },
        {"exists",     "_domainkey exists, but no selector was found"     },
        {"wildcard",   "a wildcard answers for every selector"            },
        {"ent-broken", "the servers deny _domainkey, whatever is below it"},
    };
    int64_t guessed = value_as_number(value_get(dkim, "guessed"));
    const char *text = "unknown";

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (is(dkim, "domainkey", words[i][0]))
            text = words[i][1];
    strbuf_add_text(out, text);
    if (is(dkim, "domainkey", "absent") && !is(dkim, "proof", "none"))
        strbuf_addf(out, " (proof: %s)",
                    value_as_text(value_get(dkim, "proof")));
    else if (guessed > 0)
        strbuf_addf(out, " (%" PRId64 " guessed)", guessed);
}

static bool
put_dkim(const struct value *facts, struct strbuf *out)
{
    const struct value *dkim = value_get(facts, "dkim");
    const struct value *selectors = value_get(dkim, "selectors");
    size_t count = value_count(selectors);

    if (value_kind(dkim) != VALUE_MAP)
        return false;
    if (count == 0)
        put_domainkey(dkim, out);
    for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
        if (i > 0)
            strbuf_add_text(out, ", ");
        put_selector(value_element(selectors, i), out);
    }
    if (count > NAMED_MAX)
        strbuf_addf(out, " and %zu more", count - NAMED_MAX);
    return true;
}

/* Where it takes more than a key to know: who says what of `_domainkey`. */
static bool
put_proof(const struct value *facts, struct strbuf *out)
{
    const struct value *dkim = value_get(facts, "dkim");
    const struct value *list = value_get(dkim, "proof_lines");

    if (value_kind(dkim) != VALUE_MAP || is(dkim, "domainkey", "exists"))
        return false;
    for (size_t i = 0; i < value_count(list); i++)
        strbuf_addf(out, "%s%s", i > 0 ? "; " : "",
                    value_as_text(value_element(list, i)));
    return out->n > 0;
}

static const char *
policy_word(const struct value *by)
{
    const struct value *policy = value_get(by, "policy");

    /* The policy may be known where the organizational domain is not. */
    if (!value_is_null(policy))
        return value_as_text(policy);
    return is(by, "state", "unknown") || value_kind(by) != VALUE_MAP
               ? "unknown"
               : "no policy";
}

static void
put_policy(const struct value *by, const char *algorithms, struct strbuf *out)
{
    const char *found_at = value_as_text(value_get(by, "found_at"));
    const char *tag = value_as_text(value_get(by, "tag"));

    strbuf_addf(out, "%s (%s)", policy_word(by), algorithms);
    if (*found_at == '\0' || value_is_null(value_get(by, "policy")))
        return;
    strbuf_add_text(out, " from ");
    if (*tag != '\0')
        strbuf_addf(out, "%s= at ", tag);
    put_name(found_at, out);
    if (is(by, "state", "unknown"))
        strbuf_add_text(out, ", organizational domain unknown");
}

static bool
put_dmarc(const struct value *facts, struct strbuf *out)
{
    const struct value *dmarc = value_get(facts, "dmarc");
    const struct value *new = value_get(dmarc, "rfc9989");
    const struct value *old = value_get(dmarc, "rfc7489");

    if (value_kind(dmarc) != VALUE_MAP)
        return false;
    if (strcmp(policy_word(new), policy_word(old)) == 0
        && is(old, "found_at", value_as_text(value_get(new, "found_at")))
        && is(old, "tag", value_as_text(value_get(new, "tag")))
        && is(old, "state", value_as_text(value_get(new, "state")))) {
        put_policy(new, "RFC 9989 and 7489", out);
    } else {
        put_policy(new, "RFC 9989", out);
        strbuf_add_text(out, "; ");
        put_policy(old, "RFC 7489", out);
    }
    return true;
}

/* "_dmarc.example.com: one record, v=DMARC1; p=none". */
static void
put_step(const struct value *step, const char *of, struct strbuf *out)
{
    static const char *const words[][2] = {
        {"none",    "no record"                   },
        {"one",     "one record, "                },
        {"several", "several records: none counts"}
    };
    const char *name = value_as_text(value_get(step, "name"));
    const char *text = "unknown";

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (is(step, "found", words[i][0]))
            text = words[i][1];
    if (*name == '\0')
        strbuf_addf(out, "%s: no name below it can be asked for",
                    value_as_text(value_get(step, "domain")));
    else
        put_name(name, out);
    if (*of != '\0')
        strbuf_addf(out, " (for %s)", of);
    if (*name != '\0')
        strbuf_addf(out, ": %s, %s%s",
                    value_as_text(value_get(step, "outcome")), text,
                    value_as_text(value_get(step, "record")));
}

bool
factline_walk(const struct value *facts, size_t *position, struct strbuf *out)
{
    const struct value *new = value_get(value_get(facts, "dmarc"), "rfc9989");
    const struct value *from = value_get(new, "mail_from");
    const struct value *walks[] = {value_get(new, "walk"),
                                   value_get(from, "walk")};
    const char *of[] = {"", value_as_text(value_get(from, "domain"))};
    size_t at = *position;

    strbuf_cut(out, 0);
    for (size_t i = 0; i < 2; i++) {
        if (at < value_count(walks[i])) {
            put_step(value_element(walks[i], at), of[i], out);
            ++*position;
            return true;
        }
        at -= value_count(walks[i]);
    }
    return false;
}

static void
put_delegated(const struct value *delegation, const char *label,
              struct strbuf *out)
{
    const struct value *cut = value_get(delegation, label);
    const char *kind = value_as_text(value_get(cut, "kind"));
    const struct value *targets = value_get(cut, "target");

    if (*kind == '\0' || strcmp(kind, "none") == 0)
        return;
    if (out->n > 0)
        strbuf_add_text(out, "; ");
    strbuf_addf(out, "%s by ", label);
    for (; *kind != '\0'; kind++)
        strbuf_add_char(out, *kind >= 'a' && *kind <= 'z'
                                 ? (char)(*kind - 'a' + 'A')
                                 : *kind);
    strbuf_add_text(out, " to ");
    for (size_t i = 0; i < value_count(targets) && i < NAMED_MAX; i++) {
        if (i > 0)
            strbuf_add_text(out, ", ");
        put_name(value_as_text(value_element(targets, i)), out);
    }
    if (value_count(targets) > NAMED_MAX)
        strbuf_addf(out, " and %zu more", value_count(targets) - NAMED_MAX);
}

static bool
put_delegation(const struct value *facts, struct strbuf *out)
{
    const struct value *delegation = value_get(facts, "delegation");

    put_delegated(delegation, "_domainkey", out);
    put_delegated(delegation, "_dmarc", out);
    return out->n > 0;
}

/* verify: "5 same, 1 missing". */
static bool
put_records(const struct value *facts, struct strbuf *out)
{
    static const char *const states[] = {"same", "missing", "different",
                                         "extra", "unknown"};
    const struct value *records = value_get(facts, "records");

    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        size_t count = 0;

        for (size_t j = 0; j < value_count(records); j++)
            if (is(value_element(records, j), "state", states[i]))
                count++;
        if (count > 0)
            strbuf_addf(out, "%s%zu %s", out->n > 0 ? ", " : "", count,
                        states[i]);
    }
    return out->n > 0;
}

static const struct {
    const char *label;
    bool (*put)(const struct value *facts, struct strbuf *out);
} lines[] = {
    {"records",   put_records   },
    {"SPF",       put_spf       },
    {"DKIM",      put_dkim      },
    {"proof",     put_proof     },
    {"DMARC",     put_dmarc     },
    {"delegated", put_delegation},
};

bool
factline_next(const struct value *facts, size_t *position, const char **label,
              struct strbuf *text)
{
    while (*position < sizeof(lines) / sizeof(lines[0])) {
        size_t i = (*position)++;

        strbuf_cut(text, 0);
        *label = lines[i].label;
        if (lines[i].put(facts, text))
            return true;
    }
    return false;
}
