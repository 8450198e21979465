"""The club's own tests, run for each kind of key and on each database: `manage.py test club`."""

import json

from asgiref.sync import sync_to_async
from club.asgi import application
from club.models import Match
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import TestCase, TransactionTestCase
from django.utils import timezone

from accounts.identity.people import user_topic
from notifications.delivery.email.unsubscribe_links import Stop, make_token, read_token
from notifications.inbox.state_changes import mark_groups_read
from notifications.inbox.unread_counts import count_unread
from notifications.jobs import send_due_emails
from notifications.models import (
    Announcement,
    Delivery,
    Device,
    GroupRule,
    Inbox,
    Keyword,
    KeywordGroup,
    Notification,
    Preferences,
    Stream,
    Subscription,
)
from notifications.models.stream_access import find_visible
from notifications.services import anotify, erase_user, notify, retract
from notifications.streams.news import publish_to_stream
from realtime.engine.publish import end_connections
from realtime.testing import Connection, Refused

STRANGE = "ada_l@club.example/ü 1"  # what a name may have in it; a channel layer takes none of it


def member(name: str = STRANGE, **columns):
    return get_user_model().objects.create(username=name, email=f"{len(name)}@club.example", **columns)


class NotifyTest(TestCase):
    def setUp(self) -> None:
        self.ada, self.bob = member(), member("bob")

    def test_members_are_notified_once_and_counted(self):
        for _ in range(2):
            notify(to=[self.ada, self.bob], kind="match", title="You play", actor=self.bob, key="match.1")
        row = Notification.objects.get(user=self.ada)
        assert (row.user, row.actor) == (self.ada, self.bob)
        assert count_unread([self.ada.pk, self.bob.pk]) == {self.ada.pk: 1, self.bob.pk: 1}

    def test_what_is_about_an_object_is_retracted_with_it(self):
        match, other = Match.objects.create(), Match.objects.create()
        for each in (match, other):
            notify(to=self.ada, kind="match", title="You play", target=each)
        retract([match])
        assert count_unread([self.ada.pk]) == {self.ada.pk: 1}

    def test_a_group_is_read_up_to_a_position(self):
        for position in (1, 2):
            notify(to=[self.ada, self.bob], kind="match", title="You play", group="match.1", group_position=position)
        mark_groups_read([(self.ada.pk, "match.1", 1), (self.bob.pk, "match.1", 2)])
        assert count_unread([self.ada.pk, self.bob.pk]) == {self.ada.pk: 1, self.bob.pk: 0}

    def test_streams_are_for_those_of_their_rule(self):
        group = Group.objects.create(name="eleven")
        self.ada.groups.add(group)
        stream = Stream.objects.create(slug="eleven", name="Eleven", rule="group", group=group, is_open=False)
        pairs = {(self.ada.pk, stream.pk), (self.bob.pk, stream.pk)}
        assert find_visible(pairs) == {(self.ada.pk, stream.pk)}
        assert publish_to_stream(stream, "You play on Sunday") == 1
        self.client.force_login(self.ada)
        [row] = self.client.get("/notifications/panel.json").json()["notifications"]
        assert row["stream"] == {"slug": "eleven", "name": "Eleven"}

    def test_the_page_and_its_buttons_work(self):
        notify(to=self.ada, kind="match", title="You play", actor=self.bob)
        self.client.force_login(self.ada)
        page = self.client.get("/")
        self.assertContains(page, f'"topic": "{user_topic(self.ada.pk)}"')
        [row] = self.client.get("/notifications/panel.json").json()["notifications"]
        assert row["actor"]["id"] == str(self.bob.pk)
        body = json.dumps({"ids": [row["id"]]})
        read = self.client.post("/notifications/read.json", body, content_type="application/json")
        assert (read.status_code, read.json()["unread"]) == (200, 0)

    def test_the_admin_opens_and_finds_members(self):
        staff = member("staff", is_staff=True, is_superuser=True)
        notify(to=self.ada, kind="match", title="You play")
        self.client.force_login(staff)
        for model in ("notification", "delivery", "preferences", "stream", "announcement"):
            assert self.client.get(f"/admin/notifications/{model}/", {"q": "bob"}).status_code == 200, model

    def have_everything(self, user) -> Announcement:
        """Let there be something of that user in every table."""
        stream = Stream.objects.create(slug="news", name="News")
        Subscription.objects.create(stream=stream, user=user)
        device = Device.objects.create(user=user, name="phone", endpoint="https://push.example/1")
        GroupRule.objects.create(user=user, group="match.1")
        Keyword.objects.create(user=user, word="goal")
        KeywordGroup.objects.create(user=user, group="match.1")
        Preferences.objects.create(user=user)
        Inbox.objects.create(user=user)
        notify(to=user, kind="match", title="You play", actor=user)
        Delivery.objects.create(notification=user.notifications.get(), channel="push", device=device)
        notify(to=self.ada, kind="match", title="bob wrote to you", actor=user)
        announcement = Announcement.objects.create(text="x", created_by=user, expires_at=timezone.now())
        announcement.dismissed_by.add(user)
        return announcement

    def owned(self) -> list[str]:
        """Return of which private things there are still any."""
        private = (Delivery, Device, GroupRule, Inbox, Keyword, KeywordGroup, Preferences, Subscription)
        return [model.__name__ for model in private if model.objects.exists()]

    def test_a_member_can_be_deleted(self):
        announcement = self.have_everything(self.bob)
        self.bob.delete()
        announcement.refresh_from_db()
        row = Notification.objects.get()
        assert (row.user, row.actor, row.title) == (self.ada, None, "bob wrote to you")
        assert (announcement.created_by, announcement.dismissed_by.count(), self.owned()) == (None, 0, [])

    def test_a_member_can_be_forgotten_before_they_are_made_anonymous(self):
        announcement = self.have_everything(self.bob)
        erase_user(self.bob)
        row = Notification.objects.get()
        assert (row.user, row.actor, row.title) == (self.ada, self.bob, "Deleted user wrote to you")
        assert (announcement.dismissed_by.count(), self.owned()) == (0, [])
        self.bob.refresh_from_db()
        assert self.bob.email == "3@club.example", "the site's own row is the site's to change"

    def test_mail_is_sent_and_ended_by_its_address(self):
        with self.settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
            notify(to=self.ada, kind="match", title="You play")
            Notification.objects.update(email_due_at=timezone.now())
            send_due_emails()
        assert Notification.objects.get().deliveries.get().channel == "mail"
        assert read_token(make_token(self.ada.pk, "match")) == Stop(self.ada.pk, "match")


class LiveTest(TransactionTestCase):
    async def test_the_bell_is_live(self):
        ada, bob = await sync_to_async(member)(), await sync_to_async(member)("bob")
        async with await Connection.open(application, ada) as hers:
            await hers.subscribe(user_topic(ada.pk), after=0)
            await anotify(to=[ada, bob], kind="match", title="You play")
            event = await hers.hears("notification")
            with self.assertRaises(Refused):
                await hers.subscribe(user_topic(bob.pk))
        assert event["data"]["notification"]["title"] == "You play"
        async with await Connection.open(application, ada) as again:
            await again.subscribe(user_topic(ada.pk), after=0)
            assert (await again.hears("notification"))["seq"] == 1

    async def test_a_topic_has_one_name(self):
        ada, match = await sync_to_async(member)(), await Match.objects.acreate()
        async with await Connection.open(application, ada) as hers:
            await hers.subscribe(f"match.{match.pk}")
            users = (await hers.hears("presence"))["data"]["users"]
            users |= (await hers.hears("presence"))["data"]["users"]  # who is here, and then oneself
            for id in (str(match.pk).upper(), match.pk.hex, "1"):
                with self.assertRaises(Refused):
                    await hers.subscribe(f"match.{id}")
        assert users == {str(ada.pk): "online"}

    async def test_a_sign_in_that_is_ended_ends_the_connection(self):
        ada = await sync_to_async(member)()
        async with await Connection.open(application, ada) as hers:
            await sync_to_async(end_connections)(ada.pk)
            with self.assertRaisesRegex(AssertionError, "4501"):
                await hers.hears("anything")
