/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubly linked lists within the structs that stand in them: a queue that
   one can leave from the middle. */
#ifndef DNS_RING_H
#define DNS_RING_H

#include <stdbool.h>
#include <stddef.h>

/* The head of a list, or a member's place in it; initialise both. */
struct ring {
    struct ring *previous; /* the last one, seen from the head */
    struct ring *next;     /* the first one, seen from the head */
};

/* The struct of that type whose member is at link. */
#define RING_ENTRY(link, type, member)                                        \
    ((type *)(void *)((char *)(link)-offsetof(type, member)))

static inline void
ring_init(struct ring *ring)
{
    ring->previous = ring;
    ring->next = ring;
}

/* Of a head: there is no member.  Of a member: it is in no list. */
static inline bool
ring_is_empty(const struct ring *ring)
{
    return ring->next == ring;
}

/* Put a member that is in no list at the end. */
static inline void
ring_add(struct ring *head, struct ring *link)
{
    link->previous = head->previous;
    link->next = head;
    head->previous->next = link;
    head->previous = link;
}

/* Take a member out; one that is in no list stays so. */
static inline void
ring_remove(struct ring *link)
{
    link->previous->next = link->next;
    link->next->previous = link->previous;
    ring_init(link);
}

/* Put all of from, in order, at the end of head; from is empty then. */
static inline void
ring_move_all(struct ring *head, struct ring *from)
{
    while (!ring_is_empty(from)) {
        struct ring *link = from->next;

        ring_remove(link);
        ring_add(head, link);
    }
}

#endif
