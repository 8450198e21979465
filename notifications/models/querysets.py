"""The query set of notifications."""

from typing import Self

from django.db.models import Q, QuerySet

# What a list may show, by the word in its address.
SHOWN = {
    "all": Q(archived_at=None, snoozed_until=None),
    "unread": Q(archived_at=None, snoozed_until=None, read_at=None),
    "snoozed": ~Q(snoozed_until=None),
    "archived": ~Q(archived_at=None),
}

DONE = Q(read_at__isnull=False) | Q(archived_at__isnull=False) | Q(snoozed_until__isnull=False)
DONE |= Q(retracted_at__isnull=False)


class NotificationQuerySet(QuerySet):
    def unread(self) -> Self:
        """What the badge counts: neither read nor archived, and not asleep."""
        return self.filter(read_at=None, archived_at=None, snoozed_until=None, retracted_at=None, held=False)

    def done(self) -> Self:
        """What nobody needs to be told of any more, for now: read, put away, asleep, or taken back."""
        return self.filter(DONE)

    def changed_since(self, seq: int) -> Self:
        """Every state above `seq` in a person's log, in its order."""
        return self.filter(seq__gt=seq, held=False).order_by("seq").select_related("actor", "stream")

    def page(self, *, before: int | None = None) -> Self:
        """What is shown, newest first, below a place. A range of the index on (user, place)."""
        shown = self.filter(retracted_at=None, held=False).order_by("-position").select_related("actor", "stream")
        return shown if before is None else shown.filter(position__lt=before)

    def filtered(self, *, show: str = "all", kind: str = "", streams: QuerySet | None = None) -> Self:
        """What one of the filters shows: `show` is a word of SHOWN; None: also what is of no stream."""
        rows = self.filter(SHOWN[show])
        if kind:
            rows = rows.filter(kind=kind)
        return rows if streams is None else rows.filter(stream__in=streams)
