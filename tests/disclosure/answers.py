"""Ask for pages without leaving anything changed, and compare whole answers."""

import json
import re
from collections.abc import Iterator

from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.cast import visit
from tests.disclosure.world import SECRET
from tests.rate_limits import forget_spent

CHANGING = re.compile(
    r'\b[A-Za-z0-9]{64}\b|csrftoken=\w+|nonce-[\w+/=-]+|nonce="[^"]*"|(?<=/)\d+(?=/)|\d\d:\d\d:\d\d|"now": ?[\d.]+'
    r"|'Content-Length': '\d+'|name=\"key\" value=\"[^\"]+\""
)


def browser(world, who: str) -> Client:
    client = Client() if who == "anonymous" else visit(world.people[who])
    client.raise_request_exception = False
    return client


def answers(client: Client, path: str, world) -> Iterator[tuple[str, HttpResponse]]:
    """Ask for a page in every way in which one may; whatever that does is taken back."""
    form = {
        "users": world.people["stranger"].pk, "user": world.people["stranger"].pk, "role": "owner", "confirmed": "1",
        "name": "other", "topic": "other", "kind": "private", "text": "x", "q": "b", "ids": world.notice.pk,
        "level": "nothing",
    }  # fmt: skip
    asks = [("GET", "get", {}), ("GET ?q", "get", {"data": {"q": SECRET[:4], "after": "1", "page": "1"}})]
    asks += [("POST", "post", {"data": form})]
    if ".json" in path or path.startswith("/api/"):
        body = json.dumps(form | {"ids": [world.notice.pk]})
        asks += [("JSON", "post", {"data": body, "content_type": "application/json"})]
    for way, method, options in asks:
        yield way, ask(client, method, path, **options)


def ask(client: Client, method: str, path: str, **options) -> HttpResponse:
    """Ask for a page; what that does, and what it does to the browser's cookies, is taken back."""
    forget_spent()
    cookies = client.cookies.output()
    with transaction.atomic():
        answer = getattr(client, method)(path, **options)
        text_of(answer)
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    return answer


def text_of(answer: HttpResponse) -> str:
    """Return all that the browser gets: status, headers, cookies and body."""
    body = answer.getvalue().decode(errors="replace")
    return f"{answer.status_code}\n{answer.headers!s}\n{answer.cookies.output()}\n{body}"


def same(answer: HttpResponse, path: str) -> str:
    """Return an answer without what differs from one request to the next, and without its own address."""
    return CHANGING.sub("", text_of(answer).replace(path, "PATH"))
