from django import template
from django.urls import reverse

from notifications.delivery.push.devices import list_devices
from notifications.delivery.push.keys import find_keys

register = template.Library()

ACTIONS = ("rename", "remove", "test")


@register.simple_tag
def devices_data(user) -> dict:
    """Return the initial data of the devices section: the user's devices, the site's public key, and the URLs."""
    urls = {"state": reverse("push_devices"), "register": reverse("push_register"), "see": reverse("push_see")}
    urls |= {action: reverse(f"push_{action}", args=[0]).replace("/0/", "/{id}/") for action in ACTIONS}
    worker = reverse("service_worker")
    return {"devices": list_devices(user), "key": find_keys().public, "urls": urls, "worker": worker}
