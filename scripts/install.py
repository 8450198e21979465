#!/usr/bin/env python3
"""Make .venv and install the packages that a task needs; do nothing where they are installed already.

    scripts/install.py run     the packages of the server
    scripts/install.py test    those, and the packages of tests and checks (Node's tools included)

It needs only the standard library. It records installed packages by the contents of the files that require them.
"""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

from node import node_environment, npm_command

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
FAN_OUT = "realtime/engine/fan_out.c"
WANTED = {
    "run": ["requirements.txt", FAN_OUT],
    "test": ["requirements.txt", FAN_OUT, "requirements-dev.txt", "package.json"],
}


def main(goal: str) -> None:
    installed = read_stamp()
    wanted = {name: digest(ROOT / name) for name in WANTED[goal]}
    missing = [name for name in wanted if wanted[name] != installed.get(name)]
    if not missing:
        return
    refuse_read_only_folder()
    if not installed:
        make_venv()
    for name in missing:
        if name == FAN_OUT:
            if not build_fan_out():
                continue  # the next start tries again, for a compiler may be there by then
        else:
            install(name)
        installed[name] = wanted[name]
        STAMP.write_text(json.dumps(installed, indent=2) + "\n")


def read_stamp() -> dict[str, str]:
    """Return what .venv contains, as recorded; nothing if scripts/find-python could not use its Python."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        return {}
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):  # an installation was interrupted
        return {}


def refuse_read_only_folder() -> None:
    if not os.access(ROOT, os.W_OK):
        sys.exit(f"Hubbub cannot write in {ROOT}: change the folder's owner, or copy it to a folder that is yours.")


def make_venv() -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Setting up with Python {version}. This happens once and takes about a minute.", flush=True)
    if os.geteuid() == 0 and (folder := closed_folder(Path(sys.executable).resolve())):
        print(
            f"Only root may enter {folder}, where this Python is, so no other user can start the site with it."
            " Install Python for all users, or choose one with PYTHON=/path/to/python.",
            flush=True,
        )
    if VENV.is_symlink():
        VENV.unlink()  # --clear would empty the folder behind the link
    run([sys.executable, "-m", "venv", "--clear", VENV])


def closed_folder(path: Path) -> Path | None:
    """Return the nearest folder above a file that some users may not enter."""
    closed = [folder for folder in path.parents if not folder.stat().st_mode & stat.S_IXOTH]
    return closed[0] if closed else None


def install(name: str) -> None:
    if name == "package.json":
        run([*npm_command(), "install", "--silent", "--no-package-lock", "--fetch-retries=1"], env=node_environment())
    else:
        run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r", name])


def build_fan_out() -> bool:
    """Compile the fan-out, and return whether that succeeded. Without it Python does the same work more slowly."""
    compiler = shutil.which(os.environ.get("CC") or "cc")
    if compiler is None:
        return False
    library = VENV / "lib" / "hubbub" / "fan_out.so"
    library.parent.mkdir(parents=True, exist_ok=True)
    fresh = library.with_suffix(".new")  # a running server has the old one mapped into its memory
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(fresh), FAN_OUT]
    if subprocess.run(command, cwd=ROOT, capture_output=True).returncode:
        return False
    fresh.replace(library)
    return True


def run(command: list, **options) -> None:
    """Run a command; show its output only if it fails, and exit then."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        sys.exit(f"{done.stdout.strip()}\n\nThis command failed: {' '.join(map(str, command))}")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in WANTED:
        sys.exit(__doc__)
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next run continues from here.")
