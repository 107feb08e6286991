/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fuzz target: any octets as lines of the pipe back-end, or as requests of
   the remote one. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/stunt/pdns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char text[] =
    "example.com 60 IN SOA ns.example.com h.example.com 1 2 3 4 5\n"
    "(?P<s>[^.]+)\\._domainkey\\.(?P<c>[^.]+)\\.example\\.com 60 IN TXT "
    "\"p=${s}${c}\"\n"
    "(?P<c>[^.]+)\\.example\\.com 60 IN MX 10 ${c}.mx.example.com\n";

static struct stuntlive *
open_live(void)
{
    char path[] = "/tmp/fuzz_pdns.XXXXXX";
    struct stuntlive_source source = {.regexdns_path = path};
    struct stuntlive *live = NULL;
    struct error err = ERROR_INIT;
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, text, sizeof(text) - 1) != sizeof(text) - 1
        || stuntlive_open(&source, &live, &err) != ST_OK)
        abort();
    close(fd);
    unlink(path);
    return live;
}

/* Whatever the lines are, each that is answered is answered to its end. */
static void
pipe_lines(struct pdns *pdns, struct slice rest)
{
    struct strbuf out = STRBUF_INIT;
    bool goes_on = pdns_pipe(pdns, SLICE("HELO\t3"), &out);

    while (goes_on && rest.n > 0) {
        size_t end = slice_find(rest, '\n');

        strbuf_cut(&out, 0);
        goes_on = pdns_pipe(pdns, slice_sub(rest, 0, end), &out);
        assert(out.n > 0 && out.p[out.n - 1] == '\n');
        rest = slice_from(rest, end == rest.n ? end : end + 1);
    }
    strbuf_clear(&out);
}

/* The first octet says which protocol. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct stuntlive *live;
    struct slice rest = {(const char *)data + 1, size - 1};
    struct strbuf out = STRBUF_INIT;
    struct pdns *pdns = NULL;

    if (live == NULL)
        live = open_live();
    if (size == 0 || pdns_new(live, &pdns, NULL) != ST_OK)
        return 0;
    if (data[0] % 2 == 0) {
        pipe_lines(pdns, rest);
    } else if (pdns_remote(pdns, rest, &out)) {
        assert(out.n > 0 && out.p[out.n - 1] == '\n');
        assert(memchr(out.p, '\n', out.n) == out.p + out.n - 1);
    }
    pdns_free(pdns);
    strbuf_clear(&out);
    return 0;
}
