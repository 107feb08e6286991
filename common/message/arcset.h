/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Authenticated Received Chain of a message, RFC 8617: its structure and
   its claims.  No seal is verified: RFC 9989 makes no use of ARC. */
#ifndef MESSAGE_ARCSET_H
#define MESSAGE_ARCSET_H

#include "common/message/authres.h"
#include "common/message/mailhead.h"

/* What is wrong with a chain, by RFC 8617 section 5.2 step 2 and 3. */
enum arcset_fault {
    ARCSET_INSTANCE,   /* a field's i= is missing or not 1 to 50 */
    ARCSET_GAP,        /* nothing has an instance below the highest */
    ARCSET_REPEATED,   /* an instance has one of the fields twice */
    ARCSET_INCOMPLETE, /* an instance lacks one of the three fields */
    ARCSET_SYNTAX,     /* tags that are no list, or one of them twice */
    ARCSET_STATUS,     /* cv= of a seal is not none at 1, pass above */
    ARCSET_FAILED,     /* cv=fail: who sealed it says so */
    ARCSET_SEAL_HEADER /* a seal has h= (section 4.1.3) */
};
#define ARCSET_FAULTS 8
/* Of these: the form of the chain, not what it says. */
#define ARCSET_STRUCTURE                                                      \
    (1u << ARCSET_INSTANCE | 1u << ARCSET_GAP | 1u << ARCSET_REPEATED         \
     | 1u << ARCSET_INCOMPLETE)

/* The fields of one instance. */
struct arcset {
    size_t seals;                  /* ARC-Seal */
    size_t signatures;             /* ARC-Message-Signature */
    size_t results;                /* ARC-Authentication-Results */
    struct slice domain;           /* d= of its seal, or empty */
    struct slice status;           /* cv= of its seal, or empty */
    const struct authres *authres; /* of it, maybe with a fault; or NULL */
};

struct arcset_chain {
    const struct arcset *sets;         /* that of instance i at i - 1 */
    size_t count;                      /* the highest instance; 0: no chain,
                                          or no field with an instance */
    size_t fields;                     /* of ARC, in all */
    unsigned faults;                   /* bits of enum arcset_fault */
    unsigned instances[ARCSET_FAULTS]; /* each fault's first; 0: no telling */
};

/* The chain of a header (borrowed), in arena. */
struct arcset_chain arcset_read(struct arena *arena,
                                const struct mailhead *head);

/* What the fault is, a clause: "an instance is missing". */
const char *arcset_fault_text(enum arcset_fault fault);

#endif
