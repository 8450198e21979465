"""Making a stream by four questions, by whoever may, up to the token and what a program sends."""

import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError

from notifications.models import Stream
from notifications.streams.definitions import create_stream, find_stream_of_token
from tests.cast import person, visit

pytestmark = pytest.mark.django_db
NEW = "/streams/new/"
ANSWERS = {"name": "Deploys", "rule": "nobody", "access": "open", "carries": "news"}


@pytest.fixture
def maker():
    tim = person("tim")
    tim.user_permissions.add(Permission.objects.get(codename="add_stream"))
    return visit(tim)


def test_who_may_makes_one_and_can_publish_at_once(maker):
    assert NEW in maker.get("/streams/").text
    page = maker.post(NEW, ANSWERS).text
    stream = Stream.objects.get()
    key = re.search(r'id="token" value="([^"]+)"', page)[1]
    assert (stream.slug, stream.is_open, stream.rule, stream.keeps_value) == ("deploys", True, "nobody", False)
    assert find_stream_of_token("deploys", key) == stream
    assert f'curl http://testserver/api/streams/deploys/ \\\n  -H "Authorization: Bearer {key}"' in page
    assert NEW in maker.get("/streams/").text
    assert "Unsubscribe" in maker.get("/streams/deploys/").text


def test_who_may_not_is_shown_no_way_to_it_and_refused(ada):
    browser = visit(ada)
    assert NEW not in browser.get("/streams/").text
    assert browser.get(NEW).status_code == browser.post(NEW, ANSWERS).status_code == 403
    assert not Stream.objects.exists()


def test_its_maker_sees_one_that_is_restricted(maker):
    maker.post(NEW, ANSWERS | {"access": "restricted", "carries": "number"})
    assert '"value": 42.1' in maker.post(NEW, ANSWERS | {"carries": "number"}).text
    assert maker.get("/streams/deploys/").status_code == 200
    assert visit(person("eve")).get("/streams/deploys/").status_code == 404


@pytest.mark.parametrize(
    "names, slugs",
    [
        (["Deploys", "deploys"], ["deploys", "deploys-2"]),
        (["New"], ["new-2"]),
        (["Новости", "要聞"], ["stream", "stream-2"]),
        (["x" * 80], ["x" * 45]),
    ],
)
def test_its_address_comes_of_its_name(maker, names, slugs):
    for name in names:
        assert maker.post(NEW, ANSWERS | {"name": name}).status_code == 200
    assert list(Stream.objects.order_by("pk").values_list("slug", flat=True)) == slugs


def test_a_group_is_chosen_where_there_is_one(maker):
    assert 'value="group"' not in maker.get(NEW).text
    group = Group.objects.create(name="on call")
    answers = ANSWERS | {"rule": "group"}
    refused = maker.post(NEW, answers)
    assert (refused.status_code, "Choose a group." in refused.text) == (422, True)
    maker.post(NEW, answers | {"group": group.pk})
    assert Stream.objects.get().group == group


def test_what_is_missing_is_said_and_the_rest_is_kept(maker):
    page = maker.post(NEW, ANSWERS | {"name": " ", "description": "What went out"})
    assert page.status_code == 422
    assert "What went out" in page.text
    assert not Stream.objects.exists()


def test_a_slug_that_was_taken_meanwhile_is_said_and_nothing_is_lost(maker, monkeypatch):
    create_stream("deploys", "Deploys")
    monkeypatch.setattr("notifications.streams.views.new_stream.find_slug", lambda _: "deploys")
    page = maker.post(NEW, ANSWERS)
    assert (page.status_code, "The stream was not created. Try again." in page.text) == (422, True)
    assert 'value="Deploys"' in page.text
    assert Stream.objects.count() == 1


def test_no_stream_takes_the_address_of_the_page():
    with pytest.raises(ValidationError, match="Choose another"):
        create_stream("new", "New")
