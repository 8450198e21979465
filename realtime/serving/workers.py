"""Several serving processes on one port, managed by uvicorn's supervisor.

This module must not import models: each worker unpickles it before Django is set up.
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
    """A process that serves, and shuts down gracefully on SIGTERM or when its supervisor has died."""

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # for the supervisor, which restarts the workers one by one
        # After a graceful shutdown uvicorn raises SIGTERM once more, which would look like a crash.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        threading.Thread(target=stop_with_the_supervisor, daemon=True).start()
        django.setup()
        from realtime.serving.server import Server

        self._server = Server(self.config)
        super().target(sockets)


def stop_with_the_supervisor() -> None:
    """Wait until the supervisor has died, by whatever cause, and shut down, so that a new one can use the port."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Workers(Multiprocess):
    """Restarts a worker that has died. SIGHUP restarts all of them one by one, SIGTERM stops them together."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        multiprocess.Process = Worker  # type: ignore[misc] # uvicorn has no parameter for it
        super().__init__(config, sockets)

    def keep_subprocess_alive(self) -> None:
        for process in self.processes:
            if process.exitcode is not None and not self.should_exit.is_set():
                logger.warning("Worker %d ended with code %d; a new one is started.", process.pid, process.exitcode)
        super().keep_subprocess_alive()

    def restart_all(self) -> None:
        begun, before = monotonic(), [process.pid for process in self.processes]
        logger.info("Reload: %d workers are restarted one after the other.", len(before))
        super().restart_all()
        pids = [process.pid for process in self.processes]
        if set(before) & set(pids):
            logger.error("The reload failed after %.0f s. Running workers: %s", monotonic() - begun, pids)
        else:
            logger.info("The reload is complete after %.0f s. Running workers: %s", monotonic() - begun, pids)

    def terminate_all(self) -> None:
        """Stop listening in the supervisor too, because it would accept connections that are never answered."""
        for each in self.sockets:
            each.close()
        super().terminate_all()

    @property
    def failed(self) -> bool:
        """Whether a worker failed to start."""
        return any(process.exitcode == STARTUP_FAILURE for process in self.processes)
