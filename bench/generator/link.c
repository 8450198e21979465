/* One WebSocket of a client: opens, joins, answers pings, and reports each post that comes. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "load.h"

enum { READ_BYTES = 1 << 18, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

static const char ACCEPTED[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; /* RFC 6455's own example: every link sends its key */
static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

static uint8_t *buffer; /* what all links read into, one after the other */
static size_t buffer_room;

static int index_of(struct link *link) { return (int)(link - job.link); }

static void watch(struct link *link, int epoll, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = link};
    if (epoll_ctl(epoll, operation, link->fd, &event))
        fail("epoll_ctl: %s", strerror(errno));
}

static void append(uint8_t **to, size_t *length, size_t *room, const void *bytes, size_t count) {
    if (*length + count > *room) {
        *room = (*length + count) * 2;
        *to = realloc(*to, *room);
    }
    memcpy(*to + *length, bytes, count);
    *length += count;
}

void link_connect(struct link *link, int epoll) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(link->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    link->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        fail("no socket for link %d: %s", index_of(link), strerror(errno));
    int yes = 1;
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (link->stalled && job.receive_buffer) {
        /* As from afar. With loopback's segments of 64 KiB the kernel would hold 3 MB before the server sees anything. */
        int segment = 1448;
        setsockopt(link->fd, SOL_SOCKET, SO_RCVBUF, &job.receive_buffer, sizeof job.receive_buffer);
        setsockopt(link->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
    if (connect(link->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        fail("link %d could not connect: %s", index_of(link), strerror(errno));
    watch(link, epoll, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void write_bytes(struct link *link, const uint8_t *bytes, size_t length, int epoll) {
    ssize_t sent = link->out_length ? 0 : send(link->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        fail("link %d: %s", index_of(link), strerror(errno));
    if (sent < 0)
        sent = 0;
    if ((size_t)sent < length) {
        append(&link->out, &link->out_length, &link->out_room, bytes + sent, length - sent);
        watch(link, epoll, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
}

static void write_frame(struct link *link, int opcode, const char *text, size_t length, int epoll) {
    uint8_t frame[14 + length];
    size_t head = 2;
    frame[0] = 0x80 | opcode;
    if (length < 126) {
        frame[1] = 0x80 | length;
    } else {
        if (length > 0xffff)
            fail("a post is too long");
        frame[1] = 0x80 | 126;
        frame[2] = length >> 8;
        frame[3] = length & 255;
        head = 4;
    }
    memcpy(frame + head, MASK, 4);
    head += 4;
    for (size_t index = 0; index < length; index++)
        frame[head + index] = text[index] ^ MASK[index & 3];
    write_bytes(link, frame, head + length, epoll);
}

void link_send(struct link *link, const char *text, size_t length, int epoll) {
    write_frame(link, TEXT, text, length, epoll);
}

static bool starts_with(const char *text, size_t length, const char *prefix) {
    size_t wanted = strlen(prefix);
    return length >= wanted && !memcmp(text, prefix, wanted);
}

static uint32_t number_at(struct link *link, const char *text, const char *end) {
    uint32_t number = 0;
    if (end - text < 8)
        fail("link %d was told half a number", index_of(link));
    for (int digit = 0; digit < 8; digit++) {
        if (text[digit] < '0' || text[digit] > '9')
            fail("link %d was told a post without its number: %.*s", index_of(link), (int)(end - text), text);
        number = number * 10 + (text[digit] - '0');
    }
    return number;
}

static void become_ready(struct link *link) {
    link->ready = true;
    ready_links++;
}

/* Before it is ready: wait for the line that the step expects, and send what comes next. */
static void take_step(struct link *link, const char *text, size_t length, int epoll) {
    size_t kept = length < sizeof link->last - 1 ? length : sizeof link->last - 1;
    memcpy(link->last, text, kept);
    link->last[kept] = 0;
    if (memmem(text, length, "\"error\"", 7))
        fail("link %d was refused: %s", index_of(link), link->last);
    const char *expected = job.expect[link->step];
    if (!memmem(text, length, expected, strlen(expected)))
        return;
    const char *next = link->steps[link->step++];
    if (next && *next)
        link_send(link, next, strlen(next), epoll);
    if (link->step == job.steps)
        become_ready(link);
}

static void line(struct link *link, const char *text, size_t length, uint64_t now, int epoll) {
    if (job.ping && length == strlen(job.ping) && !memcmp(text, job.ping, length)) {
        link_send(link, job.pong, strlen(job.pong), epoll);
        return;
    }
    if (!link->ready) {
        take_step(link, text, length, epoll);
        return;
    }
    if (job.answer_prefix && starts_with(text, length, job.answer_prefix)) {
        const char *digits = text + strlen(job.answer_prefix), *end = text + length;
        uint32_t number = number_at(link, digits, end);
        if (!starts_with(digits + 8, end - digits - 8, job.answer_suffix))
            refused("link %d was refused: %.*s", index_of(link), (int)length, text);
        post_answered(number);
        return;
    }
    const char *marker = memmem(text, length, job.marker, strlen(job.marker));
    if (marker)
        post_delivered(link, number_at(link, marker + strlen(job.marker), text + length), now);
}

static void text_frame(struct link *link, const char *text, size_t length, uint64_t now, int epoll) {
    const char *end = text + length;
    while (text < end) {
        const char *newline = memchr(text, '\n', end - text);
        size_t size = newline ? (size_t)(newline - text) : (size_t)(end - text);
        line(link, text, size, now, epoll);
        text += size + 1;
    }
}

static void frame(struct link *link, int head, const uint8_t *payload, size_t length, uint64_t now, int epoll) {
    if (link->deaf) { /* it only wants to know how it ends */
        if ((head & 15) == CLOSE && length >= 2)
            link->ended = payload[0] << 8 | payload[1];
        return;
    }
    if ((head & 0xf0) != 0x80)
        fail("link %d got a frame that is compressed or in parts", index_of(link));
    if ((head & 15) == TEXT)
        text_frame(link, (const char *)payload, length, now, epoll);
    else if ((head & 15) == PING)
        write_frame(link, PONG, (const char *)payload, length, epoll);
    else if ((head & 15) == CLOSE)
        refused("link %d was closed with %d", index_of(link), length < 2 ? 1005 : payload[0] << 8 | payload[1]);
    else
        fail("link %d got a frame of kind %d", index_of(link), head & 15);
}

/* Return how many bytes were whole frames. */
static size_t frames(struct link *link, const uint8_t *bytes, size_t length, uint64_t now, int epoll) {
    size_t at = 0;
    while (length - at >= 2) {
        size_t head = 2, size = bytes[at + 1] & 127;
        if (size == 126) {
            if (length - at < 4)
                break;
            size = (size_t)bytes[at + 2] << 8 | bytes[at + 3];
            head = 4;
        } else if (size == 127) {
            if (length - at < 10)
                break;
            size = 0;
            for (int index = 2; index < 10; index++)
                size = size << 8 | bytes[at + index];
            head = 10;
        }
        if (length - at < head + size)
            break;
        frame(link, bytes[at], bytes + at + head, size, now, epoll);
        at += head + size;
    }
    return at;
}

static size_t handshake(struct link *link, const char *bytes, size_t length) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    size_t size = end + 4 - bytes;
    if (!starts_with(bytes, length, "HTTP/1.1 101 ") || !memmem(bytes, size, ACCEPTED, strlen(ACCEPTED)))
        fail("link %d was not let in: %.*s", index_of(link), (int)strcspn(bytes, "\r"), bytes);
    link->open = true;
    if (!job.steps)
        become_ready(link);
    return size;
}

static void receive(struct link *link, int epoll) {
    if (link->in_length + READ_BYTES > buffer_room) {
        buffer_room = (link->in_length + READ_BYTES) * 2;
        buffer = realloc(buffer, buffer_room);
    }
    memcpy(buffer, link->in, link->in_length);
    ssize_t count = recv(link->fd, buffer + link->in_length, READ_BYTES, 0);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0 && link->deaf) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, link->fd, NULL);
        if (!link->ended)
            link->ended = 1006; /* RFC 6455's name for an end without a word */
        return;
    }
    if (count <= 0)
        fail("link %d: the server hung up: %s", index_of(link), count ? strerror(errno) : "end");
    counts.reads++;
    counts.bytes += count;
    size_t length = link->in_length + count, at = 0;
    link->in_length = 0;
    if (!link->open)
        at = handshake(link, (char *)buffer, length);
    if (link->open)
        at += frames(link, buffer + at, length - at, now_ns(), epoll);
    if (at < length)
        append(&link->in, &link->in_length, &link->in_room, buffer + at, length - at);
}

static void flush(struct link *link, int epoll) {
    if (!link->connected) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error)
            fail("link %d could not connect: %s", index_of(link), strerror(error));
        link->connected = true;
        watch(link, epoll, EPOLL_CTL_MOD, EPOLLIN);
        write_bytes(link, (uint8_t *)link->request, strlen(link->request), epoll);
        return;
    }
    ssize_t sent = send(link->fd, link->out, link->out_length, MSG_NOSIGNAL);
    if (sent > 0) {
        link->out_length -= sent;
        memmove(link->out, link->out + sent, link->out_length);
    }
    if (!link->out_length)
        watch(link, epoll, EPOLL_CTL_MOD, EPOLLIN);
}

void link_happens(struct link *link, uint32_t events, int epoll) {
    if (events & EPOLLOUT)
        flush(link, epoll);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive(link, epoll);
    if (link->stalled && link->ready && !link->deaf) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, link->fd, NULL);
        link->deaf = true;
    }
}

void link_wake(struct link *link, int epoll) { watch(link, epoll, EPOLL_CTL_ADD, EPOLLIN); }
