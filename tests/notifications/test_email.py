"""One mail about all that is due, once, and never about what was read meanwhile."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from notifications import groups, kinds, services
from notifications.delivery.claims import claim_due
from notifications.delivery.email.sender import deliver_email
from notifications.groups import GroupLabel
from notifications.kinds import Kind
from notifications.models import Delivery, GroupRule, Notification
from notifications.streams import subscriptions
from notifications.streams.definitions import create_stream, update_stream
from notifications.streams.subscriptions import unsubscribe
from realtime.shared.metrics import Counters
from tests.cast import person
from tests.notifications.newsroom import group_of
from tests.notifications.post import (
    MINUTE,
    NIGHTS,
    NOON,
    at,
    delivery_results,
    newest,
    notify_user,
    sent_emails,
    wants,
    words,
)

pytestmark = pytest.mark.django_db(transaction=True)
QUARTER = 15 * MINUTE


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace", email="ada@example.org", time_zone="Europe/Berlin")


@pytest.fixture
def broken(monkeypatch):
    """A mail server that fails with the errors given, one a try, and then works."""
    errors = []
    working = EmailMultiAlternatives.send

    def send(self, *arguments, **named):
        if errors:
            raise errors.pop(0)
        return working(self, *arguments, **named)

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    return errors


# -- when


def test_what_stays_unread_is_mailed_after_a_while(ada):
    notify_user(ada, title="Bob wrote to you", body="Are you there?", url="/rooms/7/")
    assert sent_emails(NOON + QUARTER - timedelta(seconds=1)) == []
    [email] = sent_emails(NOON + QUARTER)
    assert email["To"] == "ada@example.org"
    assert email["Subject"] == "[Hubbub] Bob wrote to you"
    link = f"http://localhost:8000/notifications/{newest(ada).pk}/open/"
    for kind in ("plain", "html"):
        assert "Are you there?" in words(email, kind)
        assert link in words(email, kind)
        assert "13:00" in words(email, kind)  # noon, in Berlin
    assert delivery_results(ada) == [("sent", "sent")]
    assert sent_emails(NOON + timedelta(days=2)) == []


@pytest.mark.parametrize(
    "what, reason",
    [
        (lambda user, ids: services.mark_read(user.pk, ids), "read_meanwhile"),
        (lambda user, ids: services.archive(user.pk, ids), "read_meanwhile"),
        (lambda user, _: services.mark_all_read(user.pk, 99), "read_meanwhile"),
        (lambda user, _: services.mark_groups_read([(user.pk, "room.7", 3)]), "read_meanwhile"),
        (lambda user, ids: services.snooze(user.pk, ids, NOON + timedelta(days=1)), "snoozed_meanwhile"),
        (lambda user, _: services.retract([user]), "retracted_meanwhile"),
        (lambda user, _: wants(user, channels={"ping": {"mail": False}}), "kind_off"),
        (lambda user, _: wants(user, mail="never"), "mail_off"),
        (lambda user, _: GroupRule.objects.create(user=user, group="room.7", level="nothing"), "level_nothing"),
        (lambda user, _: type(user).objects.filter(pk=user.pk).update(email=""), "no_address"),
        (lambda user, _: type(user).objects.filter(pk=user.pk).update(is_active=False), "inactive"),
    ],
)
def test_what_is_settled_meanwhile_is_never_mailed(ada, what, reason):
    notify_user(ada, target=ada, group="room.7", group_position=3)
    with at(NOON + MINUTE):
        what(ada, [newest(ada).pk])
    assert sent_emails(NOON + QUARTER) == []
    assert delivery_results(ada) == [("dropped", reason)]
    assert newest(ada).email_due_at is None
    assert sent_emails(NOON + timedelta(days=2)) == []


@pytest.mark.parametrize(
    "what",
    [
        lambda user, _: user.groups.clear(),
        unsubscribe,
        lambda _, stream: update_stream(stream, rule="nobody"),
    ],
)
def test_news_of_a_stream_that_one_no_longer_hears_stay_inside(ada, bob, what):
    bob.email = "bob@example.org"
    bob.save()
    stream = create_stream("ops", "Ops", is_open=False, rule="group", group=group_of("ops", ada, bob))
    subscriptions.give(bob, stream)
    notify_user(stream, title="We sell")
    what(ada, stream)
    assert [email["To"] for email in sent_emails(NOON + QUARTER)] == ["bob@example.org"]
    assert delivery_results(ada) == [("dropped", "unsubscribed")]


def test_one_that_was_read_and_is_unread_again_is_mailed(ada):
    notify_user(ada)
    with at(NOON + MINUTE):
        services.mark_read(ada.pk, [newest(ada).pk])
        services.restore(ada.pk, [newest(ada).pk])
    assert len(sent_emails(NOON + QUARTER)) == 1


def test_the_daily_mail_is_one_of_all(ada):
    wants(ada, mail="daily")
    for hour in range(3):
        notify_user(ada, when=NOON + timedelta(hours=hour), title=f"Ping {hour}")
    morning = NOON + timedelta(hours=19)  # seven, and eight in Berlin
    assert sent_emails(morning - MINUTE) == []
    [email] = sent_emails(morning)
    assert email["Subject"] == "[Hubbub] 3 new in Pings"
    text = words(email)
    assert text.index("Ping 0") < text.index("Ping 1") < text.index("Ping 2")
    assert delivery_results(ada) == [("sent", "sent")] * 3


def test_what_was_held_for_the_night_comes_as_one_in_the_morning(ada):
    wants(ada, mail="at_once", quiet_hours=NIGHTS)
    night = NOON + timedelta(hours=10)  # 23:00 in Berlin
    for minutes in (0, 20, 40):
        notify_user(ada, when=night + minutes * MINUTE)
    assert sent_emails(night + timedelta(hours=6)) == []
    assert len(sent_emails(NOON + timedelta(hours=18))) == 1  # seven in Berlin


def test_rules_that_are_newer_than_the_notification_hold(ada):
    notify_user(ada)
    wants(ada, do_not_disturb_until=NOON + timedelta(hours=2))
    assert sent_emails(NOON + QUARTER) == []
    assert len(sent_emails(NOON + timedelta(hours=2))) == 1


def test_a_conversation_is_not_a_mail_a_message(ada):
    for minutes in range(30):
        notify_user(ada, when=NOON + minutes * MINUTE)
    sent = [len(sent_emails(NOON + minutes * MINUTE)) for minutes in range(60)]
    assert sum(sent) == 3
    assert {state for state, _ in delivery_results(ada)} == {"sent"}
    assert len(delivery_results(ada)) == 30


def test_mail_at_once_is_at_once_and_at_most_one_a_minute(ada):
    wants(ada, mail="at_once")
    notify_user(ada)
    assert len(sent_emails(NOON)) == 1
    for seconds in (10, 20, 30):
        notify_user(ada, when=NOON + timedelta(seconds=seconds))
    assert sent_emails(NOON + timedelta(seconds=40)) == []
    assert len(sent_emails(NOON + MINUTE)) == 1


def test_everybody_has_mail_of_their_own(ada, bob):
    type(bob).objects.filter(pk=bob.pk).update(email="bob@example.org")
    notify_user([ada, bob])
    assert sorted(email["To"] for email in sent_emails(NOON + QUARTER)) == ["ada@example.org", "bob@example.org"]


def test_one_who_wants_it_by_mail_alone_gets_it(ada):
    wants(ada, channels={"ping": {"app": False}})
    notify_user(ada, url="/rooms/7/")
    [email] = sent_emails(NOON + QUARTER)
    assert "http://localhost:8000/rooms/7/" in words(email)  # it stands in no list that could open it


# -- what it says


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(groups, "_groups", {})
    groups.register("room", lambda _, ids: {id: GroupLabel(f"Room {id}") for id in ids})


def test_a_digest_is_by_group(ada, rooms):
    kinds.register(Kind("other", "Other things", "bell"))
    notify_user(ada, group="room.7", title="One")
    notify_user(ada, group="room.8", title="Two")
    notify_user(ada, group="room.7", title="Three")
    notify_user(ada, kind="other", title="Four")
    [email] = sent_emails(NOON + QUARTER)
    assert email["Subject"] == "[Hubbub] 4 new notifications"
    text = words(email)
    order = [text.index(word) for word in ("Room 7", "One", "Three", "Room 8", "Two", "Other things", "Four")]
    assert order == sorted(order)


@pytest.mark.parametrize("shown", [False, True])
def test_what_a_private_room_says_stays_inside_unless_the_person_wants_it(ada, rooms, shown):
    wants(ada, private_content=shown)
    notify_user(ada, group="room.7", title="Bob in Secret plans", body="We sell.", data={"private": True})
    notify_user(ada, group="room.8", title="Eve in General", body="Hello.", data={"private": False})
    [email] = sent_emails(NOON + QUARTER)
    everything = str(email["Subject"]) + words(email) + words(email, "html")
    for word in ("Secret plans", "We sell.", "Room 7"):
        assert (word in everything) is shown
    assert "Eve in General" in everything


def test_html_of_a_title_is_text(ada):
    notify_user(ada, title="<b>bold</b>", body="<script>x</script>\nand a line")
    [email] = sent_emails(NOON + QUARTER)
    assert "<b>bold</b>" in words(email)
    assert "<script>" not in words(email, "html")
    assert "&lt;script&gt;" in words(email, "html")


def test_news_say_whose_they_are(ada):
    wants(ada, mail="at_once")
    notify_user(create_stream("deploys", "Deploys", rule="everybody"), title="v2 is live")
    [email] = sent_emails(NOON)
    assert email["Subject"].endswith("Deploys: v2 is live")
    assert "Deploys: v2 is live" in words(email)


def test_a_title_of_many_lines_is_a_subject_of_one(ada):
    notify_user(ada, title="One\r\nBcc: eve@example.org")
    [email] = sent_emails(NOON + QUARTER)
    assert email["Subject"] == "[Hubbub] One Bcc: eve@example.org"
    assert email["Bcc"] is None


def test_a_flood_is_a_mail_of_bounded_length(ada):
    for number in range(80):
        notify_user(ada, title=f"Ping {number}.")
    [email] = sent_emails(NOON + QUARTER)
    assert "Ping 79." in words(email)
    assert "Ping 29." not in words(email)
    assert "And 30 older" in words(email)
    assert len(delivery_results(ada)) == 80


def test_a_kind_whose_app_is_gone_is_mailed_still(ada, monkeypatch):
    notify_user(ada, title="From before")
    monkeypatch.setattr(kinds, "_kinds", {})
    assert len(sent_emails(NOON + QUARTER)) == 1


# -- what goes wrong


def test_a_mail_server_that_is_down_is_tried_again(ada, broken):
    broken[:] = [OSError("refused"), smtplib.SMTPServerDisconnected("gone"), TimeoutError()]
    notify_user(ada)
    now = NOON + QUARTER
    for minutes in (1, 4, 16):
        assert sent_emails(now) == []
        [record] = Delivery.objects.all()
        assert (record.state, record.reason) == ("queued", "tried_in_vain")
        assert record.detail
        assert record.next_try_at == now + minutes * MINUTE == newest(ada).email_due_at
        assert sent_emails(now + minutes * MINUTE - timedelta(seconds=1)) == []
        now += minutes * MINUTE
    assert len(sent_emails(now)) == 1
    assert delivery_results(ada) == [("sent", "sent")]
    assert Delivery.objects.get().attempts == 4


def test_what_is_read_between_the_tries_is_not_tried_again(ada, broken):
    broken[:] = [OSError("refused")]
    notify_user(ada)
    sent_emails(NOON + QUARTER)
    services.mark_read(ada.pk, [newest(ada).pk])
    assert sent_emails(NOON + QUARTER + MINUTE) == []
    assert delivery_results(ada) == [("dropped", "read_meanwhile")]


def test_it_is_given_up_after_some_tries_with_what_was_said(ada, broken, settings):
    settings.DELIVERY_TRIES = 3
    broken[:] = [OSError("refused")] * 9
    notify_user(ada)
    for minutes in (15, 16, 20, 36, 100, 1000):
        assert sent_emails(NOON + minutes * MINUTE) == []
    assert len(broken) == 6
    record = Delivery.objects.get()
    assert (record.state, record.reason, record.detail, record.attempts) == ("failed", "gave_up", "refused", 3)
    assert newest(ada).email_due_at is None


def test_what_becomes_of_each_try_is_counted(ada, broken, monkeypatch):
    counters = Counters()
    monkeypatch.setattr("notifications.delivery.records.counters", counters)
    broken[:] = [OSError("refused"), OSError("refused")]
    notify_user(ada)
    sent_emails(NOON + QUARTER)
    assert len(sent_emails(NOON + QUARTER + MINUTE)) == 0
    assert len(sent_emails(NOON + QUARTER + 5 * MINUTE)) == 1
    assert counters.outgoing_so_far() == {("mail", "retried"): 2, ("mail", "sent"): 1}
    broken[:] = [OSError("refused"), smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"no such mailbox")})]
    notify_user(ada, when=NOON + 2 * QUARTER)
    sent_emails(NOON + 3 * QUARTER)
    services.mark_read(ada.pk, [newest(ada).pk])
    sent_emails(NOON + 3 * QUARTER + MINUTE)
    notify_user(ada, when=NOON + 4 * QUARTER)
    sent_emails(NOON + 5 * QUARTER)
    results = {"retried": 3, "sent": 1, "dropped": 1, "failed": 1}
    assert counters.outgoing_so_far() == {("mail", result): count for result, count in results.items()}


def test_an_address_that_there_is_not_is_tried_once(ada, broken):
    broken[:] = [smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"no such mailbox")})]
    notify_user(ada)
    sent_emails(NOON + QUARTER)
    assert delivery_results(ada) == [("failed", "refused")]
    assert newest(ada).email_due_at is None


def test_one_persons_trouble_is_not_the_others(ada, bob, broken):
    type(bob).objects.filter(pk=bob.pk).update(email="bob@example.org")
    broken[:] = [OSError("refused")]
    notify_user([ada, bob])
    assert len(sent_emails(NOON + QUARTER)) == 1


def test_two_processes_at_once_send_it_once(ada):
    notify_user(ada)
    with at(NOON + QUARTER):
        [claim] = claim_due("mail", NOON + QUARTER)
        assert claim_due("mail", NOON + QUARTER) == []
        deliver_email(claim)
        deliver_email(claim)
    assert len(mail.outbox) == 1


def test_what_a_killed_process_had_claimed_is_sent_by_the_next(ada):
    notify_user(ada)
    assert len(claim_due("mail", NOON + QUARTER)) == 1  # and it is killed
    assert sent_emails(NOON + QUARTER + timedelta(seconds=59)) == []
    assert len(sent_emails(NOON + QUARTER + timedelta(seconds=60))) == 1


def test_one_that_comes_late_with_its_claim_does_nothing(ada):
    notify_user(ada)
    [claim] = claim_due("mail", NOON + QUARTER)
    assert len(sent_emails(NOON + QUARTER + MINUTE)) == 1
    with at(NOON + QUARTER + MINUTE):
        deliver_email(claim)
    assert len(mail.outbox) == 1


def test_a_crash_between_the_servers_word_and_the_record_sends_the_same_mail_again(ada, monkeypatch):
    """At least once: the second has the first one's Message-ID, so that a mail program can tell."""
    notify_user(ada)
    with monkeypatch.context() as crash:
        crash.setattr("notifications.delivery.records.mark_sent", lambda _: 1 / 0)
        [first] = sent_emails(NOON + QUARTER)
    [second] = sent_emails(NOON + QUARTER + MINUTE)
    assert first["Message-ID"] == second["Message-ID"]
    assert delivery_results(ada) == [("sent", "sent")]


def test_due_mail_of_many_is_claimed_some_at_a_time_and_all_is_sent(db, django_assert_max_num_queries):
    everybody = [person(f"p{number}", email=f"p{number}@example.org") for number in range(45)]
    notify_user(everybody)
    assert len(sent_emails(NOON + QUARTER)) == 45
    assert not Notification.objects.exclude(email_due_at=None).exists()
    with at(NOON + QUARTER), django_assert_max_num_queries(1):
        assert claim_due("mail", NOON + QUARTER) == []
