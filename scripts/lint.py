"""Run all checks of the code in parallel, and show the output of those that fail; with --fix, correct the code."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from node import node_environment

ROOT = Path(__file__).resolve().parent.parent
BIOME = ["node_modules/.bin/biome", "check", "--colors=off"]
DJLINT = [sys.executable, "-m", "djlint", "templates", "notifications/templates", "--quiet"]
RUFF = [sys.executable, "-m", "ruff"]
TEST_SETTINGS = "--settings=tests.settings"

CHECKS = {
    "types": [sys.executable, "-m", "mypy", "--no-error-summary"],
    "python": [*RUFF, "check", "--quiet"],
    "python layout": [*RUFF, "format", "--check", "--quiet", "--diff"],
    "templates": [*DJLINT, "--lint"],
    "javascript and css": [*BIOME, "--error-on-warnings"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run", TEST_SETTINGS],
    "translations": [sys.executable, "scripts/messages.py", "check"],
    "vendored files": [sys.executable, "scripts/vendor.py", "check"],
}
FIXES = {
    "python": [*RUFF, "check", "--fix", "--quiet"],
    "python layout": [*RUFF, "format", "--quiet"],
    "javascript and css": [*BIOME, "--write"],
}


def main(*, fix: bool) -> int:
    if fix:
        return max([0 if run(name, command) else 1 for name, command in FIXES.items()])
    started = time.monotonic()
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        passed = list(executor.map(run, CHECKS, CHECKS.values()))
    print(f"{sum(passed)} of {len(passed)} checks passed in {time.monotonic() - started:.0f} s.")
    return 0 if all(passed) else 1


def run(name: str, command: list[str]) -> bool:
    """Run one check; print its output only if it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env=node_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        print(f"--- {name}: {' '.join(command)}\n{done.stdout.strip()}\n", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(fix=sys.argv[1:] == ["--fix"]))
