"""Erasure of accounts: in the admin, by the command, and the names that are reserved for it."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from accounts import services
from accounts.admin import erasure as erasure_admin
from accounts.erasure import erase_account
from accounts.models import Erasure, Token, User
from tests.accounts.vocabulary import NEW_PASSWORD, Browser, errors, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return person("root", is_staff=True, is_superuser=True)


@pytest.fixture
def staff(root):
    return signed_in(root)


def page(user: User) -> str:
    return f"/admin/accounts/user/{user.pk}/delete/"


def act(browser: Browser, users, **more):
    fields = {"action": "delete_selected", "_selected_action": [user.pk for user in users]} | more
    return browser.post("/admin/accounts/user/", fields, follow=True)


def test_nothing_is_erased_before_the_confirmation(staff, ada):
    shown = staff.get(page(ada)).text
    assert "Ada Lovelace" in shown
    assert "This can't be undone, not even by reactivating the account." in shown
    assert staff.post(page(ada), {"post": "yes"}).status_code == 200
    assert User.objects.filter(pk=ada.pk, username="ada").exists()


def test_an_account_is_erased(staff, ada, ended, settings, django_capture_on_commit_callbacks):
    ada.avatar.save("a.webp", ContentFile(b"picture"))
    file = settings.MEDIA_ROOT / ada.avatar.name
    assert file.exists()
    EmailAddress.objects.create(user=ada, email="ada@example.com", verified=True, primary=True)
    services.make_token(ada, "bot")
    ada.groups.add(Group.objects.create(name="choir"))
    with django_capture_on_commit_callbacks(execute=True):
        answer = staff.post(page(ada), {"confirmed": "True"}, follow=True)
    assert "Accounts erased: 1." in answer.text
    user = User.objects.get(pk=ada.pk)
    assert (user.username, user.display_name, user.email) == (f"deleted-{ada.pk}", "Deleted user", "")
    assert (user.is_active, bool(user.avatar), user.session_epoch) == (False, False, 1)
    assert not file.exists()
    assert not user.groups.exists()
    assert not EmailAddress.objects.exists()
    assert not Token.objects.exists()
    assert ended == [(ada.pk, None, None)]


def test_the_selected_accounts_are_erased_except_ones_own(staff, root, ada, bob):
    assert "Erase 2 accounts" in act(staff, [ada, bob, root]).text
    answer = act(staff, [ada, bob, root], confirmed="True", with_messages="on")
    assert "erase yourself. Only superusers" in answer.text
    assert set(User.objects.filter(erased_at=None)) == {root}
    assert Erasure.objects.filter(with_messages=True).count() == 2
    assert staff.post(page(root), {"confirmed": "True"}).status_code == 403


def test_the_number_of_selected_accounts_is_bounded(staff, ada, bob, monkeypatch):
    monkeypatch.setattr(erasure_admin, "MOST_AT_ONCE", 1)
    assert "Select at most 1 users" in act(staff, [ada, bob], confirmed="True").text
    assert not User.objects.exclude(erased_at=None).exists()


def test_erasing_needs_the_permission_to_delete_users(ada):
    helper = person("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "change_user"]))
    browser = signed_in(helper)
    assert browser.get(page(ada)).status_code == browser.post(page(ada), {"confirmed": "True"}).status_code == 403
    act(browser, [ada], confirmed="True")
    assert User.objects.filter(pk=ada.pk, erased_at=None).exists()
    helper.user_permissions.set(Permission.objects.filter(codename__in=["view_user", "delete_user"]))
    browser.post(page(ada), {"confirmed": "True"})
    assert User.objects.filter(pk=ada.pk).exclude(erased_at=None).exists()


def test_an_erased_account_cannot_be_changed(staff, ada):
    erase_account(ada)
    assert not Browser().sign_in("ada@example.com").wsgi_request.user.is_authenticated
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert staff.post(f"/admin/accounts/user/{ada.pk}/password/", fields).status_code == 403
    assert staff.post(f"/admin/accounts/user/{ada.pk}/change/", {"is_active": "on"}).status_code == 403
    assert staff.get(f"/admin/accounts/user/{ada.pk}/change/").status_code == 200


@pytest.mark.parametrize("name", ["deleted-7", "Deleted_7", "deleted7", "dеleted-7", "deleted-7-2"])
def test_the_names_of_erased_accounts_are_reserved(name, browser):
    assert "reserved" in errors(browser.sign_up(name))
    with pytest.raises(ValidationError):
        User(username=name).clean()


def test_an_older_account_keeps_a_name_that_is_reserved_now(ada):
    person(f"Deleted-{ada.pk}")
    erase_account(ada)
    assert ada.username == f"deleted-{ada.pk}-2"


def test_an_erased_address_can_sign_up_again(ada, browser):
    erase_account(ada)
    assert browser.sign_up("ada", email="ada@example.com").status_code == 302
    assert browser.is_in()


def test_the_command_erases_an_account(ada, capsys):
    call_command("erase_user", "ada")
    assert User.objects.get(pk=ada.pk).erased_at is not None
    assert f"deleted-{ada.pk}" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no user 'ada'"):
        call_command("erase_user", "ada")
