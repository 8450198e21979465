"""The storage of files in a bucket of S3. Only sites that set it import this module and its packages.

It streams in both directions: an upload a part at a time, and a download a piece at a time (`open_content`).
"""

import logging
from contextlib import closing
from functools import cached_property
from typing import Any

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.encoding import filepath_to_uri
from storages.backends import s3

from files.conf import limits

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
PART_BYTES = 8 * MIB  # of an upload; each processing has one in memory. S3 takes 10,000 parts at most: 80 GB.
# A request takes some 30 ms whatever its length. Read so much ahead once it is seen that a client reads on.
AHEAD_BYTES = MIB
OPENED_BYTES = MIB  # A larger file that is opened (no upload is) goes to the disk.
CONNECT_SECONDS, READ_SECONDS, CHECK_SECONDS = 3, 20, 3
ATTEMPTS = 3
PERMISSIONS = "s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload"


class S3Storage(s3.S3Storage):
    """A bucket, or a folder of it (`location`), that only Hubbub reads. `addressing`: path, or virtual (hosts)."""

    def __init__(self, *, addressing: str, **options: Any) -> None:
        super().__init__(
            client_config=Config(
                signature_version="s3v4",
                s3={"addressing_style": addressing},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                tcp_keepalive=True,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                max_pool_connections=limits.DOWNLOAD_THREADS + limits.PROCESSINGS_AT_ONCE + 10,
                # Checksums in trailers are Amazon's own: other services refuse them.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
            # With threads ten parts would be in memory.
            transfer_config=TransferConfig(
                multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False
            ),
            max_memory_size=OPENED_BYTES,
            file_overwrite=True,  # all names are random: none has to be looked up first
            **options,
        )

    @cached_property
    def connection(self) -> Any:
        """The connection of all threads. Its client is made for that, and each further one would take 20 MB."""
        return super().connection

    @property
    def client(self) -> Any:
        return self.connection.meta.client

    def url(self, name: str, *_: object, **__: object) -> str:
        """Return the address at this site, which checks who asks. The bucket is shown to nobody."""
        return f"{settings.MEDIA_URL}{filepath_to_uri(name)}"

    def open_content(self, name: str) -> "S3Content":
        """Return a content for downloads. Raises FileNotFoundError, or an error of the service."""
        return S3Content(self, self._normalize_name(name))

    def find_problems(self) -> list[CheckMessage]:
        """Ask the service for the bucket, and return what is wrong with the settings.

        A service that does not answer is no reason not to start: messages need no files.
        """
        quick = Config(connect_timeout=CHECK_SECONDS, read_timeout=CHECK_SECONDS, retries={"total_max_attempts": 1})
        client = self._create_session().client(
            "s3",
            region_name=self.region_name,
            endpoint_url=self.endpoint_url,
            config=self.client_config.merge(quick),
        )
        try:
            client.head_bucket(Bucket=self.bucket_name)
        except NoCredentialsError:
            return [self._describe_problem("There is no key for it.", "Set FILES_S3_ACCESS_KEY, FILES_S3_SECRET_KEY.")]
        except ClientError as error:
            if found := self._explain_status(status_of(error)):
                return [found]
            logger.warning("The file storage does not answer: %s", error)
        except BotoCoreError as error:
            logger.warning("The file storage does not answer: %s", error)
        return []

    def _explain_status(self, status: int) -> Error | None:
        where = f"at {self.endpoint_url}" if self.endpoint_url else f"in {self.region_name}"
        if status == 404:
            return self._describe_problem(f"There is no such bucket {where}.", "Create it, or correct the name.")
        if status in (401, 403):
            hint = f"Check FILES_S3_ACCESS_KEY and FILES_S3_SECRET_KEY. The key needs {PERMISSIONS}."
            return self._describe_problem("The key may not use it.", hint)
        if status in (301, 400):
            return self._describe_problem(f"It is not {where}.", "Check FILES_S3_REGION and FILES_S3_ENDPOINT.")
        return None

    def _describe_problem(self, problem: str, hint: str) -> Error:
        return Error(f"FILES_S3_BUCKET is {self.bucket_name}, which cannot be used. {problem}", hint, id="files.E005")


class S3Content:
    """A stored object, read by requests for parts of it. Between two pieces nothing is open."""

    def __init__(self, storage: S3Storage, key: str) -> None:
        self._storage = storage
        self._key = key
        self._ahead, self._ahead_at = memoryview(b""), 0
        self._next = -1  # where the next piece begins, if the client reads on
        try:
            found = storage.client.head_object(Bucket=storage.bucket_name, Key=key)
        except ClientError as error:
            raise explain(error, key) from error
        self.size: int = found["ContentLength"]
        self.modified: float = found["LastModified"].timestamp()

    def read(self, begin: int, length: int) -> bytes:
        at = begin - self._ahead_at
        if not 0 <= at <= len(self._ahead) - length:
            wanted = max(length, AHEAD_BYTES) if begin == self._next else length
            self._ahead, self._ahead_at, at = memoryview(self._get(begin, wanted)), begin, 0
        self._next = begin + length
        data = bytes(self._ahead[at : at + length])
        if at + length >= len(self._ahead):
            self._ahead = memoryview(b"")
        return data

    def _get(self, begin: int, length: int) -> bytes:
        end = min(begin + length, self.size)
        try:
            response = self._storage.client.get_object(
                Bucket=self._storage.bucket_name, Key=self._key, Range=f"bytes={begin}-{end - 1}"
            )
            with closing(response["Body"]) as body:
                data: bytes = body.read()
        except ClientError as error:
            raise explain(error, self._key) from error
        return data


def explain(error: ClientError, key: str) -> Exception:
    """Return the exception to raise for an error of the service."""
    return FileNotFoundError(key) if status_of(error) == 404 else error


def status_of(error: ClientError) -> int:
    status: int = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return status
