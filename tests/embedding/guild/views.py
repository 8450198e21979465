from django.http import HttpRequest, HttpResponse
from django.template import engines

HALL = engines["django"].from_string("{% load live_bell %}<header>{% live_bell %}</header>")


def hall(request: HttpRequest) -> HttpResponse:
    return HttpResponse(HALL.render({}, request))
