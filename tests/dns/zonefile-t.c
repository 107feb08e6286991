/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/dns/zonefile.c: what loads, and what is refused. */
#include "common/dns/zonefile.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"
#include "tests/tap/tap.h"

#define A64  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A256 A64 A64 A64 A64

#define SOA  "example. SOA ns.example. h.example. 1 2 3 4 60\n"

static const struct zonefile_settings usual = {.faults = true, .ttl = 300};
static const struct zonefile_settings plain = {.ttl = 300};
static const struct zonefile_settings overlay = {.overlay = true, .ttl = 300};

/* Every name and RRset: "NAME[TYPE TTL DATA, DATA]..., apexes with "!",
   removed names and types with "-", faults with their outcome. */
static void
show_tree(const struct zonefile *zone, struct strbuf *out)
{
    const struct namenode *node = NULL;

    while ((node = nametree_next(zone->tree, node)) != NULL) {
        struct name name;

        if (namenode_rrsets(node) == NULL && !namenode_is_removed(node))
            continue;
        namenode_name(node, &name);
        strbuf_add_text(out, out->n > 0 ? " " : "");
        name_present(&name, out);
        strbuf_add_text(out, namenode_is_apex(node) ? "!" : "");
        strbuf_add_text(out, namenode_is_removed(node) ? "-" : "");
        for (const struct rrset *set = namenode_rrsets(node); set != NULL;
             set = set->next) {
            strbuf_add_char(out, '[');
            rrtype_present(set->type, out);
            if (set->removed)
                strbuf_add_char(out, '-');
            if (set->fault != 0)
                strbuf_addf(out, " %s",
                            outcome_word((enum outcome)set->fault));
            if (set->count > 0)
                strbuf_addf(out, " %u", set->ttl);
            for (size_t i = 0; i < set->count; i++) {
                struct record record = {.type = set->type,
                                        .data = set->data[i]};

                strbuf_add_char(out, ' ');
                record_present(&record, out);
            }
            strbuf_add_char(out, ']');
        }
    }
}

static void
show(enum status status, const struct zonefile *zone, const struct error *err,
     struct strbuf *out)
{
    strbuf_cut(out, 0);
    if (status == ST_OK)
        show_tree(zone, out);
    else
        strbuf_add_text(out, err->text);
}

static const struct {
    const char *name;
    const struct zonefile_settings *settings;
    const char *text;
    const char *want; /* the tree, or the sentence */
} rows[] = {
    {"a zone",                                &usual,   SOA "a.example. TXT x\nb.example. 60 TXT x\n",
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
     " a.example.[TXT 300 \"x\"] b.example.[TXT 60 \"x\"]"                                                                                                        },
    {"two in one file",                       &usual,
     "a. SOA . . 1 2 3 4 5\nb. SOA . . 1 2 3 4 5\nx.b. A 192.0.2.1\n",                                    "a.![SOA 300 . . 1 2 3 4 5] b.![SOA 300 . . 1 2 3 4 5]"
     " x.b.[A 300 192.0.2.1]"                                                               },
    {"the whole world",                       &usual,   ". SOA . . 1 2 3 4 5\na.b. A 192.0.2.1\n",
     ".![SOA 300 . . 1 2 3 4 5] a.b.[A 300 192.0.2.1]"                                                                                                            },
    {"one record twice, another TTL",         &usual,
     SOA "a.example. 9 TXT x\na.example. 7 TXT x\n",
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
     " a.example.[TXT 7 \"x\"]"                                                                                                                                   },
    {"the same SOA twice",                    &usual,   SOA SOA,
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"                                                                                                       },
    {"another SOA",                           &usual,   SOA "example. SOA . . 1 2 3 4 5\n",
     "'dir/f', line 2: 'example' has two different SOA records"                                                                                                   },
    {"no SOA",                                &usual,   "\na.example. TXT x\n",
     "'dir/f', line 2: 'a.example' is in no zone: no SOA record at or above it"
     " so far"                                                                                                                                                    },
    {"a record before its SOA",               &usual,   "a.example. TXT x\n" SOA,
     "'dir/f', line 1: 'a.example' is in no zone: no SOA record at or above it"
     " so far"                                                                                                                                                    },
    {"out of zone",                           &usual,   SOA "a.example. TXT x\nexample.org. TXT x\n",
     "'dir/f', line 3: 'example.org' is in no zone: no SOA record at or above"
     " it so far"                                                                                                                                                 },
    {"CNAME beside TXT",                      &usual,   SOA "a.example. TXT x\na.example. CNAME b.\n",
     "'dir/f', line 3: 'a.example' has a CNAME record beside others (RFC 2181"
     " section 10.1)"                                                                                                                                             },
    {"TXT beside CNAME",                      &usual,   SOA "a.example. CNAME b.\na.example. TXT x\n",
     "'dir/f', line 3: 'a.example' has a CNAME record beside others (RFC 2181"
     " section 10.1)"                                                                                                                                             },
    {"two CNAME",                             &usual,   SOA "a.example. CNAME b.\na.example. CNAME c.\n",
     "'dir/f', line 3: 'a.example' has two CNAME records (RFC 2181 section"
     " 10.1)"                                                                                                                                                     },
    {"two DNAME",                             &usual,   SOA "a.example. DNAME b.\na.example. DNAME c.\n",
     "'dir/f', line 3: 'a.example' has two DNAME records (RFC 6672 section"
     " 2.4)"                                                                                                                                                      },
    {"a large TTL",                           &usual,   SOA "a.example. 2147483648 TXT x\n",
     "'dir/f', line 2: a TTL above 2147483647"                                                                                                                    },
    {"a type that is none",                   &usual,   SOA "a.example. TYPE255 \\# 0\n",
     "'dir/f', line 2: no record may be of this type"                                                                                                             },
    {"generic data",                          &usual,   SOA "a.example. TYPE16 \\# 2 0178\n",
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
     " a.example.[TXT 300 \"x\"]"                                                                                                                                 },
    {"generic data that do not fit",          &usual,   SOA "a.example. A \\# 3 010203\n",
     "'dir/f', line 2: the data do not fit the type"                                                                                                              },
    {"a generic CNAME without a name",        &usual,
     SOA "a.example. CNAME \\# 3 056161\n",
     "'dir/f', line 2: the data do not fit the type"                                                                                                              },
    {"a generic string cut short",            &usual,   SOA "a.example. TXT \\# 2 0278\n",
     "'dir/f', line 2: the data do not fit the type"                                                                                                              },
    {"an include",                            &usual,   "\n$INCLUDE /etc/passwd\n",
     "'dir/f', line 2: $INCLUDE is refused: it would open another file"                                                                                           },
    {"faults",                                &usual,
     SOA "$ORIGIN example.\n;! a TXT TIMEOUT\n;! b ANY SERVFAIL\n",
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
     " a.example.[TXT timeout] b.example.[ANY servfail]"                                                                                                          },
    {"faults are comments elsewhere",         &plain,   SOA ";! a TXT WHATEVER\n",
     "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"                                                                                                       },
    {"a fault that is none",                  &usual,   SOA ";! a TXT NODATA\n",
     "'dir/f', line 2: ';!' is for failures here: SERVFAIL, REFUSED, TIMEOUT,"
     " MALFORMED or BOGUS"                                                                                                                                        },
    {"a bad fault",                           &usual,   SOA ";! a TXT\n",
     "'dir/f', line 2: ';!' stands before NAME TYPE OUTCOME"                                                                                                      },
    {"an overlay",                            &overlay,
     "a.example. TXT x\n;! a.example. MX NODATA\n;! b.example. ANY NXDOMAIN\n",                           "a.example.[TXT 300 \"x\"][MX-] b.example.-"            },
    {"in an overlay what comes later counts", &overlay,
     "a. TXT x\n;! a. TXT NODATA\nb. TXT x\nc.b. TXT x\n;! b. ANY NXDOMAIN\n"
     ";! c. TXT NODATA\nc. TXT x\n;! d. ANY NXDOMAIN\ne.d. TXT x\n",                                      "a.[TXT-] b.- c.[TXT 300 \"x\"] d.- e.d.[TXT 300 \"x\"]"},
    {"no failures in an overlay",             &overlay, ";! a TXT TIMEOUT\n",
     "'dir/f', line 1: ';!' is for NAME TYPE NODATA and NAME ANY NXDOMAIN"
     " here"                                                                                                                                                      },
    {"NODATA is of one type",                 &overlay, ";! a ANY NODATA\n",
     "'dir/f', line 1: ';!' is for NAME TYPE NODATA and NAME ANY NXDOMAIN"
     " here"                                                                                                                                                      },
    {"CNAME beside TXT in an overlay",        &overlay, "a. TXT x\na. CNAME b.\n",
     "'dir/f', line 2: 'a' has a CNAME record beside others (RFC 2181 section"
     " 10.1)"                                                                                                                                                     },
    {"syntax",                                &usual,   SOA "a.example. FOO x\n",
     "'dir/f', line 2, column 12: neither a number nor a known type at"
     " 'FOO'"                                                                                                                                                     },
};

static void
test_rows(void)
{
    struct strbuf seen = STRBUF_INIT;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zonefile *zone = zonefile_new();
        struct error err = ERROR_INIT;

        show(zonefile_parse(zone, "dir/f", slice_of(rows[i].text),
                            rows[i].settings, &err),
             zone, &err, &seen);
        is_string(rows[i].want, seen.p, "%s", rows[i].name);
        zonefile_free(zone);
    }
    strbuf_clear(&seen);
}

static void
test_settings(void)
{
    struct zonefile_settings settings = {.ttl = 7};
    struct zonefile *zone = zonefile_new();
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct name origin;

    if (name_parse(&origin, SLICE("o.example"), NULL) != ST_OK)
        bail("no origin");
    settings.origin = &origin;
    show(zonefile_parse(zone, "f", SLICE("@ SOA . . 1 2 3 4 5\na NS b\n"),
                        &settings, &err),
         zone, &err, &seen);
    is_string("o.example.![SOA 7 . . 1 2 3 4 5] a.o.example.[NS 7"
              " b.o.example.]",
              seen.p, "origin and TTL are those given");
    strbuf_clear(&seen);
    zonefile_free(zone);
}

static void
test_notes(void)
{
    static const char text[] = SOA "a.example. TXT ( x\n"
                                   "  \"" A256 "\" " A256 "b )\n"
                                   "b.example. TXT \"" A256 "\" ; c\n"
                                   "c.example. TXT \\# 2 0178\n"
                                   "d.example. SPF \"" A256 "\"\n";
    static const struct {
        const char *owner;
        uint16_t type;
        size_t line, column, length;
    } want[] = {
        {"a.example.", RR_TXT, 3, 3,   256},
        {"a.example.", RR_TXT, 3, 262, 257},
        {"b.example.", RR_TXT, 4, 16,  256},
        {"d.example.", RR_SPF, 6, 16,  256},
    };
    struct zonefile *zone = zonefile_new();
    const struct namenode *node;
    struct record record = {.type = RR_TXT};
    struct name name;

    ok(zonefile_parse(zone, "dir/f", slice_of(text), &usual, NULL) == ST_OK,
       "strings over 255 octets load");
    is_int(sizeof(want) / sizeof(want[0]), (long long)zone->note_count,
           "each is noted");
    for (size_t i = 0; i < zone->note_count && i < 4; i++) {
        const struct zone_note *note = &zone->notes[i];

        is_string(want[i].owner, name_dotted(zone->arena, &note->owner),
                  "note %zu: owner", i);
        ok(note->type == want[i].type && note->line == want[i].line
               && note->column == want[i].column
               && note->length == want[i].length,
           "note %zu: type, line, column, length", i);
        is_string("dns.txt-string-over-255", note->id, "note %zu: id", i);
        is_string("dir/f", note->file, "note %zu: file", i);
    }
    if (name_parse(&name, SLICE("b.example"), NULL) != ST_OK)
        bail("no name");
    node = nametree_find(zone->tree, &name);
    record.data = namenode_rrset(node, RR_TXT)->data[0];
    ok(slice_equal(record_text(zone->arena, &record), SLICE(A256)),
       "joined, it is what was written");
    zonefile_free(zone);
}

/* A zone below a zone, each in a file of its own, in either order. */
static void
test_files(void)
{
    static const struct {
        const char *file;
        const char *text;
    } files[2] = {
        {"dir/parent",
         SOA "sub.example. NS old.sub.example.\nsub.example. DS 1 8 2 AA\n"
             "old.sub.example. A 192.0.2.1\n_dmarc.sub.example. TXT old\n"
             "low.deep.sub.example. TXT old\n"},
        {"child",
         "$ORIGIN sub.example.\n@ SOA . . 1 2 3 4 5\n@ NS new.sub.example.\n"
         "new A 192.0.2.2\n"                  },
    };
    static const char *const want =
        "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
        " sub.example.![DS 300 1 8 2 aa][SOA 300 . . 1 2 3 4 5]"
        "[NS 300 new.sub.example.] new.sub.example.[A 300 192.0.2.2]";
    static const char *const want_back =
        "example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
        " sub.example.![SOA 300 . . 1 2 3 4 5]"
        "[NS 300 new.sub.example.][DS 300 1 8 2 aa]"
        " new.sub.example.[A 300 192.0.2.2]";
    struct strbuf seen = STRBUF_INIT;

    for (int back = 0; back < 2; back++) {
        struct zonefile *zone = zonefile_new();
        struct error err = ERROR_INIT;
        enum status status = ST_OK;
        struct name name;

        for (int i = 0; i < 2 && status == ST_OK; i++)
            status =
                zonefile_parse(zone, files[i ^ back].file,
                               slice_of(files[i ^ back].text), &usual, &err);
        show(status, zone, &err, &seen);
        is_string(back ? want_back : want, seen.p,
                  "a zone below a zone, loaded %s it",
                  back ? "before" : "after");
        if (name_parse(&name, SLICE("example"), NULL) != ST_OK)
            bail("no name");
        is_string("zone 'parent'", table_get(zone->servers, name_key(&name)),
                  "the file of the zone");
        zonefile_free(zone);
    }
    strbuf_clear(&seen);
}

static void
test_fragment(void)
{
    struct zonefile *zone = zonefile_new();
    struct strbuf seen = STRBUF_INIT;
    struct error err = ERROR_INIT;
    enum status status = zonefile_parse(zone, "a", SLICE(SOA), &usual, &err);

    if (status == ST_OK)
        status = zonefile_parse(zone, "b", SLICE("a.example. TXT x\n"), &usual,
                                &err);
    show(status, zone, &err, &seen);
    is_string("example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
              " a.example.[TXT 300 \"x\"]",
              seen.p, "a file without SOA adds to the zone of another");
    status = zonefile_parse(zone, "c", SLICE("example. SOA . . 1 2 3 4 5\n"),
                            &usual, &err);
    show(status, zone, &err, &seen);
    is_string("'c', line 1: 'example' has two different SOA records", seen.p,
              "another SOA in another file");
    strbuf_clear(&seen);
    zonefile_free(zone);
}

static char folder[] = "/tmp/zonefile-t.XXXXXX";

static const char *
path_of(const char *name)
{
    static char paths[4][64];
    static unsigned next;
    char *path = paths[next++ % 4];

    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void
put_file(const char *name, const char *text)
{
    struct error err = ERROR_INIT;

    if (file_write(path_of(name), slice_of(text), 0600, &err) != ST_OK)
        bail("%s", err.text);
}

/* Reads main.zone; the folder's name is cut out of what is seen. */
static void
is_read(const char *want, const char *name)
{
    static const struct zonefile_settings including = {.allow_include = true,
                                                       .ttl = 300};
    struct zonefile *zone = zonefile_new();
    struct strbuf seen = STRBUF_INIT;
    struct strbuf cut = STRBUF_INIT;
    struct error err = ERROR_INIT;
    struct slice rest;
    size_t at;

    show(zonefile_read(zone, path_of("main.zone"), &including, &err), zone,
         &err, &seen);
    rest = strbuf_slice(&seen);
    while ((at = slice_search(rest, slice_of(folder))) < rest.n) {
        strbuf_add_slice(&cut, slice_sub(rest, 0, at));
        rest = slice_from(rest, at + sizeof(folder));
    }
    strbuf_add_slice(&cut, rest);
    is_string(want, cut.p, "%s", name);
    strbuf_clear(&cut);
    strbuf_clear(&seen);
    zonefile_free(zone);
}

static void
test_include(void)
{
    if (mkdtemp(folder) == NULL || mkdir(path_of("sub"), 0700) != 0)
        bail("no folder");
    put_file("main.zone",
             SOA "$ORIGIN example.\na TXT x\n$INCLUDE sub/b in.example.\n"
                 " TXT y\nc TXT z\n");
    put_file("sub/b", "$TTL 5\nb TXT x\n$ORIGIN z.\n$INCLUDE c example.\n");
    put_file("sub/c", "d TXT x\n");
    is_read("example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
            " a.example.[TXT 300 \"x\" \"y\"] c.example.[TXT 300 \"z\"]"
            " d.example.[TXT 5 \"x\"] b.in.example.[TXT 5 \"x\"]",
            "included files");
    put_file("sub/c", "d 60 TXT x\ne TXT x\n");
    is_read("example.![SOA 300 ns.example. h.example. 1 2 3 4 60]"
            " a.example.[TXT 300 \"x\" \"y\"] c.example.[TXT 300 \"z\"]"
            " d.example.[TXT 60 \"x\"] e.example.[TXT 5 \"x\"]"
            " b.in.example.[TXT 5 \"x\"]",
            "$TTL outranks the last TTL in included files, too");
    put_file("sub/c", "\nd FOO x\n");
    is_read("'sub/c', line 2, column 3: neither a number nor a known type at"
            " 'FOO'",
            "a fault in an included file");
    put_file("sub/c", "$INCLUDE missing\n");
    is_read("'sub/c', line 1: cannot read 'sub/missing': No such file or"
            " directory",
            "a file that is missing");
    put_file("sub/c", "$INCLUDE c\n$INCLUDE c\n");
    is_read("'sub/c', line 1: too many $INCLUDE in each other",
            "a file that includes itself");
    put_file("main.zone", SOA "$INCLUDE sub/1\n");
    put_file("sub/1", "$INCLUDE 2\n$INCLUDE 2\n$INCLUDE 2\n$INCLUDE 2\n");
    put_file("sub/2", "$INCLUDE 3\n$INCLUDE 3\n$INCLUDE 3\n$INCLUDE 3\n");
    put_file("sub/3", "$INCLUDE 4\n$INCLUDE 4\n$INCLUDE 4\n$INCLUDE 4\n");
    put_file("sub/4", "$INCLUDE 5\n$INCLUDE 5\n$INCLUDE 5\n$INCLUDE 5\n");
    put_file("sub/5", "$INCLUDE 6\n$INCLUDE 6\n$INCLUDE 6\n$INCLUDE 6\n");
    put_file("sub/6", "");
    is_read("'sub/5', line 2: too many $INCLUDE", "files without end");
}

static void
remove_folder(void)
{
    static const char *const names[] = {"main.zone", "sub/b", "sub/c",
                                        "sub/1",     "sub/2", "sub/3",
                                        "sub/4",     "sub/5", "sub/6"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(path_of(names[i]));
    rmdir(path_of("sub"));
    rmdir(folder);
}

static void
test_missing(void)
{
    struct zonefile *zone = zonefile_new();
    struct error err = ERROR_INIT;

    is_int(ST_NOT_FOUND,
           zonefile_read(zone, "/nonexistent/zone", &usual, &err),
           "a file that is not there");
    is_string("cannot read '/nonexistent/zone': No such file or directory",
              err.text, "and what it says");
    zonefile_free(zone);
    zonefile_free(NULL);
}

/* Each of so many types at one name would be looked through for each record
   that comes. */
static void
test_types(void)
{
    struct strbuf text = STRBUF_INIT;
    struct zonefile *zone = zonefile_new();
    struct error err = ERROR_INIT;

    strbuf_add_text(&text, SOA);
    for (unsigned i = 0; i <= ZONEFILE_TYPES_MAX; i++)
        strbuf_addf(&text, "a.example. TYPE%u \\# 1 00\n", 1000 + i);
    ok(zonefile_parse(zone, "f", strbuf_slice(&text), &usual, &err)
           == ST_SYNTAX,
       "too many types at one name");
    is_string("'f', line 258: 'a.example' has more than 256 types", err.text,
              "and what it says");
    strbuf_clear(&text);
    zonefile_free(zone);
}

int
main(void)
{
    plan_lazy();
    test_rows();
    test_settings();
    test_notes();
    test_files();
    test_fragment();
    test_include();
    remove_folder();
    test_missing();
    test_types();
    return tap_done();
}
