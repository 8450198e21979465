"""The table of environment variables is complete, and invalid values are refused with a message."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chat import conf as chat_conf
from config import checks
from files import conf as files_conf
from realtime.conf import EngineLimits

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/configuration.md").read_text()


def test_the_page_names_every_variable_that_is_read():
    settings = "".join((ROOT / f"config/{name}.py").read_text() for name in ("settings", "file_storage"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings))
    assert "FILES_S3_BUCKET" in read
    assert {name for name in read if f"`{name}`" not in PAGE} == set()


def test_the_page_lists_every_bound_with_its_default():
    listed = {}
    for names, defaults in re.findall(r"^\| ((?:`HUBBUB_\w+`(?:, )?)+) \| ([\d., ]+) \|", PAGE, re.MULTILINE):
        listed |= dict(zip(re.findall(r"HUBBUB_(\w+)", names), defaults.split(", "), strict=True))
    assert {name: float(value) for name, value in listed.items()} == {
        field.name: float(getattr(bounds, field.name))
        for bounds in (EngineLimits(), chat_conf.ChatLimits(), files_conf.FilesLimits())
        for field in fields(bounds)
    }


def test_a_bound_is_set_from_the_environment():
    limits = EngineLimits.from_environment({"HUBBUB_COMMANDS_BURST": "99", "HUBBUB_HEADS_SECONDS": "0.5"})
    assert (limits.COMMANDS_BURST, limits.HEADS_SECONDS) == (99, 0.5)
    assert chat_conf.ChatLimits.from_environment({"HUBBUB_MESSAGE_CHARACTERS": "99"}).MESSAGE_CHARACTERS == 99


@pytest.mark.parametrize("old", EngineLimits.renamed)
def test_a_bound_under_its_old_name_is_refused_and_told_the_new_one(old):
    new = EngineLimits.renamed[old]
    assert hasattr(EngineLimits(), new)
    with pytest.raises(ImproperlyConfigured, match=f"HUBBUB_{old} is now called HUBBUB_{new}"):
        EngineLimits.from_environment({f"HUBBUB_{old}": "7"})


@pytest.mark.parametrize("value", ["many", "0", "-3", "inf", "1.5"])
def test_a_bound_that_is_not_a_number_is_refused(value):
    with pytest.raises(ImproperlyConfigured, match="HUBBUB_COMMANDS_BURST must be a number above 0"):
        EngineLimits.from_environment({"HUBBUB_COMMANDS_BURST": value})


@pytest.mark.parametrize(
    "wrong, id",
    [
        ({"SECRET_KEY": "short"}, "hubbub.E001"),
        ({"SECRET_KEY": "django-insecure-" + "x" * 50}, "hubbub.E001"),
        ({"ALLOWED_HOSTS": []}, "hubbub.E002"),
        ({"SECRET_KEY": "k" * 50}, "hubbub.E001"),
        ({"ALLOWED_HOSTS": ["*"]}, "hubbub.E002"),
        ({"ALLOWED_HOSTS": ["chat.example.org", "https://chat.example.org"]}, "hubbub.E002"),
        ({"ALLOWED_HOSTS": ["chat.example.org:443"]}, "hubbub.E002"),
    ],
)
def test_unsafe_production_settings_are_refused(settings, wrong, id):
    settings.DEBUG = settings.TRIAL = False
    settings.SECRET_KEY, settings.ALLOWED_HOSTS = "secret key" * 5, ["chat.example.org"]
    assert checks.check_production(None) == []
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert [error.id for error in checks.check_production(None)] == [id]


@pytest.mark.parametrize("command, imported", [("serve", ""), ("runserver", "daphne")])
def test_a_process_imports_only_the_packages_that_it_uses(command, imported):
    """Every server, worker and command starts again, and these two imports took a third of that time."""
    code = "import sys, django; django.setup(); print(*sorted({'daphne', 'psycopg'} & set(sys.modules)))"
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": "", "DEBUG": "1"}
    program = [sys.executable, "-c", code, command]
    ran = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ran.stdout.strip(), ran.stderr) == (imported, "")
