/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parties of selkie who as text: out of its document. */
#include "tools/whotext.h"

#include <string.h>

/* Networks of one way that are shown, unless -v asks for all. */
#define NETWORKS_MAX 6

/* A column of the table: the power, or "" for the last one. */
struct column {
    const char *head;  /* over it, and as wide as it is */
    const char *power; /* in "powers"; NULL: signs_as_parent */
};

static const struct column columns[] = {
    {"create key",   "create-key"  },
    {"set policy",   "set-policy"  },
    {"send",         "send"        },
    {"read reports", "read-reports"},
    {"as parent",    NULL          },
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/* What a way lets its owner do; AT and DOMAIN are put in. */
struct meaning {
    const char *place;  /* of the way */
    const char *type;   /* of its first hop; NULL: any */
    const char *can;    /* a sentence without its end */
    const char *cannot; /* likewise */
};

/* clang-format off */
static const struct meaning meanings[] = {
    {"zone", NULL,
     "publish and change every record of AT: keys, policy, SPF, MX", NULL},
    {"keys", "NS",
     "create a key under any selector and sign as DOMAIN; revoke those that "
     "are there; hand names below AT on to others; publish other types, "
     "which the underscore does not forbid (RFC 2181 section 11)",
     "change DOMAIN itself: its SPF, MX and addresses; set its policy"},
    {"keys", "DNAME",
     "create a key under any selector and sign as DOMAIN; publish records of "
     "any type below AT",
     "put records at AT itself; change DOMAIN; set its policy"},
    {"keys", "CNAME",
     "create a key under any selector that the domain does not use itself, "
     "and sign as DOMAIN: a wildcard leads there",
     "change DOMAIN; set its policy"},
    {"selector", "NS",
     "put any key at AT and below it, and sign as DOMAIN; publish records of "
     "any type there",
     "create selectors elsewhere; change DOMAIN; set its policy"},
    {"selector", NULL,
     "put any key at AT, change it unasked, and sign as DOMAIN",
     "create other selectors; change DOMAIN; set its policy"},
    {"policy", "NS",
     "set the policy of DOMAIN, by sp= and np= that of names below, and say "
     "where reports go; publish records of any type at and below AT",
     "create keys; change the SPF of DOMAIN"},
    {"policy", NULL,
     "set the policy of DOMAIN, by sp= and np= that of names below, and say "
     "where reports go",
     "create keys; change the SPF of DOMAIN"},
    {"subdomain", "NS",
     "publish every record at and below AT: keys, SPF, a policy of its own",
     "change anything at DOMAIN"},
    {"subdomain", "DNAME",
     "create keys for AT, set its policy, and send with names below it as "
     "MAIL FROM; publish records of any type below it",
     "put records at AT itself, such as SPF; change anything at DOMAIN"},
    {"wildcard", NULL,
     "create keys for every name below DOMAIN that is not there, set its "
     "policy, and send with it as MAIL FROM: the wildcard answers for it",
     "change names below DOMAIN that are there; change DOMAIN"},
    {"subdomain", NULL,
     "publish the SPF of AT and send with that MAIL FROM",
     "create keys: an alias covers no name below; change DOMAIN"},
    {"spf", "own",
     "send with DOMAIN as MAIL FROM: the record lists them", NULL},
    {"spf", NULL,
     "send with DOMAIN as MAIL FROM, and change from where",
     "sign as DOMAIN; set its policy"},
    {"reports", NULL,
     "read who sends as DOMAIN, and from where", "change anything"},
};
/* clang-format on */
#define MEANINGS (sizeof(meanings) / sizeof(meanings[0]))

static bool
has_power(const struct value *powers, const char *power)
{
    for (size_t i = 0; i < value_count(powers); i++)
        if (strcmp(value_as_text(value_element(powers, i)), power) == 0)
            return true;
    return false;
}

static const char *
cell_of(const struct value *party, const struct column *column)
{
    const struct value *parent = value_get(party, "signs_as_parent");

    if (column->power != NULL)
        return has_power(value_get(party, "powers"), column->power) ? "yes"
                                                                    : "-";
    if (value_is_null(parent))
        return "?";
    return value_as_bool(parent) ? "yes" : "-";
}

static void
draw_table(struct spfdesk *desk, const struct value *parties)
{
    struct strbuf *out = &desk->text;
    size_t width = strlen("party");

    for (size_t i = 0; i < value_count(parties); i++) {
        size_t n = strlen(
            value_as_text(value_get(value_element(parties, i), "owner")));

        width = n > width ? n : width;
    }
    strbuf_addf(out, "\n  %s%-*s%s", page_on(&desk->page, COLOUR_BOLD),
                (int)width, "party", page_off(&desk->page));
    for (size_t k = 0; k < COLUMNS; k++)
        strbuf_addf(out, "  %s", columns[k].head);
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < value_count(parties); i++) {
        const struct value *party = value_element(parties, i);

        strbuf_addf(out, "  %-*s", (int)width,
                    value_as_text(value_get(party, "owner")));
        for (size_t k = 0; k < COLUMNS; k++) {
            const char *cell = cell_of(party, &columns[k]);

            strbuf_addf(out, "  %s", cell);
            if (k + 1 < COLUMNS)
                strbuf_fill(out, ' ', strlen(columns[k].head) - strlen(cell));
        }
        strbuf_add_char(out, '\n');
    }
}

/* The type of the first hop; "own" when it leads nowhere else. */
static const char *
first_type(const struct value *way)
{
    const struct value *hop = value_element(value_get(way, "path"), 0);

    return strcmp(value_as_text(value_get(hop, "name")),
                  value_as_text(value_get(hop, "target")))
                   == 0
               ? "own"
               : value_as_text(value_get(hop, "type"));
}

static bool
is_of_subdomain(const struct value *way)
{
    return strcmp(value_as_text(value_get(way, "place")), "subdomain") == 0;
}

static const struct meaning *
meaning_of(const struct value *way)
{
    const char *place = value_as_text(value_get(way, "place"));
    const char *type = first_type(way);

    if (is_of_subdomain(way)
        && strncmp(value_as_text(value_get(way, "at")), "*.", 2) == 0)
        place = "wildcard";

    for (size_t i = 0; i < MEANINGS; i++)
        if (strcmp(place, meanings[i].place) == 0
            && (meanings[i].type == NULL
                || strcmp(type, meanings[i].type) == 0))
            return &meanings[i];
    return NULL;
}

/* The sentence with the names put in. */
static void
fill_names(struct strbuf *out, const char *form, const char *at,
           const char *domain)
{
    struct slice rest = slice_of(form);

    while (rest.n > 0) {
        if (slice_starts(rest, SLICE("DOMAIN"))) {
            strbuf_add_text(out, domain);
            rest = slice_from(rest, strlen("DOMAIN"));
        } else if (slice_starts(rest, SLICE("AT"))) {
            strbuf_add_text(out, at);
            rest = slice_from(rest, strlen("AT"));
        } else {
            strbuf_add_char(out, rest.p[0]);
            rest = slice_from(rest, 1);
        }
    }
}

/* A name within a sentence. */
static const char *
without_dot(struct spfdesk *desk, const struct value *name)
{
    struct slice text = slice_of(value_as_text(name));

    if (text.n > 1 && text.p[text.n - 1] == '.')
        text.n--;
    return arena_text(desk->arena, text);
}

static void
draw_sentence(struct spfdesk *desk, const char *head, const char *form,
              const struct value *way, const char *domain)
{
    struct strbuf text = STRBUF_INIT;

    if (form == NULL)
        return;
    fill_names(&text, form, without_dot(desk, value_get(way, "at")), domain);
    spfdesk_lines(desk, head, "            ", text.p);
    strbuf_clear(&text);
}

static void
draw_list(struct spfdesk *desk, const char *first, const struct value *list,
          size_t most)
{
    size_t count = value_count(list);
    size_t shown = desk->settings.verbose > 0 || count <= most ? count : most;
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < shown; i++)
        strbuf_addf(&text, "%s%s", i > 0 ? ", " : "",
                    value_as_text(value_element(list, i)));
    if (shown < count)
        strbuf_addf(&text, " and %zu more", count - shown);
    if (count > 0)
        spfdesk_lines(desk, first, "            ", text.p);
    strbuf_clear(&text);
}

/* By what mail of a subdomain passes for the domain above. */
static void
draw_aligned(struct spfdesk *desk, const struct value *way)
{
    static const char *const forms[] = {NULL, "its signatures pass",
                                        "its SPF passes",
                                        "its signatures and its SPF pass"};
    const struct value *by = value_get(way, "aligned_by");
    unsigned which = 0;

    for (size_t i = 0; i < value_count(by); i++)
        which |=
            strcmp(value_as_text(value_element(by, i)), "dkim") == 0 ? 1u : 2u;
    if (which > 0)
        spfdesk_lines(desk, "            ", "            ",
                      arena_printf(desk->arena,
                                   "%s DMARC for the domain above, too: "
                                   "alignment is relaxed",
                                   forms[which]));
}

/* "TXT, MX; k1._domainkey.example.com. A; of TXT, ... asked for". */
static void
draw_types(struct spfdesk *desk, const struct value *way)
{
    const struct value *types = value_get(way, "types");
    const struct value *below = value_get(way, "types_below");
    const struct value *asked = value_get(way, "types_asked");
    const struct value *unknown = value_get(way, "types_unknown");
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < value_count(types); i++)
        strbuf_addf(&text, "%s%s", i > 0 ? ", " : "",
                    value_as_text(value_element(types, i)));
    if (value_count(types) == 0)
        strbuf_add_text(&text,
                        value_count(unknown) == 0 ? "none" : "none known");
    for (size_t i = 0; i < value_count(below); i++) {
        const struct value *one = value_element(below, i);

        strbuf_addf(&text, "; %s %s", value_as_text(value_get(one, "name")),
                    value_as_text(value_get(one, "type")));
    }
    for (size_t i = 0; i < value_count(asked); i++)
        strbuf_addf(&text, "%s%s", i > 0 ? ", " : "; looked for ",
                    value_as_text(value_element(asked, i)));
    for (size_t i = 0; i < value_count(unknown); i++)
        strbuf_addf(&text, "%s%s", i > 0 ? ", " : "; no answer for ",
                    value_as_text(value_element(unknown, i)));
    if (value_count(asked) + value_count(unknown) > 0)
        spfdesk_lines(desk, "    types   ", "            ", text.p);
    strbuf_clear(&text);
}

static void
draw_way(struct spfdesk *desk, const struct value *way, const char *domain)
{
    const struct value *path = value_get(way, "path");
    const struct meaning *meaning = meaning_of(way);
    const char *of = is_of_subdomain(way)
                         ? domain
                         : value_as_text(value_get(way, "domain"));
    const char *state = value_as_text(value_get(way, "state"));

    for (size_t i = 0; i < value_count(path); i++) {
        const struct value *hop = value_element(path, i);

        spfdesk_lines(desk, i == 0 ? "  " : "    ", "      ",
                      arena_printf(desk->arena, "%s %s %s",
                                   value_as_text(value_get(hop, "name")),
                                   value_as_text(value_get(hop, "type")),
                                   value_as_text(value_get(hop, "target"))));
    }
    if (strcmp(state, "gone") == 0)
        spfdesk_lines(desk, "    gone    ", "            ",
                      "the name it leads to does not exist; whoever gets "
                      "that name has what follows");
    if (meaning != NULL) {
        draw_sentence(desk, "    can     ", meaning->can, way, of);
        draw_aligned(desk, way);
        draw_sentence(desk, "    cannot  ", meaning->cannot, way, of);
    }
    draw_types(desk, way);
    draw_list(desk, "    from    ", value_get(way, "addresses"), NETWORKS_MAX);
}

static void
draw_party(struct spfdesk *desk, const struct value *party, const char *domain)
{
    const struct value *ways = value_get(party, "ways");
    const struct value *vendor = value_get(party, "vendor");

    strbuf_addf(&desk->text, "\n%s%s%s", page_on(&desk->page, COLOUR_BOLD),
                value_as_text(value_get(party, "owner")),
                page_off(&desk->page));
    if (!value_is_null(vendor))
        strbuf_addf(&desk->text, " (%s)", value_as_text(vendor));
    strbuf_add_char(&desk->text, '\n');
    for (size_t i = 0; i < value_count(ways); i++)
        draw_way(desk, value_element(ways, i), domain);
}

static void
draw_unknown(struct spfdesk *desk, const struct value *unknown)
{
    if (value_count(unknown) > 0)
        strbuf_add_text(&desk->text, "\nunknown, for want of an answer\n");
    for (size_t i = 0; i < value_count(unknown); i++) {
        const struct value *one = value_element(unknown, i);
        const struct value *powers = value_get(one, "powers");
        long long more = (long long)value_as_number(value_get(one, "more"));
        struct strbuf text = STRBUF_INIT;

        strbuf_addf(&text, "%s %s: %s", value_as_text(value_get(one, "name")),
                    value_as_text(value_get(one, "type")),
                    value_as_text(value_get(one, "outcome")));
        if (more > 0)
            strbuf_addf(&text, ", and %lld names more", more);
        strbuf_add_text(&text, "; who can");
        for (size_t k = 0; k < value_count(powers); k++)
            strbuf_addf(&text, "%s %s", k > 0 ? "," : "",
                        value_as_text(value_element(powers, k)));
        spfdesk_lines(desk, "  ", "    ", text.p);
        strbuf_clear(&text);
    }
}

void
whotext_draw(struct spfdesk *desk, const struct value *document)
{
    const struct value *parties = value_get(document, "parties");
    const char *domain = value_as_text(value_get(document, "domain"));
    size_t count = value_count(parties);

    strbuf_addf(&desk->text, "%s: %zu %s\n", domain, count,
                count == 1 ? "party" : "parties");
    if (count > 0)
        draw_table(desk, parties);
    for (size_t i = 0; i < count; i++)
        draw_party(desk, value_element(parties, i), domain);
    if (value_count(value_get(document, "keys")) > 0) {
        strbuf_add_text(&desk->text,
                        "\nkeys in the zone itself; who has the private half "
                        "is not in DNS\n");
        draw_list(desk, "  ", value_get(document, "keys"), NETWORKS_MAX);
    }
    draw_unknown(desk, value_get(document, "unknown"));
}
