"""The scripts of the demo: the messages of its rooms, in text files.

    @ -2d 11:52 linus           two days ago at 11:52 UTC; or "@ -95m linus", 95 minutes ago
    The text of the message, in Markdown.
    => The text after an edit.

`!deleted` ends a message that is deleted. `/topic …` and `/join` are actions and not messages. The messages after
`--- unread by ada` are unread for her.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

UNREAD = "--- unread by ada"
DELETED = "\n!deleted"
EDITED = "\n=> "
HEAD = re.compile(r"^@ -(?:(?P<days>\d+)d (?P<time>\d\d:\d\d)|(?P<minutes>\d+)m) (?P<author>\w+)\n", re.MULTILINE)


@dataclass(frozen=True)
class ScriptLine:
    """A message or an action of a person. `seen`: Ada has read it."""

    at: datetime
    author: str
    text: str
    edited: str
    deleted: bool
    seen: bool


def read_script(file: str, now: datetime) -> Iterator[ScriptLine]:
    """Yield the lines of a room's script, with times counted back from `now`."""
    script = (Path(__file__).parent / f"{file}.txt").read_text()
    unread_from = script.find(UNREAD) if UNREAD in script else len(script)
    heads = list(HEAD.finditer(script))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = script[head.end() : following.start() if following else len(script)]
        body = body.replace(UNREAD, "").strip()
        text, _, edited = body.removesuffix(DELETED).partition(EDITED)
        at = time_of(head, now)
        yield ScriptLine(at, head["author"], text, edited, body.endswith(DELETED), seen=head.start() < unread_from)


def time_of(head: re.Match, now: datetime) -> datetime:
    if head["minutes"]:
        return now - timedelta(minutes=int(head["minutes"]))
    day = (now - timedelta(days=int(head["days"]))).date()
    return datetime.combine(day, time.fromisoformat(head["time"]), now.tzinfo)
