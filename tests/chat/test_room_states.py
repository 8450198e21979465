"""State before + events = state fetched again: live, and read back by a cursor."""

import random
from contextlib import suppress
from types import SimpleNamespace

import pytest

from chat import services
from chat.permissions import allowed
from chat.states.room_states import room_state
from chat.states.sidebar_entries import person_rooms_missed
from chat.text.outside_links import digest_of
from chat.topics import RoomTopic
from realtime.shared.errors import CommandError
from realtime.shared.events import Event
from tests.chat.pages import person, room_of
from tests.chat.talk import place, post, react

ALL = 10_000


class View:
    """A client's copy of a room with all its messages, which only events change."""

    def __init__(self, user, state: dict) -> None:
        self.me = user.pk
        self.seq = state["seq"]
        self.entry = state["room"]
        self.messages = {message["id"]: message for message in state["messages"]}
        self.members = {member["user"]["id"]: member for member in state["members"]}
        self.own = {  # the reactions of this user, by message and emoji
            (message["id"], reaction["emoji"])
            for message in state["messages"]
            for reaction in message.get("reactions", ())
            if reaction.get("mine")
        }

    def hear(self, event: Event) -> None:
        """Apply an event, if it is for this client."""
        if event.topic == f"user.{self.me}" and event.type == "room" and event.data["id"] == self.entry["id"]:
            self.entry = event.data
        elif event.topic == f"room.{self.entry['id']}" and event.seq > self.seq:
            self.seq = event.seq
            getattr(self, f"hear_{event.type}")(event.data)

    def hear_message(self, message: dict) -> None:
        self.messages[message["id"]] = message

    def hear_member(self, member: dict) -> None:
        user = member["user"]
        self.members[user["id"]] = member
        if not member["active"]:
            del self.members[user["id"]]
        for message in self.messages.values():
            if message["author"]["id"] == user["id"]:
                message["author"] = user
        self.entry["people"] = [user if other["id"] == user["id"] else other for other in self.entry["people"]]

    def hear_reaction(self, data: dict) -> None:
        if data["by"] == self.me:
            (self.own.add if data["on"] else self.own.discard)((data["message"], data["emoji"]))
        message = self.messages.get(data["message"])
        if message and message.get("reactions_seq", 0) < self.seq:
            others = [other for other in message.get("reactions", ()) if other["emoji"] != data["emoji"]]
            new = [{key: data[key] for key in ("emoji", "count", "since")}] if data["count"] else []
            message["reactions"] = sorted(others + new, key=lambda reaction: reaction["since"])
            message["reactions_seq"] = self.seq

    def hear_room(self, room: dict) -> None:
        self.entry |= room

    def state(self) -> dict:
        """Return the state that the client shows."""
        messages = sorted(self.messages.values(), key=lambda message: message["posted_seq"])
        for message in messages:
            for reaction in message.get("reactions", ()):
                reaction.pop("mine", None)
                if (message["id"], reaction["emoji"]) in self.own:
                    reaction["mine"] = True
        return {
            "seq": self.seq,
            "room": self.counted(messages),
            "can": self.can(),
            "messages": messages,
            "members": self.members,
        }

    def counted(self, messages: list[dict]) -> dict:
        texts = [message for message in messages if message["kind"] == "text" and not message["deleted_at"]]
        new = [message for message in texts if message["posted_seq"] > self.entry["last_read_seq"]]
        return self.entry | {
            "seq": self.seq,
            "unread": sum(message["author"]["id"] != self.me for message in new),
            "mentions": sum(self.is_meant(message) for message in new),
            "personal_mentions": sum(self.me in message["mentions"] for message in new),
            "last_posted_at": texts[-1]["created_at"] if texts else None,
        }

    def is_meant(self, message: dict) -> bool:
        return self.me in message["mentions"] or (message["everybody"] and message["author"]["id"] != self.me)

    def can(self) -> list[str]:
        room = SimpleNamespace(kind=self.entry["kind"], archived_at=self.entry["archived"] or None)
        return allowed(SimpleNamespace(active=self.entry["active"], role=self.entry["role"], room=room))


def fetch(user, room) -> View:
    return View(user, room_state(place(user, room)))


def fetched(user, room) -> dict:
    """Return the state again, with the counts of the database."""
    state = room_state(place(user, room))
    members = {member["user"]["id"]: member for member in state["members"]}
    return {key: state[key] for key in ("seq", "room", "can", "messages")} | {"members": members}


class World:
    """Ada's room with Bob and Mary in it and some messages, and Eve and Tim outside."""

    def __init__(self) -> None:
        self.ada, self.bob, self.mary, self.eve, self.tim = [
            person(name) for name in ("ada", "bob", "mary", "eve", "tim")
        ]
        self.room = room_of(self.ada, self.bob, self.mary, self.tim)
        services.leave(self.room, self.tim)
        self.hello = post(self.room, self.bob, "hello @ada")
        self.reply = post(self.room, self.ada, "hi @bob and @mary")
        self.direct = services.open_direct(self.ada, [self.bob])
        react(self.room, self.bob, self.hello, "👋")

    def renames(self, user, name) -> None:
        user.display_name = name
        user.save()
        services.publish_profile(user)


def preview_a_post(w: World):
    """Post a link, and store what was found there."""
    message = post(w.room, w.bob, "see https://example.org/")
    found = services.FoundPreview("Title", "Description", "Site", "example.org", None)
    services.store_previews(w.room.pk, message.pk, {digest_of("https://example.org/"): found})
    return message


def react_and_edit(w: World) -> None:
    """Post a message and change it after the reactions: who was away gets the reactions first."""
    message = post(w.room, w.bob, "who comes?")
    react(w.room, w.ada, message, "✅")
    react(w.room, w.bob, message, "✅")
    services.edit_message(w.room.pk, w.bob, message.pk, "who comes today?")


ACTIONS = {
    "a post": lambda w: post(w.room, w.ada, "**new** @bob"),
    "an edit": lambda w: services.edit_message(w.room.pk, w.bob, w.hello.pk, "hello @mary :tada:"),
    "a post to everybody": lambda w: post(w.room, w.ada, "@room and @bob"),
    "an edit that calls everybody": lambda w: services.edit_message(w.room.pk, w.ada, w.reply.pk, "hi @room"),
    "an edit that calls nobody any more": lambda w: (
        services.edit_message(w.room.pk, w.ada, w.reply.pk, "hi @room and @mary"),
        services.edit_message(w.room.pk, w.ada, w.reply.pk, "hi"),
    ),
    "another level": lambda w: [
        services.set_level(room.pk, user.pk, level="everything", mute="hour")
        for room in (w.room, w.direct)
        for user in (w.ada, w.bob)
    ],
    "the usual level again": lambda w: (
        services.set_level(w.room.pk, w.bob.pk, mute="always"),
        services.set_level(w.room.pk, w.bob.pk, mute="off"),
    ),
    "a deletion": lambda w: services.delete_message(w.room.pk, w.ada, w.hello.pk, "rude"),
    "a join": lambda w: services.join(w.room, w.eve),
    "a comeback": lambda w: services.join(w.room, w.tim),
    "an invitation": lambda w: services.invite(w.room, w.bob, [w.eve, w.tim]),
    "a leave": lambda w: services.leave(w.room, w.mary),
    "a handover": lambda w: services.leave(w.room, w.ada, hand_over_to=w.bob),
    "a removal": lambda w: services.remove_member(w.room, w.ada, w.mary),
    "another role": lambda w: services.set_role(w.room, w.ada, w.bob, "moderator"),
    "another name": lambda w: services.update_room(w.room, w.ada, name="lounge <b>"),
    "another topic": lambda w: services.update_room(w.room, w.ada, topic="Be kind."),
    "reactions": lambda w: [
        react(w.room, w.ada, w.hello, "🎉"),
        react(w.room, w.bob, w.hello, "👍"),
        react(w.room, w.bob, w.hello, "🎉"),
        react(w.room, w.ada, w.hello, "🎉", on=False),
        react(w.room, w.ada, w.hello, "👋"),
        react(w.room, w.ada, w.reply, "👋"),
    ],
    "a reaction that is taken back": lambda w: react(w.room, w.bob, w.hello, "👋", on=False),
    "a post with reactions that is edited": react_and_edit,
    "a deletion of a post with reactions": lambda w: services.delete_message(w.room.pk, w.bob, w.hello.pk),
    "link previews": preview_a_post,
    "a preview that is removed": lambda w: services.remove_preview(
        w.room.pk, w.ada, preview_a_post(w).pk, "https://example.org/"
    ),
    "a preview whose link is edited away": lambda w: services.edit_message(
        w.room.pk, w.bob, preview_a_post(w).pk, "no link"
    ),
    "link previews turned off": lambda w: services.set_link_previews(w.room, w.ada, on=False),
    "an archiving": lambda w: services.archive(w.room, w.ada),
    "a return": lambda w: (services.archive(w.room, w.ada), services.restore(w.room, w.ada)),
    "a reading": lambda w: services.mark_read(w.room.pk, w.bob.pk, w.reply.posted_seq),
    "another name of somebody": lambda w: w.renames(w.bob, "Robert"),
    "another name of one who left": lambda w: w.renames(w.tim, "Timothy"),
    "a direct message": lambda w: post(w.direct, w.bob, "psst"),
    "another name in a direct conversation": lambda w: w.renames(w.ada, "Countess"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["ada", "bob"])
@pytest.mark.parametrize("where", ["room", "direct"])
def test_state_before_and_events_are_the_state_after(action, who, where, published):
    world = World()
    user, room = getattr(world, who), getattr(world, where)
    live, later, own = fetch(user, room), fetch(user, room), place(user, room).person_seq
    published.clear()

    ACTIONS[action](world)
    assert published

    for event in published:
        live.hear(event)
    for event in RoomTopic(room.pk).missed(later.seq, ALL) + person_rooms_missed(user.pk, own, ALL):
        later.hear(event)
    if not place(user, room).active:  # "a handover" takes Ada out
        assert live.entry["active"] is later.entry["active"] is False
        return
    assert live.state() == fetched(user, room)
    assert later.state() == fetched(user, room)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_it_holds_for_any_run_of_changes(seed, published):
    chance = random.Random(seed)
    world = World()
    live, cursor = fetch(world.ada, world.room), RoomTopic(world.room.pk)
    later, own = fetch(world.ada, world.room), place(world.ada, world.room).person_seq
    published.clear()
    for _ in range(15):
        change(world, chance)
    for event in published:
        live.hear(event)
    for event in cursor.missed(later.seq, ALL) + person_rooms_missed(world.ada.pk, own, ALL):
        later.hear(event)
    assert live.state() == later.state() == fetched(world.ada, world.room)


def change(world: World, chance: random.Random) -> None:
    """Do something, if it may be done now."""
    possible = sorted(set(ACTIONS) - {"a handover", "an archiving", "a direct message"})
    with suppress(CommandError):
        ACTIONS[chance.choice(possible)](world)


@pytest.mark.django_db
def test_events_are_numbered_without_holes(published):
    world = World()
    seen = [event.seq for event in published if event.topic == f"room.{world.room.pk}"]
    assert seen == list(range(1, len(seen) + 1))
    for name in ("ada", "bob"):
        own = [event.seq for event in published if event.topic == f"user.{getattr(world, name).pk}"]
        assert own == list(range(1, len(own) + 1))
