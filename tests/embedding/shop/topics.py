import msgspec
from shop.models import Order

from realtime.engine.publish import announce
from realtime.engine.topics import Topic, command
from realtime.shared.events import Event


class Point(msgspec.Struct, forbid_unknown_fields=True):
    """Where a customer points in the picture of their order."""

    x: float
    y: float


class OrderTopic(Topic):
    """One order, for its customer: `order.7`."""

    prefix = "order"

    @classmethod
    def authorize(cls, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
        theirs = Order.objects.filter(pk__in={order_id for _, order_id in pairs}).values_list("customer_id", "pk")
        return pairs & set(theirs)

    def missed(self, after: int, limit: int) -> list[Event]:
        return [order_event(order) for order in Order.objects.filter(pk=self.id, seq__gt=after)]

    @command("order.point", Point)
    async def point(self, session, data: Point) -> dict:
        announce(self.name, "point", {"user": session.user_id, "x": data.x, "y": data.y})
        return {}


def order_event(order: Order) -> Event:
    return Event(f"order.{order.pk}", "status", {"status": order.status}, seq=order.seq)
