/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A workspace opened for work: registry, template, sealing key. */
#ifndef TOOLS_DESK_H
#define TOOLS_DESK_H

#include "common/base/status.h"
#include "common/registry/labels.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"
#include "common/registry/workspace.h"
#include "common/template/template.h"
#include "tools/cmd.h"

/* What a command asks to be opened beside the registry. */
enum desk_parts {
    DESK_TEMPLATE = 1u << 0, /* template.zone, compiled */
    DESK_SEAL = 1u << 1      /* the sealing key */
};

struct desk {
    struct workspace *workspace; /* the folder */
    struct registry *registry;   /* customers, domains, keys */
    struct template *template;   /* with DESK_TEMPLATE */
    struct seal *seal;           /* with DESK_SEAL */
    struct name origin;          /* the ESP's domain */
    struct label_list reserved;  /* labels of the template; with it */
    struct arena *arena;         /* for the life of the desk */
};

enum status desk_open(const struct context *context, unsigned parts,
                      struct desk *desk, struct error *err);
void desk_close(struct desk *desk);

/*
 * Bring the DNS server's view up to date with the registry: after every
 * commit of a command.  A failure is told and does not undo what was
 * committed: `selkie publish` does it again.
 */
enum status desk_publish(struct desk *desk, struct error *err);

#endif
