/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a message in a field, and in plain words. */
#include "common/audit/mailfacts.h"

/* What stands for the name of whoever receives: RFC 8601 section 2.5. */
#define AUTHSERV_ID "receiver.example"

/* ---- Authentication-Results, RFC 8601 ---- */

/* A value is a token, or it is quoted: RFC 8601 section 2.2. */
static void
add_value(struct strbuf *out, const char *property, struct slice value)
{
    bool plain = value.n > 0;

    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];

        if (c < 32 || c >= 127)
            return;
        plain =
            plain && (ascii_is_alnum(c) || strchr("-._@+*!#$%&'^`{|}~", c));
    }
    if (value.n == 0)
        return;
    strbuf_addf(out, " %s=", property);
    if (plain) {
        strbuf_add_slice(out, value);
        return;
    }
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, value.p[i]);
    }
    strbuf_add_char(out, '"');
}

static void
add_dkim(struct strbuf *out, const struct mailfacts *facts, size_t i)
{
    const struct dkimsig *sig = facts->doc->list.checks[i].sig;
    const struct dkimverdict *verdict = &facts->signatures[i].verdict;
    struct slice b = SLICE_EMPTY;
    const struct taglist_tag *tag = taglist_find(sig->tags, SLICE("b"));

    strbuf_addf(out, "; dkim=%s", dkimresult_word(verdict->result));
    if (verdict->reason != DKIMREASON_VERIFIED)
        strbuf_addf(out, " reason=\"%s\"", dkimreason_text(verdict->reason));
    add_value(out, "header.d", sig->domain_text);
    add_value(out, "header.s", sig->selector_text);
    add_value(out, "header.a", sig->algorithm_text);
    if (tag != NULL)
        b = slice_sub(tag->value, 0, 8); /* RFC 6008 section 4 */
    add_value(out, "header.b", b);
}

static void
add_spf(struct strbuf *out, const struct mailfacts *facts)
{
    const char *sender = facts->doc->origin.sender;
    const char *helo = facts->doc->origin.helo;

    if (facts->spf == NULL)
        return;
    strbuf_addf(out, "; spf=%s", spfresult_word(facts->spf->result));
    if (sender[0] != '\0')
        add_value(out, "smtp.mailfrom", slice_of(sender));
    else
        add_value(out, "smtp.helo", slice_of(helo));
}

const char *
mailfacts_results_field(struct arena *arena, const struct mailfacts *facts)
{
    const struct fromfield *from = &facts->doc->from;
    struct strbuf out = STRBUF_INIT;
    const char *text;

    strbuf_add_text(&out, "Authentication-Results: " AUTHSERV_ID);
    for (size_t i = 0; i < facts->doc->list.count; i++)
        add_dkim(&out, facts, i);
    if (facts->doc->list.count == 0)
        strbuf_add_text(&out, "; dkim=none");
    add_spf(&out, facts);
    strbuf_addf(&out, "; dmarc=%s",
                maildmarc_word(facts->results[ALIGN_9989]));
    if (from->domain.size > 0)
        add_value(&out, "header.from",
                  slice_of(name_bare(arena, &from->domain)));
    if (facts->align != NULL && facts->align->policies[ALIGN_9989].is_known
        && facts->align->policies[ALIGN_9989].exists)
        add_value(&out, "policy.dmarc",
                  slice_of(dmarcpolicy_word(
                      facts->align->policies[ALIGN_9989].found->policy)));
    text = arena_text(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}

/* ---- in plain words ---- */

/* What would mend a signature, by what became of it. */
static const char *const cures[DKIMREASON_COUNT] = {
    [DKIMREASON_SYNTAX] = "mend the signer, whose signature field is void",
    [DKIMREASON_EXPIRED] = "let signatures live longer than the mail queue",
    [DKIMREASON_LENGTH] = "take l= out of the signer's settings",
    [DKIMREASON_BODY_HASH] =
        "sign behind whatever changes the body (a footer, a gateway that "
        "recodes), or keep it from changing it",
    [DKIMREASON_SIGNATURE] =
        "find the header field that is changed behind the signer, or publish "
        "the key that the signer really uses",
    [DKIMREASON_KEY_UNKNOWN] = "have the zone of the key answer",
    [DKIMREASON_KEY_ABSENT] = "publish the signer's key there",
    [DKIMREASON_KEY_REVOKED] =
        "sign with a selector whose key is published, for this one was "
        "withdrawn",
    [DKIMREASON_KEY_INVALID] = "mend the key record",
    [DKIMREASON_KEY_WEAK] = "sign with a new key of 2048 bits",
    [DKIMREASON_KEY_TYPE] =
        "publish the key of the algorithm that the signer uses",
    [DKIMREASON_KEY_HASH] = "take h= out of the key record",
    [DKIMREASON_KEY_SERVICE] = "take s= out of the key record",
    [DKIMREASON_KEY_STRICT] = "take i= out of the signature, or t=s out of "
                              "the key record",
    [DKIMREASON_NOT_LOOKED_AT] = "sign once",
};

static bool
passes(const struct mailfacts *facts, size_t i)
{
    return facts->signatures[i].verdict.result == DKIMRESULT_PASS;
}

/* The first signature that is (not) aligned and does (not) pass; count when
   there is none. */
static size_t
find_signature(const struct mailfacts *facts, bool aligned, bool passing)
{
    size_t i = 0;

    while (
        i < facts->doc->list.count
        && (mailfacts_aligned(facts->signatures[i].row, ALIGN_9989) != aligned
            || passes(facts, i) != passing))
        i++;
    return i;
}

static void
say_signature(struct strbuf *out, const struct mailfacts *facts, size_t i)
{
    const struct dkimsig *sig = facts->doc->list.checks[i].sig;

    strbuf_add_text(out, "the signature of ");
    strbuf_add_presented(out, sig->domain_text);
    strbuf_add_text(out, " (selector ");
    strbuf_add_presented(out, sig->selector_text);
    strbuf_add_text(out, ")");
}

static void
say_pass(struct strbuf *out, const struct mailfacts *facts, const char *author)
{
    size_t count = facts->doc->list.count;
    size_t i = find_signature(facts, true, true);
    bool by_spf = facts->spf != NULL && facts->spf->result == SPFRESULT_PASS
                  && mailfacts_aligned(facts->spf_row, ALIGN_9989);

    strbuf_add_text(out, "It passes DMARC: ");
    if (i < count) {
        say_signature(out, facts, i);
        strbuf_addf(out,
                    " verifies and is aligned with %s, the domain in "
                    "From",
                    author);
    }
    if (by_spf)
        strbuf_addf(out,
                    i < count ? ", and so does SPF, for %s"
                              : "SPF passes for %s, which is aligned with "
                                "the domain in From",
                    facts->spf->domain);
    strbuf_add_text(out, ". ");
    if (i == count)
        strbuf_addf(out,
                    "It has nothing else to stand on: forwarded, it "
                    "would fail. Sign it as %s.",
                    author);
    else
        strbuf_add_text(out, "Nothing needs to be changed for DMARC.");
}

static bool
may_be_aligned(const struct align_row *row)
{
    return row != NULL && row->cells[ALIGN_9989].in_force != ALIGN_NO;
}

static void
say_spf(struct strbuf *out, const struct mailfacts *facts, const char *author)
{
    if (facts->spf == NULL && facts->spf_domain.size > 0
        && !may_be_aligned(facts->spf_row)) {
        strbuf_addf(out,
                    "SPF does not count, for the domain of the return path "
                    "is not aligned with %s. ",
                    author);
        return;
    }
    if (facts->spf == NULL) {
        strbuf_add_text(out, "SPF was not looked at, for the sending address "
                             "or the return path is not known: give them "
                             "with --ip and --sender. ");
        return;
    }
    strbuf_addf(out, "SPF is %s for %s", spfresult_word(facts->spf->result),
                facts->spf->domain);
    if (mailfacts_aligned(facts->spf_row, ALIGN_9989))
        strbuf_add_text(out, ", which would be aligned. ");
    else if (may_be_aligned(facts->spf_row))
        strbuf_addf(out,
                    ", and whether that is aligned with %s cannot be told. ",
                    author);
    else
        strbuf_addf(out,
                    ", which is not aligned with %s and so does not "
                    "count. ",
                    author);
}

/* Why none of the signatures helps, and what would. */
static void
say_fail(struct strbuf *out, const struct mailfacts *facts, const char *author)
{
    size_t count = facts->doc->list.count;
    size_t broken = find_signature(facts, true, false);
    size_t foreign = find_signature(facts, false, true);
    const char *cure = NULL;

    if (broken < count) {
        const struct dkimverdict *verdict = &facts->signatures[broken].verdict;
        enum dkimreason reason = verdict->reason;

        /* With the key it would not verify, either. */
        if (reason == DKIMREASON_KEY_UNKNOWN
            && verdict->flaw != DKIMREASON_VERIFIED)
            reason = verdict->flaw;
        cure = cures[reason];
        say_signature(out, facts, broken);
        strbuf_addf(out, " is aligned, yet void: %s. ",
                    dkimreason_text(reason));
    } else if (foreign < count) {
        say_signature(out, facts, foreign);
        strbuf_addf(out,
                    " verifies, but is not aligned with %s: whoever "
                    "signs builds the reputation of that domain alone. ",
                    author);
    } else if (count > 0) {
        say_signature(out, facts, 0);
        strbuf_addf(out, " does not help: %s%s. ",
                    dkimreason_text(facts->signatures[0].verdict.reason),
                    may_be_aligned(facts->signatures[0].row)
                        ? ""
                        : ", and it is not aligned");
    } else {
        strbuf_add_text(out, "it has no signature. ");
    }
    say_spf(out, facts, author);
    strbuf_add_text(out, "The smallest change: ");
    if (cure != NULL)
        strbuf_addf(out, "%s.", cure);
    else
        strbuf_addf(out,
                    "sign it as %s, with the key published at "
                    "SELECTOR._domainkey.%s.",
                    author, author);
}

/* Nothing but SPF, which was not looked at, may still decide. */
static bool
needs_spf(const struct mailfacts *facts)
{
    if (facts->spf != NULL || !facts->align->policies[ALIGN_9989].is_known)
        return false;
    for (size_t i = 0; i < facts->doc->list.count; i++)
        if (facts->signatures[i].verdict.may_pass
            || (passes(facts, i) && may_be_aligned(facts->signatures[i].row)))
            return false;
    return true;
}

static void
say_permerror(struct strbuf *out, const struct fromfield *from)
{
    strbuf_add_text(out, "DMARC cannot be evaluated: ");
    if (from->count == 0)
        strbuf_add_text(out, "there is no From field");
    else if (fromfield_has(from, FROMFIELD_OBFUSCATED))
        strbuf_add_text(out, "a line is a From field for some readers and "
                             "none for others");
    else if (from->count > 1)
        strbuf_addf(out, "there are %zu From fields", from->count);
    else if (from->domain_count > 1)
        strbuf_add_text(out, "From may be read as several domains");
    else
        strbuf_add_text(out, "From holds no address of a domain");
    strbuf_add_text(out, ", and nothing counts as aligned. The smallest "
                         "change: write one From field with one plain "
                         "address.");
}

const char *
mailfacts_plain(struct arena *arena, const struct mailfacts *facts)
{
    const struct name *domain = &facts->doc->from.domain;
    const char *author = domain->size > 0 ? name_bare(arena, domain) : "";
    struct strbuf out = STRBUF_INIT;
    const char *text;

    switch (facts->results[ALIGN_9989]) {
    case MAILDMARC_PASS:
        say_pass(&out, facts, author);
        break;
    case MAILDMARC_FAIL:
        strbuf_add_text(&out, "It fails DMARC: ");
        say_fail(&out, facts, author);
        break;
    case MAILDMARC_NONE:
        strbuf_addf(&out,
                    "DMARC says nothing: %s has no policy. The smallest "
                    "change: publish _dmarc.%s TXT \"v=DMARC1; p=none; "
                    "rua=mailto:...\", and read the reports.",
                    author, author);
        break;
    case MAILDMARC_TEMPERROR:
        strbuf_add_text(&out, "It cannot be told whether it passes DMARC: ");
        if (needs_spf(facts))
            say_fail(&out, facts, author);
        else
            strbuf_add_text(&out,
                            "an answer of DNS is missing that would decide "
                            "it. Try again; a receiver would, too.");
        break;
    case MAILDMARC_PERMERROR:
        say_permerror(&out, &facts->doc->from);
    }
    text = arena_text(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return text;
}
