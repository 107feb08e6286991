/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Driving c-ares over sockets of our own. */
#include "common/dns/livechannel.h"

#include <ares.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "common/base/memory.h"
#include "common/dns/message.h"
#include "common/dns/rcode.h"
#include "common/dns/ring.h"

/* Asked of the system for a socket; it grants net.core.rmem_max at most. */
#define RECEIVE_BUFFER (1 << 20)
/* What a small datagram takes of a receive buffer, with a margin. */
#define DATAGRAM_COST  800
/* c-ares cuts answers by UDP at the size it takes to be advertised; the one
   on the wire is the question's own and is smaller. */
#define CUT_AT         4096
/* Ids drawn at once, and lists of queries by id. */
#define IDS_DRAWN      64
#define BUCKETS        64
/* Queries held among which a stray's is looked for. */
#define GUESS_MAX      64
/* Datagrams kept from c-ares in one go: a flood of them must not hold up
   other sockets. */
#define TAKEN_MAX      256

struct livequery {
    struct ring bucket;               /* among those of its id */
    struct livechannel *channel;      /* it went out by */
    void *token;                      /* the owner's; NULL: over or dropped */
    uint16_t id;                      /* in the message */
    size_t asked_n;                   /* octets of asked */
    uint8_t asked[NAME_WIRE_MAX + 4]; /* question section as sent */
};

struct livechannel {
    struct livechannel_settings settings; /* as given */
    ares_channel ares;                    /* with TRIES 1 and one server */
    int fd;                               /* watched, or -1 */
    int error;                            /* errno seen last */
    struct livequery *sending;            /* within ares_send */
    bool sending_failed;                  /* it ended there */
    bool closing;                         /* within ares_destroy */
    size_t waiting, held, sent;           /* see the header */
    struct ring buckets[BUCKETS];         /* held queries by id */
    uint16_t ids[IDS_DRAWN];              /* random */
    size_t ids_left;                      /* of them unused */
};

/* A FORMERR without OPT makes c-ares cut our query short, send it again and
   turn EDNS off; an error without a question section, a short message or
   none at all it drops in silence, or takes for a broken socket.  So what
   arrives by UDP is looked at here first. */

static struct livequery *
find_query(struct livechannel *channel, uint16_t id)
{
    struct ring *head = &channel->buckets[id % BUCKETS];

    for (struct ring *link = head->next; link != head; link = link->next) {
        struct livequery *query = RING_ENTRY(link, struct livequery, bucket);

        if (query->id == id)
            return query;
    }
    return NULL;
}

/* Names in a question are not compressed: octets decide, letters in either
   case (length octets are below 'A'). */
static bool
same_question(const struct livequery *query, struct slice message)
{
    struct slice asked = {(const char *)query->asked, query->asked_n};

    return slice_equal_case(slice_sub(message, MESSAGE_HEADER_SIZE, asked.n),
                            asked);
}

/* The query that a message without a known id may be meant for: it asked
   the same, or there is no other.  Not looked for among many. */
static struct livequery *
guess_query(struct livechannel *channel, struct slice message)
{
    if (channel->waiting == 0 || channel->held > GUESS_MAX)
        return NULL;
    for (size_t i = 0; i < BUCKETS; i++) {
        struct ring *head = &channel->buckets[i];

        for (struct ring *link = head->next; link != head; link = link->next) {
            struct livequery *query =
                RING_ENTRY(link, struct livequery, bucket);

            if (query->token != NULL
                && (message.n < MESSAGE_HEADER_SIZE
                        ? channel->waiting == 1
                        : same_question(query, message)))
                return query;
        }
    }
    return NULL;
}

static void *
query_end(struct livequery *query)
{
    void *token = query->token;

    if (token != NULL) {
        query->token = NULL;
        query->channel->waiting--;
    }
    return token;
}

static void
report_answer(struct livequery *query, struct slice message)
{
    struct livechannel *channel = query->channel;
    void *token = query_end(query);

    if (token != NULL)
        channel->settings.ops->answered(channel->settings.owner, query, token,
                                        message);
}

static void
report_stray(struct livechannel *channel, struct livequery *query,
             struct slice message, const char *why)
{
    if (query == NULL)
        query = guess_query(channel, message);
    channel->settings.ops->stray(channel->settings.owner,
                                 query == NULL ? NULL : query->token, message,
                                 why);
}

static unsigned
octet(struct slice message, size_t at)
{
    return (unsigned char)message.p[at];
}

/* An error that came without our question gets it put in: what is known of
   the rest is whose id it has. */
static void
report_bare_error(struct livequery *query, struct slice message)
{
    struct strbuf whole = STRBUF_INIT;

    strbuf_add(&whole, message.p, MESSAGE_HEADER_SIZE);
    whole.p[5] = 1;
    strbuf_add(&whole, query->asked, query->asked_n);
    strbuf_add_slice(&whole, slice_from(message, MESSAGE_HEADER_SIZE));
    report_answer(query, strbuf_slice(&whole));
    strbuf_clear(&whole);
}

/* True when c-ares must not see it. */
static bool
take_datagram(struct livechannel *channel, struct slice message)
{
    struct livequery *query;
    unsigned rcode, questions;

    if (message.n < MESSAGE_HEADER_SIZE) {
        report_stray(channel, NULL, message, "too short for a DNS message");
        return true;
    }
    query = find_query(channel,
                       (uint16_t)(octet(message, 0) << 8 | octet(message, 1)));
    if (query == NULL) {
        report_stray(channel, NULL, message, "an answer with another id");
        return true;
    }
    rcode = octet(message, 3) & 0x0f;
    questions = octet(message, 4) << 8 | octet(message, 5);
    if (questions == 0 && rcode != 0 && (octet(message, 2) & 0x80) != 0) {
        report_bare_error(query, message);
        return true;
    }
    if (questions != 1 || !same_question(query, message)) {
        report_stray(channel, query, message, "an answer to another question");
        return true;
    }
    if (rcode != RCODE_FORMERR)
        return false;
    report_answer(query, message);
    return true;
}

static int
open_socket(int domain, int type, int protocol, void *data)
{
    struct livechannel *channel = data;
    int size = RECEIVE_BUFFER;
    int one = 1;
    int fd = socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);

    if (fd < 0) {
        channel->error = errno;
        return ARES_SOCKET_BAD;
    }
    /* What cannot be had is done without. */
    if (type == SOCK_STREAM)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    else
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    return fd;
}

static int
close_socket(int fd, void *data)
{
    (void)data;
    return close(fd);
}

/* The kernel chooses a random port, and from here on passes on only what
   comes from this very address and port. */
static int
connect_socket(int fd, const struct sockaddr *address, socklen_t size,
               void *data)
{
    struct livechannel *channel = data;
    int result = connect(fd, address, size);

    if (result < 0 && errno != EINPROGRESS)
        channel->error = errno;
    return result;
}

static ssize_t
receive_stream(struct livechannel *channel, int fd, void *p, size_t n)
{
    ssize_t got = recv(fd, p, n, 0);

    if (got == 0 && n > 0)
        channel->error = ECONNRESET;
    else if (got < 0 && errno != EAGAIN)
        channel->error = errno;
    return got;
}

/* An ICMP error is told to the owner once and not to c-ares, for which it
   would end every query that is out. */
static ssize_t
receive_octets(int fd, void *p, size_t n, int flags, struct sockaddr *from,
               socklen_t *from_n, void *data)
{
    struct livechannel *channel = data;
    ssize_t got;

    if (channel->settings.tcp)
        return receive_stream(channel, fd, p, n);
    for (unsigned taken = 0; taken < TAKEN_MAX; taken++) {
        socklen_t size = from_n == NULL ? 0 : *from_n;

        got = recvfrom(fd, p, n, flags, from, from_n == NULL ? NULL : &size);
        if (got < 0 && errno == EAGAIN)
            return -1;
        if (got < 0) {
            channel->settings.ops->unreachable(channel->settings.owner, errno);
        } else if (!take_datagram(channel, (struct slice){p, (size_t)got})) {
            if (from_n != NULL)
                *from_n = size;
            return got;
        }
    }
    errno = EAGAIN;
    return -1;
}

static size_t
total(const struct iovec *parts, int count)
{
    size_t n = 0;

    for (int i = 0; i < count; i++)
        n += parts[i].iov_len;
    return n;
}

/* A datagram that does not go out is as good as lost on the way: c-ares
   would end the query instead. */
static ssize_t
send_octets(int fd, const struct iovec *parts, int count, void *data)
{
    struct livechannel *channel = data;
    struct msghdr message = {.msg_iov = (struct iovec *)(uintptr_t)parts,
                             .msg_iovlen = (size_t)count};
    ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);

    if (sent >= 0)
        return sent;
    if (channel->settings.tcp) {
        if (errno != EAGAIN)
            channel->error = errno;
        return sent;
    }
    if (errno != EAGAIN && errno != ENOBUFS) {
        /* Mostly the ICMP error of an earlier datagram, kept for us. */
        channel->settings.ops->unreachable(channel->settings.owner, errno);
        (void)sendmsg(fd, &message, MSG_NOSIGNAL);
    }
    return (ssize_t)total(parts, count);
}

static const struct ares_socket_functions socket_functions = {
    open_socket, close_socket, connect_socket, receive_octets, send_octets};

static void
watch_socket(void *data, int fd, int readable, int writable)
{
    struct livechannel *channel = data;
    struct epoll_event event = {.data.ptr = channel};
    int operation = channel->fd == fd ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    if (readable)
        event.events |= EPOLLIN;
    if (writable)
        event.events |= EPOLLOUT;
    if (event.events == 0)
        operation = EPOLL_CTL_DEL;
    if (epoll_ctl(channel->settings.epoll, operation, fd, &event) < 0)
        channel->error = errno;
    channel->fd = operation == EPOLL_CTL_DEL ? -1 : fd;
}

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void
start_library(void)
{
    if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS)
        memory_fatal("c-ares does not start");
}

/* Every setting is given, so that c-ares reads no file.  One try: retries
   are ours, its own lose answers.  Without IGNTC it would ask again by TCP
   by itself, without NOCHECKRESP send again what was answered SERVFAIL or
   REFUSED. */
static bool
init_ares(struct livechannel *channel)
{
    bool tcp = channel->settings.tcp;
    struct in_addr nowhere = {0};
    struct ares_options options = {
        .flags =
            ARES_FLAG_IGNTC | ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH
            | ARES_FLAG_NOALIASES
            | (tcp ? ARES_FLAG_USEVC : ARES_FLAG_EDNS | ARES_FLAG_STAYOPEN),
        .timeout = (int)channel->settings.patience_ms,
        .tries = 1,
        .ndots = 1,
        .servers = &nowhere,
        .nservers = 1,
        .lookups = (char[]){"b"},
        .sock_state_cb = watch_socket,
        .sock_state_cb_data = channel,
        .ednspsz = CUT_AT,
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES
               | ARES_OPT_NDOTS | ARES_OPT_SERVERS | ARES_OPT_DOMAINS
               | ARES_OPT_LOOKUPS | ARES_OPT_SORTLIST | ARES_OPT_SOCK_STATE_CB
               | ARES_OPT_EDNSPSZ;

    pthread_once(&library_once, start_library);
    if (ares_init_options(&channel->ares, &options, mask) != ARES_SUCCESS) {
        channel->ares = NULL;
        return false;
    }
    ares_set_socket_functions(channel->ares, &socket_functions, channel);
    return true;
}

static bool
set_server(struct livechannel *channel)
{
    const struct address *address = &channel->settings.address;
    struct ares_addr_port_node node = {
        .family = address->family == 4 ? AF_INET : AF_INET6,
        .udp_port = address->port,
        .tcp_port = address->port};

    if (address->family == 4)
        memcpy(&node.addr.addr4, address->octets, sizeof(node.addr.addr4));
    else
        memcpy(&node.addr.addr6, address->octets, sizeof(node.addr.addr6));
    return ares_set_servers_ports(channel->ares, &node) == ARES_SUCCESS;
}

struct livechannel *
livechannel_new(const struct livechannel_settings *settings)
{
    struct livechannel *channel = memory_zeroed(1, sizeof(*channel));

    channel->settings = *settings;
    channel->fd = -1;
    for (size_t i = 0; i < BUCKETS; i++)
        ring_init(&channel->buckets[i]);
    if (init_ares(channel) && set_server(channel))
        return channel;
    livechannel_free(channel);
    return NULL;
}

void
livechannel_free(struct livechannel *channel)
{
    if (channel == NULL)
        return;
    channel->closing = true;
    if (channel->ares != NULL)
        ares_destroy(channel->ares);
    free(channel);
}

/* c-ares is done with a query. */
static void
query_done(void *arg, int status, int timeouts, unsigned char *p, int n)
{
    struct livequery *query = arg;
    struct livechannel *channel = query->channel;
    void *token;

    (void)timeouts;
    channel->held--;
    ring_remove(&query->bucket);
    if (status == ARES_SUCCESS) {
        report_answer(query, (struct slice){(const char *)p, (size_t)n});
    } else if (channel->sending == query) {
        channel->sending_failed = true;
        query_end(query);
    } else {
        token = query_end(query);
        if (token != NULL && !channel->closing)
            channel->settings.ops->failed(
                channel->settings.owner, query, token,
                status == ARES_ETIMEOUT ? 0
                : channel->error != 0   ? channel->error
                                        : ECONNRESET);
    }
    free(query);
}

static uint16_t
free_id(struct livechannel *channel)
{
    uint16_t id;

    do {
        if (channel->ids_left == 0) {
            digest_random(channel->ids, sizeof(channel->ids));
            channel->ids_left = IDS_DRAWN;
        }
        id = channel->ids[--channel->ids_left];
    } while (find_query(channel, id) != NULL);
    return id;
}

struct livequery *
livechannel_send(struct livechannel *channel, const struct question *question,
                 void *token, int *error)
{
    struct livequery *query = memory_zeroed(1, sizeof(*query));
    uint8_t message[MESSAGE_QUERY_MAX];
    size_t n;

    query->channel = channel;
    query->token = token;
    query->id = free_id(channel);
    n = message_query(question, query->id, message);
    query->asked_n = (size_t)question->name.size + 4;
    memcpy(query->asked, message + MESSAGE_HEADER_SIZE, query->asked_n);
    ring_init(&query->bucket);
    ring_add(&channel->buckets[query->id % BUCKETS], &query->bucket);
    channel->waiting++;
    channel->held++;
    channel->sent++;
    channel->error = 0;
    channel->sending = query;
    channel->sending_failed = false;
    ares_send(channel->ares, message, (int)n, query_done, query);
    channel->sending = NULL;
    if (!channel->sending_failed)
        return query;
    *error = channel->error == 0 ? EIO : channel->error;
    return NULL;
}

void
livechannel_drop(struct livequery *query)
{
    query_end(query);
}

bool
livechannel_is_tcp(const struct livequery *query)
{
    return query->channel->settings.tcp;
}

void
livechannel_process(struct livechannel *channel, uint32_t events)
{
    int fd = channel->fd;

    ares_process_fd(channel->ares,
                    events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? fd
                                                             : ARES_SOCKET_BAD,
                    events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
}

void
livechannel_tick(struct livechannel *channel)
{
    if (channel->held > 0)
        ares_process_fd(channel->ares, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

size_t
livechannel_waiting(const struct livechannel *channel)
{
    return channel->waiting;
}

size_t
livechannel_held(const struct livechannel *channel)
{
    return channel->held;
}

size_t
livechannel_sent(const struct livechannel *channel)
{
    return channel->sent;
}

unsigned
livechannel_room(void)
{
    int granted = 0;
    int size = RECEIVE_BUFFER;
    socklen_t n = sizeof(granted);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
    if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &granted, &n) < 0)
        granted = 0;
    close(fd);
    return granted < DATAGRAM_COST ? 1 : (unsigned)granted / DATAGRAM_COST;
}
