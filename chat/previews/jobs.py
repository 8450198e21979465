"""The scheduled jobs of previews: fetch what new messages link to, and delete what is no longer needed."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.utils import timezone

from chat import services
from chat.models import FetchedPage, PreviewRequest
from chat.previews.claims import KEPT, LATE, claim_requests, find_time_to_ask, release_request
from chat.previews.fetched_pages import fetch_pages
from chat.previews.fetches import shown_host_of
from chat.previews.images import delete_unused_images
from chat.services import FoundPreview
from chat.services.message_previews import links_of
from realtime.shared.scheduler import scheduler

MESSAGES_AT_ONCE = 12


def fetch_due_previews() -> None:
    """Fetch previews for all messages that are due, some at a time. Only this thread uses the database."""
    while not scheduler.is_stopping and (requests := claim_requests(timezone.now(), MESSAGES_AT_ONCE)):
        preview_messages(requests)


def preview_messages(requests: Collection[PreviewRequest]) -> None:
    wanted = {request: find_wanted(request) for request in requests}
    pages = fetch_pages({digest: url for links in wanted.values() for digest, url in links.items()})
    for request, links in wanted.items():
        found = {digest: as_preview(pages[digest], url) for digest, url in links.items() if is_found(pages.get(digest))}
        if found:
            services.store_previews(request.message.room_id, request.pk, found)
        times = [time for digest in links if (time := find_time_to_ask(pages.get(digest)))]
        release_request(request, min(times, default=None))


def find_wanted(request: PreviewRequest) -> Mapping[str, str]:
    """Return the links for which previews are fetched, {digest: address}: none in a room that does not allow it."""
    is_late = timezone.now() - request.created_at > LATE
    if is_late or not settings.LINK_PREVIEWS or not request.message.room.has_link_previews:
        return {}
    return links_of(request.message)


def is_found(page: FetchedPage | None) -> bool:
    return page is not None and page.state == FetchedPage.State.FOUND


def as_preview(page: FetchedPage, url: str) -> FoundPreview:
    return FoundPreview(page.title, page.description, page.site, shown_host_of(url), page.image)


def delete_old_previews() -> None:
    """Delete what was fetched more than an hour ago, and images that nothing shows. Safe in any number of processes."""
    FetchedPage.objects.filter(fetched_at__lte=timezone.now() - KEPT).delete()
    delete_unused_images()
