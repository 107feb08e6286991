/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sockets of the server, bound. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/strbuf.h"
#include "common/stunt/stuntserve.h"

/* Octets of questions that may wait: some 4,000. */
#define RECEIVE_BUFFER (4 << 20)
#define BACKLOG        128

union socket_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static socklen_t
fill(union socket_address *out, const struct address *address, uint16_t port)
{
    memset(out, 0, sizeof(*out));
    if (address->family == 4) {
        out->v4.sin_family = AF_INET;
        out->v4.sin_port = htons(port);
        memcpy(&out->v4.sin_addr, address->octets, 4);
        return sizeof(out->v4);
    }
    out->v6.sin6_family = AF_INET6;
    out->v6.sin6_port = htons(port);
    memcpy(&out->v6.sin6_addr, address->octets, 16);
    return sizeof(out->v6);
}

static bool
is_unspecified(const struct address *address)
{
    for (size_t i = 0; i < (address->family == 4 ? 4 : 16); i++)
        if (address->octets[i] != 0)
            return false;
    return true;
}

static bool
set(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

/* No answer is larger than STUNTMESSAGE_UDP_MAX, so a path that claims to be
   narrower is not believed: RFC 9715 section 3.1. */
static bool
set_udp(const struct stuntserve_socket *s, bool is_v4)
{
    bool good = set(s->fd, SOL_SOCKET, SO_REUSEPORT, 1);

    set(s->fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER);
    if (is_v4)
        set(s->fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_OMIT);
    else
        set(s->fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_OMIT);
    if (s->wants_info)
        good = good
               && (is_v4 ? set(s->fd, IPPROTO_IP, IP_PKTINFO, 1)
                         : set(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1));
    return good;
}

static enum status
explain(const struct address *address, uint16_t port, struct error *err)
{
    struct strbuf text = STRBUF_INIT;
    int code = errno;
    enum status st;

    address_present(address, &text);
    if (code == EADDRINUSE)
        st = error_set(err, ST_EXISTS,
                       "cannot listen on '%s' port %u: another program does",
                       text.p, port);
    else if (code == EACCES)
        st = error_set(err, ST_DENIED,
                       "cannot listen on '%s' port %u: ports below 1024 need "
                       "root or CAP_NET_BIND_SERVICE",
                       text.p, port);
    else
        st = error_set(err, ST_IO, "cannot listen on '%s' port %u: %s", text.p,
                       port, strerror(code));
    strbuf_clear(&text);
    return st;
}

enum status
stuntserve_bind(const struct address *address, bool tcp,
                struct stuntserve_socket *out, uint16_t *port,
                struct error *err)
{
    union socket_address where;
    bool is_v4 = address->family == 4;
    socklen_t size = fill(&where, address, *port);
    int type = (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC;
    enum status st;

    out->wants_info = !tcp && is_unspecified(address);
    out->fd = socket(is_v4 ? AF_INET : AF_INET6, type, 0);
    if (out->fd >= 0 && (is_v4 || set(out->fd, IPPROTO_IPV6, IPV6_V6ONLY, 1))
        && (tcp ? set(out->fd, SOL_SOCKET, SO_REUSEADDR, 1)
                : set_udp(out, is_v4))
        && bind(out->fd, &where.any, size) == 0
        && (!tcp || listen(out->fd, BACKLOG) == 0)
        && getsockname(out->fd, &where.any, &size) == 0) {
        *port = ntohs(is_v4 ? where.v4.sin_port : where.v6.sin6_port);
        return ST_OK;
    }
    st = explain(address, *port, err);
    if (out->fd >= 0)
        close(out->fd);
    out->fd = -1;
    return st;
}
