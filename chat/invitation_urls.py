"""The URLs of invitation links."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.decorators.cache import never_cache

from chat.views import invitation_links
from chat.views.invitation import InvitationView

urlpatterns = [
    path("invitations/<str:key>/", login_not_required(never_cache(InvitationView.as_view())), name="invitation"),
    path("rooms/<id:room_id>/invitation-links/", invitation_links.invitation_links, name="room_invitation_links"),
    path(
        "rooms/<id:room_id>/invitation-links/<id:link_id>/revoke/",
        invitation_links.revoke_link,
        name="invitation_revoke",
    ),
    path(
        "rooms/<id:room_id>/invitation-links/<id:link_id>/code.svg", invitation_links.show_code, name="invitation_code"
    ),
]
