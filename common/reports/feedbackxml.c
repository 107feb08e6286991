/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the XML of a DMARC aggregate report as it comes in, with expat. */
#include "common/reports/feedbackxml.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>

#include "common/base/memory.h"
#include "common/reports/feedbacktree.h"
#include "common/reports/xmlmemory.h"

/* The greatest count that is believed: the world sends some 4 * 10^11 mails
   a day. */
#define COUNT_MAX   1000000000000
/* Seconds until the year 9999, RFC 3339's last. */
#define SECONDS_MAX 253402300799

/* Names that are kept at hand: a row has some four. */
#define RECENT      8

/* What a row must have. */
enum part { PART_SOURCE = 1u << 0, PART_COUNT = 1u << 1 };

struct feedbackxml {
    XML_Parser expat;                          /* reset for each report */
    struct arena *arena;                       /* of the report */
    struct feedback *report;                   /* in it */
    struct feedback_row **tail;                /* where the next row goes */
    uint64_t rows_max;                         /* of one report */
    uint64_t pushed;                           /* octets so far */
    unsigned char path[FEEDBACKXML_DEPTH_MAX]; /* elements that are open */
    size_t depth;                              /* of them */
    char text[FEEDBACKXML_TEXT_MAX];           /* of the open leaf */
    size_t n;                                  /* octets in text */
    bool is_long;                              /* it had more */
    uint64_t records;                          /* begun so far */
    struct slice recent[RECENT];               /* names, in arena */
    size_t oldest;                             /* index in recent */
    struct feedback_row row;                   /* being read */
    struct feedback_dkim dkim[FEEDBACKXML_SIGNED_MAX]; /* of it */
    struct feedback_dkim *signature; /* being read, or NULL */
    unsigned parts;                  /* of the row, seen */
    enum feedback_result spf;        /* of the spf being read */
    struct slice spf_domain;         /* likewise */
    bool spf_is_helo;                /* likewise */
    bool has_mfrom;                  /* the row has a better one */
    bool has_begin, has_end;         /* of the date range */
    const char *row_fault;           /* why the row is dropped */
    bool is_over;                    /* the root has ended */
    uint64_t signatures;             /* kept so far */
    enum status status;              /* ST_OK, or for good */
    struct error err;                /* why */
};

/* ---- faults ---- */

static void
stop(struct feedbackxml *xml, enum status status)
{
    if (xml->status == ST_OK)
        xml->status = status;
    XML_StopParser(xml->expat, XML_FALSE);
}

static void
doubt(struct feedbackxml *xml, const char *text)
{
    if (xml->report->doubts++ == 0)
        xml->report->doubt = text;
}

/* ---- the text of elements ---- */

/* A copy in lower case.  Rows mostly repeat the names of those before. */
static struct slice
keep_word(struct feedbackxml *xml, struct slice text)
{
    struct slice *recent = &xml->recent[xml->oldest];
    char *copy;

    if (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--;
    for (size_t i = 0; i < RECENT; i++)
        if (slice_equal(text, xml->recent[i]))
            return xml->recent[i];
    copy = arena_copy(xml->arena, text.p, text.n);
    for (size_t i = 0; i < text.n; i++)
        copy[i] = (char)ascii_lower((unsigned char)copy[i]);
    xml->oldest = (xml->oldest + 1) % RECENT;
    *recent = (struct slice){copy, text.n};
    return *recent;
}

static void
take_source(struct feedbackxml *xml, struct slice text)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    struct address *source = &xml->row.source;

    if (address_parse(source, text, NULL) != ST_OK || source->port != 0) {
        xml->row_fault = "its source_ip is no address";
        return;
    }
    if (source->family == 6 && memcmp(source->octets, mapped, 12) == 0) {
        source->family = 4;
        memmove(source->octets, source->octets + 12, 4);
        memset(source->octets + 4, 0, 12);
    }
    xml->parts |= PART_SOURCE;
}

static void
take_count(struct feedbackxml *xml, struct slice text)
{
    if (slice_number(text, COUNT_MAX, &xml->row.count))
        xml->parts |= PART_COUNT;
    else
        xml->row_fault = "its count is no number of messages";
}

static void
take_time(struct slice text, int64_t *time, bool *is_there)
{
    uint64_t seconds;

    if (!slice_number(text, SECONDS_MAX, &seconds))
        return;
    *time = (int64_t)seconds;
    *is_there = true;
}

/* Of the report itself: once. */
static void
take_head(struct feedbackxml *xml, unsigned leaf, struct slice text)
{
    struct feedback *report = xml->report;

    switch (leaf) {
    case LEAF_ORG:
        report->org = arena_slice(xml->arena, text);
        break;
    case LEAF_EMAIL:
        report->email = arena_slice(xml->arena, text);
        break;
    case LEAF_ID:
        report->id = arena_slice(xml->arena, text);
        break;
    case LEAF_BEGIN:
        take_time(text, &report->begin, &xml->has_begin);
        break;
    case LEAF_END:
        take_time(text, &report->end, &xml->has_end);
        break;
    case LEAF_DOMAIN:
        report->domain = keep_word(xml, text);
        break;
    case LEAF_P:
        report->policy = keep_word(xml, text);
        break;
    default:
        report->adkim_strict = slice_equal_case(text, SLICE("s"));
    }
}

static void
take_signature(struct feedbackxml *xml, unsigned leaf, struct slice text)
{
    struct feedback_dkim *dkim = xml->signature;

    if (dkim == NULL)
        return;
    if (leaf == LEAF_DKIM_RESULT)
        dkim->result = feedback_result_parse(text);
    else if (leaf == LEAF_DKIM_DOMAIN)
        dkim->domain = keep_word(xml, text);
    else
        dkim->selector = keep_word(xml, text);
}

/* Of a record. */
static void
take_row(struct feedbackxml *xml, unsigned leaf, struct slice text)
{
    struct feedback_row *row = &xml->row;

    switch (leaf) {
    case LEAF_SOURCE:
        take_source(xml, text);
        break;
    case LEAF_COUNT:
        take_count(xml, text);
        break;
    case LEAF_DISPOSITION:
        row->disposition = feedback_disposition_parse(text);
        break;
    case LEAF_DKIM:
        row->dkim_aligned = slice_equal_case(text, SLICE("pass"));
        break;
    case LEAF_SPF:
        row->spf_aligned = slice_equal_case(text, SLICE("pass"));
        break;
    case LEAF_TYPE:
        row->overrides |= feedback_override_parse(text);
        break;
    case LEAF_HEADER_FROM:
        row->header_from = keep_word(xml, text);
        break;
    case LEAF_ENVELOPE_FROM:
        row->envelope_from = keep_word(xml, text);
        break;
    case LEAF_SPF_DOMAIN:
        xml->spf_domain = keep_word(xml, text);
        break;
    case LEAF_SPF_SCOPE:
        xml->spf_is_helo = slice_equal_case(text, SLICE("helo"));
        break;
    case LEAF_SPF_RESULT:
        xml->spf = feedback_result_parse(text);
        break;
    default:
        take_signature(xml, leaf, text);
    }
}

/* ---- elements ---- */

static void XMLCALL
on_text(void *context, const XML_Char *p, int n)
{
    struct feedbackxml *xml = context;
    size_t room = sizeof(xml->text) - xml->n;
    size_t taken = (size_t)n < room ? (size_t)n : room;

    xml->is_long |= taken < (size_t)n;
    memcpy(xml->text + xml->n, p, taken);
    xml->n += taken;
}

/* xmlns="urn:ietf:params:xml:ns:dmarc-2.0", under whatever prefix. */
static void
begin_root(struct feedbackxml *xml, const XML_Char *name,
           const XML_Char **attributes, unsigned element)
{
    if (element != IN_FEEDBACK) {
        error_set(&xml->err, ST_SYNTAX,
                  "its outermost element is '%.64s', not 'feedback'", name);
        stop(xml, ST_SYNTAX);
        return;
    }
    for (; attributes[0] != NULL; attributes += 2)
        if (strcmp(attributes[1], "urn:ietf:params:xml:ns:dmarc-2.0") == 0)
            xml->report->is_rfc9990 = true;
}

static void
begin_record(struct feedbackxml *xml)
{
    struct feedback_row *row = &xml->row;

    if (++xml->records > xml->rows_max) {
        error_set(&xml->err, ST_RANGE, "it has more than %llu rows",
                  (unsigned long long)xml->rows_max);
        stop(xml, ST_RANGE);
    }
    row->disposition = FEEDBACK_TAKEN;
    row->dkim_aligned = row->spf_aligned = false;
    row->overrides = 0;
    row->dkim_count = 0;
    row->spf = FEEDBACK_NONE;
    row->spf_domain = SLICE_EMPTY;
    row->header_from = row->envelope_from = SLICE_EMPTY;
    xml->parts = 0;
    xml->has_mfrom = false;
    xml->row_fault = NULL;
}

static void
begin_signature(struct feedbackxml *xml)
{
    struct feedback_row *row = &xml->row;

    xml->signature = NULL;
    if (row->dkim_count == FEEDBACKXML_SIGNED_MAX)
        return;
    xml->signature = &xml->dkim[row->dkim_count++];
    *xml->signature = (struct feedback_dkim){.result = FEEDBACK_NONE};
}

static void XMLCALL
on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct feedbackxml *xml = context;
    unsigned parent = xml->depth == 0 ? IN_NOWHERE : xml->path[xml->depth - 1];
    unsigned element = feedbacktree_child(parent, name);

    if (xml->depth == FEEDBACKXML_DEPTH_MAX) {
        error_set(&xml->err, ST_SYNTAX, "it is nested more than %d deep",
                  FEEDBACKXML_DEPTH_MAX);
        stop(xml, ST_SYNTAX);
        return;
    }
    xml->path[xml->depth++] = (unsigned char)element;
    if (element >= IN_LEAF) {
        xml->n = 0;
        xml->is_long = false;
        XML_SetCharacterDataHandler(xml->expat, on_text);
    } else if (xml->depth == 1) {
        begin_root(xml, name, attributes, element);
    } else if (element == IN_RECORD) {
        begin_record(xml);
    } else if (element == IN_DKIM) {
        begin_signature(xml);
    } else if (element == IN_SPF) {
        xml->spf = FEEDBACK_NONE;
        xml->spf_domain = SLICE_EMPTY;
        xml->spf_is_helo = false;
    }
}

/* One that names no domain says nothing. */
static void
end_signature(struct feedbackxml *xml)
{
    if (xml->signature != NULL && xml->signature->domain.n == 0)
        xml->row.dkim_count--;
    xml->signature = NULL;
}

static void
end_leaf(struct feedbackxml *xml, unsigned leaf)
{
    struct slice text = slice_trim((struct slice){xml->text, xml->n});

    XML_SetCharacterDataHandler(xml->expat, NULL);
    if (xml->is_long)
        doubt(xml, "a text in it is longer than any name");
    if (leaf >= LEAF_SOURCE)
        take_row(xml, leaf, text);
    else
        take_head(xml, leaf, text);
}

/* RFC 7489 lets a row have several: that of MAIL FROM is DMARC's, and of
   those the one that passed. */
static void
end_spf(struct feedbackxml *xml)
{
    struct feedback_row *row = &xml->row;

    if (xml->has_mfrom && (xml->spf_is_helo || xml->spf != FEEDBACK_PASS))
        return;
    row->spf = xml->spf;
    row->spf_domain = xml->spf_domain;
    xml->has_mfrom = !xml->spf_is_helo;
}

static void
end_record(struct feedbackxml *xml)
{
    struct feedback_row *row;

    if (xml->row_fault == NULL && xml->parts != (PART_SOURCE | PART_COUNT))
        xml->row_fault = "it has no source_ip or no count";
    if (xml->row_fault != NULL) {
        doubt(xml,
              arena_printf(xml->arena, "row %llu is left out: %s",
                           (unsigned long long)xml->records, xml->row_fault));
        return;
    }
    xml->signatures += xml->row.dkim_count;
    if (xml->signatures > FEEDBACKXML_SIGNATURES_MAX) {
        error_set(&xml->err, ST_RANGE, "it has more than %d signatures",
                  FEEDBACKXML_SIGNATURES_MAX);
        stop(xml, ST_RANGE);
        return;
    }
    row = ARENA_NEW(xml->arena, struct feedback_row);
    *row = xml->row;
    row->dkim = NULL;
    if (row->dkim_count > 0)
        row->dkim = arena_copy(xml->arena, xml->dkim,
                               row->dkim_count * sizeof(*row->dkim));
    *xml->tail = row;
    xml->tail = &row->next;
    xml->report->row_count++;
}

static void XMLCALL
on_end(void *context, const XML_Char *name)
{
    struct feedbackxml *xml = context;
    unsigned element = xml->path[--xml->depth];

    (void)name;
    if (element >= IN_LEAF)
        end_leaf(xml, element);
    else if (element == IN_SPF)
        end_spf(xml);
    else if (element == IN_DKIM)
        end_signature(xml);
    else if (element == IN_RECORD)
        end_record(xml);
    xml->is_over = xml->depth == 0;
}

/* Where entities are declared: a billion laughs, files of ours. */
static void XMLCALL
on_doctype(void *context, const XML_Char *name, const XML_Char *system_id,
           const XML_Char *public_id, int has_subset)
{
    struct feedbackxml *xml = context;

    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_subset;
    error_set(&xml->err, ST_SYNTAX,
              "it has a document type declaration, which no report has");
    stop(xml, ST_SYNTAX);
}

/* ---- a report ---- */

static const XML_Memory_Handling_Suite memory = {xmlmemory_get, xmlmemory_take,
                                                 xmlmemory_give};

static XML_Parser
make_parser(void)
{
    XML_Parser expat = XML_ParserCreate_MM(NULL, &memory, NULL);

    if (expat == NULL)
        memory_exhausted();
    return expat;
}

struct feedbackxml *
feedbackxml_new(void)
{
    struct feedbackxml *xml = memory_zeroed(1, sizeof(*xml));

    xml->expat = make_parser();
    return xml;
}

void
feedbackxml_free(struct feedbackxml *xml)
{
    if (xml == NULL)
        return;
    XML_ParserFree(xml->expat);
    free(xml);
}

void
feedbackxml_begin(struct feedbackxml *xml, struct arena *arena,
                  uint64_t rows_max)
{
    /* A reset keeps much of what a large report made it take. */
    if (xmlmemory_is_spent()) {
        XML_ParserFree(xml->expat);
        xmlmemory_begin();
        xml->expat = make_parser();
    }
    XML_ParserReset(xml->expat, NULL);
    *xml = (struct feedbackxml){.expat = xml->expat,
                                .arena = arena,
                                .rows_max = rows_max,
                                .status = ST_OK};
    xml->report = ARENA_NEW(arena, struct feedback);
    xml->tail = &xml->report->rows;
    XML_SetUserData(xml->expat, xml);
    XML_SetElementHandler(xml->expat, on_start, on_end);
    XML_SetStartDoctypeDeclHandler(xml->expat, on_doctype);
}

/* What expat did not like.  Octets behind a report that is whole do it no
   harm. */
static void
note_fault(struct feedbackxml *xml)
{
    enum XML_Error code = XML_GetErrorCode(xml->expat);
    const char *why;

    if (xml->status != ST_OK)
        return;
    if (xml->is_over) {
        doubt(xml, "something follows its end");
        return;
    }
    if (code == XML_ERROR_NO_MEMORY) {
        xml->status = error_set(&xml->err, ST_RANGE,
                                "names of tags in it take more than %u octets",
                                XMLMEMORY_MAX);
        return;
    }
    why = code == XML_ERROR_NO_ELEMENTS ? "it ends before it is whole"
                                        : XML_ErrorString(code);
    xml->status =
        error_set(&xml->err, ST_SYNTAX, "line %lu: %s",
                  (unsigned long)XML_GetCurrentLineNumber(xml->expat), why);
}

static void
parse(struct feedbackxml *xml, struct slice octets, bool is_final)
{
    if (XML_Parse(xml->expat, octets.p, (int)octets.n, is_final)
        != XML_STATUS_OK)
        note_fault(xml);
}

enum status
feedbackxml_push(struct feedbackxml *xml, struct slice octets,
                 struct error *err)
{
    /* An XML declaration may have nothing before it; some have. */
    if (xml->pushed == 0)
        while (octets.n > 0 && strchr(" \t\r\n", octets.p[0]) != NULL
               && octets.p[0] != '\0')
            octets = slice_from(octets, 1);
    while (octets.n > 0 && xml->status == ST_OK && !xml->is_over) {
        struct slice piece = slice_sub(octets, 0, INT_MAX / 2);
        int64_t at;

        parse(xml, piece, false);
        octets = slice_from(octets, piece.n);
        xml->pushed += piece.n;
        at = XML_GetCurrentByteIndex(xml->expat);
        if (xml->status == ST_OK && !xml->is_over
            && xml->pushed > (uint64_t)(at < 0 ? 0 : at) + piece.n
                                 + FEEDBACKXML_TOKEN_MAX)
            xml->status =
                error_set(&xml->err, ST_RANGE,
                          "a tag or comment in it has more than %u octets",
                          FEEDBACKXML_TOKEN_MAX);
    }
    if (xml->status != ST_OK)
        return error_set(err, xml->status, "%s", xml->err.text);
    return ST_OK;
}

static const char *
missing(const struct feedbackxml *xml)
{
    if (xml->report->id.n == 0)
        return "report_id";
    if (!xml->has_begin)
        return "date_range with a begin in seconds since 1970";
    return xml->report->domain.n == 0 ? "domain in its policy_published"
                                      : NULL;
}

/* What most receivers get right, and what can be told without it. */
static void
mend(struct feedbackxml *xml)
{
    struct feedback *report = xml->report;

    if (!xml->has_end) {
        report->end = report->begin;
        doubt(xml, "it has no end of its date range");
    } else if (report->end < report->begin) {
        report->end = report->begin;
        doubt(xml, "its date range ends before it begins");
    }
    if (report->begin < FEEDBACKXML_YEAR_2012)
        doubt(xml, "its date range lies before DMARC, in 2012");
    if (report->row_count == 0 && report->doubts == 0)
        doubt(xml, "it has no row");
    if (report->org.n == 0)
        report->org =
            slice_from(report->email, slice_find(report->email, '@') + 1);
    for (struct feedback_row *row = report->rows; row != NULL; row = row->next)
        if (row->header_from.n == 0)
            row->header_from = report->domain;
}

enum status
feedbackxml_finish(struct feedbackxml *xml, const struct feedback **out,
                   struct error *err)
{
    const char *lacks;

    if (xml->status == ST_OK && !xml->is_over)
        parse(xml, SLICE_EMPTY, true);
    if (xml->status != ST_OK)
        return error_set(err, xml->status, "%s", xml->err.text);
    lacks = missing(xml);
    if (lacks != NULL) {
        xml->status = ST_SYNTAX;
        return error_set(err, ST_SYNTAX, "it has no %s", lacks);
    }
    mend(xml);
    *out = xml->report;
    return ST_OK;
}
