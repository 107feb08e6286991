/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does `_domainkey` exist, and how far may its absence be believed? */
#include "common/dkim/domainkey.h"

/*
 * Names that are empty non-terminals where the name below them exists: TLS
 * reporting (RFC 8460) and mail clients' autodiscovery are the commonest.
 */
static const struct {
    const char *parent; /* has no records of its own */
    const char *child;  /* exists at many domains */
    uint16_t type;      /* that it has */
} controls[] = {
    {"_tls", "_smtp._tls",         RR_TXT},
    {"_tcp", "_autodiscover._tcp", RR_SRV},
};

struct judge {
    struct view *view;                   /* who is asked */
    const struct name *domain;           /* whose `_domainkey` */
    const struct domainkey_below *below; /* selectors asked until now */
    struct domainkey *out;               /* the result */
    struct domainkey_server *servers;    /* of it */
    bool is_pending;                     /* something is not here yet */
    bool has_control;                    /* a server of the set is right */
    bool is_below_own;                   /* out->below is no wildcard's */
    size_t denials, assents, failures;   /* answers about `_domainkey` */
};

const char *
domainkey_verdict_word(enum domainkey_verdict verdict)
{
    static const char *const words[] = {"unknown",  "exists",     "absent",
                                        "wildcard", "ent-broken", "unknown"};

    return words[verdict];
}

const char *
domainkey_proof_word(enum domainkey_proof proof)
{
    static const char *const words[] = {"none", "control", "dnssec"};

    return words[proof];
}

/* A name that is answered with records or an alias has something. */
static bool
has_data(const struct asked *asked)
{
    return asked->answer != NULL
           && (asked->answer->outcome == OUTCOME_FOUND
               || asked->answer->chain_count > 0);
}

/* A name that is not there, nor any below it.  (An alias whose target is not
   there is.) */
static bool
denies(const struct asked *asked)
{
    return asked_outcome(asked) == OUTCOME_NXDOMAIN
           && asked->answer->chain_count == 0;
}

/* A name that is there at all: a referral is from a cut at or above it. */
static bool
exists(const struct asked *asked)
{
    return has_data(asked) || asked_outcome(asked) == OUTCOME_NODATA
           || (asked->answer != NULL && asked->answer->referral);
}

/* Note what an answer says; true when it is here. */
static bool
is_here(struct judge *judge, const struct asked *asked)
{
    bool here = asked_outcome(asked) != OUTCOME_PENDING;

    judge->is_pending |= !here;
    return here;
}

bool
domainkey_same_data(const struct answer *a, const struct answer *b)
{
    return a->record_count == b->record_count && domainkey_same_part(a, b);
}

bool
domainkey_same_part(const struct answer *a, const struct answer *b)
{
    for (size_t i = 0; i < a->record_count; i++) {
        bool found = false;

        for (size_t j = 0; j < b->record_count && !found; j++)
            found = slice_equal(a->records[i].data, b->records[j].data);
        if (!found)
            return false;
    }
    return true;
}

/* Random selectors: whatever has their data may come from a wildcard. */
static void
ask_wildcards(struct judge *judge)
{
    struct domainkey *out = judge->out;

    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        char label[VIEW_LABEL_SIZE];
        struct name name;

        view_random_label(judge->view, "_domainkey", i, label);
        if (name_prepend(&name, slice_of(label), &out->name) != ST_OK)
            continue;
        out->wildcards[i] = asked_lookup(judge->view, &name, RR_TXT);
        if (is_here(judge, &out->wildcards[i])
            && out->wildcards[i].answer->outcome == OUTCOME_FOUND)
            out->has_wildcard = true;
    }
}

bool
domainkey_is_wildcard(const struct domainkey *domainkey,
                      const struct asked *asked)
{
    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        const struct asked *random = &domainkey->wildcards[i];

        if (has_data(random)
            && random->answer->outcome == asked->answer->outcome
            && domainkey_same_data(asked->answer, random->answer))
            return true;
    }
    return false;
}

/* Has any of the selectors something? */
static bool
is_any_below(const struct judge *judge)
{
    for (size_t i = 0; i < judge->below->count; i++) {
        if (has_data(&judge->below->list[i]))
            return true;
    }
    return false;
}

/* A selector that has something, best one of its own: what a wildcard gives
   speaks against a denial as well, but proves nothing else. */
static void
find_below(struct judge *judge)
{
    struct domainkey *out = judge->out;

    for (size_t i = 0; i < judge->below->count; i++) {
        const struct asked *asked = &judge->below->list[i];
        bool is_wildcard;

        if (!is_here(judge, asked) || !has_data(asked))
            continue;
        is_wildcard = domainkey_is_wildcard(out, asked);
        if (asked_is(&out->below) && is_wildcard)
            continue;
        out->below = *asked;
        judge->is_below_own = !is_wildcard;
        if (!is_wildcard)
            return;
    }
}

/* An answer that should have come and did not; REFUSED is mostly our own
   "not asked". */
static bool
is_lost(enum outcome outcome)
{
    return outcome_is_failure(outcome) && outcome != OUTCOME_REFUSED;
}

/*
 * Are some servers unknown because somebody did not answer?  Then what they
 * would have said is missing.  (Unknown because they may not be asked, or no
 * zone file has them, is no failure.)
 */
static bool
is_authority_lost(const struct authority *authority)
{
    return authority->lost_count > 0
           || (authority->state == AUTHORITY_UNKNOWN
               && (authority->intercepted
                   || (authority->evidence != NULL
                       && is_lost(authority->evidence->outcome))));
}

/* Ask each server by itself; no cache is spoilt by it. */
static void
ask_servers(struct judge *judge)
{
    const struct authority *authority =
        authority_find(judge->view, judge->domain);
    const struct authority_answer *answers;
    size_t count;

    if (authority->state == AUTHORITY_PENDING)
        judge->is_pending = true;
    else if (is_authority_lost(authority))
        judge->failures++;
    if (authority->state != AUTHORITY_KNOWN)
        return;
    answers = authority_ask_all(judge->view, authority, &judge->out->name,
                                RR_TXT, &count);
    if (count > DOMAINKEY_SERVERS_MAX)
        count = DOMAINKEY_SERVERS_MAX;
    judge->servers = ARENA_ARRAY(view_run_arena(judge->view),
                                 struct domainkey_server, count);
    for (size_t i = 0; i < count; i++) {
        judge->servers[i].name = answers[i].server->name;
        judge->servers[i].address = *answers[i].address;
        judge->servers[i].domainkey =
            (struct asked){answers[i].question, answers[i].answer};
        is_here(judge, &judge->servers[i].domainkey);
    }
    judge->out->servers = judge->servers;
    judge->out->server_count = count;
}

/* Does any server deny it? */
static bool
is_denied(const struct judge *judge)
{
    for (size_t i = 0; i < judge->out->server_count; i++) {
        if (denies(&judge->servers[i].domainkey))
            return true;
    }
    return false;
}

static void
ask_control_of_servers(struct judge *judge, const struct name *parent)
{
    for (size_t i = 0; i < judge->out->server_count; i++) {
        struct domainkey_server *server = &judge->servers[i];

        if (!denies(&server->domainkey))
            continue;
        server->control =
            asked_lookup_at(judge->view, &server->address, parent, RR_TXT);
        is_here(judge, &server->control);
        if (asked_outcome(&server->control) == OUTCOME_NODATA)
            judge->has_control = true;
    }
}

/*
 * The control: another name that exists only because one below it does.  A
 * server that answers it NOERROR is believed when it denies `_domainkey`.
 * (TXT at the parent itself would be no empty non-terminal, or a wildcard.)
 */
static void
ask_control(struct judge *judge)
{
    struct domainkey *out = judge->out;

    for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
        struct name parent, child;
        struct asked asked;

        if (name_prepend(&parent, slice_of(controls[i].parent), judge->domain)
                != ST_OK
            || name_prepend(&child, slice_of(controls[i].child), judge->domain)
                   != ST_OK)
            continue;
        asked = asked_lookup(judge->view, &child, controls[i].type);
        if (!is_here(judge, &asked) || asked.answer->outcome != OUTCOME_FOUND)
            continue;
        out->control_child = asked;
        out->control = asked_lookup(judge->view, &parent, RR_TXT);
        if (is_here(judge, &out->control)
            && out->control.answer->outcome == OUTCOME_NODATA)
            judge->has_control = true;
        ask_control_of_servers(judge, &parent);
        return;
    }
}

/* By the resolvers, and with DO where NODATA may be compact denial, RFC
   9824. */
static void
ask_resolvers(struct judge *judge)
{
    struct domainkey *out = judge->out;

    out->resolved = asked_lookup(judge->view, &out->name, RR_TXT);
    if (!is_here(judge, &out->resolved)
        || out->resolved.answer->outcome != OUTCOME_NODATA
        || !out->resolved.answer->validated)
        return;
    out->denial.question = question_recursive(&out->name, RR_TXT);
    out->denial.question.dnssec_ok = true;
    out->denial.answer = view_ask(judge->view, &out->denial.question);
    is_here(judge, &out->denial);
}

/* Is the zone signed, as far as the resolvers tell?  Then they deny with
   proof. */
static bool
is_validated(struct judge *judge)
{
    struct asked apex = asked_lookup(judge->view, judge->domain, RR_TXT);

    return is_here(judge, &apex) && apex.answer->validated;
}

/*
 * A server that denies `_domainkey` and has the selector is at fault.  One
 * that has neither is behind, and may be the one that a resolver asked for the
 * former: then the resolver's two answers do not contradict each other.
 */
static void
ask_denying_servers(struct judge *judge)
{
    struct domainkey *out = judge->out;
    bool is_behind = false;

    if (!asked_is(&out->below))
        return;
    for (size_t i = 0; i < out->server_count; i++) {
        struct domainkey_server *server = &judge->servers[i];

        if (!denies(&server->domainkey))
            continue;
        server->selector = asked_lookup_at(judge->view, &server->address,
                                           &out->below.question.name, RR_TXT);
        is_here(judge, &server->selector);
        server->is_broken = has_data(&server->selector);
        is_behind |= denies(&server->selector);
    }
    out->resolver_is_broken = denies(&out->resolved) && !is_behind;
}

static void
count_answer(struct judge *judge, const struct asked *asked)
{
    if (!asked_is(asked))
        return;
    if (denies(asked))
        judge->denials++;
    else if (exists(asked))
        judge->assents++;
    else
        judge->failures++;
}

static void
count_answers(struct judge *judge)
{
    const struct domainkey *out = judge->out;

    /* What DO brings to light counts instead of what it was hidden by. */
    count_answer(judge, denies(&out->denial) ? &out->denial : &out->resolved);
    for (size_t i = 0; i < out->server_count; i++)
        count_answer(judge, &judge->servers[i].domainkey);
}

static bool
is_broken(const struct domainkey *out)
{
    if (out->resolver_is_broken)
        return true;
    for (size_t i = 0; i < out->server_count; i++) {
        if (out->servers[i].is_broken)
            return true;
    }
    return false;
}

/* Does anything asked below speak against absence: a name that is there, or
   one that nobody answered for? */
static bool
is_contradicted(const struct judge *judge)
{
    for (size_t i = 0; i < judge->below->count; i++) {
        if (!denies(&judge->below->list[i]))
            return true;
    }
    return false;
}

static enum domainkey_verdict
judge_assent(const struct judge *judge)
{
    const struct domainkey *out = judge->out;
    bool denied = false, assented = false;

    for (unsigned i = 0; i < DOMAINKEY_WILDCARDS; i++) {
        denied |= denies(&out->wildcards[i]);
        assented |= exists(&out->wildcards[i]);
    }
    if (out->has_wildcard)
        return DOMAINKEY_WILDCARD;
    if (judge->is_below_own || (denied && !assented))
        return DOMAINKEY_EXISTS;
    return assented ? DOMAINKEY_WILDCARD : DOMAINKEY_UNKNOWN;
}

static void
judge_all(struct judge *judge)
{
    struct domainkey *out = judge->out;
    const struct asked *denial =
        denies(&out->denial) ? &out->denial : &out->resolved;

    count_answers(judge);
    if (asked_outcome(denial) == OUTCOME_NXDOMAIN && denial->answer->validated)
        out->proof = DOMAINKEY_PROOF_DNSSEC;
    else if (judge->has_control)
        out->proof = DOMAINKEY_PROOF_CONTROL;
    if (is_broken(out))
        out->verdict = DOMAINKEY_ENT_BROKEN;
    else if (judge->assents > 0)
        out->verdict = judge_assent(judge);
    else if (judge->denials == 0 || is_contradicted(judge)
             || (judge->failures > 0 && out->proof != DOMAINKEY_PROOF_DNSSEC))
        out->verdict = DOMAINKEY_UNKNOWN;
    else
        out->verdict = DOMAINKEY_ABSENT;
    if (out->verdict != DOMAINKEY_ABSENT)
        out->proof = DOMAINKEY_PROOF_NONE;
}

const struct domainkey *
domainkey_find(struct view *view, const struct name *domain,
               const struct domainkey_below *below)
{
    struct domainkey *out = ARENA_NEW(view_run_arena(view), struct domainkey);
    struct judge judge = {
        .view = view, .domain = domain, .below = below, .out = out};

    out->verdict = DOMAINKEY_UNKNOWN;
    if (name_prepend(&out->name, SLICE("_domainkey"), domain) != ST_OK)
        return out;
    ask_servers(&judge);
    /* Needed where it is denied, or where no server could be asked. */
    if (!judge.is_pending && (out->server_count == 0 || is_denied(&judge)))
        ask_control(&judge);
    if (below->is_complete || judge.has_control || is_validated(&judge))
        ask_resolvers(&judge);
    if (exists(&out->resolved) || is_any_below(&judge)
        || (out->server_count > 0 && !is_denied(&judge)))
        ask_wildcards(&judge);
    find_below(&judge);
    ask_denying_servers(&judge);
    if (judge.is_pending)
        out->verdict = DOMAINKEY_PENDING;
    else
        judge_all(&judge);
    return out;
}
