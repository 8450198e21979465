"""A removal that happens before any one query of another action."""

import threading
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction

from chat import services
from tests.cast import person
from tests.chat.pages import room_of
from tests.chat.talk import place, post
from tests.files.rows import stored_file

SECRET = "barracuda"
MOST_QUERIES = 80


class Removal:
    """Another transaction removes Bob and posts a secret, before the query with this number."""

    def __init__(self, room, number):
        self.room, self.number, self.asked = room, number, 0
        self.is_done = False

    @contextmanager
    def in_between(self):
        with connection.execute_wrapper(self._count):
            yield
        self.happened = self.is_done
        if not self.is_done:  # a transaction held it up, or there were fewer queries
            self._act()
            self.is_done = True

    def _count(self, execute, sql, params, many, context):
        if self.asked == self.number:
            self._act_elsewhere()
        self.asked += 1
        return execute(sql, params, many, context)

    def _act_elsewhere(self):
        """Act in a transaction of its own, if it need not wait for the one under way."""
        if connection.vendor == "sqlite" and connection.in_atomic_block:
            return  # which has the only lock
        thread = threading.Thread(target=self._act_and_leave)
        thread.start()
        thread.join()

    def _act_and_leave(self):
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        # LOCAL: the connection goes back into a pool, and others use it after this.
                        cursor.execute("SET LOCAL lock_timeout = '20ms'")
                self._act()
            self.is_done = True
        except OperationalError:
            pass  # it waits for the one under way, and comes after it
        finally:
            connection.close()

    def _act(self):
        ada, bob = self.room.ada, self.room.bob
        services.remove_member(self.room, ada, bob)
        post(self.room, ada, SECRET, files=[stored_file(ada, f"{SECRET}.txt")])


def room_with_bob():
    """Make a private room of Ada's, in which Bob has posted a message."""
    ada, bob = person("ada"), person("bob")
    room = room_of(ada, bob, kind="private", name="founders")
    room.ada, room.bob = ada, bob
    room.message = post(room, bob, "hello")
    return room


def removals(room):
    """Yield one removal before each query of the action in turn, and add Bob again after each."""
    for number in range(MOST_QUERIES):
        removal = Removal(room, number)
        yield removal
        assert not place(room.bob, room).active
        services.invite(room, room.ada, [room.bob])
        room.messages.filter(text=SECRET).delete()
        if removal.asked <= number:
            assert number > 1
            return
    raise AssertionError(f"There are more than {MOST_QUERIES} queries.")
