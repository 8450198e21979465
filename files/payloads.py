"""The data of a file for clients, in events, pages and the status of an upload."""

from collections.abc import Mapping
from typing import Any

from files.models import StoredFile

# What is measured of a file, by the names that clients get. Absent where it does not apply.
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
