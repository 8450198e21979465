from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

PAGE = engines["django"].from_string("{% load live_bell %}<header>{% live_bell %}</header>")


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(PAGE.render({}, request))


urlpatterns = [
    path("", page),
    path("admin/", admin.site.urls),
    path("notifications/", include("notifications.bell_urls")),
]
