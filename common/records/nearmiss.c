/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record that is nearly right: which of the known mistakes was made. */
#include "common/records/nearmiss.h"

#include <stdlib.h>

#include "common/base/strbuf.h"
#include "common/records/nearmisstext.h"

/* The texts of an answer's TXT records, one after the other. */
static bool
next_text(const struct nearmiss_case *given, const struct answer *answer,
          size_t *i, struct slice *text)
{
    if (answer == NULL || answer->outcome != OUTCOME_FOUND)
        return false;
    while (*i < answer->record_count) {
        const struct record *record = &answer->records[(*i)++];

        if (record->type == RR_TXT) {
            *text = record_text(given->arena, record);
            return true;
        }
    }
    return false;
}

static bool
any_text(const struct nearmiss_case *given, const struct answer *answer,
         bool (*fits)(struct slice found, struct slice expected))
{
    struct slice text;
    size_t i = 0;

    while (next_text(given, answer, &i, &text))
        if (fits(text, given->expected))
            return true;
    return false;
}

/* ---- mistakes within the text, at the right name ---- */

#define TEXT_ROW(name)                                                        \
    static bool name(const struct nearmiss_case *given)                       \
    {                                                                         \
        return given->type == RR_TXT                                          \
               && any_text(given, given->txt, nearmisstext_##name);           \
    }
TEXT_ROW(quotes_kept)
TEXT_ROW(semicolon_escaped)
TEXT_ROW(smart_quotes)
TEXT_ROW(leading_space)
TEXT_ROW(lost_256th)
TEXT_ROW(joined_with_space)
TEXT_ROW(cut_at_255)
TEXT_ROW(cut_at_1024)
TEXT_ROW(cut_elsewhere)
TEXT_ROW(key_type_case)
TEXT_ROW(case_changed)
TEXT_ROW(base64_wrapped)
TEXT_ROW(version_not_first)
TEXT_ROW(two_p_tags)
TEXT_ROW(pkcs1_key)
TEXT_ROW(pem_armour)
TEXT_ROW(bare_key)
TEXT_ROW(private_key)
TEXT_ROW(testing_left)

static bool
same_text(struct slice found, struct slice expected)
{
    return slice_equal(found, expected);
}

static bool
same_key(struct slice found, struct slice expected)
{
    struct slice p = nearmisstext_key(found);

    return p.n > 0 && slice_equal(p, expected);
}

/* Does a text at the owner hold one of the keys? */
static bool
text_holds(const struct nearmiss_case *given, const struct slice *keys,
           size_t count, bool (*fits)(struct slice, struct slice))
{
    struct slice text;

    for (size_t k = 0; k < count; k++) {
        size_t i = 0;

        while (next_text(given, given->txt, &i, &text))
            if (fits(text, keys[k]))
                return true;
    }
    return false;
}

static bool
other_selector(const struct nearmiss_case *given)
{
    return text_holds(given, given->siblings, given->sibling_count, same_text);
}

static bool
former_key(const struct nearmiss_case *given)
{
    return text_holds(given, given->retired, given->retired_count, same_key);
}

static bool
two_records(const struct nearmiss_case *given)
{
    struct slice text;
    size_t i = 0, keys = 0;

    if (given->type != RR_TXT)
        return false;
    while (next_text(given, given->txt, &i, &text))
        keys += nearmisstext_is_kin(text, given->expected) ? 1 : 0;
    return keys > 1;
}

/* ---- the record went to another name ---- */

/* Whatever answer says what was expected: the text, or the target. */
static bool
answer_fits(const struct nearmiss_case *given, const struct answer *answer)
{
    struct name wanted, target;

    if (given->type == RR_TXT)
        return any_text(given, answer, same_text);
    if (given->type != RR_CNAME || answer == NULL
        || name_parse(&wanted, given->expected, NULL) != ST_OK)
        return false;
    for (size_t i = 0; i < answer->record_count; i++)
        if (record_target(&answer->records[i], &target)
            && name_equal(&target, &wanted))
            return true;
    return false;
}

static bool
doubled_suffix(const struct nearmiss_case *given)
{
    return answer_fits(given, given->doubled);
}

static bool
at_apex(const struct nearmiss_case *given)
{
    /* SPF stands at the apex by right. */
    return given->type == RR_TXT && !name_is_host(given->owner)
           && any_text(given, given->apex, same_text);
}

static bool
by_wildcard(const struct nearmiss_case *given)
{
    struct slice found, control;
    size_t i = 0;

    if (given->type != RR_TXT)
        return false;
    while (next_text(given, given->txt, &i, &found)) {
        size_t k = 0;

        while (next_text(given, given->control, &k, &control))
            if (slice_equal(found, control))
                return true;
    }
    return false;
}

/* ---- aliases ---- */

/* The alias at the owner, as a name. */
static bool
alias_at(const struct nearmiss_case *given, struct name *target)
{
    return given->cname != NULL && given->cname->outcome == OUTCOME_FOUND
           && given->cname->record_count > 0
           && record_target(&given->cname->records[0], target);
}

static bool
target_without_dot(const struct nearmiss_case *given)
{
    struct name wanted, target, longer;

    return given->type == RR_CNAME && given->zone != NULL
           && alias_at(given, &target)
           && name_parse(&wanted, given->expected, NULL) == ST_OK
           && name_rebase(&longer, &wanted, &name_root, given->zone) == ST_OK
           && name_equal(&longer, &target);
}

static bool
target_as_text(const struct nearmiss_case *given)
{
    return given->type == RR_CNAME
           && any_text(given, given->txt, nearmisstext_is_target);
}

static bool
key_pasted(const struct nearmiss_case *given)
{
    struct slice text;
    size_t i = 0;

    if (given->type != RR_CNAME)
        return false;
    while (next_text(given, given->txt, &i, &text))
        if (nearmisstext_key(text).n > 0)
            return true;
    return false;
}

static bool
proxied(const struct nearmiss_case *given)
{
    return given->type == RR_CNAME && given->address != NULL
           && given->address->outcome == OUTCOME_FOUND
           && given->address->chain_count == 0;
}

static bool
alias_for_text(const struct nearmiss_case *given)
{
    struct name target;

    return given->type == RR_TXT && alias_at(given, &target);
}

/* A row: what it says, and when it holds. */
struct row {
    struct nearmiss said;                             /* to the user */
    bool (*holds)(const struct nearmiss_case *given); /* is it so? */
};

/* The most telling first: a mistake that explains all of the difference
   stands before one that explains a part. */
static const struct row rows[] = {
    {{"doubled-suffix",
      "the record is at the name with the zone's name twice: the DNS host"
      " adds it by itself",
      "enter the host field without the zone's name at its end"},
     doubled_suffix    },
    {{"target-without-dot",
      "the alias points to its target with the zone's name added: the final"
      " dot is missing",
      "end the target with a dot"},
     target_without_dot},
    {{"target-as-text",
      "a TXT record holds the name that a CNAME should point to",
      "delete the TXT record and make a CNAME of it"},
     target_as_text    },
    {{"pasted-key",
      "a TXT record with a key is there where a CNAME was asked: it will"
      " break at the next rotation",
      "delete the TXT record and publish the CNAME"},
     key_pasted        },
    {{"proxied-cname",
      "the alias is answered with addresses: the DNS host proxies it",
      "switch the proxy off for this name (DNS only)"},
     proxied           },
    {{"private-key", "a PRIVATE key is published: it is lost",
      "delete it at once, and rotate to a new key at a new selector"},
     private_key       },
    {{"quotes-kept", "the quotes of the zone-file form are part of the text",
      "enter the value without quotes"},
     quotes_kept       },
    {{"semicolon-escaped", "backslashes are part of the text before ';'",
      "enter the value without backslashes"},
     semicolon_escaped },
    {{"smart-quotes",
      "typographic characters are part of the text: it went through a word"
      " processor or a mail",
      "copy the value from the plain text form"},
     smart_quotes      },
    {{"leading-space", "blanks stand before or behind the text",
      "delete the blanks at both ends of the value"},
     leading_space     },
    {{"lost-256th",
      "the 256th character is missing: a tool split the text"
      " and lost one",
      "split the text into strings of 255 without losing any, or enter it"
      " whole"},
     lost_256th        },
    {{"joined-with-space",
      "blanks stand inside the text where it was split into strings",
      "enter the strings so that they join without a blank, or as one value"},
     joined_with_space },
    {{"truncated-255", "the text was cut at 255 characters",
      "enter it as two quoted strings, or use a DNS host that does"},
     cut_at_255        },
    {{"truncated-1024", "the text was cut at 1024 characters",
      "use a shorter key (RSA 2048), or a CNAME to where it is published"},
     cut_at_1024       },
    {{"truncated", "the text is cut short",
      "enter it again, to its last character"},
     cut_elsewhere     },
    {{"key-type-case", "k= is not in lower case, which verifiers compare",
      "write k=rsa or k=ed25519"},
     key_type_case     },
    {{"case-changed",
      "letters have changed their case: base64 tells them"
      " apart",
      "enter the value again, by copying it"},
     case_changed      },
    {{"base64-wrapped", "line breaks or blanks are inside the key",
      "enter the value as one line"},
     base64_wrapped    },
    {{"version-not-first", "v=DKIM1 is not the first tag",
      "put v=DKIM1 in front"},
     version_not_first },
    {{"two-p-tags", "p= stands twice in one record",
      "keep one p=, the one expected"},
     two_p_tags        },
    {{"pkcs1-key", "the key is in PKCS #1 form, which many verifiers refuse",
      "publish it as SubjectPublicKeyInfo, as expected"},
     pkcs1_key         },
    {{"pem-armour", "the BEGIN and END lines of a key file are in the text",
      "publish only the record as expected"},
     pem_armour        },
    {{"bare-key", "only the base64 of the key is published, without p=",
      "publish the whole record, from v=DKIM1 on"},
     bare_key          },
    {{"testing-left", "t=y is left in: receivers treat mail as unsigned",
      "delete t=y"},
     testing_left      },
    {{"other-selector",
      "the record of another selector is published here: they are swapped",
      "publish each record at its own selector"},
     other_selector    },
    {{"former-key", "the key that was replaced is still published",
      "publish the present key"},
     former_key        },
    {{"two-records", "two records of the same kind are at one name",
      "delete the one that is not expected"},
     two_records       },
    {{"alias-for-text", "an alias is there where a TXT record was asked",
      "delete the CNAME and publish the TXT record"},
     alias_for_text    },
    {{"at-apex", "the record is at the zone's own name",
      "move it to the name shown"},
     at_apex           },
    {{"wildcard",
      "a wildcard answers for this name: the record itself is"
      " missing",
      "publish the record; and narrow the wildcard"},
     by_wildcard       },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

const struct nearmiss *
nearmiss_find(const struct nearmiss_case *given)
{
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].holds(given))
            return &rows[i].said;
    return NULL;
}

const struct nearmiss *
nearmiss_row(size_t i)
{
    return i < ROW_COUNT ? &rows[i].said : NULL;
}
