"""Bring the catalogues up to the source; with `check`, say what they lack and which texts are not marked."""

import sys
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


def main(*, check: bool) -> int:
    contents = {path: content for language in LANGUAGES for path, content in make_catalogues(language)}
    if not check:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    stale = [path for path, content in contents.items() if not path.exists() or path.read_bytes() != content]
    complaints = [f"{short(path)} is not as the source has it: run `make messages`." for path in stale]
    complaints += [line for language in LANGUAGES for line in find_untranslated(language)]
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
    # One that has become a plural, or is none any more, begins anew.
    fitting = {
        message: texts if len(texts) == len(empty(message)) else empty(message) for message, texts in found.items()
    }
    return [*files, (path, write_script(language, fitting).encode())]


def merge(texts: set[Message], kept: Translations, elsewhere: Translations) -> Translations:
    """Return a translation for each text: the one it has, or that of the same text in another app, or an empty one."""
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
    catalogues = {po_path(folder, language): read_po for folder in FOLDERS} | {script_path(language): read_script}
    return [
        f"{short(path)} has no translation of “{message.text}”."
        for path, read in catalogues.items()
        for message, texts in sorted(read(path).items())
        if not all(texts)
    ]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main(check=sys.argv[1:] == ["check"]))
