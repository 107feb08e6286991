/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The value of p=: from base64 to a key, and all the ways it goes wrong.
   For dkimkey.c. */
#ifndef DKIM_KEYDATA_H
#define DKIM_KEYDATA_H

#include "common/dkim/dkimkey.h"

/* A record while it is being parsed. */
struct dkimkey_build {
    struct arena *arena;          /* where all goes */
    struct dkimkey *key;          /* the result */
    struct dkimkey_fault *faults; /* found so far */
    size_t count;                 /* of them */
    bool is_invalid;              /* one of them spoils the key */
    bool has_k;                   /* k= is there */
    const struct slice *strings;  /* of the record */
    size_t string_count;          /* of them */
    struct dkimkey_fault spare;   /* one fault too many */
};

/* Note a fault in a part of the text, to be filled in further; detail is
   borrowed.  Beyond DKIMKEY_FAULTS_MAX it is kept nowhere. */
struct dkimkey_fault *dkimkey_note(struct dkimkey_build *build,
                                   enum dkimkey_fault_kind kind,
                                   struct slice part, const char *detail);

/* Read key->p (not empty) into key->material, noting what is wrong.  The
   type is known already. */
void keydata_read(struct dkimkey_build *build);

#endif
