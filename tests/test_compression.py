"""Pages are compressed where the browser accepts that."""

import gzip

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from config.compression import CompressionMiddleware

TEXT = "Good morning. " * 200


def answer(content_type: str, *, accepts: str = "gzip, deflate, br") -> HttpResponse:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    response = CompressionMiddleware(lambda _: HttpResponse(TEXT, content_type=content_type))(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", "text/plain"])
def test_texts_are_compressed(content_type):
    response = answer(content_type)
    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.content).decode() == TEXT


def test_the_length_reveals_nothing_of_the_content():
    """BREACH: an attacker who makes a page reflect guesses at a secret measures how well they compress."""
    assert len({len(answer("text/html").content) for _ in range(50)}) > 10


@pytest.mark.parametrize("content_type", ["image/webp", "application/octet-stream"])
def test_compressed_content_is_left_unchanged(content_type):
    assert "Content-Encoding" not in answer(content_type)


def test_nothing_is_compressed_for_a_client_without_gzip():
    assert "Content-Encoding" not in answer("text/html", accepts="")


def test_pages_are_compressed(client, db):
    assert client.get("/accounts/login/", headers={"Accept-Encoding": "gzip"})["Content-Encoding"] == "gzip"
