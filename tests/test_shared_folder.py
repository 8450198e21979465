"""Files for all workers of a test run are made once, by the first worker that needs them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.services.shared_folder import SharedFolder


def test_workers_wait_for_the_one_that_makes_a_file(tmp_path):
    makers = []

    def make(path):
        makers.append(path)
        path.write_text("made")

    folder = SharedFolder(tmp_path)
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(lambda _: folder.get("template", make).read_text(), range(4)))
    assert found == ["made"] * 4
    assert len(makers) == 1


def test_a_failed_file_is_made_again(tmp_path):
    folder = SharedFolder(tmp_path)

    def fail(path):
        path.write_text("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        folder.get("template", fail)
    assert folder.get("template", lambda path: path.write_text("whole")).read_text() == "whole"
