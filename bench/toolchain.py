"""The tools of the benchmark: a C compiler, the programs built with it, and Node's packages."""

import contextlib
import fcntl
import functools
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILT = ROOT / "var" / "bench"
GENERATOR = ROOT / "bench" / "generator"
FLOOR = ROOT / "bench" / "peers" / "floor"
NODE_PEERS = ROOT / "bench" / "peers" / "node"
sys.path.append(str(ROOT / "scripts"))

from node import node_environment, npm_command  # noqa: E402 a script of this repository, and no package


def prepare() -> None:
    """Install and build the tools that are missing."""
    compiler()
    generator()
    floor()
    install_node_peers()


@functools.cache
def compiler() -> list[str]:
    """Return a C compiler: $CC, the system's, or the one in a wheel, which is installed if needed."""
    for name in (os.environ.get("CC"), "cc", "gcc", "clang"):
        if name and shutil.which(name):
            return [name]
    with alone():
        if importlib.util.find_spec("ziglang") is None:
            print("No C compiler found: installing one for the load generator and the floor.", flush=True)
            run([sys.executable, "-m", "pip", "install", "--quiet", "-r", "requirements-bench.txt"])
    return [sys.executable, "-m", "ziglang", "cc"]


def generator() -> Path:
    return build("load", GENERATOR)


def floor() -> Path:
    return build("floor", FLOOR)


@functools.cache
def build(name: str, folder: Path) -> Path:
    """Compile a folder of C if it has changed since it was last compiled."""
    program = BUILT / name
    sources = sorted(folder.glob("*.[ch]"))
    if not program.exists() or program.stat().st_mtime < max(source.stat().st_mtime for source in sources):
        BUILT.mkdir(parents=True, exist_ok=True)
        # Two runs may build at once, so each builds its own file, and moves it into place when complete.
        made = program.with_suffix(f".{os.getpid()}")
        flags = ["-O2", "-std=gnu11", "-Wall", "-Wextra", "-Werror"]
        run([*compiler(), *flags, "-o", made, *(source for source in sources if source.suffix == ".c")])
        made.replace(program)
    return program


@functools.cache
def node() -> str:
    found = shutil.which("node", path=node_environment()["PATH"])
    if found is None:
        sys.exit("Node is not installed. Run `make install`, which installs it.")
    return found


@functools.cache
def install_node_peers() -> None:
    """Install the exact packages of package-lock.json if they have changed since the last installation."""
    wanted, done = NODE_PEERS / "package-lock.json", NODE_PEERS / "node_modules" / ".package-lock.json"
    with alone():
        if not done.exists() or done.stat().st_mtime < wanted.stat().st_mtime:
            command = [*npm_command(), "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
            run(command, folder=NODE_PEERS, environment=node_environment())


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Prevent other processes from installing meanwhile, because tests run in parallel."""
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command: list, *, folder: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    """Run a command; show its output only if it fails, and exit then."""
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout.strip()}\n\nThis command failed: {' '.join(map(str, command))}")
