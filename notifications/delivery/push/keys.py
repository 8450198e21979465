"""The site's key for push services (VAPID, RFC 8292), and the signature of a push."""

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

THE_KEY = 1  # the only row: if two processes create it at once, both get the first one's
PROOF_HOLDS = timedelta(hours=12)  # services refuse more than 24
HALF_BYTES = 32


class Keys(NamedTuple):
    """The site's private key, and its public key in the form that browsers and push services use."""

    private: ec.EllipticCurvePrivateKey
    public: str


def find_keys() -> Keys:
    """Return the site's key, created on first use and kept for ever: every subscription is bound to it."""
    row = ServerKey.objects.filter(pk=THE_KEY).first()
    if row is None:
        row, _ = ServerKey.objects.get_or_create(pk=THE_KEY, defaults={"private_pem": make_pem()})
    private = load_pem_private_key(row.private_pem.encode(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("The stored key is not an elliptic-curve key.")
    return Keys(private, in_base64(public_bytes(private.public_key())))


def make_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def prove(keys: Keys, origin: str, now: datetime) -> str:
    """Return the Authorization header that identifies this site to one push service for PROOF_HOLDS."""
    claims = {"aud": origin, "exp": int((now + PROOF_HOLDS).timestamp()), "sub": find_contact()}
    signed = ".".join(in_base64(msgspec.json.encode(part)) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    halves = decode_dss_signature(keys.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = b"".join(half.to_bytes(HALF_BYTES, "big") for half in halves)
    return f"vapid t={signed}.{in_base64(signature)}, k={keys.public}"


def find_contact() -> str:
    """Return the contact for push services: the site's email address if its domain is public, else its URL."""
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
    """Decode either base64 alphabet, with or without padding. Raises ValueError."""
    text = text.rstrip("=").replace("+", "-").replace("/", "_")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
