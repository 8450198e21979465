import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import services
from accounts.identity.credentials import Credentials, find_ended
from accounts.models import User
from tests.accounts.vocabulary import person, signed_in

pytestmark = pytest.mark.django_db


def by_browser(user) -> Credentials:
    return Credentials(user.pk, user.session_epoch, session_key=signed_in(user).session_key)


def by_token(user) -> Credentials:
    return Credentials(user.pk, user.session_epoch, token_id=services.make_token(user, "bot")[0].pk)


def test_valid_credentials_are_not_ended(ada, bob):
    assert find_ended({by_browser(ada), by_token(ada), by_browser(bob)}) == set()
    assert find_ended(set()) == set()


def test_a_signed_out_session_is_ended(ada):
    here, there = by_browser(ada), by_browser(ada)
    Session.objects.filter(session_key=here.session_key).delete()
    assert find_ended({here, there}) == {here}


def test_an_expired_session_is_ended(ada):
    here = by_browser(ada)
    Session.objects.update(expire_date=timezone.now())
    assert find_ended({here}) == {here}


def test_a_revoked_token_is_ended(ada):
    first, second = by_token(ada), by_token(ada)
    services.revoke_token(ada.tokens.get(pk=first.token_id))
    assert find_ended({first, second}) == {first}


def test_credentials_of_an_older_epoch_are_ended(ada, bob):
    mine, other = {by_browser(ada), by_token(ada)}, by_browser(bob)
    services.end_sessions(ada)
    assert find_ended({*mine, other}) == mine


def test_credentials_of_deactivated_and_deleted_users_are_ended(ada, bob):
    mine, other = by_browser(ada), by_token(bob)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    bob.delete()
    assert find_ended({mine, other}) == {mine, other}


@pytest.mark.parametrize("number", [1, 30])
def test_any_number_of_credentials_takes_three_queries(number, django_assert_num_queries):
    users = [person(f"p{index}") for index in range(number)]
    connections = {by_browser(user) for user in users} | {by_token(user) for user in users}
    with django_assert_num_queries(3):
        assert find_ended(connections) == set()
