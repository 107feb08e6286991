/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zoneanswer.c: what zone files answer. */
#include <string.h>

#include "common/base/strbuf.h"
#include "common/dns/zonefile.h"
#include "tests/dns/answershow.h"
#include "tests/tap/tap.h"

#define SOA_DATA "ns.example.com. host.example.com. 1 7200 900 86400 60"

/* RFC 4592 section 2.2.1, with data where it has "<SOA RDATA>" and the like.
 */
static const char rfc4592[] =
    "$ORIGIN example.\n"
    "example.                 3600 IN SOA   " SOA_DATA "\n"
    "example.                 3600    NS    ns.example.com.\n"
    "example.                 3600    NS    ns.example.net.\n"
    "*.example.               3600    TXT   \"this is a wildcard\"\n"
    "*.example.               3600    MX    10 host1.example.\n"
    "sub.*.example.           3600    TXT   \"this is not a wildcard\"\n"
    "host1.example.           3600    A     192.0.2.1\n"
    "_ssh._tcp.host1.example. 3600    SRV   0 0 22 host1.example.\n"
    "_ssh._tcp.host2.example. 3600    SRV   0 0 22 host1.example.\n"
    "subdel.example.          3600    NS    ns.example.com.\n"
    "subdel.example.          3600    NS    ns.example.net.\n";

/* Aliases, wildcards that are aliases, delegations, DNAME, a zone below. */
static const char mixed[] = "$ORIGIN test.\n"
                            "$TTL 300\n"
                            "@ 3600 SOA ns.test. h.test. 1 2 3 4 60\n"
                            "@ NS ns\n"
                            "ns A 192.0.2.1\n"
                            "www A 192.0.2.2\n"
                            "alias CNAME www\n"
                            "alias2 CNAME ALIAS\n"
                            "gone CNAME nowhere.deep\n"
                            "nodata CNAME ns\n"
                            "loop1 CNAME loop2\n"
                            "loop2 CNAME loop1\n"
                            "self CNAME self\n"
                            "out CNAME www.other.\n"
                            "far CNAME www.elsewhere.\n"
                            "incut CNAME www.cut\n"
                            "below CNAME www.child\n"
                            "*.wild CNAME www\n"
                            "*.more TXT \"more\"\n"
                            "a.b.more TXT \"real\"\n"
                            "*.ent.*.more2 TXT \"under\"\n"
                            "*.wns NS ns.other.\n"
                            "_domainkey.dk NS ns1.esp\n"
                            "ns1.esp A 192.0.2.7\n"
                            "cut NS ns.cut\n"
                            "cut NS ns.test.\n"
                            "cut NS ns.elsewhere.\n"
                            "cut DS 1 8 2 AA\n"
                            "ns.cut A 192.0.2.3\n"
                            "ns.cut AAAA 2001:db8::3\n"
                            "_dmarc.cut TXT \"occluded\"\n"
                            "dn DNAME target.test.\n"
                            "dn TXT \"at dn\"\n"
                            "hidden.dn TXT \"occluded\"\n"
                            "x.target TXT \"by dname\"\n"
                            "dcut NS ns.test.\n"
                            "dcut DNAME target.test.\n"
                            "back DNAME back2.test.\n"
                            "back2 DNAME back.test.\n"
                            "grow DNAME l.grow.test.\n"
                            "*.dwild DNAME target.test.\n"
                            "child NS ns.child\n"
                            "child DS 2 8 2 BB\n"
                            "multi A 192.0.2.10\n"
                            "multi TXT \"a\"\n"
                            "multi TXT \"b\"\n"
                            "*.fail TXT \"x\"\n"
                            ";! *.fail TXT SERVFAIL\n"
                            ";! t TXT TIMEOUT\n"
                            "t A 192.0.2.11\n"
                            ";! r ANY REFUSED\n"
                            ";! m MX MALFORMED\n"
                            ";! b A BOGUS\n"
                            "viat CNAME t\n"
                            ";! dead.nowhere. ANY TIMEOUT\n"
                            ";! x.cut TXT SERVFAIL\n";

static const char child[] = "$ORIGIN child.test.\n"
                            "@ 300 SOA ns.child.test. h.test. 1 2 3 4 30\n"
                            "@ 300 NS ns\n"
                            "ns 300 A 192.0.2.4\n"
                            "www 300 A 192.0.2.5\n"
                            "up 300 CNAME www.test.\n";

static const char other[] = "other. 20 SOA ns.other. h.other. 1 2 3 4 300\n"
                            "other. 20 NS ns.other.\n"
                            "www.other. 20 A 192.0.2.6\n"
                            "back.other. 20 CNAME www.test.\n";

enum { RECURSIVE, DIRECT };

/* What is said, as answer_show() has it. */
struct row {
    const char *name; /* asked */
    uint16_t type;    /* asked */
    int how;          /* RECURSIVE or DIRECT */
    const char *want; /* the answer */
};

static const struct row rfc4592_rows[] = {
  /* "The following responses would be synthesized" */
    {"host3.example",              RR_MX,  DIRECT,    "found aa 10 host1.example."               },
    {"host3.example",              RR_A,   DIRECT,    "nodata aa (example. 60)"                  },
    {"foo.bar.example",            RR_TXT, DIRECT,    "found aa \"this is a wildcard\""          },
 /* "The following responses would not be synthesized" */
    {"host1.example",              RR_MX,  DIRECT,    "nodata aa (example. 60)"                  },
    {"sub.*.example",              RR_MX,  DIRECT,    "nodata aa (example. 60)"                  },
    {"_telnet._tcp.host1.example", RR_SRV, DIRECT,
     "nxdomain aa (example. 60)"                                                                 },
    {"host.subdel.example",        RR_A,   DIRECT,
     "refused referral {subdel.example. NS ns.example.com., subdel.example. NS"
     " ns.example.net.} referral to 'subdel.example'"                                            },
    {"ghost.*.example",            RR_MX,  DIRECT,    "nxdomain aa (example. 60)"                },
 /* section 2.2.2: empty non-terminals exist */
    {"_tcp.host1.example",         RR_TXT, DIRECT,    "nodata aa (example. 60)"                  },
    {"host2.example",              RR_TXT, DIRECT,    "nodata aa (example. 60)"                  },
    {"_tcp.host2.example",         RR_MX,  DIRECT,    "nodata aa (example. 60)"                  },
    {"x.host2.example",            RR_MX,  DIRECT,    "nxdomain aa (example. 60)"                },
    {"x._tcp.host2.example",       RR_MX,  DIRECT,    "nxdomain aa (example. 60)"                },
 /* section 2.3: the asterisk asked for, and in other places */
    {"*.example",                  RR_TXT, DIRECT,    "found aa \"this is a wildcard\""          },
    {"*.example",                  RR_A,   DIRECT,    "nodata aa (example. 60)"                  },
    {"sub.*.example",              RR_TXT, DIRECT,    "found aa \"this is not a wildcard\""      },
    {"*.host1.example",            RR_TXT, DIRECT,    "nxdomain aa (example. 60)"                },
    {"*.*.example",                RR_TXT, DIRECT,    "nxdomain aa (example. 60)"                },
    {"**.example",                 RR_MX,  DIRECT,    "found aa 10 host1.example."               },
    {"*x.example",                 RR_MX,  DIRECT,    "found aa 10 host1.example."               },
    {"x.*.y.example",              RR_MX,  DIRECT,    "found aa 10 host1.example."               },
    {"HOST3.EXAMPLE",              RR_MX,  DIRECT,    "found aa 10 host1.example."               },
    {"example",                    RR_MX,  DIRECT,    "nodata aa (example. 60)"                  },
    {"example",                    RR_NS,  DIRECT,    "found aa ns.example.com., ns.example.net."},
    {"_ssh._tcp.host1.example",    RR_SRV, DIRECT,
     "found aa 0 0 22 host1.example."                                                            },
    {"host.subdel.example",        RR_A,   RECURSIVE,
     "refused ra no zone file covers 'subdel.example'"                                           },
    {"subdel.example",             RR_DS,  DIRECT,    "nodata aa (example. 60)"                  },
    {"com",                        RR_NS,  DIRECT,    "refused no zone file covers 'com'"        },
};

static const struct row mixed_rows[] = {
    {"www.test",              RR_A,     RECURSIVE, "found aa ra 192.0.2.2"                  },
    {"www.test",              RR_AAAA,  RECURSIVE, "nodata aa ra (test. 60)"                },
    {"no.test",               RR_A,     RECURSIVE, "nxdomain aa ra (test. 60)"              },
    {"multi.test",            RR_TXT,   DIRECT,    "found aa \"a\", \"b\""                  },
    {"multi.test",            RR_ANY,   DIRECT,    "found aa 192.0.2.10, \"a\", \"b\""      },
 /* aliases: RFC 1034 section 3.6.2 */
    {"alias.test",            RR_A,     RECURSIVE, "found aa ra -> www.test. 192.0.2.2"     },
    {"alias2.test",           RR_A,     RECURSIVE,
     "found aa ra -> alias.test. -> www.test. 192.0.2.2"                                    },
    {"alias2.test",           RR_CNAME, RECURSIVE, "found aa ra ALIAS.test."                },
    {"alias2.test",           RR_ANY,   RECURSIVE, "found aa ra ALIAS.test."                },
    {"alias.test",            RR_MX,    RECURSIVE, "nodata aa ra -> www.test. (test. 60)"   },
    {"gone.test",             RR_A,     RECURSIVE,
     "nxdomain aa ra -> nowhere.deep.test. (test. 60)"                                      },
    {"x.alias.test",          RR_A,     RECURSIVE, "nxdomain aa ra (test. 60)"              },
    {"loop1.test",            RR_A,     RECURSIVE,
     "servfail ra loops -> loop2.test. the aliases of 'loop1.test' go in a"
     " circle"                                                                              },
    {"self.test",             RR_A,     RECURSIVE,
     "servfail ra loops the aliases of 'self.test' go in a circle"                          },
 /* to other zones */
    {"out.test",              RR_A,     RECURSIVE, "found aa ra -> www.other. 192.0.2.6"    },
    {"out.test",              RR_A,     DIRECT,    "nodata aa open -> www.other."           },
    {"out.test",              RR_MX,    RECURSIVE, "nodata aa ra -> www.other. (other. 20)" },
    {"back.other",            RR_A,     RECURSIVE, "found aa ra -> www.test. 192.0.2.2"     },
    {"far.test",              RR_A,     RECURSIVE,
     "refused ra -> www.elsewhere. no zone file covers 'www.elsewhere'"                     },
    {"far.test",              RR_A,     DIRECT,    "nodata aa open -> www.elsewhere."       },
    {"incut.test",            RR_A,     RECURSIVE,
     "refused ra -> www.cut.test. no zone file covers 'cut.test'"                           },
    {"incut.test",            RR_A,     DIRECT,
     "nodata aa open -> www.cut.test. {cut.test. NS ns.cut.test., cut.test. NS"
     " ns.test., cut.test. NS ns.elsewhere.; ns.cut.test. A 192.0.2.3,"
     " ns.cut.test. AAAA 2001:db8::3, ns.test. A 192.0.2.1}"                                },
    {"below.test",            RR_A,     RECURSIVE,
     "found aa ra -> www.child.test. 192.0.2.5"                                             },
    {"below.test",            RR_A,     DIRECT,    "nodata aa open -> www.child.test."      },
    {"up.child.test",         RR_A,     RECURSIVE, "found aa ra -> www.test. 192.0.2.2"     },
 /* wildcards: RFC 4592 sections 2.2.2, 3.3 and 4 */
    {"x.wild.test",           RR_A,     DIRECT,    "found aa -> www.test. 192.0.2.2"        },
    {"x.y.wild.test",         RR_A,     DIRECT,    "found aa -> www.test. 192.0.2.2"        },
    {"x.wild.test",           RR_CNAME, DIRECT,    "found aa www.test."                     },
    {"*.wild.test",           RR_A,     DIRECT,    "found aa -> www.test. 192.0.2.2"        },
    {"wild.test",             RR_A,     DIRECT,    "nodata aa (test. 60)"                   },
    {"x.more.test",           RR_TXT,   DIRECT,    "found aa \"more\""                      },
    {"b.more.test",           RR_TXT,   DIRECT,    "nodata aa (test. 60)"                   },
    {"x.b.more.test",         RR_TXT,   DIRECT,    "nxdomain aa (test. 60)"                 },
    {"x.a.b.more.test",       RR_TXT,   DIRECT,    "nxdomain aa (test. 60)"                 },
    {"y.more2.test",          RR_TXT,   DIRECT,    "nodata aa (test. 60)"                   },
    {"x.ent.*.more2.test",    RR_TXT,   DIRECT,    "found aa \"under\""                     },
    {"x.ent.y.more2.test",    RR_TXT,   DIRECT,    "nodata aa (test. 60)"                   },
    {"x.wns.test",            RR_A,     DIRECT,    "nodata aa (test. 60)"                   },
    {"x.wns.test",            RR_NS,    DIRECT,    "found aa ns.other."                     },
 /* delegations: RFC 1034 section 4.2.1 */
    {"cut.test",              RR_NS,    DIRECT,
     "refused referral {cut.test. NS ns.cut.test., cut.test. NS ns.test.,"
     " cut.test. NS ns.elsewhere.; ns.cut.test. A 192.0.2.3, ns.cut.test. AAAA"
     " 2001:db8::3, ns.test. A 192.0.2.1} referral to 'cut.test'"                           },
    {"_dmarc.cut.test",       RR_TXT,   DIRECT,
     "refused referral {cut.test. NS ns.cut.test., cut.test. NS ns.test.,"
     " cut.test. NS ns.elsewhere.; ns.cut.test. A 192.0.2.3, ns.cut.test. AAAA"
     " 2001:db8::3, ns.test. A 192.0.2.1} referral to 'cut.test'"                           },
    {"_dmarc.cut.test",       RR_TXT,   RECURSIVE,
     "refused ra no zone file covers 'cut.test'"                                            },
    {"cut.test",              RR_DS,    DIRECT,    "found aa 1 8 2 aa"                      },
    {"cut.test",              RR_DS,    RECURSIVE, "found aa ra 1 8 2 aa"                   },
    {"x.cut.test",            RR_DS,    RECURSIVE,
     "refused ra no zone file covers 'cut.test'"                                            },
    {"s1._domainkey.dk.test", RR_TXT,   RECURSIVE,
     "refused ra no zone file covers '_domainkey.dk.test'"                                  },
    {"dk.test",               RR_TXT,   RECURSIVE, "nodata aa ra (test. 60)"                },
 /* a zone below, in a file of its own */
    {"child.test",            RR_NS,    RECURSIVE, "found aa ra ns.child.test."             },
    {"child.test",            RR_NS,    DIRECT,    "found aa ns.child.test."                },
    {"www.child.test",        RR_A,     RECURSIVE, "found aa ra 192.0.2.5"                  },
    {"no.child.test",         RR_A,     RECURSIVE, "nxdomain aa ra (child.test. 30)"        },
    {"child.test",            RR_DS,    RECURSIVE, "found aa ra 2 8 2 bb"                   },
    {"test",                  RR_DS,    RECURSIVE, "nodata aa ra (test. 60)"                },
 /* DNAME: RFC 6672 */
    {"dn.test",               RR_TXT,   DIRECT,    "found aa \"at dn\""                     },
    {"dn.test",               RR_DNAME, DIRECT,    "found aa target.test."                  },
    {"x.dn.test",             RR_TXT,   DIRECT,    "found aa => x.target.test. \"by dname\""},
    {"hidden.dn.test",        RR_TXT,   DIRECT,
     "nxdomain aa => hidden.target.test. (test. 60)"                                        },
    {"a.b.dn.test",           RR_TXT,   DIRECT,
     "nxdomain aa => a.b.target.test. (test. 60)"                                           },
    {"x.dcut.test",           RR_TXT,   RECURSIVE,
     "refused ra no zone file covers 'dcut.test'"                                           },
    {"x.back.test",           RR_TXT,   RECURSIVE,
     "servfail ra loops => x.back2.test. the aliases of 'x.back.test' go in a"
     " circle"                                                                              },
    {"x.dwild.test",          RR_DNAME, DIRECT,    "found aa target.test."                  },
    {"y.x.dwild.test",        RR_TXT,   DIRECT,    "nodata aa (test. 60)"                   },
    {"y.*.dwild.test",        RR_TXT,   DIRECT,
     "nxdomain aa => y.target.test. (test. 60)"                                             },
 /* faults of fixtures */
    {"t.test",                RR_TXT,   RECURSIVE, "timeout ra so the zone file has it"     },
    {"t.test",                RR_A,     RECURSIVE, "found aa ra 192.0.2.11"                 },
    {"t.test",                RR_MX,    RECURSIVE, "nodata aa ra (test. 60)"                },
    {"t.test",                RR_TXT,   DIRECT,    "timeout so the zone file has it"        },
    {"viat.test",             RR_TXT,   RECURSIVE,
     "timeout ra -> t.test. so the zone file has it"                                        },
    {"x.fail.test",           RR_TXT,   RECURSIVE, "servfail ra so the zone file has it"    },
    {"x.fail.test",           RR_MX,    RECURSIVE, "nodata aa ra (test. 60)"                },
    {"r.test",                RR_MX,    RECURSIVE, "refused ra so the zone file has it"     },
    {"x.r.test",              RR_MX,    RECURSIVE, "nxdomain aa ra (test. 60)"              },
    {"m.test",                RR_MX,    RECURSIVE, "malformed ra so the zone file has it"   },
    {"b.test",                RR_A,     RECURSIVE, "bogus ra so the zone file has it"       },
    {"b.test",                RR_AAAA,  RECURSIVE, "nodata aa ra (test. 60)"                },
    {"dead.nowhere",          RR_TXT,   RECURSIVE, "timeout ra so the zone file has it"     },
    {"x.cut.test",            RR_TXT,   RECURSIVE, "servfail ra so the zone file has it"    },
    {"www.nowhere",           RR_TXT,   RECURSIVE,
     "refused ra no zone file covers 'www.nowhere'"                                         },
};

/* A world of its own: one zone file with all there is. */
static const char world[] = ". 60 SOA . . 1 2 3 4 5\n"
                            "example.com. 60 TXT \"x\"\n"
                            "sub.example.com. 60 SOA . . 1 2 3 4 9\n"
                            "www.sub.example.com. 60 A 192.0.2.1\n";

static const struct row world_rows[] = {
    {"example.com",         RR_TXT, RECURSIVE, "found aa ra \"x\""    },
    {"com",                 RR_TXT, RECURSIVE, "nodata aa ra (. 5)"   },
    {".",                   RR_TXT, RECURSIVE, "nodata aa ra (. 5)"   },
    {"net",                 RR_TXT, RECURSIVE, "nxdomain aa ra (. 5)" },
    {"a.b.example.net",     RR_MX,  RECURSIVE, "nxdomain aa ra (. 5)" },
    {"www.sub.example.com", RR_A,   RECURSIVE, "found aa ra 192.0.2.1"},
    {"no.sub.example.com",  RR_A,   RECURSIVE,
     "nxdomain aa ra (sub.example.com. 9)"                            },
};

static struct zonefile *
load(const char *const *texts, size_t count)
{
    static const struct zonefile_settings settings = {.faults = true};
    struct zonefile *zone = zonefile_new();
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < count; i++)
        if (zonefile_parse(zone, i == 0 ? "dir/first" : "next",
                           slice_of(texts[i]), &settings, &err)
            != ST_OK)
            bail("%s", err.text);
    return zone;
}

static struct question
ask_about(const char *text, uint16_t type, int how)
{
    static const struct address server = {
        .family = 4, .octets = {192, 0, 2, 53}
    };
    struct name name;

    if (name_parse(&name, slice_of(text), NULL) != ST_OK)
        bail("bad name %s", text);
    return how == DIRECT ? question_direct(&server, &name, type)
                         : question_recursive(&name, type);
}

static void
test_rows(const char *title, const char *const *texts, size_t count,
          const struct row *rows, size_t row_count)
{
    struct zonefile *zone = load(texts, count);
    struct source *source = zonefile_source(zone);
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = 0; i < row_count; i++) {
        struct question question =
            ask_about(rows[i].name, rows[i].type, rows[i].how);

        strbuf_cut(&seen, 0);
        answer_show(&seen, source->ops->ask(source, NULL, &question));
        is_string(rows[i].want, seen.p, "%s: %s %u%s", title, rows[i].name,
                  rows[i].type, rows[i].how == DIRECT ? " direct" : "");
    }
    strbuf_clear(&seen);
    source_free(source);
    zonefile_free(zone);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
test_fields(void)
{
    static const char *const texts[] = {rfc4592, other};
    struct zonefile *zone = load(texts, 2);
    struct source *source = zonefile_source(zone);
    struct question question = ask_about("host1.example", RR_A, DIRECT);
    const struct answer *answer = source->ops->ask(source, NULL, &question);

    is_string("zone", source->ops->kind, "the kind of source");
    is_string("zone 'first'", answer->server, "who says it");
    is_int(0, answer->rcode, "NOERROR");
    is_int(12 + 15 + 4 + (2 + 10 + 4) + 11, answer->size, "size");
    is_int(-1, answer->ede, "no extended error");
    is_int(3600, answer->records[0].ttl, "the TTL");
    question.edns_size = 0;
    answer = source->ops->ask(source, NULL, &question);
    is_int(12 + 15 + 4 + (2 + 10 + 4), answer->size, "size without EDNS");
    question = ask_about("no.www.other", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    is_int(3, answer->rcode, "NXDOMAIN");
    is_string("zone 'next'", answer->server, "another file says it");
    is_int(1, (long long)answer->authority_count, "the SOA is there");
    is_int(20, answer->authority[0].ttl,
           "the lesser of TTL and minimum is its TTL");
    question = ask_about("nowhere", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    is_int(5, answer->rcode, "REFUSED");
    is_string("zone files", answer->server, "no file in particular says it");
    question = ask_about("host3.example", RR_MX, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(name_equal(&answer->records[0].owner, &question.name),
       "a record made of a wildcard has the name asked");
    source_free(source);
    zonefile_free(zone);
}

/* A chain of 16 is followed, one of 17 is not. */
static void
test_long_chain(void)
{
    struct strbuf text = STRBUF_INIT;
    const char *texts[1];
    struct zonefile *zone;
    struct source *source;
    struct question question;
    const struct answer *answer;

    strbuf_add_text(&text, "e. 60 SOA . . 1 2 3 4 5\na0.e. 60 A 192.0.2.1\n");
    for (unsigned i = 0; i <= ANSWER_CHAIN_MAX; i++)
        strbuf_addf(&text, "a%u.e. 60 CNAME a%u.e.\n", i + 1, i);
    texts[0] = text.p;
    zone = load(texts, 1);
    source = zonefile_source(zone);
    question = ask_about("a16.e", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(answer->outcome == OUTCOME_FOUND && answer->chain_count == 16,
       "16 aliases are followed");
    question = ask_about("a17.e", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(answer->outcome == OUTCOME_SERVFAIL && answer->chain_loops
           && answer->chain_count == 16 && !answer->aa,
       "17 are too many");
    is_string("the aliases of 'a17.e' go on too long", answer->problem,
              "and that is said");
    strbuf_clear(&text);
    source_free(source);
    zonefile_free(zone);
}

/* "grow DNAME l.grow": each hop adds a label, until there is no room. */
static void
test_growing(void)
{
    static const char *const texts[] = {mixed};
    struct zonefile *zone = load(texts, 1);
    struct source *source = zonefile_source(zone);
    struct question question = ask_about("x.grow.test", RR_A, RECURSIVE);
    const struct answer *answer = source->ops->ask(source, NULL, &question);
    static const char label[] =
        "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefgh.";
    char name[4 * sizeof(label) + sizeof("grow.test")] = "";

    ok(answer->chain_loops && answer->chain_count == ANSWER_CHAIN_MAX,
       "a DNAME below itself goes on too long");
    for (int i = 0; i < 3; i++)
        strcat(name, label);
    strcat(name, label + 2);
    strcat(name, "grow.test");
    question = ask_about(name, RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(answer->outcome == OUTCOME_SERVFAIL && answer->rcode == 6
           && answer->chain_count < 3,
       "a name that grows too long is YXDOMAIN");
    source_free(source);
    zonefile_free(zone);
}

static void
test_sizes(void)
{
    struct strbuf text = STRBUF_INIT;
    const char *texts[1];
    struct zonefile *zone;
    struct source *source;
    struct question question;
    const struct answer *answer;

    strbuf_add_text(&text, "e. 60 SOA . . 1 2 3 4 5\n");
    for (unsigned i = 0; i < 100; i++)
        strbuf_addf(&text, "a.e. 60 A 192.0.2.%u\n", i);
    for (unsigned i = 0; i < 7000; i++)
        strbuf_addf(&text, "b.e. 60 A 10.0.%u.%u\n", i / 256, i % 256);
    texts[0] = text.p;
    zone = load(texts, 1);
    source = zonefile_source(zone);
    question = ask_about("a.e", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(!answer->tc && answer->size == 12 + 5 + 4 + 1600 + 11,
       "TCP follows: not truncated");
    question.transport = TRANSPORT_UDP;
    answer = source->ops->ask(source, NULL, &question);
    ok(answer->tc && answer->record_count == 100, "UDP, 1232: truncated");
    question.edns_size = 4096;
    answer = source->ops->ask(source, NULL, &question);
    ok(!answer->tc, "UDP, 4096: not");
    question = ask_about("b.e", RR_A, RECURSIVE);
    answer = source->ops->ask(source, NULL, &question);
    ok(answer->outcome == OUTCOME_SERVFAIL && answer->record_count == 0,
       "what fits into no message is SERVFAIL");
    strbuf_clear(&text);
    source_free(source);
    zonefile_free(zone);
}

static void
test_dnssec_ok(void)
{
    static const char *const texts[] = {mixed};
    struct zonefile *zone = load(texts, 1);
    struct source *source = zonefile_source(zone);
    struct question question = ask_about("x.child.test", RR_A, DIRECT);
    const struct answer *answer;

    question.dnssec_ok = true;
    answer = source->ops->ask(source, NULL, &question);
    is_int(2, (long long)answer->authority_count, "DO: NS and DS");
    is_int(RR_DS, answer->authority[1].type, "in this order");
    source_free(source);
    zonefile_free(zone);
}

int
main(void)
{
    static const char *const first[] = {rfc4592};
    static const char *const three[] = {mixed, child, other};
    static const char *const all[] = {world};

    plan_lazy();
    test_rows("RFC 4592", first, 1, rfc4592_rows, COUNT(rfc4592_rows));
    test_rows("mixed", three, 3, mixed_rows, COUNT(mixed_rows));
    test_rows("world", all, 1, world_rows, COUNT(world_rows));
    test_fields();
    test_long_chain();
    test_growing();
    test_sizes();
    test_dnssec_ok();
    return tap_done();
}
