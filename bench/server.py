"""A server under load: its process with its children, their memory, and its port."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.services.ports import answers
from tests.services.process import Process

ROOT = Path(__file__).resolve().parent.parent


class Server(Process):
    """One contestant's process, with its own port."""

    def __init__(
        self,
        command: list,
        port: int,
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        tree: Path = ROOT,
    ) -> None:
        self.port = port
        super().__init__(command, log=log, is_ready=lambda: answers(port), environment=environment, folder=tree)

    @property
    def pids(self) -> list[int]:
        """The process and all processes that it has started."""
        return family(self.child.pid)


def family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += family(int(child))
    return found


def memory(pids: list[int], kind: str = "Pss") -> int:
    """Return the bytes of memory that these processes use; shared memory is counted once.

    `Pss_Anon` leaves out memory mapped from files, such as a growing database.
    """
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith(f"{kind}:"):
                    total += int(line.split()[1]) * 1024
    return total


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Start servers, and stop them at the end, also after an error."""
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait_until_ready()
        yield
    finally:
        for server in servers:
            server.kill()
