/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading resolv.conf(5) as the C library does. */
#include "common/dns/resolvconf.h"

#include "common/base/file.h"
#include "common/base/strbuf.h"

#define PORT_DNS 53

/* Blanks may be spaces or tabs, any number of them. */
static bool
next_word(struct slice *rest, struct slice *word)
{
    size_t n = 0;

    *rest = slice_trim(*rest);
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    *word = slice_sub(*rest, 0, n);
    *rest = slice_from(*rest, n);
    return word->n > 0;
}

static void
add_server(struct slice text, struct resolvconf *conf)
{
    struct address *address = &conf->servers[conf->count];

    if (conf->count == RESOLVCONF_SERVERS_MAX
        || address_parse(address, text, NULL) != ST_OK)
        return;
    if (address->port == 0)
        address->port = PORT_DNS;
    conf->count++;
}

static void
read_line(struct slice line, struct resolvconf *conf)
{
    struct slice word;

    if (!next_word(&line, &word))
        return;
    if (slice_equal(word, SLICE("nameserver"))) {
        if (next_word(&line, &word))
            add_server(word, conf);
    } else if (slice_equal(word, SLICE("options"))) {
        while (next_word(&line, &word))
            if (slice_equal(word, SLICE("trust-ad")))
                conf->trust_ad = true;
    }
}

void
resolvconf_parse(struct slice text, struct resolvconf *conf)
{
    struct slice line;

    *conf = (struct resolvconf){0};
    while (slice_next(&text, '\n', &line))
        read_line(line, conf);
}

void
resolvconf_read(const char *path, struct resolvconf *conf)
{
    struct strbuf text = STRBUF_INIT;

    *conf = (struct resolvconf){0};
    if (file_read(path, RESOLVCONF_SIZE_MAX, &text, NULL) == ST_OK)
        resolvconf_parse(strbuf_slice(&text), conf);
    strbuf_clear(&text);
}
