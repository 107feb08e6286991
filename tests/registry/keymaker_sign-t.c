/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing: the Ed25519 vector of RFC 8463 is one of RFC 8032 over a digest;
   what is no key cannot sign.  That RSA signatures verify is shown by
   tests/dkim/dkimsign-t.c. */
#include <string.h>

#include "common/base/digest.h"
#include "common/registry/keymaker.h"
#include "tests/tap/tap.h"

/* RFC 8032 section 7.1 test 1, PKCS#8: the key of RFC 8463 appendix A.1. */
static const char der[] =
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";

int
main(void)
{
    struct strbuf key = STRBUF_INIT, one = STRBUF_INIT, two = STRBUF_INIT;
    struct error err = ERROR_INIT;
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct slice octets = {(char *)digest, sizeof(digest)};

    plan(5);
    digest_sha256(SLICE("abc"), digest);
    digest_base64_decode(slice_of(der), &key, NULL);
    is_int(ST_OK, keymaker_sign(strbuf_slice(&key), octets, &one, &err),
           "Ed25519 signs");
    is_int(64, (long long)one.n, "64 octets");
    keymaker_sign(strbuf_slice(&key), octets, &two, NULL);
    is_octets(one.p, one.n, two.p, two.n, "the same each time (RFC 8032)");
    is_int(ST_DAMAGED, keymaker_sign(SLICE("no key"), octets, &two, &err),
           "no key, no signature");
    is_string("the private key cannot be signed with", err.text, "and why");
    strbuf_wipe(&key);
    strbuf_clear(&one);
    strbuf_clear(&two);
    return tap_done();
}
