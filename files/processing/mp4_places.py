"""The places in MP4 and QuickTime files: cameras and phones write where a video was made in many boxes.

Boxes that no player needs become `free`, the box of what is to be skipped. So nothing moves, and no offset changes.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from files.processing.answers import MOST_BLANKS
from files.processing.overwrites import PLACE, Overwrites

MOST_BOXES = 50_000
MOST_DEPTH = 4
MOST_SAMPLES = 200_000  # of a track
TABLE_BYTES = 4 * 1024 * 1024
KEYS_BYTES = 64 * 1024

CONTAINERS = (b"moov", b"trak")
# What is kept of the user data: titles, chapters and the like. All texts that begin with © are, but one.
KEPT_DATA = re.compile(
    rb"\xa9(?!xyz|gps).{3}|titl|dscp|cprt|perf|auth|gnre|rtng|clsf|kywd|albm|yrrc|chpl|name|hnti|hinf|ludt|tagc",
    re.DOTALL,
)
ERASED = (b"gps ", b"loci", b"GPMF", b"XMP_", b"\xa9xyz")  # anywhere
SPHERICAL = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")  # how a video of all directions is projected
UNUSED = (b"free", b"skip", b"wide")
LARGEST_UNUSED = 1024 * 1024  # dashcams keep where they were in such boxes
# The formats of tracks in which cameras log where they are: GoPro, Google, DJI, Sony.
LOGS = re.compile(rb"gpmd|fdsc|camm|djmd|dbgi|rtmd")


class Box(NamedTuple):
    """A box: where its header, its content and the next box begin."""

    type: bytes
    begin: int
    body: int
    end: int


def find_mp4_places(file: BinaryIO, size: int) -> Overwrites:
    """Return what has to be overwritten. A file that is broken or very large is searched as far as possible."""
    finder = Finder(file, size)
    finder.search(0, size, 0)
    return finder.found


class Finder:
    """The search in one file. It reads headers and small tables only."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.found = Overwrites([], [])
        self._file = file
        self._size = size
        self._boxes_left = MOST_BOXES

    def search(self, begin: int, end: int, depth: int) -> None:
        """Search the boxes of the file, of the movie, or of a track."""
        for box in self._boxes(begin, end):
            if box.type in CONTAINERS and depth < MOST_DEPTH:
                self.search(box.body, box.end, depth + 1)
                if box.type == b"trak":
                    self._search_track(box)
            elif box.type == b"udta":
                self._search_user_data(box)
            elif box.type == b"meta":
                self._search_metadata(box)
            elif box.type in ERASED or (box.type == b"uuid" and self._read(box.body, 16) != SPHERICAL):
                self._erase(box)
            elif box.type in UNUSED and box.end - box.body <= LARGEST_UNUSED:
                self._blank(box.body, box.end)

    def _search_user_data(self, data: Box) -> None:
        for box in self._boxes(data.body, data.end):
            if box.type == b"meta":
                self._search_metadata(box)
            elif not KEPT_DATA.fullmatch(box.type):
                self._erase(box)

    def _search_metadata(self, metadata: Box) -> None:
        """Search a list of items, which have a type of four letters, or the number of a key."""
        is_quicktime = self._read(metadata.body, 8)[4:] == b"hdlr"  # in MP4 a version stands before it
        keys: list[bytes] = []
        for box in self._boxes(metadata.body + (0 if is_quicktime else 4), metadata.end):
            if box.type == b"keys":
                keys = self._read_keys(box)
            elif box.type == b"ilst":
                self._search_items(box, keys)
            elif box.type != b"hdlr":
                self._erase(box)

    def _read_keys(self, keys: Box) -> list[bytes]:
        content = self._read(keys.body, min(keys.end - keys.body, KEYS_BYTES))
        names, at = [], 8
        while (length := int.from_bytes(content[at : at + 4])) >= 8:
            names.append(content[at + 8 : at + length])
            at += length
        return names

    def _search_items(self, items: Box, keys: list[bytes]) -> None:
        for item in self._boxes(items.body, items.end):
            number = int.from_bytes(item.type)
            name = keys[number - 1] if 0 < number <= len(keys) else item.type
            if name == b"----":  # its name is in it
                name = self._read(item.body, min(item.end - item.body, 256))
            if name in ERASED or PLACE.search(name):
                for box in self._boxes(item.body, item.end):
                    if box.type == b"data":
                        self._blank(box.body + 8, box.end)  # behind the type and the language of the value

    def _search_track(self, track: Box) -> None:
        """Blank the samples of a track that logs places."""
        tables: dict[bytes, bytes] = {}
        for media in self._find(track, b"mdia"):
            for information in self._find(media, b"minf"):
                for samples in self._find(information, b"stbl"):
                    for box in self._boxes(samples.body, samples.end):
                        if box.type in (b"stsd", b"stsc", b"stsz", b"stco", b"co64"):
                            tables[box.type] = self._read(box.body, min(box.end - box.body, TABLE_BYTES))
        described = tables.get(b"stsd", b"")
        if LOGS.fullmatch(described[12:16]) or (described[12:16] == b"mebx" and PLACE.search(described)):
            for begin, end in chunks(tables):
                self._blank(begin, end)

    def _find(self, parent: Box, kind: bytes) -> list[Box]:
        return [box for box in self._boxes(parent.body, parent.end) if box.type == kind][:1]

    def _boxes(self, begin: int, end: int) -> Iterator[Box]:
        while begin + 8 <= end and self._boxes_left:
            self._boxes_left -= 1
            header = self._read(begin, 16)
            if len(header) < 8:
                return
            length, body = int.from_bytes(header[:4]), begin + 8
            if length == 1:  # the length is in the next eight bytes
                length, body = int.from_bytes(header[8:]), begin + 16
            elif length == 0:  # the last one
                length = end - begin
            next_box = begin + length
            if next_box < body:
                return
            yield Box(header[4:8], begin, min(body, end), min(next_box, end))
            begin = next_box

    def _erase(self, box: Box) -> None:
        if box.type not in UNUSED and len(self.found.freed) < MOST_BLANKS:
            self.found.freed.append(box.begin + 4)
        self._blank(box.body, box.end)

    def _blank(self, begin: int, end: int) -> None:
        blanks, end = self.found.blanks, min(end, self._size)
        if blanks and sum(blanks[-1]) == begin:
            blanks[-1] = (blanks[-1][0], end - blanks[-1][0])
        elif begin < end and len(blanks) < MOST_BLANKS:
            blanks.append((begin, end - begin))

    def _read(self, begin: int, length: int) -> bytes:
        self._file.seek(begin)
        return self._file.read(length)


def chunks(tables: dict[bytes, bytes]) -> Iterator[tuple[int, int]]:
    """Yield where each chunk of a track begins and ends: its samples stand behind each other."""
    width = 8 if b"co64" in tables else 4
    offsets = integers(tables.get(b"co64", tables.get(b"stco", b""))[8:], width)
    sizes = tables.get(b"stsz", b"")
    same, lengths = int.from_bytes(sizes[4:8]), integers(sizes[12:], 4)
    runs = integers(tables.get(b"stsc", b"")[8:], 4)
    counts = dict(zip(runs[::3], runs[1::3], strict=False))  # how many samples a chunk has, from the named chunk on
    count, sample = 0, 0
    for number, begin in enumerate(offsets, 1):
        count = counts.get(number, count)
        if sample + count > MOST_SAMPLES:
            return
        yield begin, begin + (count * same if same else sum(lengths[sample : sample + count]))
        sample += count


def integers(content: bytes, width: int) -> list[int]:
    return [int.from_bytes(content[at : at + width]) for at in range(0, len(content) - width + 1, width)]
