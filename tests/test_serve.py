"""`manage.py serve` starts only when people can use the site, and otherwise prints the reason."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from realtime.management.commands.serve import refuse_unprepared

ROOT = Path(__file__).parent.parent


def serve(*arguments, **environment):
    command = [sys.executable, "manage.py", "serve", "--port", "1", *arguments]
    variables = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | environment
    return subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=30)


def test_a_database_without_migrations_is_refused(tmp_path):
    done = serve(DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "CommandError: The database lacks migrations: run `manage.py migrate` first.\n"


def test_an_invalid_setting_is_refused_without_a_traceback(tmp_path):
    done = serve(DATA_DIR=str(tmp_path), TIME_ZONE="Mars")
    assert done.returncode == 1
    assert done.stderr == (
        "TIME_ZONE must be the name of a time zone, as Europe/Berlin, not Mars.\n"
        "docs/configuration.md describes every setting.\n"
    )


@pytest.mark.django_db(transaction=True)
def test_missing_static_files_are_refused(settings):
    settings.DEBUG = True
    refuse_unprepared()
    settings.DEBUG = False
    with pytest.raises(CommandError, match=r"run `manage\.py collectstatic --no-input` first"):
        refuse_unprepared()


POSTGRES, REDIS = (
    "PostgreSQL (DATABASE_URL=postgres://user:password@host/name)",
    "Redis (REDIS_URL=redis://host:6379/0)",
)


@pytest.mark.parametrize(
    "environment, missing",
    [
        ({}, f"{POSTGRES} and {REDIS}"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, POSTGRES),
        ({"DATABASE_URL": "postgres://u:p@127.0.0.1:1/n"}, REDIS),
    ],
)
def test_several_workers_without_their_services_are_refused(tmp_path, environment, missing):
    done = serve("--workers", "2", DATA_DIR=str(tmp_path), **environment)
    assert done.returncode == 1
    assert done.stderr == f"CommandError: Several workers need {missing}.\n"


def test_a_missing_database_is_refused_with_the_reason(tmp_path):
    done = serve(DATA_DIR=str(tmp_path), DATABASE_URL="postgres://u:secret@127.0.0.1:1/n")
    assert done.returncode == 1
    *_, last = done.stderr.splitlines()
    assert last.startswith("CommandError: The database cannot be used: couldn't get a connection after")
    assert "Connection refused" in last
    assert "secret" not in done.stderr


@pytest.mark.parametrize("number", ["0", "-1"])
def test_no_worker_at_all_is_refused(tmp_path, number):
    done = serve(f"--workers={number}", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"CommandError: --workers must be 1 or more, not {number}.\n"


def test_a_certificate_without_its_key_is_refused(tmp_path):
    done = serve("--tls-certificate", "certificate.pem", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == "CommandError: Give both --tls-certificate and --tls-key, or neither.\n"
