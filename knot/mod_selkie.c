/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mod-selkie: Knot DNS answers for the customers' records, synthesised by the
 * engine of selkie serve; Knot does the rest.
 *
 * The zone that Knot has loaded holds the SOA and NS of the template; no name
 * is looked up in it, but for what mod-onlinesign (listed after this module)
 * says of the apex.
 */
#include <knot/module.h>
#include <stdlib.h>
#include <string.h>

#include "knot/service.h"

#define MOD_VIEW     "\x04view"
#define MOD_TEMPLATE "\x08template"
#define MOD_REGEXDNS "\x08regexdns"

static const yp_item_t schema[] = {
    {MOD_VIEW,     YP_TSTR, YP_VNONE},
    {MOD_TEMPLATE, YP_TSTR, YP_VNONE},
    {MOD_REGEXDNS, YP_TSTR, YP_VNONE},
    {NULL,         0,       YP_VNONE},
};

/* A thread that answers, and where it is with its present question. */
struct worker {
    struct service_seat *seat; /* made at its first question */
    bool is_ours;              /* we answer it, not Knot's zone */
    bool can_complete;         /* Knot's zone does, and we add to it */
    knot_dname_storage_t name; /* end of an alias, for its denial */
};

struct instance {
    struct service *service; /* shared with other instances */
    unsigned worker_count;   /* threads of knotd */
    struct worker workers[]; /* for each */
};

static int
check_config(knotd_conf_check_args_t *args)
{
    bool has_view = knotd_conf_check_item(args, MOD_VIEW).count > 0;
    bool has_template = knotd_conf_check_item(args, MOD_TEMPLATE).count > 0;
    bool has_regexdns = knotd_conf_check_item(args, MOD_REGEXDNS).count > 0;

    if (has_regexdns ? !has_view && !has_template : has_view && has_template)
        return KNOT_EOK;
    args->err_str = "either view (the folder that selkie publish writes) and "
                    "template, or regexdns alone is needed";
    return KNOT_EINVAL;
}

static void
tell(void *context, const char *sentence, bool is_fault)
{
    knotd_mod_log(context, is_fault ? LOG_ERR : LOG_INFO, "%s", sentence);
}

/* ---- one question ---- */

static struct worker *
worker_of(knotd_mod_t *mod, const knotd_qdata_t *qdata)
{
    struct instance *instance = knotd_mod_ctx(mod);
    unsigned id = qdata->params->thread_id;

    return id < instance->worker_count ? &instance->workers[id] : NULL;
}

static bool
is_apex(knotd_qdata_t *qdata)
{
    return knot_dname_is_equal(qdata->name, knotd_qdata_zone_name(qdata));
}

/* Is a record of signing asked for, that mod-onlinesign may have there? */
static bool
is_of_signing(knotd_qdata_t *qdata)
{
    switch (knot_pkt_qtype(qdata->query)) {
    case KNOT_RRTYPE_NSEC:
    case KNOT_RRTYPE_RRSIG:
        return true;
    case KNOT_RRTYPE_DNSKEY:
    case KNOT_RRTYPE_CDNSKEY:
    case KNOT_RRTYPE_CDS:
        return is_apex(qdata);
    default:
        return false;
    }
}

/* What mod-onlinesign answers of itself, or Knot's zone in its place: the
   records of signing, and under DO all of the apex, whose denials must list
   what is there. */
static bool
is_for_knot(knotd_qdata_t *qdata)
{
    return is_of_signing(qdata)
           || (knot_pkt_has_dnssec(qdata->query) && is_apex(qdata));
}

/* The engine's answer to the question; NULL when it has none. */
static const struct stunt_result *
ask_engine(struct worker *worker, knotd_qdata_t *qdata, knotd_mod_t *mod)
{
    struct instance *instance = knotd_mod_ctx(mod);
    struct slice wire = {(const char *)qdata->name,
                         knot_dname_size(qdata->name)};
    struct name name;
    const struct stunt_result *result;

    if (name_from_wire(&name, wire, NULL) != ST_OK
        || !service_answer(instance->service, &worker->seat, &name,
                           knot_pkt_qtype(qdata->query)))
        return NULL;
    result = service_result(worker->seat);
    return result->rcode == STUNT_SERVFAIL || result->rcode == STUNT_REFUSED
               ? NULL
               : result;
}

static bool
is_alike(const struct stunt_record *a, const struct stunt_record *b)
{
    return a->section == b->section && a->type == b->type
           && name_equal(&a->owner, &b->owner);
}

/* The RRset that begins at records[i]; *next is where the next one does. */
static int
put_rrset(knot_pkt_t *pkt, knotd_qdata_t *qdata,
          const struct stunt_result *result, unsigned i, unsigned *next)
{
    const struct stunt_record *first = &result->records[i];
    bool is_asked = knot_dname_is_equal(first->owner.wire, qdata->name);
    knot_rrset_t rrset;
    int code = KNOT_EOK;

    /* Nobody writes through it. */
    knot_rrset_init(&rrset, (knot_dname_t *)(uintptr_t)first->owner.wire,
                    first->type, KNOT_CLASS_IN, first->ttl);
    for (; code == KNOT_EOK && i < result->count
           && is_alike(first, &result->records[i]);
         i++)
        code = knot_rrset_add_rdata(&rrset, result->records[i].data,
                                    result->records[i].size, &pkt->mm);
    *next = i;
    if (code != KNOT_EOK)
        return code;
    return knot_pkt_put(
        pkt, is_asked ? KNOT_COMPR_HINT_QNAME : KNOT_COMPR_HINT_NONE, &rrset,
        first->section == STUNT_ADDITIONAL && !result->is_referral
            ? KNOT_PF_NOTRUNC
            : 0);
}

/* All of a section; *count is how many RRsets it got. */
static int
put_section(knot_pkt_t *pkt, knotd_qdata_t *qdata,
            const struct stunt_result *result, enum stunt_section section,
            unsigned *count)
{
    unsigned next;

    *count = 0;
    for (unsigned i = 0; i < result->count; i = next) {
        int code;

        next = i + 1;
        if (result->records[i].section != section)
            continue;
        code = put_rrset(pkt, qdata, result, i, &next);
        if (code != KNOT_EOK)
            return code;
        ++*count;
    }
    return KNOT_EOK;
}

static knotd_in_state_t
state_of(int code, knotd_in_state_t good)
{
    if (code == KNOT_EOK)
        return good;
    return code == KNOT_ESPACE ? KNOTD_IN_STATE_TRUNC : KNOTD_IN_STATE_ERROR;
}

/* Before anything is looked up: a hit keeps Knot from its own zone. */
static knotd_in_state_t
before_answer(knotd_in_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
              knotd_mod_t *mod)
{
    struct worker *worker = worker_of(mod, qdata);
    const struct stunt_result *result;

    if (worker == NULL)
        return KNOTD_IN_STATE_ERROR;
    worker->can_complete = is_for_knot(qdata);
    worker->is_ours = false;
    if (worker->can_complete)
        return state;
    result = ask_engine(worker, qdata, mod);
    if (result == NULL)
        return KNOTD_IN_STATE_ERROR;
    worker->is_ours = true;
    qdata->rcode = result->rcode;
    if (result->authoritative)
        knot_wire_set_aa(pkt->wire);
    return KNOTD_IN_STATE_HIT;
}

/* Knot's zone knows no name but the apex: what it misses may be there. */
static knotd_in_state_t
take_missing(struct worker *worker, knot_pkt_t *pkt, knotd_qdata_t *qdata,
             const struct stunt_result *result)
{
    worker->is_ours =
        result->is_referral
        || (result->count > 0 && result->records[0].section == STUNT_ANSWER);
    if (worker->is_ours)
        qdata->rcode = result->rcode;
    if (!result->authoritative)
        knot_wire_clear_aa(pkt->wire);
    return result->rcode == STUNT_NXDOMAIN ? KNOTD_IN_STATE_MISS
                                           : KNOTD_IN_STATE_NODATA;
}

static knotd_in_state_t
in_answer(knotd_in_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
          knotd_mod_t *mod)
{
    struct worker *worker = worker_of(mod, qdata);
    bool was_missed = state == KNOTD_IN_STATE_MISS;
    const struct stunt_result *result;
    unsigned count;
    int code;

    if (!worker->is_ours
        && (!worker->can_complete
            || (!was_missed && state != KNOTD_IN_STATE_NODATA)))
        return state;
    result = worker->is_ours ? service_result(worker->seat)
                             : ask_engine(worker, qdata, mod);
    /* Without a view nothing is absent but what no view has. */
    if (result == NULL)
        return !was_missed && is_of_signing(qdata) ? state
                                                   : KNOTD_IN_STATE_ERROR;
    if (!worker->is_ours && was_missed)
        state = take_missing(worker, pkt, qdata, result);
    code = put_section(pkt, qdata, result, STUNT_ANSWER, &count);
    return state_of(code,
                    worker->is_ours || count > 0 ? KNOTD_IN_STATE_HIT : state);
}

/* A denial at the end of aliases is of the last one's target. */
static void
move_to_target(struct worker *worker, knotd_qdata_t *qdata,
               const struct stunt_result *result)
{
    const struct stunt_record *last = NULL;

    for (unsigned i = 0; i < result->count; i++)
        if (result->records[i].section == STUNT_ANSWER)
            last = &result->records[i];
    if (last == NULL || last->type != KNOT_RRTYPE_CNAME
        || last->size > sizeof(worker->name))
        return;
    memcpy(worker->name, last->data, last->size);
    knot_dname_to_lower(worker->name);
    qdata->name = worker->name;
}

static knotd_in_state_t
in_authority(knotd_in_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
             knotd_mod_t *mod)
{
    struct worker *worker = worker_of(mod, qdata);
    const struct stunt_result *result;
    unsigned count;
    int code;

    if (!worker->is_ours)
        return state;
    result = service_result(worker->seat);
    code = put_section(pkt, qdata, result, STUNT_AUTHORITY, &count);
    if (code != KNOT_EOK || count == 0 || result->is_referral)
        return state_of(code, state);
    move_to_target(worker, qdata, result);
    return result->rcode == STUNT_NXDOMAIN ? KNOTD_IN_STATE_MISS
                                           : KNOTD_IN_STATE_NODATA;
}

/*
 * Under DO what is put here must not reach mod-onlinesign, which signs only
 * the glue that Knot's own zone gave; RRSIGs of it are optional (RFC 4035
 * section 3.1.1).  TRUNC without TC set ends the work on sections.
 */
static knotd_in_state_t
in_additional(knotd_in_state_t state, knot_pkt_t *pkt, knotd_qdata_t *qdata,
              knotd_mod_t *mod)
{
    struct worker *worker = worker_of(mod, qdata);
    const struct stunt_result *result;
    unsigned count;
    int code;

    if (!worker->is_ours)
        return state;
    result = service_result(worker->seat);
    code = put_section(pkt, qdata, result, STUNT_ADDITIONAL, &count);
    if (code == KNOT_ESPACE && !result->is_referral)
        code = KNOT_EOK;
    return code == KNOT_EOK && count > 0 && knot_pkt_has_dnssec(qdata->query)
               ? KNOTD_IN_STATE_TRUNC
               : state_of(code, state);
}

/* ---- coming and going ---- */

static void
unload(knotd_mod_t *mod)
{
    struct instance *instance = knotd_mod_ctx(mod);

    if (instance == NULL)
        return;
    for (unsigned i = 0; i < instance->worker_count; i++)
        service_leave(instance->workers[i].seat);
    service_release(instance->service, mod);
    free(instance);
}

static int
take_service(knotd_mod_t *mod, struct instance *instance)
{
    const knot_dname_t *zone = knotd_mod_zone(mod);
    struct slice wire = {(const char *)zone, knot_dname_size(zone)};
    struct service_paths paths = {
        .template_path = knotd_conf_mod(mod, MOD_TEMPLATE).single.string,
        .view_path = knotd_conf_mod(mod, MOD_VIEW).single.string,
        .tell = tell,
        .context = mod};

    if (paths.view_path == NULL)
        paths.template_path = knotd_conf_mod(mod, MOD_REGEXDNS).single.string;
    if (paths.template_path == NULL
        || name_from_wire(&paths.origin, wire, NULL) != ST_OK)
        return KNOT_EINVAL;
    instance->service = service_take(&paths);
    return instance->service == NULL ? KNOT_ENOMEM : KNOT_EOK;
}

static int
load(knotd_mod_t *mod)
{
    static const struct {
        knotd_stage_t stage;
        knotd_mod_in_hook_f hook;
    } hooks[] = {
        {KNOTD_STAGE_PREANSWER,  before_answer},
        {KNOTD_STAGE_ANSWER,     in_answer    },
        {KNOTD_STAGE_AUTHORITY,  in_authority },
        {KNOTD_STAGE_ADDITIONAL, in_additional},
    };
    unsigned threads = knotd_mod_threads(mod);
    struct instance *instance =
        calloc(1, sizeof(*instance) + threads * sizeof(instance->workers[0]));
    int code;

    if (instance == NULL)
        return KNOT_ENOMEM;
    instance->worker_count = threads;
    code = take_service(mod, instance);
    for (size_t i = 0;
         code == KNOT_EOK && i < sizeof(hooks) / sizeof(hooks[0]); i++)
        code = knotd_mod_in_hook(mod, hooks[i].stage, hooks[i].hook);
    knotd_mod_ctx_set(mod, instance);
    if (code != KNOT_EOK) {
        unload(mod);
        knotd_mod_ctx_set(mod, NULL);
    }
    return code;
}

KNOTD_MOD_API(selkie, KNOTD_MOD_FLAG_SCOPE_ZONE, load, unload, schema,
              check_config);
