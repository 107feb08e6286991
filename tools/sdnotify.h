/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Word to the service manager, by the protocol of sd_notify(3). */
#ifndef TOOLS_SDNOTIFY_H
#define TOOLS_SDNOTIFY_H

/* Send state ("READY=1") to where NOTIFY_SOCKET says, if it is set; what
   cannot be sent is lost, as it is for every service. */
void sdnotify(const char *state);

#endif
