"""Every page there is, and what it shows to whom it is for. A page that is missing here fails test_pages.py."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import NamedTuple
from uuid import UUID

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from files.models import StoredFile
from tests.disclosure.world import first_of

# By the page's name, the words behind SECRET that it shows to Ada.
SHOWS = {
    "account_email": ["@example"], "message_source": [" words"], "notification_preferences": [" device"],
    "notification_why": [" news"], "notifications": [" news"], "notifications_held": [" news"],
    "notifications_list": [" news"], "notifications_panel": [" news"], "profile": [" token"],
    "push_devices": [" device"], "room_person": [" zone"],
    "room": ["-room", " topic", " words"], "room_files": ["-room", " file.txt"], "room_messages": [" words"],
    "room_open": ["-room", " topic", " words"], "room_settings": ["-room", " topic"],
    "room_state": ["-room", " topic", " words"], "stream": [" stream", " news"], "streams": [" stream"],
}  # fmt: skip
# What shows no more than the bell, which is on every page, or nothing at all. Files are sent before Django:
# tests/files/test_downloads.py, tests/chat/test_file_access.py.
OTHERS = {
    "account_change_password", "account_confirm_email", "account_confirm_login_code", "account_email_verification_sent",
    "account_inactive", "account_login", "account_logout", "account_reauthenticate", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_set_password", "account_signup", "announcement_dismiss", "announcements", "direct", "direct_new",
    "do_not_disturb", "file", "file_large", "file_small", "home", "invitation", "jump", "linked_messages", "me",
    "invitation_code", "invitation_revoke", "member_remove", "member_role", "message_reactions",
    "notification_archive", "notification_open",
    "notification_preview", "notification_read", "notification_restore", "notification_snooze",
    "notification_unsubscribe", "offline", "page_errors", "people_search", "preview_image", "publish",
    "push_register", "push_remove", "push_rename", "push_see", "push_test", "room_archive",
    "room_invitation_links", "room_invite", "room_join", "room_leave", "room_level", "room_link_previews",
    "room_new", "room_post", "room_restore", "rooms", "search",
    "search_completions", "search_data", "serve_avatar", "service_worker", "sessions_end", "stream_api",
    "stream_points", "stream_new", "stream_subscribe", "stream_unsubscribe", "streams_mine", "token_new",
    "token_revoke",
}  # fmt: skip
ABSENT = 987_654_321
ABSENT_KEY = UUID(int=ABSENT)
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


class Page(NamedTuple):
    """One address of the site. `absent`: the same for what is not there; equal to `path` where it names nothing."""

    name: str
    path: str
    absent: str

    @property
    def is_admin(self) -> bool:
        return self.path.startswith("/admin/")


def patterns(resolver: URLResolver, prefix: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        path = prefix + str(each.pattern)
        if isinstance(each, URLPattern):
            yield path, space + (each.name or each.callback.__name__)
        else:
            yield from patterns(each, path, f"{each.namespace}:" if each.namespace else space)


def all_pages(world: SimpleNamespace) -> list[Page]:
    """Return every page with what its address names in this world. Raises KeyError for a part that nobody knows."""
    return [page_of(path, name, world) for path, name in patterns(get_resolver())]


def pages_beside(world: SimpleNamespace, who: str) -> list[Page]:
    """Return the pages about something in a room, with an outsider's own room and the foreign thing beside it."""
    own = {"room_id": world.own[who].pk}
    found = [(path, name) for path, name in patterns(get_resolver()) if "<id:room_id>" in path]
    return [page_of(path, name, world, own) for path, name in found if len(PLACEHOLDER.findall(path)) > 1]


def page_of(path: str, name: str, world: SimpleNamespace, fixed: dict[str, object] | None = None) -> Page:
    """Return a page whose address names what is in this world. `fixed`: what is named by the other address, too."""
    here = values(world) | object_of(name) | (fixed or {})
    there = (
        here
        | dict.fromkeys((name for name in here if name.endswith("id")), ABSENT)
        | {"slug": "absent", "token": "absent", "name": "absent.webp"}
        | ({"key": ABSENT_KEY} if isinstance(here["key"], UUID) else {})
        | (fixed or {})
    )

    def filled(chosen: dict) -> str:
        return "/" + PLACEHOLDER.sub(lambda m: str(chosen[m[1] or m[2]]), path).replace("^", "").replace("$", "")

    return Page(name, filled(here), filled(there))


def values(world: SimpleNamespace) -> dict[str, object]:
    return {
        "room_id": world.room.pk, "message_id": world.message.pk, "user_id": world.bob.pk,
        "notification_id": world.notice.pk, "device_id": world.device.pk, "token_id": world.token.pk,
        "link_id": world.link.pk, "announcement_id": world.announcement.pk, "slug": world.stream.slug,
        "token": "made-up", "name": "made-up.webp", "key": "made-up", "image": "00000000-0000-4000-8000-000000000000",
        "uidb36": "1", "content_type_id": 1, "object_id": world.room.pk, "url": "made-up/",
        "app_label": "chat", "id": world.people["ada"].pk,
    }  # fmt: skip


def object_of(name: str) -> dict[str, object]:
    """Return the row that a page is about, if its name says it: "admin:chat_room_change" is about a room."""
    if name.startswith("file"):
        return {"key": first_of(StoredFile).key}
    for model in apps.get_models():
        if name.startswith(f"admin:{model._meta.app_label}_{model._meta.model_name}_"):
            row = first_of(model)
            return {"object_id": row.pk if row else ABSENT}
    return {}
