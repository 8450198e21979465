"""The errors of uploads, and the page that lists them."""

import re
from itertools import product
from pathlib import Path

from files import errors
from realtime.shared.errors import CommandError

PAGE = (Path(__file__).parents[2] / "docs/files.md").read_text()


def test_the_page_lists_the_errors_of_uploads():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CommandError)]
    ours = {(str(kind.status), kind.code) for kind in kinds if kind.__module__ == errors.__name__}
    rows = re.findall(r"^\| (\d[\d, ]+) \| ([\w`, ]+) \|", PAGE, re.MULTILINE)
    pairs = [(statuses.split(", "), re.findall(r"\w+", codes)) for statuses, codes in rows]
    listed = {pair for statuses, codes in pairs for pair in product(statuses, codes)}
    assert len(ours) > 10
    assert ours <= listed
