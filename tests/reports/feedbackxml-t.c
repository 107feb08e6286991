/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/reports/feedbackxml.c. */
#include "common/reports/feedbackxml.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define ROWS_MAX 4

/* The parts that a report is put together of. */
#define HEAD                                                                  \
    "<report_metadata><org_name>R</org_name><email>d@r.example</email>"       \
    "<report_id>7</report_id><date_range><begin>1767225600</begin>"           \
    "<end>1767311999</end></date_range></report_metadata>"
#define POLICY                                                                \
    "<policy_published><domain>Example.COM.</domain><p>reject</p>"            \
    "</policy_published>"
#define EVALUATED                                                             \
    "<policy_evaluated><disposition>none</disposition><dkim>pass</dkim>"      \
    "<spf>fail</spf></policy_evaluated>"
#define IDS "<identifiers><header_from>example.com</header_from></identifiers>"
#define ROW(ip, count)                                                        \
    "<row><source_ip>" ip "</source_ip><count>" count "</count>" EVALUATED    \
    "</row>"
#define RECORD(row, results)                                                  \
    "<record>" row IDS "<auth_results>" results "</auth_results></record>"
#define PLAIN        RECORD(ROW("192.0.2.1", "3"), "")
#define REPORT(rest) "<feedback>" HEAD POLICY rest "</feedback>"
#define SPF(scope, domain, result)                                            \
    "<spf><domain>" domain "</domain>" scope "<result>" result                \
    "</result></spf>"

#define META "R 7 1767225600-1767311999 example.com reject\n"
#define SEEN "192.0.2.1 x3 d+ s- example.com"

/* clang-format off */

/* What is read: the head, a line for each row, and what is doubted. */
static const struct {
    const char *name;
    const char *text;
    enum status status;
    const char *seen; /* or the sentence */
} rows[] = {
    {"RFC 7489 appendix C", REPORT(PLAIN), ST_OK, META SEEN " none -\n"},
    {"RFC 9990: its namespace",
     "<feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\">" HEAD POLICY PLAIN
     "</feedback>", ST_OK, "9990 " META SEEN " none -\n"},
    {"a prefix is no name",
     "<d:feedback xmlns:d=\"urn:ietf:params:xml:ns:dmarc-2.0\">"
     "<d:report_metadata><d:org_name>R</d:org_name><d:report_id>7"
     "</d:report_id><d:date_range><d:begin>1767225600</d:begin>"
     "<d:end>1767311999</d:end></d:date_range></d:report_metadata>"
     POLICY PLAIN "</d:feedback>", ST_OK, "9990 " META SEEN " none -\n"},
    {"blanks before the declaration",
     " \r\n<?xml version=\"1.0\"?>" REPORT(PLAIN), ST_OK,
     META SEEN " none -\n"},
    {"a byte order mark", "\xef\xbb\xbf" REPORT(PLAIN), ST_OK,
     META SEEN " none -\n"},
    {"signatures in order, names in lower case", REPORT(RECORD(
     ROW("2001:db8::1", "1"),
     "<dkim><domain>Example.com</domain><selector>K1</selector>"
     "<result>pass</result></dkim><dkim><domain>esp.example</domain>"
     "<result>hardfail</result></dkim>")), ST_OK, META
     "2001:db8::1 x1 d+ s- example.com none - k1@example.com=pass "
     "@esp.example=fail\n"},
    {"a signature without a domain is none", REPORT(RECORD(
     ROW("192.0.2.1", "3"), "<dkim><result>fail</result></dkim>"
     "<dkim><domain>a.example</domain><result>pass</result></dkim>")), ST_OK,
     META SEEN " none - @a.example=pass\n"},
    {"an IPv4 address in IPv6", REPORT(RECORD(ROW("::ffff:192.0.2.1", "3"),
     "")), ST_OK, META SEEN " none -\n"},
    {"SPF of MAIL FROM counts, not that of HELO", REPORT(RECORD(
     ROW("192.0.2.1", "3"),
     SPF("<scope>mfrom</scope>", "a.example", "softfail")
     SPF("<scope>helo</scope>", "b.example", "pass"))), ST_OK,
     META SEEN " softfail a.example\n"},
    {"of two, the one that passed", REPORT(RECORD(ROW("192.0.2.1", "3"),
     SPF("", "a.example", "fail") SPF("", "b.example", "pass"))), ST_OK,
     META SEEN " pass b.example\n"},
    {"an extension, RFC 9990 section 3.1.1.12", REPORT(
     "<extension><x:row xmlns:x=\"u\"><count>9</count></x:row></extension>"
     PLAIN), ST_OK, META SEEN " none -\n"},
    {"the drafts' word for identifiers", REPORT("<record>"
     ROW("192.0.2.1", "3") "<identities><header_from>sub.example.com"
     "</header_from></identities></record>"), ST_OK,
     META "192.0.2.1 x3 d+ s- sub.example.com none -\n"},
    {"no From domain: that of the policy", REPORT("<record>"
     ROW("192.0.2.1", "3") "</record>"), ST_OK, META SEEN " none -\n"},
    {"an override", REPORT("<record><row><source_ip>192.0.2.1</source_ip>"
     "<count>3</count><policy_evaluated><disposition>reject</disposition>"
     "<reason><type>mailing_list</type><comment>no &lt;list&gt;</comment>"
     "</reason><dkim>fail</dkim><spf>pass</spf></policy_evaluated></row>"
     "</record>"), ST_OK,
     META "192.0.2.1 x3 d- s+ reject why1 example.com none -\n"},
    {"a row of nobody", REPORT(RECORD(ROW("nobody", "3"), "") PLAIN), ST_OK,
     META SEEN " none -\n1: row 1 is left out: its source_ip is no address"},
    {"a negative count", REPORT(PLAIN RECORD(ROW("192.0.2.2", "-5"), "")),
     ST_OK, META SEEN " none -\n"
     "1: row 2 is left out: its count is no number of messages"},
    {"a count that would add up beyond any",
     REPORT(RECORD(ROW("192.0.2.2", "18446744073709551615"), "")), ST_OK,
     META "1: row 1 is left out: its count is no number of messages"},
    {"a row without a count", REPORT("<record><row>"
     "<source_ip>192.0.2.1</source_ip></row></record>"), ST_OK,
     META "1: row 1 is left out: it has no source_ip or no count"},
    {"no row at all", REPORT(""), ST_OK, META "1: it has no row"},
    {"dates of 1970", "<feedback><report_metadata><org_name>R</org_name>"
     "<report_id>7</report_id><date_range><begin>0</begin><end>86399</end>"
     "</date_range></report_metadata>" POLICY PLAIN "</feedback>", ST_OK,
     "R 7 0-86399 example.com reject\n" SEEN " none -\n"
     "1: its date range lies before DMARC, in 2012"},
    {"it ends before it begins", "<feedback><report_metadata>"
     "<org_name>R</org_name><report_id>7</report_id><date_range>"
     "<begin>1767225600</begin><end>1</end></date_range></report_metadata>"
     POLICY PLAIN "</feedback>", ST_OK,
     "R 7 1767225600-1767225600 example.com reject\n" SEEN " none -\n"
     "1: its date range ends before it begins"},
    {"octets behind the end", REPORT(PLAIN) "\n<more/>", ST_OK,
     META SEEN " none -\n1: something follows its end"},
    {"as many rows as may be", REPORT(PLAIN PLAIN PLAIN PLAIN), ST_OK,
     META SEEN " none -\n" SEEN " none -\n" SEEN " none -\n" SEEN
     " none -\n"},
    {"one row too many", REPORT(PLAIN PLAIN PLAIN PLAIN PLAIN), ST_RANGE,
     "it has more than 4 rows"},
    {"a billion laughs", "<?xml version=\"1.0\"?><!DOCTYPE feedback ["
     "<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>" REPORT(PLAIN), ST_SYNTAX,
     "it has a document type declaration, which no report has"},
    {"an external entity", "<!DOCTYPE feedback SYSTEM \"/etc/passwd\">"
     REPORT(PLAIN), ST_SYNTAX,
     "it has a document type declaration, which no report has"},
    {"another document", "<html><body/></html>", ST_SYNTAX,
     "its outermost element is 'html', not 'feedback'"},
    {"cut short", "<feedback>" HEAD, ST_SYNTAX,
     "line 1: it ends before it is whole"},
    {"not well formed", "<feedback>\n<a></b></feedback>", ST_SYNTAX,
     "line 2: mismatched tag"},
    {"a charset that is not what it says",
     "<?xml version=\"1.0\" encoding=\"UTF-8\"?><feedback>\xfc</feedback>",
     ST_SYNTAX, "line 1: not well-formed (invalid token)"},
    {"a charset nobody knows",
     "<?xml version=\"1.0\" encoding=\"EBCDIC-9\"?><feedback/>", ST_SYNTAX,
     "line 1: unknown encoding"},
    {"nothing", "", ST_SYNTAX, "line 1: it ends before it is whole"},
    {"no id", "<feedback><report_metadata/>" POLICY "</feedback>", ST_SYNTAX,
     "it has no report_id"},
    {"no dates", "<feedback><report_metadata><report_id>1</report_id>"
     "</report_metadata>" POLICY "</feedback>", ST_SYNTAX,
     "it has no date_range with a begin in seconds since 1970"},
    {"no policy", "<feedback>" HEAD PLAIN "</feedback>", ST_SYNTAX,
     "it has no domain in its policy_published"},
};

/* clang-format on */

static void
show_row(const struct feedback_row *row, struct strbuf *out)
{
    static const char *const dispositions[] = {"", " quarantine", " reject"};

    address_present(&row->source, out);
    strbuf_addf(out, " x%" PRIu64 " d%c s%c%s", row->count,
                row->dkim_aligned ? '+' : '-', row->spf_aligned ? '+' : '-',
                dispositions[row->disposition]);
    if (row->overrides != 0)
        strbuf_addf(out, " why%u", row->overrides);
    strbuf_addf(
        out, " %.*s %s %.*s", SLICE_ARGS(row->header_from),
        feedback_result_word(row->spf),
        SLICE_ARGS(row->spf_domain.n > 0 ? row->spf_domain : SLICE("-")));
    for (size_t i = 0; i < row->dkim_count; i++)
        strbuf_addf(out, " %.*s@%.*s=%s", SLICE_ARGS(row->dkim[i].selector),
                    SLICE_ARGS(row->dkim[i].domain),
                    feedback_result_word(row->dkim[i].result));
    strbuf_add_char(out, '\n');
}

static void
show(const struct feedback *report, struct strbuf *out)
{
    strbuf_addf(out, "%s%.*s %.*s %" PRId64 "-%" PRId64 " %.*s %.*s\n",
                report->is_rfc9990 ? "9990 " : "", SLICE_ARGS(report->org),
                SLICE_ARGS(report->id), report->begin, report->end,
                SLICE_ARGS(report->domain), SLICE_ARGS(report->policy));
    for (const struct feedback_row *row = report->rows; row != NULL;
         row = row->next)
        show_row(row, out);
    if (report->doubts > 0)
        strbuf_addf(out, "%zu: %s", report->doubts, report->doubt);
}

/* In pieces of that many octets. */
static enum status
read_pieces(struct feedbackxml *xml, struct slice text, size_t piece,
            struct strbuf *seen)
{
    struct arena *arena = arena_new();
    const struct feedback *report = NULL;
    struct error err = ERROR_INIT;
    enum status st = ST_OK;

    feedbackxml_begin(xml, arena, ROWS_MAX);
    while (st == ST_OK && text.n > 0) {
        st = feedbackxml_push(xml, slice_sub(text, 0, piece), &err);
        text = slice_from(text, piece);
    }
    if (st == ST_OK)
        st = feedbackxml_finish(xml, &report, &err);
    if (st == ST_OK)
        show(report, seen);
    else
        strbuf_add_text(seen, err.text);
    arena_free(arena);
    return st;
}

static void
test_row(struct feedbackxml *xml, size_t i)
{
    struct strbuf seen = STRBUF_INIT, again = STRBUF_INIT;
    struct slice text = slice_of(rows[i].text);

    is_int(rows[i].status, read_pieces(xml, text, text.n + 1, &seen), "%s",
           rows[i].name);
    is_string(rows[i].seen, seen.p, "%s: what is read", rows[i].name);
    /* Leading blanks are passed over in the first piece alone, and what is
       behind the end is seen only with it. */
    if (text.n > 0 && text.p[0] != ' '
        && strstr(rows[i].text, "<more/>") == NULL) {
        read_pieces(xml, text, 1, &again);
        is_string(seen.p, again.p, "%s: octet by octet", rows[i].name);
    }
    strbuf_clear(&seen);
    strbuf_clear(&again);
}

/* Generated: what is too long to be written down. */
static void
test_large(struct feedbackxml *xml, const char *name, const char *before,
           char filling, size_t n, const char *wanted)
{
    struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;

    strbuf_add_text(&text, before);
    strbuf_fill(&text, filling, n);
    read_pieces(xml, strbuf_slice(&text), 65536, &seen);
    is_string(wanted, seen.p, "%s", name);
    strbuf_clear(&text);
    strbuf_clear(&seen);
}

static void
test_deep(struct feedbackxml *xml)
{
    struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;

    strbuf_add_text(&text, "<feedback>");
    for (int i = 0; i < 100000; i++)
        strbuf_add_text(&text, "<a>");
    read_pieces(xml, strbuf_slice(&text), 65536, &seen);
    is_string("it is nested more than 32 deep", seen.p, "nested deep");
    strbuf_clear(&text);
    strbuf_clear(&seen);
}

/* expat keeps each name: a million of them are more than it may have.  A
   report behind it is read as ever. */
static void
test_names(void)
{
    struct feedbackxml *xml = feedbackxml_new();
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    const struct feedback *report = NULL;
    enum status st;

    strbuf_add_text(&text, "<feedback>");
    for (int i = 0; i < 1000000; i++)
        strbuf_addf(&text, "<a%x/>", (unsigned)i);
    feedbackxml_begin(xml, arena, ROWS_MAX);
    st = feedbackxml_push(xml, strbuf_slice(&text), &err);
    is_int(ST_RANGE, st, "names without end");
    is_string("names of tags in it take more than 33554432 octets", err.text,
              "names without end: are told");
    feedbackxml_begin(xml, arena, ROWS_MAX);
    st = feedbackxml_push(xml, slice_of(REPORT(PLAIN)), &err);
    is_int(ST_OK, st, "a report behind them");
    is_int(ST_OK, feedbackxml_finish(xml, &report, &err), "is read");
    strbuf_clear(&text);
    arena_free(arena);
    feedbackxml_free(xml);
}

/* 100 of each row count: 10,000 rows have as many as may be. */
static void
test_signatures(void)
{
    struct feedbackxml *xml = feedbackxml_new();
    struct arena *arena = arena_new();
    struct strbuf row = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum status st;
    int n = 0;

    strbuf_add_text(&row, "<record>" ROW("192.0.2.1", "3") "<auth_results>");
    for (int i = 0; i < 100; i++)
        strbuf_add_text(&row, "<dkim><domain>a.example</domain></dkim>");
    strbuf_add_text(&row, "</auth_results></record>");
    feedbackxml_begin(xml, arena, 20000);
    st = feedbackxml_push(xml, SLICE("<feedback>"), &err);
    for (; st == ST_OK && n < 20000; n++)
        st = feedbackxml_push(xml, strbuf_slice(&row), &err);
    is_int(ST_RANGE, st, "signatures without end");
    is_int(10001, n, "signatures without end: a million are read");
    strbuf_clear(&row);
    arena_free(arena);
    feedbackxml_free(xml);
}

int
main(void)
{
    struct feedbackxml *xml = feedbackxml_new();

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(xml, i);
    test_large(xml, "a tag without end", "<feedback a=\"", 'a', 4u << 20,
               "a tag or comment in it has more than 1048576 octets");
    test_large(xml, "a comment without end", "<feedback><!--", '-' + 1,
               4u << 20,
               "a tag or comment in it has more than 1048576 octets");
    test_large(xml, "a text without end", "<feedback>" HEAD, 'a', 4u << 20,
               "line 1: it ends before it is whole");
    test_deep(xml);
    is_string("permerror", feedback_result_word(FEEDBACK_PERMERROR),
              "a result's word");
    is_int(FEEDBACK_OTHER, feedback_result_parse(SLICE("best_guess_pass")),
           "a word that is none of ours");
    feedbackxml_free(xml);
    test_names();
    test_signatures();
    return tap_done();
}
