"""Read what is said in a room of the demo.

    @ -2d 11:52 linus           two days ago at 11:52 UTC; or "@ -95m linus", 95 minutes ago
    What he says, in Markdown.
    => What it says once he has edited it.

`!deleted` ends a message that is taken back; `/topic …` and `/join` are done and not said; after
`--- unread by ada` comes what she has not seen yet.
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
class Line:
    """Something that somebody says or does; `seen`: by Ada, too."""

    at: datetime
    author: str
    text: str
    edited: str
    deleted: bool
    seen: bool


def read_script(file: str, now: datetime) -> Iterator[Line]:
    """Yield the lines of a room, with times counted back from `now`."""
    script = (Path(__file__).parent / f"{file}.txt").read_text()
    unread_from = script.find(UNREAD) if UNREAD in script else len(script)
    heads = list(HEAD.finditer(script))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = script[head.end() : following.start() if following else len(script)]
        body = body.replace(UNREAD, "").strip()
        text, _, edited = body.removesuffix(DELETED).partition(EDITED)
        at = time_of(head, now)
        yield Line(at, head["author"], text, edited, body.endswith(DELETED), seen=head.start() < unread_from)


def time_of(head: re.Match, now: datetime) -> datetime:
    if head["minutes"]:
        return now - timedelta(minutes=int(head["minutes"]))
    day = (now - timedelta(days=int(head["days"]))).date()
    return datetime.combine(day, time.fromisoformat(head["time"]), now.tzinfo)
