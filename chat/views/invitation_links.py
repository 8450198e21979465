"""The page with the invitation links of a room: create, copy, show as a QR code, and revoke them."""

import io

import segno
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages.view_decorators import takes_form_of
from accounts.sign_in.email_queue import send_later
from chat import rate_limits, services
from chat.models import InvitationLink, Membership
from chat.pages.invitation_forms import InvitationLinkForm
from chat.permissions import may
from chat.views.refusals import refused_in_words
from chat.views.visible_rooms import own_membership
from realtime.shared.errors import CommandError, Forbidden

LINKS_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@refused_in_words("room_settings")
def invitation_links(request: HttpRequest, room_id: int) -> HttpResponse:
    """Show the links of a room, and create one."""
    membership = inviting_membership(request, room_id)
    form = InvitationLinkForm(request.POST or None, membership=membership, has_email=settings.ACCOUNTS_BY_EMAIL)
    if request.method == "POST" and form.is_valid():
        emails = form.cleaned_data.get("emails", [])
        try:
            rate_limits.invitations.spend(request.user.pk, 1 + len(emails))
            link = services.create_invitation_link(request.user, **form.terms)
        except CommandError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, gettext("The link is ready. Copy it, and send it to the people you invite."))
            if emails:
                email_invitations(request, link, emails)
            return redirect("room_invitation_links", room_id)
    links = list(visible_links(membership)[:LINKS_SHOWN])
    open_rooms = services.find_open_rooms(links)
    for link in links:
        # With the address one can join the link's other rooms, too. So only its creator sees it.
        is_own = link.by_id == request.user.pk
        link.address = address_of(request, link) if is_own else ""
        link.others = [room for room in link.rooms.all() if room.pk != room_id] if is_own else []
        link.is_usable = room_id in {room.pk for room in open_rooms[link.pk]}
    context = {"room": membership.room, "form": form, "links": links, "admits": may_invite_newcomers(request)}
    return render(request, "chat/invitation_links.html", context, status=422 if form.errors else 200)


@takes_form_of("room_invitation_links")
@refused_in_words("room_invitation_links")
def revoke_link(request: HttpRequest, room_id: int, link_id: int) -> HttpResponse:
    """Revoke a link: it works for nobody any more."""
    membership = inviting_membership(request, room_id)
    link = visible_links(membership).filter(pk=link_id).first()
    if link is not None:  # otherwise it is gone already
        services.revoke_invitation_link(link, membership.room, request.user)
        messages.success(request, gettext("The link no longer works."))
    return redirect("room_invitation_links", room_id)


@require_safe
def show_code(request: HttpRequest, room_id: int, link_id: int) -> HttpResponse:
    """Show a link as a QR code, black on white, as cameras expect it."""
    try:
        membership = inviting_membership(request, room_id)
    except CommandError as error:
        raise Http404 from error
    link = get_object_or_404(visible_links(membership), pk=link_id, by=request.user.pk)
    code = segno.make(address_of(request, link), error="m")
    image = io.BytesIO()
    code.save(image, kind="svg", scale=6, border=4, light="#fff")
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, no-store"}
    return HttpResponse(image.getvalue(), content_type="image/svg+xml", headers=headers)


def inviting_membership(request: HttpRequest, room_id: int) -> Membership:
    """Return the user's membership, if they may invite people to the room. Raises NotFound or Forbidden."""
    membership = own_membership(request.user, room_id)
    if not may(membership, "invite"):
        raise Forbidden
    return membership


def visible_links(membership: Membership) -> QuerySet[InvitationLink]:
    """Return the usable links of a room that a member sees, newest first: their own; all if they may remove members."""
    links = InvitationLink.objects.usable().filter(rooms=membership.room_id).select_related("by")
    if not may(membership, "remove"):
        links = links.filter(by=membership.user_id)
    return links.prefetch_related("rooms").order_by("-pk")


def may_invite_newcomers(request: HttpRequest) -> bool:
    return settings.SIGNUP_OPEN or request.user.has_perm("chat.invite_newcomers")


def address_of(request: HttpRequest, link: InvitationLink) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[link.key]))


def email_invitations(request: HttpRequest, link: InvitationLink, emails: list[str]) -> None:
    """Send the link by email, after the response."""
    rooms = [room.name for room in services.open_rooms(link)]
    context = {"by": request.user, "rooms": rooms, "address": address_of(request, link), "expires_at": link.expires_at}

    def send(request: HttpRequest) -> None:
        for email in emails:
            get_adapter(request).send_mail("chat/email/invitation", email, context)

    send_later(request, send)
    text = ngettext("It is sent to %(count)s address.", "It is sent to %(count)s addresses.", len(emails))
    messages.info(request, text % {"count": len(emails)})
