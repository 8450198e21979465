"""POST /api/streams/<slug>/: programs publish to a stream, with its token. Every answer is JSON; no session counts."""

import logging
from collections.abc import Awaitable, Callable
from functools import wraps
from time import monotonic

import msgspec
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from msgspec import UNSET, UnsetType

from notifications import thinning
from notifications.models import Stream
from notifications.services.publishing import publish_to_stream
from notifications.services.streams import find_stream_of_token
from notifications.services.values import checked
from realtime.errors import BadCommand, CommandError, Internal, Invalid, RateLimited
from realtime.http import as_json, read_json, refusal_as_json
from realtime.rate_limit import Buckets
from realtime.threads import read, translate

logger = logging.getLogger(__name__)

BUCKETS_KEPT = 1_000
FIELDS = "It takes title (or text), body, url and key; or value and label."


class Unauthorized(CommandError):
    code = "unauthorized"
    message = "There is no such stream, or this is not its token. Send it as: Authorization: Bearer <token>"


class MethodNotAllowed(CommandError):
    code = "method_not_allowed"
    message = "Send a POST."


HEADERS = {Unauthorized.code: ("WWW-Authenticate", "Bearer"), MethodNotAllowed.code: ("Allow", "POST")}


class Posted(msgspec.Struct, forbid_unknown_fields=True):
    """What a program sends: news, or a value."""

    title: str = ""
    text: str = ""
    body: str = ""
    url: str = ""
    key: str | None = None
    value: float | UnsetType = UNSET
    label: str = ""


# Of each process: several let through as many times as much. What they guard is this process's time.
news_buckets = Buckets(settings.STREAM_NEWS_PER_MINUTE / 60, settings.STREAM_NEWS_PER_MINUTE)
value_buckets = Buckets(settings.STREAM_VALUES_PER_SECOND, 2 * settings.STREAM_VALUES_PER_SECOND)

type View = Callable[[HttpRequest, str], Awaitable[dict]]


def answers_json(view: View) -> Callable[[HttpRequest, str], Awaitable[HttpResponse]]:
    """Answer with what the view returns, or with why it refuses."""

    @wraps(view)
    async def answer(request: HttpRequest, slug: str) -> HttpResponse:
        try:
            return as_json(await view(request, slug))
        except CommandError as error:
            return refusal(error)
        except (OperationalError, InterfaceError) as error:
            return refusal(translate(error))
        except Exception:
            logger.exception("What was posted to a stream could not be published")
            return refusal(Internal())

    return answer


def refusal(error: CommandError) -> HttpResponse:
    response = refusal_as_json(error)
    if error.code in HEADERS:
        name, value = HEADERS[error.code]
        response[name] = value
    return response


@csrf_exempt
@login_not_required
@answers_json
async def publish(request: HttpRequest, slug: str) -> dict:
    """Tell the stream's subscribers, or keep its latest value: stored when it is answered."""
    if request.method != "POST":
        raise MethodNotAllowed
    # PostgreSQL cannot look for a NUL.
    stream = None if "\0" in slug else await read(find_stream_of_token, slug, bearer(request))
    if stream is None:
        raise Unauthorized
    posted = read_posted(request)
    if posted.value is UNSET:
        return {"reached": await publish_news(stream, posted)}
    await publish_value(stream, posted)
    return {"ok": True}


def bearer(request: HttpRequest) -> str:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def read_posted(request: HttpRequest) -> Posted:
    """Return what was sent. Raises BadCommand, which says what is wrong and what may be sent, or TooLarge."""
    try:
        posted = read_json(request, Posted)
    except BadCommand as error:
        raise BadCommand(f"{error.message} {FIELDS}") from error
    news = posted.title or posted.text or posted.body or posted.url or posted.key
    if posted.value is not UNSET and news:
        raise BadCommand(f"Send news or a value, not both. {FIELDS}")
    if posted.value is UNSET and posted.label:
        raise BadCommand(f"A label is for a value. {FIELDS}")
    if posted.title and posted.text:
        raise BadCommand("title and text are two names of one thing: send one.")
    return posted


async def publish_news(stream: Stream, posted: Posted) -> int:
    spend(news_buckets, stream, "The stream {} may tell {} things a minute.", settings.STREAM_NEWS_PER_MINUTE)
    title = posted.title or posted.text
    try:
        return await sync_to_async(publish_to_stream)(stream, title, posted.body, posted.url, posted.key)
    except ValueError as error:
        raise Invalid(str(error)) from error


async def publish_value(stream: Stream, posted: Posted) -> None:
    spend(value_buckets, stream, "The stream {} takes {} values a second.", settings.STREAM_VALUES_PER_SECOND)
    if not stream.keeps_value:
        raise Invalid(f"The stream {stream.slug} keeps no value. Staff switch that on in the admin.")
    try:
        value = checked(posted.value, posted.label)  # type: ignore[arg-type]
    except ValueError as error:
        raise Invalid(str(error)) from error
    await thinning.keep(stream.pk, value)


def spend(buckets: Buckets, stream: Stream, sentence: str, limit: int) -> None:
    """Take one token of a stream. Raises RateLimited."""
    now = monotonic()
    if len(buckets) > BUCKETS_KEPT:
        buckets.sweep(now)
    wait = buckets.take(stream.pk, now)
    if wait:
        raise RateLimited(sentence.format(stream.slug, limit), retry_after=wait)
