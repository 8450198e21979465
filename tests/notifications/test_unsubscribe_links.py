"""Mails end at one press, without a sign-in, and nobody else's do."""

import re

import pytest
from django.core import signing
from django.test import Client

from notifications.delivery.email.unsubscribe_links import EVERYTHING, SALT, unsubscribe_url
from notifications.kinds import Kind, register
from notifications.models import KindDefault, Preferences
from tests.cast import person
from tests.notifications.post import MINUTE, NOON, notify_user, sent_emails, wants

pytestmark = pytest.mark.django_db(transaction=True)
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ada(db):
    return person("ada", display_name="Ada Lovelace", email="ada@example.org")


@pytest.fixture
def program():
    """A mail program: no cookies, and no form of ours before it posts."""
    return Client(enforce_csrf_checks=True)


def path_in(email) -> str:
    """Return the address that the mail itself names, on this site."""
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    match = re.fullmatch(r"<http://localhost:8000(/\S+)>", email["List-Unsubscribe"])
    assert match
    return match[1]


def letter_to(user):
    notify_user(user)
    [email] = sent_emails(NOON + 15 * MINUTE)
    return email


def test_one_press_in_the_mail_program_ends_mails_of_that_kind(ada, program):
    register(Kind("other", "Other things", "bell"))
    path = path_in(letter_to(ada))
    assert program.post(path, ONE_CLICK).status_code == 200
    notify_user(ada)
    assert sent_emails(NOON + 60 * MINUTE) == []
    notify_user(ada, kind="other")
    assert len(sent_emails(NOON + 60 * MINUTE)) == 1
    assert Preferences.objects.get(user=ada).channels == {"ping": {"mail": False}}


def test_pressing_it_in_a_mail_of_many_kinds_ends_all(ada, program):
    register(Kind("other", "Other things", "bell"))
    notify_user(ada)
    notify_user(ada, kind="other")
    [email] = sent_emails(NOON + 15 * MINUTE)
    program.post(path_in(email), ONE_CLICK)
    assert Preferences.objects.get(user=ada).mail == "never"


def test_looking_at_the_address_changes_nothing(ada, program):
    path = path_in(letter_to(ada))
    page = program.get(path)
    assert page.status_code == 200
    assert "Pings" in page.text
    assert not Preferences.objects.exists()
    assert program.put(path).status_code == 405


def test_the_page_has_a_button_for_all(ada, program):
    path = path_in(letter_to(ada))
    assert 'name="everything"' in program.get(path).text
    assert program.post(path, {"everything": ""}).status_code == 200
    assert Preferences.objects.get(user=ada).mail == "never"


def test_what_else_was_chosen_stays(ada, program):
    wants(ada, channels={"ping": {"push": False}, "other": {"mail": True}}, quiet_hours={"0": ["22:00", "07:00"]})
    program.post(path_in(letter_to(ada)), ONE_CLICK)
    kept = Preferences.objects.get(user=ada)
    assert kept.channels == {"ping": {"push": False, "mail": False}, "other": {"mail": True}}
    assert kept.quiet_hours == {"0": ["22:00", "07:00"]}


def test_mails_of_a_locked_kind_end_with_all(ada, program):
    KindDefault.objects.create(kind="ping", locked=True)
    program.post(path_in(letter_to(ada)), ONE_CLICK)
    assert Preferences.objects.get(user=ada).mail == "never"
    notify_user(ada)
    assert sent_emails(NOON + 60 * MINUTE) == []


def test_pressing_it_twice_is_pressing_it_once(ada, program):
    path = path_in(letter_to(ada))
    for _ in range(2):
        assert program.post(path, ONE_CLICK).status_code == 200


@pytest.mark.parametrize(
    "meant, salt",
    [
        (None, SALT),
        ([1, EVERYTHING], "other"),
        ("text", SALT),
        ([1], SALT),
        (["1", 2], SALT),
        ([999_999, EVERYTHING], SALT),
    ],
)
def test_an_address_that_nobody_was_sent_does_nothing(ada, program, meant, salt):
    token = signing.dumps(meant, salt=salt) if meant else "nonsense"
    for answer in (
        program.get(f"/notifications/unsubscribe/{token}/"),
        program.post(f"/notifications/unsubscribe/{token}/"),
    ):
        assert answer.status_code == 404
        assert "This link doesn't work" in answer.text
    assert not Preferences.objects.exists()


def test_a_changed_address_does_nothing(ada, program):
    path = path_in(letter_to(ada))
    assert program.post(path[:-3] + "xy/", ONE_CLICK).status_code == 404
    assert unsubscribe_url(ada.pk, "ping") != unsubscribe_url(ada.pk + 1, "ping")
