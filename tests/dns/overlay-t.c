/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/overlay.c. */
#include "common/dns/overlay.h"

#include "common/base/strbuf.h"
#include "common/dns/zonefile.h"
#include "tests/dns/answershow.h"
#include "tests/tap/tap.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is there today. */
static const char *const below[] = {
    "$ORIGIN test.\n"
    "@ 300 SOA ns.test. h.test. 1 2 3 4 60\n"
    "@ 300 NS ns\n"
    "@ 300 TXT \"v=spf1 -all\"\n"
    "ns 300 A 192.0.2.1\n"
    "www 300 A 192.0.2.2\n"
    "www 300 TXT \"www\"\n"
    "alias 300 CNAME www\n"
    "alias2 300 CNAME alias\n"
    "tonew 300 CNAME new\n"
    "towild 300 CNAME x.wild\n"
    "out 300 CNAME www.other.\n"
    "sub 300 TXT \"sub\"\n"
    "a.sub 300 TXT \"a\"\n"
    "x.b.sub 300 TXT \"b\"\n"
    "*.wild 300 TXT \"wild\"\n"
    "*.wild 300 A 192.0.2.9\n"
    "real.wild 300 TXT \"real\"\n"
    "deep.real2.wild 300 TXT \"deep\"\n"
    "*.awild 300 CNAME www\n"
    "dn 300 DNAME sub\n"
    ";! fails ANY SERVFAIL\n"
    ";! lost TXT TIMEOUT\n",
    "other. 300 SOA ns.other. h.other. 1 2 3 4 30\n"
    "www.other. 300 A 192.0.2.3\n",
};

enum { RECURSIVE, DIRECT };

/* One overlay, one question, and the answer; "-" where the overlay has
   nothing to do with it. */
static const struct {
    const char *name;    /* of the row */
    const char *overlay; /* laid over */
    const char *asked;   /* name */
    uint16_t type;       /* asked */
    int how;             /* RECURSIVE or DIRECT */
    const char *want;    /* the answer */
} rows[] = {
  /* RRsets */
    {"nothing to do with it",                      "www.test. MX 0 .\n",                                 "other",             RR_TXT,   RECURSIVE,
     "-"                                                                                                                                                                                             },
    {"a new name",                                 "new.test. 7 TXT \"new\"\n",                          "new.test",          RR_TXT,   RECURSIVE,
     "found ra \"new\""                                                                                                                                                                              },
    {"in another zone",                            "new.nowhere. TXT \"new\"\n",                         "new.nowhere",       RR_TXT,
     RECURSIVE,                                                                                                                                    "found ra \"new\""                                },
    {"asked of a server",                          "new.test. TXT \"new\"\n",                            "new.test",          RR_TXT,
     DIRECT,                                                                                                                                       "found aa \"new\""                                },
    {"an RRset replaces that of its type",         "www.test. A 192.0.2.7\n",
     "www.test",                                                                                                              RR_A,     RECURSIVE, "found ra 192.0.2.7"                              },
    {"and of no other",                            "www.test. A 192.0.2.7\n",                            "www.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"another type of a new name",                 "new.test. TXT \"new\"\n",                            "new.test",          RR_A,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"a name above a new one",                     "a.b.test. TXT \"new\"\n",                            "b.test",            RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"beside a new one",                           "a.b.test. TXT \"new\"\n",                            "c.b.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"a type more at a name",                      "www.test. MX 0 .\n",                                 "www.test",          RR_A,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"a failure stays one",                        "fails.test. TXT \"x\"\n",                            "fails.test",        RR_A,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"but not of what is given",                   "fails.test. TXT \"x\"\n",                            "fails.test",
     RR_TXT,                                                                                                                            RECURSIVE, "found ra \"x\""                                  },
    {"case",                                       "WWW.Test. A 192.0.2.7\n",                            "www.TEST",          RR_A,     RECURSIVE,
     "found ra 192.0.2.7"                                                                                                                                                                            },
 /* aliases */
    {"an alias from below to a given name",        "www.test. A 192.0.2.7\n",
     "alias2.test",                                                                                                           RR_A,     RECURSIVE,
     "found ra -> alias.test. -> www.test. 192.0.2.7"                                                                                                                                                },
    {"to one that it does not change",             "www.test. A 192.0.2.7\n",                            "alias.test",
     RR_TXT,                                                                                                                            RECURSIVE, "-"                                               },
    {"to a name that is new",                      "new.test. TXT \"new\"\n",                            "tonew.test",        RR_TXT,
     RECURSIVE,                                                                                                                                    "found ra -> new.test. \"new\""                   },
    {"of a server",                                "new.test. TXT \"new\"\n",                            "tonew.test",        RR_TXT,   DIRECT,
     "found aa -> new.test. \"new\""                                                                                                                                                                 },
    {"a given alias",                              "new.test. CNAME www.test.\n",                        "new.test",          RR_A,
     RECURSIVE,                                                                                                                                    "found aa ra -> www.test. 192.0.2.2"              },
    {"asked for itself",                           "new.test. CNAME www.test.\n",                        "new.test",          RR_CNAME,
     RECURSIVE,                                                                                                                                    "found ra www.test."                              },
    {"it replaces all of the name",                "www.test. CNAME www.other.\n",                       "www.test",
     RR_TXT,                                                                                                                            RECURSIVE, "nodata aa ra -> www.other. (other. 30)"          },
    {"to another zone",                            "new.test. CNAME www.other.\n",                       "new.test",          RR_A,
     RECURSIVE,                                                                                                                                    "found aa ra -> www.other. 192.0.2.3"             },
    {"which the server does not have",             "new.test. CNAME www.nowhere.\n",
     "new.test",                                                                                                              RR_A,     DIRECT,    "nodata aa open -> www.nowhere."                  },
    {"nor anybody",                                "new.test. CNAME www.nowhere.\n",                     "new.test",          RR_A,
     RECURSIVE,                                                                                                                                    "refused ra -> www.nowhere. no zone file covers"
     " 'www.nowhere'"                                                                                                                                                                 },
    {"to a failure",                               "new.test. CNAME lost.test.\n",                       "new.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "timeout ra -> lost.test. so the zone file has it"},
    {"through below and back",
     "www.test. CNAME tonew.test.\n"
     "new.test. TXT \"new\"\n",                                                                          "alias.test",        RR_TXT,   RECURSIVE,
     "found ra -> www.test. -> tonew.test. -> new.test. \"new\""                                                                                                                                     },
    {"in a circle",                                "www.test. CNAME alias2.test.\n",                     "alias.test",        RR_A,
     RECURSIVE,                                                                                                                                    "servfail ra loops -> www.test. -> alias2.test. the aliases of"
     " 'alias.test' go in a circle"                                                                                                                                                   },
    {"records instead of an alias",                "alias.test. TXT \"x\"\n",                            "alias.test",
     RR_TXT,                                                                                                                            RECURSIVE, "found ra \"x\""                                  },
    {"which is gone then",                         "alias.test. TXT \"x\"\n",                            "alias.test",        RR_A,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"an alias removed",                           ";! alias.test. CNAME NODATA\n",                      "alias.test",        RR_A,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"a name below an alias makes no difference",  "a.alias.test. TXT \"x\"\n",
     "alias.test",                                                                                                            RR_A,     RECURSIVE, "-"                                               },
    {"a given DNAME",                              "new.test. DNAME sub.test.\n",                        "a.new.test",        RR_TXT,
     RECURSIVE,                                                                                                                                    "found aa ra => a.sub.test. \"a\""                },
    {"a DNAME removed",                            ";! dn.test. DNAME NODATA\n",                         "a.dn.test",         RR_TXT,
     RECURSIVE,                                                                                                                                    "nxdomain ra (test. 60)"                          },
    {"a DNAME from below to a given name",         "a.sub.test. TXT \"new\"\n",
     "a.dn.test",                                                                                                             RR_TXT,   RECURSIVE, "found ra => a.sub.test. \"new\""                 },
 /* removal */
    {"a type removed",                             ";! www.test. TXT NODATA\n",                          "www.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"another is not",                             ";! www.test. TXT NODATA\n",                          "www.test",          RR_A,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"of a server",                                ";! www.test. TXT NODATA\n",                          "www.test",          RR_TXT,   DIRECT,
     "nodata aa (test. 60)"                                                                                                                                                                          },
    {"behind an alias",                            ";! www.test. TXT NODATA\n",                          "alias.test",        RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra -> www.test. (test. 60)"               },
    {"a name removed",                             ";! sub.test. ANY NXDOMAIN\n",                        "sub.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "nxdomain ra (test. 60)"                          },
    {"and all below",                              ";! sub.test. ANY NXDOMAIN\n",                        "x.b.sub.test",      RR_TXT,
     RECURSIVE,                                                                                                                                    "nxdomain ra (test. 60)"                          },
    {"not beside",                                 ";! sub.test. ANY NXDOMAIN\n",                        "www.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"but what is given then",
     ";! sub.test. ANY NXDOMAIN\nb.sub.test. TXT \"x\"\n",                                               "b.sub.test",
     RR_TXT,                                                                                                                            RECURSIVE, "found ra \"x\""                                  },
    {"makes the name exist",
     ";! sub.test. ANY NXDOMAIN\nb.sub.test. TXT \"x\"\n",                                               "sub.test",          RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"without what was below",
     ";! sub.test. ANY NXDOMAIN\nb.sub.test. TXT \"x\"\n",                                               "x.b.sub.test",
     RR_TXT,                                                                                                                            RECURSIVE, "nxdomain ra (test. 60)"                          },
    {"a wildcard among it",
     ";! sub.test. ANY NXDOMAIN\n*.sub.test. TXT \"w\"\n",                                               "a.sub.test",
     RR_TXT,                                                                                                                            RECURSIVE, "found ra \"w\""                                  },
    {"of another type",                            ";! sub.test. ANY NXDOMAIN\n*.sub.test. TXT \"w\"\n",
     "a.sub.test",                                                                                                            RR_A,     RECURSIVE, "nodata ra (test. 60)"                            },
    {"a zone removed",                             ";! other. ANY NXDOMAIN\n",                           "www.other",         RR_A,
     RECURSIVE,                                                                                                                                    "nxdomain ra (other. 30)"                         },
 /* wildcards: RFC 4592 */
    {"a given name ends the wildcard for itself",  "n.wild.test. MX 0 .\n",
     "n.wild.test",                                                                                                           RR_TXT,   RECURSIVE, "nodata ra (test. 60)"                            },
    {"and above",                                  "s._dk.wild.test. TXT \"k\"\n",                       "_dk.wild.test",     RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"and below",                                  "s._dk.wild.test. TXT \"k\"\n",                       "r._dk.wild.test",   RR_TXT,
     RECURSIVE,                                                                                                                                    "nxdomain ra (test. 60)"                          },
    {"and deeper",                                 "s._dk.wild.test. TXT \"k\"\n",                       "a.r._dk.wild.test", RR_A,
     RECURSIVE,                                                                                                                                    "nxdomain ra (test. 60)"                          },
    {"of a server",                                "s._dk.wild.test. TXT \"k\"\n",                       "r._dk.wild.test",   RR_TXT,
     DIRECT,                                                                                                                                       "nxdomain aa (test. 60)"                          },
    {"behind an alias",                            "s.x.wild.test. TXT \"k\"\n",                         "towild.test",       RR_TXT,
     RECURSIVE,                                                                                                                                    "nodata ra -> x.wild.test. (test. 60)"            },
    {"but not beside",                             "s._dk.wild.test. TXT \"k\"\n",                       "r.wild.test",       RR_TXT,
     RECURSIVE,                                                                                                                                    "-"                                               },
    {"nor where the name is there below",          "real.wild.test. MX 0 .\n",
     "real.wild.test",                                                                                                        RR_TXT,   RECURSIVE, "-"                                               },
    {"nor below one that is there",                "x.real2.wild.test. MX 0 .\n",
     "deep.real2.wild.test",                                                                                                  RR_TXT,   RECURSIVE, "-"                                               },
    {"a wildcard that is an alias",                "s._dk.awild.test. TXT \"k\"\n",
     "r._dk.awild.test",                                                                                                      RR_A,     RECURSIVE, "nxdomain ra (test. 60)"                          },
    {"a given wildcard",                           "*.new.test. TXT \"w\"\n",                            "a.b.new.test",      RR_TXT,
     RECURSIVE,                                                                                                                                    "found ra \"w\""                                  },
    {"and other types",                            "*.new.test. TXT \"w\"\n",                            "a.b.new.test",      RR_A,
     RECURSIVE,                                                                                                                                    "nodata ra (test. 60)"                            },
    {"asked for itself",                           "*.new.test. TXT \"w\"\n",                            "*.new.test",        RR_TXT,
     RECURSIVE,                                                                                                                                    "found ra \"w\""                                  },
    {"a given wildcard over names that are there", "*.sub.test. TXT \"w\"\n",
     "a.sub.test",                                                                                                            RR_TXT,   RECURSIVE, "-"                                               },
    {"over empty non-terminals",                   "*.sub.test. TXT \"w\"\n",                            "b.sub.test",
     RR_TXT,                                                                                                                            RECURSIVE, "-"                                               },
    {"below names that are there",                 "*.sub.test. TXT \"w\"\n",                            "y.b.sub.test",
     RR_TXT,                                                                                                                            RECURSIVE, "-"                                               },
    {"beside them",                                "*.sub.test. TXT \"w\"\n",                            "c.sub.test",        RR_TXT,   RECURSIVE,
     "found ra \"w\""                                                                                                                                                                                },
    {"a wildcard replaced",                        "*.wild.test. TXT \"w\"\n",                           "a.wild.test",       RR_TXT,
     RECURSIVE,                                                                                                                                    "found ra \"w\""                                  },
    {"in one type",                                "*.wild.test. TXT \"w\"\n",                           "a.wild.test",       RR_A,     RECURSIVE,
     "-"                                                                                                                                                                                             },
    {"not over names that are there",              "*.wild.test. TXT \"w\"\n",
     "real.wild.test",                                                                                                        RR_TXT,   RECURSIVE, "-"                                               },
    {"a wildcard removed",                         ";! *.wild.test. ANY NXDOMAIN\n",                     "a.wild.test",
     RR_TXT,                                                                                                                            RECURSIVE, "nxdomain ra (test. 60)"                          },
    {"which leaves names that are there",          ";! *.wild.test. ANY NXDOMAIN\n",
     "real.wild.test",                                                                                                        RR_TXT,   RECURSIVE, "-"                                               },
    {"a type of a wildcard removed",               ";! *.wild.test. TXT NODATA\n",
     "a.wild.test",                                                                                                           RR_TXT,   RECURSIVE, "nodata ra (test. 60)"                            },
    {"a wildcard replaced by an alias",            "*.wild.test. CNAME www.other.\n",
     "a.wild.test",                                                                                                           RR_A,     RECURSIVE, "found aa ra -> www.other. 192.0.2.3"             },
};

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

static struct overlay *
lay(const char *text)
{
    struct overlay *overlay = overlay_new();
    struct error err = ERROR_INIT;

    if (overlay_parse(overlay, "dir/what", slice_of(text), &err) != ST_OK)
        bail("%s", err.text);
    return overlay;
}

static struct zonefile *
load_below(void)
{
    static const struct zonefile_settings settings = {.faults = true};
    struct zonefile *zone = zonefile_new();
    struct error err = ERROR_INIT;

    for (size_t i = 0; i < COUNT(below); i++)
        if (zonefile_parse(zone, "below", slice_of(below[i]), &settings, &err)
            != ST_OK)
            bail("%s", err.text);
    return zone;
}

static void
test_rows(struct source *source)
{
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct overlay *overlay = lay(rows[i].overlay);
        struct view_settings settings = {.source = source, .overlay = overlay};
        struct view *view = view_new(&settings, "test");
        struct question question =
            ask_about(rows[i].asked, rows[i].type, rows[i].how);
        const struct answer *answer = overlay_ask(overlay, view, &question);

        strbuf_cut(&seen, 0);
        if (answer == NULL)
            strbuf_add_char(&seen, '-');
        else
            answer_show(&seen, answer);
        is_string(rows[i].want, seen.p, "%s: %s %u", rows[i].name,
                  rows[i].asked, rows[i].type);
        view_free(view);
        overlay_free(overlay);
    }
    strbuf_clear(&seen);
}

/* A source that has nothing at hand: it delivers one answer when waited for,
   the oldest question first. */
struct late {
    struct source base;           /* must come first */
    struct source *zone;          /* has the answers */
    struct view *view;            /* who asks */
    struct question waiting[100]; /* not answered yet */
    size_t count;                 /* of them */
};

static const struct answer *
late_ask(struct source *source, struct view *view,
         const struct question *question)
{
    struct late *late = (struct late *)source;

    late->view = view;
    if (late->count == COUNT(late->waiting))
        bail("too many questions");
    late->waiting[late->count++] = *question;
    return NULL;
}

static bool
late_deliver(struct late *late)
{
    struct question question = late->waiting[0];

    if (late->count == 0)
        return false;
    late->count--;
    for (size_t i = 0; i < late->count; i++)
        late->waiting[i] = late->waiting[i + 1];
    view_deliver(late->view, &question,
                 late->zone->ops->ask(late->zone, late->view, &question));
    return true;
}

static const struct source_ops late_ops = {.kind = "late", .ask = late_ask};

/* The same rows, every answer from below pending at first. */
static void
test_late(struct source *zone)
{
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct overlay *overlay = lay(rows[i].overlay);
        struct late late = {.base = {&late_ops}, .zone = zone};
        struct view_settings settings = {.source = &late.base,
                                         .overlay = overlay};
        struct view *view = view_new(&settings, "test");
        struct question question =
            ask_about(rows[i].asked, rows[i].type, rows[i].how);
        const struct answer *answer = view_ask(view, &question);
        const struct answer *wanted = NULL;

        while (answer->outcome == OUTCOME_PENDING && late_deliver(&late)) {
            view_begin(view);
            answer = view_ask(view, &question);
        }
        strbuf_cut(&seen, 0);
        answer_show(&seen, answer);
        if (rows[i].want[0] == '-') {
            struct strbuf plain = STRBUF_INIT;

            wanted = zone->ops->ask(zone, NULL, &question);
            answer_show(&plain, wanted);
            is_string(plain.p, seen.p, "late, untouched: %s", rows[i].name);
            strbuf_clear(&plain);
        } else {
            is_string(rows[i].want, seen.p, "late: %s", rows[i].name);
        }
        view_free(view);
        overlay_free(overlay);
    }
    strbuf_clear(&seen);
}

static void
test_fields(struct source *source)
{
    struct overlay *overlay = lay("new.test. TXT \"new\"\n");
    struct view_settings settings = {.source = source, .overlay = overlay};
    struct view *view = view_new(&settings, "test");
    struct question question = ask_about("new.test", RR_TXT, RECURSIVE);
    const struct answer *answer = view_ask(view, &question);

    is_string("overlay 'what'", answer->server, "who says it");
    is_int(0, answer->rcode, "NOERROR");
    is_int(12 + 10 + 4 + (2 + 10 + 4) + 11, answer->size, "size");
    is_int(3600, answer->records[0].ttl, "an hour where no TTL is given");
    ok(view_ask(view, &question) == answer, "it is pinned");
    view_begin(view);
    ok(view_ask(view, &question) == answer, "over runs");
    question = ask_about("other.new.test", RR_TXT, RECURSIVE);
    answer = view_ask(view, &question);
    is_string("zone 'below'", answer->server,
              "what is as below, is said there");
    view_free(view);
    overlay_free(overlay);
}

static void
test_reading(void)
{
    struct overlay *overlay = overlay_new();
    struct error err = ERROR_INIT;
    struct name name;

    ok(overlay_parse(overlay, "a", SLICE("a.test. TXT \"x\"\n"), &err)
           == ST_OK,
       "a first file");
    ok(overlay_parse(overlay, "b", SLICE("b.test. TXT \"x\"\n"), &err)
           == ST_OK,
       "a second one");
    for (int i = 0; i < 2; i++) {
        if (name_parse(&name, slice_of(i == 0 ? "a.test" : "b.test"), NULL)
            != ST_OK)
            bail("no name");
        ok(nametree_find(overlay_tree(overlay), &name) != NULL,
           "names of file %d are there", i + 1);
    }
    is_int(ST_SYNTAX,
           overlay_parse(overlay, "c", SLICE("$INCLUDE /etc/passwd\n"), &err),
           "$INCLUDE is refused");
    is_string("'c', line 1: $INCLUDE is refused: it would open another file",
              err.text, "and what it says");
    is_int(ST_NOT_FOUND, overlay_read(overlay, "/nonexistent/o", &err),
           "a file that is not there");
    overlay_free(overlay);
    overlay_free(NULL);
}

int
main(void)
{
    struct zonefile *zone = load_below();
    struct source *source = zonefile_source(zone);

    plan_lazy();
    test_rows(source);
    test_late(source);
    test_fields(source);
    test_reading();
    source_free(source);
    zonefile_free(zone);
    return tap_done();
}
