/* SPDX-License-Identifier: GPL-3.0-or-later */
/* malloc that ends the program with one clear line when there is no more. */
#include "common/base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* "Could not do it" among the exit statuses. */
#define EXIT_FATAL 4

/* One system call and _exit: stdio and exit handlers might want memory, or
   locks that this very thread holds. */
void
memory_fatal(const char *why)
{
    static const char before[] = "selkie: ";
    struct iovec parts[] = {
        {(void *)(uintptr_t)before, sizeof(before) - 1},
        {(void *)(uintptr_t)why,    strlen(why)       },
        {(void *)(uintptr_t) "\n",  1                 },
    };

    /* There is nobody left to tell when this fails. */
    ssize_t done = writev(STDERR_FILENO, parts, 3);

    (void)done;
    _exit(EXIT_FATAL);
}

void
memory_exhausted(void)
{
    memory_fatal("out of memory");
}

void *
memory_alloc(size_t n)
{
    void *p = malloc(n == 0 ? 1 : n);

    if (p == NULL)
        memory_exhausted();
    return p;
}

void *
memory_zeroed(size_t count, size_t size)
{
    void *p = count == 0 || size == 0 ? calloc(1, 1) : calloc(count, size);

    if (p == NULL)
        memory_exhausted();
    return p;
}

void *
memory_resize(void *p, size_t n)
{
    void *moved = realloc(p, n == 0 ? 1 : n);

    if (moved == NULL)
        memory_exhausted();
    return moved;
}

char *
memory_text(const char *text)
{
    size_t n = strlen(text) + 1;

    return memcpy(memory_alloc(n), text, n);
}
