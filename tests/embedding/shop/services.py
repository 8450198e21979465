from django.db import transaction
from shop.models import Order
from shop.topics import order_event

from realtime.engine.publish import publish
from realtime.engine.sequences import number_each


@transaction.atomic
def set_status(order: Order, status: str) -> None:
    """Change where an order is, and tell its page."""
    [order.seq] = number_each([f"order.{order.pk}"])
    order.status = status
    order.save(update_fields=["status", "seq"])
    publish([order_event(order)])
