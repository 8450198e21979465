"""The page of the notification settings: show them, preview a change, save it."""

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
from notifications.rules.decisions import Rules, no_mail
from notifications.rules.forms.settings import SettingsForms
from notifications.rules.preferences import save_preferences, set_do_not_disturb
from notifications.rules.preview import Preview, find_preview
from notifications.rules.settings_diff import find_changes
from notifications.rules.snooze_durations import find_waking

SETTINGS = "notification_preferences"
# How long the buttons of "do not disturb" keep quiet; until tomorrow is until its morning, and off is nothing.
QUIET = {"30m": timedelta(minutes=30), "2h": timedelta(hours=2), "tomorrow": None, "off": None}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    return (change if request.method == "POST" else show)(request)


def show(request: PersonRequest) -> HttpResponse:
    """Show what a person chose, and what is usual."""
    return draw(request, SettingsForms(request.user.pk, now=timezone.now()))


def change(request: PersonRequest) -> HttpResponse:
    """Save; or only try out, reset a level, use Monday's hours every day. What was filled in stays."""
    deed, _, what = request.POST.get("do", "save").partition(" ")
    forms = SettingsForms(request.user.pk, adjusted(request.POST, deed, what), now=timezone.now())
    if not forms.are_valid():
        return draw(request, forms, status=422)
    if deed != "save":
        return draw(request, forms)
    save_preferences(request.user.pk, forms.wishes())
    messages.success(request, gettext("Your settings are saved."))
    return redirect(SETTINGS)


def adjusted(data: QueryDict, deed: str, what: str) -> QueryDict:
    """Return what was filled in, changed as the pressed button says."""
    data = data.copy()
    if deed == "reset":
        data[f"level-{what}"] = "mentions"
    if deed == "copy":
        for name in ("quiet", "from", "to"):
            for day in range(1, 7):
                data.setlist(f"{name}-{day}", data.getlist(f"{name}-0"))
    return data


@never_cache
@takes_form_of(SETTINGS)
def preview(request: PersonRequest) -> HttpResponse:
    """Show what the filled-in form would have done, as a part of the page: what its script asks for."""
    now = timezone.now()
    forms = SettingsForms(request.user.pk, request.POST, now=now)
    if not forms.are_valid():
        return render(request, "notifications/_preview_later.html", {"errors": forms.errors()}, status=422)
    return render(request, "notifications/_preview.html", {"preview": try_out(forms, now)})


def try_out(forms: SettingsForms, now: datetime) -> Preview:
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
        "preview": try_out(forms, now) if request.method == "POST" and not errors else None,
        "lacking": find_lacking(forms.before.rules),
        "zone": zone.key.replace("_", " "),
        "clock_there": clock_time(now.astimezone(zone).time()),
        "quiet_until": until if until and until > now else None,
    }
    return render(request, "notifications/preferences.html", context, status=status)


def find_lacking(rules: Rules) -> dict[str, str]:
    """Return the channels by which nothing can come now, and for want of what."""
    lacking = {} if rules.has_device else {"push": "device"}
    mail = {reasons.NO_MAIL_SERVER: "server", reasons.MAIL_OFF: "off", reasons.NO_ADDRESS: "address"}.get(
        no_mail(rules)
    )
    return lacking | ({"mail": mail} if mail else {})


@takes_form_of(SETTINGS)
def do_not_disturb(request: PersonRequest) -> HttpResponse:
    """Keep pushes and mails back for a while, or no longer, and go back to where the button was."""
    word = request.POST.get("for", "")
    earlier = parse_until(request.POST.get("until", ""))
    if word not in QUIET and not earlier:
        return HttpResponseBadRequest(
            gettext("It is quiet for one of these: %(words)s.") % {"words": ", ".join(QUIET)}, content_type="text/plain"
        )
    until = earlier or find_end(word)
    set_do_not_disturb(request.user.pk, until)
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"until": until and until.isoformat()})
    said = (
        gettext("Do not disturb until %(time)s.") % {"time": soon_time(until)}
        if until
        else gettext("Do not disturb is off.")
    )
    messages.success(request, said)
    return redirect(find_back(request))


def parse_until(text: str) -> datetime | None:
    """Return a time that is still to come: what Undo brings back."""
    try:
        until = parse_datetime(text)
    except ValueError:
        return None
    return until if until is not None and timezone.is_aware(until) and until > timezone.now() else None


def find_end(word: str) -> datetime | None:
    if word == "off":
        return None
    length = QUIET[word]
    return timezone.now() + length if length else find_waking(word, timezone.localtime())


def find_back(request: PersonRequest) -> str:
    """Return the page that the button was on, if it is one of ours."""
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return reverse(SETTINGS)
    parts = urlsplit(came_from)
    page = parts.path + (f"?{parts.query}" if parts.query else "")
    return page if is_destination(page) else reverse(SETTINGS)
