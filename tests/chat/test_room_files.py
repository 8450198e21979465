"""The list of a room's files: by kind, by person, newest first."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Attachment
from files.models import StoredFile
from tests.chat.pages import OF_THE_FRAME, person, room_of, say, visit
from tests.chat.talk import post
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db
KINDS = ["image", "audio", "video", "text", "other"]


@pytest.fixture
def room(ada, bob):
    return room_of(ada, bob, kind="private", name="founders")


def path_of(room) -> str:
    return f"/rooms/{room.pk}/files/"


def send(room, author, name: str, kind: str = "other", **facts):
    """Post a message with one file."""
    return post(room, author, files=[stored_file(author, name, kind=kind, facts=facts)])


def send_many(room, author, number: int, kinds=KINDS) -> list[str]:
    """Store files in one message, without events, and return their names, the newest first."""
    [message] = say(room, author)
    fields = {"owner": author, "size": 3, "state": "ready", "is_attached": True}
    rows = [StoredFile(name=f"{index:05}", kind=kinds[index % len(kinds)], **fields) for index in range(number)]
    StoredFile.objects.bulk_create(rows)
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, place=place, room=room, author=author, kind=file.kind)
        for place, file in enumerate(rows)
    )
    return [file.name for file in reversed(rows)]


def names(client, path: str) -> list[str]:
    return [file.facts["name"] for file in client.get(path).context["page"].rows]


def test_files_are_listed_by_kind_and_by_person(ada, bob, room):
    send(room, ada, "a.txt", "text")
    send(room, bob, "b.png", "image")
    send(room, ada, "c.mp3", "audio")
    send(room, bob, "d.mp4", "video")
    send(room, ada, "e.zip", "other")
    hers, path = visit(ada), path_of(room)
    assert names(hers, path) == ["e.zip", "d.mp4", "c.mp3", "b.png", "a.txt"]
    assert names(hers, f"{path}?kind=images") == ["b.png"]
    assert names(hers, f"{path}?kind=media") == ["d.mp4", "c.mp3"]
    assert names(hers, f"{path}?kind=documents") == ["e.zip", "a.txt"]
    assert names(hers, f"{path}?by={bob.pk}") == ["d.mp4", "b.png"]
    page = hers.get(f"{path}?by={bob.pk}&kind=media").context
    assert [tab.total for tab in page["tabs"]] == ["2", "1", "1", "0"]
    assert [file.facts["name"] for file in page["page"].rows] == ["d.mp4"]
    assert [sender.name for sender in page["senders"]] == ["Ada Lovelace", "bob"]
    assert "No such files from <bdi>bob</bdi>." in hers.get(f"{path}?by={bob.pk}&kind=documents").text


def test_a_row_leads_to_the_file_and_to_its_message(ada, room):
    post(room, ada, "before")
    message = send(room, ada, "<b>.png", "image", width=4, height=4)
    key = message.files[0]["id"]
    page = visit(ada).get(path_of(room)).text
    assert f'href="/files/{key}/%3Cb%3E.png"' in page
    assert f'src="/files/{key}/small"' in page
    assert f'href="/rooms/{room.pk}/?message={message.posted_seq}#m-{message.posted_seq}"' in page
    assert "<b>.png" not in page


def test_pages_go_through_all_files_once(ada, bob, room):
    expected = send_many(room, ada, 95)
    hers, after, seen = visit(ada), "", []
    while after is not None:
        page = hers.get(f"{path_of(room)}?before={after}").context["page"]
        seen += [file.facts["name"] for file in page.rows]
        after = page.next
    assert seen == expected
    assert names(hers, f"{path_of(room)}?before=made-up") == expected[:40]


def test_the_last_of_many_files_costs_as_much_as_the_first(ada, bob, room):
    """Each query of the list is a range of an index: nothing is sorted, and no table is read."""
    few = room_of(ada, bob, kind="private", name="few")
    send_many(few, ada, 10)
    send_many(room, ada, 10_001)
    hers = visit(ada)
    with CaptureQueriesContext(connection) as for_few:
        hers.get(f"{path_of(few)}?by={ada.pk}")
    page = hers.get(path_of(room)).context
    assert [tab.total for tab in page["tabs"]] == ["99+"] * 4
    with CaptureQueriesContext(connection) as for_many:
        hers.get(f"{path_of(room)}?by={ada.pk}&before={page['page'].next}")
    assert len(for_few) <= len(for_many) <= OF_THE_FRAME + 20
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # A fifth of all rows matches, so it would read the table where an index serves as well.
            cursor.execute("ANALYZE; SET LOCAL enable_seqscan = off")
    queries = [query["sql"] for query in for_many if '"chat_attachment"' in query["sql"]]
    assert len(queries) == 11  # five counts, five ranges, one with the rows
    for query in queries:
        plan = explain(query)
        assert not re.search(r"SCAN chat_attachment|Seq Scan on chat_attachment", plan), plan
        if '"files_storedfile"' not in query:
            assert not re.search(r"TEMP B-TREE|Sort", plan), plan
            assert "chat_attach_room_id_" in plan, plan  # the indexes of the model


def explain(query: str) -> str:
    prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{prefix} {query}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_only_members_see_the_list(ada, bob, eve, room):
    send(room, ada, "plans.pdf")
    assert visit(eve).get(path_of(room)).status_code == 404
    his = visit(bob)
    assert names(his, path_of(room)) == ["plans.pdf"]
    services.remove_member(room, ada, bob)
    assert his.get(path_of(room)).status_code == 404
    public = room_of(ada, name="open")
    response = visit(eve).get(path_of(public))
    assert response.url == f"/rooms/{public.pk}/"


def test_no_names_of_people_elsewhere(ada, room):
    send(room, ada, "a.txt")
    stranger = person("stranger", display_name="Barracuda")
    page = visit(ada).get(f"{path_of(room)}?by={stranger.pk}")
    assert "Barracuda" not in page.text
    assert len(page.context["page"].rows) == 1
    for wrong in ("x", "9" * 30):
        assert visit(ada).get(f"{path_of(room)}?by={wrong}&kind={wrong}").status_code == 200


def test_files_of_a_former_member_stay_and_those_of_a_deleted_message_go(ada, bob, room):
    send(room, bob, "his.txt")
    gone = send(room, ada, "gone.txt")
    services.remove_member(room, ada, bob)
    services.delete_message(room.pk, ada, gone.pk)
    page = visit(ada).get(f"{path_of(room)}?by={bob.pk}").context
    assert [file.facts["name"] for file in page["page"].rows] == ["his.txt"]
    assert [tab.total for tab in page["tabs"]] == ["1", "0", "0", "1"]
    assert names(visit(ada), path_of(room)) == ["his.txt"]


def test_a_conversation_has_the_list_under_the_others_names(ada, bob):
    direct = services.open_direct(ada, [bob])
    page = visit(ada).get(path_of(direct)).text
    assert "No files yet" in page
    assert "<bdi>bob</bdi>" in page


def test_without_files_there_is_no_tab_unless_some_are_left(ada, room, settings):
    hers, details, path = visit(ada), f"/rooms/{room.pk}/settings/", path_of(room)
    assert f'href="{path}"' in hers.get(details).text
    assert hers.get(f"/rooms/{room.pk}/").text.count(f'href="{path}"') == 1
    settings.FILE_MEGABYTES = 0
    for page in (details, f"/rooms/{room.pk}/"):
        response = hers.get(page)
        assert path not in response.text
    assert response.context["initial_data"]["urls"]["room_files"] is None
    send(room, ada, "left.txt")
    assert f'href="{path}"' in hers.get(details).text
