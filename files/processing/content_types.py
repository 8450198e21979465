"""The types of files by their first bytes: those that browsers show or play, and those with an icon of their own.

Everything else is a download, whatever it is, so a longer table would be of no use.
"""

import os
import re
from typing import BinaryIO, NamedTuple

HEAD_BYTES = 4096
LARGEST_MOOV = 32 * 1024 * 1024
MOST_BOXES = 1_000

IMAGES = {  # Pillow's formats, by what a file of each begins with
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "GIF": re.compile(rb"GIF8[79]a"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
    # Two letters are no signature: the size of the second header, and one plane, are looked at, too.
    "BMP": re.compile(rb"BM.{4}\0{4}.{4}(?:\x0c\0{3}.{4}|[\x28\x34\x38\x6c\x7c]\0{3}.{8})\x01\0", re.DOTALL),
    "TIFF": re.compile(rb"II\*\0|MM\0\*"),
    "AVIF": re.compile(rb"....ftyp(?:avif|avis)", re.DOTALL),
    "HEIF": re.compile(rb"....ftyp(?:heic|heix|heim|heis|mif1|msf1)", re.DOTALL),
}
# Raw photos of most cameras begin like TIFF, and their first picture is a tiny preview.
TIFF_ENDINGS = (".tif", ".tiff")

SIGNATURES = [
    ("audio", "audio/flac", re.compile(rb"fLaC")),
    ("audio", "audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    ("audio", "audio/mpeg", re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xeb]")),
    ("audio", "audio/aac", re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\x7f]")),
    ("other", "application/pdf", re.compile(rb".{0,1019}%PDF-", re.DOTALL)),
    ("other", "application/zip", re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")),
    ("other", "application/gzip", re.compile(rb"\x1f\x8b\x08")),
    ("other", "application/x-7z-compressed", re.compile(rb"7z\xbc\xaf\x27\x1c")),
    ("other", "application/x-bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")),
    ("other", "application/x-xz", re.compile(rb"\xfd7zXZ\0")),
    ("other", "application/zstd", re.compile(rb"\x28\xb5\x2f\xfd")),
    ("other", "application/vnd.rar", re.compile(rb"Rar!\x1a\x07")),
    ("other", "application/x-tar", re.compile(rb".{257}ustar", re.DOTALL)),
]
OGG_VIDEO = re.compile(rb"\x80theora|\x01video|BBCD\0")
MATROSKA = b"\x1a\x45\xdf\xa3"
MATROSKA_VIDEO = re.compile(rb"V_(?:VP[89]|AV1|MPEG|THEORA)")
MP4 = re.compile(rb"....ftyp", re.DOTALL)
MP4_VIDEO = re.compile(rb"hdlr.{8}vide", re.DOTALL)


class FoundType(NamedTuple):
    kind: str
    content_type: str


def image_format(head: bytes, ending: str) -> str | None:
    """Return the format in which a file is to be decoded as an image, if it begins like one that we show."""
    found = next((name for name, signature in IMAGES.items() if signature.match(head)), None)
    return None if found == "TIFF" and ending not in TIFF_ENDINGS else found


def find_type(file: BinaryIO, head: bytes) -> FoundType | None:
    """Return the type of a file that is neither an image nor text, None for an unknown one."""
    if MP4.match(head):
        return _type_of_mp4(file, head[8:12])
    if head.startswith(MATROSKA):
        return _type_of_matroska(file, head)
    if head.startswith(b"OggS"):
        return FoundType("video", "video/ogg") if OGG_VIDEO.search(head) else FoundType("audio", "audio/ogg")
    found = (FoundType(kind, name) for kind, name, signature in SIGNATURES if signature.match(head))
    return next(found, None)


def _type_of_mp4(file: BinaryIO, brand: bytes) -> FoundType:
    """Return video for MP4 and QuickTime with pictures, else audio. Chrome plays QuickTime if it is called MP4."""
    if brand.startswith((b"M4A", b"M4B")):
        return FoundType("audio", "audio/mp4")
    moov = _find_moov(file)
    is_video = moov is None or MP4_VIDEO.search(moov)
    return FoundType("video", "video/mp4") if is_video else FoundType("audio", "audio/mp4")


def _find_moov(file: BinaryIO) -> bytes | None:
    position, end = 0, file.seek(0, os.SEEK_END)
    for _ in range(MOST_BOXES):
        if position >= end:  # also where no file can have it
            return None
        file.seek(position)
        header = file.read(16)
        if len(header) < 8:
            return None
        size = int.from_bytes(header[:4])
        if size == 1:  # the size is in the next eight bytes
            size = int.from_bytes(header[8:])
        if header[4:8] == b"moov":
            file.seek(position)
            return file.read(min(size or LARGEST_MOOV, LARGEST_MOOV))
        if size < 8:
            return None
        position += size
    return None


def _type_of_matroska(file: BinaryIO, head: bytes) -> FoundType:
    if b"webm" not in head[:64]:
        return FoundType("other", "application/x-matroska")  # browsers play it rarely
    file.seek(0)
    is_video = MATROSKA_VIDEO.search(file.read(256 * 1024))
    return FoundType("video", "video/webm") if is_video else FoundType("audio", "audio/webm")
