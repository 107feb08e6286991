/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie serve: the DNS server of customers' records. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/diag.h"
#include "common/base/memory.h"
#include "common/stunt/stuntserver.h"
#include "tools/cmd.h"
#include "tools/sdnotify.h"
#include "tools/stuntfiles.h"

struct serve_options {
    struct opt_list listen;          /* --listen */
    const char *query_log;           /* --query-log */
    struct stuntfiles_options files; /* --view, --template, --regexdns */
    const char *user;                /* --user */
    unsigned long threads;           /* --threads */
    unsigned long rate_limit;        /* --rate-limit */
    bool check;                      /* --check */
};

#define DNS_PORT 53

static const struct serve_options serve_defaults = {.rate_limit =
                                                        STUNTRATE_DEFAULT};

static const struct opt_def serve_options[] = {
    OPT_LIST('l', "listen", struct serve_options, listen, "ADDRESS[:PORT]",
             "answer there, UDP and TCP (repeats)"),
    OPT_TEXT(0, "user", struct serve_options, user, "USER",
             "become that user once the addresses are bound"),
    OPT_NUMBER(0, "threads", struct serve_options, threads, 1,
               STUNTSERVER_THREADS_MAX, "N",
               "answering threads; default one a core"),
    OPT_NUMBER(0, "rate-limit", struct serve_options, rate_limit, 0,
               STUNTRATE_MAX, "N",
               "alike UDP answers a second to one network; 0: no limit; "
               "default 200"),
    OPT_TEXT(0, "query-log", struct serve_options, query_log, "FILE",
             "note there which networks fetch which key: see selkie querylog"),
    STUNTFILES_OPTIONS(struct serve_options),
    OPT_FLAG(0, "check", struct serve_options, check,
             "only look whether view and template can be served"),
    OPT_END,
};

static volatile int stop_wanted, reload_wanted;

static void
on_signal(int number)
{
    if (number == SIGHUP)
        reload_wanted = 1;
    else
        stop_wanted = 1;
}

static void
catch_signals(void)
{
    static const int numbers[] = {SIGHUP, SIGINT, SIGTERM};
    struct sigaction action = {.sa_handler = on_signal};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
        sigaction(numbers[i], &action, NULL);
}

/* For good: also the groups, and the user ids that could be taken back. */
static enum status
become(const char *name, struct error *err)
{
    const struct passwd *user = getpwnam(name);

    if (user == NULL)
        return error_set(err, ST_NOT_FOUND, "there is no user '%s'", name);
    if (initgroups(name, user->pw_gid) != 0
        || setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0
        || setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
        return error_errno(err, ST_DENIED, "cannot become user '%s'", name);
    return ST_OK;
}

static enum exit_status
check(struct stuntfiles *files)
{
    struct error err = ERROR_INIT;

    return stuntfiles_open(files, &err) == ST_OK ? EXIT_GOOD
                                                 : cmd_failed(&err);
}

/* Who asked for port 0 must be told which it is. */
static void
tell_addresses(const struct stuntserver *server, const struct address *listen,
               size_t count)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        strbuf_cut(&text, 0);
        address_present(&listen[i], &text);
        diag_note("listening on %s port %u", text.p,
                  stuntserver_port(server, i));
    }
    strbuf_clear(&text);
}

static struct error said = ERROR_INIT; /* why 'ready' could not be printed */

/* All threads answer. */
static void
say_ready(void)
{
    printf("ready\n");
    if (output_flush(&said) != ST_OK)
        stop_wanted = 1;
    sdnotify("READY=1");
}

static void
tell_fault(const char *sentence)
{
    diag_error("%s", sentence);
}

static enum status
run_server(const struct serve_options *options, struct stuntfiles *files,
           struct stuntserver *server, struct error *err)
{
    struct stuntserver_data data = {.live = files->live};
    struct stuntserver_orders orders = {&stop_wanted, &reload_wanted,
                                        say_ready};
    enum status st = ST_OK;

    if (options->rate_limit > 0) {
        data.rate = stuntrate_new((unsigned)options->rate_limit, false);
        if (data.rate == NULL)
            return error_set(err, ST_MEMORY, "no memory for the rate limit");
    }
    if (options->query_log != NULL) {
        st = stuntlog_open(options->query_log, STUNTLOG_SIZE_MAX, &data.log,
                           err);
        data.tell = tell_fault;
    }
    catch_signals();
    if (st == ST_OK)
        st = stuntserver_run(server, &data, &orders, err);
    sdnotify("STOPPING=1");
    stuntrate_free(data.rate);
    stuntlog_close(data.log);
    if (st == ST_OK && said.text[0] != '\0')
        st = error_set(err, ST_IO, "%s", said.text);
    return st;
}

static enum status
serve(const struct context *context, struct stuntfiles *files,
      struct stuntserver *server, const struct address *listen,
      struct error *err)
{
    const struct serve_options *options = context->options;
    enum status st = ST_OK;

    if (options->user != NULL)
        st = become(options->user, err);
    if (st == ST_OK)
        st = stuntfiles_open(files, err);
    if (st != ST_OK)
        return st;
    tell_addresses(server, listen, options->listen.count);
    return run_server(options, files, server, err);
}

/* Take port 0 off: "any" here, which an address does not know. */
static bool
take_free_port(struct slice *text)
{
    struct slice bare = slice_sub(*text, 0, text->n < 2 ? 0 : text->n - 2);
    bool is_bracketed =
        bare.n > 2 && bare.p[0] == '[' && bare.p[bare.n - 1] == ']';

    if (!slice_ends(*text, SLICE("@0"))
        && (!slice_ends(*text, SLICE(":0"))
            || (!is_bracketed && slice_find(bare, ':') < bare.n)))
        return false;
    *text = is_bracketed ? slice_sub(bare, 1, bare.n - 2) : bare;
    return true;
}

static enum status
parse_listen(const struct opt_list *list, struct address *out,
             struct error *err)
{
    for (size_t i = 0; i < list->count; i++) {
        struct slice text = slice_of(list->items[i]);
        bool is_free = take_free_port(&text);

        if (address_parse(&out[i], text, err) != ST_OK)
            return ST_SYNTAX;
        if (out[i].port == 0 && !is_free)
            out[i].port = DNS_PORT;
    }
    return ST_OK;
}

static enum exit_status
bind_and_serve(const struct context *context, struct stuntfiles *files)
{
    const struct serve_options *options = context->options;
    struct address *listen =
        memory_zeroed(options->listen.count, sizeof(*listen));
    struct stuntserver *server = NULL;
    struct error err = ERROR_INIT;
    enum status st = parse_listen(&options->listen, listen, &err);

    if (st != ST_OK) {
        free(listen);
        return cmd_usage(context, "%s", err.text);
    }
    st = stuntserver_new(listen, options->listen.count,
                         (unsigned)options->threads, &server, &err);
    if (st == ST_OK)
        st = serve(context, files, server, listen, &err);
    stuntserver_free(server);
    free(listen);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

static enum exit_status
serve_run(struct context *context)
{
    const struct serve_options *options = context->options;
    struct stuntfiles files = {0};
    struct error err = ERROR_INIT;
    enum exit_status status;

    if (options->listen.count == 0 && !options->check)
        return cmd_usage(context, "where to? --listen ADDRESS:PORT");
    if (stuntfiles_clash(&options->files))
        return cmd_usage(context, STUNTFILES_CLASH);
    if (stuntfiles_find(context, &options->files, &files, &err) != ST_OK)
        return cmd_failed(&err);
    status = options->check ? check(&files) : bind_and_serve(context, &files);
    stuntfiles_close(&files);
    return status;
}

const struct command cmd_serve = {
    .name = "serve",
    .synopsis = "[options] --listen ADDRESS:PORT",
    .summary = "answer DNS questions for the customers' records",
    .about = "Answers from the template and the published view, and prints "
             "'ready' when it does.  Port 0 is a free one.  SIGHUP reads the "
             "template again; what is published meanwhile is seen by itself.  "
             "SIGTERM ends it.",
    .examples = "selkie serve --listen 127.0.0.1:5300\n"
                "selkie serve --listen 192.0.2.1 --user selkie\n"
                "selkie serve --regexdns sausagemail.zone --listen "
                "127.0.0.1:5300",
    .options = serve_options,
    .defaults = &serve_defaults,
    .options_size = sizeof(serve_defaults),
    .needs = NEED_WORKSPACE,
    .run = serve_run,
};
