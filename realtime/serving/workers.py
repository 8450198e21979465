"""Several serving processes on one port, by uvicorn's supervisor.

Nothing here may touch a model when it is imported: each worker unpickles it before Django is there.
"""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from time import monotonic

import django
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import multiprocess
from uvicorn.supervisors.multiprocess import Multiprocess, Process

logger = logging.getLogger(__name__)


class Worker(Process):
    """A process that serves, and stops in order when it is told to, or when it is left alone."""

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the supervisor's: it restarts one after the other
        # uvicorn ends in order on SIGTERM and then raises it once more, which would look like a crash.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        threading.Thread(target=stop_with_the_supervisor, daemon=True).start()
        django.setup()
        from realtime.serving.server import Server

        self._server = Server(self.config)
        super().target(sockets)


def stop_with_the_supervisor() -> None:
    """Wait until the supervisor has died, however, and stop: a new one wants the port."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Workers(Multiprocess):
    """Starts a worker again that died; SIGHUP restarts all of them in turn, SIGTERM stops them together."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        multiprocess.Process = Worker  # type: ignore[misc] # it has no other place to say so
        super().__init__(config, sockets)

    def keep_subprocess_alive(self) -> None:
        for process in self.processes:
            if process.exitcode is not None and not self.should_exit.is_set():
                logger.warning("Worker %d has ended with %d; another takes its place.", process.pid, process.exitcode)
        super().keep_subprocess_alive()

    def restart_all(self) -> None:
        begun, before = monotonic(), [process.pid for process in self.processes]
        logger.info("A reload begins: %d workers are restarted one after the other.", len(before))
        super().restart_all()
        pids = [process.pid for process in self.processes]
        if set(before) & set(pids):
            logger.error("The reload was given up after %.0f s. Workers that serve: %s", monotonic() - begun, pids)
        else:
            logger.info("The reload has ended after %.0f s. Workers that serve: %s", monotonic() - begun, pids)

    def terminate_all(self) -> None:
        """Stop listening here, too: what still came in would wait for nobody."""
        for each in self.sockets:
            each.close()
        super().terminate_all()

    @property
    def failed(self) -> bool:
        """Whether one could not even start."""
        return any(process.exitcode == STARTUP_FAILURE for process in self.processes)
