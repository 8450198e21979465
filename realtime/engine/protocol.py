"""The lines of a frame: decoding and encoding (docs/protocol.md). No I/O, no Django, no clock."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from realtime.shared.errors import BadCommand, BadFrame, CommandError, TooLarge

VERSION = 2
LARGEST_NUMBER = 2**53 - 1  # the largest integer that JavaScript represents exactly

# Close codes: after one up to 4499 a client reconnects, after one from 4500 on it does not.
TOO_SLOW = 4008  # the client reads too slowly: too many bytes wait for it, or its catch-up took too long
SILENT = 4009  # the client has sent nothing since it connected
CLOSED_BY_STAFF = 4010  # a member of staff closed the connection on the admin's page
RESTARTING = 4012  # the server shuts down, or its database holds another history
NOT_OUR_PROTOCOL = 4500  # the client speaks another version: reload the page
SIGNED_OUT = 4501  # the session or token is no longer valid
TOO_MANY_CONNECTIONS = 4504  # the user has too many connections (HUBBUB_CONNECTIONS_PER_USER)
ABUSE = 4508  # too many of the connection's commands were refused

# Every ref, id and seq on the wire. A plain int would pass numbers of any size on to the database.
type Number = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_NUMBER)]


class Command(msgspec.Struct, forbid_unknown_fields=True):
    """A command from a client. `data` stays raw until the type of this command's data is known."""

    ref: Number
    type: str
    topic: str | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class InvalidLine(msgspec.Struct):
    """A line that is not a valid command, with its `ref`, where it has one, for the error reply."""

    ref: int | None
    error: CommandError


class _OnlyRef(msgspec.Struct):
    ref: Number


_decode_command = msgspec.json.Decoder(Command).decode
_decode_ref = msgspec.json.Decoder(_OnlyRef).decode
_encode = msgspec.json.encode


def decode_frame(text: str, limit: int) -> Iterator[Command | InvalidLine]:
    """Yield the command, or the refusal, of each line of a frame. `limit`: bytes of the whole frame."""
    if len(text) > limit or (len(text) * 4 > limit and len(text.encode(errors="replace")) > limit):
        yield InvalidLine(None, TooLarge(f"A frame may have {limit} bytes."))
        return
    for line in text.split("\n"):
        yield _decode_line(line)


def _decode_line(line: str) -> Command | InvalidLine:
    try:
        return _decode_command(line)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        reason = str(error)
    try:
        ref = _decode_ref(line).ref
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return InvalidLine(None, BadFrame())
    return InvalidLine(ref, BadCommand(reason))


def decode_data[Data](data: msgspec.Raw, kind: type[Data]) -> Data:
    """Return a command's data as its own type. Raises BadCommand, which says where the data is invalid."""
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise BadCommand(str(error)) from None


def ok(ref: int, data: object) -> str:
    return _encode({"ref": ref, "ok": data}).decode()


def error(ref: int | None, refusal: CommandError) -> str:
    return _encode({"ref": ref, "error": refusal.as_data()}).decode()


def hello(data: object) -> str:
    return _encode({"type": "hello", "data": data}).decode()


def heartbeat(heads: Mapping[str, int]) -> str:
    return _encode({"type": "heartbeat", "data": {"heads": heads}}).decode()


def restarting(milliseconds: int) -> str:
    return _encode({"type": "restarting", "data": {"after_ms": milliseconds}}).decode()


def pack(text: str, limit: int) -> Iterator[str]:
    """Split lines into as few frames as `limit` characters allow; a longer line is a frame of its own."""
    if len(text) <= limit:
        yield text
        return
    lines = text.split("\n")
    start, size = 0, 0
    for index, line in enumerate(lines):
        if size and size + len(line) > limit:
            yield "\n".join(lines[start:index])
            start, size = index, 0
        size += len(line) + 1
    if start < len(lines):
        yield "\n".join(lines[start:])
