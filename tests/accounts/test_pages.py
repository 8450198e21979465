import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from tests.accounts.vocabulary import signed_in

pytestmark = pytest.mark.django_db

FOR_ALL = [
    "login",
    "signup",
    "logout",
    "inactive",
    "password/reset",
    "password/reset/done",
    "password/reset/key/done",
    "password/reset/key/1-abc",
    "confirm-email",
    "confirm-email/xyz",
    "login/code/confirm",
]
FOR_PEOPLE = ["profile", "email", "password/change", "password/set", "reauthenticate"]


@pytest.mark.parametrize("path", FOR_ALL + FOR_PEOPLE)
def test_a_page_without_a_session(browser, path):
    response = browser.get(f"/accounts/{path}/")
    assert response.status_code in {200, 302}
    assert (response.status_code == 302) >= (path in FOR_PEOPLE)
    if response.status_code == 200:
        looks_like_ours(response)


@pytest.mark.parametrize("path", FOR_ALL + FOR_PEOPLE)
def test_a_page_of_a_signed_in_user(ada, path):
    response = signed_in(ada).get(f"/accounts/{path}/")
    assert response.status_code in {200, 302}
    if response.status_code == 200:
        looks_like_ours(response)


def looks_like_ours(response) -> None:
    html = response.content.decode()
    assert "hubbub/css/site.css" in html
    assert 'class="mark"' in html
    assert " style=" not in html
    assert "<style" not in html
    assert " onclick=" not in html
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'; trusted-types hubbub lit-html" in response["Content-Security-Policy"]


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_makes_no_query(code, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_to_string(f"{code}.html")
    assert f"Error {code[:3]}" in html
    assert "Hubbub" in html


def test_an_error_page_names_the_site(settings):
    settings.SITE_NAME = "Northwind"
    assert "Northwind" in render_to_string("404.html", request=RequestFactory().get("/"))


def test_the_profile_takes_the_same_queries_with_many_tokens(ada, django_assert_max_num_queries):
    for index in range(10):
        ada.tokens.create(name="bot", digest=str(index))
    browser = signed_in(ada)
    browser.get("/accounts/profile/")
    with django_assert_max_num_queries(14):  # eleven of them are the bell's, the banner's and the sign-in's
        browser.get("/accounts/profile/")


def test_an_expired_form_can_be_reloaded(ada):
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/accounts/login/", {"login": "ada"})
    assert response.status_code == 403
    assert '<a class="button primary wide" href="/accounts/login/">Reload the form</a>' in response.text
