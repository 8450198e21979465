"""What happened, as everybody is told it."""

from functools import cached_property

import msgspec


class Event:
    """One event on a topic, encoded once for everybody.

    `seq` is None on an ephemeral event. `prev` is the number a durable one follows where that is not
    `seq - 1`. `removes`: the people whose sessions are cut from the topic right after it. `by`: the
    person whose tokens it cost, so that another process can charge its own bucket.
    """

    def __init__(
        self,
        topic: str,
        type: str,
        data: object,
        *,
        seq: int | None = None,
        prev: int | None = None,
        removes: tuple[int, ...] = (),
        by: int | None = None,
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
