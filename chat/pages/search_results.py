"""Results of a search as the page and the script show them."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext

from accounts.identity.people import person_data
from chat.models import Message, Room
from chat.notices.groups import find_others, name_group
from chat.pages.found_files import FoundFiles, match_files
from chat.search.message_documents import read_text
from realtime.shared.events import moment
from search.excerpts import ExcerptPart, make_excerpt
from search.query import SearchQuery


class Result(NamedTuple):
    """A found message: where it stands, an excerpt, and its files."""

    message: Message
    room: str
    url: str
    parts: list[ExcerptPart]
    files: FoundFiles


class Chip(NamedTuple):
    """A part of the query, and the query without it."""

    text: str
    without: str
    is_filter: bool


def make_results(user, messages: list[Message], query: SearchQuery) -> list[Result]:
    """Return the results for these messages, whose rooms are loaded. One query, and one for each text file to read."""
    rooms = {message.room.pk: message.room for message in messages}
    conversations = [pk for pk, room in rooms.items() if room.kind == Room.Kind.DIRECT]
    people = find_others(user.pk, conversations) if conversations else {}
    return [
        Result(
            message,
            label_room(message.room, people),
            f"{reverse('room', args=[message.room_id])}?{urlencode({'message': message.posted_seq})}",
            make_excerpt(read_text(message), query.terms),
            match_files(message, query.terms),
        )
        for message in messages
    ]


def label_room(room: Room, people: dict) -> str:
    """Return the name of a result's room. The names of people alone would stand there as further authors."""
    name = name_group(room, people)
    return gettext("Direct messages: %(people)s") % {"people": name} if room.kind == Room.Kind.DIRECT else name


def result_data(result: Result) -> dict:
    """Return a result as JSON values."""
    return {
        "id": result.message.pk,
        "room": result.message.room_id,
        "posted_seq": result.message.posted_seq,
        "room_name": result.room,
        "url": result.url,
        "author": person_data(result.message.author),
        "created_at": moment(result.message.created_at),
        "parts": parts_data(result.parts),
        "files": [
            {"icon": file.icon, "name": parts_data(file.name), "parts": parts_data(file.parts)}
            for file in result.files.shown
        ],
        "more_files": result.files.more,
    }


def parts_data(parts: list[ExcerptPart]) -> list[dict]:
    return [part._asdict() for part in parts]


def make_chips(text: str, query: SearchQuery) -> Iterator[Chip]:
    """Yield the parts of what was typed, each with what is left without it."""
    for piece in query.pieces:
        rest = " ".join((text[: piece.start] + text[piece.end :]).split())
        yield Chip(piece.source, rest, piece.filter is not None)


def without_filters(query: SearchQuery) -> str:
    return " ".join(piece.source for piece in query.pieces if piece.filter is None)


def join_parts(parts: Iterable[ExcerptPart]) -> str:
    return "".join(part.text for part in parts)
