"""Messages with files: they are attached once, by their owner, in the transaction of the message."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import services
from chat.models import Attachment, Message
from chat.services import FileDraft, Posted
from chat.states.missed_events import measure_rooms, read_rooms
from chat.text.file_lines import CHARACTERS, render_lines
from files.models import StoredFile
from realtime.shared.errors import Invalid, Unavailable
from tests.chat.pages import room_of
from tests.chat.talk import draft, notices, post, refusal_of, refused
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db

LEAVES = {"name": "leaves.jpg", "kind": "image", "content_type": "image/jpeg"}


def names(message) -> list[str]:
    """Return the names of a message's files: those of its payload, which are those of its rows."""
    message.refresh_from_db()
    shown = [file["name"] for file in message.files or []]
    assert [row.file.name for row in message.attachments.select_related("file").order_by("place")] == shown
    return shown


def test_a_message_has_its_files_in_their_order(ada, room, published):
    first, second = stored_file(ada, "a.txt"), stored_file(ada, **LEAVES, facts={"width": 16, "height": 9})
    message = post(room, ada, "look", files=[FileDraft(second.key, " Autumn\nleaves "), first])
    [event] = published
    assert event.data["files"] == [
        {
            "id": str(second.key), "name": "leaves.jpg", "kind": "image", "type": "image/jpeg", "size": 3,
            "alt": "Autumn leaves", "width": 16, "height": 9,
        },
        {"id": str(first.key), "name": "a.txt", "kind": "text", "type": "text/plain", "size": 3, "alt": ""},
    ]  # fmt: skip
    assert names(message) == ["leaves.jpg", "a.txt"]
    assert set(StoredFile.objects.values_list("is_attached", "delete_at")) == {(True, None)}


def test_a_message_without_files_has_no_word_of_them(ada, room, published):
    post(room, ada)
    assert "files" not in published[0].data


def test_a_message_with_files_needs_no_text(ada, bob, published):
    direct = services.open_direct(ada, [bob])
    message = post(direct, ada, " \n\u200b", files=[stored_file(ada, **LEAVES)])
    assert (message.text, message.html) == ("", "")
    assert notices(bob)[0].body == "Sent a picture"
    assert refused(direct, ada, " ") == "invalid"


@pytest.mark.parametrize(
    ("files", "body"),
    [
        ([LEAVES, LEAVES], "Sent 2 pictures"),
        ([LEAVES, {}, {}], "Sent 3 files"),
        ([{"name": "report.pdf", "kind": "other"}], "Sent “report.pdf”"),
        ([{"kind": "audio", "facts": {"voice": True}}], "Sent a voice message"),
        ([{"kind": "video"}], "Sent a video"),
    ],
)
def test_a_notification_says_what_was_sent(ada, bob, files, body):
    post(services.open_direct(ada, [bob]), ada, "", files=[stored_file(ada, **file) for file in files])
    assert notices(bob)[0].body == body


def test_the_first_lines_of_code_come_coloured(ada, room):
    file = stored_file(ada, "x.py", facts={"first_lines": "def f():\n    return '<b>'"})
    html = post(room, ada, files=[file]).files[0]["lines_html"]
    assert html.startswith('<pre><code class="language-py"><span class="k">def</span>')
    assert "<b>" not in html


def test_the_first_lines_are_bounded_and_cannot_spoof():
    assert render_lines("a.txt", "a\x00\u202eb" + "\nline" * 100) == "<pre><code>ab" + "\nline" * 11 + "</code></pre>"
    assert len(render_lines("a.txt", "x" * 100_000)) < CHARACTERS
    assert render_lines("empty.txt", " \n ") == ""


def test_many_files_of_code_make_no_huge_event(ada, room):
    lines = "\n".join(["a = {'b': [1, 2, 3], 'c': (d, e)}"] * 30)
    message = post(room, ada, files=[stored_file(ada, f"{n}.py", facts={"first_lines": lines}) for n in range(20)])
    shown = [len(file.get("lines_html", "")) for file in message.files]
    assert shown[0]
    assert sum(shown) <= 20_000


def test_a_file_of_another_is_as_one_that_is_not_there(ada, bob, room):
    errors = [refusal_of(room, ada, files=[file]) for file in (stored_file(bob), FileDraft(uuid4()))]
    assert [(error.code, str(error.message)) for error in errors] == [
        ("invalid", "One of the files doesn't exist any more. Upload it again.")
    ] * 2
    assert not Attachment.objects.exists()


def test_a_file_that_is_not_ready_is_worth_another_try(ada, room):
    error = refusal_of(room, ada, files=[stored_file(ada, state="processing")])
    assert isinstance(error, Unavailable)
    assert error.retry


@pytest.mark.parametrize(
    ("choose", "sentence"),
    [
        (lambda file: [file, file], "The same file is in this message twice."),
        (
            lambda _: [FileDraft(uuid4()) for _ in range(21)],
            "A message has at most 20 files. Send the others with another one.",
        ),
        (lambda file: [FileDraft(file.key, "x" * 1001)], "A description has at most 1000 characters."),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(ada, room, choose, sentence):
    error = refusal_of(room, ada, files=choose(stored_file(ada)))
    assert (error.code, str(error.message)) == ("invalid", sentence)


def test_a_file_is_in_one_message_only(ada, room):
    file = stored_file(ada)
    drafts = [draft(room, ada, "a", files=[file]), draft(room, ada, "b", files=[file])]
    first, second = services.post_messages(drafts)
    assert isinstance(first, Posted)
    assert second.code == "invalid"
    assert refused(room, ada, files=[file]) == "invalid"
    assert Attachment.objects.get().message_id == first.id


def test_a_refused_message_takes_no_file(ada, eve, room):
    file = stored_file(eve)
    assert refused(room, eve, files=[file]) == "not_found"
    assert not StoredFile.objects.get().is_attached


def test_a_key_gives_the_first_message_again(ada, room):
    key, files = uuid4(), [stored_file(ada), stored_file(ada)]
    message = post(room, ada, "", key, files)
    assert services.post_messages([draft(room, ada, "", key, files)]) == [Posted(message.pk, message.posted_seq)]
    assert refused(room, ada, "", key, files[::-1]) == "conflict"
    assert refused(room, ada, "", key, [FileDraft(files[0].key, "other"), files[1]]) == "conflict"
    assert refused(room, ada, "a", key) == "conflict"
    services.delete_message(room.pk, ada, message.pk)
    assert services.post_messages([draft(room, ada, "", key, files)]) == [Posted(message.pk, message.posted_seq)]


def test_a_key_of_a_message_without_files_is_in_conflict_with_files(ada, room):
    key = uuid4()
    post(room, ada, "hi", key)
    assert refused(room, ada, "hi", key, [stored_file(ada)]) == "conflict"


def test_a_post_without_files_asks_nothing_about_them(ada, room):
    with CaptureQueriesContext(connection) as plain:
        services.post_messages([draft(room, ada)])
    assert not [query for query in plain.captured_queries if "storedfile" in query["sql"] or "attach" in query["sql"]]


def test_an_edit_takes_files_off_adds_others_and_orders_them(ada, room, published):
    a, b, c = (stored_file(ada, f"{name}.txt") for name in "abc")
    message = post(room, ada, "x", files=[a, b])
    services.edit_message(room.pk, ada, message.pk, "x", [FileDraft(c.key, "new"), FileDraft(b.key)])
    assert names(message) == ["c.txt", "b.txt"]
    assert message.edited_at is not None
    assert published[-1].data["files"][0]["alt"] == "new"
    assert StoredFile.objects.get(pk=a.pk).state == "removed"
    services.edit_message(room.pk, ada, message.pk, "x", [FileDraft(b.key, "old"), FileDraft(c.key, "new")])
    assert names(message) == ["b.txt", "c.txt"]
    assert list(message.attachments.order_by("place").values_list("alt", flat=True)) == ["old", "new"]


def test_an_edit_without_a_word_of_files_leaves_them(ada, room):
    message = post(room, ada, "x", files=[stored_file(ada, "a.txt")])
    services.edit_message(room.pk, ada, message.pk, "")
    assert names(message) == ["a.txt"]
    assert message.text == ""


def test_the_same_files_are_no_change(ada, room, published):
    file = stored_file(ada)
    message = post(room, ada, "x", files=[file])
    published.clear()
    services.edit_message(room.pk, ada, message.pk, "x", [FileDraft(file.key)])
    assert published == []


def test_a_message_keeps_text_or_files(ada, room):
    file = stored_file(ada)
    message = post(room, ada, "", files=[file])
    for text, files in [("", []), (" ", ())]:
        with pytest.raises(Invalid):
            services.edit_message(room.pk, ada, message.pk, text, files)
    services.edit_message(room.pk, ada, message.pk, "now with words", [])
    assert names(message) == []
    with pytest.raises(Invalid):
        services.edit_message(room.pk, ada, message.pk, "")


def test_a_refused_edit_changes_nothing(ada, bob, room):
    mine, theirs = stored_file(ada, "a.txt"), stored_file(bob)
    message = post(room, ada, "x", files=[mine])
    with pytest.raises(Invalid):
        services.edit_message(room.pk, ada, message.pk, "y", [FileDraft(theirs.key)])
    assert names(message) == ["a.txt"]
    assert message.text == "x"


def test_a_deleted_message_has_no_files(ada, room, published):
    message = post(room, ada, files=[stored_file(ada)])
    services.delete_message(room.pk, ada, message.pk)
    assert names(message) == []
    assert "files" not in published[-1].data
    file = StoredFile.objects.get()
    assert (file.state, file.is_attached) == ("removed", False)


def test_a_missed_event_has_its_files_and_counts_them(ada, room):
    seq = post(room, ada).seq
    lines = "x = 1\n" * 100
    before = measure_rooms({room.pk: seq}, 10)[room.pk]
    message = post(room, ada, "", files=[stored_file(ada, "x.py", facts={"first_lines": lines})])
    [event] = read_rooms({room.pk: seq})[room.pk]
    assert event.data["files"] == message.files
    assert measure_rooms({room.pk: seq}, 10)[room.pk] > before + 500


def test_files_of_many_rooms_in_one_go(ada):
    rooms = [room_of(ada, name=name) for name in "abc"]
    files = [stored_file(ada, f"{index}.txt") for index in range(3)]
    results = services.post_messages(
        [draft(room, ada, files=[file]) for room, file in zip(rooms, files, strict=True)] + [draft(rooms[0], ada)]
    )
    found = [Message.objects.get(pk=result.id) for result in results]
    assert [names(message) for message in found] == [["0.txt"], ["1.txt"], ["2.txt"], []]
