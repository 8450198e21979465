#include "sha1.h"

#include <stdint.h>
#include <string.h>

static uint32_t rotate(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

static void mix(uint32_t *hash, const uint8_t *block) {
    uint32_t word[80], a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
    for (int t = 0; t < 16; t++)
        word[t] = (uint32_t)block[4 * t] << 24 | block[4 * t + 1] << 16 | block[4 * t + 2] << 8 | block[4 * t + 3];
    for (int t = 16; t < 80; t++)
        word[t] = rotate(word[t - 3] ^ word[t - 8] ^ word[t - 14] ^ word[t - 16], 1);
    for (int t = 0; t < 80; t++) {
        uint32_t f = t < 20   ? ((b & c) | (~b & d)) + 0x5a827999
                     : t < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                     : t < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                              : (b ^ c ^ d) + 0xca62c1d6;
        uint32_t next = rotate(a, 5) + f + e + word[t];
        e = d;
        d = c;
        c = rotate(b, 30);
        b = a;
        a = next;
    }
    hash[0] += a;
    hash[1] += b;
    hash[2] += c;
    hash[3] += d;
    hash[4] += e;
}

void sha1_base64(const char *text, char *to) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t hash[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    uint8_t blocks[192] = {0}, digest[21] = {0};
    size_t length = strnlen(text, 183), size = (length + 8) / 64 * 64 + 64;
    memcpy(blocks, text, length);
    blocks[length] = 0x80;
    blocks[size - 2] = length * 8 >> 8;
    blocks[size - 1] = length * 8 & 255;
    for (size_t at = 0; at < size; at += 64)
        mix(hash, blocks + at);
    for (int index = 0; index < 20; index++)
        digest[index] = hash[index / 4] >> (24 - index % 4 * 8);
    for (int at = 0; at < 21; at += 3) {
        uint32_t three = digest[at] << 16 | digest[at + 1] << 8 | digest[at + 2];
        for (int letter = 0; letter < 4; letter++)
            *to++ = LETTERS[three >> (18 - 6 * letter) & 63];
    }
    to[-1] = '='; /* twenty bytes are two thirds of a triple short of seven triples */
    *to = 0;
}
