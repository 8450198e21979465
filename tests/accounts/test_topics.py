import pytest

from accounts.topics import PersonTopic
from realtime.shared.events import Event


def events(*numbers) -> list[Event]:
    return [Event("user.7", "note", {}, seq=number) for number in numbers]


@pytest.fixture
def topic(monkeypatch):
    monkeypatch.setattr(PersonTopic, "parts", [])
    return PersonTopic(7)


def numbers(missed) -> list[int]:
    return [event.seq for event in missed]


def test_only_its_user_can_subscribe():
    assert PersonTopic.authorize({(7, 7), (8, 7), (7, 8)}) == {(7, 7)}


def test_missed_events_are_sorted(topic):
    topic.parts += [lambda *_: events(2, 5), lambda *_: events(3), lambda *_: []]
    assert numbers(topic.missed(1, 10)) == [2, 3, 5]


def test_every_part_gets_the_same_arguments(topic):
    asked = []
    topic.parts.append(lambda *question: asked.append(question) or [])
    topic.missed(4, 10)
    assert asked == [(7, 4, 10)]


@pytest.mark.parametrize("second", [None, events(4, 5)])
def test_too_many_missed_events_are_none(topic, second):
    topic.parts += [lambda *_: events(2, 3), lambda *_: second]
    assert topic.missed(1, 3) is None
