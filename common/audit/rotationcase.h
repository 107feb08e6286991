/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One key that another is to replace: what DNS says of both, what follows, and
   the dkim.rotation-* findings. */
#ifndef AUDIT_ROTATIONCASE_H
#define AUDIT_ROTATIONCASE_H

#include "common/audit/rotation.h"
#include "common/audit/verify.h"

/* Records of one key: some that follow each other. */
struct rotationcase_range {
    size_t first; /* index of the first */
    size_t count; /* 0: there is no such key */
};

struct rotationcase {
    const char *domain;                  /* that signs, no final dot */
    const char *fresh;                   /* selector of the new key */
    const char *old;                     /* of its predecessor, or NULL */
    bool is_retirement;                  /* may the old one go?  Else: may the
                                            new one sign? */
    struct rotationcase_range fresh_set; /* records of the new key */
    struct rotationcase_range old_set;   /* likewise of the old one */
    struct rotation_facts facts;         /* keys are set by collecting */
    struct rotation_decision decision;   /* likewise */
};

/* What was asked of all cases of a subject. */
struct rotationcase_seen {
    const struct verify_facts *fresh; /* records of new keys */
    const struct verify_facts *old;   /* of old ones */
};

/* One run: set the facts' keys from what the zones' own servers say (what
   resolvers say does not count), ask for negative TTLs, and decide. */
void rotationcase_collect(struct rotationcase *c,
                          const struct rotationcase_seen *seen,
                          struct view *view);

/*
 * Raise what the decision rests on:
 *   dkim.rotation-not-visible    the new key is not at every server
 *   dkim.rotation-key-mismatch   it is not the public half of what would sign
 *   dkim.rotation-ttl-pending    a cache may still have an older answer
 *   dkim.rotation-drain-short    the old key goes, or went, too soon
 * Unknown where an answer or a time is missing.
 */
void rotationcase_check(const struct rotationcase *c,
                        const struct rotationcase_seen *seen,
                        struct report *report);

/* {"step","domain","selector","replaces","verdict","safe_at","checks"}, in
   arena. */
struct value *rotationcase_value(const struct rotationcase *c,
                                 struct arena *arena);

#endif
