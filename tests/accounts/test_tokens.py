import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import services
from accounts.models import Token
from accounts.tokens import find_token, is_use_due, note_use
from tests.accounts.vocabulary import signed_in


@pytest.fixture
def here(ada):
    return signed_in(ada)


def make(browser, name="Deploy bot"):
    return browser.post("/accounts/tokens/", {"token-name": name})


def test_the_key_is_shown_once_and_kept_nowhere(here, ada):
    response = make(here)
    key = response.context["key"]
    assert key in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert key not in here.get("/accounts/profile/").content.decode()
    token = ada.tokens.get()
    assert token.digest == hashlib.sha256(key.encode()).hexdigest()
    assert (find_token(key), find_token(key + "x"), find_token("")) == (token, None, None)


def test_is_revoked_by_its_owner(here, ada, ended):
    token, key = services.make_token(ada, "bot")
    pk = token.pk
    here.post(f"/accounts/tokens/{pk}/revoke/")
    assert find_token(key) is None
    assert ended == [(ada.pk, None, pk)]


def test_is_not_revoked_by_others(here, bob, ended):
    token, key = services.make_token(bob, "bot")
    assert here.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404
    assert find_token(key) == token


def test_needs_a_name(here, ada):
    assert make(here, name=" ").context["token_form"].errors
    assert not ada.tokens.exists()


def test_there_are_at_most_twenty(here, ada):
    for _ in range(services.TOKENS_A_PERSON):
        services.make_token(ada, "bot")
    with pytest.raises(ValidationError):
        services.make_token(ada, "bot")
    assert b"Revoke one that you no longer use" in make(here).content


def test_is_worth_nothing_when_its_owner_is_out(ada):
    _, key = services.make_token(ada, "bot")
    services.deactivate(ada)
    assert find_token(key) is None


def test_its_use_is_noted_once_a_minute(ada, django_assert_num_queries):
    token, key = services.make_token(ada, "bot")
    assert is_use_due(token)
    note_use(token)
    token = find_token(key)
    assert not is_use_due(token)
    Token.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    assert is_use_due(find_token(key))


def test_tokens_are_found_in_one_query(ada, django_assert_num_queries):
    _, key = services.make_token(ada, "bot")
    with django_assert_num_queries(1):
        assert find_token(key).user.name == "Ada Lovelace"
