"""The usernames that an @ in a text may mean, in any script and beside any character."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from accounts.names.validators import MARKS
from chat.text.keywords import WITHOUT_SPACES

MOST_CHARACTERS = 150  # of a username that Django's own forms take; ours have 32
MOST_READINGS = 40  # of one @: a name of 32 characters in a script without spaces may end after each of them
SIGNS = "._+-@"

NAME = rf"\w[\w{MARKS}.+@-]{{0,{MOST_CHARACTERS - 1}}}"

# One of these before an @ makes it part of an email address. In other scripts a word may touch the @ without a space.
OF_ADDRESS = re.compile("[0-9A-Za-z\u00c0-\u02af\u0300-\u052f\u1e00-\u1fff]")
DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}(?![\w-])")
HOST = re.compile(r"\w\.\w|://")
LONGEST_PATH = 200


def may_begin(text: str, at: int) -> bool:
    """Return whether the @ at a position may begin a name: not in an email address or the path of a URL."""
    before = text[at - 1 : at]
    if not before or before.isspace():
        return True
    if before == "/":
        return not HOST.search(text[max(0, at - LONGEST_PATH) : at].rsplit(maxsplit=1)[-1])
    if before in "+-_@":
        return not OF_ADDRESS.match(text[max(0, at - LONGEST_PATH) : at].rstrip("+-_@")[-1:])
    if OF_ADDRESS.match(before):
        return False
    return not (before.isalnum() and DOMAIN.match(text, at + 1))


def readings(name: str) -> Iterator[str]:
    """Yield the usernames that the text after an @ may mean, the longest first: "ada.看", "ada.", "ada"."""
    left = MOST_READINGS
    for end in range(len(name), 0, -1):
        if end == len(name) or may_end(name[end - 1], name[end]):
            yield name[:end]
            left -= 1
        if not left:
            return


def may_end(last: str, following: str) -> bool:
    """Return whether a name may end between two characters: at a sign, in a script without spaces, between scripts."""
    if is_mark(following):
        return False
    if last in SIGNS or following in SIGNS or WITHOUT_SPACES.match(last) or WITHOUT_SPACES.match(following):
        return True
    scripts = script_of_letter(last), script_of_letter(following)
    return all(scripts) and scripts[0] != scripts[1]


def is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Mc")


@lru_cache(maxsize=4096)
def script_of_letter(character: str) -> str:
    """Return the script of a letter, the first word of its Unicode name; "" for a digit, which all scripts share."""
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""
