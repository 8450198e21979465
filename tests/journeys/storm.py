"""A storm: people who talk, edit, delete, drop the line, leave and come back while servers are killed under them.

What everybody did and was answered is recorded; test_storm.py holds it against the database and against each other.
"""

import asyncio
import contextlib
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from chat import services
from chat.models import Membership, Room
from chat.services import MessageDraft
from tests.connections import Connection
from tests.people import Person
from tests.services.site import Site

RETRY_SECONDS = 0.05
MORE_THAN_IS_CAUGHT_UP = 1_100  # CATCH_UP_EVENTS is 1,000
AT_ONCE = 50
DELIVERED_SECONDS = 10  # a head is looked at every 2 s, who may listen every 5
BROKEN = (OSError, EOFError, ConnectionClosed, InvalidHandshake, AssertionError, TimeoutError)


class LineBrokenError(Exception):
    """There is no answer, and nobody can say whether what was asked was done."""


@dataclass
class Posting:
    """A text on its way: every answer to it that says where it stands, and what was refused."""

    author: int
    text: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent_at: float | None = None
    acked_at: float | None = None
    acks: list[dict] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


@dataclass
class Storm:
    """One room of a site, in which everything happens."""

    site: Site
    room: str
    dice: random.Random
    actions: int = 0
    is_over: bool = False
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def room_id(self) -> int:
        return int(self.room.removeprefix("room."))

    @property
    def path(self) -> str:
        return f"/rooms/{self.room_id}/"

    def acts(self) -> None:
        """Count one more deed of a talker."""
        self.actions += 1
        self._moved.set()

    async def reaches(self, actions: int) -> None:
        while self.actions < actions:
            self._moved.clear()
            await self._moved.wait()

    def any_server(self) -> int:
        return self.dice.randrange(len(self.site.servers))


class Someone:
    """A person in the storm, on one line at a time, who always comes back."""

    def __init__(self, storm: Storm, person: Person) -> None:
        self.storm, self.person = storm, person
        self.connection: Connection = person.connect(storm.any_server(), patience=10)
        self.connection.fetch = self._fetches

    async def arrives(self) -> None:
        await self.connection.opens()
        await self.connection.subscribe(self.storm.room, after=0)

    async def _fetches(self) -> list[dict]:
        """Fetch the room again until a server answers, as a client must after a reset."""
        while True:
            try:
                return await all_messages(self.storm, self.person)
            except BROKEN:
                await asyncio.sleep(RETRY_SECONDS)

    async def asks(self, type: str, **data) -> dict:
        """Return the reply to a command. Raises LineBrokenError where none can come any more."""
        try:
            return await self.connection.asks(type, self.storm.room, **data)
        except BROKEN as error:
            raise LineBrokenError from error

    async def comes_back(self) -> None:
        """Try until a server is there, as the browser does."""
        while True:
            try:
                await self.connection.reopens(self.storm.site.servers[self.storm.any_server()].ws_url)
            except BROKEN:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def goes_away(self) -> None:
        await self.connection.close()

    async def submits(self, path: str, **fields) -> None:
        """Send a form until a server takes it: all that is sent this way may be sent twice."""
        while True:
            try:
                answer = await self.person.submits(self.storm.path + path, self.storm.any_server(), **fields)
            except OSError:
                await asyncio.sleep(RETRY_SECONDS)
            else:
                assert answer.status < 500, answer.text[:500]
                return


class Talker(Someone):
    """Writes, and changes what was written; sends again, with the same key, what was not answered."""

    def __init__(self, storm: Storm, person: Person) -> None:
        super().__init__(storm, person)
        self.postings: list[Posting] = []
        self.pipelined: list[tuple[Posting, Posting]] = []

    async def talks(self, times: int) -> None:
        deeds: list[tuple[int, Callable]] = [(6, self.posts), (2, self.pipelines), (2, self.edits), (1, self.deletes)]
        deeds += [(1, self.drops), (1, self.repeats)]
        for _ in range(times):
            [deed] = self.storm.dice.choices([each for _, each in deeds], [weight for weight, _ in deeds])
            try:
                await deed()
            except LineBrokenError:
                await self.comes_back()
            self.storm.acts()
        await self.sends_the_rest()

    async def posts(self) -> None:
        await self.sends(self.writes())

    async def pipelines(self) -> None:
        """Send two without waiting in between. Who must send again does so in order, the second after the first."""
        pair = self.writes(), self.writes()
        self.pipelined.append(pair)
        await asyncio.gather(*(self.sends(posting) for posting in pair))

    async def edits(self) -> None:
        if mine := self.answered():
            ack = self.storm.dice.choice(mine).acks[0]
            await self.asks("message.edit", id=ack["id"], text=f"edited to {self.storm.dice.random()}")

    async def deletes(self) -> None:
        if mine := self.answered():
            await self.asks("message.delete", id=self.storm.dice.choice(mine).acks[0]["id"])

    async def repeats(self) -> None:
        """Send again what was answered, as a client does that did not hear the answer."""
        if mine := self.answered():
            await self.sends(self.storm.dice.choice(mine))

    async def drops(self) -> None:
        await self.goes_away()
        await self.comes_back()

    def writes(self) -> Posting:
        posting = Posting(self.person.id, f"{self.person.username} says {len(self.postings)}")
        self.postings.append(posting)
        return posting

    async def sends(self, posting: Posting) -> None:
        posting.sent_at = posting.sent_at or time.monotonic()
        reply = await self.asks("message.post", key=posting.key, text=posting.text)
        if "ok" in reply:
            posting.acked_at = posting.acked_at or time.monotonic()
            posting.acks.append(reply["ok"])
        elif not reply["error"]["retry"]:  # else it is sent again at the end, with the same key
            posting.refusals.append(reply["error"]["code"])

    def answered(self) -> list[Posting]:
        """Return what may be repeated, edited, deleted: not what a program wrote, whose texts nobody has here."""
        return [posting for posting in self.postings if posting.acks and posting.text]

    async def sends_the_rest(self) -> None:
        while waiting := [posting for posting in self.postings if not posting.acks]:
            try:
                await self.sends(waiting[0])
            except LineBrokenError:
                await self.comes_back()


class Wanderer(Someone):
    """Leaves and joins again, and listens while in the room."""

    async def wanders(self, times: int) -> None:
        for _ in range(times):
            await self.submits("leave/", confirmed=1)
            await self.submits("join/")
            await self.comes_back()


class Outcast(Someone):
    """Is removed, hears nothing more, and is invited again.

    A removal comes by the owner's button while the outcast subscribes once more, or once from a process that no server
    hears, in the midst of more than a server catches up.
    """

    def __init__(self, storm: Storm, person: Person, owner: Talker) -> None:
        super().__init__(storm, person)
        self.owner = owner
        self.leaks: list[dict] = []
        self._was_refused = False  # by the reply to a subscribe; then no event says so

    async def is_thrown_out_and_back(self, times: int) -> None:
        for number in range(times):
            heard = len(self.connection.heard)
            self._was_refused = False
            await (self._is_removed_unheard() if number == times // 2 else self._is_removed_while_it_subscribes())
            removed_at = await self.storm.site.database(removal_of, self.storm.room_id, self.person.id)
            with contextlib.suppress(*BROKEN):  # Where the server is killed, nothing more can come.
                await self._listens_outside(heard)
            published = self.connection.heard[heard:]
            self.leaks += [each for each in published if self._is_of_the_room(each) and each.get("seq", 0) > removed_at]
            await self.owner.submits("invite/", users=self.person.id)
            self.connection.closes_gaps = True
            await self.comes_back()

    async def _is_removed_while_it_subscribes(self) -> None:
        removal = asyncio.create_task(self.owner.submits(f"members/{self.person.id}/remove/", confirmed=1))
        with contextlib.suppress(*BROKEN):
            while not (removal.done() or self._was_refused):
                answers = await self.connection.subscribe(
                    self.storm.room, after=self.connection.cursors.get(self.storm.room)
                )
                self._was_refused = "error" in answers[self.storm.room]
        await removal

    async def _is_removed_unheard(self) -> None:
        self.connection.closes_gaps = False  # a question would be refused, and end it
        sent_at = time.monotonic()
        keys = await self.storm.site.database(
            write_unheard, self.storm.room_id, self.owner.person.id, self.person.id, MORE_THAN_IS_CAUGHT_UP
        )
        now = time.monotonic()
        self.owner.postings += [
            Posting(self.owner.person.id, "", key, sent_at, now, [{"id": id, "seq": seq}]) for key, id, seq in keys
        ]

    async def _listens_outside(self, heard: int) -> None:
        """Go on listening until it is told, and for some of what the others do then."""
        deadline = time.monotonic() + DELIVERED_SECONDS
        while not (self._was_refused or any(map(self._says_that_it_is_out, self.connection.heard[heard:]))):
            if time.monotonic() > deadline:
                break  # what it heard meanwhile says enough
            await self._pings()
        until = self.storm.actions + 5
        while self.storm.actions < until and not self.storm.is_over:
            await self._pings()

    async def _pings(self) -> None:
        await self.connection.does("ping")
        await asyncio.sleep(RETRY_SECONDS)  # Not to wait for anything, but to stay below the rate of commands.

    def _says_that_it_is_out(self, event: dict) -> bool:
        """By the room's own event; or without a number, where that one is in a gap."""
        if not self._is_of_the_room(event):
            return False
        data = event["data"]
        is_own = event["type"] == "member" and data["user"]["id"] == self.person.id
        return event["type"] == "removed" or (is_own and not data["active"])

    def _is_of_the_room(self, event: dict) -> bool:
        return event.get("topic") == self.storm.room


class Weather:
    """Kills servers, one after the other, each after its share of what the talkers do, and starts them again."""

    def __init__(self, storm: Storm, kills: int, expected: int) -> None:
        self.storm = storm
        self.moments = [expected * (number + 1) // (kills + 1) for number in range(kills)]

    async def rages(self) -> None:
        for moment in self.moments:
            await self.storm.reaches(moment)
            server = self.storm.site.servers[self.storm.any_server()]
            server.kill()
            if self.storm.site.redis:
                self.storm.site.redis.kill()
                await self.storm.site.redis.starts()
            await server.starts()


async def all_messages(storm: Storm, person: Person) -> list[dict]:
    """Page through the history, from the first message on."""
    after, messages = 0, []
    while True:
        page = await person.fetches(f"{storm.path}messages.json?after={after}&limit=100", storm.any_server())
        messages += page["messages"]
        if not page["more_after"]:
            return messages
        after = page["messages"][-1]["posted_seq"]


def removal_of(room_id: int, user_id: int) -> int:
    """Return the number of the event that removed somebody."""
    membership = Membership.objects.get(room=room_id, user=user_id)
    assert not membership.active
    return membership.seq


def write_unheard(room_id: int, author_id: int, outcast_id: int, count: int) -> list[tuple[str, int, int]]:
    """Post so many messages in a process that no server hears, with a removal in their midst; return (key, id, seq)."""
    room, users = Room.objects.get(pk=room_id), get_user_model().objects
    posted = []
    for number in range(count // AT_ONCE):
        keys = [uuid.uuid4() for _ in range(AT_ONCE)]
        results = services.post_messages([MessageDraft(room_id, author_id, key, "unheard") for key in keys])
        posted += [(str(key), result.id, result.seq) for key, result in zip(keys, results, strict=True)]
        if number == count // AT_ONCE // 2:
            services.remove_member(room, users.get(pk=author_id), users.get(pk=outcast_id))
    return posted
