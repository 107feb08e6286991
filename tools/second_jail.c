/* SPDX-License-Identifier: GPL-3.0-or-later */
/* selkie-second's filter of system calls. */
#include <errno.h>
#include <seccomp.h>
#include <stddef.h>

#include "tools/second.h"

/* Reading, writing, memory and the clock: what computing takes; and uname,
   without which libspf2 aborts.  Anything else ends the process. */
static const int allowed[] = {
    SCMP_SYS(read),          SCMP_SYS(write),      SCMP_SYS(writev),
    SCMP_SYS(brk),           SCMP_SYS(mmap),       SCMP_SYS(munmap),
    SCMP_SYS(mremap),        SCMP_SYS(madvise),    SCMP_SYS(mprotect),
    SCMP_SYS(futex),         SCMP_SYS(time),       SCMP_SYS(gettimeofday),
    SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),  SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),    SCMP_SYS(exit_group), SCMP_SYS(exit),
    SCMP_SYS(rt_sigreturn),  SCMP_SYS(getpid),     SCMP_SYS(sched_yield),
    SCMP_SYS(uname),
};

/* What libraries ask for and do without: refused, not deadly. */
static const int refused[] = {
    SCMP_SYS(openat),
    SCMP_SYS(open),
    SCMP_SYS(socket),
    SCMP_SYS(ioctl),
};

int
second_jail(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int fault = filter == NULL ? -1 : 0;

    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if (fault == 0)
            fault = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        if (fault == 0)
            fault = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES),
                                     refused[i], 0);
    if (fault == 0)
        fault = seccomp_load(filter);
    seccomp_release(filter);
    return fault;
}
