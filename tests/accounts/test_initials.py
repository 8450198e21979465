from itertools import pairwise
from uuid import UUID

import pytest
from django.template import Context, Template

from accounts.names.initials import find_hue, find_initials
from tests.accounts.vocabulary import person


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("Ada Lovelace", "AL"),
        ("Augusta Ada King", "AK"),
        ("linus", "LI"),
        ("x", "X"),
        ("李明", "李明"),
        ("Zoë (she)", "ZS"),
        ("e\u0301mile zola", "E\u0301Z"),
        ("👩‍💻 Ada", "👩‍💻A"),
        ("👍🏽👍🏽👍🏽", "👍🏽👍🏽"),
        ("🇳🇴🇸🇪", "🇳🇴🇸🇪"),
        ("❤️ you", "❤️Y"),
        ("...", "?"),
        ("", "?"),
    ],
)
def test_initials(name, initials):
    assert find_initials(name) == initials


def test_adjacent_ids_have_distant_hues():
    hues = [find_hue(number) for number in range(1, 25)]
    assert sorted(hues) == list(range(24))
    assert all(abs(one - other) > 4 for one, other in pairwise(hues))


def test_users_by_uuid_or_text_have_a_hue():
    assert [find_hue(UUID("6f1c3e0a-0000-4000-8000-00000000000a")), find_hue("zoé")] == [10, 21]


@pytest.mark.django_db
def test_a_user_without_a_picture_has_initials_on_a_hue():
    ada = person("ada", display_name="<b> Lovelace")
    draw = Template("{% load people %}{% avatar user 's' %}")
    html = draw.render(Context({"user": ada}))
    assert f'class="avatar hue-{find_hue(ada.pk)} s"' in html
    assert "&lt;L" in html
    ada.avatar = "avatars/x.webp"
    assert '<img src="/media/avatars/x.webp" alt=""' in draw.render(Context({"user": ada}))
