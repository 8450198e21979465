"""The rate limits of the chat: far above what a person does by hand, far below what would flood others."""

from django.utils.translation import gettext_lazy as _

from chat.conf import limits
from realtime.shared.rate_limit import HOUR_SECONDS, MINUTE_SECONDS, ProcessRateLimit, SharedRateLimit

# Over all connections of a user, and forms. Counted in the process, because a post must not wait for a cache. Posts
# through another process are charged when their events arrive (RoomTopic.count_elsewhere).
posts = ProcessRateLimit(
    limits.POSTS_PER_10_SECONDS, 10, _("You're sending messages too quickly."), burst=limits.POSTS_BURST
)

reactions = ProcessRateLimit(
    limits.REACTIONS_PER_10_SECONDS, 10, _("You're reacting too quickly."), burst=limits.REACTIONS_BURST
)

rooms = SharedRateLimit("room", 20, HOUR_SECONDS, _("You're creating rooms too quickly."))
joins = SharedRateLimit("join", 100, HOUR_SECONDS, _("You're joining rooms too quickly."))
conversations = SharedRateLimit("direct", 60, HOUR_SECONDS, _("You're starting conversations too quickly."))
invitations = SharedRateLimit("invitation", 200, HOUR_SECONDS, _("You're inviting people too quickly."))
levels = SharedRateLimit("level", 300, HOUR_SECONDS, _("You're changing what you're notified of too quickly."))
# The switcher searches while a user types.
searches = ProcessRateLimit(120, MINUTE_SECONDS, _("You're searching too quickly."), burst=60)
# Each returns a page of messages. A client that reconnects fetches the state of each room that it has open: far fewer.
room_states = SharedRateLimit("state", 300, MINUTE_SECONDS, _("You're opening rooms too quickly."))
linked_messages = SharedRateLimit("linked", 300, MINUTE_SECONDS, _("You're opening rooms too quickly."))
# A pointer that rests on a reaction asks who it was.
reaction_lists = ProcessRateLimit(240, MINUTE_SECONDS, _("You're opening too many lists of reactions."), burst=120)
profile_cards = SharedRateLimit("card", 120, MINUTE_SECONDS, _("You're opening profiles too quickly."))
