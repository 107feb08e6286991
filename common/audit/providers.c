/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendors of mail and DNS, known by the names that lead to them. */
#include "common/audit/providers.h"

#include <assert.h>
#include <fnmatch.h>

#include "common/base/strbuf.h"
#include "common/spf/spfselect.h"

enum column {
    COLUMN_VENDOR,
    COLUMN_SIGNS, /* the first of them */
    COLUMN_SELECTORS = COLUMN_SIGNS + PROVIDER_SIGNS,
    COLUMN_FIELD,
    COLUMN_TEXT,
    COLUMN_TARGET,
    COLUMN_QUIRKS,
    COLUMNS
};

static const char *const cells[] = {
#include "share/providers/providers.csv"
};

#define ROWS (sizeof(cells) / sizeof(cells[0]) / COLUMNS)
/* A comma that is missing makes one cell of two, without a word. */
static_assert(sizeof(cells) / sizeof(cells[0]) % COLUMNS == 0,
              "every row has all its cells");

size_t
providers_count(void)
{
    return ROWS - 1;
}

void
providers_get(size_t i, struct provider *out)
{
    /* the first row names the columns */
    const char *const *row = &cells[(i + 1) * COLUMNS];

    out->vendor = row[COLUMN_VENDOR];
    for (size_t k = 0; k < PROVIDER_SIGNS; k++)
        out->patterns[k] = row[COLUMN_SIGNS + k];
    out->selectors = row[COLUMN_SELECTORS];
    out->field = row[COLUMN_FIELD];
    out->text = row[COLUMN_TEXT];
    out->target = row[COLUMN_TARGET];
    out->quirks = row[COLUMN_QUIRKS];
}

/* ---- whose name it is ---- */

/* Every name above text is tried. */
bool
providers_matches(const char *pattern, const char *text)
{
    while (fnmatch(pattern, text, 0) != 0) {
        text = strchr(text, '.');
        if (text == NULL)
            return false;
        text++;
    }
    return true;
}

static bool
matches_any(struct slice patterns, const char *text)
{
    struct strbuf pattern = STRBUF_INIT;
    struct slice one;
    bool found = false;

    while (!found && slice_next(&patterns, ' ', &one)) {
        strbuf_cut(&pattern, 0);
        strbuf_add_slice(&pattern, one);
        found = one.n > 0 && providers_matches(pattern.p, text);
    }
    strbuf_clear(&pattern);
    return found;
}

bool
providers_find(enum provider_sign sign, const struct name *name,
               struct provider *out)
{
    struct strbuf text = STRBUF_INIT;
    bool found = false;

    name_present(name, &text);
    if (text.n > 1)
        strbuf_cut(&text, text.n - 1);
    for (size_t i = 0; i < providers_count() && !found; i++) {
        providers_get(i, out);
        found = matches_any(slice_of(out->patterns[sign]), text.p);
    }
    strbuf_clear(&text);
    return found;
}

bool
providers_find_alias(const struct answer *answer, struct provider *out)
{
    for (size_t i = answer->chain_count; i-- > 0;)
        if (answer->chain[i].type == RR_CNAME
            && providers_find(PROVIDER_ALIAS, &answer->chain[i].target, out))
            return true;
    return false;
}

bool
providers_has_quirk(const struct provider *provider, const char *quirk)
{
    struct slice quirks = slice_of(provider->quirks), one;

    while (slice_next(&quirks, ' ', &one))
        if (slice_equal(one, slice_of(quirk)))
            return true;
    return false;
}

const char *
providers_hint(struct arena *arena, const struct provider *provider,
               const struct name *owner, const struct name *zone)
{
    const char *bare = name_bare(arena, owner);
    size_t size = strlen(bare), below = strlen(name_bare(arena, zone));

    if (provider->field[0] == '\0' || !name_is_under(owner, zone)
        || name_equal(owner, zone) || zone->labels == 0)
        return NULL;
    if (!providers_has_quirk(provider, "appends"))
        return arena_printf(arena, "in the field %s of %s type %s",
                            provider->field, provider->vendor, bare);
    return arena_printf(arena,
                        "in the field %s of %s type %.*s: the domain is"
                        " added to it",
                        provider->field, provider->vendor,
                        (int)(size - below - 1), bare);
}

/* What the form calls the value; NULL where that is not known. */
static const char *
value_hint(struct arena *arena, const struct provider *provider, uint16_t type)
{
    const char *field = type == RR_CNAME ? provider->target
                        : type == RR_TXT ? provider->text
                                         : "";

    if (field[0] == '\0')
        return NULL;
    return arena_printf(arena, "the value goes into the field '%s' of %s",
                        field, provider->vendor);
}

const char *
providers_advice(struct arena *arena, const struct provider *provider,
                 enum nearmiss_part part, const struct providers_record *of)
{
    if (part == NEARMISS_OWNER)
        return providers_hint(arena, provider, of->owner, of->zone);
    if (part == NEARMISS_PROXY && providers_has_quirk(provider, "proxies"))
        return arena_printf(arena,
                            "%s proxies aliases: set the record's proxy status"
                            " to DNS only",
                            provider->vendor);
    if (part == NEARMISS_STRINGS && providers_has_quirk(provider, "strings"))
        return arena_printf(arena,
                            "at %s type it as several strings in quotes, each"
                            " of up to 255 characters, with a blank between"
                            " them",
                            provider->vendor);
    return value_hint(arena, provider, of->type);
}

bool
providers_of_servers(const struct answer *servers, struct provider *out)
{
    struct name host;

    for (size_t i = 0; i < servers->record_count; i++)
        if (record_target(&servers->records[i], &host)
            && providers_find(PROVIDER_NS, &host, out))
            return true;
    return false;
}

/* ---- selectors worth trying ---- */

struct inferred {
    struct provider list[PROVIDERS_INFERRED_MAX]; /* vendors, as seen */
    size_t count;                                 /* of them */
};

static void
infer(struct inferred *inferred, enum provider_sign sign,
      const struct name *name)
{
    struct provider *next = &inferred->list[inferred->count];

    if (inferred->count == PROVIDERS_INFERRED_MAX
        || !providers_find(sign, name, next))
        return;
    for (size_t i = 0; i < inferred->count; i++)
        if (inferred->list[i].vendor == next->vendor)
            return;
    inferred->count++;
}

static void
infer_mx(struct inferred *inferred, const struct answer *answer)
{
    struct name host;

    for (size_t i = 0; i < answer->record_count; i++)
        if (record_target(&answer->records[i], &host))
            infer(inferred, PROVIDER_MX, &host);
}

/* The domain's own record is enough: what it includes names further vendors
   only where these are the vendors' own affair. */
static void
infer_spf(struct inferred *inferred, struct view *view,
          const struct answer *answer)
{
    const struct spfrecord *record = spfselect_of(view, answer)->record;
    struct name target;

    for (size_t i = 0; record != NULL && i < record->term_count; i++) {
        const struct spfterm *term = &record->terms[i];

        if ((term->kind == SPFTERM_INCLUDE || term->kind == SPFTERM_REDIRECT)
            && name_from_text(&target, term->value) == ST_OK)
            infer(inferred, PROVIDER_SPF, &target);
    }
}

static void
add_selectors(struct arena *arena, struct audit_input *input,
              struct audit_selector *out, const struct inferred *inferred)
{
    for (size_t i = 0; i < inferred->count; i++) {
        struct slice rest = slice_of(inferred->list[i].selectors), one;

        while (slice_next(&rest, ' ', &one)) {
            if (one.n > 0)
                out[input->selector_count++] = (struct audit_selector){
                    .selector = arena_text(arena, one),
                    .origin = SELECTOR_PROVIDER,
                    .vendor = inferred->list[i].vendor,
                };
        }
    }
}

/* Selectors given, those of vendors, the other guesses.  One that is there
   twice is looked at once: at its first place. */
static const struct audit_input *
with_selectors(struct arena *arena, const struct audit_input *input,
               const struct inferred *inferred)
{
    struct audit_input *copy = ARENA_NEW(arena, struct audit_input);
    size_t room = input->selector_count;
    struct audit_selector *out;

    /* a selector takes an octet and a blank at least */
    for (size_t i = 0; i < inferred->count; i++)
        room += strlen(inferred->list[i].selectors);
    out = ARENA_ARRAY(arena, struct audit_selector, room);
    *copy = *input;
    copy->selectors = out;
    copy->selector_count = 0;
    for (size_t i = 0; i < input->selector_count; i++)
        if (!selector_is_guess(input->selectors[i].origin))
            out[copy->selector_count++] = input->selectors[i];
    add_selectors(arena, copy, out, inferred);
    for (size_t i = 0; i < input->selector_count; i++)
        if (selector_is_guess(input->selectors[i].origin))
            out[copy->selector_count++] = input->selectors[i];
    return copy;
}

bool
providers_has_guesses(const struct audit_input *input)
{
    for (size_t i = 0; i < input->selector_count; i++)
        if (selector_is_guess(input->selectors[i].origin))
            return true;
    return false;
}

const struct audit_input *
providers_input(const struct audit_input *input, struct view *view)
{
    struct inferred inferred = {0};

    if (!providers_has_guesses(input))
        return input;
    infer_mx(&inferred, view_lookup(view, &input->domain, RR_MX));
    infer_spf(&inferred, view, view_lookup(view, &input->domain, RR_TXT));
    if (inferred.count == 0)
        return input;
    return with_selectors(view_run_arena(view), input, &inferred);
}
