"""Gap repair: events that the bus lost are read from the database, once for all subscribers of this process."""

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

PAIRS_A_READ = 1_000  # 4 ms. In one query for 20,000 the thread keeps the loop from the interpreter for 80.


def expect(hub: Hub, feed: Feed, head: int) -> None:
    """Mend the feed soon if it has not reached `head` by itself."""
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
    """Read what is missing and deliver it; skip what is too much, or cannot be read, to let clients start over."""
    try:
        missed = await hub.catch_up.read(feed.name, feed.cursor)
        if missed is None:
            return
        if missed.events is None:
            await skip(hub, feed, missed.head)
        else:
            hub.tell(feed, feed.mend(missed.events, missed.head))
    except Exception as error:
        logger.log(outage.level, "A gap in %s cannot be repaired yet: %r", feed.name, error)
    finally:
        feed.mending = False
    expect(hub, feed, max(feed.ahead, default=0))


async def skip(hub: Hub, feed: Feed, head: int) -> None:
    """Give up the gap up to `head`: whoever a removal in it concerns is cut, the others see a gap and start over.

    Nothing is delivered while the database is asked who may listen. Whoever joins meanwhile reads a later head.
    """
    await revoke_unauthorized(hub, [feed])
    counters.skipped_gaps += 1
    feed.skip_gap(head)
    hub.tell(feed, feed.drain())
    for connection in feed.listeners:
        hub.send_heartbeat(connection)  # its heads show a gap even where nothing follows it


async def revoke_unauthorized(hub: Hub, feeds: list[Feed]) -> None:
    """End the subscriptions to these feeds, all of one kind, that are no longer allowed. A query for each 1,000.

    A subscription that ended, and was made anew while the database was asked, is another one and stays.
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
