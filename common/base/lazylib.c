/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A library that few runs need, by the dynamic loader. */
#include "common/base/lazylib.h"

#include <dlfcn.h>
#include <string.h>

enum status
lazylib_load(const char *soname, const char *const names[], size_t count,
             void *functions, struct error *err)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL);

    if (library == NULL)
        return error_set(err, ST_IO, "cannot load %s", dlerror());
    for (size_t i = 0; i < count; i++) {
        void *function = dlsym(library, names[i]);

        if (function == NULL)
            return error_set(err, ST_IO, "cannot use %s: %s", soname,
                             dlerror());
        /* POSIX: a pointer to a function has the form of one to data */
        memcpy((char *)functions + i * sizeof(function), &function,
               sizeof(function));
    }
    return ST_OK;
}
