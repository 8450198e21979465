"""Update the catalogues to the texts in the source; with `check`, report missing translations and unmarked texts."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from catalogues import (
    LANGUAGES,
    ROOT,
    Message,
    Translations,
    compile_mo,
    po_path,
    read_po,
    read_script,
    script_path,
    write_po,
    write_script,
)
from source_texts import FOLDERS, browser_texts, server_texts
from unmarked_texts import find_unmarked

# Placeholders and tags
FOR_PROGRAMS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]*>")


def main(*, check: bool) -> int:
    contents = {path: content for language in LANGUAGES for path, content in make_catalogues(language)}
    if not check:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    stale = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    complaints = [f"{short(path)} differs from the texts in the source: run `make messages`." for path in stale]
    complaints += [line for language in LANGUAGES for line in find_untranslated(language)]
    complaints += [line for language in LANGUAGES for line in find_broken(language)]
    complaints += find_unmarked()
    print("\n".join(complaints))
    return 1 if complaints else 0


def make_catalogues(language: str) -> list[tuple[Path, bytes]]:
    files: list[tuple[Path, bytes]] = []
    for folder in FOLDERS:
        path = po_path(folder, language)
        translations = merge(server_texts(folder), read_po(path), known_elsewhere(language))
        files += [
            (path, write_po(language, translations).encode()),
            (path.with_suffix(".mo"), compile_mo(language, translated(translations))),
        ]
    path = script_path(language)
    kept = {Message(message.text, "", message.context): texts for message, texts in read_script(path).items()}
    found = {
        message: kept.get(Message(message.text, "", message.context), empty(message)) for message in browser_texts()
    }
    # A text that became a plural, or is none any more, needs a new translation.
    fitting = {
        message: texts if len(texts) == len(empty(message)) else empty(message) for message, texts in found.items()
    }
    return [*files, (path, write_script(language, fitting).encode())]


def merge(texts: set[Message], kept: Translations, elsewhere: Translations) -> Translations:
    """Return a translation for each text: its own, or that of the same text in another app, or an empty one."""
    return {message: kept.get(message) or elsewhere.get(message) or empty(message) for message in texts}


def known_elsewhere(language: str) -> Translations:
    return {
        message: texts
        for folder in FOLDERS
        for message, texts in translated(read_po(po_path(folder, language))).items()
    }


def translated(translations: Translations) -> Translations:
    return {message: texts for message, texts in translations.items() if all(texts)}


def empty(message: Message) -> list[str]:
    return ["", ""] if message.plural else [""]


def find_untranslated(language: str) -> list[str]:
    return [
        f"{short(path)} has no translation of “{message.text}”."
        for path, message, texts in all_entries(language)
        if not all(texts)
    ]


def find_broken(language: str) -> list[str]:
    """Report translations whose placeholders or tags differ from those of their text."""
    return [
        f"{short(path)} has other placeholders or tags in “{text}” than in “{message.text}”."
        for path, message, texts in all_entries(language)
        for text in texts
        if text and not fits(text, message)
    ]


def fits(translation: str, message: Message) -> bool:
    """Return whether the placeholders match.

    One form of a plural may omit its number, and browsers' catalogues lack the plural of the source.
    """
    kept, *wanted = (parts_for_programs(each) for each in (translation, message.text, message.plural or message.text))
    return any(kept - {"{count}"} == each - {"{count}"} for each in wanted)


def parts_for_programs(text: str) -> set[str]:
    return set(FOR_PROGRAMS.findall(text))


def all_entries(language: str) -> Iterator[tuple[Path, Message, list[str]]]:
    catalogues = {po_path(folder, language): read_po for folder in FOLDERS} | {script_path(language): read_script}
    for path, read in catalogues.items():
        for message, texts in sorted(read(path).items()):
            yield path, message, texts


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main(check=sys.argv[1:] == ["check"]))
