/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie spf flatten: as few includes as possible replaced by addresses. */
#include <string.h>

#include "common/spf/spfflatten.h"
#include "tools/flattenfile.h"
#include "tools/spfdesk.h"

struct flatten_options {
    const char *source;    /* --source */
    const char *check;     /* --check */
    unsigned long lookups; /* --lookups */
    unsigned long octets;  /* --octets */
};

static const struct flatten_options flatten_defaults = {
    .lookups = SPFCHECK_LOOKUPS_MAX, .octets = SPFFLATTEN_TEXT_MAX};

static const struct opt_def flatten_options[] = {
    OPT_TEXT(0, "source", struct flatten_options, source, "RECORD",
             "flatten this record, not the one published"),
    OPT_TEXT(0, "check", struct flatten_options, check, "FILE",
             "does FILE, printed before, still hold? 1: no"),
    OPT_NUMBER(0, "lookups", struct flatten_options, lookups, 1,
               SPFCHECK_LOOKUPS_MAX, "N", "fit into N lookups; default 10"),
    OPT_NUMBER(0, "octets", struct flatten_options, octets, 100, 4000, "N",
               "text of one TXT record; default 450"),
    OPT_END,
};

/* One domain on its way. */
struct flattening {
    const struct flatten_options *options; /* as given */
    struct name domain;                    /* whose record */
    const struct spftree *tree;            /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct flattening *flattening = context;

    flattening->tree = spftree_walk(view, &flattening->domain);
}

static struct value *
records_value(struct spfdesk *desk, const struct spfflatten *plan)
{
    struct value *list = value_list(desk->arena);

    for (size_t i = 0; i < plan->record_count; i++) {
        const struct spfflatten_record *record = &plan->records[i];
        struct value *map = value_add(list, value_map(desk->arena));

        value_set(
            map, "name",
            value_text(desk->arena, name_dotted(desk->arena, &record->owner)));
        value_set(map, "type", value_text(desk->arena, "TXT"));
        value_set(map, "text", value_octets(desk->arena, record->text));
        value_set(map, "octets",
                  value_number(desk->arena, (int64_t)record->text.n));
    }
    return list;
}

static struct value *
counts_value(struct arena *arena, uint32_t lookups, uint32_t voids)
{
    struct value *map = value_map(arena);

    value_set(map, "lookups", value_number(arena, lookups));
    value_set(map, "void_lookups", value_number(arena, voids));
    return map;
}

static void
draw_plan(struct spfdesk *desk, const struct value *document)
{
    const struct value *records = value_get(document, "records");
    const struct value *replaced = value_get(document, "replaced");
    const struct value *problem = value_get(document, "problem");
    struct strbuf *out = &desk->text;

    strbuf_addf(out, "; selkie spf flatten %s: %s\n",
                value_as_text(value_get(document, "domain")),
                value_as_text(value_get(document, "state")));
    if (!value_is_null(problem))
        strbuf_addf(out, "; %s\n", value_as_text(problem));
    if (!value_is_null(value_get(document, "before")))
        strbuf_addf(
            out, "; lookups: %lld before, %lld now; void: %lld, %lld\n",
            (long long)value_as_number(value_at(document, "before.lookups")),
            (long long)value_as_number(value_at(document, "after.lookups")),
            (long long)value_as_number(
                value_at(document, "before.void_lookups")),
            (long long)value_as_number(
                value_at(document, "after.void_lookups")));
    for (size_t i = 0; i < value_count(replaced); i++)
        strbuf_addf(out, "; replaced: %s\n",
                    value_as_text(value_element(replaced, i)));
    if (value_count(records) > 0)
        strbuf_addf(out, FLATTENFILE_SOURCE "%s\n",
                    value_as_text(value_get(document, "source")));
}

/* The records as a zone file: what --check reads. */
static void
draw_zone(struct spfdesk *desk, const struct spfflatten *plan)
{
    for (size_t i = 0; i < plan->record_count; i++)
        spfdesk_txt_line(&desk->text, &plan->records[i].owner,
                         plan->records[i].text);
}

/* What fits is published as it stands. */
static void
keep_record(struct spfdesk *desk, struct spfflatten *plan)
{
    if (plan->state != SPFFLATTEN_FITS)
        return;
    plan->records = ARENA_NEW(desk->arena, struct spfflatten_record);
    plan->records[0].owner = plan->node->domain;
    plan->records[0].text = plan->node->record->text;
    plan->record_count = 1;
}

static struct value *
plan_value(struct spfdesk *desk, const struct flattening *flattening,
           const struct spfflatten *plan)
{
    struct arena *arena = desk->arena;
    struct value *document = spfdesk_document(desk), *replaced;
    bool counted =
        plan->state != SPFFLATTEN_BROKEN && plan->state != SPFFLATTEN_UNKNOWN;

    value_set(document, "domain",
              value_text(arena, name_bare(arena, &flattening->domain)));
    value_set(document, "state",
              value_text(arena, spfflatten_word(plan->state)));
    value_set(document, "problem", value_text(arena, plan->problem));
    value_set(document, "at",
              value_text(arena, name_dotted(arena, &plan->node->domain)));
    value_set(document, "source",
              plan->node->record == NULL
                  ? value_null(arena)
                  : value_octets(arena, plan->node->record->text));
    value_set(
        document, "before",
        counted ? counts_value(arena, plan->lookups_before, plan->voids_before)
                : value_null(arena));
    value_set(document, "after",
              counted ? counts_value(arena, plan->lookups, plan->voids)
                      : value_null(arena));
    replaced = value_set(document, "replaced", value_list(arena));
    for (size_t i = 0; i < plan->lifted_count; i++)
        value_add(replaced, value_octets(arena, plan->lifted[i]->term->text));
    value_set(document, "records", records_value(desk, plan));
    return document;
}

static enum exit_status
report_plan(struct spfdesk *desk, struct flattening *flattening)
{
    static const enum exit_status exits[] = {
        [SPFFLATTEN_FITS] = EXIT_GOOD,       [SPFFLATTEN_DONE] = EXIT_GOOD,
        [SPFFLATTEN_CANNOT] = EXIT_FOUND,    [SPFFLATTEN_BROKEN] = EXIT_FOUND,
        [SPFFLATTEN_UNKNOWN] = EXIT_UNKNOWN,
    };
    struct spfflatten_limits limits = {
        .lookups = (unsigned)flattening->options->lookups,
        .voids = SPFCHECK_VOIDS_MAX,
        .text = flattening->options->octets};
    struct spfflatten plan =
        *spfflatten_plan(desk->arena, flattening->tree, &limits);
    struct value *document;

    keep_record(desk, &plan);
    document = plan_value(desk, flattening, &plan);
    spfdesk_findings(desk, document);
    if (!desk->is_json) {
        draw_plan(desk, document);
        draw_zone(desk, &plan);
        output_write(strbuf_slice(&desk->text));
        strbuf_cut(&desk->text, 0);
    } else {
        spfdesk_print(desk, document, NULL);
    }
    return exits[plan.state];
}

/* ---- --check ---- */

static void
draw_check(struct spfdesk *desk, const struct value *document)
{
    static const char *const lists[] = {"missing", "extra"};

    strbuf_addf(&desk->text, "%s: %s\n",
                value_as_text(value_get(document, "domain")),
                value_as_text(value_get(document, "state")));
    for (size_t l = 0; l < 2; l++) {
        const struct value *list = value_get(document, lists[l]);

        for (size_t i = 0; i < value_count(list); i++)
            strbuf_addf(&desk->text, "  %s: %s\n", lists[l],
                        value_as_text(value_element(list, i)));
    }
}

static void
raise_drift(struct spfdesk *desk, struct flattening *flattening,
            const struct value *missing, const struct value *extra)
{
    struct finding *finding =
        report_add(desk->report, FIND_SPF_FLATTEN_DRIFT,
                   name_dotted(desk->arena, &flattening->domain));
    const struct value *lists[] = {missing, extra};
    static const char *const names[] = {"missing", "extra"};

    finding_word(finding, "domain",
                 name_bare(desk->arena, &flattening->domain));
    finding_text(finding, "file", slice_of(flattening->options->check));
    for (size_t l = 0; l < 2; l++) {
        if (value_count(lists[l]) == 0)
            finding_word(finding, names[l], "none");
        for (size_t i = 0; i < value_count(lists[l]); i++)
            finding_item(finding, names[l],
                         slice_of(value_as_text(value_element(lists[l], i))));
    }
}

static enum exit_status
report_check(struct spfdesk *desk, struct flattening *flattening,
             const struct spftree *file, const struct spftree *now)
{
    struct arena *arena = desk->arena;
    struct value *document = spfdesk_document(desk), *missing, *extra;
    struct spfset lacks =
        spfset_minus(arena, &now->root->granted, &file->root->granted);
    struct spfset more =
        spfset_minus(arena, &file->root->granted, &now->root->granted);
    bool known = now->root->is_countable && now->root->voids_known
                 && file->root->is_countable && file->root->voids_known;
    bool same = spfset_is_empty(&lacks) && spfset_is_empty(&more);

    value_set(document, "domain",
              value_text(arena, name_bare(arena, &flattening->domain)));
    value_set(document, "state",
              value_text(arena, !known ? "unknown"
                                : same ? "same"
                                       : "drift"));
    missing = value_set(document, "missing", spfdesk_networks(desk, &lacks));
    extra = value_set(document, "extra", spfdesk_networks(desk, &more));
    if (known && !same)
        raise_drift(desk, flattening, missing, extra);
    spfdesk_findings(desk, document);
    spfdesk_print(desk, document, draw_check);
    if (!known)
        return EXIT_UNKNOWN;
    return same ? EXIT_GOOD : EXIT_FOUND;
}

/* Two walks: over the file's records, and over the record that it was made
   of; what both ask of DNS is the same. */
static enum exit_status
check_file(struct spfdesk *desk, struct flattening *flattening)
{
    const char *path = flattening->options->check;
    const char *subject = desk->context->operands[0];
    const struct spftree *file;
    struct flattenfile read;
    struct error err = ERROR_INIT;

    if (flattenfile_read(&read, path, &flattening->domain, &err) != ST_OK)
        return cmd_failed(&err);
    if (spfdesk_overlay(desk, path, strbuf_slice(&read.text), &err) != ST_OK)
        goto fail;
    spfdesk_run(desk, subject, analyse, flattening);
    file = flattening->tree;
    if (spfdesk_overlay_record(desk, &read.at, NULL,
                               strbuf_slice(&read.source), &err)
        != ST_OK)
        goto fail;
    spfdesk_run(desk, subject, analyse, flattening);
    flattenfile_clear(&read);
    return report_check(desk, flattening, file, flattening->tree);
fail:
    flattenfile_clear(&read);
    return cmd_failed(&err);
}

static enum exit_status
flatten(struct spfdesk *desk, struct flattening *flattening)
{
    const char *source = flattening->options->source;
    struct error err = ERROR_INIT;

    if (source != NULL && !spfrecord_is_record(slice_of(source)))
        return cmd_usage(desk->context, "'%s' is no SPF record", source);
    if (source != NULL
        && spfdesk_overlay_record(desk, &flattening->domain, NULL,
                                  slice_of(source), &err)
               != ST_OK)
        return cmd_failed(&err);
    spfdesk_run(desk, desk->context->operands[0], analyse, flattening);
    return report_plan(desk, flattening);
}

static enum exit_status
flatten_run(struct context *context)
{
    struct flattening flattening = {.options = context->options};
    struct spfdesk desk;
    enum exit_status exit_status = spfdesk_open(&desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = spfdesk_domain(&desk, 0, &flattening.domain);
    if (exit_status == EXIT_GOOD)
        exit_status = flattening.options->check != NULL
                          ? check_file(&desk, &flattening)
                          : flatten(&desk, &flattening);
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_spf_flatten = {
    .name = "spf flatten",
    .synopsis = "[options] DOMAIN",
    .summary = "replace as few includes as possible by their addresses",
    .about = "Prints the records that make SPF fit into 10 lookups, as lines "
             "of a zone.  Exit status: 0 it fits, 1 it cannot be made to (or "
             "--check found a drift), 3 it could not be told.",
    .examples = "selkie spf flatten example.com >spf.zone\n"
                "selkie spf flatten --check spf.zone example.com",
    .options = flatten_options,
    .defaults = &flatten_defaults,
    .options_size = sizeof(flatten_defaults),
    .needs = NEED_DNS | NEED_OUTPUT,
    .operands_least = 1,
    .operands_most = 1,
    .run = flatten_run,
};
