"""Posts that pour in over several connections, and go on pouring when their server has gone and come back."""

import asyncio
import random

from tests.journeys.places import make_room
from tests.journeys.storm import LineBrokenError, Posting, Storm, Talker
from tests.services.site import Site

NAMES = ("ada", "bob", "eve", "tim")
AT_ONCE = 8


class Flood:
    """People of one room, each with eight posts under way at any time."""

    def __init__(self, storm: Storm, talkers: list[Talker]) -> None:
        self.storm, self.talkers = storm, talkers
        self._broken: set[Talker] = set()
        self._all_broken = asyncio.Event()
        self._may_return = asyncio.Event()
        self._may_return.set()
        self.closed_with: list[int | None] = []  # the connections that ended

    @classmethod
    async def of(cls, site: Site) -> "Flood":
        people = [await site.person(name) for name in NAMES]
        storm = Storm(site, await site.database(make_room, *(person.id for person in people)), random.Random(1))
        return cls(storm, [Talker(storm, person) for person in people])

    @property
    def postings(self) -> list[Posting]:
        return [posting for talker in self.talkers for posting in talker.postings]

    async def arrives(self) -> None:
        await asyncio.gather(*(talker.arrives() for talker in self.talkers))

    async def pours(self) -> None:
        await asyncio.gather(*(self._pours(talker) for talker in self.talkers))

    async def grows(self, posts: int) -> None:
        """Wait until so many more have been answered."""
        await self.storm.reaches(self.storm.actions + posts)

    def ends(self) -> None:
        """Say that enough was said; what had no answer is still sent again."""
        self.storm.is_over = True

    def holds_back(self) -> None:
        """Let nobody return before `lets_return`."""
        self._may_return.clear()

    async def is_broken(self) -> None:
        """Wait until every connection has ended, and all that came over it was read."""
        await self._all_broken.wait()

    def lets_return(self) -> None:
        self._all_broken.clear()
        self._broken.clear()
        self._may_return.set()

    async def leaves(self) -> None:
        for talker in self.talkers:
            await talker.goes_away()

    async def _pours(self, talker: Talker) -> None:
        while not self.storm.is_over:
            await self._returns_if_broken(talker, await self._sends_some(talker))
        await talker.sends_the_rest()

    async def _sends_some(self, talker: Talker) -> bool:
        """Send some at once; return whether the line held."""
        sent = [self._sends(talker, talker.writes()) for _ in range(AT_ONCE)]
        return all(await asyncio.gather(*sent))

    async def _sends(self, talker: Talker, posting: Posting) -> bool:
        try:
            await talker.sends(posting)
        except LineBrokenError:
            return False
        self.storm.acts()
        return True

    async def _returns_if_broken(self, talker: Talker, is_whole: bool) -> None:
        if is_whole:
            return
        self.closed_with.append(talker.connection.close_code)
        self._broken.add(talker)
        if len(self._broken) == len(self.talkers):
            self._all_broken.set()
        await self._may_return.wait()
        await talker.comes_back()
