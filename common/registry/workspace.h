/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder that holds an ESP's registry, template, settings and view. */
#ifndef REGISTRY_WORKSPACE_H
#define REGISTRY_WORKSPACE_H

#include "common/base/settings.h"
#include "common/base/slice.h"
#include "common/base/status.h"

struct workspace;

enum workspace_file {
    WORKSPACE_SETTINGS, /* selkie.conf */
    WORKSPACE_REGISTRY, /* registry.db */
    WORKSPACE_TEMPLATE, /* template.zone, or "template" in the settings */
    WORKSPACE_VIEW      /* view/, or "view" in the settings: LMDB */
};

/*
 * Find and trust a workspace: folder (--workspace, may be NULL), else
 * SELKIE_WORKSPACE, else the current folder.
 *
 * Returns ST_OK, or with one clear line
 *   ST_NOT_FOUND  no such folder, or no registry.db in it
 *   ST_DENIED     folder, selkie.conf or registry.db belongs to somebody
 *                 else than the caller or root, or others may write it
 *   ST_SYNTAX     selkie.conf does not parse
 */
enum status workspace_open(const char *folder, struct workspace **out,
                           struct error *err);
void workspace_free(struct workspace *workspace); /* NULL is allowed */

/* Absolute; borrowed from the workspace. */
const char *workspace_folder(const struct workspace *workspace);
const char *workspace_path(const struct workspace *workspace,
                           enum workspace_file file);
/* Never NULL: without selkie.conf there are no keys in it.  Borrowed. */
const struct settings *workspace_settings(const struct workspace *workspace);

/* What a new workspace is made of. */
struct workspace_plan {
    const char *folder;    /* NULL: as workspace_open() would choose */
    const char *esp;       /* domain, A-labels without final dot */
    struct slice settings; /* text of selkie.conf */
    struct slice template; /* text of template.zone */
};

/*
 * Make a workspace: a registry with a new UUID, its sealing key, the two
 * files and an empty view folder.  A folder that is not there is made with
 * mode 0700 and appears complete by one rename; in a folder that is there
 * (0700 recommended) registry.db comes last, and without it there is no
 * workspace.  On failure nothing is left; a file of ours that is there
 * already with the very same text is taken as it is, so that a killed run
 * can be repeated.
 *
 * ST_EXISTS when there is a workspace, or a selkie.conf or template.zone of
 * other text; ST_DENIED, ST_IO.
 */
enum status workspace_create(const struct workspace_plan *plan,
                             struct error *err);

#endif
