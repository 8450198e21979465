"""Previews of links, from the post to the event: what is fetched, stored, shown, edited and removed."""

import gzip
import json
import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from chat import services
from chat.conf import limits
from chat.models import FetchedPage, Message, MessagePreview, PreviewImage, PreviewRequest, Room
from chat.previews import fetches, images, jobs
from chat.previews.jobs import delete_old_previews
from chat.states.events import message_data
from chat.states.missed_events import measure_rooms, read_rooms
from chat.text.outside_links import digest_of, find_outside_links
from files.processing.processes import process
from notifications.delivery import http
from notifications.delivery.http import Network
from realtime.shared.errors import Forbidden, NotFound
from realtime.shared.metrics import counters
from tests.chat.pages import room_of, visit
from tests.chat.talk import lines, post
from tests.chat.web import HTML, Web, article, make_small, page, redirect, requests, run_previews
from tests.files.test_processing_hostile import png
from tests.services.neighbour import PUBLIC_ADDRESS, Reply

pytestmark = pytest.mark.django_db
KIB = 1024


@pytest.fixture
def web(monkeypatch, tmp_path, settings):
    web = Web()
    monkeypatch.setattr(http, "INTERNET", web.neighbour.network())
    monkeypatch.setattr(images, "process", make_small)
    settings.MEDIA_ROOT = tmp_path
    yield web
    web.close()


def previews(message) -> list[dict]:
    return Message.objects.get(pk=message.pk).previews or []


def titles(message) -> list[str]:
    return [preview["title"] for preview in previews(message)]


def picture(width: int = 200, height: int = 100) -> Reply:
    content = BytesIO()
    Image.new("RGB", (width, height), "red").save(content, "PNG")
    return Reply(headers={"Content-Type": "image/png"}, body=content.getvalue())


# -- what is shown


def test_a_link_gets_a_preview_by_an_event_of_its_own(room, ada, web, published):
    url = web.has("/a", article("The title", description="Two lines.", site_name="The Site"))
    message = post(room, ada, f"look at {url}")
    first = published[-1]
    assert (first.type, "previews" in first.data, web.asked) == ("message", False, [])
    run_previews()
    [event] = [event for event in published if event.seq > first.seq]
    expected = {
        "url": url,
        "host": "site.example",
        "title": "The title",
        "site": "The Site",
        "description": "Two lines.",
    }
    assert (event.topic, event.type, event.data["previews"]) == (f"room.{room.pk}", "message", [expected])
    assert event.data | {"seq": first.seq} == first.data | {"previews": [expected]}  # no other text, and not "edited"
    assert (event.seq, requests(), message_data(Message.objects.get(pk=message.pk))) == (first.seq + 1, 0, event.data)


def test_a_client_that_missed_it_gets_it_from_the_database(room, ada, web):
    message = post(room, ada, web.has("/a", article("The title")))
    before = measure_rooms({room.pk: message.seq - 1}, 100)[room.pk]
    run_previews()
    [event] = read_rooms({room.pk: message.seq})[room.pk]
    assert (event.type, event.data["previews"][0]["title"]) == ("message", "The title")
    assert measure_rooms({room.pk: message.seq - 1}, 100)[room.pk] > before + len("The title")


def test_several_links_in_their_order_and_five_at_most(room, ada, web):
    urls = [web.has(f"/{number}", article(f"Title {number}")) for number in range(7)]
    message = post(
        room, ada, f"{urls[1]} and {urls[0]}, {urls[1]}#part\n\n<{urls[2]}> [three]({urls[3]}) " + " ".join(urls)
    )
    run_previews()
    assert titles(message) == ["Title 1", "Title 0", "Title 2", "Title 3", "Title 4"]
    assert len(web.asked) == 5


@pytest.mark.parametrize(
    "text", ["`{}`", "```\n{}\n```", "mailto:ada@example.org", "no link", "http://testserver/rooms/1/"]
)
def test_nothing_is_asked_for_code_other_links_and_our_own(room, ada, web, text, settings):
    settings.SITE_URL = "http://testserver"
    post(room, ada, text.format(web.has("/a", article())))
    assert requests() == 0


def test_a_post_without_links_takes_no_statement_more(room, ada, django_assert_num_queries, settings):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            post(room, ada, text)
        return len(queries)

    with_links = count("http://site.example/a")
    plain = count("hello *there*")
    settings.LINK_PREVIEWS = False
    assert (count("hello *there*"), with_links) == (plain, plain + 1)


def test_the_card_names_the_host_of_the_link_and_not_where_it_leads(room, ada, web):
    web.has("/end", article("Welcome", site_name="target.example"))
    url = web.has("/a", redirect("http://target.example/end"))
    message = post(room, ada, url)
    run_previews()
    assert [(each["host"], each["title"], "site" in each) for each in previews(message)] == [
        ("site.example", "Welcome", False)
    ]


def test_titles_cannot_spoof(room, ada, web):
    message = post(room, ada, web.has("/a", article("gnp.\u202eexe\u2066 \u200b<b>&amp;\x07", description="\u202eabc")))
    run_previews()
    assert [(each["title"], each["description"]) for each in previews(message)] == [("gnp.exe <b>&", "abc")]


def test_we_say_who_we_are(room, ada, web, settings):
    settings.SITE_URL = "https://chat.example.org"
    post(room, ada, web.has("/a", article()))
    run_previews()
    [asked] = web.neighbour.asked
    assert asked.headers["User-Agent"] == "Hubbub link preview (+https://chat.example.org)"
    assert asked.headers["Cookie"] is asked.headers["Referer"] is None


# -- images


def test_an_image_is_encoded_anew_and_served_by_us(room, ada, bob, eve, web):
    url = web.has("/a", article(image="/picture.png"))
    web.has("/picture.png", picture())
    message = post(room, ada, url)
    run_previews()
    [preview] = previews(message)
    assert (preview["image"]["width"], preview["image"]["height"]) == (200, 100)
    address = reverse("preview_image", args=[room.pk, message.pk, preview["image"]["id"]])
    response = visit(bob).get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert Image.open(BytesIO(response.content)).size == (48, 24)
    assert response["Cache-Control"] == "private, no-cache, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    etag = response["ETag"]
    assert visit(bob).get(address, headers={"If-None-Match": etag}).status_code == 304


def test_an_image_of_a_private_room_is_only_for_its_members(ada, bob, eve, web):
    room = room_of(ada, bob, kind=Room.Kind.PRIVATE)
    services.set_link_previews(room, ada, on=True)
    web.has("/picture.png", picture())
    message = post(room, ada, web.has("/a", article(image="/picture.png")))
    run_previews()
    address = reverse("preview_image", args=[room.pk, message.pk, previews(message)[0]["image"]["id"]])
    assert [visit(user).get(address).status_code for user in (ada, bob, eve)] == [200, 200, 404]
    services.remove_member(room, ada, bob)
    assert visit(bob).get(address).status_code == 404
    other = room_of(eve)
    through_another = reverse("preview_image", args=[other.pk, message.pk, previews(message)[0]["image"]["id"]])
    assert visit(eve).get(through_another).status_code == 404


@pytest.mark.parametrize("end", ["removed", "deleted", "edited"])
def test_an_image_is_gone_with_its_preview(room, ada, web, end):
    web.has("/picture.png", picture())
    message = post(room, ada, web.has("/a", article(image="/picture.png")))
    run_previews()
    [preview] = previews(message)
    address = reverse("preview_image", args=[room.pk, message.pk, preview["image"]["id"]])
    assert visit(ada).get(address).status_code == 200
    stored = PreviewImage.objects.get().stored
    if end == "removed":
        services.remove_preview(room.pk, ada, message.pk, preview["url"])
    elif end == "deleted":
        services.delete_message(room.pk, ada, message.pk)
    else:
        services.edit_message(room.pk, ada, message.pk, "no link")
    assert visit(ada).get(address).status_code == 404
    delete_old_previews()
    assert default_storage.exists(stored)  # the address may be posted again within the hour
    past = timezone.now() - timedelta(hours=3)
    FetchedPage.objects.update(fetched_at=past)
    PreviewImage.objects.update(created_at=past)
    delete_old_previews()
    assert (default_storage.exists(stored), PreviewImage.objects.count(), FetchedPage.objects.count()) == (False, 0, 0)


def test_an_image_that_a_message_shows_stays(room, ada, web):
    web.has("/picture.png", picture())
    message = post(room, ada, web.has("/a", article(image="/picture.png")))
    run_previews()
    past = timezone.now() - timedelta(days=30)
    FetchedPage.objects.update(fetched_at=past)
    PreviewImage.objects.update(created_at=past)
    delete_old_previews()
    address = reverse("preview_image", args=[room.pk, message.pk, previews(message)[0]["image"]["id"]])
    assert visit(ada).get(address).status_code == 200


def test_a_link_to_an_image_shows_it(room, ada, web):
    web.has("/my%20cat.png", picture())
    message = post(room, ada, "http://site.example/my%20cat.png")
    run_previews()
    [preview] = previews(message)
    assert (preview["title"], preview["image"]["width"]) == ("my cat.png", 200)
    assert len(web.asked) == 1
    web.has("/?id=1", picture())
    nameless = post(room, ada, "http://site.example/?id=1")
    run_previews()
    assert titles(nameless) == ["site.example"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(404),
        Reply(headers={"Content-Type": "image/png"}, body=b"no image"),
        Reply(headers={"Content-Type": "image/svg+xml"}, body=b"<svg/>"),
        Reply(headers={"Content-Type": "text/html"}, body=b"<title>x</title>"),
        Reply(headers={"Content-Type": "image/png"}, body=bytes(5 * KIB * KIB + 1)),
        picture(4, 4),
    ],
    ids=["none", "broken", "svg", "page", "huge", "tracker"],
)
def test_without_a_usable_image_the_text_is_shown(room, ada, web, reply):
    web.has("/picture.png", reply)
    message = post(room, ada, web.has("/a", article("Title", image="/picture.png")))
    run_previews()
    assert [(each["title"], "image" in each) for each in previews(message)] == [("Title", False)]
    assert PreviewImage.objects.count() == 0


# -- never twice


def test_an_address_is_fetched_once_an_hour_for_the_whole_site(room, ada, bob, web):
    url = web.has("/a", article())
    other = room_of(bob, name="other")
    some = [post(room, ada, url), post(other, bob, f"{url}#top {url}"), post(room, bob, url)]
    run_previews()
    late = post(other, bob, url)
    run_previews()
    assert [titles(message) for message in [*some, late]] == [["The title"]] * 4
    assert web.asked == ["site.example/a"]
    FetchedPage.objects.update(fetched_at=timezone.now() - timedelta(hours=1, seconds=1))
    post(room, ada, url)
    run_previews()
    assert web.asked == ["site.example/a"] * 2


def test_an_image_of_several_pages_is_fetched_once(room, ada, web):
    web.has("/picture.png", picture())
    urls = [web.has(f"/{number}", article(image="/picture.png")) for number in range(3)]
    messages = [post(room, ada, f"{urls[0]} {urls[1]}")]
    run_previews()
    messages += [post(room, ada, urls[2]), post(room, ada, "http://site.example/picture.png")]
    run_previews()
    images = {preview["image"]["id"] for message in messages for preview in previews(message)}
    assert (len(images), web.asked.count("site.example/picture.png")) == (1, 1)


def test_a_site_is_not_flooded(room, ada, web, monkeypatch):
    monkeypatch.setattr(limits, "PREVIEW_FETCHES_OF_HOST_PER_MINUTE", 2)
    urls = [web.has(f"/{number}", article(f"Title {number}")) for number in range(3)]
    message = post(room, ada, f"{urls[0]} {urls[1]}")
    run_previews()
    late = post(room, ada, f"{urls[2]} http://other.example/0")
    run_previews()
    assert (titles(message), titles(late)) == (["Title 0", "Title 1"], ["Title 0"])
    FetchedPage.objects.update(fetched_at=timezone.now() - timedelta(minutes=2))
    PreviewRequest.objects.update(due_at=timezone.now())
    run_previews()
    assert (titles(late), requests()) == (["Title 2", "Title 0"], 0)


def test_neither_is_one_that_failed(room, ada, web):
    for _ in range(3):
        message = post(room, ada, "http://site.example/nothing")
        run_previews()
        assert titles(message) == []
    assert web.asked == ["site.example/nothing"]


def test_one_that_another_process_fetches_is_waited_for(room, ada, web):
    url = web.has("/a", article())
    message = post(room, ada, url)
    page = FetchedPage.objects.create(digest=digest_of(url), host="site.example", fetched_at=timezone.now())
    run_previews()
    assert (titles(message), requests(), web.asked) == ([], 1, [])
    page.state, page.title = FetchedPage.State.FOUND, "By the other"
    page.save()
    PreviewRequest.objects.update(due_at=timezone.now())
    run_previews()
    assert (titles(message), requests(), web.asked) == (["By the other"], 0, [])


def test_one_whose_process_was_killed_is_asked_again_after_the_hour(room, ada, web, time_machine):
    url, other = web.has("/a", article("One")), web.has("/b", article("Two"))
    message = post(room, ada, f"{url} {other}")
    began = timezone.now() - timedelta(minutes=5)
    FetchedPage.objects.create(digest=digest_of(url), host="site.example", fetched_at=began)
    run_previews()
    assert (titles(message), PreviewRequest.objects.get().due_at) == (["Two"], began + timedelta(hours=1))
    time_machine.move_to(began + timedelta(hours=1, seconds=1))
    run_previews()
    assert (titles(message), requests(), web.asked) == (["One", "Two"], 0, ["site.example/b", "site.example/a"])


def test_a_claim_of_a_killed_process_is_taken_over(room, ada, web):
    message = post(room, ada, web.has("/a", article()))
    PreviewRequest.objects.update(due_at=timezone.now() + timedelta(seconds=60))  # as claimed
    run_previews()
    assert titles(message) == []
    PreviewRequest.objects.update(due_at=timezone.now())
    run_previews()
    assert titles(message) == ["The title"]


def test_nobody_is_asked_for_a_message_of_long_ago(room, ada, web):
    post(room, ada, web.has("/a", article()))
    PreviewRequest.objects.update(created_at=timezone.now() - timedelta(hours=3))
    run_previews()
    assert (web.asked, requests()) == ([], 0)


# -- where it is off


@pytest.mark.parametrize("kind", [Room.Kind.PUBLIC, Room.Kind.PRIVATE])
def test_private_rooms_ask_nobody_outside_unless_they_allow_it(ada, web, kind):
    room = room_of(ada, kind=kind)
    is_public = kind == Room.Kind.PUBLIC
    message = post(room, ada, web.has("/a", article()))
    run_previews()
    assert (titles(message), bool(web.asked)) == (["The title"] if is_public else [], is_public)
    services.set_link_previews(room, ada, on=not is_public)
    message = post(room, ada, web.has("/b", article("Another")))
    run_previews()
    assert titles(message) == ([] if is_public else ["Another"])
    assert lines(room)[-1] == f"Ada Lovelace turned link previews {'off' if is_public else 'on'}"


def test_neither_do_conversations_and_all_people_in_them_may_allow_it(ada, bob, web):
    conversation = services.open_direct(ada, [bob])
    post(conversation, ada, web.has("/a", article()))
    run_previews()
    assert web.asked == []
    services.set_link_previews(conversation, bob, on=True)
    message = post(conversation, ada, web.has("/a", article()))
    run_previews()
    assert titles(message) == ["The title"]


def test_what_was_fetched_before_a_room_turned_them_off_is_not_shown(room, ada, web, monkeypatch):
    message = post(room, ada, web.has("/a", article()))
    fetch = jobs.fetch_pages

    def turn_off(addresses):
        services.set_link_previews(room, ada, on=False)
        return fetch(addresses)

    monkeypatch.setattr(jobs, "fetch_pages", turn_off)
    run_previews()
    assert (web.asked, titles(message), requests()) == (["site.example/a"], [], 0)


def test_the_site_can_switch_them_off(room, ada, web, settings):
    message = post(room, ada, web.has("/a", article()))
    settings.LINK_PREVIEWS = False
    run_previews()
    post(room, ada, web.has("/b", article()))
    assert (titles(message), web.asked, requests()) == ([], [], 0)


# -- edits, deletions, removals


def test_an_edit_drops_the_previews_of_links_that_are_gone_and_asks_for_new_ones(room, ada, web, published):
    one, two = web.has("/1", article("One")), web.has("/2", article("Two"))
    message = post(room, ada, one)
    run_previews()
    services.edit_message(room.pk, ada, message.pk, f"{one} is the same")
    assert (titles(message), requests()) == (["One"], 0)
    services.edit_message(room.pk, ada, message.pk, two)
    assert (titles(message), published[-1].data.get("previews")) == ([], None)
    run_previews()
    assert titles(message) == ["Two"]
    services.edit_message(room.pk, ada, message.pk, f"{one} {two}")
    run_previews()
    assert titles(message) == ["One", "Two"]
    assert web.asked == ["site.example/1", "site.example/2"]


def test_a_deleted_message_has_none_and_gets_none(room, ada, web, published):
    url = web.has("/1", article("One"))
    shown, asked = post(room, ada, url), post(room, ada, url)
    PreviewRequest.objects.filter(message=asked).update(due_at=timezone.now() + timedelta(seconds=9))
    run_previews()
    for message in (shown, asked):
        services.delete_message(room.pk, ada, message.pk)
    assert "previews" not in published[-2].data
    PreviewRequest.objects.update(due_at=timezone.now())
    run_previews()
    assert (titles(shown), titles(asked), MessagePreview.objects.count()) == ([], [], 0)


def test_an_edit_while_it_is_fetched_wins(room, ada, web, monkeypatch):
    one, two = web.has("/1", article("One")), web.has("/2", article("Two"))
    message = post(room, ada, one)
    fetch = jobs.fetch_pages

    def edit_meanwhile(addresses):
        found = fetch(addresses)
        monkeypatch.setattr(jobs, "fetch_pages", fetch)
        services.edit_message(room.pk, ada, message.pk, two)
        return found

    monkeypatch.setattr(jobs, "fetch_pages", edit_meanwhile)
    run_previews()
    run_previews()
    assert titles(message) == ["Two"]


def test_author_and_moderators_remove_a_preview_for_good(room, ada, bob, eve, web, published):
    one, two = web.has("/1", article("One")), web.has("/2", article("Two"))
    services.join(room, eve)
    message = post(room, bob, f"{one} {two}")
    run_previews()
    with pytest.raises(Forbidden):
        services.remove_preview(room.pk, eve, message.pk, one)
    services.remove_preview(room.pk, bob, message.pk, one)
    assert (titles(message), published[-1].data["previews"][0]["title"]) == (["Two"], "Two")
    services.edit_message(room.pk, bob, message.pk, f"{one} {two} again")
    run_previews()
    assert titles(message) == ["Two"]
    seq = services.remove_preview(room.pk, ada, message.pk, two).seq
    assert titles(message) == []
    assert services.remove_preview(room.pk, ada, message.pk, two).seq == seq  # twice is once
    with pytest.raises(NotFound):
        services.remove_preview(room_of(ada, name="other").pk, ada, message.pk, one)


def test_an_account_erased_with_its_messages_leaves_no_preview(room, bob, web):
    from tests.chat.test_erasure import erased

    message = post(room, bob, web.has("/1", article("One")))
    run_previews()
    assert titles(message) == ["One"]
    erased(bob, with_messages=True)
    assert (titles(message), MessagePreview.objects.count()) == ([], 0)


# -- targets that misbehave


BAD = {
    "redirects without end": lambda web: web.has("/a", redirect("/a")),
    "too many redirects": lambda web: [web.has(f"/{n}", redirect(f"/{n + 1}")) for n in range(6)]
    and web.has("/6", article())
    and "http://site.example/0",
    "to a local port": lambda web: web.has("/a", redirect("http://site.example:8080/b")),
    "to no address": lambda web: web.has("/a", redirect("http://[broken/")),
    "to a file": lambda web: web.has("/a", redirect("file:///etc/passwd")),
    "to this machine": lambda web: web.has("/a", redirect("http://127.0.0.1/")),
    "an error": lambda web: web.has("/a", Reply(500, HTML, b"<title>Error</title>")),
    "no page": lambda web: web.has("/a", Reply(headers={"Content-Type": "application/pdf"}, body=b"<title>x</title>")),
    "no type": lambda web: web.has("/a", Reply(body=b"<title>x</title>")),
    "no title": lambda web: web.has("/a", page("<meta name=description content=x>")),
    "huge": lambda web: web.has("/a", Reply(headers=HTML, body=b"<title>x</title>" + bytes(1100 * KIB))),
    "a bomb": lambda web: web.has(
        "/a", Reply(headers=HTML | {"Content-Encoding": "gzip"}, body=gzip.compress(bytes(50 * KIB * KIB)))
    ),
    "malformed": lambda web: web.has("/a", Reply(headers=HTML, body=b"<ht\x00ml><<meta <title <\xff\xfe")),
    "empty": lambda web: web.has("/a", Reply(headers=HTML)),
    "a port": lambda _: "http://site.example:8000/a",
}  # fmt: skip


@pytest.mark.parametrize("target", BAD)
def test_a_bad_target_stays_a_plain_link(room, ada, web, target, caplog):
    url = BAD[target](web)
    message = post(room, ada, url)
    html, seq = message.html, message.seq
    run_previews()
    message.refresh_from_db()
    assert (message.previews, message.html, message.seq, requests()) == (None, html, seq, 0)
    assert FetchedPage.objects.get().state == "nothing"
    assert len(caplog.records) <= 1
    assert len(web.asked) <= 6


def test_links_that_lead_nowhere_do_not_stop_a_post(room, ada, web):
    long = f"http://site.example/{'x' * 2000}"
    post(room, ada, f"[x](http://[broken/) [y](http://[::1/) {long} http:///")
    assert requests() == 0
    html = "".join(f'<a href="{url}">' for url in ("http://[broken/", "http://site.example℀/", "http:///"))
    assert find_outside_links(html, "http://testserver/") == {}


def test_an_image_that_would_fill_the_memory_is_not_shown(room, ada, web, monkeypatch):
    monkeypatch.setattr(images, "process", process)
    web.has("/bomb.png", Reply(headers={"Content-Type": "image/png"}, body=png(30_000, 30_000)))
    message = post(room, ada, web.has("/a", article(image="/bomb.png")))
    run_previews()
    assert [(each["title"], "image" in each) for each in previews(message)] == [("The title", False)]


def test_a_huge_page_is_read_up_to_the_end_of_its_head(room, ada, web):
    reply = article("Title")
    message = post(room, ada, web.has("/a", Reply(headers=HTML, body=reply.body + bytes(3_000 * KIB))))
    run_previews()
    assert titles(message) == ["Title"]


INTERNAL = [
    "http://localhost/",
    "http://127.0.0.1/",
    "http://[::1]/",
    "http://10.0.0.1/x",
    "http://169.254.169.254/latest",
]


@pytest.mark.parametrize("url", INTERNAL)
def test_internal_addresses_are_not_asked(room, ada, web, url, monkeypatch):
    inner, dialled = web.neighbour.network(), []

    def look_up(host, *_):
        return ["127.0.0.1"] if host == "localhost" else [host]

    monkeypatch.setattr(http, "INTERNET", Network(look_up, lambda *to: dialled.append(to) or inner.dial(*to)))
    message = post(room, ada, f"{url} <{url}>")
    run_previews()
    assert (titles(message), dialled, web.asked) == ([], [], [])


def test_a_name_that_leads_inside_the_second_time_gains_nothing(room, ada, web, monkeypatch):
    """Each address is resolved for each connection, once, and the connection goes to what was checked."""
    inner, dialled, answers = web.neighbour.network(), [], iter([[PUBLIC_ADDRESS], ["127.0.0.1"], ["127.0.0.1"]])

    def dial(address, *rest):
        dialled.append(address)
        return inner.dial(address, *rest)

    monkeypatch.setattr(http, "INTERNET", Network(lambda *_: next(answers), dial))
    web.has("/b", article("Secret"))
    message = post(room, ada, web.has("/a", redirect("http://rebound.example/b")))
    run_previews()
    assert (titles(message), dialled) == ([], [PUBLIC_ADDRESS])


@contextmanager
def speaking(speak):
    """A server that handles each connection as a test says; yields a network that leads to it."""
    listener = socket.create_server(("127.0.0.1", 0))
    ends = threading.Event()

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(line,), daemon=True).start()

    def handle(line) -> None:
        with line:
            try:
                line.recv(4096)
                speak(line, ends)
            except OSError:
                pass

    threading.Thread(target=serve, daemon=True).start()
    port = listener.getsockname()[1]
    yield Network(lambda *_: [PUBLIC_ADDRESS], lambda *_: socket.create_connection(("127.0.0.1", port), 5))
    ends.set()
    listener.close()


def stay_silent(line, ends):
    ends.wait(20)


def drip(line, ends):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>x</title>")
    while not ends.wait(0.02):
        line.sendall(b" ")


def never_end(line, ends):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>x</title>")
    while not ends.is_set():
        line.sendall(bytes(64 * KIB))


def no_http(line, ends):
    line.sendall(b"220 smtp.example ESMTP\r\n")


def break_off(line, ends):
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9000\r\n\r\n<title>x</title>")


@pytest.mark.parametrize("speak", [stay_silent, drip, never_end, no_http, break_off])
def test_a_server_that_is_slow_endless_or_none(room, ada, web, speak, monkeypatch, caplog):
    monkeypatch.setattr(fetches, "SECONDS", 0.4)
    with speaking(speak) as network:
        monkeypatch.setattr(http, "INTERNET", network)
        message = post(room, ada, f"http://{speak.__name__.replace('_', '-')}.example/")
        run_previews()
    assert (titles(message), requests()) == ([], 0)
    assert len(caplog.records) == 1


def test_a_failing_host_is_logged_once(room, ada, web, caplog):
    for number in range(3):
        post(room, ada, f"http://failing.example:81/{number}")
    run_previews()
    [record] = caplog.records
    assert "No preview of a link" in record.getMessage()


def test_slow_targets_are_asked_at_the_same_time(room, ada, web, monkeypatch):
    monkeypatch.setattr(fetches, "SECONDS", 0.5)
    barrier = threading.Barrier(5)

    def answer(asked):
        barrier.wait(0.4)
        return article(asked.path)

    web.neighbour.replies = answer
    message = post(room, ada, " ".join(f"http://site.example/{number}" for number in range(5)))
    run_previews()
    assert titles(message) == [f"/{number}" for number in range(5)]


def test_pages_are_counted(room, ada, web):
    before = counters.fetched_pages.copy()
    post(room, ada, f"{web.has('/a', article())} http://site.example/nothing")
    run_previews()
    assert counters.fetched_pages - before == {"found": 1, "nothing": 1}


def test_an_error_of_ours_stops_nothing_else(room, ada, web, monkeypatch, caplog):
    real = fetches.read_page
    monkeypatch.setattr(fetches, "read_page", lambda body, *rest: 1 / 0 if b"bad" in body else real(body, *rest))
    message = post(room, ada, f"{web.has('/1', article('bad'))} {web.has('/2', article('good'))}")
    run_previews()
    assert titles(message) == ["good"]
    assert "could not be read" in caplog.text


def test_previews_fit_into_an_event(room, ada, web):
    texts = {"description": "ж" * 400, "site_name": "ж" * 100, "image": "/p"}
    urls = [web.has(f"/{number}{'x' * 1500}", article("ж" * 200, **texts)) for number in range(5)]
    message = post(room, ada, " ".join(urls))
    run_previews()
    assert len(previews(message)) == 5
    assert len(json.dumps(previews(message))) < 32 * KIB
