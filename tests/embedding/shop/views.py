from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from shop.models import Order

from notifications.services import notify


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "orders.html", {"orders": Order.objects.filter(customer=request.user)})


def ship(request: HttpRequest, order_id: int) -> HttpResponse:
    """Tell the customer that an order is on its way."""
    order = get_object_or_404(Order, pk=order_id)
    notify(
        to=order.customer, kind="shipped", target=order, title=f"{order.what} is on its way", url=f"/?order={order.pk}"
    )
    return HttpResponse("shipped")
