"""The settings that tests run under: the real ones, with a data folder of their own and a cheap password hash."""

import os

from tests.services.folders import make_folder

DATA_DIR = str(make_folder("test", in_memory=True))

for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
    os.environ.pop(name, None)  # a developer's own services are not ours to fill and to flush
os.environ |= {"DEBUG": "1", "SECRET_KEY": "only-for-tests-" + "x" * 50, "DATA_DIR": DATA_DIR}

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, PASSWORD_HASHERS  # noqa: E402

# A file, because consumers read it in threads of their own, and an in-memory database belongs to one connection.
DATABASES["default"]["TEST"] = {"NAME": f"{DATA_DIR}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
REALTIME_CLOCK = False  # what happens by the clock happens when a test says so
NOTIFICATIONS_BY_MAIL = ACCOUNTS_BY_MAIL = True  # into django.core.mail.outbox
ACCOUNTS_MAIL_LATER = False  # a thread of its own would not see what a test's transaction has written
