/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts as long as those of real keys, in pieces that end where strings do. */
#ifndef TESTS_RECORDS_LONGTEXTS_H
#define TESTS_RECORDS_LONGTEXTS_H

/* clang-format off */

/* The header of a SubjectPublicKeyInfo, and what fills the first string of
   255 octets behind LONG_TAGS. */
#define LONG_TAGS "v=DKIM1; k=rsa; p="
#define LONG_SPKI \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
#define LONG_FIRST \
    "GTd7FguoV8FWnFbB0JxXujr4qqaaABvvLOzAxzXMcU1vsHiQMaRiNTN9Ox98whGcTZ" \
    "c1UWb5fxzpF7STG7nVLe3lARUsRJlNONwktN9ugkZeESG61she/QAqq0nv3Vth1Ls6" \
    "v6+O9JL8ZsoWw/Rxl+IUiTeNUJ+HLRwb8GPJ7KTSJS0Sw5UQsvzU9Kk1v1MIdzu4xC" \
    "xf8Cvgr"
/* The second string: its first octet, and the others. */
#define LONG_256TH \
    "o"
#define LONG_SECOND \
    "Ox9ye17SWjAEVaSZJ0oVeMmLRLTq10V7suW9zrlSaWnPsPW23C/L9WXuHM/G1cON+K" \
    "s9dp4FLfrYb9JF8eF+ItKL/8pcqMKRLd7SUqeaG6nyb229X8YzL7iMa3K8Nsv9/Qt2" \
    "giDIkidQ2iZ+gppCorL4tIDAQAB"

#define LONG_KEY  LONG_SPKI LONG_FIRST LONG_256TH LONG_SECOND
#define LONG_TEXT LONG_TAGS LONG_KEY

/* Four times 255 octets, the 1021st to 1024th, and some more. */
#define LONG_PIECE LONG_SPKI LONG_FIRST "abcdefghijklmnopqr"
#define LONG_1024  LONG_TAGS LONG_SPKI LONG_FIRST LONG_PIECE LONG_PIECE \
    LONG_PIECE "stuv"
#define LONG_4096  LONG_1024 "wxyzABCDEFGH"

/* clang-format on */

#endif
