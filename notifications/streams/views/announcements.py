from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.pages.view_decorators import SignedInRequest, json_page
from notifications.streams.announcements import dismiss_announcement
from notifications.streams.pages import announcement_state


@json_page
def current(request: SignedInRequest) -> dict:
    """Return the current announcements, and the seq from which to subscribe."""
    return announcement_state(request.user)


@require_POST
def dismiss(request: SignedInRequest, announcement_id: int) -> HttpResponse:
    """Dismiss an announcement, and redirect to the page with the button."""
    dismiss_announcement(request.user, announcement_id)
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return HttpResponseRedirect(back if is_ours else "/")
