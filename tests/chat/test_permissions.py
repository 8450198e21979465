"""The table of permissions, and the page that shows it."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from chat.permissions import ROLES_THAT_MAY, allowed, may, outranks, refusal

PAGE = Path(__file__).parents[2] / "docs" / "roles.md"
ROLES = ("owner", "moderator", "member")


def place(role="member", *, active=True, kind="public", archived=False):
    room = SimpleNamespace(kind=kind, archived_at=archived or None)
    return SimpleNamespace(role=role, active=active, room=room)


def test_the_page_shows_the_table():
    rows = re.findall(r"^\| `(\w+)`.*? \| (\w+) \| (\w+) \| (\w+) \|$", PAGE.read_text(), re.MULTILINE)
    shown = {
        action: tuple(role for role, answer in zip(ROLES, answers, strict=True) if answer == "yes")
        for action, *answers in rows
    }
    assert shown == ROLES_THAT_MAY


@pytest.mark.parametrize("action", ROLES_THAT_MAY)
def test_a_higher_role_may_what_a_lower_one_may(action):
    assert "owner" in ROLES_THAT_MAY[action]
    assert "moderator" in ROLES_THAT_MAY[action] or "member" not in ROLES_THAT_MAY[action]


@pytest.mark.parametrize("action", ROLES_THAT_MAY)
def test_outsiders_are_told_that_there_is_nothing(action):
    assert refusal(None, action).code == "not_found"
    assert refusal(place("owner", active=False), action).code == "not_found"


def test_what_each_may_now():
    assert allowed(place("member")) == ["post", "react", "invite"]
    assert allowed(place("owner", archived=True)) == ["delete_any", "restore"]
    assert allowed(place("member", archived=True)) == []
    assert allowed(place("owner", kind="direct")) == ["post", "react", "set_link_previews"]
    assert allowed(place("member", kind="direct")) == ["post", "react", "set_link_previews"]


def test_a_refusal_names_its_reason():
    assert refusal(place("member"), "archive").code == "forbidden"
    assert refusal(place("owner", archived=True), "post").code == "archived"
    assert refusal(place("owner"), "restore").code == "forbidden"
    assert not may(place("member", archived=True), "post")


def test_only_a_higher_role_is_above_another():
    assert outranks(place("owner"), place("moderator"))
    assert outranks(place("moderator"), place("member"))
    assert not outranks(place("owner"), place("owner"))
