"""Holes: what a feed was not told by the bus is read from the database, once for everybody who listens here."""

import logging
from typing import TYPE_CHECKING

from realtime.conf import limits

if TYPE_CHECKING:
    from realtime.feed import Feed
    from realtime.hub import Hub

logger = logging.getLogger(__name__)


def expect(hub: "Hub", feed: "Feed", head: int) -> None:
    """Mend the feed soon if it has not reached `head` by itself."""
    if feed.cursor is not None and feed.cursor < head and not feed.mending:
        feed.mending = True
        hub.loop.call_later(limits.GAP_SECONDS, mend_if_behind, hub, feed, head)


def mend_if_behind(hub: "Hub", feed: "Feed", head: int) -> None:
    feed.mending = False
    if feed.cursor is not None and feed.cursor < head and not feed.empty:
        feed.mending = True
        hub.spawn(mend(hub, feed))


async def mend(hub: "Hub", feed: "Feed") -> None:
    try:
        found = await hub.catch_up.request(None, {feed.name: feed.cursor})
    except Exception as error:
        logger.warning("A hole in %s cannot be mended yet: %r", feed.name, error)
        return
    finally:
        feed.mending = False
    missed = found.get(feed.name)
    if missed is None:
        return
    if missed.events is None:
        feed.skip_to(missed.head)
        hub.tell(feed, feed.drain())
        for session in feed.listeners:
            session.send_heartbeat()  # its heads show the client that it must start over
    else:
        hub.tell(feed, feed.mend(missed.events, missed.head))
