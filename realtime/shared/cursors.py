"""Cursors of pages: where the next page starts, signed, so that it is always behind a row that somebody was shown."""

from django.core import signing


def make_cursor(listing: str, *position: str | int) -> str:
    """Return the cursor of a position in a listing: the sort key of the last row that was shown, and its id."""
    return _signer(listing).sign_object(list(position))


def read_cursor(listing: str, cursor: str | None) -> list | None:
    """Return the position; None, the start, where the cursor is not one that we made for this listing.

    Nothing is looked up: a row's id in its place would tell where that row stands, also to those who may not see it.
    """
    if not cursor:
        return None
    try:
        return _signer(listing).unsign_object(cursor)
    except signing.BadSignature:
        return None


def _signer(listing: str) -> signing.Signer:
    return signing.Signer(salt=f"realtime.cursors.{listing}")
