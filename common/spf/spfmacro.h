/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Macros of SPF records: RFC 7208 section 7, parsed once and expanded. */
#ifndef SPF_SPFMACRO_H
#define SPF_SPFMACRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/dns/question.h"

/* Characters of an expanded domain name, RFC 7208 section 7.3. */
#define SPFMACRO_DOMAIN_MAX      253
/* Octets of an expanded explanation: section 6.2 allows a limit, and a reply
   of RFC 5321 section 4.5.3.1.5 has 512 octets a line. */
#define SPFMACRO_EXPLANATION_MAX 4096
/* More parts than this are never kept: a name has 127 labels at most. */
#define SPFMACRO_PARTS_MAX       255

/* Where a macro-string stands: decides which letters and octets it may
   have. */
enum spfmacro_use {
    SPFMACRO_TERM,       /* an argument: no SP, no c, r, t */
    SPFMACRO_EXPLANATION /* the text that exp= leads to */
};

/* One piece of a macro-string. */
struct spfmacro_part {
    struct slice literal;    /* verbatim, when letter is 0 */
    struct slice delimiters; /* "" means "." */
    char letter;             /* lower case; 0: literal */
    bool escape;             /* upper-case letter: URL-escaped */
    bool reverse;            /* "r" */
    bool transformed;        /* digits, "r" or delimiters are there */
    uint8_t keep;            /* right-hand parts to keep, 0: all */
};

struct spfmacro {
    struct spfmacro_part *parts; /* in order */
    size_t count;                /* of them */
    uint32_t letters;            /* SPFMACRO_BIT of each letter used */
    bool ends_in_macro;          /* domain-end is a macro-expand */
};

#define SPFMACRO_BIT(letter) (1u << ((letter) - 'a'))
/* Letters whose value depends on more than the domain evaluated and the
   domain of the sender: s, l, i, p, v, h, c, r, t. */
#define SPFMACRO_DYNAMIC                                                      \
    (SPFMACRO_BIT('s') | SPFMACRO_BIT('l') | SPFMACRO_BIT('i')                \
     | SPFMACRO_BIT('p') | SPFMACRO_BIT('v') | SPFMACRO_BIT('h')              \
     | SPFMACRO_BIT('c') | SPFMACRO_BIT('r') | SPFMACRO_BIT('t'))
/* Letters that hold the local part. */
#define SPFMACRO_LOCAL (SPFMACRO_BIT('s') | SPFMACRO_BIT('l'))

enum spfmacro_fault_kind {
    SPFMACRO_BAD_PERCENT, /* "%" before something else than {, %, _, - */
    SPFMACRO_BAD_LETTER,  /* no such letter */
    SPFMACRO_EXP_LETTER,  /* c, r or t outside an explanation */
    SPFMACRO_BAD_DIGITS,  /* %{d0} */
    SPFMACRO_BAD_END,     /* no "}", or something odd before it */
    SPFMACRO_BAD_OCTET    /* control, SP or outside ASCII */
};

struct spfmacro_fault {
    enum spfmacro_fault_kind kind; /* what is wrong */
    size_t from;                   /* offset in the text */
    size_t length;                 /* octets at fault, at least 1 */
};

/*
 * Parse a macro-string (explain-string) of section 7.1 into arena; out keeps
 * slices of text.  ST_SYNTAX sets fault (not NULL) to the first thing wrong;
 * out then holds what stood before it.
 */
enum status spfmacro_parse(struct arena *arena, struct slice text,
                           enum spfmacro_use use, struct spfmacro *out,
                           struct spfmacro_fault *fault);

/* What letters stand for: section 7.2.  All borrowed. */
struct spfmacro_values {
    struct slice sender;        /* s: local@domain */
    struct slice local;         /* l */
    struct slice sender_domain; /* o */
    struct slice domain;        /* d: of the record evaluated */
    struct slice validated;     /* p: or "unknown" */
    struct slice helo;          /* h */
    struct slice receiver;      /* r: or "unknown" */
    struct address ip;          /* i, v, c: never IPv4-mapped */
    int64_t time;               /* t: seconds since 1970 */
};

/* Is the expansion as a domain name *domain whatever the values are? */
bool spfmacro_is_fixed(const struct spfmacro *macro, struct slice *domain);

/* The whole expansion, cut after max octets, at the end of out. */
void spfmacro_expand(const struct spfmacro *macro,
                     const struct spfmacro_values *values, size_t max,
                     struct strbuf *out);

/*
 * The expansion as a domain name: a final dot is dropped, and labels are
 * dropped from the left until SPFMACRO_DOMAIN_MAX characters are left
 * (section 7.3).  Cost does not grow with what is dropped.
 */
void spfmacro_expand_domain(const struct spfmacro *macro,
                            const struct spfmacro_values *values,
                            struct strbuf *out);

/* The value of %{i}: dotted quad, or 32 dotted nibbles for IPv6. */
void spfmacro_address(const struct address *ip, struct strbuf *out);

#endif
