/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a function that can fail returns, and the sentence a user reads. */
#include "common/base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "common/base/escape.h"

#define CUT_MARK "..."

/* Put raw into err, what must not be printed as \DDD.  Nothing is allocated:
   some of what fails here fails for want of memory. */
static void
fill(struct error *err, struct slice raw, bool is_cut)
{
    size_t most = sizeof(err->text) - sizeof(CUT_MARK);
    size_t fitting = 0; /* what stays if the mark must be put */
    size_t n = 0;

    while (raw.n > 0) {
        struct escape_char c = escape_first(raw);
        size_t takes = c.is_harmless ? c.n : 4 * c.n;

        if (n + takes >= sizeof(err->text)) {
            is_cut = true;
            break;
        }
        for (size_t i = 0; i < c.n; i++) {
            if (c.is_harmless)
                err->text[n++] = raw.p[i];
            else
                n += (size_t)sprintf(err->text + n, "\\%03u",
                                     (unsigned char)raw.p[i]);
        }
        if (n <= most)
            fitting = n;
        raw = slice_from(raw, c.n);
    }
    err->text[n] = '\0';
    if (is_cut)
        memcpy(err->text + fitting, CUT_MARK, sizeof(CUT_MARK));
}

/* Format first and store then: an argument may be err->text itself. */
__attribute__((format(printf, 2, 0))) static void
set(struct error *err, const char *form, va_list args, const char *reason)
{
    char raw[ERROR_TEXT_MAX];
    int n = vsnprintf(raw, sizeof(raw), form, args);
    size_t length = n < 0 ? 0 : (size_t)n;

    if (reason != NULL && length < sizeof(raw))
        length += (size_t)snprintf(raw + length, sizeof(raw) - length, ": %s",
                                   reason);
    fill(err, (struct slice){raw, strlen(raw)}, length >= sizeof(raw));
}

enum status
error_set(struct error *err, enum status status, const char *form, ...)
{
    va_list args;

    if (err == NULL)
        return status;
    va_start(args, form);
    set(err, form, args, NULL);
    va_end(args);
    return status;
}

enum status
error_errno(struct error *err, enum status status, const char *form, ...)
{
    /* Without a locale's words: messages are English throughout. */
    const char *reason = strerrordesc_np(errno);
    va_list args;

    if (err == NULL)
        return status;
    va_start(args, form);
    set(err, form, args, reason == NULL ? "unknown error" : reason);
    va_end(args);
    return status;
}
