"""The outcome of processing an upload: the parts to store, or the reason for a refusal."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Postponed(Exception):
    """A file cannot be processed now, through no fault of its own: `code` says why. It waits, and is tried again."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Outcome(NamedTuple):
    """The outcome of one processing.

    `refusal`: a code of refusal_codes.py, else empty. `kind`: one of `StoredFile.Kind`. `source_type`: of an image, its
    type before it was stored in another. `name`: a new name, where the type changed with the ending; else empty.
    `facts`: the value of `StoredFile.facts`. `parts`: the files to store, by their names in `StoredFile.stored`;
    `original` may be the upload itself, which stays where it is. `folder`: the folder of the others, which the caller
    deletes.
    """

    refusal: str = ""
    kind: str = "other"
    content_type: str = "application/octet-stream"
    source_type: str = ""
    name: str = ""
    facts: Mapping[str, Any] = {}
    parts: Mapping[str, Path] = {}
    folder: Path | None = None
