"""A guild's settings: users with an address and no username, no admin of them, and consumers of its own."""

from shop.settings import *  # noqa: F403 what is the same on every small site

ROOT_URLCONF = "guild.urls"
ASGI_APPLICATION = "guild.asgi.application"
AUTH_USER_MODEL = "guild.Member"
LIVE_BELL_PATH = "/live/bell/"  # /ws/ is for the guild's own
STATICFILES_DIRS = []
INSTALLED_APPS = [
    "daphne",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guild",
    "channels",
    "realtime",
    "notifications",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
