"""The settings of the tests: the real ones, with their own data folder and a fast password hash."""

import os

from tests.services.folders import make_folder

DATA_DIR = str(make_folder("test", in_memory=True))

for name in ("DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "EMAIL_URL"):
    os.environ.pop(name, None)  # tests must not fill and empty a developer's own services
os.environ |= {"DEBUG": "1", "SECRET_KEY": "only-for-tests-" + "x" * 50, "DATA_DIR": DATA_DIR}

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, PASSWORD_HASHERS  # noqa: E402

# In a file, because consumers read it in other threads, and an in-memory database belongs to one connection.
DATABASES["default"]["TEST"] = {"NAME": f"{DATA_DIR}/test.sqlite3"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
REALTIME_SCHEDULER = False  # tests run scheduled jobs explicitly
NOTIFICATIONS_BY_EMAIL = ACCOUNTS_BY_EMAIL = True  # into django.core.mail.outbox
ACCOUNTS_EMAIL_LATER = False  # another thread would not see the rows of a test's transaction
FILE_MEGABYTES = 100
