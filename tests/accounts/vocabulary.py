"""Helpers of the account tests: users, browsers, pictures."""

import io
import re
from queue import Queue

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.sign_in import email_queue
from accounts.sign_in.email_queue import EmailQueue

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple of another kind"

changed_profiles: list[int] = []


def follow(user: User) -> None:
    """A profile follower that notes the ids of changed users."""
    changed_profiles.append(user.pk)


def person(username: str, **more) -> User:
    return User.objects.create_user(username, password=PASSWORD, **more)


class Browser(Client):
    """The browser of one user."""

    def sign_in(self, login: str, password: str = PASSWORD):
        return self.post("/accounts/login/", {"login": login, "password": password})

    def sign_up(self, username: str, **more):
        fields = {"username": username, "password1": PASSWORD, "password2": PASSWORD} | more
        return self.post("/accounts/signup/", fields)

    def is_in(self) -> bool:
        return self.get("/accounts/me.json").status_code == 200

    def save_profile(self, **more):
        fields = {"display_name": "", "time_zone": "UTC"} | more
        return self.post("/accounts/profile/", fields)

    @property
    def session_key(self) -> str:
        return self.session.session_key


def signed_in(user: User, backend: str = "django.contrib.auth.backends.ModelBackend") -> Browser:
    browser = Browser()
    browser.force_login(user, backend=backend)
    return browser


def errors(response) -> str:
    """Return all errors of the page's form."""
    return " ".join(sentence for sentences in response.context["form"].errors.values() for sentence in sentences)


def link_in_email() -> str:
    """Return the path of the first link in the latest email."""
    return re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1]


def hold_emails(monkeypatch, most: int = 10) -> Queue:
    """Return the queue of emails to send after the response, and do not send them."""
    emails = EmailQueue(most)
    monkeypatch.setattr(email_queue, "emails", emails)
    monkeypatch.setattr(emails, "start", lambda: None)
    return emails.waiting


def picture(kind: str = "PNG", size=(300, 200), mode: str = "RGB", **options) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "teal").save(file, kind, **options)
    return file.getvalue()


def upload(content: bytes, name: str = "me.png", content_type: str = "image/png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type)
