/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of selkie report as one page, with its style and plots. */
#include <string.h>

#include "common/base/medium.h"
#include "tools/reportform.h"

/* Rows of each table, and bars of the plot of sources. */
#define ROWS_MAX    200
#define BARS_MAX    12
/* The plot of days: one drawing, as wide as the page is. */
#define PLOT_WIDTH  720
#define PLOT_HEIGHT 160
#define PLOT_BELOW  24 /* for dates */
/* Bars of sources: height of each, and where they begin and end. */
#define BAR_HEIGHT  22
#define BAR_LEFT    250
#define BAR_RIGHT   650

/* The colours pass for those who see red and green alike: blue and orange,
   with their names beside them. */
static const char page_head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\" xmlns=\"http://www.w3.org/1999/xhtml\">\n"
    "<head>\n<meta charset=\"utf-8\"/>\n"
    "<meta name=\"viewport\" content=\"width=device-width\"/>\n"
    "<title>DMARC reports</title>\n<style>\n"
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c2024;--dim:#5b6570;"
    "--line:#d8dde3;--good:#2a6fb0;--bad:#c8560a;--card:#f5f7f9}\n"
    "@media (prefers-color-scheme: dark){:root{--bg:#15181c;--fg:#e6e9ec;"
    "--dim:#9aa5b1;--line:#343b43;--good:#6cb0ee;--bad:#f29a4e;"
    "--card:#1e2329}}\n"
    "body{background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,"
    "sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}\n"
    "h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2.2rem 0 .6rem}\n"
    "p{margin:.3rem 0}.dim{color:var(--dim)}.bad{color:var(--bad)}\n"
    ".cards{display:flex;flex-wrap:wrap;gap:.8rem;margin:1.2rem 0}\n"
    ".card{background:var(--card);border-radius:.5rem;padding:.6rem 1rem;"
    "min-width:7rem}.card b{display:block;font-size:1.4rem;"
    "font-variant-numeric:tabular-nums}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;"
    "border-bottom:1px solid var(--line);overflow-wrap:anywhere}\n"
    "th{font-weight:600;color:var(--dim)}td.n,th.n{text-align:right;"
    "white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    "svg{width:100%;height:auto;font:12px system-ui,sans-serif}\n"
    "svg text{fill:var(--fg)}svg .good{fill:var(--good)}"
    "svg .bad{fill:var(--bad)}svg line{stroke:var(--line)}\n"
    "@media print{:root{--bg:#fff;--fg:#000;--dim:#444;--line:#bbb;"
    "--good:#2a6fb0;--bad:#c8560a;--card:#fff}body{margin:0;max-width:none;"
    "font-size:11px}h2{break-after:avoid}tr,svg,.card{break-inside:avoid}"
    ".card{border:1px solid var(--line)}"
    "svg *{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n"
    "</style>\n</head>\n<body>\n";

/* ---- what is in the document ---- */

static long long
number(const struct value *map, const char *name)
{
    return (long long)value_as_number(value_get(map, name));
}

static const char *
text(const struct value *map, const char *name)
{
    return value_as_text(value_get(map, name));
}

static void
add_escaped(struct strbuf *out, const char *words)
{
    medium_xml(out, slice_of(words));
}

static void
add_cell(struct strbuf *out, const char *words)
{
    strbuf_add_text(out, "<td>");
    add_escaped(out, *words == '\0' ? "\xe2\x80\x93" : words);
    strbuf_add_text(out, "</td>");
}

static void
add_number(struct strbuf *out, long long n)
{
    strbuf_addf(out, "<td class=\"n\">%lld</td>", n);
}

/* The day of an RFC 3339 time. */
static void
add_date(struct strbuf *out, const char *time, const char *none)
{
    strbuf_addf(out, "<td class=\"n\">%.10s</td>",
                *time == '\0' ? none : time);
}

/* ---- the whole ---- */

static void
add_card(struct strbuf *out, const char *label, long long n)
{
    strbuf_addf(out, "<div class=\"card\"><b>%lld</b>%s</div>\n", n, label);
}

static void
draw_whole(const struct value *document, struct strbuf *out)
{
    size_t receivers = value_count(value_get(document, "receivers"));
    long long reports = number(document, "reports");

    strbuf_addf(out, "<h1>DMARC reports</h1>\n<p class=\"dim\">%lld report%s",
                reports, reports == 1 ? "" : "s");
    if (reports > 0)
        strbuf_addf(out, " of %zu receiver%s, %.10s to %.10s", receivers,
                    receivers == 1 ? "" : "s", text(document, "first"),
                    text(document, "last"));
    strbuf_add_text(out, "</p>\n<div class=\"cards\">\n");
    add_card(out, "messages", number(document, "messages"));
    add_card(out, "pass DMARC", number(document, "aligned"));
    add_card(out, "fail", number(document, "failing"));
    add_card(out, "put aside", number(document, "quarantined"));
    add_card(out, "refused", number(document, "rejected"));
    strbuf_add_text(out, "</div>\n");
}

/* ---- plots ---- */

static long long
most_of(const struct value *list, size_t count, const char *name)
{
    long long most = 1;

    for (size_t i = 0; i < count; i++)
        if (number(value_element(list, i), name) > most)
            most = number(value_element(list, i), name);
    return most;
}

static void
add_bar(struct strbuf *out, const char *kind, const double box[4])
{
    if (box[2] > 0 && box[3] > 0)
        strbuf_addf(out,
                    "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\""
                    " height=\"%.1f\"/>",
                    kind, box[0], box[1], box[2], box[3]);
}

static void
draw_day(struct strbuf *out, const struct value *day, double x, double width,
         long long most)
{
    long long messages = number(day, "messages");
    double all = (double)messages * PLOT_HEIGHT / (double)most;
    double bad = (double)number(day, "failing") * PLOT_HEIGHT / (double)most;
    double gap = width > 4 ? 1 : 0;

    strbuf_addf(out, "<g><title>%s: %lld messages, %lld fail</title>",
                text(day, "name"), messages, number(day, "failing"));
    add_bar(out, "bad", (double[]){x, PLOT_HEIGHT - bad, width - gap, bad});
    add_bar(out, "good",
            (double[]){x, PLOT_HEIGHT - all, width - gap, all - bad});
    strbuf_add_text(out, "</g>\n");
}

static void
draw_days(const struct value *days, struct strbuf *out)
{
    size_t count = value_count(days);
    long long most = most_of(days, count, "messages");
    double width = count == 0 ? 0 : (double)PLOT_WIDTH / (double)count;

    if (count < 2)
        return;
    width = width > 60 ? 60 : width;
    strbuf_addf(out,
                "<h2>By day</h2>\n<p class=\"dim\">messages that pass (blue)"
                " and fail (orange, below); the highest day has %lld</p>\n"
                "<svg viewBox=\"0 0 %d %d\" role=\"img\""
                " aria-label=\"messages by day\">\n"
                "<line x1=\"0\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
                most, PLOT_WIDTH, PLOT_HEIGHT + PLOT_BELOW, PLOT_WIDTH,
                PLOT_HEIGHT, PLOT_HEIGHT);
    for (size_t i = 0; i < count; i++)
        draw_day(out, value_element(days, i), (double)i * width, width, most);
    strbuf_addf(out,
                "<text x=\"0\" y=\"%d\">%s</text>"
                "<text x=\"%.0f\" y=\"%d\" text-anchor=\"end\">%s</text>\n"
                "</svg>\n",
                PLOT_HEIGHT + 17, text(value_element(days, 0), "name"),
                width * (double)count < 180 ? 180.0 : width * (double)count,
                PLOT_HEIGHT + 17,
                text(value_element(days, count - 1), "name"));
}

static void
draw_source_bar(struct strbuf *out, const struct value *source, size_t row,
                long long most)
{
    const char *name = text(source, "name");
    double y = (double)row * BAR_HEIGHT;
    double scale = (BAR_RIGHT - BAR_LEFT) / (double)most;
    double bad = (double)number(source, "failing") * scale;
    double all = (double)number(source, "messages") * scale;

    strbuf_addf(out, "<text x=\"%d\" y=\"%.0f\" text-anchor=\"end\">",
                BAR_LEFT - 8, y + 15);
    add_escaped(out, *name != '\0' && strlen(name) < 36
                         ? name
                         : text(source, "address"));
    strbuf_add_text(out, "</text>");
    add_bar(out, "bad", (double[]){BAR_LEFT, y + 3, bad, BAR_HEIGHT - 6});
    add_bar(out, "good",
            (double[]){BAR_LEFT + bad, y + 3, all - bad, BAR_HEIGHT - 6});
    strbuf_addf(out, "<text x=\"%.0f\" y=\"%.0f\">%lld</text>\n",
                BAR_LEFT + all + 6, y + 15, number(source, "messages"));
}

static void
draw_source_plot(const struct value *sources, struct strbuf *out)
{
    size_t count = value_count(sources);

    count = count > BARS_MAX ? BARS_MAX : count;
    if (count == 0)
        return;
    strbuf_addf(out,
                "<h2>Sources, the worst first</h2>\n<p class=\"dim\">messages"
                " that fail (orange) and pass (blue)</p>\n"
                "<svg viewBox=\"0 0 %d %zu\" role=\"img\""
                " aria-label=\"messages by source\">\n",
                PLOT_WIDTH, count * BAR_HEIGHT);
    for (size_t i = 0; i < count; i++)
        draw_source_bar(out, value_element(sources, i), i,
                        most_of(sources, count, "messages"));
    strbuf_add_text(out, "</svg>\n");
}

/* ---- tables ---- */

/* A table of one list: its title, head, and how a row is drawn. */
struct sheet {
    const char *list;  /* member of the document */
    const char *title; /* above it */
    const char *head;  /* cells of the head */
    void (*row)(const struct value *element, struct strbuf *out);
};

static void
cause_row(const struct value *cause, struct strbuf *out)
{
    add_number(out, number(cause, "messages"));
    add_cell(out, text(cause, "meaning"));
    add_cell(out, text(cause, "remedy"));
}

static void
add_identities(struct strbuf *out, const struct value *source)
{
    static const char *const lists[] = {"signed", "return_paths"};
    static const char *const words[] = {"d=", "return path "};
    size_t n = 0;

    strbuf_add_text(out, "<td>");
    for (size_t k = 0; k < 2; k++) {
        const struct value *list = value_get(source, lists[k]);

        for (size_t i = 0; i < value_count(list); i++) {
            const struct value *seen = value_element(list, i);
            const char *selector = text(seen, "selector");

            strbuf_add_text(out, n++ > 0 ? "<br/>" : "");
            strbuf_add_text(out, words[k]);
            add_escaped(out, text(seen, "domain"));
            strbuf_add_text(out, *selector == '\0' ? "" : " s=");
            add_escaped(out, selector);
            strbuf_addf(out, " (%s)", text(seen, "result"));
        }
    }
    strbuf_add_text(out, n == 0 ? "\xe2\x80\x93</td>" : "</td>");
}

static void
source_row(const struct value *source, struct strbuf *out)
{
    const struct value *why = value_element(value_get(source, "why"), 0);
    const char *address = text(source, "address");
    const char *customer = text(source, "customer");

    strbuf_add_text(out, "<td>");
    add_escaped(out, *address == '\0' ? "all others" : address);
    strbuf_add_text(out, "<br/><span class=\"dim\">");
    add_escaped(out, text(source, "name"));
    strbuf_add_text(out, "</span></td><td>");
    add_escaped(out, text(source, "domain"));
    strbuf_add_text(out, "<br/><span class=\"dim\">");
    add_escaped(out, customer);
    strbuf_add_text(out, "</span></td>");
    add_number(out, number(source, "messages"));
    add_number(out, number(source, "failing"));
    add_cell(out, text(why, "meaning"));
    add_identities(out, source);
    add_date(out, text(source, "last"), "");
}

static void
selector_row(const struct value *selector, struct strbuf *out)
{
    const struct value *known = value_get(selector, "known");
    const char *state = text(selector, "state");

    if (*state == '\0' && !value_is_null(known))
        state = value_as_bool(known) ? "ours" : "not ours";
    add_cell(out, text(selector, "selector"));
    add_cell(out, text(selector, "domain"));
    add_cell(out, state);
    add_number(out, number(selector, "passed"));
    add_number(out, number(selector, "failed"));
    add_date(out, text(selector, "last_pass"), "never");
}

static void
group_row(const struct value *group, struct strbuf *out)
{
    const char *name = text(group, "name");

    add_cell(out, *name == '\0' ? "all others" : name);
    add_cell(out, text(group, "policy"));
    add_number(out, number(group, "messages"));
    add_number(out, number(group, "failing"));
}

static void
finding_row(const struct value *finding, struct strbuf *out)
{
    add_cell(out, text(finding, "severity"));
    add_cell(out, text(finding, "message"));
    add_cell(out, text(finding, "remedy"));
}

#define NUMBER(head) "<th class=\"n\">" head "</th>"
#define TEXT(head)   "<th>" head "</th>"

static const struct sheet whys = {
    "why", "Why messages fail",
    NUMBER("messages") TEXT("why") TEXT("what to do"), cause_row};

/* clang-format off */
static const struct sheet sheets[] = {
    {"sources", "All sources",
     TEXT("address") TEXT("as") NUMBER("messages") NUMBER("fail") TEXT("why")
     TEXT("identities") NUMBER("last"), source_row},
    {"selectors", "Selectors, and when each was last seen to pass",
     TEXT("selector") TEXT("domain") TEXT("state") NUMBER("passed")
     NUMBER("failed") NUMBER("last pass"), selector_row},
    {"customers", "Customers",
     TEXT("customer") TEXT("policy") NUMBER("messages") NUMBER("fail"),
     group_row},
    {"domains", "Domains",
     TEXT("domain") TEXT("policy") NUMBER("messages") NUMBER("fail"),
     group_row},
    {"receivers", "Receivers",
     TEXT("receiver") TEXT("policy") NUMBER("messages") NUMBER("fail"),
     group_row},
    {"findings", "Findings", TEXT("severity") TEXT("what") TEXT("what to do"),
     finding_row},
};
/* clang-format on */

static void
draw_sheet(const struct value *document, const struct sheet *sheet,
           struct strbuf *out)
{
    const struct value *list = value_get(document, sheet->list);
    size_t all = value_count(list);
    size_t shown = all > ROWS_MAX ? ROWS_MAX : all;

    if (all == 0)
        return;
    strbuf_addf(out,
                "<h2>%s</h2>\n<div class=\"wide\"><table>\n"
                "<thead><tr>%s</tr></thead>\n<tbody>\n",
                sheet->title, sheet->head);
    for (size_t i = 0; i < shown; i++) {
        strbuf_add_text(out, "<tr>");
        sheet->row(value_element(list, i), out);
        strbuf_add_text(out, "</tr>\n");
    }
    strbuf_add_text(out, "</tbody></table></div>\n");
    if (all > shown)
        strbuf_addf(out, "<p class=\"dim\">and %zu more</p>\n", all - shown);
}

void
reporthtml_draw(const struct value *document, struct strbuf *out)
{
    strbuf_add_text(out, page_head);
    draw_whole(document, out);
    draw_days(value_get(document, "days"), out);
    draw_source_plot(value_get(document, "sources"), out);
    draw_sheet(document, &whys, out);
    for (size_t i = 0; i < sizeof(sheets) / sizeof(sheets[0]); i++)
        draw_sheet(document, &sheets[i], out);
    strbuf_add_text(out, "</body>\n</html>\n");
}
