"""Access to streams, their subscribers, and their news."""

import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from notifications.inbox.missed import notifications_missed
from notifications.models import Notification, Stream
from notifications.services import mark_read
from notifications.streams.definitions import (
    UnknownStreamError,
    create_stream,
    find_stream_of_token,
    rotate_token,
    update_stream,
)
from notifications.streams.news import apublish_to_stream, publish_to_stream
from notifications.streams.subscriptions import give, subscribe, unsubscribe
from notifications.streams.topics import StreamTopic
from realtime.shared.errors import NotFound
from tests.cast import person, visit
from tests.notifications.newsroom import group_of, news, stream, titles  # noqa: F401

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("news")]


def test_people_subscribe_and_unsubscribe(ada, bob, published):
    deploys = stream()
    assert publish_to_stream("deploys", "v1 is live") == 0
    subscribe(ada, deploys)
    assert publish_to_stream("deploys", "v2 is live", "All green.", url="/rooms/") == 1
    unsubscribe(ada, deploys)
    assert publish_to_stream(deploys, "v3 is live") == 0
    assert titles(ada) == ["v2 is live"]
    assert titles(bob) == []
    assert [event.type for event in published] == ["subscription", "notification", "subscription"]
    assert [published[0].data, published[2].data] == [
        {"stream": "deploys", "active": active} for active in (True, False)
    ]
    heard = published[1].data["notification"]
    assert (heard["kind"], heard["group"], heard["url"]) == ("stream", deploys.topic, "/rooms/")
    assert heard["stream"] == {"slug": "deploys", "name": deploys.name}


def test_a_rule_subscribes_until_one_says_otherwise(ada, bob):
    deploys = stream(rule="everybody")
    unsubscribe(bob, deploys)
    assert publish_to_stream("deploys", "v1 is live") == 1
    subscribe(bob, deploys)
    assert publish_to_stream("deploys", "v2 is live") == 2


def test_staff_give_a_restricted_stream_and_take_it_away(ada, bob):
    secret = stream("secret", is_open=False)
    with pytest.raises(NotFound):
        subscribe(ada, secret)
    give(ada, secret)
    assert publish_to_stream("secret", "psst") == 1
    unsubscribe(ada, secret)
    subscribe(ada, secret)
    assert publish_to_stream("secret", "psst again") == 1
    secret.subscriptions.all().delete()
    assert publish_to_stream("secret", "nobody") == 0


def test_a_stream_that_is_closed_is_heard_by_those_who_may_see_it(ada, bob):
    deploys = stream()
    subscribe(ada, deploys)
    update_stream(deploys, is_open=False)
    assert publish_to_stream("deploys", "v1 is live") == 0
    with pytest.raises(NotFound):
        unsubscribe(ada, deploys)


def test_every_way_of_asking_who_sees_and_hears_gives_the_same_answer(db):
    people = [person("plain"), person("staff", is_staff=True), person("member"), person("given"), person("chose")]
    people += [person("left"), person("gone", is_active=False)]
    _, _, member, given, chose, left, gone = people
    group = group_of("ops", member, gone)
    asked = set()
    for number, (is_open, rule) in enumerate(itertools.product([True, False], Stream.Rule.values)):
        made = stream(f"s{number}", is_open=is_open, rule=rule, group=group)
        give(given, made)
        made.subscriptions.create(user=chose)
        made.subscriptions.create(user=left, active=False)
        asked |= {(user.pk, made.pk) for user in people}
    allowed = StreamTopic.authorize(asked)
    for made in Stream.objects.all():
        seen = {user.pk for user in made.audience()}
        assert seen == {user_id for user_id, stream_id in allowed if stream_id == made.pk}
        hearing = {user.pk for user in made.subscribers()}
        assert hearing <= seen
        assert gone.pk not in seen
        for user in people[:-1]:
            visible = Stream.objects.visible_to(user).with_subscribed(user).filter(pk=made.pk).first()
            assert (visible is not None) == (user.pk in seen), (made.is_open, made.rule, user.username)
            assert bool(visible and visible.subscribed) == (user.pk in hearing), (made.rule, user.username)


@pytest.mark.parametrize("number", [1, 500])
def test_who_may_listen_is_one_query_however_many_ask(db, number, django_assert_num_queries):
    made = stream()
    ada = person("ada")
    with django_assert_num_queries(1):
        allowed = StreamTopic.authorize({(ada.pk + other, made.pk) for other in range(number)})
    assert allowed == {(ada.pk, made.pk)}


def test_an_unknown_stream_is_a_sentence_with_those_that_there_are(db):
    with pytest.raises(
        UnknownStreamError, match=r"No stream is called 'deploy'\. There are no streams yet\. Staff can create one"
    ):
        publish_to_stream("deploy", "v1")
    for number in range(22):
        stream(f"s{number:02}")
    with pytest.raises(UnknownStreamError, match=r"Streams: s00, s01, .*, s19 and more\. Staff can create one"):
        publish_to_stream("deploy", "v1")


@pytest.mark.parametrize(
    "what, words",
    [
        ({"title": " "}, "The title must not be empty"),
        ({"title": "a\0b"}, "The title must not contain a NUL"),
        ({"title": "a", "body": "\0"}, "The body must not contain a NUL"),
        ({"title": "a", "url": "javascript:alert(1)"}, "a path or an http"),
        ({"title": "a", "url": "/" * 501}, "501 characters; the limit is 500"),
        ({"title": "a", "key": "k" * 151}, "151 characters; the limit is 150"),
    ],
)
def test_what_cannot_be_told_is_refused_and_nobody_hears(ada, what, words):
    stream(rule="everybody")
    with pytest.raises(ValueError, match=words):
        publish_to_stream("deploys", **what)
    assert titles(ada) == []


def test_a_key_tells_once_in_each_stream(ada):
    stream(rule="everybody")
    stream("scores", rule="everybody")
    for _ in range(2):
        assert publish_to_stream("deploys", "v1 is live", key="v1") == 1
    publish_to_stream("scores", "1 : 0", key="v1")
    assert titles(ada) == ["v1 is live", "1 : 0"]


def test_what_is_rolled_back_is_never_seen(ada, published):
    stream(rule="everybody")
    with transaction.atomic():
        publish_to_stream("deploys", "v1 is live")
        transaction.set_rollback(True)
    assert published == []
    assert not Notification.objects.exists()


async def test_it_can_be_awaited(ada, published):
    made = await Stream.objects.acreate(slug="deploys", name="Deploys", rule="everybody")
    assert await apublish_to_stream(made, "v1 is live") == 1
    assert len(published) == 1


def test_what_a_stream_cannot_be_is_refused(db):
    made = stream()
    for slug in ("deploys", "no slug", ""):
        with pytest.raises(ValidationError):
            create_stream(slug, "Deploys")
    with pytest.raises(ValidationError):
        update_stream(made, name="")


def test_a_token_is_kept_as_its_hash_and_the_next_one_ends_it(db):
    made = stream()
    key = rotate_token(made)
    assert key not in str(Stream.objects.values())
    assert find_stream_of_token("deploys", key) == made
    for slug, wrong in [("deploys", ""), ("deploys", key + "x"), ("nope", key), ("deploys", "ü")]:
        assert find_stream_of_token(slug, wrong) is None
    rotate_token(made)
    assert find_stream_of_token("deploys", key) is None


def test_a_stream_without_a_token_takes_none(db):
    stream()
    for key in ("", "-" * 64, "None"):
        assert find_stream_of_token("deploys", key) is None


@pytest.fixture
def lost_stream_notification(ada):
    """Ada was told something by a stream of which she lost sight, and which has another name since."""
    made = stream("deploys", is_open=False, rule=Stream.Rule.EVERYBODY)
    publish_to_stream(made, "v1 is out")
    update_stream(made, rule=Stream.Rule.NOBODY, name="Barracuda", slug="barracuda")
    return Notification.objects.get(user=ada)


def test_what_they_were_told_stays_in_their_list_without_the_stream(ada, lost_stream_notification):
    [row] = visit(ada).get("/notifications/list.json").json()["notifications"]
    assert (row["title"], row["stream"]) == ("v1 is out", None)


@pytest.mark.parametrize(
    "path", ["", "?stream=deploys", "panel.json", "list.json", "list.json?show=unread", "{id}/why/", "preferences/"]
)
def test_no_page_says_what_a_stream_is_called_to_who_lost_sight_of_it(ada, lost_stream_notification, path):
    answer = visit(ada).get("/notifications/" + path.format(id=lost_stream_notification.pk))
    assert answer.status_code == 200
    assert "barracuda" not in answer.text.lower()


def test_a_stream_out_of_sight_is_found_by_no_name(ada, lost_stream_notification):
    assert visit(ada).get("/notifications/list.json?stream=barracuda").json()["notifications"] == []
    assert visit(ada).get("/notifications/?stream=barracuda").context["listing"].days == []


def test_no_event_says_what_a_stream_is_called_to_who_lost_sight_of_it(ada, lost_stream_notification, published):
    mark_read(ada.pk, [lost_stream_notification.pk])
    [live] = [event for event in published if event.type == "notification"]
    [missed] = notifications_missed(ada.pk, 0, 10)
    assert live.data["notification"]["stream"] is missed.data["notification"]["stream"] is None


def test_who_sees_a_stream_again_reads_its_name_again(ada, lost_stream_notification):
    give(ada, lost_stream_notification.stream)
    [row] = visit(ada).get("/notifications/list.json?stream=barracuda").json()["notifications"]
    assert row["stream"] == {"slug": "barracuda", "name": "Barracuda"}
