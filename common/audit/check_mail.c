/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found of a message's signatures, its SPF and its DMARC. */
#include "common/audit/mailfacts.h"
#include "common/base/clock.h"
#include "common/dmarc/suffix.h"

/* RFC 6376 section 6.1 lets verifiers stop; those known look at some ten. */
#define SIGNATURES_USUAL 10

/* Where findings of one message go. */
struct mailchecker {
    const struct mailfacts *facts; /* of it */
    struct report *report;         /* findings */
    struct arena *arena;           /* of the report */
    const char *author;            /* the domain in From, or "From" */
};

/* One signature of it. */
struct signchecker {
    const struct mailchecker *mail;     /* the message */
    const struct dkimcheck *check;      /* the signature */
    const struct mailsigned *signature; /* what became of it */
    const char *at;                     /* the key's name, or "" */
};

static struct finding *
raise(const struct signchecker *one, enum finding_id id)
{
    const struct dkimsig *sig = one->check->sig;
    struct finding *finding = report_add(one->mail->report, id, one->at);

    finding_text(finding, "domain", sig->domain_text);
    finding_text(finding, "selector", sig->selector_text);
    return finding;
}

static void
add_key_evidence(const struct signchecker *one, struct finding *finding)
{
    const struct value *evidence =
        asked_evidence(one->mail->arena, &one->signature->verdict.asked);

    if (evidence != NULL)
        finding_evidence(finding, evidence);
}

/* ---- faults of the field ---- */

static const enum finding_id fault_ids[DKIMSIG_FAULTS] = {
    [DKIMSIG_TAG_SYNTAX] = FIND_MESSAGE_DKIM_TAG_MISSING,
    [DKIMSIG_DUPLICATE_TAG] = FIND_MESSAGE_DKIM_DUPLICATE_TAG,
    [DKIMSIG_VERSION] = FIND_MESSAGE_DKIM_VERSION,
    [DKIMSIG_TAG_MISSING] = FIND_MESSAGE_DKIM_TAG_MISSING,
    [DKIMSIG_BAD_VALUE] = FIND_MESSAGE_DKIM_TAG_MISSING,
    [DKIMSIG_ALGORITHM] = FIND_MESSAGE_DKIM_UNKNOWN_ALGORITHM,
    [DKIMSIG_SHA1] = FIND_MESSAGE_DKIM_SHA1,
    [DKIMSIG_FROM_UNSIGNED] = FIND_MESSAGE_DKIM_FROM_UNSIGNED,
    [DKIMSIG_IDENTITY] = FIND_MESSAGE_DKIM_IDENTITY_DOMAIN,
    [DKIMSIG_QUERY] = FIND_MESSAGE_DKIM_QUERY_METHOD,
    [DKIMSIG_TIMES] = FIND_MESSAGE_DKIM_TIMES_INVALID,
};

static void
check_faults(const struct signchecker *one)
{
    const struct dkimsig *sig = one->check->sig;
    bool is_first = true;

    for (int i = 0; i < DKIMSIG_FAULTS; i++) {
        struct finding *finding;

        if ((sig->faults & (1u << i)) == 0)
            continue;
        finding = raise(one, fault_ids[i]);
        finding_word(finding, "tag",
                     is_first && sig->detail != NULL ? sig->detail : "a tag");
        finding_text(finding, "algorithm", sig->algorithm_text);
        finding_text(finding, "identity", sig->identity);
        is_first = false;
    }
}

/* ---- what it signs ---- */

static size_t
count_fields(const struct dkimmail *mail, struct slice name)
{
    size_t n = 0;

    for (size_t i = 0; i < mail->count; i++)
        n += slice_equal_case(mail->fields[i].name, name);
    return n;
}

static void
check_signed(const struct signchecker *one)
{
    static const char *const core[] = {
        "Subject",      "Date",
        "To",           "Reply-To",
        "MIME-Version", "Content-Type",
        "Message-ID",   "Content-Transfer-Encoding"};
    static const char *const over[] = {"From", "Subject", "To"};
    const struct dkimmail *mail = &one->mail->facts->doc->mail;
    const struct dkimsig *sig = one->check->sig;
    struct finding *open = NULL, *loose = NULL;

    for (size_t i = 0; i < sizeof(core) / sizeof(core[0]); i++) {
        struct slice name = slice_of(core[i]);

        if (count_fields(mail, name) == 0 || dkimsig_signs(sig, name) > 0)
            continue;
        if (open == NULL)
            open = raise(one, FIND_MESSAGE_DKIM_CORE_UNSIGNED);
        finding_item(open, "unsigned", name);
    }
    for (size_t i = 0; i < sizeof(over) / sizeof(over[0]); i++) {
        struct slice name = slice_of(over[i]);

        if (dkimsig_signs(sig, name) > count_fields(mail, name))
            continue;
        if (loose == NULL)
            loose = raise(one, FIND_MESSAGE_DKIM_NOT_OVERSIGNED);
        finding_item(loose, "fields", name);
    }
}

static void
check_times(const struct signchecker *one)
{
    const struct dkimsig *sig = one->check->sig;
    char text[CLOCK_TEXT_SIZE];

    if (!sig->has_expiry)
        raise(one, FIND_MESSAGE_DKIM_NO_EXPIRY);
    else if (one->mail->facts->now > 0
             && (uint64_t)one->mail->facts->now > sig->expiry) {
        clock_text((int64_t)sig->expiry, text);
        finding_word(raise(one, FIND_MESSAGE_DKIM_EXPIRED), "expiry", text);
    }
    if (sig->has_time && one->mail->facts->now > 0
        && sig->time > (uint64_t)one->mail->facts->now) {
        clock_text((int64_t)sig->time, text);
        finding_word(raise(one, FIND_MESSAGE_DKIM_FUTURE), "time", text);
    }
}

static void
check_habits(const struct signchecker *one)
{
    const struct dkimsig *sig = one->check->sig;

    check_signed(one);
    check_times(one);
    if (sig->has_length)
        finding_number(raise(one, FIND_MESSAGE_DKIM_L_TAG), "octets",
                       sig->length > INT64_MAX ? INT64_MAX
                                               : (int64_t)sig->length);
    if (sig->header == DKIMCANON_SIMPLE)
        raise(one, FIND_MESSAGE_DKIM_SIMPLE_HEADER);
    if (suffix_is_public(&sig->domain))
        raise(one, FIND_MESSAGE_DKIM_PUBLIC_SUFFIX);
}

/* ---- what became of it ---- */

static void
add_signed_names(const struct signchecker *one, struct finding *finding)
{
    const struct dkimsig *sig = one->check->sig;

    for (size_t i = 0; i < sig->signed_count && i < 40; i++)
        finding_item(finding, "signed", sig->signed_names[i]);
}

static void
check_verdict(const struct signchecker *one)
{
    const struct dkimverdict *verdict = &one->signature->verdict;
    struct finding *finding;

    switch (verdict->reason) {
    case DKIMREASON_VERIFIED:
    case DKIMREASON_EXPIRED:
    case DKIMREASON_SYNTAX:
    case DKIMREASON_NOT_LOOKED_AT:
        return;
    case DKIMREASON_BODY_HASH:
    case DKIMREASON_LENGTH:
        finding = raise(one, FIND_MESSAGE_DKIM_BODY_HASH);
        break;
    case DKIMREASON_SIGNATURE:
        finding = raise(one, FIND_MESSAGE_DKIM_SIGNATURE_BAD);
        add_signed_names(one, finding);
        break;
    case DKIMREASON_KEY_WEAK:
        finding = raise(one, FIND_MESSAGE_DKIM_WEAK_KEY);
        finding_number(finding, "bits", verdict->key->material.bits);
        break;
    case DKIMREASON_KEY_STRICT:
        finding = raise(one, FIND_MESSAGE_DKIM_IDENTITY_DOMAIN);
        finding_text(finding, "identity", one->check->sig->identity);
        break;
    default:
        finding = raise(one, FIND_MESSAGE_DKIM_KEY_FAIL);
        finding_word(finding, "reason", dkimreason_text(verdict->reason));
        if (verdict->result == DKIMRESULT_TEMPERROR)
            finding_set_unknown(finding);
    }
    add_key_evidence(one, finding);
}

static void
check_aligned(const struct signchecker *one)
{
    const struct dkimverdict *verdict = &one->signature->verdict;
    const struct align_row *row = one->signature->row;
    struct finding *finding;

    if (verdict->key != NULL && verdict->key->is_testing) {
        finding = raise(one, FIND_MESSAGE_DKIM_TESTING_KEY);
        add_key_evidence(one, finding);
    }
    if (verdict->result != DKIMRESULT_PASS || row == NULL
        || row->cells[ALIGN_9989].in_force == ALIGN_YES)
        return;
    finding = raise(one, FIND_MESSAGE_DKIM_UNALIGNED);
    finding_word(finding, "author", one->mail->author);
    if (row->cells[ALIGN_9989].in_force == ALIGN_CANNOT_TELL)
        finding_set_unknown(finding);
}

static void
check_signature(const struct mailchecker *mail, size_t i)
{
    struct signchecker one = {.mail = mail,
                              .check = &mail->facts->doc->list.checks[i],
                              .signature = &mail->facts->signatures[i],
                              .at = ""};

    if (one.check->is_beyond)
        return;
    if (one.check->sig->key_name.size > 0)
        one.at = name_dotted(mail->arena, &one.check->sig->key_name);
    check_faults(&one);
    if (one.check->sig->faults == 0)
        check_habits(&one);
    check_verdict(&one);
    check_aligned(&one);
}

/* ---- the message ---- */

static const char *
author_at(const struct mailchecker *mail)
{
    const struct name *domain = &mail->facts->doc->from.domain;

    return domain->size > 0 ? name_dotted(mail->arena, domain) : "";
}

static void
check_spf(const struct mailchecker *mail)
{
    const struct mailfacts *facts = mail->facts;
    const struct mailorigin *origin = &facts->doc->origin;
    struct strbuf ip = STRBUF_INIT;
    struct finding *finding;
    const char *at;

    if (facts->spf == NULL)
        return;
    at = facts->spf_domain.size > 0
             ? name_dotted(mail->arena, &facts->spf_domain)
             : "";
    if (origin->sender[0] == '\0')
        finding_word(report_add(mail->report, FIND_MESSAGE_NULL_SENDER, at),
                     "helo", origin->helo);
    if (facts->spf->result != SPFRESULT_PASS) {
        address_present(&facts->spf->ip, &ip);
        finding = report_add(mail->report, FIND_MESSAGE_SPF_FAIL, at);
        finding_word(finding, "domain", facts->spf->domain);
        finding_word(finding, "result", spfresult_word(facts->spf->result));
        finding_text(finding, "ip", strbuf_slice(&ip));
        if (facts->spf->result == SPFRESULT_TEMPERROR)
            finding_set_unknown(finding);
    }
    if (facts->helo != NULL && facts->helo->result == SPFRESULT_PASS)
        finding_word(report_add(mail->report, FIND_MESSAGE_SPF_HELO_ONLY, at),
                     "helo", origin->helo);
    strbuf_clear(&ip);
}

static void
check_none(const struct mailchecker *mail)
{
    const struct mailfacts *facts = mail->facts;
    bool passes = facts->spf != NULL && facts->spf->result == SPFRESULT_PASS;
    bool may = facts->spf != NULL && facts->spf->result == SPFRESULT_TEMPERROR;
    struct finding *finding;

    for (size_t i = 0; i < facts->doc->list.count; i++) {
        passes |= facts->signatures[i].verdict.result == DKIMRESULT_PASS;
        may |= facts->signatures[i].verdict.may_pass;
    }
    if (passes)
        return;
    finding =
        report_add(mail->report, FIND_MESSAGE_AUTH_NONE, author_at(mail));
    finding_word(finding, "author", mail->author);
    /* Without the address nobody knows what SPF says. */
    if (may || facts->spf == NULL)
        finding_set_unknown(finding);
}

static void
check_dmarc(const struct mailchecker *mail)
{
    const struct mailfacts *facts = mail->facts;
    enum maildmarc new = facts->results[ALIGN_9989];
    enum maildmarc old = facts->results[ALIGN_7489];
    struct finding *finding;

    if (new == MAILDMARC_FAIL || new == MAILDMARC_TEMPERROR) {
        finding =
            report_add(mail->report, FIND_MESSAGE_DMARC_FAIL, author_at(mail));
        finding_word(finding, "author", mail->author);
        if (new == MAILDMARC_TEMPERROR)
            finding_set_unknown(finding);
    }
    if (new != old &&new != MAILDMARC_TEMPERROR
        && old != MAILDMARC_TEMPERROR) {
        finding = report_add(mail->report, FIND_MESSAGE_DMARC_DIFFERS,
                             author_at(mail));
        finding_word(finding, "rfc9989", maildmarc_word(new));
        finding_word(finding, "rfc7489", maildmarc_word(old));
    }
}

void
mailfacts_check(const struct mailfacts *facts, struct report *report)
{
    const struct name *domain = &facts->doc->from.domain;
    struct mailchecker mail = {facts, report, report_arena(report),
                               "the domain in From"};
    struct finding *finding;

    if (domain->size > 0)
        mail.author = name_bare(mail.arena, domain);
    for (size_t i = 0; i < facts->doc->list.count; i++)
        check_signature(&mail, i);
    if (facts->doc->list.count == 0) {
        finding =
            report_add(report, FIND_MESSAGE_DKIM_MISSING, author_at(&mail));
        finding_word(finding, "author", mail.author);
    }
    if (facts->doc->list.count > SIGNATURES_USUAL)
        finding_number(report_add(report, FIND_MESSAGE_DKIM_MANY_SIGNATURES,
                                  author_at(&mail)),
                       "count", (int64_t)facts->doc->list.count);
    check_spf(&mail);
    check_none(&mail);
    check_dmarc(&mail);
    mailfacts_check_form(facts, report);
    mailfacts_check_claims(facts, report);
}
