"""The notifications of messages: which users get them, of which kind, and until when."""

from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from chat import services
from chat.models import Message
from chat.services import mentioned_members
from notifications.models import KeywordGroup, Notification
from notifications.rules.preferences import set_keywords
from realtime.shared.errors import Forbidden
from tests.cast import people
from tests.chat.pages import role, room_of
from tests.chat.talk import draft, notices, notified_kinds, post, refused, unread_notices

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(ada, bob):
    """A public room of Ada's, to which Bob came by himself."""
    return room_with(ada, bob)


def room_with(owner, *members, name="general"):
    room = room_of(owner, name=name)
    for member in members:
        services.join(room, member)
    return room


def listens_to(user, *words) -> None:
    set_keywords(user.pk, words)


def test_a_title_is_in_the_language_of_whom_it_tells(ada, bob, eve, room):
    services.join(room, eve)
    get_user_model().objects.filter(pk=bob.pk).update(language="de")
    post(room, ada, "hi @bob and @eve")
    assert [notice.title for notice in notices(bob)] == ["Ada Lovelace: Erwähnung in #general"]
    assert [notice.title for notice in notices(eve)] == ["Ada Lovelace mentioned you in #general"]


def test_a_mention_is_told_to_the_one_named(ada, bob, eve, room):
    services.join(room, eve)
    message = post(room, ada, "hi **@bob** & all")
    [notice] = notices(bob)
    assert (notice.kind, notice.title) == ("mention", "Ada Lovelace mentioned you in #general")
    assert notice.body == "hi @bob & all"
    assert notice.url == f"/rooms/{room.pk}/?message={message.posted_seq}"
    assert (notice.group, notice.group_position) == (f"room.{room.pk}", message.posted_seq)
    assert (notice.key, notice.actor, notice.target_id) == (f"message.{message.pk}", ada, message.pk)
    assert notice.data == {"room": room.pk, "message": message.pk, "kind": "public", "private": False}
    assert notices(ada) == notices(eve) == []


def test_the_message_is_published_before_the_notification(ada, bob, room, published):
    post(room, ada, "hi @bob")
    assert [event.topic for event in published] == [f"room.{room.pk}", f"user.{bob.pk}"]


def test_what_is_no_mention_is_told_to_nobody(ada, bob, eve, room):
    post(room, ada, "`@bob`, @eve, @ada and @nobody")
    assert not Notification.objects.filter(kind="mention").exists()


def test_a_direct_message_is_told_to_all_the_others(ada, bob, eve):
    direct = services.open_direct(ada, [bob, eve])
    post(direct, ada, "psst")
    post(direct, bob, "@eve?")
    [first] = notices(bob)
    assert (first.kind, first.title, first.body) == (
        "direct_message",
        "Ada Lovelace wrote to you in Ada Lovelace, eve",
        "psst",
    )
    assert first.data["private"] is True
    assert notified_kinds(eve) == ["direct_message", "mention"]
    assert notices(eve)[1].title == "bob mentioned you in Ada Lovelace, bob"
    assert notified_kinds(ada) == ["direct_message"]


def test_where_two_talk_the_conversation_needs_no_name(ada, bob):
    post(services.open_direct(ada, [bob]), ada, "psst @bob")
    assert [notice.title for notice in notices(bob)] == ["Ada Lovelace mentioned you"]


def test_a_conversation_of_many_is_named_by_three(ada, bob, eve):
    post(services.open_direct(ada, [bob, eve, *people(3, "user")]), ada, "hi")
    [notice] = notices(bob)
    assert notice.title == "Ada Lovelace wrote to you in Ada Lovelace, eve, user000 and 2 more"


def test_names_from_the_right_do_not_turn_what_is_told(ada, bob):
    ada.display_name = "שרה"
    ada.save()
    room = room_with(ada, bob, name="חדר")
    post(room, ada, "שלום @bob")
    assert notices(bob)[-1].title == "\u2068שרה\u2069 mentioned you in #\u2068חדר\u2069"
    assert Message.objects.get(seq=1).text == "\u2068שרה\u2069 created the room"


def test_a_keyword_is_told_to_those_in_the_room(ada, bob, eve, room):
    for user in (ada, bob, eve):
        listens_to(user, "deploy", "東京")
    post(room, ada, "We `deploy` today")
    [notice] = notices(bob)
    assert (notice.kind, notice.title) == ("keyword", "Ada Lovelace wrote “deploy” in #general")
    post(room, ada, "redeployed")
    post(room, ada, "東京都")
    assert notified_kinds(bob) == ["keyword"] * 2
    assert notices(ada) == notices(eve) == []


def test_keywords_count_in_every_room_that_a_user_is_in(ada, bob, eve, room):
    other = room_of(ada, name="other")
    listens_to(bob, "deploy")
    services.invite(other, ada, [bob])
    services.leave(room, bob)
    for each in (room, other):
        post(each, ada, "deploy")
    assert [notice.group for notice in notices(bob) if notice.kind == "keyword"] == [f"room.{other.pk}"]
    services.join(room, bob)
    post(room, ada, "deploy")
    listens_to(bob)
    post(room, ada, "deploy")
    assert notified_kinds(bob).count("keyword") == 2
    assert not KeywordGroup.objects.exists()
    listens_to(bob, "deploy")
    assert KeywordGroup.objects.filter(user=bob).count() == 2


def test_a_user_with_several_keywords_is_told_once_of_the_first(bob, ada, room):
    listens_to(bob, "zebra", "deploy")
    post(room, ada, "a zebra, a deploy")
    assert [notice.title for notice in notices(bob)] == ["Ada Lovelace wrote “deploy” in #general"]


def test_accents_written_apart_stop_no_post(ada, bob):
    name, word = "r" + "\u0301" * 79, "d" + "\u0301" * 79
    room = room_with(ada, bob, name=name)
    ada.display_name = name
    ada.save()
    listens_to(bob, word)
    post(room, ada, f"the {word}")
    assert [len(notice.title) <= 200 for notice in notices(bob)] == [True]


def test_one_is_told_once_and_for_the_best_reason(ada, bob, room):
    listens_to(bob, "deploy")
    services.set_level(room.pk, bob.pk, "everything")
    post(room, ada, "@bob, deploy")
    post(room, ada, "deploy")
    post(room, ada, "anything")
    assert notified_kinds(bob) == ["mention", "keyword", "room_message"]
    assert notices(bob)[2].title == "Ada Lovelace wrote in #general"


def test_nobody_is_told_of_their_own_words(ada, bob, room):
    listens_to(ada, "deploy")
    services.set_level(room.pk, ada.pk, "everything")
    post(room, ada, "@ada @room deploy")
    assert notices(ada) == []


def test_who_is_deactivated_or_gone_is_told_nothing(ada, bob, eve, room):
    services.join(room, eve)
    for user in (bob, eve):
        listens_to(user, "deploy")
        services.set_level(room.pk, user.pk, "everything")
    services.leave(room, eve)
    bob.is_active = False
    bob.save()
    post(room, ada, "deploy @bob @eve @room")
    assert not Notification.objects.exists()


def test_a_batch_tells_each_in_the_order_of_what_was_said(ada, bob, room):
    other = room_with(bob, ada, name="other")
    texts = [(room, ada, "@bob 1"), (other, bob, "@ada 2"), (room, ada, "3"), (room, ada, "@bob 4")]
    services.post_messages([draft(*each) for each in texts])
    assert [notice.body for notice in notices(bob)] == ["@bob 1", "@bob 4"]
    assert [notice.body for notice in notices(ada)] == ["@ada 2"]


def test_a_repeated_post_notifies_nobody_again(ada, bob, room, published):
    key = uuid4()
    for _ in range(3):
        post(room, ada, "@bob", key)
    assert notified_kinds(bob) == ["mention"]


def test_an_edit_notifies_users_whom_it_names_now_and_retracts_for_the_others(ada, bob, eve, room, published):
    services.join(room, eve)
    message = post(room, ada, "hi @bob")
    services.edit_message(room.pk, ada, message.pk, "hi @eve")
    assert (notified_kinds(bob), notified_kinds(eve)) == ([], ["mention"])
    taken = [e for e in published if e.topic == f"user.{bob.pk}"][-1].data["notification"]
    assert (taken["retracted"], taken["body"]) == (True, "")
    services.edit_message(room.pk, ada, message.pk, "hi @bob and @eve")
    assert (notified_kinds(bob), notified_kinds(eve)) == (["mention"], ["mention"])
    assert notices(bob)[0].body == notices(eve)[0].body == "hi @bob and @eve"


def test_the_text_of_what_was_told_follows(ada, bob, eve, room):
    services.join(room, eve)
    services.set_level(room.pk, bob.pk, "everything")
    listens_to(eve, "plan")
    message = post(room, ada, "the plna, the plan")
    services.edit_message(room.pk, ada, message.pk, "a plan")
    assert [(notice.kind, notice.body) for notice in notices(bob) + notices(eve)] == [
        ("room_message", "a plan"),
        ("keyword", "a plan"),
    ]
    services.edit_message(room.pk, ada, message.pk, "a plan for @bob")
    assert notified_kinds(bob) == ["mention"]


def test_an_edit_of_a_direct_message_changes_its_text_and_no_more(ada, bob):
    direct = services.open_direct(ada, [bob])
    message = post(direct, ada, "@bob?")
    services.edit_message(direct.pk, ada, message.pk, "hello?")
    [notice] = notices(bob)
    assert (notice.kind, notice.body) == ("mention", "hello?")


def test_the_notification_of_a_deleted_message_is_retracted(ada, bob, room, published):
    message = post(room, ada, "secret @bob")
    services.delete_message(room.pk, ada, message.pk)
    assert notices(bob) == []
    assert unread_notices(bob) == 0
    assert "secret" not in str(list(Notification.objects.values()))


def test_what_is_read_in_the_room_is_read_in_the_list(ada, bob, room):
    other = room_with(ada, bob, name="other")
    first, _ = post(room, ada, "@bob 1"), post(room, ada, "@bob 2")
    post(other, ada, "@bob 3")
    before = unread_notices(bob)
    services.mark_read(room.pk, bob.pk, first.posted_seq)
    assert [notice.body for notice in notices(bob) if not notice.read_at] == ["@bob 2", "@bob 3"]
    assert unread_notices(bob) == before - 1


def test_a_private_room_has_no_sign_that_everybody_may_come_in(ada, bob):
    founders = services.create_room(ada, kind="private", name="founders")
    services.invite(founders, ada, [bob])
    post(founders, ada, "@bob look")
    titles = {notice.title for notice in notices(bob)}
    assert titles == {"Ada Lovelace invited you to founders", "Ada Lovelace mentioned you in founders"}


def test_an_invitation_is_told_to_those_who_come_in_by_it(ada, bob, eve, room):
    services.update_room(room, ada, topic="Be kind.")
    services.invite(room, ada, [bob, eve])
    assert notices(ada) == notices(bob) == []
    [notice] = notices(eve)
    assert (notice.kind, notice.title, notice.body) == (
        "invitation",
        "Ada Lovelace invited you to #general",
        "Be kind.",
    )
    assert notice.url == f"/rooms/{room.pk}/"
    line = room.messages.latest("posted_seq")
    services.mark_read(room.pk, eve.pk, line.posted_seq)
    assert unread_notices(eve) == 0


def test_who_joins_or_lets_themselves_in_is_not_invited(ada, eve, room):
    services.join(room, eve)
    services.leave(room, eve)
    eve.is_staff = True
    services.invite(room, eve, [eve], as_staff=True)
    assert notices(eve) == []


def test_who_comes_again_is_invited_again(ada, eve, room):
    for _ in range(2):
        services.invite(room, ada, [eve])
        services.leave(room, eve)
    assert notified_kinds(eve) == ["invitation"] * 2


@pytest.mark.parametrize("goes", [lambda room, _, eve: services.leave(room, eve), services.remove_member])
def test_who_goes_out_of_a_private_room_keeps_nothing_of_it(ada, eve, goes):
    room, other = [room_of(ada, kind="private", name=name) for name in ("founders", "others")]
    for each in (room, other):
        services.invite(each, ada, [eve])
        post(each, ada, "secret @eve")
    goes(room, ada, eve)
    assert {notice.group for notice in notices(eve)} == {f"room.{other.pk}"}
    assert Notification.objects.filter(user=eve, body__contains="secret").count() == 1


def test_who_goes_out_of_a_public_room_keeps_what_they_were_told(ada, bob, room):
    post(room, ada, "hi @bob")
    services.leave(room, bob)
    assert notified_kinds(bob) == ["mention"]


@pytest.mark.parametrize("kind", ["owner", "moderator"])
def test_everybody_is_told_by_those_who_may(ada, bob, eve, room, kind):
    services.join(room, eve)
    role(room, bob, kind)
    message = post(room, bob, "@Room: the cake is here, @eve")
    assert message.everybody
    assert '<bdi class="mention everybody">@Room</bdi>' in message.html
    [notice] = notices(ada)
    assert (notice.kind, notice.title) == ("room_announcement", "bob wrote to everybody in #general")
    assert notified_kinds(eve) == ["mention"]
    assert notified_kinds(bob) == []


def test_for_others_and_in_conversations_it_is_a_plain_word(ada, bob, room):
    direct = services.open_direct(ada, [bob])
    for place, author in ((room, bob), (direct, ada)):
        message = post(place, author, "@room")
        assert (message.everybody, message.html) == (False, "<p>@room</p>")
    assert "room_announcement" not in notified_kinds(ada) + notified_kinds(bob)


def test_in_code_it_calls_nobody(ada, bob, room):
    assert not post(room, ada, "`@room`, @roommate and mail@room").everybody
    assert notices(bob) == []


def test_who_may_no_longer_call_everybody_when_it_is_stored_is_refused(ada, bob, room, monkeypatch):
    monkeypatch.setattr(mentioned_members, "may", lambda *_: True)
    assert refused(room, bob, "@room") == "forbidden"
    message = post(room, bob, "hi")
    with pytest.raises(Forbidden):
        services.edit_message(room.pk, bob, message.pk, "@room")


def test_an_edit_calls_everybody_or_takes_it_back(ada, bob, eve, room):
    services.join(room, eve)
    message = post(room, ada, "hi @bob")
    services.edit_message(room.pk, ada, message.pk, "hi @room")
    assert (notified_kinds(bob), notified_kinds(eve)) == (["mention"], ["room_announcement"])
    services.edit_message(room.pk, ada, message.pk, "hi @bob")
    assert (notified_kinds(bob), notified_kinds(eve)) == (["mention"], [])


@pytest.mark.parametrize("number", [10, 200])
def test_any_number_of_people_take_the_same_queries(ada, room, number, django_assert_max_num_queries):
    users = people(number)
    for start in range(0, number, 100):
        services.invite(room, ada, users[start : start + 100])
    for user in users:
        listens_to(user, "deploy")
    with django_assert_max_num_queries(21):
        post(room, ada, "deploy")
    with django_assert_max_num_queries(21):
        post(room, ada, "@room")
    assert Notification.objects.filter(kind="keyword").count() == number
    assert Notification.objects.filter(kind="room_announcement").count() == number + 1
