"""Tests of what happens to files after their upload: processing, crashes in it, and the deletion of what is unused."""

import os
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from files import processing_runs
from files.jobs import delete_strays, delete_unused
from files.models import StoredFile
from files.outcomes import Outcome
from files.partial_files import PartialFile, folder_of, path_of
from files.processing_runs import MOST_TRIES, process_upload
from files.services import claim, remove
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.FILES_UPLOADS_ROOT = tmp_path / "uploads"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def processes(monkeypatch):
    """A function that sets what processing makes of an upload, or raises."""

    def use(make):
        monkeypatch.setattr(processing_runs, "process", make)

    use(as_text)
    return use


def as_text(path, name, declared_type, facts) -> Outcome:
    return Outcome(kind="text", content_type="text/plain", facts={"first_lines": "abc"}, parts={"original": path})


def uploaded(owner, content: bytes = b"abc") -> StoredFile:
    """Make a file whose bytes have all arrived."""
    file = stored_file(owner, state="processing", length=len(content), size=len(content), kind="other")
    with PartialFile(file.key) as partial:
        partial.append(content)
    return file


def test_what_processing_makes_is_stored(ada, processes):
    file = uploaded(ada)
    process_upload(file.key)
    file.refresh_from_db()
    assert (file.state, file.kind, file.content_type, file.size) == ("ready", "text", "text/plain", 3)
    with default_storage.open(file.stored["original"]) as content:
        assert content.read() == b"abc"
    assert not path_of(file.key).exists()
    assert claim(ada, [file.key]) == [file]


def test_a_refusal_keeps_nothing(ada, processes):
    processes(lambda *_: Outcome(refusal="failed"))
    file = uploaded(ada)
    process_upload(file.key)
    file.refresh_from_db()
    assert (file.state, file.refusal) == ("refused", "failed")
    assert not path_of(file.key).exists()


def test_the_content_decides_whether_a_type_is_allowed(ada, processes, settings):
    settings.FILE_TYPES = ["image/*"]
    file = uploaded(ada)
    process_upload(file.key)
    file.refresh_from_db()
    assert (file.state, file.refusal) == ("refused", "type_not_allowed")


def test_a_storage_that_fails_is_tried_again_for_ever(ada, processes, monkeypatch, caplog):
    file = uploaded(ada)
    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage), "save", fail, raising=False)
        for _ in range(MOST_TRIES + 1):
            process_upload(file.key)
    assert StoredFile.objects.get().state == "processing"
    process_upload(file.key)
    assert StoredFile.objects.get().state == "ready"
    assert "this is tried again" in caplog.text


def fail(*_, **__):
    raise OSError("the storage is away")


def test_a_file_that_breaks_its_processing_each_time_is_refused(ada, processes, caplog):
    processes(fail)
    file = uploaded(ada)
    for _ in range(MOST_TRIES + 1):
        process_upload(file.key)
    assert StoredFile.objects.get().state == "refused"
    assert "the storage is away" in caplog.text


def test_an_upload_that_is_being_processed_elsewhere_is_left_alone(ada, processes):
    file = uploaded(ada)
    with PartialFile(file.key):
        process_upload(file.key)
        assert StoredFile.objects.get().state == "processing"


def test_lost_bytes_are_uploaded_again(ada, processes):
    file = uploaded(ada)
    StoredFile.objects.update(length=9)
    process_upload(file.key)
    assert StoredFile.objects.get().state == "uploading"


def test_a_lost_partial_file_is_a_refusal(ada, processes):
    file = stored_file(ada, state="processing", length=3)
    process_upload(file.key)
    assert StoredFile.objects.get().refusal == "lost"


def ready(owner, **more) -> StoredFile:
    file = uploaded(owner)
    process_upload(file.key)
    StoredFile.objects.filter(pk=file.pk).update(**more)
    return StoredFile.objects.get(pk=file.pk)


def test_a_file_in_no_message_is_deleted_when_its_time_has_come(ada, processes):
    file, used = ready(ada), ready(ada)
    claim(ada, [used.key])
    delete_unused()
    assert StoredFile.objects.count() == 2
    StoredFile.objects.filter(is_attached=False).update(delete_at=timezone.now())
    delete_unused()
    assert StoredFile.objects.get() == used
    assert not default_storage.exists(file.stored["original"])
    assert default_storage.exists(used.stored["original"])


def test_a_removed_file_stays_for_the_grace_time(ada, processes, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    file = ready(ada)
    remove([file])
    delete_unused()
    assert default_storage.exists(file.stored["original"])
    time_machine.shift(timedelta(seconds=61))
    delete_unused()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(file.stored["original"])


def test_the_deletion_is_tried_again_after_an_error_of_the_storage(ada, processes, monkeypatch, caplog, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    file = ready(ada, delete_at=timezone.now())
    with monkeypatch.context() as patch:
        patch.setattr(type(default_storage), "delete", fail, raising=False)
        delete_unused()
    assert "this is tried again" in caplog.text
    assert StoredFile.objects.get().state == "removed"
    time_machine.shift(timedelta(seconds=301))
    delete_unused()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(file.stored["original"])


def test_an_upload_that_goes_on_does_not_expire(ada):
    file = stored_file(ada, state="uploading", length=3, delete_at=timezone.now())
    with PartialFile(file.key):
        delete_unused()
    assert StoredFile.objects.get().delete_at > timezone.now()


def test_partial_files_without_a_row_are_deleted_after_a_day(ada):
    known, unknown, fresh = stored_file(ada, state="uploading").key, uuid4(), uuid4()
    for key in (known, unknown, fresh):
        path_of(key).write_bytes(b"abc")
    for key in (known, unknown):
        os.utime(path_of(key), (0, 0))
        folder_of(path_of(key)).mkdir()  # of a processing in which the server was killed
        os.utime(folder_of(path_of(key)), (0, 0))
    delete_strays()
    assert [path_of(key).exists() for key in (known, unknown, fresh)] == [True, False, True]
    assert [folder_of(path_of(key)).exists() for key in (known, unknown)] == [True, False]
