"""Tests of files in a bucket, at a real S3-compatible server."""

import os
import tracemalloc
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.checks import Tags, run_checks
from django.core.files.storage import default_storage
from django.utils import timezone

from config.environment import Environment
from config.file_storage import find_file_storage
from files.jobs import delete_unused
from files.models import StoredFile
from files.partial_files import PartialFile
from files.processing_runs import LocalFile, process_upload
from tests.files.downloads import Downloader
from tests.files.pictures import encode, picture
from tests.files.rows import stored_file
from tests.files.uploads import Uploader
from tests.services.fault_proxy import FaultProxy
from tests.services.ports import free_port

MIB = 1024 * 1024
PIECE = 256 * 1024


@pytest.fixture
def use(settings):
    """A function that lets this process store its files in a bucket."""

    def use(variables: dict[str, str]) -> None:
        settings.STORAGES = settings.STORAGES | {"default": find_file_storage(Environment(variables))}

    return use


@pytest.fixture
def bucket(s3, use):
    """A bucket of an S3-compatible server, in which this process stores its files."""
    variables = s3.make_bucket()
    use(variables)
    return variables["FILES_S3_BUCKET"]


@pytest.fixture(autouse=True)
def _one_attempt(monkeypatch):
    from files import s3_storage

    monkeypatch.setattr(s3_storage, "ATTEMPTS", 1)


def test_large_files_stream_in_both_directions(bucket, tmp_path):
    path, name = tmp_path / "large", "files/x/original"
    path.write_bytes(os.urandom(MIB) * 50 + b"end")
    default_storage.exists(name)  # the client is loaded
    tracemalloc.start()
    try:
        with LocalFile(path, keep=True) as file:
            default_storage.save(name, file)
        content = default_storage.open_content(name)
        with path.open("rb") as expected:
            for begin in range(0, content.size, PIECE):
                length = min(PIECE, content.size - begin)
                assert content.read(begin, length) == expected.read(length)
        assert tracemalloc.get_traced_memory()[1] < 20 * MIB
    finally:
        tracemalloc.stop()
    assert content.size == 50 * MIB + 3
    assert abs(content.modified - timezone.now().timestamp()) < 60
    assert content.read(50 * MIB, 3) == b"end"
    assert content.read(7, 5) == content.read(MIB + 7, 5)
    default_storage.delete(name)
    with pytest.raises(FileNotFoundError):
        content.read(0, 5)
    with pytest.raises(FileNotFoundError):
        default_storage.open_content(name)
    with pytest.raises(FileNotFoundError):
        default_storage.open(name)


def test_few_requests_read_a_file_and_none_reads_more_than_its_client(bucket, monkeypatch):
    name = default_storage.save("files/x/original", BytesIO(bytes(8 * MIB)))
    content, fetched = default_storage.open_content(name), []
    get = content._get
    monkeypatch.setattr(content, "_get", lambda begin, length: fetched.append(length) or get(begin, length))
    content.read(5, 2)
    content.read(MIB, PIECE)
    assert fetched == [2, PIECE]
    for begin in range(MIB + PIECE, 8 * MIB, PIECE):
        content.read(begin, PIECE)
    assert fetched == [2, PIECE, *[MIB] * 7]


@pytest.mark.django_db
def test_the_processing_and_the_deletion_wait_for_the_service(s3, use, settings, tmp_path, ada, caplog, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    settings.FILES_UPLOADS_ROOT = tmp_path / "uploads"
    variables = s3.make_bucket()
    away = variables | {"FILES_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    image = encode(picture(), "PNG")
    file = stored_file(ada, "a.png", state="processing", length=len(image), size=len(image), kind="other")
    with PartialFile(file.key) as partial:
        partial.append(image)
    for endpoint, state in ((away, "processing"), (variables, "ready")):
        use(endpoint)
        process_upload(file.key)
        file.refresh_from_db()
        assert file.state == state
    stored = {f"chat/{name}" for name in file.stored.values()}
    assert len(stored) == 3
    assert set(s3.names(variables["FILES_S3_BUCKET"])) == stored
    assert file.tries == 1

    StoredFile.objects.update(delete_at=timezone.now())
    use(away)
    delete_unused()
    assert StoredFile.objects.get().state == "removed"
    assert "this is tried again" in caplog.text
    use(variables)
    time_machine.shift(timedelta(seconds=301))
    delete_unused()
    assert not StoredFile.objects.exists()
    assert s3.names(variables["FILES_S3_BUCKET"]) == []


def find_problems() -> list[str]:
    found = run_checks(tags=[Tags.compatibility], include_deployment_checks=True)
    return [message.msg for message in found if message.id == "files.E005"]


def test_a_bucket_that_cannot_be_used_stops_the_server(s3, use, caplog):
    variables = s3.make_bucket()
    use(variables)
    assert find_problems() == []
    use(variables | {"FILES_S3_BUCKET": "absent"})
    assert find_problems() == [f"FILES_S3_BUCKET is absent, which cannot be used. There is no such bucket at {s3.url}."]
    refused = default_storage._explain_status(403)
    assert "The key may not use it." in refused.msg
    assert "s3:ListBucket" in refused.hint
    use(variables | {"FILES_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"})
    assert find_problems() == []  # the chat starts without it
    assert "The file storage does not answer: Could not connect to the endpoint URL" in caplog.text


async def test_a_site_stores_its_files_in_a_bucket(s3, sites):
    variables = s3.make_bucket()
    proxy = FaultProxy(int(s3.url.rpartition(":")[2]))
    site = sites(
        kind="uvicorn",
        environment=variables | {"FILE_MEGABYTES": "100", "FILES_S3_ENDPOINT": f"http://127.0.0.1:{proxy.port}"},
    )
    person = await site.person("ada")
    ada, reader, content = Uploader(person), Downloader(person), os.urandom(20 * MIB)
    begun = await ada.begins(len(content), "a.bin", content)
    path = begun.headers["Location"]
    while (status := await ada.status(path))["state"] == "processing":
        pass
    assert status["state"] == "ready"
    address = f"/files/{status['file']['id']}/a.bin"
    whole = await reader.gets(address)
    assert (whole.status, whole.body == content) == (200, True)
    end = await reader.gets(address, Range="bytes=-300000")
    assert (end.status, end.body == content[-300_000:]) == (206, True)
    assert (await reader.gets(address, If_None_Match=whole.headers["ETag"])).status == 304
    assert (await reader.gets(address, "HEAD")).headers["Content-Length"] == str(len(content))
    proxy.refuses()
    away = await reader.gets(address)
    assert (away.status, b"The file storage doesn't answer. Try again." in away.body) == (503, True)
    proxy.works()
    assert (await reader.gets(address, Range="bytes=0-1")).body == content[:2]
    proxy.close()
    assert list((site.folder / "uploads").iterdir()) == []
    assert not (site.folder / "media").exists()
