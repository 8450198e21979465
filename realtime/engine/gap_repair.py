"""Gap repair: read events that the bus lost from the database, once for all subscribers of this process."""

import logging
from itertools import batched

from realtime.conf import limits
from realtime.engine.feed import Feed
from realtime.engine.hub import Hub
from realtime.engine.topics import find
from realtime.shared import threads
from realtime.shared.metrics import counters
from realtime.shared.outage import outage

logger = logging.getLogger(__name__)

PAIRS_A_READ = 1_000  # 4 ms. One query for 20,000 pairs keeps the interpreter's lock from the loop for 80 ms.


def expect(hub: Hub, feed: Feed, head: int) -> None:
    """Repair the gap soon if the feed has not reached `head` by itself."""
    if feed.cursor is not None and feed.cursor < head and not feed.mending:
        feed.mending = True
        hub.loop.call_later(limits.GAP_SECONDS, mend_if_behind, hub, feed, head)


def mend_if_behind(hub: Hub, feed: Feed, head: int) -> None:
    feed.mending = False
    if feed.cursor is not None and feed.cursor < max(head, *feed.ahead, 0) and not feed.empty:
        feed.mending = True
        counters.gaps += 1
        hub.spawn(mend(hub, feed))


async def mend(hub: Hub, feed: Feed) -> None:
    """Read the missing events and deliver them; skip them if they are too many, so that clients start over."""
    try:
        missed = await hub.catch_up.read(feed.name, feed.cursor)
        if missed is None:
            return
        if missed.events is None:
            await skip(hub, feed, missed.head)
        else:
            hub.tell(feed, feed.mend(missed.events, missed.head))
    except Exception as error:
        logger.log(outage.level, "A gap in %s cannot be repaired yet; it is tried again: %r", feed.name, error)
    finally:
        feed.mending = False
    expect(hub, feed, max(feed.ahead, default=0))


async def skip(hub: Hub, feed: Feed, head: int) -> None:
    """Give up the gap up to `head`.

    Users removed in it lose their subscription, the others see the gap and start over. Nothing is delivered while the
    permissions are read. A connection that joins meanwhile reads a later head.
    """
    await revoke_unauthorized(hub, [feed])
    counters.skipped_gaps += 1
    feed.skip_gap(head)
    hub.tell(feed, feed.drain())
    for connection in feed.listeners:
        hub.send_heartbeat(connection)  # its heads show the gap even where no event follows


async def revoke_unauthorized(hub: Hub, feeds: list[Feed]) -> None:
    """End the subscriptions to these feeds, all of one kind, that are no longer allowed. One query for each 1,000.

    A subscription that ended and was made anew during the query is another one, and stays.
    """
    asked = [
        (connection, topic, connection.joins[topic.name])
        for feed in feeds
        for topic in [find(feed.name)]
        for connection in feed.connections()
    ]
    for some in batched(asked, PAIRS_A_READ):
        kind = type(some[0][1])
        allowed = await threads.read(kind.authorize, {(connection.user_id, topic.id) for connection, topic, _ in some})
        for connection, topic, join in some:
            if (connection.user_id, topic.id) not in allowed and connection.joins.get(topic.name) == join:
                hub.revoke(connection, topic.name)
