/* What the generator's files share: the job, the connections, and what is counted. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MOST_POSTS = 1 << 18, /* as RUN_POSTS in bench/load.py */
    MOST_STEPS = 8,
    MOST_SERVERS = 16,
};

/* One WebSocket. `steps` are what it sends when the job's `expect` lines come: join, subscribe. */
struct connection {
    int fd, room, step;
    uint16_t port;
    bool connected, open, ready, stalled, deaf; /* deaf: a stalled one that is ready, and reads no more */
    int ended; /* the code with which a stalled one was closed */
    char *request, *steps[MOST_STEPS];
    uint8_t *in, *out; /* half a frame that came; what the kernel would not take yet */
    size_t in_length, in_room, out_length, out_room;
    uint8_t *seen;     /* one bit a post: twice is an error */
    size_t place;      /* in its room's order */
    char last[160];    /* what it was told last before it was ready, for the error */
};

/* Those who get a post. `order`: the numbers as the first connection that heard each got them. */
struct room {
    char *post; /* with @NUMBER@ */
    int members;
    uint32_t *order;
    size_t length, capacity;
};

struct post {
    uint64_t at;
    int author, room, delivered;
    bool answered, own, done, measured;
};

struct job {
    const char *mode; /* burst: so many in flight, or `rate` posts a second. hold: only be there. */
    const char *done; /* author: a post is done when its author has it. everybody: when all of its room have it. */
    int at_once, in_flight, stalled, receive_buffer;
    uint32_t first; /* posts are numbered from here on: eight digits, good as a JSON number */
    double rate, warm, seconds, give_up;
    const char *marker, *answer_prefix, *answer_suffix, *ping, *pong;
    const char *expect[MOST_STEPS];
    int steps, servers, connections, rooms;
    int server[MOST_SERVERS];
    struct connection *connection;
    struct room *room;
};

struct counts {
    uint64_t deliveries, answers, bytes, reads;
};

extern struct job job;
extern struct counts counts;
extern int ready_connections;

/* Exit codes: BROKEN where the server did what it never may, REFUSED where it said no to a post or to a reader. */
enum { BROKEN = 1, REFUSED = 2 };
_Noreturn void stop(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define fail(...) stop(BROKEN, __VA_ARGS__)
#define refused(...) stop(REFUSED, __VA_ARGS__)
uint64_t now_ns(void);

void read_job(const char *path);

void connection_connect(struct connection *connection, int epoll);
void connection_happens(struct connection *connection, uint32_t events, int epoll);
void connection_wake(struct connection *connection, int epoll);
void connection_send(struct connection *connection, const char *text, size_t length, int epoll);

/* Called by the connections, in run.c. */
void post_delivered(struct connection *connection, uint32_t number, uint64_t now);
void post_answered(uint32_t number);

#endif
