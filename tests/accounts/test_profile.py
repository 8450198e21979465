from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from accounts import services
from accounts.pages import views
from accounts.pages.middleware import TimeZoneMiddleware
from tests.accounts.vocabulary import changed_profiles, errors, signed_in


@pytest.fixture
def here(ada):
    return signed_in(ada)


def test_name_and_time_zone_are_saved(here, ada):
    assert here.save_profile(display_name="  Countess   of Lovelace ", time_zone="Europe/London").status_code == 302
    ada.refresh_from_db()
    assert (ada.name, ada.time_zone) == ("Countess of Lovelace", "Europe/London")
    assert b"Profile saved." in here.get("/accounts/profile/").content


def test_saving_is_limited(here, ada, monkeypatch):
    monkeypatch.setattr(views.profile_changes, "amount", 2)
    for name in ("Ada A.", "Ada B.", "Ada C."):
        response = here.save_profile(display_name=name)
    assert "You're saving your profile too quickly. Try again in 60 min." in errors(response)
    ada.refresh_from_db()
    assert ada.name == "Ada B."


def test_a_user_without_a_name_is_shown_with_the_username(here, ada):
    here.save_profile(display_name="")
    ada.refresh_from_db()
    assert ada.name == "ada"


def test_profile_followers_are_called_for_visible_changes(here, ada):
    here.save_profile(display_name="Ada Lovelace", time_zone="Asia/Tokyo")
    assert changed_profiles == []
    here.save_profile(display_name="Ada")
    assert changed_profiles == [ada.pk]


def test_an_unusual_zone_that_is_chosen_stays(here, ada):
    ada.time_zone = "US/Pacific"
    ada.save()
    assert here.save_profile(time_zone="US/Pacific").status_code == 302


@pytest.mark.parametrize(
    "fields",
    [
        {"time_zone": "Mars/Olympus"},
        {"time_zone": "../../etc/passwd"},
        {"display_name": "x" * 81},
        {"display_name": "Ada\u202egnp.exe"},
        {"display_name": "Ada\u200bLovelace"},
        {"display_name": "\u200d"},
        {"display_name": "\u3164\u2800"},
    ],
)
def test_an_invalid_profile_is_refused(here, ada, fields):
    response = here.save_profile(**fields)
    assert response.status_code == 200
    assert errors(response)
    ada.refresh_from_db()
    assert ada.name == "Ada Lovelace"


@pytest.mark.parametrize("name", ["Zoë Öztürk", "李明", "👩‍👧 Ada", "محمد"])
def test_names_in_any_script_are_accepted(here, ada, name):
    here.save_profile(display_name=name)
    ada.refresh_from_db()
    assert ada.name == name


def test_signing_out_everywhere_ends_all_sessions(here, ada, ended):
    there, epoch = signed_in(ada), ada.session_epoch
    response = here.post("/accounts/sign-out-everywhere/", follow=True)
    assert b"You&#x27;re signed out everywhere." in response.content
    assert (here.is_in(), there.is_in()) == (False, False)
    ada.refresh_from_db()
    assert ada.session_epoch == epoch + 1
    assert (ada.pk, None, None) in ended


def test_deactivating_ends_all_sessions(here, ada, ended):
    services.deactivate(ada)
    assert not here.is_in()
    assert ended == [(ada.pk, None, None)]


def clock_of(user) -> int:
    """Return the hour that a page shows this user for 12:00 UTC."""
    shown = []

    def show(request):
        shown.append(timezone.localtime(datetime(2026, 1, 1, 12, tzinfo=UTC)).hour)
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = user
    TimeZoneMiddleware(show)(request)
    return shown[0]


def test_times_are_in_the_zone_of_the_profile(ada, bob):
    ada.time_zone = "Asia/Tokyo"
    assert (clock_of(ada), clock_of(bob)) == (21, 12)


def test_a_zone_that_the_system_no_longer_has_is_ignored(ada):
    ada.time_zone = "Gone/Away"
    assert clock_of(ada) == 12
