"""The reset of rate limits between tests, which use the same users and addresses."""

from math import inf

from django.core.cache import cache

from accounts.pages import page_errors
from chat import rate_limits
from notifications.streams import api as stream_api
from notifications.streams import tokens as stream_tokens
from realtime.engine import admission


def forget_spent() -> None:
    """Reset all rate limits: those counted in the cache, and those of this process."""
    cache.clear()
    for limit in (
        admission.handshakes,
        page_errors.all_reports,
        rate_limits.posts,
        stream_api.news_limit,
        stream_api.value_limit,
        stream_tokens.wrong_tokens,
    ):
        limit.sweep(inf)
