"""The demo's streams and announcement."""

import math
from datetime import datetime, timedelta

from notifications.models import Notification, Point, Stream
from notifications.services import mark_read
from notifications.streams.announcements import make_announcement
from notifications.streams.definitions import create_stream
from notifications.streams.news import publish_to_stream
from notifications.streams.values import KEPT_SECONDS, publish_value

DEPLOYS = [
    (timedelta(days=2, hours=3), "shop v2.3.1 is live", "Two fixes in the checkout."),
    (timedelta(days=1, hours=1), "shop v2.4.0 is live", "The new search, for everybody."),
    (timedelta(hours=2), "shop v2.4.1 is live", "Search finds accents, too."),
]
STEP = 5  # seconds between two points of the figure


def publish_news(cast: dict, now: datetime) -> None:
    """Create two streams with a few days of news and ten minutes of values, and an announcement."""
    everybody = {"rule": Stream.Rule.EVERYBODY, "is_open": True}
    deploys = create_stream("deploys", "Deploys", description="What went out, and when.", **everybody)
    for ago, title, body in DEPLOYS:
        publish_to_stream(deploys, title, body, url="/streams/deploys/")
        Notification.objects.filter(stream=deploys, title=title).update(created_at=now - ago)
    for user in cast.values():
        mark_read(user.pk, list(Notification.objects.filter(user=user, stream=deploys).values_list("pk", flat=True)))
    visitors = create_stream("visitors", "Visitors", description="On the shop now.", keeps_value=True, **everybody)
    ages = range(KEPT_SECONDS - STEP, 0, -STEP)
    Point.objects.bulk_create(point_of(visitors, now - timedelta(seconds=age), visitors_at(age)) for age in ages)
    publish_value(visitors, visitors_at(0))
    make_announcement("Fire drill on Friday at 11:00. Leave by the stairs.", now + timedelta(days=3), by=cast["ada"])


def point_of(stream: Stream, at: datetime, value: float) -> Point:
    return Point(stream=stream, slot=int(at.timestamp()) % KEPT_SECONDS, at=at, value=value)


def visitors_at(seconds_ago: int) -> float:
    """Return a number that rises and falls as visitors do."""
    return float(round(184 + 22 * math.sin(seconds_ago / 97) - seconds_ago / 30))
