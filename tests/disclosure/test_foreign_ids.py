"""A foreign id in a query, a body or beside one's own room is answered as an id of nothing, and changes nothing."""

import json

import pytest
from django.http import HttpResponse
from django.urls import reverse

from chat.models import Membership
from notifications.models import Notification
from tests.disclosure.answers import answers, ask, browser, same, text_of
from tests.disclosure.pages import ABSENT, all_pages, pages_beside
from tests.disclosure.world import SECRET, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(120)]
SIGNED_IN = ("stranger", "former", "staff")
# All at once. Pages of messages are left out: they refuse two of these, which are positions in one's own room there.
PARAMETERS = ("after", "before", "room", "ids", "stream")
# By the page that takes ids in its body: the body.
BODIES = {
    "notification_read": lambda id: {"ids": [id]},
    "notification_archive": lambda id: {"ids": [id]},
    "notification_restore": lambda id: {"ids": [id]},
    "notification_snooze": lambda id: {"ids": [id], "for": "hour"},
}


@pytest.fixture
def world():
    return build_world()


@pytest.mark.parametrize("who", SIGNED_IN)
def test_a_foreign_id_in_a_query_is_as_one_of_nothing(world, who):
    client = browser(world, who)
    own = [reverse(name, args=[world.own[who].pk]) for name in ("room", "room_settings")]
    listings = [page.path for page in all_pages(world) if not page.is_admin and page.path == page.absent]
    place = Membership.objects.get(room=world.room, user=world.bob)
    foreign = [(row.pk, ABSENT) for row in (world.room, world.message, place, world.notice)]
    foreign += [(world.stream.slug, "made-up")]
    values = {value for pair in foreign for value in pair}
    differing = []
    for path in [path for path in own + listings if client.get(path).status_code == 200]:
        shown = {value: ask(client, "get", path, data=dict.fromkeys(PARAMETERS, value)) for value in values}
        for value, nothing in foreign:
            if without(shown[value], value) != without(shown[nothing], nothing):
                differing.append(f"{path} {value}")
    assert differing == []


def without(answer: HttpResponse, value: object) -> str:
    """Return an answer without what was asked for, which the page repeats."""
    return same(answer, answer.wsgi_request.path).replace(str(value), "VALUE")


@pytest.mark.parametrize("who", SIGNED_IN)
def test_what_is_elsewhere_is_not_found_through_a_room_of_ones_own(world, who):
    client = browser(world, who)
    pages = pages_beside(world, who)
    assert {page.name for page in pages} >= {"message_source", "member_role", "member_remove"}
    for page in pages:
        here, nowhere = answers(client, page.path, world), answers(client, page.absent, world)
        for (way, one), (_, other) in zip(here, nowhere, strict=True):
            assert same(one, page.path) == same(other, page.absent), f"{way} {page.path}"
            assert SECRET not in text_of(one), f"{way} {page.path}"


@pytest.mark.parametrize("who", SIGNED_IN)
def test_a_foreign_id_in_a_body_is_as_one_of_nothing_and_changes_nothing(world, who):
    client = browser(world, who)
    before = list(Notification.objects.order_by("pk").values())
    for page, body in BODIES.items():
        one, other = [
            client.post(reverse(page), json.dumps(body(id)), content_type="application/json")
            for id in (world.notice.pk, ABSENT)
        ]
        assert one.status_code == 200, page  # else nothing was tried
        assert without(one, world.notice.pk) == without(other, ABSENT), page
    assert list(Notification.objects.order_by("pk").values()) == before


def test_what_one_was_told_once_says_nothing_of_what_came_after(world):
    former = world.people["former"]
    client = browser(world, "former")
    kept = Notification.objects.filter(user=former)
    assert kept.filter(kind="stream").exists()
    shown = [ask(client, "get", reverse("notification_why", args=[each.pk])) for each in kept]
    assert {answer.status_code for answer in shown} == {200}
    shown += [ask(client, "get", reverse("notification_open", args=[each.pk])) for each in kept]
    shown += [ask(client, "get", reverse(name)) for name in ("notifications", "notification_preferences")]
    assert [text for text in map(text_of, shown) if SECRET in text] == []
