/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DMARC records: RFC 9989 sections 4.7 and 4.8, what RFC 7489 makes of the
   same text, and all that is wrong with it. */
#ifndef DMARC_DMARCRECORD_H
#define DMARC_DMARCRECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dmarc/reporturi.h"

/* Each is a finding "dmarc.*" of that name. */
enum dmarcrecord_fault_kind {
    DMARCRECORD_VERSION_NOT_FIRST,
    DMARCRECORD_VERSION_CASE,
    DMARCRECORD_VERSION_SPACING,
    DMARCRECORD_LEADING_JUNK,
    DMARCRECORD_TAG_SYNTAX,
    DMARCRECORD_DUPLICATE_TAG,
    DMARCRECORD_UNKNOWN_TAG,
    DMARCRECORD_POLICY_MISSING,
    DMARCRECORD_POLICY_INVALID,
    DMARCRECORD_SP_INVALID,
    DMARCRECORD_NP_INVALID,
    DMARCRECORD_POLICY_NOT_SECOND,
    DMARCRECORD_TAG_PCT,
    DMARCRECORD_PCT_ENFORCES_FULLY,
    DMARCRECORD_TAG_RF,
    DMARCRECORD_TAG_RI,
    DMARCRECORD_PSD_INVALID,
    DMARCRECORD_RUA_MISSING,
    DMARCRECORD_RUA_INVALID,
    DMARCRECORD_RUA_SCHEME,
    DMARCRECORD_RUA_SEPARATOR,
    DMARCRECORD_RUA_SIZE_SUFFIX,
    DMARCRECORD_RUA_UNESCAPED,
    DMARCRECORD_RUA_MANY,
    DMARCRECORD_RUF_PRESENT,
    DMARCRECORD_RUF_ON_PSD,
    DMARCRECORD_FO_WITHOUT_RUF,
    DMARCRECORD_FO_INVALID,
    DMARCRECORD_ALIGNMENT_INVALID,
    DMARCRECORD_FAULT_COUNT
};

#define DMARCRECORD_FAULTS_MAX 64

struct dmarcrecord_fault {
    enum dmarcrecord_fault_kind kind; /* which */
    size_t from, length;              /* the part of the text at fault */
    const char *tag;                  /* whose, or NULL */
    struct slice value;               /* the value at fault, or empty */
    const char *reason;               /* in words, or NULL */
    const char *expected;             /* what should stand there, or NULL */
    int64_t number;                   /* how many addresses, pct */
};

enum dmarcpolicy {
    DMARCPOLICY_NONE,
    DMARCPOLICY_QUARANTINE,
    DMARCPOLICY_REJECT,
    DMARCPOLICY_ABSENT, /* the tag is not there */
    DMARCPOLICY_INVALID /* it is, and says none of the three */
};

/* "none", "quarantine", "reject"; NULL for the others. */
const char *dmarcpolicy_word(enum dmarcpolicy policy);

enum dmarcrecord_kind {
    DMARCRECORD_POLICY, /* begins with v=DMARC1: receivers read it */
    DMARCRECORD_NEAR,   /* was meant to: receivers discard it */
    DMARCRECORD_OTHER   /* something else */
};

/* What receivers make of p, sp and np: RFC 9989 section 4.10.1. */
enum dmarcrecord_standing {
    DMARCRECORD_AS_WRITTEN,
    DMARCRECORD_AS_NONE, /* as if it were p=none, since rua= is there */
    DMARCRECORD_IGNORED  /* no DMARC at all */
};

enum dmarcrecord_psd { PSD_UNKNOWN, PSD_YES, PSD_NO };

/* Values are as receivers read them; faults look through a broken form at
   what was meant. */
struct dmarcrecord {
    struct slice text;                 /* strings joined; kept, not copied */
    enum dmarcrecord_kind kind;        /* what it is */
    enum dmarcrecord_standing rfc9989; /* by RFC 9989 section 4.10.1 */
    enum dmarcrecord_standing rfc7489; /* by RFC 7489 section 6.6.3 */
    enum dmarcpolicy p, sp, np;        /* as written */
    enum dmarcrecord_psd psd;          /* psd= */
    bool strict_dkim, strict_spf;      /* adkim=s, aspf=s */
    bool is_testing;                   /* t=y */
    int pct;                           /* pct=, 100 when absent or no number */
    const struct reporturi *rua;       /* of rua= */
    size_t rua_count;                  /* of them */
    const struct reporturi *ruf;       /* of ruf= */
    size_t ruf_count;                  /* of them */
    struct slice sp_tag, np_tag;       /* "sp=reject" in the text, or empty */
    struct slice p_tag, psd_tag;       /* likewise */
    struct slice t_tag;                /* likewise */
    const struct dmarcrecord_fault *faults; /* in order of discovery */
    size_t fault_count;                     /* of them */
};

/* Parse the text of one TXT record (borrowed).  Always gives a record. */
const struct dmarcrecord *dmarcrecord_parse(struct arena *arena,
                                            struct slice text);

/* Does it begin with v=DMARC1 as RFC 9989 section 4.8 has it: what makes a
   record of an answer's TXT, and an authorisation of RFC 9990 section 4? */
bool dmarcrecord_begins(struct slice text);

/* The fault of that kind, or NULL. */
const struct dmarcrecord_fault *
dmarcrecord_fault(const struct dmarcrecord *record,
                  enum dmarcrecord_fault_kind kind);
/* "dmarc.tag-syntax" is "tag-syntax" here: for tests and tables. */
const char *dmarcrecord_fault_word(enum dmarcrecord_fault_kind kind);

#endif
