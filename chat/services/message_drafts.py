"""The drafts of messages, and the cleaning and rendering of their texts and files before they are posted."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from chat.services.attachments import FileDraft, Lines, clean_files, read_lines
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
    files: Sequence[FileDraft] = ()


class Copy(NamedTuple):
    """A draft whose text and files are cleaned and rendered."""

    draft: MessageDraft
    text: str
    rendered: Rendered
    files: Sequence[FileDraft] = ()
    lines: Lines = {}


def prepare(drafts: Sequence[MessageDraft]) -> list[Copy | CommandError]:
    """Clean and render the texts, before any lock is held. Returns a Copy or an error for each."""
    cleaned = [clean_or_error(draft) for draft in drafts]
    texts = [
        (draft.room_id, draft.author_id, text)
        for draft, text in zip(drafts, cleaned, strict=True)
        if isinstance(text, str) and "@" in text
    ]
    named = find_named(texts) if texts else {}
    copies: list[Copy | CommandError] = [
        Copy(draft, text, render(text, named.get((draft.room_id, draft.author_id), {})))
        if isinstance(text, str)
        else text
        for draft, text in zip(drafts, cleaned, strict=True)
    ]
    return add_files(copies) if any(draft.files for draft in drafts) else copies


def clean_or_error(draft: MessageDraft) -> str | Invalid:
    try:
        return clean_text(draft.text, may_be_empty=bool(draft.files))
    except Invalid as error:
        return error


def add_files(copies: Sequence[Copy | CommandError]) -> list[Copy | CommandError]:
    """Clean the files of these copies, and render the first lines of text files. One query."""
    cleaned = [clean_files_or_error(copy) if isinstance(copy, Copy) else copy for copy in copies]
    lines = read_lines({file.key for copy in cleaned if isinstance(copy, Copy) for file in copy.files})
    return [copy._replace(lines=lines) if isinstance(copy, Copy) and copy.files else copy for copy in cleaned]


def clean_files_or_error(copy: Copy) -> Copy | Invalid:
    try:
        return copy._replace(files=clean_files(copy.draft.files))
    except Invalid as error:
        return error
