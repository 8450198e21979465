"""The views of the notification settings: show, preview, save, and "do not disturb"."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.pages.local_time import clock_time, soon_time
from accounts.pages.view_decorators import takes_form_of
from accounts.pages.views import PersonRequest
from notifications import reasons
from notifications.destinations import is_destination
from notifications.rules.decisions import Rules, no_email
from notifications.rules.forms.settings import SettingsForms
from notifications.rules.preferences import save_preferences, set_do_not_disturb
from notifications.rules.preview import Preview, find_preview
from notifications.rules.settings_diff import find_changes
from notifications.rules.snooze_durations import find_waking

SETTINGS = "notification_preferences"
# The durations of the "do not disturb" buttons. None: "tomorrow" ends in the morning, "off" ends it now.
QUIET = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "tomorrow": None, "off": None}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    return (change if request.method == "POST" else show)(request)


def show(request: PersonRequest) -> HttpResponse:
    """Show the user's settings."""
    return draw(request, SettingsForms(request.user.pk, now=timezone.now()))


def change(request: PersonRequest) -> HttpResponse:
    """Save; or only preview, reset a level, or copy Monday's hours. The page then still shows the unsaved choices."""
    action, _, argument = request.POST.get("do", "save").partition(" ")
    forms = SettingsForms(request.user.pk, adjusted(request.POST, action, argument), now=timezone.now())
    if not forms.are_valid():
        return draw(request, forms, status=422)
    if action != "save":
        return draw(request, forms)
    save_preferences(request.user.pk, forms.wishes())
    messages.success(request, gettext("Settings saved."))
    return redirect(SETTINGS)


def adjusted(data: QueryDict, action: str, argument: str) -> QueryDict:
    """Return the submitted data, changed as the button asks."""
    data = data.copy()
    if action == "reset":
        data[f"level-{argument}"] = "mentions"
    if action == "copy":
        for name in ("quiet", "from", "to"):
            for day in range(1, 7):
                data.setlist(f"{name}-{day}", data.getlist(f"{name}-0"))
    return data


@never_cache
@takes_form_of(SETTINGS)
def preview(request: PersonRequest) -> HttpResponse:
    """Render the preview of the submitted form, as the part of the page that its script fetches."""
    now = timezone.now()
    forms = SettingsForms(request.user.pk, request.POST, now=now)
    if not forms.are_valid():
        return render(request, "notifications/_preview_later.html", {"errors": forms.errors()}, status=422)
    return render(request, "notifications/_preview.html", {"preview": preview_forms(forms, now)})


def preview_forms(forms: SettingsForms, now: datetime) -> Preview:
    after = forms.after()
    changes = find_changes(forms.before, after, forms.labels)
    return find_preview(forms.preferences.user_id, forms.before, changes, after, now)


def draw(request: PersonRequest, forms: SettingsForms, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    errors = forms.errors()
    until = forms.preferences.do_not_disturb_until
    zone = forms.before.rules.zone
    context = {
        "forms": forms,
        "errors": errors,
        "preview": preview_forms(forms, now) if request.method == "POST" and not errors else None,
        "lacking": find_lacking(forms.before.rules),
        "zone": zone.key.replace("_", " "),
        "clock_there": clock_time(now.astimezone(zone).time()),
        "quiet_until": until if until and until > now else None,
    }
    return render(request, "notifications/preferences.html", context, status=status)


def find_lacking(rules: Rules) -> dict[str, str]:
    """Return the channels that cannot reach the user now, with the missing part."""
    lacking = {} if rules.has_device else {"push": "device"}
    mail = {reasons.NO_EMAIL_SERVER: "server", reasons.EMAIL_OFF: "off", reasons.NO_ADDRESS: "address"}.get(
        no_email(rules)
    )
    return lacking | ({"mail": mail} if mail else {})


@takes_form_of(SETTINGS)
def do_not_disturb(request: PersonRequest) -> HttpResponse:
    """Turn "do not disturb" on or off, and return to the page with the button."""
    word = request.POST.get("for", "")
    earlier = parse_until(request.POST.get("until", ""))
    if word not in QUIET and not earlier:
        return HttpResponseBadRequest(
            gettext("Choose one of: %(words)s.") % {"words": ", ".join(QUIET)}, content_type="text/plain"
        )
    until = earlier or find_do_not_disturb_end(word)
    set_do_not_disturb(request.user.pk, until)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"until": until and until.isoformat()})
    text = (
        gettext("Do not disturb until %(time)s.") % {"time": soon_time(until)}
        if until
        else gettext("Do not disturb is off.")
    )
    messages.success(request, text)
    return redirect(find_back(request))


def parse_until(text: str) -> datetime | None:
    """Return a time in the future, as Undo sends it to restore the earlier end; None for anything else."""
    try:
        until = parse_datetime(text)
    except ValueError:
        return None
    return until if until is not None and timezone.is_aware(until) and until > timezone.now() else None


def find_do_not_disturb_end(word: str) -> datetime | None:
    if word == "off":
        return None
    length = QUIET[word]
    return timezone.now() + length if length else find_waking(word, timezone.localtime())


def find_back(request: PersonRequest) -> str:
    """Return the page of the button if it is one of this site, else the settings page."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return reverse(SETTINGS)
    parts = urlsplit(came_from)
    page = parts.path + (f"?{parts.query}" if parts.query else "")
    return page if is_destination(page) else reverse(SETTINGS)
