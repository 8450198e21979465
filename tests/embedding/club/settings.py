"""A club's settings: users whose primary key is a UUID, or by CLUB_USERS a text, on SQLite or on PostgreSQL."""

import os

from guild import settings as guild
from guild.settings import *  # noqa: F403 what is the same on every small site

from config.database_url import read_postgresql

ROOT_URLCONF = "club.urls"
ASGI_APPLICATION = "club.asgi.application"
AUTH_USER_MODEL = os.environ.get("CLUB_USERS", "club.Member")
INSTALLED_APPS = ["club" if app == "guild" else app for app in guild.INSTALLED_APPS]
if url := os.environ.get("CLUB_DATABASE_URL"):
    DATABASES = {"default": read_postgresql(url)}
