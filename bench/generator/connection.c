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

static const char ACCEPTED[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="; /* RFC 6455's own example: every connection sends its key */
static const uint8_t MASK[4] = {0x37, 0xfa, 0x21, 0x3d};

static uint8_t *buffer; /* what all connections read into, one after the other */
static size_t buffer_room;

static int index_of(struct connection *connection) { return (int)(connection - job.connection); }

static void watch(struct connection *connection, int epoll, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(epoll, operation, connection->fd, &event))
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

void connection_connect(struct connection *connection, int epoll) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(connection->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->fd < 0)
        fail("no socket for connection %d: %s", index_of(connection), strerror(errno));
    int yes = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connection->stalled && job.receive_buffer) {
        /* As from afar. With loopback's segments of 64 KiB the kernel would hold 3 MB before the server sees anything. */
        int segment = 1448;
        setsockopt(connection->fd, SOL_SOCKET, SO_RCVBUF, &job.receive_buffer, sizeof job.receive_buffer);
        setsockopt(connection->fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
    }
    if (connect(connection->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS)
        fail("connection %d could not connect: %s", index_of(connection), strerror(errno));
    watch(connection, epoll, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

static void write_bytes(struct connection *connection, const uint8_t *bytes, size_t length, int epoll) {
    ssize_t sent = connection->out_length ? 0 : send(connection->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN)
        fail("connection %d: %s", index_of(connection), strerror(errno));
    if (sent < 0)
        sent = 0;
    if ((size_t)sent < length) {
        append(&connection->out, &connection->out_length, &connection->out_room, bytes + sent, length - sent);
        watch(connection, epoll, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
}

static void write_frame(struct connection *connection, int opcode, const char *text, size_t length, int epoll) {
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
    write_bytes(connection, frame, head + length, epoll);
}

void connection_send(struct connection *connection, const char *text, size_t length, int epoll) {
    write_frame(connection, TEXT, text, length, epoll);
}

static bool starts_with(const char *text, size_t length, const char *prefix) {
    size_t wanted = strlen(prefix);
    return length >= wanted && !memcmp(text, prefix, wanted);
}

static uint32_t number_at(struct connection *connection, const char *text, const char *end) {
    uint32_t number = 0;
    if (end - text < 8)
        fail("connection %d was told half a number", index_of(connection));
    for (int digit = 0; digit < 8; digit++) {
        if (text[digit] < '0' || text[digit] > '9')
            fail("connection %d was told a post without its number: %.*s", index_of(connection), (int)(end - text), text);
        number = number * 10 + (text[digit] - '0');
    }
    return number;
}

static void become_ready(struct connection *connection) {
    connection->ready = true;
    ready_connections++;
}

/* Before it is ready: wait for the line that the step expects, and send what comes next. */
static void take_step(struct connection *connection, const char *text, size_t length, int epoll) {
    size_t kept = length < sizeof connection->last - 1 ? length : sizeof connection->last - 1;
    memcpy(connection->last, text, kept);
    connection->last[kept] = 0;
    if (memmem(text, length, "\"error\"", 7))
        fail("connection %d was refused: %s", index_of(connection), connection->last);
    const char *expected = job.expect[connection->step];
    if (!memmem(text, length, expected, strlen(expected)))
        return;
    const char *next = connection->steps[connection->step++];
    if (next && *next)
        connection_send(connection, next, strlen(next), epoll);
    if (connection->step == job.steps)
        become_ready(connection);
}

static void line(struct connection *connection, const char *text, size_t length, uint64_t now, int epoll) {
    if (job.ping && length == strlen(job.ping) && !memcmp(text, job.ping, length)) {
        connection_send(connection, job.pong, strlen(job.pong), epoll);
        return;
    }
    if (!connection->ready) {
        take_step(connection, text, length, epoll);
        return;
    }
    if (job.answer_prefix && starts_with(text, length, job.answer_prefix)) {
        const char *digits = text + strlen(job.answer_prefix), *end = text + length;
        uint32_t number = number_at(connection, digits, end);
        if (!starts_with(digits + 8, end - digits - 8, job.answer_suffix))
            refused("connection %d was refused: %.*s", index_of(connection), (int)length, text);
        post_answered(number);
        return;
    }
    const char *marker = memmem(text, length, job.marker, strlen(job.marker));
    if (marker)
        post_delivered(connection, number_at(connection, marker + strlen(job.marker), text + length), now);
}

static void text_frame(struct connection *connection, const char *text, size_t length, uint64_t now, int epoll) {
    const char *end = text + length;
    while (text < end) {
        const char *newline = memchr(text, '\n', end - text);
        size_t size = newline ? (size_t)(newline - text) : (size_t)(end - text);
        line(connection, text, size, now, epoll);
        text += size + 1;
    }
}

static void frame(struct connection *connection, int head, const uint8_t *payload, size_t length, uint64_t now, int epoll) {
    if (connection->deaf) { /* it only wants to know how it ends */
        if ((head & 15) == CLOSE && length >= 2)
            connection->ended = payload[0] << 8 | payload[1];
        return;
    }
    if ((head & 0xf0) != 0x80)
        fail("connection %d got a frame that is compressed or in parts", index_of(connection));
    if ((head & 15) == TEXT)
        text_frame(connection, (const char *)payload, length, now, epoll);
    else if ((head & 15) == PING)
        write_frame(connection, PONG, (const char *)payload, length, epoll);
    else if ((head & 15) == CLOSE)
        refused("connection %d was closed with %d", index_of(connection), length < 2 ? 1005 : payload[0] << 8 | payload[1]);
    else
        fail("connection %d got a frame of kind %d", index_of(connection), head & 15);
}

/* Return how many bytes were whole frames. */
static size_t frames(struct connection *connection, const uint8_t *bytes, size_t length, uint64_t now, int epoll) {
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
        frame(connection, bytes[at], bytes + at + head, size, now, epoll);
        at += head + size;
    }
    return at;
}

static size_t handshake(struct connection *connection, const char *bytes, size_t length) {
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end)
        return 0;
    size_t size = end + 4 - bytes;
    if (!starts_with(bytes, length, "HTTP/1.1 101 ") || !memmem(bytes, size, ACCEPTED, strlen(ACCEPTED)))
        fail("connection %d was not let in: %.*s", index_of(connection), (int)strcspn(bytes, "\r"), bytes);
    connection->open = true;
    if (!job.steps)
        become_ready(connection);
    return size;
}

static void receive(struct connection *connection, int epoll) {
    if (connection->in_length + READ_BYTES > buffer_room) {
        buffer_room = (connection->in_length + READ_BYTES) * 2;
        buffer = realloc(buffer, buffer_room);
    }
    memcpy(buffer, connection->in, connection->in_length);
    ssize_t count = recv(connection->fd, buffer + connection->in_length, READ_BYTES, 0);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0 && connection->deaf) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, connection->fd, NULL);
        if (!connection->ended)
            connection->ended = 1006; /* RFC 6455's name for an end without a word */
        return;
    }
    if (count <= 0)
        fail("connection %d: the server hung up: %s", index_of(connection), count ? strerror(errno) : "end");
    counts.reads++;
    counts.bytes += count;
    size_t length = connection->in_length + count, at = 0;
    connection->in_length = 0;
    if (!connection->open)
        at = handshake(connection, (char *)buffer, length);
    if (connection->open)
        at += frames(connection, buffer + at, length - at, now_ns(), epoll);
    if (at < length)
        append(&connection->in, &connection->in_length, &connection->in_room, buffer + at, length - at);
}

static void flush(struct connection *connection, int epoll) {
    if (!connection->connected) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error)
            fail("connection %d could not connect: %s", index_of(connection), strerror(error));
        connection->connected = true;
        watch(connection, epoll, EPOLL_CTL_MOD, EPOLLIN);
        write_bytes(connection, (uint8_t *)connection->request, strlen(connection->request), epoll);
        return;
    }
    ssize_t sent = send(connection->fd, connection->out, connection->out_length, MSG_NOSIGNAL);
    if (sent > 0) {
        connection->out_length -= sent;
        memmove(connection->out, connection->out + sent, connection->out_length);
    }
    if (!connection->out_length)
        watch(connection, epoll, EPOLL_CTL_MOD, EPOLLIN);
}

void connection_happens(struct connection *connection, uint32_t events, int epoll) {
    if (events & EPOLLOUT)
        flush(connection, epoll);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        receive(connection, epoll);
    if (connection->stalled && connection->ready && !connection->deaf) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, connection->fd, NULL);
        connection->deaf = true;
    }
}

void connection_wake(struct connection *connection, int epoll) { watch(connection, epoll, EPOLL_CTL_ADD, EPOLLIN); }
