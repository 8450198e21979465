"""The limits of the engine, each with its reason. An operator sets one as HUBBUB_<NAME> in the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf
from typing import ClassVar, Self

from django.core.exceptions import ImproperlyConfigured


@dataclass
class Bounds:
    """Numbers that an operator may set. Subclasses define them with defaults."""

    renamed: ClassVar[dict[str, str]] = {}  # old names of bounds, with the new ones

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the bounds, changed by each HUBBUB_<NAME> in the environment. Raises ImproperlyConfigured."""
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
class EngineLimits(Bounds):
    """The engine's limits with their defaults."""

    renamed: ClassVar[dict[str, str]] = {
        "TOPICS_PER_LINK": "TOPICS_PER_CONNECTION",
        "LINKS_PER_PERSON": "CONNECTIONS_PER_USER",
        "LINKS_PER_ADDRESS": "CONNECTIONS_PER_ADDRESS",
    }

    # Frames. In: a message of 8,000 characters (chat/conf.py), each as two JSON escapes of six bytes (\ud83d\ude00),
    # is 94 KiB, and needs an envelope. Out: a part of a catch-up that fits the usual socket buffer.
    FRAME_IN_BYTES: int = 96 * 1024
    FRAME_OUT_BYTES: int = 64 * 1024

    # Connections. 1,000 topics: all rooms of a user with 500. 20 connections: as many tabs and devices.
    TOPICS_PER_CONNECTION: int = 1000
    CONNECTIONS_PER_USER: int = 20
    CONNECTIONS_PER_ADDRESS: int = 500  # an office behind one address; one attacker must not fill a whole process
    SILENT_SECONDS: int = 10  # a client of ours sends a command at once; a connection that sends nothing is closed

    # Below this a catch-up costs less than loading the page again; above it, it costs more, so the reply is "reset".
    CATCH_UP_EVENTS: int = 1000
    CATCH_UP_BYTES: int = 512 * 1024
    # Over all connections of a user: twenty tabs that return with 100 KiB each, then as much as a slow network
    # carries.
    CATCH_UP_BYTES_BURST: int = 2 * 1024 * 1024
    CATCH_UP_BYTES_PER_SECOND: int = 128 * 1024

    # Home routers forget an idle connection after about 60 s; two heartbeats fit in.
    HEARTBEAT_SECONDS: int = 25

    # Bytes that wait for a client to read. Above the first limit it gets no typing and presence; above the second it
    # is closed with 4008, and reconnects with its cursors.
    BUFFER_SOFT_BYTES: int = 256 * 1024
    BUFFER_HARD_BYTES: int = 1024 * 1024

    # The rates of commands of a connection, and of handshakes from an address.
    COMMANDS_PER_10_SECONDS: int = 30
    COMMANDS_BURST: int = 60  # a client that reconnects sends many commands at once
    CONNECTS_PER_10_SECONDS: int = 60
    CONNECTS_BURST: int = 200  # a whole office reconnects after a restart
    REFUSALS_BEFORE_ABUSE: int = 200  # a connection with more refused commands than this in a minute is closed

    # How often the database is checked for events that the bus lost, and for sign-ins that have ended.
    HEADS_SECONDS: float = 2.0
    CREDENTIALS_SECONDS: float = 5.0
    USE_SECONDS: float = 600.0  # how often the sign-ins in use are recorded
    # An event that arrives before the one that it follows waits so long for it: two commits may be published in the
    # other order. Then the missing events are read from the database.
    GAP_SECONDS: float = 0.05
    # At most so many events wait for it; more are read with the missing ones, so that a gap has bounded memory.
    EVENTS_AHEAD: int = 256

    # The users of another process count as present for so long after its last message.
    PRESENCE_LEASE_SECONDS: float = 30.0

    # Threads that read for connections; one more writes. More threads would only wait for the interpreter's lock.
    READ_THREADS: int = 3
    READS_WAITING: int = (
        20_000  # sign-ins and catch-ups that wait for a thread: after a restart all clients return at once
    )
    BUS_QUEUE: int = 10_000  # events that wait for Redis; those that are dropped are found by the heads


limits = EngineLimits.from_environment()
