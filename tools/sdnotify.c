/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word to the service manager: one datagram to a socket that it names. */
#include "tools/sdnotify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void
sdnotify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    size_t n = path == NULL ? 0 : strlen(path);
    ssize_t ignored;
    int fd;

    if (n < 2 || n >= sizeof(to.sun_path)
        || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, n);
    /* An abstract socket is written with '@', and named with a NUL. */
    if (path[0] == '@')
        to.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    ignored = sendto(fd, state, strlen(state), MSG_NOSIGNAL,
                     (const struct sockaddr *)&to,
                     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    (void)ignored;
    close(fd);
}
