/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A thread that answers over UDP: messages in batches, both ways. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdalign.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/base/memory.h"
#include "common/stunt/stuntserve.h"

/* Questions taken in one call, and octets of each that are read: a longer one
   is dropped. */
#define BATCH      32
#define QUERY_SIZE 4096
/* Batches of one socket before the others have their turn. */
#define TURN       16

struct slot {
    uint8_t query[QUERY_SIZE];            /* as it came */
    uint8_t answer[STUNTMESSAGE_UDP_MAX]; /* as it goes */
    struct sockaddr_storage peer;         /* who asked */
    /* Which address was asked, of either family. */
    alignas(
        struct cmsghdr) char control[CMSG_SPACE(sizeof(struct in6_pktinfo))];
    struct iovec in, out; /* of query and answer */
};

struct batch {
    struct slot slots[BATCH];  /* memory */
    struct mmsghdr in[BATCH];  /* questions */
    struct mmsghdr out[BATCH]; /* answers */
    unsigned count;            /* of answers */
};

static void
prepare(struct batch *batch, bool wants_info)
{
    for (unsigned i = 0; i < BATCH; i++) {
        struct slot *slot = &batch->slots[i];

        slot->in = (struct iovec){slot->query, sizeof(slot->query)};
        batch->in[i].msg_hdr = (struct msghdr){
            .msg_name = &slot->peer,
            .msg_namelen = sizeof(slot->peer),
            .msg_iov = &slot->in,
            .msg_iovlen = 1,
            .msg_control = wants_info ? slot->control : NULL,
            .msg_controllen = wants_info ? sizeof(slot->control) : 0};
    }
}

/* The answer leaves from the address that was asked, by whatever way there
   is; but for link-local addresses, which are of one interface. */
static void
turn_round(struct msghdr *message)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(message);

    if (c == NULL) {
        message->msg_controllen = 0;
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
        struct in_pktinfo *info = (struct in_pktinfo *)(void *)CMSG_DATA(c);

        info->ipi_ifindex = 0;
        info->ipi_spec_dst = info->ipi_addr;
    } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
        struct in6_pktinfo *info = (struct in6_pktinfo *)(void *)CMSG_DATA(c);

        if (!IN6_IS_ADDR_LINKLOCAL(&info->ipi6_addr))
            info->ipi6_ifindex = 0;
    } else {
        message->msg_controllen = 0;
    }
}

/* Octets of the answer that go out: 0 for none. */
static size_t
limit(const struct stuntserve_worker *worker, struct slot *slot, size_t size)
{
    switch (stuntrate_judge(worker->server->data.rate,
                            (const struct sockaddr *)&slot->peer, slot->answer,
                            size, worker->now_ms)) {
    case STUNTRATE_DROP:
        return 0;
    case STUNTRATE_TRUNCATE:
        return stuntrate_truncate(slot->answer, size);
    case STUNTRATE_SEND:
    default:
        return size;
    }
}

static void
answer_slot(struct stuntserve_worker *worker, struct batch *batch, unsigned i)
{
    struct slot *slot = &batch->slots[i];
    struct stunt_query query = {slot->query, batch->in[i].msg_len, false};
    struct msghdr *out = &batch->out[batch->count].msg_hdr;
    size_t size;

    if (batch->in[i].msg_hdr.msg_flags & MSG_TRUNC)
        return;
    size = stuntserve_answer(worker, &query, slot->answer);
    if (size > 0 && worker->log != NULL)
        stuntlog_note(worker->log, (const struct sockaddr *)&slot->peer,
                      slot->answer, size, worker->now_s);
    if (size > 0 && worker->server->data.rate != NULL)
        size = limit(worker, slot, size);
    if (size == 0)
        return;
    *out = batch->in[i].msg_hdr;
    slot->out = (struct iovec){slot->answer, size};
    out->msg_iov = &slot->out;
    out->msg_flags = 0;
    if (out->msg_control != NULL)
        turn_round(out);
    batch->count++;
}

/* What cannot be sent is lost, as datagrams may be; the rest goes on. */
static void
send_all(int fd, struct batch *batch)
{
    unsigned done = 0;

    while (done < batch->count) {
        int n = sendmmsg(fd, batch->out + done, batch->count - done, 0);

        if (n > 0)
            done += (unsigned)n;
        else if (errno != EINTR)
            done++;
    }
}

/* One batch; true when there may be more. */
static bool
serve_batch(struct stuntserve_worker *worker,
            const struct stuntserve_socket *s, struct batch *batch)
{
    int n;

    prepare(batch, s->wants_info);
    n = recvmmsg(s->fd, batch->in, BATCH, MSG_DONTWAIT, NULL);
    if (n <= 0)
        return false;
    stuntserve_refresh(worker);
    batch->count = 0;
    for (unsigned i = 0; i < (unsigned)n; i++)
        answer_slot(worker, batch, i);
    send_all(s->fd, batch);
    return n == BATCH;
}

void *
stuntserve_udp(void *context)
{
    struct stuntserve_worker *worker = context;
    size_t count = worker->server->listen_count;
    struct batch *batch = memory_zeroed(1, sizeof(*batch));
    struct pollfd polled[STUNTSERVER_LISTEN_MAX];

    for (size_t i = 0; i < count; i++)
        polled[i] =
            (struct pollfd){.fd = worker->sockets[i].fd, .events = POLLIN};
    while (!atomic_load(&worker->server->stopping)) {
        if (poll(polled, count, STUNTSERVE_PAUSE_MS) <= 0) {
            stuntserve_refresh(worker);
            continue;
        }
        for (size_t i = 0; i < count; i++)
            for (unsigned turn = 0;
                 polled[i].revents != 0 && turn < TURN
                 && serve_batch(worker, &worker->sockets[i], batch);
                 turn++)
                continue;
    }
    free(batch);
    return NULL;
}
