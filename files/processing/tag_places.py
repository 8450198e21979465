"""The places in MP3, FLAC, WAV and WebM files: their tags may say where a recording was made."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from files.processing.overwrites import PLACE, Overwrites

MOST_PARTS = 10_000
TAG_BYTES = 1024 * 1024  # of a tag, all of which is read
PART_BYTES = 64 * 1024  # of a frame or a chunk: its name is at its beginning
FREE_TEXTS = (b"TXXX", b"PRIV", b"GEOB", b"COMM")
SEGMENT, CLUSTER, TAGS, TAG = 0x18538067, 0x1F43B675, 0x1254C367, 0x7373
SIMPLE_TAG, TAG_NAME, TAG_VALUES = 0x67C8, 0x45A3, (0x4487, 0x4485)

type Range = tuple[int, int]  # where it begins, and its length


def find_tag_places(file: BinaryIO, content_type: str) -> Overwrites:
    """Return what has to be overwritten. A tag that is broken is searched as far as possible."""
    find = FINDERS.get(content_type)
    return Overwrites(list(find(file)) if find else [], [])


def find_in_id3(file: BinaryIO, begin: int = 0) -> Iterator[Range]:
    tag = read_at(file, begin, TAG_BYTES)
    if len(tag) < 10 or tag[:3] != b"ID3" or tag[3] not in (3, 4):
        return
    end, at = min(10 + syncsafe(tag[6:10]), len(tag)), 10
    if tag[5] & 0x40:  # an extended header
        at += syncsafe(tag[10:14]) if tag[3] == 4 else 4 + int.from_bytes(tag[10:14])
    while at + 10 < end and tag[at]:
        size = tag[at + 4 : at + 8]
        length = syncsafe(size) if tag[3] == 4 else int.from_bytes(size)
        body = at + 10
        if tag[at : at + 4] in FREE_TEXTS and names_place(tag[body : min(body + length, end)]):
            yield begin + body + 1, min(length, end - body) - 1  # behind the encoding of the text
        at = body + length


def find_in_flac(file: BinaryIO) -> Iterator[Range]:
    at = 4
    for _ in range(MOST_PARTS):
        header = read_at(file, at, 4)
        length = int.from_bytes(header[1:4])
        if len(header) == 4 and header[0] & 0x7F == 4:
            yield from find_in_comments(read_at(file, at + 4, min(length, TAG_BYTES)), at + 4)
        if len(header) < 4 or header[0] & 0x80:  # the last one
            return
        at += 4 + length


def find_in_comments(block: bytes, begin: int) -> Iterator[Range]:
    """Search Vorbis comments, as NAME=value."""
    at = 8 + int.from_bytes(block[:4], "little")
    while at + 4 <= len(block):
        length = int.from_bytes(block[at : at + 4], "little")
        name, equals, value = block[at + 4 : at + 4 + length].partition(b"=")
        if value and PLACE.search(name):
            yield begin + at + 4 + len(name) + len(equals), len(value)
        at += 4 + length


def find_in_wav(file: BinaryIO) -> Iterator[Range]:
    at = 12
    for _ in range(MOST_PARTS):
        header = read_at(file, at, 8)
        if len(header) < 8:
            return
        length = int.from_bytes(header[4:], "little")
        if header[:4] in (b"id3 ", b"ID3 "):
            yield from find_in_id3(file, at + 8)
        elif header[:4] in (b"iXML", b"_PMX", b"bext"):
            content = read_at(file, at + 8, min(length, TAG_BYTES))
            if names_place(content):
                yield at + 8, len(content)
        at += 8 + length + length % 2


def find_in_webm(file: BinaryIO) -> Iterator[Range]:
    """Search the tags of a segment, before and behind its clusters."""
    at = 0
    for _ in range(MOST_PARTS):
        found = read_element(read_at(file, at, 12))
        if found is None:
            return
        id, header, length = found
        if id == TAGS:
            yield from find_in_elements(read_at(file, at + header, min(length, TAG_BYTES)), at + header, 0)
        if id == CLUSTER and length == UNKNOWN:  # a live recording, which has its tags before
            return
        at += header if id == SEGMENT else header + length


def find_in_elements(content: bytes, begin: int, depth: int) -> Iterator[Range]:
    at, name = 0, b""
    while (found := read_element(content[at : at + 12])) and depth < 5:
        id, header, length = found
        body = content[at + header : at + header + length]
        if id in (TAG, SIMPLE_TAG):
            yield from find_in_elements(body, begin + at + header, depth + 1)
        elif id == TAG_NAME:
            name = body
        elif id in TAG_VALUES and body and PLACE.search(name):
            yield begin + at + header, len(body)
        at += header + length


UNKNOWN = 2**56 - 1


def read_element(head: bytes) -> tuple[int, int, int] | None:
    """Return the id of an element of EBML, the length of its header, and that of its content."""
    if len(head) < 2 or not head[0]:
        return None
    id_length = 9 - head[0].bit_length()
    first = head[id_length] if id_length < len(head) else 0
    if id_length > 4 or not first:
        return None
    size_length = 9 - first.bit_length()
    size = head[id_length : id_length + size_length]
    length = int.from_bytes(size) & ((1 << 7 * size_length) - 1)
    if length == (1 << 7 * size_length) - 1:
        length = UNKNOWN
    return int.from_bytes(head[:id_length]), id_length + size_length, length


def syncsafe(number: bytes) -> int:
    """Return a number of which each byte has seven bits."""
    return sum((byte & 0x7F) << 7 * at for at, byte in enumerate(reversed(number)))


def names_place(content: bytes) -> bool:
    return bool(PLACE.search(content[:PART_BYTES].replace(b"\0", b"")))  # in UTF-16, too


def read_at(file: BinaryIO, begin: int, length: int) -> bytes:
    try:
        file.seek(begin)
    except OSError:  # a tag says that the next begins behind the end of what any file may have
        return b""
    return file.read(length)


FINDERS: dict[str, Callable[[BinaryIO], Iterator[Range]]] = {
    "audio/mpeg": find_in_id3,
    "audio/flac": find_in_flac,
    "audio/wav": find_in_wav,
    "audio/webm": find_in_webm,
    "video/webm": find_in_webm,
}
