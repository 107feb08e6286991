/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does `_domainkey` exist, and how far may its absence be believed? */
#include "common/dkim/domainkey.h"

#include "common/base/strbuf.h"
#include "common/dns/answersame.h"
#include "common/dns/learnt.h"

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
    const struct authority *authority;   /* whose they are */
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

/* Not there, nor any below it.  (An alias to what is not there is.) */
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
            && answersame_data(asked->answer, random->answer))
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

/* A selector that has something, best one that is no wildcard's: what that
   gives speaks against a denial as well, but proves nothing else. */
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

/* With DO, a server may prove what it says, or say what it else hides.  What
   is no absence hides nothing, and who does not answer is not asked again. */
static void
ask_dnssec(struct judge *judge, struct domainkey_server *server)
{
    struct question question = server->domainkey.question;

    if (!outcome_is_absent(asked_outcome(&server->domainkey)))
        return;
    question.dnssec_ok = true;
    server->dnssec =
        (struct asked){question, view_ask(judge->view, &question)};
    is_here(judge, &server->dnssec);
    server->nsec = denial_of(server->dnssec.answer, &judge->out->name);
}

static void
ask_server(struct judge *judge, const struct authority_answer *answer,
           bool is_cut)
{
    struct domainkey_server *server =
        &judge->servers[judge->out->server_count++];

    server->name = answer->server->name;
    server->address = *answer->address;
    server->domainkey = (struct asked){answer->question, answer->answer};
    server->is_cut = is_cut;
    is_here(judge, &server->domainkey);
    ask_dnssec(judge, server);
    if (server->nsec == DENIAL_SILENT)
        server->nsec = denial_of(server->domainkey.answer, &judge->out->name);
}

static void
ask_all(struct judge *judge, const struct authority *authority, bool is_cut)
{
    const struct authority_answer *answers;
    size_t count;

    if (authority->state == AUTHORITY_PENDING)
        judge->is_pending = true;
    if (authority->state != AUTHORITY_KNOWN)
        return;
    answers = authority_ask_all(judge->view, authority, &judge->out->name,
                                RR_TXT, &count);
    for (size_t i = 0;
         i < count && judge->out->server_count < DOMAINKEY_SERVERS_MAX; i++)
        ask_server(judge, &answers[i], is_cut);
}

/* A cut at `_domainkey`: the servers behind it are asked as well. */
static void
follow_cut(struct judge *judge)
{
    for (size_t i = 0; i < judge->out->server_count; i++) {
        const struct answer *answer = judge->servers[i].domainkey.answer;

        if (!answer->referral || !name_equal(&answer->zone, &judge->out->name))
            continue;
        ask_all(judge, authority_below(judge->view, answer), true);
        return;
    }
}

/* Ask each server by itself; no cache is spoilt by it. */
static void
ask_servers(struct judge *judge)
{
    const struct authority *authority =
        authority_find(judge->view, judge->domain);

    judge->authority = authority;
    judge->servers =
        ARENA_ARRAY(view_run_arena(judge->view), struct domainkey_server,
                    DOMAINKEY_SERVERS_MAX);
    judge->out->servers = judge->servers;
    if (authority->state != AUTHORITY_PENDING && is_authority_lost(authority))
        judge->failures++;
    ask_all(judge, authority, false);
    follow_cut(judge);
}

/* What a server is taken to say: with DO it may deny what it else has no data
   for, by compact denial (RFC 9824). */
static const struct asked *
said(const struct domainkey_server *server)
{
    return denies(&server->dnssec)
                   && asked_outcome(&server->domainkey) == OUTCOME_NODATA
               ? &server->dnssec
               : &server->domainkey;
}

/* Does any server deny it? */
static bool
is_denied(const struct judge *judge)
{
    for (size_t i = 0; i < judge->out->server_count; i++) {
        if (denies(said(&judge->servers[i])))
            return true;
    }
    return false;
}

/* In the form in which the server denies `_domainkey`. */
static void
ask_control_of_servers(struct judge *judge, const struct name *parent)
{
    for (size_t i = 0; i < judge->out->server_count; i++) {
        struct domainkey_server *server = &judge->servers[i];
        struct question question;

        if (!denies(said(server)))
            continue;
        question = question_direct(&server->address, parent, RR_TXT);
        question.dnssec_ok = said(server)->question.dnssec_ok;
        server->control =
            (struct asked){question, view_ask(judge->view, &question)};
        is_here(judge, &server->control);
        if (asked_outcome(&server->control) == OUTCOME_NODATA)
            judge->has_control = true;
    }
}

/* What tells the set of servers from others: their names, in order. */
static void
put_key(const struct judge *judge, struct strbuf *key)
{
    for (size_t i = 0; i < judge->authority->server_count; i++)
        strbuf_add_slice(key, name_key(&judge->authority->servers[i].name));
}

static void
learn(const struct judge *judge, const struct name *control)
{
    struct learnt *learnt = view_learnt(judge->view);
    struct strbuf key = STRBUF_INIT;

    if (learnt == NULL || judge->out->server_count == 0)
        return;
    put_key(judge, &key);
    learnt_put(learnt, strbuf_slice(&key), control);
    strbuf_clear(&key);
}

/* Another subject's control, of the same servers: true when it is theirs. */
static bool
ask_learnt(struct judge *judge)
{
    struct learnt *learnt = view_learnt(judge->view);
    struct strbuf key = STRBUF_INIT;
    const struct name *control;

    if (learnt == NULL || judge->out->server_count == 0)
        return false;
    put_key(judge, &key);
    control = learnt_get(learnt, strbuf_slice(&key));
    strbuf_clear(&key);
    if (control == NULL)
        return false;
    ask_control_of_servers(judge, control);
    return judge->has_control || judge->is_pending;
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

    if (ask_learnt(judge))
        return;
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
        if (judge->has_control)
            learn(judge, &parent);
        return;
    }
}

/* With DO as well where NODATA may be compact denial, RFC 9824. */
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

/* Do the resolvers see signatures?  Then they deny with proof. */
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
ask_selector(struct judge *judge, struct domainkey_server *server)
{
    struct domainkey *out = judge->out;

    server->selector = asked_lookup_at(judge->view, &server->address,
                                       &out->below.question.name, RR_TXT);
    is_here(judge, &server->selector);
    server->is_broken |= has_data(&server->selector);
}

static void
ask_denying_servers(struct judge *judge)
{
    struct domainkey *out = judge->out;
    bool is_behind = false;

    for (size_t i = 0; i < out->server_count; i++) {
        struct domainkey_server *server = &judge->servers[i];

        if (!denies(said(server)))
            continue;
        /* Its own NSEC records say that there are names below. */
        server->is_broken = server->nsec >= DENIAL_EMPTY;
        if (!asked_is(&out->below))
            continue;
        ask_selector(judge, server);
        is_behind |= denies(&server->selector);
    }
    out->resolver_is_broken =
        asked_is(&out->below) && denies(&out->resolved) && !is_behind;
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

/* What came without DO may hide a denial, where that with DO did not come. */
static bool
is_in_doubt(const struct judge *judge, const struct domainkey_server *server)
{
    return asked_outcome(&server->domainkey) == OUTCOME_NODATA
           && is_lost(asked_outcome(&server->dnssec))
           && !asked_is(&judge->out->below);
}

static void
count_answers(struct judge *judge)
{
    const struct domainkey *out = judge->out;

    /* What DO brings to light counts instead of what it was hidden by. */
    count_answer(judge, denies(&out->denial) ? &out->denial : &out->resolved);
    for (size_t i = 0; i < out->server_count; i++) {
        if (is_in_doubt(judge, &judge->servers[i]))
            judge->failures++;
        else
            count_answer(judge, said(&judge->servers[i]));
    }
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

/* With a key below, and answered as it should be, it is a control itself. */
static void
offer_control(const struct judge *judge)
{
    if (judge->out->verdict != DOMAINKEY_EXISTS || !judge->is_below_own)
        return;
    for (size_t i = 0; i < judge->out->server_count; i++) {
        const struct domainkey_server *server = &judge->servers[i];

        if (asked_outcome(&server->domainkey) != OUTCOME_NODATA
            || denies(&server->dnssec))
            return;
    }
    learn(judge, &judge->out->name);
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
    if (judge.is_pending) {
        out->verdict = DOMAINKEY_PENDING;
        return out;
    }
    judge_all(&judge);
    offer_control(&judge);
    return out;
}
