/* The load generator: opens the connections of a job, posts, and counts every post on every connection.
 *
 *     load JOB
 *
 * Prints {"ready": …} when all connections have joined, waits for a line on its input, runs, and prints what it counted.
 * Whatever is lost, comes twice or is refused ends it with one sentence and an exit code of load.h; bench/load.py writes
 * jobs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum {
    EVENTS = 1024,
    BUCKET_NS = 10000, /* latencies are counted in steps of 10 µs … */
    BUCKETS = 3000000, /* … up to 30 s */
    LATE_MS = 200,     /* after the last post is with everybody: a second copy would come now */
};

struct counts counts;
int ready_connections;

static struct counts start_counts;
static struct post posts[MOST_POSTS];
static uint32_t latencies[BUCKETS];
static uint64_t latency_count, posted, unfinished, done_in_window;
static bool posting, measuring, for_everybody, one_order = true;
static int epoll, next_author;

void stop(int code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(code);
}

static uint64_t clock_ns(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time))
        return 0;
    return (uint64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static double servers_cpu(void) {
    double seconds = 0;
    for (int index = 0; index < job.servers; index++) {
        clockid_t clock;
        if (clock_getcpuclockid(job.server[index], &clock))
            fail("a server has ended");
        seconds += clock_ns(clock) / 1e9;
    }
    return seconds;
}

static double own_cpu(void) { return clock_ns(CLOCK_PROCESS_CPUTIME_ID) / 1e9; }

/* -- posts */

static void post_next(void) {
    if (posted == MOST_POSTS)
        fail("more posts than the generator has room for: shorten the run");
    struct connection *author = &job.connection[next_author];
    next_author = (next_author + 1) % (job.connections - job.stalled); /* people take turns */
    uint32_t number = posted++;
    char digits[9];
    snprintf(digits, sizeof digits, "%u", job.first + number);
    char *text = strdup(job.room[author->room].post);
    for (char *place = text; (place = strstr(place, "@NUMBER@"));)
        memcpy(place, digits, 8);
    posts[number] = (struct post){
        .at = now_ns(), .author = author - job.connection, .room = author->room, .measured = measuring};
    unfinished++;
    connection_send(author, text, strlen(text), epoll);
    free(text);
}

static struct post *find_post(uint32_t number) {
    if (number < job.first)
        return NULL; /* of a load before this one, which left more behind than the server had stored when it ended */
    if (number - job.first >= posted)
        fail("a post came that nobody wrote: %u", number);
    return &posts[number - job.first];
}

/* A post is finished when it is answered (where the server answers) and with everybody: nothing more may come of it.
   It is done, and the next one is written, then or as soon as its author has it, as the job says. */
static void look_whether_done(struct post *post) {
    if (job.answer_prefix && !post->answered)
        return;
    bool finished = post->delivered == job.room[post->room].members;
    if (finished)
        unfinished--;
    if (post->done || !(for_everybody ? finished : post->own))
        return;
    post->done = true;
    if (measuring)
        done_in_window++;
    if (posting && job.in_flight)
        post_next();
}

void post_answered(uint32_t number) {
    struct post *post = find_post(number);
    if (!post)
        fail("a post of another load was answered: %u", number);
    if (post->answered)
        fail("post %u was answered twice", number);
    post->answered = true;
    counts.answers++;
    look_whether_done(post);
}

static void note_order(struct connection *connection, uint32_t number) {
    struct room *room = &job.room[connection->room];
    if (connection->place == room->length) {
        if (room->length == room->capacity) {
            room->capacity = room->capacity ? room->capacity * 2 : 1024;
            room->order = realloc(room->order, room->capacity * sizeof *room->order);
        }
        room->order[room->length++] = number;
    }
    one_order &= room->order[connection->place++] == number;
}

void post_delivered(struct connection *connection, uint32_t number, uint64_t now) {
    struct post *post = find_post(number);
    if (!post)
        return;
    uint32_t index = number - job.first;
    if (!connection->seen)
        connection->seen = calloc(MOST_POSTS / 8, 1);
    if (connection->room != post->room)
        fail("connection %d heard a post of another room", (int)(connection - job.connection));
    if (connection->seen[index / 8] & 1 << index % 8)
        fail("post %u came twice to connection %d", number, (int)(connection - job.connection));
    connection->seen[index / 8] |= 1 << index % 8;
    note_order(connection, number);
    post->delivered++;
    counts.deliveries++;
    if (post->measured) {
        uint64_t bucket = (now - post->at) / BUCKET_NS;
        latencies[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
        latency_count++;
    }
    if (post->author == connection - job.connection)
        post->own = true;
    look_whether_done(post);
}

static double latency_ms(double share) {
    uint64_t wanted = latency_count * share, before = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++)
        if ((before += latencies[bucket]) > wanted)
            return (bucket + 0.5) * BUCKET_NS / 1e6;
    return 0;
}

/* -- the loop */

static char told[256];

/* Let things happen for at most so long; return whether something was told on the input. */
static bool turn(int milliseconds) {
    static struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, milliseconds);
    bool heard = false;
    for (int index = 0; index < count; index++) {
        if (events[index].data.ptr)
            connection_happens(events[index].data.ptr, events[index].events, epoll);
        else if (read(0, told, sizeof told) >= 0)
            heard = true;
    }
    return heard;
}

static void open_connections(void) {
    uint64_t started = now_ns();
    double own = own_cpu(), theirs = servers_cpu();
    int begun = 0;
    while (ready_connections < job.connections) {
        while (begun < job.connections && begun - ready_connections < job.at_once)
            connection_connect(&job.connection[begun++], epoll);
        turn(100);
        if (now_ns() - started > job.give_up * 1e9) {
            for (int index = 0; index < begun; index++)
                if (!job.connection[index].ready)
                    fail("%d of %d connections were not ready in %.0f s; connection %d was told: %s", job.connections - ready_connections,
                         job.connections, job.give_up, index, job.connection[index].last);
        }
    }
    printf("{\"seconds\": %.6f, \"server_cpu\": %.6f, \"generator_cpu\": %.6f}\n", (now_ns() - started) / 1e9,
           servers_cpu() - theirs, own_cpu() - own);
    fflush(stdout);
}

/* Post at an even pace, whether answers come or not. */
static void pace_until(uint64_t end) {
    static uint64_t begun, done;
    if (!begun)
        begun = now_ns();
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    int outer = epoll_create1(0);
    struct epoll_event connections = {.events = EPOLLIN, .data.fd = epoll}, ticks = {.events = EPOLLIN, .data.fd = timer};
    epoll_ctl(outer, EPOLL_CTL_ADD, epoll, &connections);
    epoll_ctl(outer, EPOLL_CTL_ADD, timer, &ticks);
    for (uint64_t now; (now = now_ns()) < end;) {
        uint64_t due = begun + done * (1e9 / job.rate);
        if (due <= now) {
            post_next();
            done++;
            continue;
        }
        struct itimerspec at = {.it_value = {.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
        struct epoll_event event;
        epoll_wait(outer, &event, 1, 100);
        turn(0);
    }
    close(timer);
    close(outer);
}

static void run_until(uint64_t end) {
    if (!job.in_flight) {
        pace_until(end);
        return;
    }
    while (now_ns() < end)
        turn(10);
}

static void drain(void) {
    uint64_t started = now_ns();
    while (unfinished) {
        turn(100);
        if (now_ns() - started > job.give_up * 1e9)
            fail("something was lost: %lu of %lu posts are not with everybody", unfinished, posted);
    }
    for (uint64_t end = now_ns() + LATE_MS * 1000000ull; now_ns() < end;)
        turn(20);
}

/* Let the last connection read again, if it has not all along, and return with which code it was closed; 0: not at all. */
static int end_of_stalled(void) {
    struct connection *connection = &job.connection[job.connections - 1];
    if (!connection->deaf)
        return 0;
    connection_wake(connection, epoll);
    for (uint64_t end = now_ns() + 2000000000ull; now_ns() < end && !connection->ended;)
        turn(50);
    return connection->ended;
}

static void run(void) {
    posting = true;
    for (int slot = 0; slot < job.in_flight; slot++)
        post_next();
    run_until(now_ns() + job.warm * 1e9);
    measuring = true;
    start_counts = counts;
    double own = own_cpu(), theirs = servers_cpu();
    uint64_t started = now_ns();
    run_until(started + job.seconds * 1e9);
    double seconds = (now_ns() - started) / 1e9;
    own = own_cpu() - own;
    theirs = servers_cpu() - theirs;
    measuring = posting = false;
    uint64_t deliveries = counts.deliveries - start_counts.deliveries, bytes = counts.bytes - start_counts.bytes;
    uint64_t reads = counts.reads - start_counts.reads, done = done_in_window;
    drain();
    printf("{\"seconds\": %.6f, \"posts\": %lu, \"deliveries\": %lu, \"bytes\": %lu, \"reads\": %lu, "
           "\"generator_cpu\": %.6f, \"server_cpu\": %.6f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f, "
           "\"posted\": %lu, \"stalled_end\": %d, \"one_order\": %s}\n",
           seconds, done, deliveries, bytes, reads, own, theirs, latency_ms(0.5), latency_ms(0.99),
           latency_ms(1 - 1e-9), posted, end_of_stalled(), one_order ? "true" : "false");
}

static void wait_for_word(void) {
    struct epoll_event input = {.events = EPOLLIN};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, 0, &input))
        fail("the input cannot be waited for: %s", strerror(errno));
    while (!turn(1000)) {
    }
    epoll_ctl(epoll, EPOLL_CTL_DEL, 0, NULL);
}

int main(int count, char **arguments) {
    if (count != 2)
        fail("usage: load JOB");
    signal(SIGPIPE, SIG_IGN);
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    read_job(arguments[1]);
    for_everybody = !strcmp(job.done, "everybody");
    epoll = epoll_create1(0);
    open_connections();
    wait_for_word();
    if (strcmp(job.mode, "hold"))
        run();
    else
        printf("{}\n");
    return 0;
}
