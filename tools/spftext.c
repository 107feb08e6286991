/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The trace of an SPF check as text. */
#include "tools/spftext.h"

#include <string.h>

#include "common/spf/spfcheck.h"

static const char *
cost_of(struct spfdesk *desk, const struct value *step)
{
    const char *text = "";

    if (value_as_number(value_get(step, "cost")) > 0)
        text = arena_printf(
            desk->arena, " [lookup %lld of %d]",
            (long long)value_as_number(value_get(step, "lookups")),
            SPFCHECK_LOOKUPS_MAX);
    if (value_as_bool(value_get(step, "void")))
        text = arena_printf(
            desk->arena, "%s [void %lld of %d]", text,
            (long long)value_as_number(value_get(step, "void_lookups")),
            SPFCHECK_VOIDS_MAX);
    return text;
}

/* ": asks for TARGET", where that is more than the term says. */
static const char *
target_of(struct spfdesk *desk, const struct value *step)
{
    const char *target = value_as_text(value_get(step, "target"));
    const char *term = value_as_text(value_get(step, "term"));

    if (*target == '\0' || strstr(term, target) != NULL)
        return "";
    return arena_printf(desk->arena, " (%s)", target);
}

static void
draw_step(struct spfdesk *desk, const char *prefix, const struct value *step)
{
    const char *outcome = value_as_text(value_get(step, "outcome"));
    const char *reason = value_as_text(value_get(step, "reason"));
    const char *section = value_as_text(value_get(step, "section"));

    spfdesk_lines(desk, prefix, arena_printf(desk->arena, "%s  ", prefix),
                  arena_printf(desk->arena, "%s%s: %s%s%s%s%s%s",
                               value_as_text(value_get(step, "term")),
                               target_of(desk, step), outcome,
                               *reason == '\0' ? "" : ", ", reason,
                               cost_of(desk, step),
                               *section == '\0' ? "" : "; ", section));
}

static void
draw_visit(struct spfdesk *desk, const char *prefix, const struct value *visit)
{
    const char *record = value_as_text(value_get(visit, "record"));
    const char *reason = value_as_text(value_get(visit, "reason"));
    const char *section = value_as_text(value_get(visit, "section"));

    spfdesk_lines(desk, prefix, prefix,
                  arena_printf(desk->arena, "%s: %s%s%s%s%s",
                               value_as_text(value_get(visit, "domain")),
                               value_as_text(value_get(visit, "outcome")),
                               *reason == '\0' ? "" : ", ", reason,
                               *section == '\0' ? "" : "; ", section));
    prefix = arena_printf(desk->arena, "%s  ", prefix);
    if (*record != '\0')
        spfdesk_lines(desk, prefix, prefix, record);
}

void
spftext_trace(struct spfdesk *desk, const struct value *trace)
{
    for (size_t i = 0; i < value_count(trace); i++) {
        const struct value *entry = value_element(trace, i);
        bool is_step = !value_is_null(value_get(entry, "term"));
        int column = 2 + 4 * (int)value_as_number(value_get(entry, "depth"))
                     + (is_step ? 2 : 0);
        const char *prefix = arena_printf(desk->arena, "%*s", column, "");
        const struct value *asked = value_get(entry, "evidence");

        if (is_step)
            draw_step(desk, prefix, entry);
        else
            draw_visit(desk, prefix, entry);
        prefix = arena_printf(desk->arena, "%s  ", prefix);
        for (size_t k = 0; k < value_count(asked); k++)
            if (is_step || value_is_null(value_get(entry, "record"))
                || desk->settings.verbose > 0)
                spfdesk_evidence(desk, prefix, value_element(asked, k));
    }
}
