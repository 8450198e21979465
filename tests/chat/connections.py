"""A user's connection in the test's own process: Channels' WebsocketCommunicator, with the words of a test."""

import json
import uuid

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from config.asgi import application

HOST = "testserver"
ORIGIN = f"http://{HOST}"
PATIENCE_SECONDS = 5


def sign_in(user):
    """Return the key of a new session of this person's."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


class Connection:
    """One WebSocket to the application, spoken to in commands."""

    def __init__(self, *, session_key=None, token=None, origin=ORIGIN, path="/ws/"):
        headers = [(b"host", HOST.encode())]
        if session_key:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={session_key}".encode()))
        if token:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.communicator = WebsocketCommunicator(application, path, headers)
        self.communicator.scope["client"] = ["127.0.0.1", 50000]
        self.lines = []
        self.ref = 0

    async def opens(self):
        """Connect; return whether the connection was let in."""
        accepted, _ = await self.communicator.connect(timeout=PATIENCE_SECONDS)
        return accepted

    async def closes(self):
        await self.communicator.disconnect(timeout=PATIENCE_SECONDS)

    async def next_line(self):
        """Return the next line that nobody has read yet."""
        if not self.lines:
            self.lines = (await self.communicator.receive_from(timeout=PATIENCE_SECONDS)).split("\n")
        return json.loads(self.lines.pop(0))

    async def until(self, condition):
        """Return the next line for which the condition holds; those before it are dropped."""
        while True:
            line = await self.next_line()
            if condition(line):
                return line

    async def sends(self, type, topic=None, **data):
        self.ref += 1
        frame = {"ref": self.ref, "type": type, "data": data} | ({"topic": topic} if topic else {})
        await self.communicator.send_to(text_data=json.dumps(frame))
        return self.ref

    async def asks(self, type, topic=None, **data):
        """Send a command and return its reply."""
        ref = await self.sends(type, topic, **data)
        return await self.until(lambda line: line.get("ref") == ref)

    async def enters(self, topic, after=None, epoch=""):
        """Subscribe, and return what the reply says of the topic."""
        reply = await self.asks("subscribe", topics={topic: after}, epoch=epoch)
        return reply["ok"]["topics"][topic]

    async def posts(self, text, topic, key=None):
        reply = await self.asks("message.post", topic, key=str(key or uuid.uuid4()), text=text)
        return reply.get("ok") or reply["error"]

    async def hears(self, type, **data):
        """Return the next event of this type whose data has these values."""
        return await self.until(
            lambda line: line.get("type") == type and all(line["data"].get(name) == data[name] for name in data)
        )

    async def is_closed_with(self):
        """Return the code with which the server closes the connection."""
        while True:
            message = await self.communicator.receive_output(timeout=PATIENCE_SECONDS)
            if message["type"] == "websocket.close":
                return message.get("code")
