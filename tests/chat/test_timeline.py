"""Which messages stand under one head, as static/js/helpers/timeline-rows.js says (tests/js/timeline-rows.test.js)."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.models import Message
from chat.pages.timeline import continues

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def said(after: timedelta = timedelta(), author: int = 1, kind: str = "text") -> Message:
    return Message(author_id=author, kind=kind, created_at=NOON + after)


@pytest.mark.parametrize(
    "message, answer",
    [
        (said(timedelta(minutes=4, seconds=59)), True),
        (said(timedelta(minutes=5)), False),
        (said(-timedelta(minutes=4)), True),
        (said(-timedelta(hours=12)), False),
        (said(author=2), False),
        (said(kind="system"), False),
    ],
)
def test_one_author_within_five_minutes_stands_under_one_head(message, answer):
    """Also where a server's clock was behind that of the one before."""
    assert continues(said(), message) is answer
