"""The data of a file for clients, in events, pages and the status of an upload."""

from collections.abc import Mapping
from typing import Any

from files.models import StoredFile

# The measured facts of a file and their names in payloads. A fact that does not apply is absent.
MEASURED = {
    "width": "width",
    "height": "height",
    "thumbhash": "thumbhash",
    "is_animated": "animated",
    "duration": "duration",
    "waveform": "waveform",
    "voice": "voice",
}


def describe_file(file: StoredFile, alt: str = "") -> dict[str, Any]:
    """Return a file that is ready, with its description in the words of an author."""
    facts: Mapping[str, Any] = file.facts
    measured = {MEASURED[name]: facts[name] for name in MEASURED if facts.get(name)}
    return {
        "id": str(file.key),
        "name": file.name,
        "kind": file.kind,
        "type": file.content_type,
        "size": file.size,
        "alt": alt,
        **measured,
    }
