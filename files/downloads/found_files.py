"""A file that a user may download, as the database describes it, and what of it a response says."""

from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import quote

SHOWN = ("image", "audio", "video")  # the kinds that browsers may show; all others are only saved
THUMBNAIL_TYPE = "image/webp"
ORIGINAL = "original"
UNSAFE_IN_QUOTES = frozenset('"\\%')


class FoundFile(NamedTuple):
    """`stored`: the names of its parts in the storage, `original` and perhaps the thumbnails `small` and `large`."""

    name: str
    kind: str
    content_type: str
    stored: dict[str, str]

    def find_part(self, part: str) -> str:
        """Return the part that the last segment of an address names: a thumbnail, or else the original."""
        return part if part in self.stored and part != ORIGINAL else ORIGINAL

    def describe_part(self, part: str) -> dict[str, str]:
        """Return the headers of a part, whether it is sent in full, in part, or not at all."""
        is_thumbnail = part != ORIGINAL
        return {
            "Content-Type": THUMBNAIL_TYPE if is_thumbnail else self.content_type or "application/octet-stream",
            "Content-Disposition": name_download(self.name, is_shown=is_thumbnail or self.is_shown),
            "ETag": self.tag_of(part),
        }

    @property
    def is_shown(self) -> bool:
        """Whether a browser may show the original. Images are re-encoded, sound and film are decoded in a sandbox."""
        return self.kind in SHOWN and self.content_type.startswith(f"{self.kind}/")

    def tag_of(self, part: str) -> str:
        """Return the strong ETag of a part: its name in the storage is random, and its content never changes."""
        return f'"{blake2b(self.stored[part].encode(), digest_size=12).hexdigest()}"'


def name_download(name: str, *, is_shown: bool) -> str:
    """Return a Content-Disposition with a name in any script (RFC 6266), and in ASCII for clients that are old."""
    ascii_name = "".join(c if " " <= c <= "~" and c not in UNSAFE_IN_QUOTES else "_" for c in name)
    kind = "inline" if is_shown else "attachment"
    return f"{kind}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"
