/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of facts in one line each. */
#include "common/render/factline.h"

#include "tests/tap/tap.h"

/* clang-format off */
static const struct {
    const char *name;
    const char *facts; /* with ' in place of " */
    const char *lines; /* "label: text" joined by '|' */
} rows[] = {
    {"nothing collected", "{}",
     ""},
    {"no facts at all", "null",
     ""},
    {"spf ok",
     "{'spf':{'state':'known','result':'ok','lookups':7,'void_lookups':0,"
     "'all':'~'}}",
     "SPF: ok, 7/10 lookups, ends in ~all"},
    {"spf without all, void lookups",
     "{'spf':{'state':'known','result':'permerror','lookups':12,"
     "'void_lookups':3,'all':null}}",
     "SPF: permerror, 12/10 lookups, 3/2 void"},
    {"spf broken tree",
     "{'spf':{'state':'known','result':'permerror','lookups':null,"
     "'void_lookups':null,'all':null}}",
     "SPF: permerror"},
    {"spf none", "{'spf':{'state':'known','result':'none'}}",
     "SPF: no record"},
    {"spf unknown", "{'spf':{'state':'unknown','result':null}}",
     "SPF: unknown"},
    {"dkim selectors",
     "{'dkim':{'selectors':[{'selector':'a','outcome':'found','key':'ok',"
     "'type':'ed25519','bits':256},{'selector':'b','outcome':'found','key':"
     "'revoked'},{'selector':'c','outcome':'timeout','key':null}]}}",
     "DKIM: a (ed25519 256), b (revoked), c (timeout)"},
    {"dkim selectors, and why",
     "{'dkim':{'selectors':[{'selector':'a','outcome':'found','key':'ok',"
     "'type':'rsa','bits':2048,'testing':true,'why':['command-line','guess'],"
     "'vendor':null},{'selector':'b','outcome':'nxdomain','why':['message']},"
     "{'selector':'c','outcome':'found','key':'revoked','why':['provider'],"
     "'vendor':'Acme Mail'},{'selector':'d','outcome':'found',"
     "'key':'multiple','why':['guess']}]}}",
     "DKIM: a (rsa 2048, testing), b (nxdomain; in a message), c (revoked;"
     " usual at Acme Mail), d (multiple; a guess)"},
    {"dkim many selectors",
     "{'dkim':{'selectors':[{},{},{},{},{},{},{},{},{'selector':'z'}]}}",
     "DKIM:  (),  (),  (),  (),  (),  (),  (),  () and 1 more"},
    {"dkim absent",
     "{'dkim':{'domainkey':'absent','proof':'dnssec','guessed':9,"
     "'selectors':[]}}",
     "DKIM: no keys: there is no _domainkey (proof: dnssec)"},
    {"dkim absent without proof",
     "{'dkim':{'domainkey':'absent','proof':'none','guessed':9,"
     "'selectors':[]}}",
     "DKIM: no keys: there is no _domainkey (9 guessed)"},
    {"dkim exists",
     "{'dkim':{'domainkey':'exists','guessed':40,'selectors':[]}}",
     "DKIM: _domainkey exists, but no selector was found (40 guessed)"},
    {"dkim unknown", "{'dkim':{'domainkey':'unknown','selectors':[]}}",
     "DKIM: unknown"},
    {"dmarc the same by both",
     "{'dmarc':{'rfc9989':{'state':'known','policy':'reject','tag':'sp',"
     "'found_at':'_dmarc.x.'},'rfc7489':{'state':'known','policy':'reject',"
     "'tag':'sp','found_at':'_dmarc.x.'}}}",
     "DMARC: reject (RFC 9989 and 7489) from sp= at _dmarc.x"},
    {"dmarc differs",
     "{'dmarc':{'rfc9989':{'state':'known','policy':'none','tag':'p',"
     "'found_at':'_dmarc.a.x.'},'rfc7489':{'state':'known','policy':null,"
     "'tag':null,'found_at':null}}}",
     "DMARC: none (RFC 9989) from p= at _dmarc.a.x; no policy (RFC 7489)"},
    {"dmarc unknown",
     "{'dmarc':{'rfc9989':{'state':'unknown','policy':null},'rfc7489':"
     "{'state':'unknown','policy':null}}}",
     "DMARC: unknown (RFC 9989 and 7489)"},
    {"dmarc whose organizational domain is unknown",
     "{'dmarc':{'rfc9989':{'state':'unknown','policy':'reject','tag':'p',"
     "'found_at':'_dmarc.x.'},'rfc7489':{'state':'known','policy':'reject',"
     "'tag':'p','found_at':'_dmarc.x.'}}}",
     "DMARC: reject (RFC 9989) from p= at _dmarc.x, organizational domain"
     " unknown; reject (RFC 7489) from p= at _dmarc.x"},
    {"delegation",
     "{'delegation':{'_domainkey':{'kind':'cname','target':['k.esp.']},"
     "'_dmarc':{'kind':'ns','target':['a.esp.','b.esp.']}}}",
     "delegated: _domainkey by CNAME to k.esp; _dmarc by NS to a.esp,"
     " b.esp"},
    {"no delegation",
     "{'delegation':{'_domainkey':{'kind':'none','target':[]},'_dmarc':"
     "{'kind':'none','target':[]}}}",
     ""},
    {"records",
     "{'records':[{'state':'same'},{'state':'missing'},{'state':'same'}]}",
     "records: 2 same, 1 missing"},
    {"other kinds than expected",
     "{'spf':[],'dkim':7,'dmarc':'x','delegation':null,'records':{}}",
     ""},
};
/* clang-format on */

static const struct value *
parse(struct arena *arena, const char *facts)
{
    struct strbuf json = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct value *value;

    for (; *facts != '\0'; facts++)
        strbuf_add_char(&json, *facts == '\'' ? '"' : *facts);
    if (value_parse(arena, strbuf_slice(&json), &value, &err) != ST_OK)
        bail("%s: %s", err.text, json.p);
    strbuf_clear(&json);
    return value;
}

int
main(void)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    static const char *const walk[] = {
        "_dmarc.a.x: nxdomain, no record",
        "_dmarc.x: found, one record, v=DMARC1; p=none",
        "_dmarc.b.x (for b.x): found, several records: none counts",
        "_dmarc.x (for b.x): timeout, unknown"};
    const struct value *facts_of_walk = parse(
        arena,
        "{'dmarc':{'rfc9989':{'walk':["
        "{'name':'_dmarc.a.x.','outcome':'nxdomain','found':'none',"
        "'record':null},"
        "{'name':'_dmarc.x.','outcome':'found','found':'one',"
        "'record':'v=DMARC1; p=none'}],'mail_from':{'domain':'b.x','walk':["
        "{'name':'_dmarc.b.x.','outcome':'found','found':'several',"
        "'record':null},"
        "{'name':'_dmarc.x.','outcome':'timeout','found':'unknown',"
        "'record':null}]}}}}");
    size_t at = 0;

    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct value *facts = parse(arena, rows[i].facts);
        struct strbuf all = STRBUF_INIT;
        size_t position = 0;
        const char *label;

        while (factline_next(facts, &position, &label, &text))
            strbuf_addf(&all, "%s%s: %s", all.n > 0 ? "|" : "", label, text.p);
        is_string(rows[i].lines, all.p, "%s", rows[i].name);
        strbuf_clear(&all);
    }
    ok(!factline_looked(parse(arena, "{'dkim':{'looked':{}}}"), &text),
       "nothing was looked for");
    ok(factline_looked(parse(arena, "{'dkim':{'looked':{'guess':60,"
                                    "'command-line':2,'provider':1}}}"),
                       &text),
       "something was");
    is_string("2 given on the command line, 1 usual at a vendor, 60 guessed;"
              " DNS lists no names, so there may be others",
              text.p, "how many selectors were looked for");
    {
        const struct value *facts =
            parse(arena, "{'dkim':{'selectors':[{'selector':'a','via':[]},"
                         "{'selector':'b','ttl':300,'via':["
                         "'b._domainkey.x. CNAME b.y.','y. DNAME b.z.']}]}}");
        size_t position = 0;

        ok(factline_via(facts, &position, &text), "a selector with aliases");
        is_string("b._domainkey.x CNAME b.y, y DNAME b.z; least TTL 300",
                  text.p, "hop by hop");
        ok(!factline_via(facts, &position, &text), "no other one");
    }
    for (size_t i = 0; i < sizeof(walk) / sizeof(walk[0]); i++) {
        ok(factline_walk(facts_of_walk, &at, &text), "a question: %zu", i);
        is_string(walk[i], text.p, "what was asked and found: %zu", i);
    }
    ok(!factline_walk(facts_of_walk, &at, &text), "no other question");
    strbuf_clear(&text);
    arena_free(arena);
    return tap_done();
}
