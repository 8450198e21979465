"""Tests of the virus scanner: its protocol, its responses, and files that wait while it is away."""

import pytest
from django.core.files.storage import default_storage

from files.checks import check_scanner
from files.conf import limits
from files.outcomes import Postponed
from files.partial_files import PartialFile, path_of
from files.processing.scanner import scan
from files.processing_runs import MOST_TRIES, process_upload
from files.refusals import sentence_of
from files.uploads.status import describe_status
from tests.files.clamav import EICAR, ClamAV
from tests.files.rows import stored_file


@pytest.fixture(params=["host", "socket"])
def clamav(request, tmp_path, settings):
    server = ClamAV(tmp_path / "clamd" if request.param == "socket" else None)
    settings.FILES_SCANNER = server.address
    yield server
    server.stop()


@pytest.fixture
def upload(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(b"harmless" * 100_000)
    return path


def test_a_file_is_streamed_in_full(clamav, upload):
    assert scan(upload) == ""
    assert clamav.server.received == [upload.read_bytes()]


def test_an_infected_file_is_refused(clamav, upload):
    upload.write_bytes(b"a" * 300_000 + EICAR)
    assert scan(upload) == "infected"


def test_a_file_that_is_larger_than_the_scanner_takes_is_refused(clamav, upload):
    clamav.server.most = 1000
    assert scan(upload) == "not_scanned"


@pytest.mark.parametrize("response", [b"stream: Can't allocate memory ERROR\0", b"", b"OKAY", b"\0", b"a" * 9000])
def test_any_other_response_is_no_clearance(clamav, upload, response):
    clamav.server.response = response or b"\0"
    with pytest.raises(Postponed, match="scanner_away"):
        scan(upload)


def test_a_silent_scanner_has_a_deadline(clamav, upload, monkeypatch):
    monkeypatch.setattr(limits, "SCAN_SECONDS", 0.2)
    clamav.server.is_silent = True
    with pytest.raises(Postponed):
        scan(upload)


@pytest.mark.parametrize(
    "address, is_right",
    [
        ("", True),
        ("clamav://127.0.0.1:3310", True),
        ("clamav://scanner", True),
        ("clamav://[::1]:3310", True),
        ("clamav:///run/clamav/clamd.ctl", True),
        ("clamav://", False),
        ("127.0.0.1:3310", False),
        ("http://scanner:3310", False),
        ("clamav://host:port", False),
    ],
)
def test_a_wrong_address_stops_the_start(settings, address, is_right):
    settings.FILES_SCANNER = address
    assert [error.id for error in check_scanner(None)] == ([] if is_right else ["files.E003"])


@pytest.fixture
def uploaded(settings, tmp_path, ada):
    """A text whose bytes have all arrived."""
    settings.FILES_UPLOADS_ROOT, settings.MEDIA_ROOT = tmp_path / "uploads", tmp_path / "media"
    file = stored_file(ada, "a.txt", state="processing", length=5, size=5, kind="other")
    with PartialFile(file.key) as partial:
        partial.append(b"hello")
    return file


@pytest.mark.django_db
async def test_a_waiting_file_says_so(uploaded):
    uploaded.refusal = "scanner_away"
    status = await describe_status(uploaded)
    assert status["state"] == "processing"
    assert "waits for the virus scanner" in status["error"]


@pytest.mark.django_db
def test_a_file_waits_until_the_scanner_answers(uploaded, settings, tmp_path):
    settings.FILES_SCANNER = f"clamav://{tmp_path}/clamd"
    for _ in range(MOST_TRIES + 2):
        process_upload(uploaded.key)
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.refusal, uploaded.tries) == ("processing", "scanner_away", 0)
    assert path_of(uploaded.key).exists()
    server = ClamAV(tmp_path / "clamd")
    try:
        process_upload(uploaded.key)
    finally:
        server.stop()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.refusal, uploaded.kind) == ("ready", "", "text")
    assert default_storage.exists(uploaded.stored["original"])


@pytest.mark.django_db
def test_an_infected_upload_is_deleted(uploaded, settings):
    server = ClamAV()
    server.server.response = b"stream: Eicar FOUND\0"
    settings.FILES_SCANNER = server.address
    try:
        process_upload(uploaded.key)
    finally:
        server.stop()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.stored) == ("refused", {})
    assert str(sentence_of(uploaded)) == "“a.txt” was removed: the virus scanner found something in it."
    assert not path_of(uploaded.key).exists()
