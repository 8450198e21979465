"""State before + events = state fetched again, whatever becomes of notifications."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications import services
from notifications.inbox.events import notification_data
from notifications.inbox.missed import notifications_missed
from notifications.inbox.unread_counts import count_unread
from notifications.models import Inbox, Notification, Stream
from tests.cast import people

pytestmark = pytest.mark.django_db(transaction=True)
ALL = 10_000


class View:
    """What a client keeps of a person's notifications, changed by nothing but events."""

    def __init__(self) -> None:
        self.rows = {}
        self.seqs = {}
        self.read_up_to = (0, 0)  # a place, and the seq at which it was said
        self.unread = 0

    def hear(self, event) -> None:
        self.unread = event.data["unread"]
        if event.type == "inbox":
            self.read_up_to = (event.data["read_up_to"], event.seq)
        else:
            row = event.data["notification"]
            self.rows[row["id"]] = row

    def counted(self) -> int:
        return sum(self.is_unread(row) for row in self.rows.values())

    def shown(self) -> dict:
        """When something was read is told by its own event, and not where all were read at once."""
        return {id: row | {"read_at": None, "is_unread": self.is_unread(row)} for id, row in self.rows.items()}

    def is_unread(self, row) -> bool:
        place, seq = self.read_up_to
        if row["read_at"] or row["archived_at"] or row["snoozed_until"] or row["retracted"]:
            return False
        return row["position"] > place or row["seq"] > seq


def notify_user(*users, **how):
    services.notify(to=users, kind="ping", title="Ping", **how)


def ids(user):
    return list(Notification.objects.filter(user=user).order_by("position").values_list("pk", flat=True))


def test_read_put_away_and_undone(ada, published):
    for _ in range(3):
        notify_user(ada)
    one, two, _ = ids(ada)
    services.mark_read(ada.pk, [one])
    services.archive(ada.pk, [two])
    assert published[-1].data["unread"] == 1
    services.restore(ada.pk, [one, two])
    assert published[-1].data["unread"] == 3
    services.mark_read(ada.pk, [one, one])
    before = len(published)
    services.mark_read(ada.pk, [one])
    assert len(published) == before


def test_nobody_changes_what_is_not_theirs(ada, bob, published):
    notify_user(ada)
    for service in (services.mark_read, services.archive, services.restore):
        service(bob.pk, ids(ada))
    services.snooze(bob.pk, ids(ada), timezone.now() + timedelta(hours=1))
    assert len(published) == 1
    assert count_unread([ada.pk]) == {ada.pk: 1}


def test_all_are_read_with_one_event(ada, published):
    for _ in range(20):
        notify_user(ada)
    services.mark_all_read(ada.pk, up_to=15)
    assert [(event.type, event.data) for event in published[20:]] == [("inbox", {"read_up_to": 15, "unread": 5})]
    services.mark_all_read(ada.pk, up_to=15)
    assert len(published) == 21


def test_what_sleeps_wakes_as_unread(ada, published):
    notify_user(ada)
    until = timezone.now() + timedelta(hours=1)
    services.snooze(ada.pk, ids(ada), until)
    assert published[-1].data["unread"] == 0
    assert services.wake(until - timedelta(seconds=1)) == 0
    assert services.wake(until) == 1
    assert services.wake(until) == 0
    assert published[-1].data["unread"] == 1
    with pytest.raises(ValueError, match="in the future"):
        services.snooze(ada.pk, ids(ada), timezone.now())


def test_what_is_gone_is_taken_back_from_everybody(ada, bob, published):
    [room] = people(1, "target")
    notify_user(ada, bob, target=room, body="secret", url="/secret/")
    services.retract([room])
    for event in published[2:]:
        row = event.data["notification"]
        assert (row["retracted"], row["title"], row["body"], row["url"]) == (True, "", "", "")
        assert event.data["unread"] == 0
    services.retract([room])
    services.retract([])
    assert len(published) == 4


def test_what_is_about_objects_of_several_models_is_retracted_together(ada):
    [room] = people(1, "target")
    stream = Stream.objects.create(slug="news", name="News")
    notify_user(ada, target=room)
    notify_user(ada, target=stream)
    services.retract([room, stream])
    assert not Notification.objects.filter(retracted_at=None).exists()


def test_an_object_that_is_deleted_already_is_not_retracted_in_silence(ada):
    stream = Stream.objects.create(slug="news", name="News")
    notify_user(ada, target=stream)
    stream.delete()
    with pytest.raises(ValueError, match="before it is deleted"):
        services.retract([stream])


@pytest.mark.parametrize("seed", range(10))
def test_events_live_or_read_back_add_up_to_the_state(ada, published, seed):
    dice = random.Random(seed)
    live, late, cursor = View(), View(), 0
    for _ in range(60):
        deed(dice, ada)
        while published:
            live.hear(published.pop(0))
        if dice.random() < 0.2:
            for event in notifications_missed(ada.pk, cursor, ALL):
                late.hear(event)
                cursor = event.seq
    for event in notifications_missed(ada.pk, cursor, ALL):
        late.hear(event)
    unread = count_unread([ada.pk])[ada.pk]
    for view in (live, late):
        assert view.unread == view.counted() == unread
    anew = View()
    anew.rows = {row.pk: notification_data(row) for row in Notification.objects.select_related("actor")}
    assert live.shown() == late.shown() == anew.shown()


def deed(dice, user):
    some = dice.sample(ids(user), min(2, len(ids(user))))
    chosen = dice.choice(["tell", "tell", "tell", "read", "archive", "restore", "snooze", "wake", "all"])
    match chosen:
        case "tell":
            notify_user(user)
        case "read":
            services.mark_read(user.pk, some)
        case "archive":
            services.archive(user.pk, some)
        case "restore":
            services.restore(user.pk, some)
        case "snooze":
            services.snooze(user.pk, some, timezone.now() + timedelta(hours=1))
        case "wake":
            services.wake(timezone.now() + timedelta(hours=2))
        case "all":
            services.mark_all_read(user.pk, up_to=dice.choice([5, 10, ALL]))


def test_reading_a_group_reads_it_up_to_there(ada, bob, published):
    for position in (5, 7, 9):
        notify_user(ada, bob, group="room.1", group_position=position)
    notify_user(ada, group="room.2", group_position=3)
    services.mark_groups_read([(ada.pk, "room.1", 7), (bob.pk, "room.1", 4), (bob.pk, "room.9", 100)])
    assert count_unread([ada.pk, bob.pk]) == {ada.pk: 2, bob.pk: 3}
    services.mark_groups_read([])


def test_what_was_told_follows_what_it_was_about(ada, published):
    [room] = people(1, "target")
    notify_user(ada, target=room, body="Fisrt")
    services.rewrite(room, "First")
    services.rewrite(room, "First")
    assert [event.data["notification"]["body"] for event in published] == ["Fisrt", "First"]


def test_too_much_missed_is_a_reset(ada):
    for _ in range(3):
        notify_user(ada)
    assert notifications_missed(ada.pk, 0, 2) is None
    assert len(notifications_missed(ada.pk, 1, 2)) == 2
    assert notifications_missed(ada.pk, 3, 2) == []
    assert not Inbox.objects.exists()
