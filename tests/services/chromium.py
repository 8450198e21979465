"""A real Chromium: $CHROMIUM, the system's, or Playwright's own; installed where that is permitted.

Debian's chromium-headless-shell is the same engine without a desktop: a test takes 0.6 times the processor time in
it.
It shows no notifications, so tests that need them get the whole browser.

As a program (`make install` and `make test` run it) this module installs Chromium where none is found.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.services.folders import make_folder, remove_folder
from tests.services.process import Process

SHELL = "chromium-headless-shell"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A container has no user namespaces and no GPU, and tests need no updates from Google. The microphone beeps once a
# second, and every page may use it.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run --force-color-profile=srgb --use-fake-device-for-media-stream --use-fake-ui-for-media-stream"
).split()
MISSING = (
    "The browser tests need Chromium. Install it (on Debian and Ubuntu: sudo apt-get install chromium;"
    " elsewhere: .venv/bin/python -m playwright install chromium), or name one with CHROMIUM=/path/to/it."
)


class Chromium(Process):
    """One browser for the whole run; each test connects to it (`ws_url`) and opens its own contexts."""

    def __init__(self, *, whole: bool) -> None:
        self.folder = make_folder("chromium", in_memory=True)
        config = self.folder / "config.json"
        path = find_chromium(NAMES if whole else (SHELL, *NAMES))
        config.write_text(json.dumps({"executablePath": path, "headless": True, "args": FLAGS}))
        super().__init__(
            [sys.executable, "-m", "playwright", "launch-server", "--browser", "chromium", "--config", config],
            log=self.folder / "log",
            is_ready=lambda: self.ws_url != "",
        )

    @property
    def ws_url(self) -> str:
        found = re.search(r"ws://\S+", self.log)
        return found[0] if found else ""

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)


class Chromiums:
    """The browsers of this run, each started when a test first needs it."""

    def __init__(self) -> None:
        self._started: dict[bool, Chromium] = {}

    def get(self, *, whole: bool) -> Chromium:
        """Return the browser without a desktop, or the whole one."""
        if whole not in self._started:
            self._started[whole] = Chromium(whole=whole)
            self._started[whole].start()
        return self._started[whole]

    def close(self) -> None:
        for chromium in self._started.values():
            chromium.close()


def find_chromium(names: tuple[str, ...] = NAMES) -> str:
    """Return the path of the first Chromium found. Raises FileNotFoundError with the command that installs one."""
    chosen = os.environ.get("CHROMIUM")
    found = [chosen] if chosen else [shutil.which(name) for name in names]
    for path in found:
        if path and Path(path).exists():
            return path
    if not chosen and Path(own := playwrights_own()).exists():  # last, because it starts Playwright's driver
        return own
    raise FileNotFoundError(MISSING)


def playwrights_own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install_chromium() -> None:
    """Install Debian's Chromium as root; otherwise exit with instructions."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(MISSING)
    print("Installing Chromium for the browser tests.", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", SHELL, "fonts-noto-color-emoji"]
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["apt-get", "-qq", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{done.stderr.strip()}\n{MISSING}")


if __name__ == "__main__":
    try:
        find_chromium()
    except FileNotFoundError:
        install_chromium()
