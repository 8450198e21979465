"""A site with a secret in every field that not everybody may read, and the people who may not.

Whatever is secret holds the word SECRET, so that a whole answer can be searched for it.
"""

from datetime import timedelta
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone

from accounts.services import make_token
from chat import services
from chat.models import Membership, Message, Room
from notifications.models import (
    Announcement,
    Delivery,
    Device,
    GroupRule,
    Keyword,
    KindDefault,
    Notification,
    Preferences,
)
from notifications.streams.definitions import create_stream, update_stream
from notifications.streams.news import publish_to_stream
from tests.cast import person
from tests.chat.pages import room_of
from tests.chat.talk import post
from tests.files.rows import stored_file

SECRET = "barracuda"
OUTSIDERS = ("anonymous", "stranger", "former", "staff")


def build_world() -> SimpleNamespace:
    """Make it. Ada and Bob are inside; the former member was told of room and stream, and removed; then both changed.

    `own`: by name, a room of each outsider's own, to put foreign ids beside it.
    """
    raise_ids()
    ada, bob = person("ada", email=f"{SECRET}@example.org"), person("bob", email="bob@example.org")
    stranger, former = person("stranger", email="s@example.org"), person("former", email="f@example.org")
    bob.time_zone = f"{SECRET} zone"
    bob.save()
    staff = person("staff", is_staff=True, email="staff@example.org")
    root = person("root", is_staff=True, is_superuser=True)
    room = room_of(ada, bob, former, kind="private", name="founders", topic="")
    post(room, bob, "@former @room hello")
    services.set_level(room.pk, former.pk, "everything")
    services.remove_member(room, ada, former)
    services.update_room(room, ada, name=f"{SECRET}-room", topic=f"{SECRET} topic")
    message = post(room, ada, f"{SECRET} words @bob @ada", files=[stored_file(ada, f"{SECRET} file.txt")])
    answer = post(room, bob, f"@ada {SECRET} answer")
    direct = services.open_direct(ada, [bob])
    whisper = post(direct, bob, f"{SECRET} whisper")
    insiders = Group.objects.create(name=f"{SECRET} group")
    insiders.user_set.add(ada, bob, former)
    stream = create_stream("reports", "reports", is_open=False, rule="group", group=insiders)
    publish_to_stream(stream, "hello")
    insiders.user_set.remove(former)
    GroupRule.objects.create(user=former, group=stream.topic, level="everything")
    update_stream(stream, name=f"{SECRET} stream")
    publish_to_stream(stream, f"{SECRET} news")
    link = services.create_invitation_link(ada, [room])
    token, _ = make_token(ada, f"{SECRET} token")
    device = Device.objects.create(user=ada, name=f"{SECRET} device", endpoint=f"https://push.example/{SECRET}")
    Keyword.objects.create(user=ada, word=f"{SECRET}s")
    Preferences.objects.get_or_create(user=ada)
    KindDefault.objects.get_or_create(kind="mention")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    aaron, zed = person("aaron"), person("zed")
    for name in ("aardvark", "zebra"):  # rooms and people on both sides of the secret ones in every listing by name
        room_of(root, name=name)
    own = {user.username: room_of(user, aaron, zed, kind="private", name="own") for user in (stranger, former, staff)}
    announcement = Announcement.objects.create(
        text="Maintenance on Sunday", created_by=ada, expires_at=timezone.now() + timedelta(days=1)
    )
    notice = Notification.objects.filter(user=ada, retracted_at=None).latest("pk")
    Delivery.objects.get_or_create(notification=notice, channel="mail")
    return SimpleNamespace(
        people={"ada": ada, "stranger": stranger, "former": former, "staff": staff, "root": root},
        room=room, message=message, answer=answer, direct=direct, whisper=whisper, stream=stream, token=token,
        device=device, link=link, announcement=announcement, notice=notice, bob=bob,
        own=own,
    )  # fmt: skip


def raise_ids() -> None:
    """Let ids begin where each is of one row alone, can be searched for, and is as long as that of nothing."""
    people = person("first"), person("second")
    room = Room.objects.create(pk=770_077_000, name="first")
    place = Membership.objects.create(pk=771_077_000, room=room, user=people[0])
    message = Message.objects.create(
        pk=772_077_000, room=room, author=people[0], posted_seq=1, seq=1, created_at=timezone.now()
    )
    notice = Notification.objects.create(
        pk=773_077_000, user=people[1], kind="mention", title="first", created_at=timezone.now()
    )
    for row in (notice, message, place, room, *people):
        row.delete()


def first_of(model: type[models.Model]) -> models.Model | None:
    """Return some row of a model, one with a secret where there is one."""
    rows = list(model._default_manager.order_by("pk"))
    secret = [row for row in rows if SECRET in " ".join(str(value) for value in vars(row).values())]
    return (secret or rows or [None])[0]
