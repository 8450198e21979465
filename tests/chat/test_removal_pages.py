"""A page shows a removed user nothing that came after the removal, whichever query of the page the removal precedes."""

import pytest
from django.urls import reverse

from tests.cast import visit
from tests.chat.removal import SECRET, removals, room_with_bob

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["room", "room_state", "room_open", "room_messages", "room_settings", "room_files"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_nothing_that_came_after(transactional_db, page):
    room = room_with_bob()
    client = visit(room.bob)
    path = reverse(page, args=[room.pk])
    answers = set()
    for removal in removals(room):
        with removal.in_between():
            answer = client.get(path)
        assert SECRET not in answer.content.decode()
        answers.add(answer.status_code)
    assert answers >= {200, 404}
