/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Profiles by name: the files of share/profiles, wherever they were put. */
#ifndef TOOLS_PROFILES_H
#define TOOLS_PROFILES_H

#include "common/findings/profile.h"

/*
 * What --profile says: the name of a profile that comes with selkie, or a
 * file.  A word without '/' and '.' is a name where there is a profile of
 * that name: in the folder of SELKIE_PROFILES when that is set, else where
 * selkie was installed or built.  Statuses as profile_read; where there is
 * neither, the sentence lists the names.
 */
enum status profiles_read(struct profile *profile, const char *word,
                          struct error *err);

#endif
