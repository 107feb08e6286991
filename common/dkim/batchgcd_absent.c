/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shared prime factors: a build without GMP cannot look for them. */
#include "common/dkim/batchgcd.h"

bool
batchgcd_is_available(void)
{
    return false;
}

enum status
batchgcd_run(struct arena *arena, const struct batchgcd_input *input,
             struct batchgcd_result *out)
{
    (void)arena;
    (void)input;
    *out = (struct batchgcd_result){0};
    return ST_UNSUPPORTED;
}
