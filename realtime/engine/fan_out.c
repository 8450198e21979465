/* Sends the same bytes to many sockets. Built by scripts/install.py, called by fan_out.py without the interpreter's lock. */

#include <errno.h>
#include <sys/socket.h>

/* Writes how much each socket has taken into `taken`, and returns how many have taken all of it. No socket is waited
   for. A file descriptor below 0 is left out. What went wrong on a socket is found when its rest is sent. */
int fan_out(const int *sockets, int count, const char *bytes, int size, int *taken)
{
    int complete = 0;
    for (int i = 0; i < count; i++) {
        ssize_t sent = -1;
        if (sockets[i] >= 0) {
            do {
                sent = send(sockets[i], bytes, size, MSG_DONTWAIT);
            } while (sent < 0 && errno == EINTR);
        }
        taken[i] = sent < 0 ? 0 : (int) sent;
        complete += sent == size;
    }
    return complete;
}
