/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie template expand: template times customers, as a static zone. */
#include "common/base/diag.h"
#include "common/records/emit.h"
#include "common/records/plan.h"
#include "common/template/templatelook.h"
#include "tools/desk.h"

/* Octets gathered before they are written. */
#define CHUNK 65536

struct expand_options {
    const char *template; /* --template */
};

static const struct expand_options expand_defaults;

static const struct opt_def expand_options[] = {
    OPT_TEXT(0, "template", struct expand_options, template, "FILE",
             "the template; default the workspace's"),
    OPT_END,
};

/* One run. */
struct expansion {
    struct desk desk;          /* the registry */
    struct template *template; /* to be expanded */
    struct planner *planner;   /* on both */
    struct emit_state state;   /* of the zone's text */
    struct strbuf out;         /* not yet written */
    struct arena *arena;       /* of one customer */
};

static void
emit(struct expansion *expansion, const char *customer,
     const struct plan *plan, size_t from)
{
    emit_plan(&emit_zone, &expansion->state, customer, plan);
    arena_reset(expansion->arena);
    if (expansion->out.n < from)
        return;
    output_write(strbuf_slice(&expansion->out));
    strbuf_cut(&expansion->out, 0);
}

static enum status
expand_customers(struct expansion *expansion, struct error *err)
{
    struct served_filter filter = {.customer = NULL};
    struct served_customer customer;
    struct served *served = NULL;
    enum status st =
        served_open(expansion->desk.registry, &filter, &served, err);

    while (st == ST_OK && !output_is_lost()
           && (st = served_next(served, expansion->arena, &customer, err))
                  == ST_OK) {
        struct plan plan = {NULL, 0};

        st = planner_customer(expansion->planner, &customer, expansion->arena,
                              &plan, err);
        if (st == ST_OK)
            emit(expansion, customer.customer.name, &plan, CHUNK);
    }
    served_free(served);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* A static zone cannot say "any label". */
static void
tell_unlisted(const struct template *template)
{
    const struct template_node *node = NULL;

    while ((node = template_next(template, node)) != NULL)
        if ((template_node_kinds(node) & 1u << TEMPLATE_ANY) != 0)
            diag_note("'%s' (line %u) stands for names that cannot be listed",
                      template_node_text(node), templatelook_line(node));
}

static enum status
expand(struct expansion *expansion, struct error *err)
{
    struct plan plan = {NULL, 0};
    enum status st = planner_new(expansion->template, expansion->desk.registry,
                                 &expansion->planner, err);

    if (st == ST_OK)
        st = planner_fixed(expansion->planner, expansion->arena, &plan, err);
    if (st != ST_OK)
        return st;
    emit_begin(&emit_zone, &expansion->state);
    emit(expansion, NULL, &plan, CHUNK);
    st = expand_customers(expansion, err);
    if (st == ST_OK) {
        emit_end(&emit_zone, &expansion->state);
        output_write(strbuf_slice(&expansion->out));
        tell_unlisted(expansion->template);
    }
    return st;
}

static enum exit_status
expand_run(struct context *context)
{
    const struct expand_options *options = context->options;
    struct expansion expansion = {.out = STRBUF_INIT};
    struct error err = ERROR_INIT;
    const char *path = options->template;
    enum status st = desk_open(context, 0, &expansion.desk, &err);

    if (st != ST_OK)
        return cmd_failed(&err);
    expansion.state = (struct emit_state){.out = &expansion.out,
                                          .origin = &expansion.desk.origin};
    expansion.arena = arena_new();
    if (path == NULL)
        path = workspace_path(expansion.desk.workspace, WORKSPACE_TEMPLATE);
    st =
        template_read(path, &expansion.desk.origin, &expansion.template, &err);
    if (st == ST_OK)
        st = expand(&expansion, &err);
    planner_free(expansion.planner);
    template_free(expansion.template);
    strbuf_clear(&expansion.out);
    arena_free(expansion.arena);
    desk_close(&expansion.desk);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_template_expand = {
    .name = "template expand",
    .synopsis = "[options]",
    .summary = "template times customers, as a static zone",
    .about = "A zone file that any DNS server loads and that answers as "
             "selkie serve does now.  Rules with a {name} of no customer's "
             "stand for names that cannot be listed: they are told on "
             "standard error.",
    .examples = "selkie template expand >sausagemail.com.zone\n"
                "selkie template expand --template new.zone | diff old.zone -",
    .options = expand_options,
    .defaults = &expand_defaults,
    .options_size = sizeof(expand_defaults),
    .needs = NEED_WORKSPACE,
    .run = expand_run,
};
