from django.contrib.auth.views import LoginView
from django.urls import include, path
from shop import views

urlpatterns = [
    path("", views.orders),
    path("orders/<int:order_id>/", views.order),
    path("orders/<int:order_id>/pack/", views.pack),
    path("orders/<int:order_id>/ship/", views.ship),
    path("accounts/login/", LoginView.as_view(template_name="login.html"), name="login"),
    path("notifications/", include("notifications.bell_urls")),
]
