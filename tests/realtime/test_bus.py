"""What the other processes are told."""

from realtime.bus import MANY_TOPICS, PROCESSES, messages_of
from realtime.events import Event


def test_what_happens_on_many_topics_is_a_few_messages_for_the_others():
    few = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, MANY_TOPICS + 1)]
    assert {message["type"] for _, message in messages_of(few)} == {"hub.events"}
    many = [Event(f"note.{number}", "note", {}, seq=number) for number in range(1, 2501)]
    messages = list(messages_of(many))
    assert [(group, message["type"], len(message["heads"])) for group, message in messages] == [
        (PROCESSES, "hub.heads", 1000),
        (PROCESSES, "hub.heads", 1000),
        (PROCESSES, "hub.heads", 500),
    ]
    assert messages[2][1]["heads"]["note.2500"] == 2500
