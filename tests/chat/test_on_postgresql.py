"""The services once more on PostgreSQL, where transactions do run side by side."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = [
    "attachments",
    "erasure",
    "folded_names",
    "invitation_links",
    "levels",
    "members",
    "messages",
    "notices",
    "new_messages",
    "races",
    "reactions",
    "reading",
    "removal",
    "rooms",
    "room_files",
    "room_states",
    "search",
    "topics",
]


@pytest.mark.slow
@pytest.mark.timeout(420)
def test_rooms_and_messages_on_postgresql(postgres):
    environment = os.environ | {"DATABASE_URL": postgres.url, "DEBUG": "1"}
    tests = [*(HERE / f"test_{name}.py" for name in FILES), HERE.parent / "search" / "test_indexes.py"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--ds=config.settings", *tests]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=HERE.parents[1])
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr[-2000:]
