"""Which files users may see: as the rooms of their messages."""

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import services
from chat.models import Attachment, Message, Room
from chat.models.file_access import find_visible_files
from files.jobs import delete_unused
from files.models import StoredFile
from files.services import GRACE_SECONDS
from tests.chat.pages import person, room_of
from tests.chat.talk import post
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db


def sees(user, file: StoredFile) -> bool:
    [found] = find_visible_files([(user.pk, file.key)])
    assert found is None or found.stored == file.stored
    return found is not None


def test_files_are_seen_by_who_sees_their_room(ada, bob, eve):
    tim = person("tim")
    rooms = [
        room_of(ada, bob, eve, kind="private"),
        room_of(ada, bob),
        services.open_direct(ada, [bob]),
        room_of(eve, kind="private", name="other"),
        room_of(ada, kind="private", name="archived"),
    ]
    services.remove_member(rooms[0], ada, eve)
    services.remove_member(rooms[1], ada, bob)
    files = {}
    for room, author in zip(rooms, (ada, ada, bob, eve, ada), strict=True):
        file = stored_file(author, stored={"original": f"files/{room.pk}/original"})
        post(room, author, files=[file])
        files[room.pk] = file
    services.archive(rooms[4], ada)
    found = {(user, room.pk): sees(user, files[room.pk]) for user, room in product((ada, bob, eve, tim), rooms)}
    visible = {
        (u, r.pk): Room.objects.visible_to(u).filter(pk=r.pk).exists() for u, r in product((ada, bob, eve, tim), rooms)
    }
    assert found == visible
    assert sorted(found.values()).count(True) not in (0, len(found))


def test_an_unattached_file_is_seen_by_its_owner(ada, bob):
    file = stored_file(ada)
    assert sees(ada, file)
    assert not sees(bob, file)
    StoredFile.objects.update(is_attached=True)  # elsewhere than in a message
    assert not sees(ada, file)


@pytest.mark.parametrize("state", ["uploading", "processing", "refused", "removed"])
def test_what_is_not_ready_is_seen_by_nobody(ada, state):
    assert not sees(ada, stored_file(ada, state=state))


def test_a_deleted_message_shows_nothing(ada, room):
    file = stored_file(ada)
    message = post(room, ada, files=[file])
    assert sees(ada, file)
    services.delete_message(room.pk, ada, message.pk)
    assert not sees(ada, file)


def test_the_row_of_the_message_counts(ada, room):
    """Even if a file were still attached to it."""
    file = stored_file(ada)
    message = post(room, ada, files=[file])
    Message.objects.filter(pk=message.pk).update(deleted_at=message.created_at)
    assert Attachment.objects.get().file_id == file.pk
    assert not sees(ada, file)


def test_after_its_undo_time_nothing_is_left_of_a_file(ada, room, time_machine):
    """Nobody downloads it from the deletion on; its content goes a minute later."""
    time_machine.move_to(timezone.now(), tick=False)
    name = default_storage.save("files/gone/original", ContentFile(b"secret"))
    file = stored_file(ada, stored={"original": name})
    message = post(room, ada, files=[file])
    services.delete_message(room.pk, ada, message.pk)
    delete_unused()
    assert default_storage.exists(name)
    time_machine.shift(timedelta(seconds=GRACE_SECONDS + 1))
    delete_unused()
    assert not default_storage.exists(name)
    assert not StoredFile.objects.exists()
    assert not Attachment.objects.exists()


def test_many_are_found_by_one_query(ada, bob):
    files = [stored_file(owner) for owner in (ada, bob) * 20]
    pairs = [(ada.pk, file.key) for file in files] + [(bob.pk, uuid4())]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = find_visible_files(pairs)
    assert len(queries) == 1
    assert [file is not None for file in found] == [True, False] * 20 + [False]
