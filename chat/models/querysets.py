"""The QuerySets of rooms and messages: the rooms that a user may see, and pages of messages by keyset."""

from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q


class RoomQuerySet(models.QuerySet):
    def public(self) -> "RoomQuerySet":
        """Keep the rooms that anyone may find and join: public ones that are not archived."""
        return self.filter(kind="public", archived_at=None)

    def of(self, user) -> "RoomQuerySet":
        """Keep the rooms that the user is in."""
        memberships = self.model.memberships.rel.related_model.objects
        return self.filter(Exists(memberships.filter(room=OuterRef("pk"), user=user.id, active=True)))

    def visible_to(self, user) -> "RoomQuerySet":
        """Keep the rooms that the user may see: public ones, archived or not, and those that they are in."""
        return self.filter(Q(kind="public") | Q(pk__in=self.model.objects.of(user).values("pk")))


class MessagePage(NamedTuple):
    """Messages in the order of the screen, and whether there are more on either side."""

    messages: list[Any]
    more_before: bool
    more_after: bool


class MessageQuerySet(models.QuerySet):
    def with_people(self) -> "MessageQuerySet":
        """Load authors and mentions with the messages, so that a payload costs no query."""
        # As an attribute: `mention_set.all()` makes a QuerySet for each message, a third of the time of a catch-up.
        return self.select_related("author").prefetch_related(Prefetch("mention_set", to_attr="loaded_mentions"))

    def changed_since(self, seq: int) -> "MessageQuerySet":
        """Keep the messages posted, edited or deleted after `seq`, in the order of these changes."""
        return self.filter(seq__gt=seq).order_by("seq")

    def page(
        self,
        room: models.Model,
        *,
        before: int | None = None,
        after: int | None = None,
        around: int | None = None,
        limit: int = 50,
    ) -> MessagePage:
        """Return up to `limit` messages of the room next to a posted_seq, or the newest without one.

        `around` includes the message with that posted_seq. Each page is a range of the index on (room, posted_seq):
        the page at message 1,000,000 costs as much as the first. At most four queries.
        """
        messages = self.filter(room=room)
        if around is not None:
            return _around(messages, around, limit)
        if after is not None:
            return _after(messages, after, limit)
        return _before(messages, before, limit)


def _before(messages: MessageQuerySet, before: int | None, limit: int) -> MessagePage:
    older = messages if before is None else messages.filter(posted_seq__lt=before)
    found = list(older.with_people().order_by("-posted_seq")[: limit + 1])
    more_after = before is not None and messages.filter(posted_seq__gte=before).exists()
    return MessagePage(found[:limit][::-1], len(found) > limit, more_after)


def _after(messages: MessageQuerySet, after: int, limit: int) -> MessagePage:
    found = list(messages.filter(posted_seq__gt=after).with_people().order_by("posted_seq")[: limit + 1])
    more_before = messages.filter(posted_seq__lte=after).exists()
    return MessagePage(found[:limit], more_before, len(found) > limit)


def _around(messages: MessageQuerySet, around: int, limit: int) -> MessagePage:
    older = _before(messages, around, limit // 2)
    newer = _after(messages, around - 1, limit - len(older.messages))
    return MessagePage(older.messages + newer.messages, older.more_before, newer.more_after)
