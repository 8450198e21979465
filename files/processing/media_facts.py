"""What only the browser of its owner measures of a recording. It is bounded, and never trusted."""

import base64
import binascii
from collections.abc import Mapping
from math import isfinite
from typing import Any

LONGEST_SECONDS = 7 * 24 * 3600
MOST_SIDE = 16_384
WAVEFORM_BYTES = 100


def check_media_facts(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an audio or a video file that make sense, and nothing for other kinds."""
    if kind not in ("audio", "video"):
        return {}
    found: dict[str, Any] = {"duration": _duration(facts.get("duration"))}
    if kind == "video":
        sides = _side(facts.get("width")), _side(facts.get("height"))
        found |= dict(zip(("width", "height"), sides, strict=True)) if all(sides) else {}
    else:
        found |= {"waveform": _waveform(facts.get("waveform")), "voice": facts.get("voice") is True}
    return {name: value for name, value in found.items() if value}


def _duration(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value, 2) if 0 < value <= LONGEST_SECONDS and isfinite(value) else None


def _side(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 < value <= MOST_SIDE else None


def _waveform(value: Any) -> str | None:
    if not isinstance(value, str) or len(value) > 2 * WAVEFORM_BYTES:
        return None
    try:
        content = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(content).decode() if 0 < len(content) <= WAVEFORM_BYTES else None
