"""Every bound of the engine, with its reason. An operator sets one as HUBBUB_<NAME> in the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf
from typing import ClassVar, Self

from django.core.exceptions import ImproperlyConfigured


@dataclass
class Bounds:
    """Numbers that an operator may set. A subclass has their defaults."""

    renamed: ClassVar[dict[str, str]] = {}  # what a bound was called before, and what it is called now

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the bounds with every HUBBUB_<NAME> of the environment in its place."""
        bounds = cls()
        for old, new in cls.renamed.items():
            if environment.get(f"HUBBUB_{old}"):
                raise ImproperlyConfigured(f"HUBBUB_{old} is now called HUBBUB_{new}. Rename it in the environment.")
        for field in fields(cls):
            value = environment.get(f"HUBBUB_{field.name}")
            if not value:
                continue
            kind = type(getattr(bounds, field.name))
            try:
                number = kind(value)
            except ValueError:
                number = -1
            if not 0 < number < inf:
                raise ImproperlyConfigured(f"HUBBUB_{field.name} must be a number above 0, not {value!r}.")
            setattr(bounds, field.name, number)
        return bounds


@dataclass
class Limits(Bounds):
    """The defaults, and why they are what they are."""

    renamed: ClassVar[dict[str, str]] = {
        "TOPICS_PER_LINK": "TOPICS_PER_CONNECTION",
        "LINKS_PER_PERSON": "CONNECTIONS_PER_USER",
        "LINKS_PER_ADDRESS": "CONNECTIONS_PER_ADDRESS",
    }

    # Frames. In: a message of 8,000 characters (chat/conf.py), each as two JSON escapes of six bytes (\ud83d\ude00), is
    # 94 KiB, and has an envelope. Out: a slice of a catch-up that fits the usual socket buffer.
    FRAME_IN_BYTES: int = 96 * 1024
    FRAME_OUT_BYTES: int = 64 * 1024

    # A link. 1,000 topics: a person in 500 rooms hears all of them. 20 links: as many tabs and devices.
    TOPICS_PER_CONNECTION: int = 1000
    CONNECTIONS_PER_USER: int = 20
    CONNECTIONS_PER_ADDRESS: int = 500  # an office behind one address, and not a whole process for one attacker
    SILENT_SECONDS: int = 10  # a link that never says anything is no client of ours

    # A catch-up costs less than loading the page anew; past this it costs more, so the answer is "reset".
    CATCH_UP_EVENTS: int = 1000
    CATCH_UP_BYTES: int = 512 * 1024
    # Over all links of a person: twenty tabs that come back with 100 KiB each, and what a line carries after that.
    CATCH_UP_BYTES_BURST: int = 2 * 1024 * 1024
    CATCH_UP_BYTES_PER_SECOND: int = 128 * 1024

    # Home routers forget an idle connection after about 60 s; two heartbeats fit in.
    HEARTBEAT_SECONDS: int = 25

    # What waits for a reader. Past the first its typing and presence are dropped, past the second it is
    # closed with 4008 and comes back with its cursors.
    BUFFER_SOFT_BYTES: int = 256 * 1024
    BUFFER_HARD_BYTES: int = 1024 * 1024

    # How fast a link may command, an address may connect.
    COMMANDS_PER_10_SECONDS: int = 30
    COMMANDS_BURST: int = 60  # a client that comes back asks for many things at once
    CONNECTS_PER_10_SECONDS: int = 60
    CONNECTS_BURST: int = 200  # a whole office reconnects after a restart
    REFUSALS_BEFORE_ABUSE: int = 200  # a client that goes on through this many refusals in a minute is closed

    # How often the database is asked what the bus may have lost, and whether the sign-ins still hold.
    HEADS_SECONDS: float = 2.0
    CREDENTIALS_SECONDS: float = 5.0
    USE_SECONDS: float = 600.0  # how often it is noted which sign-ins are in use
    # An event that comes before its turn waits this long for the one before: two commits may be told in
    # the other order. Then the missing ones are read from the database.
    GAP_SECONDS: float = 0.05
    # As many wait for it. What comes on top is read with the missing ones: a gap costs no more memory than this.
    EVENTS_AHEAD: int = 256

    # Presence of another process is believed this long without a word from it.
    PRESENCE_LEASE_SECONDS: float = 30.0

    # Threads that read for the links; one more writes. More would only queue on the interpreter's lock.
    READ_THREADS: int = 3
    READS_WAITING: int = 20_000  # sign-ins, and catch-ups, that wait for their turn: a restart brings everybody at once
    BUS_QUEUE: int = 10_000  # events waiting for Redis; what is dropped is found by the heads


limits = Limits.from_environment()
