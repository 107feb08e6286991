/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that operands name: themselves, and those below folders. */
#include "tools/reportpaths.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is being gathered. */
struct paths {
    struct arena *arena; /* of the paths */
    const char **list;   /* grown */
    size_t count;        /* of them */
};

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

static enum status
add_folder(struct paths *paths, const char *path, unsigned depth,
           struct error *err)
{
    struct dirent **entries = NULL;
    enum status st = ST_OK;
    int n;

    if (depth > REPORTPATHS_DEPTH_MAX)
        return error_set(err, ST_RANGE,
                         "cannot read '%s': folders are nested more than %d"
                         " deep",
                         path, REPORTPATHS_DEPTH_MAX);
    n = scandir(path, &entries, is_shown, compare);
    if (n < 0)
        return error_errno(err, errno == EACCES ? ST_DENIED : ST_IO,
                           "cannot read '%s'", path);
    for (int i = 0; i < n; i++) {
        const char *name =
            arena_printf(paths->arena, "%s/%s", path, entries[i]->d_name);
        struct stat about;

        if (st == ST_OK && stat(name, &about) == 0) {
            if (S_ISDIR(about.st_mode))
                st = add_folder(paths, name, depth + 1, err);
            else if (S_ISREG(about.st_mode))
                add(paths, name);
        }
        free(entries[i]);
    }
    free(entries);
    return st;
}

enum status
reportpaths_add(struct arena *arena, const char *operand, const char ***list,
                size_t *count, struct error *err)
{
    struct paths paths = {arena, *list, *count};
    struct stat about;
    enum status st = ST_OK;
    size_t n = strlen(operand);

    if (strcmp(operand, "-") != 0 && stat(operand, &about) == 0
        && S_ISDIR(about.st_mode)) {
        while (n > 1 && operand[n - 1] == '/')
            n--;
        st = add_folder(&paths, arena_text(arena, (struct slice){operand, n}),
                        1, err);
    } else {
        add(&paths, arena_text(arena, slice_of(operand)));
    }
    *list = paths.list;
    *count = paths.count;
    return st;
}
