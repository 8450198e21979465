"""Turns of the event loop: callbacks that one schedules run in the next."""

from asyncio import AbstractEventLoop
from collections.abc import Callable

# The events of a commit come from the writing thread; the replies to its posts are written so many turns later at
# most: the group's end, each future's callback, the session's answer.
TO_ANSWER = 3


def after(turns: int, loop: AbstractEventLoop, function: Callable[..., object], *arguments: object) -> None:
    """Call a function when the loop has come round so many times; from its own thread."""
    if turns:
        loop.call_soon(after, turns - 1, loop, function, *arguments)
    else:
        function(*arguments)
