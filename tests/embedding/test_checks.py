"""What a site of somebody else is told before it serves anybody, and what it is left alone with."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import msgspec
import pytest
from django.db import models

from chat.checks import check_users
from notifications import checks as notification_checks
from realtime import checks
from realtime.shared import topic_ids
from realtime.shared.events import Event

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


WITHOUT_CHAT = """
import sys, manage, django
django.setup()
import shop.asgi
from realtime.conf import EngineLimits
from realtime.engine import topics
from realtime.shared.errors import CommandError
print([name for name in sys.modules if name.partition(".")[0] == "chat"])
print([kind for kind in CommandError.__subclasses__() if kind.code == "archived"])
print([name for name in vars(EngineLimits) if name.startswith("MESSAGE")])
print(topics.client_limits())
"""


def test_a_site_without_the_chat_has_nothing_of_its_limits_and_errors(tmp_path):
    done = run(WITHOUT_CHAT, tmp_path)
    assert (done.stdout, done.stderr) == ("[]\n[]\n[]\n{}\n", "")


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
    assert f"importing that name finds {tmp_path}/accounts" in last
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


class Replica:
    """A router as in Django's documentation: what is read comes from a copy."""

    def db_for_read(self, model, **hints):
        return "replica"


def test_a_router_that_leads_elsewhere_is_refused(settings):
    assert checks.check_router(None) == []
    settings.DATABASE_ROUTERS = [Replica()]
    [error] = checks.check_router(None)
    assert (error.id, error.msg) == ("realtime.E004", "DATABASE_ROUTERS sends queries of realtime to replica.")


def test_a_site_that_does_not_say_whose_sign_in_has_ended_is_refused(settings):
    assert checks.check_credentials(None) == []
    del settings.REALTIME_CREDENTIALS
    assert [error.id for error in checks.check_credentials(None)] == ["realtime.E005"]


def test_times_without_a_zone_are_refused(settings):
    assert notification_checks.check_time_zones(None) == []
    settings.USE_TZ = False
    assert [error.id for error in notification_checks.check_time_zones(None)] == ["notifications.E001"]


@pytest.mark.parametrize("engine", ["signed_cookies", "cache", "file"])
def test_sessions_outside_of_the_database_are_refused(settings, engine):
    assert notification_checks.check_sessions(None) == []
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert [error.id for error in notification_checks.check_sessions(None)] == ["notifications.E002"]


def test_a_site_without_the_app_of_sessions_is_refused(tmp_path):
    done = run(WITHOUT_SESSIONS, tmp_path)
    assert "(notifications.E002) Sessions are stored by django.contrib.sessions.backends.db" in done.stderr


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


WITHOUT_SESSIONS = """
from shop import settings
settings.INSTALLED_APPS.remove("django.contrib.sessions")
import manage
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check"])
"""
DEPLOY = """
import manage
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "check", "--deploy"])
"""


def test_a_site_is_told_before_production_what_several_processes_need(tmp_path):
    assert "realtime.W001" in run(DEPLOY, tmp_path).stderr


@pytest.fixture
def user_key(monkeypatch):
    """Have the users of this site, as far as keys go, one of another kind."""

    def use(key: models.Field) -> None:
        model = SimpleNamespace(_meta=SimpleNamespace(pk=key, label="shop.Customer"))
        monkeypatch.setattr(checks, "get_user_model", lambda: model)
        monkeypatch.setattr(topic_ids, "get_user_model", lambda: model)

    return use


@pytest.mark.parametrize("key", [models.BinaryField(), models.DateField(), models.DecimalField()])
def test_users_whom_no_topic_can_name_are_refused_at_once(user_key, key):
    user_key(key)
    [error] = checks.check_user_key(None)
    assert error.id == "realtime.E001"
    assert "shop.Customer is not a number, a UUID or a text" in error.msg


KEYS = [models.BigAutoField(primary_key=True), models.UUIDField(), models.EmailField()]


@pytest.mark.parametrize("key", KEYS)
def test_users_by_number_uuid_or_text_are_taken(user_key, key):
    user_key(key)
    assert checks.check_user_key(None) == []


@pytest.mark.parametrize(("key", "value"), list(zip(KEYS, [7, UUID(int=7), "ada@club.example"], strict=True)))
def test_users_are_named_alike_in_every_process(user_key, key, value):
    """What goes by the channel layer is packed by msgpack, which takes numbers and texts."""
    user_key(key)
    sent = Event("match.1", "left", {}, seq=1, removes=(value,), by=value)
    message = msgspec.msgpack.decode(msgspec.msgpack.encode(pack_plainly(sent.for_the_bus())))
    heard = Event.from_the_bus(message)
    assert (heard.topic, heard.removes, heard.by, heard.line) == ("match.1", (value,), value, sent.line)


def pack_plainly(fields: list) -> list:
    assert all(type(key) in (int, str) for key in [*fields[3], fields[4]])
    return fields


def test_the_chat_says_that_it_wants_its_own_users(settings):
    assert check_users(None) == []
    settings.AUTH_USER_MODEL = "auth.User"  # as a name only: nothing is loaded by it here
    [error] = check_users(None)
    assert error.id == "chat.E001"
