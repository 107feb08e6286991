/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of what is expected: good lines, and those that are refused. */
#include "common/audit/expect.h"

#include <stdlib.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/tap/tap.h"

static const struct {
    const char *name;
    const char *text;
    const char
        *wanted; /* rows of example.com, newest first; or the sentence */
} rows[] = {
    {"nothing",                         "",                                                               ""                                                              },
    {"comments and empty lines",        "# a b c\n\n   \t\n",                                             ""                                                              },
    {"a cut",                           "example.com _domainkey ns ns1.vendor.example *.other.example\n",
     "1 _domainkey.example.com ns1.vendor.example *.other.example;"                                                                                                       },
    {"capitals, final dots and blanks",
     "  EXAMPLE.com.\t_DMARC  CNAME  D.Vendor.Example. \r\n",                                             "2 _dmarc.example.com d.vendor.example;"                        },
    {"nowhere",                         "example.com _dmarc none",                                        "0 _dmarc.example.com;"                                         },
    {"vendors",
     "example.com * vendor a.example\n"
     "example.com s1._domainkey dname b.example\n",                                                       "3 s1._domainkey.example.com b.example;4 example.com a.example;"},
    {"another domain",                  "example.org _dmarc none\n",                                      ""                                                              },
    {"too few words",                   "example.com _dmarc\n",
     "'FILE', line 1: a line has a domain, a place and what is to be there"                                                                                               },
    {"no such kind",                    "\nexample.com _dmarc alias a.example\n",
     "'FILE', line 2: 'alias' is none of none, ns, cname, dname and vendor"                                                                                               },
    {"nobody named",                    "example.com _dmarc cname\n",
     "'FILE', line 1: say behind 'cname' where it leads"                                                                                                                  },
    {"somebody named for none",         "example.com _dmarc none a.example\n",
     "'FILE', line 1: 'none' leads nowhere: take the names away"                                                                                                          },
    {"a vendor at a place",             "example.com _dmarc vendor a.example\n",
     "'FILE', line 1: 'vendor' goes with the place '*', and with no other"                                                                                                },
    {"all places by NS",                "example.com * ns a.example\n",
     "'FILE', line 1: 'vendor' goes with the place '*', and with no other"                                                                                                },
    {"a place that is none",            "example.com a..b ns a.example\n",
     "'FILE', line 1: 'a..b' is no place below a domain"                                                                                                                  },
};

static void
tell(const struct expect *expect, struct arena *arena, struct strbuf *out)
{
    struct name domain;

    name_parse(&domain, SLICE("example.com"), NULL);
    for (const struct expect_row *row = expect_of(expect, &domain);
         row != NULL; row = row->next) {
        strbuf_addf(out, "%d %s", (int)row->kind,
                    name_bare(arena, &row->name));
        for (size_t i = 0; i < row->pattern_count; i++)
            strbuf_addf(out, " %s", row->patterns[i]);
        strbuf_add_char(out, ';');
    }
}

/* The sentence with the file's name taken out. */
static void
tell_error(const struct error *err, const char *path, struct strbuf *out)
{
    struct slice text = slice_of(err->text);
    size_t at = slice_search(text, slice_of(path));

    strbuf_add_slice(out, slice_sub(text, 0, at));
    strbuf_add_text(out, "FILE");
    strbuf_add_slice(out, slice_from(text, at + strlen(path)));
}

int
main(void)
{
    char path[] = "/tmp/selkie-expect-XXXXXX";
    int fd = mkstemp(path);
    struct arena *arena = arena_new();

    if (fd < 0)
        bail("no file");
    close(fd);
    plan_lazy();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = ERROR_INIT;
        struct strbuf told = STRBUF_INIT;
        struct expect *expect = NULL;

        if (file_write(path, slice_of(rows[i].text), 0600, &err) != ST_OK)
            bail("%s", err.text);
        if (expect_read(path, &expect, &err) == ST_OK)
            tell(expect, arena, &told);
        else
            tell_error(&err, path, &told);
        is_string(rows[i].wanted, told.p == NULL ? "" : told.p, "%s",
                  rows[i].name);
        expect_free(expect);
        strbuf_clear(&told);
    }
    unlink(path);
    arena_free(arena);
    return tap_done();
}
