"""A site whose users have an address, and no username, names, groups or admin; with consumers of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SECONDS = 120


@pytest.fixture
def manages(tmp_path):
    """Run a command of the guild's, and return what it said; it has to succeed."""
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = ours | {"DJANGO_SETTINGS_MODULE": "guild.settings", "SHOP_DATABASE": str(tmp_path / "guild.sqlite3")}

    def manage(*words: str) -> str:
        command = [sys.executable, "-W", "error::RuntimeWarning", "manage.py", *words]
        done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=SECONDS)
        assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
        return done.stdout + done.stderr

    return manage


def test_nothing_is_wrong_with_users_who_have_no_admin(manages):
    """Not even where the admin is installed: who is subscribed by hand is chosen by number."""
    assert "no issues" in manages("check")


def test_its_own_tests_pass(manages):
    assert "OK" in manages("test", "guild")
