/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who the author is: the From field, and the tricks by which two readers see
   two authors in it. */
#ifndef MESSAGE_FROMFIELD_H
#define MESSAGE_FROMFIELD_H

#include "common/dns/name.h"
#include "common/message/mailhead.h"

/* Addresses that are looked at; no honest From has more than a few. */
#define FROMFIELD_ADDRESSES_MAX 50

/* Each is a finding "message.from-*", and a bit of tricks. */
enum fromfield_trick {
    FROMFIELD_MISSING,
    FROMFIELD_MULTIPLE_FIELDS,
    FROMFIELD_MALFORMED,
    FROMFIELD_OBFUSCATED, /* a field's name that only some take for
                             From */
    FROMFIELD_MULTIPLE_DOMAINS,
    FROMFIELD_MULTIPLE_ADDRESSES, /* of one domain */
    FROMFIELD_NOT_ALABEL,
    FROMFIELD_DISPLAY_ADDRESS, /* the display name holds another one */
    FROMFIELD_TRICKS
};

struct fromfield {
    unsigned tricks;             /* bits of enum fromfield_trick */
    size_t count;                /* From fields, however written */
    struct slice value;          /* of the first; empty: none */
    const struct name *domains;  /* that some reader may see, each once */
    size_t domain_count;         /* of them */
    const char *address;         /* the first, octets as they are; or NULL */
    size_t address_count;        /* of them */
    const char *malformed;       /* why, a clause; or NULL */
    struct slice odd_line;       /* _OBFUSCATED: the line */
    const char *display_address; /* in the display name, or NULL */
    struct name domain;          /* the author domain, where every reader
                                    must see the same; else size 0 */
};

/*
 * RFC 5322 section 3.6.2 read strictly, and beside it what lenient readers
 * make of it (route, group, quoted pair, encoded word, comment).  domain is
 * set only when one field is there, of a plain name, and all readings agree:
 * RFC 9989 section 5.3.1.  In arena; slices of the text.
 */
struct fromfield fromfield_read(struct arena *arena,
                                const struct mailhead *head);

bool fromfield_has(const struct fromfield *from, enum fromfield_trick trick);

#endif
