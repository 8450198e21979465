"""The search page, the switcher's messages, and completions."""

from datetime import UTC, datetime

import pytest

from chat import rate_limits, services
from chat.models import Room
from chat.search import indexing, results
from search.index import site_index
from tests.cast import person, visit
from tests.chat.pages import room_of
from tests.chat.talk import post

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def index(db):
    index = site_index()
    index.clear(indexing.find_history())
    return index


def page(user, **query) -> str:
    response = visit(user).get("/search/", query)
    assert response.status_code == 200
    return response.content.decode()


def test_results_have_the_words_marked_and_lead_to_the_message(room, ada, bob):
    message = post(room, ada, "The green toaster <b>")
    html = page(bob, q="toast")
    assert "The green <mark>toast</mark>er &lt;b&gt;" in html
    assert f'href="/rooms/{room.pk}/?message={message.posted_seq}"' in html


def test_the_query_stands_in_the_address_and_in_chips(room, ada):
    html = page(ada, q='toast from:@ada "a b"')
    assert 'value="toast from:@ada &quot;a b&quot;"' in html
    assert 'href="?q=toast+%22a+b%22"' in html


def test_without_a_query_the_page_says_what_can_be_searched_for(ada):
    assert "has:link" in page(ada)


def test_nothing_found_says_what_to_try(room, ada):
    html = page(ada, q="zebra in:general")
    assert "No messages found" in html
    assert 'href="?q=zebra"' in html


def test_a_filter_that_means_nothing_says_so(ada):
    html = page(ada, q="from:nobody in:nowhere")
    assert "Nobody has the username “nobody”." in html
    assert "You are in no room with the name “nowhere”." in html


def after(user, html: str, link: str = ' rel="next"') -> str:
    """Return the page that a link of this one leads to."""
    address = html.split(link, maxsplit=1)[0].rsplit('href="?', 1)[1].split('"', maxsplit=1)[0].replace("&amp;", "&")
    return visit(user).get(f"/search/?{address}").content.decode()


def test_older_results_are_a_page_of_their_own(room, ada):
    for number in range(25):
        post(room, ada, f"hello {number}")
    first = page(ada, q="hello")
    assert first.count('class="result"') == 20
    second = after(ada, first)
    assert second.count('class="result"') == 5
    assert "Back to the first page" in second


def test_best_match_first(room, ada):
    post(room, ada, "a test")
    post(room, ada, "the testimonials of all the testers in the latest contest")
    html = page(ada, q="test", order="best")
    assert html.index("a <mark>test</mark>") < html.index("<mark>test</mark>imonials")


def test_the_best_of_the_newest_come_in_pages_and_the_older_ones_behind_them(room, ada, monkeypatch):
    monkeypatch.setattr(results, "MOST_RANKED", 30)
    for number in range(40):
        post(room, ada, f"hello{number}" if number % 2 else f"hello {number}")
    first = page(ada, q="hello", order="best")
    assert first.index("hello</mark> 10") < first.index("hello</mark>39")
    post(room, ada, "hello")
    second = after(ada, first)
    assert second.count('class="result"') == 10
    assert "hello</mark>39" not in second
    assert "hello</mark>11" in second
    assert "These are the best of the" in second
    older = after(ada, second, ">Show older ones")
    assert older.index("hello</mark>9") < older.index("hello</mark> 8")
    assert older.count('class="result"') == 10


def test_a_page_without_results_goes_on_where_older_messages_may_match(room, ada, monkeypatch):
    monkeypatch.setattr(results, "MOST_LOOKED_AT", 5)
    post(room, ada, "cat")
    for _ in range(8):
        post(room, ada, "cat fish")
    first = page(ada, q="cat -fi")
    assert "Nothing found yet." in first
    assert after(ada, first).count('class="result"') == 1


def test_rooms_and_people_by_name(room, ada, bob):
    private = room_of(ada, kind=Room.Kind.PRIVATE, name="Bobsleigh")
    assert "Bobsleigh" in page(ada, q="bob")
    assert "Bobsleigh" not in page(bob, q="bobs")
    assert "@bob" in page(ada, q="bob")
    assert private.name not in page(ada, q="bob from:me")


def test_too_many_searches_say_when_to_try_again(ada, monkeypatch):
    monkeypatch.setattr(rate_limits.searches, "_seconds_to_fill", 0.1)
    client = visit(ada)
    answers = [client.get("/search/", {"q": "x"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "You&#x27;re searching too quickly." in answers[-1].content.decode()
    assert 'value="x"' in answers[-1].content.decode()


@pytest.mark.parametrize("query", ["\0", "🎉" * 300, "a" * 5000, "from:", '"', "in:@", "before:99999999", "-" * 300])
def test_any_query_has_an_answer(ada, query):
    assert visit(ada).get("/search/", {"q": query}).status_code == 200


def test_a_cursor_that_is_not_ours_begins_with_the_newest(room, ada):
    post(room, ada, "hello")
    assert 'class="result"' in page(ada, q="hello", before="1")


def test_the_switcher_gets_messages(room, ada):
    message = post(room, ada, "hello world")
    [found] = visit(ada).get("/search.json", {"q": "world"}).json()["messages"]
    assert found["url"] == f"/rooms/{room.pk}/?message={message.posted_seq}"
    assert found["parts"] == [{"text": "hello ", "is_term": False}, {"text": "world", "is_term": True}]
    assert (found["room_name"], found["author"]["username"]) == ("# general", "ada")


def test_a_preview_shows_the_message_that_was_found(room, ada, eve):
    first = post(room, ada, "the very first")
    for number in range(40):
        post(room, ada, f"hello {number}")
    assert "the very first" not in visit(eve).get(f"/rooms/{room.pk}/").content.decode()
    assert "the very first" in visit(eve).get(f"/rooms/{room.pk}/?message={first.posted_seq}").content.decode()


def completions(user, word: str) -> list[str]:
    found = visit(user).get("/search/complete.json", {"word": word}).json()["completions"]
    return [each["value"] for each in found]


def test_completions(room, ada, bob):
    room_of(ada, kind=Room.Kind.PRIVATE, name="Launch plan")
    services.open_direct(ada, [bob])
    assert completions(ada, "fr") == ["from:"]
    assert completions(ada, "-ha") == ["-has:"]
    assert completions(ada, "from:") == ["from:me", "from:@ada", "from:@bob"]
    assert completions(ada, "in:pla") == ['in:"#Launch plan"']
    assert completions(ada, "in:@b") == ["in:@bob"]
    assert completions(ada, "is:m") == ["is:mention"]
    assert completions(ada, "hello") == completions(ada, "") == completions(ada, "https://x") == []


def test_rooms_are_completed_and_meant_without_their_accents(ada, bob):
    room_of(bob, name="Ärzte")
    other = room_of(ada, kind=Room.Kind.PRIVATE, name="Öffentlich", topic="Ärzte")
    room_of(ada, kind=Room.Kind.PRIVATE, name="Öffentlich")
    post(other, ada, "hello")
    assert completions(ada, "in:#") == ["in:#Öffentlich", "in:#Ärzte"]
    assert completions(ada, "in:öff") == completions(ada, "in:#OFF") == ["in:#Öffentlich"]
    assert completions(ada, "in:arz") == ["in:#Ärzte"]
    assert page(ada, q="in:#offentlich").count('class="result"') == 1
    services.create_room(ada, kind="public", name="Offentlich")
    assert page(ada, q="in:#offentlich").count('class="result"') == 0


def test_days_are_completed_by_name_and_number(ada, time_machine):
    time_machine.move_to(datetime(2026, 2, 27, 12, tzinfo=UTC), tick=False)
    assert completions(ada, "on:")[:4] == ["on:today", "on:yesterday", "on:2026-02", "on:2026-01"]
    assert completions(ada, "before:jan") == ["before:2026-01"]
    assert completions(ada, "before:thu") == ["before:2026-02-26"]
    assert completions(ada, "after:2025") == ["after:2025-12", *(f"after:2025-{n:02}" for n in range(11, 4, -1))]
    assert completions(ada, "-on:2026-02-2") == [f"-on:2026-02-{day}" for day in range(27, 19, -1)]
    assert completions(ada, "on:2024-02-29") == ["on:2024-02-29"]
    assert completions(ada, "on:2026-13-0") == completions(ada, "on:0000-01-") == []


def test_completions_know_the_language_of_the_person_and_insert_what_all_understand(room, ada):
    ada.language = "de"
    ada.save()
    client = visit(ada)
    client.get("/search/")  # the page stores the language in a cookie

    def complete(word):
        return client.get("/search/complete.json", {"word": word}).json()["completions"]

    assert complete("from:ic") == complete("from:m") == [{"value": "from:me", "label": "du", "is_open": False}]
    assert complete("on:heu") == complete("on:tod") == [{"value": "on:today", "label": "heute", "is_open": False}]


@pytest.mark.parametrize("query", ["from:ich", "from:me", "on:heute", "on:today", "-on:gestern", "from:ICH on:Heute"])
def test_german_words_are_understood(room, ada, query):
    ada.language = "de"
    ada.save()
    post(room, ada, "hello")
    assert page(ada, q=query).count('class="result"') == 1


def test_nobody_completes_what_they_may_not_see(room, ada, bob):
    room_of(ada, kind=Room.Kind.PRIVATE, name="Launch plan")
    services.open_direct(ada, [bob])
    assert completions(bob, "in:lau") == []
    assert completions(person("tim"), "in:@") == []


def test_what_is_completed_is_found(room, ada):
    room_of(ada, kind=Room.Kind.PRIVATE, name="Launch plan")
    indexing.index_all()
    for word in ("in:", "from:", "has:", "is:", "on:"):
        for value in completions(ada, word):
            assert "notice error" not in page(ada, q=value), value


def test_signed_out_visitors_are_led_to_the_sign_in(client):
    assert client.get("/search/").status_code == 302
    assert client.get("/search.json").status_code == 401
