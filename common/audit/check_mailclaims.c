/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found of the verdicts of others that a message carries:
   Authentication-Results, and ARC. */
#include "common/audit/mailfacts.h"
#include "common/message/arcset.h"

/* Authentication-Results fields looked at, from the top; a message that ten
   hosts handled has ten. */
#define CLAIMS_MAX 64

/* One such field. */
struct claim {
    const struct authres *authres; /* what it says */
    size_t hops; /* Received fields above it that tell of a public address */
};

/* Where findings of one message go. */
struct claimchecker {
    const struct mailfacts *facts;   /* of it */
    struct report *report;           /* findings */
    const char *at;                  /* the author domain, or "" */
    struct claim claims[CLAIMS_MAX]; /* from the top */
    size_t count;                    /* of them */
};

/* What came of it here. */
struct own {
    bool is_known;    /* else nothing can be compared */
    bool is_pass;     /* it passes */
    const char *word; /* the result */
};

static void
add_syntax(const struct claimchecker *checker, const struct authres *authres,
           const char *field)
{
    struct finding *finding;

    if (authres->fault == NULL)
        return;
    finding = report_add(checker->report, FIND_MESSAGE_AR_SYNTAX, checker->at);
    finding_word(finding, "field", field);
    finding_word(finding, "reason", authres->fault);
    finding_number(finding, "offset", (int64_t)authres->fault_from);
}

static void
read_claims(struct claimchecker *checker)
{
    const struct mailhead *head = &checker->facts->doc->head;
    size_t hops = 0;

    for (size_t i = 0; i < head->count && checker->count < CLAIMS_MAX; i++) {
        const struct mailhead_field *field = &head->fields[i];

        if (slice_equal_case(field->name, SLICE("Received")))
            hops += mailorigin_is_outside(field->value);
        else if (slice_equal_case(field->name,
                                  SLICE("Authentication-Results")))
            checker->claims[checker->count++] = (struct claim){
                authres_read(report_arena(checker->report), field->value),
                hops};
    }
}

static const char *
receiver_of(const struct claimchecker *checker, const struct authres *authres)
{
    return authres->id.n == 0
               ? "the receiver"
               : arena_text(report_arena(checker->report), authres->id);
}

/* ---- forged ---- */

/*
 * The receiver's own stand above the first hop from outside, or, where its
 * software puts them there, right below it; what stands below a further such
 * hop it did not write (RFC 8601 section 5).
 */
static bool
is_own(const struct claimchecker *checker, const struct claim *claim)
{
    return claim->hops <= 1 && claim->hops == checker->claims[0].hops;
}

static bool
is_forged(const struct claimchecker *checker, const struct claim *claim)
{
    if (claim->authres->id.n == 0 || is_own(checker, claim))
        return false;
    for (size_t i = 0; i < checker->count; i++)
        if (is_own(checker, &checker->claims[i])
            && slice_equal_case(checker->claims[i].authres->id,
                                claim->authres->id))
            return true;
    return false;
}

/* ---- compared ---- */

static bool
is_domain(struct slice text, const struct name *domain)
{
    struct name name;
    size_t at = text.n;

    while (at > 0 && text.p[at - 1] != '@')
        at--;
    return name_from_text(&name, slice_from(text, at)) == ST_OK
           && name_equal(&name, domain);
}

static struct slice
signer_of(const struct authres_result *result)
{
    struct slice domain = authres_property(result, "header", "d");

    return domain.n > 0 ? domain : authres_property(result, "header", "i");
}

/* A signature of that domain, and selector where it is told, passes. */
static struct own
own_dkim(const struct mailfacts *facts, const struct authres_result *result)
{
    struct slice selector = authres_property(result, "header", "s");
    struct own own = {false, false, "fail"};
    bool may_pass = false;

    for (size_t i = 0; i < facts->doc->list.count; i++) {
        const struct dkimsig *sig = facts->doc->list.checks[i].sig;
        enum dkimresult word = facts->signatures[i].verdict.result;

        if (!is_domain(signer_of(result), &sig->domain)
            || (selector.n > 0
                && !slice_equal_case(selector, sig->selector_text)))
            continue;
        own.is_known = true;
        own.is_pass |= word == DKIMRESULT_PASS;
        may_pass |= word == DKIMRESULT_TEMPERROR || word == DKIMRESULT_PENDING;
    }
    own.is_known = own.is_known && (own.is_pass || !may_pass);
    own.word = own.is_pass ? "pass" : "fail";
    return own;
}

static struct own
own_spf(const struct mailfacts *facts, const struct authres_result *result)
{
    const struct spfcheck *spf = facts->spf;
    struct slice sender = authres_property(result, "smtp", "mailfrom");

    if (spf == NULL || !is_domain(sender, &facts->spf_domain))
        return (struct own){false, false, ""};
    return (struct own){
        spf->result != SPFRESULT_TEMPERROR && spf->result != SPFRESULT_PENDING,
        spf->result == SPFRESULT_PASS, spfresult_word(spf->result)};
}

static struct own
own_dmarc(const struct mailfacts *facts, const struct authres_result *result)
{
    enum maildmarc dmarc = facts->results[ALIGN_9989];

    if (!is_domain(authres_property(result, "header", "from"),
                   &facts->doc->from.domain))
        return (struct own){false, false, ""};
    return (struct own){dmarc == MAILDMARC_PASS || dmarc == MAILDMARC_FAIL,
                        dmarc == MAILDMARC_PASS, maildmarc_word(dmarc)};
}

/* What can be compared; results that say nothing of the message
   ("temperror", "none") cannot. */
static bool
is_verdict(struct slice word)
{
    static const char *const words[] = {"pass",     "fail",    "softfail",
                                        "hardfail", "neutral", "policy",
                                        "permerror"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (slice_equal_case(word, slice_of(words[i])))
            return true;
    return false;
}

/* Another result of the field is a pass by the same signer. */
static bool
passes_elsewhere(const struct authres *authres,
                 const struct authres_result *result)
{
    for (size_t i = 0; i < authres->count; i++)
        if (slice_equal_case(authres->results[i].method, result->method)
            && slice_equal_case(authres->results[i].result, SLICE("pass"))
            && slice_equal_case(signer_of(&authres->results[i]),
                                signer_of(result)))
            return true;
    return false;
}

static void
compare(const struct claimchecker *checker, const struct authres *authres,
        const struct authres_result *result)
{
    static const struct {
        const char *method;      /* of RFC 8601 */
        const char *type, *name; /* of the property that has its domain */
        struct own (*own)(const struct mailfacts *,
                          const struct authres_result *); /* our result */
    } methods[] = {
        {"dkim",  "header", "d",        own_dkim },
        {"spf",   "smtp",   "mailfrom", own_spf  },
        {"dmarc", "header", "from",     own_dmarc}
    };
    bool is_pass = slice_equal_case(result->result, SLICE("pass"));

    for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
        struct slice domain =
            authres_property(result, methods[i].type, methods[i].name);
        struct finding *finding;
        struct own own;

        if (!slice_equal_case(result->method, slice_of(methods[i].method)))
            continue;
        own = methods[i].own(checker->facts, result);
        if (!own.is_known || own.is_pass == is_pass
            || (!is_pass && passes_elsewhere(authres, result)))
            return;
        finding = report_add(checker->report, FIND_MESSAGE_AR_DISAGREES,
                             checker->at);
        finding_word(finding, "receiver", receiver_of(checker, authres));
        finding_word(finding, "method", methods[i].method);
        finding_text(finding, "theirs", result->result);
        finding_text(finding, "domain",
                     domain.n > 0 ? domain : signer_of(result));
        finding_word(finding, "ours", own.word);
        return;
    }
}

static void
check_claim(const struct claimchecker *checker, const struct claim *claim)
{
    add_syntax(checker, claim->authres, "Authentication-Results");
    if (is_forged(checker, claim))
        finding_word(
            report_add(checker->report, FIND_MESSAGE_AR_FORGED, checker->at),
            "receiver", receiver_of(checker, claim->authres));
    if (!is_own(checker, claim))
        return;
    for (size_t i = 0; i < claim->authres->count; i++)
        if (is_verdict(claim->authres->results[i].result))
            compare(checker, claim->authres, &claim->authres->results[i]);
}

/* ---- ARC ---- */

static void
add_fault(const struct claimchecker *checker, const struct arcset_chain *chain,
          enum arcset_fault fault)
{
    bool is_structure = ((1u << fault) & ARCSET_STRUCTURE) != 0;
    struct finding *finding = report_add(
        checker->report,
        is_structure ? FIND_MESSAGE_ARC_STRUCTURE : FIND_MESSAGE_ARC_INVALID,
        checker->at);

    finding_word(finding, "reason", arcset_fault_text(fault));
    finding_number(finding, "instance", chain->instances[fault]);
}

static void
check_arc(const struct claimchecker *checker)
{
    struct arcset_chain chain =
        arcset_read(report_arena(checker->report), &checker->facts->doc->head);
    struct finding *finding;

    if (chain.fields == 0)
        return;
    finding =
        report_add(checker->report, FIND_MESSAGE_ARC_PRESENT, checker->at);
    finding_number(finding, "count", (int64_t)chain.fields);
    for (size_t i = 0; i < chain.count; i++) {
        if (chain.sets[i].domain.n > 0)
            finding_item(finding, "sealers", chain.sets[i].domain);
        if (chain.sets[i].authres != NULL)
            add_syntax(checker, chain.sets[i].authres,
                       "ARC-Authentication-Results");
    }
    for (int i = 0; i < ARCSET_FAULTS; i++)
        if ((chain.faults & 1u << i) != 0)
            add_fault(checker, &chain, (enum arcset_fault)i);
}

void
mailfacts_check_claims(const struct mailfacts *facts, struct report *report)
{
    const struct name *domain = &facts->doc->from.domain;
    struct claimchecker checker = {.facts = facts, .report = report, .at = ""};

    if (domain->size > 0)
        checker.at = name_dotted(report_arena(report), domain);
    read_claims(&checker);
    for (size_t i = 0; i < checker.count; i++)
        check_claim(&checker, &checker.claims[i]);
    check_arc(&checker);
}
