"""The sender of an upload request: the sign-in, and the check that the request comes from a page of this site."""

from typing import NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.identity.authentication import find_language, find_visitor
from accounts.identity.credentials import Credentials
from files.uploads.requests import UploadRequest
from realtime.engine.origin import is_our_host, is_trusted
from realtime.shared.address import client_address, network_of
from realtime.shared.errors import Forbidden, RateLimited, Unavailable
from realtime.shared.http import SignedOut
from realtime.shared.rate_limit import ProcessRateLimit
from realtime.shared.texts import lazy_text as _

# Each is a look-up of a session. An office behind one address, whose files are uploaded in one request each.
requests_of_address = ProcessRateLimit(100, 1, burst=1000)


class Visit(NamedTuple):
    """The user and the credentials of a request."""

    user: AbstractBaseUser
    credentials: Credentials


async def sign_in(request: UploadRequest) -> Visit:
    if wait := requests_of_address.take(network_of(client_address(request.scope))):
        raise RateLimited(_("There are too many uploads from your network."), retry_after=wait)
    (user, credentials), refusal = await find_visitor(request.headers)
    if credentials is None or not isinstance(user, AbstractBaseUser):
        raise Unavailable(retry_after=5) if refusal and refusal.status == 503 else SignedOut
    return Visit(user, credentials)


def check_origin(request: UploadRequest) -> None:
    """Refuse the pages of other sites: the browser sends its cookie whatever page makes the request.

    Browsers send no Origin with GET and HEAD of the same site. Pages of other sites cannot read their responses.
    """
    is_safe = request.method in ("GET", "HEAD") and b"origin" not in request.headers
    has_token = b"authorization" in request.headers
    scheme = request.scope.get("scheme", "http")
    if not (is_our_host(request.headers) if is_safe or has_token else is_trusted(request.headers, scheme)):
        raise Forbidden(_("This page may not upload files here."))


def find_request_language(request: UploadRequest, visit: Visit | None) -> str:
    return (
        find_language(visit.user, visit.credentials, request.headers)
        if visit
        else find_language(AnonymousUser(), None, request.headers)
    )
