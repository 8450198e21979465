"""A small shop's settings: much as `startproject` makes them, and what docs/embedding.md adds."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
HUBBUB = Path(__file__).resolve().parents[3]

SECRET_KEY = "only-for-tests-" + "y" * 50
DEBUG = True
ALLOWED_HOSTS = []
ROOT_URLCONF = "shop.urls"
ASGI_APPLICATION = "shop.asgi.application"
LOGIN_REDIRECT_URL = "/"
TIME_ZONE = "Europe/Paris"
STATIC_URL = "static/"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["SHOP_DATABASE"]}}
INSTALLED_APPS = [
    *([] if os.environ.get("SHOP_BY_WSGI") else ["daphne"]),  # without it `runserver` is Django's own
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "shop",
    "channels",
    "realtime",
    "notifications",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
REALTIME_CREDENTIALS = "accounts.identity.credentials.find_ended"
STATICFILES_DIRS = [("hubbub", HUBBUB / "static")]
