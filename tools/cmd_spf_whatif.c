/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie spf whatif: a record before and after terms are put in or taken
   out. */
#include <string.h>

#include "common/base/diag.h"
#include "common/spf/spfedit.h"
#include "common/spf/spftree.h"
#include "tools/spfdesk.h"

/* What a domain without a record is taken to have. */
#define EMPTY_RECORD   "v=spf1 -all"
/* Networks that text lists before it says how many more there are. */
#define NETWORKS_SHOWN 20

struct whatif_options {
    struct opt_list add;    /* --add TERM */
    struct opt_list remove; /* --remove TERM */
};

static const struct whatif_options whatif_defaults;

static const struct opt_def whatif_options[] = {
    OPT_LIST('a', "add", struct whatif_options, add, "TERM",
             "with this term in the record (repeats)"),
    OPT_LIST('d', "remove", struct whatif_options, remove, "TERM",
             "without this term of the record (repeats)"),
    OPT_END,
};

/* One domain on its way. */
struct trying {
    struct name domain;         /* whose record */
    const struct spftree *tree; /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct trying *trying = context;

    trying->tree = spftree_walk(view, &trying->domain);
}

static struct value *
side_value(struct spfdesk *desk, const struct spftree *tree)
{
    struct arena *arena = desk->arena;
    struct value *map = spftree_facts(arena, tree);
    const struct spfnode *root = tree->root;
    const char *const names[] = {"ipv4", "ipv6"};
    const struct spfspans *spans[] = {&root->granted.v4, &root->granted.v6};
    struct strbuf count = STRBUF_INIT;
    struct value *addresses;

    value_set(map, "octets",
              value_number(arena, root->record == NULL
                                      ? 0
                                      : (int64_t)root->record->text.n));
    value_set(map, "answer_octets",
              value_number(arena, root->txt.answer->size));
    addresses = value_set(map, "addresses", value_map(arena));
    value_set(addresses, "exact", value_bool(arena, root->is_granted_exact));
    for (size_t f = 0; f < 2; f++) {
        strbuf_cut(&count, 0);
        spfset_count(spans[f], &count);
        value_set(addresses, names[f],
                  value_slice(arena, strbuf_slice(&count)));
    }
    strbuf_clear(&count);
    return map;
}

/* ---- text ---- */

static const char *
cell(struct spfdesk *desk, const struct value *value)
{
    if (value_is_null(value))
        return "?";
    if (value_kind(value) == VALUE_NUMBER)
        return arena_printf(desk->arena, "%lld",
                            (long long)value_as_number(value));
    return value_as_text(value);
}

static void
draw_networks(struct spfdesk *desk, const struct value *document,
              const char *name)
{
    const struct value *list = value_get(document, name);
    size_t count = value_count(list);
    size_t shown = count <= NETWORKS_SHOWN || desk->settings.verbose > 0
                       ? count
                       : NETWORKS_SHOWN;

    for (size_t i = 0; i < shown; i++)
        strbuf_addf(&desk->text, "%s %s\n", name,
                    value_as_text(value_element(list, i)));
    if (shown < count)
        strbuf_addf(&desk->text, "%s and %zu more networks\n", name,
                    count - shown);
}

static void
draw(struct spfdesk *desk, const struct value *document)
{
    static const struct {
        const char *path, *label;
    } rows[] = {
        {"result",         "result"        },
        {"lookups",        "lookups"       },
        {"void_lookups",   "void lookups"  },
        {"octets",         "record octets" },
        {"answer_octets",  "answer octets" },
        {"addresses.ipv4", "IPv4 addresses"},
        {"addresses.ipv6", "IPv6 addresses"},
    };
    const struct value *before = value_get(document, "before");
    const struct value *after = value_get(document, "after");

    spfdesk_lines(desk, "before  ", "        ",
                  cell(desk, value_get(before, "record")));
    spfdesk_lines(desk, "after   ", "        ",
                  cell(desk, value_get(after, "record")));
    strbuf_addf(&desk->text, "\n%-16s%20s%20s\n", "", "before", "after");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        strbuf_addf(&desk->text, "%-16s%20s%20s\n", rows[i].label,
                    cell(desk, value_at(before, rows[i].path)),
                    cell(desk, value_at(after, rows[i].path)));
    if (!value_as_bool(value_at(before, "addresses.exact"))
        || !value_as_bool(value_at(after, "addresses.exact")))
        strbuf_add_text(&desk->text, "Addresses that depend on the sender are"
                                     " not counted.\n");
    strbuf_add_char(&desk->text, '\n');
    draw_networks(desk, document, "gained");
    draw_networks(desk, document, "lost");
}

/* ---- the record after ---- */

/* Apply one change to *text; false when there is no such term. */
static bool
change(struct strbuf *text, struct arena *arena, const char *term, bool add)
{
    struct strbuf changed = STRBUF_INIT;
    const struct spfrecord *record =
        spfrecord_parse(arena, arena_slice(arena, strbuf_slice(text)));
    bool good = true;

    if (add)
        spfedit_add(record, slice_of(term), &changed);
    else
        good = spfedit_remove(record, slice_of(term), &changed);
    if (good) {
        strbuf_cut(text, 0);
        strbuf_add_slice(text, strbuf_slice(&changed));
    }
    strbuf_clear(&changed);
    return good;
}

static enum status
change_all(struct spfdesk *desk, struct strbuf *text, struct error *err)
{
    const struct whatif_options *options = desk->context->options;

    for (size_t i = 0; i < options->remove.count; i++)
        if (!change(text, desk->arena, options->remove.items[i], false))
            return error_set(err, ST_NOT_FOUND, "the record has no term '%s'",
                             options->remove.items[i]);
    for (size_t i = 0; i < options->add.count; i++)
        change(text, desk->arena, options->add.items[i], true);
    return ST_OK;
}

static enum exit_status
report_change(struct spfdesk *desk, const struct trying *trying,
              const struct spftree *before)
{
    struct arena *arena = desk->arena;
    const struct spftree *after = trying->tree;
    struct value *document = spfdesk_document(desk);
    struct spfset gained =
        spfset_minus(arena, &after->root->granted, &before->root->granted);
    struct spfset lost =
        spfset_minus(arena, &before->root->granted, &after->root->granted);

    value_set(document, "domain",
              value_text(arena, name_bare(arena, &trying->domain)));
    value_set(document, "before", side_value(desk, before));
    value_set(document, "after", side_value(desk, after));
    value_set(document, "gained", spfdesk_networks(desk, &gained));
    value_set(document, "lost", spfdesk_networks(desk, &lost));
    spfdesk_findings(desk, document);
    spfdesk_print(desk, document, draw);
    if (after->result == SPFRESULT_NEUTRAL)
        return EXIT_GOOD;
    return after->result == SPFRESULT_TEMPERROR ? EXIT_UNKNOWN : EXIT_FOUND;
}

static enum exit_status
try_change(struct spfdesk *desk, struct trying *trying)
{
    const char *subject = desk->context->operands[0];
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    const struct spftree *before;
    enum status st;

    spfdesk_run(desk, subject, analyse, trying);
    before = trying->tree;
    if (before->root->state == SPFRESULT_TEMPERROR) {
        diag_error("no answer tells the SPF record of '%s'", subject);
        return EXIT_UNKNOWN;
    }
    if (before->root->record != NULL)
        strbuf_add_slice(&text, before->root->record->text);
    else
        strbuf_add_text(&text, EMPTY_RECORD);
    st = change_all(desk, &text, &err);
    if (st == ST_OK)
        st = spfdesk_overlay_record(desk, &trying->domain,
                                    before->root->txt.answer,
                                    strbuf_slice(&text), &err);
    strbuf_clear(&text);
    if (st != ST_OK)
        return cmd_failed(&err);
    spfdesk_run(desk, subject, analyse, trying);
    return report_change(desk, trying, before);
}

static enum exit_status
whatif_run(struct context *context)
{
    const struct whatif_options *options = context->options;
    struct trying trying = {0};
    struct spfdesk desk;
    enum exit_status exit_status;

    if (options->add.count == 0 && options->remove.count == 0)
        return cmd_usage(context, "what is to be added or removed?");
    exit_status = spfdesk_open(&desk, context);
    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = spfdesk_domain(&desk, 0, &trying.domain);
    if (exit_status == EXIT_GOOD)
        exit_status = try_change(&desk, &trying);
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_spf_whatif = {
    .name = "spf whatif",
    .synopsis = "[--add TERM]... [--remove TERM]... DOMAIN",
    .summary = "what a record would be with other terms",
    .about = "Compares the record with what it would be: result, lookups, "
             "octets, addresses.  Exit status: 0 it could be evaluated then, "
             "1 it would be a permerror, 3 it could not be told.",
    .examples = "selkie spf whatif --add include:_spf.esp.example example.com",
    .options = whatif_options,
    .defaults = &whatif_defaults,
    .options_size = sizeof(whatif_defaults),
    .needs = NEED_DNS | NEED_OUTPUT,
    .operands_least = 1,
    .operands_most = 1,
    .run = whatif_run,
};
