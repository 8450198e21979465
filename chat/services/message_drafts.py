"""The drafts of messages, and the cleaning and rendering of their texts before they are posted."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from chat.services.mentioned_members import find_named
from chat.text.formatting import Rendered, render
from chat.text.typed_text import clean_text
from realtime.shared.errors import CommandError, Invalid


class MessageDraft(NamedTuple):
    """A message as its author sent it. `key`: the client's own id for it, which is never used again."""

    room_id: int
    author_id: int
    key: UUID
    text: str
    created_at: datetime | None = None


class Copy(NamedTuple):
    """A draft whose text is cleaned and rendered."""

    draft: MessageDraft
    text: str
    rendered: Rendered


def prepare(drafts: Sequence[MessageDraft]) -> list[Copy | CommandError]:
    """Clean and render the texts, before any lock is held. Returns a Copy or an error for each."""
    cleaned = [clean_or_error(draft.text) for draft in drafts]
    texts = [
        (draft.room_id, draft.author_id, text)
        for draft, text in zip(drafts, cleaned, strict=True)
        if isinstance(text, str) and "@" in text
    ]
    named = find_named(texts) if texts else {}
    return [
        Copy(draft, text, render(text, named.get((draft.room_id, draft.author_id), {})))
        if isinstance(text, str)
        else text
        for draft, text in zip(drafts, cleaned, strict=True)
    ]


def clean_or_error(text: str) -> str | Invalid:
    try:
        return clean_text(text)
    except Invalid as error:
        return error
