"""Gap repair: read events that the bus lost from the database, once for all subscribers of this process."""

import logging
from itertools import batched

from realtime.conf import limits
from realtime.engine.hub import Hub
from realtime.engine.topic_subscribers import TopicSubscribers
from realtime.engine.topics import find
from realtime.shared import threads
from realtime.shared.metrics import counters
from realtime.shared.outage import outage

logger = logging.getLogger(__name__)

PAIRS_A_READ = 1_000  # 4 ms. One query for 20,000 pairs keeps the interpreter's lock from the loop for 80 ms.


def expect(hub: Hub, subscribers: TopicSubscribers, head: int) -> None:
    """Repair the gap soon if the topic has not reached `head` by itself."""
    if subscribers.cursor is not None and subscribers.cursor < head and not subscribers.is_repairing:
        subscribers.is_repairing = True
        hub.loop.call_later(limits.GAP_SECONDS, repair_if_behind, hub, subscribers, head)


def repair_if_behind(hub: Hub, subscribers: TopicSubscribers, head: int) -> None:
    subscribers.is_repairing = False
    if (
        subscribers.cursor is not None
        and subscribers.cursor < max(head, *subscribers.ahead, 0)
        and not subscribers.empty
    ):
        subscribers.is_repairing = True
        counters.gaps += 1
        hub.spawn(repair_gap(hub, subscribers))


async def repair_gap(hub: Hub, subscribers: TopicSubscribers) -> None:
    """Read the missing events and deliver them; skip them if they are too many, so that clients start over."""
    try:
        missed = await hub.catch_up.read(subscribers.name, subscribers.cursor)
        if missed is None:
            return
        if missed.events is None:
            await skip(hub, subscribers, missed.head)
        else:
            hub.deliver(subscribers, subscribers.fill_gap(missed.events, missed.head))
    except Exception as error:
        logger.log(outage.level, "A gap in %s cannot be repaired yet; it is tried again: %r", subscribers.name, error)
    finally:
        subscribers.is_repairing = False
    expect(hub, subscribers, max(subscribers.ahead, default=0))


async def skip(hub: Hub, subscribers: TopicSubscribers, head: int) -> None:
    """Give up the gap up to `head`.

    Users removed in it lose their subscription, the others see the gap and start over. Nothing is delivered while the
    permissions are read. A connection that joins meanwhile reads a later head.
    """
    await revoke_unauthorized(hub, [subscribers])
    counters.skipped_gaps += 1
    subscribers.skip_gap(head)
    hub.deliver(subscribers, subscribers.drain())
    for connection in subscribers.listeners:
        hub.send_heartbeat(connection)  # its heads show the gap even where no event follows


async def revoke_unauthorized(hub: Hub, of_topics: list[TopicSubscribers]) -> None:
    """End the subscriptions to these topics, all of one kind, that are no longer allowed. One query for each 1,000.

    A subscription that ended and was made anew during the query is another one, and stays.
    """
    asked = [
        (connection, topic, connection.joins[topic.name])
        for subscribers in of_topics
        for topic in [find(subscribers.name)]
        for connection in subscribers.connections()
    ]
    for some in batched(asked, PAIRS_A_READ):
        kind = type(some[0][1])
        allowed = await threads.read(kind.authorize, {(connection.user_id, topic.id) for connection, topic, _ in some})
        for connection, topic, join in some:
            if (connection.user_id, topic.id) not in allowed and connection.joins.get(topic.name) == join:
                hub.revoke(connection, topic.name)
