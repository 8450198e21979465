"""Services that publish news to the subscribers of a stream."""

from asgiref.sync import sync_to_async
from django.contrib.auth.base_user import AbstractBaseUser

from notifications.destinations import URL_CHARACTERS, is_destination
from notifications.inbox.new_notifications import notify
from notifications.models import Stream
from notifications.streams.definitions import find_stream

KIND = "stream"
KEY_CHARACTERS = 150


def publish_to_stream(
    stream: Stream | str,
    title: str,
    body: str = "",
    url: str = "",
    key: str | None = None,
    data: dict | None = None,
    actor: AbstractBaseUser | None = None,
) -> int:
    """Notify the subscribers of a stream, and return their number.

    In the caller's transaction, like notify(). With a `key` the call can be repeated after a crash, and each subscriber
    is notified once. A long title or body is cut. Raises UnknownStreamError, and ValueError for invalid texts or URLs.
    """
    stream = find_stream(stream)
    title = clean("title", title)
    if not title:
        raise ValueError("The title must not be empty.")
    url = checked_url(url)
    check_length("key", key or "", KEY_CHARACTERS)
    reached = stream.subscribers().count()
    notify(
        to=stream,
        kind=KIND,
        title=title,
        body=clean("body", body),
        url=url,
        # Prefixed, so that equal keys of two streams do not collide.
        key=f"{stream.topic}:{clean('key', key)}" if key else None,
        data=data,
        actor=actor,
        group=stream.topic,
    )
    return reached


apublish_to_stream = sync_to_async(publish_to_stream)


def clean(field: str, text: str) -> str:
    """Return a text without surrounding spaces. Raises ValueError for a NUL, which databases refuse."""
    if "\0" in text:
        raise ValueError(f"The {field} must not contain a NUL character.")
    return text.strip()


def checked_url(url: str) -> str:
    """Return the URL of news. Raises ValueError if it is neither a path nor an http(s) address."""
    url = clean("url", url)
    check_length("url", url, URL_CHARACTERS)
    if url and not is_destination(url):
        raise ValueError(f"The url must be a path or an http(s) address, not {url!r}.")
    return url


def check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise ValueError(f"The {field} has {len(text)} characters; the limit is {most}.")
