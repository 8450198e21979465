"""Tests with 10,001 files: whatever lists, counts, takes up or deletes them has a bound."""

import os
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.models import Attachment, Message
from chat.models.file_access import find_visible_files
from files import jobs
from files.conf import MOST_FILES
from files.jobs import delete_strays, delete_unused, take_up_processings
from files.limits import check_upload, describe_for
from files.models import StoredFile
from files.partial_files import path_of
from files.payloads import describe_file
from files.services import claim
from tests.cast import person, visit
from tests.chat.pages import room_of, say

pytestmark = pytest.mark.django_db
MANY = 10_001
LIST = "/admin/files/storedfile/"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.FILES_UPLOADS_ROOT, settings.MEDIA_ROOT = tmp_path / "uploads", tmp_path / "media"


def many(owner, **fields) -> list[StoredFile]:
    """Make the files of a user, none of which has a content."""
    common = {"size": 1_000, "state": "ready", "kind": "image", "content_type": "image/png"} | fields
    rows = [StoredFile(key=uuid4(), owner=owner, name=f"{number}.png", **common) for number in range(MANY)]
    return StoredFile.objects.bulk_create(rows, batch_size=1_000)


def test_limits_lists_and_the_removal_of_all(ada, django_assert_num_queries, django_assert_max_num_queries):
    files = many(ada)
    with django_assert_max_num_queries(2):
        assert describe_for(ada)["left"] == 2_000_000_000 - MANY * 1_000
    with django_assert_max_num_queries(4):
        check_upload(ada, "a.png", 5, "image/png")
    with django_assert_num_queries(2):
        claim(ada, [file.key for file in files[:20]])
    with django_assert_num_queries(1):
        found = find_visible_files([(ada.pk, file.key) for file in files[15:25]])
    assert [file is None for file in found] == [True] * 5 + [False] * 5

    root = visit(person("root", is_staff=True, is_superuser=True))
    with django_assert_max_num_queries(12):
        page = root.get(LIST)
    assert page.text.count('name="_selected_action"') == 50
    with django_assert_max_num_queries(12):
        last = root.get(LIST, {"p": 200})
    assert "0.png" in last.text
    assert f"{MANY}</td>" in root.get(f"{LIST}owners/").text

    everything = {"action": "delete_files", "_selected_action": [files[0].pk], "select_across": 1}
    with django_assert_max_num_queries(60):
        answer = root.post(f"{LIST}", everything, follow=True)
    assert f"Deleted {MANY - 20} of {MANY} files." in answer.text
    assert StoredFile.objects.filter(state="removed").count() == MANY - 20


def test_the_jobs_take_a_part_at_a_time(ada, django_assert_max_num_queries, monkeypatch):
    many(ada, state="processing")
    added: list = []
    monkeypatch.setattr(jobs.processing_queue, "add", added.append)
    take_up_processings()
    assert len(added) == jobs.TAKEN_UP_AT_ONCE

    StoredFile.objects.update(state="removed", delete_at=timezone.now() - timedelta(seconds=1))
    monkeypatch.setattr(jobs, "ROUNDS", 2)
    with django_assert_max_num_queries(200 * 7) as queries:
        delete_unused()
    assert StoredFile.objects.count() == MANY - 200
    assert max(len(query["sql"]) for query in queries) < 5_000


def test_partial_files_without_a_row_are_found_among_many(ada, django_assert_max_num_queries):
    files = many(ada, state="uploading")
    for file in files:
        path_of(file.key).touch()
        os.utime(path_of(file.key), (0, 0))
    stray = path_of(uuid4())
    stray.touch()
    os.utime(stray, (0, 0))
    with django_assert_max_num_queries(MANY // jobs.DELETED_AT_ONCE + 2):
        delete_strays()
    assert not stray.exists()
    assert len(list(stray.parent.iterdir())) == MANY


def test_a_room_with_many_files_is_loaded_like_any_other(ada, bob, django_assert_max_num_queries):
    room, files = room_of(ada, bob), many(ada, is_attached=True)
    groups = [files[begin : begin + MOST_FILES] for begin in range(0, MANY, MOST_FILES)]
    messages = say(room, ada, len(groups))
    for message, group in zip(messages, groups, strict=True):
        message.files = [describe_file(file) for file in group]
    Message.objects.bulk_update(messages, ["files"])
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, place=place, room=room, author=ada, kind="image")
        for message, group in zip(messages, groups, strict=True)
        for place, file in enumerate(group)
    )
    visitor = visit(bob)
    with django_assert_max_num_queries(40):
        page = visitor.get(f"/rooms/{room.pk}/")
    shown = set(re.findall(r"[0-9]+\.png", page.text))
    assert MOST_FILES <= len(shown) <= MOST_FILES * 60
