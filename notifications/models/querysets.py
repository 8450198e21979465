"""The queryset of notifications."""

from typing import Self

from django.db.models import Q, QuerySet

# The filters of the list, by their names in the URL.
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
        """Keep those that the unread count includes: neither read nor archived, snoozed, retracted or held."""
        return self.filter(read_at=None, archived_at=None, snoozed_until=None, retracted_at=None, held=False)

    def done(self) -> Self:
        """Keep those that need no push or email for now: read, archived, snoozed or retracted."""
        return self.filter(DONE)

    def changed_since(self, seq: int) -> Self:
        """Keep those that changed after `seq` in the user's topic, in that order."""
        return self.filter(seq__gt=seq, held=False).order_by("seq").select_related("actor", "stream")

    def page(self, *, before: int | None = None) -> Self:
        """Keep the listed ones below a position, newest first. A range of the index on (user, position)."""
        shown = self.filter(retracted_at=None, held=False).order_by("-position").select_related("actor", "stream")
        return shown if before is None else shown.filter(position__lt=before)

    def filtered(self, *, show: str = "all", kind: str = "", streams: QuerySet | None = None) -> Self:
        """Apply a filter of SHOWN, a kind and streams. `streams=None` also keeps notifications without a stream."""
        rows = self.filter(SHOWN[show])
        if kind:
            rows = rows.filter(kind=kind)
        return rows if streams is None else rows.filter(stream__in=streams)
