import pytest

from accounts.models import User
from tests.accounts.vocabulary import PASSWORD, errors

pytestmark = pytest.mark.django_db


def test_makes_a_person_who_is_in(browser):
    response = browser.sign_up("Zoe", display_name=" Zoe  Okafor ", email="Zoe@Example.com", time_zone="Africa/Lagos")
    assert response.status_code == 302
    zoe = User.objects.get(username="zoe")
    assert (zoe.name, zoe.email, zoe.time_zone) == ("Zoe Okafor", "zoe@example.com", "Africa/Lagos")
    assert browser.is_in()


def test_asks_for_neither_name_nor_mail(browser):
    browser.sign_up("zoe")
    assert User.objects.get().name == "zoe"


def test_a_guess_of_no_time_zone_is_no_error(browser):
    browser.sign_up("zoe", time_zone="Mars/Olympus")
    assert User.objects.get().time_zone == "UTC"


@pytest.mark.parametrize("username", ["a@b", "a b", "-a", "a.", "ada+1", "x" * 33, "", "\u202eada", "\u3164"])
def test_refuses_what_cannot_be_mentioned(browser, username):
    response = browser.sign_up(username)
    assert response.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("username", ["zoë", "李明", "o-k.a_9"])
def test_takes_the_letters_of_the_world(browser, username):
    browser.sign_up(username)
    assert User.objects.get().username == username


def test_a_username_is_taken_in_any_case(browser, ada):
    assert "has that username" in errors(browser.sign_up("ADA"))


def test_a_mail_address_belongs_to_one(browser, ada):
    assert "with that e-mail address" in errors(browser.sign_up("eve", email="ADA@example.com"))


@pytest.mark.parametrize("password", ["short", "12345678901", "password1"])
def test_refuses_a_weak_password(browser, password):
    response = browser.sign_up("zoe", password1=password, password2=password)
    assert "password1" in response.context["form"].errors


def test_refuses_a_name_with_invisible_characters(browser):
    assert "invisible" in errors(browser.sign_up("zoe", display_name="Ada\u202e"))


def test_the_operator_can_close_it(browser, settings):
    settings.SIGNUP_OPEN = False
    assert b"Sign-up is closed" in browser.get("/accounts/signup/").content
    browser.sign_up("zoe")
    assert not User.objects.exists()
    assert b"Make an account" not in browser.get("/accounts/login/").content


def test_is_limited_by_address(browser, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "2/m/ip"}
    answers = [browser.post("/accounts/signup/", {"password1": PASSWORD}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
