"""The labels of the groups `stream.<id>`."""

from collections.abc import Collection

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse

from notifications.groups import GroupLabel
from notifications.models import Stream


def label_streams(user_id: int, ids: Collection[int]) -> dict[int, GroupLabel]:
    """Return what the groups `stream.<id>` are called, for those that a person may see."""
    user = get_user_model()._default_manager.filter(pk=user_id).first()
    if user is None:
        return {}
    found = Stream.objects.visible_to(user).filter(pk__in=ids)
    return {stream.pk: GroupLabel(stream.name, find_url(stream)) for stream in found}


def find_url(stream: Stream) -> str:
    """Return the address of its page; a site that has only the bell has none."""
    try:
        return reverse("stream", args=[stream.slug])
    except NoReverseMatch:
        return ""
