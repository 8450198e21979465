"""The hosts of web addresses: as a browser looks them up, and in a form that cannot be mistaken for another host."""

import re
import unicodedata

from accounts.names.validators import BLANKS

MOST_CHARACTERS = 253  # of a host, by RFC 1035
ASCII_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
HOST = re.compile(r"[^\W_](?:[\w.-]|[^\x00-\x7f])*")
# A word in another script that follows an ASCII ending belongs to the sentence: "https://a.example请看".
ASCII_ENDING = re.compile(r"(?:[a-zA-Z]{2,63}|[0-9]{1,3})(?=[^\x00-\x7f])")

# Scripts that are mixed in one word. Browsers allow the same in the hosts that they show.
TOGETHER = [
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"CJK", "HANGUL"},
    {"CJK", "BOPOMOFO"},
]
SHOWN_SCRIPTS = {"LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "THAI", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU",
                 "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "SINHALA", "GEORGIAN", "HANGUL", "HIRAGANA",
                 "KATAKANA", "CJK", "BOPOMOFO"}  # fmt: skip
# Letters that look like Latin ones. A label of these alone may imitate another, unless its ending is not ASCII, either.
LOOK_ALIKES = set("асԁеһіјӏорԛѕԝхуъьҽпгѵѡкмнтвзαικνρυωηοτεχγσβμ")
LATIN_LOOK_ALIKES = set("ıĸŀłŋſƒ")
LATIN_SHOWN = "\u017f"  # Latin-1 and Latin Extended-A: the letters of European languages.


def find_host(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the host that begins at `start`, as typed, and its end; "" and `start` if none begins there."""
    found = HOST.match(text, start, min(end, start + MOST_CHARACTERS))
    if not found:
        return "", start
    host = found.group()
    if not host.isascii():
        host = cut_sentence(host)
    host = host.rstrip(".-_")
    return host, start + len(host)


def cut_sentence(host: str) -> str:
    """Return a host without the punctuation, and the words in another script, that follow it."""
    for place, character in enumerate(host):
        if character.isascii() or (unicodedata.category(character)[0] in "LMN" and character not in BLANKS):
            continue
        host = host[:place]
        break
    name, dot, ending = host.rpartition(".")
    if found := ASCII_ENDING.match(ending):
        ending = found.group()
    return name + dot + ending


def ascii_host(host: str) -> str | None:
    """Return a host in ASCII, as a browser looks it up, or None if no browser could."""
    if host.isascii():
        return host if ASCII_HOST.fullmatch(host) else None
    labels = [ascii_label(label) for label in normal_host(host).split(".")]
    return ".".join(labels) if all(labels) else None


def ascii_label(label: str) -> str:
    if label.isascii():
        return label if ASCII_HOST.fullmatch(label) else ""
    if not all(character in "-_" or unicodedata.category(character)[0] in "LMN" for character in label):
        return ""
    return f"xn--{label.encode('punycode').decode()}"


def shown_host(host: str) -> str:
    """Return a host as it is shown: a label that could be mistaken for another one is in ASCII ("xn--…")."""
    if host.isascii():
        return host
    labels = normal_host(host).split(".")
    return ".".join(label if is_honest(label, labels[-1]) else ascii_label(label) for label in labels)


def normal_host(host: str) -> str:
    """Return a host in lower case with one form for each letter, as browsers do before they look it up."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host).lower())


def is_honest(label: str, ending: str) -> bool:
    """Return whether a label in its own letters can hardly be mistaken for another one."""
    if label.isascii():
        return True
    scripts = {script_of(character) for character in label if not character.isascii() or character.isalpha()}
    scripts.discard("MARK")
    if not scripts <= SHOWN_SCRIPTS or (len(scripts) > 1 and not any(scripts <= some for some in TOGETHER)):
        return False
    if scripts == {"LATIN"}:
        return all(letter <= LATIN_SHOWN and letter not in LATIN_LOOK_ALIKES for letter in label)
    letters = {letter for letter in label if letter.isalpha()}
    return not letters <= LOOK_ALIKES or not ending.isascii()


def script_of(character: str) -> str:
    """Return the first word of a character's name in Unicode, which is its script for every letter."""
    if unicodedata.category(character)[0] == "M" and unicodedata.name(character, "").startswith("COMBINING"):
        return "COMBINING"
    return unicodedata.name(character, "UNKNOWN").split(" ")[0]
