"""What the server asks of others, and what it does not: hostile addresses, and a real server that misbehaves."""

import gzip
import re
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from notifications.delivery.http import (
    BadAddress,
    Network,
    NotPublic,
    Request,
    ResponseTooLarge,
    TooSlow,
    Unreachable,
    client,
    read_target,
    send_request,
)
from notifications.delivery.http.addresses import is_public
from notifications.delivery.http.network import look_up
from notifications.delivery.http.urls import check_looks_public
from tests.services.neighbour import Neighbour, Reply

KIB = 1024
HERE = "https://site.example/"


def get(url: str = HERE, **more) -> Request:
    return Request("GET", url, **more)


@pytest.fixture
def neighbour():
    """A server that answers under site.example with what a test gives it, by path."""
    neighbours = []

    def move_in(**replies: Reply) -> Neighbour:
        answers = {f"/{path.strip('_')}": reply for path, reply in replies.items()}
        neighbours.append(Neighbour(lambda asked: answers[asked.path], names=("site.example",)))
        return neighbours[-1]

    yield move_in
    for each in neighbours:
        each.close()


# -- which addresses

HOSTILE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7
    203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 fe80::1 fe80::1%1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 2001:db8::1 3fff::1 5f00::1 2001:2::1
    2001:10::1 4000::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b:1::1 64:ff9b:1::8.8.8.8
    2002:7f00:1:: 2002:a00:1::1 2002:a9fe:a9fe::1 2001:0:7f00:1::1 2001:0:808:808:0:0:80ff:fffe
    2606:4700::1%2
""".split()
OPEN = """
    1.1.1.1 8.8.8.8 93.184.215.14 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1 198.17.0.1 198.20.0.1
    2606:4700:4700::1111 2a00:1450:4001:80e::200e ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1
""".split()


@pytest.mark.parametrize("address", HOSTILE)
def test_an_address_at_home_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_everybodys_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", HOSTILE)
def test_a_name_that_leads_home_is_not_asked(neighbour, address):
    here = neighbour(_=Reply())
    with pytest.raises(NotPublic, match=r"site.example is not a public address."):
        send_request(get(), here.network(address))
    assert here.asked == []


def test_one_address_at_home_spoils_the_others(neighbour):
    here = neighbour(_=Reply())
    with pytest.raises(NotPublic):
        send_request(get(), here.network("8.8.8.8", "10.0.0.1"))
    assert here.asked == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "127.0.0.1."]
)
def test_however_this_machine_is_written_it_is_not_asked(host):
    with pytest.raises((NotPublic, BadAddress, Unreachable)) as refused:
        send_request(get(f"http://{host}/"))
    assert "could not be reached" not in str(refused.value)  # which it says when somebody was called


def test_it_is_asked_at_the_address_that_was_looked_at(neighbour):
    """A name that leads elsewhere the next time it is looked up gains nothing: there is no next time."""
    here, looked_up, dialled = neighbour(_=Reply(body=b"hi")), [], []
    inner = here.network()

    def rebind(host, port, seconds):
        looked_up.append(host)
        return ["8.8.8.8"] if len(looked_up) == 1 else ["127.0.0.1"]

    def dial(address, port, seconds):
        dialled.append((address, port))
        return inner.dial(address, port, seconds)

    response = send_request(get(), Network(rebind, dial, inner.tls))
    assert (response.body, looked_up, dialled) == (b"hi", ["site.example"], [("8.8.8.8", 443)])


def test_the_next_address_is_tried_where_one_does_not_answer(neighbour):
    here = neighbour(_=Reply(body=b"hi"))
    inner = here.network()

    def dial(address, port, seconds):
        if address == "1.1.1.1":
            raise ConnectionRefusedError
        return inner.dial(address, port, seconds)

    assert send_request(get(), Network(lambda *_: ["1.1.1.1", "8.8.8.8"], dial, inner.tls)).body == b"hi"


# -- which URLs


@pytest.mark.parametrize(
    "url",
    [
        "",
        "site.example",
        "ftp://site.example/",
        "file:///etc/passwd",
        "gopher://site.example:70/",
        "javascript:alert(1)",
        "https://",
        "https:///path",
        "https://site.example:22/",
        "https://site.example:8443/",
        "https://site.example:80/",
        "http://site.example:443/",
        "https://site.example:0/",
        "https://site.example:99999/",
        "https://site.example:port/",
        "https://ada@site.example/",
        "https://ada:secret@site.example/",
        "https://site.example@127.0.0.1:6379/",
        "https://[::1/",
        "https://[v1.fe80::a]/",
        "https://site example/",
        "https://site.example\\@evil.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 150 + "example/",
        "https://a..b/",
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(url):
    with pytest.raises(BadAddress):
        read_target(url)


def test_a_push_is_asked_over_https_alone():
    with pytest.raises(BadAddress, match="must begin with https://"):
        read_target("http://push.example/", ("https",))


@pytest.mark.parametrize(
    "url",
    ["https://localhost/", "https://redis/", "https://db.internal/", "https://nas.local/", "https://10.0.0.1/",
     "https://[fd00::1]/", "https://127.1/", "https://2130706433/", "https://metadata.google.internal./"],
)  # fmt: skip
def test_a_host_that_is_seen_to_be_at_home_is_refused_before_it_is_looked_up(url):
    with pytest.raises(NotPublic):
        check_looks_public(read_target(url))


@pytest.mark.parametrize("url", ["https://push.example.org/x", "https://8.8.8.8/", "https://bücher.example/"])
def test_a_host_that_looks_public_passes(url):
    check_looks_public(read_target(url))


def test_nothing_in_an_address_ends_the_line_of_the_request(neighbour):
    here = neighbour(**{"a%20b?c=d%20HTTP/1.1%0D%0AHost:%20evil%C3%BC": Reply(body=b"hi")})
    assert send_request(get("https://site.example/a b?c=d HTTP/1.1%0D%0AHost: evilü"), here.network()).body == b"hi"
    assert here.asked[0].headers["Host"] == "site.example"


# -- what comes back


def test_the_certificate_must_be_that_of_the_name(neighbour):
    here = neighbour(_=Reply())
    with pytest.raises(Unreachable, match=r"other.example has no valid certificate"):
        send_request(get("https://other.example/"), here.network())
    assert here.asked == []


def test_a_redirect_is_an_answer_like_others(neighbour):
    here = neighbour(_=Reply(302, {"Location": "https://site.example/there"}))
    assert send_request(get(), here.network()).status == 302
    assert len(here.asked) == 1


def test_a_redirect_is_followed_where_that_is_wanted_and_asked_anew(neighbour):
    here = neighbour(_=Reply(302, {"Location": "/there"}), there=Reply(body=b"here"))
    response = send_request(get(redirects=1), here.network())
    assert (response.body, response.url) == (b"here", "https://site.example/there")


@pytest.mark.parametrize(
    "location, refusal",
    [
        ("http://inside.example/", NotPublic),
        ("https://site.example:6379/", BadAddress),
        ("file:///etc/passwd", BadAddress),
        ("//ada:secret@site.example/", BadAddress),
    ],
)
def test_a_redirect_leads_nowhere_that_could_not_be_asked(neighbour, location, refusal):
    here = neighbour(_=Reply(302, {"Location": location}))
    inner = here.network()
    network = Network(lambda host, *_: ["10.0.0.1" if "inside" in host else "8.8.8.8"], inner.dial, inner.tls)
    with pytest.raises(refusal):
        send_request(get(redirects=3), network)
    assert len(here.asked) == 1


def test_redirects_come_to_an_end(neighbour):
    here = neighbour(_=Reply(302, {"Location": "/"}))
    assert send_request(get(redirects=3), here.network()).status == 302
    assert len(here.asked) == 4


def test_so_much_may_come_and_no_more(neighbour):
    most = bytes(512 * KIB)
    here = neighbour(
        just=Reply(body=most),
        more=Reply(body=most + b"x"),
        endless=Reply(headers={"Content-Length": str(10**12)}, body=bytes(700 * KIB)),
        packed=Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(most)),
        bomb=Reply(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(20 * KIB * KIB))),
        head=Reply(headers={f"X-{number}": "x" * 60 * KIB for number in range(12)}),
    )
    for path in ("just", "packed"):
        assert send_request(get(HERE + path), here.network()).body == most
    for path, limit in {"more": 512, "endless": 512, "bomb": 512, "head": 64}.items():
        with pytest.raises(ResponseTooLarge, match=f"sent more than {limit} KiB"):
            send_request(get(HERE + path), here.network())


class Canned:
    """A socket from which these parts are read, one after the other."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = list(parts)

    def recv(self, size: int) -> bytes:
        assert not self.parts or len(self.parts[0]) <= size
        return self.parts.pop(0) if self.parts else b""

    def send(self, data: bytes) -> int:
        return len(data)

    def fileno(self) -> int:
        return -1  # closed

    def ignore(self, *_: object) -> None: ...

    setsockopt = settimeout = close = ignore


def test_a_body_may_begin_in_the_read_that_ends_the_headers():
    rest = b"Content-Length: %d\r\n\r\n" % (100 * KIB) + bytes(100 * KIB)
    parts = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 60 * KIB, b"\r\n" + rest[: 64 * KIB - 2], rest[64 * KIB - 2 :]
    network = Network(lambda *_: ["8.8.8.8"], lambda *_: Canned(*parts))
    assert len(send_request(get("http://site.example/"), network).body) == 100 * KIB


def test_a_redirect_to_no_address(neighbour):
    here = neighbour(_=Reply(302, {"Location": "http://[broken/"}))
    with pytest.raises(BadAddress):
        send_request(get(redirects=1), here.network())


def test_a_body_that_is_not_wanted_is_not_read(neighbour):
    here = neighbour(_=Reply(headers={"Content-Type": "video/mp4"}, body=bytes(700 * KIB)), page=Reply(body=b"page"))
    wanted = get(
        body_limit=lambda status, head: 10 * KIB if (status, head["Content-Type"]) == (200, "text/html") else 0
    )
    network, dialled = counted(here.network())
    assert send_request(wanted, network).body == b""
    assert send_request(get(HERE + "page"), network).body == b"page"
    assert len(dialled) == 2  # what was not read is not the next answer


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reading_stops_where_the_request_says(neighbour, pack):
    page = b"<head>" + bytes(300 * KIB) + b"</head><body>" + bytes(5_000 * KIB)
    headers = {"Content-Encoding": "gzip"} if pack is gzip.compress else {}
    here = neighbour(_=Reply(headers=headers, body=pack(page)))
    body = send_request(get(ends_with=re.compile(rb"</head>")), here.network()).body
    assert body == b"<head>" + bytes(300 * KIB) + b"</head>"


@pytest.mark.parametrize("encoding, body", [("br", b"\x0b"), ("gzip", b"no gzip")])
def test_what_cannot_be_unpacked_is_no_answer(neighbour, encoding, body):
    here = neighbour(_=Reply(headers={"Content-Encoding": encoding}, body=body))
    with pytest.raises(Unreachable):
        send_request(get(), here.network())


@contextmanager
def speaking(*talks):
    """A server below HTTP: `talk(line)` says what it likes on one connection after the other.

    Gives the Internet in which it is everywhere.
    """
    server = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def serve():
        for talk in talks:
            line, _ = server.accept()
            with line:
                line.recv(4096)
                talk(line, ended)

    thread = threading.Thread(target=serve)
    thread.start()
    yield Network(lambda *_: ["8.8.8.8"], lambda *_: socket.create_connection(server.getsockname(), 5))
    ended.set()
    thread.join()
    server.close()


def drip(line, ended):
    """Say something all the time, and never come to an end."""
    try:
        line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not ended.wait(0.05):
            line.sendall(b"x")
    except OSError:
        pass


def stay_silent(line, ended):
    ended.wait(20)


@pytest.mark.parametrize("talk", [drip, stay_silent])
def test_the_time_is_for_all_of_it(monkeypatch, talk):
    monkeypatch.setattr(client, "SECONDS", 0.5)
    with speaking(talk) as network:
        began = time.monotonic()
        with pytest.raises(TooSlow, match=r"site.example did not respond"):
            send_request(get("http://site.example/"), network)
        assert 0.4 < time.monotonic() - began < 2


def test_a_name_that_is_not_found_in_time_is_given_up(monkeypatch):
    let_go = threading.Event()

    def ponder(*_, **__) -> list:
        let_go.wait(20)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", ponder)
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        look_up("site.example", 443, 0.2)
    let_go.set()
    assert time.monotonic() - began < 2


def test_what_is_no_http_is_no_answer():
    with speaking(lambda line, _: line.sendall(b"220 mail.example ESMTP\r\n")) as network, pytest.raises(Unreachable):
        send_request(get("http://site.example/"), network)


def test_a_name_that_is_not_there_is_said():
    def nowhere(*_):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Unreachable, match=r"site.example was not found."):
        send_request(get(), Network(nowhere))


# -- connections that are kept


def counted(network: Network) -> tuple[Network, list[str]]:
    """Return a network that keeps to which addresses it has opened a connection."""
    dialled = []

    def dial(address, port, seconds):
        dialled.append(address)
        return network.dial(address, port, seconds)

    return Network(network.look_up, dial, network.tls), dialled


def test_a_connection_is_kept_for_the_next_question_to_the_host_and_for_no_other(neighbour):
    network, dialled = counted(neighbour(_=Reply(body=b"hi")).network())
    for _ in range(3):
        assert send_request(get(), network).body == b"hi"
    assert len(dialled) == 1
    with pytest.raises(Unreachable, match=r"other.example has no valid certificate"):
        send_request(get("https://other.example/"), network)
    assert len(dialled) == 2


def test_time_and_size_are_for_each_question_on_a_connection_that_is_kept(monkeypatch, neighbour):
    large = Reply(body=bytes(400 * KIB))
    here = neighbour(_=large)
    network, dialled = counted(here.network())
    for _ in range(3):
        assert len(send_request(get(), network).body) == 400 * KIB
    monkeypatch.setattr(client, "SECONDS", 0.3)
    silent = threading.Event()
    here.replies = lambda _: silent.wait(20) and large
    with pytest.raises(TooSlow):
        send_request(get(), network)
    silent.set()
    assert (len(dialled), len(here.asked)) == (1, 4)


def test_what_was_not_read_to_its_end_is_not_the_next_answer(neighbour):
    network, dialled = counted(neighbour(more=Reply(body=bytes(600 * KIB)), _=Reply(body=b"hi")).network())
    with pytest.raises(ResponseTooLarge):
        send_request(get(HERE + "more"), network)
    assert send_request(get(), network).body == b"hi"
    assert len(dialled) == 2


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def answer_and_end(line, _):
    line.sendall(ANSWER)


def answer_and_end_at_the_next_question(line, _):
    line.sendall(ANSWER)
    assert line.recv(4096)


def test_a_question_to_a_server_that_was_just_closing_goes_to_a_new_connection():
    with speaking(answer_and_end_at_the_next_question, answer_and_end) as network:
        for _ in range(2):
            assert send_request(get("http://site.example/"), network).body == b"hi"


def test_a_new_connection_that_ends_without_an_answer_may_have_been_heard_and_is_not_asked_again():
    # A second connection would wait for its answer: TooSlow.
    with speaking(lambda *_: None) as network, pytest.raises(Unreachable, match="could not be reached"):
        send_request(get("http://site.example/"), network)


def test_an_answer_that_breaks_off_is_not_asked_for_again():
    def break_off(line, _):
        answer_and_end_at_the_next_question(line, _)
        line.sendall(ANSWER[:-1])

    with speaking(break_off) as network:
        assert send_request(get("http://site.example/"), network).body == b"hi"
        with pytest.raises(Unreachable, match="could not be reached"):
            send_request(get("http://site.example/"), network)


def test_an_address_of_version_6_is_named_in_brackets():
    here = Neighbour(lambda _: Reply(body=b"hi"))
    assert send_request(get("http://[2606:4700:4700::1111]/"), here.network()).body == b"hi"
    assert here.asked[0].headers["Host"] == "[2606:4700:4700::1111]"
    here.close()


def test_the_body_of_a_question_does_not_wait_until_its_head_is_acknowledged():
    here, opened = Neighbour(lambda _: Reply(body=b"hi")), []
    network = here.network()

    def dial(*where):
        opened.append(network.dial(*where))
        return opened[-1]

    kept = Network(network.look_up, dial)
    assert send_request(Request("POST", "http://site.example/", body=b"there"), kept).body == b"hi"
    assert opened[0].getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    here.close()
