/* The floor: what a broadcast costs when nothing is done but one send() a delivery. Nothing is parsed or stored.
 *
 *     floor PORT
 *
 * RFC 6455 with epoll in one thread: what a client sends in a text frame goes to everybody, one send() each.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sha1.h"

enum { MOST_LINKS = 65536, READ_BYTES = 1 << 16, EVENTS = 512, TEXT = 1, CLOSE = 8, PING = 9, PONG = 10 };

struct link {
    bool open;
    uint8_t *in, *out; /* half a frame; what the kernel would not take yet */
    size_t in_length, in_room, out_length, out_room;
    int place; /* in `everybody` */
};

static struct link links[MOST_LINKS]; /* by file descriptor */
static int everybody[MOST_LINKS], count, epoll;

static _Noreturn void stop(const char *what) {
    perror(what);
    exit(1);
}

static void append(uint8_t **to, size_t *length, size_t *room, const void *bytes, size_t size) {
    if (*length + size > *room) {
        *room = (*length + size) * 2;
        *to = realloc(*to, *room);
        if (!*to)
            stop("memory");
    }
    memcpy(*to + *length, bytes, size);
    *length += size;
}

static void watch(int fd, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.fd = fd};
    if (epoll_ctl(epoll, operation, fd, &event))
        stop("epoll_ctl");
}

static void leave(int fd) {
    struct link *link = &links[fd];
    if (link->open) {
        everybody[link->place] = everybody[--count];
        links[everybody[link->place]].place = link->place;
    }
    free(link->in);
    free(link->out);
    *link = (struct link){0};
    close(fd);
}

static void write_bytes(int fd, const void *bytes, size_t length) {
    struct link *link = &links[fd];
    ssize_t sent = link->out_length ? 0 : send(fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0)
        sent = 0; /* full, or gone: then epoll says so */
    if ((size_t)sent < length) {
        append(&link->out, &link->out_length, &link->out_room, (const uint8_t *)bytes + sent, length - sent);
        watch(fd, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
}

static void flush(int fd) {
    struct link *link = &links[fd];
    ssize_t sent = send(fd, link->out, link->out_length, MSG_NOSIGNAL);
    if (sent > 0) {
        link->out_length -= sent;
        memmove(link->out, link->out + sent, link->out_length);
    }
    if (!link->out_length)
        watch(fd, EPOLL_CTL_MOD, EPOLLIN);
}

static size_t make_frame(uint8_t *frame, int opcode, const uint8_t *payload, size_t length) {
    size_t head = length < 126 ? 2 : 4; /* read_frame takes no longer ones */
    frame[0] = 0x80 | opcode;
    frame[1] = length < 126 ? length : 126;
    if (head == 4) {
        frame[2] = length >> 8;
        frame[3] = length & 255;
    }
    memcpy(frame + head, payload, length);
    return head + length;
}

static void broadcast(const uint8_t *payload, size_t length) {
    static uint8_t frame[4 + 0xffff];
    size_t size = make_frame(frame, TEXT, payload, length);
    for (int index = 0; index < count; index++)
        write_bytes(everybody[index], frame, size);
}

static bool answer(int fd, int opcode, const uint8_t *payload, size_t length) {
    uint8_t frame[4 + 125];
    if (opcode == TEXT) {
        broadcast(payload, length);
        return true;
    }
    if (length > 125 || (opcode != PING && opcode != CLOSE && opcode != PONG))
        return false;
    if (opcode != PONG)
        write_bytes(fd, frame, make_frame(frame, opcode == PING ? PONG : CLOSE, payload, length));
    return opcode != CLOSE;
}

/* Take one frame off the bytes; return its size, 0 where it is not whole, -1 where the link must end. */
static ssize_t read_frame(int fd, uint8_t *bytes, size_t length) {
    if (length < 6)
        return 0;
    size_t head = 2, size = bytes[1] & 127;
    if (!(bytes[1] & 0x80) || (bytes[0] & 0xf0) != 0x80 || size == 127)
        return -1; /* not masked, in parts, or longer than any post */
    if (size == 126) {
        size = (size_t)bytes[2] << 8 | bytes[3];
        head = 4;
    }
    if (length < head + 4 + size)
        return 0;
    uint8_t *mask = bytes + head, *payload = mask + 4;
    for (size_t index = 0; index < size; index++)
        payload[index] ^= mask[index & 3];
    return answer(fd, bytes[0] & 15, payload, size) ? (ssize_t)(head + 4 + size) : -1;
}

/* Return the size of the request, 0 where it is not whole, -1 where it is none of ours. */
static ssize_t read_request(int fd, char *bytes, size_t length) {
    static const char NAME[] = "\r\nSec-WebSocket-Key:", GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end)
        return length > 8192 ? -1 : 0;
    *end = 0;
    char *key = strcasestr(bytes, NAME), response[256], accepted[32];
    if (!key)
        return -1;
    key += strlen(NAME) + strspn(key + strlen(NAME), " ");
    char source[128];
    snprintf(source, sizeof source, "%.*s%s", (int)strcspn(key, " \r"), key, GUID);
    sha1_base64(source, accepted);
    int size = snprintf(response, sizeof response,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n", accepted);
    links[fd].open = true;
    links[fd].place = count;
    everybody[count++] = fd;
    write_bytes(fd, response, size);
    return end + 4 - bytes;
}

static void receive(int fd) {
    static uint8_t buffer[READ_BYTES];
    ssize_t size = recv(fd, buffer, sizeof buffer, 0);
    if (size < 0 && errno == EAGAIN)
        return;
    if (size <= 0) {
        leave(fd);
        return;
    }
    struct link *link = &links[fd];
    append(&link->in, &link->in_length, &link->in_room, buffer, size);
    size_t at = 0;
    for (ssize_t taken; at < link->in_length; at += taken) {
        uint8_t *bytes = link->in + at;
        size_t length = link->in_length - at;
        taken = link->open ? read_frame(fd, bytes, length) : read_request(fd, (char *)bytes, length);
        if (taken < 0) {
            leave(fd);
            return;
        }
        if (!taken)
            break;
    }
    link->in_length -= at;
    memmove(link->in, link->in + at, link->in_length);
}

static void take_links(int listener) {
    int fd, yes = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        if (fd >= MOST_LINKS) {
            close(fd);
            continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(fd, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static int listen_at(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096))
        stop("listen");
    return listener;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("usage: floor PORT\n", stderr);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    epoll = epoll_create1(0);
    int listener = listen_at(atoi(argv[1]));
    watch(listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        struct epoll_event events[EVENTS];
        int happened = epoll_wait(epoll, events, EVENTS, -1);
        for (int index = 0; index < happened; index++) {
            int fd = events[index].data.fd;
            if (fd == listener) {
                take_links(listener);
                continue;
            }
            if (events[index].events & EPOLLOUT)
                flush(fd);
            if (events[index].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
                receive(fd);
        }
    }
}
