"""The labels of the groups `stream.<id>`."""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse

from notifications.groups import GroupLabel
from notifications.models import Stream


def label_streams(user_id: int, ids: Collection[int]) -> dict[int, GroupLabel]:
    """Return the labels of the groups `stream.<id>` that a user may see."""
    user = get_user_model()._default_manager.filter(pk=user_id).first()
    if user is None:
        return {}
    found = Stream.objects.visible_to(user).filter(pk__in=ids)
    return {stream.pk: GroupLabel(stream.name, find_stream_url(stream)) for stream in found}


def find_stream_url(stream: Stream) -> str:
    """Return the URL of its page; "" on a site that has only the bell."""
    try:
        return reverse("stream", args=[stream.slug])
    except NoReverseMatch:
        return ""
