"""Counters match the events, and `/metrics` shows them to permitted clients in Prometheus' format."""

import os
import re
import socket
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path

import pytest

from realtime.serving import exposition, metrics_exchange
from realtime.serving.exposition import Family, find_families, merge, render_metrics
from realtime.serving.metrics_exchange import MetricsExchange
from realtime.serving.metrics_page import MetricsPage
from realtime.serving.metrics_server import serve_metrics
from realtime.shared.metrics import Counters, Histogram

SAMPLE = re.compile(r'[a-z_]+\{([a-z]+="[^"]*",?)*\} [-+0-9.e]+(inf)?')


@pytest.fixture
def counted(monkeypatch):
    """Counters of this test, used in every module that counts."""
    counters = Counters()
    for module in (
        "engine.bus",
        "engine.bus_queue",
        "serving.exposition",
        "engine.commands",
        "engine.connection_commands",
        "engine.topic_subscribers",
        "engine.gap_repair",
    ):
        monkeypatch.setattr(f"realtime.{module}.counters", counters)
    return counters


async def ask(path="/metrics", *, headers=(), client="127.0.0.1", method="GET"):
    """Return the status and the text of a response; 404 where the request is passed on."""
    sent = []

    async def send(message):
        sent.append(message)

    async def site(scope, receive, send):
        await send({"type": "http.response.start", "status": 404})
        await send({"type": "http.response.body", "body": b""})

    scope = {"type": "http", "path": path, "method": method, "headers": list(headers), "client": (client, 5)}
    await MetricsPage(site)(scope, None, send)
    return sent[0]["status"], sent[1]["body"].decode()


def values(text, name):
    return [float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(f"{name}{{")]


def test_a_histogram_counts_below_each_bound():
    histogram = Histogram((0.1, 1.0))
    for value, times in ((0.05, 1), (0.1, 2), (0.5, 3), (7.0, 4)):
        histogram.observe(value, times)
    assert histogram.counts == [3, 3, 4]
    assert histogram.sum == pytest.approx(0.05 + 0.2 + 1.5 + 28)


async def test_a_post_and_its_deliveries_are_counted(hub, client, writes, counted):
    ada, bob = client(1), client(2)
    for each in (ada, bob):
        await each.subscribes()
    for text in ("one", "two", "three"):
        event = await writes(text)
        for each in (ada, bob):
            await each.hears(event.seq)
    assert counted.opened == 2
    assert counted.deliveries == sum(counted.delivery.counts) == 6
    assert 0 < counted.delivery.sum < 5


async def test_a_reset_and_a_gap_are_counted(hub, client, writes, counted, monkeypatch):
    ada = client(1)
    await ada.subscribes()
    assert (await client(2).subscribes(after=5))["reset"]
    assert counted.resets == 1
    event = await writes("lost", is_published=False)
    await writes("delivered")
    await ada.hears(event.seq)
    assert counted.gaps == 1


async def test_only_permitted_clients_see_metrics(settings):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", []
    assert (await ask())[0] == 404, "off unless one is set"
    settings.METRICS_TOKEN = "s3cret"
    assert (await ask("/metrics/"))[0] == 404
    assert (await ask())[0] == 401
    assert (await ask(headers=[(b"authorization", b"Bearer wrong")]))[0] == 401
    token = (b"authorization", b"Bearer s3cret")
    assert (await ask(headers=[token]))[0] == 200
    assert (await ask(headers=[token], method="POST"))[0] == 405
    settings.METRICS_NETWORKS = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]
    assert (await ask(headers=[token]))[0] == 403
    assert (await ask(headers=[token], client="::ffff:10.1.2.3"))[0] == 200
    assert (await ask(client="10.1.2.3"))[0] == 401
    settings.METRICS_TOKEN = ""
    assert (await ask(client="2001:db8::5"))[0] == 200


async def test_a_client_behind_a_proxy_is_not_the_proxy(settings):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", [ip_network("127.0.0.1")]
    settings.BEHIND_PROXY = True
    assert (await ask(headers=[(b"x-forwarded-for", b"192.0.2.7")]))[0] == 403
    assert (await ask())[0] == 200


async def test_each_line_is_one_that_prometheus_reads(settings):
    settings.METRICS_NETWORKS = [ip_network("127.0.0.1")]
    _, text = await ask()
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in lines), [line for line in lines if not SAMPLE.fullmatch(line)]
    assert text.endswith("\n")
    buckets = values(text, "hubbub_acknowledgement_seconds_bucket")
    assert buckets == sorted(buckets)
    assert buckets[-1:] == values(text, "hubbub_acknowledgement_seconds_count")


def test_labels_are_escaped():
    family = Family("a", "gauge", "b", [("", {"c": '"\n\\'}, 1)])
    assert render_metrics([family]) == b'# HELP a b\n# TYPE a gauge\na{c="\\"\\n\\\\"} 1\n'


async def test_workers_tell_each_other():
    """In production they are separate processes; here both are this one, under two names."""
    folder = Path("/tmp") / f"hubbub-test-{os.getpid()}"  # noqa: S108 a socket's path is short
    folder.mkdir(mode=0o700)
    try:
        one, two = MetricsExchange(str(folder)), MetricsExchange(str(folder))
        two._own = folder / "another"
        await one.start()
        await two.start()
        [others] = await one.ask_others()
        assert {family.name for family in others} == {family.name for family in find_families()}
        merged = merge([find_families(), others])
        assert [len(family.samples) for family in merged if family.name == "hubbub_posts_total"] == [2]
        two._server.close()
        (folder / "another").unlink(missing_ok=True)
        gone = socket.socket(socket.AF_UNIX)
        gone.bind(str(folder / "another"))
        gone.close()
        assert await one.ask_others() == [], "it was killed, and its socket stayed"
        assert not (folder / "another").exists()
        one.stop()
        assert not (folder / str(os.getpid())).exists()
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


async def test_a_worker_that_does_not_answer_is_left_out(monkeypatch):
    monkeypatch.setattr(metrics_exchange, "ANSWER_SECONDS", 0.01)
    folder = Path("/tmp") / f"hubbub-silent-{os.getpid()}"  # noqa: S108
    folder.mkdir(mode=0o700)
    silent = socket.socket(socket.AF_UNIX)
    silent.bind(str(folder / "1"))
    silent.listen()  # it never accepts a connection
    try:
        assert await MetricsExchange(str(folder)).ask_others() == []
    finally:
        silent.close()
        (folder / "1").unlink(missing_ok=True)
        folder.rmdir()


def test_a_worker_shows_its_deliveries(monkeypatch):
    counters = Counters()
    monkeypatch.setattr(exposition, "counters", counters)
    counters.note_delivery("mail", "sent", 2)
    counters.note_delivery("push", "failed")
    text = render_metrics(exposition.find_families_of_outgoing()).decode()
    assert f'hubbub_notifications_total{{worker="{os.getpid()}",channel="mail",result="sent"}} 2' in text
    assert 'channel="push",result="failed"} 1' in text


def test_a_worker_answers_on_a_port_of_its_own(settings):
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "", []
    assert serve_metrics("127.0.0.1", 0) is None
    settings.METRICS_TOKEN = "s3cret"
    server = serve_metrics("127.0.0.1", 0)

    def get(path, **headers):
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        connection.close()
        return response.status

    try:
        assert get("/metrics") == 401
        assert get("/metrics", Authorization="Bearer s3cret") == 200
        assert get("/", Authorization="Bearer s3cret") == 404
    finally:
        server.shutdown()
        server.server_close()
