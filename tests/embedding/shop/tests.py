"""The shop's own tests, run by Django's runner as any site's: `manage.py test shop`."""

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import transaction
from django.test import TransactionTestCase
from shop.asgi import application
from shop.models import Order
from shop.services import set_status

from realtime.testing import Connection, Refused


class OrderTopicTest(TransactionTestCase):
    def setUp(self):
        self.ada = User.objects.create_user("ada")
        self.bob = User.objects.create_user("bob")
        self.order = Order.objects.create(customer=self.ada, what="Tea")
        self.topic = f"order.{self.order.pk}"

    async def test_the_customer_hears_where_the_order_is(self):
        async with await Connection.open(application, self.ada) as ada:
            await ada.subscribe(self.topic)
            await sync_to_async(set_status)(self.order, "packed")
            event = await ada.hears("status")
        assert (event["data"], event["seq"]) == ({"status": "packed"}, 1)

    async def test_what_was_missed_comes_again_and_only_the_last_state_of_it(self):
        for status in ("packed", "sent"):
            await sync_to_async(set_status)(self.order, status)
        async with await Connection.open(application, self.ada) as ada:
            assert await ada.subscribe(self.topic, after=0) == {"head": 2}
            event = await ada.hears("status")
            assert (event["data"], event["seq"], event["prev"]) == ({"status": "sent"}, 2, 0)
            await ada.subscribe(self.topic, after=2)
            assert await ada.has_heard_nothing("status")

    async def test_what_is_rolled_back_is_not_told_and_leaves_no_hole(self):
        async with await Connection.open(application, self.ada) as ada:
            await ada.subscribe(self.topic)
            await sync_to_async(set_status_and_fail)(self.order, "lost")
            await sync_to_async(set_status)(self.order, "packed")
            assert (await ada.hears("status"))["seq"] == 1

    async def test_nobody_else_hears_it(self):
        async with await Connection.open(application, self.bob) as bob:
            for topic in (self.topic, "order.999", "order.x"):
                with self.assertRaisesRegex(Refused, "not_found"):
                    await bob.subscribe(topic)
            with self.assertRaisesRegex(Refused, "not_subscribed"):
                await bob.send("order.point", self.topic, {"x": 1, "y": 2})

    async def test_a_command_is_told_to_all_who_listen_and_is_not_kept(self):
        async with await Connection.open(application, self.ada) as here:
            await here.subscribe(self.topic)
            assert await here.send("order.point", self.topic, {"x": 0.5, "y": 0.25}) == {}
            point = await here.hears("point")
            assert point["data"] == {"user": self.ada.pk, "x": 0.5, "y": 0.25}
            assert "seq" not in point
            with self.assertRaisesRegex(Refused, "bad_command"):
                await here.send("order.point", self.topic, {"x": "left", "y": 0})

    async def test_a_stranger_is_refused(self):
        with self.assertRaises(Refused):
            await Connection.open(application, None)


def set_status_and_fail(order: Order, status: str) -> None:
    with transaction.atomic():
        set_status(order, status)
        transaction.set_rollback(True)
