"""Claims: one process previews a message's links, and one fetches an address in an hour.

The times in `PreviewRequest` are the queue; they are written with the message, so that a crash cannot separate the two.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from chat.conf import limits
from chat.models import FetchedPage, PreviewRequest
from chat.text.outside_links import host_of

LEASE = timedelta(minutes=2)  # longer than the pages and images of MESSAGES_AT_ONCE take as a rule
KEPT = timedelta(hours=1)  # in which no address is fetched twice
LATE = timedelta(hours=2)  # Nobody looks for a preview after that.
SOON = timedelta(seconds=1)
LATER = timedelta(seconds=10)


def claim_requests(now: datetime, count: int) -> list[PreviewRequest]:
    """Claim the requests that are due, longest waiting first. Two statements, or one if none is due."""
    due = PreviewRequest.objects.filter(due_at__lte=now).order_by("due_at")
    if not due.exists():
        return []
    until = now + LEASE
    with transaction.atomic():
        free = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:count])
        # On SQLite, which locks no rows, the time decides.
        PreviewRequest.objects.filter(pk__in=free, due_at__lte=now).update(due_at=until)
        return list(PreviewRequest.objects.filter(pk__in=free, due_at=until).select_related("message__room"))


def release_request(request: PreviewRequest, again_at: datetime | None) -> None:
    """Delete a claimed request, or let it be due again. One that an edit has renewed meanwhile stays as it is."""
    claimed = PreviewRequest.objects.filter(pk=request.pk, due_at=request.due_at)
    if again_at is None:
        claimed.delete()
    else:
        claimed.update(due_at=again_at)


def claim_pages(addresses: Mapping[str, str], now: datetime) -> list[FetchedPage]:
    """Claim those of these addresses, by their digests, that nobody fetched within the hour; return their new rows."""
    FetchedPage.objects.filter(digest__in=addresses, fetched_at__lte=now - KEPT).delete()
    hosts = {digest: host_of(address)[:255] for digest, address in addresses.items()}
    busy = find_busy_hosts(hosts.values(), now)
    claim = uuid.uuid4()
    FetchedPage.objects.bulk_create(
        # In one order, so that two processes cannot deadlock.
        [
            FetchedPage(digest=digest, host=host, claim=claim, fetched_at=now)
            for digest, host in sorted(hosts.items())
            if host not in busy
        ],
        ignore_conflicts=True,
    )
    return list(FetchedPage.objects.filter(digest__in=addresses, claim=claim))


def find_busy_hosts(hosts: Iterable[str], now: datetime) -> Collection[str]:
    """Return those of these hosts that were asked as often as they may be."""
    latest = FetchedPage.objects.filter(host__in=set(hosts), fetched_at__gt=now - timedelta(minutes=1))
    counted = latest.values("host").annotate(pages=Count("pk"))
    return {row["host"] for row in counted if row["pages"] >= limits.PREVIEW_FETCHES_OF_HOST_PER_MINUTE}


def find_time_to_ask(page: FetchedPage | None) -> datetime | None:
    """Return when to look for a page again; None if it is known what is there.

    A process that was killed may have sent its request, so its address is fetched again only after the hour.
    """
    now = timezone.now()
    if page is None:  # its host is busy
        return now + LATER
    if page.state != FetchedPage.State.FETCHING:
        return None
    return now + SOON if now - page.fetched_at < LEASE else page.fetched_at + KEPT
