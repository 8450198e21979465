"""The sidebar as the server renders it. static/js/elements/room-list.js takes over once it is loaded."""

import re
import unicodedata

from django.utils import timezone

from accounts.identity.people import Person, person_data
from realtime.shared.events import moment

# As many as a tall window shows. The script adds the others; without a script, a link shows them.
MOST_SHOWN = 60
SHORT_COUNT = 999


def make_sidebar(entries: list[dict], user, open_id: int, *, all_rooms: bool = False) -> dict:
    """Return the `named` and `direct` rooms in the order of the script, at most MOST_SHOWN of each unless `all_rooms`.

    `hidden` is the number of rooms that are left out.
    """
    rooms = [room for entry in entries if is_listed(room := sidebar_room(entry, user, open_id))]
    named = sorted((room for room in rooms if room["kind"] != "direct"), key=by_title)
    direct = sorted((room for room in rooms if room["kind"] == "direct"), key=by_title)
    direct.sort(key=lambda room: room["last_posted_at"] or "", reverse=True)
    most = len(rooms) if all_rooms else MOST_SHOWN
    return {
        "named": keep_first(named, most),
        "direct": keep_first(direct, most),
        "hidden": max(0, len(named) - most) + max(0, len(direct) - most),
    }


def is_listed(room: dict) -> bool:
    """Return whether a room is listed: an archived one only while it is open or has unread messages."""
    return not room["archived"] or room["is_open"] or room["is_waiting"]


def keep_first(rooms: list[dict], most: int) -> list[dict]:
    """Keep the first rooms, and the open one."""
    return rooms[:most] + [room for room in rooms[most:] if room["is_open"]]


def sidebar_room(entry: dict, user, open_id: int) -> dict:
    is_direct = entry["kind"] == "direct"
    people = entry["people"] or [person_data(user)]
    is_muted = (entry["muted_until"] or "") > (moment(timezone.now()) or "")
    concerns = entry["personal_mentions"] if is_muted else entry["unread"] if is_direct else entry["mentions"]
    count = concerns or entry["unread"]
    return entry | {
        "title": ", ".join(person["name"] for person in people) if is_direct else entry["name"],
        "faces": [Person(**person) for person in people] if is_direct else [],
        "is_open": entry["id"] == open_id,
        "is_waiting": entry["unread"] > 0 and not is_muted,
        "muted": is_muted,
        "concerns": concerns,
        "count": short_count(count) if count else "",
        "unread_count": short_count(entry["unread"]),
        "hint": ", ".join(
            word
            for word, holds in (
                ("private", entry["kind"] == "private"),
                ("archived", entry["archived"]),
                ("muted", is_muted),
            )
            if holds
        ),
    }


def short_count(count: int) -> str:
    """Return a count of at most four characters. Counting stops just above 999 (MOST_COUNTED in sidebar_entries.py)."""
    return f"{SHORT_COUNT}+" if count > SHORT_COUNT else str(count)


def by_title(room: dict) -> tuple:
    """Return a sort key in natural order: room 9 before room 10, ignoring case and accents."""
    folded = unicodedata.normalize("NFKD", room["title"].casefold())
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    parts = re.split(r"(\d+)", plain)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part], room["id"]
