"""The protocols of the contestants: how a connection opens, joins, posts and is answered, for the load generator."""

import json
import secrets
from dataclasses import dataclass

from bench.clients import TEXT, Clients

NUMBER = "@NUMBER@"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def compact(data: object) -> str:
    return json.dumps(data, separators=(",", ":"))


def request(port: int, path: str, *headers: str) -> str:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: localhost:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""])


class Dialect:
    """The simplest protocol.

    A connection joins its room by opening, and a post is done when its author receives it.
    """

    expect: tuple[str, ...] = ()  # the beginnings of lines that a connection receives before it is ready, in order
    answer: tuple[str, str] | None = None  # the text before and after the number in the answer to a post
    ping: tuple[str, str] | None = None

    def request(self, port: int, connection: int, rooms: list[int]) -> str:
        return request(port, "/")

    def steps(self, connection: int, rooms: list[int]) -> list[str]:
        """Return the line that the connection sends after each line that it expects."""
        return []

    def post(self, room: int, text: str) -> str:
        return compact({"room": f"room-{room}", "text": text})


class Tutorial(Dialect):
    def request(self, port: int, connection: int, rooms: list[int]) -> str:
        return request(port, f"/ws/chat/room{rooms[0]}/")

    def post(self, room: int, text: str) -> str:
        return compact({"message": text})


class SocketIO(Dialect):
    """Engine.IO 4 and Socket.IO 5: open, connect, join with an acknowledgement."""

    expect = ("0{", "40{", "430[")
    answer = ("43", "[")
    ping = ("2", "3")

    def request(self, port: int, connection: int, rooms: list[int]) -> str:
        return request(port, "/socket.io/?EIO=4&transport=websocket")

    def steps(self, connection: int, rooms: list[int]) -> list[str]:
        return ["40", f"420{compact(['join', [f'room-{room}' for room in rooms]])}", ""]

    def post(self, room: int, text: str) -> str:
        return f"42{NUMBER}{compact(['post', {'room': f'room-{room}', 'text': text}])}"


class SocketIOWithoutAcknowledgements(SocketIO):
    """The same without acknowledgements of posts."""

    answer = None

    def post(self, room: int, text: str) -> str:
        return super().post(room, text).replace(NUMBER, "", 1)


@dataclass
class Hubbub(Dialect):
    """docs/protocol.md. `rooms` are the rooms' ids, `sessions` the session keys of all people."""

    rooms: list[int]
    sessions: list[str]
    expect = ('"hello"', '"ref":1,"ok"')
    answer = ('{"ref":', ',"ok"')

    def request(self, port: int, connection: int, rooms: list[int]) -> str:
        cookie = f"Cookie: sessionid={self.sessions[connection]}"
        return request(port, "/ws/", f"Origin: http://localhost:{port}", cookie)

    def steps(self, connection: int, rooms: list[int]) -> list[str]:
        topics = {f"room.{self.rooms[room]}": None for room in rooms}
        return [compact({"ref": 1, "type": "subscribe", "data": {"topics": topics}}), ""]

    def post(self, room: int, text: str) -> str:
        salt = secrets.token_hex(8)  # the key of an earlier load would get that load's reply
        key = f"{salt[:8]}-{salt[8:12]}-4{salt[12:15]}-8000-0000{NUMBER}"
        data = compact({"key": key, "text": text})
        return f'{{"ref":{NUMBER},"type":"message.post","topic":"room.{self.rooms[room]}","data":{data}}}'


def describe(dialect: Dialect, clients: Clients, ports: list[int], text: str = TEXT) -> list[tuple[str, ...]]:
    """Return the lines of a generator's job that define the connections and their protocol."""
    lines: list[tuple[str, ...]] = [("expect", expected) for expected in dialect.expect]
    if dialect.answer:
        lines.append(("answer", *dialect.answer))
    if dialect.ping:
        lines.append(("ping", *dialect.ping))
    lines += [("room", dialect.post(room, text)) for room in range(clients.rooms)]
    for connection in range(clients.connections):
        rooms = clients.rooms_of(connection)
        port = ports[connection // clients.rooms % len(ports)]
        opening = dialect.request(port, connection, rooms)
        lines.append(("connection", str(port), str(rooms[0]), opening, *dialect.steps(connection, rooms)))
    return lines
