from django.urls import include, path

from accounts.pages import views
from accounts.pages.page_errors import report_page_error

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("tokens/", views.add_token, name="token_new"),
    path("tokens/<int:token_id>/revoke/", views.revoke_token, name="token_revoke"),
    path("sign-out-everywhere/", views.end_sessions, name="sessions_end"),
    path("me.json", views.me, name="me"),
    path("page-errors.json", report_page_error, name="page_errors"),
    path("", include("allauth.account.urls")),
]
