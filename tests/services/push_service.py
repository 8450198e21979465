"""A push service on this machine, which checks the encryption and the signature of pushes, and decrypts them.

It decrypts with another library (http_ece) than the code under test.
"""

import base64
import json
import os
import time
from dataclasses import dataclass, field

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.services.authority import authority
from tests.services.neighbour import Asked, Neighbour, Reply

HOST = "push.example.org"
CREATED = Reply(201)


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Subscribed:
    """A subscribed browser, which alone can decrypt its pushes."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": encode(point), "auth": encode(self.secret)}

    @property
    def as_json(self) -> dict:
        """The result of PushSubscription.toJSON()."""
        return {"endpoint": self.endpoint, "keys": self.keys}

    def reads(self, asked: Asked) -> dict:
        """Decrypt a push, and return its contents."""
        plain = http_ece.decrypt(asked.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


class PushService:
    """Answers pushes as a test chooses: `service.answers(410)`."""

    def __init__(self) -> None:
        self.reply = CREATED
        self.neighbour = Neighbour(lambda _: self.reply, names=(HOST,))
        self.close = self.neighbour.close
        self.network = self.neighbour.network()

    def begins_anew(self) -> None:
        """Forget the received pushes, and answer as usual."""
        self.taken.clear()
        self.reply = CREATED

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a site sends all its requests to this service."""
        return {
            "DJANGO_SETTINGS_MODULE": "tests.services.push_settings",
            "PUSH_SERVICE_PORT": str(self.neighbour.port),
            "PUSH_SERVICE_AUTHORITY": authority().pem,
        }

    @property
    def taken(self) -> list[Asked]:
        return self.neighbour.asked

    def answers(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.reply = Reply(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    def subscribes(self, name: str = "phone") -> Subscribed:
        return Subscribed(f"https://{HOST}/to/{name}-{os.urandom(8).hex()}")


def read_proof(asked: Asked) -> dict:
    """Return the sender's claims, after checking their signature and its key."""
    scheme, _, rest = asked.headers["Authorization"].partition(" ")
    assert scheme == "vapid"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = decode(signature)
    halves = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(parts["k"]))
    public.verify(halves, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    claimed = json.loads(decode(claims))
    assert time.time() < claimed["exp"] <= time.time() + 24 * 3600
    return {**claimed, "key": parts["k"]}
