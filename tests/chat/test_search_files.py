"""Searching for files: by their names, descriptions and texts, and by `has:`; compared with a naive search."""

import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import services
from chat.models import Message
from chat.pages.found_files import MOST_SHOWN, PIECE_CHARACTERS, match_files
from chat.pages.search_results import make_results, result_data
from chat.search import indexing, results
from chat.search.message_documents import read_text
from chat.search.results import search_messages
from chat.services import FileDraft
from files.models import FileText
from search import postgresql_index, sqlite_index
from search.folding import searchable
from search.index import site_index
from search.query import SearchQuery, parse_query
from tests.chat.talk import post
from tests.files.rows import stored_file
from tests.search.naive import contains

pytestmark = pytest.mark.django_db

PICTURE = {"kind": "image", "content_type": "image/png"}
WORDS = "toast toaster green Größe 東京 東京都 1,234 c# a an report log.txt 👍".split()


@pytest.fixture(autouse=True)
def index(db):
    index = site_index()
    index.clear(indexing.find_history())
    return index


@pytest.fixture(params=["indexed", "not indexed"])
def indexed(request):
    return indexing.index_all if request.param == "indexed" else lambda: None


def text_file(owner, name: str, text: str):
    file = stored_file(owner, name)
    FileText.objects.create(file=file, text=text)
    return file


def found(user, text: str) -> list[str]:
    return [message.text for message in search_messages(user, parse_query(text)).messages]


def shown(user, text: str) -> list[str]:
    """Return the files of the first result: names, and excerpts in brackets, with the found words in stars."""
    query = parse_query(text)
    [result, *_] = make_results(user, search_messages(user, query).messages, query)
    marked = [
        [
            "".join(f"*{part.text}*" if part.is_term else part.text for part in parts)
            for parts in (file.name, file.parts)
        ]
        for file in result.files.shown
    ]
    return [f"{name} ({parts})" if parts else name for name, parts in marked]


def test_files_are_found_by_name_description_and_text(room, ada, bob, indexed):
    report = text_file(ada, "Größe-2026.txt", "one\n\nThe green toaster\nwas 1,234 times on")
    post(room, ada, "here", files=[FileDraft(report.key, "a table of sizes")])
    post(room, ada, "picture", files=[stored_file(ada, "leaves.png", **PICTURE)])
    post(room, ada, "leaves of a tree")
    indexed()
    for query in ("grosse", "2026.txt", "table sizes", "toaste", '"green toaster"', "1234", "here toaster grosse"):
        assert found(bob, query) == ["here"], query
    assert found(bob, "leaves") == ["leaves of a tree", "picture"]
    assert found(bob, "leaves -png") == ["leaves of a tree"]
    assert found(bob, "here -toaster") == []
    assert found(bob, '"2026.txt a table"') == [], "a phrase stands in one of the texts"


def test_has_asks_for_kinds_of_files(room, ada, indexed):
    for name, kind in [("a.png", "image"), ("a.mp4", "video"), ("a.ogg", "audio"), ("a.zip", "other")]:
        post(room, ada, name, files=[stored_file(ada, name, kind=kind, content_type="application/x-a")])
    post(room, ada, "nothing")
    indexed()
    assert found(ada, "has:file") == ["a.zip", "a.ogg", "a.mp4", "a.png"]
    assert [found(ada, f"has:{kind}") for kind in ("image", "video", "audio")] == [["a.png"], ["a.mp4"], ["a.ogg"]]
    assert found(ada, "-has:file") == ["nothing"]


def test_files_that_are_removed_are_not_found(room, ada, index, indexed):
    first, second = text_file(ada, "first.txt", "toaster"), text_file(ada, "second.txt", "kettle")
    message = post(room, ada, "hello", files=[first, second])
    deleted = post(room, ada, "bye", files=[text_file(ada, "third.txt", "toaster")])
    indexed()
    services.edit_message(room.pk, ada, message.pk, "hello", files=[FileDraft(second.key)])
    services.delete_message(room.pk, ada, deleted.pk)
    assert [found(ada, query) for query in ("first", "toaster", "kettle")] == [[], [], ["hello"]]
    assert list(FileText.objects.values_list("file__name", flat=True)) == ["second.txt"]
    indexing.index_all()
    assert [found(ada, query) for query in ("third", "toaster", "second")] == [[], [], ["hello"]]


def test_a_result_shows_which_file_was_found_and_where(room, ada):
    files = [stored_file(ada, f"{number}.png", **PICTURE) for number in range(3)]
    log = text_file(ada, "server.log", "x" * 3 * PIECE_CHARACTERS + " one\ntwo toasters\nthree")
    post(room, ada, "look", files=[*files, log])
    assert shown(ada, "toast") == ["server.log (two *toast*ers)", "0.png", "1.png"]
    assert shown(ada, "server") == ["*server*.log", "0.png", "1.png"]
    assert shown(ada, "1.png")[0] == "*1.png*"
    assert shown(ada, "has:file") == ["0.png", "1.png", "2.png"]
    assert match_files(Message.objects.get(text="look"), ()).more == len(files) + 1 - MOST_SHOWN


def test_pages_and_the_switcher_get_the_files(room, ada, client):
    post(room, ada, "", files=[text_file(ada, "<b>.txt", "the toaster")])
    client.force_login(ada)
    html = client.get("/search/", {"q": "toaster"}).content.decode()
    assert "<bdi>&lt;b&gt;.txt</bdi>" in html
    assert "the <mark>toaster</mark>" in html
    [message] = client.get("/search.json", {"q": "b>.txt"}).json()["messages"]
    assert message["parts"] == []
    assert message["files"] == [
        {
            "icon": "file-text",
            "name": [{"text": "<", "is_term": False}, {"text": "b>.txt", "is_term": True}],
            "parts": [],
        }
    ]
    assert message["more_files"] == 0


def test_texts_are_read_only_where_the_words_are_missing(room, ada):
    post(room, ada, "toaster", files=[text_file(ada, "a.txt", "kettle")])
    with CaptureQueriesContext(connection) as captured:
        for query in ("toaster", "has:file", "a.txt from:ada"):
            [message] = search_messages(ada, parse_query(query)).messages
            result_data(*make_results(ada, [message], parse_query(query)))
    assert not any("files_filetext" in query["sql"] for query in captured)


def test_long_texts_end_a_page_sooner(room, ada, monkeypatch):
    monkeypatch.setattr(results, "MOST_LOOKED_AT", 5)
    post(room, ada, "old", files=[text_file(ada, "a.txt", "toaster")])
    post(room, ada, "new", files=[text_file(ada, "b.txt", "toaster " * results.CHARACTERS_AS_ONE)])
    first = search_messages(ada, parse_query("toaster"))
    assert [message.text for message in first.messages] == ["new"]
    second = search_messages(ada, parse_query("toaster"), before=first.next)
    assert [message.text for message in second.messages] == ["old"]


@pytest.fixture(params=["reading", "index", "not indexed"])
def corpus(request, room, ada, bob, monkeypatch) -> list[Message]:
    chance = random.Random(7)

    def words(most: int, separator: str = " ") -> str:
        return separator.join(chance.choices(WORDS, k=chance.randint(1, most)))

    messages = []
    for _ in range(40):
        author = chance.choice([ada, bob])
        drafts = []
        for _ in range(chance.choice([0, 0, 1, 2])):
            kind = chance.choice(["text", "image"])
            file = stored_file(author, words(2, "-"), kind=kind)
            if kind == "text":
                FileText.objects.create(file=file, text=words(5))
            drafts.append(FileDraft(file.key, words(2) if chance.random() < 0.3 else ""))
        messages.append(post(room, author, words(4), files=drafts))
    if request.param != "not indexed":
        indexing.index_all()
    if request.param == "index":
        for module in (sqlite_index, postgresql_index):
            monkeypatch.setattr(module, "MOST_READ", 0)
        monkeypatch.setattr(postgresql_index, "NEWEST", 2)
    return messages[::-1]


SPACED = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
PIECES = (
    st.sampled_from(WORDS) | SPACED.map('"{}"'.format) | st.sampled_from(["oas", "東", "ts", "has:file", "has:image"])
)
QUERIES = st.lists(st.tuples(st.booleans(), PIECES), min_size=1, max_size=3).map(
    lambda pieces: " ".join(f"{'-' if minus else ''}{piece}" for minus, piece in pieces)
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=QUERIES)
def test_what_is_found_is_what_a_search_through_all_messages_finds(corpus, ada, queries):
    query = parse_query(queries)
    expected = [message.pk for message in corpus if matches(message, query)]
    assert [message.pk for message in search_messages(ada, query, limit=100).messages] == expected


def matches(message: Message, query: SearchQuery) -> bool:
    kinds = {file["kind"] for file in message.files or ()}
    texts = [read_text(message)]
    for file in message.files or ():
        texts += [
            file["name"],
            file["alt"],
            *FileText.objects.filter(file__key=file["id"]).values_list("text", flat=True),
        ]
    lines = [line for text in texts for line in searchable(text).split("\n")]

    def has(term) -> bool:
        return any(contains(line, term.text, is_exact=term.is_exact) for line in lines)

    return (
        all(has(term) for term in query.terms)
        and not any(has(term) for term in query.excluded)
        and all(
            (bool(kinds) if each.value == "file" else each.value in kinds) != each.is_negated for each in query.filters
        )
    )
