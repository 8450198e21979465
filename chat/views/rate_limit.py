"""How much one person may start in an hour."""

from accounts import allowance

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
    allowance.spend(user_id, what, AN_HOUR[what], SENTENCES[what].format(AN_HOUR[what]), amount=amount)
