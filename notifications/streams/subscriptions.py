"""Services that subscribe users to a stream and unsubscribe them, by themselves or by staff."""

from notifications.models import Stream, Subscription
from notifications.streams.events import subscription_event
from realtime.engine.publish import publish
from realtime.shared.errors import NotFound


def subscribe(user, stream: Stream) -> None:
    """Subscribe a user to a stream. Raises NotFound if they may not see it."""
    choose(user, stream, active=True)


def unsubscribe(user, stream: Stream) -> None:
    """Unsubscribe a user from a stream, whatever its rule. Raises NotFound if they may not see it."""
    choose(user, stream, active=False)


def choose(user, stream: Stream, *, active: bool) -> None:
    if not Stream.objects.visible_to(user).filter(pk=stream.pk).exists():
        raise NotFound
    Subscription.objects.update_or_create(stream=stream, user=user, defaults={"active": active})
    publish([subscription_event(user.pk, stream, active=active)])


def give(user, stream: Stream, *, active: bool = True) -> None:
    """Subscribe a user on behalf of staff; they may then see the stream even if it is restricted."""
    Subscription.objects.update_or_create(stream=stream, user=user, defaults={"active": active, "by_staff": True})
    publish([subscription_event(user.pk, stream, active=active)])
