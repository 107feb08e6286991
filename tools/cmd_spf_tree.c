/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie spf tree: the whole tree of a record, its costs and addresses. */
#include <string.h>

#include "common/spf/spftree.h"
#include "tools/spfdesk.h"
#include "tools/spfsecond.h"
#include "tools/spftext.h"

struct tree_options {
    const char *ip;     /* --ip */
    const char *sender; /* --sender */
    const char *helo;   /* --helo */
    bool alone;         /* --no-second-opinion */
};

static const struct tree_options tree_defaults;

static const struct opt_def tree_options[] = {
    OPT_TEXT(0, "ip", struct tree_options, ip, "ADDRESS",
             "mark the path that this address takes"),
    OPT_TEXT(0, "sender", struct tree_options, sender, "ADDRESS",
             "with --ip: the MAIL FROM, else postmaster"),
    OPT_TEXT(0, "helo", struct tree_options, helo, "NAME",
             "with --ip: the HELO name, else the domain"),
    OPT_FLAG(0, "no-second-opinion", struct tree_options, alone,
             "with --ip: do not ask libspf2"),
    OPT_END,
};

/* One walk on its way. */
struct walking {
    struct name domain;           /* whose record */
    bool has_path;                /* --ip is given */
    struct spfcheck_input input;  /* with it: who sends */
    struct spfsecond second;      /* libspf2's part */
    const struct spftree *tree;   /* of the latest run */
    const struct spfcheck *check; /* likewise, with --ip */
};

static void
analyse(void *context, struct view *view)
{
    struct walking *walking = context;

    walking->tree = spftree_walk(view, &walking->domain);
    if (!walking->has_path)
        return;
    walking->check = spfcheck_run(view, &walking->input);
    if (walking->check->result != SPFRESULT_PENDING)
        spfsecond_ask(&walking->second, view, &walking->input);
}

static void
draw_count(struct spfdesk *desk, const struct value *document, const char *who)
{
    const struct value *lookups = value_get(document, "lookups");
    const struct value *voids = value_get(document, "void_lookups");
    const char *text;

    if (value_is_null(lookups) || value_is_null(voids))
        text = arena_printf(desk->arena,
                            "%s: %s; what it costs cannot be counted", who,
                            value_as_text(value_get(document, "result")));
    else
        text = arena_printf(
            desk->arena, "%s: %s; %lld of %d lookups, %lld of %d void", who,
            value_as_text(value_get(document, "result")),
            (long long)value_as_number(lookups), SPFCHECK_LOOKUPS_MAX,
            (long long)value_as_number(voids), SPFCHECK_VOIDS_MAX);
    spfdesk_lines(desk, "", "  ", text);
}

static void
draw(struct spfdesk *desk, const struct value *document)
{
    const struct value *path = value_get(document, "path");
    const struct value *cut = value_get(document, "cut");
    const struct value *other = value_at(document, "others.libspf2.result");

    draw_count(desk, document, "worst case, when nothing matches");
    if (!value_is_null(path))
        draw_count(desk, path,
                   arena_printf(desk->arena, "path of %s",
                                value_as_text(value_get(document, "ip"))));
    if (!value_is_null(other))
        spfdesk_lines(desk, "", "  ",
                      arena_printf(desk->arena, "libspf2 says %s",
                                   value_as_text(other)));
    if (!value_is_null(cut))
        spfdesk_lines(desk, "", "  ",
                      arena_printf(desk->arena, "the tree is cut: too many %s",
                                   value_as_text(cut)));
    strbuf_add_char(&desk->text, '\n');
    spftext_tree(desk, document);
}

static void
report_tree(struct spfdesk *desk, struct walking *walking)
{
    struct arena *arena = desk->arena;
    struct value *document = spfdesk_document(desk), *facts;
    struct strbuf ip = STRBUF_INIT;

    value_set(document, "domain",
              value_text(arena, name_bare(arena, &walking->domain)));
    facts = spftree_value(arena, walking->tree);
    for (size_t i = 0; i < value_count(facts); i++)
        value_set(document, value_name(facts, i),
                  (struct value *)value_element(facts, i));
    if (walking->has_path) {
        address_present(&walking->input.ip, &ip);
        value_set(document, "ip", value_slice(arena, strbuf_slice(&ip)));
        value_set(document, "path", spfcheck_value(arena, walking->check));
        value_set(document, "others",
                  spfsecond_others(&walking->second, desk->view, desk->report,
                                   walking->check));
        strbuf_clear(&ip);
    }
    spfdesk_findings(desk, document);
    spfdesk_print(desk, document, draw);
}

static enum exit_status
exit_of(const struct spftree *tree)
{
    switch (tree->result) {
    case SPFRESULT_NEUTRAL:
        return EXIT_GOOD;
    case SPFRESULT_TEMPERROR:
    case SPFRESULT_PENDING:
        return EXIT_UNKNOWN;
    default:
        return EXIT_FOUND;
    }
}

static enum exit_status
read_operands(struct spfdesk *desk, const struct tree_options *options,
              struct walking *walking)
{
    enum exit_status exit_status = spfdesk_domain(desk, 0, &walking->domain);
    const char *domain;

    if (exit_status != EXIT_GOOD || options->ip == NULL)
        return exit_status;
    walking->has_path = true;
    domain = name_bare(desk->arena, &walking->domain);
    walking->input.sender =
        slice_of(options->sender == NULL ? domain : options->sender);
    walking->input.helo =
        slice_of(options->helo == NULL ? domain : options->helo);
    return spfdesk_address(desk, options->ip, &walking->input.ip);
}

static enum exit_status
tree_run(struct context *context)
{
    const struct tree_options *options = context->options;
    struct walking walking = {0};
    struct second_client *client = NULL;
    struct spfdesk desk;
    enum exit_status exit_status = spfdesk_open(&desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = read_operands(&desk, options, &walking);
    if (exit_status == EXIT_GOOD) {
        client = options->alone ? NULL : second_client_new();
        spfsecond_open(&walking.second, client);
        spfdesk_run(&desk, context->operands[0], analyse, &walking);
        report_tree(&desk, &walking);
        spfsecond_close(&walking.second);
        second_client_free(client);
        exit_status = exit_of(walking.tree);
    }
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_spf_tree = {
    .name = "spf tree",
    .synopsis = "[options] DOMAIN",
    .summary = "the includes and redirects of a record, and what each costs",
    .about = "Draws the whole tree at its worst, when nothing matches: each "
             "record, its lookups, its addresses.  Exit status: 0 it can be "
             "evaluated, 1 it is missing or a permerror, 3 it could not be "
             "told.",
    .examples = "selkie spf tree example.com\n"
                "selkie spf tree --ip 192.0.2.7 example.com",
    .options = tree_options,
    .defaults = &tree_defaults,
    .options_size = sizeof(tree_defaults),
    .needs = NEED_DNS | NEED_OUTPUT,
    .operands_least = 1,
    .operands_most = 1,
    .run = tree_run,
};
