/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Private keys at rest: AES-256-GCM under a key outside the workspace. */
#ifndef REGISTRY_SEAL_H
#define REGISTRY_SEAL_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/slice.h"
#include "common/base/status.h"
#include "common/base/strbuf.h"
#include "common/registry/keymaker.h"

struct seal; /* a sealing key in memory that no core dump holds */

/* A registry's UUID in text and its NUL. */
#define UUID_SIZE 37
/* A random (version 4) UUID, RFC 9562 section 5.4, in lower case. */
void seal_uuid(char out[UUID_SIZE]);

/*
 * Where the sealing key of that registry lives: UUID.seal in the folder
 * SELKIE_SEAL_DIR names, else in /etc/selkie for root, else in
 * $XDG_CONFIG_HOME/selkie or ~/.config/selkie.  ST_NOT_FOUND when there is
 * no such folder to name (no HOME).
 */
enum status seal_path(const char *uuid, struct strbuf *out, struct error *err);

/*
 * Make a sealing key: a new file of mode 0600, its folder (0700) made when
 * missing.  ST_EXISTS when it is there: it is never replaced.
 */
enum status seal_create(const char *uuid, struct error *err);

/*
 * Read the sealing key.  ST_DENIED with one clear line when the file is
 * missing, belongs to somebody else than the caller or root, or can be read
 * by others; ST_DAMAGED when it holds no sealing key.  From here on the
 * process leaves no core dump.
 */
enum status seal_load(const char *uuid, struct seal **out, struct error *err);
/* From text (a credential, a command's output): base64 of 32 octets, white
   space around it allowed.  name stands for the source in sentences. */
enum status seal_from_text(const char *name, struct slice text,
                           struct seal **out, struct error *err);
/* Cleanse and end it; NULL is allowed. */
void seal_free(struct seal *seal);

/* Which sealing key it is: 16 hexadecimal digits that tell nothing of it. */
#define SEAL_ID_SIZE 17
const char *seal_id(const struct seal *seal);

/* What a sealed key is bound to: opened only under the very same. */
struct seal_subject {
    const char *registry;         /* UUID */
    int64_t key;                  /* its number in the registry */
    const char *domain;           /* signing domain, "" in the key pool */
    const char *selector;         /* "" in the key pool */
    enum key_algorithm algorithm; /* of the key */
};

/*
 * Seal plain: appends to sealed a format octet, the sealing key's id (8
 * octets), a random nonce (12), the ciphertext and the tag (16).
 */
enum status seal_wrap(const struct seal *seal,
                      const struct seal_subject *subject, struct slice plain,
                      struct strbuf *sealed, struct error *err);
/*
 * Open sealed into plain, which is empty and which the caller wipes.
 * ST_DENIED when it was sealed with another sealing key; ST_DAMAGED when it
 * is not what was sealed for that subject; ST_NEWER for an unknown format.
 */
enum status seal_unwrap(const struct seal *seal,
                        const struct seal_subject *subject,
                        struct slice sealed, struct strbuf *plain,
                        struct error *err);

#endif
