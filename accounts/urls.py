from django.urls import include, path

from accounts import views

urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("tokens/", views.add_token, name="token_new"),
    path("tokens/<int:token_id>/revoke/", views.revoke_token, name="token_revoke"),
    path("sign-out-everywhere/", views.end_sessions, name="sessions_end"),
    path("me.json", views.me, name="me"),
    path("", include("allauth.account.urls")),
]
