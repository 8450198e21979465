"""Where audio and video files say where they were recorded. That is overwritten; nothing is encoded again."""

import os
from typing import BinaryIO

from files.processing.answers import MOST_BLANKS
from files.processing.mp4_places import find_mp4_places
from files.processing.overwrites import Overwrites
from files.processing.tag_places import find_tag_places


def find_places(file: BinaryIO, content_type: str) -> Overwrites:
    """Return what of the file has to be overwritten, all of it inside of the file."""
    size = file.seek(0, os.SEEK_END)
    if content_type in ("video/mp4", "audio/mp4"):
        return find_mp4_places(file, size)
    found = find_tag_places(file, content_type)
    blanks = [(begin, min(length, size - begin)) for begin, length in found.blanks if length > 0 and begin < size]
    return found._replace(blanks=blanks[:MOST_BLANKS])
