/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dns.* findings that the records' own octets decide. */
#include "common/audit/collect_servers.h"

#include "common/base/strbuf.h"

static const char *
finish_text(struct arena *arena, struct strbuf *text)
{
    const char *out = arena_text(arena, strbuf_slice(text));

    strbuf_clear(text);
    return out;
}

static bool
contains(struct slice text, struct slice words)
{
    return slice_search(text, words) < text.n;
}

/* Is it one of the records that we speak of, however badly written?  Other
   TXT records at a domain are nobody's business here. */
static bool
is_ours(struct slice text)
{
    static const struct slice words[] = {
        SLICE_INIT("v=spf1"), SLICE_INIT("v=DMARC1"), SLICE_INIT("v=DKIM1"),
        SLICE_INIT("p=MI")};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (contains(text, words[i]))
            return true;
    return false;
}

/* The text without octets for which drop() says so. */
static const char *
without(struct arena *arena, struct slice text,
        size_t (*drop)(struct slice rest))
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < text.n;) {
        size_t n = drop(slice_from(text, i));

        if (n == 0)
            strbuf_add_char(&out, text.p[i++]);
        i += n;
    }
    return finish_text(arena, &out);
}

static size_t
drop_backslash(struct slice rest)
{
    return rest.n > 1 && rest.p[0] == '\\' && rest.p[1] == ';' ? 1 : 0;
}

static size_t
drop_quote(struct slice rest)
{
    if (rest.p[0] == '"')
        return rest.n > 2 && rest.p[1] == ' ' && rest.p[2] == '"' ? 2 : 1;
    return rest.n > 1 && rest.p[0] == '\\' && rest.p[1] == '"' ? 2 : 0;
}

/* What word processors and web forms put in the place of ASCII. */
static const struct {
    struct slice octets;  /* UTF-8 */
    const char *name;     /* for people */
    const char *in_ascii; /* what was meant */
} smart[] = {
    {SLICE_INIT("\xe2\x80\x9c"), "a curly quotation mark",  "" },
    {SLICE_INIT("\xe2\x80\x9d"), "a curly quotation mark",  "" },
    {SLICE_INIT("\xe2\x80\x9e"), "a low quotation mark",    "" },
    {SLICE_INIT("\xe2\x80\x98"), "a curly apostrophe",      "" },
    {SLICE_INIT("\xe2\x80\x99"), "a curly apostrophe",      "" },
    {SLICE_INIT("\xc2\xa0"),     "a no-break space",        " "},
    {SLICE_INIT("\xe2\x80\xaf"), "a narrow no-break space", " "},
    {SLICE_INIT("\xe2\x80\x8b"), "a zero-width space",      "" },
    {SLICE_INIT("\xef\xbb\xbf"), "a byte order mark",       "" },
    {SLICE_INIT("\xe2\x80\x93"), "an en dash",              "-"},
    {SLICE_INIT("\xe2\x80\x94"), "an em dash",              "-"},
    {SLICE_INIT("\xe2\x88\x92"), "a minus sign",            "-"},
};

#define SMART_COUNT (sizeof(smart) / sizeof(smart[0]))

/* The row whose octets rest begins with, or SMART_COUNT. */
static size_t
smart_at(struct slice rest)
{
    size_t i = 0;

    while (i < SMART_COUNT && !slice_starts(rest, smart[i].octets))
        i++;
    return i;
}

/* Where the first smart character is, or text.n. */
static size_t
find_smart(struct slice text)
{
    size_t at = 0;

    while (at < text.n && smart_at(slice_from(text, at)) == SMART_COUNT)
        at++;
    return at;
}

static const char *
in_ascii(struct arena *arena, struct slice text)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < text.n;) {
        size_t row = smart_at(slice_from(text, i));

        if (row == SMART_COUNT) {
            strbuf_add_char(&out, text.p[i++]);
        } else {
            strbuf_add_text(&out, smart[row].in_ascii);
            i += smart[row].octets.n;
        }
    }
    return finish_text(arena, &out);
}

/* A record of a place, and the finding raised for it. */
static struct finding *
raise(struct report *report, enum finding_id id,
      const struct hygiene_place *place, const struct record *record)
{
    struct arena *arena = report_arena(report);
    struct finding *finding =
        report_add(report, id, name_dotted(arena, &record->owner));

    return finding_evidence(
        finding, answer_evidence(arena, &place->question, place->answer));
}

static void
check_text(struct report *report, const struct hygiene_place *place,
           const struct record *record, struct slice text)
{
    struct arena *arena = report_arena(report);
    size_t backslash = slice_search(text, SLICE("\\;"));
    size_t quote = slice_find(text, '"');
    size_t smart_one = find_smart(text);
    struct finding *finding;

    if (backslash < text.n) {
        finding = raise(report, FIND_DNS_ESCAPED_SEMICOLON, place, record);
        finding_word(finding, "expected",
                     without(arena, text, drop_backslash));
        finding_mark(finding, text, backslash, 2);
    }
    if (quote < text.n) {
        finding = raise(report, FIND_DNS_EMBEDDED_QUOTES, place, record);
        finding_word(finding, "expected", without(arena, text, drop_quote));
        finding_mark(finding, text, quote, 1);
    }
    if (smart_one < text.n) {
        size_t row = smart_at(slice_from(text, smart_one));

        finding = raise(report, FIND_DNS_SMART_CHARACTERS, place, record);
        finding_word(finding, "character", smart[row].name);
        finding_word(finding, "expected", in_ascii(arena, text));
        finding_mark(finding, text, smart_one, smart[row].octets.n);
    }
}

static bool
has_empty_string(const struct record *record)
{
    struct slice string;
    size_t position = 0, n = 0;
    bool empty = false;

    while (record_string(record, &position, &string)) {
        empty = empty || string.n == 0;
        n++;
    }
    return empty && n > 1;
}

/* Where a resolver asks with EDNS, OPT takes its part: RFC 6891 section 6.1.2.
 */
#define OPT_SIZE 11

static void
check_size(struct report *report, const struct hygiene_place *place)
{
    static const struct {
        size_t over;        /* octets */
        size_t opt;         /* of them for OPT */
        enum finding_id id; /* of such an answer */
    } rows[] = {
        {1232, OPT_SIZE, FIND_DNS_TXT_OVER_1232},
        {512,  0,        FIND_DNS_TXT_OVER_512 }
    };
    size_t octets = answer_octets(place->answer, &place->question);

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (octets + rows[i].opt > rows[i].over) {
            struct arena *arena = report_arena(report);
            struct finding *finding = report_add(
                report, rows[i].id, name_dotted(arena, &place->name));

            finding_number(finding, "octets", (int64_t)(octets + rows[i].opt));
            finding_evidence(finding, answer_evidence(arena, &place->question,
                                                      place->answer));
            return;
        }
}

static void
check_doubled(struct report *report, const struct hygiene_place *place)
{
    struct arena *arena = report_arena(report);
    struct finding *finding;

    if (place->doubled == NULL || place->doubled->outcome != OUTCOME_FOUND
        || !is_ours(record_text(arena, &place->doubled->records[0])))
        return;
    finding = report_add(report, FIND_DNS_DOUBLED_ORIGIN,
                         name_dotted(arena, &place->doubled_name));
    finding_word(finding, "type", "TXT");
    finding_word(finding, "expected", name_bare(arena, &place->name));
    finding_evidence(finding, answer_evidence(arena, &place->doubled_question,
                                              place->doubled));
}

static void
check_place(struct report *report, const struct hygiene_place *place)
{
    struct arena *arena = report_arena(report);
    const struct answer *answer = place->answer;

    for (size_t i = 0;
         answer->outcome == OUTCOME_FOUND && i < answer->record_count; i++) {
        const struct record *record = &answer->records[i];
        struct slice text = record_text(arena, record);

        if (!is_ours(text))
            continue;
        check_text(report, place, record, text);
        if (has_empty_string(record))
            raise(report, FIND_DNS_EMPTY_STRING, place, record);
    }
    check_size(report, place);
    check_doubled(report, place);
}

static void
check_wildcards(struct report *report, const struct facts *facts)
{
    const struct hygiene_facts *hygiene = facts->hygiene;
    struct arena *arena = report_arena(report);
    const struct name *domain = &facts->input->domain;
    struct finding *finding;

    if (hygiene->wild_answer == NULL)
        return;
    if (hygiene->wild_answer->outcome == OUTCOME_FOUND
        || hygiene->wild_answer->outcome == OUTCOME_NODATA) {
        finding = report_add(report, FIND_DNS_WILDCARD_ANY,
                             name_dotted(arena, domain));
        finding_word(finding, "domain", name_bare(arena, domain));
        finding_evidence(finding,
                         answer_evidence(arena, &hygiene->wild_question,
                                         hygiene->wild_answer));
    }
    if (hygiene->wild_dmarc_answer->outcome == OUTCOME_FOUND) {
        finding = report_add(report, FIND_DNS_WILDCARD_DMARC,
                             name_dotted(arena, domain));
        finding_word(finding, "domain", name_bare(arena, domain));
        finding_word(finding, "wildcard",
                     arena_printf(arena, "*.%s", name_bare(arena, domain)));
        finding_evidence(finding,
                         answer_evidence(arena, &hygiene->wild_dmarc_question,
                                         hygiene->wild_dmarc_answer));
    }
}

/* Strings of the zone file that were longer than DNS can say. */
static void
check_notes(struct report *report, const struct facts *facts)
{
    const struct zonefile *zone = facts->input->zone;
    struct arena *arena = report_arena(report);

    for (size_t i = 0; zone != NULL && i < zone->note_count; i++) {
        const struct zone_note *note = &zone->notes[i];
        struct finding *finding;
        int id = finding_id_of(slice_of(note->id));

        if (id < 0 || !name_is_under(&note->owner, &facts->input->domain))
            continue;
        finding = report_add(report, (enum finding_id)id,
                             name_dotted(arena, &note->owner));
        finding_word(finding, "file", note->file);
        finding_number(finding, "line", (int64_t)note->line);
        finding_number(finding, "column", (int64_t)note->column);
        finding_number(finding, "octets", (int64_t)note->length);
    }
}

static bool
places_known(const struct hygiene_facts *hygiene)
{
    for (size_t i = 0; i < hygiene->place_count; i++)
        if (!outcome_is_definite(hygiene->places[i].answer->outcome)
            || (hygiene->places[i].doubled != NULL
                && !outcome_is_definite(hygiene->places[i].doubled->outcome)))
            return false;
    return true;
}

static void
decide(struct report *report, const struct hygiene_facts *hygiene)
{
    static const enum finding_id of_places[] = {
        FIND_DNS_ESCAPED_SEMICOLON, FIND_DNS_EMBEDDED_QUOTES,
        FIND_DNS_SMART_CHARACTERS,  FIND_DNS_EMPTY_STRING,
        FIND_DNS_TXT_OVER_512,      FIND_DNS_TXT_OVER_1232,
        FIND_DNS_DOUBLED_ORIGIN};
    bool known = places_known(hygiene);
    bool wild = hygiene->wild_answer != NULL
                && outcome_is_definite(hygiene->wild_answer->outcome);
    bool wild_dmarc =
        wild && outcome_is_definite(hygiene->wild_dmarc_answer->outcome);

    for (size_t i = 0; i < sizeof(of_places) / sizeof(of_places[0]); i++)
        report_decide(report, of_places[i], known);
    report_decide(report, FIND_DNS_TXT_STRING_OVER_255, true);
    report_decide(report, FIND_DNS_WILDCARD_ANY, wild);
    report_decide(report, FIND_DNS_WILDCARD_DMARC, wild_dmarc);
}

void
check_hygiene(const struct facts *facts, struct report *report)
{
    for (size_t i = 0; i < facts->hygiene->place_count; i++)
        check_place(report, &facts->hygiene->places[i]);
    check_wildcards(report, facts);
    check_notes(report, facts);
    check_answers(facts, report);
    check_servers(facts, report);
    decide(report, facts->hygiene);
}
