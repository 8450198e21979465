"""What all workers of a test run use is made once, by the one who asks first."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.shared_folder import SharedFolder


def test_who_asks_at_the_same_time_waits_for_the_one_who_makes_it(tmp_path):
    makers = []

    def make(path):
        makers.append(path)
        path.write_text("made")

    folder = SharedFolder(tmp_path)
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _: folder.get("template", make).read_text(), range(4)))
    assert found == ["made"] * 4
    assert len(makers) == 1


def test_what_could_not_be_made_is_tried_again(tmp_path):
    folder = SharedFolder(tmp_path)

    def fail(path):
        path.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        folder.get("template", fail)
    assert folder.get("template", lambda path: path.write_text("whole")).read_text() == "whole"
