/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/base/settings.c: INI files, and whose they may be. */
#include "common/base/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/tap/tap.h"

#define NOBODY ((uid_t)65534)

static const struct {
    const char *name;    /* of the row */
    struct slice text;   /* of the file */
    const char *wanted;  /* "key=value@line;" of each, or NULL */
    const char *message; /* then the sentence */
} rows[] = {
    {"nothing",              {NULL, 0},                                                   "",               NULL},
    {"comments and blanks",  SLICE_INIT("\n# a\n; b\n  # c = d\n \t \n"),                 "",
     NULL                                                                                                       },
    {"without section",      SLICE_INIT("a = b\nc=d"),                                    "a=b@1;c=d@2;",   NULL},
    {"sections",             SLICE_INIT("x=0\n[one]\na=1\n\n[ two ]\na=2\n[one]\nb=3\n"),
     "x=0@1;one.a=1@3;two.a=2@6;one.b=3@8;",                                                                NULL},
    {"blanks do not count",  SLICE_INIT("  a  =  b c\t\r\n"),                             "a=b c@1;",       NULL},
    {"quotes keep blanks",   SLICE_INIT("a = \"  b \"\n"),                                "a=  b @1;",      NULL},
    {"quotes of nothing",    SLICE_INIT("a = \"\"\n"),                                    "a=@1;",          NULL},
    {"no value",             SLICE_INIT("a =\n"),                                         "a=@1;",          NULL},
    {"more equals signs",    SLICE_INIT("a = b = c\n"),                                   "a=b = c@1;",     NULL},
    {"no comment behind",    SLICE_INIT("a = b # c\n"),                                   "a=b # c@1;",     NULL},
    {"quotes in the middle", SLICE_INIT("a = b \"c\"\n"),                                 "a=b \"c\"@1;",
     NULL                                                                                                       },
    {"dots in a key",        SLICE_INIT("spf.too-many-lookups = warn\n"),
     "spf.too-many-lookups=warn@1;",                                                                        NULL},
    {"byte order mark",
     SLICE_INIT("\xef\xbb\xbf"
                "a=b\n"),
     "a=b@1;",                                                                                              NULL},
    {"UTF-8 in a value",     SLICE_INIT("a = m\xc3\xbc\n"),                               "a=m\xc3\xbc@1;",
     NULL                                                                                                       },
    {"case counts",          SLICE_INIT("a=1\nA=2\n"),                                    "a=1@1;A=2@2;",   NULL},
    {"neither",              SLICE_INIT("a=b\n\nnonsense\n"),                             NULL,
     "'x.conf', line 3: neither [section] nor key = value"                                                      },
    {"key twice",            SLICE_INIT("[s]\na=1\n[t]\n[s]\na=2\n"),                     NULL,
     "'x.conf', line 5: 's.a' is set already in line 2"                                                         },
    {"key twice by its dot", SLICE_INIT("s.a=1\n[s]\na=2\n"),                             NULL,
     "'x.conf', line 3: 's.a' is set already in line 1"                                                         },
    {"no key",               SLICE_INIT("= b\n"),                                         NULL,
     "'x.conf', line 1: not a key: letters, digits, '-', '_' and '.' make"
     " one"                                                                                                     },
    {"blank in a key",       SLICE_INIT("a b = c\n"),                                     NULL,
     "'x.conf', line 1: not a key: letters, digits, '-', '_' and '.' make"
     " one"                                                                                                     },
    {"section without end",  SLICE_INIT("[s\na=1\n"),                                     NULL,
     "'x.conf', line 1: a section without its ']'"                                                              },
    {"one bracket",          SLICE_INIT("["),                                             NULL,
     "'x.conf', line 1: a section without its ']'"                                                              },
    {"section without name", SLICE_INIT("[]\n"),                                          NULL,
     "'x.conf', line 1: not a section name: letters, digits, '-', '_' and"
     " '.' make one"                                                                                            },
    {"bracket in a name",    SLICE_INIT("[a]b]\n"),                                       NULL,
     "'x.conf', line 1: not a section name: letters, digits, '-', '_' and"
     " '.' make one"                                                                                            },
    {"quote without end",    SLICE_INIT("a = \"b\n"),                                     NULL,
     "'x.conf', line 1: a value that begins with '\"' must end with it"                                         },
    {"one quote",            SLICE_INIT("a = \"\n"),                                      NULL,
     "'x.conf', line 1: a value that begins with '\"' must end with it"                                         },
    {"NUL octet",            SLICE_INIT("a = b\0c\n"),                                    NULL,
     "'x.conf', line 1: a NUL octet is no text"                                                                 },
};

static void
describe(const struct settings *settings, struct strbuf *out)
{
    size_t position = 0;
    const char *key;
    const char *value;

    while (settings_each(settings, &position, &key, &value))
        strbuf_addf(out, "%s=%s@%u;", key, value,
                    settings_line(settings, key));
}

static void
test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct error err = ERROR_INIT;
        struct strbuf seen = STRBUF_INIT;
        struct settings *settings = NULL;
        enum status st =
            settings_parse("x.conf", rows[i].text, &settings, &err);

        is_int(rows[i].wanted == NULL ? ST_SYNTAX : ST_OK, st, "%s: status",
               rows[i].name);
        if (settings != NULL)
            describe(settings, &seen);
        is_string(rows[i].wanted == NULL ? "" : rows[i].wanted, seen.p, "%s",
                  rows[i].name);
        is_string(rows[i].message == NULL ? "" : rows[i].message, err.text,
                  "%s: sentence", rows[i].name);
        settings_free(settings);
        strbuf_clear(&seen);
    }
}

static void
test_get(void)
{
    struct settings *settings = NULL;

    settings_parse("x", SLICE("a=1\n[s]\nb=2\n"), &settings, NULL);
    is_string("1", settings_get(settings, "a"), "get: nameless section");
    is_string("2", settings_get(settings, "s.b"), "get: section");
    is_string(NULL, settings_get(settings, "b"), "get: not without it");
    is_int(0, settings_line(settings, "b"), "line: none");
    settings_free(settings);
    settings_free(NULL);
    ok(true, "settings_free(NULL)");
}

static void
test_size(void)
{
    struct error err = ERROR_INIT;
    struct strbuf text = STRBUF_INIT;
    struct settings *settings = NULL;

    strbuf_fill(&text, '\n', SETTINGS_SIZE_MAX);
    is_int(ST_OK, settings_parse("x", strbuf_slice(&text), &settings, &err),
           "size: largest");
    settings_free(settings);
    strbuf_add_char(&text, '\n');
    is_int(ST_RANGE, settings_parse("x", strbuf_slice(&text), &settings, &err),
           "size: one octet more");
    is_string("'x' is larger than 1048576 octets", err.text, "size: sentence");
    strbuf_clear(&text);
}

static void
is_read(enum status wanted, const char *path, bool trusted_only,
        const char *name)
{
    struct error err = ERROR_INIT;
    struct settings *settings = NULL;

    is_int(wanted, settings_read(path, trusted_only, &settings, &err), "%s",
           name);
    if (wanted == ST_OK)
        is_string("b", settings == NULL ? NULL : settings_get(settings, "a"),
                  "%s: value", name);
    else
        ok(settings == NULL && err.text[0] != '\0', "%s: %s", name, err.text);
    settings_free(settings);
}

static void
test_read(void)
{
    file_write("good.conf", SLICE("a = b\n"), 0644, NULL);
    is_read(ST_OK, "good.conf", false, "read");
    is_read(ST_OK, "good.conf", true, "read: trusted");
    is_read(ST_NOT_FOUND, "none.conf", false, "read: none");
    is_read(ST_NOT_FOUND, "none.conf", true, "read: none, trusted");
    is_read(ST_IO, ".", false, "read: a folder");
    chmod("good.conf", 0664);
    is_read(ST_OK, "good.conf", false, "read: group may write");
    is_read(ST_DENIED, "good.conf", true, "trusted: group may write");
    chmod("good.conf", 0644);
    mkdir("open", 0700);
    chmod("open", 0777);
    file_write("open/x.conf", SLICE("a = b\n"), 0644, NULL);
    is_read(ST_OK, "open/x.conf", false, "read: all may write the folder");
    is_read(ST_DENIED, "open/x.conf", true, "trusted: folder is open");
    if (symlink("open/x.conf", "out.conf") != 0
        || symlink("../good.conf", "open/in.conf") != 0
        || symlink("good.conf", "good-link.conf") != 0)
        bail("symlink: %s", strerror(errno));
    is_read(ST_OK, "good-link.conf", true, "trusted: a link beside it");
    is_read(ST_DENIED, "out.conf", true, "trusted: a link into it");
    is_read(ST_DENIED, "open/in.conf", true, "trusted: a link out of it");
    if (geteuid() != 0) {
        skip("only root can give files away");
        return;
    }
    if (chown("good.conf", NOBODY, (gid_t)-1) != 0)
        bail("chown");
    is_read(ST_DENIED, "good.conf", true, "trusted: another's");
}

int
main(void)
{
    static const char *const left[] = {"good.conf", "open/x.conf", "out.conf",
                                       "open/in.conf", "good-link.conf"};
    char folder[] = "/tmp/selkie-settings-XXXXXX";

    plan_lazy();
    umask(022);
    if (mkdtemp(folder) == NULL || chdir(folder) != 0)
        bail("cannot make a folder: %s", strerror(errno));
    test_rows();
    test_get();
    test_size();
    test_read();
    for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
        unlink(left[i]);
    rmdir("open");
    if (chdir("/") != 0 || rmdir(folder) != 0)
        diag("%s stays", folder);
    return tap_done();
}
