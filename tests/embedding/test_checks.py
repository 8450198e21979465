"""What a site of somebody else is told before it serves anybody, and what it is left alone with."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import models

from chat.checks import check_users
from realtime import checks

HERE = Path(__file__).resolve().parent
# As `startproject` leaves it, and as many sites are run: their policy, and none of ours.
UNSAFE = """
from shop import settings
settings.DEBUG, settings.SECRET_KEY, settings.ALLOWED_HOSTS = False, "django-insecure-x", ["*"]
import manage
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""


def test_hubbubs_own_rules_are_no_rules_of_another_site(tmp_path):
    environment = {"SHOP_DATABASE": str(tmp_path / "shop.sqlite3"), "PATH": ""}
    command = [sys.executable, "-c", UNSAFE]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def user_with(key: models.Field):
    return SimpleNamespace(_meta=SimpleNamespace(pk=key, label="shop.Customer"))


@pytest.mark.parametrize("key", [models.UUIDField(), models.CharField(), models.EmailField()])
def test_people_without_a_number_are_refused_at_once(monkeypatch, key):
    monkeypatch.setattr(checks, "get_user_model", lambda: user_with(key))
    [error] = checks.check_user_key(None)
    assert error.id == "realtime.E001"
    assert "shop.Customer is no integer" in error.msg


@pytest.mark.parametrize("key", [models.AutoField(primary_key=True), models.BigAutoField(primary_key=True)])
def test_people_with_a_number_are_taken(monkeypatch, key):
    monkeypatch.setattr(checks, "get_user_model", lambda: user_with(key))
    assert checks.check_user_key(None) == []


def test_the_chat_says_that_it_wants_its_own_users(settings):
    assert check_users(None) == []
    settings.AUTH_USER_MODEL = "auth.User"  # as a name only: nothing is loaded by it here
    [error] = check_users(None)
    assert error.id == "chat.E001"
