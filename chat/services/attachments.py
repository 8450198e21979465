"""The files of messages: chosen by the author, attached to the message in its transaction, and removed with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from chat.models import Attachment, Message
from chat.text.file_lines import render_lines
from chat.text.typed_text import one_line
from files import services as files
from files.conf import MOST_FILES
from files.models import StoredFile
from files.payloads import describe_file
from realtime.shared.errors import Invalid, NotFound
from realtime.shared.texts import fill_lazy
from realtime.shared.texts import lazy_text as _

ALT_CHARACTERS = 1000
LINES_CHARACTERS = 20_000  # of the HTML of all files of a message: an event goes to every member of the room
APART = 1_000  # more than a message has files: places that are free while the order changes


class FileDraft(NamedTuple):
    """A file as the author chose it for a message. `alt`: what it shows, in their words."""

    key: UUID
    alt: str = ""


type Lines = Mapping[UUID, str]  # the HTML of the first lines of text files
type Claimed = dict[tuple[int, UUID | None], list[StoredFile]]  # the files of new messages, by author and key


def clean_files(drafts: Sequence[FileDraft]) -> tuple[FileDraft, ...]:
    """Return the files with clean alt texts. Raises Invalid for too many, for one that is there twice, or its text."""
    if len(drafts) > MOST_FILES:
        raise Invalid(
            fill_lazy(_("A message has at most %(most)s files. Send the others with another one."), most=MOST_FILES)
        )
    if len({draft.key for draft in drafts}) < len(drafts):
        raise Invalid(_("The same file is in this message twice."))
    return tuple(FileDraft(draft.key, clean_alt(draft.alt)) for draft in drafts)


def clean_alt(alt: str) -> str:
    alt = one_line(alt)
    if len(alt) > ALT_CHARACTERS:
        raise Invalid(fill_lazy(_("A description has at most %(most)s characters."), most=ALT_CHARACTERS))
    return alt


def read_lines(keys: Collection[UUID]) -> dict[UUID, str]:
    """Return the first lines of those of these files that are text, as HTML. No query without files.

    Call it before the message's transaction: with the colours it takes a while, and the room would be locked.
    """
    if not keys:
        return {}
    found = StoredFile.objects.filter(key__in=keys, kind=StoredFile.Kind.TEXT, state=StoredFile.State.READY)
    return {file.key: render_lines(file.name, file.facts.get("first_lines", "")) for file in found}


def lock_files(keys: Collection[UUID]) -> None:
    """Lock the files of several messages in one order, so that no two processes wait for each other."""
    list(StoredFile.objects.select_for_update().filter(key__in=keys).order_by("pk").values_list("pk"))


def claim_files(author_id: int, drafts: Sequence[FileDraft]) -> list[StoredFile]:
    """Take these files of the author into use. Raises Invalid, or Unavailable for a file that is still processed."""
    try:
        return files.claim(author_id, [draft.key for draft in drafts])
    except NotFound:
        # The code not_found would say that there is no such room.
        raise Invalid(_("One of the files doesn't exist any more. Upload it again.")) from None


def files_data(stored: Sequence[StoredFile], drafts: Sequence[FileDraft], lines: Lines) -> list[dict]:
    """Return the payload of a message's files, as docs/protocol.md describes it. First lines only up to a limit."""
    left = LINES_CHARACTERS
    data = []
    for file, draft in zip(stored, drafts, strict=True):
        described = describe_file(file, draft.alt)
        html = lines.get(file.key, "")
        if html and len(html) <= left:
            described["lines_html"] = html
            left -= len(html)
        data.append(described)
    return data


def is_same_choice(data: Sequence[Mapping] | None, drafts: Sequence[FileDraft]) -> bool:
    """Return whether a message with this payload has these files, in this order."""
    return [(file["id"], file["alt"]) for file in data or ()] == [(str(draft.key), draft.alt) for draft in drafts]


def attach(posts: Iterable[tuple[Message, Sequence[StoredFile]]]) -> None:
    """Store the files of messages, which have the ids and payloads already."""
    Attachment.objects.bulk_create(
        attachment_of(message, file, place) for message, stored in posts for place, file in enumerate(stored)
    )


def attachment_of(message: Message, file: StoredFile, place: int) -> Attachment:
    return Attachment(
        message=message,
        file=file,
        place=place,
        alt=find_alt(message, place),
        room_id=message.room_id,
        author_id=message.author_id,
        kind=file.kind,
    )


def find_alt(message: Message, place: int) -> str:
    return (message.files or [])[place]["alt"]


def change_files(message: Message, drafts: Sequence[FileDraft], lines: Lines) -> bool:
    """Let a message have these files from now on, without saving it, and return whether that changed it.

    Files that it had stay as they are; files that are no longer among them are removed. Raises like claim_files.
    """
    if is_same_choice(message.files, drafts):
        return False
    before = {row.file.key: row for row in message.attachments.select_related("file").order_by("place")}
    new = [draft for draft in drafts if draft.key not in before]
    claimed = claim_files(message.author_id, new) if new else []
    stored = {key: row.file for key, row in before.items()} | {file.key: file for file in claimed}
    wanted = [stored[draft.key] for draft in drafts]
    remove_attachments([row for key, row in before.items() if key not in {draft.key for draft in drafts}])
    # The HTML that it has is kept: a later version of the highlighter may make another one.
    kept = {UUID(file["id"]): file["lines_html"] for file in message.files or () if "lines_html" in file}
    message.files = files_data(wanted, drafts, {**lines, **kept}) or None
    arrange(message, {file.key: place for place, file in enumerate(wanted)}, before, claimed)
    return True


def arrange(
    message: Message, places: Mapping[UUID, int], before: Mapping[UUID, Attachment], claimed: Sequence[StoredFile]
) -> None:
    """Store the new files of a message, and the places and texts of those that it had."""
    kept = [row for key, row in before.items() if key in places]
    # No two may have the same place, not even for a moment.
    message.attachments.update(place=F("place") + APART)
    for row in kept:
        row.place = places[row.file.key]
        row.alt = find_alt(message, row.place)
    Attachment.objects.bulk_update(kept, ["place", "alt"])
    Attachment.objects.bulk_create(attachment_of(message, file, places[file.key]) for file in claimed)


def remove_files(messages: Iterable[Message]) -> None:
    """Remove the files of messages, which are then to be saved. No query if they have none."""
    having = [message for message in messages if message.files]
    if having:
        remove_attachments(Attachment.objects.filter(message__in=having).select_related("file"))
    for message in having:
        message.files = None


def remove_unattached(user) -> None:
    """Remove the uploads of a user that no message has, finished or not."""
    left = StoredFile.objects.filter(owner=user.id, is_attached=False).exclude(state=StoredFile.State.REMOVED)
    files.remove(left.only("pk"))


def remove_attachments(attachments: Iterable[Attachment]) -> None:
    """Remove files from their messages and for good. From the commit on nobody can download them."""
    rows = list(attachments)
    if rows:
        Attachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
        files.remove([row.file for row in rows])
