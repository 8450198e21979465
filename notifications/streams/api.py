"""The API with which programs publish to a stream by its token: POST /api/streams/<slug>/. Every response is JSON."""

import asyncio
import logging
from dataclasses import dataclass, field
from math import ceil

import msgspec
from django.db import close_old_connections
from msgspec import UNSET, UnsetType

from notifications.conf import setting
from notifications.models import Stream
from notifications.streams import value_throttle
from notifications.streams.news import publish_to_stream
from notifications.streams.tokens import Unauthorized, find_authorized_stream
from notifications.streams.values import check_value
from realtime.shared.database_errors import is_outage, translate
from realtime.shared.deadlines import patience
from realtime.shared.errors import BadCommand, CommandError, Internal, Invalid
from realtime.shared.http import check_size, decode_json
from realtime.shared.outage import outage
from realtime.shared.rate_limit import MINUTE_SECONDS, ProcessRateLimit

logger = logging.getLogger(__name__)

FIELDS = "Fields of news: title (or text), body, url, key. Fields of a value: value, label."


class MethodNotAllowed(CommandError):
    code = "method_not_allowed"
    status = 405
    message = "Send a POST."


HEADERS = {Unauthorized.code: {"WWW-Authenticate": "Bearer"}, MethodNotAllowed.code: {"Allow": "POST"}}


class StreamPost(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request: news, or a value."""

    title: str = ""
    text: str = ""
    body: str = ""
    url: str = ""
    key: str | None = None
    value: float | UnsetType = UNSET
    label: str = ""


@dataclass(frozen=True)
class Answer:
    """The response to a program."""

    data: dict
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def refusing(cls, error: CommandError) -> "Answer":
        headers = dict(HEADERS.get(error.code, {}))
        if error.retry_after:
            headers["Retry-After"] = str(max(1, ceil(error.retry_after)))
        return cls({"error": error.as_data()}, error.status, headers)


# Limits of each process: several processes accept a multiple. They protect the time of this process.
NEWS_PER_MINUTE, VALUES_PER_SECOND = setting("STREAM_NEWS_PER_MINUTE"), setting("STREAM_VALUES_PER_SECOND")
news_limit = ProcessRateLimit(
    NEWS_PER_MINUTE, MINUTE_SECONDS, f"This stream can publish {NEWS_PER_MINUTE} notifications a minute."
)
value_limit = ProcessRateLimit(
    VALUES_PER_SECOND, 1, f"This stream can publish {VALUES_PER_SECOND} values a second.", burst=2 * VALUES_PER_SECOND
)


async def answer_post(method: str, slug: str, authorization: str, body: bytes, address: str) -> Answer:
    """Publish news, or store the latest value. A response with 200 means that it is committed."""
    try:
        return Answer(await publish(method, slug, authorization, body, address))
    except CommandError as error:
        return Answer.refusing(error)
    except Exception as error:
        if is_outage(error):
            outage.report_down(error)
            return Answer.refusing(translate(error))
        logger.exception("A request to the stream API failed")
        return Answer.refusing(Internal())


async def publish(method: str, slug: str, authorization: str, body: bytes, address: str) -> dict:
    if method != "POST":
        raise MethodNotAllowed
    stream = await find_authorized_stream(slug, bearer(authorization), address)
    posted = decode(body)
    if posted.value is UNSET:
        return {"reached": await publish_news(stream, posted)}
    await publish_value(stream, posted)
    return {"ok": True}


def bearer(authorization: str) -> str:
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def decode(body: bytes) -> StreamPost:
    """Return the body of a request. Raises TooLarge, or BadCommand with the allowed fields."""
    check_size(body)
    try:
        posted = decode_json(body, StreamPost)
    except BadCommand as error:
        raise BadCommand(f"{error.message} {FIELDS}") from error
    news = posted.title or posted.text or posted.body or posted.url or posted.key
    if posted.value is not UNSET and news:
        raise BadCommand(f"Send news or a value, not both. {FIELDS}")
    if posted.value is UNSET and posted.label:
        raise BadCommand(f"A label is for a value. {FIELDS}")
    if posted.title and posted.text:
        raise BadCommand("title and text are names of the same field. Send one of them.")
    return posted


async def publish_news(stream: Stream, posted: StreamPost) -> int:
    news_limit.spend(stream.pk)
    try:
        # Not a thread of the engine's pool: ten thousand subscribers take two seconds, for which chat would wait.
        return await asyncio.to_thread(publish_in_thread, stream, posted)
    except ValueError as error:
        raise Invalid(str(error)) from error


def publish_in_thread(stream: Stream, posted: StreamPost) -> int:
    close_old_connections()
    patience.begin_page()
    try:
        return publish_to_stream(stream, posted.title or posted.text, posted.body, posted.url, posted.key)
    finally:
        patience.end()
        close_old_connections()


async def publish_value(stream: Stream, posted: StreamPost) -> None:
    value_limit.spend(stream.pk)
    if not stream.keeps_value:
        raise Invalid(f"The stream {stream.slug} has no value. Staff can turn that on in the admin.")
    try:
        value = check_value(posted.value, posted.label)  # type: ignore[arg-type]
    except ValueError as error:
        raise Invalid(str(error)) from error
    await value_throttle.keep(stream.pk, value)
