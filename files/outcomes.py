"""What processing makes of an upload: what will be stored, or why it is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """The outcome of one processing.

    `refusal`: a code of refusals.py, else empty. `kind`: one of `StoredFile.Kind`. `name`: a new name, where the type
    changed with the ending; else empty. `facts`: what is stored in `StoredFile.facts`. `parts`: the files to store, by
    their names in `StoredFile.stored`; `original` may be the upload itself, which stays where it is. `folder`: the
    folder of the others, which the caller deletes.
    """

    refusal: str = ""
    kind: str = "other"
    content_type: str = "application/octet-stream"
    name: str = ""
    facts: Mapping[str, Any] = {}
    parts: Mapping[str, Path] = {}
    folder: Path | None = None
