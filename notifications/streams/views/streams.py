"""The pages of the streams that a user may see, and the actions to subscribe and unsubscribe."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.names.bidi_isolation import isolate
from accounts.pages.view_decorators import json_page, takes_form_of
from notifications.inbox.list_page import read_number
from notifications.models import Stream
from notifications.streams import subscriptions
from notifications.streams.events import value_data
from notifications.streams.pages import Card, find_cards, minutes, news_page, sidebar_streams
from notifications.streams.values import recent_points
from realtime.engine.sequences import find_epoch
from realtime.shared import socket_path
from realtime.shared.errors import NotFound


@never_cache
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    cards = find_cards(request.user)
    context = {
        "mine": [card for card in cards if card.is_subscribed],
        "others": [card for card in cards if not card.is_subscribed],
        "live": live(request, [card.stream for card in cards]),
    }
    return render(request, "notifications/streams.html", context)


@never_cache
@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    stream = get_object_or_404(visible(request), slug=slug)
    before = read_number(request.GET.get("before"))
    context = {
        "card": Card(stream),
        "news": news_page(request.user, stream, before),
        "before": before,
        "minutes": minutes(stream) if stream.keeps_value else [],
        "live": live(request, [stream]),
    }
    return render(request, "notifications/stream.html", context)


@json_page
def mine(request: HttpRequest) -> dict:
    """Return the streams of the user's sidebar."""
    return {"streams": sidebar_streams(request.user)}


@json_page
def points(request: HttpRequest, slug: str) -> dict:
    """Return a stream's value and its last minutes: [[Unix time in seconds, value], …], oldest first."""
    stream = visible(request).filter(slug=slug).first()
    if stream is None:
        raise NotFound
    return {"latest": value_data(stream), "points": recent_points(stream)}


@takes_form_of("streams")
def subscribe(request: HttpRequest, slug: str) -> HttpResponse:
    stream = get_object_or_404(visible(request), slug=slug)
    subscriptions.subscribe(request.user, stream)
    messages.success(request, gettext("Subscribed to %(name)s.") % {"name": isolate(stream.name)})
    return back(request, stream)


@takes_form_of("streams")
def unsubscribe(request: HttpRequest, slug: str) -> HttpResponse:
    stream = get_object_or_404(visible(request), slug=slug)
    subscriptions.unsubscribe(request.user, stream)
    messages.success(request, gettext("Unsubscribed from %(name)s.") % {"name": isolate(stream.name)})
    return back(request, stream)


def visible(request: HttpRequest):
    return Stream.objects.visible_to(request.user).with_subscribed(request.user)


def back(request: HttpRequest, stream: Stream) -> HttpResponse:
    return redirect("stream", stream.slug) if request.POST.get("page") == "stream" else redirect("streams")


def live(request: HttpRequest, streams: list[Stream]) -> dict:
    """Return the seqs from which the page subscribes. Each value on the page is at least as new as its seq."""
    return {
        "epoch": find_epoch(),
        "socket": socket_path.find_socket_url(request),
        "topics": {stream.topic: stream.seq for stream in streams if stream.keeps_value},
    }
