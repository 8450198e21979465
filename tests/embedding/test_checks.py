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
    done = run(UNSAFE, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


def run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    environment = {"SHOP_DATABASE": str(folder / "shop.sqlite3"), "PATH": "", **environment}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=HERE, env=environment, capture_output=True, text=True, timeout=60
    )


# The shop, with a package of its own that has one of our names and comes first on the path.
WITH_ACCOUNTS = """
import sys
sys.path.insert(0, {folder!r})
from shop import settings
settings.INSTALLED_APPS = [{app!r}, *settings.INSTALLED_APPS]
import manage
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""


def make_app(folder: Path, package: str, label: str) -> None:
    (folder / package).mkdir()
    (folder / package / "__init__.py").touch()
    config = f'class OwnConfig(AppConfig):\n    name, label = "{package}", "{label}"\n'
    (folder / package / "apps.py").write_text("from django.apps import AppConfig\n\n\n" + config)


def test_an_own_package_called_accounts_is_refused_with_what_to_do(tmp_path):
    make_app(tmp_path, "accounts", "accounts")
    done = run(WITH_ACCOUNTS.format(folder=str(tmp_path), app="accounts"), tmp_path)
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert f"{tmp_path}/accounts is found by that name" in last
    assert 'name = "people"; label = "accounts"' in last


def test_renamed_it_keeps_its_label(tmp_path):
    make_app(tmp_path, "people", "accounts")
    done = run(WITH_ACCOUNTS.format(folder=str(tmp_path), app="people"), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", ["ws/", "", None, "//ws/", "/ws/?x=1"])
def test_a_path_that_no_request_has_is_refused(settings, path):
    settings.LIVE_BELL_PATH = path
    assert [error.id for error in checks.check_path(None)] == ["realtime.E003"]


def test_a_path_of_the_sites_own_is_taken(settings):
    assert checks.check_path(None) == []
    settings.LIVE_BELL_PATH = "/live/bell/"
    assert checks.check_path(None) == []


def test_a_database_without_our_statements_is_refused(monkeypatch):
    assert checks.check_database(None) == []
    monkeypatch.setattr(checks, "connection", SimpleNamespace(vendor="mysql", display_name="MySQL"))
    [error] = checks.check_database(None)
    assert error.id == "realtime.E002"
    assert error.msg.startswith("The database is MySQL")


def test_several_processes_without_a_layer_are_warned(monkeypatch, settings):
    settings.CHANNEL_LAYERS = {}
    for value in ("", "1", "many"):
        monkeypatch.setenv("WEB_CONCURRENCY", value)
        assert checks.check_layer(None) == []
    monkeypatch.setenv("WEB_CONCURRENCY", "4")
    assert [warning.id for warning in checks.check_layer(None)] == ["realtime.W001"]
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}}
    assert checks.check_layer(None) == []


DEPLOY = """
import manage
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy"])
"""


def test_a_site_is_told_before_production_what_several_processes_need(tmp_path):
    assert "realtime.W001" in run(DEPLOY, tmp_path).stderr


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
