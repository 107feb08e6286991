/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line of a recording, read member by member. */
#include "common/dns/recordingline.h"

#include "common/dns/rcode.h"
#include "common/dns/recordingform.h"
#include "common/dns/recordline.h"
#include "common/dns/reply.h"

/* A member of a line: what it is called and where it goes. */
struct member {
    const char *name;     /* in the JSON object */
    enum value_kind kind; /* what it must be */
    bool required;        /* cannot be left out */
    enum status (*read)(struct recordingline *line,
                        const struct member *member,
                        const struct value *value);
    /* Of numbers and truths that go into a field as they are. */
    bool in_question; /* of line->question, else of line->answer */
    size_t offset;    /* of the field */
    size_t size;      /* of the field */
    int64_t max;      /* the largest number */
};

static void *
field(struct recordingline *line, const struct member *member)
{
    char *base =
        member->in_question ? (char *)&line->question : (char *)line->answer;

    return base + member->offset;
}

static enum status
read_truth(struct recordingline *line, const struct member *member,
           const struct value *value)
{
    *(bool *)field(line, member) = value_as_bool(value);
    return ST_OK;
}

static enum status
read_number(struct recordingline *line, const struct member *member,
            const struct value *value)
{
    int64_t number = value_as_number(value);
    void *to = field(line, member);

    if (number < 0 || number > member->max)
        return error_set(line->err, ST_RANGE, "%lld is not between 0 and %lld",
                         (long long)number, (long long)member->max);
    if (member->size == sizeof(uint8_t))
        *(uint8_t *)to = (uint8_t)number;
    else if (member->size == sizeof(uint16_t))
        *(uint16_t *)to = (uint16_t)number;
    else
        *(uint32_t *)to = (uint32_t)number;
    return ST_OK;
}

static enum status
read_name(struct recordingline *line, const struct member *member,
          const struct value *value)
{
    (void)member;
    return name_parse(&line->question.name, slice_of(value_as_text(value)),
                      line->err);
}

static enum status
read_type(struct recordingline *line, const struct member *member,
          const struct value *value)
{
    const char *word = value_as_text(value);

    (void)member;
    line->question.type = rrtype_parse(slice_of(word));
    if (line->question.type == 0)
        return error_set(line->err, ST_SYNTAX, "'%s' is no record type", word);
    return ST_OK;
}

/* Decides what is usual for the members that follow. */
static enum status
read_to(struct recordingline *line, const struct member *member,
        const struct value *value)
{
    struct question *q = &line->question;
    struct slice text = slice_of(value_as_text(value));

    (void)member;
    q->rd = false;
    return address_parse(&q->server, text, line->err);
}

static enum status
read_transport(struct recordingline *line, const struct member *member,
               const struct value *value)
{
    const char *word = value_as_text(value);

    (void)member;
    for (int i = 0; i < RECORDINGFORM_TRANSPORTS; i++) {
        if (recordingform_transports[i] != NULL
            && slice_equal(slice_of(recordingform_transports[i]),
                           slice_of(word))) {
            line->question.transport = (enum transport)i;
            return ST_OK;
        }
    }
    return error_set(line->err, ST_SYNTAX, "'%s' is no transport", word);
}

static enum status
read_outcome(struct recordingline *line, const struct member *member,
             const struct value *value)
{
    const char *word = value_as_text(value);
    int outcome = outcome_parse(slice_of(word));

    (void)member;
    if (outcome <= OUTCOME_PENDING)
        return error_set(line->err, ST_SYNTAX, "'%s' is no outcome", word);
    line->answer->outcome = (enum outcome)outcome;
    line->answer->rcode = recordingform_rcode(line->answer->outcome);
    return ST_OK;
}

static enum status
read_server(struct recordingline *line, const struct member *member,
            const struct value *value)
{
    (void)member;
    line->answer->server =
        arena_text(line->kept, slice_of(value_as_text(value)));
    return ST_OK;
}

/* An element of a list of records. */
static enum status
read_record(struct recordingline *line, const struct value *element,
            struct record *record)
{
    if (value_kind(element) != VALUE_TEXT)
        return error_set(line->err, ST_SYNTAX, "a record is no text");
    return recordline_parse(line->kept, slice_of(value_as_text(element)),
                            record, line->err);
}

/* The hop that record is, for a chain that has come as far as at. */
static enum status
read_hop(struct recordingline *line, const struct name *at,
         const struct record *record, struct hop *hop)
{
    bool cname = record->type == RR_CNAME && name_equal(&record->owner, at);
    bool dname = record->type == RR_DNAME && name_is_under(at, &record->owner)
                 && record->owner.labels < at->labels;
    struct name target;

    if ((!cname && !dname) || !record_target(record, &target))
        return error_set(line->err, ST_SYNTAX,
                         "no CNAME of '%s' and no DNAME above it",
                         name_dotted(line->scratch, at));
    *hop = (struct hop){.owner = record->owner,
                        .target = target,
                        .type = record->type,
                        .ttl = record->ttl};
    if (dname
        && name_rebase(&hop->target, at, &record->owner, &target) != ST_OK)
        return error_set(line->err, ST_RANGE,
                         "too long a name by DNAME from '%s'",
                         name_dotted(line->scratch, at));
    return ST_OK;
}

static enum status
read_chain(struct recordingline *line, const struct member *member,
           const struct value *value)
{
    size_t count = value_count(value);
    struct hop *chain;

    (void)member;
    if (count > ANSWER_CHAIN_MAX)
        return error_set(line->err, ST_RANGE, "more than %d aliases",
                         ANSWER_CHAIN_MAX);
    chain = ARENA_ARRAY(line->kept, struct hop, count);
    for (size_t i = 0; i < count; i++) {
        const struct name *at = answer_end(line->answer, &line->question);
        struct record record;
        enum status st = read_record(line, value_element(value, i), &record);

        if (st == ST_OK)
            st = read_hop(line, at, &record, &chain[i]);
        if (st != ST_OK)
            return st;
        line->answer->chain = chain;
        line->answer->chain_count = i + 1;
    }
    return ST_OK;
}

static enum status
read_section(struct recordingline *line, const struct value *value,
             const struct record **out, size_t *out_count)
{
    size_t count = value_count(value);
    struct record *records;

    if (count > ANSWER_RECORDS_MAX)
        return error_set(line->err, ST_RANGE, "more than %d records",
                         ANSWER_RECORDS_MAX);
    records = ARENA_ARRAY(line->kept, struct record, count);
    for (size_t i = 0; i < count; i++) {
        enum status st =
            read_record(line, value_element(value, i), &records[i]);

        if (st != ST_OK)
            return st;
    }
    *out = records;
    *out_count = count;
    return ST_OK;
}

static enum status
read_answer(struct recordingline *line, const struct member *member,
            const struct value *value)
{
    struct answer *answer = line->answer;
    uint16_t type = line->question.type;
    const struct name *end = answer_end(answer, &line->question);
    enum status st =
        read_section(line, value, &answer->records, &answer->record_count);

    (void)member;
    for (size_t i = 0; st == ST_OK && i < answer->record_count; i++) {
        const struct record *record = &answer->records[i];

        if (!name_equal(&record->owner, end)
            || (record->type != type && type != RR_ANY))
            st = error_set(line->err, ST_SYNTAX,
                           "a record of another name or type than '%s'",
                           name_dotted(line->scratch, end));
    }
    return st;
}

static enum status
read_signatures(struct recordingline *line, const struct member *member,
                const struct value *value)
{
    struct answer *answer = line->answer;
    enum status st = read_section(line, value, &answer->signatures,
                                  &answer->signature_count);

    (void)member;
    for (size_t i = 0; st == ST_OK && i < answer->signature_count; i++)
        if (!record_signs(&answer->signatures[i], line->question.type))
            st = error_set(line->err, ST_SYNTAX,
                           "a record that is no RRSIG of the type asked");
    return st;
}

static enum status
read_authority(struct recordingline *line, const struct member *member,
               const struct value *value)
{
    (void)member;
    return read_section(line, value, &line->answer->authority,
                        &line->answer->authority_count);
}

static enum status
read_additional(struct recordingline *line, const struct member *member,
                const struct value *value)
{
    (void)member;
    return read_section(line, value, &line->answer->additional,
                        &line->answer->additional_count);
}

static enum status
read_flag(struct recordingline *line, const struct value *element)
{
    const char *word = value_as_text(element);

    for (size_t i = 0; recordingform_flags[i].word != NULL; i++) {
        const struct recordingform_flag *flag = &recordingform_flags[i];

        if (slice_equal(slice_of(flag->word), slice_of(word))) {
            *(bool *)((char *)line->answer + flag->offset) = true;
            return ST_OK;
        }
    }
    return error_set(line->err, ST_SYNTAX, "'%s' is no flag", word);
}

static enum status
read_flags(struct recordingline *line, const struct member *member,
           const struct value *value)
{
    enum status st = ST_OK;

    (void)member;
    for (size_t i = 0; st == ST_OK && i < value_count(value); i++)
        st = read_flag(line, value_element(value, i));
    return st;
}

static enum status
read_rcode(struct recordingline *line, const struct member *member,
           const struct value *value)
{
    const char *word = value_as_text(value);
    int rcode = rcode_parse(slice_of(word));

    (void)member;
    if (rcode < 0)
        return error_set(line->err, ST_SYNTAX, "'%s' is no response code",
                         word);
    line->answer->rcode = (uint16_t)rcode;
    return ST_OK;
}

static enum status
read_zone(struct recordingline *line, const struct member *member,
          const struct value *value)
{
    (void)member;
    return name_parse(&line->answer->zone, slice_of(value_as_text(value)),
                      line->err);
}

/* Hexadecimal as RFC 3597 has it: the longest message is the longest RDATA. */
static enum status
read_wire(struct recordingline *line, const struct member *member,
          const struct value *value)
{
    struct slice hex = slice_of(value_as_text(value));
    const char *generic = arena_printf(line->scratch, "\\# %zu %s", hex.n / 2,
                                       value_as_text(value));

    (void)member;
    if (record_parse(line->kept, RR_ANY, slice_of(generic),
                     &line->answer->wire, NULL)
        != ST_OK)
        return error_set(line->err, ST_SYNTAX, "no hexadecimal octets");
    return ST_OK;
}

static enum status
read_problem(struct recordingline *line, const struct member *member,
             const struct value *value)
{
    (void)member;
    line->answer->problem =
        arena_text(line->kept, slice_of(value_as_text(value)));
    return ST_OK;
}

#define QUESTION(field_name)                                                  \
    true, offsetof(struct question, field_name),                              \
        sizeof(((struct question *)NULL)->field_name)
#define ANSWER(field_name)                                                    \
    false, offsetof(struct answer, field_name),                               \
        sizeof(((struct answer *)NULL)->field_name)
#define NO_FIELD false, 0, 0, 0

/* In the order in which they must be read: what is usual for a question hangs
   on "to", the records on the chain, the chain on the name. */
/* clang-format off */
static const struct member members[] = {
    {"name", VALUE_TEXT, true, read_name, NO_FIELD},
    {"type", VALUE_TEXT, true, read_type, NO_FIELD},
    {"to", VALUE_TEXT, false, read_to, NO_FIELD},
    {"transport", VALUE_TEXT, false, read_transport, NO_FIELD},
    {"edns", VALUE_NUMBER, false, read_number, QUESTION(edns_size),
     UINT16_MAX},
    {"rd", VALUE_BOOL, false, read_truth, QUESTION(rd), 0},
    {"do", VALUE_BOOL, false, read_truth, QUESTION(dnssec_ok), 0},
    {"cd", VALUE_BOOL, false, read_truth, QUESTION(checking_disabled), 0},
    {"mixed", VALUE_BOOL, false, read_truth, QUESTION(mixed_case), 0},
    {"ordinal", VALUE_NUMBER, false, read_number, QUESTION(ordinal),
     UINT8_MAX},
    {"outcome", VALUE_TEXT, true, read_outcome, NO_FIELD},
    {"server", VALUE_TEXT, false, read_server, NO_FIELD},
    {"chain", VALUE_LIST, false, read_chain, NO_FIELD},
    {"answer", VALUE_LIST, false, read_answer, NO_FIELD},
    {"signatures", VALUE_LIST, false, read_signatures, NO_FIELD},
    {"authority", VALUE_LIST, false, read_authority, NO_FIELD},
    {"additional", VALUE_LIST, false, read_additional, NO_FIELD},
    {"flags", VALUE_LIST, false, read_flags, NO_FIELD},
    {"rcode", VALUE_TEXT, false, read_rcode, NO_FIELD},
    {"ede", VALUE_NUMBER, false, read_number, ANSWER(ede), UINT16_MAX},
    {"zone", VALUE_TEXT, false, read_zone, NO_FIELD},
    {"negative_ttl", VALUE_NUMBER, false, read_number, ANSWER(negative_ttl),
     UINT32_MAX},
    {"size", VALUE_NUMBER, false, read_number, ANSWER(size), UINT16_MAX},
    {"elapsed_us", VALUE_NUMBER, false, read_number, ANSWER(elapsed_us),
     UINT32_MAX},
    {"wire", VALUE_TEXT, false, read_wire, NO_FIELD},
    {"problem", VALUE_TEXT, false, read_problem, NO_FIELD},
};
/* clang-format on */

#define MEMBERS  (sizeof(members) / sizeof(members[0]))

static enum status
read_member(struct recordingline *line, const struct member *member,
            const struct value *map)
{
    /* By enum value_kind. */
    static const char *const kinds[] = {"null",   "a truth", "a number",
                                        "a text", "a list",  "an object"};
    const struct value *value = value_get(map, member->name);
    struct error err = ERROR_INIT;
    struct error *outer = line->err;
    enum status st;

    if (value == NULL && !member->required)
        return ST_OK;
    if (value == NULL)
        return error_set(outer, ST_SYNTAX, "\"%s\" is missing", member->name);
    if (value_kind(value) != member->kind)
        return error_set(outer, ST_SYNTAX, "\"%s\" is not %s", member->name,
                         kinds[member->kind]);
    line->err = &err;
    st = member->read(line, member, value);
    line->err = outer;
    if (st != ST_OK)
        return error_set(outer, st, "\"%s\": %s", member->name, err.text);
    return ST_OK;
}

/* A word misspelt by hand must not pass for one left out. */
static enum status
check_names(const struct value *map, struct error *err)
{
    for (size_t i = 0; i < value_count(map); i++) {
        struct slice name = slice_of(value_name(map, i));
        size_t j = 0;

        while (j < MEMBERS && !slice_equal(slice_of(members[j].name), name))
            j++;
        if (j == MEMBERS)
            return error_set(err, ST_SYNTAX, "\"%s\" is no member of a line",
                             value_name(map, i));
    }
    return ST_OK;
}

static enum status
check_whole(struct recordingline *line, const struct value *map)
{
    struct answer *answer = line->answer;
    bool found = answer->outcome == OUTCOME_FOUND;

    if (found != (answer->record_count > 0))
        return error_set(line->err, ST_SYNTAX,
                         found
                             ? "\"found\" without an \"answer\""
                             : "an \"answer\" with an outcome that has none");
    if (value_get(map, "zone") == NULL && outcome_is_absent(answer->outcome))
        reply_take_soa(answer, answer_end(answer, &line->question));
    return ST_OK;
}

enum status
recordingline_read(struct recordingline *line, const struct value *map)
{
    enum status st = check_names(map, line->err);

    line->question = question_recursive(&name_root, RR_TXT);
    line->answer = answer_make(line->kept, OUTCOME_NODATA, NULL, NULL);
    for (size_t i = 0; st == ST_OK && i < MEMBERS; i++)
        st = read_member(line, &members[i], map);
    return st == ST_OK ? check_whole(line, map) : st;
}
