"""Fill Hubbub's database for a load, with signed-in people in rooms.

    python -m bench.people LINKS ROOMS EACH

It runs in the environment of the site, like manage.py, and prints the rooms' ids and the people's sessions as JSON.
"""

import json
import os
import sys
from datetime import timedelta

from bench.clients import Clients


def main(clients: Clients) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    people = make_people(clients.connections)
    rooms = make_rooms(people[0], clients)
    add_members(people, rooms, clients)
    print(json.dumps({"rooms": rooms, "sessions": sign_in(people)}))


def make_people(number: int) -> list:
    from accounts.models import User

    User.objects.bulk_create([User(username=f"load{n}") for n in range(number)], batch_size=1000)
    return list(User.objects.filter(username__startswith="load").order_by("pk"))


def make_rooms(owner, clients: Clients) -> list[int]:
    from chat import services

    return [services.create_room(owner, kind="private", name=f"load {n}").pk for n in range(clients.rooms)]


def add_members(people: list, rooms: list[int], clients: Clients) -> None:
    """Add everybody to their rooms, without a line about each in the rooms."""
    from chat.models import Membership

    Membership.objects.filter(room__in=rooms).delete()
    memberships = [
        Membership(room_id=rooms[room], user=person)
        for connection, person in enumerate(people)
        for room in clients.rooms_of(connection)
    ]
    Membership.objects.bulk_create(memberships, batch_size=1000)


def sign_in(people: list) -> list[str]:
    """Return a session key for each of these people."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    ends = timezone.now() + timedelta(days=1)
    sessions = []
    for person in people:
        data = {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
        }
        key = get_random_string(32)
        sessions.append(Session(session_key=key, session_data=SessionStore().encode(data), expire_date=ends))
    Session.objects.bulk_create(sessions, batch_size=1000)
    return [session.session_key for session in sessions]


if __name__ == "__main__":
    main(Clients(*map(int, sys.argv[1:])))
