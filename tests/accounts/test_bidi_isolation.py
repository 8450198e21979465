"""A name does not turn the sentence around it."""

import pytest

from accounts.names.bidi_isolation import isolate


@pytest.mark.parametrize("name", ["שרה", "محمد", "Ada שרה", "ߒߞߏ", "𞤀𞤣𞤤𞤢𞤥"])
def test_a_name_from_the_right_stands_apart(name):
    assert isolate(name) == f"\u2068{name}\u2069"


@pytest.mark.parametrize("name", ["", "Ada", "Éric", "张三", "हिन्दी", "Ω 7"])
def test_another_name_stays_as_it_is(name):
    assert isolate(name) == name
