/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records as sheets for people: CSV, Markdown, HTML. */
#include "common/base/medium.h"
#include "common/dns/answer.h"
#include "common/records/emit.h"

/* What each sheet says of a record; built anew for each. */
struct cells {
    struct strbuf zone;  /* whose panel it is entered in */
    struct strbuf host;  /* as panels take it that add the zone */
    struct strbuf name;  /* whole, for those that do not */
    struct strbuf type;  /* mnemonic */
    struct strbuf value; /* for a panel: one line, no quotes */
    struct strbuf data;  /* for a zone file */
};

static void
fill(const struct emit_state *state, const struct plan_record *record,
     struct cells *cells)
{
    struct name zone;

    emit_zone_of(state, record, &zone);
    name_present(&zone, &cells->zone);
    strbuf_cut(&cells->zone, cells->zone.n - 1);
    emit_host(&record->owner, &zone, &cells->host);
    name_present(&record->owner, &cells->name);
    strbuf_cut(&cells->name, cells->name.n - 1);
    rrtype_present(record->type, &cells->type);
    emit_value(record, &cells->value);
    emit_data(record, &cells->data);
}

static void
clear(struct cells *cells)
{
    strbuf_clear(&cells->zone);
    strbuf_clear(&cells->host);
    strbuf_clear(&cells->name);
    strbuf_clear(&cells->type);
    strbuf_clear(&cells->value);
    strbuf_clear(&cells->data);
}

#define CELLS_INIT                                                            \
    {                                                                         \
        STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT,      \
            STRBUF_INIT                                                       \
    }

static void
add_customer(const char *customer, struct strbuf *out)
{
    strbuf_add_text(out,
                    customer == NULL ? "the ESP's own records" : customer);
}

/* ---- CSV, RFC 4180 ---- */

static void
csv_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, "zone,host,name,type,ttl,value,data\r\n");
}

static void
csv_record(struct emit_state *state, const struct plan_record *record)
{
    struct cells cells = CELLS_INIT;
    struct strbuf *out = state->out;

    fill(state, record, &cells);
    medium_csv(out, strbuf_slice(&cells.zone), ',');
    medium_csv(out, strbuf_slice(&cells.host), ',');
    medium_csv(out, strbuf_slice(&cells.name), ',');
    medium_csv(out, strbuf_slice(&cells.type), ',');
    strbuf_addf(out, "%u,", record->ttl);
    medium_csv(out, strbuf_slice(&cells.value), ',');
    medium_csv(out, strbuf_slice(&cells.data), '\n');
    clear(&cells);
}

const struct emitter emit_csv = {
    .name = "csv", .begin = csv_begin, .record = csv_record};

/* ---- Markdown ---- */

static void
add_block(struct strbuf *out, const char *what, struct slice text)
{
    strbuf_addf(out, "%s:\n\n", what);
    medium_fenced(out, text);
    strbuf_add_char(out, '\n');
}

static void
markdown_group(struct emit_state *state, const char *customer)
{
    strbuf_add_text(state->out, "# Records to publish: ");
    add_customer(customer, state->out);
    strbuf_add_text(state->out, "\n\n");
}

static void
markdown_record(struct emit_state *state, const struct plan_record *record)
{
    struct cells cells = CELLS_INIT;
    struct strbuf *out = state->out;

    fill(state, record, &cells);
    strbuf_addf(out, "## %zu. %s, TTL %u\n\n", state->records + 1,
                cells.type.p, record->ttl);
    add_block(out, "Host, where the panel adds the domain",
              strbuf_slice(&cells.host));
    add_block(out, "Host, where it does not", strbuf_slice(&cells.name));
    add_block(out, "Value", strbuf_slice(&cells.value));
    strbuf_cut(&cells.host, 0);
    strbuf_addf(&cells.host, "%s. %u IN %s %s", cells.name.p, record->ttl,
                cells.type.p, cells.data.p);
    add_block(out, "In a zone file", strbuf_slice(&cells.host));
    clear(&cells);
}

const struct emitter emit_markdown = {
    .name = "markdown", .group = markdown_group, .record = markdown_record};

/* ---- HTML ---- */

/* One file, no network: style and script are in it. */
static const char html_head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<title>Records to publish</title>\n"
    "<style>\n"
    "body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; }\n"
    "dl { border-top: 1px solid #999; padding-top: 1em; }\n"
    "dt { font-weight: bold; }\n"
    "dd { margin: 0 0 .5em; display: flex; gap: 1em; }\n"
    "code { overflow-wrap: anywhere; flex: 1; background: #eee; }\n"
    "</style>\n</head>\n<body>\n";
static const char html_tail[] =
    "<script>\n"
    "document.addEventListener('click', function (event) {\n"
    "    if (event.target.tagName === 'BUTTON')\n"
    "        navigator.clipboard.writeText(\n"
    "            event.target.previousElementSibling.textContent);\n"
    "});\n"
    "</script>\n</body>\n</html>\n";

static void
html_begin(struct emit_state *state)
{
    strbuf_add_text(state->out, html_head);
}

static void
html_group(struct emit_state *state, const char *customer)
{
    struct strbuf name = STRBUF_INIT;

    add_customer(customer, &name);
    strbuf_add_text(state->out, "<h1>Records to publish: ");
    medium_xml(state->out, strbuf_slice(&name));
    strbuf_add_text(state->out, "</h1>\n");
    strbuf_clear(&name);
}

static void
html_row(struct strbuf *out, const char *what, const char *key,
         struct slice text)
{
    strbuf_addf(out, "<dt>%s</dt><dd><code class=\"%s\">", what, key);
    medium_xml(out, text);
    strbuf_add_text(out, "</code><button>copy</button></dd>\n");
}

static void
html_record(struct emit_state *state, const struct plan_record *record)
{
    struct cells cells = CELLS_INIT;
    struct strbuf ttl = STRBUF_INIT;
    struct strbuf *out = state->out;

    fill(state, record, &cells);
    strbuf_addf(&ttl, "%u", record->ttl);
    strbuf_add_text(out, "<dl>\n");
    html_row(out, "Type", "type", strbuf_slice(&cells.type));
    html_row(out, "Host, where the panel adds the domain", "host",
             strbuf_slice(&cells.host));
    html_row(out, "Host, where it does not", "name",
             strbuf_slice(&cells.name));
    html_row(out, "TTL", "ttl", strbuf_slice(&ttl));
    html_row(out, "Value", "value", strbuf_slice(&cells.value));
    html_row(out, "Value in a zone file", "data", strbuf_slice(&cells.data));
    strbuf_add_text(out, "</dl>\n");
    strbuf_clear(&ttl);
    clear(&cells);
}

static void
html_end(struct emit_state *state)
{
    strbuf_add_text(state->out, html_tail);
}

const struct emitter emit_html = {.name = "html",
                                  .begin = html_begin,
                                  .group = html_group,
                                  .record = html_record,
                                  .end = html_end};
