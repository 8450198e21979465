/* SHA-1 (RFC 3174) of a short text, in base64 (RFC 4648): what the WebSocket handshake answers. */
#ifndef SHA1_H
#define SHA1_H

/* Write 28 characters and a zero to `to`. The text has at most 183 bytes. */
void sha1_base64(const char *text, char *to);

#endif
