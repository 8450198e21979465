import pytest
from django.contrib.auth.models import Permission

from accounts import models, services
from accounts.models import Token, User
from tests.accounts.vocabulary import NEW_PASSWORD, changed_profiles, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return signed_in(person("root", is_staff=True, is_superuser=True))


@pytest.fixture
def them(ada, bob):
    return [ada, bob]


def act(browser, action, users):
    fields = {"action": action, "_selected_action": [user.pk for user in users]}
    return browser.post("/admin/accounts/user/", fields, follow=True)


def test_action_ends_sessions(staff, them, ended):
    act(staff, "end_sessions", them)
    assert sorted(ended) == [(user.pk, None, None) for user in them]


def test_staff_can_deactivate_others_but_not_themselves(staff, them, ended):
    root = User.objects.get(username="root")
    response = act(staff, "deactivate", [*them, root])
    assert set(User.objects.filter(is_active=True)) == {root}
    assert sorted(ended) == [(user.pk, None, None) for user in them]
    assert b"You can&#x27;t deactivate yourself." in response.content


@pytest.mark.parametrize("left", [{}, {"is_staff": "on"}, {"is_active": "on"}])
def test_unticking_active_or_staff_ends_sessions(staff, ada, ended, left):
    User.objects.filter(pk=ada.pk).update(is_staff=True)
    fields = left | {
        "username": "ada",
        "display_name": "Ada L.",
        "time_zone": "UTC",
        "email": "ada@example.com",
        "tokens-TOTAL_FORMS": 0,
        "tokens-INITIAL_FORMS": 0,
    }
    response = staff.post(f"/admin/accounts/user/{ada.pk}/change/", fields)
    assert response.status_code == 302, response.context["errors"]
    ada.refresh_from_db()
    assert (ada.is_active, ada.is_staff) == ("is_active" in left, "is_staff" in left)
    assert ended == [(ada.pk, None, None)]
    assert changed_profiles == [ada.pk]


def test_a_new_password_ends_sessions(staff, ada, ended):
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    response = staff.post(f"/admin/accounts/user/{ada.pk}/password/", fields)
    assert response.status_code == 302
    assert ended == [(ada.pk, None, None)]


def test_a_username_taken_after_validation_is_an_error(staff, monkeypatch):
    person("straße")
    monkeypatch.setattr(models, "refuse_username", lambda *_: None)
    fields = {"username": "strasse", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    answer = staff.post("/admin/accounts/user/add/", fields, follow=True)
    assert "This username is taken." in answer.text
    assert not User.objects.filter(username="strasse").exists()


def test_action_removes_pictures(staff, ada):
    User.objects.update(avatar="avatars/x.webp")
    act(staff, "remove_avatar", [ada])
    ada.refresh_from_db()
    assert not ada.avatar


def test_tokens_are_listed_and_revoked(staff, ada, ended):
    token, _ = services.make_token(ada, "Deploy bot")
    page = staff.get("/admin/accounts/token/").content.decode()
    assert "Deploy bot" in page
    assert token.digest not in staff.get(f"/admin/accounts/token/{token.pk}/change/").content.decode()
    assert "Deploy bot" in staff.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()
    assert staff.get("/admin/accounts/token/add/").status_code == 403
    pk = token.pk
    staff.post("/admin/accounts/token/", {"action": "delete_selected", "_selected_action": [pk], "post": "yes"})
    assert not Token.objects.exists()
    assert ended == [(ada.pk, None, pk)]


@pytest.mark.parametrize("query", ["Zürich", "GRÜSSE", "lovelace"])
def test_tokens_are_found_by_their_name_and_owner_in_any_case(staff, query):
    services.make_token(person("ada", display_name="Ada Lovelace Grüße"), "Bot in Zürich")
    page = staff.get("/admin/accounts/token/", {"q": query}).content.decode()
    assert "Bot in Zürich" in page


@pytest.mark.parametrize("path", ["user/", "user/?q=ada&is_active__exact=1", "token/"])
def test_lists_take_the_same_queries_however_long(staff, ada, path, django_assert_max_num_queries):
    for index in range(20):
        services.make_token(person(f"p{index}"), "bot")
    with django_assert_max_num_queries(9):
        assert staff.get(f"/admin/accounts/{path}").status_code == 200


def test_admin_is_closed_to_users_who_are_not_staff(ada, browser):
    assert signed_in(ada).get("/admin/").status_code in {302, 403}
    assert browser.get("/admin/")["Location"].startswith("/admin/login/")
    assert browser.get("/admin/login/")["Location"].startswith("/accounts/login/")


@pytest.fixture
def clerk(ada):
    """Return the browser of a user who may change users and view connections, and is no superuser."""
    clerk = person("clerk", is_staff=True)
    clerk.user_permissions.set(
        Permission.objects.filter(codename__in=["view_user", "change_user", "delete_user", "view_connections"])
    )
    return signed_in(clerk)


def test_only_superusers_change_superusers(clerk, ada, ended):
    root = person("root", is_superuser=True)
    act(clerk, "end_sessions", [root, ada])
    act(clerk, "deactivate", [root, ada])
    assert {user_id for user_id, *_ in ended} == {ada.pk}
    assert set(User.objects.filter(is_active=False)) == {ada}
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    assert clerk.post(f"/admin/accounts/user/{root.pk}/password/", fields).status_code == 403
    assert clerk.post(f"/admin/accounts/user/{root.pk}/delete/", {"confirmed": "True"}).status_code == 403
    act(clerk, "delete_selected", [root])
    assert User.objects.filter(pk=root.pk, is_active=True, session_epoch=0).exists()


def test_only_superusers_give_permissions(clerk, ada):
    form = clerk.get(f"/admin/accounts/user/{ada.pk}/change/").context["adminform"].form
    assert not {"is_superuser", "is_staff", "groups", "user_permissions"} & set(form.fields)


def test_the_connections_page_needs_its_permission(clerk, staff):
    unprivileged = signed_in(person("helper", is_staff=True))
    statuses = [browser.get("/admin/connections/").status_code for browser in (unprivileged, clerk, staff)]
    assert statuses == [403, 200, 200]
    assert [b"Open connections" in browser.get("/admin/").content for browser in (unprivileged, clerk)] == [False, True]


def test_admin_signs_out_by_the_page_that_clears_the_browser(staff):
    response = staff.post("/admin/logout/", follow=True)
    assert response.redirect_chain == [("/accounts/logout/", 302)]
    assert b"data-sign-out" in response.content
    assert staff.get("/admin/").status_code == 200, "nobody is signed out before the page has asked"
