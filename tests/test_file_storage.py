"""The settings of a bucket for files: each that cannot work is refused with a sentence."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import file_storage
from config.environment import Environment
from config.file_storage import find_file_storage

BUCKET = {"FILES_S3_BUCKET": "chat-files"}


def storage(**variables: str) -> dict:
    return find_file_storage(Environment(variables))


def test_files_are_on_the_disk_unless_a_bucket_is_named():
    assert storage() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def test_a_bucket_at_amazon_needs_only_its_name():
    options = storage(**BUCKET)["OPTIONS"]
    assert (options["endpoint_url"], options["addressing"], options["access_key"]) == (None, "virtual", None)


def test_another_service_has_an_address():
    named = {"FILES_S3_ENDPOINT": "https://s3.example.org:9000/", "FILES_S3_PREFIX": "/chat/"}
    options = storage(**BUCKET, **named)["OPTIONS"]
    assert (options["endpoint_url"], options["addressing"]) == ("https://s3.example.org:9000", "path")
    assert options["location"] == "chat"


@pytest.mark.parametrize(
    "variables, sentence",
    [
        ({"FILES_S3_BUCKET": "s3://chat/files"}, "FILES_S3_BUCKET must be the name of a bucket, without s3:// and"),
        (
            {"FILES_S3_PREFIX": "chat"},
            "FILES_S3_PREFIX is set without FILES_S3_BUCKET: name the bucket, too, or remove",
        ),
        (BUCKET | {"FILES_S3_ENDPOINT": "s3.example.org"}, "FILES_S3_ENDPOINT must be the address of the service, as"),
        (BUCKET | {"FILES_S3_ENDPOINT": "https://s3.example.org/chat"}, "FILES_S3_ENDPOINT must be the address of"),
        (BUCKET | {"FILES_S3_ENDPOINT": "https://me:secret@s3.example.org"}, "FILES_S3_ENDPOINT must be the address"),
        (BUCKET | {"FILES_S3_ACCESS_KEY": "me"}, "FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY must be set both, or"),
        (BUCKET | {"FILES_S3_ADDRESSING": "subdomain"}, "FILES_S3_ADDRESSING must be one of PATH, VIRTUAL, not SUBDOM"),
    ],
)
def test_settings_that_cannot_work_are_refused(variables, sentence):
    with pytest.raises(ImproperlyConfigured) as refusal:
        storage(**variables)
    assert str(refusal.value).startswith(sentence)
    assert "secret@" not in str(refusal.value)


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr(file_storage, "find_spec", lambda _: None)
    with pytest.raises(ImproperlyConfigured, match=r"pip install -r requirements-s3\.txt"):
        storage(**BUCKET)
