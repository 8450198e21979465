"""No page tells an outsider what they may not know, nor whether something is there."""

import pytest

from tests.disclosure.answers import answers, browser, same, text_of
from tests.disclosure.pages import OTHERS, SHOWS, all_pages
from tests.disclosure.world import OUTSIDERS, SECRET, build_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build_world()


@pytest.fixture
def pages(world):
    return all_pages(world)


def test_every_page_is_in_the_table(pages):
    ours = {page.name for page in pages if not page.is_admin}
    new = sorted(ours - SHOWS.keys() - OTHERS)
    assert not new, f"tests/disclosure/pages.py does not say what these show to whom they are for: {new}"
    assert (SHOWS.keys() | OTHERS) - ours == set()


def test_who_may_know_is_shown_it(world, pages):
    """Else a search for it in the answers to others would prove nothing."""
    ada = browser(world, "ada")
    for page in pages:
        if page.name in SHOWS:
            shown = "".join(text_of(answer) for way, answer in answers(ada, page.path, world) if "GET" in way)
            assert [word for word in SHOWS[page.name] if SECRET + word not in shown] == [], page.path


def test_the_admin_shows_it_to_who_may_do_everything(world, pages):
    root = browser(world, "root")
    shown = {page.name for page in pages if page.is_admin and SECRET in text_of(root.get(page.path))}
    assert shown >= {"admin:chat_room_changelist", "admin:chat_room_change", "admin:chat_message_changelist"}
    assert len(shown) > 20


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_no_outsider_is_shown_a_secret(world, pages, who):
    client = browser(world, who)
    ids = [str(row.pk) for row in (world.message, world.answer, world.direct, world.whisper)]
    leaks = [
        f"{way} {page.path}"
        for page in pages
        if not page.is_admin or who == "staff"
        for way, answer in answers(client, page.path, world)
        if answer.status_code >= 500
        or any(secret in text_of(answer).replace(page.path, "PATH") for secret in (SECRET, *ids))
    ]
    assert leaks == []


@pytest.mark.timeout(120)
@pytest.mark.parametrize("who", OUTSIDERS)
def test_what_is_not_theirs_is_as_what_is_not_there(world, pages, who):
    client = browser(world, who)
    differing = []
    for page in pages:
        if page.absent == page.path or page.is_admin:
            continue  # Django's admin tells staff that a number is taken; the numbers follow each other anyway
        here, there = answers(client, page.path, world), answers(client, page.absent, world)
        for (way, one), (_, other) in zip(here, there, strict=True):
            if same(one, page.path) != same(other, page.absent):
                differing.append(f"{way} {page.path}: {one.status_code}, {other.status_code}")
    assert differing == []
