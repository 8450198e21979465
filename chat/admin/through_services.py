"""An admin that changes rows through services, and deletes none."""

from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from realtime.shared.errors import CommandError


class ServiceAdmin(admin.ModelAdmin):
    """No row is deleted: the events of a topic are made of its rows, and clients would not learn of the deletion."""

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show the error of a service above the form."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except CommandError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def do_to_each(self, request: HttpRequest, rows: Iterable, service: Callable, done: str) -> None:
        """Call a service for each row. Show how many succeeded, and the errors of up to ten others."""
        refusals = {}
        number = 0
        for row in rows:
            try:
                service(row)
                number += 1
            except CommandError as error:
                refusals[str(row)] = error.message
        if number:
            self.message_user(request, f"{done}: {number}.", messages.SUCCESS)
        for name, reason in list(refusals.items())[:10]:
            self.message_user(request, f"{name}: {reason}", messages.WARNING)
