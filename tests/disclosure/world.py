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
from notifications.models import Announcement, Delivery, Device, Keyword, KindDefault, Notification, Preferences
from notifications.services.publishing import publish_to_stream
from notifications.services.streams import create_stream
from tests.cast import person
from tests.chat.pages import room_of
from tests.chat.talk import post

SECRET = "barracuda"
OUTSIDERS = ("anonymous", "stranger", "former", "staff")


def build_world() -> SimpleNamespace:
    """Make it. Ada and Bob are inside; the former member was told of the room before, and removed; then it changed."""
    ada, bob = person("ada", email=f"{SECRET}@example.org"), person("bob", email="bob@example.org")
    stranger, former = person("stranger", email="s@example.org"), person("former", email="f@example.org")
    staff = person("staff", is_staff=True, email="staff@example.org")
    root = person("root", is_staff=True, is_superuser=True)
    room = room_of(ada, bob, former, kind="private", name="founders", topic="")
    post(room, bob, "@former @room hello")
    services.remove_member(room, ada, former)
    services.update_room(room, ada, name=f"{SECRET}-room", topic=f"{SECRET} topic")
    message = post(room, ada, f"{SECRET} words @bob @ada")
    answer = post(room, bob, f"@ada {SECRET} answer")
    direct = services.open_direct(ada, [bob])
    whisper = post(direct, bob, f"{SECRET} whisper")
    insiders = Group.objects.create(name=f"{SECRET} group")
    insiders.user_set.add(ada, bob)
    stream = create_stream("reports", f"{SECRET} stream", is_open=False, rule="group", group=insiders)
    publish_to_stream(stream, f"{SECRET} news")
    token, _ = make_token(ada, f"{SECRET} token")
    device = Device.objects.create(user=ada, name=f"{SECRET} device", endpoint=f"https://push.example/{SECRET}")
    Keyword.objects.create(user=ada, word=f"{SECRET}s")
    Preferences.objects.get_or_create(user=ada)
    KindDefault.objects.get_or_create(kind="mention")
    EmailAddress.objects.create(user=ada, email=ada.email, verified=True, primary=True)
    announcement = Announcement.objects.create(
        text="Maintenance on Sunday", created_by=ada, expires_at=timezone.now() + timedelta(days=1)
    )
    notice = Notification.objects.filter(user=ada, withdrawn_at=None).latest("pk")
    Delivery.objects.get_or_create(notification=notice, channel="mail")
    return SimpleNamespace(
        people={"ada": ada, "stranger": stranger, "former": former, "staff": staff, "root": root},
        room=room, message=message, answer=answer, direct=direct, whisper=whisper, stream=stream, token=token,
        device=device, announcement=announcement, notice=notice, bob=bob,
    )  # fmt: skip


def first_of(model: type[models.Model]) -> models.Model | None:
    """Return some row of a model, one with a secret where there is one."""
    rows = list(model._default_manager.order_by("pk"))
    secret = [row for row in rows if SECRET in " ".join(str(value) for value in vars(row).values())]
    return (secret or rows or [None])[0]
