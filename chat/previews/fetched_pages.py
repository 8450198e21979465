"""The pages and images that were fetched within the hour, for the whole site: `FetchedPage`, and how it is filled."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from django.utils import timezone

from chat.conf import limits
from chat.models import FetchedPage, PreviewImage
from chat.previews.claims import claim_pages
from chat.previews.fetches import Fetched, fetch_image, fetch_page
from chat.previews.images import try_image
from chat.text.outside_links import digest_of
from realtime.shared.metrics import counters

State = FetchedPage.State


def fetch_pages(addresses: Mapping[str, str]) -> dict[str, FetchedPage]:
    """Return what is known of these addresses, by digest, after fetching those that nobody fetched within the hour.

    A page that another process is fetching has the state `fetching`. One whose host is busy is missing.
    """
    fetched = fetch_each(addresses, fetch_page)
    images = fetch_images([result.facts.image for _, result in fetched if result and result.facts.image])
    for page, result in fetched:
        conclude(page, result, images)
    return read_pages(addresses)


def fetch_images(urls: Iterable[str]) -> dict[str, FetchedPage]:
    """Do the same with the images of pages. They are rows of the same table: pages of one site often share an image."""
    addresses = {digest_of(url): url for url in urls}
    for page, result in fetch_each(addresses, fetch_image):
        conclude(page, result, {})
    return read_pages(addresses)


def fetch_each(
    addresses: Mapping[str, str], fetch: Callable[[str], Fetched | None]
) -> list[tuple[FetchedPage, Fetched | None]]:
    """Claim addresses and fetch those that are ours, several at once."""
    ours = claim_pages(addresses, timezone.now()) if addresses else []
    if not ours:
        return []
    with ThreadPoolExecutor(limits.PREVIEW_FETCHES_AT_ONCE, thread_name_prefix="preview") as pool:
        return list(zip(ours, pool.map(fetch, [addresses[page.digest] for page in ours]), strict=True))


def conclude(page: FetchedPage, fetched: Fetched | None, images: Mapping[str, FetchedPage]) -> None:
    """Store what was fetched, or that there is nothing to show. `images`: what is known of the images of pages."""
    page.state = State.NOTHING
    if fetched is not None:
        page.image = try_image(fetched.image) if fetched.image else find_image(fetched.facts.image, images)
        if fetched.is_page or page.image is not None:
            page.state = State.FOUND
            page.title, page.description, page.site = fetched.facts[:3]
    counters.note_fetched_page(str(page.state))
    page.save()


def find_image(url: str, images: Mapping[str, FetchedPage]) -> PreviewImage | None:
    found = images.get(digest_of(url))
    return found.image if found else None


def read_pages(digests: Iterable[str]) -> dict[str, FetchedPage]:
    return {page.digest: page for page in FetchedPage.objects.filter(digest__in=digests).select_related("image")}
