"""How much one person may start in an hour; counted in the cache, so per process without Redis."""

from django.core.cache import cache

from realtime.errors import RateLimited

HOUR_SECONDS = 3600
# Far above what a person does by hand, far below what fills a sidebar or floods others' with entries.
AN_HOUR = {"room": 20, "join": 100, "direct": 60, "invitation": 200}
SENTENCES = {
    "room": "You have made {} rooms in the last hour. Wait a little before the next.",
    "join": "You have joined {} rooms in the last hour. Wait a little before the next.",
    "direct": "You have started {} conversations in the last hour. Wait a little before the next.",
    "invitation": "You have invited {} people in the last hour. Wait a little before the next.",
}


def spend(user_id: int, what: str, amount: int = 1) -> None:
    """Count `amount` more of `what` for that person, or raise RateLimited and count nothing."""
    key = f"spent:{what}:{user_id}"
    cache.add(key, 0, HOUR_SECONDS)
    try:
        spent = cache.incr(key, amount)
    except ValueError:  # It ran out between the two calls.
        return
    if spent > AN_HOUR[what]:
        cache.decr(key, amount)
        raise RateLimited(SENTENCES[what].format(AN_HOUR[what]), retry_after=HOUR_SECONDS / 2)
