"""The page of a person's settings: what is filled in is saved whole, or comes back as it was filled in."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from notifications import groups, kinds, services
from notifications.groups import GroupLabel
from notifications.kinds import Kind
from notifications.models import GroupRule, KindDefault, Preferences
from notifications.rules.forms.quiet_hours import WEEKS
from notifications.rules.wall_clock import quiet_until
from notifications.services import Level
from tests.notifications.settings_page import PAGE, Settings

pytestmark = pytest.mark.django_db
QUIET = "/notifications/do-not-disturb/"
FRIDAY_EVENING = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def places(monkeypatch):
    """Groups with a name for everybody: "place.7" is "Place 7", and of "place.404" nobody sees anything."""
    monkeypatch.setattr(groups, "_groups", {})
    groups.register("place", lambda _, ids: {id: GroupLabel(f"Place {id}") for id in ids if id != 404})


@pytest.fixture
def page(ada):
    return Settings(ada)


# -- kinds and channels


def test_saving_what_is_usual_chooses_nothing(page):
    assert page.saves().channels == {}


def test_what_is_kept_and_cannot_be_meant_is_as_if_it_were_not(page):
    hours = {"0": ["22:00"], "1": None, "2": "x", "8": ["22:00", "07:00"]}
    Preferences.objects.create(user=page.user, channels={"ping": "x"}, quiet_hours=hours)
    kept = page.saves()
    assert (kept.channels, kept.quiet_hours) == ({}, {})


def test_only_what_differs_is_kept_and_shown_again(page):
    assert page.saves("ping-push").channels == {"ping": {"push": False}}
    assert "ping-push" not in page.form()
    assert page.saves(**{"ping-push": "on"}).channels == {}


def test_the_usual_is_the_operators_where_they_have_said_it(page):
    KindDefault.objects.create(kind="ping", app=True, push=True, mail=False)
    assert "ping-mail" not in page.form()
    assert page.saves(**{"ping-mail": "on"}).channels == {"ping": {"mail": True}}


def test_what_is_locked_has_no_box_and_says_why(page):
    KindDefault.objects.create(kind="ping", app=True, push=False, mail=True, locked=True)
    html = page.client.get(PAGE).content.decode()
    assert "Set by this site" in html
    assert 'name="ping-' not in html
    assert page.saves(**{"ping-push": "on"}).channels == {}


def test_what_may_not_be_switched_off_keeps_a_choice_where_it_is_off(page):
    kinds.register(Kind("alarm", "Alarms", "bell", channels=frozenset({"app"}), optional=False))
    assert {"alarm-app", "alarm-push", "alarm-mail"} & page.form().keys() == set()
    html = page.client.get(PAGE).content.decode()
    assert 'name="alarm-push"' in html
    assert 'name="alarm-app"' not in html
    assert page.saves(**{"alarm-app": "", "alarm-push": "on"}).channels == {"alarm": {"push": True}}


def test_a_kind_that_there_is_not_is_not_kept_and_one_that_is_gone_stays(page):
    Preferences.objects.create(user=page.user, channels={"retired": {"mail": False}})
    assert page.saves(**{"invented-push": "on"}).channels == {"retired": {"mail": False}}


# -- quiet hours

CUSTOM = {"quiet-preset": "custom"}


@pytest.mark.parametrize("preset, days", [("off", 0), ("nights", 7), ("weekends", 7)])
def test_a_usual_week_is_one_choice_whatever_stands_in_the_rows(page, preset, days):
    kept = page.saves(**{"quiet-preset": preset, "quiet-2": "on", "from-2": "absurd"})
    assert len(kept.quiet_hours) == days
    assert page.form()["quiet-preset"] == preset
    assert page.saves().quiet_hours == kept.quiet_hours


def test_nights_and_weekends_leave_no_gap_from_friday_to_monday():
    friday, monday = datetime(2026, 11, 20, 22, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert quiet_until(WEEKS["weekends"], ZoneInfo("UTC"), friday) == monday


def test_a_week_of_ones_own_is_custom(page):
    page.saves(**CUSTOM | {"quiet-4": "on"})
    assert page.form()["quiet-preset"] == "custom"


@pytest.mark.parametrize(
    "change, lacking",
    [({}, {"push": "device", "mail": "address"}), ({"mail": "never"}, {"push": "device", "mail": "off"})],
)
def test_a_column_that_cannot_work_says_what_it_lacks(page, change, lacking):
    page.user.email = ""
    page.user.save()
    page.saves(**change)
    answer = page.client.get(PAGE)
    assert answer.context["lacking"] == lacking
    assert 'href="#devices"' in answer.text


def test_quiet_hours_are_kept_by_weekday(page):
    kept = page.saves(
        **CUSTOM
        | {"quiet-0": "on", "from-0": "22:00", "to-0": "07:00", "quiet-5": "on", "from-5": "00:00:00", "to-5": "00:00"}
    )
    assert kept.quiet_hours == {"0": ["22:00", "07:00"], "5": ["00:00", "00:00"]}
    assert page.saves("quiet-0").quiet_hours == {"5": ["00:00", "00:00"]}


@pytest.mark.parametrize(
    "absurd", ["25:00", "24:00", "-1:00", "noon", "9", "\0", "22:00:00.5", "22:00+02:00", "9" * 5000]
)
def test_a_time_that_is_none_is_refused(page, absurd):
    said = page.is_refused(**CUSTOM | {"quiet-2": "on", "from-2": absurd})
    assert said in ("Enter a time, such as 22:00.", "Null characters are not allowed.")


def test_a_day_that_is_on_needs_both_times(page):
    assert "Enter a time" in page.is_refused(**CUSTOM | {"quiet-2": "on", "to-2": ""})


def test_mondays_hours_can_be_used_for_every_day(page):
    answer = page.sends("ping-push", do="copy", **CUSTOM | {"quiet-0": "on", "from-0": "21:00", "to-0": "06:00"})
    form = answer.context["forms"].quiet
    assert [(day["on"].value(), day["from"].value(), day["to"].value()) for day in form.days()] == [
        (True, "21:00", "06:00")
    ] * 7
    assert answer.context["forms"].switches["ping-push"].value() is False
    assert not Preferences.objects.exists()


def test_the_page_says_whose_time_it_is(page):
    page.user.time_zone = "America/New_York"
    page.user.save()
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        html = page.client.get(PAGE).content.decode()
    assert "Times are in America/New York, where it's 13:30 now" in html
    assert 'href="/accounts/profile/#id_time_zone"' in html


# -- mail


def test_the_ways_of_mail(page):
    assert page.saves(mail="at_once").mail == "at_once"
    kept = page.saves(mail="unread", email_after_minutes="90")
    assert (kept.mail, kept.email_after_minutes) == ("unread", 90)
    kept = page.saves(mail="daily", email_daily_at="18:30", email_after_minutes="")
    assert (kept.mail, kept.email_daily_at, kept.email_after_minutes) == ("daily", time(18, 30), 90)


@pytest.mark.parametrize("minutes", ["", "0", "-5", "1441", "1e3", "soon", "9" * 400])
def test_minutes_that_cannot_be_are_refused(page, minutes):
    assert "from 1 to 1,440" in page.is_refused(mail="unread", email_after_minutes=minutes)


@pytest.mark.parametrize("way", ["", "pigeon", "\0"])
def test_a_way_that_there_is_not_is_refused(page, way):
    assert page.is_refused(mail=way) == "Choose when to get emails."


def test_what_is_urgent_and_what_is_private(page):
    kept = page.saves("urgent_breaks_quiet", private_content="on")
    assert (kept.urgent_breaks_quiet, kept.private_content) == (False, True)


# -- levels


def test_a_level_is_changed_muted_and_forgotten(page):
    rule = GroupRule.objects.create(user=page.user, group="place.7", level="nothing")
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        page.saves(**{f"level-{rule.pk}": "everything"})
        page.saves(**{f"level-{rule.pk}": "hour"})
        assert page.rule("place.7") == Level("everything", FRIDAY_EVENING + timedelta(hours=1))
        page.saves()  # a muting that nobody touched stays
        assert page.rule("place.7") == Level("everything", FRIDAY_EVENING + timedelta(hours=1))
    page.saves(**{f"level-{rule.pk}": "muted"})  # by a page that is older than the end of the muting
    assert page.rule("place.7") == Level("everything", FRIDAY_EVENING + timedelta(hours=1))
    page.saves(**{f"level-{rule.pk}": "mentions"})
    assert page.rule("place.7") is None


def test_reset_is_filled_in_and_not_yet_saved(page):
    rule = GroupRule.objects.create(user=page.user, group="place.7", level="nothing")
    answer = page.sends("ping-mail", do=f"reset {rule.pk}")
    forms = answer.context["forms"]
    assert forms.levels[f"level-{rule.pk}"].value() == "mentions"
    assert forms.switches["ping-mail"].value() is False
    assert page.rule("place.7") == Level("nothing")


def test_a_group_without_a_name_is_out_of_sight_and_stays(page):
    GroupRule.objects.create(user=page.user, group="place.404", level="nothing")
    GroupRule.objects.create(user=page.user, group="elsewhere.1", level="nothing")
    page.saves()
    assert page.rule("place.404") == page.rule("elsewhere.1") == Level("nothing")


def test_nobody_changes_anothers_level(page, bob):
    rule = GroupRule.objects.create(user=bob, group="place.7", level="nothing")
    page.saves(**{f"level-{rule.pk}": "everything"})
    rule.refresh_from_db()
    assert rule.level == "nothing"


def test_a_level_that_there_is_not_is_refused(page):
    rule = GroupRule.objects.create(user=page.user, group="place.7", level="nothing")
    page.is_refused(**{f"level-{rule.pk}": "silence"})
    page.is_refused(**{f"level-{rule.pk}": "century"})


def test_the_app_of_a_group_hears_of_what_changed_and_of_nothing_else(page, monkeypatch):
    heard = []
    groups.register("place", lambda _, ids: {id: GroupLabel(str(id)) for id in ids}, lambda *news: heard.append(news))
    one, _ = (GroupRule.objects.create(user=page.user, group=f"place.{id}", level="nothing") for id in (1, 2))
    page.saves(**{f"level-{one.pk}": "everything"})
    assert heard == [(page.user.pk, [1])]


# -- words


def test_words_are_kept_small_and_once(page):
    page.saves(words="Deploy, LAUNCH   week\ndeploy;ops\n\n , ")
    assert page.words() == ["deploy", "launch week", "ops"]
    page.saves(words="ops\nstraße")
    assert page.words() == ["ops", "straße"]


def test_fifty_words_and_no_more(page):
    fifty = [f"word{number}" for number in range(50)]
    page.saves(words="\n".join(fifty))
    assert len(page.words()) == 50
    assert page.is_refused(words="\n".join([*fifty, "one more"])) == "You can have up to 50 keywords; these are 51."


@pytest.mark.parametrize("word", ["x", "y" * 81])
def test_a_word_has_two_to_eighty_characters(page, word):
    assert "2 to 80 characters" in page.is_refused(words=f"fine\n{word}")


# -- all of it


def test_every_section_can_be_jumped_to(page):
    html = page.client.get(PAGE).text
    links = re.findall(r'href="#([^"]+)"', html.split('class="section-links"')[1].split("</nav>")[0])
    assert len(links) == 6
    assert all(f'id="{name}"' in html for name in links)


def test_nothing_is_lost_when_something_is_wrong(page):
    rule = GroupRule.objects.create(user=page.user, group="place.7", level="nothing")
    wrong = {
        "quiet-preset": "custom",
        "quiet-2": "on",
        "from-2": "25:00",
        f"level-{rule.pk}": "everything",
        "words": "ops\nx" * 3,
        "mail": "daily",
    }
    answer = page.sends("ping-push", **wrong)
    assert answer.status_code == 422
    forms = answer.context["forms"]
    assert forms.switches["ping-push"].value() is False
    assert forms.quiet["from-2"].value() == "25:00"
    assert forms.levels[f"level-{rule.pk}"].value() == "everything"
    assert forms.words["words"].value() == wrong["words"]
    assert forms.delivery["mail"].value() == "daily"
    html = answer.content.decode()
    assert 'href="#id_from-2"' in html
    assert "Not saved." in html


def test_an_empty_form_is_no_reason_to_fall_over(page):
    assert page.client.post(PAGE, {}).status_code == 422
    assert page.client.post(PAGE, {"do": "x" * 1000}).status_code == 422


def test_do_not_disturb_is_not_touched_by_saving(page):
    until = timezone.now() + timedelta(hours=2)
    services.set_do_not_disturb(page.user.pk, until)
    assert page.saves().do_not_disturb_until == until


# -- do not disturb


@pytest.mark.parametrize(
    "word, until",
    [
        ("30m", FRIDAY_EVENING + timedelta(minutes=30)),
        ("2h", FRIDAY_EVENING + timedelta(hours=2)),
        ("tomorrow", datetime(2026, 11, 21, 8, tzinfo=UTC)),  # nine in Berlin
        ("off", None),
    ],
)
def test_do_not_disturb_for_a_while(page, word, until):
    page.user.time_zone = "Europe/Berlin"
    page.user.save()
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        answer = page.client.post(QUIET, {"for": word})
        assert answer.status_code == 302
        assert page.client.get(PAGE).context["quiet_until"] == until
    assert Preferences.objects.get().do_not_disturb_until == until


def test_undo_brings_an_earlier_end_back(page):
    with time_machine.travel(FRIDAY_EVENING, tick=False):
        until = FRIDAY_EVENING + timedelta(minutes=7)
        answer = page.client.post(QUIET, {"until": until.isoformat()}, headers={"Accept": "application/json"})
        assert datetime.fromisoformat(answer.json()["until"]) == until
        for wrong in ("2026-11-20T01:00:00Z", "2099-01-01T00:00:00", "2026-13-01T00:00:00Z", "soon"):
            assert page.client.post(QUIET, {"until": wrong}).status_code == 400
    assert Preferences.objects.get().do_not_disturb_until == until


@pytest.mark.parametrize("word", ["", "forever", "-1h"])
def test_do_not_disturb_for_no_known_while(page, word):
    answer = page.client.post(QUIET, {"for": word})
    assert answer.status_code == 400
    assert "30m, 2h, tomorrow, off" in answer.content.decode()


@pytest.mark.parametrize(
    "referer, back",
    [
        ("http://testserver/rooms/7/?message=3", "/rooms/7/?message=3"),
        ("https://evil.example/phish", PAGE),
        ("//evil.example", PAGE),
        ("javascript:alert(1)", PAGE),
        ("", PAGE),
        ("http://testserver//evil.example/", PAGE),
        ("http://testserver/\\evil.example/", PAGE),
    ],
)
def test_do_not_disturb_leads_back_to_our_own_pages_alone(page, referer, back):
    answer = page.client.post(QUIET, {"for": "2h"}, headers={"Referer": referer})
    assert answer.headers["Location"] == back


def test_a_script_is_told_until_when(page):
    answer = page.client.post(QUIET, {"for": "off"}, headers={"Accept": "application/json"})
    assert answer.json() == {"until": None}
