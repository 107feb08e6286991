/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the spf commands share: one analysis run, one document printed. */
#include "tools/spfdesk.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/escape.h"
#include "common/dns/engine.h"
#include "common/dns/overlay.h"
#include "common/spf/spfrecord.h"
#include "tools/profiles.h"

/* Records of one answer that are shown, unless -v asks for all. */
#define DATA_MAX      4
/* Of records that we print: an hour is what most zones have. */
#define TXT_TTL_S     3600
/* Columns that are left for text, however deep a tree is. */
#define COLUMNS_LEAST 30

static bool
is_utf8_locale(void)
{
    setlocale(LC_CTYPE, "");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static enum exit_status
set_format(struct spfdesk *desk)
{
    const char *format = desk->context->output.format;

    if (format == NULL)
        format = "text";
    desk->is_line = strcmp(format, "ndjson") == 0;
    desk->is_json = desk->is_line || strcmp(format, "json") == 0;
    if (desk->is_json || strcmp(format, "text") == 0)
        return EXIT_GOOD;
    return cmd_usage(desk->context,
                     "format '%s' is not for this command: text, json or"
                     " ndjson",
                     format);
}

static enum exit_status
set_profile(struct spfdesk *desk)
{
    const char *path = desk->context->output.profile;
    struct error err = ERROR_INIT;

    desk->profile = profile_new();
    if (path == NULL || profiles_read(desk->profile, path, &err) == ST_OK)
        return EXIT_GOOD;
    profile_free(desk->profile);
    return cmd_failed(&err);
}

enum exit_status
spfdesk_open(struct spfdesk *desk, struct context *context)
{
    const struct output_options *output = &context->output;
    struct error err = ERROR_INIT;
    enum exit_status exit_status;
    enum status st;

    *desk = (struct spfdesk){.context = context, .text = STRBUF_INIT};
    exit_status = set_format(desk);
    if (exit_status == EXIT_GOOD)
        exit_status = set_profile(desk);
    if (exit_status != EXIT_GOOD)
        return exit_status;
    st = dnsopt_setup(&context->dns, &desk->setup, &err);
    if (st != ST_OK) {
        profile_free(desk->profile);
        return st == ST_SYNTAX ? cmd_usage(context, "%s", err.text)
                               : cmd_failed(&err);
    }
    desk->is_ascii = !is_utf8_locale();
    desk->settings.command = context->command->name;
    desk->settings.colour = output_colour();
    desk->settings.verbose = output->verbose ? 1 : 0;
    desk->settings.width =
        output->width != 0 ? (unsigned)output->width : output_width();
    desk->arena = arena_new();
    desk->report = report_new(desk->arena);
    desk->page = (struct page){&desk->settings, &desk->text, desk->arena};
    return EXIT_GOOD;
}

enum exit_status
spfdesk_address(struct spfdesk *desk, const char *text, struct address *ip)
{
    struct error err = ERROR_INIT;

    if (address_parse(ip, slice_of(text), &err) != ST_OK)
        return cmd_usage(desk->context, "%s", err.text);
    return EXIT_GOOD;
}

enum exit_status
spfdesk_domain(struct spfdesk *desk, int i, struct name *domain)
{
    struct error err = ERROR_INIT;

    if (name_from_user(domain, desk->context->operands[i], &err) != ST_OK)
        return cmd_usage(desk->context, "%s", err.text);
    return EXIT_GOOD;
}

void
spfdesk_run(struct spfdesk *desk, const char *subject,
            void (*analyse)(void *context, struct view *view), void *context)
{
    desk->view = engine_run_one(&desk->setup.view, subject, analyse, context);
    desk->views[desk->runs++] = desk->view;
}

void
spfdesk_txt_line(struct strbuf *out, const struct name *owner,
                 struct slice text)
{
    struct strbuf data = STRBUF_INIT;
    struct record record = {.owner = *owner, .type = RR_TXT};

    do {
        struct slice string = slice_sub(text, 0, UINT8_MAX);

        strbuf_add_char(&data, (char)(unsigned char)string.n);
        strbuf_add_slice(&data, string);
        text = slice_from(text, string.n);
    } while (text.n > 0);
    record.data = strbuf_slice(&data);
    name_present(owner, out);
    strbuf_addf(out, " %d IN TXT ", TXT_TTL_S);
    record_present(&record, out);
    strbuf_add_char(out, '\n');
    strbuf_clear(&data);
}

enum status
spfdesk_overlay(struct spfdesk *desk, const char *file, struct slice text,
                struct error *err)
{
    const struct opt_list *given = &desk->context->dns.overlays;
    struct overlay *overlay = overlay_new();
    enum status st = ST_OK;

    desk->overlays[desk->runs] = overlay;
    for (size_t i = 0; st == ST_OK && i < given->count; i++)
        st = overlay_read(overlay, given->items[i], err);
    if (st == ST_OK)
        st = overlay_parse(overlay, file, text, err);
    desk->setup.view.overlay = overlay;
    return st;
}

enum status
spfdesk_overlay_record(struct spfdesk *desk, const struct name *owner,
                       const struct answer *answer, struct slice text,
                       struct error *err)
{
    struct strbuf zone = STRBUF_INIT;
    enum status st;

    /* in place of what --overlay may have there */
    strbuf_add_text(&zone, ";! ");
    name_present(owner, &zone);
    strbuf_add_text(&zone, " TXT NODATA\n");
    spfdesk_txt_line(&zone, owner, text);
    for (size_t i = 0; answer != NULL && i < answer->record_count; i++) {
        struct slice other = record_text(desk->arena, &answer->records[i]);

        if (answer->records[i].type == RR_TXT && !spfrecord_is_record(other))
            spfdesk_txt_line(&zone, owner, other);
    }
    st = spfdesk_overlay(desk, "the record", strbuf_slice(&zone), err);
    strbuf_clear(&zone);
    return st;
}

struct value *
spfdesk_document(struct spfdesk *desk)
{
    struct value *document = value_map(desk->arena);

    value_set(document, "version", value_number(desk->arena, 1));
    value_set(document, "command",
              value_text(desk->arena, desk->context->command->name));
    return document;
}

void
spfdesk_findings(struct spfdesk *desk, struct value *document)
{
    struct value *list = value_list(desk->arena);

    profile_apply(desk->profile, desk->report);
    report_sort(desk->report);
    for (size_t i = 0; i < report_count(desk->report); i++)
        value_add(list,
                  finding_value(desk->arena, report_finding(desk->report, i)));
    value_set(document, "findings", list);
}

static void
print_finding(struct spfdesk *desk, const struct finding *finding)
{
    static const enum colour colours[] = {COLOUR_CYAN, COLOUR_YELLOW,
                                          COLOUR_RED};
    struct page *page = &desk->page;
    struct wrap wrap = page_wrap(page, PAGE_TEXT_COLUMN, PAGE_TEXT_COLUMN);

    strbuf_add_char(page->out, '\n');
    page_label(page, colours[finding->severity],
               severity_word(finding->severity));
    wrap_add(&wrap, slice_of(finding_message(desk->arena, finding)));
    wrap_add(&wrap, slice_of(arena_printf(desk->arena, "[%s]",
                                          finding_def(finding->id)->name)));
    strbuf_add_char(page->out, '\n');
    page_arrow(page, "-> ", finding_remedy(desk->arena, finding));
}

void
spfdesk_render(struct spfdesk *desk, const struct value *document,
               void (*draw)(struct spfdesk *desk,
                            const struct value *document))
{
    if (desk->is_json) {
        value_json(document, desk->is_line ? 0 : 2, &desk->text);
        strbuf_add_char(&desk->text, '\n');
    } else {
        draw(desk, document);
        for (size_t i = 0; i < report_count(desk->report); i++)
            print_finding(desk, report_finding(desk->report, i));
    }
}

void
spfdesk_print(struct spfdesk *desk, const struct value *document,
              void (*draw)(struct spfdesk *desk, const struct value *document))
{
    spfdesk_render(desk, document, draw);
    output_write(strbuf_slice(&desk->text));
    strbuf_cut(&desk->text, 0);
}

void
spfdesk_next(struct spfdesk *desk)
{
    for (size_t i = 0; i < desk->runs; i++)
        view_free(desk->views[i]);
    desk->runs = 0;
    desk->view = NULL;
    arena_reset(desk->arena);
    desk->report = report_new(desk->arena);
}

void
spfdesk_lines(struct spfdesk *desk, const char *first, const char *prefix,
              const char *text)
{
    size_t used = escape_columns(slice_of(prefix));
    size_t width = desk->settings.width;
    struct strbuf body = STRBUF_INIT;
    struct slice rest, line;

    width = width > used + COLUMNS_LEAST ? width - used : COLUMNS_LEAST;
    wrap_paragraph(slice_of(text), width, 0, &body);
    if (body.n > 0 && body.p[body.n - 1] == '\n')
        strbuf_cut(&body, body.n - 1);
    rest = strbuf_slice(&body);
    while (slice_next(&rest, '\n', &line)) {
        strbuf_add_text(&desk->text, first);
        strbuf_add_slice(&desk->text, line);
        strbuf_add_char(&desk->text, '\n');
        first = prefix;
    }
    strbuf_clear(&body);
}

void
spfdesk_evidence(struct spfdesk *desk, const char *prefix,
                 const struct value *evidence)
{
    const struct value *data = value_get(evidence, "data");
    size_t count = value_count(data);
    size_t shown =
        desk->settings.verbose > 0 || count <= DATA_MAX ? count : DATA_MAX;
    const char *more = arena_printf(desk->arena, "%s  ", prefix);
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "? %s %s: %s",
                value_as_text(value_get(evidence, "name")),
                value_as_text(value_get(evidence, "type")),
                value_as_text(value_get(evidence, "outcome")));
    for (size_t i = 0; i < shown; i++)
        strbuf_addf(&text, "%s %s", i > 0 ? "," : "",
                    value_as_text(value_element(data, i)));
    if (shown < count)
        strbuf_addf(&text, " and %zu more", count - shown);
    spfdesk_lines(desk, prefix, more, text.p);
    strbuf_clear(&text);
}

struct value *
spfdesk_networks(struct spfdesk *desk, const struct spfset *set)
{
    struct value *networks = value_list(desk->arena);
    struct strbuf text = STRBUF_INIT;
    size_t count;
    struct spfcidr *list = spfset_cidrs(desk->arena, set, &count);

    for (size_t i = 0; i < count; i++) {
        strbuf_cut(&text, 0);
        address_present(&list[i].address, &text);
        strbuf_addf(&text, "/%u", list[i].bits);
        value_add(networks, value_slice(desk->arena, strbuf_slice(&text)));
    }
    strbuf_clear(&text);
    return networks;
}

enum exit_status
spfdesk_close(struct spfdesk *desk, enum exit_status exit_status)
{
    struct error err = ERROR_INIT;
    struct error late = ERROR_INIT;

    if (desk->context->output.fail_on == (int)SEVERITY_NEVER
        && (exit_status == EXIT_FOUND || exit_status == EXIT_UNKNOWN))
        exit_status = EXIT_GOOD;
    for (size_t i = 0; i < desk->runs; i++)
        view_free(desk->views[i]);
    for (size_t i = 0; i < SPFDESK_RUNS_MAX; i++)
        overlay_free(desk->overlays[i]);
    if (dnsopt_finish(&desk->setup, &err) != ST_OK)
        exit_status = cmd_failed(&err);
    if (output_flush(&late) != ST_OK && exit_status != EXIT_FAILED)
        exit_status = cmd_failed(&late);
    profile_free(desk->profile);
    strbuf_clear(&desk->text);
    arena_free(desk->arena);
    return exit_status;
}
