"""The storage of files: a folder of DATA_DIR, or a bucket of Amazon S3 or of a service that speaks its protocol."""

import re
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment, refuse_value, split_url

BUCKET = re.compile(r"[A-Za-z0-9][\w.-]{1,61}[A-Za-z0-9]", re.ASCII)
ENDPOINT = "the address of the service, as https://s3.example.org, without the bucket"


def find_file_storage(env: Environment) -> dict:
    """Return Django's STORAGES entry for files. Raises ImproperlyConfigured."""
    bucket = env.text("FILES_S3_BUCKET")
    endpoint = env.text("FILES_S3_ENDPOINT").rstrip("/")
    options = {
        "bucket_name": bucket,
        "endpoint_url": endpoint or None,
        "region_name": env.text("FILES_S3_REGION", default="us-east-1"),
        "access_key": env.text("FILES_S3_ACCESS_KEY") or None,
        "secret_key": env.text("FILES_S3_SECRET_KEY") or None,
        "location": env.text("FILES_S3_PREFIX").strip("/"),
        # Amazon wants the bucket in the name of the host; others have a certificate for one name only.
        "addressing": env.choice("FILES_S3_ADDRESSING", ("PATH", "VIRTUAL"), "PATH" if endpoint else "VIRTUAL").lower(),
    }
    if not bucket:
        refuse_without_bucket(env)
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if not BUCKET.fullmatch(bucket):
        refuse_value("FILES_S3_BUCKET", "the name of a bucket, without s3:// and without a path", bucket)
    if endpoint:
        check_endpoint(endpoint)
    if bool(options["access_key"]) != bool(options["secret_key"]):
        raise ImproperlyConfigured(
            "FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY must be set both, or neither where the host has a role."
        )
    if not (find_spec("storages") and find_spec("boto3")):
        raise ImproperlyConfigured(
            "FILES_S3_BUCKET needs packages that are not installed. Run: "
            ".venv/bin/python -m pip install -r requirements-s3.txt"
        )
    return {"BACKEND": "files.s3_storage.S3Storage", "OPTIONS": options}


def refuse_without_bucket(env: Environment) -> None:
    """Refuse settings that have no effect, because the files would be on the disk without anybody's notice."""
    for name in ("FILES_S3_ENDPOINT", "FILES_S3_ACCESS_KEY", "FILES_S3_SECRET_KEY", "FILES_S3_PREFIX"):
        if env.text(name):
            raise ImproperlyConfigured(f"{name} is set without FILES_S3_BUCKET: name the bucket, too, or remove it.")


def check_endpoint(endpoint: str) -> None:
    parts = split_url("FILES_S3_ENDPOINT", ENDPOINT, endpoint)
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not is_bare:
        refuse_value("FILES_S3_ENDPOINT", ENDPOINT)
