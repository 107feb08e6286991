/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names at which a record may be found that is not at its own. */
#include "common/records/nearmissplace.h"

#include <string.h>

static bool
is_domainkey(struct slice label)
{
    return slice_equal(label, SLICE("_domainkey"));
}

static struct slice
drop_domainkey(struct slice label)
{
    return is_domainkey(label) ? SLICE_EMPTY : label;
}

static struct slice
drop_underscore(struct slice label)
{
    return label.n > 0 && label.p[0] == '_' ? slice_from(label, 1) : label;
}

/* Each label edited; one that becomes empty is left out. */
static bool
edit_labels(const struct name *name, struct slice (*edit)(struct slice label),
            struct name *out)
{
    uint8_t wire[NAME_WIRE_MAX];
    size_t n = 0;

    for (unsigned i = 0; i < name->labels; i++) {
        struct slice label = edit(name_label(name, i));

        if (label.n == 0)
            continue;
        wire[n++] = (uint8_t)label.n;
        memcpy(wire + n, label.p, label.n);
        n += label.n;
    }
    wire[n++] = 0;
    return name_from_wire(out, (struct slice){(const char *)wire, n}, NULL)
           == ST_OK;
}

/* How many labels are left behind the last one of the kind; false when there
   is none. */
static bool
labels_behind(const struct name *name, bool (*is_one)(struct slice label),
              unsigned *behind)
{
    for (unsigned i = name->labels; i-- > 0;)
        if (is_one(name_label(name, i))) {
            *behind = name->labels - i - 1;
            return true;
        }
    return false;
}

static bool
is_underscored(struct slice label)
{
    return label.n > 0 && label.p[0] == '_';
}

static bool
domain_of(const struct name *owner, struct name *out)
{
    unsigned behind;

    if (!labels_behind(owner, is_underscored, &behind) || behind == 0)
        return false;
    name_suffix(out, owner, behind);
    return true;
}

static bool
place_of(enum nearmissplace place, const struct name *owner,
         const struct name *zone, struct name *out)
{
    unsigned behind;

    switch (place) {
    case NEARMISSPLACE_DOUBLED:
        return name_rebase(out, owner, &name_root, zone) == ST_OK;
    case NEARMISSPLACE_APEX:
        *out = *zone;
        return true;
    case NEARMISSPLACE_DOMAIN:
        return domain_of(owner, out);
    case NEARMISSPLACE_DMARC:
        return labels_behind(owner, is_domainkey, &behind)
               && domain_of(owner, out)
               && name_prepend(out, SLICE("_dmarc"), out) == ST_OK;
    case NEARMISSPLACE_NO_DOMAINKEY:
        return edit_labels(owner, drop_domainkey, out);
    case NEARMISSPLACE_NO_SELECTOR:
        if (!labels_behind(owner, is_domainkey, &behind))
            return false;
        name_suffix(out, owner, behind + 1);
        return true;
    case NEARMISSPLACE_NO_UNDERSCORE:
        return edit_labels(owner, drop_underscore, out);
    case NEARMISSPLACE_COUNT:
        break;
    }
    return false;
}

bool
nearmissplace_name(enum nearmissplace place, const struct name *owner,
                   const struct name *zone, struct name *out)
{
    return place_of(place, owner, zone, out) && !name_equal(out, owner);
}
