"""System lines: stored as facts, and shown to each reader in their language."""

import re
from html import unescape

import pytest
from django.contrib.auth import get_user_model
from django.utils import translation

from accounts.names.bidi_isolation import isolate
from chat import services
from chat.models import Message
from chat.states.events import message_data
from chat.text.system_lines import SENTENCES, make_line, write_english_line, write_line
from tests.chat.pages import people, person, room_of, visit
from tests.chat.talk import lines, post

pytestmark = pytest.mark.django_db


def shown(response) -> list[str]:
    """Return the system lines of a page, as text."""
    return [
        unescape(re.sub(r"<[^>]+>", "", line))
        for line in re.findall(r'class="system-line".*?<message-body>(.*?)</message-body>', response.text)
    ]


def reads_german(user) -> None:
    get_user_model().objects.filter(pk=user.pk).update(language="de")


def test_each_reader_reads_a_line_in_their_own_language(ada, bob):
    room = room_of(ada, bob, name="general")
    services.update_room(room, ada, name="a & b")
    reads_german(bob)
    assert shown(visit(ada).get(f"/rooms/{room.pk}/"))[-1] == "Ada Lovelace renamed the room to a & b"
    assert shown(visit(bob).get(f"/rooms/{room.pk}/")) == [
        "Ada Lovelace hat den Raum erstellt",
        "Ada Lovelace hat bob hinzugefügt",
        "Ada Lovelace hat den Raum in a & b umbenannt",
    ]
    assert lines(room)[-1] == "Ada Lovelace renamed the room to <strong>a &amp; b</strong>", "programs get English"


def test_a_preview_is_in_the_readers_language_too(ada, eve):
    room = room_of(ada, name="general")
    reads_german(eve)
    assert shown(visit(eve).get(f"/rooms/{room.pk}/")) == ["Ada Lovelace hat den Raum erstellt"]


def test_a_line_without_facts_is_shown_as_it_was_stored(ada):
    room = room_of(ada, name="general")
    Message.objects.update(line=None, html="Ada opened the room")
    reads_german(ada)
    assert shown(visit(ada).get(f"/rooms/{room.pk}/")) == ["Ada opened the room"]


def test_clients_get_the_facts_of_a_line(ada, bob):
    room = room_of(ada, bob, name="general")
    services.update_room(room, ada, topic="plans")
    post(room, ada)
    _, added, topic, message = [message_data(row) for row in room.messages.order_by("seq").with_people()]
    assert added["line"] == {"action": "added", "people": [{"id": bob.pk, "name": "bob"}]}
    assert topic["line"] == {"action": "topic_set", "text": "plans"}
    assert "line" not in message


def test_the_stored_text_is_english_whatever_the_language_of_who_acts(ada):
    with translation.override("de"):
        room = room_of(ada, name="general")
    assert lines(room) == ["Ada Lovelace created the room"]


@pytest.mark.parametrize("action", SENTENCES)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_has_its_facts_in_every_language(action, language):
    line = make_line(action, people=[person("tim")], text="<b>plans</b>")
    with translation.override(language):
        html = write_line(line, "<i>eve</i>")
    assert html.startswith("&lt;i&gt;eve&lt;/i&gt; ")
    facts = re.findall(r"%\((\w+)\)s", str(SENTENCES[action]))
    assert ("tim" in html) == ("people" in facts)
    assert ("<strong>&lt;b&gt;plans&lt;/b&gt;</strong>" in html) == ("text" in facts)


def test_names_are_listed_as_in_a_sentence():
    line = make_line("added", people=people(3))
    names = [person["name"] for person in line["people"]]
    assert write_english_line(line, "ada") == f"ada added {names[0]}, {names[1]} and {names[2]}"
    with translation.override("de"):
        assert write_line(line, "ada") == f"ada hat {names[0]}, {names[1]} und {names[2]} hinzugefügt"


def test_a_name_that_is_written_from_the_right_does_not_turn_the_sentence():
    name = "\u05d3\u05e0\u05d4"
    assert write_english_line(make_line("joined"), name) == f"{isolate(name)} joined the room"
