"""The WebSocket consumer: connect, receive, disconnect."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from realtime.conf import limits
from realtime.engine.asgi_transport import AsgiTransport
from realtime.engine.commands import Commands
from realtime.engine.connection import Connection
from realtime.engine.direct_transport import EXTENSION
from realtime.engine.hub import Hub
from realtime.engine.lifecycle import get_hub
from realtime.engine.protocol import NOT_OUR_PROTOCOL, VERSION
from realtime.engine.refusals import Refusal, refuse, signed_out, too_many, unavailable
from realtime.shared.address import client_address, network_of
from realtime.shared.errors import CommandError

RETRY_SECONDS = 60


class ConnectionConsumer(AsyncWebsocketConsumer):
    """One WebSocket, which carries everything that a client receives.

    It has no channel of its own in the channel layer (`channel_layer_alias`): the hub has one for the whole process.
    """

    channel_layer_alias = None
    commands: Commands | None = None  # once the connection is open

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        """Pass messages on without AsyncConsumer's extra task and its thread switch for each message.

        They are there for a channel in the channel layer and for database connections; neither is used here. With a
        direct transport this returns as soon as the connection is open, so that its scope is freed.
        """
        self.scope, self.base_send, self.channel_layer = scope, send, None
        while True:
            match message := await receive():
                case {"type": "websocket.connect"}:
                    if await self._open():
                        return
                case {"type": "websocket.receive"} if self.commands:
                    await self.commands.receive(message.get("text"))
                case {"type": "websocket.disconnect", "code": code}:
                    if self.commands:
                        self.commands.ended(code)
                    return

    async def _open(self) -> bool:
        """Refuse the handshake, or accept it and add the connection to the hub; return whether it is direct."""
        address = client_address(self.scope)
        hub = await self._find_hub(address)
        if isinstance(hub, Refusal):
            await refuse(self.scope, self.base_send, hub, address)
            return False
        await self.accept()
        direct = self.scope.get("extensions", {}).get(EXTENSION)
        transport: Any = direct["open"]() if direct else AsgiTransport(self.base_send)
        person, credentials = self.scope["person"], self.scope["credentials"]
        language = self.scope.get("language", settings.LANGUAGE_CODE)
        connection = Connection(hub.id, transport, person, credentials, address, language)
        self.commands = Commands(hub, connection)
        if self._speaks_our_version():
            self.commands.begin()
        else:
            connection.close(NOT_OUR_PROTOCOL)
        if direct:
            transport.start(self.commands)
        return bool(direct)

    async def _find_hub(self, address: str) -> Hub | Refusal:
        """Return the hub that takes this connection, or the refusal."""
        if self.scope.get("credentials") is None:
            return self.scope.get("refusal") or signed_out("no middleware has authenticated it.")
        try:
            hub = await get_hub()
        except CommandError as error:
            return unavailable(error)
        if hub.addresses.get(network_of(address), 0) >= limits.CONNECTIONS_PER_ADDRESS:
            return too_many("its address has too many open already (HUBBUB_CONNECTIONS_PER_ADDRESS).", RETRY_SECONDS)
        return hub

    def _speaks_our_version(self) -> bool:
        """Return whether the client speaks our version, as `/ws/?protocol=1` says.

        A page loaded before an update may not.
        """
        asked = parse_qs(self.scope.get("query_string", b"")).get(b"protocol", [])
        return asked in ([], [str(VERSION).encode()])
