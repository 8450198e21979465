"""Tests of uploads by tus 1.0 at real servers."""

import asyncio
import base64
import hashlib
import json
from uuid import uuid4

import pytest
from PIL import Image

from files.models import StoredFile
from tests.files.downloads import Downloader
from tests.files.pictures import encode
from tests.files.uploads import BODY, Uploader, error_of

pytestmark = pytest.mark.shares_site
EVERY_SERVER = pytest.mark.parametrize("site", [{"kind": "uvicorn"}, {"kind": "daphne"}], indirect=True)
SERVE = pytest.mark.parametrize("site", [{"kind": "uvicorn"}], indirect=True)


async def state_of(site, path: str) -> str:
    return await site.database(lambda: StoredFile.objects.get(key=path[-36:]).state)


def content_of(site, path: str) -> bytes:
    return (site.folder / "uploads" / path[-36:]).read_bytes()


async def test_a_page_of_another_user_begins_no_upload(site):
    """Bob has signed in while a page of Ada's, with her file, was still open."""
    ada, bob = await site.person("ada"), await site.person("bob")
    refused = await Uploader(bob).begins(9, metadata={"user": str(ada.id)})
    assert (refused.status, error_of(refused)) == (401, "signed_out")
    assert not await site.database(StoredFile.objects.exists)
    assert (await Uploader(ada).begins(9, metadata={"user": str(ada.id)})).status == 201
    assert (await Uploader(ada).begins(9, metadata={"user": "ada"})).status == 400


@EVERY_SERVER
async def test_a_file_arrives_in_pieces(site):
    ada = Uploader(await site.person("ada"))
    begun = await ada.begins(9, "Zoë.bin")
    path = begun.headers["Location"]
    assert (begun.status, begun.headers["Upload-Offset"]) == (201, "0")
    first = await ada.continues(path, 0, b"abcde")
    assert (first.status, first.headers["Upload-Offset"]) == (204, "5")
    assert await ada.offset(path) == 5
    assert (await ada.status(path))["offset"] == 5
    assert content_of(site, path) == b"abcde"
    assert await state_of(site, path) == "uploading"
    last = await ada.continues(path, 5, b"fghi")
    assert (last.status, last.headers["Upload-Offset"]) == (204, "9")
    assert await state_of(site, path) != "uploading"
    assert await site.database(lambda: StoredFile.objects.get(key=path[-36:]).name) == "Zoë.bin"


@EVERY_SERVER
async def test_a_file_arrives_with_its_creation(site):
    ada = Uploader(await site.person("ada"))
    begun = await ada.begins(3, body=b"abc")
    assert (begun.status, begun.headers["Upload-Offset"]) == (201, "3")
    assert await state_of(site, begun.headers["Location"]) != "uploading"


@SERVE
async def test_an_empty_file_is_complete_at_once(site):
    ada = Uploader(await site.person("ada"))
    assert await state_of(site, (await ada.begins(0)).headers["Location"]) != "uploading"


@SERVE
async def test_a_creation_can_be_repeated_with_its_key(site):
    ada, key = Uploader(await site.person("ada")), str(uuid4())
    first = await ada.begins(9, key=key)
    await ada.continues(first.headers["Location"], 0, b"abc")
    again = await ada.begins(9, key=key)
    assert (again.status, again.headers["Location"]) == (201, first.headers["Location"])
    with_body = await ada.begins(9, key=key, body=b"xyz")
    assert (with_body.status, with_body.headers["Upload-Offset"]) == (201, "3")
    assert content_of(site, first.headers["Location"]) == b"abc"
    other = await ada.begins(10, key=key)
    assert (other.status, error_of(other)) == (409, "conflict")


@SERVE
async def test_the_server_says_what_it_can(site):
    answer = await Uploader(await site.person("ada"), cookie="").sends("OPTIONS", "/files/uploads/")
    assert answer.status == 204
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination",
    }  # fmt: skip
    assert answer.headers["Tus-Max-Size"] == "100000000"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"


@SERVE
async def test_a_wrong_offset_is_refused(site):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(9, body=b"abc")).headers["Location"]
    for offset in (0, 4):
        answer = await ada.continues(path, offset, b"x")
        assert (answer.status, error_of(answer)) == (409, "wrong_offset")
    assert content_of(site, path) == b"abc"


@SERVE
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_wrong_checksum_drops_the_bytes(site, algorithm):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(9, body=b"abc")).headers["Location"]
    right = f"{algorithm} {base64.b64encode(hashlib.new(algorithm, b'def').digest()).decode()}"
    wrong = await ada.continues(path, 3, b"deX", Upload_Checksum=right)
    assert (wrong.status, error_of(wrong)) == (460, "checksum_mismatch")
    assert await ada.offset(path) == 3
    assert (await ada.continues(path, 3, b"def", Upload_Checksum=right)).status == 204
    assert content_of(site, path) == b"abcdef"


@SERVE
async def test_more_than_was_announced_is_refused(site):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(4, body=b"abc")).headers["Location"]
    assert (await ada.continues(path, 3, b"de")).status == 413
    assert content_of(site, path) == b"abc"


@SERVE
async def test_a_terminated_upload_is_gone(site):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(4, body=b"abc")).headers["Location"]
    assert (await ada.sends("DELETE", path)).status == 204
    assert (await ada.sends("HEAD", path)).status == 404
    assert not (site.folder / "uploads" / path[-36:]).exists()


@EVERY_SERVER
async def test_others_find_nothing(site):
    ada, bob = Uploader(await site.person("ada")), Uploader(await site.person("bob"))
    path = (await ada.begins(4, key=(key := str(uuid4())), body=b"abc")).headers["Location"]
    absent = f"/files/uploads/{uuid4()}"
    for method in ("HEAD", "GET", "DELETE"):
        theirs, none = await bob.sends(method, path), await bob.sends(method, absent)
        assert (theirs.status, theirs.text) == (none.status, none.text) == (404, none.text)
    assert (await bob.continues(path, 3, b"d")).status == 404
    assert (await bob.begins(4, key=key)).status == 404
    assert content_of(site, path) == b"abc"


@EVERY_SERVER
async def test_who_is_signed_out_is_refused(site):
    person = await site.person("ada")
    stranger = Uploader(person, cookie="")
    path = (await Uploader(person).begins(4)).headers["Location"]
    for answer in (await stranger.begins(3), await stranger.sends("HEAD", path), await stranger.sends("GET", path)):
        assert answer.status == 401
    assert (await stranger.continues(path, 0, b"a")).status == 401


@EVERY_SERVER
async def test_pages_of_other_sites_are_refused(site):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(4)).headers["Location"]
    for origin in ("https://evil.example", ""):
        assert (await ada.begins(3, Origin=origin)).status == 403
        assert (await ada.continues(path, 0, b"a", Origin=origin)).status == 403
        assert (await ada.sends("DELETE", path, Origin=origin)).status == 403
    assert (await ada.sends("HEAD", path, Origin="")).status == 200  # browsers send none within a site
    assert (await ada.sends("GET", path, Origin="https://evil.example")).status == 403


@SERVE
@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"Tus_Resumable": "0.2.2"}),
        (412, {"Tus_Resumable": ""}),
        (400, {"Upload_Length": ""}),
        (400, {"Upload_Length": "-1"}),
        (400, {"Upload_Metadata": "filename ä"}),
        (400, {"Upload_Metadata": "key " + base64.b64encode(b"../../etc").decode()}),
        (400, {"Upload_Checksum": "md5 " + base64.b64encode(b"x").decode(), **BODY}),
    ],
)
async def test_what_is_no_tus_is_refused(site, status, headers):
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    assert (await Uploader(await site.person("ada")).begins(3, **headers)).status == status


@SERVE
@pytest.mark.parametrize(
    "facts", ["[]", '{"duration": -1}', '{"width": 0}', '{"waveform": "!"}', f'{{"waveform": "{"A" * 200}"}}', "{"]
)
async def test_impossible_facts_are_refused(site, facts):
    assert (await Uploader(await site.person("ada")).begins(3, metadata={"facts": facts})).status == 400


@SERVE
async def test_facts_of_the_browser_are_kept(site):
    facts = {"duration": 2.5, "waveform": "AAEC", "voice": True}
    begun = await Uploader(await site.person("ada")).begins(3, metadata={"facts": json.dumps(facts | {"extra": 1})})
    path = begun.headers["Location"]
    assert await site.database(lambda: StoredFile.objects.get(key=path[-36:]).facts) == facts


@SERVE
async def test_what_is_too_large_is_refused_before_it_is_sent(site):
    answer = await Uploader(await site.person("ada")).begins(100_000_001, "a.bin")
    assert (answer.status, error_of(answer)) == (413, "file_too_large")
    assert answer.json["error"]["message"] == "“a.bin” is too large. A file may have up to 100 MB."


@SERVE
async def test_two_requests_cannot_write_into_one_upload(site):
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(9)).headers["Location"]
    slow = await asyncio.to_thread(begin_slowly, ada, path, b"abc", 9)
    try:
        await arrived(site, path, b"abc")
        answer = await ada.continues(path, 3, b"x")
        assert (answer.status, error_of(answer)) == (423, "upload_busy")
    finally:
        slow.close()
    await becomes_free(ada, path)
    assert content_of(site, path) == b"abc"
    assert (await ada.continues(path, 3, b"defghi")).status == 204


@SERVE
async def test_a_session_that_ends_stops_its_upload(site):
    person = await site.person("ada")
    ada = Uploader(person)
    path = (await ada.begins(9)).headers["Location"]
    slow = await asyncio.to_thread(begin_slowly, ada, path, b"abc", 9)
    await arrived(site, path, b"abc")
    await site.database(end_session, person.session_key)
    answer = await asyncio.to_thread(slow.getresponse)
    assert answer.status == 401
    slow.close()
    assert content_of(site, path) == b"abc"


def end_session(key: str) -> None:
    from django.contrib.sessions.models import Session

    Session.objects.filter(session_key=key).delete()


def begin_slowly(uploader: Uploader, path: str, body: bytes, announced: int):
    """Send the head of a PATCH and the beginning of its body; the rest is still to come."""
    connection = uploader.connect()
    connection.putrequest("PATCH", path)
    for name, value in uploader.head({"Upload_Offset": "0", "Content_Length": str(announced), **BODY}).items():
        connection.putheader(name, value)
    connection.endheaders(body)
    return connection


async def arrived(site, path: str, body: bytes) -> None:
    """Wait until the server has written so much."""
    async with asyncio.timeout(10):
        while content_of(site, path) != body:  # noqa: ASYNC110 another process writes it
            await asyncio.sleep(0.01)


async def becomes_free(uploader: Uploader, path: str) -> None:
    """Wait until the server has noticed that the connection of a request is lost."""
    async with asyncio.timeout(10):
        while (await uploader.continues(path, 3, b"")).status == 423:  # noqa: ASYNC110 only the server knows
            await asyncio.sleep(0.01)


async def test_an_upload_goes_on_after_the_server_was_killed(sites):
    site = sites(kind="uvicorn")
    ada = Uploader(await site.person("ada"))
    path = (await ada.begins(9)).headers["Location"]
    slow = await asyncio.to_thread(begin_slowly, ada, path, b"abc", 9)
    await arrived(site, path, b"abc")
    site.servers[0].kill()
    slow.close()
    await site.servers[0].starts()
    assert await ada.offset(path) == 3
    assert (await ada.continues(path, 3, b"defghi")).headers["Upload-Offset"] == "9"


async def test_a_file_is_processed_again_after_the_server_was_killed_during_it(sites):
    site = sites(kind="uvicorn")
    person = await site.person("ada")
    ada, content = Uploader(person), encode(Image.effect_noise((3000, 2000), 90), "PNG")
    path = (await ada.begins(len(content), "a.png", content)).headers["Location"]
    folder = site.folder / "uploads" / f"{path.rpartition('/')[2]}.processed"
    async with asyncio.timeout(10):
        while not folder.exists():  # noqa: ASYNC110 another process makes it
            await asyncio.sleep(0.005)
    site.servers[0].kill()
    assert await site.database(lambda: StoredFile.objects.get().state) == "processing"
    await site.servers[0].starts()
    while (status := await ada.status(path))["state"] == "processing":  # it is taken up within 5 s
        pass
    assert (status["state"], status["file"]["width"]) == ("ready", 3000)
    small = await Downloader(person).gets(f"/files/{status['file']['id']}/small")
    assert (small.status, small.headers["Content-Type"]) == (200, "image/webp")
    file = await site.database(StoredFile.objects.get)
    assert file.tries == 2
    media = site.folder / "media"
    assert {media / name for name in file.stored.values()} == {each for each in media.rglob("*") if each.is_file()}
    assert list((site.folder / "uploads").iterdir()) == []


async def test_no_two_processes_write_into_one_upload(sites):
    site = sites(kind="uvicorn", processes=2, redis=True)
    person = await site.person("ada")
    ada, elsewhere = Uploader(person), Uploader(person, server=1)
    path = (await ada.begins(9)).headers["Location"]
    slow = await asyncio.to_thread(begin_slowly, ada, path, b"abc", 9)
    await arrived(site, path, b"abc")
    assert (await elsewhere.continues(path, 3, b"x")).status == 423
    slow.close()


async def test_quota_types_and_space_are_checked_before_a_byte_is_sent(sites):
    site = sites(kind="uvicorn", environment={"FILES_USER_MEGABYTES": 1, "FILE_TYPES": "image/*,.pdf"})
    ada = Uploader(await site.person("ada"))
    wrong = await ada.begins(3, "a.exe", metadata={"filetype": "application/x-msdownload"})
    assert (wrong.status, error_of(wrong)) == (415, "type_not_allowed")
    assert wrong.json["error"]["message"] == "“a.exe” can't be sent here. These files can: image/*, .pdf."
    assert (await ada.begins(600_000, "a.PDF")).status == 201
    full = await ada.begins(600_000, "b.png", metadata={"filetype": "image/png"})
    assert (full.status, error_of(full)) == (413, "quota_full")


async def test_a_full_disk_refuses_new_uploads(sites):
    site = sites(kind="uvicorn", environment={"HUBBUB_FREE_DISK_MEGABYTES": 10**9})
    answer = await Uploader(await site.person("ada")).begins(3)
    assert (answer.status, error_of(answer)) == (507, "storage_full")
