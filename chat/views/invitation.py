"""The page of an invitation link: who invites to which rooms, and the form to join, or to create an account."""

from allauth.account.views import SignupView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from chat import rate_limits, services
from realtime.shared.errors import CommandError, NotFound


class InvitationView(SignupView):
    """The form that creates an account, for a person who was invited. The account exists before its memberships.

    A use of the link is counted before the account is created, so that two people cannot both take the last one.
    """

    template_name = "chat/invitation.html"

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            self.link, self.rooms = services.find_usable_link(kwargs["key"])
        except NotFound as error:
            return show_unusable(request, error)
        if request.user.is_authenticated:
            return accept(request, self.link) if request.method == "POST" else self.show(is_member=True)
        return super().dispatch(request, *args, **kwargs)

    def is_open(self) -> bool:
        return services.admits_newcomers(self.link)

    def closed(self) -> HttpResponse:
        """Show the invitation to people with an account: this link lets nobody create one."""
        return self.show()

    def form_valid(self, form) -> HttpResponse:
        try:
            services.take_use(self.link)
        except NotFound as error:
            return show_unusable(self.request, error)
        try:
            response = super().form_valid(form)
        finally:
            user = getattr(self, "user", None)
            if user is None:
                services.return_use(self.link)
        if user is None:
            return response
        try:
            return redirect("room", services.join_by_link(self.link, user, is_counted=True).pk)
        except CommandError as error:
            services.return_use(self.link)
            return show_unusable(self.request, error)

    def get_success_url(self) -> str:
        return reverse("home")

    def get_context_data(self, **kwargs) -> dict:
        return super().get_context_data(**kwargs) | self.invitation()

    def show(self, **more) -> HttpResponse:
        return render(self.request, self.template_name, self.invitation() | more)

    def invitation(self) -> dict:
        address = reverse("invitation", args=[self.link.key])
        return {"link": self.link, "rooms": self.rooms, "address": address}


def accept(request: HttpRequest, link) -> HttpResponse:
    """Join the rooms of the link, and open the first one."""
    try:
        rate_limits.joins.spend(request.user.pk, len(link.rooms.all()))
        return redirect("room", services.join_by_link(link, request.user).pk)
    except CommandError as error:
        return show_unusable(request, error)


def show_unusable(request: HttpRequest, error: CommandError) -> HttpResponse:
    """Show why an invitation cannot be used. An expired link and one that never existed have the same page."""
    status = 404 if isinstance(error, NotFound) else 403
    return render(request, "chat/invitation_unusable.html", {"reason": error.message}, status=status)
