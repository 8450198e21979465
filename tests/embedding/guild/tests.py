"""The guild's own tests, run by Django's runner as any site's: `manage.py test guild`."""

from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client, TestCase, TransactionTestCase
from django.utils import timezone
from guild.asgi import application
from guild.models import Member

from notifications.delivery.batches import Batch
from notifications.delivery.claims import Claim
from notifications.delivery.email.contents import write_email
from notifications.models import Delivery, Notification, Stream
from notifications.models.stream_access import find_visible
from notifications.services import anotify, notify
from notifications.streams.news import publish_to_stream
from realtime.testing import Connection


def member(mail: str, **columns) -> Member:
    return Member.people.create(mail=mail, **columns)


class NotifyTest(TestCase):
    def test_members_are_notified_by_what_they_have(self):
        ada = member("ada@guild.example")
        notify(to=ada, kind="dues", title="Your dues", actor=member("bob@guild.example"))
        assert Notification.objects.get().user == ada

    def test_an_email_goes_to_the_address_that_members_have(self):
        ada = member("ada@guild.example")
        notify(to=ada, kind="dues", title="Your dues")
        email = write_email(Batch(Claim("mail", ada.pk, timezone.now()), ada, [Notification.objects.get()], True))
        assert email.to == ["ada@guild.example"]

    def test_every_rule_of_a_stream_has_an_answer(self):
        ada = member("ada@guild.example", is_master=True)
        seen = {}
        for rule in Stream.Rule:
            stream = Stream.objects.create(slug=rule, name=rule, rule=rule, is_open=False)
            visible = Stream.objects.visible_to(ada).with_subscribed(ada).filter(pk=stream.pk).exists()
            assert visible == stream.audience().filter(pk=ada.pk).exists(), rule
            assert visible == bool(find_visible({(ada.pk, stream.pk)})), rule
            seen[rule] = publish_to_stream(stream, "News")
        # The flag of the staff is no column here, and there are no groups: nobody can be found by them.
        assert seen == {"nobody": 0, "everybody": 1, "staff": 0, "group": 0}

    def test_the_admin_opens_and_finds_members(self):
        ada = member("ada@guild.example", is_master=True)
        notify(to=ada, kind="dues", title="Your dues")
        Delivery.objects.create(notification=Notification.objects.get(), channel="mail")
        stream = Stream.objects.create(slug="news", name="News")
        self.client.force_login(ada)
        for model in ("notification", "delivery", "preferences", "stream", "announcement", "kinddefault"):
            page = self.client.get(f"/admin/notifications/{model}/", {"q": "ada@guild.example"})
            assert page.status_code == 200, model
        self.assertContains(self.client.get("/admin/notifications/delivery/?o=2"), "ada@guild.example")
        for page in ("change", "token", "publish"):
            assert self.client.get(f"/admin/notifications/stream/{stream.pk}/{page}/").status_code == 200
        self.assertContains(self.client.post(f"/admin/notifications/stream/{stream.pk}/token/"), "Copy the token now")


class LiveTest(TransactionTestCase):
    async def test_the_guilds_own_consumer_is_asked_as_if_there_were_no_bell(self):
        own = WebsocketCommunicator(application, "/ws/")
        assert (await own.connect())[0]
        await own.send_to(text_data="hi")
        assert await own.receive_from() == "hi"
        await own.disconnect()

    async def test_the_bell_is_live_where_the_settings_say(self):
        ada = await Member.people.acreate(mail="ada@guild.example")
        async with await Connection.open(application, ada) as hers:
            await hers.subscribe(f"user.{ada.pk}")
            await anotify(to=ada, kind="dues", title="Your dues")
            event = await hers.hears("notification")
        assert event["data"]["notification"]["title"] == "Your dues"


class PageTest(TestCase):
    def test_the_page_connects_where_the_settings_say(self):
        self.client.force_login(member("ada@guild.example"))
        self.assertContains(self.client.get("/"), '"socket": "/live/bell/"')

    def test_a_page_by_wsgi_does_not_connect_unless_the_settings_say_where(self):
        client = Client()  # its requests are those of a WSGI server
        client.force_login(member("ada@guild.example"))
        with self.settings():
            del settings.LIVE_BELL_PATH
            self.assertContains(client.get("/"), '"socket": null')
