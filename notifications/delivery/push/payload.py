"""The encoding of a push's payload: push services accept 4 KiB, so long texts are cut."""

import msgspec

PAYLOAD_BYTES = 3 * 1024
MOST_IDS = 50
ELLIPSIS = "…"


def pack_payload(payload: dict) -> bytes:
    """Return a payload as JSON of at most PAYLOAD_BYTES.

    If needed with fewer ids, then a shorter body, then a shorter title.
    """
    packed = dict(payload)
    if "ids" in packed:
        packed["ids"] = packed["ids"][-MOST_IDS:]
    for field in ("body", "title"):
        if (excess := excess_of(packed)) > 0 and packed.get(field):
            packed[field] = cut_bytes(packed[field], excess)
    while excess_of(packed) > 0 and packed.get("close"):
        packed["close"] = packed["close"][:-1]
    return msgspec.json.encode(packed)


def excess_of(payload: dict) -> int:
    return len(msgspec.json.encode(payload)) - PAYLOAD_BYTES


def cut_bytes(text: str, excess: int) -> str:
    """Return a text that is shorter by at least `excess` bytes and ends with an ellipsis."""
    kept = text.encode()[: -excess - len(ELLIPSIS.encode())]
    return kept.decode(errors="ignore").rstrip() + ELLIPSIS
