"""Text: whether a file is text to its last byte, and its first lines."""

import codecs
import re
from typing import BinaryIO

from files.processing.answers import LINES, LINES_CHARACTERS

CHUNK_BYTES = 1024 * 1024
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# NUL and the like are in no text. Tab, line ends, form feed, backspace and escape (in logs of terminals) are.
CONTROL = re.compile("[\0-\x07\x0b\x0e-\x1a\x1c-\x1f]")
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def read_first_lines(file: BinaryIO, head: bytes) -> str | None:
    """Return the first lines of a file, or None if it is no text in UTF-8, or UTF-16 with a byte order mark."""
    decoder = codecs.getincrementaldecoder(encoding_of(head))()
    beginning = ""
    file.seek(0)
    try:
        while chunk := file.read(CHUNK_BYTES):
            text = decoder.decode(chunk)
            if CONTROL.search(text):
                return None
            beginning = beginning or text[: 2 * LINES_CHARACTERS]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return _join_lines(beginning)


def encoding_of(head: bytes) -> str:
    """Return the encoding of a text that begins so."""
    return next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")


def _join_lines(beginning: str) -> str:
    """Return at most LINES lines, as many as fit into LINES_CHARACTERS; of a single long line its beginning."""
    return "\n".join(LINE_END.split(beginning)[:LINES])[:LINES_CHARACTERS].rstrip()
