"""The key by which push services know this site (VAPID, RFC 8292), and the proof that a push is ours."""

import base64
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

from notifications.conf import setting
from notifications.models import ServerKey

THE_KEY = 1  # the one row there is: two processes that make it at once collide, and both get what the first one wrote
PROOF_HOLDS = timedelta(hours=12)  # services refuse more than 24
HALF_BYTES = 32


class Keys(NamedTuple):
    """The site's key, and its public half as browsers and push services write it."""

    private: ec.EllipticCurvePrivateKey
    public: str


def find_keys() -> Keys:
    """Return the site's key, made at the first need and kept for ever: every subscription is bound to it."""
    row = ServerKey.objects.filter(pk=THE_KEY).first()
    if row is None:
        row, _ = ServerKey.objects.get_or_create(pk=THE_KEY, defaults={"private_pem": make_pem()})
    private = load_pem_private_key(row.private_pem.encode(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("The server's key is none for pushes.")
    return Keys(private, in_base64(public_bytes(private.public_key())))


def make_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def prove(keys: Keys, origin: str, now: datetime) -> str:
    """Return the Authorization header that tells one push service that it is us, for some hours."""
    claims = {"aud": origin, "exp": int((now + PROOF_HOLDS).timestamp()), "sub": find_contact()}
    signed = ".".join(in_base64(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    halves = decode_dss_signature(keys.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(half.to_bytes(HALF_BYTES, "big") for half in halves)
    return f"vapid t={signed}.{in_base64(signature)}, k={keys.public}"


def find_contact() -> str:
    """Return whom a push service may turn to: the site's mail address, if it is one out there, or the site itself."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    site = setting("SITE_URL")
    if "." not in address.rpartition("@")[2] and site.startswith("https://"):
        return site
    return f"mailto:{address}"


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def in_base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Return the bytes of a text in either alphabet, with or without padding. Raises ValueError."""
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
