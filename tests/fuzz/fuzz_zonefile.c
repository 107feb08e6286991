/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as zone files and overlays, and questions to what
   they make. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/dns/overlay.h"
#include "common/dns/zonefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names asked about: more only repeats. */
#define NAMES_MAX 50

static const char below[] = ". 60 SOA . . 1 2 3 4 5\n"
                            "*.test. 60 TXT wild\n"
                            "a.test. 60 TXT a\n"
                            "b.test. 60 CNAME a.test.\n"
                            "c.test. 60 DNAME test.\n";

/* How the first octet says to read the rest. */
enum mode { MODE_PLAIN, MODE_FAULTS, MODE_TWO, MODE_OVERLAY };

static void
check_answer(const struct answer *answer)
{
    assert(answer->outcome != OUTCOME_PENDING);
    assert(answer->chain_count <= ANSWER_CHAIN_MAX);
    assert((answer->outcome == OUTCOME_FOUND) == (answer->record_count > 0));
    assert(!outcome_is_failure(answer->outcome) || !answer->aa);
    assert(answer->server != NULL && answer->server[0] != '\0');
}

/* Names are found again, and come in canonical order. */
static void
check_tree(const struct nametree *tree)
{
    const struct namenode *node = NULL;
    struct name before = {0};
    size_t count = 0;

    while ((node = nametree_next(tree, node)) != NULL) {
        struct name name;

        namenode_name(node, &name);
        assert(nametree_find(tree, &name) == node);
        assert(count == 0 || name_compare(&before, &name) < 0);
        before = name;
        count++;
    }
    assert(count == nametree_count(tree));
}

static const uint16_t types[] = {RR_TXT, RR_A,  RR_CNAME, RR_NS,
                                 RR_DS,  RR_MX, RR_ANY};

/* Data that nothing hides is what is answered. */
static void
check_found(const struct zonefile *zone, const struct namenode *node,
            uint16_t type, const struct answer *answer)
{
    const struct rrset *set = namenode_rrset(node, type);
    struct nametree_match match;
    struct name name;

    namenode_name(node, &name);
    nametree_match(zone->tree, &name, &match);
    assert(match.node == node && match.encloser == node
           && match.wildcard == NULL);
    if (set == NULL || match.cut != NULL || match.dname != NULL
        || namenode_fault(node, type) != OUTCOME_PENDING)
        return;
    assert(answer->outcome == OUTCOME_FOUND
           || answer->outcome == OUTCOME_SERVFAIL);
    assert(answer->outcome != OUTCOME_FOUND
           || answer->record_count == set->count);
}

static void
ask_zone(struct zonefile *zone)
{
    static const struct address server = {.family = 4, .octets = {192}};
    struct source *source = zonefile_source(zone);
    const struct namenode *node = NULL;

    for (int n = 0; n < NAMES_MAX; n++) {
        struct name name;

        if ((node = nametree_next(zone->tree, node)) == NULL)
            break;
        namenode_name(node, &name);
        for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
            struct question question = question_recursive(&name, types[i]);

            check_found(zone, node, types[i],
                        source->ops->ask(source, NULL, &question));
            question = question_direct(&server, &name, types[i]);
            check_answer(source->ops->ask(source, NULL, &question));
            if (name_prepend(&question.name, SLICE("x.y"), &name) == ST_OK)
                check_answer(source->ops->ask(source, NULL, &question));
        }
    }
    source_free(source);
}

static void
ask_view(struct view *view, const struct nametree *tree)
{
    const struct namenode *node = NULL;

    for (int n = 0; n < NAMES_MAX; n++) {
        struct name name;

        if ((node = nametree_next(tree, node)) == NULL)
            break;
        namenode_name(node, &name);
        for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
            struct question question = question_recursive(&name, types[i]);

            check_answer(view_ask(view, &question));
            if (name_prepend(&question.name, SLICE("x.y"), &name) == ST_OK)
                check_answer(view_ask(view, &question));
        }
    }
}

static void
try_overlay(struct slice text)
{
    static const struct zonefile_settings settings = {.ttl = 60};
    struct zonefile *zone = zonefile_new();
    struct overlay *overlay = overlay_new();
    struct error err = ERROR_INIT;

    if (zonefile_parse(zone, "g", slice_of(below), &settings, NULL) == ST_OK
        && overlay_parse(overlay, "f", text, &err) == ST_OK) {
        struct source *source = zonefile_source(zone);
        struct view_settings what_if = {.source = source, .overlay = overlay};
        struct view *view = view_new(&what_if, "test");

        check_tree(overlay_tree(overlay));
        ask_view(view, overlay_tree(overlay));
        view_free(view);
        source_free(source);
    } else {
        assert(strncmp(err.text, "'f', line ", 10) == 0);
    }
    overlay_free(overlay);
    zonefile_free(zone);
}

static void
try_zone(struct slice text, enum mode mode)
{
    struct zonefile_settings settings = {.faults = mode == MODE_FAULTS,
                                         .ttl = 60};
    struct zonefile *zone = zonefile_new();
    struct error err = ERROR_INIT;
    enum status status;
    size_t n = mode == MODE_TWO ? slice_search(text, SLICE("\n%")) : text.n;

    status = zonefile_parse(zone, "f", slice_sub(text, 0, n), &settings, &err);
    if (status == ST_OK && n < text.n)
        status = zonefile_parse(zone, "f", slice_from(text, n + 2), &settings,
                                &err);
    if (status == ST_OK) {
        check_tree(zone->tree);
        ask_zone(zone);
    } else {
        assert(strncmp(err.text, "'f', line ", 10) == 0);
    }
    zonefile_free(zone);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum mode mode;

    if (size == 0)
        return 0;
    mode = (enum mode)(data[0] & 3);
    if (mode == MODE_OVERLAY)
        try_overlay((struct slice){(const char *)data + 1, size - 1});
    else
        try_zone((struct slice){(const char *)data + 1, size - 1}, mode);
    return 0;
}
