"""Actions at the same moment, in real threads and transactions."""

import threading
from collections.abc import Callable

from django.db import connection

from realtime.shared.errors import CommandError


def together(*acts: Callable[[], object]) -> list[object]:
    """Run all functions at once, and return the result of each, or the CommandError that it raised."""
    results: list[object] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(index: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[index] = act()
        except CommandError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results
