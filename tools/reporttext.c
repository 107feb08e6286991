/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document of selkie report for a person: worst first. */
#include <string.h>

#include "tools/reportform.h"

/* Lines of each table, unless -v asks for all. */
#define FAILING_MAX   20
#define PASSING_MAX   10
#define SELECTORS_MAX 40
#define GROUPS_MAX    10
#define DAYS_MAX      31
/* Causes and identities that are named of one source. */
#define DETAILS_MAX   3
/* Columns of a day's bar. */
#define BAR           40

static int64_t
number(const struct value *map, const char *name)
{
    return value_as_number(value_get(map, name));
}

static const char *
text(const struct value *map, const char *name)
{
    return value_as_text(value_get(map, name));
}

static const char *
or_dash(const char *words)
{
    return *words == '\0' ? "-" : words;
}

/* "97.2%", and never 100% of what is not all. */
static const char *
percent(struct arena *arena, int64_t part, int64_t all)
{
    int64_t tenths =
        all == 0 ? 0 : (int64_t)((double)part * 1000 / (double)all);

    return arena_printf(arena, "%lld.%lld%%", (long long)tenths / 10,
                        (long long)tenths % 10);
}

static void
head(struct spfdesk *desk, const char *words)
{
    strbuf_addf(&desk->text, "\n%s%s%s\n", page_on(&desk->page, COLOUR_BOLD),
                words, page_off(&desk->page));
}

static void
more(struct spfdesk *desk, size_t shown, size_t all, const char *what)
{
    if (all > shown)
        strbuf_addf(&desk->text, "  and %zu %s more (-v shows all)\n",
                    all - shown, what);
}

static size_t
limit(const struct spfdesk *desk, size_t usual, size_t all)
{
    return desk->settings.verbose > 0 || all < usual ? all : usual;
}

/* ---- the whole ---- */

static void
draw_whole(struct spfdesk *desk, const struct value *document)
{
    struct arena *arena = desk->arena;
    int64_t messages = number(document, "messages");
    int64_t aligned = number(document, "aligned");
    int64_t failing = number(document, "failing");
    size_t receivers = value_count(value_get(document, "receivers"));
    long long reports = (long long)number(document, "reports");

    strbuf_addf(&desk->text, "%lld report%s", reports,
                reports == 1 ? "" : "s");
    if (reports > 0)
        strbuf_addf(&desk->text, " of %zu receiver%s, %.10s to %.10s",
                    receivers, receivers == 1 ? "" : "s",
                    text(document, "first"), text(document, "last"));
    strbuf_add_text(&desk->text, "\n\n");
    spfdesk_lines(
        desk, "  ", "  ",
        arena_printf(arena,
                     "%lld messages, of which %lld pass DMARC (%s): %lld by"
                     " DKIM, %lld by SPF.  %lld fail; receivers put %lld"
                     " aside and refused %lld.",
                     (long long)messages, (long long)aligned,
                     percent(arena, aligned, messages),
                     (long long)number(document, "dkim"),
                     (long long)number(document, "spf"), (long long)failing,
                     (long long)number(document, "quarantined"),
                     (long long)number(document, "rejected")));
}

static void
draw_causes(struct spfdesk *desk, const struct value *document)
{
    const struct value *why = value_get(document, "why");

    if (value_count(why) == 0)
        return;
    head(desk, "Why messages fail");
    for (size_t i = 0; i < value_count(why); i++) {
        const struct value *cause = value_element(why, i);

        spfdesk_lines(desk,
                      arena_printf(desk->arena, "%9lld  ",
                                   (long long)number(cause, "messages")),
                      "           ", text(cause, "meaning"));
        spfdesk_lines(desk, "           -> ", "              ",
                      text(cause, "remedy"));
    }
}

/* ---- sources ---- */

/* "d=esp.example s=k1 (pass), return path bounce.esp.example (pass)" */
static const char *
identities(struct spfdesk *desk, const struct value *source)
{
    struct strbuf words = STRBUF_INIT;
    const struct value *list = value_get(source, "signed");
    const char *copy;

    for (size_t i = 0; i < value_count(list) && i < DETAILS_MAX; i++) {
        const struct value *seen = value_element(list, i);

        strbuf_addf(&words, "%sd=%s s=%s (%s)", words.n > 0 ? ", " : "",
                    text(seen, "domain"), or_dash(text(seen, "selector")),
                    text(seen, "result"));
    }
    if (value_count(list) == 0)
        strbuf_add_text(&words, "no signature");
    list = value_get(source, "return_paths");
    for (size_t i = 0; i < value_count(list) && i < DETAILS_MAX; i++) {
        const struct value *seen = value_element(list, i);

        strbuf_addf(&words, "%s%s (SPF %s)", i == 0 ? "; return path " : ", ",
                    text(seen, "domain"), text(seen, "result"));
    }
    copy = arena_text(desk->arena, strbuf_slice(&words));
    strbuf_clear(&words);
    return copy;
}

static const char *
title(struct spfdesk *desk, const struct value *source)
{
    const char *address = text(source, "address");
    const char *name = text(source, "name");
    const char *customer = text(source, "customer");

    return arena_printf(desk->arena, "%s%s%s as %s%s%s",
                        *address == '\0' ? "all other addresses" : address,
                        *name == '\0' ? "" : "  ", name,
                        text(source, "domain"),
                        *customer == '\0' ? "" : ", of customer ", customer);
}

static void
draw_failing_source(struct spfdesk *desk, const struct value *source)
{
    const struct value *why = value_get(source, "why");

    strbuf_add_char(&desk->text, '\n');
    spfdesk_lines(desk, "  ", "    ", title(desk, source));
    spfdesk_lines(desk, "    ", "    ",
                  arena_printf(desk->arena,
                               "%lld of %lld fail, last in a report of %.10s",
                               (long long)number(source, "failing"),
                               (long long)number(source, "messages"),
                               text(source, "last")));
    spfdesk_lines(desk, "    ", "      ", identities(desk, source));
    for (size_t i = 0; i < value_count(why) && i < DETAILS_MAX; i++) {
        const struct value *cause = value_element(why, i);

        spfdesk_lines(desk,
                      arena_printf(desk->arena, "    %lld: ",
                                   (long long)number(cause, "messages")),
                      "      ", text(cause, "meaning"));
    }
}

/* They come failing ones first. */
static void
draw_sources(struct spfdesk *desk, const struct value *document)
{
    const struct value *sources = value_get(document, "sources");
    size_t all = value_count(sources), failing = 0, shown;

    while (failing < all
           && number(value_element(sources, failing), "failing") > 0)
        failing++;
    if (failing > 0) {
        head(desk, "Sources that fail");
        shown = limit(desk, FAILING_MAX, failing);
        for (size_t i = 0; i < shown; i++)
            draw_failing_source(desk, value_element(sources, i));
        more(desk, shown, failing, "sources");
    }
    if (failing == all)
        return;
    head(desk, "Sources that pass");
    shown = limit(desk, PASSING_MAX, all - failing);
    for (size_t i = failing; i < failing + shown; i++) {
        const struct value *source = value_element(sources, i);

        spfdesk_lines(desk,
                      arena_printf(desk->arena, "%9lld  ",
                                   (long long)number(source, "messages")),
                      "           ", title(desk, source));
    }
    more(desk, shown, all - failing, "sources");
}

/* ---- selectors, groups, days ---- */

static const char *
standing(const struct value *selector)
{
    const char *state = text(selector, "state");

    if (value_is_null(value_get(selector, "known")))
        return "";
    if (!value_as_bool(value_get(selector, "known")))
        return value_as_bool(value_get(selector, "is_aligned")) ? "not ours"
                                                                : "another's";
    return *state == '\0' ? "ours" : state;
}

static void
draw_selectors(struct spfdesk *desk, const struct value *document)
{
    const struct value *list = value_get(document, "selectors");
    size_t shown = limit(desk, SELECTORS_MAX, value_count(list));

    if (shown == 0)
        return;
    head(desk, "Selectors, and when each was last seen to pass");
    for (size_t i = 0; i < shown; i++) {
        const struct value *selector = value_element(list, i);
        const char *last = text(selector, "last_pass");

        spfdesk_lines(desk,
                      arena_printf(desk->arena, "%9lld  %-10.10s  ",
                                   (long long)number(selector, "passed"),
                                   *last == '\0' ? "never" : last),
                      "                       ",
                      arena_printf(desk->arena, "%s of %s %s%s",
                                   text(selector, "selector"),
                                   text(selector, "domain"),
                                   *standing(selector) == '\0' ? "" : ": ",
                                   standing(selector)));
    }
    more(desk, shown, value_count(list), "selectors");
}

static void
draw_groups(struct spfdesk *desk, const struct value *list, const char *words)
{
    size_t shown = limit(desk, GROUPS_MAX, value_count(list));

    if (shown == 0)
        return;
    head(desk, words);
    for (size_t i = 0; i < shown; i++) {
        const struct value *group = value_element(list, i);
        const char *policy = text(group, "policy");
        const char *name = text(group, "name");

        spfdesk_lines(desk,
                      arena_printf(desk->arena, "%9lld  %9lld  ",
                                   (long long)number(group, "messages"),
                                   (long long)number(group, "failing")),
                      "                      ",
                      arena_printf(desk->arena, "%s%s%s",
                                   *name == '\0' ? "all others" : name,
                                   *policy == '\0' ? "" : "  p=", policy));
    }
    more(desk, shown, value_count(list), "lines");
}

static void
draw_day(struct spfdesk *desk, const struct value *day, int64_t most)
{
    int64_t messages = number(day, "messages");
    int64_t failing = number(day, "failing");
    int64_t bar = (messages * BAR + most - 1) / most;
    int64_t bad = (failing * BAR + most - 1) / most;

    strbuf_addf(&desk->text, "  %.10s  %s", text(day, "name"),
                page_on(&desk->page, COLOUR_RED));
    strbuf_fill(&desk->text, 'x', (size_t)bad);
    strbuf_addf(&desk->text, "%s", page_off(&desk->page));
    strbuf_fill(&desk->text, '=', (size_t)(bar > bad ? bar - bad : 0));
    strbuf_addf(&desk->text, " %lld", (long long)messages);
    if (failing > 0)
        strbuf_addf(&desk->text, ", %lld fail", (long long)failing);
    strbuf_add_char(&desk->text, '\n');
}

static void
draw_days(struct spfdesk *desk, const struct value *document)
{
    const struct value *days = value_get(document, "days");
    size_t all = value_count(days);
    size_t shown = limit(desk, DAYS_MAX, all);
    int64_t most = 1;

    if (all < 2)
        return;
    head(desk, "By day: x fails, = passes");
    for (size_t i = all - shown; i < all; i++)
        if (number(value_element(days, i), "messages") > most)
            most = number(value_element(days, i), "messages");
    for (size_t i = all - shown; i < all; i++)
        draw_day(desk, value_element(days, i), most);
    more(desk, shown, all, "earlier days");
}

void
reporttext_draw(struct spfdesk *desk, const struct value *document)
{
    draw_whole(desk, document);
    draw_causes(desk, document);
    draw_sources(desk, document);
    draw_selectors(desk, document);
    draw_groups(desk, value_get(document, "customers"),
                "Customers: messages, failing");
    draw_groups(desk, value_get(document, "domains"),
                "Domains: messages, failing");
    draw_groups(desk, value_get(document, "receivers"),
                "Receivers: messages, failing");
    draw_days(desk, document);
}
