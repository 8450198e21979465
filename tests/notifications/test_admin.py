"""Staff see why something came or did not, and nothing of what was said in private."""

import pytest
from django.urls import reverse

from notifications.kinds import Kind, register
from notifications.models import Delivery, KindDefault, Preferences
from notifications.reasons import sentence
from tests.cast import person, visit
from tests.notifications.post import MINUTE, NOON, newest, notify_user, sent_emails, wants

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(db):
    return person("ada", email="ada@example.org")


@pytest.fixture
def admin(db):
    return visit(person("root", is_staff=True, is_superuser=True))


def page(model, view="changelist", *arguments):
    return reverse(f"admin:notifications_{model}_{view}", args=arguments)


def test_a_delivery_is_found_by_its_person_state_and_reason(admin, ada, bob):
    notify_user(ada)
    notify_user(bob)
    sent_emails(NOON + 15 * MINUTE)
    for query in ({"q": "ada"}, {"state__exact": "sent"}, {"reason": "sent"}, {"channel__exact": "mail"}):
        assert admin.get(page("delivery"), query).context["cl"].result_count == 1, query
    for query in ({"q": "bob"}, {"state__exact": "failed"}, {"reason": "gave_up"}, {"channel__exact": "push"}):
        assert admin.get(page("delivery"), query).context["cl"].result_count == 0, query
    record = newest(ada).deliveries.get()
    shown = admin.get(page("delivery", "change", record.pk)).text
    assert "Sent." in shown
    assert "ping for" in shown


def test_a_notification_shows_its_decisions_and_what_became_of_them(admin, ada):
    wants(ada, channels={"ping": {"push": False}})
    notify_user(ada, title="Hello there")
    sent_emails(NOON + 15 * MINUTE)
    shown = admin.get(page("notification", "change", newest(ada).pk)).text
    assert "Hello there" in shown
    for reason in ("kind_off", "after_unread", "sent"):
        assert sentence(reason) in shown


def test_what_a_private_room_says_is_nowhere(admin, ada):
    notify_user(
        ada, title="Bob in Secret", body="We sell.", url="/rooms/7/?message=9", data={"private": True, "x": "We sell."}
    )
    sent_emails(NOON + 15 * MINUTE)
    row = newest(ada)
    record = row.deliveries.get()
    pages = [
        page("notification"),
        page("notification", "change", row.pk),
        page("delivery"),
        page("delivery", "change", record.pk),
    ]
    for path in pages:
        shown = admin.get(path)
        assert shown.status_code == 200
        assert "Secret" not in shown.text
        assert "We sell." not in shown.text
    assert admin.get(page("notification"), {"q": "Secret"}).context["cl"].result_count == 0


@pytest.mark.parametrize("model", ["notification", "delivery", "preferences"])
def test_what_happened_and_what_people_chose_cannot_be_changed(admin, ada, model):
    wants(ada, mail="daily")
    notify_user(ada)
    sent_emails(NOON + 1500 * MINUTE)
    row = {"notification": newest(ada), "delivery": Delivery.objects.get(), "preferences": Preferences.objects.get()}
    assert admin.post(page(model, "change", row[model].pk), {}).status_code == 403
    assert admin.post(page(model, "delete", row[model].pk), {"post": "yes"}).status_code == 403
    assert admin.get(page(model, "add")).status_code == 403


def test_all_kinds_are_listed_and_one_is_set(admin, ada):
    register(Kind("quiet", "Quiet things", "bell", frozenset({"app"})))
    listed = admin.get(page("kinddefault")).text
    assert "Pings" in listed
    assert "Quiet things" in listed
    form = admin.get(page("kinddefault", "add"), {"kind": "quiet"}).context["adminform"].form
    assert [form.get_initial_for_field(form.fields[name], name) for name in ("kind", "app", "push", "mail")] == [
        "quiet", True, False, False,
    ]  # fmt: skip
    fields = {"kind": "ping", "app": "on", "locked": "on"}
    assert admin.post(page("kinddefault", "add"), fields).status_code == 302
    chosen = KindDefault.objects.get()
    assert (chosen.kind, chosen.app, chosen.push, chosen.mail, chosen.locked) == ("ping", True, False, False, True)
    notify_user(ada)
    assert newest(ada).decisions["mail"] == "operator_off"


def test_a_kind_that_nobody_registered_cannot_be_set(admin):
    answer = admin.post(page("kinddefault", "add"), {"kind": "pong", "app": "on"})
    assert answer.status_code == 200
    assert "pong is not one of the available choices" in answer.text


def test_a_kind_whose_app_is_gone_is_shown_still(admin):
    row = KindDefault.objects.create(kind="of_before")
    assert "Of before" in admin.get(page("kinddefault")).text
    assert admin.get(page("kinddefault", "change", row.pk)).status_code == 200


@pytest.mark.parametrize("number", [1, 20])
@pytest.mark.parametrize("model", ["notification", "delivery", "preferences"])
def test_no_list_takes_a_query_a_row(admin, model, number, django_assert_num_queries):
    for index in range(number):
        user = person(f"p{index}", email=f"p{index}@example.org")
        wants(user, mail="at_once")
        notify_user(user)
    sent_emails(NOON)
    admin.get(page(model))
    with django_assert_num_queries(5 if model != "preferences" else 4):
        admin.get(page(model))
