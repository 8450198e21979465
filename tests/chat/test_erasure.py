"""Accounts that were erased: nothing says whose they were, and the rooms go on."""

from datetime import timedelta
from itertools import pairwise

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.erasure import SECOND_PASS_AFTER, continue_erasure, continue_erasures, erase_account
from accounts.models import Erasure, User
from accounts.services import make_token
from chat import services
from chat.models import Attachment, Membership, Mention, Message, Reaction, Room
from chat.services import erased_messages
from chat.services import erasure as steps
from files.models import StoredFile
from notifications.models import Announcement, Device, Keyword, Notification
from notifications.services import Wishes, save_preferences
from realtime.shared.errors import NotFound
from tests.chat.pages import people, person, room_of, visit
from tests.chat.talk import lines, notices, place, post, react, refused, roles
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db

# What becomes of each row that is bound to a user. "theirs": deleted with the account; "kept": the account is bound
# to it under its new name, and nothing in it is theirs alone.
DECISIONS = {
    "account.EmailAddress.user": "theirs",
    "accounts.Erasure.user": "theirs",  # once the erasure is done
    "accounts.Token.user": "theirs",
    "accounts.User_groups.user": "theirs",
    "accounts.User_user_permissions.user": "theirs",
    "admin.LogEntry.user": "kept",
    "chat.Attachment.author": "kept",
    "chat.InvitationLink.by": "theirs",
    "chat.Membership.user": "kept",
    "chat.Mention.user": "theirs",
    "chat.Message.author": "kept",
    "chat.Message.deleted_by": "kept",
    "chat.Reaction.user": "kept",
    "files.StoredFile.owner": "kept",
    "notifications.Announcement.created_by": "kept",
    "notifications.Announcement_dismissed_by.user": "theirs",
    "notifications.Device.user": "theirs",
    "notifications.GroupRule.user": "theirs",
    "notifications.Inbox.user": "theirs",
    "notifications.Lease.user": "theirs",
    "notifications.Keyword.user": "theirs",
    "notifications.KeywordGroup.user": "theirs",
    "notifications.Notification.actor": "kept",
    "notifications.Notification.user": "theirs",
    "notifications.Preferences.user": "theirs",
    "notifications.Subscription.user": "theirs",
}
SECRET = "Barracuda"


def relations():
    """Yield (model, field) for every column of the database that holds a user."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if field.related_model is get_user_model():
                yield model, field


def erased(user, **options) -> User:
    """Erase an account, and do all that is left, the second pass, too."""
    erase_account(user, **options)
    finish()
    return User.objects.get(pk=user.pk)


def finish() -> None:
    for erasure_id in Erasure.objects.values_list("pk", flat=True):
        while Erasure.objects.filter(pk=erasure_id).exists():
            Erasure.objects.update(due_at=timezone.now())
            continue_erasure(erasure_id)


def world(ada, bob, eve) -> Room:
    """Let there be something of Ada's in every table."""
    User.objects.filter(pk=ada.pk).update(email=f"{SECRET}@example.org", first_name=SECRET, last_name=SECRET)
    ada.refresh_from_db()
    ada.username, ada.display_name = SECRET.lower(), f"{SECRET} & Co"
    ada.save()
    visit(ada).get("/")
    EmailAddress.objects.create(user=ada, email=f"{SECRET}@example.org", primary=True)
    LogEntry.objects.log_actions(bob.pk, [ada], CHANGE, "Changed it.")
    make_token(ada, f"{SECRET} token")
    Device.objects.create(user=ada, name=f"{SECRET} device", endpoint=f"https://push.example/{SECRET}")
    Keyword.objects.create(user=ada, word=SECRET)
    save_preferences(ada.pk, Wishes())
    room = room_of(bob, ada, eve, name="general")
    services.create_invitation_link(ada, [room])
    services.remove_member(room, bob, ada)
    services.join(room, ada)
    services.set_role(room, bob, ada, "moderator")
    services.set_level(room.pk, ada.pk, "everything")
    react(room, ada, post(room, ada, "hello @bob @room"))
    message = post(room, bob, f"@{SECRET.lower()} hello")
    services.delete_message(room.pk, ada, post(room, bob, "rude").pk)
    announcement = Announcement.objects.create(text="x", created_by=ada, expires_at=timezone.now())
    announcement.dismissed_by.add(ada)
    conversation = services.open_direct(bob, [ada, eve])
    post(conversation, bob, "hello")
    post(services.open_direct(ada, []), ada, "a note to myself")
    assert Notification.objects.filter(user=ada, target_id=message.pk).exists()
    return room


def test_every_bond_to_a_user_is_in_the_table():
    found = {f"{model._meta.label}.{field.name}" for model, field in relations()}
    assert found == DECISIONS.keys(), "tests/chat/test_erasure.py: say what becomes of it when an account is erased."


def test_nothing_says_who_it_was_but_what_others_typed(ada, bob, eve):
    world(ada, bob, eve)
    empty = [f"{model._meta.label}.{field.name}" for model, field in relations()
             if not model._default_manager.filter(**{field.name: ada.pk}).exists()]  # fmt: skip
    assert set(empty) <= {
        "accounts.Erasure.user", "accounts.User_groups.user", "accounts.User_user_permissions.user",
        "admin.LogEntry.user", "notifications.Subscription.user", "notifications.Inbox.user",
        "notifications.Lease.user", "chat.Attachment.author", "files.StoredFile.owner",
    }  # fmt: skip
    assert Session.objects.exists()
    assert LogEntry.objects.filter(object_repr=ada.username).exists()
    erased(ada)
    left = {f"{model._meta.label}.{field.name}" for model, field in relations()
            if model._default_manager.filter(**{field.name: ada.pk}).exists()}  # fmt: skip
    assert left <= {bond for bond, decision in DECISIONS.items() if decision == "kept"}
    saying = [
        row
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for row in model._default_manager.all()
        if SECRET.lower() in str(vars(row)).lower()
    ]
    [typed] = saying
    assert typed.html == f"<p><bdi>@{SECRET.lower()}</bdi> hello</p>"
    bodies = [notice.body for notice in Notification.objects.all()]
    assert not [body for body in bodies if SECRET.lower() in body]
    assert not Session.objects.exists()


def test_the_account_is_nobodys_and_its_name_is_free(ada):
    user = erased(ada)
    assert (user.username, user.name, user.is_active) == (f"deleted-{ada.pk}", "Deleted user", False)
    assert (user.email, user.time_zone, user.last_login, user.has_usable_password()) == ("", "UTC", None, False)
    user.full_clean()
    assert not User.objects.filter(username="ada").exists()


@pytest.fixture(params=["lines with facts", "lines from before"])
def forget_facts(request):
    """Return a function that makes the lines of all rooms as they were before lines had facts, or leaves them."""
    return lambda: Message.objects.update(line=None) if request.param == "lines from before" else None


def test_messages_stay_and_lines_lose_the_name(ada, bob, eve, forget_facts):
    room = room_of(ada, bob, name="general")
    services.invite(room, ada, [eve])
    services.set_role(room, ada, bob, "owner")
    User.objects.filter(pk=ada.pk).update(display_name="Ada King")  # lines have the name of then
    message = post(room, ada, "hello")
    forget_facts()
    erased(ada)
    assert lines(room) == [
        "Deleted user created the room",
        "Deleted user added bob",
        "Deleted user added eve",
        "Deleted user made bob an owner",
    ]
    message.refresh_from_db()
    assert (message.author.name, message.text) == ("Deleted user", "hello")


def test_lines_of_others_lose_the_name_alone(bob, eve, forget_facts):
    adam, ada = person("adam"), person("ada")
    room = room_of(bob, adam, ada, eve, name="ada")
    services.update_room(room, bob, name="ada, and ada")
    services.remove_member(room, bob, ada)
    forget_facts()
    erased(ada)
    assert lines(room)[1:] == [
        "bob added eve, adam and Deleted user",
        "bob renamed the room to <strong>ada, and ada</strong>",
        "bob removed Deleted user",
    ]


def test_the_facts_of_a_line_lose_the_name_and_the_id(ada, bob):
    room = room_of(bob, ada, name="general")
    erased(ada)
    [line] = room.messages.filter(line__action="added").values_list("line", flat=True)
    assert line == {"action": "added", "people": [{"id": None, "name": "Deleted user"}]}


def test_a_mention_is_text_and_tells_no_more_whose_it_was(ada, bob, room):
    message = post(room, bob, "hello @ada")
    own = post(room, ada, "I am @ada")
    erased(ada)
    message.refresh_from_db()
    own.refresh_from_db()
    assert (message.html, message.text) == ("<p>hello <bdi>@ada</bdi></p>", "hello @ada")
    assert own.html == "<p>I am <bdi>@ada</bdi></p>"
    assert not Mention.objects.exists()
    other = person("ada")
    services.join(room, other)
    assert services.edit_message(room.pk, bob, message.pk, "hello @bob").mention_ids == []


def test_what_they_wrote_goes_where_that_is_chosen(ada, bob, room, published, monkeypatch):
    monkeypatch.setattr(erased_messages, "MESSAGES_A_STEP", 2)
    for number in range(5):
        post(room, ada, f"hello @bob {number}")
    kept = post(room, bob, "hello")
    assert len(notices(bob)) == 6
    published.clear()
    erased(ada, with_messages=True)
    mine = Message.objects.filter(room=room, kind="text").exclude(pk=kept.pk)
    assert {(each.text, each.html, bool(each.deleted_at)) for each in mine} == {("", "", True)}
    assert [notice.kind for notice in notices(bob)] == ["invitation"]
    deleted = [event for event in published if event.type == "message" and event.data["deleted_at"]]
    assert len({event.data["id"] for event in deleted}) == 5
    assert [event.seq for event in published if event.topic == f"room.{room.pk}"] == sorted(
        {event.seq for event in published if event.topic == f"room.{room.pk}"}
    )


def test_reactions_stay_and_go_with_their_messages(ada, bob, room, published, monkeypatch):
    monkeypatch.setattr(erased_messages, "MESSAGES_A_STEP", 2)
    messages = [post(room, bob) for _ in range(3)]
    for message in messages:
        react(room, ada, message)
    react(room, bob, messages[0])
    erased(ada)
    assert Reaction.objects.filter(user=ada, active=True).count() == 3
    published.clear()
    erased(ada, with_messages=True)
    assert not Reaction.objects.filter(user=ada, active=True).exists()
    events = [event.data for event in published if event.type == "reaction"]
    assert [(data["message"], data["by"], data["count"]) for data in events] == [
        (messages[0].pk, ada.pk, 1), (messages[1].pk, ada.pk, 0), (messages[2].pk, ada.pk, 0),
    ]  # fmt: skip


def test_files_go_with_their_messages_and_unused_ones_at_once(ada, bob, room):
    sent = stored_file(ada, "sent.txt")
    stored_file(ada, "unsent.txt", state="uploading")
    message = post(room, ada, files=[sent])
    notes = services.open_direct(ada, [])
    post(notes, ada, "", files=[stored_file(ada, "noted.txt")])
    erased(ada)
    states = dict(StoredFile.objects.values_list("name", "state"))
    assert states == {"sent.txt": "ready", "unsent.txt": "removed", "noted.txt": "removed"}
    assert not Room.objects.filter(pk=notes.pk).exists()
    erased(ada, with_messages=True)
    message.refresh_from_db()
    assert message.files is None
    assert not Attachment.objects.exists()
    assert StoredFile.objects.get(pk=sent.pk).state == "removed"


def test_they_leave_rooms_and_rooms_get_another_owner(ada, bob, room, published):
    alone = room_of(ada, name="alone")
    private = room_of(ada, bob, name="private", kind="private")
    published.clear()
    erased(ada)
    assert roles(room) == roles(private) == {"bob": "owner"}
    alone.refresh_from_db()
    assert alone.archived_at is not None
    [event, *_] = [event for event in published if event.topic == f"room.{room.pk}" and event.type == "member"
                   and event.data["user"]["id"] == ada.pk]  # fmt: skip
    assert event.data["active"] is False
    assert event.removes == (ada.pk,)
    assert event.data["user"] | {"username": ""} == {
        "id": ada.pk, "username": "", "name": "Deleted user", "avatar": None, "deactivated": True,
    }  # fmt: skip


def test_direct_conversations_stay_for_the_other_and_notes_do_not(ada, bob):
    direct, notes = services.open_direct(ada, [bob]), services.open_direct(ada, [])
    post(direct, ada, "hello")
    post(notes, ada, "a note")
    erased(ada)
    assert place(bob, direct).active
    assert place(ada, direct).active
    assert direct.messages.get().text == "hello"
    assert not Room.objects.filter(pk=notes.pk).exists()
    erased(bob)
    assert not Room.objects.filter(pk=direct.pk).exists()


def test_what_was_told_of_them_names_nobody(ada, bob, eve, room):
    post(room, ada, "hello @bob")
    conversation = services.open_direct(bob, [ada, eve])
    post(conversation, eve, "hello")
    assert [notice.title for notice in notices(bob)] == [
        "Ada Lovelace invited you to #general",
        "Ada Lovelace mentioned you in #general",
        "eve wrote to you in Ada Lovelace, eve",
    ]
    erased(ada)
    assert [notice.title for notice in notices(bob)] == [
        "Deleted user invited you to #general",
        "Deleted user mentioned you in #general",
        "eve wrote to you in Deleted user, eve",
    ]


def test_what_was_under_way_is_found_by_the_second_pass(ada, bob, room):
    stale = User.objects.get(pk=ada.pk)
    message = post(room, bob, "hello")
    continue_erasure(erase_account(ada).pk)
    stale.save(update_fields=["display_name"])
    Mention.objects.create(message=message, user=ada, room=room, posted_seq=message.posted_seq)
    continue_erasures()
    assert Mention.objects.exists()
    assert Erasure.objects.get().due_at > timezone.now() + SECOND_PASS_AFTER - timedelta(seconds=5)
    Erasure.objects.update(due_at=timezone.now())
    continue_erasures()
    assert not Mention.objects.exists()
    assert not Erasure.objects.exists()
    assert User.objects.get(pk=ada.pk).search_text == f"deleted-{ada.pk}\ndeleted user"


def test_a_step_changes_so_much_and_no_more(ada, bob, room, monkeypatch):
    monkeypatch.setattr(erased_messages, "MESSAGES_A_STEP", 3)
    for _ in range(7):
        post(room, bob, "hello @ada")
    erasure = erase_account(ada)
    counts = [Mention.objects.count()]
    while not continue_erasure(erasure.pk, 0):
        counts.append(Mention.objects.count())
    assert max(before - after for before, after in pairwise(counts)) <= 3
    assert counts[-1] == 0


def test_one_that_fails_keeps_no_other_up(ada, bob, eve, room, monkeypatch, caplog):
    post(room, bob, "hello @ada")
    erase_account(eve)
    erase_account(ada)
    real = steps.erase_in_room

    def fails_for_eve(erasure, *more):
        if erasure.user_id == eve.pk:
            raise RuntimeError("broken")
        return real(erasure, *more)

    monkeypatch.setattr(steps, "erase_in_room", fails_for_eve)
    monkeypatch.setattr(steps, "find_rooms_of", lambda _: [room.pk])
    Erasure.objects.update(progress={})
    continue_erasures()
    assert not Mention.objects.exists()
    assert Erasure.objects.get(user=eve).due_at > timezone.now()
    assert "failed" in caplog.text


def test_nobody_reaches_or_posts_as_them(ada, bob, room):
    erased(ada)
    assert refused(room, ada) == "not_found"
    with pytest.raises(NotFound):
        services.open_direct(bob, [*people(1), ada])


def test_twice_is_once_and_may_take_the_messages_later(ada, bob, room):
    message = post(room, ada, "hello")
    first = erased(ada)
    second = erased(ada, with_messages=True)
    assert (first.username, first.erased_at) == (second.username, second.erased_at)
    message.refresh_from_db()
    assert (message.text, bool(message.deleted_at)) == ("", True)
    assert not Membership.objects.filter(user=ada, active=True).exists()
