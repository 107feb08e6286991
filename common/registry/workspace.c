/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder that holds an ESP's registry, template, settings and view. */
#include "common/registry/workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/registry/layout.h"

#define FILES (WORKSPACE_VIEW + 1)

/* Where things are unless the settings move them. */
static const struct {
    const char *name; /* in the folder */
    const char *key;  /* of selkie.conf that may move it; NULL: none */
} files[FILES] = {
    [WORKSPACE_SETTINGS] = {LAYOUT_SETTINGS, NULL      },
    [WORKSPACE_REGISTRY] = {LAYOUT_REGISTRY, NULL      },
    [WORKSPACE_TEMPLATE] = {LAYOUT_TEMPLATE, "template"},
    [WORKSPACE_VIEW] = {LAYOUT_VIEW,     "view"    },
};

struct workspace {
    char *folder;              /* absolute */
    char *paths[FILES];        /* absolute */
    struct settings *settings; /* maybe empty */
};

const char *
layout_folder(const char *folder)
{
    const char *named = getenv("SELKIE_WORKSPACE");

    if (folder != NULL)
        return folder;
    return named != NULL && *named != '\0' ? named : ".";
}

/* Does path, if it is there, belong to us or root, nobody else writing it? */
static enum status
trust(const char *path, int flags, bool *found, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);
    enum status st;

    *found = fd >= 0;
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? ST_OK
                   : error_errno(err, ST_DENIED, "cannot open '%s'", path);
    st = file_trusted(fd, path, err);
    close(fd);
    return st;
}

static enum status
trust_all(const struct workspace *workspace, bool *has_settings,
          struct error *err)
{
    const char *registry = workspace->paths[WORKSPACE_REGISTRY];
    bool found;
    enum status st;

    if ((st = trust(workspace->folder, O_DIRECTORY, &found, err)) != ST_OK)
        return st;
    if ((st = trust(registry, 0, &found, err)) != ST_OK)
        return st;
    if (!found)
        return error_set(err, ST_NOT_FOUND,
                         "'%s' is no workspace: it has no registry.db (selkie"
                         " init makes one)",
                         workspace->folder);
    return trust(workspace->paths[WORKSPACE_SETTINGS], 0, has_settings, err);
}

static char *
join(const char *folder, const char *name)
{
    struct strbuf path = STRBUF_INIT;

    if (name[0] != '/')
        strbuf_addf(&path, "%s/", strcmp(folder, "/") == 0 ? "" : folder);
    strbuf_add_text(&path, name);
    return strbuf_detach(&path);
}

static void
move_paths(struct workspace *workspace)
{
    for (int i = 0; i < FILES; i++) {
        const char *value =
            files[i].key == NULL
                ? NULL
                : settings_get(workspace->settings, files[i].key);

        if (value == NULL || *value == '\0')
            continue;
        free(workspace->paths[i]);
        workspace->paths[i] = join(workspace->folder, value);
    }
}

static enum status
read_settings(struct workspace *workspace, bool has_settings,
              struct error *err)
{
    const char *path = workspace->paths[WORKSPACE_SETTINGS];

    return has_settings
               ? settings_read(path, true, &workspace->settings, err)
               : settings_parse(path, SLICE_EMPTY, &workspace->settings, err);
}

enum status
workspace_open(const char *folder, struct workspace **out, struct error *err)
{
    const char *named = layout_folder(folder);
    char *absolute = realpath(named, NULL);
    struct workspace *workspace;
    bool has_settings = false;
    bool found;
    enum status st;

    if (absolute == NULL)
        return error_errno(err, errno == EACCES ? ST_DENIED : ST_NOT_FOUND,
                           "cannot open workspace '%s'", named);
    workspace = memory_zeroed(1, sizeof(*workspace));
    workspace->folder = absolute;
    for (int i = 0; i < FILES; i++)
        workspace->paths[i] = join(absolute, files[i].name);
    if ((st = trust_all(workspace, &has_settings, err)) != ST_OK
        || (st = read_settings(workspace, has_settings, err)) != ST_OK) {
        workspace_free(workspace);
        return st;
    }
    move_paths(workspace);
    /* What it says is published, as the settings are believed. */
    st = trust(workspace->paths[WORKSPACE_TEMPLATE], 0, &found, err);
    if (st != ST_OK) {
        workspace_free(workspace);
        return st;
    }
    *out = workspace;
    return ST_OK;
}

void
workspace_free(struct workspace *workspace)
{
    if (workspace == NULL)
        return;
    settings_free(workspace->settings);
    for (int i = 0; i < FILES; i++)
        free(workspace->paths[i]);
    free(workspace->folder);
    free(workspace);
}

const char *
workspace_folder(const struct workspace *workspace)
{
    return workspace->folder;
}

const char *
workspace_path(const struct workspace *workspace, enum workspace_file file)
{
    return workspace->paths[file];
}

const struct settings *
workspace_settings(const struct workspace *workspace)
{
    return workspace->settings;
}
