/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an audit's selectors come from. */
#include "tools/auditsource.h"

#include <stdlib.h>
#include <string.h>

#include "common/audit/keyage.h"
#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/message/mailsigner.h"
#include "common/registry/rows.h"
#include "tools/reportread.h"
#include "tools/selectors.h"

/* What somebody says of one domain. */
struct named {
    struct audit_selector *selectors; /* grown */
    size_t count;                     /* of them */
    bool is_listed;                   /* it is in domains */
    const char *return_path;          /* of a message, or NULL */
};

struct auditsource {
    struct arena *arena;              /* all of it */
    struct audit_selector *everybody; /* of every domain, asserted first */
    size_t asserted, everybody_count; /* of them */
    struct table *named;              /* by name without final dot */
    char **domains;                   /* to be audited if none is given */
    size_t domain_count;              /* of them */
};

static struct named *
named_of(struct auditsource *source, const char *domain)
{
    struct named *named = table_get(source->named, slice_of(domain));

    if (named != NULL)
        return named;
    named = ARENA_NEW(source->arena, struct named);
    table_put(source->named, slice_of(domain), named);
    return named;
}

static void
add_domain(struct auditsource *source, struct named *named, const char *domain)
{
    if (named->is_listed)
        return;
    named->is_listed = true;
    source->domains = arena_grow(source->arena, source->domains,
                                 source->domain_count, sizeof(char *));
    source->domains[source->domain_count++] =
        arena_text(source->arena, slice_of(domain));
}

static void
add_selector(struct auditsource *source, struct named *named,
             const struct audit_selector *selector)
{
    named->selectors = arena_grow(source->arena, named->selectors,
                                  named->count, sizeof(*selector));
    named->selectors[named->count] = *selector;
    named->selectors[named->count++].selector =
        arena_text(source->arena, slice_of(selector->selector));
}

/* ---- the command line, and the ranked list ---- */

static void
fill_everybody(struct auditsource *source,
               const struct auditsource_settings *settings)
{
    size_t guesses = settings->guess ? selectors_count() : 0;
    size_t n = 0;

    source->everybody = ARENA_ARRAY(source->arena, struct audit_selector,
                                    settings->given->count + guesses);
    for (size_t i = 0; i < settings->given->count; i++)
        source->everybody[n++] =
            (struct audit_selector){.selector = settings->given->items[i],
                                    .origin = SELECTOR_COMMAND_LINE};
    source->asserted = n;
    for (size_t i = 0; i < guesses; i++)
        source->everybody[n++] = (struct audit_selector){
            .selector = selectors_ranked(i), .origin = SELECTOR_GUESSED};
    source->everybody_count = n;
}

/* ---- messages ---- */

static void
add_signer(struct auditsource *source, const char *path,
           const struct mailsigner *signer)
{
    struct audit_selector selector = {.selector = signer->selector,
                                      .origin = SELECTOR_MESSAGE};
    struct error err = ERROR_INIT;
    struct named *named;
    const char *domain;
    struct name name;

    if (signer->problem != NULL) {
        diag_note("'%s': DKIM-Signature %zu is passed over: %s", path,
                  signer->number, signer->problem);
        return;
    }
    if (name_from_user(&name, signer->domain, &err) != ST_OK) {
        diag_note("'%s': DKIM-Signature %zu is passed over: its d= is no "
                  "domain: %s",
                  path, signer->number, err.text);
        return;
    }
    domain = name_bare(source->arena, &name);
    named = named_of(source, domain);
    add_domain(source, named, domain);
    add_selector(source, named, &selector);
}

/* The address of the first field of that name: what stands in its last <>,
   else all of it.  Empty when there is none. */
static struct slice
field_address(const struct mailhead *head, struct slice name)
{
    for (size_t i = 0; i < head->count; i++) {
        struct slice value = head->fields[i].value;
        size_t at = value.n;

        if (!slice_equal_case(head->fields[i].name, name))
            continue;
        while (at > 0 && value.p[at - 1] != '<')
            at--;
        value = slice_from(value, at);
        return slice_trim(slice_sub(value, 0, slice_find(value, '>')));
    }
    return SLICE_EMPTY;
}

/* Mail of the domain in text, an address or a domain, has that return path:
   the first message says. */
static void
note_return_path(struct auditsource *source, const char *text,
                 const char *return_path)
{
    const char *at = strrchr(text, '@');
    struct named *named;
    struct name name;

    if (name_from_user(&name, at == NULL ? text : at + 1, NULL) != ST_OK)
        return;
    named = named_of(source, name_bare(source->arena, &name));
    if (named->return_path == NULL)
        named->return_path = return_path;
}

/* RFC 5321 section 4.4: who delivers a message writes its return path down.
   The null one, of a bounce, says nothing about that of other mail. */
static void
read_return_path(struct auditsource *source, const struct mailhead *head,
                 const struct mailsigner *signers, size_t count)
{
    struct slice path = field_address(head, SLICE("Return-Path"));
    struct slice from = field_address(head, SLICE("From"));
    const char *text;

    if (slice_find(path, '@') == path.n)
        return;
    text = arena_text(source->arena, path);
    note_return_path(source, arena_text(source->arena, from), text);
    for (size_t i = 0; i < count; i++)
        if (signers[i].problem == NULL)
            note_return_path(source, signers[i].domain, text);
}

static enum status
read_message(struct auditsource *source, const char *path, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct error why = ERROR_INIT;
    struct arena *arena = arena_new();
    const struct mailsigner *signers;
    struct mailhead head;
    size_t count = 0;
    enum status st = file_read(path, AUDITSOURCE_MESSAGE_MAX, &text, err);

    if (st != ST_OK)
        goto out;
    st = mailhead_read(arena, strbuf_slice(&text), &head, &why);
    if (st != ST_OK) {
        st = error_set(err, st, "'%s' is no mail message: %s", path, why.text);
        goto out;
    }
    signers = mailsigner_list(arena, &head, &count);
    for (size_t i = 0; i < count; i++)
        add_signer(source, path, &signers[i]);
    read_return_path(source, &head, signers, count);
    if (count == 0)
        diag_note("'%s' has no DKIM-Signature", path);
out:
    arena_free(arena);
    strbuf_clear(&text);
    return st;
}

/* ---- reports ---- */

/* Octets that a selector in DNS does not have are no use to ask for. */
static bool
is_plain(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ' || text.p[i] == 127)
            return false;
    return text.n > 0;
}

/* What never passed may have been made up by anybody: it names no selector of
   the domain. */
static void
add_reported(struct auditsource *source, const struct tally_selector *seen)
{
    struct audit_selector selector = {.origin = SELECTOR_REPORT};
    struct named *named;
    const char *domain;
    struct name name;

    if (seen->passed == 0 || !is_plain(seen->selector)
        || name_from_user(&name, arena_text(source->arena, seen->domain), NULL)
               != ST_OK)
        return;
    domain = name_bare(source->arena, &name);
    named = named_of(source, domain);
    if (seen->is_aligned)
        add_domain(source, named, domain);
    selector.selector = arena_text(source->arena, seen->selector);
    add_selector(source, named, &selector);
}

static enum status
read_reports(struct auditsource *source, const struct opt_list *paths,
             struct error *err)
{
    struct reportread input = {
        .operands = paths->items,
        .count = paths->count,
        .limits = {.octets = FEEDBACKFILE_OCTETS_MAX,
                   .rows = FEEDBACKFILE_ROWS_MAX},
    };
    struct tally *tally = tally_new(clock_now());
    struct arena *arena = arena_new();
    struct tally_lists lists;
    size_t files = 0;
    enum status st = reportread_run(&input, tally, &files);

    tally_lists(tally, arena, &lists);
    for (const struct tally_fault *fault = lists.faults; fault != NULL;
         fault = fault->next)
        if (fault->id != FIND_REPORT_DUPLICATE && !fault->is_counted)
            diag_note("'%s' is passed over: %s", fault->file, fault->reason);
    for (size_t i = 0; i < lists.selector_count; i++)
        add_reported(source, lists.selectors[i]);
    arena_free(arena);
    tally_free(tally);
    /* What could not be read has been told. */
    return st == ST_OK ? ST_OK
                       : error_set(err, st, "not all reports could be read");
}

/* ---- the registry ---- */

static bool
is_over(enum key_state state)
{
    return state == KEY_RETIRED || state == KEY_REVOKED;
}

static void
add_key(struct auditsource *source, const struct customer_key *key)
{
    struct selector_known *known =
        ARENA_NEW(source->arena, struct selector_known);
    struct audit_selector selector = {.selector = key->selector,
                                      .origin = SELECTOR_REGISTRY,
                                      .known = known};

    known->since = key->created;
    known->how = "the registry";
    known->is_in_use = key->state == KEY_ACTIVE;
    known->is_over = is_over(key->state);
    known->has_key = key->public_text != NULL;
    if (known->has_key)
        keyage_digest(slice_of(key->public_text), known->key);
    add_selector(source, named_of(source, key->signing_domain), &selector);
}

/* What is reserved has no key yet. */
static void
add_row(struct auditsource *source, const struct row *row)
{
    if (row->domain.id == 0)
        return;
    if (row->domain.state != DOMAIN_REMOVED
        && row->customer.state != CUSTOMER_REMOVED)
        add_domain(source, named_of(source, row->domain.name),
                   row->domain.name);
    if (row->key.id != 0 && row->key.state != KEY_RESERVED)
        add_key(source, &row->key);
}

static enum status
read_registry(struct auditsource *source, struct registry *registry,
              struct error *err)
{
    static const struct row_filter all = {.with_removed = true};
    struct rows *rows = NULL;
    const struct row *row;
    enum status st = rows_open(registry, &all, &rows, err);

    while (st == ST_OK && (st = rows_next(rows, &row, err)) == ST_OK)
        add_row(source, row);
    rows_free(rows);
    return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- all of them ---- */

enum status
auditsource_new(const struct auditsource_settings *settings,
                struct auditsource **out, struct error *err)
{
    struct auditsource *source = memory_zeroed(1, sizeof(*source));
    enum status st = ST_OK;

    source->arena = arena_new();
    source->named = table_new();
    fill_everybody(source, settings);
    for (size_t i = 0; st == ST_OK && i < settings->messages->count; i++)
        st = read_message(source, settings->messages->items[i], err);
    if (st == ST_OK && settings->reports->count > 0)
        st = read_reports(source, settings->reports, err);
    if (st == ST_OK && settings->registry != NULL)
        st = read_registry(source, settings->registry, err);
    if (st == ST_OK)
        *out = source;
    else
        auditsource_free(source);
    return st;
}

void
auditsource_free(struct auditsource *source)
{
    if (source == NULL)
        return;
    table_free(source->named);
    arena_free(source->arena);
    free(source);
}

char **
auditsource_domains(const struct auditsource *source, size_t *count)
{
    *count = source->domain_count;
    return source->domains;
}

void
auditsource_fill(const struct auditsource *source, struct audit_input *input,
                 struct arena **arena)
{
    struct arena *work = arena_new();
    const struct named *named =
        table_get(source->named, slice_of(name_bare(work, &input->domain)));
    struct audit_selector *list;
    size_t n = source->asserted;

    if (input->mail_from == NULL && named != NULL)
        input->mail_from = named->return_path;
    input->selectors = source->everybody;
    input->selector_count = source->everybody_count;
    if (named != NULL && named->count > 0) {
        list = ARENA_ARRAY(work, struct audit_selector,
                           source->everybody_count + named->count);
        memcpy(list, source->everybody, n * sizeof(*list));
        memcpy(list + n, named->selectors, named->count * sizeof(*list));
        memcpy(list + n + named->count, source->everybody + n,
               (source->everybody_count - n) * sizeof(*list));
        input->selectors = list;
        input->selector_count += named->count;
        *arena = work;
        return;
    }
    arena_free(work);
}
