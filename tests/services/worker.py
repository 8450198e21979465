"""`manage.py worker` of a site."""

import sys

from tests.services.databases import ROOT
from tests.services.process import Process
from tests.services.site import Site


class Worker(Process):
    """A worker process, with the settings of the site's servers."""

    def __init__(self, site: Site) -> None:
        super().__init__(
            [sys.executable, "manage.py", "worker"],
            log=site.folder / "worker.log",
            is_ready=lambda: "The worker runs" in self.log,
            environment=site.variables,
            folder=ROOT,
        )
