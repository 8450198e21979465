"""A bundle of a stylesheet and everything that it imports in one file: see module_bundle.py."""

import posixpath
import re
from collections.abc import Callable

from config.module_bundle import UnbundledSyntax

COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\);\s*')


def bundle_sheets(entry: str, read: Callable[[str], str]) -> str:
    """Return `entry` with its imports inserted in their order, each once.

    All are in the same folder, so that relative URLs in them need no changes.
    """
    done: set[str] = set()

    def take(path: str) -> str:
        if path in done:
            return ""
        done.add(path)
        text = COMMENT.sub("", read(path))
        text = IMPORT.sub(lambda found: take(posixpath.join(posixpath.dirname(path), found[1])), text)
        if "@import" in text:
            raise UnbundledSyntax(f'{path} cannot be bundled: only @import url("name.css") of the same folder can.')
        return text

    return take(entry)
