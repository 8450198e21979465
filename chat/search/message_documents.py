"""What the search index keeps of a message, and of its files."""

import re
from collections.abc import Iterator, Mapping
from uuid import UUID

from chat.models import Message
from chat.text.plain_text import plain_text
from files.texts import read_texts
from search.documents import Document, make_document, room_fact

ADDRESS = re.compile(r'<a href="([^"]*)"')
# Kinds of files that `has:` asks about. `has:file` asks about all.
FILE_KINDS = ("image", "video", "audio")


def read_text(message: Message) -> str:
    """Return a message as people read it, and the addresses of its links that are not written out in it."""
    text = plain_text(message.html)
    hidden = [address for address in find_addresses(message) if address not in text]
    return "\n".join([text, *hidden])


def read_words(message: Message) -> list[str]:
    """Return what is searched of a message without reading its files: its text, their names and descriptions."""
    return [read_text(message), *(words for file in message.files or () for words in indexed_words(file))]


def indexed_words(file: Mapping) -> Iterator[str]:
    yield file["name"]
    if file["alt"]:
        yield file["alt"]


def read_files(message: Message) -> dict[str, str]:
    """Return the texts of a message's files that are text, by their ids. One query if there are any."""
    keys = [UUID(file["id"]) for file in message.files or () if file["kind"] == "text"]
    found = read_texts(keys) if keys else {}
    return {str(key): found[key] for key in keys if key in found}


def find_addresses(message: Message) -> list[str]:
    return [address.replace("&amp;", "&") for address in ADDRESS.findall(message.html)]


def find_facts(message: Message) -> set[str]:
    """Return what the filters `in:`, `from:`, `has:` and `is:` ask about. Its mentions should be loaded."""
    facts = {room_fact(message.room_id), f"author.{message.author_id}"}
    facts |= {f"mention.{user_id}" for user_id in message.mention_ids}
    kinds = {file["kind"] for file in message.files or ()}
    found = {
        "everybody": message.everybody,
        "edited": message.edited_at is not None,
        "link": ADDRESS.search(message.html) is not None,
        "code": "<code" in message.html,
        "file": bool(kinds),
        **{kind: kind in kinds for kind in FILE_KINDS},
    }
    return facts | {name for name, holds in found.items() if holds}


def is_indexed(message: Message) -> bool:
    return message.kind == Message.Kind.TEXT and message.deleted_at is None


def document_of(message: Message) -> Document:
    """Return the document of a message that is searchable."""
    facts = tuple(sorted(find_facts(message)))
    texts = [*read_words(message), *read_files(message).values()]
    return make_document(message.pk, message.room_id, message.created_at, facts, *texts)
