"""An action of a user in a room comes before their removal or is refused, whichever query the removal precedes."""

from uuid import uuid4

import pytest

from chat import services
from chat.services import Reading
from realtime.shared.errors import CommandError
from tests.chat.removal import removals, room_with_bob
from tests.chat.talk import draft, place

pytestmark = pytest.mark.django_db(transaction=True)


def post_as(room):
    [posted] = services.post_messages([draft(room, room.bob, "mine", uuid4())])
    return posted


COMMANDS = {
    "post": post_as,
    "edit": lambda room: services.edit_message(room.pk, room.bob, room.message.pk, f"other {uuid4()}"),
    "read": lambda room: services.mark_readings([Reading(room.pk, room.bob.pk, 10**6)])[0],
    "level": lambda room: services.set_level(room.pk, room.bob.pk, "everything"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_done_before_the_removal_or_refused(transactional_db, command):
    room = room_with_bob()
    for removal in removals(room):
        with removal.in_between():
            try:
                done = COMMANDS[command](room)
            except CommandError as error:
                done = error
        removed_at = place(room.bob, room).seq
        is_refused = isinstance(done, CommandError)
        if removal.happened and command in ("post", "edit"):
            assert is_refused or done.seq < removed_at
        mine = room.messages.filter(author=room.bob, kind="text", seq__gt=removed_at)
        assert not mine.exists()
