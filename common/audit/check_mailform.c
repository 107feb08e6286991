/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found of a message's From field and of its form. */
#include "common/audit/mailfacts.h"

/* Where findings of one message go. */
struct formchecker {
    const struct mailfacts *facts; /* of it */
    struct report *report;         /* findings */
    const char *at;                /* the author domain, or "" */
};

static struct finding *
raise(const struct formchecker *form, enum finding_id id)
{
    return report_add(form->report, id, form->at);
}

static const char *
author_of(const struct formchecker *form)
{
    const struct fromfield *from = &form->facts->doc->from;
    struct arena *arena = report_arena(form->report);

    if (from->domain.size > 0)
        return name_bare(arena, &from->domain);
    return from->domain_count > 0 ? name_bare(arena, &from->domains[0])
                                  : "one domain";
}

static void
add_domains(const struct formchecker *form, struct finding *finding)
{
    const struct fromfield *from = &form->facts->doc->from;

    for (size_t i = 0; i < from->domain_count; i++)
        finding_item(finding, "domains",
                     slice_of(name_bare(report_arena(form->report),
                                        &from->domains[i])));
}

static void
check_from(const struct formchecker *form)
{
    static const enum finding_id ids[FROMFIELD_TRICKS] = {
        [FROMFIELD_MISSING] = FIND_MESSAGE_FROM_MISSING,
        [FROMFIELD_MULTIPLE_FIELDS] = FIND_MESSAGE_FROM_MULTIPLE_FIELDS,
        [FROMFIELD_MALFORMED] = FIND_MESSAGE_FROM_MALFORMED,
        [FROMFIELD_OBFUSCATED] = FIND_MESSAGE_FROM_FIELD_NAME_OBFUSCATED,
        [FROMFIELD_MULTIPLE_DOMAINS] = FIND_MESSAGE_FROM_MULTIPLE_DOMAINS,
        [FROMFIELD_MULTIPLE_ADDRESSES] = FIND_MESSAGE_FROM_MULTIPLE_ADDRESSES,
        [FROMFIELD_NOT_ALABEL] = FIND_MESSAGE_FROM_NOT_ALABEL,
        [FROMFIELD_DISPLAY_ADDRESS] = FIND_MESSAGE_FROM_DISPLAY_ADDRESS,
    };
    const struct fromfield *from = &form->facts->doc->from;

    for (int i = 0; i < FROMFIELD_TRICKS; i++) {
        struct finding *finding;

        if (!fromfield_has(from, (enum fromfield_trick)i))
            continue;
        finding = raise(form, ids[i]);
        finding_number(finding, "count",
                       (int64_t)(i == FROMFIELD_MULTIPLE_FIELDS
                                     ? from->count
                                     : from->address_count));
        add_domains(form, finding);
        finding_word(finding, "author", author_of(form));
        if (from->malformed != NULL)
            finding_word(finding, "reason", from->malformed);
        if (from->display_address != NULL)
            finding_text(finding, "address", slice_of(from->display_address));
        if (i == FROMFIELD_OBFUSCATED)
            finding_text(finding, "line", from->odd_line);
    }
}

static void
check_lines(const struct formchecker *form)
{
    const struct mailshape *shape = &form->facts->doc->shape;
    struct finding *finding;

    if (shape->bare_cr + shape->bare_lf > 0) {
        finding = raise(form, FIND_MESSAGE_BARE_NEWLINE);
        finding_number(finding, "cr", (int64_t)shape->bare_cr);
        finding_number(finding, "lf", (int64_t)shape->bare_lf);
    }
    if (shape->longest > MAILSHAPE_LINE_MAX) {
        finding = raise(form, FIND_MESSAGE_LINE_TOO_LONG);
        finding_number(finding, "line", (int64_t)shape->longest_line);
        finding_number(finding, "octets", (int64_t)shape->longest);
        finding_number(finding, "limit", MAILSHAPE_LINE_MAX);
    }
    if (shape->has_eight_bit)
        raise(form, FIND_MESSAGE_EIGHT_BIT);
    if (shape->repeated != NULL) {
        finding = raise(form, FIND_MESSAGE_DUPLICATE_HEADER);
        finding_word(finding, "field", shape->repeated);
        finding_number(finding, "count", (int64_t)shape->repeated_count);
    }
    if (shape->missing != NULL)
        finding_word(raise(form, FIND_MESSAGE_REQUIRED_HEADER_MISSING),
                     "fields", shape->missing);
}

/* RFC 8058 section 4: a valid signature covers both. */
static bool
covers(const struct mailfacts *facts, const char *name)
{
    for (size_t i = 0; i < facts->doc->list.count; i++)
        if (facts->signatures[i].verdict.result == DKIMRESULT_PASS
            && dkimsig_signs(facts->doc->list.checks[i].sig, slice_of(name))
                   > 0)
            return true;
    return false;
}

static void
check_unsubscribe(const struct formchecker *form)
{
    static const char one[] = "List-Unsubscribe";
    static const char click[] = "List-Unsubscribe-Post";
    const struct mailshape *shape = &form->facts->doc->shape;
    struct finding *finding = NULL;
    const char *unsigned_field = NULL;

    if (shape->bulk != NULL
        && (!shape->has_unsubscribe || !shape->has_one_click)) {
        finding = raise(form, FIND_MESSAGE_LIST_UNSUBSCRIBE_MISSING);
        finding_word(finding, "bulk", shape->bulk);
        finding_word(finding, "fields", shape->has_unsubscribe ? click : one);
    }
    if (shape->has_unsubscribe && !covers(form->facts, one))
        unsigned_field = one;
    else if (shape->has_one_click && !covers(form->facts, click))
        unsigned_field = click;
    if (unsigned_field != NULL)
        finding_word(raise(form, FIND_MESSAGE_LIST_UNSUBSCRIBE_UNSIGNED),
                     "fields", unsigned_field);
}

void
mailfacts_check_form(const struct mailfacts *facts, struct report *report)
{
    const struct name *domain = &facts->doc->from.domain;
    struct formchecker form = {facts, report, ""};

    if (domain->size > 0)
        form.at = name_dotted(report_arena(report), domain);
    check_from(&form);
    check_lines(&form);
    check_unsubscribe(&form);
    if (facts->doc->shape.has_dkim2)
        raise(&form, FIND_MESSAGE_DKIM2_PRESENT);
    if (facts->doc->shape.indirect != NULL)
        finding_word(raise(&form, FIND_MESSAGE_INDIRECT_FLOW), "field",
                     facts->doc->shape.indirect);
}
