"""A site whose users and objects have a UUID or a text for a primary key, on both databases."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SECONDS = 120


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Bring what the environment says of a database of the club's own."""
    if request.param == "sqlite":
        yield {"SHOP_DATABASE": str(tmp_path / "club.sqlite3")}
        return
    postgres = request.getfixturevalue("postgres")
    name = f"club_{secrets.token_hex(6)}"
    yield {"SHOP_DATABASE": "", "CLUB_DATABASE_URL": postgres.create(name)}
    postgres.drop(name)


@pytest.mark.parametrize("users", ["club.Member", "club.Named"])
def test_its_own_tests_pass(database, users):
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = ours | {"DJANGO_SETTINGS_MODULE": "club.settings", "CLUB_USERS": users} | database
    command = [sys.executable, "-W", "error::RuntimeWarning", "manage.py", "test", "club", "--noinput"]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
