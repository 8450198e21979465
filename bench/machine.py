"""The description of the machine of a run, without names of the machine or its owner."""

import json
import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from bench import toolchain


def describe() -> dict[str, str]:
    return {
        "processor": processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Node": said_by([toolchain.node(), "--version"]).removeprefix("v"),
        "SQLite": sqlite3.sqlite_version,
        "compiler": said_by([*toolchain.compiler(), "--version"]).splitlines()[0],
        **{name: version(name) for name in ("django", "channels", "daphne", "channels-redis", "uvicorn", "uvloop")},
        **node_packages(),
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith(("model name", "Model", "Hardware")):
            return line.partition(":")[2].strip()
    return platform.machine()


def said_by(command: list) -> str:
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def node_packages() -> dict[str, str]:
    return json.loads((toolchain.NODE_PEERS / "package.json").read_text())["dependencies"]
