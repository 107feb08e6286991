/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The template and settings that a new workspace begins with. */
#include "common/records/starter.h"

#include <string.h>

#include "common/base/arena.h"
#include "common/base/slice.h"
#include "common/dns/name.h"
#include "common/dns/question.h"

/* Octets of SPF terms that fit one string beside "v=spf1  -all" (RFC 1035
   section 3.3); a template can be edited for more. */
#define SPF_TERMS_MAX 240

/* A host, read. */
struct host {
    const char *name;       /* as it stands in the template: with final dot,
                               or below the zone without */
    struct address address; /* family 0: none of ours to publish */
};

struct starter {
    const struct starter_settings *settings; /* as given */
    struct arena *arena;                     /* for texts */
    struct name esp;                         /* the zone */
    const char *origin;                      /* with final dot */
    struct host *ns, *mx;                    /* at least one each */
    size_t ns_count, mx_count;               /* of them */
    const char *spf;                         /* terms */
    const char *rua;                         /* mailbox */
};

/* RFC 5737: addresses of documentation, to be edited. */
static const struct starter_host default_ns[] = {{"ns1=192.0.2.1"},
                                                 {"ns2=192.0.2.2"}};
static const struct starter_host default_mx[] = {{"mx=192.0.2.10"}};

/* A name of the zone without the zone, else with final dot. */
static const char *
short_name(const struct starter *starter, const struct name *name)
{
    const char *dotted = name_dotted(starter->arena, name);
    size_t n = strlen(dotted), zone = strlen(starter->origin);

    if (!name_is_under(name, &starter->esp))
        return dotted;
    return n == zone ? "@"
                     : arena_text(starter->arena,
                                  (struct slice){dotted, n - zone - 1});
}

static enum status
read_host(const struct starter *starter, const char *text, struct host *out,
          struct error *err)
{
    struct slice rest = slice_of(text), name, address;
    struct name full;
    bool is_ours;

    slice_next(&rest, '=', &name);
    address = rest;
    if (slice_find(name, '.') == name.n
            ? name_prepend(&full, name, &starter->esp) != ST_OK
            : name_parse(&full, name, NULL) != ST_OK)
        return error_set(err, ST_SYNTAX, "'%s' is no NAME=ADDRESS", text);
    if (!name_is_host(&full))
        return error_set(err, ST_SYNTAX, "'%.*s' is no host name",
                         SLICE_ARGS(name));
    is_ours = name_is_under(&full, &starter->esp);
    *out = (struct host){.name = short_name(starter, &full)};
    if (address.p == NULL)
        return is_ours ? error_set(err, ST_SYNTAX,
                                   "'%s' is in the zone and needs its "
                                   "address: NAME=ADDRESS",
                                   text)
                       : ST_OK;
    if (!is_ours)
        return error_set(err, ST_SYNTAX,
                         "'%.*s' is outside the zone, which cannot give its "
                         "address",
                         SLICE_ARGS(name));
    if (address_parse(&out->address, address, NULL) != ST_OK
        || out->address.port != 0)
        return error_set(err, ST_SYNTAX, "'%.*s' is no address",
                         SLICE_ARGS(address));
    return ST_OK;
}

static enum status
read_hosts(const struct starter *starter, const struct starter_host *hosts,
           size_t count, struct host **out, struct error *err)
{
    enum status st = ST_OK;

    *out = ARENA_ARRAY(starter->arena, struct host, count);
    for (size_t i = 0; st == ST_OK && i < count; i++)
        st = read_host(starter, hosts[i].text, &(*out)[i], err);
    return st;
}

/* Octets that may stand in a quoted string of the template as they are. */
static bool
is_plain(struct slice text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~'
            || strchr("\"\\;", text.p[i]) != NULL)
            return false;
    return text.n > 0;
}

/* What may not stand before the final -all. */
static bool
ends_spf(struct slice term)
{
    if (term.n > 0 && strchr("+-~?", term.p[0]) != NULL)
        term = slice_from(term, 1);
    return slice_equal_case(term, SLICE("all"))
           || slice_equal_case(term, SLICE("v=spf1"))
           || slice_starts_case(term, SLICE("redirect="));
}

static enum status
check_spf(const char *terms, struct error *err)
{
    struct slice rest = slice_of(terms), term;

    if (rest.n > SPF_TERMS_MAX)
        return error_set(err, ST_SYNTAX,
                         "the SPF terms are longer than %d octets",
                         SPF_TERMS_MAX);
    while (slice_next(&rest, ' ', &term))
        if (!is_plain(term) || ends_spf(term))
            return error_set(err, ST_SYNTAX,
                             "'%.*s' is no SPF term between v=spf1 and -all",
                             SLICE_ARGS(term));
    return ST_OK;
}

static enum status
check_rua(const char *rua, struct error *err)
{
    struct slice rest = slice_of(rua), local;
    struct name domain;

    if (slice_starts_case(rest, SLICE("mailto:")))
        rest = slice_from(rest, strlen("mailto:"));
    /* RFC 9990: '!' and ',' end an address in a list of URIs. */
    if (!slice_next(&rest, '@', &local) || !is_plain(local)
        || strpbrk(rua, ",!{") != NULL || rest.p == NULL
        || name_parse(&domain, rest, NULL) != ST_OK || !name_is_host(&domain))
        return error_set(err, ST_SYNTAX, "'%s' is no mailbox", rua);
    return ST_OK;
}

static enum status
read_settings(struct starter *starter, struct error *err)
{
    const struct starter_settings *given = starter->settings;
    bool has_ns = given->ns_count > 0, has_mx = given->mx_count > 0;
    enum status st;

    starter->ns_count = has_ns ? given->ns_count : 2;
    starter->mx_count = has_mx ? given->mx_count : 1;
    starter->spf = given->spf == NULL ? "ip4:192.0.2.0/24" : given->spf;
    starter->rua =
        given->rua == NULL
            ? arena_printf(starter->arena, "dmarc@reports.%s", given->esp)
            : given->rua;
    if (strncmp(starter->rua, "mailto:", strlen("mailto:")) == 0)
        starter->rua += strlen("mailto:");
    if ((st = name_parse(&starter->esp, slice_of(given->esp), err)) != ST_OK)
        return st;
    starter->origin = name_dotted(starter->arena, &starter->esp);
    if ((st = read_hosts(starter, has_ns ? given->ns : default_ns,
                         starter->ns_count, &starter->ns, err))
            != ST_OK
        || (st = read_hosts(starter, has_mx ? given->mx : default_mx,
                            starter->mx_count, &starter->mx, err))
               != ST_OK
        || (st = check_spf(starter->spf, err)) != ST_OK)
        return st;
    return check_rua(starter->rua, err);
}

static void
add_row(struct strbuf *out, const char *owner, const char *type,
        const char *data)
{
    strbuf_addf(out, "%-40s %-5s %s\n", owner, type, data);
}

static void
add_text(struct strbuf *out, const char *owner, const char *text)
{
    strbuf_addf(out, "%-40s TXT   \"%s\"\n", owner, text);
}

static void
add_address(struct strbuf *out, const char *owner,
            const struct address *address)
{
    struct strbuf text = STRBUF_INIT;

    address_present(address, &text);
    add_row(out, owner, address->family == 4 ? "A" : "AAAA", text.p);
    strbuf_clear(&text);
}

/* Was the name given before, with whatever address? */
static bool
was_named(const struct host *hosts, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(hosts[k].name, hosts[i].name) == 0)
            return true;
    return false;
}

static void
add_mx(const struct starter *starter, const char *owner, struct strbuf *out)
{
    unsigned preference = 0;

    for (size_t i = 0; i < starter->mx_count; i++)
        if (!was_named(starter->mx, i))
            add_row(out, owner, "MX",
                    arena_printf(starter->arena, "%u %s", preference += 10,
                                 starter->mx[i].name));
}

/* Each address once, however often it was given. */
static bool
was_given(const struct host *hosts, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(hosts[k].name, hosts[i].name) == 0
            && address_equal(&hosts[k].address, &hosts[i].address))
            return true;
    return false;
}

static void
add_addresses(struct strbuf *out, const struct host *hosts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (hosts[i].address.family != 0 && !was_given(hosts, i))
            add_address(out, hosts[i].name, &hosts[i].address);
}

static void
add_head(const struct starter *starter, struct strbuf *out)
{
    const char *esp = starter->settings->esp;

    strbuf_addf(
        out,
        "; What %s publishes: for itself, and for each of its customers.\n"
        ";\n"
        "; An ordinary zone file, but for names in braces.  {customer} stands "
        "for each\n"
        "; customer, {selector} for each key of what stands to its right,\n"
        "; {token} for a domain of a customer's own.  In data there are also "
        "{key} and\n"
        "; {algorithm}, and whatever `selkie customer set` gave the "
        "customer:\n"
        "; a record whose value a customer lacks is left out for that "
        "customer.\n"
        "; See what comes of it: selkie records --fixed, selkie records "
        "CUSTOMER\n"
        "\n"
        "$ORIGIN %s\n"
        "$TTL 3600\n"
        "\n"
        "; ---- the zone itself ----\n"
        "; Serial, refresh, retry, expire, and for how long resolvers may "
        "remember\n"
        "; that a name does not exist: new customers wait so many seconds at "
        "most.\n",
        esp, starter->origin);
    add_row(out, "@", "SOA",
            arena_printf(starter->arena,
                         "%s hostmaster 1 3600 600 1209600 300",
                         starter->ns[0].name));
    for (size_t i = 0; i < starter->ns_count; i++)
        if (!was_named(starter->ns, i))
            add_row(out, "@", "NS", starter->ns[i].name);
    add_addresses(out, starter->ns, starter->ns_count);
}

/* SPF at the names that our hosts greet with: RFC 7208 section 2.3. */
static void
add_host_spf(struct strbuf *out, const struct starter *starter)
{
    for (size_t i = 0; i < starter->mx_count; i++)
        if (starter->mx[i].address.family != 0
            && strcmp(starter->mx[i].name, "@") != 0
            && !was_named(starter->mx, i))
            add_text(out, starter->mx[i].name, "v=spf1 a -all");
}

static void
add_own(const struct starter *starter, struct strbuf *out)
{
    struct arena *arena = starter->arena;
    const char *esp = starter->settings->esp;

    strbuf_add_text(out, "\n; ---- mail of the ESP itself ----\n"
                         "; Where replies and bounces go.\n");
    add_mx(starter, "@", out);
    add_addresses(out, starter->mx, starter->mx_count);
    add_host_spf(out, starter);
    strbuf_add_text(out, "\n; Who sends: customers include _spf, so a new "
                         "address is entered once.\n");
    add_text(out, "@",
             arena_printf(arena, "v=spf1 include:_spf.%s -all", esp));
    add_text(out, "_spf", arena_printf(arena, "v=spf1 %s -all", starter->spf));
    strbuf_add_text(
        out, "\n; DMARC of the ESP's own mail: make p= reject once it is "
             "signed, since what is\n; forwarded passes by DKIM alone.  sp= "
             "is for names that have no record.  psd=n\n; ends the search "
             "for a policy here (RFC 9989 section 4.10), adkim=s keeps\n; "
             "customers from signing for the ESP.\n");
    add_text(out, "_dmarc",
             arena_printf(arena,
                          "v=DMARC1; p=quarantine; sp=reject; adkim=s; psd=n; "
                          "rua=mailto:%s",
                          starter->rua));
    strbuf_add_text(out, "\n; The mailboxes of DMARC reports, one for each "
                         "customer.\n");
    add_mx(starter, "reports", out);
    if (starter->mx[0].address.family != 0)
        add_address(out, "reports", &starter->mx[0].address);
    add_text(out, "reports", "v=spf1 -all");
}

static void
add_customers(const struct starter *starter, struct strbuf *out)
{
    struct arena *arena = starter->arena;
    const char *esp = starter->settings->esp;

    strbuf_addf(out,
                "\n; ---- each customer: mail From: anybody@{customer}.%s "
                "----\n"
                "; Replies; and SPF at the From name, which some receivers "
                "look at.\n",
                esp);
    add_mx(starter, "{customer}", out);
    add_text(out, "{customer}",
             arena_printf(arena, "v=spf1 include:_spf.%s -all", esp));
    strbuf_add_text(out, "\n; The return path: bounces, and the SPF that "
                         "counts.\n");
    add_mx(starter, "bounces.{customer}", out);
    add_text(out, "bounces.{customer}",
             arena_printf(arena, "v=spf1 include:_spf.%s -all", esp));
    strbuf_add_text(out, "\n; Its keys; revoked ones have an empty p= (RFC "
                         "6376 section 3.6.1).\n");
    add_text(out, "{selector}._domainkey.{customer}",
             "v=DKIM1; k={algorithm}; p={key}");
    strbuf_add_text(out, "\n; Its policy: psd=n makes it an organizational "
                         "domain of its own, so that no\n; customer's mail "
                         "passes as another's.\n");
    add_text(out, "_dmarc.{customer}",
             arena_printf(arena,
                          "v=DMARC1; p=reject; adkim=s; psd=n; "
                          "rua=mailto:{customer}@reports.%s",
                          esp));
    strbuf_add_text(
        out, "\n; Reports about it may go to the reports mailbox, which is "
             "another\n; organizational domain (RFC 9990 section 4).  Never a "
             "wildcard: that would\n; let anybody send reports there.\n");
    add_text(out,
             arena_printf(arena, "{customer}.%s._report._dmarc.reports", esp),
             "v=DMARC1");
    strbuf_add_text(
        out, "\n; Keys of customers' own domains, to which a CNAME of theirs "
             "leads.  The\n; random {token} is that domain's alone: nobody "
             "inherits another's name.\n");
    add_text(out, "{selector}.{token}._dkim",
             "v=DKIM1; k={algorithm}; p={key}");
}

enum status
starter_template(const struct starter_settings *settings, struct strbuf *out,
                 struct error *err)
{
    struct starter starter = {.settings = settings, .arena = arena_new()};
    enum status st = read_settings(&starter, err);

    if (st == ST_OK) {
        add_head(&starter, out);
        add_own(&starter, out);
        add_customers(&starter, out);
    }
    arena_free(starter.arena);
    return st == ST_RANGE ? ST_SYNTAX : st;
}

void
starter_conf(const char *esp, struct strbuf *out)
{
    strbuf_addf(out,
                "# selkie's settings for %s: see selkie.conf(5)\n"
                "\n"
                "# The template of what is published.\n"
                "#template = template.zone\n"
                "\n"
                "# The folder that `selkie serve` reads.  For a server of "
                "another user name one\n"
                "# outside this folder, of mode 2770 and a group that user is "
                "in.\n"
                "#view = view\n",
                esp);
}
