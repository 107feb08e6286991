/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie message: verify messages, and say why DMARC fails. */
#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/audit/mailfacts.h"
#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/findings/families.h"
#include "tools/auditsource.h"
#include "tools/messagetext.h"

/* Threads at most: more cores than this do not help a disk. */
#define WORKERS_MAX 16

struct message_options {
    const char *ip;     /* --ip */
    const char *helo;   /* --helo */
    const char *sender; /* --sender */
};

static const struct message_options message_defaults;

static const struct opt_def message_options[] = {
    OPT_TEXT(0, "ip", struct message_options, ip, "ADDRESS",
             "the address that sent it; else as Received has it"),
    OPT_TEXT(0, "helo", struct message_options, helo, "NAME",
             "the HELO name, likewise"),
    OPT_TEXT(0, "sender", struct message_options, sender, "ADDRESS",
             "the MAIL FROM; '' is the null return path"),
    OPT_END,
};

/* One file. */
struct item {
    char *path;         /* "-": standard input */
    struct strbuf text; /* what is printed of it */
    bool done;          /* text is complete */
};

/* All of them, and who works on them. */
struct running {
    struct context *context; /* of the command */
    struct mailgiven given;  /* who sent them */
    struct item *items;      /* in order */
    size_t count;            /* of them */
    bool is_one;             /* a single file: the contract's own document */
    pthread_mutex_t lock;    /* of what follows */
    size_t next;             /* item that nobody has taken */
    size_t printed;          /* items printed */
    bool any;                /* something was printed: commas */
    enum exit_status exit;   /* the worst so far */
};

struct worker {
    struct running *run;       /* shared */
    struct spfdesk desk;       /* its own */
    struct keyverify *keys;    /* its own */
    const struct maildoc *doc; /* at present */
    struct mailfacts *facts;   /* of it, of the latest run */
    pthread_t thread;          /* that it is */
};

static void
analyse(void *context, struct view *view)
{
    struct worker *worker = context;

    worker->facts =
        mailfacts_collect(view, worker->keys, worker->doc, clock_now());
}

static enum exit_status
exit_of(enum maildmarc result)
{
    if (result == MAILDMARC_PASS)
        return EXIT_GOOD;
    return result == MAILDMARC_TEMPERROR ? EXIT_UNKNOWN : EXIT_FOUND;
}

static void
render(struct worker *worker, struct item *item)
{
    struct spfdesk *desk = &worker->desk;
    struct value *document =
        desk->is_json && !worker->run->is_one && !desk->is_line
            ? value_map(desk->arena)
            : spfdesk_document(desk);

    if (!worker->run->is_one)
        value_set(document, "file",
                  value_octets(desk->arena, slice_of(item->path)));
    mailfacts_value(desk->arena, worker->facts, document);
    mailfacts_check(worker->facts, desk->report);
    families_note(desk->report);
    spfdesk_findings(desk, document);
    spfdesk_render(desk, document, messagetext_draw);
    strbuf_add_slice(&item->text, strbuf_slice(&desk->text));
    strbuf_cut(&desk->text, 0);
}

/* EXIT_FAILED with a line on standard error, or what comes of the message. */
static enum exit_status
work_on(struct worker *worker, struct item *item)
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT, why = ERROR_INIT;
    struct maildoc *doc = NULL;
    enum exit_status exit_status = EXIT_FAILED;
    enum status st =
        file_read(item->path, AUDITSOURCE_MESSAGE_MAX, &text, &err);

    if (st == ST_OK) {
        st =
            maildoc_read(strbuf_slice(&text), &worker->run->given, &doc, &why);
        if (st != ST_OK)
            error_set(&err, st, "'%s' is no mail message: %s", item->path,
                      why.text);
    }
    if (st == ST_OK) {
        worker->doc = doc;
        spfdesk_run(&worker->desk, "message", analyse, worker);
        render(worker, item);
        exit_status = exit_of(worker->facts->results[ALIGN_9989]);
        spfdesk_next(&worker->desk);
    } else {
        cmd_failed(&err);
    }
    maildoc_free(doc);
    strbuf_clear(&text);
    return exit_status;
}

/* ---- many ---- */

/* What is done, in the order of the input; the lock is held. */
static void
print_done(struct running *run, const struct spfdesk *desk)
{
    while (run->printed < run->count && run->items[run->printed].done) {
        struct item *item = &run->items[run->printed++];

        if (item->text.n > 0 && !run->is_one && run->any)
            output_write(!desk->is_json   ? SLICE("\n")
                         : !desk->is_line ? SLICE(",\n")
                                          : SLICE_EMPTY);
        run->any = run->any || item->text.n > 0;
        output_write(strbuf_slice(&item->text));
        strbuf_clear(&item->text);
    }
}

static void *
work(void *context)
{
    struct worker *worker = context;
    struct running *run = worker->run;

    for (;;) {
        enum exit_status exit_status;
        size_t i;

        pthread_mutex_lock(&run->lock);
        i = run->next;
        if (i < run->count && !cmd_stop)
            run->next++;
        else
            i = run->count;
        pthread_mutex_unlock(&run->lock);
        if (i == run->count)
            return NULL;
        exit_status = work_on(worker, &run->items[i]);
        pthread_mutex_lock(&run->lock);
        run->items[i].done = true;
        run->exit = exit_status_worse(run->exit, exit_status);
        print_done(run, &worker->desk);
        pthread_mutex_unlock(&run->lock);
    }
}

static size_t
count_workers(const struct running *run)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t n = cores < 1 ? 1 : (size_t)cores;

    /* A recording has one writer. */
    if (run->context->dns.record != NULL)
        n = 1;
    n = n < WORKERS_MAX ? n : WORKERS_MAX;
    return n < run->count ? n : run->count;
}

static enum exit_status
run_workers(struct running *run)
{
    struct worker *workers;
    size_t wanted = count_workers(run), count = 0, started = 0;
    enum exit_status exit_status = EXIT_GOOD;

    workers = memory_zeroed(wanted, sizeof(*workers));
    while (count < wanted && exit_status == EXIT_GOOD) {
        workers[count].run = run;
        exit_status = spfdesk_open(&workers[count].desk, run->context);
        if (exit_status == EXIT_GOOD)
            workers[count++].keys = keyverify_new();
    }
    if (exit_status == EXIT_GOOD) {
        bool is_list = workers[0].desk.is_json && !workers[0].desk.is_line
                       && !run->is_one;

        cmd_catch_signals();
        if (is_list)
            output_write(SLICE("{\"version\": 1, \"command\": \"message\", "
                               "\"messages\": [\n"));
        while (started + 1 < count
               && pthread_create(&workers[started + 1].thread, NULL, work,
                                 &workers[started + 1])
                      == 0)
            started++;
        work(&workers[0]);
        for (size_t i = 1; i <= started; i++)
            pthread_join(workers[i].thread, NULL);
        if (is_list)
            output_write(SLICE("]}\n"));
        exit_status = run->exit;
    }
    for (size_t i = 0; i < count; i++) {
        exit_status = exit_status_worse(
            exit_status, spfdesk_close(&workers[i].desk, EXIT_GOOD));
        keyverify_free(workers[i].keys);
    }
    free(workers);
    if (run->context->output.fail_on == (int)SEVERITY_NEVER
        && (exit_status == EXIT_FOUND || exit_status == EXIT_UNKNOWN))
        exit_status = EXIT_GOOD;
    return exit_status;
}

/* ---- which files ---- */

static void
add_item(struct running *run, const char *folder, const char *name)
{
    struct strbuf path = STRBUF_INIT;

    if (folder != NULL)
        strbuf_addf(&path, "%s/", folder);
    strbuf_add_text(&path, name);
    run->items =
        memory_resize(run->items, (run->count + 1) * sizeof(*run->items));
    run->items[run->count++] =
        (struct item){.path = strbuf_detach(&path), .text = STRBUF_INIT};
}

/* Of a folder: its files, in the order of their names; hidden ones are not
   mail. */
static enum exit_status
add_folder(struct running *run, const char *path)
{
    struct error err = ERROR_INIT;
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);

    if (n < 0) {
        error_errno(&err, ST_IO, "cannot read the folder '%s'", path);
        return cmd_failed(&err);
    }
    for (int i = 0; i < n; i++) {
        struct strbuf full = STRBUF_INIT;
        struct stat status;

        strbuf_addf(&full, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && stat(full.p, &status) == 0
            && S_ISREG(status.st_mode))
            add_item(run, path, names[i]->d_name);
        strbuf_clear(&full);
        free(names[i]);
    }
    free(names);
    return EXIT_GOOD;
}

static enum exit_status
add_operands(struct running *run)
{
    enum exit_status exit_status = EXIT_GOOD;
    struct context *context = run->context;
    struct stat status;

    run->is_one = context->operand_count == 1;
    for (int i = 0; i < context->operand_count; i++) {
        const char *path = context->operands[i];

        if (strcmp(path, "-") != 0 && stat(path, &status) == 0
            && S_ISDIR(status.st_mode)) {
            exit_status =
                exit_status_worse(exit_status, add_folder(run, path));
            run->is_one = false;
        } else {
            add_item(run, NULL, path);
        }
    }
    return exit_status;
}

static enum exit_status
read_given(struct context *context, struct mailgiven *given)
{
    const struct message_options *options = context->options;
    struct error err = ERROR_INIT;

    given->helo = options->helo;
    given->sender = options->sender;
    if (options->ip != NULL
        && address_parse(&given->ip, slice_of(options->ip), &err) != ST_OK)
        return cmd_usage(context, "%s", err.text);
    if (options->sender != NULL && options->sender[0] == '\0'
        && options->helo == NULL)
        return cmd_usage(context, "the null return path needs --helo: its "
                                  "SPF is that of the HELO name");
    return EXIT_GOOD;
}

static enum exit_status
message_run(struct context *context)
{
    struct running run = {.context = context,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .exit = EXIT_GOOD};
    enum exit_status exit_status = read_given(context, &run.given);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    run.exit = add_operands(&run);
    exit_status = run.count > 0 ? run_workers(&run) : run.exit;
    for (size_t i = 0; i < run.count; i++) {
        free(run.items[i].path);
        strbuf_clear(&run.items[i].text);
    }
    free(run.items);
    return exit_status;
}

const struct command cmd_message = {
    .name = "message",
    .synopsis = "[options] FILE|FOLDER|-...",
    .summary = "verify a sample message: why does DMARC pass or fail?",
    .about = "Verifies every DKIM signature of a message, SPF, and DMARC by "
             "RFC 9989 and RFC 7489, and says what the smallest change "
             "would be.  Exit status: 0 DMARC passes by RFC 9989, 3 it "
             "cannot be told, 1 otherwise.",
    .examples = "selkie message sample.eml\n"
                "selkie message --ip 192.0.2.7 --sender b@example.com -",
    .options = message_options,
    .defaults = &message_defaults,
    .options_size = sizeof(message_defaults),
    .needs = NEED_DNS | NEED_OUTPUT,
    .operands_least = 1,
    .operands_most = -1,
    .run = message_run,
};
