"""The server side of the people picker: it searches, and keeps the people picked, also without a script."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from chat.pages.directory import find_people
from chat.pages.forms import PeopleForm, ids_in
from chat.views.people import PEOPLE_SHOWN, clean_query

SEARCH = "search"
MOST_PICKED = 100


class Picking:
    """One request of the people picker: a search, or the form with the people picked (`done`).

    `outside`: the room whose members are not offered.
    """

    def __init__(self, request: HttpRequest, *, outside=None) -> None:
        self.request = request
        self.outside = outside
        self.query = clean_query(request.POST.get("q", ""))
        self.searching = SEARCH in request.POST
        self.form = PeopleForm(request.POST if request.method == "POST" and not self.searching else None)
        self.done = self.form.is_bound and self.form.is_valid()

    @property
    def people(self) -> list:
        """The people picked, once `done`."""
        return list(self.form.cleaned_data["users"])

    def offered(self) -> QuerySet:
        return find_people(self.query, outside=self.outside).exclude(pk=self.request.user.pk)

    def picked(self) -> list:
        """Return the people whose boxes are ticked, so that a search does not lose them."""
        ids = ids_in(self.request.POST.getlist("users"))[:MOST_PICKED]
        return list(find_people("").filter(pk__in=ids)) if ids else []

    def render(self, template: str, **context: object) -> HttpResponse:
        picked = self.picked()
        offered = self.offered().exclude(pk__in=[person.pk for person in picked])
        context |= {"form": self.form, "query": self.query, "picked": picked, "offered": offered[:PEOPLE_SHOWN]}
        return render(self.request, template, context, status=422 if self.form.errors else 200)
