"""Services that subscribe users to a stream: by themselves, or by staff."""

from notifications.models import Stream, Subscription
from notifications.streams.events import subscription_event
from realtime.engine.publish import publish
from realtime.shared.errors import NotFound


def subscribe(user, stream: Stream) -> None:
    """Let a person hear of a stream. Raises NotFound for one that they may not see."""
    choose(user, stream, active=True)


def unsubscribe(user, stream: Stream) -> None:
    """Let a person hear of it no longer, whatever its rule says. Raises NotFound for one that they may not see."""
    choose(user, stream, active=False)


def choose(user, stream: Stream, *, active: bool) -> None:
    if not Stream.objects.visible_to(user).filter(pk=stream.pk).exists():
        raise NotFound
    Subscription.objects.update_or_create(stream=stream, user=user, defaults={"active": active})
    publish([subscription_event(user.pk, stream, active=active)])


def give(user, stream: Stream, *, active: bool = True) -> None:
    """Let a person see a stream, restricted or not, and hear of it: what staff do."""
    Subscription.objects.update_or_create(stream=stream, user=user, defaults={"active": active, "by_staff": True})
    publish([subscription_event(user.pk, stream, active=active)])
