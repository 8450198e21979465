"""The service worker's script: it receives pushes while no page is open, and has the offline page."""

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from accounts.identity.languages import script_catalogue_path
from notifications.conf import setting


# A worker's scope is the folder of its URL, so this one is at the root. The URL must never change, so the script only
# imports the module with the code, whose URL changes with its content.
@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    config = {
        "icon": static("hubbub/app-icons/icon-192.png"),
        "badge": static("hubbub/app-icons/badge-96.png"),
        "state": reverse("push_devices"),
        "register": reverse("push_register"),
        "read": reverse("notification_read"),
    }
    if page := setting("NOTIFICATIONS_OFFLINE_PAGE"):
        config["offline"] = import_string(page)()
    imports = [f"import {as_script(path)}\n"] if (path := script_catalogue_path()) else []
    imports.append(f"import {{ begin }} from {as_script(static('hubbub/js/worker/main.js'))}\n")
    script = f"{''.join(imports)}\nbegin({as_script(config)})\n"
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def as_script(value: object) -> str:
    return msgspec.json.encode(value).decode()
