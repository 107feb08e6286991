/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole message for a whole message, without allocation. */
#ifndef STUNT_STUNTMESSAGE_H
#define STUNT_STUNTMESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/stunt/stuntanswer.h"
#include "common/template/template.h"

/* Octets over UDP: without EDNS (RFC 1035 section 2.3.4), and at most with it
   (RFC 9715 section 3.2), which is also the size we announce. */
#define STUNTMESSAGE_PLAIN_MAX 512
#define STUNTMESSAGE_UDP_MAX   1232
/* And over TCP. */
#define STUNTMESSAGE_MAX       65535

struct stunt_query {
    const uint8_t *octets; /* as it came */
    size_t size;           /* of them */
    bool tcp;              /* how it came */
};

/*
 * Answer a query: header and question checked by hand, EDNS version 0, TC
 * when it does not fit, case of the question kept.  FORMERR for what cannot
 * be read or has not one question, NOTIMP for another opcode, BADVERS,
 * REFUSED for another class, AXFR and IXFR.  out has room for STUNTMESSAGE_MAX
 * octets, STUNTMESSAGE_UDP_MAX where it did not come by TCP.  Returns the
 * octets written, 0 for what deserves no answer (too short for a header, a
 * response).
 */
size_t stuntmessage_answer(const struct template *template,
                           const struct template_binder *binder,
                           const struct stunt_query *query,
                           struct stunt_result *scratch, uint8_t *out);

#endif
