"""Events: the states that are published on topics, and their encoded lines."""

from datetime import UTC, datetime
from functools import cached_property

import msgspec

from realtime.shared.topic_ids import UserKey, pack_user_key, unpack_user_key


def moment(at: datetime | None) -> str | None:
    """Return a time as clients expect it: ISO 8601 in UTC with milliseconds and "Z"."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Event:
    """One event on a topic, encoded once for all its receivers.

    `seq` is None on an ephemeral event. `prev` is the seq that a durable one follows, where that is not `seq - 1`.
    `removes`: the users whose subscriptions end right after it. `by`: the user who caused it and was charged for it
    by the rate limit, so that other processes can count it, too.
    """

    def __init__(
        self,
        topic: str,
        type: str,
        data: object,
        *,
        seq: int | None = None,
        prev: int | None = None,
        removes: tuple[UserKey, ...] = (),
        by: UserKey | None = None,
    ) -> None:
        self.topic = topic
        self.type = type
        self.data = data
        self.seq = seq
        self.prev = prev
        self.removes = removes
        self.by = by

    def __repr__(self) -> str:
        return f"<Event {self.type} on {self.topic} at {self.seq}>"

    @property
    def follows(self) -> int | None:
        """The seq that comes before this one; None on an ephemeral event."""
        return self.prev if self.prev is not None or self.seq is None else self.seq - 1

    @cached_property
    def line(self) -> str:
        """The event as one line of a frame."""
        frame: dict[str, object] = {"topic": self.topic, "type": self.type}
        if self.seq is not None:
            frame["seq"] = self.seq
        if self.prev is not None:
            frame["prev"] = self.prev
        frame["data"] = self.data
        return msgspec.json.encode(frame).decode()

    def following(self, prev: int) -> "Event":
        """Return this event with the seq that it follows, for a list in which overtaken states are left out."""
        if prev == self.follows:
            return self
        mark = f'"seq":{self.seq},'
        event = Event(self.topic, self.type, self.data, seq=self.seq, prev=prev, removes=self.removes, by=self.by)
        # An event from the bus has a line and no data, so the text is changed and not the data.
        old = mark if self.prev is None else f'{mark}"prev":{self.prev},'
        event.line = self.line.replace(old, f'{mark}"prev":{prev},', 1)
        return event

    def for_the_bus(self) -> list[object]:
        by = None if self.by is None else pack_user_key(self.by)
        return [self.topic, self.seq, self.line, [pack_user_key(key) for key in self.removes], by]

    @classmethod
    def from_the_bus(cls, fields: list) -> "Event":
        topic, seq, line, removes, by = fields
        by = None if by is None else unpack_user_key(by)
        event = cls(topic, "", None, seq=seq, removes=tuple(unpack_user_key(key) for key in removes), by=by)
        event.line = line
        return event
