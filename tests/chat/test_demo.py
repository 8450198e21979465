"""The demo: a first look that is worth looking at."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from chat.demo.cast import CAST, PASSWORD, SCENES
from chat.models import Message, Room
from chat.states.sidebar_entries import room_entries
from notifications.models import Announcement, Notification, Stream
from notifications.streams.pages import sidebar_streams
from notifications.streams.values import recent_points

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEBUG = True
    call_command("demo")


def test_people_and_rooms_are_there(demo):
    assert set(User.objects.values_list("username", flat=True)) == {part.username for part in CAST}
    ada = User.objects.get(username="ada")
    assert (ada.is_staff, ada.is_superuser, ada.check_password(PASSWORD)) == (True, True, True)
    assert Room.objects.count() == len(SCENES)
    assert Room.objects.get(name="founders").memberships.filter(active=True).count() == 2


def test_something_was_said_on_every_day_until_now(demo):
    texts = Message.objects.filter(kind="text")
    assert texts.count() > 180
    assert texts.exclude(edited_at=None).exists()
    assert texts.exclude(deleted_at=None).exists()
    assert texts.filter(html__contains='class="mention"').exists()
    assert texts.filter(html__contains='<span class="k">').exists()
    newest = texts.latest("created_at").created_at
    assert timezone.now() - timedelta(minutes=10) < newest < timezone.now()
    assert len({message.created_at.date() for message in texts}) >= 6


def test_two_streams_and_an_announcement_are_there(demo):
    bob = User.objects.get(username="bob")
    deploys, visitors = sidebar_streams(bob)
    assert (deploys["name"], visitors["name"], visitors["latest"]["value"]) == ("Deploys", "Visitors", 184.0)
    assert len(recent_points(Stream.objects.get(slug="visitors"))) > 100
    news = Notification.objects.filter(user=bob, stream__slug="deploys")
    assert (news.count(), news.filter(read_at=None).count()) == (3, 0)
    assert Announcement.objects.count() == 1


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_time_runs_forward_in_every_room(hour, demo_at):
    demo_at(hour)
    for room in Room.objects.all():
        times = list(room.messages.order_by("posted_seq").values_list("created_at", flat=True))
        assert times == sorted(times), room


@pytest.fixture
def demo_at(settings, time_machine):
    settings.DEBUG = True

    def run(hour: int) -> None:
        time_machine.move_to(timezone.now().replace(hour=hour, minute=5))
        call_command("demo")

    return run


def test_ada_has_something_new_to_read_and_the_others_have_not(demo):
    unread = {entry["name"]: entry["unread"] for entry in room_entries(User.objects.get(username="ada"))}
    assert unread["general"] > 5
    assert unread["founders"] == 1
    for part in CAST[1:]:
        assert sum(entry["unread"] for entry in room_entries(User.objects.get(username=part.username))) == 0


def test_what_people_were_told_is_as_old_as_what_it_is_about(demo):
    notices = Notification.objects.filter(target_type="chat.message", retracted_at=None)
    assert notices.filter(user__username="ada").unread().exists()
    said = dict(Message.objects.values_list("pk", "created_at"))
    assert all(notice.created_at == said[notice.target_id] for notice in notices)


def test_what_came_later_stands_above(demo):
    for user in User.objects.all():
        rows = list(user.notifications.order_by("position"))
        assert rows == sorted(rows, key=lambda row: row.created_at)


def test_it_is_made_once(demo, capsys):
    before = Message.objects.count()
    call_command("demo")
    assert "already" in capsys.readouterr().out
    assert Message.objects.count() == before


def test_it_is_not_made_beside_somebody_of_such_a_name(settings, capsys):
    settings.DEBUG = True
    User.objects.create_user("Ada")
    call_command("demo")
    assert "a user with one of its usernames" in capsys.readouterr().out
    assert User.objects.count() == 1


def test_it_is_not_made_in_production(settings):
    settings.DEBUG = settings.TRIAL = False
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")
    assert not User.objects.exists()
    call_command("demo", force=True)
    assert User.objects.count() == len(CAST)
