/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a published text differs from the expected one: one question each. */
#ifndef RECORDS_NEARMISSTEXT_H
#define RECORDS_NEARMISSTEXT_H

#include <stdbool.h>

#include "common/base/slice.h"

/* Each: is found what became of expected by that one mistake?  Texts are
   joined TXT data of up to 64 KB; all are linear in their lengths. */
bool nearmisstext_quotes_kept(struct slice found, struct slice expected);
bool nearmisstext_semicolon_escaped(struct slice found, struct slice expected);
bool nearmisstext_smart_quotes(struct slice found, struct slice expected);
bool nearmisstext_leading_space(struct slice found, struct slice expected);
bool nearmisstext_lost_256th(struct slice found, struct slice expected);
bool nearmisstext_joined_with_space(struct slice found, struct slice expected);
bool nearmisstext_cut_at_255(struct slice found, struct slice expected);
bool nearmisstext_cut_at_1024(struct slice found, struct slice expected);
bool nearmisstext_cut_elsewhere(struct slice found, struct slice expected);
bool nearmisstext_key_type_case(struct slice found, struct slice expected);
bool nearmisstext_case_changed(struct slice found, struct slice expected);
bool nearmisstext_base64_wrapped(struct slice found, struct slice expected);
bool nearmisstext_version_not_first(struct slice found, struct slice expected);
bool nearmisstext_two_p_tags(struct slice found, struct slice expected);
bool nearmisstext_pkcs1_key(struct slice found, struct slice expected);
bool nearmisstext_pem_armour(struct slice found, struct slice expected);
bool nearmisstext_bare_key(struct slice found, struct slice expected);
bool nearmisstext_private_key(struct slice found, struct slice expected);
bool nearmisstext_testing_left(struct slice found, struct slice expected);

/* Is found the name that an alias should point to, as text? */
bool nearmisstext_is_target(struct slice found, struct slice expected);

/* The value of p= in a key record, without blanks around; empty: none. */
struct slice nearmisstext_key(struct slice text);

/* Are both of a kind: do they begin with the same "v=..." word? */
bool nearmisstext_is_kin(struct slice found, struct slice expected);

#endif
