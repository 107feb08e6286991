/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie querylog: which networks fetched which key, first and last. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/diag.h"
#include "common/stunt/stuntlog.h"
#include "tools/cmd.h"

struct querylog_options {
    const char *under; /* --under */
};

static const struct querylog_options querylog_defaults;

static const struct opt_def querylog_options[] = {
    OPT_TEXT(0, "under", struct querylog_options, under, "NAME",
             "only names at or below NAME: a customer's, or one key's"),
    OPT_END,
};

static void
print_row(void *context, const struct stuntlog_row *row)
{
    struct strbuf name = STRBUF_INIT;
    char network[INET6_ADDRSTRLEN] = "", first[CLOCK_TEXT_SIZE];
    char last[CLOCK_TEXT_SIZE];
    uint8_t octets[16] = {0};

    (void)context;
    memcpy(octets, row->network, row->bits / 8u);
    inet_ntop(row->bits == STUNTLOG_BITS_V4 ? AF_INET : AF_INET6, octets,
              network, sizeof(network));
    name_present(&row->name, &name);
    clock_text(row->first, first);
    clock_text(row->last, last);
    printf("%s %s/%u %llu %s %s\n", name.p, network, row->bits,
           (unsigned long long)row->count, first, last);
    strbuf_clear(&name);
}

static enum exit_status
querylog_run(struct context *context)
{
    const struct querylog_options *options = context->options;
    struct error err = ERROR_INIT;
    struct name under;
    uint64_t lost;
    enum status st;

    if (options->under != NULL
        && name_parse(&under, slice_of(options->under), &err) != ST_OK)
        return cmd_usage(context, "%s", err.text);
    st = stuntlog_read(context->operands[0],
                       options->under == NULL ? NULL : &under, print_row, NULL,
                       &lost, &err);
    if (lost > 0)
        diag_warning("%llu questions came too fast to be noted",
                     (unsigned long long)lost);
    return st == ST_OK ? EXIT_GOOD : cmd_failed(&err);
}

const struct command cmd_querylog = {
    .name = "querylog",
    .synopsis = "[options] FILE",
    .summary = "show which networks fetched which key",
    .about = "Reads what selkie serve --query-log wrote: a line a key and "
             "network, with the number of answers, the first time and the "
             "last.  Is an old key still asked for?",
    .examples = "selkie querylog /var/lib/selkie/queries\n"
                "selkie querylog --under k1._domainkey.snufkin.example.com "
                "queries",
    .options = querylog_options,
    .defaults = &querylog_defaults,
    .options_size = sizeof(querylog_defaults),
    .operands_least = 1,
    .operands_most = 1,
    .run = querylog_run,
};
