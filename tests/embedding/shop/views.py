from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from shop.models import Order
from shop.services import set_status

from notifications.services import notify


@login_required
def orders(request: HttpRequest) -> HttpResponse:
    return render(request, "orders.html", {"orders": Order.objects.filter(customer=request.user)})


@login_required
def order(request: HttpRequest, order_id: int) -> JsonResponse:
    """Return the state of an order's topic, and the number at which it stands."""
    order = get_object_or_404(Order, pk=order_id, customer=request.user)
    return JsonResponse({"status": order.status, "seq": order.seq})


def pack(request: HttpRequest, order_id: int) -> HttpResponse:
    set_status(get_object_or_404(Order, pk=order_id), "packed")
    return HttpResponse("packed")


def ship(request: HttpRequest, order_id: int) -> HttpResponse:
    """Tell the customer that an order is on its way."""
    order = get_object_or_404(Order, pk=order_id)
    notify(
        to=order.customer, kind="shipped", target=order, title=f"{order.what} is on its way", url=f"/?order={order.pk}"
    )
    return HttpResponse("shipped")
