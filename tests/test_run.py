"""`make run`, as a person sees it when they try Hubbub."""

import contextlib
import os
import re
import sys
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from tests.services.ports import answers, free_port
from tests.services.process import Process

ROOT = Path(__file__).parent.parent
CHOSEN = ("DEBUG", "TRIAL", "SECRET_KEY", "ALLOWED_HOSTS", "DJANGO_SETTINGS_MODULE")


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    folder, port = tmp_path_factory.mktemp("trial"), free_port()
    variables = {name: value for name, value in os.environ.items() if name not in CHOSEN}
    run = Process(
        [sys.executable, "scripts/run.py"],
        log=folder / "log",
        is_ready=lambda: answers(port),
        environment=variables | {"DATA_DIR": str(folder / "data"), "PORT": str(port)},
        folder=ROOT,
    )
    run.start()
    assert "hubbub-demo" in run.log, "it says how to sign in"
    yield port
    run.kill()


def get(port: int, path: str) -> tuple[HTTPResponse, str]:
    with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response, response.read().decode()


def test_a_wrong_address_has_the_page_that_a_server_has(trial):
    response, page = get(trial, "/nowhere/")
    assert response.status == 404
    assert "<h1" in page
    assert "URLconf" not in page


def test_static_files_are_those_of_a_server(trial):
    _, page = get(trial, "/accounts/login/")
    sheet = re.search(r'href="(/static/[^"]+\.[0-9a-f]{12}\.css)"', page)
    response, _ = get(trial, sheet[1])
    assert "immutable" in response.headers["cache-control"]
