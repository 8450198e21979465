"""An interrupted benchmark continues with what it has measured."""

import pytest

from bench import machine, run

RESULTS = {("room", "4 in flight", "hubbub"): {"deliveries": [1.0, 2.0]}, ("idle", "5 rooms", "hubbub"): {"kib": [9.0]}}


@pytest.fixture
def last(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "LAST", tmp_path / "results.json")
    monkeypatch.setattr(machine, "describe", lambda: {"processor": "this one"})
    return run.LAST


def test_the_last_run_is_resumed_with_its_results_and_its_time(last):
    run.save_results(last, RESULTS, 600)
    assert run.last_results() == (RESULTS, 600)


def test_a_run_on_another_machine_is_not_resumed(last, monkeypatch):
    run.save_results(last, RESULTS, 600)
    monkeypatch.setattr(machine, "describe", lambda: {"processor": "another one"})
    with pytest.raises(SystemExit, match="another machine"):
        run.last_results()


def test_without_a_last_run_nothing_is_resumed(last):
    with pytest.raises(SystemExit, match="no earlier run"):
        run.last_results()
