/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published text differs from the expected one, octet by octet. */
#ifndef RECORDS_NEARMISSTEXT_H
#define RECORDS_NEARMISSTEXT_H

#include <stdbool.h>

#include "common/base/slice.h"

/*
 * Each: is found what became of expected by that one mistake, and is it not
 * the same?  Texts are joined TXT data of up to 64 KB; all are linear in
 * their lengths.
 */
bool nearmisstext_quotes_kept(struct slice found, struct slice expected);
bool nearmisstext_semicolon_escaped(struct slice found, struct slice expected);
bool nearmisstext_smart_characters(struct slice found, struct slice expected);
bool nearmisstext_blanks_around(struct slice found, struct slice expected);
bool nearmisstext_lost_256th(struct slice found, struct slice expected);
bool nearmisstext_joined_with_space(struct slice found, struct slice expected);
bool nearmisstext_out_of_order(struct slice found, struct slice expected);
bool nearmisstext_case_changed(struct slice found, struct slice expected);

/* Beginnings of expected: of a string's length (a little less where the tool
   counted its quotes); of 1,024 octets, likewise; that end inside a word or
   value; that end where a tag or term does.  And its end alone. */
bool nearmisstext_cut_at_255(struct slice found, struct slice expected);
bool nearmisstext_cut_at_1024(struct slice found, struct slice expected);
bool nearmisstext_cut_inside(struct slice found, struct slice expected);
bool nearmisstext_end_left_out(struct slice found, struct slice expected);
bool nearmisstext_beginning_lost(struct slice found, struct slice expected);

/* Is found a line of a zone file, with a text of expected's kind in it? */
bool nearmisstext_whole_line(struct slice found, struct slice expected);

/* Is found the name that an alias should point to ("a.b."), as text? */
bool nearmisstext_is_target(struct slice found, struct slice expected);

#endif
