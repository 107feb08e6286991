/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as a regexdns file, and any octets as names in it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/template/regexdns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct template_binder nobody = {NULL};

/* All that a name leads to, data too. */
static void
look_up(const struct template *template, const struct name *name)
{
    const struct template_record *record = NULL;
    struct template_match match;
    uint8_t out[TEMPLATE_RDATA_MAX];
    size_t size;

    template_match(template, name, &nobody, &match);
    assert(match.capture_count <= TEMPLATE_GROUPS_MAX);
    if (match.found != TEMPLATE_RECORDS || match.unsure)
        return;
    while ((record = template_record_next(match.node, record)) != NULL)
        if (template_expand(record, &match, &nobody, out, &size) == ST_OK)
            assert(size <= sizeof(out));
}

/* Names written out, and the same with a label before them. */
static void
look_up_owners(const struct template *template)
{
    const struct template_node *node = NULL;

    while ((node = template_next(template, node)) != NULL) {
        struct name name;

        if (regexdns_form(node) != REGEXDNS_NAME)
            continue;
        name = *regexdns_name(node);
        look_up(template, &name);
        if (name_prepend(&name, SLICE("k1._domainkey.x"), &name) == ST_OK)
            look_up(template, &name);
    }
}

/* The octets before the first NUL are the text, those behind it a name in
   wire form. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = {(const char *)data, size};
    size_t cut = slice_find(all, '\0');
    struct template *template = NULL;
    struct error err = ERROR_INIT;
    struct name name;

    if (regexdns_parse("t", slice_sub(all, 0, cut), &template, &err)
        != ST_OK) {
        assert(err.text[0] != '\0');
        return 0;
    }
    look_up_owners(template);
    if (name_from_wire(&name, slice_from(all, cut + 1), NULL) == ST_OK)
        look_up(template, &name);
    template_free(template);
    return 0;
}
