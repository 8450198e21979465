"""Tests of what other apps do with files: use them once, give them up, remove them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from files.models import StoredFile
from files.services import claim, release, remove
from realtime.shared.errors import CommandError, Invalid, NotFound
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db


def test_a_user_takes_files_into_use_in_the_order_of_the_keys(ada):
    first, second = stored_file(ada, delete_at=timezone.now()), stored_file(ada, delete_at=timezone.now())
    assert claim(ada, [second.key, first.key]) == [second, first]
    assert list(StoredFile.objects.values_list("is_attached", "delete_at")) == [(True, None)] * 2


def test_an_id_stands_for_a_user(ada):
    file = stored_file(ada)
    assert claim(ada.pk, [file.key]) == [file]


def test_two_statements_take_files_into_use(ada, django_assert_num_queries):
    files = [stored_file(ada) for _ in range(20)]
    with django_assert_num_queries(2):
        claim(ada, [file.key for file in files])


def test_a_file_of_another_user_is_as_one_that_is_not_there(ada, bob):
    with pytest.raises(NotFound) as theirs:
        claim(ada, [stored_file(bob).key])
    with pytest.raises(NotFound) as none:
        claim(ada, [uuid4()])
    assert str(theirs.value) == str(none.value)


@pytest.mark.parametrize(
    ("state", "sentence", "again"),
    [
        ("uploading", "“Zoë.txt” isn't uploaded yet. Try again in a moment.", True),
        ("processing", "“Zoë.txt” isn't uploaded yet. Try again in a moment.", True),
        ("refused", "“Zoë.txt” can't be sent. Remove it from the message.", False),
    ],
)
def test_only_a_file_that_is_ready_can_be_used(ada, state, sentence, again):
    with pytest.raises(CommandError) as error:
        claim(ada, [stored_file(ada, state=state).key])
    assert (str(error.value.message), error.value.retry) == (sentence, again)


def test_a_file_is_in_use_once(ada):
    file = stored_file(ada)
    claim(ada, [file.key])
    with pytest.raises(Invalid):
        claim(ada, [file.key])


def test_a_key_that_is_named_twice_is_refused(ada):
    file = stored_file(ada)
    with pytest.raises(NotFound):
        claim(ada, [file.key, file.key])
    assert not StoredFile.objects.get().is_attached


def test_one_file_that_cannot_be_used_leaves_the_others_as_they_are(ada):
    file = stored_file(ada)
    with pytest.raises(NotFound):
        claim(ada, [file.key, uuid4()])
    assert not StoredFile.objects.get().is_attached


def test_a_file_that_was_given_up_can_be_used_again_within_a_day(ada):
    file = stored_file(ada, is_attached=True)
    release([file])
    assert StoredFile.objects.get().delete_at > timezone.now() + timedelta(hours=23)
    assert claim(ada, [file.key]) == [file]


def test_a_file_that_was_removed_cannot_be_used_and_is_deleted_soon(ada):
    file = stored_file(ada, is_attached=True)
    remove([file])
    with pytest.raises(NotFound):
        claim(ada, [file.key])
    left = StoredFile.objects.get().delete_at - timezone.now()
    assert timedelta(seconds=30) < left <= timedelta(seconds=60)


def test_removing_a_file_again_does_not_delay_its_end(ada):
    file = stored_file(ada, state="removed", delete_at=timezone.now() - timedelta(hours=1))
    remove([file])
    assert StoredFile.objects.get().delete_at == file.delete_at
