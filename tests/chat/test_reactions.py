"""Reactions: who may react, what is counted and published, the limits, and what becomes of reactions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Message, Reaction
from chat.services import Reacted, ReactionDraft
from chat.services.reaction_notifications import MOST_NOTIFIED
from chat.services.reactions import MOST_KINDS, MOST_TRIED
from chat.states.events import message_data
from chat.states.missed_events import measure_rooms
from chat.states.room_states import room_state
from chat.text.emojis import clean_emoji, qualified_emoji
from chat.views import people as views
from realtime.shared.errors import CommandError
from realtime.shared.events import Event
from tests.chat.pages import people, room_of, visit
from tests.chat.talk import lines, notices, notified_kinds, place, post, react

pytestmark = pytest.mark.django_db


def reactions(message) -> list[tuple[str, int]]:
    found = Message.objects.get(pk=message.pk).reactions or []
    return [(reaction["emoji"], reaction["count"]) for reaction in found]


def reaction_events(published) -> list[Event]:
    return [event for event in published if event.type == "reaction"]


def refusal(room, user, message, emoji="👍") -> str:
    """React in a way that is refused, and return the error's code."""
    with pytest.raises(CommandError) as refused:
        react(room, user, message, emoji)
    return refused.value.code


def test_a_reaction_is_an_event_of_its_own(ada, bob, room, published):
    message = post(room, ada)
    published.clear()
    seq = react(room, bob, message)
    [event] = reaction_events(published)
    assert (event.topic, event.type, event.seq) == (f"room.{room.pk}", "reaction", seq)
    assert event.data == {
        "message": message.pk, "emoji": "👍", "count": 1, "since": seq, "by": bob.pk, "on": True,
    }  # fmt: skip
    assert react(room, ada, message) == seq + 1
    assert react(room, bob, message, on=False) == seq + 2
    assert [event.data["count"] for event in reaction_events(published)] == [1, 2, 1]
    assert react(room, ada, message, on=False) == seq + 3
    assert (published[-1].data["count"], published[-1].data["since"], reactions(message)) == (0, None, [])
    message.refresh_from_db()
    assert message.seq == message.posted_seq


def test_the_same_again_changes_nothing(ada, room, published):
    message = post(room, ada)
    assert react(room, ada, message, on=False) == 0
    seq = react(room, ada, message)
    published.clear()
    assert react(room, ada, message) == seq
    assert (published, reactions(message)) == ([], [("👍", 1)])


def test_a_state_marks_the_own_ones_and_keeps_their_order(ada, bob, room):
    message = post(room, ada)
    post(room, ada)
    for user, emoji in ((ada, "🎉"), (bob, "👍🏽"), (bob, "🎉"), (ada, "❤️")):
        react(room, user, message, emoji)
    react(room, bob, message, "❤️")

    def shown(user):
        state, *_ = [each for each in room_state(place(user, room))["messages"] if each["id"] == message.pk]
        return [(each["emoji"], each["count"], each.get("mine", False)) for each in state["reactions"]]

    assert shown(ada) == [("🎉", 2, True), ("👍🏽", 1, False), ("❤️", 2, True)]
    assert shown(bob) == [("🎉", 2, True), ("👍🏽", 1, True), ("❤️", 2, True)]
    page = visit(bob).get(f"/rooms/{room.pk}/messages.json").json()
    assert [len(each.get("reactions", ())) for each in page["messages"] if each["kind"] == "text"] == [3, 0]
    assert sum("mine" in reaction for each in page["messages"] for reaction in each.get("reactions", ())) == 3


@pytest.mark.parametrize(
    ("typed", "emoji"),
    [
        *(("❤", "❤️"), ("❤️", "❤️"), ("👍🏽", "👍🏽"), ("👩‍❤‍👩", "👩‍❤️‍👩"), ("1⃣", "1️⃣"), ("🏳️‍🌈", "🏳️‍🌈")),
        *(("", None), ("a", None), ("1", None), ("👍👍", None), ("🏽", None), (":tada:", None), ("\ud83d", None)),
    ],
)
def test_one_emoji_in_one_form(typed, emoji):
    assert clean_emoji(typed) == emoji


def test_all_emoji_fit(ada, room):
    field = Reaction._meta.get_field("emoji")
    assert max(len(emoji) for emoji in qualified_emoji().values()) <= field.max_length
    assert refusal(room, ada, post(room, ada), "no emoji") == "invalid"


def test_members_react_in_rooms_that_are_open(ada, bob, eve, room):
    message = post(room, ada)
    other = room_of(bob, eve, name="other", kind="private")
    assert refusal(room, eve, message) == "not_found"
    assert refusal(other, eve, message) == "not_found"
    services.leave(room, bob)
    assert refusal(room, bob, message) == "not_found"
    direct = services.open_direct(ada, [bob])
    react(direct, bob, post(direct, ada))
    line = room.messages.filter(kind="system").first()
    assert (lines(room) != [], refusal(room, ada, line)) == (True, "not_found")
    services.archive(room, ada)
    assert refusal(room, ada, message) == "archived"


def test_limits_of_a_message_and_of_a_user(ada, bob, room):
    message = post(room, ada)
    emoji = list(qualified_emoji().values())
    for each in emoji[:MOST_KINDS]:
        react(room, bob, message, each)
    assert refusal(room, ada, message, emoji[MOST_KINDS]) == "invalid"
    react(room, ada, message, emoji[0])
    other = post(room, ada)
    for each in emoji[:MOST_TRIED]:
        react(room, bob, other, each)
        react(room, bob, other, each, on=False)
    assert refusal(room, bob, other, emoji[MOST_TRIED]) == "invalid"
    assert Reaction.objects.filter(message=other).count() == MOST_TRIED
    react(room, bob, other, emoji[0])


def test_many_at_once_take_no_statement_more(ada, bob, room, published):
    members = people(40)
    services.invite(room, ada, members)
    messages = [post(room, ada) for _ in range(3)]

    def count(drafts) -> int:
        with CaptureQueriesContext(connection) as queries:
            results = services.set_reactions(drafts)
        assert all(isinstance(result, Reacted) for result in results)
        return len(queries)

    published.clear()
    one = count([ReactionDraft(room.pk, bob.pk, messages[0].pk, "👍", True)])
    drafts = [ReactionDraft(room.pk, user.pk, message.pk, "👍", True) for user in members for message in messages]
    assert count(drafts) <= one
    toggles = [ReactionDraft(room.pk, bob.pk, messages[0].pk, "👍", on) for on in (False, True, False)]
    assert count(toggles) <= one + 6  # the notification of the first is retracted, with locks on PostgreSQL
    assert [reactions(message) for message in messages] == [[("👍", 40)]] * 3
    seqs = [event.seq for event in reaction_events(published)]
    assert seqs == list(range(seqs[0], seqs[0] + 1 + len(drafts) + len(toggles)))


def test_a_refused_one_does_not_stop_the_others(ada, eve, room):
    message = post(room, ada)
    drafts = [ReactionDraft(room.pk, user.pk, message.pk, "👍", True) for user in (eve, ada)]
    error, done = services.set_reactions(drafts)
    assert (error.code, isinstance(done, Reacted)) == ("not_found", True)


def test_messages_without_reactions_take_no_statement_more(ada, bob, room):
    def count(act) -> int:
        with CaptureQueriesContext(connection) as queries:
            act()
        return len(queries)

    plain = [post(room, ada), post(room, ada)]
    deletion = count(lambda: services.delete_message(room.pk, ada, plain[0].pk))
    state = count(lambda: room_state(place(ada, room)))
    message = post(room, ada)
    assert "reactions" not in message_data(message)
    react(room, bob, message)
    assert count(lambda: room_state(place(ada, room))) == state + 1
    assert count(lambda: services.delete_message(room.pk, ada, message.pk)) > deletion
    assert count(lambda: services.delete_message(room.pk, ada, plain[1].pk)) == deletion
    assert count(lambda: room_state(place(ada, room))) == state


def test_a_deleted_message_has_none_and_an_edited_one_keeps_them(ada, bob, room, published):
    message = post(room, ada)
    react(room, bob, message)
    services.edit_message(room.pk, ada, message.pk, "other")
    [edited] = [event for event in published if event.type == "message" and event.data["edited_at"]]
    assert edited.data["reactions"] == [{"emoji": "👍", "count": 1, "since": message.seq + 1}]
    services.delete_message(room.pk, ada, message.pk)
    [deleted] = [event for event in published if event.type == "message" and event.data["deleted_at"]]
    assert "reactions" not in deleted.data
    assert not Reaction.objects.exists()
    assert refusal(room, bob, message) == "not_found"


def test_missed_reactions_are_measured(ada, room):
    message = post(room, ada)
    for user in [ada, *people(3)]:
        if user != ada:
            services.join(room, user)
    before = measure_rooms({room.pk: 0}, 100)[room.pk]
    react(room, ada, message)
    assert measure_rooms({room.pk: 0}, 100)[room.pk] > before
    assert measure_rooms({room.pk: 0}, 3)[room.pk] is None


def test_the_admin_shows_who_reacted(admin_client, ada, bob, room):
    message = post(room, ada)
    react(room, bob, message, "🎉")
    assert "🎉 bob" in admin_client.get(f"/admin/chat/message/{message.pk}/change/").content.decode()


def test_members_see_who_reacted_page_by_page(ada, bob, eve, room, monkeypatch):
    monkeypatch.setattr(views, "REACTIONS_A_PAGE", 2)
    message = post(room, ada)
    url = f"/rooms/{room.pk}/messages/{message.pk}/reactions.json"
    for user, emoji in ((ada, "🎉"), (bob, "🎉"), (bob, "👍")):
        react(room, user, message, emoji)

    def page(query=""):
        found = visit(ada).get(url + query).json()
        return [(each["emoji"], each["user"]["username"]) for each in found["reactions"]], found["more"]

    assert page() == ([("👍", "bob"), ("🎉", "bob")], True)
    [_, last] = visit(ada).get(url).json()["reactions"]
    assert page(f"?before={last['seq']}") == ([("🎉", "ada")], False)
    assert page("?emoji=👍") == ([("👍", "bob")], False)
    react(room, bob, message, "👍", on=False)
    assert page("?emoji=👍") == ([], False)
    other = room_of(eve, name="other")
    assert visit(eve).get(f"/rooms/{other.pk}/messages/{message.pk}/reactions.json").status_code == 404
    assert visit(eve).get(url).status_code == 403
    services.delete_message(room.pk, ada, message.pk)
    assert visit(ada).get(url).status_code == 404


def test_authors_get_a_quiet_notification_once_for_each_user(ada, bob, room, published):
    message = post(room, ada, "look")
    react(room, ada, message)
    react(room, bob, message, "🎉")
    react(room, bob, message, "👍")
    [notice] = notices(ada)
    assert (notice.kind, notice.title, notice.body) == (
        "reaction",
        "bob reacted to your message in #general",
        "🎉 look",
    )
    [notified] = [event for event in published if event.type == "notification"]
    assert (notified.data["notification"]["quiet"], notified.data["unread"]) == (True, 1)
    react(room, bob, message, "🎉", on=False)
    react(room, bob, message, "👍", on=False)
    assert notices(ada) == []
    react(room, bob, message)
    services.mark_read(room.pk, ada.pk, message.posted_seq)
    [again] = notices(ada)
    assert (again.body, again.read_at is not None) == ("👍 look", True)
    direct = services.open_direct(ada, [bob])
    react(direct, bob, post(direct, ada, "psst"))
    assert notices(ada)[-1].title == "bob reacted to your message"
    services.delete_message(room.pk, ada, message.pk)
    assert len(notices(ada)) == 1


def test_few_of_many_reactions_notify_and_only_present_authors(ada, bob, room):
    members = people(MOST_NOTIFIED + 5)
    services.invite(room, ada, members)
    message, left = post(room, ada), post(room, bob)
    services.leave(room, bob)
    for member in members:
        react(room, member, message)
        react(room, member, left)
    assert (len(notices(ada)), notified_kinds(bob).count("reaction")) == (MOST_NOTIFIED, 0)
