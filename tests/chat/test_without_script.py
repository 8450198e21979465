"""A room without its script: it is read, page by page, and written in."""

import re
import uuid

import pytest
from django.test import Client

from accounts.models import User
from chat import rate_limits, services
from chat.models import Membership, Message, Room
from chat.services import MessageDraft
from realtime.shared.rate_limit import MINUTE_SECONDS, ProcessRateLimit
from tests.chat.pages import room_of, say, visit

pytestmark = pytest.mark.django_db


def texts(room: Room) -> list[str]:
    return list(Message.objects.filter(room=room, kind="text").order_by("posted_seq").values_list("text", flat=True))


def shown(html: str) -> list[str]:
    return re.findall(r'<message-body class="prose"><p>(.*?)</p>', html)


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', html)
    assert found
    return found[1]


def post(browser: Client, room: Room, text: str, key: str | None = None):
    return browser.post(f"/rooms/{room.pk}/post/", {"text": text, "key": key or str(uuid.uuid4())})


def test_the_last_messages_are_in_the_page_and_the_others_are_linked(ada, bob):
    room = room_of(ada, bob)
    for number in range(130):
        say(room, ada, 1, f"number {number}")
    browser = visit(ada)
    latest = browser.get(f"/rooms/{room.pk}/").text
    assert shown(latest) == [f"number {number}" for number in range(70, 130)]
    assert "Newer messages" not in latest
    older_link = re.search(r'href="(\?before=\d+)">Older messages', latest)
    assert older_link
    older = browser.get(f"/rooms/{room.pk}/{older_link[1]}").text
    assert shown(older) == [f"number {number}" for number in range(10, 70)]
    newer_link = re.search(r'href="(\?after=\d+)">Newer messages', older)
    assert newer_link
    assert shown(browser.get(f"/rooms/{room.pk}/{newer_link[1]}").text) == shown(latest)
    oldest_link = re.search(r'href="(\?before=\d+)">Older messages', older)
    assert oldest_link
    oldest = browser.get(f"/rooms/{room.pk}/{oldest_link[1]}").text
    assert shown(oldest) == [f"number {number}" for number in range(10)]
    assert "This is the beginning of" in oldest
    assert "Older messages" not in oldest


def test_a_room_opens_where_reading_stopped(ada, bob):
    room = room_of(ada, bob)
    for number in range(130):
        say(room, bob, 1, f"number {number}")
    tenth = Message.objects.get(room=room, text="number 9")
    Membership.objects.filter(room=room, user=ada).update(last_read_seq=tenth.posted_seq)
    response = visit(ada).get(f"/rooms/{room.pk}/")
    assert shown(response.text)[:1] == ["number 0"]
    assert "<p>number 9</p>" in response.text.partition('class="rule new-line"')[0]
    assert "Newer messages" in response.text
    state = response.context["initial_data"]["open"]
    assert [len(state["messages"]), state["more_after"]] == [len(shown(response.text)) + 2, True]


def test_a_link_to_a_message_shows_what_is_around_it(ada):
    room = room_of(ada)
    for number in range(100):
        say(room, ada, 1, f"number {number}")
    tenth = Message.objects.get(room=room, text="number 10")
    assert "number 10" in shown(visit(ada).get(f"/rooms/{room.pk}/?message={tenth.posted_seq}").text)


@pytest.mark.parametrize("query", ["before=x", "after=", "message=-1"])
def test_a_page_that_is_no_number_is_the_latest(ada, query):
    room = room_of(ada)
    say(room, ada)
    assert shown(visit(ada).get(f"/rooms/{room.pk}/?{query}").text) == ["hello"]


def test_the_form_posts_and_leads_back(ada, bob):
    room = room_of(ada, bob)
    browser = visit(ada)
    key = key_of(browser.get(f"/rooms/{room.pk}/").text)
    assert post(browser, room, "hello @bob", key).url == f"/rooms/{room.pk}/"
    assert texts(room) == ["hello @bob"]
    assert Message.objects.get(room=room, kind="text").mention_ids == [bob.pk]


def test_a_form_that_is_sent_twice_posts_once(ada):
    room = room_of(ada)
    browser, key = visit(ada), str(uuid.uuid4())
    assert [post(browser, room, "once", key).status_code for _ in range(2)] == [302, 302]
    assert texts(room) == ["once"]


@pytest.mark.parametrize("text", ["   ", "x" * 8001], ids=["empty", "too long"])
def test_what_is_refused_is_still_there_to_be_changed(ada, text):
    room = room_of(ada)
    response = post(visit(ada), room, text)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert text in response.text
    assert texts(room) == []


def test_a_form_without_its_key_is_refused(ada):
    room = room_of(ada)
    response = post(visit(ada), room, "kept", key="no key")
    assert (response.status_code, "kept" in response.text) == (422, True)


def test_who_posts_too_quickly_waits_and_keeps_what_was_written(ada, monkeypatch):
    two_a_minute = ProcessRateLimit(2, MINUTE_SECONDS, rate_limits.posts.sentence)
    monkeypatch.setattr(rate_limits, "posts", two_a_minute)
    room = room_of(ada)
    browser = visit(ada)
    answers = [post(browser, room, f"number {number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assert "You&#x27;re sending messages too quickly. Try again in 30 s." in answers[-1].text
    assert "number 2" in answers[-1].text
    assert texts(room) == ["number 0", "number 1"]


def test_who_is_not_in_the_room_posts_nothing(ada, bob):
    public, private = room_of(ada), room_of(ada, name="secret", kind="private")
    browser = visit(bob)
    assert post(browser, public, "no").status_code == 302
    assert post(browser, private, "no").status_code == 404
    assert texts(public) == texts(private) == []


def test_an_archived_room_is_read_and_has_no_form(ada):
    room = room_of(ada)
    services.archive(room, ada)
    browser = visit(ada)
    assert 'name="text"' not in browser.get(f"/rooms/{room.pk}/").text
    assert post(browser, room, "no").status_code == 422


def test_the_form_needs_its_token(ada):
    room = room_of(ada)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert post(browser, room, "no").status_code == 403
    assert visit(ada).get(f"/rooms/{room.pk}/post/").status_code == 405


def test_the_sidebar_is_in_the_page(ada, bob):
    room, other = room_of(ada, bob, name="zebra"), room_of(ada, bob, name="room 10")
    room_of(ada, bob, name="Room 9")
    say(other, bob, 3)
    html = visit(ada).get(f"/rooms/{room.pk}/").text
    assert re.findall(r'dir="auto">([^<]+)</span>', html) == ["Room 9", "room 10", "zebra"]
    assert f'href="/rooms/{room.pk}/" data-room="{room.pk}" aria-current="page"' in html
    assert "3 unread" in html


def test_a_reader_is_told_in_words_of_what_mentions_them(ada, bob):
    room = room_of(ada, bob)
    say(room, bob)
    assert "mentions you" not in visit(ada).get(f"/rooms/{room.pk}/").text
    services.post_messages([MessageDraft(room.pk, bob.pk, uuid.uuid4(), "@ada look")])
    assert '<span class="visually-hidden">mentions you</span></p>' in visit(ada).get(f"/rooms/{room.pk}/").text


def test_an_archived_room_is_in_the_sidebar_while_it_is_open_or_something_in_it_waits(ada, bob):
    room, old, waiting = (room_of(ada, bob, name=name) for name in ("general", "old", "waiting"))
    say(waiting, bob)
    for each in (old, waiting):
        services.archive(each, ada)

    def listed(open_room):
        return re.findall(r'dir="auto">([^<]+)</span>', visit(ada).get(f"/rooms/{open_room.pk}/").text)

    assert listed(room) == ["general", "waiting"]
    assert listed(old) == ["general", "old", "waiting"]


def test_many_rooms_are_cut_but_never_the_one_that_is_open(ada):
    rooms = [Room(name=f"room {number:03}", kind="public") for number in range(100)]
    Room.objects.bulk_create(rooms)
    rooms = list(Room.objects.order_by("name"))
    Membership.objects.bulk_create([Membership(room=room, user=ada) for room in rooms])
    browser = visit(ada)
    html = browser.get(f"/rooms/{rooms[-1].pk}/").text
    assert html.count('class="room"') == 62  # with the link to the others
    assert "40 more" in html
    assert f'data-room="{rooms[-1].pk}" aria-current="page"' in html
    assert browser.get(f"/rooms/{rooms[0].pk}/?rooms=all").text.count('class="room"') == 100


def test_a_mention_of_the_reader_stands_out(ada, bob):
    room = room_of(ada, bob)
    text = f"@{ada.username} and @{bob.username}"
    services.post_messages([MessageDraft(room.pk, bob.pk, uuid.uuid4(), text)])
    html = visit(ada).get(f"/rooms/{room.pk}/").text
    assert f'<bdi class="mention you" data-user="{ada.pk}">' in html
    assert f'<bdi class="mention" data-user="{bob.pk}">' in html
    assert "mentions-me" in html


def test_the_corner_does_not_say_online(ada: User):
    html = visit(ada).get(f"/rooms/{room_of(ada).pk}/").text
    assert "Connecting…" in html
    assert "Online" not in html
