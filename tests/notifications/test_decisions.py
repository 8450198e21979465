"""Where something goes, when, and why."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications import reasons
from notifications.kinds import CHANNELS, Kind
from notifications.rules.decisions import OperatorRule, Outcome, Rules, decide, find_switch, is_locked

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 16, 12, tzinfo=BERLIN)  # a Monday
NIGHT = datetime(2026, 11, 16, 23, tzinfo=BERLIN)
MORNING = datetime(2026, 11, 17, 7, tzinfo=BERLIN)
NIGHTS = {str(day): ["22:00", "07:00"] for day in range(7)}

MENTION = Kind("mention", "Mentions", "at-sign")
ALARM = Kind("alarm", "Alarms", "siren", urgent=True)
NOTICE = Kind("notice", "Notices", "shield", optional=False, channels=frozenset({"app", "mail"}))
TALK = Kind("talk", "All that is said", "hash", channels=frozenset({"app"}), ambient=True)


def rules(**chosen):
    return Rules(**{"zone": BERLIN, "has_device": True, "has_address": True} | chosen)


def outcome(reason, due_at=None):
    return Outcome(reason, due_at.astimezone(UTC) if due_at else None)


def test_who_chose_nothing_gets_it_everywhere():
    decision = decide(MENTION, rules(), NOON)
    assert decision.app == outcome("usual")
    assert decision.push == outcome("usual", NOON + timedelta(seconds=5))
    assert decision.mail == outcome("after_unread", NOON + timedelta(minutes=15))
    assert not decision.held
    assert not decision.quiet


def test_nobody_gets_what_has_nowhere_to_go():
    decision = decide(MENTION, rules(has_device=False, has_address=False), NOON)
    assert decision.push == outcome("no_device")
    assert decision.mail == outcome("no_address")


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_switch_is_of_one_channel(channel):
    decision = decide(MENTION, rules(channels={"mention": {channel: False}}), NOON)
    assert {name: getattr(decision, name).reason == "kind_off" for name in CHANNELS} == {
        name: name == channel for name in CHANNELS
    }
    assert decision.held == (channel == "app")


@pytest.mark.parametrize(
    "kind, operator, chosen, why_no_push",
    [
        (MENTION, None, None, ""),
        (MENTION, None, False, "kind_off"),
        (NOTICE, None, None, "kind_default_off"),
        (NOTICE, None, True, ""),
        (MENTION, OperatorRule(frozenset({"app"})), None, "operator_off"),
        (MENTION, OperatorRule(frozenset({"app"})), True, ""),
        (MENTION, OperatorRule(frozenset({"app"}), locked=True), True, "operator_off"),
        (MENTION, OperatorRule(frozenset({"app", "push"}), locked=True), False, ""),
        (NOTICE, OperatorRule(frozenset({"app", "push"})), False, ""),  # it may not be switched off
    ],
)
def test_the_operators_word_the_persons_and_the_locks(kind, operator, chosen, why_no_push):
    theirs = rules(
        operator={kind.name: operator} if operator else {},
        channels={} if chosen is None else {kind.name: {"push": chosen}},
    )
    assert find_switch(kind, "push", theirs) == why_no_push


@pytest.mark.parametrize("chosen", [True, False])
def test_what_is_locked_stays_whatever_is_chosen(chosen):
    for operator in (OperatorRule(frozenset({"app"}), locked=True), OperatorRule(frozenset({"mail"}), locked=True)):
        for channel in CHANNELS:
            theirs = rules(operator={"mention": operator}, channels={"mention": {channel: chosen}})
            assert is_locked(MENTION, channel, theirs)
            assert find_switch(MENTION, channel, theirs) == ("" if channel in operator.channels else "operator_off")


@pytest.mark.parametrize(
    "kind, level, muted, why_held",
    [
        (MENTION, "mentions", False, ""),
        (MENTION, "everything", False, ""),
        (MENTION, "nothing", False, "level_nothing"),
        (MENTION, "mentions", True, "muted"),
        (TALK, "mentions", False, "level_mentions"),
        (TALK, "nothing", False, "level_nothing"),
        (TALK, "everything", False, ""),
        (TALK, "everything", True, "muted"),
        (NOTICE, "nothing", True, ""),
        (ALARM, "nothing", False, "level_nothing"),
    ],
)
def test_how_much_of_a_group(kind, level, muted, why_held):
    decision = decide(kind, rules(), NOON, level=level, muted_until=NOON + timedelta(hours=1) if muted else None)
    assert decision.held == bool(why_held)
    if why_held:
        assert {decision.app, decision.push, decision.mail} == {outcome(why_held)}


def test_what_was_muted_until_now_is_not():
    assert not decide(MENTION, rules(), NOON, muted_until=NOON).held


def test_quiet_hours_keep_the_push_and_the_mail_until_their_end():
    decision = decide(MENTION, rules(quiet_hours=NIGHTS), NIGHT)
    assert decision.app == outcome("quiet_hours")
    assert decision.quiet
    assert not decision.held
    assert decision.push == decision.mail == outcome("quiet_hours", MORNING)


def test_a_mail_that_falls_into_quiet_hours_waits_for_their_end():
    evening = NIGHT.replace(hour=21, minute=50)
    decision = decide(MENTION, rules(quiet_hours=NIGHTS), evening)
    assert decision.push == outcome("usual", evening + timedelta(seconds=5))
    assert decision.mail == outcome("quiet_hours", MORNING)


def test_do_not_disturb_and_then_the_night():
    evening = NIGHT.replace(hour=21)
    assert decide(MENTION, rules(do_not_disturb_until=NIGHT), evening).push == outcome("do_not_disturb", NIGHT)
    both = decide(MENTION, rules(do_not_disturb_until=NIGHT, quiet_hours=NIGHTS), evening)
    assert both.push == outcome("do_not_disturb", MORNING)
    assert both.quiet
    assert decide(MENTION, rules(do_not_disturb_until=evening), evening).push.reason == "usual"


def test_what_is_urgent_comes_at_night_unless_the_person_wants_none_of_it():
    decision = decide(ALARM, rules(quiet_hours=NIGHTS), NIGHT)
    assert decision.push == outcome("urgent", NIGHT + timedelta(seconds=5))
    assert decision.app == outcome("urgent")
    assert not decision.quiet
    assert decision.mail == outcome("after_unread", NIGHT + timedelta(minutes=15))
    assert decide(ALARM, rules(do_not_disturb_until=MORNING), NIGHT).push.reason == "urgent"
    assert decide(ALARM, rules(quiet_hours=NIGHTS), NOON).push.reason == "usual"
    strict = decide(ALARM, rules(quiet_hours=NIGHTS, urgent_breaks_quiet=False), NIGHT)
    assert strict.push == outcome("quiet_hours", MORNING)


@pytest.mark.parametrize(
    "chosen, now, reason, due_at",
    [
        ({"mail": "at_once"}, NOON, "at_once", NOON),
        ({"mail": "at_once", "quiet_hours": NIGHTS}, NIGHT, "quiet_hours", MORNING),
        ({"mail": "unread", "email_after_minutes": 60}, NOON, "after_unread", NOON + timedelta(hours=1)),
        ({"mail": "daily"}, NOON, "daily_digest", MORNING.replace(hour=8)),
        ({"mail": "daily", "email_daily_at": time(12, 30)}, NOON, "daily_digest", NOON.replace(minute=30)),
        ({"mail": "daily", "email_daily_at": time(6), "quiet_hours": NIGHTS}, NOON, "daily_digest", MORNING),
        ({"mail": "never"}, NOON, "mail_off", None),
    ],
)
def test_the_ways_of_mail(chosen, now, reason, due_at):
    assert decide(MENTION, rules(**chosen), now).mail == outcome(reason, due_at)


def test_one_who_wants_no_mail_gets_none_even_of_what_is_locked():
    theirs = rules(mail="never", operator={"mention": OperatorRule(frozenset(CHANNELS), locked=True)})
    assert decide(MENTION, theirs, NOON).mail == outcome("mail_off")


# -- what holds for all rules

switches = st.dictionaries(st.sampled_from(CHANNELS), st.booleans())
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 hypothesis adds it
any_kind = st.builds(
    Kind,
    st.just("kind"),
    st.just("Kind"),
    st.just("bell"),
    st.frozensets(st.sampled_from(CHANNELS)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
any_rules = st.builds(
    Rules,
    channels=st.fixed_dictionaries({"kind": switches}),
    quiet_hours=st.dictionaries(st.sampled_from("0123456"), st.just(["22:00", "07:00"])),
    zone=st.just(BERLIN),
    urgent_breaks_quiet=st.booleans(),
    do_not_disturb_until=st.none() | moments,
    mail=st.sampled_from(["at_once", "unread", "daily", "never"]),
    email_after_minutes=st.integers(1, 1440),
    has_device=st.booleans(),
    has_address=st.booleans(),
    operator=st.dictionaries(
        st.just("kind"), st.builds(OperatorRule, st.frozensets(st.sampled_from(CHANNELS)), st.booleans())
    ),
)
levels = st.sampled_from(["everything", "mentions", "nothing"])


@given(any_kind, any_rules, moments, levels, st.none() | moments)
def test_every_decision_has_a_reason_with_a_sentence_and_a_time_to_come(kind, theirs, now, level, muted_until):
    decision = decide(kind, theirs, now, level=level, muted_until=muted_until)
    for channel in CHANNELS:
        result = getattr(decision, channel)
        assert result.reason in reasons.SENTENCES
        assert result.due_at is None or (channel != "app" and result.due_at >= now)
    assert not (decision.held and decision.quiet)
    assert decide(kind, theirs, now, level=level, muted_until=muted_until) == decision


@given(any_kind, any_rules, moments)
def test_nothing_goes_out_while_it_should_be_quiet(kind, theirs, now):
    decision = decide(kind, theirs, now)
    for due_at in (decision.push.due_at, decision.mail.due_at):
        if due_at is not None and not (kind.urgent and theirs.urgent_breaks_quiet):
            assert not decide(kind, theirs, due_at).quiet


def test_every_reason_fits_its_field_and_says_a_sentence():
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert codes == reasons.SENTENCES.keys()
    assert max(map(len, codes)) <= 30
    assert all(sentence.endswith(".") and sentence[0].isupper() for sentence in reasons.SENTENCES.values())
    assert reasons.sentence("of_tomorrow") == "Of tomorrow."
