/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key pairs for tests: read from files, in the place of slow new ones. */
#ifndef TESTS_TESTKEYS_H
#define TESTS_TESTKEYS_H

#include "common/registry/keymaker.h"

/*
 * A source that hands out the key pairs of tests/keys/rsa2048.txt and
 * ed25519.txt in turn, over and over; their private halves are public, so
 * only test programs may link it.  Another size than 2048 is made anew.
 * Bails out of the test when the files cannot be read.
 */
const struct key_source *testkeys_source(void);

#endif
