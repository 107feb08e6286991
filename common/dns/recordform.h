/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which fields the RDATA of each type has: for recordform.c and
   recordparse.c, which stand behind record_present and record_parse. */
#ifndef DNS_RECORDFORM_H
#define DNS_RECORDFORM_H

#include <stdint.h>

/*
 * The fields of a type in order, a letter a field; NULL for a type that is
 * written in the form of RFC 3597 only.
 *
 *   1 2 4  a number of so many octets      x  hexadecimal, a length octet
 *   n      a name                          y  base32hex, a length octet
 *   a 6    an IPv4, an IPv6 address        t  type bitmap, RFC 4034
 *   s      a character-string                 section 4.1.2, to the end
 *   S      character-strings to the end    T  a type
 *   h      hexadecimal to the end          d  a time, RFC 4034 section 3.2
 *   b      base64 to the end               g  a tag, a length octet
 *                                          q  text to the end
 */
const char *recordform_fields(uint16_t type);

#endif
