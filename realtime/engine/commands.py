"""The commands of one connection: decode, limit, run and answer them."""

import logging
import time
from functools import partial

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from realtime.conf import limits
from realtime.engine import connection_commands, protocol, upkeep
from realtime.engine.connection import Connection
from realtime.engine.hub import Hub
from realtime.engine.topics import Later, client_limits, find
from realtime.shared.errors import Binary, CommandError, Internal, NotSubscribed, UnknownType
from realtime.shared.metrics import counters
from realtime.shared.rate_limit import MINUTE_SECONDS, ProcessRateLimit

logger = logging.getLogger(__name__)

# By connection number. One object for all connections, so that an idle connection costs no memory.
command_limit = ProcessRateLimit(
    limits.COMMANDS_PER_10_SECONDS, 10, _("You're sending commands too quickly."), burst=limits.COMMANDS_BURST
)
refusal_limit = ProcessRateLimit(limits.REFUSALS_BEFORE_ABUSE, MINUTE_SECONDS)


class Commands:
    """Runs the commands of a connection one after the other.

    A post is answered later, and the next command runs meanwhile.
    """

    __slots__ = ("_connection", "_hub")

    def __init__(self, hub: Hub, connection: Connection) -> None:
        self._hub = hub
        self._connection = connection

    def begin(self) -> None:
        """Add the connection to the hub and send `hello`; close it where the hub takes no more."""
        hub, connection = self._hub, self._connection
        if hub.is_stopping:
            connection.close(protocol.RESTARTING)
        elif len(hub.connections_of(connection.user_id)) >= limits.CONNECTIONS_PER_USER:
            connection.close(protocol.TOO_MANY_CONNECTIONS)
        else:
            hub.add(connection)
            counters.opened += 1
            connection.write(protocol.hello(self._hello()))
            if connection.user_id in hub.ended:  # the sign-in may have been looked up just before it was ended
                hub.spawn(upkeep.close_signed_out(hub, [connection]))

    def _hello(self) -> dict:
        return {
            "protocol": protocol.VERSION,
            "connection": self._connection.id,
            "user": self._connection.user,
            "epoch": self._hub.epoch,
            "heartbeat_seconds": limits.HEARTBEAT_SECONDS,
            "limits": {
                "frame_bytes": limits.FRAME_IN_BYTES,
                "topics": limits.TOPICS_PER_CONNECTION,
                **client_limits(),
            },
        }

    async def receive(self, text: str | None) -> None:
        """Run the commands of a frame, in order; refuse a binary frame (None)."""
        self._connection.is_silent = False
        if text is None:
            self._refuse(None, Binary())
            return
        for line in protocol.decode_frame(text, limits.FRAME_IN_BYTES):
            if self._connection.closed or self._hub.is_stopping:
                return
            if isinstance(line, protocol.InvalidLine):
                self._refuse(line.ref, line.error)
            else:
                await self._answer(line)

    def ended(self, code: int) -> None:
        """Note that the connection is closed."""
        self._connection.end()
        counters.closed[code] += 1

    async def _answer(self, command: protocol.Command) -> None:
        begun = time.perf_counter()
        comes_later = False
        self._hub.running_commands.begin()
        try:
            command_limit.spend(self._connection.number)
            answer = await self._find_answer(command)
            if isinstance(answer, Later):
                answer.begin(partial(self._answer_later, command.ref, begun))
                comes_later = True
            else:
                self._connection.write(protocol.ok(command.ref, answer))
        except CommandError as error:
            self._refuse(command.ref, error)
        except Exception:
            logger.exception("%s of connection %s failed", command.type, self._connection.id)
            self._refuse(command.ref, Internal())
        finally:
            if not comes_later:
                self._hub.running_commands.end()

    def _answer_later(self, ref: int, begun: float, result: object) -> None:
        self._hub.running_commands.end()
        if isinstance(result, CommandError):
            self._refuse(ref, result)
        else:
            self._connection.write(protocol.ok(ref, result))
            counters.post(begun)

    def _refuse(self, ref: int | None, error: CommandError) -> None:
        with translation.override(self._connection.language):
            self._connection.write(protocol.error(ref, error))
        if refusal_limit.take(self._connection.number):
            self._connection.close(protocol.ABUSE)

    async def _find_answer(self, command: protocol.Command) -> object:
        connection = self._connection
        if command.topic is None:
            own = connection_commands.find_command(command.type)
            data: object = protocol.decode_data(command.data, own.data)
            command_limit.spend(connection.number, own.cost(data))
            return await own.function(self._hub, connection, data)
        topic = find(command.topic)
        handler = topic.commands.get(command.type)
        if handler is None:
            raise UnknownType
        data = protocol.decode_data(command.data, handler.data)
        if topic.name not in connection.topics:
            raise NotSubscribed
        return await handler.method(topic, connection, data)
