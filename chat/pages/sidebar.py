"""The sidebar as the server draws it: the rooms of static/js/elements/room-list.js, before that has come."""

import re
import unicodedata

from django.utils import timezone

from accounts.identity.people import Person, person_data
from realtime.shared.events import moment

# As many as a tall window shows. The script draws the others; without one a link does.
MOST_SHOWN = 60
SHORT_COUNT = 999


def make_sidebar(entries: list[dict], user, open_id: int, *, all_rooms: bool = False) -> dict:
    """Return the two parts with their rooms, in the order in which the script shows them; at most so many of each."""
    rooms = [room for entry in entries if is_listed(room := sidebar_room(entry, user, open_id))]
    named = sorted((room for room in rooms if room["kind"] != "direct"), key=by_title)
    direct = sorted((room for room in rooms if room["kind"] == "direct"), key=by_title)
    direct.sort(key=lambda room: room["last_posted_at"] or "", reverse=True)
    most = len(rooms) if all_rooms else MOST_SHOWN
    return {
        "named": cut(named, most),
        "direct": cut(direct, most),
        "hidden": max(0, len(named) - most) + max(0, len(direct) - most),
    }


def is_listed(room: dict) -> bool:
    """Leave out an archived room, but while it is open or something in it waits."""
    return not room["archived"] or room["is_open"] or room["is_waiting"]


def cut(rooms: list[dict], most: int) -> list[dict]:
    """Keep the first ones, and the one that is open."""
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
    """Return a count for a narrow place: entries are not counted further (MOST_COUNTED in sidebar_entries.py)."""
    return f"{SHORT_COUNT}+" if count > SHORT_COUNT else str(count)


def by_title(room: dict) -> tuple:
    """Order as a person does: room 9 before room 10, without regard to case and accents."""
    folded = unicodedata.normalize("NFKD", room["title"].casefold())
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    parts = re.split(r"(\d+)", plain)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts if part], room["id"]
