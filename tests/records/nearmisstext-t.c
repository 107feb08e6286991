/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of common/records/nearmisstext.c. */
#include "common/records/nearmisstext.h"

#include "tests/records/longtexts.h"
#include "tests/tap/tap.h"

#define SHORT "v=DKIM1; k=ed25519; p=abc+/="
#define SPF   "v=spf1 include:_spf.example.com -all"

typedef bool test_fn(struct slice found, struct slice expected);

/* clang-format off */

static const struct {
    const char *name;
    test_fn *fits;
    const char *found;
    const char *expected;
    bool wanted;
} rows[] = {
    {"quotes around", nearmisstext_quotes_kept, "\"" SHORT "\"", SHORT, true},
    {"escaped quotes around", nearmisstext_quotes_kept,
     "\\\"" SHORT "\\\"", SHORT, true},
    {"two quoted strings", nearmisstext_quotes_kept,
     "\"v=DKIM1; k=ed25\" \"519; p=abc+/=\"", SHORT, true},
    {"two quoted strings, three blanks", nearmisstext_quotes_kept,
     "\"v=DKIM1; k=ed25\" \t \"519; p=abc+/=\"", SHORT, true},
    {"two strings in escaped quotes", nearmisstext_quotes_kept,
     "\\\"v=DKIM1; k=ed25\\\" \\\"519; p=abc+/=\\\"", SHORT, true},
    {"quotes, and backslashes before semicolons", nearmisstext_quotes_kept,
     "\"v=DKIM1\\; k=ed25519\\; p=abc+/=\"", SHORT, true},
    {"single quotes around", nearmisstext_quotes_kept, "'" SHORT "'", SHORT,
     true},
    {"one quote only", nearmisstext_quotes_kept, SHORT "\"", SHORT, true},
    {"no quotes", nearmisstext_quotes_kept, SHORT, SHORT, false},
    {"quotes and another text", nearmisstext_quotes_kept,
     "\"v=DKIM1; k=ed25519; p=abc+/\"", SHORT, false},
    {"a blank between quotes that is not between strings",
     nearmisstext_quotes_kept, "\"v=DKIM1; k=ed25\" 519; p=abc+/=\"", SHORT,
     false},
    {"quotes that are expected", nearmisstext_quotes_kept, "\"a\"", "\"a\"",
     false},
    {"one single quote", nearmisstext_quotes_kept, "'", SHORT, false},

    {"backslashes", nearmisstext_semicolon_escaped,
     "v=DKIM1\\; k=ed25519\\; p=abc+/=", SHORT, true},
    {"one backslash", nearmisstext_semicolon_escaped,
     "v=DKIM1; k=ed25519\\; p=abc+/=", SHORT, true},
    {"a backslash elsewhere", nearmisstext_semicolon_escaped,
     "v=DKIM1; k=ed\\25519; p=abc+/=", SHORT, false},
    {"a backslash at the end", nearmisstext_semicolon_escaped, SHORT "\\",
     SHORT, false},
    {"no backslash", nearmisstext_semicolon_escaped, SHORT, SHORT, false},

    {"curly quotes", nearmisstext_smart_characters,
     "\xe2\x80\x9c" SHORT "\xe2\x80\x9d", SHORT, true},
    {"a no-break space for a blank", nearmisstext_smart_characters,
     "v=DKIM1;\xc2\xa0k=ed25519; p=abc+/=", SHORT, true},
    {"a zero-width space inside", nearmisstext_smart_characters,
     "v=DKIM1; k=ed25519; p=ab\xe2\x80\x8b" "c+/=", SHORT, true},
    {"a byte order mark in front", nearmisstext_smart_characters,
     "\xef\xbb\xbf" SHORT, SHORT, true},
    {"a dash for a hyphen", nearmisstext_smart_characters,
     "v=spf1 include:_spf.example.com \xe2\x80\x93" "all", SPF, true},
    {"another letter of two octets", nearmisstext_smart_characters,
     "\xc3\xa4" SHORT, SHORT, false},
    {"curly quotes and another text", nearmisstext_smart_characters,
     "\xe2\x80\x9c" SPF "\xe2\x80\x9d", SHORT, false},
    {"a mark that is cut off", nearmisstext_smart_characters, SHORT "\xe2\x80",
     SHORT, false},

    {"a blank in front", nearmisstext_blanks_around, " " SHORT, SHORT, true},
    {"a line end behind", nearmisstext_blanks_around, SHORT "\r\n", SHORT,
     true},
    {"a blank inside", nearmisstext_blanks_around, "v=DKIM1;  k=ed25519",
     "v=DKIM1; k=ed25519", false},
    {"nothing around", nearmisstext_blanks_around, SHORT, SHORT, false},

    {"the 256th character lost", nearmisstext_lost_256th,
     LONG_TAGS LONG_SPKI LONG_FIRST LONG_SECOND, LONG_TEXT, true},
    {"each 256th lost", nearmisstext_lost_256th,
     LONG_TAGS LONG_SPKI LONG_FIRST "bcd", LONG_TAGS LONG_SPKI LONG_FIRST
     "abcd", true},
    {"the 255th lost", nearmisstext_lost_256th,
     LONG_TAGS LONG_SPKI LONG_FIRST LONG_256TH LONG_SECOND,
     LONG_TAGS LONG_SPKI LONG_FIRST LONG_256TH "x" LONG_SECOND, false},
    {"nothing lost", nearmisstext_lost_256th, LONG_TEXT, LONG_TEXT, false},
    {"cut at 255 is another thing", nearmisstext_lost_256th,
     LONG_TAGS LONG_SPKI LONG_FIRST, LONG_TEXT, false},

    {"a blank where it was split", nearmisstext_joined_with_space,
     LONG_TAGS LONG_SPKI LONG_FIRST " " LONG_256TH LONG_SECOND, LONG_TEXT,
     true},
    {"a blank near the end", nearmisstext_joined_with_space,
     LONG_TEXT " ", LONG_TEXT, false},
    {"a blank too soon", nearmisstext_joined_with_space,
     LONG_TAGS LONG_SPKI " " LONG_FIRST LONG_256TH LONG_SECOND, LONG_TEXT,
     false},
    {"a line end where it was split", nearmisstext_joined_with_space,
     LONG_TAGS LONG_SPKI LONG_FIRST "\n" LONG_256TH LONG_SECOND, LONG_TEXT,
     false},
    {"no blank", nearmisstext_joined_with_space, LONG_TEXT, LONG_TEXT, false},

    {"strings swapped", nearmisstext_out_of_order,
     LONG_256TH LONG_SECOND LONG_TAGS LONG_SPKI LONG_FIRST, LONG_TEXT, true},
    {"strings in order", nearmisstext_out_of_order, LONG_TEXT, LONG_TEXT,
     false},
    {"swapped, and one changed", nearmisstext_out_of_order,
     "#" LONG_SECOND LONG_TAGS LONG_SPKI LONG_FIRST, LONG_TEXT, false},
    {"a short text is no two strings", nearmisstext_out_of_order,
     "k=ed25519; p=abc+/=v=DKIM1; ", SHORT, false},

    {"upper case", nearmisstext_case_changed, "V=DKIM1; K=ED25519; P=ABC+/=",
     SHORT, true},
    {"the same case", nearmisstext_case_changed, SHORT, SHORT, false},
    {"another letter", nearmisstext_case_changed,
     "v=DKIM1; k=ed25519; p=abd+/=", SHORT, false},

    {"cut at 255", nearmisstext_cut_at_255, LONG_TAGS LONG_SPKI LONG_FIRST,
     LONG_TEXT, true},
    {"cut at 256", nearmisstext_cut_at_255,
     LONG_TAGS LONG_SPKI LONG_FIRST LONG_256TH, LONG_TEXT, true},
    {"cut sooner", nearmisstext_cut_at_255, LONG_TAGS LONG_SPKI, LONG_TEXT,
     false},
    {"255 octets of another text", nearmisstext_cut_at_255,
     "V=DKIM1; k=rsa; p=" LONG_SPKI LONG_FIRST, LONG_TEXT, false},
    {"255 octets are all there is", nearmisstext_cut_at_255,
     LONG_TAGS LONG_SPKI LONG_FIRST, LONG_TAGS LONG_SPKI LONG_FIRST, false},

    {"cut at 1024", nearmisstext_cut_at_1024, LONG_1024, LONG_4096, true},
    {"cut later", nearmisstext_cut_at_1024, LONG_1024 "wxyz", LONG_4096,
     false},
    {"1024 octets are all there is", nearmisstext_cut_at_1024, LONG_1024,
     LONG_1024, false},

    {"cut inside a key", nearmisstext_cut_inside, LONG_TAGS LONG_SPKI,
     LONG_TEXT, true},
    {"cut inside a term", nearmisstext_cut_inside, "v=spf1 include:_spf.ex",
     SPF, true},
    {"cut behind a term", nearmisstext_cut_inside,
     "v=spf1 include:_spf.example.com", SPF, false},
    {"cut behind a blank", nearmisstext_cut_inside, "v=DKIM1; ", SHORT,
     false},
    {"too little to tell", nearmisstext_cut_inside, "v=DKIM1", SHORT, false},
    {"nothing", nearmisstext_cut_inside, "", SHORT, false},
    {"all of it", nearmisstext_cut_inside, SHORT, SHORT, false},

    {"the last term left out", nearmisstext_end_left_out,
     "v=spf1 include:_spf.example.com", SPF, true},
    {"the last tag left out", nearmisstext_end_left_out,
     "v=DMARC1; p=reject", "v=DMARC1; p=reject; adkim=s", true},
    {"cut inside is no left-out end", nearmisstext_end_left_out,
     "v=DMARC1; p=rej", "v=DMARC1; p=reject; adkim=s", false},
    {"more than expected", nearmisstext_end_left_out, SPF " ", SPF, false},

    {"the first string lost", nearmisstext_beginning_lost,
     LONG_256TH LONG_SECOND, LONG_TEXT, true},
    {"the last octets are too few", nearmisstext_beginning_lost, "abc+/=",
     SHORT, false},
    {"nothing is lost", nearmisstext_beginning_lost, SHORT, SHORT, false},

    {"a line of opendkim-genkey", nearmisstext_whole_line,
     "k1._domainkey\tIN\tTXT\t( \"" SHORT "\" )  ; ----- DKIM key k1", SHORT,
     true},
    {"a line in lower case", nearmisstext_whole_line,
     "example.com. 3600 in txt " SPF, SPF, true},
    {"TXT and a text", nearmisstext_whole_line, "TXT " SHORT, SHORT, true},
    {"a line with a record of another kind", nearmisstext_whole_line,
     "k1._domainkey IN TXT \"" SPF "\"", SHORT, false},
    {"a word with TXT in it", nearmisstext_whole_line, "aTXT " SHORT, SHORT,
     false},
    {"TXT and nothing", nearmisstext_whole_line, "k1 IN TXT", SHORT, false},
    {"TXT and blanks", nearmisstext_whole_line, "k1 IN TXT   ", SHORT, false},
    {"no line", nearmisstext_whole_line, SHORT, SHORT, false},

    {"the target", nearmisstext_is_target, "k1.t._dkim.example.com",
     "k1.t._dkim.example.com.", true},
    {"the target with its dot, in capitals", nearmisstext_is_target,
     " K1.T._DKIM.EXAMPLE.COM. ", "k1.t._dkim.example.com.", true},
    {"another target", nearmisstext_is_target, "k2.t._dkim.example.com",
     "k1.t._dkim.example.com.", false},
    {"nothing is no target", nearmisstext_is_target, "", ".", false},
};

/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static test_fn *const all[] = {
    nearmisstext_quotes_kept,      nearmisstext_semicolon_escaped,
    nearmisstext_smart_characters, nearmisstext_blanks_around,
    nearmisstext_lost_256th,       nearmisstext_joined_with_space,
    nearmisstext_out_of_order,     nearmisstext_case_changed,
    nearmisstext_cut_at_255,       nearmisstext_cut_at_1024,
    nearmisstext_cut_inside,       nearmisstext_end_left_out,
    nearmisstext_beginning_lost,   nearmisstext_whole_line,
};

/* What is right is never a mistake, nor is nothing; and no end is run
   over. */
static void
test_equal(void)
{
    static const char *const texts[] = {
        "", SHORT, SPF, LONG_TEXT, LONG_4096, "\"", "\\", "TXT", " ", "'"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        size_t fits = 0, empty = 0;

        for (size_t k = 0; k < sizeof(all) / sizeof(all[0]); k++) {
            fits += all[k](slice_of(texts[i]), slice_of(texts[i])) ? 1 : 0;
            empty += all[k](SLICE_EMPTY, slice_of(texts[i])) ? 1 : 0;
            all[k](slice_of(texts[i]), SLICE_EMPTY);
        }
        is_int(0, (long long)fits, "equal: %.20s", texts[i]);
        is_int(0, (long long)empty, "nothing, for: %.20s", texts[i]);
    }
}

int
main(void)
{
    plan_lazy();
    for (size_t i = 0; i < ROWS; i++)
        ok(rows[i].fits(slice_of(rows[i].found), slice_of(rows[i].expected))
               == rows[i].wanted,
           "%s", rows[i].name);
    test_equal();
    return tap_done();
}
