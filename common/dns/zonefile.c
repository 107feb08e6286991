/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zone files as trees of names: what loads, and what is refused. */
#include "common/dns/zonefile.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/memory.h"
#include "common/base/table.h"
#include "common/dns/zonemark.h"
#include "common/dns/zonescan.h"

/* RFC 2181 section 8. */
#define TTL_MAX INT32_MAX

/* The loading of one file and of those it includes. */
struct load {
    struct zonefile *zone;                    /* gets it all */
    const struct zonefile_settings *settings; /* as given */
    struct zonescan_sink sink;                /* of the present pass */
    const char *file;                         /* present one, in the arena */
    char *server;                             /* "zone 'FILE'", likewise */
    unsigned depth;                           /* of $INCLUDE */
    size_t included;                          /* files, in this pass */
    size_t octets;                            /* of text, in this pass */
    struct table *own;                        /* apexes of this file, where
                                                 others came before; or NULL */
};

struct zonefile *
zonefile_new(void)
{
    struct zonefile *zone = memory_zeroed(1, sizeof(*zone));

    zone->arena = arena_new();
    zone->tree = nametree_new(zone->arena);
    zone->servers = table_new();
    zone->hidden = zonehidden_new();
    return zone;
}

void
zonefile_free(struct zonefile *zone)
{
    if (zone == NULL)
        return;
    zonehidden_free(zone->hidden);
    table_free(zone->servers);
    arena_free(zone->arena);
    free(zone);
}

static enum status
fail(const struct load *load, size_t line, const char *why, struct error *err)
{
    return zonetext_error(err, load->file, line, 0, "%s", why);
}

static enum status
fail_name(const struct load *load, const struct zonescan_record *record,
          const char *why, struct error *err)
{
    return zonetext_error(err, load->file, record->line, 0, "'%s' %s",
                          name_bare(load->zone->arena, &record->owner), why);
}

static void
add_apex(struct load *load, const struct name *name)
{
    nametree_set_apex(load->zone->tree, name);
    table_put(load->zone->servers, name_key(name), load->server);
}

/*
 * First pass, where zones of other files are there: which zones this file
 * has.  One that begins below a zone of another file takes over from it.
 */
static enum status
collect_apex(void *context, const struct zonescan_record *record,
             struct error *err)
{
    struct load *load = context;

    (void)err;
    if (record->type != RR_SOA)
        return ST_OK;
    table_put(load->own, name_key(&record->owner), load);
    if (table_get(load->zone->servers, name_key(&record->owner)) == NULL) {
        nametree_take_over(load->zone->tree, &record->owner);
        add_apex(load, &record->owner);
    }
    return ST_OK;
}

static enum status
collect_mark(void *context, const struct zonescan_mark *mark,
             struct error *err)
{
    (void)context;
    (void)mark;
    (void)err;
    return ST_OK;
}

static bool
is_own(const struct load *load, const struct namenode *apex)
{
    struct name name;

    namenode_name(apex, &name);
    return table_get(load->own, name_key(&name)) != NULL;
}

/* The apex above an apex, or NULL. */
static const struct namenode *
upper_zone(const struct namenode *apex)
{
    const struct namenode *parent = namenode_parent(apex);

    return parent == NULL ? NULL : namenode_zone(parent);
}

/* Does this record lie in a zone of another file, below one of this file's
   own?  A file without a zone above the name adds to the other's. */
static bool
is_occluded(const struct load *load, const struct zonescan_record *record)
{
    const struct namenode *apex;
    struct nametree_match match;

    if (load->own == NULL)
        return false;
    nametree_match(load->zone->tree, &record->owner, &match);
    if (match.apex == NULL || is_own(load, match.apex)
        || (record->type == RR_DS && match.apex == match.node))
        return false;
    apex = upper_zone(match.apex);
    while (apex != NULL && !is_own(load, apex))
        apex = upper_zone(apex);
    return apex != NULL;
}

/* Types that are no data: RFC 6895 section 3.1. */
static bool
type_is_meta(uint16_t type)
{
    return type == 0 || type == RR_OPT || (type >= 128 && type <= 255);
}

static bool
text_is_sound(const struct record *record)
{
    struct slice string;
    size_t position = 0;

    while (record_string(record, &position, &string))
        ;
    return position > 0 && position == record->data.n;
}

/* libzscanner takes any octets as data in the form of RFC 3597. */
static bool
data_is_sound(const struct zonescan_record *generic)
{
    struct record record = {.type = generic->type, .data = generic->data};
    struct address address;
    struct name target;
    struct soa soa;

    switch (generic->type) {
    case RR_A:
    case RR_AAAA:
        return record_address(&record, &address);
    case RR_NS:
    case RR_CNAME:
    case RR_DNAME:
    case RR_PTR:
    case RR_MX:
    case RR_SRV:
        return record_target(&record, &target);
    case RR_SOA:
        return record_soa(&record, &soa);
    case RR_TXT:
    case RR_SPF:
        return text_is_sound(&record);
    default:
        return true;
    }
}

static enum status
check_record(const struct load *load, const struct zonescan_record *record,
             struct error *err)
{
    if (type_is_meta(record->type))
        return fail(load, record->line, "no record may be of this type", err);
    if (record->ttl > TTL_MAX)
        return fail(load, record->line, "a TTL above 2147483647", err);
    if (record->generic && !data_is_sound(record))
        return fail(load, record->line, "the data do not fit the type", err);
    return ST_OK;
}

/* What only one record of may be at a name. */
static const struct {
    uint16_t type;   /* of the record */
    const char *why; /* after the name */
} singular[] = {
    {RR_SOA,   "has two different SOA records"                },
    {RR_CNAME, "has two CNAME records (RFC 2181 section 10.1)"},
    {RR_DNAME, "has two DNAME records (RFC 6672 section 2.4)" },
};

/* May RRsets be at a name that is an alias?  RFC 4034 sections 3 and 4. */
static bool
goes_with_cname(uint16_t type)
{
    return type == RR_CNAME || type == RR_RRSIG || type == RR_NSEC;
}

/* NULL, or why the RRsets of a name may not stand together. */
static const char *
check_sets(const struct namenode *node)
{
    size_t types = 0;
    bool alias = false;
    bool other = false;

    for (const struct rrset *set = namenode_rrsets(node); set != NULL;
         set = set->next) {
        types++;
        alias = alias || (set->type == RR_CNAME && set->count > 0);
        other = other || (!goes_with_cname(set->type) && set->count > 0);
        for (size_t i = 0; i < sizeof(singular) / sizeof(singular[0]); i++)
            if (set->type == singular[i].type && set->count > 1)
                return singular[i].why;
    }
    if (alias && other)
        return "has a CNAME record beside others (RFC 2181 section 10.1)";
    return types > ZONEFILE_TYPES_MAX ? "has more than 256 types" : NULL;
}

/* The scanner has split them: the record is what was meant, yet other
   loaders refuse it. */
static void
note_strings(struct load *load, const struct zonescan_record *record)
{
    struct zonefile *zone = load->zone;
    struct zone_note *notes = (struct zone_note *)zone->notes;

    if (record->type != RR_TXT && record->type != RR_SPF)
        return;
    for (size_t i = 0; i < record->string_count; i++) {
        notes =
            arena_grow(zone->arena, notes, zone->note_count, sizeof(*notes));
        notes[zone->note_count++] =
            (struct zone_note){.id = "dns.txt-string-over-255",
                               .file = load->file,
                               .line = record->strings[i].line,
                               .column = record->strings[i].column,
                               .owner = record->owner,
                               .type = record->type,
                               .length = record->strings[i].length};
    }
    zone->notes = notes;
}

static enum status
take_record(void *context, const struct zonescan_record *record,
            struct error *err)
{
    struct load *load = context;
    const struct namenode *node;
    enum status status;
    const char *why;

    if ((status = check_record(load, record, err)) != ST_OK)
        return status;
    if (is_occluded(load, record))
        return ST_OK;
    if (record->type == RR_SOA && !load->settings->overlay
        && table_get(load->zone->servers, name_key(&record->owner)) == NULL)
        add_apex(load, &record->owner);
    node = nametree_add(load->zone->tree, &record->owner, record->type,
                        record->ttl, record->data);
    if (!load->settings->overlay && namenode_zone(node) == NULL)
        return fail_name(load, record,
                         "is in no zone: no SOA record at or above it so far",
                         err);
    if ((why = check_sets(node)) != NULL)
        return fail_name(load, record, why, err);
    note_strings(load, record);
    return ST_OK;
}

static enum status
take_mark(void *context, const struct zonescan_mark *line, struct error *err)
{
    struct load *load = context;
    struct nametree *tree = load->zone->tree;
    bool overlay = load->settings->overlay;
    struct zonemark mark;
    const char *why;

    if (!overlay && !load->settings->faults)
        return ST_OK;
    if ((why = zonemark_parse(&mark, line)) != NULL)
        return fail(load, line->line, why, err);
    if (load->settings->faults && outcome_is_failure(mark.outcome))
        nametree_set_fault(tree, &mark.name, mark.type, mark.outcome);
    else if (overlay && mark.outcome == OUTCOME_NODATA && mark.type != RR_ANY)
        nametree_remove(tree, &mark.name, mark.type);
    else if (overlay && mark.outcome == OUTCOME_NXDOMAIN
             && mark.type == RR_ANY)
        nametree_remove(tree, &mark.name, 0);
    else
        return fail(load, line->line,
                    overlay ? "';!' is for NAME TYPE NODATA and NAME ANY"
                              " NXDOMAIN here"
                            : "';!' is for failures here: SERVFAIL, REFUSED,"
                              " TIMEOUT, MALFORMED or BOGUS",
                    err);
    why = check_sets(nametree_find(tree, &mark.name));
    return why == NULL ? ST_OK : fail(load, line->line, why, err);
}

static enum status load_text(struct load *load,
                             const struct zonescan_input *input,
                             struct error *err);

/* The sentence about a file that cannot be read, and who wanted it. */
static enum status
read_included(const struct load *load, const struct zonescan_include *include,
              struct strbuf *text, struct error *err)
{
    struct error why = ERROR_INIT;
    enum status status =
        file_read(include->path, ZONEFILE_SIZE_MAX, text, &why);

    if (status == ST_OK)
        return ST_OK;
    return error_set(err, status, "'%s', line %zu: %s", load->file,
                     include->line, why.text);
}

static enum status
take_include(void *context, const struct zonescan_include *include,
             struct error *err)
{
    struct load *load = context;
    struct strbuf text = STRBUF_INIT;
    const char *outer = load->file;
    enum status status;

    if (!load->settings->allow_include)
        return fail(load, include->line,
                    "$INCLUDE is refused: it would open another file", err);
    if (load->depth == ZONEFILE_INCLUDE_DEPTH_MAX)
        return fail(load, include->line, "too many $INCLUDE in each other",
                    err);
    if (load->included++ == ZONEFILE_INCLUDES_MAX)
        return fail(load, include->line, "too many $INCLUDE", err);
    status = read_included(load, include, &text, err);
    if (status == ST_OK) {
        struct zonescan_input input = {.text = strbuf_slice(&text),
                                       .origin = &include->origin,
                                       .ttl = include->ttl,
                                       .has_ttl = include->has_ttl};

        input.file = load->file =
            arena_text(load->zone->arena, slice_of(include->path));
        load->depth++;
        status = load_text(load, &input, err);
        load->depth--;
        load->file = outer;
    }
    strbuf_clear(&text);
    return status;
}

static enum status
load_text(struct load *load, const struct zonescan_input *input,
          struct error *err)
{
    if (input->text.n > ZONEFILE_SIZE_MAX - load->octets)
        return error_set(err, ST_RANGE, "'%s' is too large", load->file);
    load->octets += input->text.n;
    return zonescan_run(input, &load->sink, err);
}

/* One pass over the file and what it includes. */
static enum status
pass(struct load *load, struct slice text, struct error *err)
{
    const struct name *origin = load->settings->origin;
    struct zonescan_input input = {.file = load->file,
                                   .text = text,
                                   .origin =
                                       origin == NULL ? &name_root : origin,
                                   .ttl = load->settings->ttl};

    load->included = 0;
    load->octets = 0;
    return load_text(load, &input, err);
}

enum status
zonefile_parse(struct zonefile *zone, const char *file, struct slice text,
               const struct zonefile_settings *settings, struct error *err)
{
    const char *slash = strrchr(file, '/');
    struct load load = {.zone = zone, .settings = settings};
    enum status status = ST_OK;

    load.file = arena_text(zone->arena, slice_of(file));
    load.server = arena_printf(zone->arena, "zone '%s'",
                               slash == NULL ? file : slash + 1);
    if (!settings->overlay && table_count(zone->servers) > 0) {
        load.own = table_new();
        load.sink = (struct zonescan_sink){collect_apex, collect_mark,
                                           take_include, &load};
        status = pass(&load, text, err);
    }
    load.sink =
        (struct zonescan_sink){take_record, take_mark, take_include, &load};
    if (status == ST_OK)
        status = pass(&load, text, err);
    table_free(load.own);
    return status;
}

enum status
zonefile_read(struct zonefile *zone, const char *path,
              const struct zonefile_settings *settings, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    enum status status = file_read(path, ZONEFILE_SIZE_MAX, &text, err);

    if (status == ST_OK)
        status =
            zonefile_parse(zone, path, strbuf_slice(&text), settings, err);
    strbuf_clear(&text);
    return status;
}
