/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where an audit's selectors come from: the command line, messages, DMARC
   reports, the registry, the ranked list. */
#ifndef TOOLS_AUDITSOURCE_H
#define TOOLS_AUDITSOURCE_H

#include "common/audit/audit.h"
#include "common/base/arena.h"
#include "common/base/options.h"
#include "common/base/status.h"
#include "common/registry/registry.h"

/* A message file larger than this is refused: what big providers accept has
   some 50 MB. */
#define AUDITSOURCE_MESSAGE_MAX (64u << 20)

struct auditsource_settings {
    const struct opt_list *given;    /* selectors of every domain */
    const struct opt_list *messages; /* mail files */
    const struct opt_list *reports;  /* DMARC reports: files and folders */
    struct registry *registry;       /* read while made; NULL: none */
    bool guess;                      /* the ranked list, too */
};

struct auditsource;

/* Reads the messages, the reports and the registry.  A signature that names
   nobody, and a report that cannot be counted, is said on standard error and
   passed over.  Also ST_SYNTAX and ST_RANGE for a file
   that is no message. */
enum status auditsource_new(const struct auditsource_settings *settings,
                            struct auditsource **out, struct error *err);
void auditsource_free(struct auditsource *source); /* NULL is allowed */

/* The domains that messages name, those that reports name selectors of which
   passed as theirs, and those of the registry that are not
   removed, in that order; borrowed. */
char **auditsource_domains(const struct auditsource *source, size_t *count);

/*
 * The selectors of input's domain, asserted ones first; and, unless one is
 * given, the return path that a message of it has (borrowed).  What is more
 * than every domain's share is in *arena, which is made then (NULL before) and
 * the caller's.
 */
void auditsource_fill(const struct auditsource *source,
                      struct audit_input *input, struct arena **arena);

#endif
