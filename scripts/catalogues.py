"""The catalogues of translated texts: gettext's for the server, one script for each language for the browser.

A `.po` file is the source of a language's texts. Django reads the `.mo` beside it, which is committed, too, so that a
server needs only Python. They have no line numbers or file names, so that moving code does not change a catalogue.
"""

import ast
import json
import struct
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de",)
HEADER = (
    "Project-Id-Version: Hubbub\n"
    "Language: {language}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"  # the same for all languages so far
)
SCRIPT_START = "globalThis.hubbubCatalogue = "


@dataclass(frozen=True, order=True)
class Message:
    """A text in the source, with a plural where it counts something, and a context where it is ambiguous."""

    text: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        return f"{self.context}\x04{self.text}" if self.context else self.text


type Translations = dict[Message, list[str]]  # one text, or one for each plural form


def po_path(folder: str, language: str) -> Path:
    return ROOT / folder / "locale" / language / "LC_MESSAGES" / "django.po"


def script_path(language: str) -> Path:
    return ROOT / "static" / "js" / "languages" / f"{language}.js"


def read_po(path: Path) -> Translations:
    """Return the texts of a catalogue, without its header."""
    found: Translations = {}
    for block in path.read_text().split("\n\n") if path.exists() else []:
        fields = read_fields(block)
        message = Message(fields.pop("msgid", ""), fields.pop("msgid_plural", ""), fields.pop("msgctxt", ""))
        if message.text:
            found[message] = list(fields.values())
    return found


def read_fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if line.startswith('"'):
            fields[name] += ast.literal_eval(line)
        elif line and not line.startswith("#"):
            name, _, text = line.partition(" ")
            fields[name] = ast.literal_eval(text)
    return fields


def write_po(language: str, translations: Translations) -> str:
    blocks = [f'msgid ""\nmsgstr ""\n{quote_lines(HEADER.format(language=language))}']
    for message, texts in sorted(translations.items()):
        lines = [f"msgctxt {quote(message.context)}"] if message.context else []
        lines += ["#, python-format"] if "%(" in message.text else []
        lines.append(f"msgid {quote(message.text)}")
        if message.plural:
            lines.append(f"msgid_plural {quote(message.plural)}")
            lines += [f"msgstr[{number}] {quote(text)}" for number, text in enumerate(texts)]
        else:
            lines.append(f"msgstr {quote(texts[0])}")
        # The flag is a comment, which has to come first.
        blocks.append("\n".join(sorted(lines, key=lambda line: not line.startswith("#"))))
    return "\n\n".join(blocks) + "\n"


def quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def quote_lines(text: str) -> str:
    return "\n".join(quote(line) for line in text.splitlines(keepends=True))


def compile_mo(language: str, translations: Translations) -> bytes:
    """Return the catalogue as gettext's binary file: two tables of lengths and offsets, then the texts.

    https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
    """
    pairs = {"": HEADER.format(language=language)}
    for message, texts in translations.items():
        pairs[f"{message.key}\0{message.plural}" if message.plural else message.key] = "\0".join(texts)
    items = sorted((key.encode(), text.encode()) for key, text in pairs.items())
    keys, texts_ = b"", b""
    offsets = []
    for key, text in items:
        offsets.append((len(keys), len(key), len(texts_), len(text)))
        keys, texts_ = keys + key + b"\0", texts_ + text + b"\0"
    header_size, count = 7 * 4, len(items)
    start = header_size + 16 * count
    key_table = [number for at, size, _, _ in offsets for number in (size, start + at)]
    text_table = [number for _, _, at, size in offsets for number in (size, start + len(keys) + at)]
    numbers = [0x950412DE, 0, count, header_size, header_size + 8 * count, 0, 0, *key_table, *text_table]
    return struct.pack(f"<{len(numbers)}I", *numbers) + keys + texts_


def read_script(path: Path) -> Translations:
    """Return the texts of a browser's catalogue.

    Texts with a number have `one` and `other`; the plural is not stored.
    """
    messages = json.loads(path.read_text().removeprefix(SCRIPT_START))["messages"] if path.exists() else {}
    found: Translations = {}
    for key, texts in messages.items():
        context, _, text = key.rpartition("\x04")
        found[Message(text, "", context)] = list(texts.values()) if isinstance(texts, dict) else [texts]
    return found


def write_script(language: str, translations: Translations) -> str:
    messages = {
        message.key: dict(zip(("one", "other"), texts, strict=True)) if message.plural else texts[0]
        for message, texts in sorted(translations.items())
    }
    # One text a line, so that two people who add texts do not change the same line.
    body = json.dumps({"language": language, "messages": messages}, ensure_ascii=False, indent=1)
    return f"{SCRIPT_START}{body}\n"
