"""The data of streams and announcements for pages and the sidebar."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone

from notifications.models import Announcement, Notification, Stream
from notifications.streams.events import EVERYBODY, announcement_data, value_data
from notifications.streams.values import recent_points

NEWS_A_CARD = 3
SIDEBAR_STREAMS = 20
NEWS_A_PAGE = 20


@dataclass
class Card:
    """A stream as one user sees it."""

    stream: Stream
    news: list[Notification] = field(default_factory=list)

    @property
    def is_subscribed(self) -> bool:
        return self.stream.subscribed  # type: ignore[attr-defined]


@dataclass
class NewsPage:
    """A user's news from a stream, newest first. `next`: the position below which the next page starts."""

    rows: list[Notification]
    next: int | None


def find_cards(user) -> list[Card]:
    """Return the streams that a user may see, by name, each with its newest news. Two queries."""
    streams = list(Stream.objects.visible_to(user).with_subscribed(user).order_by("name", "pk"))
    news = newest(user, streams)
    return [Card(stream, news.get(stream.pk, [])) for stream in streams]


def sidebar_streams(user) -> list[dict]:
    """Return the streams a user is subscribed to, at most SIDEBAR_STREAMS, with their latest values. One query."""
    mine = Stream.objects.visible_to(user).with_subscribed(user).order_by("name", "pk")
    return [
        {
            "name": stream.name,
            "url": reverse("stream", args=[stream.slug]),
            "points": reverse("stream_points", args=[stream.slug]),
            "topic": stream.topic,
            "seq": stream.seq,
            "keeps_value": stream.keeps_value,
            "latest": value_data(stream) if stream.keeps_value else None,
        }
        for stream in mine.filter(subscribed=True)[:SIDEBAR_STREAMS]  # type: ignore[misc]
    ]


def newest(user, streams: Sequence[Stream]) -> dict[int, list[Notification]]:
    ranked = news_of(user).filter(stream__in=streams).order_by("-position")
    ranked = ranked.annotate(rank=Window(RowNumber(), partition_by=F("stream"), order_by=F("position").desc()))
    found: dict[int, list[Notification]] = {}
    for row in ranked.filter(rank__lte=NEWS_A_CARD):
        found.setdefault(row.stream_id, []).append(row)
    return found


def news_page(user, stream: Stream, before: int | None) -> NewsPage:
    rows = news_of(user).filter(stream=stream).order_by("-position")
    if before is not None:
        rows = rows.filter(position__lt=before)
    some = list(rows[: NEWS_A_PAGE + 1])
    return NewsPage(some[:NEWS_A_PAGE], some[NEWS_A_PAGE - 1].position if len(some) > NEWS_A_PAGE else None)


def news_of(user):
    return Notification.objects.filter(user=user, retracted_at=None, held=False)


def minutes(stream: Stream) -> list[tuple[datetime, float]]:
    """Return the last value of each minute, newest first: the chart as a table."""
    last: dict[int, tuple[int, float]] = {}
    for second, value in recent_points(stream):
        last[second // 60] = (second, value)
    zone = timezone.get_current_timezone()
    return [(datetime.fromtimestamp(second, zone), value) for second, value in reversed(last.values())]


def announcement_state(user) -> dict:
    """Return a user's current announcements, newest first, and the seq from which to subscribe. One query.

    It also reads the row with the highest seq, even if expired, to know the topic's head. Ids of dismissed ones are
    included, so that a later change does not show them again.
    """
    now = timezone.now()
    last = Announcement.objects.order_by("-seq").values("pk")[:1]
    dismissed = Announcement.objects.filter(pk=OuterRef("pk"), dismissed_by=user.pk)
    rows = list(
        Announcement.objects.filter(Q(expires_at__gt=now) | Q(pk__in=last))
        .annotate(dismissed=Exists(dismissed))
        .order_by("-pk")
    )
    return {
        "topic": EVERYBODY,
        "seq": max((row.seq for row in rows), default=0),
        "now": now.timestamp() * 1000,
        "announcements": [announcement_data(row) for row in rows if row.expires_at > now and not row.dismissed],
        "dismissed": [row.pk for row in rows if row.dismissed],
    }
