/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie init: starts a workspace for an ESP. */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/dns/name.h"
#include "common/records/starter.h"
#include "tools/cmd.h"
#include "tools/desk.h"

struct init_options {
    struct opt_list ns; /* --ns NAME=ADDRESS */
    struct opt_list mx; /* --mx NAME=ADDRESS */
    const char *spf;    /* --spf TERMS */
    const char *rua;    /* --rua MAILBOX */
};

static const struct init_options init_defaults;

static const struct opt_def init_options[] = {
    OPT_LIST(0, "ns", struct init_options, ns, "NAME[=ADDRESS]",
             "a name server (repeats; default: ns1 and ns2)"),
    OPT_LIST(0, "mx", struct init_options, mx, "NAME[=ADDRESS]",
             "where replies and bounces go (repeats)"),
    OPT_TEXT(0, "spf", struct init_options, spf, "TERMS",
             "who sends: what is between v=spf1 and -all"),
    OPT_TEXT(0, "rua", struct init_options, rua, "MAILBOX",
             "where DMARC reports about DOMAIN itself go"),
    OPT_END,
};

static struct starter_host *
hosts_of(const struct opt_list *list)
{
    struct starter_host *hosts =
        memory_zeroed(list->count + 1, sizeof(*hosts));

    for (size_t i = 0; i < list->count; i++)
        hosts[i].text = list->items[i];
    return hosts;
}

/* Make it, then open it as every other command will. */
static enum status
make_workspace(const struct context *context, const char *esp,
               struct error *err)
{
    const struct init_options *options = context->options;
    struct strbuf template = STRBUF_INIT, conf = STRBUF_INIT;
    struct starter_host *ns = hosts_of(&options->ns);
    struct starter_host *mx = hosts_of(&options->mx);
    struct starter_settings starter = {.esp = esp,
                                       .ns = ns,
                                       .ns_count = options->ns.count,
                                       .mx = mx,
                                       .mx_count = options->mx.count,
                                       .spf = options->spf,
                                       .rua = options->rua};
    enum status st = starter_template(&starter, &template, err);

    if (st == ST_OK) {
        struct workspace_plan plan = {.folder = context->workspace.folder,
                                      .esp = esp,
                                      .template = strbuf_slice(&template)};

        starter_conf(esp, &conf);
        plan.settings = strbuf_slice(&conf);
        st = workspace_create(&plan, err);
        if (st == ST_SYNTAX)
            st = ST_IO;
    }
    strbuf_clear(&template);
    strbuf_clear(&conf);
    free(ns);
    free(mx);
    return st;
}

static enum exit_status
init_run(struct context *context)
{
    struct error err = ERROR_INIT;
    struct arena *arena = arena_new();
    struct strbuf seal = STRBUF_INIT;
    struct desk desk;
    struct name name;
    const char *esp;
    enum status st = name_from_user(&name, context->operands[0], &err);

    if (st != ST_OK || name.labels == 0) {
        arena_free(arena);
        return cmd_usage(context, "'%s' is no domain", context->operands[0]);
    }
    esp = name_bare(arena, &name);
    if ((st = make_workspace(context, esp, &err)) == ST_OK
        && (st = desk_open(context, DESK_TEMPLATE | DESK_SEAL, &desk, &err))
               == ST_OK) {
        st = desk_publish(&desk, &err);
        if (st == ST_OK)
            st = seal_path(registry_uuid(desk.registry), &seal, &err);
        if (st == ST_OK)
            printf("workspace   %s\n"
                   "template    %s (edit it, then: selkie records --fixed)\n"
                   "sealing key %s (keep a copy elsewhere: without it no "
                   "private key can be read)\n",
                   workspace_folder(desk.workspace),
                   workspace_path(desk.workspace, WORKSPACE_TEMPLATE), seal.p);
        desk_close(&desk);
    }
    strbuf_clear(&seal);
    arena_free(arena);
    return st == ST_OK       ? EXIT_GOOD
           : st == ST_SYNTAX ? cmd_usage(context, "%s", err.text)
                             : cmd_failed(&err);
}

const struct command cmd_init = {
    .name = "init",
    .synopsis = "[options] DOMAIN",
    .summary = "start a workspace for an ESP",
    .about = "Makes a registry, a sealing key for private keys, a template of "
             "what is published for each customer, and settings.  Without "
             "options the template has addresses of documentation, to be "
             "edited.",
    .examples = "selkie init esp.example --workspace /srv/selkie \\\n"
                "    --ns ns1=192.0.2.1 --ns ns2=192.0.2.2 \\\n"
                "    --mx mx=192.0.2.10 --spf 'ip4:192.0.2.0/24'",
    .options = init_options,
    .defaults = &init_defaults,
    .options_size = sizeof(init_defaults),
    .needs = NEED_WORKSPACE,
    .operands_least = 1,
    .operands_most = 1,
    .run = init_run,
};
