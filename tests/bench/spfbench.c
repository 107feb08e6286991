/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records parsed and evaluated a second, beside libspf2 on the same records
   in the same run: for scripts/bench spf. */
#include <malloc.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <spf2/spf.h>
#include <spf2/spf_dns_cache.h>

#include "common/base/memory.h"
#include "common/dns/source.h"
#include "common/spf/spfcheck.h"

#define DOMAIN     "example.com"
#define SENDER     "someone@" DOMAIN
#define ROUND_S    0.2 /* of one measurement; the best of ROUNDS counts */
#define ROUNDS     5
#define BATCH      200 /* evaluations between two looks at the clock */
/* Of libspf2's cache: what its own SPF_server_new() takes. */
#define CACHE_BITS 8

/* ---- answers that are there already ---- */

struct memory_source {
    struct source source;        /* first */
    const struct answer *record; /* TXT of DOMAIN */
    const struct answer *host;   /* A of mail.DOMAIN */
    const struct answer *none;   /* all else */
};

static const struct answer *
memory_ask(struct source *source, struct view *view,
           const struct question *question)
{
    struct memory_source *memory = (struct memory_source *)source;

    (void)view;
    if (question->type == RR_TXT)
        return memory->record;
    return question->type == RR_A ? memory->host : memory->none;
}

static const struct source_ops memory_ops = {"memory", memory_ask, NULL, NULL,
                                             NULL};

static const struct answer *
answer_of(struct arena *arena, const char *owner, uint16_t type,
          struct slice text)
{
    struct answer *answer = answer_make(arena, OUTCOME_FOUND, "memory", NULL);
    struct record *record = ARENA_NEW(arena, struct record);
    struct error err = ERROR_INIT;

    name_parse(&record->owner, slice_of(owner), NULL);
    record->type = type;
    record->ttl = 300;
    if (record_parse(arena, type, text, &record->data, &err) != ST_OK) {
        fprintf(stderr, "spfbench: %s\n", err.text);
        exit(1);
    }
    answer->records = record;
    answer->record_count = 1;
    return answer;
}

/* The text in strings of 200 octets. */
static struct slice
in_strings(struct arena *arena, const char *text)
{
    struct strbuf out = STRBUF_INIT;
    struct slice rest = slice_of(text), copy;

    while (rest.n > 0) {
        struct slice part = slice_sub(rest, 0, 200);

        strbuf_addf(&out, "\"%.*s\" ", SLICE_ARGS(part));
        rest = slice_from(rest, part.n);
    }
    strbuf_cut(&out, out.n - 1);
    copy = arena_slice(arena, strbuf_slice(&out));
    strbuf_clear(&out);
    return copy;
}

/* ---- the two ---- */

struct bench {
    struct memory_source memory; /* ours */
    struct view_settings view;   /* over it */
    struct view *warm;           /* that has the answers */
    struct spfcheck_input input; /* who sends */
    const char *ip;              /* the same as text */
    const char *record;          /* as text */
    SPF_server_t *spf2;          /* libspf2's, with its own cache */
    SPF_dns_server_t *layer;     /* under that cache */
};

/* The view is the cache, as libspf2's server is its.  It keeps what was
   parsed with an answer, so the record is parsed once more here. */
static enum spfresult
run_ours(struct bench *bench)
{
    view_begin(bench->warm);
    spfrecord_parse(view_run_arena(bench->warm), slice_of(bench->record));
    return spfcheck_run(bench->warm, &bench->input)->result;
}

static SPF_dns_rr_t *
spf2_lookup(SPF_dns_server_t *server, const char *domain, ns_type type,
            int should_cache)
{
    struct bench *bench = server->hook;
    size_t n = strlen(bench->record);
    SPF_dns_rr_t *rr;

    (void)should_cache;
    if (type == ns_t_txt) {
        rr = SPF_dns_rr_new_init(server, domain, type, 300, NETDB_SUCCESS);
        SPF_dns_rr_buf_realloc(rr, 0, n + 1);
        memcpy(rr->rr[0]->txt, bench->record, n + 1);
    } else if (type == ns_t_a) {
        rr = SPF_dns_rr_new_init(server, domain, type, 300, NETDB_SUCCESS);
        SPF_dns_rr_buf_realloc(rr, 0, sizeof(struct in_addr));
        rr->rr[0]->a.s_addr = htonl(0xc0000219);
    } else {
        return SPF_dns_rr_new_init(server, domain, type, 300, NO_DATA);
    }
    rr->num_rr = 1;
    return rr;
}

static enum spfresult
run_spf2(struct bench *bench)
{
    static const enum spfresult results[] = {
        [SPF_RESULT_INVALID] = SPFRESULT_PERMERROR,
        [SPF_RESULT_NEUTRAL] = SPFRESULT_NEUTRAL,
        [SPF_RESULT_PASS] = SPFRESULT_PASS,
        [SPF_RESULT_FAIL] = SPFRESULT_FAIL,
        [SPF_RESULT_SOFTFAIL] = SPFRESULT_SOFTFAIL,
        [SPF_RESULT_NONE] = SPFRESULT_NONE,
        [SPF_RESULT_TEMPERROR] = SPFRESULT_TEMPERROR,
        [SPF_RESULT_PERMERROR] = SPFRESULT_PERMERROR,
    };
    SPF_request_t *request = SPF_request_new(bench->spf2);
    SPF_response_t *response = NULL;
    enum spfresult result;

    SPF_request_set_ipv4_str(request, bench->ip);
    SPF_request_set_helo_dom(request, "mta.test");
    SPF_request_set_env_from(request, SENDER);
    SPF_request_query_mailfrom(request, &response);
    result = results[SPF_response_result(response)];
    SPF_response_free(response);
    SPF_request_free(request);
    return result;
}

static double
cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double
measure(struct bench *bench, enum spfresult (*run)(struct bench *bench))
{
    double start = cpu_s(), end;
    long count = 0;

    do {
        for (int i = 0; i < BATCH; i++)
            run(bench);
        count += BATCH;
        end = cpu_s();
    } while (end - start < ROUND_S);
    return (double)count / (end - start);
}

/* ---- records ---- */

/* Terms as records have them; the client is at none but the last network. */
static char *
record_of(unsigned terms)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add_text(&text, "v=spf1 a:mail." DOMAIN);
    for (unsigned i = 0; i + 3 < terms; i++)
        if (i % 8 == 7)
            strbuf_addf(&text, " ip6:2001:db8:%x::/48", i);
        else
            strbuf_addf(&text, " ip4:10.%u.%u.0/24", i / 256, i % 256);
    strbuf_add_text(&text, " ip4:203.0.113.0/24 -all");
    return strbuf_detach(&text);
}

static void
bench_terms(struct bench *bench, unsigned terms)
{
    struct arena *arena = arena_new();
    char *text = record_of(terms);
    double ours = 0, theirs = 0;
    enum spfresult a, b;

    bench->record = text;
    bench->memory.record =
        answer_of(arena, DOMAIN, RR_TXT, in_strings(arena, text));
    bench->memory.host =
        answer_of(arena, "mail." DOMAIN, RR_A, SLICE("192.0.2.25"));
    bench->memory.none = answer_make(arena, OUTCOME_NODATA, "memory", NULL);
    bench->warm = view_new(&bench->view, DOMAIN);
    bench->spf2 = SPF_server_new_dns(
        SPF_dns_cache_new(bench->layer, "cache", 0, CACHE_BITS), 0);
    SPF_server_set_rec_dom(bench->spf2, "mx.test");
    a = run_ours(bench);
    b = run_spf2(bench);
    /* in turns, so that a busy machine is as bad for either */
    for (int round = 0; round < ROUNDS; round++) {
        double rate = measure(bench, run_ours);

        ours = rate > ours ? rate : ours;
        rate = measure(bench, run_spf2);
        theirs = rate > theirs ? rate : theirs;
    }
    printf("%5u terms  selkie %9.0f/s %6.1f ns a term (%s)  libspf2 %9.0f/s"
           " (%s)  ",
           terms, ours, 1e9 / ours / terms, spfresult_word(a), theirs,
           spfresult_word(b));
    if (a == b)
        printf("%.1f times\n", ours / theirs);
    else
        printf("not compared: another result\n");
    SPF_server_free(bench->spf2);
    view_free(bench->warm);
    free(text);
    arena_free(arena);
}

int
main(int argc, char **argv)
{
    struct bench bench = {.memory.source.ops = &memory_ops,
                          .ip = "203.0.113.9"};
    SPF_dns_server_t server = {
        .lookup = spf2_lookup, .name = "memory", .hook = &bench};

    /* memory of one round is there for the next, for either of them */
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    bench.layer = &server;
    bench.view.source = &bench.memory.source;
    bench.input.sender = SLICE(SENDER);
    bench.input.helo = SLICE("mta.test");
    address_parse(&bench.input.ip, slice_of(bench.ip), NULL);
    for (int i = 1; i < argc; i++)
        bench_terms(&bench, (unsigned)strtoul(argv[i], NULL, 10));
    return 0;
}
