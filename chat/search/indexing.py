"""Indexing: what keeps the search index up to the rooms' logs. A post never waits for it.

The index has a position of its own in each room's log. It reads what has changed after that, and stores the documents
and the new position together. So a crash, or another process that does the same at the same time, only has it do
something twice.
"""

from collections.abc import Iterator

from chat.models import Message, Room
from chat.search.message_documents import document_of, is_indexed
from realtime.engine.sequences import find_epoch
from realtime.models import TopicHead
from search.index import Index, site_index
from search.tokens import VERSION

MESSAGES_A_STEP = 100
MESSAGES_A_STEP_OF_REBUILD = 500


def index_all() -> None:
    """Index what has changed, without a rest."""
    index = site_index()
    begin_history(index)
    forget_rooms(index)
    while index_some(index):
        pass


def begin_history(index: Index) -> None:
    """Start with an empty index where it is that of another history, or has other tokens.

    A restored backup has its own numbers.
    """
    history = find_history()
    if index.read_epoch() != history:
        index.clear(history)


def find_history() -> str:
    return f"{find_epoch()} {VERSION}"


def forget_rooms(index: Index) -> None:
    """Remove the documents of rooms that are no more."""
    for room_id in find_gone_rooms(index):
        index.forget_room(room_id)


def find_gone_rooms(index: Index) -> set[int]:
    return index.read_positions().keys() - set(Room.objects.values_list("pk", flat=True))


def find_behind(index: Index) -> dict[int, int]:
    """Return the heads of the rooms whose logs go on above the position of the index."""
    positions = index.read_positions()
    behind = {room_id: head for room_id, head in read_heads().items() if head > positions.get(room_id, 0)}
    # The head of a room's log stays when the room is deleted.
    rooms = Room.objects.filter(pk__in=behind).values_list("pk", flat=True) if behind else []
    return {room_id: behind[room_id] for room_id in rooms}


def count_changes(index: Index) -> int:
    """Return how many changes of the rooms are above the positions of the index."""
    positions = index.read_positions()
    return sum(head - positions.get(room_id, 0) for room_id, head in find_behind(index).items())


def index_some(index: Index) -> bool:
    """Index up to MESSAGES_A_STEP changes, and say whether there were any."""
    positions = index.read_positions()
    # Before the messages: what changes in between is above the position, and read again.
    behind = find_behind(index)
    changed: list[Message] = []
    reached: dict[int, int] = {}
    for room_id, head in behind.items():
        left = MESSAGES_A_STEP - len(changed)
        if not left:
            break
        messages = changes_after(room_id, positions.get(room_id, 0), left)
        changed += messages
        reached[room_id] = messages[-1].seq if len(messages) == left else max(head, messages[-1].seq if messages else 0)
    if reached:
        store_changes(index, changed, reached)
    return bool(reached)


def read_heads() -> dict[int, int]:
    """Return the last seq of each room's log."""
    prefix = "room."
    heads = TopicHead.objects.filter(name__startswith=prefix).values_list("name", "seq")
    return {int(name.removeprefix(prefix)): seq for name, seq in heads}


def changes_after(room_id: int, seq: int, limit: int) -> list[Message]:
    return list(Message.objects.filter(room=room_id).changed_since(seq).with_people()[:limit])


def store_changes(index: Index, messages: list[Message], positions: dict[int, int]) -> None:
    gone = [message.pk for message in messages if not is_indexed(message)]
    index.write([document_of(message) for message in messages if is_indexed(message)], gone, positions)


def rebuild() -> Iterator[int]:
    """Store all documents again while people work, and remove others. Yield the number of messages read so far."""
    index = site_index()
    begin_history(index)
    forget_rooms(index)
    # Before the messages: what is read below is at least as new. What changes meanwhile is left to index_all().
    heads = read_heads()
    last = count = 0
    while messages := list(
        Message.objects.filter(pk__gt=last).order_by("pk").with_people()[:MESSAGES_A_STEP_OF_REBUILD]
    ):
        known = index.ids_between(last, messages[-1].pk)
        last = messages[-1].pk
        found = [message for message in messages if is_indexed(message)]
        index.write([document_of(message) for message in found], known - {message.pk for message in found}, {})
        count += len(messages)
        yield count
    positions = index.read_positions()
    reached = {room_id: head for room_id, head in heads.items() if head > positions.get(room_id, 0)}
    index.write([], index.ids_between(last, None), reached)
    index_all()
