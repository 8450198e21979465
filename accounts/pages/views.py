import re

import msgspec
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts import services
from accounts.identity.people import Person
from accounts.models import User
from accounts.pages.forms import EndSessionsForm, ProfileForm, TokenForm
from accounts.pages.view_decorators import takes_form_of
from realtime.shared.errors import RateLimited
from realtime.shared.rate_limit import HOUR_SECONDS, SharedRateLimit

# A new name or picture is published in every room of the user.
profile_changes = SharedRateLimit("profile", 30, HOUR_SECONDS, _("You're saving your profile too quickly."))
AVATAR_NAME = re.compile(r"[\w-]{1,80}\.webp")


class PersonRequest(HttpRequest):
    """A request that LoginRequiredMiddleware let through."""

    user: User


@require_http_methods(["GET", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            profile_changes.spend(request.user.pk)
        except RateLimited as error:
            form.add_error(None, error.message)
            return show_profile(request, form=form)
        form.save()
        messages.success(request, gettext("Profile saved."))
        return redirect("profile")
    return show_profile(request, form=form)


def show_profile(request: PersonRequest, **context: object) -> HttpResponse:
    context.setdefault("form", ProfileForm(user=request.user))
    context.setdefault("token_form", TokenForm(prefix="token"))
    context["end_sessions_form"] = EndSessionsForm(user=request.user)
    context["tokens"] = request.user.tokens.all()
    return render(request, "accounts/profile.html", context)


@takes_form_of("profile")
@never_cache
@reauthentication_required(app="allauth.account")
def add_token(request: PersonRequest) -> HttpResponse:
    """Create a token and show its key in the response: the key is not stored, so this is the only time.

    It asks for the password first. A token outlives the session, so somebody who finds a browser signed in could
    otherwise keep access.
    """
    form = TokenForm(request.POST, prefix="token")
    if form.is_valid():
        try:
            token, key = services.make_token(request.user, form.cleaned_data["name"])
            get_adapter(request).send_notification_mail("account/email/token_made", request.user, {"token": token})
            return show_profile(request, new_token=token, key=key)
        except ValidationError as error:
            form.add_error(None, error)
    return show_profile(request, token_form=form)


@takes_form_of("profile")
def revoke_token(request: PersonRequest, token_id: int) -> HttpResponse:
    token = get_object_or_404(request.user.tokens, pk=token_id)
    services.revoke_token(token)
    messages.success(request, gettext("Token “%(name)s” revoked. It no longer works.") % {"name": token.name})
    return redirect("profile")


@takes_form_of("profile")
def end_sessions(request: PersonRequest) -> HttpResponse:
    form = EndSessionsForm(request.POST, user=request.user)
    keep_tokens = form.is_valid() and form.cleaned_data.get("keep_tokens", False)
    services.end_sessions(request.user, keep_tokens=keep_tokens)
    logout(request)
    messages.success(request, gettext("You're signed out everywhere."))
    return redirect("account_login")


@require_GET
@never_cache
@login_not_required
def me(request: HttpRequest) -> HttpResponse:
    """Return the signed-in user, or 401. A script uses it to tell a refused connection from a lost network."""
    if not request.user.is_authenticated:
        return HttpResponse(b"{}", content_type="application/json", status=401)
    return HttpResponse(msgspec.json.encode(Person.of(request.user)), content_type="application/json")


@require_GET
def serve_avatar(_: HttpRequest, name: str) -> HttpResponse:
    """Return a picture from draw_avatar. Its name is random and never used again, so browsers may cache it."""
    path = f"avatars/{name}"
    if not AVATAR_NAME.fullmatch(name):
        raise Http404
    try:
        with default_storage.open(path) as file:
            response = HttpResponse(file.read(), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
