/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the program that runs lies: what argv[0] only hints at. */
#include "tools/ownfolder.h"

#include <string.h>
#include <unistd.h>

/* What Linux gives for a link of /proc at the most. */
#define LINK_ROOM 4096

void
ownfolder_add(struct strbuf *folder)
{
    char *path = strbuf_reserve(folder, LINK_ROOM);
    ssize_t n = readlink("/proc/self/exe", path, LINK_ROOM);
    const char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;

    strbuf_commit(folder, slash == NULL ? 0 : (size_t)(slash - path));
}
