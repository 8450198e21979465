"""How much one person may start, and ask for."""

from accounts import allowance
from realtime.conf import limits

# Far above what a person does by hand, far below what fills a sidebar or floods others' with entries.
AN_HOUR = {"room": 20, "join": 100, "direct": 60, "invitation": 200, "level": 300}
SENTENCES = {
    "room": "You have made {} rooms in the last hour. Wait a little before the next.",
    "join": "You have joined {} rooms in the last hour. Wait a little before the next.",
    "direct": "You have started {} conversations in the last hour. Wait a little before the next.",
    "level": "You have changed what you hear of rooms {} times in the last hour. Wait a little before the next.",
    "invitation": "You have invited {} people in the last hour. Wait a little before the next.",
}


# A client that comes back asks for the state of each room that it has open: far fewer.
STATES_A_MINUTE = 300
# One for each press on a name.
CARDS_A_MINUTE = 120
# As many as a connection may post in a minute (realtime/conf.py).
POSTS_A_MINUTE = 6 * limits.POSTS_PER_10_SECONDS


def spend_state(user_id: int) -> None:
    """Count a state of a room, which is a page of messages. Raises RateLimited."""
    sentence = f"You have asked for {STATES_A_MINUTE} rooms in the last minute. Wait a little before the next."
    allowance.spend(user_id, "state", STATES_A_MINUTE, sentence, seconds=60)


def spend_card(user_id: int) -> None:
    """Count a profile card. Raises RateLimited."""
    sentence = f"You have opened {CARDS_A_MINUTE} profiles in the last minute. Wait a little before the next."
    allowance.spend(user_id, "card", CARDS_A_MINUTE, sentence, seconds=60)


def spend_post(user_id: int) -> None:
    """Count a message that is posted by a form. Raises RateLimited."""
    sentence = "You're sending messages too quickly. Wait a little before the next."
    allowance.spend(user_id, "post", POSTS_A_MINUTE, sentence, seconds=60)


def spend(user_id: int, what: str, amount: int = 1) -> None:
    """Count `amount` more of `what` for that person, or raise RateLimited and count nothing."""
    allowance.spend(user_id, what, AN_HOUR[what], SENTENCES[what].format(AN_HOUR[what]), amount=amount)
