"""An admin whose changes are services' and whose rows are never deleted behind the log's back."""

from collections.abc import Callable, Iterable

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from realtime.shared.errors import CommandError


class ServiceAdmin(admin.ModelAdmin):
    """No row is deleted: a deleted one would leave the log, and nobody would be told."""

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def changeform_view(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        """Show a service's refusal above the form."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except CommandError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def do_to_each(self, request: HttpRequest, rows: Iterable, service: Callable, done: str) -> None:
        """Call a service for each row, and say how many it did and why it refused the others."""
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
