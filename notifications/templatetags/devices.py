from django import template
from django.urls import reverse

from notifications.delivery.push.devices import list_devices
from notifications.delivery.push.keys import find_keys

register = template.Library()

DEEDS = ("rename", "remove", "test")


@register.simple_tag
def devices_data(user) -> dict:
    """Return what the section of a person's devices begins with: the devices, the site's key, the addresses."""
    urls = {"state": reverse("push_devices"), "register": reverse("push_register"), "see": reverse("push_see")}
    urls |= {deed: reverse(f"push_{deed}", args=[0]).replace("/0/", "/{id}/") for deed in DEEDS}
    worker = reverse("service_worker")
    return {"devices": list_devices(user), "key": find_keys().public, "urls": urls, "worker": worker}
