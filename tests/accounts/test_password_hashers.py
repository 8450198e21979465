import threading

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, check_password, make_password

from accounts.models import User
from accounts.sign_in import password_hashers
from accounts.sign_in.password_hashers import HashQueue, TooManyHashes
from tests.accounts.vocabulary import NEW_PASSWORD, PASSWORD, Browser, link_in_email, signed_in

PATIENCE_SECONDS = 10


@pytest.fixture
def _as_served(settings):
    """Hash passwords as on a real site, and not with the fast hasher of the tests."""
    settings.PASSWORD_HASHERS = [
        "accounts.sign_in.password_hashers.BoundedArgon2PasswordHasher",
        "accounts.sign_in.password_hashers.BoundedPBKDF2PasswordHasher",
    ]


@pytest.fixture
def _busy(monkeypatch, _as_served, ada):
    """Fill the queue, so that every hash is refused."""
    monkeypatch.setattr(password_hashers, "queue", HashQueue(at_once=0, waiting=0))


class Crowd:
    """Threads that each take a slot of the queue and hold it until they are released."""

    def __init__(self, queue: HashQueue, number: int) -> None:
        self.queue = queue
        self.at_work = self.most_at_work = self.refused = 0
        self.lock, self.begun, self.over = threading.Lock(), threading.Semaphore(0), threading.Event()
        self.threads = [threading.Thread(target=self.want) for _ in range(number)]
        for thread in self.threads:
            thread.start()

    def want(self) -> None:
        try:
            with self.queue.slot():
                self.count(1)
                self.begun.release()
                self.over.wait(PATIENCE_SECONDS)
                self.count(-1)
        except TooManyHashes:
            self.refused += 1

    def count(self, change: int) -> None:
        with self.lock:
            self.at_work += change
            self.most_at_work = max(self.most_at_work, self.at_work)

    def leaves(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)


def test_concurrent_hashes_are_bounded_and_others_wait():
    crowd = Crowd(HashQueue(at_once=2, waiting=20), 12)
    assert crowd.begun.acquire(timeout=PATIENCE_SECONDS)
    assert crowd.begun.acquire(timeout=PATIENCE_SECONDS)
    crowd.leaves()
    assert (crowd.most_at_work, crowd.refused) == (2, 0)


def test_a_full_queue_refuses_at_once():
    crowd = Crowd(queue := HashQueue(at_once=1, waiting=0), 1)
    assert crowd.begun.acquire(timeout=PATIENCE_SECONDS)
    with pytest.raises(TooManyHashes), queue.slot():
        pass
    crowd.leaves()
    with queue.slot():
        pass


def test_a_wait_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(password_hashers, "WAIT_SECONDS", 0.01)
    crowd = Crowd(queue := HashQueue(at_once=1, waiting=1), 1)
    assert crowd.begun.acquire(timeout=PATIENCE_SECONDS)
    for _ in range(2):  # A timeout must free its place in the queue.
        with pytest.raises(TooManyHashes), queue.slot():
            pass
    crowd.leaves()


@pytest.mark.django_db(transaction=True)
def test_a_waiting_thread_holds_no_database_connection(monkeypatch):
    User.objects.exists()
    closed = []
    monkeypatch.setattr("django.db.connection.close", lambda: closed.append(True))
    password_hashers.release_connections()
    assert closed == [True]


@pytest.mark.usefixtures("_as_served")
def test_the_hasher_meets_owasps_minimum():
    assert "m=19456,t=2,p=1$" in make_password(PASSWORD)
    assert check_password(PASSWORD, make_password(PASSWORD))
    assert not check_password("wrong", make_password(PASSWORD))


@pytest.mark.usefixtures("_as_served")
@pytest.mark.parametrize("hasher", [Argon2PasswordHasher(), PBKDF2PasswordHasher()])
def test_an_older_hash_is_valid_and_is_replaced(db, ended, hasher):
    old = hasher.encode(PASSWORD, hasher.salt())
    User.objects.create(username="ada", password=old)
    browser = Browser()
    browser.sign_in("ada", "wrong")
    assert User.objects.get().password == old
    browser.sign_in("ada")
    assert browser.is_in()
    assert "m=19456,t=2,p=1$" in User.objects.get().password
    assert ended == []


def sign_in(ada):
    return Browser().sign_in("ada")


def sign_in_as_nobody(ada):
    return Browser().sign_in("nobody")


def sign_up(ada):
    return Browser().sign_up("zoe")


def change(ada):
    fields = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return signed_in(ada).post("/accounts/password/change/", fields)


def reset(ada):
    browser = Browser()
    browser.post("/accounts/password/reset/", {"email": "ada@example.com"})
    page = browser.get(link_in_email(), follow=True)
    return browser.post(page.request["PATH_INFO"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})


def confirm(ada):
    return signed_in(ada).post("/accounts/reauthenticate/", {"password": PASSWORD})


def set_as_staff(ada):
    root = User.objects.create(username="root", is_staff=True, is_superuser=True)
    fields = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    return signed_in(root).post(f"/admin/accounts/user/{ada.pk}/password/", fields)


@pytest.mark.usefixtures("_busy")
@pytest.mark.parametrize("ask", [sign_in, sign_in_as_nobody, sign_up, change, reset, confirm, set_as_staff])
def test_a_full_queue_answers_503_with_retry_after(ada, ask):
    response = ask(ada)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert b"Wait a few seconds, then try again." in response.content
    assert not User.objects.filter(username="zoe").exists()


@pytest.mark.usefixtures("_as_served")
def test_hashes_run_in_their_own_threads(monkeypatch):
    """The C library keeps memory for each thread that has used some."""
    names = set()

    def encode(self, password, salt):
        names.add(threading.current_thread().name)
        return "argon2$argon2id$hash"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    for _ in range(10):
        visitor = threading.Thread(target=make_password, args=("secret",))
        visitor.start()
        visitor.join()
    assert all(name.startswith("hashing") for name in names)
    assert 1 <= len(names) <= password_hashers.HASHES_AT_ONCE
