"""A holder of one object for each event loop."""

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary


class EachLoop[Thing]:
    """Makes the object at the first `get` in each loop."""

    def __init__(self, make: Callable[[], Thing]) -> None:
        self._make = make
        self._things: WeakKeyDictionary[asyncio.AbstractEventLoop, Thing] = WeakKeyDictionary()

    def get(self) -> Thing:
        loop = asyncio.get_running_loop()
        if loop not in self._things:
            self._things[loop] = self._make()
        return self._things[loop]
