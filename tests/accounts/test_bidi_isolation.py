"""Right-to-left names do not reorder the sentence around them."""

import pytest

from accounts.names.bidi_isolation import isolate


@pytest.mark.parametrize("name", ["שרה", "محمد", "Ada שרה", "ߒߞߏ", "𞤀𞤣𞤤𞤢𞤥"])
def test_a_right_to_left_name_is_isolated(name):
    assert isolate(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize("name", ["", "Ada", "Éric", "张三", "हिन्दी", "Ω 7"])
def test_other_names_are_unchanged(name):
    assert isolate(name) == name
