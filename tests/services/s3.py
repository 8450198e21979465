"""A real S3-compatible server: moto's, in a process of its own. It checks neither keys nor permissions."""

import os
import sys
from uuid import uuid4

import boto3

from tests.services.folders import make_folder, remove_folder
from tests.services.ports import answers, free_port
from tests.services.process import Process


class S3(Process):
    """The server, empty at its start."""

    def __init__(self) -> None:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.folder = make_folder("s3")
        super().__init__(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
            log=self.folder / "log",
            is_ready=lambda: answers(port),
            environment=os.environ | {"TMPDIR": str(self.folder)},
        )
        key = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        self._client = boto3.client("s3", endpoint_url=self.url, region_name="us-east-1", **key)

    def make_bucket(self) -> dict[str, str]:
        """Make a new bucket, and return the environment of a site that uses a folder of it."""
        name = f"bucket-{uuid4().hex}"
        self._client.create_bucket(Bucket=name)
        return {
            "FILES_S3_BUCKET": name,
            "FILES_S3_ENDPOINT": self.url,
            "FILES_S3_ACCESS_KEY": "key",
            "FILES_S3_SECRET_KEY": "secret",
            "FILES_S3_PREFIX": "chat/",
        }

    def names(self, bucket: str) -> list[str]:
        """Return the names of all objects in a bucket."""
        return [found["Key"] for found in self._client.list_objects_v2(Bucket=bucket).get("Contents", [])]

    def close(self) -> None:
        self.kill()
        remove_folder(self.folder)
