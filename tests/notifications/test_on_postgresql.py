"""The services once more on PostgreSQL, where transactions do run side by side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = [
    "cleanup",
    "email",
    "new_notifications",
    "push_dispatcher",
    "pushes",
    "races",
    "state_changes",
    "stored_rules",
]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_notifications_and_their_deliveries_on_postgresql(postgres):
    environment = os.environ | {"DATABASE_URL": postgres.url, "DEBUG": "1", "EMAIL_URL": "smtp://localhost"}
    tests = [HERE / f"test_{name}.py" for name in FILES]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ds=config.settings", *tests]
    command += ["-k", "not awaited"]  # its thread would keep a connection to the database that is to be dropped
    run = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=HERE.parents[1])
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
