"""What the search index keeps of a message."""

import re

from chat.models import Message
from chat.text.plain_text import plain_text
from search.documents import Document, make_document

ADDRESS = re.compile(r'<a href="([^"]*)"')


def read_text(message: Message) -> str:
    """Return a message as people read it, and the addresses of its links that are not written out in it."""
    text = plain_text(message.html)
    hidden = [address for address in find_addresses(message) if address not in text]
    return "\n".join([text, *hidden])


def find_addresses(message: Message) -> list[str]:
    return [address.replace("&amp;", "&") for address in ADDRESS.findall(message.html)]


def find_facts(message: Message) -> set[str]:
    """Return what the filters `in:`, `from:`, `has:` and `is:` ask about. Its mentions should be loaded."""
    facts = {f"room.{message.room_id}", f"author.{message.author_id}"}
    facts |= {f"mention.{user_id}" for user_id in message.mention_ids}
    found = {
        "everybody": message.everybody,
        "edited": message.edited_at is not None,
        "link": ADDRESS.search(message.html) is not None,
        "code": "<code" in message.html,
    }
    return facts | {name for name, holds in found.items() if holds}


def is_indexed(message: Message) -> bool:
    return message.kind == Message.Kind.TEXT and message.deleted_at is None


def document_of(message: Message) -> Document:
    """Return the document of a message that is searchable."""
    facts = tuple(sorted(find_facts(message)))
    return make_document(message.pk, message.room_id, message.created_at, facts, read_text(message))
