"""How much of something one person may do in some time; counted in the cache, so per process without Redis."""

from django.core.cache import cache

from realtime.shared.errors import RateLimited

HOUR_SECONDS = 3600


def spend(user_id: int, what: str, most: int, sentence: str, *, amount: int = 1, seconds: int = HOUR_SECONDS) -> None:
    """Count `amount` more of `what` for that person, or raise RateLimited with the sentence and count nothing."""
    key = f"spent:{what}:{user_id}"
    cache.add(key, 0, seconds)
    try:
        spent = cache.incr(key, amount)
    except ValueError:  # It ran out between the two calls.
        return
    if spent > most:
        cache.decr(key, amount)
        raise RateLimited(sentence, retry_after=seconds / 2)
