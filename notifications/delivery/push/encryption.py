"""The encryption of a push for one browser, which the push service cannot read (RFC 8291 and RFC 8188)."""

import os
import struct
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from notifications.delivery.push.keys import from_base64, public_bytes

SALT_BYTES = 16
SECRET_BYTES = 16
RECORD_BYTES = 4096  # the whole body is one record
THE_LAST_RECORD = b"\x02"


class Reader(NamedTuple):
    """The browser's public key, and the secret that it shares with the site."""

    key: ec.EllipticCurvePublicKey
    secret: bytes


def read_reader(p256dh: str, auth: str) -> Reader:
    """Return the keys of a subscription. Raises ValueError if they are invalid."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64(p256dh))
    secret = from_base64(auth)
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"The secret has {len(secret)} bytes.")
    return Reader(key, secret)


def encrypt(
    text: bytes, reader: Reader, *, key: ec.EllipticCurvePrivateKey | None = None, salt: bytes | None = None
) -> bytes:
    """Return the encrypted body of a push. `key` and `salt` are random for each push; only a test passes its own."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(SALT_BYTES)
    ours, theirs = public_bytes(key.public_key()), public_bytes(reader.key)
    shared = derive(key.exchange(ec.ECDH(), reader.key), reader.secret, b"WebPush: info\0" + theirs + ours, 32)
    content_key = derive(shared, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(shared, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack(">IB", RECORD_BYTES, len(ours)) + ours
    return head + AESGCM(content_key).encrypt(nonce, text + THE_LAST_RECORD, None)


def derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)
