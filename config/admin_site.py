from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.csp import csp_override

from realtime.engine.connections_topic import VIEW

# The admin's own scripts (jQuery, Select2) write HTML without Trusted Types.
ADMIN_CSP: dict[str, list[str]] = {
    name: sources for name, sources in settings.SECURE_CSP.items() if "trusted-types" not in name
}


class HubbubAdminSite(AdminSite):
    """Django's admin, with a live page of the open connections."""

    site_header = f"{settings.SITE_NAME} admin"
    site_title = site_header
    index_template = "admin/hubbub_index.html"

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        # Not as a decorator of the method, because it takes the first argument as the request.
        return secure_admin_login(super().login)(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # type: ignore[override]
        """Redirect to our own sign-out page, which asks about unsent messages and clears the browser's data."""
        return redirect("account_logout")

    def admin_view(self, view, cacheable: bool = False):
        return csp_override(ADMIN_CSP)(super().admin_view(view, cacheable))

    def get_urls(self) -> list:
        return [path("connections/", self.admin_view(self.connections), name="connections"), *super().get_urls()]

    def connections(self, request: HttpRequest) -> HttpResponse:
        """Show the page of open connections; its rows arrive over the page's own connection, from every process."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return TemplateResponse(
            request, "admin/connections.html", {**self.each_context(request), "title": "Open connections"}
        )
