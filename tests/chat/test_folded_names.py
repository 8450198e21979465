"""Names are found and taken in any case, with or without accents, on every database."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from accounts.names.folded_text import fold
from chat import services
from chat.models import Room
from chat.pages.directory import find_member_page, find_people, find_rooms, joinable_rooms
from chat.services.mentioned_members import find_named
from realtime.shared.errors import Invalid
from tests.cast import person, visit

pytestmark = pytest.mark.django_db

NAMES = [
    ("Иван", "иван"),
    ("Örs", "ÖRS"),
    ("Örs", "ors"),
    ("Örs", "o\u0308rs"),
    ("o\u0308rs", "örs"),
    ("IŞIK", "ışık"),
    ("İstanbul", "istanbul"),
    ("Straße", "STRASSE"),
    ("Ἀθηνᾶς", "ΑΘΗΝΑΣ"),
    ("ＷＩＤＥ", "wide"),
    ("हिन्दी", "हिन्दी"),
]


@pytest.mark.parametrize("name, query", NAMES)
def test_a_person_is_found(name, query, ada):
    tim = person("tim", display_name=name)
    room = services.create_room(tim, kind="public", name="general")
    assert list(find_people(query)) == [tim]
    assert [row.user for row in find_member_page(room, query).rows] == [tim]
    assert [found["id"] for found in visit(ada).get("/jump.json", {"q": query}).json()["people"]] == [tim.id]


@pytest.mark.parametrize("name, query", NAMES)
def test_a_room_is_found_by_name_and_topic(name, query, ada, bob):
    named = services.create_room(ada, kind="public", name=name)
    about = services.create_room(ada, kind="public", name="other", topic=name)
    assert {room.pk for room in find_rooms(bob, query).rows} == {named.pk, about.pk}
    assert set(joinable_rooms(bob, query)) == {named, about}


def test_other_marks_are_other_words(ada):
    person("tim", display_name="かく")
    assert not find_people("がく")


def test_a_renamed_room_is_found_by_its_new_name_only(ada):
    room = services.create_room(ada, kind="public", name="Übung")
    services.update_room(room, ada, name="Новости")
    tim = person("tim")
    assert [list(joinable_rooms(tim, query)) for query in ("übung", "новости")] == [[], [room]]


@pytest.mark.parametrize("name, other", [("Übung", "übung"), ("Straße", "STRASSE"), ("Новости", "новости")])
def test_a_public_room_is_there_once_in_any_form(name, other, ada):
    services.create_room(ada, kind="public", name=name)
    with pytest.raises(Invalid, match="already there"):
        services.create_room(ada, kind="public", name=other)


def test_a_name_is_meant_in_any_form(ada, bob):
    member = person("jörg")
    room = services.create_room(ada, kind="public", name="general")
    services.join(room, member)
    named = find_named([(room.pk, ada.pk, "@JO\u0308RG")])
    assert set(named[room.pk, ada.pk].values()) == {member.pk}


def test_room_is_nobodys_name(ada, bob):
    services.join(room := services.create_room(ada, kind="public", name="general"), bob)
    services.join(room, person("room"))
    text = "@room look"
    named = find_named([(room.pk, bob.pk, text), (room.pk, ada.pk, text)])
    assert (named[room.pk, bob.pk], named[room.pk, ada.pk]) == ({}, {"room": 0})


def test_the_admin_finds_people_and_rooms(ada):
    ada.is_staff = ada.is_superuser = True
    ada.save()
    person("tim", display_name="Örs")
    services.create_room(ada, kind="public", name="Übung")
    client = visit(ada)
    assert "Örs" in client.get("/admin/accounts/user/", {"q": "örs"}).content.decode()
    assert "Übung" in client.get("/admin/chat/room/", {"q": "übung"}).content.decode()
    assert "Übung" in client.get("/admin/chat/membership/", {"q": "ubung"}).content.decode()


def test_names_from_before_are_folded_and_doubled_ones_numbered(ada):
    first, second = (services.create_room(ada, kind="public", name=name) for name in ("Übung", "other"))
    Room.objects.filter(pk=first.pk).update(folded_name="x", search_text="")
    Room.objects.filter(pk=second.pk).update(name="übung", folded_name="y", search_text="")
    User.objects.update(folded_username="", search_text="")
    for migration in ("chat.migrations.0004_folded_names", "accounts.migrations.0002_folded_names"):
        import_module(migration).fill_in(apps, SimpleNamespace(connection=connection))
    assert [room.name for room in Room.objects.order_by("pk")] == ["Übung", "übung (2)"]
    assert list(joinable_rooms(person("tim"), "UBUNG")) == [first, second]
    assert list(find_people("ada")) == [ada]


def test_who_has_another_form_of_a_username_from_before_keeps_it():
    """And nobody takes a third form; who gets another username shares it no more."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX username_unique_in_any_form")
        first, second, other = person("straße"), person("strasse"), person("tim")
        import_module("accounts.migrations.0004_usernames_unique_in_any_form").mark_shared(
            apps, SimpleNamespace(connection=connection)
        )
        cursor.execute(
            "CREATE UNIQUE INDEX username_unique_in_any_form ON accounts_user (username_skeleton)"
            " WHERE NOT shares_username"
        )
    shares = [User.objects.get(pk=user.pk).shares_username for user in (first, second, other)]
    assert shares == [False, True, False]
    second.refresh_from_db()
    second.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        person("STRASSE")
    second.username = "gasse"
    second.clean()
    assert not second.shares_username


def test_folding_twice_changes_nothing_more():
    for name, query in NAMES:
        assert fold(fold(name)) == fold(name)
        assert fold(fold(query)) == fold(query)
