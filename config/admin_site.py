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

# The admin's own scripts (jQuery, Select2) write HTML, and know nothing of Trusted Types.
ADMIN_CSP: dict[str, list[str]] = {
    name: sources for name, sources in settings.SECURE_CSP.items() if "trusted-types" not in name
}


class HubbubAdminSite(AdminSite):
    """Django's own admin, with a live page of the connections that are open now."""

    site_header = f"{settings.SITE_NAME} admin"
    site_title = site_header
    index_template = "admin/hubbub_index.html"

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        # Not on the method itself: the decorator takes the first argument for the request.
        return secure_admin_login(super().login)(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:  # type: ignore[override]
        """Ask on the page that asks about what is unsent, and leaves nothing of the person in the browser."""
        return redirect("account_logout")

    def admin_view(self, view, cacheable: bool = False):
        return csp_override(ADMIN_CSP)(super().admin_view(view, cacheable))

    def get_urls(self) -> list:
        return [path("connections/", self.admin_view(self.connections), name="connections"), *super().get_urls()]

    def connections(self, request: HttpRequest) -> HttpResponse:
        """Show who is connected; the rows come over a connection of the page's own, from every process."""
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return TemplateResponse(
            request, "admin/connections.html", {**self.each_context(request), "title": "Open connections"}
        )
