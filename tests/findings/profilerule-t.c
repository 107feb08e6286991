/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/findings/profilerule.c. */
#include "common/findings/profilerule.h"

#include <string.h>

#include "common/base/strbuf.h"
#include "tests/tap/tap.h"

#define HEAD "[profile]\nname = p\nas-of = 2026-11-24\n"

/*
 * Of every row: SPF is missing, DMARC has p=none, whether PTR is missing could
 * not be told, p= is valid, and nobody looked at DKIM selectors.
 */
static struct report *
make_report(struct arena *arena)
{
    struct report *report = report_new(arena);

    report_add(report, FIND_SPF_MISSING, "x.");
    report_add(report, FIND_DMARC_POLICY_NONE, "_dmarc.x.");
    finding_set_unknown(report_add(report, FIND_TRANSPORT_PTR_MISSING, "y."));
    report_decide(report, FIND_DMARC_POLICY_INVALID, true);
    report_decide(report, FIND_DMARC_TEMPERROR, false);
    return report;
}

static const char facts_json[] =
    "{\"spf\":{\"state\":\"known\",\"record\":\"v=spf1 -all\",\"all\":null},"
    "\"dmarc\":{\"state\":\"unknown\",\"rfc9989\":{\"state\":\"known\","
    "\"record\":\"v=DMARC1; p=none; RUA=mailto:a@b.example\"},"
    "\"rfc7489\":{\"state\":\"unknown\",\"policy\":null}},"
    "\"dkim\":{\"domainkey\":\"unknown\"},"
    "\"n\":{\"pct\":50,\"is\":true,\"none\":null,\"list\":["
    "{\"state\":\"secure\"},{\"state\":\"unsigned\"}],\"open\":["
    "{\"state\":\"secure\"},{\"state\":\"unknown\"}],\"empty\":[]},"
    "\"part\":{\"state\":\"unknown\",\"list\":[{\"state\":\"secure\"}]}}";

/* clang-format off */
static const struct {
    const char *name;
    const char *rule;   /* its lines but the text */
    const char *wanted; /* verdict, reason or -, findings */
} rows[] = {
    {"nothing found", "bad = dmarc.policy-invalid\n", "pass -"},
    {"a finding that must be there, and is not", "bad = !dmarc.policy-invalid\n",
     "fail there is no dmarc.policy-invalid"},
    {"one that is there", "bad = !spf.missing\n", "pass -"},
    {"one that was not looked for", "bad = !dkim.selector-nxdomain\n",
     "unknown it was not looked at"},
    {"a fact that must be so, and is", "bad = n.is!true\n", "pass -"},
    {"a number that is another", "bad = n.pct!100\n",
     "fail n.pct is 50, not 100"},
    {"a fact that is not there", "bad = n.none!x\n",
     "fail n.none is not there, not x"},
    {"a member that is not there", "bad = n.other!x\n",
     "unknown it was not looked at"},
    {"one of a list", "bad = n.list[].state=unsigned\n",
     "fail n.list[].state is unsigned"},
    {"none of a list", "bad = n.list[].state=broken\n", "pass -"},
    {"one of a list is not known", "bad = n.open[].state!secure\n",
     "unknown an answer that decides it did not come"},
    {"an empty list", "bad = n.empty[].state!secure\n",
     "unknown an answer that decides it did not come"},
    {"all of a list that may lack some", "bad = part.list[].state!secure\n",
     "unknown an answer that decides it did not come"},
    {"one of a list that may lack some", "bad = part.list[].state=secure\n",
     "fail part.list[].state is secure"},
    {"only for those that send nothing",
     "only-for = spf.record=v=spf1 -all\nbad = spf.missing\n",
     "fail - spf.missing"},
    {"only for others", "only-for = spf.record=v=spf1 ~all\nbad = spf.missing\n",
     "pass it asks nothing of this domain"},
    {"one found", "bad = dmarc.policy-invalid spf.missing\n",
     "fail - spf.missing"},
    {"two found", "bad = spf.missing   dmarc.policy-none\n",
     "fail - spf.missing dmarc.policy-none"},
    {"an unknown finding", "bad = transport.ptr-missing\n",
     "unknown an answer that decides it did not come"},
    {"decided as unknown", "bad = dmarc.temperror\n",
     "unknown an answer that decides it did not come"},
    {"found outranks unknown", "bad = dmarc.temperror spf.missing\n",
     "fail - spf.missing"},
    {"nobody looked", "bad = dkim.selector-nxdomain\n",
     "unknown it was not looked at"},
    {"nobody looked, and what it needs",
     "bad = dkim.selector-nxdomain\nneeds = --selector\n",
     "unknown give --selector"},
    {"DNS never shows it", "unseen = TLS does not show\n",
     "unknown TLS does not show"},
    {"DNS shows that it is broken",
     "bad = spf.missing\nunseen = the rest does not show\n",
     "fail - spf.missing"},
    {"DNS does not show that it is kept",
     "bad = dmarc.policy-invalid\nunseen = the rest does not show\n",
     "unknown the rest does not show"},
    {"or: the first is enough",
     "bad = dmarc.policy-invalid\nor = spf.missing\n", "pass -"},
    {"or: the second is enough",
     "bad = spf.missing\nor = dmarc.policy-invalid\n", "pass -"},
    {"or: neither", "bad = spf.missing\nor = dmarc.policy-none\n",
     "fail - spf.missing dmarc.policy-none"},
    {"or: broken, and unknown",
     "bad = spf.missing\nor = dkim.selector-nxdomain\nneeds = --selector\n",
     "unknown give --selector"},
    {"a fact that is not so", "bad = spf.record=v=spf1\n", "pass -"},
    {"a fact that is null", "bad = spf.all=+\n", "pass -"},
    {"a fact that is so", "bad = dmarc.rfc9989.state=known\n",
     "fail dmarc.rfc9989.state is known"},
    {"a fact that says unknown", "bad = dkim.domainkey=absent\n",
     "unknown an answer that decides it did not come"},
    {"a fact whose state is unknown", "bad = dmarc.rfc7489.policy=none\n",
     "unknown an answer that decides it did not come"},
    {"text that is there, in any case",
     "bad = dmarc.rfc9989.record~rua=mailto:A@B.example\n", "pass -"},
    {"text that is not there",
     "bad = dmarc.rfc9989.record~mailto:c@b.example\n",
     "fail the record lacks mailto:c@b.example"},
    {"text at the very end", "bad = dmarc.rfc9989.record~example\n", "pass -"},
    {"a fact that is not there at all", "bad = verify.x~y\n",
     "unknown it was not looked at"},
    {"not for such a domain",
     "bad = spf.missing\nnot-for = spf.record=v=spf1 -all\n",
     "pass it asks nothing of this domain"},
    {"only for those, and it is not known of whom",
     "only-for = dmarc.rfc7489.policy=none\nbad = spf.missing\n"
     "unseen = the rest does not show\n",
     "unknown an answer that decides it did not come"},
    {"only for those, of which nothing was looked at",
     "only-for = verify.x=y\nbad = spf.missing\nneeds = --selector\n",
     "unknown it was not looked at"},
    {"only for those, yet kept by others too",
     "only-for = dmarc.rfc7489.policy=none\nbad = dmarc.policy-invalid\n",
     "pass -"},
    {"not for those, and it is not known of whom",
     "not-for = dmarc.rfc7489.policy=none\nbad = spf.missing\n",
     "unknown an answer that decides it did not come"},
    {"for such a domain",
     "bad = spf.missing\nnot-for = spf.record=v=spf1 ~all\n",
     "fail - spf.missing"},
};

static const struct {
    const char *name;
    const char *text;
    const char *sentence;
} faults[] = {
    {"no such finding", HEAD "[rule.a]\ntext = t\nbad = spf.x\n",
     "'f', line 6: there is no finding 'spf.x'"},
    {"no such key", HEAD "[rule.a]\ntext = t\ngood = spf.missing\n",
     "'f', line 6: a rule has text, severity, bad, or, not-for, only-for,"
     " unseen, needs and source"},
    {"no such severity", HEAD "[rule.a]\ntext = t\nseverity = fatal\n",
     "'f', line 6: severity is error, warning or info"},
    {"no text", HEAD "[rule.a]\nbad = spf.missing\n",
     "'f': the rule 'p:a' has no text"},
    {"no condition", HEAD "[rule.a]\ntext = t\n",
     "'f': the rule 'p:a' has neither bad nor unseen"},
    {"a fact without a text", HEAD "[rule.a]\ntext = t\nbad = spf.all=\n",
     "'f', line 6: a condition is a finding, !FINDING, PATH=TEXT,"
     " PATH!TEXT or PATH~TEXT"},
    {"only for a finding",
     HEAD "[rule.a]\ntext = t\nbad = spf.missing\nonly-for = dmarc.missing\n",
     "'f', line 7: not-for and only-for take PATH=TEXT, PATH!TEXT or"
     " PATH~TEXT, no finding"},
    {"not for want of a finding",
     HEAD "[rule.a]\ntext = t\nbad = spf.missing\nnot-for = !dmarc.missing\n",
     "'f', line 7: not-for and only-for take PATH=TEXT, PATH!TEXT or"
     " PATH~TEXT, no finding"},
    {"a rule without a name", HEAD "rule.text = t\n[rule]\ntext = t\n",
     "'f', line 4: [profile] has name, title, as-of and source"},
    {"a rule without a section", "[rule]\ntext = t\n",
     "'f', line 2: rules stand in sections [rule.NAME]"},
    {"another key of the head", "[profile]\ncolour = red\n",
     "'f', line 2: [profile] has name, title, as-of and source"},
};
/* clang-format on */

static struct profilerules *
read_rules(const char *text, enum status wanted, struct error *err,
           const char *name)
{
    struct profilerules *rules = NULL;
    struct settings *settings;

    if (settings_parse("f", slice_of(text), &settings, err) != ST_OK)
        bail("%s: %s", name, err->text);
    is_int(wanted, profilerules_read(settings, "f", &rules, err), "%s: read",
           name);
    settings_free(settings);
    return rules;
}

static void
test_judge(size_t i, struct arena *arena)
{
    struct strbuf text = STRBUF_INIT, seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct value *facts;
    struct profilerules *rules;
    const struct profilerule_result *result;

    if (value_parse(arena, slice_of(facts_json), &facts, &err) != ST_OK)
        bail("%s", err.text);
    strbuf_addf(&text, HEAD "[rule.a]\ntext = t\n%s", rows[i].rule);
    rules = read_rules(text.p, ST_OK, &err, rows[i].name);
    if (rules == NULL)
        bail("%s: %s", rows[i].name, err.text);
    result = profilerules_judge(rules, make_report(arena), facts)->results;
    strbuf_addf(&seen, "%s %s", profilerule_word(result->verdict),
                result->reason == NULL ? "-" : result->reason);
    for (size_t k = 0; k < result->finding_count; k++)
        strbuf_addf(&seen, " %s", finding_def(result->findings[k])->name);
    is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    is_string("p:a", result->name, "%s: its name", rows[i].name);
    profilerules_free(rules);
    strbuf_clear(&text);
    strbuf_clear(&seen);
}

static void
test_severities(void)
{
    struct error err = ERROR_INIT;
    struct profilerules *rules =
        read_rules(HEAD "[rule.a]\ntext = t\nseverity = warning\n"
                        "bad = spf.missing spf.ptr-used\n"
                        "[rule.b]\ntext = t\nbad = spf.missing\n"
                        "[rule.c]\ntext = t\nbad = spf.all-pass\n"
                        "or = spf.all-neutral\n",
                   ST_OK, &err, "severities");

    is_int(SEVERITY_ERROR, profilerules_severity(rules, FIND_SPF_MISSING),
           "the worst of two rules");
    is_int(SEVERITY_WARNING, profilerules_severity(rules, FIND_SPF_PTR_USED),
           "of one");
    is_int(-1, profilerules_severity(rules, FIND_SPF_ALL_PASS),
           "an alternative has none");
    is_int(-1, profilerules_severity(rules, FIND_DMARC_MISSING),
           "nor has what no rule names");
    is_int(-1, profilerules_severity(NULL, FIND_DMARC_MISSING), "no rules");
    profilerules_free(rules);
}

static void
test_value(struct arena *arena)
{
    struct error err = ERROR_INIT;
    struct profilerules *rules =
        read_rules(HEAD "title = T\nsource = S\n[rule.a]\ntext = t\n"
                        "bad = spf.missing\n",
                   ST_OK, &err, "a value");
    struct strbuf json = STRBUF_INIT;

    value_json(
        profilerule_value(arena, profilerules_judge(rules, make_report(arena),
                                                    value_map(arena))),
        0, &json);
    is_string("{\"name\":\"p\",\"title\":\"T\",\"as_of\":\"2026-11-24\","
              "\"rules\":[{\"rule\":\"p:a\",\"verdict\":\"fail\","
              "\"severity\":\"error\",\"text\":\"t\",\"source\":\"S\","
              "\"reason\":null,\"findings\":[\"spf.missing\"]}]}",
              json.p, "profile of the contract");
    strbuf_clear(&json);
    profilerules_free(rules);
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct error err = ERROR_INIT;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_judge(i, arena);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        ok(read_rules(faults[i].text, ST_SYNTAX, &err, faults[i].name) == NULL,
           "%s: no rules", faults[i].name);
        is_string(faults[i].sentence, err.text, "%s", faults[i].name);
    }
    ok(read_rules("spf.missing = info\n", ST_OK, &err, "severities alone")
           == NULL,
       "a file without rules has none");
    test_severities();
    test_value(arena);
    arena_free(arena);
    return tap_done();
}
