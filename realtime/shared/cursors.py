"""Page cursors: the signed position after which the next page begins. Signed, so that clients cannot choose one."""

from django.core import signing


def make_cursor(listing: str, *position: str | int) -> str:
    """Return the cursor of a position in a listing: the sort key of the last row on the page, and its id."""
    return _signer(listing).sign_object(list(position))


def read_cursor(listing: str, cursor: str | None) -> list | None:
    """Return the position; None, the start, where the cursor was not made by us for this listing.

    The position itself is in the cursor. A mere row id, looked up here, would reveal where a row stands to users who
    may not see it.
    """
    if not cursor:
        return None
    try:
        return _signer(listing).unsign_object(cursor)
    except signing.BadSignature:
        return None


def _signer(listing: str) -> signing.Signer:
    return signing.Signer(salt=f"realtime.cursors.{listing}")
