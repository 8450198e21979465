"""The contents of a message: its HTML, and what is stored with it and goes with it when it is deleted."""

from collections.abc import Collection

from chat.models import Mention, Message
from chat.services.attachments import remove_files
from chat.services.message_previews import drop_previews, follow_links
from chat.services.reactions import drop_reactions
from chat.text.formatting import Rendered


def set_content(message: Message, rendered: Rendered) -> None:
    """Set a message's HTML, store its mentions, and update its previews. A mention of the author is not stored."""
    message.html, message.everybody = rendered.html, rendered.everybody
    message.mention_ids = sorted(set(rendered.mentions) - {message.author_id})
    Mention.objects.filter(message=message).exclude(user__in=message.mention_ids).delete()
    Mention.objects.bulk_create(message.mention_rows(), ignore_conflicts=True)
    follow_links(message)


def drop_contents(messages: Collection[Message]) -> None:
    """Remove what deleted messages showed beside their texts. Saves no message."""
    remove_files(messages)
    drop_previews(messages)
    drop_reactions(messages)
