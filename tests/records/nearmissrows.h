/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases of near misses: of each row of nearmiss.def one that it is true of,
   and one that it is not. */
#ifndef TESTS_RECORDS_NEARMISSROWS_H
#define TESTS_RECORDS_NEARMISSROWS_H

#include <stddef.h>

#include "tests/dkim/keys.h"
#include "tests/records/longtexts.h"

#define SEL     "k1._domainkey.c.example.com"
#define DOT     "k1.t0ken._dkim.esp.example."
#define ED      "v=DKIM1; k=ed25519; p=abc+/="
#define NEXT    "v=DKIM1; k=ed25519; p=next+/="
#define SPF     "v=spf1 include:_spf.example.com -all"
#define DMARC   "v=DMARC1; p=reject; adkim=s"
#define Q(text) "\"" text "\""
#define LONG    Q(LONG_TAGS LONG_SPKI LONG_FIRST) " " Q(LONG_256TH LONG_SECOND)
#define L4096                                                                 \
    Q(LONG_TAGS LONG_SPKI LONG_FIRST)                                         \
    " " Q(LONG_PIECE) " " Q(LONG_PIECE) " " Q(LONG_PIECE) " " Q(              \
        "stuvwxyzABCDEFGH")
#define L1024                                                                 \
    Q(LONG_TAGS LONG_SPKI LONG_FIRST)                                         \
    " " Q(LONG_PIECE) " " Q(LONG_PIECE) " " Q(LONG_PIECE) " " Q("stuv")

/*
 * id is the row of nearmiss.def that the case is about, wanted the one that
 * is to be found (NULL: none).  Lines:
 *   owner TYPE DATA       at the owner (TXT, CNAME, A, SPF, MX)
 *   alias TARGET          CNAME at the owner, and so an alias for all types
 *   control TYPE DATA     at a random sibling, of the expected type
 *   control-alias TARGET  likewise an alias
 *   control-a ADDRESS     A at a random sibling
 *   doubled|apex|domain|dmarc|no-domainkey|no-selector|no-underscore TYPE DATA
 *   sibling NAME TEXT, target-key KEY
 *   other KEY CUSTOMER    whose key it is; the case is of customer c
 *   there                 what is expected is there too
 * What no line speaks of is NODATA.
 */
struct row {
    const char *id;
    const char *wanted;
    const char *owner;
    const char *expected; /* TYPE DATA */
    const char *lines;
};

/* clang-format off */

static const struct row rows[] = {
    {"private-key", "private-key", SEL, "TXT " LONG,
     "owner TXT \"v=DKIM1; p=\" \"" KEY_ED25519_PKCS8 "\""},
    {"private-key", "private-key", SEL, "CNAME " DOT,
     "owner TXT \"v=DKIM1; p=" KEY_ED25519_PKCS8 "\""},
    {"private-key", "private-key", SEL, "TXT " LONG,
     "there\nowner TXT " LONG "\nowner TXT \"-----BEGIN PRIVATE KEY-----\""},
    {"private-key", NULL, SEL, "TXT " LONG,
     "owner TXT \"v=DKIM1; k=ed25519; p=" KEY_ED25519_RAW "\""},

    {"doubled-suffix", "doubled-suffix", SEL, "TXT " Q(ED),
     "doubled TXT " Q(ED)},
    {"doubled-suffix", "doubled-suffix", SEL, "CNAME " DOT,
     "doubled CNAME " DOT},
    {"doubled-suffix", "doubled-suffix", "c.example.com", "MX 10 m.example.",
     "doubled MX 10 m.example."},
    {"doubled-suffix", NULL, SEL, "TXT " Q(ED), "doubled TXT " Q(NEXT)},

    {"dkim-at-dmarc", "dkim-at-dmarc", SEL, "TXT " Q(ED),
     "dmarc TXT " Q(ED)},
    {"dkim-at-dmarc", "dkim-at-dmarc", "_dmarc.c.example.com",
     "TXT " Q(DMARC), "owner TXT " Q(ED)},
    {"dkim-at-dmarc", NULL, SEL, "TXT " Q(ED), "dmarc TXT " Q(DMARC)},
    {"dkim-at-dmarc", NULL, "_dmarc.c.example.com", "TXT " Q(DMARC),
     "owner TXT \"v=DMARC1; p=none\""},

    {"without-domainkey", "without-domainkey", SEL, "TXT " Q(ED),
     "no-domainkey TXT " Q(ED)},
    {"without-domainkey", NULL, SEL, "TXT " Q(ED), "no-domainkey TXT " Q(SPF)},
    {"without-selector", "without-selector", SEL, "TXT " Q(ED),
     "no-selector TXT " Q(ED)},
    {"without-selector", NULL, SEL, "TXT " Q(ED), "no-selector TXT \"o=~\""},
    {"without-underscore", "without-underscore", SEL, "TXT " Q(ED),
     "no-underscore TXT " Q(ED)},
    {"without-underscore", NULL, SEL, "CNAME " DOT,
     "no-underscore CNAME other.example."},

    {"at-apex", "at-apex", SEL, "TXT " Q(ED), "apex TXT " Q(ED)},
    {"at-apex", "at-apex", "_dmarc.c.example.com", "TXT " Q(DMARC),
     "domain TXT " Q(SPF) "\ndomain TXT " Q(DMARC)},
    {"at-apex", NULL, "bounces.c.example.com", "TXT " Q(SPF),
     "apex TXT " Q(SPF)},
    {"at-apex", NULL, SEL, "TXT " Q(ED), "apex TXT " Q(SPF)},

    {"type-spf", "type-spf", "c.example.com", "TXT " Q(SPF),
     "owner SPF " Q(SPF)},
    {"type-spf", NULL, "c.example.com", "TXT " Q(SPF),
     "owner SPF \"v=spf1 -all\""},

    {"wildcard", "wildcard", SEL, "TXT " Q(ED),
     "owner TXT " Q(SPF) "\ncontrol TXT " Q(SPF)},
    {"wildcard", "wildcard", SEL, "TXT " Q(ED),
     "alias x.example.\ncontrol-alias x.example."},
    {"wildcard", "wildcard", SEL, "CNAME " DOT,
     "owner CNAME x.example.\ncontrol CNAME x.example."},
    {"wildcard", "wildcard", "c.example.com", "MX 10 m.example.",
     "owner MX 10 x.example.\ncontrol MX 10 x.example."},
    {"wildcard", NULL, SEL, "TXT " Q(ED),
     "owner TXT " Q(SPF) "\ncontrol TXT \"v=spf1 -all\""},
    {"wildcard", "alias-for-text", SEL, "TXT " Q(ED),
     "alias x.example.\ncontrol-alias y.example."},

    {"proxied-cname", "proxied-cname", SEL, "CNAME " DOT, "owner A 192.0.2.1"},
    {"proxied-cname", NULL, SEL, "CNAME " DOT,
     "owner A 192.0.2.1\ncontrol-a 192.0.2.1"},
    {"proxied-cname", NULL, SEL, "CNAME " DOT,
     "owner A 192.0.2.1\nowner CNAME x.example."},
    {"proxied-cname", NULL, SEL, "TXT " Q(ED), "owner A 192.0.2.1"},

    {"alias-for-text", "alias-for-text", SEL, "TXT " Q(ED),
     "alias x.example."},
    {"alias-for-text", "alias-for-text", "c.example.com", "MX 10 m.example.",
     "alias x.example."},
    {"alias-for-text", NULL, SEL, "CNAME " DOT, "owner CNAME x.example."},

    {"target-without-dot", "target-without-dot", SEL, "CNAME " DOT,
     "owner CNAME " DOT "example.com."},
    {"target-without-dot", "target-without-dot", SEL, "CNAME " DOT,
     "owner CNAME " DOT "c.example.com."},
    {"target-without-dot", "target-without-dot", "c.example.com",
     "MX 10 m.example.", "owner MX 10 m.example.example.com."},
    {"target-without-dot", NULL, SEL, "CNAME " DOT,
     "owner CNAME " DOT "example.net."},

    {"target-as-text", "target-as-text", SEL, "CNAME " DOT,
     "owner TXT \"k1.t0ken._dkim.ESP.example\""},
    {"target-as-text", NULL, SEL, "CNAME " DOT,
     "owner TXT \"k2.t0ken._dkim.esp.example\""},
    {"target-as-text", NULL, SEL, "TXT " Q(ED),
     "owner TXT \"k1.t0ken._dkim.esp.example\""},

    {"pasted-key", "pasted-key", SEL, "CNAME " DOT,
     "owner TXT " Q(ED) "\ntarget-key abc+/="},
    {"pasted-key", "pasted-other-key", SEL, "CNAME " DOT,
     "owner TXT " Q(NEXT) "\ntarget-key abc+/="},
    {"pasted-key", NULL, SEL, "CNAME " DOT,
     "owner TXT " Q(SPF) "\ntarget-key abc+/="},
    {"pasted-other-key", "pasted-other-key", SEL, "CNAME " DOT,
     "owner TXT " Q(ED)},
    {"pasted-other-key", NULL, "_dmarc.c.example.com", "CNAME " DOT,
     "owner TXT " Q(DMARC)},

    {"text-beside-alias", "text-beside-alias", SEL, "CNAME " DOT,
     "there\nowner CNAME " DOT "\nowner TXT " Q(ED)},
    {"text-beside-alias", NULL, SEL, "CNAME " DOT, "there\nalias " DOT},

    {"mx-preference", "mx-preference", "c.example.com", "MX 10 m.example.",
     "owner MX 20 M.example."},
    {"mx-preference", NULL, "c.example.com", "MX 10 m.example.",
     "owner MX 10 n.example."},

    {"quotes-kept", "quotes-kept", SEL, "TXT " Q(ED),
     "owner TXT " Q("\\\"" ED "\\\"")},
    {"quotes-kept", NULL, SEL, "TXT " Q(ED),
     "owner TXT " Q("\\\"" NEXT "\\\"")},
    {"semicolon-escaped", "semicolon-escaped", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1\\\\; k=ed25519\\\\; p=abc+/=\""},
    {"semicolon-escaped", NULL, SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1\\\\; k=ed25519\\\\; p=abd+/=\""},
    {"smart-quotes", "smart-quotes", SEL, "TXT " Q(ED),
     "owner TXT " Q("\\226\\128\\156" ED "\\226\\128\\157")},
    {"smart-quotes", "other-tags", SEL, "TXT " Q(ED),
     "owner TXT " Q("\\195\\164" ED)},
    {"leading-space", "leading-space", SEL, "TXT " Q(ED),
     "owner TXT " Q(" " ED)},
    {"leading-space", "base64-wrapped", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; p=abc +/=\""},
    {"whole-line", "whole-line", SEL, "TXT " Q(ED),
     "owner TXT " Q("k1._domainkey IN TXT ( \\\"" ED "\\\" )")},
    {"whole-line", NULL, SEL, "TXT " Q(ED),
     "owner TXT " Q("k1._domainkey IN TXT ( \\\"" SPF "\\\" )")},
    {"lost-256th", "lost-256th", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST) " " Q(LONG_SECOND)},
    {"lost-256th", NULL, SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST) " " Q("#" LONG_SECOND)},
    {"joined-with-space", "joined-with-space", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST) " "
     Q(" " LONG_256TH LONG_SECOND)},
    {"joined-with-space", "base64-wrapped", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI " ") " " Q(LONG_FIRST) " "
     Q(LONG_256TH LONG_SECOND)},
    {"split-records", "split-records", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_256TH LONG_SECOND) "\n"
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST)},
    {"split-records", "truncated-255", SEL, "TXT " LONG,
     "owner TXT \"ms=1\"\nowner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST)},
    {"strings-out-of-order", "strings-out-of-order", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_256TH LONG_SECOND) " "
     Q(LONG_TAGS LONG_SPKI LONG_FIRST)},
    {"strings-out-of-order", "other-tags", SEL, "TXT " Q(ED),
     "owner TXT \"k=ed25519; p=abc+/=\" \"; t=s\""},
    {"truncated-255", "truncated-255", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST)},
    {"truncated-255", "truncated", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_SPKI)},
    {"truncated-1024", "truncated-1024", SEL, "TXT " L4096,
     "owner TXT " L1024},
    {"truncated-1024", "truncated", SEL, "TXT " L4096,
     "owner TXT " Q(LONG_TAGS LONG_SPKI LONG_FIRST) " " Q(LONG_PIECE)},

    {"revoked", "revoked", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; p=\""},
    {"revoked", "truncated", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed255\""},
    {"not-revoked", "not-revoked", SEL, "TXT \"v=DKIM1; k=ed25519; p=\"",
     "owner TXT " Q(ED)},
    {"not-revoked", NULL, SEL, "TXT \"v=DKIM1; k=ed25519; p=\"",
     "owner TXT \"v=DKIM1; p=; t=s\""},
    {"truncated", "truncated", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; p=abc\""},
    {"truncated", "incomplete", "c.example.com", "TXT " Q(SPF),
     "owner TXT \"v=spf1 include:_spf.example.com\""},
    {"truncated", NULL, SEL, "TXT " Q(ED), "owner TXT \"v=DKIM1\""},
    {"incomplete", "incomplete", "_dmarc.c.example.com", "TXT " Q(DMARC),
     "owner TXT \"v=DMARC1; p=reject;\""},
    {"incomplete", "truncated", "_dmarc.c.example.com", "TXT " Q(DMARC),
     "owner TXT \"v=DMARC1; p=rej\""},
    {"key-type-case", "key-type-case", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ED25519; p=abc+/=\""},
    {"key-type-case", "case-changed", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ED25519; p=ABC+/=\""},
    {"case-changed", "case-changed", SEL, "TXT " Q(ED),
     "owner TXT \"v=dkim1; k=ed25519; p=abc+/=\""},
    {"case-changed", NULL, SEL, "TXT " Q(ED), "owner TXT " Q(NEXT)},
    {"base64-wrapped", "base64-wrapped", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; p=ab\\010c+/=\""},
    {"base64-wrapped", NULL, "_dmarc.c.example.com", "TXT " Q(DMARC),
     "owner TXT \"v=DMARC1; p=re ject; adkim=s\""},
    {"version-not-first", "version-not-first", SEL, "TXT " Q(ED),
     "owner TXT \"k=ed25519; v=DKIM1; p=abc+/=\""},
    {"version-not-first", NULL, SEL, "TXT " Q(ED),
     "owner TXT \"k=ed25519; v=DKIM1; p=abd+/=\""},
    {"version-missing", "version-missing", SEL, "TXT " Q(ED),
     "owner TXT \"k=ed25519; p=abc+/=\""},
    {"version-missing", "version-missing", "c.example.com", "TXT " Q(SPF),
     "owner TXT \"include:_spf.example.com -all\""},
    {"version-missing", NULL, SEL, "TXT " Q(ED),
     "owner TXT \"k=ed25519; p=abd+/=\""},
    {"two-p-tags", "two-p-tags", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; p=old+/=; p=abc+/=\""},
    {"two-p-tags", NULL, SEL, "TXT " Q(ED), "owner TXT \"p=1; p=2; v=x\""},
    {"key-type-missing", "key-type-missing", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; p=abc+/=\""},
    {"key-type-missing", "other-tags", SEL, "TXT \"v=DKIM1; k=rsa; p=abc\"",
     "owner TXT \"v=DKIM1; p=abc\""},
    {"pkcs1-key", "pkcs1-key", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_FIRST) " " Q(LONG_256TH LONG_SECOND)},
    {"pkcs1-key", NULL, SEL, "TXT " LONG,
     "owner TXT " Q(LONG_TAGS LONG_FIRST) " " Q("#" LONG_SECOND)},
    {"pem-armour", "pem-armour", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; p=-----BEGIN PUBLIC KEY-----abc+/=\""},
    {"pem-armour", NULL, "c.example.com", "TXT " Q(SPF),
     "owner TXT \"-----BEGIN CERTIFICATE-----\""},
    {"bare-key", "bare-key", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_SPKI LONG_FIRST) " " Q(LONG_256TH LONG_SECOND)},
    {"bare-key", NULL, SEL, "TXT " LONG,
     "owner TXT " Q(LONG_SPKI LONG_FIRST) " " Q("#" LONG_SECOND)},
    {"beginning-lost", "beginning-lost", SEL, "TXT " LONG,
     "owner TXT " Q(LONG_256TH LONG_SECOND)},
    {"beginning-lost", NULL, SEL, "TXT " LONG, "owner TXT \"IDAQAB\""},
    {"testing-left", "testing-left", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; t=y; p=abc+/=\""},
    {"testing-left", "other-tags", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; t=s; p=abc+/=\""},
    {"other-tags", "other-tags", SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; s=email; p=abc+/=\""},
    {"other-tags", NULL, SEL, "TXT " Q(ED),
     "owner TXT \"v=DKIM1; k=ed25519; s=email; p=abd+/=\""},

    {"two-records", "two-records", SEL, "TXT " Q(ED),
     "there\nowner TXT " Q(ED) "\nowner TXT \"p=old+/=\""},
    {"two-records", "two-records", "c.example.com", "TXT " Q(SPF),
     "owner TXT \"v=spf1 a -all\"\nowner TXT \"v=spf1 mx -all\""},
    {"two-records", NULL, "c.example.com", "TXT " Q(SPF),
     "owner TXT \"v=spf1 a -all\"\nowner TXT \"ms=1\""},
    {"two-records", NULL, SEL, "TXT " Q(ED),
     "there\nowner TXT " Q(ED) "\nowner TXT \"ms=1\""},
    {"other-selector", "other-selector", SEL, "TXT " Q(ED),
     "sibling k2._domainkey.c.example.com " Q(NEXT) "\nowner TXT " Q(NEXT)},
    {"other-selector", NULL, SEL, "TXT " Q(ED),
     "sibling k2._domainkey.c.example.com " Q(NEXT)
     "\nowner TXT \"v=DKIM1; p=other\""},
    {"former-key", "former-key", SEL, "TXT " Q(ED),
     "other old+/= c\nowner TXT \"v=DKIM1; p=old+/=\""},
    {"former-key", NULL, SEL, "TXT " Q(ED),
     "other old c\nowner TXT \"v=DKIM1; p=old+/=\""},
    {"former-key", "other-customer", SEL, "TXT " Q(ED),
     "other old+/= moomin\nowner TXT \"v=DKIM1; p=old+/=\""},
    {"other-customer", "other-customer", SEL, "TXT " Q(ED),
     "other xyz+/= moomin\nowner TXT \"v=DKIM1; p=xyz+/=\""},
    {"other-customer", "former-key", SEL, "TXT " Q(ED),
     "other xyz+/= c\nowner TXT \"v=DKIM1; p=xyz+/=\""},
    {"other-customer", NULL, SEL, "TXT " Q(ED),
     "other xyz+/= moomin\nowner TXT \"v=DKIM1; p=xyz\""},
    {"other-record", "other-record", "c.example.com", "TXT " Q(SPF),
     "sibling x.example.com \"v=spf1 -all\"\nowner TXT \"v=spf1 -all\""},
    {"other-record", NULL, "c.example.com", "TXT " Q(SPF),
     "sibling x.example.com \"v=spf1 -all\"\nowner TXT \"v=spf1 ~all\""},
};

/* clang-format on */

#endif
