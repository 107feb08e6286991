/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie rotate preflight, switch and retire: the steps that DNS decides. */
#include "tools/rotategate.h"

static const struct rotategate_options rotategate_defaults;

#define OPT_ALL                                                               \
    OPT_FLAG('a', "all", struct rotategate_options, all,                      \
             "every customer with such keys")
#define OPT_QUEUE                                                             \
    OPT_TEXT(0, "queue-life", struct rotategate_options, queue, "DURATION",   \
             "longest that mail waits in queues; default 7d")
#define OPT_DRY                                                               \
    OPT_FLAG('n', "dry-run", struct rotategate_options, dry_run,              \
             "only say whether it would be safe")

static const struct opt_def preflight_options[] = {OPT_ALL, OPT_END};
static const struct opt_def step_options[] = {OPT_ALL, OPT_QUEUE, OPT_DRY,
                                              OPT_END};

static enum exit_status
preflight_run(struct context *context)
{
    return rotategate_run(context, context->options, ROTATEGATE_LOOK);
}

static enum exit_status
switch_run(struct context *context)
{
    return rotategate_run(context, context->options, ROTATEGATE_SWITCH);
}

static enum exit_status
retire_run(struct context *context)
{
    return rotategate_run(context, context->options, ROTATEGATE_RETIRE);
}

const struct command cmd_rotate_preflight = {
    .name = "rotate preflight",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "may signers use the new keys now?",
    .about = "Asks every authoritative server for the new keys and for those "
             "that they replace.  Exit status: 0 it is safe, 1 it is not, 3 "
             "it cannot be told; and from when on it is safe.",
    .examples = "selkie rotate preflight snufkin --format json",
    .options = preflight_options,
    .defaults = &rotategate_defaults,
    .options_size = sizeof(rotategate_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NEED_WORKSPACE,
    .operands_most = -1,
    .run = preflight_run,
};

const struct command cmd_rotate_switch = {
    .name = "rotate switch",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "let signers use the new keys that are safe to use",
    .about = "Looks as 'rotate preflight' does.  Each new key that is safe "
             "becomes active, and the one that it replaces retiring; all "
             "others stay as they are.  Exit status: 0 all were safe, 1 one "
             "is not, 3 one cannot be told.",
    .examples = "selkie rotate switch --all",
    .options = step_options,
    .defaults = &rotategate_defaults,
    .options_size = sizeof(rotategate_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NEED_WORKSPACE,
    .operands_most = -1,
    .run = switch_run,
};

const struct command cmd_rotate_retire = {
    .name = "rotate retire",
    .synopsis = "[options] CUSTOMER... | --all",
    .summary = "take away old keys that no mail needs any more",
    .about = "Each key that signers have left for longer than mail waits in "
             "queues and caches keep its record is retired, if its successor "
             "is at every authoritative server: its record goes, and its "
             "private half is erased.  Exit status: 0 all were safe, 1 one is "
             "not, 3 one cannot be told.",
    .examples = "selkie rotate retire --all",
    .options = step_options,
    .defaults = &rotategate_defaults,
    .options_size = sizeof(rotategate_defaults),
    .needs = NEED_DNS | NEED_OUTPUT | NEED_WORKSPACE,
    .operands_most = -1,
    .run = retire_run,
};
