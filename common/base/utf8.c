/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 (RFC 3629) read one character at a time. */
#include "common/base/utf8.h"

/* A leading octet says how many follow, and what the result must reach so
   that each character has one form only. */
static const struct lead {
    unsigned char mask; /* bits of the octet that tell the length */
    unsigned char bits; /* what they are */
    unsigned char n;    /* octets in all */
    uint32_t least;     /* first character that needs that many */
} leads[] = {
    {0x80, 0x00, 1, 0      },
    {0xe0, 0xc0, 2, 0x80   },
    {0xf0, 0xe0, 3, 0x800  },
    {0xf8, 0xf0, 4, 0x10000},
};

size_t
utf8_decode(struct slice text, uint32_t *code)
{
    const unsigned char *p = (const unsigned char *)text.p;

    for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
        const struct lead *lead = &leads[i];
        uint32_t c = p[0] & (unsigned char)~lead->mask;

        if ((p[0] & lead->mask) != lead->bits)
            continue;
        if (text.n < lead->n)
            return 0;
        for (size_t k = 1; k < lead->n; k++) {
            if ((p[k] & 0xc0) != 0x80)
                return 0;
            c = c << 6 | (p[k] & 0x3f);
        }
        if (c < lead->least || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            return 0;
        *code = c;
        return lead->n;
    }
    return 0;
}
