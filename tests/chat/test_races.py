"""Actions of several users at the same moment, in real threads and transactions."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError, local
from uuid import uuid4

import pytest
from django.test import Client

from accounts.erasure import erase_account
from accounts.models import User, refuse_username
from accounts.sign_in import adapter
from chat import services
from chat.models import Attachment, Membership, Message, Room
from chat.services import FileDraft, Posted, Reading, attachments, new_messages
from files.models import StoredFile
from notifications.models import KeywordGroup, Notification
from notifications.rules.preferences import set_keywords
from realtime.engine.sequences import heads
from realtime.shared.errors import CommandError
from tests.chat.pages import people, person, room_of, visit
from tests.chat.talk import draft, place, post, roles
from tests.files.rows import stored_file
from tests.together import together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(transactional_db):
    return room_of(person("ada"), person("bob"), person("eve"))


def who(room, username):
    return room.memberships.get(user__username=username).user


def is_whole(room) -> None:
    """Every number of the room's log is used once at most, and its head is the last of them."""
    rows = [*room.messages.values_list("seq", flat=True), *room.memberships.values_list("seq", flat=True)]
    rows.append(Room.objects.get(pk=room.pk).seq)
    assert len(rows) == len(set(rows))
    assert max(rows) == heads([f"room.{room.pk}"])[f"room.{room.pk}"]
    posted = room.messages.order_by("pk").values_list("posted_seq", flat=True)
    assert len(set(posted)) == len(posted)


def test_one_key_from_many_processes_is_one_message(room):
    ada, key = who(room, "ada"), uuid4()
    answers = together(*[lambda: services.post_messages([draft(room, ada, "hi", key)])[0]] * 6)
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Posted)
    assert Message.objects.filter(key=key).count() == 1
    is_whole(room)


def test_posts_of_many_get_numbers_without_holes(room):
    authors = list(room.memberships.all())
    batches = [[draft(room, author.user) for author in authors] for _ in range(5)]
    answers = together(*[lambda batch=batch: services.post_messages(batch) for batch in batches])
    seqs = sorted(posted.seq for batch in answers for posted in batch)
    assert seqs == list(range(seqs[0], seqs[0] + 15))
    is_whole(room)


def test_one_file_is_claimed_by_one_of_many_messages(room):
    ada = who(room, "ada")
    other = room_of(ada, name="other")
    message = post(room, ada)
    for _ in range(4):
        file = stored_file(ada)
        answers = together(
            lambda file=file: services.post_messages([draft(room, ada, files=[file])])[0],
            lambda file=file: services.post_messages([draft(other, ada, files=[file])])[0],
            lambda file=file, message=message: edited(room, ada, message, FileDraft(file.key)),
        )
        assert sum(not isinstance(answer, CommandError) for answer in answers) == 1
        [row] = Attachment.objects.filter(file=file)
        assert [each["id"] for each in Message.objects.get(pk=row.message_id).files] == [str(file.key)]
        message = post(room, ada)


def test_files_claimed_in_crossing_order_end_well(room, monkeypatch):
    """Each of two batches waits after its first claim until the other has one, too, if it can."""
    ada = who(room, "ada")
    other = room_of(ada, name="other")
    first, second = stored_file(ada), stored_file(ada)
    has_claimed = Barrier(2)

    def claim(author_id, drafts):
        claimed = attachments.claim_files(author_id, drafts)
        with suppress(BrokenBarrierError):
            has_claimed.wait(0.5)
        return claimed

    monkeypatch.setattr(new_messages, "claim_files", claim)
    answers = together(
        lambda: services.post_messages([draft(room, ada, files=[file]) for file in (first, second)]),
        lambda: services.post_messages([draft(other, ada, files=[file]) for file in (second, first)]),
    )
    assert sorted(isinstance(answer, Posted) for batch in answers for answer in batch) == [False, False, True, True]
    assert Attachment.objects.count() == 2


def edited(room, by, message, *files):
    try:
        return services.edit_message(room.pk, by, message.pk, "with files", files)
    except CommandError as error:
        return error


def test_a_message_that_is_deleted_while_it_gets_a_file_has_none(room):
    ada = who(room, "ada")
    for _ in range(4):
        message, file = post(room, ada, files=[stored_file(ada)]), stored_file(ada)
        together(
            lambda message=message, file=file: edited(room, ada, message, FileDraft(file.key)),
            lambda message=message: services.delete_message(room.pk, ada, message.pk),
        )
        assert Message.objects.get(pk=message.pk).files is None
        assert not message.attachments.exists()
        assert not StoredFile.objects.filter(is_attached=True).exists()


def test_a_removal_and_a_post_do_not_cross(room):
    ada, bob = who(room, "ada"), who(room, "bob")
    for _ in range(6):
        _, [posted] = together(
            lambda: services.remove_member(room, ada, bob), lambda: services.post_messages([draft(room, bob)])
        )
        removed_at = place(bob, room).seq
        assert isinstance(posted, CommandError) or posted.seq < removed_at
        services.join(room, bob)
    is_whole(room)


def test_keywords_saved_as_their_user_joins_count_there(room):
    for number in range(6):
        tim = person(f"tim{number}")
        together(lambda tim=tim: services.join(room, tim), lambda tim=tim: set_keywords(tim.pk, ["deploy"]))
        assert KeywordGroup.objects.filter(user=tim, group=f"room.{room.pk}").exists()
        together(lambda tim=tim: services.leave(room, tim), lambda tim=tim: set_keywords(tim.pk, ["release"]))
        assert not KeywordGroup.objects.filter(user=tim).exists()


def test_an_erasure_and_posts_do_not_cross(room):
    """The row of a user is locked after the rooms, as a post does it: neither waits for the other for ever."""
    authors = people(6)
    services.invite(room, who(room, "ada"), authors)
    for author in authors:
        _, answers = together(
            lambda author=author: erase_account(author),
            lambda author=author: [services.post_messages([draft(room, author)])[0] for _ in range(5)],
        )
        left_at = place(author, room).seq
        assert all(isinstance(answer, CommandError) or answer.seq < left_at for answer in answers)
    is_whole(room)


def test_another_username_and_posts_do_not_cross(room):
    staff = visit(person("root", is_staff=True, is_superuser=True))
    authors = people(6)
    services.invite(room, who(room, "ada"), authors)
    for author in authors:
        fields = {"username": f"other-{author.username}", "time_zone": "UTC", "is_active": "on"}
        fields |= {"tokens-TOTAL_FORMS": 0, "tokens-INITIAL_FORMS": 0}
        answer, posted = together(
            lambda path=f"/admin/accounts/user/{author.pk}/change/", fields=fields: staff.post(path, fields),
            lambda author=author: [services.post_messages([draft(room, author)])[0] for _ in range(5)],
        )
        assert answer.status_code == 302
        assert len(posted) == 5
    is_whole(room)


def test_a_direct_conversation_opened_by_both_is_one(transactional_db):
    ada, bob = people(2)
    rooms = together(lambda: services.open_direct(ada, [bob]), lambda: services.open_direct(bob, [ada]))
    assert rooms[0] == rooms[1]
    assert Membership.objects.count() == 2


def test_a_room_keeps_an_owner_when_two_give_up_at_once(room):
    ada, bob = who(room, "ada"), who(room, "bob")
    services.set_role(room, ada, bob, "owner")
    together(
        lambda: services.set_role(room, ada, ada, "member"),
        lambda: services.leave(room, bob),
    )
    assert "owner" in roles(room).values()
    is_whole(room)


@pytest.mark.parametrize(
    "names, refusal",
    [(("zoe", "zoe"), "is taken"), (("straße", "STRASSE"), "is taken"), (("ada", "аdа"), "looks like another")],
)
def test_a_username_is_given_once_in_any_form(transactional_db, monkeypatch, names, refusal):
    """Both forms are found to be right before either account is made."""
    validated, here = Barrier(2), local()

    def refuse(username):
        refuse_username(username)
        if not hasattr(here, "waited"):
            here.waited = validated.wait(20)

    monkeypatch.setattr(adapter, "refuse_username", refuse)
    fields = {"password1": "correct horse battery", "password2": "correct horse battery"}
    answers = together(
        *[lambda name=name: Client().post("/accounts/signup/", {"username": name} | fields) for name in names]
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    assert User.objects.count() == 1
    [page] = [answer.text for answer in answers if answer.status_code == 200]
    assert refusal in page
    assert any(f'value="{name}"' in page for name in names), "what was typed is still there"


def test_one_public_name_is_given_once(transactional_db):
    everybody = people(4)
    rooms = together(*[lambda by=by: services.create_room(by, kind="public", name="one") for by in everybody])
    assert sum(isinstance(room, Room) for room in rooms) == 1
    assert {room.code for room in rooms if isinstance(room, CommandError)} == {"invalid"}


def test_joins_readings_names_and_posts_at_once_end_well(room):
    ada, bob, eve = (who(room, name) for name in ("ada", "bob", "eve"))
    other = room_of(eve, ada, bob, name="other")
    newcomers = people(3)
    message = post(room, ada)
    acts = [lambda user=user: services.join(room, user) for user in newcomers]
    acts += [lambda user=user: services.publish_profile(user) for user in (ada, bob, eve)]
    acts += [
        lambda: services.mark_readings([Reading(r.pk, u.pk, message.seq) for r in (other, room) for u in (eve, bob)])
    ]
    acts += [lambda: services.post_messages([draft(r, u) for r in (other, room) for u in (eve, bob)])] * 2
    acts += [
        lambda: services.set_role(room, ada, bob, "moderator"),
        lambda: services.update_room(other, eve, topic="x"),
    ]
    assert not [result for result in together(*acts) if isinstance(result, CommandError)]
    assert place(bob, room).last_read_seq == message.seq
    is_whole(room)
    is_whole(other)


def test_what_people_are_told_of_while_everything_changes_is_what_holds_in_the_end(room):
    """Posts, edits, deletions, readings and removals lock the logs of the same people, in one order."""
    ada, bob, eve = (who(room, name) for name in ("ada", "bob", "eve"))
    other = room_of(eve, ada, bob, name="other")
    for _ in range(4):
        services.set_level(room.pk, eve.pk, "mentions")
        first, second, third = (post(room, ada, text) for text in ("@bob @eve 1", "@eve @bob 2", "to all"))
        there = post(other, eve, "@ada @bob")
        acts = [
            lambda a=first: services.edit_message(room.pk, ada, a.pk, "@eve only"),
            lambda a=second: services.delete_message(room.pk, ada, a.pk),
            lambda a=third: services.edit_message(room.pk, ada, a.pk, "@room @bob"),
            lambda a=there: services.edit_message(other.pk, eve, a.pk, "@bob"),
            lambda a=first: services.mark_readings(
                [Reading(r.pk, u.pk, a.posted_seq) for r in (room, other) for u in (eve, bob, ada)]
            ),
            lambda: services.post_messages([draft(room, ada, "@eve @bob"), draft(other, bob, "@ada @eve")]),
            lambda: services.set_level(room.pk, eve.pk, "everything"),
            lambda: services.remove_member(other, eve, ada),
        ]
        assert not [result for result in together(*acts) if isinstance(result, CommandError)]
        assert notified_users(first) == {eve: "mention"}
        assert notified_users(second) == {}
        assert notified_users(third) == {bob: "mention", eve: "room_announcement"}
        assert notified_users(there) == {bob: "mention"}
        services.join(other, ada)
    is_whole(room)
    is_whole(other)


def notified_users(message) -> dict:
    """Return the users who were notified of a message, and the kind for each."""
    rows = Notification.objects.filter(target_type="chat.message", target_id=message.pk, retracted_at=None, held=False)
    found = [(row.user, row.kind) for row in rows.select_related("user")]
    assert len(dict(found)) == len(found)
    return dict(found)
