import hashlib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services
from accounts.identity.tokens import find_token, is_use_due, note_token_use
from accounts.models import Token, User
from tests.accounts.vocabulary import NEW_PASSWORD, PASSWORD, link_in_email, signed_in


@pytest.fixture
def there(ada):
    """Return a browser in which ada signed in some time ago."""
    return signed_in(ada)


@pytest.fixture
def here(there):
    """Return a browser in which ada has just typed her password."""
    there.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return there


def make(browser, name="Deploy bot"):
    return browser.post("/accounts/tokens/", {"token-name": name})


def test_the_key_is_shown_once_and_not_stored(here, ada):
    response = make(here)
    key = response.context["key"]
    assert key in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert key not in here.get("/accounts/profile/").content.decode()
    token = ada.tokens.get()
    assert token.digest == hashlib.sha256(key.encode()).hexdigest()
    assert (find_token(key), find_token(key + "x"), find_token("")) == (token, None, None)


def test_creating_a_token_asks_for_the_password(there, ada):
    """Otherwise somebody who finds a browser signed in could create a token that survives the sign-out."""
    response = make(there)
    assert response["Location"].startswith("/accounts/reauthenticate/")
    assert not ada.tokens.exists()
    wrong = there.post("/accounts/reauthenticate/", {"password": "wrong", "next": "/accounts/tokens/"})
    assert (wrong.status_code, ada.tokens.count()) == (200, 0)
    right = there.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/tokens/"})
    assert right.context["key"] in right.content.decode()
    assert ada.tokens.get().name == "Deploy bot"


def test_a_new_token_sends_an_email(here, ada):
    make(here)
    assert mail.outbox[-1].to == ["ada@example.com"]
    assert mail.outbox[-1].subject == "[Hubbub] A new token was created for your account"
    assert "“Deploy bot”" in mail.outbox[-1].body
    assert "If it wasn't you" in mail.outbox[-1].body


def sign_out_everywhere(browser, **more):
    return browser.post("/accounts/sign-out-everywhere/", more)


def change_password(browser, **more):
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return browser.post("/accounts/password/change/", fields | more)


def reset_password(browser, **more):
    browser.post("/accounts/logout/")
    browser.post("/accounts/password/reset/", {"email": "ada@example.com"})
    page = browser.get(link_in_email(), follow=True)
    return browser.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD} | more)


def deactivate(browser, **more):
    services.deactivate(User.objects.get())


@pytest.mark.parametrize("end", [sign_out_everywhere, change_password, reset_password, deactivate])
def test_a_token_ends_with_all_sessions(there, ada, end):
    _, key = services.make_token(ada, "bot")
    end(there)
    assert find_token(key) is None
    assert not ada.tokens.exists()


@pytest.mark.parametrize("end, keeps", [(sign_out_everywhere, True), (change_password, True), (reset_password, False)])
def test_a_token_can_be_kept_where_the_password_is_known(there, ada, end, keeps):
    token, key = services.make_token(ada, "bot")
    end(there, keep_tokens="on")
    assert find_token(key) == (token if keeps else None)


def test_the_form_names_the_tokens_that_would_end(there, ada):
    services.make_token(ada, "Deploy bot")
    for path in ("profile", "password/change"):
        page = there.get(f"/accounts/{path}/").content.decode()
        assert "sure that no one else has them: “Deploy bot”." in page
    ada.tokens.all().delete()
    for path in ("profile", "password/change"):
        assert "Keep my tokens" not in there.get(f"/accounts/{path}/").content.decode()


def test_the_last_use_is_shown(there, ada):
    token, _ = services.make_token(ada, "bot")
    assert "never used" in there.get("/accounts/profile/").content.decode()
    note_token_use(token)
    assert "used 0\xa0minutes ago" in there.get("/accounts/profile/").content.decode()


def test_the_owner_can_revoke_a_token(here, ada, ended):
    token, key = services.make_token(ada, "bot")
    pk = token.pk
    here.post(f"/accounts/tokens/{pk}/revoke/")
    assert find_token(key) is None
    assert ended == [(ada.pk, None, pk)]


def test_others_cannot_revoke_a_token(here, bob, ended):
    token, key = services.make_token(bob, "bot")
    assert here.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert find_token(key) == token


def test_a_token_needs_a_name(here, ada):
    assert make(here, name=" ").context["token_form"].errors
    assert not ada.tokens.exists()


def test_a_user_has_at_most_twenty_tokens(here, ada):
    for _ in range(services.TOKENS_A_PERSON):
        services.make_token(ada, "bot")
    with pytest.raises(ValidationError):
        services.make_token(ada, "bot")
    assert b"You have 20 tokens, the maximum." in make(here).content


def test_a_token_of_a_deactivated_user_is_invalid(ada):
    _, key = services.make_token(ada, "bot")
    services.deactivate(ada)
    assert find_token(key) is None


def test_the_use_of_a_token_is_stored_once_in_five_minutes(ada, django_assert_num_queries):
    token, key = services.make_token(ada, "bot")
    assert is_use_due(token)
    note_token_use(token)
    token = find_token(key)
    assert not is_use_due(token)
    Token.objects.update(last_used_at=timezone.now() - timedelta(minutes=5, seconds=1))
    assert is_use_due(find_token(key))


def test_a_token_is_found_in_one_query(ada, django_assert_num_queries):
    _, key = services.make_token(ada, "bot")
    with django_assert_num_queries(1):
        assert find_token(key).user.name == "Ada Lovelace"
