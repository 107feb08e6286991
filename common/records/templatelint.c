/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with a template, or a regexdns file, although it compiles. */
#include "common/records/templatelint.h"

#include "common/dkim/dkimkey.h"
#include "common/dmarc/dmarcrecord.h"
#include "common/dns/answer.h"
#include "common/spf/spfrecord.h"
#include "common/template/regexdns.h"
#include "common/template/templatelook.h"

/* Of nobody: made for this. */
#define SAMPLE_KEY "yjWi5yUNoYWG06L4HtX+Rg1nAelxfgAakDkQOjW9BSo="

struct lint {
    const struct template *template; /* looked at */
    struct report *report;           /* gets findings */
    struct arena *arena;             /* the report's */
    const char *at;                  /* apex */
};

/* ---- a customer that is everybody ---- */

static bool
sample_field(void *context, const struct template_scope *scope,
             struct slice selector, struct slice name, struct slice *value)
{
    static const struct {
        const char *name, *value; /* as asked, as answered */
    } rows[] = {
        {"key",       SAMPLE_KEY                },
        {"algorithm", "ed25519"                 },
        {"customer",  "customer"                },
        {"domain",    "customer.example"        },
        {"rua",       "mailto:dmarc@example.com"},
    };

    (void)context;
    (void)scope;
    (void)selector;
    *value = SLICE("x1");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (slice_equal(name, slice_of(rows[i].name)))
            *value = slice_of(rows[i].value);
    return true;
}

static const struct template_binder sample_binder = {.field = sample_field};

/* ---- is it what it is meant to be? ---- */

/* Why text is no such record, or NULL. */
static const char *
spf_fault(struct arena *arena, struct slice text)
{
    const struct spfrecord *record = spfrecord_parse(arena, text);

    return record->faults_all > 0 ? record->faults[0].reason : NULL;
}

static const char *
dmarc_fault(struct arena *arena, struct slice text)
{
    static const enum dmarcrecord_fault_kind fatal[] = {
        DMARCRECORD_POLICY_INVALID, DMARCRECORD_SP_INVALID,
        DMARCRECORD_NP_INVALID,     DMARCRECORD_RUA_INVALID,
        DMARCRECORD_RUA_SCHEME,     DMARCRECORD_RUA_SEPARATOR,
        DMARCRECORD_TAG_SYNTAX,     DMARCRECORD_DUPLICATE_TAG};
    const struct dmarcrecord *record = dmarcrecord_parse(arena, text);

    for (size_t i = 0; i < sizeof(fatal) / sizeof(fatal[0]); i++) {
        const struct dmarcrecord_fault *fault =
            dmarcrecord_fault(record, fatal[i]);

        if (fault != NULL)
            return fault->reason != NULL ? fault->reason
                                         : dmarcrecord_fault_word(fault->kind);
    }
    if (record->kind != DMARCRECORD_POLICY)
        return record->fault_count > 0
                   ? dmarcrecord_fault_word(record->faults[0].kind)
                   : "it does not begin with v=DMARC1;";
    return record->rfc9989 == DMARCRECORD_IGNORED ? "receivers ignore it"
                                                  : NULL;
}

static const char *
dkim_fault(struct arena *arena, struct slice text)
{
    const struct dkimkey *key = dkimkey_parse(arena, text, NULL, 0);

    if (key->state != DKIMKEY_INVALID)
        return NULL;
    for (size_t i = 0; i < key->fault_count; i++)
        if (key->faults[i].detail != NULL)
            return key->faults[i].detail;
    return key->fault_count > 0 ? dkimkey_fault_word(key->faults[0].kind)
                                : "no verifier can use it";
}

static bool
owner_has(const struct template_node *node, const char *label)
{
    struct slice text = slice_of(template_node_text(node));
    size_t at = slice_search(text, slice_of(label));

    return at < text.n && (at == 0 || text.p[at - 1] == '.');
}

static bool
owner_begins(const struct template_node *node, const char *label)
{
    return slice_starts(slice_of(template_node_text(node)), slice_of(label));
}

/* What text is meant to be, and why it is not; NULL when it is. */
static const char *
judge_text(struct arena *arena, const struct template_node *node,
           struct slice text, const char **kind)
{
    if (slice_starts_case(text, SLICE("v=spf1"))) {
        *kind = "SPF";
        return spfrecord_is_record(text) ? spf_fault(arena, text)
                                         : "v=spf1 needs a blank behind it";
    }
    *kind = "DMARC";
    if (owner_begins(node, "_dmarc.") || owner_begins(node, "_dmarc\\."))
        return dmarc_fault(arena, text);
    if (slice_starts_case(text, SLICE("v=DMARC")))
        return dmarcrecord_begins(text) ? NULL
                                        : "it does not begin with v=DMARC1";
    *kind = "DKIM";
    return owner_has(node, "_domainkey") || owner_has(node, "_dkim")
                   || slice_starts_case(text, SLICE("v=DKIM"))
               ? dkim_fault(arena, text)
               : NULL;
}

/* For one made-up capture. */
static const char *
judge_record(struct lint *lint, const struct template_node *node,
             const struct template_record *record, struct slice sample,
             const char **kind)
{
    struct template_match match;
    uint8_t data[TEMPLATE_RDATA_MAX];
    struct record view = {.type = RR_TXT};
    size_t size;

    templatelook_sample(node, sample, &match);
    if (template_expand(record, &match, &sample_binder, data, &size) != ST_OK)
        return NULL;
    view.data =
        arena_slice(lint->arena, (struct slice){(const char *)data, size});
    return judge_text(lint->arena, node, record_text(lint->arena, &view),
                      kind);
}

/* ---- one rule ---- */

static struct finding *
raise(struct lint *lint, enum finding_id id, const struct template_node *node,
      unsigned line)
{
    struct finding *finding = report_add(lint->report, id, lint->at);

    finding_word(finding, "rule", template_node_text(node));
    return finding_number(finding, "line", line);
}

/* A group may stand for a word or for a number: wrong is what is wrong for
   both. */
static void
check_records(struct lint *lint, const struct template_node *node)
{
    const struct template_record *record = NULL;

    while ((record = template_record_next(node, record)) != NULL) {
        const char *kind = "", *fault;

        if (template_record_type(record) != RR_TXT)
            continue;
        fault = judge_record(lint, node, record, SLICE("x1"), &kind);
        if (fault != NULL && templatelook_is_open(record))
            fault = template_is_regexdns(lint->template)
                        ? judge_record(lint, node, record, SLICE("1"), &kind)
                        : NULL;
        if (fault == NULL)
            continue;
        finding_word(finding_word(raise(lint, FIND_TEMPLATE_INVALID_RECORD,
                                        node, template_record_line(record)),
                                  "kind", kind),
                     "reason", fault);
    }
}

static unsigned
line_of(const struct lint *lint, const struct template_node *node)
{
    return template_is_regexdns(lint->template) ? regexdns_line(node)
                                                : templatelook_line(node);
}

static void
check_names(struct lint *lint, const struct template_node *node)
{
    const struct template_node *other =
        templatelook_shadow(lint->template, node);
    const char *label = templatelook_reserved(lint->template, node);
    unsigned line = line_of(lint, node), position = 0;
    size_t longest = templatelook_longest(lint->template, node);
    struct slice name;

    if (other != NULL)
        finding_number(
            finding_word(raise(lint, FIND_TEMPLATE_SHADOWED, node, line),
                         "other", template_node_text(other)),
            "other_line", line_of(lint, other));
    if (label != NULL)
        finding_word(raise(lint, FIND_TEMPLATE_RESERVED_LABEL, node, line),
                     "label", label);
    while (templatelook_unused(node, &position, &name))
        finding_text(raise(lint, FIND_TEMPLATE_UNUSED_CAPTURE, node, line),
                     "name", name);
    if (longest > NAME_WIRE_MAX)
        finding_number(finding_number(raise(lint, FIND_TEMPLATE_NAME_TOO_LONG,
                                            node, line),
                                      "octets", (int64_t)longest),
                       "limit", NAME_WIRE_MAX);
}

void
templatelint_check(const struct template *template, struct report *report)
{
    static const enum finding_id ids[] = {
        FIND_TEMPLATE_CNAME_BESIDE_DATA, FIND_TEMPLATE_INVALID_RECORD,
        FIND_TEMPLATE_NAME_TOO_LONG,     FIND_TEMPLATE_RESERVED_LABEL,
        FIND_TEMPLATE_SHADOWED,          FIND_TEMPLATE_UNUSED_CAPTURE};
    struct arena *arena = report_arena(report);
    struct lint lint = {template, report, arena,
                        name_dotted(arena, template_origin(template))};
    const struct template_node *node = NULL;
    unsigned line;

    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
        report_decide(report, ids[i], true);
    while ((node = templatelook_next(template, node)) != NULL) {
        if (templatelook_clash(node, &line))
            raise(&lint, FIND_TEMPLATE_CNAME_BESIDE_DATA, node, line);
        check_names(&lint, node);
        check_records(&lint, node);
    }
}

struct value *
templatelint_facts(const struct template *template, struct arena *arena)
{
    struct value *facts = value_map(arena), *about;
    const struct template_node *node = NULL;
    int64_t rules = 0, records = 0, open = 0;
    bool is_regexdns = template_is_regexdns(template);

    while ((node = template_next(template, node)) != NULL) {
        const struct template_record *record = NULL;

        rules++;
        while ((record = template_record_next(node, record)) != NULL)
            records++;
        if (is_regexdns && open == 0 && regexdns_form(node) == REGEXDNS_FREE)
            open = regexdns_line(node);
    }
    about = value_set(facts, "template", value_map(arena));
    value_set(about, "form",
              value_text(arena, is_regexdns ? "regexdns" : "template"));
    value_set(about, "rules", value_number(arena, rules));
    value_set(about, "records", value_number(arena, records));
    value_set(about, "denies", value_bool(arena, open == 0));
    value_set(about, "open",
              open == 0 ? value_null(arena) : value_number(arena, open));
    return facts;
}
