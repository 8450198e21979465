"""`manage.py serve` with a certificate: pages and connections over TLS, and a message for unusable files."""

import asyncio
import sys
import urllib.request
from http.client import RemoteDisconnected

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management.base import CommandError

from realtime.management.certificates import check_certificate
from tests.connections import Connection
from tests.journeys.places import make_room
from tests.people import Answer
from tests.services.authority import authority, trusting_us
from tests.services.databases import ROOT
from tests.services.ports import answers, free_port
from tests.services.process import Process


@pytest.fixture
def files(tmp_path):
    """A certificate and its key, each in a file."""
    certificate, secret = tmp_path / "certificate.pem", tmp_path / "key.pem"
    both = authority().certify(("localhost",))
    at = both.index(b"-----BEGIN PRIVATE KEY")
    certificate.write_bytes(both[:at])
    secret.write_bytes(both[at:])
    return str(certificate), str(secret)


def write_key(path, encryption):
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
    return str(path)


def refusal(certificate, key):
    with pytest.raises(CommandError) as refused:
        check_certificate(certificate, key)
    return str(refused.value)


def test_both_or_neither(files):
    certificate, key = files
    check_certificate(None, None)
    check_certificate(certificate, key)
    for pair in ((certificate, None), (None, key)):
        assert refusal(*pair) == "Give both --tls-certificate and --tls-key, or neither."


def test_a_file_that_cannot_be_read_is_named(files, tmp_path):
    certificate, key = files
    assert refusal(certificate, "/nowhere/key.pem") == "/nowhere/key.pem cannot be read: No such file or directory."
    assert refusal(str(tmp_path), key) == f"{tmp_path} cannot be read: Is a directory."


def test_a_key_of_another_certificate_is_refused(files, tmp_path):
    certificate, _ = files
    other = write_key(tmp_path / "other.pem", serialization.NoEncryption())
    assert refusal(certificate, other) == f"The key in {other} does not belong to the certificate in {certificate}."


def test_a_file_that_is_no_certificate_or_has_a_password_is_refused(files, tmp_path):
    certificate, key = files
    locked = write_key(tmp_path / "locked.pem", serialization.BestAvailableEncryption(b"secret"))
    for pair in ((certificate, locked), (key, certificate), (certificate, certificate)):
        must = "must be a certificate and its key as PEM, without a password."
        assert refusal(*pair) == f"{pair[0]} and {pair[1]} {must}"


@pytest.fixture
def server(site, files, tmp_path):
    """A server of the site that speaks only TLS; its `url` is https."""
    port = free_port()
    certificate, key = files
    server = Process(
        [sys.executable, "manage.py", "serve", "--port", str(port), "--tls-certificate", certificate, "--tls-key", key],
        log=tmp_path / "server.log",
        is_ready=lambda: answers(port),
        environment=site.variables | {"SECURE_HTTPS": "1"},
        folder=ROOT,
    )
    server.url = f"https://localhost:{port}"
    server.start()
    yield server
    server.kill()


def fetch(url):
    handlers = urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusting_us())
    with urllib.request.build_opener(*handlers).open(url, timeout=20) as response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, response.read().decode(), headers)


async def test_pages_are_served_over_tls_alone(server):
    answer = await asyncio.to_thread(fetch, f"{server.url}/accounts/login/")
    assert answer.status == 200  # a request without TLS would be redirected to https
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers
    with pytest.raises(RemoteDisconnected):
        await asyncio.to_thread(fetch, server.url.replace("https", "http"))


async def test_people_talk_over_tls_until_the_server_stops(site, server):
    ada = await site.person("ada")
    room = await site.database(make_room, ada.id)
    headers = {"Cookie": f"sessionid={ada.session_key}"}
    url = f"{server.url.replace('https', 'wss')}/ws/"
    async with Connection(url, headers, tls=trusting_us()) as connection:
        await connection.subscribe(room)
        posts = [await connection.posts("long " * 1_000) for _ in range(5)]
        await connection.reaches(room, posts[-1]["seq"])
        assert len(connection.messages()) == 5
        assert await server.terminates() == 0
        assert await connection.closes() == 4012
        await connection.hears("restarting")
    assert "Traceback" not in server.log
