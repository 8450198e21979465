"""The requests of uploads: their headers as tus 1.0 defines them, with bounds. Errors are for developers of clients."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import msgspec

from files.errors import BadUpload
from realtime.shared.headers import Headers, join_headers

VERSION = b"1.0.0"
BODY_TYPE = b"application/offset+octet-stream"
ALGORITHMS = ("sha1", "sha256")
METADATA_BYTES = 8192
NUMBER = re.compile(rb"[0-9]{1,18}")
DECLARED_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
TYPE_CHARACTERS = 100
WAVEFORM_BYTES = 100
MOST_SECONDS = 7 * 24 * 3600.0
MOST_PIXELS = 100_000  # of a side


class Facts(msgspec.Struct, omit_defaults=True):
    """Facts that only the browser can measure. They are checked and bounded, and never trusted."""

    duration: float | None = None  # seconds
    waveform: str | None = None  # base64
    width: int | None = None
    height: int | None = None
    voice: bool = False


class Creation(NamedTuple):
    """An upload that a client wants to begin."""

    key: UUID
    length: int
    name: str
    declared_type: str
    facts: dict[str, Any]
    user_id: int | None = None  # whose file it is, as far as the client knows


class UploadRequest:
    """One request, read from its ASGI scope."""

    def __init__(self, scope: dict, receive: Callable[[], Awaitable[dict]]) -> None:
        self.scope = scope
        self.receive = receive
        self.headers: Headers = join_headers(scope["headers"])

    @property
    def method(self) -> str:
        """Its method, or for clients that can only POST the one that they name."""
        method: str = self.scope["method"]
        named = self.headers.get(b"x-http-method-override", b"").decode("latin-1").upper()
        return named if method == "POST" and named in ("PATCH", "DELETE") else method

    def check_version(self) -> None:
        if self.headers.get(b"tus-resumable") != VERSION:
            raise BadUpload("This server speaks tus 1.0.0: send the header Tus-Resumable: 1.0.0.", 412)

    @property
    def has_body(self) -> bool:
        """Whether it carries bytes of the file."""
        return self.headers.get(b"content-type", b"").partition(b";")[0].strip().lower() == BODY_TYPE

    @property
    def body_bytes(self) -> int:
        """The length of its body, as announced; 0 where it is not."""
        return self.read_number(b"content-length") or 0

    def read_number(self, name: bytes) -> int | None:
        value = self.headers.get(name)
        if value is None:
            return None
        if not NUMBER.fullmatch(value):
            raise BadUpload(f"{name.decode().title()} must be a whole number.")
        return int(value)

    def read_offset(self) -> int:
        if not self.has_body:
            raise BadUpload(f"Content-Type must be {BODY_TYPE.decode()}.", 415)
        offset = self.read_number(b"upload-offset")
        if offset is None:
            raise BadUpload("Upload-Offset is missing.")
        return offset

    def read_creation(self) -> Creation:
        length = self.read_number(b"upload-length")
        if length is None:
            raise BadUpload("Upload-Length is missing. Its deferral is not supported.")
        metadata = read_metadata(self.headers.get(b"upload-metadata", b""))
        return Creation(
            read_upload_key(metadata.get("key")),
            length,
            metadata.get("filename", ""),
            read_type(metadata.get("filetype", "")),
            read_facts(metadata.get("facts", "")),
            read_user_id(metadata.get("user", "")),
        )

    def read_checksum(self) -> "Checksum | None":
        header = self.headers.get(b"upload-checksum")
        if header is None:
            return None
        algorithm, _, value = header.decode("latin-1").partition(" ")
        if algorithm not in ALGORITHMS:
            raise BadUpload(f"Upload-Checksum must be one of {', '.join(ALGORITHMS)}, and base64.")
        return Checksum(algorithm, decode_base64(value.strip(), "Upload-Checksum"))


class Checksum:
    """The checksum that a body must have."""

    def __init__(self, algorithm: str, expected: bytes) -> None:
        self.expected = expected
        self.hash = hashlib.new(algorithm, usedforsecurity=False)

    @property
    def is_right(self) -> bool:
        return self.hash.digest() == self.expected


def read_metadata(header: bytes) -> dict[str, str]:
    if len(header) > METADATA_BYTES:
        raise BadUpload(f"Upload-Metadata has more than {METADATA_BYTES} bytes.")
    metadata = {}
    for pair in header.decode("latin-1").split(","):
        name, _, value = pair.strip().partition(" ")
        # File names of some systems are not valid text; clean_file_name drops the invalid characters.
        metadata[name] = decode_base64(value.strip(), f"Upload-Metadata {name[:40]}").decode("utf-8", "replace")
    return metadata


def decode_base64(value: str, field: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:  # also for letters outside of ASCII
        raise BadUpload(f"{field} must be base64.") from None


def read_upload_key(text: str | None) -> UUID:
    """Return the key that the client chose, or a new one."""
    if text is None:
        return uuid4()
    try:
        return UUID(text)
    except ValueError:
        raise BadUpload("The key in Upload-Metadata must be a UUID.") from None


def read_type(text: str) -> str:
    """Return a declared type without its parameters; empty where it is none. It decides nothing by itself."""
    kind = text.partition(";")[0].strip().lower()
    return kind if DECLARED_TYPE.fullmatch(kind) and len(kind) <= TYPE_CHARACTERS else ""


def read_user_id(text: str) -> int | None:
    if text and not NUMBER.fullmatch(text.encode()):
        raise BadUpload("The user in Upload-Metadata must be the id of a user.")
    return int(text) if text else None


def read_facts(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        facts = msgspec.json.decode(text, type=Facts)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadUpload(f"The facts in Upload-Metadata are wrong: {error}") from None
    if facts.duration is not None and not 0 <= facts.duration <= MOST_SECONDS:
        raise BadUpload("The duration in the facts must be seconds.")
    if any(side is not None and not 0 < side <= MOST_PIXELS for side in (facts.width, facts.height)):
        raise BadUpload("Width and height in the facts must be pixels.")
    if facts.waveform is not None and len(decode_base64(facts.waveform, "The waveform")) > WAVEFORM_BYTES:
        raise BadUpload(f"The waveform in the facts has more than {WAVEFORM_BYTES} bytes.")
    found: dict[str, Any] = msgspec.to_builtins(facts)
    return {name: value for name, value in found.items() if value is not None}
