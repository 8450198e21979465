"""The cleaning of file names, so that they are safe to show, to store, and to save a download under."""

import re
import unicodedata
from mimetypes import guess_type

from accounts.names.validators import MARKS, MARKS_IN_A_ROW, is_visible

CHARACTERS = 200  # With the ending. File systems allow 255 bytes, and browsers shorten longer names.
ENDING_CHARACTERS = 20
NAMELESS = "file"
IMAGE_ENDINGS = (".heic", ".heif", ".hif", ".avif", ".webp", ".jfif")  # not every system's table has them

# Categories of Unicode: controls, formats (directions among them), surrogates; line and paragraph separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Formats that words and emoji need: Persian and the scripts of India write with them, and families of emoji.
JOINERS = "\u200c\u200d"
TAGS = re.compile("[\U000e0020-\U000e007f]")  # the flags of England, Scotland and Wales
MORE_MARKS = re.compile(f"([{MARKS}]{{{MARKS_IN_A_ROW}}})[{MARKS}]+")
# Windows opens a device instead of a file of these names, with any ending.
DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def clean_file_name(name: str) -> str:
    """Return a name without folders, control and direction characters, of at most CHARACTERS, and never empty."""
    text = unicodedata.normalize("NFC", _without_surrogates(name))
    text = re.split(r"[/\\]", text.rstrip("/\\ "))[-1]
    text = "".join(map(_keep, text))
    text = MORE_MARKS.sub(r"\1", " ".join(text.split()))
    text = _shorten(text.strip(JOINERS + " ").rstrip(". "))
    if not is_visible(text.strip(".")):
        return NAMELESS
    return f"_{text}" if DEVICES.fullmatch(text) else text


def ending_of(name: str) -> str:
    """Return the ending of a name in lower case, with its dot: `.pdf`; empty where it has none."""
    stem, dot, ending = name.rpartition(".")
    return f".{ending.lower()}" if dot and stem and 0 < len(ending) < ENDING_CHARACTERS else ""


def replace_ending(name: str, content_type: str, ending: str) -> str:
    """Return the name for an image of another type: `IMG_1.HEIC` becomes `IMG_1.jpg`; empty if it fits already."""
    old = ending_of(name)
    guess = guess_type(f"a{old}")[0] or ""
    if guess == content_type:
        return ""
    stem = name[: len(name) - len(old)] if guess.startswith("image/") or old in IMAGE_ENDINGS else name
    return f"{stem}{ending}"


def _without_surrogates(name: str) -> str:
    """Return text without halves of characters, which no encoding can store."""
    return name.encode("utf-8", "ignore").decode()


def _keep(character: str) -> str:
    if character in JOINERS or TAGS.match(character):
        return character
    if character in "\t\n\r\v\f" or unicodedata.category(character) in ("Zl", "Zp"):
        return " "
    return "" if unicodedata.category(character) in UNSEEN else character


def _shorten(name: str) -> str:
    if len(name) <= CHARACTERS:
        return name
    ending = name[len(name) - len(ending_of(name)) :]
    return name[: CHARACTERS - len(ending)].rstrip(". ") + ending
