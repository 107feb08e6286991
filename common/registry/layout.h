/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of the workspace: what lies where in the folder. */
#ifndef REGISTRY_LAYOUT_H
#define REGISTRY_LAYOUT_H

#define LAYOUT_SETTINGS "selkie.conf"
#define LAYOUT_REGISTRY "registry.db"
#define LAYOUT_TEMPLATE "template.zone"
#define LAYOUT_VIEW     "view"

/* folder, else SELKIE_WORKSPACE, else ".". */
const char *layout_folder(const char *folder);

#endif
