/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A question and its answer as the line of a recording. */
#include "common/dns/recordingvalue.h"

#include "common/base/digest.h"
#include "common/base/strbuf.h"
#include "common/dns/rcode.h"
#include "common/dns/recordingform.h"
#include "common/dns/recordline.h"

/* A line in work. */
struct printer {
    struct arena *arena; /* of the line */
    struct strbuf text;  /* scratch */
};

static void
set_presented(struct printer *printer, struct value *line, const char *name)
{
    value_set(line, name,
              value_slice(printer->arena, strbuf_slice(&printer->text)));
    strbuf_cut(&printer->text, 0);
}

static void
set_true(struct printer *printer, struct value *line, const char *name,
         bool truth)
{
    if (truth)
        value_set(line, name, value_bool(printer->arena, true));
}

static void
set_number(struct printer *printer, struct value *line, const char *name,
           int64_t number)
{
    value_set(line, name, value_number(printer->arena, number));
}

static void
set_question(struct printer *printer, struct value *line,
             const struct question *question)
{
    bool direct = question->server.family != 0;
    const char *transport = recordingform_transports[question->transport];

    strbuf_cut(&printer->text, 0);
    name_present(&question->name, &printer->text);
    set_presented(printer, line, "name");
    rrtype_present(question->type, &printer->text);
    set_presented(printer, line, "type");
    address_present_port(&question->server, &printer->text);
    if (direct)
        set_presented(printer, line, "to");
    if (transport != NULL)
        value_set(line, "transport", value_text(printer->arena, transport));
    if (question->edns_size != QUESTION_EDNS_SIZE)
        set_number(printer, line, "edns", question->edns_size);
    if (question->rd == direct)
        value_set(line, "rd", value_bool(printer->arena, question->rd));
    set_true(printer, line, "do", question->dnssec_ok);
    set_true(printer, line, "cd", question->checking_disabled);
    set_true(printer, line, "mixed", question->mixed_case);
    if (question->ordinal != 0)
        set_number(printer, line, "ordinal", question->ordinal);
}

static void
add_record(struct printer *printer, struct value *list,
           const struct record *record)
{
    strbuf_cut(&printer->text, 0);
    recordline_present(record, &printer->text);
    value_add(list, value_slice(printer->arena, strbuf_slice(&printer->text)));
}

static void
set_records(struct printer *printer, struct value *line, const char *name,
            const struct record *records, size_t count)
{
    struct value *list;

    if (count == 0)
        return;
    list = value_set(line, name, value_list(printer->arena));
    for (size_t i = 0; i < count; i++)
        add_record(printer, list, &records[i]);
}

/* A hop as the record that it comes from.  A DNAME's own target is what is
   left of the next name when the labels it kept are taken off. */
static void
set_chain(struct printer *printer, struct value *line,
          const struct question *question, const struct answer *answer)
{
    const struct name *at = &question->name;
    struct value *list;

    if (answer->chain_count == 0)
        return;
    list = value_set(line, "chain", value_list(printer->arena));
    for (size_t i = 0; i < answer->chain_count; i++) {
        const struct hop *hop = &answer->chain[i];
        struct name target = hop->target;
        struct record record = {
            .owner = hop->owner, .type = hop->type, .ttl = hop->ttl};

        if (hop->type == RR_DNAME && at->labels >= hop->owner.labels
            && target.labels >= at->labels - hop->owner.labels)
            name_suffix(
                &target, &hop->target,
                (unsigned)(target.labels - (at->labels - hop->owner.labels)));
        record.data = name_key(&target);
        add_record(printer, list, &record);
        at = &hop->target;
    }
}

static void
set_flags(struct printer *printer, struct value *line,
          const struct answer *answer)
{
    struct value *list = value_list(printer->arena);

    for (size_t i = 0; recordingform_flags[i].word != NULL; i++) {
        const struct recordingform_flag *flag = &recordingform_flags[i];

        if (*(const bool *)((const char *)answer + flag->offset))
            value_add(list, value_text(printer->arena, flag->word));
    }
    if (value_count(list) > 0)
        value_set(line, "flags", list);
}

static void
set_numbers(struct printer *printer, struct value *line,
            const struct answer *answer)
{
    strbuf_cut(&printer->text, 0);
    rcode_present(answer->rcode, &printer->text);
    if (answer->rcode != recordingform_rcode(answer->outcome))
        set_presented(printer, line, "rcode");
    strbuf_cut(&printer->text, 0);
    if (answer->ede >= 0)
        set_number(printer, line, "ede", answer->ede);
    if (answer->zone.size > 0) {
        name_present(&answer->zone, &printer->text);
        set_presented(printer, line, "zone");
        set_number(printer, line, "negative_ttl", answer->negative_ttl);
    }
    if (answer->size > 0)
        set_number(printer, line, "size", answer->size);
    if (answer->elapsed_us > 0)
        set_number(printer, line, "elapsed_us", answer->elapsed_us);
}

static void
set_answer(struct printer *printer, struct value *line,
           const struct question *question, const struct answer *answer)
{
    struct arena *arena = printer->arena;

    value_set(line, "outcome",
              value_text(arena, outcome_word(answer->outcome)));
    if (answer->server != NULL)
        value_set(line, "server", value_text(arena, answer->server));
    set_chain(printer, line, question, answer);
    if (answer->outcome == OUTCOME_FOUND)
        set_records(printer, line, "answer", answer->records,
                    answer->record_count);
    set_records(printer, line, "signatures", answer->signatures,
                answer->signature_count);
    set_records(printer, line, "authority", answer->authority,
                answer->authority_count);
    set_records(printer, line, "additional", answer->additional,
                answer->additional_count);
    set_flags(printer, line, answer);
    set_numbers(printer, line, answer);
    if (answer->wire.n > 0) {
        strbuf_cut(&printer->text, 0);
        digest_hex(answer->wire, &printer->text);
        set_presented(printer, line, "wire");
    }
    if (answer->problem != NULL)
        value_set(line, "problem", value_text(arena, answer->problem));
}

struct value *
recordingvalue_make(struct arena *arena, const struct question *question,
                    const struct answer *answer)
{
    struct printer printer = {.arena = arena, .text = STRBUF_INIT};
    struct value *line = value_map(arena);

    set_question(&printer, line, question);
    set_answer(&printer, line, question, answer);
    strbuf_clear(&printer.text);
    return line;
}
