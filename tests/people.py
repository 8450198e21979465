"""People of a site under test: their ids, their sessions, and their requests over HTTP."""

import asyncio
import json
import urllib.request
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.test import Client

from tests.connections import Connection

if TYPE_CHECKING:
    from tests.services.site import Site

BACKEND = "django.contrib.auth.backends.ModelBackend"
CSRF_TOKEN = "a" * 32


@dataclass(frozen=True)
class Answer:
    """A response of the server."""

    status: int
    text: str
    headers: Message  # names are case-insensitive

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Person:
    """A person who is signed in at a site: `ada = await site.person("ada")`."""

    site: "Site"
    id: int
    username: str
    session_key: str

    def connect(self, server: int = 0, **options) -> AbstractAsyncContextManager[Connection]:
        """Open a connection to one of the site's servers: `async with ada.connect() as connection:`."""
        return Connection(self.site.servers[server].ws_url, {"Cookie": f"sessionid={self.session_key}"}, **options)

    async def gets(self, path: str, server: int = 0) -> Answer:
        """Fetch a page."""
        return await asyncio.to_thread(self._request, server, path, None, {})

    async def fetches(self, path: str, server: int = 0) -> Any:
        """Fetch JSON; any status but 200 fails the test."""
        answer = await self.gets(path, server)
        assert answer.status == 200, f"{path}: {answer.status} {answer.text[:500]}"
        return answer.json

    async def submits(self, path: str, server: int = 0, **fields) -> Answer:
        """Send a form as the page does; redirects are not followed."""
        headers = {"X-CSRFToken": CSRF_TOKEN, "Origin": self.site.servers[server].url}
        return await asyncio.to_thread(self._request, server, path, urlencode(fields, doseq=True).encode(), headers)

    def _request(self, server: int, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        cookies = f"sessionid={self.session_key}; csrftoken={CSRF_TOKEN}"
        request = urllib.request.Request(  # noqa: S310 the address is our own
            self.site.servers[server].url + path, data=body, headers={"Cookie": cookies, **headers}
        )
        try:
            with OPENER.open(request, timeout=20) as response:
                return Answer(response.status, response.read().decode(), response.headers)
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), error.headers)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Returns a redirect like other responses, so that a test can check its target."""

    def redirect_request(self, *arguments):
        return None


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)


def find_person(site: "Site", username: str, **fields) -> Person:
    """Return the person of that name with a new session; created if needed.

    Runs in the thread of the site's database. A `password` is hashed as the server does it, for tests of the sign-in.
    """
    users = get_user_model().objects
    password = fields.pop("password", None)
    user, is_new = users.get_or_create(username=username, defaults=fields)
    if is_new and password:
        from django.contrib.auth.hashers import make_password

        user.password = make_password(password, hasher="argon2")
        user.save(update_fields=["password"])
    client = Client()
    client.force_login(user, backend=BACKEND)
    return Person(site, user.pk, username, client.session.session_key or "")
