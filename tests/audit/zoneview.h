/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests: an analysis run to its end over the text of zone files. */
#ifndef TESTS_AUDIT_ZONEVIEW_H
#define TESTS_AUDIT_ZONEVIEW_H

#include <string.h>

#include "common/dns/engine.h"
#include "common/dns/overlay.h"
#include "common/dns/view.h"
#include "common/dns/zonefile.h"
#include "tests/tap/tap.h"

struct zoneview {
    struct zonefile *zone;         /* what answers */
    struct source *source;         /* out of it */
    struct overlay *overlay;       /* or NULL */
    struct view_settings settings; /* for view_new */
};

/* text may have ";! NAME TYPE OUTCOME" lines; overlay may be NULL. */
static inline void
zoneview_open(struct zoneview *out, const char *text, const char *overlay)
{
    struct zonefile_settings settings = {.faults = true, .ttl = 3600};
    struct error err = ERROR_INIT;

    memset(out, 0, sizeof(*out));
    out->zone = zonefile_new();
    if (zonefile_parse(out->zone, "test", slice_of(text), &settings, &err)
        != ST_OK)
        bail("%s\n%s", err.text, text);
    out->source = zonefile_source(out->zone);
    if (overlay != NULL) {
        out->overlay = overlay_new();
        if (overlay_parse(out->overlay, "overlay", slice_of(overlay), &err)
            != ST_OK)
            bail("%s", err.text);
    }
    out->settings.source = out->source;
    out->settings.overlay = out->overlay;
    out->settings.seed = 7;
}

static inline void
zoneview_close(struct zoneview *view)
{
    source_free(view->source);
    overlay_free(view->overlay);
    zonefile_free(view->zone);
}

#endif
