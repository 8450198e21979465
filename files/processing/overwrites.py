"""What of a file is overwritten before it is stored: the process of the file finds it, and the server writes."""

import os
import re
from pathlib import Path
from typing import NamedTuple

from files.processing.answers import ChildAnswer

PLACE = re.compile(rb"location|gps|iso ?6709|latitude|longitude|geo[-_]?tag", re.IGNORECASE)  # in the name of a value
ZEROS = bytes(256 * 1024)
FREE = b"free"


class Overwrites(NamedTuple):
    """`blanks`: where bytes are to be zero, and how many. `freed`: where the types of boxes are that become `free`."""

    blanks: list[tuple[int, int]]
    freed: list[int]


def overwrite(path: Path, answer: ChildAnswer) -> None:
    """Overwrite what an answer says. Raises ValueError if that is not in the file.

    A process that was taken over can break its own file like this, and nothing else.
    """
    if not (answer.blanks or answer.freed):
        return
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        ends = [*(begin + length for begin, length in answer.blanks), *(at + len(FREE) for at in answer.freed)]
        if max(ends) > size:
            raise ValueError("It wants to overwrite what is not in the file")
        for at in answer.freed:
            file.seek(at)
            file.write(FREE)
        for begin, length in answer.blanks:
            file.seek(begin)
            for written in range(0, length, len(ZEROS)):
                file.write(ZEROS[: length - written])
        file.flush()
        os.fsync(file.fileno())  # a power cut must not bring back what was overwritten
