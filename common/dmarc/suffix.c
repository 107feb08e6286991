/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The public suffix list, by libpsl. */
#include "common/dmarc/suffix.h"

#include <libpsl.h>
#include <pthread.h>
#include <stddef.h>

#include "common/base/strbuf.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static psl_ctx_t *list; /* kept to the end of the process */

/* The file that Debian's publicsuffix package keeps up to date, or what was
   built into the library when that is newer. */
static void
load_installed(void)
{
    if (list == NULL)
        list = psl_latest(NULL);
}

enum status
suffix_use(const char *path, struct error *err)
{
    psl_ctx_t *loaded = psl_load_file(path);

    if (loaded == NULL)
        return error_set(err, ST_IO, "cannot read '%s': no public suffix list",
                         path);
    psl_free(list);
    list = loaded;
    return ST_OK;
}

/* The name as libpsl wants it; false for one with octets that no public
   suffix has. */
static bool
present(const struct name *name, struct strbuf *out)
{
    pthread_once(&once, load_installed);
    name_present(name, out);
    strbuf_cut(out, out->n - 1);
    return slice_find(strbuf_slice(out), '\\') == out->n;
}

bool
suffix_is_public(const struct name *name)
{
    struct strbuf text = STRBUF_INIT;
    bool is_public =
        name->labels <= 1
        || (present(name, &text) && psl_is_public_suffix(list, text.p) == 1);

    strbuf_clear(&text);
    return is_public;
}

void
suffix_org(struct name *org, const struct name *name)
{
    struct strbuf text = STRBUF_INIT;
    const char *found = NULL;
    unsigned labels = 1;

    if (name->labels > 1 && present(name, &text))
        found = psl_registrable_domain(list, text.p);
    for (const char *p = found; p != NULL && *p != '\0'; p++)
        labels += *p == '.';
    if (found == NULL)
        *org = *name;
    else
        name_suffix(org, name, labels);
    strbuf_clear(&text);
}
