/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check_host(): identities in, result and explanation out. */
#include "common/spf/spfcheck.h"

#include "common/base/clock.h"
#include "common/spf/spfrun.h"

const char *
spfresult_word(enum spfresult result)
{
    static const char *const words[] = {
        [SPFRESULT_NONE] = "none",
        [SPFRESULT_NEUTRAL] = "neutral",
        [SPFRESULT_PASS] = "pass",
        [SPFRESULT_FAIL] = "fail",
        [SPFRESULT_SOFTFAIL] = "softfail",
        [SPFRESULT_TEMPERROR] = "temperror",
        [SPFRESULT_PERMERROR] = "permerror",
        [SPFRESULT_PENDING] = "pending",
    };

    return words[result];
}

const char *
spfmatch_word(enum spfmatch match)
{
    static const char *const words[] = {
        [SPFMATCH_NO] = "no-match",         [SPFMATCH_YES] = "match",
        [SPFMATCH_TEMPERROR] = "temperror", [SPFMATCH_PERMERROR] = "permerror",
        [SPFMATCH_PENDING] = "pending",
    };

    return words[match];
}

static bool
is_ascii(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80)
            return false;
    return true;
}

/* RFC 8616 section 4: U-labels become A-labels.  What cannot, stays, and is
   no domain name then. */
static struct slice
to_ascii(struct arena *arena, struct slice domain)
{
    struct name name;

    if (domain.n > 0 && domain.p[domain.n - 1] == '.')
        domain.n--;
    if (is_ascii(domain) || memchr(domain.p, '\0', domain.n) != NULL)
        return domain;
    if (name_from_user(&name, arena_text(arena, domain), NULL) != ST_OK)
        return domain;
    return slice_of(name_bare(arena, &name));
}

/* RFC 4291 section 2.5.5.2: such a client is an IPv4 client (section 5). */
static struct address
unmapped(struct address ip)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    ip.port = 0;
    if (ip.family == 6 && memcmp(ip.octets, prefix, sizeof(prefix)) == 0) {
        ip.family = 4;
        memmove(ip.octets, ip.octets + sizeof(prefix), 4);
        memset(ip.octets + 4, 0, sizeof(prefix));
    }
    return ip;
}

/* "local@domain" */
static struct slice
join_sender(struct arena *arena, struct slice local, struct slice domain)
{
    size_t n = local.n + 1 + domain.n;
    char *text = arena_alloc(arena, n);

    memcpy(text, local.p, local.n);
    text[local.n] = '@';
    if (domain.n > 0)
        memcpy(text + local.n + 1, domain.p, domain.n);
    return (struct slice){text, n};
}

/* Sections 2.4 and 4.3: what the sender is made of. */
static void
set_sender(struct spfrun *run, struct slice sender)
{
    struct spfmacro_values *values = &run->values;
    size_t at = sender.n;

    while (at > 0 && sender.p[at - 1] != '@')
        at--;
    values->local = slice_sub(sender, 0, at > 0 ? at - 1 : 0);
    values->sender_domain = to_ascii(run->arena, slice_from(sender, at));
    if (sender.n == 0)
        values->sender_domain = values->helo;
    if (values->local.n == 0)
        values->local = SLICE("postmaster");
    values->sender =
        join_sender(run->arena, values->local, values->sender_domain);
    run->local_is_ascii = is_ascii(values->local);
}

static void
set_values(struct spfrun *run, const struct spfcheck_input *input)
{
    struct spfmacro_values *values = &run->values;

    values->ip = unmapped(input->ip);
    values->helo = to_ascii(run->arena, input->helo);
    values->receiver =
        input->receiver.n > 0 ? input->receiver : SLICE("unknown");
    values->validated = SLICE("unknown");
    values->time = clock_now();
    set_sender(run, input->sender);
}

/* Where the result was decided: redirects hand it on, section 6.2. */
static const struct spfvisit *
deciding(const struct spfvisit *visit)
{
    const struct spfstep *last;

    while (visit->step_count > 0) {
        last = &visit->steps[visit->step_count - 1];
        if (last->term->kind != SPFTERM_REDIRECT || last->nested == NULL)
            break;
        visit = last->nested;
    }
    return visit;
}

/* Ask for the explanation; NULL when it is usable or pending. */
static const char *
fetch_explanation(struct spfrun *run, struct name *name)
{
    const struct answer *answer;
    size_t count = 0;

    /* What this question takes or lacks is not counted: section 4.6.4. */
    answer = spfrun_ask(run, &run->check->exp_lookup, &count, name, RR_TXT);
    if (answer->outcome == OUTCOME_PENDING)
        return NULL;
    if (answer->outcome != OUTCOME_FOUND)
        return "its TXT lookup gives none";
    return answer->record_count == 1 ? NULL : "there are several TXT records";
}

/* The explain-string's expansion. */
static const char *
expand_explanation(struct spfrun *run, const struct answer *answer)
{
    struct slice text = record_text(run->arena, &answer->records[0]);
    struct strbuf out = STRBUF_INIT;
    struct spfmacro_fault fault;
    struct spfmacro macro;
    bool ascii;

    if (spfmacro_parse(run->arena, text, SPFMACRO_EXPLANATION, &macro, &fault)
        != ST_OK)
        return fault.kind == SPFMACRO_BAD_OCTET
                   ? "its text has characters that it may not have"
                   : "its text has a malformed macro";
    if ((macro.letters & SPFMACRO_BIT('p')) != 0
        && !spfnames_best(run, run->values.domain, &run->values.validated))
        return NULL;
    spfmacro_expand(&macro, &run->values, SPFMACRO_EXPLANATION_MAX, &out);
    ascii = is_ascii(strbuf_slice(&out));
    if (ascii)
        run->check->explanation = arena_slice(run->arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return ascii ? NULL : "its expansion is not ASCII";
}

/* Section 6.2: any trouble, and it is as if there were no exp=. */
static const char *
explain(struct spfrun *run, const struct spfvisit *visit)
{
    struct spfstep step = {.term = visit->record->exp};
    const char *problem;
    struct name name;

    run->values.domain = visit->domain;
    switch (spfstep_target(run, &step, &name)) {
    case SPFMATCH_YES:
        break;
    case SPFMATCH_PENDING:
        return NULL;
    default:
        return spfstep_reason(run->arena, &step, &run->values.ip);
    }
    problem = fetch_explanation(run, &name);
    if (problem != NULL
        || run->check->exp_lookup->answer->outcome == OUTCOME_PENDING)
        return problem;
    return expand_explanation(run, run->check->exp_lookup->answer);
}

static bool
is_too_long(const struct spfcheck_input *input)
{
    return input->sender.n > SPFCHECK_IDENTITY_MAX
           || input->helo.n > SPFCHECK_IDENTITY_MAX
           || input->receiver.n > SPFCHECK_IDENTITY_MAX;
}

static const char *
present(struct arena *arena, struct slice domain)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    strbuf_add_presented(&text, domain);
    copy = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return copy;
}

const struct spfcheck *
spfcheck_run(struct view *view, const struct spfcheck_input *input)
{
    struct arena *arena = view_run_arena(view);
    struct spfcheck *check = ARENA_NEW(arena, struct spfcheck);
    struct spfrun run = {.view = view, .arena = arena, .check = check};
    struct spfcheck_input empty = {.ip = input->ip};
    const struct spfvisit *decided;

    set_values(&run, is_too_long(input) ? &empty : input);
    check->ip = run.values.ip;
    check->domain = present(arena, run.values.sender_domain);
    check->visit = spfvisit_run(&run, run.values.sender_domain, NULL);
    check->result = check->visit->result;
    if (check->result != SPFRESULT_FAIL)
        return check;
    decided = deciding(check->visit);
    if (decided->record->exp != NULL)
        check->exp_problem = explain(&run, decided);
    return check;
}
