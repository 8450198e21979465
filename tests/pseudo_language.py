"""A made-up language: every text accented, 40 % longer and from right to left. Plain text is not translated."""

import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "scripts"))

from catalogues import Message, compile_mo
from source_texts import FOLDERS, browser_texts, server_texts

CODE = "qps"
LETTERS = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀćđéƒǵħíĵķĺɱñóþɋŕšťúṽŵẋýžÁƁĆĐÉƑǴĦÍĴĶĹṀÑÓÞɊŔŠŤÚṼŴẊÝŽ",
)
# Placeholders, tags and entities stay as they are.
KEPT = re.compile(r"(%\(\w+\)[sd]|%%|\{\w*\}|<[^>]*>|&\w+;)")
MORE = "ẋ"


def translate(text: str) -> str:
    """Return a text in the made-up language."""
    pieces = [piece if index % 2 else piece.translate(LETTERS) for index, piece in enumerate(KEPT.split(text))]
    return "".join(pieces) + MORE * round(0.4 * len(KEPT.sub("", text)))


def translations(message: Message) -> list[str]:
    if message.context == "date format":
        return [message.text]
    return [translate(text) for text in (message.text, message.plural) if text]


def write_catalogue(folder: Path) -> None:
    """Write all texts of the server into one catalogue, for LOCALE_PATHS."""
    messages = {message for name in FOLDERS for message in server_texts(name)}
    path = folder / CODE / "LC_MESSAGES" / "django.mo"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compile_mo(CODE, {message: translations(message) for message in messages}))


def script_catalogue() -> dict:
    """Return the catalogue that a script of static/js/languages/ sets."""
    texts = {message.key: translations(message) for message in browser_texts()}
    messages = {
        key: dict(zip(("one", "other"), each, strict=True)) if len(each) > 1 else each[0] for key, each in texts.items()
    }
    return {"language": "en", "messages": messages}
