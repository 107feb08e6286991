/* SPDX-License-Identifier: GPL-3.0-or-later */
/* May a new key sign now, may an old one's record go?  Decided from what was
   seen, and the clock. */
#ifndef AUDIT_ROTATION_H
#define AUDIT_ROTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rotation_verdict {
    ROTATION_SAFE,
    ROTATION_UNSAFE, /* signatures would be lost, by what is known */
    ROTATION_UNKNOWN /* they might be: an answer or a time is missing */
};
#define ROTATION_VERDICTS 3
/* "safe", "unsafe", "unknown": the words of the contract. */
const char *rotation_word(enum rotation_verdict verdict);

/* What the authoritative servers say of one key, all its records together. */
enum rotation_sight {
    ROTATION_NO_KEY,  /* there is none to look for */
    ROTATION_SEEN,    /* each of them has it, and nothing beside it */
    ROTATION_CROWDED, /* one has something beside it */
    ROTATION_OTHER,   /* one has another key in its place */
    ROTATION_LACKING, /* one said that it has none */
    ROTATION_SILENT   /* none denies it, one did not say */
};

/* A time to live that was read, or not. */
struct rotation_ttl {
    bool is_known;   /* else seconds is 0 */
    int64_t seconds; /* the longest that any server gave */
};

struct rotation_key {
    enum rotation_sight sight;    /* of its records */
    struct rotation_ttl ttl;      /* of them, and of aliases on the way */
    struct rotation_ttl negative; /* RFC 2308 section 5, of their zones */
};

/* Do the halves of the new key belong together? */
enum rotation_pair {
    ROTATION_PAIR_FITS,  /* what one signs the other verifies */
    ROTATION_PAIR_WRONG, /* it does not */
    ROTATION_PAIR_UNSEEN /* the private half could not be looked at */
};

/* Longest that mail waits in queues: days after RFC 5321 section 4.5.4.1
   ("at least 4-5 days"), and some more (M3AAWG). */
#define ROTATION_QUEUE_S (7 * 86400)

struct rotation_facts {
    int64_t now;               /* seconds since 1970, as all times */
    struct rotation_key fresh; /* the new key */
    struct rotation_key old;   /* its predecessor, if it has one */
    int64_t published;         /* the new one first seen everywhere; 0: not
                                  known */
    enum rotation_pair pair;   /* of the new key */
    int64_t switched;          /* signers left the old key; 0: not yet */
    int64_t queue_s;           /* how long mail may be on its way */
    int64_t due;               /* the old one was to stay until then, by what
                                  was known at the switch; 0: not known */
};

enum rotation_check_name {
    ROTATION_CHECK_VISIBLE, /* the new key is at every server */
    ROTATION_CHECK_SINGLE,  /* with no second record beside it */
    ROTATION_CHECK_PAIR,    /* and is the public half of what signs */
    ROTATION_CHECK_OLD,     /* the old key is still there */
    ROTATION_CHECK_TTL,     /* caches have forgotten that it was not there */
    ROTATION_CHECK_SIGNERS, /* signers have left the old key */
    ROTATION_CHECK_DRAIN    /* mail that it signed has arrived */
};
#define ROTATION_CHECKS 7
/* "new-key-visible", "single-record", ...: permanent. */
const char *rotation_check_word(enum rotation_check_name name);

struct rotation_decision {
    enum rotation_verdict verdict; /* unsafe before unknown before safe */
    int64_t safe_at;               /* the first second at which it is safe, as
                                      far as time alone is wanting, also when
                                      it is over; 0: not known */
    bool is_checked[ROTATION_CHECKS];              /* looked at */
    enum rotation_verdict checks[ROTATION_CHECKS]; /* of these */
};

/*
 * May signers use the new key?  Its records are the same at all servers, once;
 * the halves fit; the predecessor is still there for what is on its way; and
 * so much time has gone since the new key was first seen everywhere that no
 * cache can hold anything older: the longest of both keys' TTL and the
 * negative TTL (RFC 2308 section 5).  Times are whole seconds, cut off: the
 * first safe one is the one after.
 */
struct rotation_decision rotation_activate(const struct rotation_facts *facts);

/*
 * May the old key's record go?  Signers have left it for longer than mail is
 * on its way, and its TTL, as they are now and as they were when signers left
 * it; and the new key is at all servers, once.  Where the old record is gone
 * already the new one's TTL stands for its own.
 */
struct rotation_decision rotation_retire(const struct rotation_facts *facts);

#endif
