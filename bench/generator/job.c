/* Read a job: one field a line, its values between tabs; \r \n \t and \\ stand for themselves. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

struct job job = {
    .mode = "burst", .done = "author", .at_once = 500, .in_flight = 1, .seconds = 1, .give_up = 60, .marker = "post-"};

static char *plain(char *text) {
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        *to++ = *from == 'r' ? '\r' : *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
    }
    *to = 0;
    return text;
}

static void add_room(char **rest) {
    job.room = realloc(job.room, sizeof(struct room) * (job.rooms + 1));
    job.room[job.rooms++] = (struct room){.post = plain(strsep(rest, "\t"))};
}

static void add_connection(char **rest) {
    if (job.connections % 1024 == 0)
        job.connection = realloc(job.connection, sizeof(struct connection) * (job.connections + 1024));
    struct connection *connection = &job.connection[job.connections++];
    *connection = (struct connection){.fd = -1};
    connection->port = atoi(strsep(rest, "\t"));
    connection->room = atoi(strsep(rest, "\t"));
    connection->request = plain(strsep(rest, "\t"));
    for (int step = 0; *rest; step++) {
        if (step == MOST_STEPS)
            fail("a connection has too many steps");
        connection->steps[step] = plain(strsep(rest, "\t"));
    }
}

static void set(const char *name, char **rest) {
    if (!strcmp(name, "room")) { add_room(rest); return; }
    if (!strcmp(name, "connection")) { add_connection(rest); return; }
    char *value = plain(strsep(rest, "\t"));
    if (!strcmp(name, "mode")) job.mode = value;
    else if (!strcmp(name, "done")) job.done = value;
    else if (!strcmp(name, "at_once")) job.at_once = atoi(value);
    else if (!strcmp(name, "in_flight")) job.in_flight = atoi(value);
    else if (!strcmp(name, "first")) job.first = atoi(value);
    else if (!strcmp(name, "stalled")) job.stalled = atoi(value);
    else if (!strcmp(name, "receive_buffer")) job.receive_buffer = atoi(value);
    else if (!strcmp(name, "rate")) job.rate = atof(value);
    else if (!strcmp(name, "warm")) job.warm = atof(value);
    else if (!strcmp(name, "seconds")) job.seconds = atof(value);
    else if (!strcmp(name, "give_up")) job.give_up = atof(value);
    else if (!strcmp(name, "marker")) job.marker = value;
    else if (!strcmp(name, "expect") && job.steps < MOST_STEPS) job.expect[job.steps++] = value;
    else if (!strcmp(name, "server") && job.servers < MOST_SERVERS) job.server[job.servers++] = atoi(value);
    else if (!strcmp(name, "answer")) job.answer_prefix = value, job.answer_suffix = plain(strsep(rest, "\t"));
    else if (!strcmp(name, "ping")) job.ping = value, job.pong = plain(strsep(rest, "\t"));
    else fail("the job has an unknown line: %s", name);
}

void read_job(const char *path) {
    FILE *file = fopen(path, "r");
    if (!file)
        fail("no job at %s", path);
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    while ((length = getline(&line, &room, file)) > 0) {
        if (line[length - 1] == '\n')
            line[length - 1] = 0;
        char *rest = strdup(line); /* its parts live as long as the job */
        char *name = strsep(&rest, "\t");
        if (!rest)
            fail("the job has a line without a value: %s", name);
        set(name, &rest);
    }
    fclose(file);
    if (strcmp(job.done, "author") && strcmp(job.done, "everybody"))
        fail("a post is done for its author or for everybody, not for: %s", job.done);
    if (!job.connections || (strcmp(job.mode, "hold") && !job.rooms))
        fail("the job has no connections, or no room to post to");
    for (int index = 0; index < job.connections; index++) {
        struct connection *connection = &job.connection[index];
        connection->stalled = index >= job.connections - job.stalled;
        if (connection->room >= job.rooms)
            fail("connection %d is in a room that is not there", index);
        if (connection->room >= 0 && !connection->stalled)
            job.room[connection->room].members++;
    }
}
