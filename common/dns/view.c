/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One subject's pinned answers, its budget, and the present run. */
#include "common/dns/view.h"

#include <stdlib.h>

#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/base/strbuf.h"
#include "common/base/table.h"
#include "common/dns/overlay.h"
#include "common/dns/recording.h"

/* Extended errors that mean "DNSSEC fails": RFC 8914 sections 4.7 to 4.13. */
#define EDE_BOGUS_FIRST 6
#define EDE_BOGUS_LAST  12

/*
 * An overlay makes two answers of one question: what the source says, and
 * what the analysis sees.  Each has an entry of its own; without an overlay
 * there are only those above.
 */
enum layer { LAYER_SEEN, LAYER_BELOW };

/* Something parsed from an answer: see view_memo. */
struct memo {
    const struct answer *answer; /* it was parsed from */
    const void *key;             /* whose it is */
    void *value;                 /* in the pinned arena */
    struct memo *next;           /* of the same entry */
};

/* A question and what is known about it. */
struct entry {
    struct question question;    /* as asked */
    const struct answer *answer; /* pinned, or NULL */
    const struct answer *bogus;  /* answer, as BOGUS; NULL until needed */
    bool sent;                   /* the source has it */
    size_t counted;              /* last run that asked it */
    size_t pending;              /* last run that found it pending */
    struct memo *memos;          /* newest first */
};

struct view {
    struct view_settings settings; /* as given, the limit filled in */
    const char *subject;           /* in pinned */
    struct arena *pinned;          /* lives as long as the view */
    struct arena *present;         /* lives as long as the run */
    struct table *entries;         /* struct entry by question and layer */
    struct table *answers;         /* struct entry by address of answer */
    struct strbuf key;             /* of the entry looked for: reused */
    struct entry *latest;          /* asked last; NULL: none yet */
    struct entry **order;          /* in present: asked by this run */
    size_t asked;                  /* of them */
    size_t pending;                /* of them, found pending by this run */
    size_t run;                    /* number of the run, from 1 */
    size_t news;                   /* delivered since it began */
    size_t outstanding;            /* sent and not answered */
    bool closed;                   /* nothing more is asked */
};

static const struct answer answer_pending = {.outcome = OUTCOME_PENDING,
                                             .rcode = ANSWER_NO_RCODE,
                                             .ede = -1,
                                             .server = ""};

#define NOT_ASKED(why)                                                        \
    {                                                                         \
        .outcome = OUTCOME_REFUSED, .rcode = ANSWER_NO_RCODE, .ede = -1,      \
        .server = "", .problem = "not asked: " why                            \
    }
static const struct answer answer_over_limit =
    NOT_ASKED("too many questions about one subject");
static const struct answer answer_resolvers_only =
    NOT_ASKED("this run asks only resolvers");

struct view *
view_new(const struct view_settings *settings, const char *subject)
{
    struct view *view = memory_zeroed(1, sizeof(*view));

    view->settings = *settings;
    if (view->settings.question_limit == 0)
        view->settings.question_limit = VIEW_QUESTIONS_MAX;
    view->pinned = arena_new();
    view->present = arena_new();
    view->entries = table_new();
    view->answers = table_new();
    view->key = (struct strbuf)STRBUF_INIT;
    view->subject = arena_text(view->pinned, slice_of(subject));
    view_begin(view);
    return view;
}

void
view_free(struct view *view)
{
    const struct source *source;

    if (view == NULL)
        return;
    source = view->settings.source;
    if (source->ops->forget != NULL)
        source->ops->forget(view->settings.source, view);
    strbuf_clear(&view->key);
    table_free(view->answers);
    table_free(view->entries);
    arena_free(view->present);
    arena_free(view->pinned);
    free(view);
}

void
view_begin(struct view *view)
{
    arena_reset(view->present);
    view->order = NULL;
    view->asked = 0;
    view->pending = 0;
    view->news = 0;
    view->run++;
}

void
view_close(struct view *view)
{
    view->closed = true;
}

static struct slice
make_key(struct view *view, const struct question *question, enum layer layer)
{
    question_key(question, &view->key);
    strbuf_add_char(&view->key, (char)layer);
    return strbuf_slice(&view->key);
}

static struct entry *
entry_get(struct view *view, const struct question *question, enum layer layer)
{
    struct slice key = make_key(view, question, layer);
    struct entry *entry = table_get(view->entries, key);

    if (entry == NULL) {
        entry = ARENA_NEW(view->pinned, struct entry);
        entry->question = *question;
        table_put(view->entries, key, entry);
    }
    return entry;
}

/* Tables are keyed by octets: those of the pointer itself. */
static struct slice
address_key(const struct answer *const *answer)
{
    return (struct slice){(const char *)answer, sizeof(*answer)};
}

static struct entry *
entry_in_table(const struct view *view, const struct answer *answer)
{
    return table_get(view->answers, address_key(&answer));
}

static struct entry *
entry_of(const struct view *view, const struct answer *answer)
{
    /* Mostly it is about the answer that has just been given.  Not under an
       overlay, where an answer may belong to the entry below. */
    if (view->latest != NULL && view->latest->answer == answer
        && view->settings.overlay == NULL)
        return view->latest;
    return entry_in_table(view, answer);
}

static void
pin(struct view *view, struct entry *entry, const struct answer *answer)
{
    entry->answer = answer;
    /* The answer seen may be the one below: that entry keeps it. */
    if (entry_in_table(view, answer) == NULL)
        table_put(view->answers, address_key(&answer), entry);
}

static void
pin_from_source(struct view *view, struct entry *entry,
                const struct answer *answer)
{
    pin(view, entry, answer_copy(view->pinned, answer));
    if (view->settings.recorder != NULL)
        recorder_add(view->settings.recorder, &entry->question, entry->answer);
}

static enum layer
source_layer(const struct view *view)
{
    return view->settings.overlay == NULL ? LAYER_SEEN : LAYER_BELOW;
}

/* Counted as sent before the source is called: it may deliver at once. */
static void
send_to_source(struct view *view, struct entry *entry)
{
    struct source *source = view->settings.source;
    const struct answer *answer;

    entry->sent = true;
    view->outstanding++;
    answer = source->ops->ask(source, view, &entry->question);
    if (answer == NULL || entry->answer != NULL)
        return;
    view->outstanding--;
    pin_from_source(view, entry, answer);
}

static const struct answer *
entry_ask_source(struct view *view, struct entry *entry)
{
    if (entry->answer == NULL && view->closed)
        return &answer_over_limit;
    if (entry->answer == NULL && !entry->sent)
        send_to_source(view, entry);
    return entry->answer == NULL ? &answer_pending : entry->answer;
}

const struct answer *
view_ask_below(struct view *view, const struct question *question)
{
    return entry_ask_source(view,
                            entry_get(view, question, source_layer(view)));
}

static const struct answer *
entry_ask_overlay(struct view *view, struct entry *entry)
{
    const struct answer *answer;

    if (entry->answer != NULL)
        return entry->answer;
    answer = overlay_ask(view->settings.overlay, view, &entry->question);
    if (answer == NULL)
        answer = view_ask_below(view, &entry->question);
    if (answer->outcome != OUTCOME_PENDING && !view->closed)
        pin(view, entry, answer);
    return answer;
}

/* Counts the first time that this run asks it.  What an overlay asks below
   on its way is not counted: a later run, for which the answer is pinned,
   would not ask it, and limits must fall alike in every run. */
static bool
count_question(struct view *view, struct entry *entry)
{
    if (entry->counted == view->run)
        return true;
    if (view->asked >= view->settings.question_limit)
        return false;
    entry->counted = view->run;
    view->order = arena_grow(view->present, view->order, view->asked,
                             sizeof(struct entry *));
    view->order[view->asked++] = entry;
    return true;
}

/* A question over the limit leaves no entry behind: there is no end to what
   a hostile record may name. */
static struct entry *
entry_counted(struct view *view, const struct question *question)
{
    struct entry *entry;

    if (view->asked >= view->settings.question_limit)
        entry = table_get(view->entries, make_key(view, question, LAYER_SEEN));
    else
        entry = entry_get(view, question, LAYER_SEEN);
    if (entry == NULL || !count_question(view, entry))
        return NULL;
    return entry;
}

/* Not taken back when the answer comes while the run still goes on: what
   rests on it is pending all the same. */
static void
count_pending(struct view *view, struct entry *entry)
{
    if (entry->pending == view->run)
        return;
    entry->pending = view->run;
    view->pending++;
}

const struct answer *
view_ask(struct view *view, const struct question *question)
{
    const struct answer *answer;
    struct entry *entry;

    if (view->settings.resolvers_only && question->server.family != 0
        && !question->rd)
        return &answer_resolvers_only;
    entry = view->latest = entry_counted(view, question);
    if (entry == NULL)
        return &answer_over_limit;
    answer = view->settings.overlay != NULL ? entry_ask_overlay(view, entry)
                                            : entry_ask_source(view, entry);
    if (answer->outcome == OUTCOME_PENDING)
        count_pending(view, entry);
    return answer;
}

/* The root is signed: a resolver that validates says so of its SOA.  (AD of
   one that is not believed says nothing here either.) */
static const struct answer *
ask_root(struct view *view)
{
    struct question question = question_recursive(&name_root, RR_SOA);

    question.dnssec_ok = true;
    return view_ask(view, &question);
}

static const struct answer *
as_bogus(struct view *view, const struct answer *answer)
{
    struct entry *entry = entry_of(view, answer);
    struct answer *bogus;

    if (entry->bogus != NULL)
        return entry->bogus;
    bogus = ARENA_NEW(view->pinned, struct answer);
    *bogus = *answer;
    bogus->outcome = OUTCOME_BOGUS;
    if (bogus->problem == NULL)
        bogus->problem = "a validating resolver finds DNSSEC broken";
    entry->bogus = bogus;
    table_put(view->answers, address_key(&(const struct answer *){bogus}),
              entry);
    return bogus;
}

/* SERVFAIL came to question: is it a resolver that finds DNSSEC broken? */
static const struct answer *
look_closer(struct view *view, struct question *question,
            const struct answer *answer)
{
    const struct answer *unchecked = NULL;
    const struct answer *root;

    if (entry_of(view, answer) == NULL)
        return answer;
    root = ask_root(view);
    if (answer->ede < EDE_BOGUS_FIRST || answer->ede > EDE_BOGUS_LAST) {
        question->checking_disabled = true;
        unchecked = view_ask(view, question);
        if (unchecked->outcome == OUTCOME_PENDING)
            return unchecked;
        if (!outcome_is_definite(unchecked->outcome))
            return answer;
    }
    if (root->outcome == OUTCOME_PENDING)
        return root;
    return root->validated ? as_bogus(view, answer) : answer;
}

const struct answer *
view_lookup_asked(struct view *view, const struct name *name, uint16_t type,
                  const struct question **asked)
{
    const struct answer *answer;
    struct question question, *copy;

    question_set_recursive(&question, name, type);
    answer = view_ask(view, &question);
    if (view->latest != NULL) {
        *asked = &view->latest->question;
    } else {
        *asked = copy = ARENA_NEW(view->present, struct question);
        *copy = question;
    }
    if (answer->outcome != OUTCOME_SERVFAIL)
        return answer;
    return look_closer(view, &question, answer);
}

const struct answer *
view_lookup(struct view *view, const struct name *name, uint16_t type)
{
    const struct answer *answer;
    struct question question;

    question_set_recursive(&question, name, type);
    answer = view_ask(view, &question);
    if (answer->outcome != OUTCOME_SERVFAIL)
        return answer;
    return look_closer(view, &question, answer);
}

const struct answer *
view_lookup_at(struct view *view, const struct address *server,
               const struct name *name, uint16_t type)
{
    struct question question = question_direct(server, name, type);

    return view_ask(view, &question);
}

struct arena *
view_run_arena(struct view *view)
{
    return view->present;
}

struct arena *
view_pinned_arena(struct view *view)
{
    return view->pinned;
}

const char *
view_subject(const struct view *view)
{
    return view->subject;
}

bool
view_resolvers_only(const struct view *view)
{
    return view->settings.resolvers_only;
}

struct learnt *
view_learnt(const struct view *view)
{
    return view->settings.learnt;
}

static struct memo *
memo_find(const struct entry *entry, const struct answer *answer,
          const void *key)
{
    for (struct memo *memo = entry->memos; memo != NULL; memo = memo->next)
        if (memo->answer == answer && memo->key == key)
            return memo;
    return NULL;
}

void *
view_memo(const struct view *view, const struct answer *answer,
          const void *key)
{
    const struct entry *entry = entry_of(view, answer);
    const struct memo *memo =
        entry == NULL ? NULL : memo_find(entry, answer, key);

    return memo == NULL ? NULL : memo->value;
}

void
view_set_memo(struct view *view, const struct answer *answer, const void *key,
              void *value)
{
    struct entry *entry = entry_of(view, answer);
    struct memo *memo;

    if (entry == NULL)
        return;
    memo = memo_find(entry, answer, key);
    if (memo == NULL) {
        memo = ARENA_NEW(view->pinned, struct memo);
        *memo = (struct memo){answer, key, NULL, entry->memos};
        entry->memos = memo;
    }
    memo->value = value;
}

void
view_random_label(const struct view *view, const char *purpose,
                  unsigned ordinal, char out[VIEW_LABEL_SIZE])
{
    struct strbuf text = STRBUF_INIT;

    strbuf_addf(&text, "%s|%s|%u", view->subject, purpose, ordinal);
    digest_letters(view->settings.seed, strbuf_slice(&text), out,
                   VIEW_LABEL_SIZE - 1);
    out[VIEW_LABEL_SIZE - 1] = '\0';
    strbuf_clear(&text);
}

size_t
view_asked(const struct view *view)
{
    return view->asked;
}

size_t
view_pending(const struct view *view)
{
    return view->pending;
}

bool
view_each(const struct view *view, size_t *position,
          const struct question **question, const struct answer **answer)
{
    const struct entry *entry;

    if (*position >= view->asked)
        return false;
    entry = view->order[(*position)++];
    *question = &entry->question;
    *answer = entry->answer == NULL ? &answer_pending : entry->answer;
    return true;
}

const struct question *
view_question(const struct view *view, const struct answer *answer)
{
    const struct entry *entry = entry_of(view, answer);

    return entry == NULL ? NULL : &entry->question;
}

void
view_deliver(struct view *view, const struct question *question,
             const struct answer *answer)
{
    struct entry *entry =
        table_get(view->entries, make_key(view, question, source_layer(view)));

    if (entry == NULL || !entry->sent || entry->answer != NULL)
        return;
    view->outstanding--;
    view->news++;
    pin_from_source(view, entry, answer);
}

size_t
view_news(const struct view *view)
{
    return view->news;
}

size_t
view_outstanding(const struct view *view)
{
    return view->outstanding;
}
