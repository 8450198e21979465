"""A process raises its limit of file descriptors, and logs once when none are left."""

import errno
import os
import resource

import pytest

from realtime.serving import descriptors
from realtime.serving.descriptors import DescriptorShortage, raise_limit


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test sets."""
    now = [0.0]
    monkeypatch.setattr(descriptors, "monotonic", lambda: now[0])
    return now


def test_a_process_takes_as_many_descriptors_as_it_may(monkeypatch):
    found = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, both: found.append(both))
    for given in ((1024, 4096), (1024, 10**6), (256, resource.RLIM_INFINITY), (4096, 4096), (10**5, 10**6)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, given=given: given)
        raise_limit()
    assert found == [(4096, 4096), (65536, 10**6), (65536, resource.RLIM_INFINITY)]


def test_the_log_has_a_line_when_none_are_left_and_one_when_it_is_over(monkeypatch, caplog, clock):
    def fail(*_):
        raise OSError(errno.EMFILE, "Too many open files")

    shortage = DescriptorShortage()
    shortage.check()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", fail)
        for _ in range(5):
            shortage.check()
            shortage.report()
            clock[0] += 1
    assert [record.message for record in caplog.records] == [
        "No file descriptors are left: connections are refused, and pages answer 503. Raise the limit (`ulimit -n`)."
    ]
    shortage.check()
    assert len(caplog.records) == 1, "one may be free for a moment"
    clock[0] += descriptors.QUIET_SECONDS
    shortage.check()
    shortage.check()
    assert [record.message for record in caplog.records[1:]] == ["File descriptors are available again."]
