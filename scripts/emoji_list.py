#!/usr/bin/env python3
"""Write static/js/data/emoji.json again: the emoji that `:` completes and the picker shows.

[[name, character, other names, words, group], …], by group, without those that differ only in skin tone; those that
have skin tones have a 1 at the end. The names
are those of chat/text/emojis.py, the words and groups those of emoji_words.py. Run it after an upgrade of the emoji
package.
"""

import json
import sys
from pathlib import Path

import emoji
from emoji_words import group_of, words_of

ROOT = Path(__file__).resolve().parent.parent
FACES = range(0x1F600, 0x1F650)
LIST = ROOT / "static" / "js" / "data" / "emoji.json"
SKIN_TONES = {chr(code) for code in range(0x1F3FB, 0x1F400)}


def main() -> None:
    sys.path.insert(0, str(ROOT))
    LIST.parent.mkdir(parents=True, exist_ok=True)
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in sorted_rows())
    LIST.write_text(f"[\n{rows}\n]\n")
    print(f"{LIST.relative_to(ROOT)}: {len(sorted_rows())} emoji")


def sorted_rows() -> list[list[str | int]]:
    """Return the rows of the list, in the picker's order."""
    from chat.text.emojis import named_emoji

    names: dict[str, list[str]] = {}
    for name, character in named_emoji().items():
        names.setdefault(character, []).append(name)
    shown = [character for character in names if not SKIN_TONES & set(character)]
    return [
        [names[c][0], c, " ".join(names[c][1:]), words_of(c), group_of(c), *([1] if has_tones(c) else [])]
        for c in sorted(shown, key=place)
    ]


def has_tones(character: str) -> bool:
    """Return whether an emoji exists in skin tones, put after each person as elements/emoji-picker.js does."""
    tone = "\U0001f3fd"
    toned = "".join(one + tone if one + tone in emoji.EMOJI_DATA else one for one in character.replace("\ufe0f", ""))
    return tone in toned and toned in {one.replace("\ufe0f", "") for one in emoji.EMOJI_DATA}


def place(character: str) -> tuple[int, bool, int, float]:
    """Return the sort key: group, faces first, then Unicode's numbers.

    Emoji of one character before combined ones.
    """
    code = ord(character[0])
    return group_of(character), code not in FACES, code, emoji.EMOJI_DATA[character]["E"]


if __name__ == "__main__":
    main()
