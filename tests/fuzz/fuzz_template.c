/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any text as a template, and any octets as a name in it. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "common/dns/answer.h"
#include "tests/template/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All that a name leads to, data too. */
static void
look_up(const struct template *template, const struct name *name)
{
    const struct template_record *record = NULL;
    struct template_match match;
    uint8_t out[TEMPLATE_RDATA_MAX];
    size_t size;

    template_match(template, name, &world_binder, &match);
    assert(match.capture_count <= TEMPLATE_CAPTURES_MAX);
    if (match.found != TEMPLATE_RECORDS)
        return;
    while ((record = template_record_next(match.node, record)) != NULL)
        if (template_expand(record, &match, &world_binder, out, &size)
            == ST_OK)
            assert(size <= sizeof(out));
}

/* Owners of patterns, filled, looked up. */
static void
fill_all(const struct template *template)
{
    const struct slice values[3] = {SLICE("snufkin"), SLICE("tok7"),
                                    SLICE("k1")};
    const struct template_node *node = NULL;
    struct name name;

    while ((node = template_next(template, node)) != NULL)
        if (template_node_name(template, node, values, &name) == ST_OK)
            look_up(template, &name);
}

/* The octets before the first NUL are a name in wire form behind it, all else
   the text. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice all = {(const char *)data, size};
    size_t cut = slice_find(all, '\0');
    struct slice text = slice_sub(all, 0, cut);
    struct name origin, name;
    struct template *template = NULL;
    struct error err = ERROR_INIT;

    name_parse(&origin, SLICE("esp.example"), NULL);
    if (template_parse("t", text, &origin, &template, &err) != ST_OK) {
        assert(err.text[0] != '\0');
        return 0;
    }
    fill_all(template);
    if (name_from_wire(&name, slice_from(all, cut + 1), NULL) == ST_OK
        && name.size + origin.size - 1 <= NAME_WIRE_MAX) {
        name_rebase(&name, &name, &name_root, &origin);
        look_up(template, &name);
    }
    template_free(template);
    return 0;
}
