/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that operands name: themselves, and those below folders. */
#include "tools/reportpaths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/diag.h"

/* What is being gathered. */
struct paths {
    struct arena *arena; /* of the paths */
    const char **list;   /* grown */
    size_t count;        /* of them */
    struct error err;    /* the last that was told */
};

/* One that cannot be read holds up none of the others. */
static enum status
tell(enum status status, const struct paths *paths)
{
    diag_error("%s", paths->err.text);
    return status;
}

static enum status
status_of_errno(void)
{
    if (errno == ENOENT)
        return ST_NOT_FOUND;
    return errno == EACCES ? ST_DENIED : ST_IO;
}

static void
add(struct paths *paths, const char *path)
{
    paths->list = arena_grow(paths->arena, paths->list, paths->count,
                             sizeof(*paths->list));
    paths->list[paths->count++] = path;
}

static int
is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* By octets, whatever the locale. */
static int
compare(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static enum status add_folder(struct paths *paths, const char *path,
                              unsigned depth);

/* What a folder has. */
static enum status
add_entry(struct paths *paths, const char *path, unsigned depth)
{
    struct stat about;

    if (stat(path, &about) != 0)
        return tell(error_errno(&paths->err, status_of_errno(),
                                "cannot read '%s'", path),
                    paths);
    if (S_ISDIR(about.st_mode))
        return add_folder(paths, path, depth + 1);
    if (S_ISREG(about.st_mode))
        add(paths, path);
    return ST_OK;
}

static enum status
add_folder(struct paths *paths, const char *path, unsigned depth)
{
    struct dirent **entries = NULL;
    enum status first = ST_OK;
    int n;

    if (depth > REPORTPATHS_DEPTH_MAX)
        return tell(error_set(&paths->err, ST_RANGE,
                              "cannot read '%s': folders are nested more than"
                              " %d deep",
                              path, REPORTPATHS_DEPTH_MAX),
                    paths);
    n = scandir(path, &entries, is_shown, compare);
    if (n < 0)
        return tell(error_errno(&paths->err, status_of_errno(),
                                "cannot read '%s'", path),
                    paths);
    for (int i = 0; i < n; i++) {
        const char *name =
            arena_printf(paths->arena, "%s/%s", path, entries[i]->d_name);
        enum status st = add_entry(paths, name, depth);

        first = first == ST_OK ? st : first;
        free(entries[i]);
    }
    free(entries);
    return first;
}

enum status
reportpaths_add(struct arena *arena, const char *operand, const char ***list,
                size_t *count)
{
    struct paths paths = {arena, *list, *count, ERROR_INIT};
    struct stat about;
    enum status st = ST_OK;
    size_t n = strlen(operand);

    if (strcmp(operand, "-") != 0 && stat(operand, &about) == 0
        && S_ISDIR(about.st_mode)) {
        while (n > 1 && operand[n - 1] == '/')
            n--;
        st = add_folder(&paths, arena_text(arena, (struct slice){operand, n}),
                        1);
    } else {
        add(&paths, arena_text(arena, slice_of(operand)));
    }
    *list = paths.list;
    *count = paths.count;
    return st;
}
