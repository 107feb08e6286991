/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie-second: what libspf2 would answer, in a process of its own, over
   answers that are handed to it.  See second.h. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <spf2/spf.h>

#include "common/base/memory.h"
#include "common/base/value.h"
#include "tools/second.h"

/* A limit of memory would stop the sanitizer, not the library. */
#ifdef __SANITIZE_ADDRESS__
#    define MEMORY_MAX RLIM_INFINITY
#else
#    define MEMORY_MAX SECOND_MEMORY_MAX
#endif

/* One answer line. */
struct known {
    char *name;          /* bare */
    ns_type type;        /* asked */
    SPF_dns_stat_t stat; /* of netdb.h */
    struct strbuf *data; /* one a record */
    size_t count;        /* of them */
};

/* One request. */
struct job {
    struct arena *arena;      /* holds all of it */
    char *ip;                 /* the client */
    char *sender, *helo;      /* identities */
    char *receiver;           /* for %{r} */
    struct known *known;      /* answers */
    size_t known_count;       /* of them */
    struct value *missing;    /* questions without one */
    SPF_dns_server_t *server; /* libspf2's view of them */
};

static const struct {
    const char *word;
    ns_type type;
} types[] = {
    {"A",    ns_t_a     },
    {"AAAA", ns_t_aaaa  },
    {"MX",   ns_t_mx    },
    {"TXT",  ns_t_txt   },
    {"PTR",  ns_t_ptr   },
    {"SPF",  (ns_type)99},
};

static const char *
type_word(ns_type type)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (types[i].type == type)
            return types[i].word;
    return "ANY";
}

static ns_type
type_of(struct slice word)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (slice_equal(word, slice_of(types[i].word)))
            return types[i].type;
    return ns_t_any;
}

static SPF_dns_stat_t
stat_of(struct slice outcome)
{
    if (slice_equal(outcome, SLICE("found")))
        return NETDB_SUCCESS;
    if (slice_equal(outcome, SLICE("nodata")))
        return NO_DATA;
    return slice_equal(outcome, SLICE("nxdomain")) ? HOST_NOT_FOUND
                                                   : TRY_AGAIN;
}

static int
nibble(char c)
{
    return ascii_is_digit((unsigned char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
}

static void
add_hex(struct strbuf *out, struct slice hex)
{
    for (size_t i = 0; i + 1 < hex.n; i += 2)
        strbuf_add_char(out,
                        (char)(nibble(hex.p[i]) * 16 + nibble(hex.p[i + 1])));
}

static char *
text_of(struct arena *arena, struct slice hex)
{
    struct strbuf text = STRBUF_INIT;
    char *copy;

    add_hex(&text, hex);
    copy = arena_text(arena, strbuf_slice(&text));
    strbuf_clear(&text);
    return copy;
}

static void
note_missing(struct job *job, const char *name, ns_type type)
{
    struct value *question = value_add(job->missing, value_map(job->arena));

    value_set(question, "name", value_octets(job->arena, slice_of(name)));
    value_set(question, "type", value_text(job->arena, type_word(type)));
}

/* ---- the layer under libspf2 ---- */

static void
put_record(SPF_dns_rr_t *rr, int i, const struct known *known)
{
    const struct strbuf *data = &known->data[i];
    size_t least = sizeof(struct in6_addr);

    /* one octet more than the data: texts end in NUL */
    if (SPF_dns_rr_buf_realloc(rr, i,
                               data->n + 1 > least ? data->n + 1 : least)
        != SPF_E_SUCCESS)
        return;
    memcpy(rr->rr[i], data->p, data->n);
    if (data->n >= least
        || (rr->rr_type != ns_t_a && rr->rr_type != ns_t_aaaa))
        ((char *)rr->rr[i])[data->n] = '\0';
    rr->num_rr = i + 1;
}

static SPF_dns_rr_t *
lookup(SPF_dns_server_t *server, const char *domain, ns_type type,
       int should_cache)
{
    struct job *job = server->hook;
    SPF_dns_rr_t *rr;

    (void)should_cache;
    for (size_t i = 0; i < job->known_count; i++) {
        const struct known *known = &job->known[i];

        if (known->type != type || strcasecmp(known->name, domain) != 0)
            continue;
        rr = SPF_dns_rr_new_init(server, domain, type, 0, known->stat);
        for (int k = 0; rr != NULL && k < (int)known->count; k++)
            put_record(rr, k, known);
        return rr;
    }
    note_missing(job, domain, type);
    return SPF_dns_rr_new_init(server, domain, type, 0, TRY_AGAIN);
}

/* ---- the opinion ---- */

static const char *
reason_word(SPF_reason_t reason)
{
    switch (reason) {
    case SPF_REASON_LOCALHOST:
        return "localhost always passes";
    case SPF_REASON_MECH:
        return "a mechanism matches";
    case SPF_REASON_DEFAULT:
        return "no mechanism matches";
    case SPF_REASON_FAILURE:
        return "the evaluation failed";
    default:
        return NULL;
    }
}

static void
put_response(struct job *job, SPF_response_t *response, struct value *answer)
{
    SPF_result_t result = SPF_response_result(response);
    const char *word = SPF_strresult(result);
    struct value *errors;

    value_set(answer, "result", value_text(job->arena, word));
    value_set(
        answer, "reason",
        value_text(job->arena, reason_word(SPF_response_reason(response))));
    errors = value_set(answer, "errors", value_list(job->arena));
    for (int i = 0; i < SPF_response_messages(response); i++) {
        SPF_error_t *error = SPF_response_message(response, i);

        if (SPF_error_errorp(error))
            value_add(
                errors,
                value_octets(job->arena, slice_of(SPF_error_message(error))));
    }
}

static void
evaluate(struct job *job, SPF_server_t *spf, struct value *answer)
{
    SPF_request_t *request = SPF_request_new(spf);
    SPF_response_t *response = NULL;
    bool is_v6 = strchr(job->ip, ':') != NULL;

    SPF_server_set_rec_dom(spf, job->receiver);
    if (is_v6)
        SPF_request_set_ipv6_str(request, job->ip);
    else
        SPF_request_set_ipv4_str(request, job->ip);
    SPF_request_set_helo_dom(request, job->helo);
    if (job->sender[0] != '\0')
        SPF_request_set_env_from(request, job->sender);
    SPF_request_query_mailfrom(request, &response);
    if (response != NULL)
        put_response(job, response, answer);
    SPF_response_free(response);
    SPF_request_free(request);
}

static void
print_opinion(struct job *job)
{
    SPF_dns_server_t server = {
        .lookup = lookup, .name = "selkie", .hook = job};
    struct value *answer = value_map(job->arena);
    struct strbuf line = STRBUF_INIT;
    SPF_server_t *spf = SPF_server_new_dns(&server, 0);

    job->missing = value_list(job->arena);
    if (spf != NULL && job->ip != NULL)
        evaluate(job, spf, answer);
    value_set(answer, "missing", job->missing);
    SPF_server_free(spf);
    value_json(answer, 0, &line);
    strbuf_add_char(&line, '\n');
    fwrite(line.p, 1, line.n, stdout);
    fflush(stdout);
    strbuf_clear(&line);
}

/* ---- reading requests ---- */

static struct slice
word(struct slice *rest)
{
    struct slice part = SLICE_EMPTY;

    slice_next(rest, ' ', &part);
    return part;
}

static void
read_identity(struct job *job, struct slice rest)
{
    struct slice ip = word(&rest);

    job->ip = arena_text(job->arena, ip);
    job->sender = text_of(job->arena, word(&rest));
    job->helo = text_of(job->arena, word(&rest));
    job->receiver = text_of(job->arena, word(&rest));
}

static void
read_known(struct job *job, struct slice rest)
{
    struct slice name = word(&rest), type = word(&rest), data;
    struct known *known;

    job->known =
        arena_grow(job->arena, job->known, job->known_count, sizeof(*known));
    known = &job->known[job->known_count++];
    known->name = text_of(job->arena, name);
    known->type = type_of(type);
    known->stat = stat_of(word(&rest));
    while (slice_next(&rest, ' ', &data)) {
        known->data = arena_grow(job->arena, known->data, known->count,
                                 sizeof(*known->data));
        known->data[known->count] = (struct strbuf)STRBUF_INIT;
        add_hex(&known->data[known->count++], data);
    }
}

static void
clear(struct job *job)
{
    for (size_t i = 0; i < job->known_count; i++)
        for (size_t k = 0; k < job->known[i].count; k++)
            strbuf_clear(&job->known[i].data[k]);
    arena_free(job->arena);
}

/* One request; false at the end of the input. */
static bool
serve(char **line, size_t *room)
{
    struct job job = {.arena = arena_new()};
    ssize_t n;

    while ((n = getline(line, room, stdin)) > 0) {
        struct slice rest = {*line, (size_t)n};
        struct slice kind;

        if (rest.p[rest.n - 1] == '\n')
            rest.n--;
        kind = word(&rest);
        if (slice_equal(kind, SLICE(".")))
            break;
        if (slice_equal(kind, SLICE("spf")))
            read_identity(&job, rest);
        else if (slice_equal(kind, SLICE("answer")))
            read_known(&job, rest);
    }
    if (n > 0)
        print_opinion(&job);
    clear(&job);
    return n > 0;
}

static bool
limit(unsigned which, rlim_t most)
{
    struct rlimit limits = {most, most};

    return setrlimit(which, &limits) == 0;
}

int
main(void)
{
    char *line = NULL;
    size_t room = 0;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0
        || !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_FSIZE, 0)
        || !limit(RLIMIT_NPROC, 0) || !limit(RLIMIT_NOFILE, 3)
        || !limit(RLIMIT_CPU, SECOND_CPU_S) || !limit(RLIMIT_AS, MEMORY_MAX)
        || second_jail() != 0)
        return 1;
    while (serve(&line, &room))
        continue;
    free(line);
    return 0;
}
