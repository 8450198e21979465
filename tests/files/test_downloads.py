"""Tests of downloads at real servers."""

import os
from time import monotonic
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model

from accounts.services import make_token
from chat import services
from chat.models import Room
from chat.services import FileDraft
from files.models import StoredFile
from files.services import remove
from tests.chat.pages import room_of
from tests.chat.talk import post
from tests.files.downloads import Downloader, store

pytestmark = pytest.mark.shares_site
EVERY_SERVER = pytest.mark.parametrize("site", [{"kind": "uvicorn"}, {"kind": "daphne"}], indirect=True)
SERVE = pytest.mark.parametrize("site", [{"kind": "uvicorn"}], indirect=True)
ABSENT = "/files/00000000-0000-4000-8000-000000000000/a.bin"
MIB = 1024 * 1024


@EVERY_SERVER
async def test_a_file_arrives_whole_and_in_parts(site):
    person = await site.person("ada")
    ada, content = Downloader(person), os.urandom(3 * MIB + 5)
    path = await site.database(store, site, person.id, content, "Zoë 日本.bin")
    whole = await ada.gets(path.replace("Zoë 日本", "Zo%C3%AB%20%E6%97%A5%E6%9C%AC"))
    assert (whole.status, whole.body) == (200, content)
    assert whole.headers["Content-Disposition"] == (
        "attachment; filename=\"Zo_ __.bin\"; filename*=UTF-8''Zo%C3%AB%20%E6%97%A5%E6%9C%AC.bin"
    )
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert whole.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    path = f"/files/{path.split('/')[2]}/x"  # any name will do
    part = await ada.gets(path, Range="bytes=100-2000000", If_Range=whole.headers["ETag"])
    assert (part.status, part.body) == (206, content[100:2_000_001])
    assert part.headers["Content-Range"] == f"bytes 100-2000000/{len(content)}"
    end = await ada.gets(path, Range="bytes=-7")
    assert (end.status, end.body) == (206, content[-7:])
    behind = await ada.gets(path, Range=f"bytes={len(content)}-")
    assert (behind.status, behind.body, behind.headers["Content-Range"]) == (416, b"", f"bytes */{len(content)}")
    head = await ada.gets(path, "HEAD", Range="bytes=0-1")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", str(len(content)))
    same = await ada.gets(path, If_None_Match=whole.headers["ETag"])
    assert (same.status, same.body, same.headers["ETag"]) == (304, b"", whole.headers["ETag"])
    since = await ada.gets(path, If_Modified_Since=whole.headers["Last-Modified"])
    assert since.status == 304
    assert (await ada.gets(path, If_Match='"x"')).status == 412
    assert (await ada.gets(path, "POST")).status in (403, 405)


@SERVE
async def test_an_empty_file_arrives(site):
    person = await site.person("ada")
    path = await site.database(store, site, person.id, b"")
    answer = await Downloader(person).gets(path)
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (200, b"", "0")


@SERVE
async def test_an_image_has_thumbnails(site):
    person = await site.person("ada")
    parts = {"original": b"jpeg", "small": b"webp", "large": b"webp 2"}
    path = await site.database(store_image, site, person.id, parts)
    ada, folder = Downloader(person), path.rpartition("/")[0]
    found = {part: await ada.gets(f"{folder}/{part}") for part in ("a.jpg", "small", "large")}
    assert [answer.body for answer in found.values()] == list(parts.values())
    assert [a.headers["Content-Type"] for a in found.values()] == ["image/jpeg", "image/webp", "image/webp"]
    assert all(a.headers["Content-Disposition"].startswith("inline;") for a in found.values())
    assert len({a.headers["ETag"] for a in found.values()}) == 3


def store_image(site, owner_id: int, parts: dict[str, bytes]) -> str:
    return store(site, owner_id, parts, "a.jpg", kind="image", content_type="image/jpeg")


def attach(site, *user_ids: int) -> tuple[str, Room, list]:
    """Post a file in a private room of these users, by the first; return its address, the room and the users."""
    users = [get_user_model().objects.get(pk=pk) for pk in user_ids]
    room = room_of(*users, kind="private")
    path = store(site, users[0].id)
    post(room, users[0], files=[FileDraft(UUID(path.split("/")[2]))])
    return path, room, users


@EVERY_SERVER
async def test_a_link_ends_with_the_membership(site):
    ada, bob = await site.person("ada"), await site.person("bob")
    path, room, users = await site.database(attach, site, ada.id, bob.id)
    reader = Downloader(bob)
    before = await reader.gets(path)
    assert before.status == 200
    await site.database(services.remove_member, room, *users)
    absent = await reader.gets(ABSENT)
    for headers in ({}, {"If_None_Match": before.headers["ETag"]}, {"Range": "bytes=0-1"}):
        after = await reader.gets(path, **headers)
        assert (after.status, len(after.body)) == (404, len(absent.body))
    assert (await reader.gets(path, "HEAD")).status == 404
    assert (await Downloader(ada).gets(path)).status == 200


@SERVE
async def test_a_deleted_message_has_no_files(site):
    ada = await site.person("ada")
    path, room, [user] = await site.database(attach, site, ada.id)
    reader = Downloader(ada)
    assert (await reader.gets(path)).status == 200
    await site.database(lambda: services.delete_message(room.pk, user, room.messages.latest("pk").pk))
    assert (await reader.gets(path)).status == 404


@SERVE
async def test_others_find_nothing_and_strangers_are_sent_to_the_sign_in(site):
    ada, bob = await site.person("ada"), await site.person("bob")
    own = await site.database(store, site, ada.id)
    path, *_ = await site.database(attach, site, ada.id)
    for each in (own, path, f"{path.rpartition('/')[0]}/small"):
        assert (await Downloader(ada).gets(each)).status == 200
        assert (await Downloader(bob).gets(each)).status == 404
        signed_out = await Downloader(ada, cookie="").gets(each)
        assert (signed_out.status, signed_out.body) == (302, b"")
        wrong_token = await Downloader(ada).gets(each, Authorization="Bearer wrong")
        assert wrong_token.status == 404


@SERVE
async def test_a_link_opens_nothing_to_whom_it_is_given(site):
    """A link is an address, no permission: a session and a token see what their user sees in that moment."""
    ada, bob, eve = [await site.person(name) for name in ("ada", "bob", "eve")]
    path, room, users = await site.database(attach, site, ada.id, bob.id)
    await site.database(attach, site, eve.id)  # a room of her own, with a file
    tokens = [await site.database(token_of, person.id) for person in (ada, bob, eve)]
    parts = [path, f"{path.rpartition('/')[0]}/small", f"{path.rpartition('/')[0]}/x.html"]
    for token, expected in zip(tokens, (200, 200, 404), strict=True):
        answer = await Downloader(ada, cookie="").gets(path, Authorization=f"Bearer {token}")
        assert answer.status == expected
    # An invited user of a page elsewhere sends the cookie with a link, but that page does not learn what is behind it.
    elsewhere = {
        "Origin": "https://elsewhere.example",
        "Sec_Fetch_Site": "cross-site",
        "Referer": "https://elsewhere.example/",
    }
    answer = await Downloader(bob).gets(path, **elsewhere)
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Access-Control-Allow-Origin"] is None

    began = monotonic()
    removal = f"/rooms/{room.pk}/members/{bob.id}/remove/"
    assert (await ada.submits(removal, confirmed=1)).status == 302
    for reader, headers in (
        (Downloader(bob), {}), (Downloader(bob), elsewhere), (Downloader(eve), {}), (Downloader(eve), elsewhere),
        *((Downloader(eve, cookie=""), {"Authorization": f"Bearer {token}"}) for token in tokens[1:]),
    ):  # fmt: skip
        answers = [await reader.gets(part, **headers) for part in parts]
        assert [answer.status for answer in answers] == [404] * len(parts)
    assert (await bob.gets(f"/rooms/{room.pk}/files/")).status == 404
    assert monotonic() - began < 2
    await site.database(services.invite, room, users[0], users[1:])
    assert (await Downloader(bob).gets(path)).status == 200
    await site.database(lambda: get_user_model().objects.filter(pk=bob.id).update(is_active=False))
    assert (await Downloader(bob).gets(path)).status == 302


def token_of(user_id: int) -> str:
    _, key = make_token(get_user_model().objects.get(pk=user_id), "phone")
    return key


@SERVE
async def test_a_removed_file_and_one_without_content_are_not_there(site):
    ada = await site.person("ada")
    removed, lost = [await site.database(store, site, ada.id) for _ in range(2)]
    await site.database(lambda: remove([StoredFile.objects.get(key=removed.split("/")[2])]))
    for content in (site.folder / "media" / "files").rglob("original"):
        content.unlink()
    for path in (removed, lost):
        assert (await Downloader(ada).gets(path)).status == 404
    assert "The storage does not have files/" in site.log


@pytest.mark.parametrize("site", [{"kind": "uvicorn", "environment": {"FILES_X_ACCEL": "/stored/"}}], indirect=True)
async def test_nginx_sends_what_it_may(site):
    ada, bob = await site.person("ada"), await site.person("bob")
    path = await site.database(store, site, ada.id)
    answer = await Downloader(ada).gets(path, Range="bytes=0-1", If_None_Match="*")
    name = await site.database(lambda: StoredFile.objects.get().stored["original"])
    assert (answer.status, answer.body, answer.headers["X-Accel-Redirect"]) == (200, b"", f"/stored/{name}")
    assert "ETag" not in answer.headers
    assert (await Downloader(bob).gets(path)).headers["X-Accel-Redirect"] is None
