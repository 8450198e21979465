"""The topic of the admin's page of open connections, in all processes: each process lists its own.

Permissions are read from the database for each command, and a list is sent only to the connection that asked for it.
So a user who has lost the permission receives no further list, even where the event of the loss was lost.
"""

import contextlib
from collections.abc import Iterable

import msgspec
from django.contrib.auth import get_user_model

from realtime.engine.bus_queue import PROCESSES
from realtime.engine.connection import Connection
from realtime.engine.hub import Hub
from realtime.engine.protocol import CLOSED_BY_STAFF
from realtime.engine.topics import Topic, command
from realtime.shared import threads
from realtime.shared.errors import CommandError, Forbidden, NotFound
from realtime.shared.events import Event
from realtime.shared.topic_ids import UserKey, pack_user_key, unpack_user_key

VIEW, CLOSE = "realtime.view_connections", "realtime.close_connections"
# Django's own backend: with_perm() then finds all permitted users in one query.
BACKEND = "django.contrib.auth.backends.ModelBackend"
CONNECTIONS_PER_FRAME = 100
MESSAGES = ("hub.list", "hub.close", "hub.connections")


class ListConnections(msgspec.Struct, forbid_unknown_fields=True):
    pass


class CloseConnection(msgspec.Struct, forbid_unknown_fields=True):
    id: str


class ConnectionsTopic(Topic):
    """`connections.0`: the topic on which permitted users ask for the open connections. It has no durable events."""

    prefix = "connections"

    @classmethod
    def authorize(cls, pairs: set[tuple[UserKey, int]]) -> set[tuple[UserKey, int]]:
        allowed = find_permitted({user_id for user_id, _ in pairs}, VIEW)
        return {(user_id, id) for user_id, id in pairs if user_id in allowed and id == 0}

    def missed(self, after: int, limit: int) -> list[Event]:
        return []

    @command("connections.list", ListConnections)
    async def list_all(self, connection: Connection, data: ListConnections) -> dict:
        """Make every process send its list of connections to this one."""
        if not await threads.read(find_permitted, {connection.user_id}, VIEW):
            hub_of_this_process().leave(connection, self.name)
            raise NotFound
        _send_to_all(hub_of_this_process(), {"type": "hub.list", "to": connection.id})
        return {}

    @command("connections.close", CloseConnection)
    async def close(self, connection: Connection, data: CloseConnection) -> dict:
        """Close a connection in whichever process it is. Its client may reconnect while its sign-in is valid."""
        if not await threads.read(find_permitted, {connection.user_id}, CLOSE):
            raise Forbidden
        message = {"type": "hub.close", "id": data.id, "by": pack_user_key(connection.user_id)}
        hub = hub_of_this_process()
        await close_connection(hub, message)
        hub.bus.send(PROCESSES, {"from": hub.id, **message})
        return {}


def hub_of_this_process() -> Hub:
    hub = Hub.of_this_process()
    assert hub is not None, "Commands come through a hub."
    return hub


def find_permitted(user_ids: Iterable[UserKey], permission: str) -> set[UserKey]:
    """Return those of these users who are active and have the permission. One query."""
    permitted = get_user_model()._default_manager.with_perm(permission, backend=BACKEND)
    return set(permitted.filter(pk__in=list(user_ids)).values_list("pk", flat=True))


def may_close(by: UserKey, whose: UserKey) -> bool:
    """Return whether one user may close the other's connections. A superuser's may be closed by superusers only."""
    people = get_user_model()._default_manager.in_bulk([by, whose])
    ids = {key for key, user in people.items() if user.is_active and getattr(user, "is_superuser", False)}
    return whose not in ids or by in ids


async def close_connection(hub: Hub, message: dict) -> None:
    """Close a connection if it is in this process. Raises Forbidden."""
    connection = hub.connections.get(message["id"])
    if connection is None:
        return
    if not await threads.read(may_close, unpack_user_key(message["by"]), connection.user_id):
        raise Forbidden("Only a superuser may end a superuser's connection.")
    connection.close(CLOSED_BY_STAFF)


async def close_from_elsewhere(hub: Hub, message: dict) -> None:
    """Close a connection for another process, which waits for no result; a refusal is ignored."""
    with contextlib.suppress(CommandError):
        await close_connection(hub, message)


def _send_to_all(hub: Hub, message: dict) -> None:
    answer(hub, message)
    hub.bus.send(PROCESSES, {"from": hub.id, **message})


def answer(hub: Hub, message: dict) -> None:
    """Handle a message about connections, from this process or another."""
    match message["type"]:
        case "hub.list":
            for data in _describe_all(hub):
                deliver(hub, {"type": "hub.connections", "to": message["to"], "data": data})
        case "hub.close":
            hub.spawn(close_from_elsewhere(hub, message))
        case "hub.connections":
            deliver(hub, message)


def deliver(hub: Hub, message: dict) -> None:
    """Write to the connection that asked for the list, or send it on to the process that has that connection."""
    connection = hub.connections.get(message["to"])
    if connection is not None:
        if "connections.0" in connection.topics:
            connection.write(Event("connections.0", "connections", message["data"]).line)
    elif message.get("from") is None:
        hub.bus.send(PROCESSES, {"from": hub.id, **message})


def _describe_all(hub: Hub) -> list[dict]:
    connections = [_describe(connection) for connection in hub.connections.values()]
    return [
        {"process": hub.id, "first": start == 0, "connections": connections[start : start + CONNECTIONS_PER_FRAME]}
        for start in range(0, max(len(connections), 1), CONNECTIONS_PER_FRAME)
    ]


def _describe(connection: Connection) -> dict:
    return {
        "id": connection.id,
        "user": msgspec.to_builtins(connection.user),
        "transport": connection.transport.name,
        "address": connection.address,
        "since": connection.since,
        "state": connection.state,
        "topics": len(connection.topics),
        "buffered": connection.transport.buffered,
    }
