/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie align: From, d= and MAIL FROM against live DMARC, before there is
   any mail. */
#include <stdlib.h>
#include <string.h>

#include "common/audit/align.h"
#include "common/base/memory.h"
#include "tools/spfdesk.h"

struct align_options {
    const char *from;      /* --from */
    struct opt_list dkim;  /* --dkim D */
    const char *mailfrom;  /* --mailfrom */
    const char *helo;      /* --helo */
    const char *delegated; /* --delegated */
};

static const struct align_options align_defaults;

static const struct opt_def align_options[] = {
    OPT_TEXT(0, "from", struct align_options, from, "DOMAIN",
             "the author domain: of the address in From"),
    OPT_LIST(0, "dkim", struct align_options, dkim, "DOMAIN",
             "d= of a signature (repeats)"),
    OPT_TEXT(0, "mailfrom", struct align_options, mailfrom, "DOMAIN",
             "of MAIL FROM; '' is the null return path"),
    OPT_TEXT(0, "helo", struct align_options, helo, "NAME",
             "the HELO name; it counts where MAIL FROM is null"),
    OPT_TEXT(0, "delegated", struct align_options, delegated, "NAME",
             "a subdomain held by somebody else: what can it sign as?"),
    OPT_END,
};

/* One plan on its way. */
struct planning {
    struct align_input input;   /* what is asked about */
    struct align_claim *claims; /* of it; new */
    const struct align *align;  /* of the latest run */
};

static void
analyse(void *context, struct view *view)
{
    struct planning *planning = context;

    planning->align = align_find(view, &planning->input);
}

/* A domain, or an address of which the domain counts. */
static enum exit_status
read_name(struct spfdesk *desk, const char *option, const char *text,
          struct name *name)
{
    const char *at = strrchr(text, '@');
    struct error err = ERROR_INIT;

    if (name_from_user(name, at == NULL ? text : at + 1, &err) == ST_OK)
        return EXIT_GOOD;
    return cmd_usage(desk->context, "--%s: %s", option, err.text);
}

static enum exit_status
add_claim(struct spfdesk *desk, struct planning *planning,
          enum align_kind kind, const char *text)
{
    struct align_claim *claim =
        &planning->claims[planning->input.claim_count++];

    claim->kind = kind;
    claim->counts = true;
    return read_name(desk, align_kind_word(kind), text, &claim->domain);
}

static enum exit_status
read_claims(struct spfdesk *desk, struct planning *planning,
            const struct align_options *options)
{
    bool is_null = options->mailfrom != NULL && options->mailfrom[0] == '\0';
    enum exit_status exit_status = EXIT_GOOD;

    /* MAIL FROM and HELO besides. */
    planning->claims =
        memory_zeroed(options->dkim.count + 2, sizeof(*planning->claims));
    planning->input.claims = planning->claims;
    for (size_t i = 0; i < options->dkim.count && exit_status == EXIT_GOOD;
         i++)
        exit_status =
            add_claim(desk, planning, ALIGN_DKIM, options->dkim.items[i]);
    if (exit_status == EXIT_GOOD && options->mailfrom != NULL && !is_null)
        exit_status =
            add_claim(desk, planning, ALIGN_MAILFROM, options->mailfrom);
    if (exit_status != EXIT_GOOD || options->helo == NULL)
        return exit_status;
    exit_status = add_claim(desk, planning, ALIGN_HELO, options->helo);
    planning->claims[planning->input.claim_count - 1].counts = is_null;
    return exit_status;
}

static enum exit_status
read_options(struct spfdesk *desk, struct planning *planning,
             const struct align_options *options)
{
    struct align_input *input = &planning->input;
    enum exit_status exit_status;

    if (options->from == NULL)
        return cmd_usage(desk->context, "which author domain?  --from DOMAIN");
    exit_status = read_name(desk, "from", options->from, &input->from);
    if (exit_status == EXIT_GOOD)
        exit_status = read_claims(desk, planning, options);
    if (exit_status == EXIT_GOOD && options->delegated != NULL) {
        exit_status = read_name(desk, "delegated", options->delegated,
                                &input->delegated);
        if (exit_status == EXIT_GOOD
            && (!name_is_under(&input->delegated, &input->from)
                || name_equal(&input->delegated, &input->from)))
            return cmd_usage(desk->context,
                             "'%s' is no subdomain of the author domain",
                             options->delegated);
    }
    if (exit_status == EXIT_GOOD && input->claim_count == 0
        && options->delegated == NULL)
        return cmd_usage(desk->context, "nothing to align: --dkim, "
                                        "--mailfrom, --helo or --delegated");
    return exit_status;
}

/* ---- text ---- */

static const char *const rules[] = {"rfc9989", "rfc7489"};
static const char *const titles[] = {"RFC 9989", "RFC 7489"};

static const char *
word_of(const struct value *truth)
{
    if (value_is_null(truth))
        return "?";
    return value_as_bool(truth) ? "yes" : "no";
}

static void
draw_policy(struct spfdesk *desk, const struct value *document, int i)
{
    const struct value *policy = value_get(document, rules[i]);
    const struct value *result = value_get(policy, "result");
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%s: ", titles[i]);
    if (!value_is_null(result))
        strbuf_addf(&text, "%s; ", value_as_text(result));
    if (value_is_null(value_get(policy, "org_domain")))
        strbuf_add_text(&text, "organizational domain unknown");
    else
        strbuf_addf(&text, "organizational domain %s",
                    value_as_text(value_get(policy, "org_domain")));
    if (strcmp(value_as_text(value_get(policy, "state")), "known") != 0)
        strbuf_add_text(&text, "; which policy applies could not be told");
    else if (value_is_null(value_get(policy, "found_at")))
        strbuf_add_text(&text, "; no policy");
    else
        strbuf_addf(&text, "; %s by %s, adkim=%s, aspf=%s",
                    value_as_text(value_get(policy, "policy")),
                    value_as_text(value_get(policy, "found_at")),
                    value_as_text(value_get(policy, "adkim")),
                    value_as_text(value_get(policy, "aspf")));
    spfdesk_lines(desk, "  ", "    ", text.p);
    strbuf_clear(&text);
}

static size_t
widest(const struct value *rows)
{
    size_t width = strlen("identifier");

    for (size_t i = 0; i < value_count(rows); i++) {
        const struct value *row = value_element(rows, i);
        size_t n = strlen(value_as_text(value_get(row, "kind"))) + 1
                   + strlen(value_as_text(value_get(row, "domain")));

        width = n > width ? n : width;
    }
    return width;
}

/* One answer, with a star where the policy asks for that mode. */
static void
draw_cell(struct spfdesk *desk, const struct value *document,
          const struct value *row, const char *mode, int i)
{
    const struct value *policy = value_get(document, rules[i]);
    bool is_dkim = strcmp(value_as_text(value_get(row, "kind")), "dkim") == 0;
    const char *asked =
        value_as_text(value_get(policy, is_dkim ? "adkim" : "aspf"));

    strbuf_addf(
        &desk->text, "  %-8s",
        arena_printf(desk->arena, "%s%s",
                     word_of(value_get(value_get(row, rules[i]), mode)),
                     asked[0] == mode[0] ? "*" : ""));
}

static void
draw_row(struct spfdesk *desk, const struct value *document,
         const struct value *row, size_t width)
{
    struct strbuf *out = &desk->text;
    const char *name = arena_printf(desk->arena, "%s %s",
                                    value_as_text(value_get(row, "kind")),
                                    value_as_text(value_get(row, "domain")));

    strbuf_addf(out, "  %-*s", (int)width, name);
    for (int i = 0; i < ALIGN_RULES; i++) {
        draw_cell(desk, document, row, "relaxed", i);
        draw_cell(desk, document, row, "strict", i);
    }
    while (out->n > 0 && out->p[out->n - 1] == ' ')
        strbuf_cut(out, out->n - 1);
    if (!value_as_bool(value_get(row, "counts")))
        strbuf_add_text(out, "   not looked at");
    strbuf_add_char(out, '\n');
}

static void
draw_rows(struct spfdesk *desk, const struct value *document)
{
    const struct value *rows = value_get(document, "identifiers");
    size_t width = widest(rows);

    if (value_count(rows) == 0)
        return;
    strbuf_addf(&desk->text, "\n  %-*s  %-20s%s\n", (int)width, "", titles[0],
                titles[1]);
    strbuf_addf(&desk->text, "  %-*s  relaxed   strict    relaxed   strict\n",
                (int)width, "identifier");
    for (size_t i = 0; i < value_count(rows); i++)
        draw_row(desk, document, value_element(rows, i), width);
    strbuf_add_text(&desk->text, "  * what the policy asks for\n");
}

static void
draw_changes(struct spfdesk *desk, const struct value *changes)
{
    if (value_count(changes) > 0)
        strbuf_add_text(&desk->text, "\nany one of these is enough\n");
    for (size_t i = 0; i < value_count(changes); i++) {
        const struct value *one = value_element(changes, i);
        const char *kind = value_as_text(value_get(one, "change"));
        const char *value = value_as_text(value_get(one, "value"));
        const char *text;

        if (strcmp(kind, "sign") == 0)
            text = arena_printf(desk->arena,
                                "sign with d=%s; its key is at "
                                "SELECTOR._domainkey.%s",
                                value, value);
        else if (strcmp(kind, "mailfrom") == 0)
            text = arena_printf(desk->arena,
                                "send with %s in MAIL FROM; its SPF record "
                                "must let the sender pass",
                                value);
        else
            text = arena_printf(desk->arena, "publish %s TXT \"%s\"",
                                value_as_text(value_get(one, "at")), value);
        spfdesk_lines(desk, "  -> ", "     ", text);
    }
}

/* What people reach for, and what comes of it. */
static void
draw_measures(struct spfdesk *desk, const struct value *measures)
{
    /* Texts of this length are not to stand side by side. */
    /* clang-format off */
    static const struct {
        const char *tag, *text;
    } notes[] = {
        {
            .tag = "d=",
            .text =
                "whoever has a key signs with the delegated name in d=, and "
                "relaxed alignment takes that for the names above",
        },
        {
            .tag = "t=s",
            .text = "keeps i= to d= in its keys; DMARC looks at d= alone",
        },
        {
            .tag = "adkim=s",
            .text = "leaves MAIL FROM: aspf=s belongs to it",
        },
        {
            .tag = "adkim=s; aspf=s",
            .text =
                "at the names above: only their very own name counts, for all"
                " other senders too",
        },
        {
            .tag = "sp=",
            .text = "is for mail that fails, and this mail passes",
        },
        {
            .tag = "psd=n",
            .text =
                "at the delegated name: an organization of its own, which "
                "receivers of RFC 7489 do not know of",
        },
    };
    /* clang-format on */

    strbuf_add_text(&desk->text, "\nwhat would keep it to itself\n");
    for (size_t i = 0; i < value_count(measures); i++) {
        const struct value *one = value_element(measures, i);
        const char *tag = value_as_text(value_get(one, "tag"));

        for (size_t k = 0; k < sizeof(notes) / sizeof(notes[0]); k++)
            if (strcmp(notes[k].tag, tag) == 0)
                spfdesk_lines(
                    desk, "  ", "    ",
                    arena_printf(
                        desk->arena, "%s: by RFC 9989 %s, by RFC 7489 %s: %s",
                        tag, word_of(value_get(one, rules[0])),
                        word_of(value_get(one, rules[1])), notes[k].text));
    }
}

static void
draw_containment(struct spfdesk *desk, const struct value *containment)
{
    const struct value *reach = value_get(containment, "signs_as");
    const struct value *records = value_get(containment, "records");
    const char *name = value_as_text(value_get(containment, "delegated"));

    if (value_is_null(containment))
        return;
    strbuf_addf(&desk->text, "\nwhoever holds %s could pass as\n", name);
    for (size_t i = 0; i < value_count(reach); i++) {
        const struct value *one = value_element(reach, i);

        spfdesk_lines(desk, "  ", "    ",
                      arena_printf(desk->arena,
                                   "%s: by RFC 9989 %s, by RFC 7489 %s",
                                   value_as_text(value_get(one, "from")),
                                   word_of(value_get(one, rules[0])),
                                   word_of(value_get(one, rules[1]))));
    }
    for (size_t i = 0; i < value_count(records); i++) {
        const struct value *one = value_element(records, i);

        spfdesk_lines(
            desk, "  -> ", "     ",
            arena_printf(desk->arena, "%s TXT \"%s\" keeps it to itself %s",
                         value_as_text(value_get(one, "at")),
                         value_as_text(value_get(one, "value")),
                         value_as_bool(value_get(one, rules[1]))
                             ? "by both; all others must then use the "
                               "very domain in From"
                             : "by RFC 9989 alone"));
    }
    draw_measures(desk, value_get(containment, "measures"));
}

static void
draw(struct spfdesk *desk, const struct value *document)
{
    strbuf_addf(&desk->text, "From %s\n",
                value_as_text(value_get(document, "from")));
    for (int i = 0; i < ALIGN_RULES; i++)
        draw_policy(desk, document, i);
    draw_rows(desk, document);
    draw_changes(desk, value_get(document, "changes"));
    draw_containment(desk, value_get(document, "containment"));
}

static enum exit_status
exit_of(const struct align *align)
{
    bool is_open = false;

    for (int i = 0; i < ALIGN_RULES; i++) {
        if (align->input->claim_count > 0) {
            enum align_result result = align->results[i];

            if (result == ALIGN_FAIL || result == ALIGN_NONE)
                return EXIT_FOUND;
            is_open = is_open || result == ALIGN_UNKNOWN;
        }
        if (align->input->delegated.size > 0) {
            if (align->confined[i] == ALIGN_NO)
                return EXIT_FOUND;
            is_open = is_open || align->confined[i] == ALIGN_CANNOT_TELL;
        }
    }
    return is_open ? EXIT_UNKNOWN : EXIT_GOOD;
}

static enum exit_status
align_run(struct context *context)
{
    struct planning planning = {.align = NULL};
    struct spfdesk desk;
    enum exit_status exit_status = spfdesk_open(&desk, context);

    if (exit_status != EXIT_GOOD)
        return exit_status;
    exit_status = read_options(&desk, &planning, context->options);
    if (exit_status == EXIT_GOOD) {
        struct value *document = spfdesk_document(&desk);

        spfdesk_run(&desk, name_bare(desk.arena, &planning.input.from),
                    analyse, &planning);
        align_value(desk.arena, planning.align, document);
        align_check(planning.align, desk.report);
        spfdesk_findings(&desk, document);
        spfdesk_print(&desk, document, draw);
        exit_status = exit_of(planning.align);
    }
    free(planning.claims);
    return spfdesk_close(&desk, exit_status);
}

const struct command cmd_align = {
    .name = "align",
    .synopsis = "--from DOMAIN [--dkim DOMAIN]... [--mailfrom DOMAIN]",
    .summary = "which identifiers DMARC would accept, before any mail",
    .about = "Compares each with the author domain by RFC 9989 and by RFC "
             "7489, relaxed and strict, under the live policy.  Exit status: "
             "0 one of them is aligned by both, 1 not, 3 it could not be "
             "told.",
    .examples = "selkie align --from example.com --dkim news.example.com\n"
                "selkie align --from example.com --delegated news.example.com",
    .options = align_options,
    .defaults = &align_defaults,
    .options_size = sizeof(align_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NO_PROFILE,
    .run = align_run,
};
