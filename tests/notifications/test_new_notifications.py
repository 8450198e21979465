"""People are told once, inside the caller's transaction, and a thousand cost what ten cost."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from notifications.inbox import unread_counts
from notifications.kinds import Kind, UnknownKindError, register
from notifications.models import Notification
from notifications.services import anotify, notify
from realtime.shared.events import moment
from tests.cast import people
from tests.database_steps import count_steps

pytestmark = pytest.mark.django_db(transaction=True)


def notify_user(to, **how):
    notify(to=to, kind="ping", title="Ping", **how)


def test_one_is_told_and_the_badge_is_exact(ada, bob, published):
    notify_user(ada, actor=bob, url="/rooms/1/", body="Are you there?")
    notify_user(ada)
    assert [event.topic for event in published] == [f"user.{ada.pk}"] * 2
    assert [event.data["unread"] for event in published] == [1, 2]
    assert published[0].data["notification"]["actor"]["username"] == "bob"
    assert (
        [event.seq for event in published] == [event.data["notification"]["position"] for event in published] == [1, 2]
    )


def test_no_badge_counts_past_so_many(ada, published, monkeypatch):
    monkeypatch.setattr(unread_counts, "MOST_COUNTED", 2)
    for _ in range(3):
        notify_user(ada)
    assert [event.data["unread"] for event in published] == [1, 2, 2]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite counts its steps")
def test_the_badge_of_who_is_far_behind_looks_at_no_more_rows(ada, monkeypatch):
    monkeypatch.setattr(unread_counts, "MOST_COUNTED", 5)
    for number in (5, 200):
        Notification.objects.all().delete()
        for _ in range(number):
            Notification.objects.create(user=ada, kind="ping", title="Ping", created_at=timezone.now())
        if number == 5:
            few = count_steps(lambda: unread_counts.count_unread([ada.pk]))
    assert count_steps(lambda: unread_counts.count_unread([ada.pk])) <= 1.1 * few


def test_who_is_no_more_is_told_nothing_and_the_others_are(ada, published):
    ghost = get_user_model()(pk=ada.pk + 99)
    notify_user([ghost, ada])
    assert [event.topic for event in published] == [f"user.{ada.pk}"]


def test_what_is_rolled_back_is_never_seen(ada, published):
    with transaction.atomic():
        notify_user(ada)
        transaction.set_rollback(True)
    assert published == []
    assert not Notification.objects.exists()


def test_nobody_hears_before_the_commit(ada, published):
    with transaction.atomic():
        notify_user(ada)
        assert published == []
    assert len(published) == 1


def test_a_key_makes_a_repeat_harmless(ada, bob, published):
    notify_user(ada, key="deploy-7")
    notify_user([ada, bob], key="deploy-7")
    notify_user(ada, key="deploy-8")
    assert Notification.objects.filter(user=ada).count() == 2
    assert Notification.objects.filter(user=bob).count() == 1
    assert len(published) == 3


def test_the_numbers_of_a_persons_log_have_no_holes(ada, published):
    for key in ("one", "one", "two", "two", "three"):
        notify_user(ada, key=key)
    assert [event.seq for event in published] == [1, 2, 3]


@pytest.mark.parametrize("number", [10, 300])
def test_any_number_of_people_take_the_same_queries(number, published, django_assert_max_num_queries):
    people(number)
    with django_assert_max_num_queries(10):
        notify_user(get_user_model().objects.all(), key="all")
    assert len(published) == number


async def test_it_can_be_awaited(ada, published):
    await anotify(to=ada, kind="ping", title="Ping")
    assert len(published) == 1


@pytest.mark.parametrize(
    "to, how, error, words",
    [
        ("ada", {}, TypeError, "a user, a stream, or a queryset or list of users"),
        ([], {"kind": "pong"}, None, ""),
        (None, {}, TypeError, "not None"),
    ],
)
def test_who_is_told_must_be_people(db, to, how, error, words):
    if error is None:
        notify(to=to, title="Ping", **how)
        return
    with pytest.raises(error, match=words):
        notify_user(to, **how)


def test_what_cannot_be_is_said_clearly(ada):
    with pytest.raises(UnknownKindError, match=r"No kind of notification is called 'pong'\. Registered kinds: ping"):
        notify(to=ada, kind="pong", title="Pong")
    with pytest.raises(ValueError, match=r"a path or an http\(s\)"):
        notify_user(ada, url="javascript:alert(1)")
    with pytest.raises(TypeError, match="data of a notification must be a dict"):
        notify_user(ada, data=[1])
    with pytest.raises(ValueError, match="needs a title"):
        notify(to=ada, kind="ping", title=" ")
    with pytest.raises(ValueError, match="retract\\(\\) could not find its notifications"):
        notify_user(ada, target=get_user_model()(username="not saved"))
    for not_saved in (get_user_model()(username="zoe"), [ada, get_user_model()(username="zoe")]):
        with pytest.raises(ValueError, match="save them first"):
            notify_user(not_saved)
    with pytest.raises(TypeError, match="a model instance, not 7"):
        notify_user(ada, target=7)
    with pytest.raises(TypeError, match="a model instance, not 'ada'"):
        notify_user(ada, actor="ada")
    with pytest.raises(ValueError, match="save them first"):
        notify_user(ada, actor=get_user_model()(username="zoe"))
    with pytest.raises(ValueError, match="needs a title"):
        notify(to=ada, kind="ping", title=None)
    # The id of a row of another table is not that of a user.
    with pytest.raises(TypeError, match=r"list of users, not .*Notification"):
        notify_user(Notification.objects.all())
    with pytest.raises(TypeError, match="list of users, not 1"):
        notify_user([1, 2])
    with pytest.raises(ValueError, match="unknown channels: fax"):
        register(Kind("pong", "Pongs", "bell", channels=frozenset({"fax"})))


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example/",
        "/rooms/\r\nSet-Cookie: a=b",
        "http://[",
        "https:///rooms/",
        "\\\\evil.example",
        "JAVASCRIPT:alert(1)",
        "/" + "x" * 500,
    ],
)
def test_it_leads_nowhere_but_where_it_seems_to(ada, url):
    with pytest.raises(ValueError, match=r"a path or an http\(s\)"):
        notify_user(ada, url=url)


@pytest.mark.parametrize(
    "url", ["/", "/rooms/7/?message=9#end", "/a//b\\c", "http://[::1]:8000/", "https://ümlaut.example/ä b"]
)
def test_it_leads_to_any_page_there_is(ada, url):
    notify_user(ada, url=url)
    assert Notification.objects.get().url == url


def test_a_long_title_is_cut_and_nothing_fails(ada, published):
    notify(to=ada, kind="ping", title="x" * 1000, body="y" * 5000)
    assert len(published[0].data["notification"]["title"]) == 200
    assert len(published[0].data["notification"]["body"]) == 500


@pytest.mark.parametrize("text", ["a" + "\u0301" * 800, "\0" * 800 + "a", "👩\u200d👩\u200d👧" * 200])
def test_whatever_is_said_fits_into_the_database(ada, published, text):
    notify(to=ada, kind="ping", title=text, body=text)
    row = Notification.objects.get()
    assert 0 < len(row.title) <= 200
    assert 0 < len(row.body) <= 500
    assert "\0" not in row.title + row.body


def test_every_field_is_read_back_as_it_was_told(ada, bob, published):
    data = {"room": 7, "words": ["é", "\u2028", '"']}
    notify_user(
        ada,
        actor=bob,
        target=bob,
        url="/rooms/1/",
        body="Ünïcödé 🎉",
        data=data,
        key="k",
        group="room.7",
        group_position=3,
    )
    row = Notification.objects.get()
    expected = {
        "user": ada, "kind": "ping", "key": "k", "group": "room.7", "group_position": 3, "stream": None, "actor": bob,
        "target_type": "accounts.user", "target_id": bob.pk, "title": "Ping", "body": "Ünïcödé 🎉", "url": "/rooms/1/",
        "data": data, "position": 1, "seq": 1, "read_at": None, "held": False, "push_due_at": None,
    }  # fmt: skip
    assert {name: getattr(row, name) for name in expected} == expected
    assert published[0].data["notification"]["id"] == row.pk
    assert published[0].data["notification"]["created_at"] == moment(row.created_at)


def test_ids_are_those_of_their_rows(published):
    notify_user(people(120))
    ids = {event.topic: event.data["notification"]["id"] for event in published}
    assert ids == {f"user.{row.user_id}": row.pk for row in Notification.objects.all()}
