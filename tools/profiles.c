/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles by name. */
#include "tools/profiles.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/strbuf.h"
#include "tools/ownfolder.h"

#ifndef PKGDATADIR
#    define PKGDATADIR "/usr/local/share/selkie"
#endif

#define SUFFIX    ".conf"
/* Names in a sentence: there are ten profiles. */
#define NAMES_MAX 40

/* Beside the program: PREFIX/bin and PREFIX/share/selkie, or build and share
   in the source tree. */
static const char *const beside[] = {"/../share/selkie/profiles",
                                     "/../share/profiles"};

static bool
is_folder(struct strbuf *folder, const char *path)
{
    strbuf_cut(folder, 0);
    strbuf_add_text(folder, path);
    return folder->n > 0 && access(folder->p, R_OK | X_OK) == 0;
}

/* Where profiles are: the first folder that is there. */
static bool
find_folder(struct strbuf *folder)
{
    const char *chosen = getenv("SELKIE_PROFILES");
    struct strbuf path = STRBUF_INIT;
    bool found = false;

    if (chosen != NULL)
        return is_folder(folder, chosen);
    for (size_t i = 0; !found && i < sizeof(beside) / sizeof(beside[0]); i++) {
        strbuf_cut(&path, 0);
        ownfolder_add(&path);
        strbuf_add_text(&path, beside[i]);
        found = is_folder(folder, path.p);
    }
    strbuf_clear(&path);
    return found || is_folder(folder, PKGDATADIR "/profiles");
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* ", a, b": the names there are, in order. */
static void
list_names(const char *folder, struct strbuf *out)
{
    DIR *dir = opendir(folder);
    char *names[NAMES_MAX];
    struct dirent *entry;
    size_t count = 0;

    while (dir != NULL && count < NAMES_MAX
           && (entry = readdir(dir)) != NULL) {
        struct slice name = slice_of(entry->d_name);

        if (name.n > strlen(SUFFIX) && slice_ends(name, slice_of(SUFFIX)))
            names[count++] = strndup(name.p, name.n - strlen(SUFFIX));
    }
    if (dir != NULL)
        closedir(dir);
    qsort(names, count, sizeof(names[0]), compare);
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(out, "%s%s", i == 0 ? "" : ", ", names[i]);
        free(names[i]);
    }
}

enum status
profiles_read(struct profile *profile, const char *word, struct error *err)
{
    struct strbuf path = STRBUF_INIT, names = STRBUF_INIT;
    bool is_name = strpbrk(word, "/.") == NULL && word[0] != '\0';
    enum status st;

    if (is_name && find_folder(&path)) {
        list_names(path.p, &names);
        strbuf_addf(&path, "/%s" SUFFIX, word);
    }
    if (path.n > 0 && access(path.p, R_OK) == 0)
        st = profile_read(profile, path.p, err);
    else if (path.n > 0 && access(word, F_OK) != 0)
        st = error_set(err, ST_NOT_FOUND,
                       "there is neither a profile nor a file '%s'; there are"
                       " profiles %s",
                       word, names.n > 0 ? names.p : "of no name");
    else
        st = profile_read(profile, word, err);
    strbuf_clear(&path);
    strbuf_clear(&names);
    return st;
}
