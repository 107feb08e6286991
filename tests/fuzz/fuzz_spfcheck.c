/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: check_host() and the walk over a tree, with answers of any
   kind, at once or late. */
#include <stdlib.h>

#include "common/base/strbuf.h"
#include "common/dns/engine.h"
#include "common/spf/spftree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Questions that wait for an answer. */
#define LATE_MAX 4096

static const char *const records[] = {
    "v=spf1 a mx ptr include:a.example ~all",
    "v=spf1 include:b.example include:a.example -all",
    "v=spf1 exists:%{i}.%{l1r+-}._spf.%{d2} redirect=c.example",
    "v=spf1 ip4:192.0.2.0/24 -ip4:192.0.2.128/25 ip6:2001:db8::/32 ?all",
    "v=spf1 a:%{p}.a.example//64 mx:b.example/20 exp=c.example",
    "%{s} %{c} %{t} %{P} %{ir}",
    "v=spf1 include:%{o} redirect=a.example",
};
static const char *const names[] = {"a.example",     "b.example", "c.example",
                                    "a.b.c.example", "example",   ""};

struct source_of_fuzz {
    struct source source; /* first */
    struct arena *arena;  /* holds answers */
    struct slice rest;    /* what answers are made of */
    struct {
        struct view *view;
        struct question question;
    } late[LATE_MAX];
    size_t late_count; /* of them */
};

static void
demand(bool holds)
{
    if (!holds)
        abort();
}

static uint8_t
take(struct slice *rest)
{
    uint8_t octet = rest->n > 0 ? (uint8_t)rest->p[0] : 0;

    *rest = slice_from(*rest, 1);
    return octet;
}

static struct slice
take_text(struct slice *rest)
{
    size_t n = take(rest);
    struct slice text = slice_sub(*rest, 0, n);

    *rest = slice_from(*rest, text.n);
    return text;
}

static void
add_string(struct strbuf *data, struct slice text)
{
    text = slice_sub(text, 0, 255);
    strbuf_add_char(data, (char)text.n);
    strbuf_add_slice(data, text);
}

static void
add_name(struct strbuf *data, uint8_t which)
{
    struct name name;

    name_from_text(&name, slice_of(names[which % 6]));
    strbuf_add(data, name.wire, name.size);
}

/* RDATA of the type asked, or any octets. */
static void
make_data(struct slice *rest, uint16_t type, struct strbuf *data)
{
    uint8_t choice = take(rest);

    if (choice >= 224) {
        strbuf_add_slice(data, take_text(rest));
    } else if (type == RR_TXT && choice >= 64) {
        add_string(data, slice_of(records[choice % 7]));
    } else if (type == RR_TXT) {
        add_string(data, take_text(rest));
        if (choice >= 48)
            add_string(data, take_text(rest));
    } else if (type == RR_A || type == RR_AAAA) {
        for (int i = 0; i < (type == RR_A ? 4 : 16); i++)
            strbuf_add_char(data, (char)take(rest));
    } else {
        if (type == RR_MX)
            strbuf_add(data, "\0\012", 2);
        add_name(data, choice);
    }
}

static const struct answer *
make_answer(struct source_of_fuzz *fuzz, const struct question *question)
{
    uint8_t choice = take(&fuzz->rest);
    enum outcome outcome = (enum outcome)(1 + choice % 9);
    struct answer *answer;
    struct record *list;
    size_t count = outcome == OUTCOME_FOUND ? choice / 20u : 0;

    if (outcome > OUTCOME_BOGUS)
        outcome = OUTCOME_FOUND;
    answer = answer_make(fuzz->arena, outcome, "fuzz", NULL);
    answer->chain_loops = choice == 255;
    answer->elapsed_us = choice == 254 ? 30000000 : 5;
    list = ARENA_ARRAY(fuzz->arena, struct record, count);
    for (size_t i = 0; i < count; i++) {
        struct strbuf data = STRBUF_INIT;

        make_data(&fuzz->rest, question->type, &data);
        list[i] =
            (struct record){question->name, question->type, 60,
                            arena_slice(fuzz->arena, strbuf_slice(&data))};
        strbuf_clear(&data);
    }
    answer->records = list;
    answer->record_count = count;
    return answer;
}

static const struct answer *
fuzz_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct source_of_fuzz *fuzz = (struct source_of_fuzz *)source;

    if (take(&fuzz->rest) % 4 != 0 || fuzz->late_count == LATE_MAX)
        return make_answer(fuzz, question);
    fuzz->late[fuzz->late_count].view = view;
    fuzz->late[fuzz->late_count++].question = *question;
    return NULL;
}

static bool
fuzz_wait(struct source *source, int timeout_ms)
{
    struct source_of_fuzz *fuzz = (struct source_of_fuzz *)source;

    (void)timeout_ms;
    if (fuzz->late_count == 0)
        return false;
    fuzz->late_count--;
    view_deliver(fuzz->late[fuzz->late_count].view,
                 &fuzz->late[fuzz->late_count].question,
                 make_answer(fuzz, &fuzz->late[fuzz->late_count].question));
    return fuzz->late_count > 0;
}

static void
fuzz_free(struct source *source)
{
    (void)source;
}

struct job {
    struct spfcheck_input input;
    enum spfresult result, tree_result;
};

static void
analyse(void *context, struct view *view)
{
    struct job *job = context;
    const struct spfcheck *check = spfcheck_run(view, &job->input);
    struct arena *arena = view_run_arena(view);
    struct strbuf json = STRBUF_INIT;
    const struct spftree *tree;
    struct name domain;

    job->result = check->result;
    /* what is asked ahead counts one at each level of includes */
    demand(check->result == SPFRESULT_PENDING
           || check->lookups <= SPFCHECK_LOOKUPS_MAX + 1);
    value_json(spfcheck_value(arena, check), 0, &json);
    name_from_text(&domain, SLICE("a.example"));
    tree = spftree_walk(view, &domain);
    job->tree_result = tree->result;
    demand(tree->node_count <= SPFTREE_NODES_MAX);
    demand(tree->questions <= SPFTREE_QUESTIONS_MAX);
    demand(tree->root->lookups <= SPFTREE_COUNT_MAX);
    demand(tree->cut == NULL || tree->root->lookups > SPFCHECK_LOOKUPS_MAX);
    value_json(spftree_value(arena, tree), 0, &json);
    strbuf_clear(&json);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct source_ops ops = {"fuzz", fuzz_ask, fuzz_wait, NULL,
                                          fuzz_free};
    static struct source_of_fuzz fuzz;
    struct slice rest = {(const char *)data, size};
    struct view_settings settings = {.source = &fuzz.source, .seed = 1};
    struct job job = {.input = {.ip = {.family = 4}}};

    fuzz.source.ops = &ops;
    fuzz.arena = arena_new();
    fuzz.late_count = 0;
    job.input.ip.family = take(&rest) % 2 == 0 ? 4 : 6;
    for (int i = 0; i < 16; i++)
        job.input.ip.octets[i] = (uint8_t)(i < 8 ? 192 : 2);
    job.input.sender = take_text(&rest);
    job.input.helo = take_text(&rest);
    if (job.input.sender.n == 0)
        job.input.sender = SLICE("a-b+c@a.example");
    fuzz.rest = rest;
    view_free(engine_run_one(&settings, "fuzz", analyse, &job));
    demand(job.result != SPFRESULT_PENDING);
    demand(job.tree_result != SPFRESULT_PENDING);
    arena_free(fuzz.arena);
    return 0;
}
