"""A site's own topics, as docs/topics.md describes them: its code is the shop's, which has tests of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "docs/topics.md"
SECONDS = 120


def code_of_the_shop() -> str:
    paths = [*(HERE / "shop").glob("*.py"), HERE / "shop/static/shop/orders.js"]
    return "\n".join(path.read_text() for path in paths)


def test_the_document_shows_the_code_that_is_run():
    blocks = re.findall(r"```(?:python|js)\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert len(blocks) >= 7
    assert [block for block in blocks if block not in code_of_the_shop()] == []


def test_the_shops_own_tests_pass(tmp_path):
    ours = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = ours | {"SHOP_DATABASE": str(tmp_path / "shop.sqlite3")}
    command = [sys.executable, "manage.py", "test", "shop"]
    done = subprocess.run(command, cwd=HERE, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr[-4000:]
