/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys that customers bring, read from files. */
#include "tools/brought.h"

#include "common/base/file.h"

/* A PEM of RSA-4096 has some 3,300 octets; with comments around it, more. */
#define KEY_FILE_MAX 65536

/* What a file is to hold. */
enum half { HALF_PRIVATE, HALF_PUBLIC };

static enum status
import(enum half half, struct slice octets, struct key_pair *out,
       struct error *err)
{
    return half == HALF_PRIVATE ? keymaker_import(octets, out, err)
                                : keymaker_import_public(octets, out, err);
}

static enum status
read_key(const char *path, enum half half, struct key_pair *out,
         struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    struct error why = ERROR_INIT;
    enum status st;

    *out = (struct key_pair)KEY_PAIR_INIT;
    /* At once, with room for the look beyond the most there may be: text that
       moved would leave a copy of a private key behind. */
    strbuf_reserve(&text, 2 * KEY_FILE_MAX);
    st = file_read(path, KEY_FILE_MAX, &text, err);
    if (st == ST_OK && import(half, strbuf_slice(&text), out, &why) != ST_OK)
        st = error_set(err, ST_DAMAGED, "'%s': %s", path, why.text);
    strbuf_wipe(&text);
    return st;
}

static enum status
read_all(const struct opt_list *paths, enum half half, struct brought *out,
         struct error *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; st == ST_OK && i < paths->count; i++) {
        if (out->count == PROVISION_KEYS_MAX)
            return error_set(err, ST_SYNTAX, "more than %d keys",
                             PROVISION_KEYS_MAX);
        st = read_key(paths->items[i], half, &out->pairs[out->count], err);
        if (st == ST_OK)
            out->count++;
    }
    return st;
}

enum status
brought_read(const struct opt_list *privates, const struct opt_list *publics,
             struct brought *out, struct error *err)
{
    enum status st = read_all(privates, HALF_PRIVATE, out, err);

    if (st == ST_OK)
        st = read_all(publics, HALF_PUBLIC, out, err);
    if (st != ST_OK)
        brought_wipe(out);
    return st;
}

void
brought_wipe(struct brought *brought)
{
    for (size_t i = 0; i < brought->count; i++)
        key_pair_wipe(&brought->pairs[i]);
    brought->count = 0;
}
