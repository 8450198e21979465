"""Requests written by hand get a status below 500, and leave no traceback in the log.

Every URL pattern of the site gets hostile paths, queries, headers and bodies. Each path gets a share of all cases,
and each case goes to many paths. Raise the shares to test more combinations.
"""

import itertools
import logging
import re
from collections.abc import Iterator

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from config.asgi import application
from config.refusals_log import RefusalFilter
from tests.cast import person, visit
from tests.chat.pages import room_of

pytestmark = pytest.mark.django_db(transaction=True)

TOKEN = b"a" * 32
HUGE = b"9" * 40
JSON, FORM = b"application/json", b"application/x-www-form-urlencoded"
MULTIPART = b"multipart/form-data; boundary=x"

NUMBERS = ["1", "0", "9" * 25]
WORDS = ["general", "\x00", "\udcff", "x" * 3000, "..", "%00", "👩‍👧"]
QUERIES = [b"", b"\xff\xfe=\xff", b"a=%00&after=%00&q=%00", b"after=" + HUGE, b"before=-1&page=" + HUGE,
           b"q=%ed%a0%80&show=%ff", b"&".join(b"a=1" for _ in range(2000)), b"next=//evil.example/%0d%0aX:1&q[]=1",
           b"o=9.9.9&p=-1&_popup=1&all=1&pk__exact=x&e=1"]  # fmt: skip
BODIES = [
    (JSON, b""), (JSON, b"{"), (JSON, b"null"), (JSON, b"[1]"), (JSON, b'"\\ud800"'), (JSON, b"\xff\xfe"),
    (JSON, b'{"ids": [' + HUGE + b'], "users": [' + HUGE + b'], "endpoint": "\\u0000", "name": "\\u0000"}'),
    (JSON, b'{"ids": [true], "up_to": 1e999, "all": {}, "until": "\\ud800"}'), (JSON, b"[" * 10_000),
    (b"application/json; charset=utf-8; charset=x", b"{}"), (b"", b"a=1"), (b"text/plain", b"\x00"),
    (FORM, b""), (FORM, b"%"), (FORM, b"\xff=\xff"), (FORM, b"&".join(b"a=1" for _ in range(1500))),
    (FORM, b"name=%00&topic=%00&text=%00&username=%00&login=%00&password=%00&email=%00@x.y&back=%00&for=%00&ids=%00"),
    (FORM, b"name=%ed%a0%80&login=%ed%a0%80&password=%ed%a0%80&email=a@%ed%a0%80.y&username=%ed%a0%80&q=%ed%a0%80"),
    (FORM, b"ids=" + HUGE + b"&user=" + HUGE + b"&users=" + HUGE + b"&role=" + HUGE + b"&action=" + HUGE),
    (FORM, b"back=1&next=javascript:x&login=" + b"x" * 5000 + b"&password=" + b"x" * 5000 + b"&name=" + b"x" * 5000),
    (FORM, b"action=delete_selected&_selected_action=x&_selected_action=" + HUGE + b"&post=yes&_save=1"),
    (MULTIPART, b""), (MULTIPART, b"--x\r\n"), (MULTIPART, b"--x--\r\n"), (b"multipart/form-data", b"--x--"),
    (b"multipart/form-data; boundary=" + b"x" * 300, b"--x--"), (b"multipart/form-data; boundary=\xff", b"--\xff--"),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="picture"; filename="\x00"\r\n\r\nGIF89a\r\n--x--\r\n'),
    (MULTIPART, b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!'),
    (MULTIPART, b"--x\r\nContent-Disposition: form-data; name*=klingon''%ff\r\n\r\n1\r\n--x--\r\n"),
]  # fmt: skip
HEADERS = [
    [(b"host", b"")], [(b"host", b"\x00")], [(b"host", b"localhost:99999999")], [(b"host", b"a,b")],
    [(b"cookie", b"sessionid=\xff\x00; csrftoken=\xff")], [(b"cookie", b"messages=\xff; sessionid=")],
    [(b"cookie", b"messages=W1siX19qc29uX21lc3NhZ2UiLDAsMjAsIngiXV0:x:y; device=...; sessionid=" + b"x" * 5000)],
    [(b"accept", b"\xff"), (b"accept-language", b"x" * 9000), (b"user-agent", b"\x00\xff")],
    [(b"x-forwarded-for", b"\xff"), (b"x-forwarded-proto", b"\xff"), (b"forwarded", b"for=\x00")],
    [(b"referer", b"//[::1"), (b"origin", b"\xff")], [(b"referer", b"http://localhost/\xff\x00?next=%00")],
    [(b"upgrade", b"websocket"), (b"connection", b"upgrade")], [(b"if-modified-since", b"\xff")],
    [(b"if-none-match", b"\xff"), (b"range", b"bytes=-" + HUGE)], [(b"content-length", b"-1")],
    [(b"content-type", b"a/b; c*=\xff''%ff")], [(b"authorization", b"Bearer \xff\x00")],
    [(b"x-requested-with", b"\xff")],
]  # fmt: skip
METHODS = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "X" * 100]
GROUPS = 4


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield path
        else:
            yield from patterns(each, path)


def paths_of(pattern: str) -> list[str]:
    """Return paths that match the pattern, and some that almost do."""
    pattern = pattern.replace("^", "").replace("\\Z", "").replace("$", "")
    parts = re.split(r"(<[^>]+>|\(\?P[^)]*\))", pattern)
    holes = [part for part in parts if part.startswith(("<", "("))]
    if not holes:
        return ["/" + pattern]
    return ["/" + "".join(fill(part, index) for part in parts) for index in range(len(WORDS))]


def fill(part: str, index: int) -> str:
    if not part.startswith(("<", "(")):
        return part
    return NUMBERS[index % len(NUMBERS)] if part.startswith("<int:") else WORDS[index]


ALL = list(dict.fromkeys(path for pattern in patterns(get_resolver()) for path in paths_of(pattern)))


async def status_of(method, path, query, headers, body):
    raw = path.encode("utf-8", "surrogateescape")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": raw, "query_string": query,
        "headers": headers, "client": ["127.0.0.1", 50000], "server": ["localhost", 80], "scheme": "http",
    }  # fmt: skip
    server = ApplicationCommunicator(application, scope)
    await server.send_input({"type": "http.request", "body": body})
    answer = await server.receive_output(timeout=20)
    while (await server.receive_output(timeout=20)).get("more_body"):
        pass
    await server.wait()
    return answer["status"]


def requests(path: str, group: int) -> Iterator[tuple]:
    """Yield a share of all cases for a path; all groups and paths together cover every case."""
    cases = [
        *(("GET", query, [], b"") for query in QUERIES),
        *((method, b"", [], b"") for method in METHODS),
        *(("GET", b"", headers, b"") for headers in HEADERS),
        *(("POST", b"", headers, b"a=1") for headers in HEADERS),
        *(("POST", b"", [(b"content-type", kind)], body) for kind, body in BODIES),
    ]
    share = 1 if path.startswith("/admin/") else 3
    start = (ALL.index(path) * 31 + group * share) % len(cases)
    yield from itertools.islice(itertools.cycle(cases), start, start + share)


@pytest.fixture
def tracebacks(caplog):
    """The records that were logged with a traceback, or as an error."""
    caplog.handler.addFilter(RefusalFilter())
    return lambda: [
        f"{record.getMessage()[:300]} {record.exc_info and record.exc_info[1]!r}"
        for record in caplog.records
        if record.exc_info or record.levelno >= logging.ERROR
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", ["root", "nobody"])
@pytest.mark.parametrize("group", range(GROUPS))
async def test_no_request_breaks_a_page(caplog, tracebacks, who, group):
    wrong = []
    cookie = b"csrftoken=" + TOKEN
    if who == "root":
        cookie += b"; " + await sync_to_async(sign_in)()
    usual = {b"host": b"localhost", b"cookie": cookie, b"x-csrftoken": TOKEN, b"origin": b"http://localhost"}
    for path in ALL[group::GROUPS]:
        if path.startswith(("/accounts/logout", "/accounts/sign-out")):
            continue
        for method, query, headers, body in requests(path, group):
            merged = {**usual, **{name: value for name, value in headers if name != b"cookie"}}
            pairs = [*merged.items(), *(pair for pair in headers if pair[0] == b"cookie")]
            status = await status_of(method, path, query, pairs, body)
            if status >= 500 or tracebacks():
                wrong.append((status, method, path[:80], query[:60], headers, body[:80], tracebacks()[:2]))
                caplog.clear()
    assert not wrong, "\n".join(map(str, wrong))


def sign_in() -> bytes:
    root = person("root", is_staff=True, is_superuser=True)
    room_of(root, person("bob"))
    return f"{settings.SESSION_COOKIE_NAME}={visit(root).session.session_key}".encode()
