/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the program that runs lies, for what is installed beside it. */
#ifndef TOOLS_OWNFOLDER_H
#define TOOLS_OWNFOLDER_H

#include "common/base/strbuf.h"

/* Append it without a slash at the end; nothing when it is not known. */
void ownfolder_add(struct strbuf *folder);

#endif
