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
     "Received: from x (x [192.0.2.7]) by mx\n" END,
     "192.0.2.7(Received-SPF) mta.example.net(Received-SPF)"
     " <b@example.net>(Received-SPF)"},
    {"but not below the hop from outside",
     "Return-Path: <c@example.org>\n"
     "Received: from x (x [203.0.113.9]) by mx\n"
     "Received-SPF: pass client-ip=203.0.113.9; envelope-from=b@example.net;"
     " helo=mta.example.net\n" END,
     "203.0.113.9(Received) x(Received) <c@example.org>(Return-Path)"},
    {"nor with another address than that hop's",
     "Received-SPF: pass client-ip=192.0.2.7; envelope-from=b@example.net;"
     " helo=mta.example.net\n"
     "Return-Path: <c@example.org>\n"
     "Received: from x (x [203.0.113.9]) by mx\n" END,
     "203.0.113.9(Received) x(Received) <c@example.org>(Return-Path)"},
    {"a key in a comment or in quotes",
     "Received-SPF: pass (x client-ip=192.0.2.1 helo=evil)"
     " envelope-from=\"a b; client-ip=192.0.2.2 \";\n"
     " client-ip=192.0.2.7; helo=mta\n" END,
     "192.0.2.7(Received-SPF) mta(Received-SPF)"
     " <a b; client-ip=192.0.2.2 >(Received-SPF)"},
    {"Postfix: HELO with an address",
     "Received: from [192.0.2.1] (unknown [198.51.100.9])\n\tby mx (x)\n" END,
     "198.51.100.9(Received) [192.0.2.1](Received) -"},
    {"a host whose name begins with helo",
     "Received: from [192.0.2.1] (helo.example [198.51.100.9]) by mx\n" END,
     "198.51.100.9(Received) [192.0.2.1](Received) -"},
    {"qmail",
     "Received: from unknown (HELO [192.0.2.1]) (198.51.100.9) by mx\n" END,
     "198.51.100.9(Received) unknown(Received) -"},
    {"qmail with ident",
     "Received: from unknown (HELO [192.0.2.1]) (j@198.51.100.9) by mx\n" END,
     "198.51.100.9(Received) unknown(Received) -"},
    {"Exim",
     "Received: from [198.51.100.9] (helo=[192.0.2.1]) by mx\n" END,
     "198.51.100.9(Received) [198.51.100.9](Received) -"},
    {"Exim, of a host with a name",
     "Received: from x ([198.51.100.9]:25 helo=[192.0.2.1]) by mx\n" END,
     "198.51.100.9(Received) x(Received) -"},
    {"a client that says it is by",
     "Received: from by (x [198.51.100.9]) by mx\n"
     "Received: from evil (evil [192.0.2.1]) by mta\n" END,
     "198.51.100.9(Received) by(Received) -"},
    {"behind a folded by",
     "Received: from mta\n\tby mx ([192.0.2.7])\n" END, "- - -"},
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
