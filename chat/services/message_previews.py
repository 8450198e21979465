"""The previews of a message as it is posted, edited and deleted: which are asked for, and which go with their links."""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.utils import timezone

from chat.models import Message, MessagePreview, PreviewRequest
from chat.text.outside_links import digest_of, find_outside_links


def links_of(message: Message) -> dict[str, str]:
    """Return the links of a message that may have a preview: {digest: address}."""
    return find_outside_links(message.html, settings.SITE_URL)


def find_linking(messages: Iterable[Message]) -> list[Message]:
    """Return the messages for which previews are to be requested."""
    return [message for message in messages if links_of(message)] if settings.LINK_PREVIEWS else []


def request_previews(messages: Iterable[Message]) -> None:
    """Ask for previews of the links of these messages, in the transaction that stores them. One statement, or none."""
    now = timezone.now()
    requests = [PreviewRequest(message=message, due_at=now, created_at=now) for message in messages]
    if requests:
        PreviewRequest.objects.bulk_create(
            requests, update_conflicts=True, unique_fields=["message"], update_fields=["due_at", "created_at"]
        )


def follow_links(message: Message) -> None:
    """After another text: drop the previews whose links are gone, and ask for those of new links. Saves no message."""
    links = links_of(message)
    if message.previews:
        kept = [preview for preview in message.previews if digest_of(preview["url"]) in links]
        MessagePreview.objects.filter(message=message).exclude(digest__in=links).delete()
        message.previews = kept or None
    if links and message.deleted_at is None:
        known = MessagePreview.objects.filter(message=message, digest__in=links).values_list("digest", flat=True)
        if links.keys() - set(known):
            request_previews(find_linking([message]))


def drop_previews(messages: Collection[Message]) -> None:
    """Remove all previews of deleted messages, whose links are gone. Saves no message."""
    for message in messages:
        message.previews = None
    MessagePreview.objects.filter(message__in=messages).delete()
