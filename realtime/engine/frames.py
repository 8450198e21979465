"""A WebSocket frame, made once for all its receivers: a server's frames are not masked (RFC 6455 §5.1)."""

import zlib
from functools import cached_property

from realtime.conf import limits
from realtime.engine.protocol import pack

TEXT = 0x81  # the whole message in one frame
DEFLATED = 0x40
# A deflated frame below this size saves no packet, and costs the time of many plain ones.
DEFLATE_FROM_BYTES = 1024
LEVEL = 1  # Chat shrinks to a quarter with it; level 6 takes three times as long to save another tenth.


class Frame:
    """One text, and its bytes for the socket."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _payload(self) -> bytes:
        return self.text.encode()

    @cached_property
    def is_deflatable(self) -> bool:
        """Whether `deflated` differs from `plain`."""
        return len(self._payload) >= DEFLATE_FROM_BYTES

    @cached_property
    def plain(self) -> bytes:
        return head(TEXT, len(self._payload)) + self._payload

    @cached_property
    def deflated(self) -> bytes:
        """The frame for connections with permessage-deflate without context takeover (RFC 7692 §7)."""
        if not self.is_deflatable:
            return self.plain
        deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        payload = (deflate.compress(self._payload) + deflate.flush(zlib.Z_SYNC_FLUSH))[:-4]
        return head(TEXT | DEFLATED, len(payload)) + payload


def frames_of(text: str) -> list[Frame]:
    """Return the frames for these lines."""
    return [Frame(part) for part in pack(text, limits.FRAME_OUT_BYTES)]


def head(first: int, length: int) -> bytes:
    """Return the header of a frame with a payload of this length (RFC 6455 §5.2)."""
    if length < 126:
        return bytes((first, length))
    if length < 65536:
        return bytes((first, 126)) + length.to_bytes(2)
    return bytes((first, 127)) + length.to_bytes(8)
