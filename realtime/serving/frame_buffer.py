"""A buffer that splits the bytes of a WebSocket connection into frames (RFC 6455 §5.2), by their headers alone."""

CONTINUATION, TEXT, BINARY, CLOSE, PING = 0x0, 0x1, 0x2, 0x8, 0x9


class FrameBuffer:
    """Hold received bytes until they are taken, one frame at a time; payloads are neither unmasked nor inflated.

    `largest` is the most bytes that a payload may have: of a larger frame only the header is returned, once it is
    complete, and the payload is discarded as it arrives.
    """

    __slots__ = ("_bytes", "_largest", "_skip", "_start")

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._bytes: bytes | bytearray = b""
        self._start = 0
        self._skip = 0  # bytes that are still to be discarded

    def __len__(self) -> int:
        return len(self._bytes) - self._start

    def feed(self, data: bytes) -> None:
        """Add received bytes. Usually they are one whole frame, which `take` then returns without a copy."""
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        if self._start == len(self._bytes):
            self._bytes, self._start = data, 0
            return
        if isinstance(self._bytes, bytes):
            self._bytes = bytearray(self._bytes)
        del self._bytes[: self._start]
        self._start = 0
        self._bytes += data

    def take(self) -> bytes | bytearray | None:
        """Return the next frame, header and payload; None while it is incomplete."""
        data, start = self._bytes, self._start
        have = len(data) - start
        if have < 2:
            return None
        length = data[start + 1] & 0x7F
        size = 6 if data[start + 1] & 0x80 else 2  # 6 with the masking key
        if length > 125:
            size += 2 if length == 126 else 8
            if have < size:
                return None
            length = int.from_bytes(data[start + 2 : start + (4 if length == 126 else 10)])
        if length > self._largest:
            end = min(start + size + length, len(data))
            self._skip = start + size + length - end
            self._start = end
            return data[start : start + size]
        end = start + size + length
        if end > len(data):
            return None
        self._start = end
        if end == len(data):
            self.clear()  # an idle connection must not keep its last frame
        return data if end - start == len(data) else data[start:end]

    def clear(self) -> None:
        self._bytes, self._start = b"", 0


def opcode_of(frame: bytes | bytearray) -> int:
    return frame[0] & 0x0F
