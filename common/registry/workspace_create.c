/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes a workspace, whole or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/strbuf.h"
#include "common/registry/layout.h"
#include "common/registry/registry.h"
#include "common/registry/seal.h"
#include "common/registry/workspace.h"

/* Where the parts are made before they take their places. */
#define STAGING_SUFFIX ".selkie-XXXXXX"

struct making {
    const struct workspace_plan *plan; /* borrowed */
    const char *folder;                /* to become the workspace */
    bool was_there;                    /* the folder, before us */
    int lock;                          /* descriptor of it, or -1 */
    struct strbuf staging;             /* "" until it is made */
    char uuid[UUID_SIZE];              /* of the registry */
    bool has_seal;                     /* the sealing key was made by us */
};

static char *
path_in(const char *folder, const char *name)
{
    struct strbuf path = STRBUF_INIT;

    strbuf_addf(&path, "%s/%s", folder, name);
    return strbuf_detach(&path);
}

static enum status
system_fault(const struct making *m, struct error *err)
{
    return error_errno(err,
                       errno == EACCES || errno == EROFS ? ST_DENIED : ST_IO,
                       "cannot make workspace '%s'", m->folder);
}

/* A file of ours that is there must say just what we would write. */
static enum status
check_absent(const struct making *m, const char *name, struct slice text,
             struct error *err)
{
    char *path = path_in(m->folder, name);
    struct strbuf there = STRBUF_INIT;
    enum status st = file_read(path, text.n, &there, NULL);

    if (st == ST_NOT_FOUND)
        st = ST_OK;
    else if (st == ST_OK && slice_equal(strbuf_slice(&there), text))
        st = ST_OK;
    else
        st = error_set(err, ST_EXISTS, "'%s' is there already", path);
    strbuf_clear(&there);
    free(path);
    return st;
}

static enum status
check_registry(const struct making *m, struct error *err)
{
    char *path = path_in(m->folder, LAYOUT_REGISTRY);
    struct stat info;
    bool found = lstat(path, &info) == 0;

    free(path);
    return found ? error_set(err, ST_EXISTS, "'%s' is a workspace already",
                             m->folder)
                 : ST_OK;
}

static enum status
check_folder(struct making *m, struct error *err)
{
    enum status st;

    if (flock(m->lock, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK
                   ? error_set(err, ST_BUSY,
                               "another process makes a workspace in '%s'",
                               m->folder)
                   : system_fault(m, err);
    if ((st = file_trusted(m->lock, m->folder, err)) != ST_OK
        || (st = check_registry(m, err)) != ST_OK
        || (st = check_absent(m, LAYOUT_SETTINGS, m->plan->settings, err))
               != ST_OK)
        return st;
    return check_absent(m, LAYOUT_TEMPLATE, m->plan->template, err);
}

/* Is the way free?  Also learns whether the folder is there, and locks it. */
static enum status
check_way(struct making *m, struct error *err)
{
    m->lock = open(m->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    m->was_there = m->lock >= 0;
    if (!m->was_there)
        return errno == ENOENT ? ST_OK : system_fault(m, err);
    return check_folder(m, err);
}

/* In the folder if it is there, else beside it: on the same file system. */
static enum status
make_staging(struct making *m, struct error *err)
{
    struct slice folder = slice_of(m->folder);
    struct strbuf path = STRBUF_INIT;

    while (folder.n > 1 && folder.p[folder.n - 1] == '/')
        folder.n--;
    strbuf_add_slice(&path, folder);
    strbuf_add_text(&path, m->was_there ? "/" STAGING_SUFFIX : STAGING_SUFFIX);
    if (mkdtemp(path.p) == NULL) {
        strbuf_clear(&path);
        return system_fault(m, err);
    }
    m->staging = path;
    return ST_OK;
}

static enum status
stage_file(const struct making *m, const char *name, struct slice text,
           struct error *err)
{
    char *path = path_in(m->staging.p, name);
    enum status st = file_create(path, text, 0600, err);

    free(path);
    return st;
}

static enum status
stage_view(const struct making *m, struct error *err)
{
    char *path = path_in(m->staging.p, LAYOUT_VIEW);
    enum status st = mkdir(path, 0700) == 0 ? ST_OK : system_fault(m, err);

    free(path);
    return st;
}

/* The registry learns at once which sealing key is its own. */
static enum status
stage_registry(struct making *m, struct error *err)
{
    char *path = path_in(m->staging.p, LAYOUT_REGISTRY);
    struct registry *registry = NULL;
    struct seal *seal = NULL;
    enum status st = registry_create(path, m->uuid, m->plan->esp, err);

    if (st == ST_OK)
        st = registry_open(path, &registry, err);
    if (st == ST_OK)
        st = registry_seal(registry, &seal, err);
    seal_free(seal);
    registry_free(registry);
    free(path);
    return st;
}

static enum status
stage(struct making *m, struct error *err)
{
    enum status st = make_staging(m, err);

    if (st != ST_OK)
        return st;
    seal_uuid(m->uuid);
    if ((st = seal_create(m->uuid, err)) != ST_OK)
        return st;
    m->has_seal = true;
    if ((st = stage_file(m, LAYOUT_SETTINGS, m->plan->settings, err)) != ST_OK
        || (st = stage_file(m, LAYOUT_TEMPLATE, m->plan->template, err))
               != ST_OK
        || (st = stage_view(m, err)) != ST_OK)
        return st;
    return stage_registry(m, err);
}

/* The parts in the order in which they take their places: the registry makes
   it a workspace, so it is the last. */
static const char *const parts[] = {LAYOUT_SETTINGS, LAYOUT_TEMPLATE,
                                    LAYOUT_VIEW, LAYOUT_REGISTRY};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* The lock keeps others out where the file system knows no flag. */
static bool
rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (access(to, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, to) == 0;
}

/* Move one part in, unless one is there: then it is one that check_way() has
   found the same, or a view folder. */
static bool
move_part(const struct making *m, const char *name, bool *moved)
{
    char *from = path_in(m->staging.p, name);
    char *to = path_in(m->folder, name);
    bool is_registry = strcmp(name, LAYOUT_REGISTRY) == 0;
    int saved;

    *moved = rename_new(from, to);
    saved = errno;
    free(from);
    free(to);
    errno = saved;
    return *moved || (saved == EEXIST && !is_registry);
}

static void
remove_part(const char *folder, const char *name)
{
    char *path = path_in(folder, name);

    if (unlink(path) != 0 && errno == EISDIR)
        rmdir(path);
    free(path);
}

static enum status
move_in(struct making *m, struct error *err)
{
    char *inside = path_in(m->folder, LAYOUT_REGISTRY);
    bool moved[PARTS] = {false};
    enum status st = ST_OK;

    for (size_t i = 0; i < PARTS && st == ST_OK; i++)
        if (!move_part(m, parts[i], &moved[i]))
            st = system_fault(m, err);
    if (st == ST_OK)
        st = file_sync_folder(inside, err);
    for (size_t i = PARTS; st != ST_OK && i > 0; i--)
        if (moved[i - 1])
            remove_part(m->folder, parts[i - 1]);
    free(inside);
    return st;
}

static enum status
appear(struct making *m, struct error *err)
{
    if (m->was_there)
        return move_in(m, err);
    /* Over an empty folder that came meanwhile, never over another's. */
    if (rename(m->staging.p, m->folder) != 0)
        return system_fault(m, err);
    return file_sync_folder(m->folder, err);
}

/* Whatever is left of the staging folder. */
static void
clean_up(struct making *m)
{
    static const char *const more[] = {LAYOUT_REGISTRY "-wal",
                                       LAYOUT_REGISTRY "-shm"};

    if (m->staging.n == 0)
        return;
    for (size_t i = 0; i < PARTS; i++)
        remove_part(m->staging.p, parts[i]);
    for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
        remove_part(m->staging.p, more[i]);
    rmdir(m->staging.p);
}

/* A sealing key without its registry is of no use to anybody. */
static void
forget_seal(const struct making *m)
{
    struct strbuf path = STRBUF_INIT;

    if (m->has_seal && seal_path(m->uuid, &path, NULL) == ST_OK)
        unlink(path.p);
    strbuf_clear(&path);
}

enum status
workspace_create(const struct workspace_plan *plan, struct error *err)
{
    struct making m = {.plan = plan,
                       .folder = layout_folder(plan->folder),
                       .lock = -1,
                       .staging = STRBUF_INIT};
    enum status st = check_way(&m, err);

    if (st == ST_OK && (st = stage(&m, err)) == ST_OK)
        st = appear(&m, err);
    clean_up(&m);
    if (st != ST_OK)
        forget_seal(&m);
    if (m.lock >= 0)
        close(m.lock);
    strbuf_clear(&m.staging);
    return st;
}
