/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who sent a message, by its trace fields. */
#include "common/message/mailorigin.h"

#include "tests/tap/tap.h"

#define END "From: a@example.com\n\n"

/* clang-format off */

/* "address(field) helo(field) <sender>(field)", "-" for what is not told. */
static const struct {
    const char *name, *text, *wanted;
} rows[] = {
    {"nothing", END, "- - -"},
    {"Received", "Received: from mta.example.net (mta.example.net "
     "[192.0.2.7])\n by mx.example.com with ESMTP; today\n" END,
     "192.0.2.7(Received) mta.example.net(Received) -"},
    {"IPv6", "Received: from mta ([IPv6:2001:db8::7]) by mx\n" END,
     "2001:db8::7(Received) mta(Received) -"},
    {"our own hops are passed over",
     "Received: by 2002:a05:1234 with SMTP id 1\n"
     "Received: from in (in [10.0.0.1]) by mx\n"
     "Received: from mta (mta [192.0.2.7]) by in\n"
     "Received: from evil (evil [203.0.113.9]) by mta\n" END,
     "192.0.2.7(Received) mta(Received) -"},
    {"an address behind by does not count",
     "Received: from mta by mx ([192.0.2.7])\n" END, "- - -"},
    {"Return-Path", "Return-Path: <b@example.net>\n" END,
     "- - <b@example.net>(Return-Path)"},
    {"the null one", "Return-Path: <>\n" END, "- - <>(Return-Path)"},
    {"Received-SPF comes first",
     "Received-SPF: pass (mx: domain of b@example.net) client-ip=192.0.2.7;\n"
     " envelope-from=\"b@example.net\"; helo=mta.example.net;\n"
     "Return-Path: <c@example.org>\n"
     "Received: from x (x [203.0.113.9]) by mx\n" END,
     "192.0.2.7(Received-SPF) mta.example.net(Received-SPF)"
     " <b@example.net>(Received-SPF)"},
    {"an address that is none",
     "Received-SPF: pass client-ip=nonsense; helo=mta\n" END,
     "- mta(Received-SPF) -"},
};

/* clang-format on */

static void
add_taken(struct strbuf *out, const char *text, const char *from)
{
    if (text == NULL)
        strbuf_add_char(out, '-');
    else
        strbuf_addf(out, "%s(%s)", text, from);
}

static void
test_row(size_t i)
{
    struct arena *arena = arena_new();
    struct strbuf seen = STRBUF_INIT, ip = STRBUF_INIT;
    struct mailorigin origin;
    struct mailhead head;

    if (mailhead_read(arena, slice_of(rows[i].text), &head, NULL) != ST_OK)
        bail("%s: no header", rows[i].name);
    origin = mailorigin_read(arena, &head);
    address_present(&origin.ip, &ip);
    add_taken(&seen, ip.n == 0 ? NULL : ip.p, origin.ip_from);
    strbuf_add_char(&seen, ' ');
    add_taken(&seen, origin.helo, origin.helo_from);
    strbuf_add_char(&seen, ' ');
    add_taken(&seen,
              origin.sender == NULL
                  ? NULL
                  : arena_printf(arena, "<%s>", origin.sender),
              origin.sender_from);
    is_string(rows[i].wanted, seen.p, "%s", rows[i].name);
    strbuf_clear(&seen);
    strbuf_clear(&ip);
    arena_free(arena);
}

int
main(void)
{
    plan(sizeof(rows) / sizeof(rows[0]));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        test_row(i);
    return tap_done();
}
