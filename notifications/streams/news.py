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
    """Tell everybody who is subscribed to a stream, and return how many they are.

    In the caller's transaction like notify(); with a `key` it can be called again after a crash, and the same people
    are told once. A long title or body is cut. Raises UnknownStreamError, and ValueError for what cannot be told.
    """
    stream = find_stream(stream)
    title = clean("title", title)
    if not title:
        raise ValueError("Say something: the title is empty.")
    url = checked_url(url)
    check_length("key", key or "", KEY_CHARACTERS)
    reached = stream.subscribers().count()
    notify(
        to=stream,
        kind=KIND,
        title=title,
        body=clean("body", body),
        url=url,
        # Of its own stream: two that choose the same key do not meet.
        key=f"{stream.topic}:{clean('key', key)}" if key else None,
        data=data,
        actor=actor,
        group=stream.topic,
    )
    return reached


apublish_to_stream = sync_to_async(publish_to_stream)


def clean(field: str, text: str) -> str:
    """Return a text without spaces around it. Raises ValueError for what no database keeps."""
    if "\0" in text:
        raise ValueError(f"The {field} has a NUL in it, which cannot be kept.")
    return text.strip()


def checked_url(url: str) -> str:
    """Return where news lead. Raises ValueError for what is no path or http(s) address."""
    url = clean("url", url)
    check_length("url", url, URL_CHARACTERS)
    if url and not is_destination(url):
        raise ValueError(f"News lead to a path or an http(s) address, not to {url!r}.")
    return url


def check_length(field: str, text: str, most: int) -> None:
    if len(text) > most:
        raise ValueError(f"The {field} has {len(text)} characters; it may have {most}.")
