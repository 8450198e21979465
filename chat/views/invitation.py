"""The page behind an invitation link: who invites to which rooms, and how to join, with a new account or one's own."""

from allauth.account.views import SignupView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from chat import rate_limits, services
from realtime.shared.errors import CommandError, NotFound


class InvitationView(SignupView):
    """The form that creates an account, for an invited newcomer. The account exists before its memberships.

    A use of the link is counted before the account is made, so two people cannot take the last one together.
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
        """Show the invitation to people with an account: this link admits nobody else."""
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
    """Say why an invitation cannot be used. For a key that does not exist and one that expired it is the same page."""
    status = 404 if isinstance(error, NotFound) else 403
    return render(request, "chat/invitation_unusable.html", {"reason": error.message}, status=status)
