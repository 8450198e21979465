"""The settings of the tutorial's project. REDIS chooses channels_redis as the layer, DATABASE stores messages."""

import os

SECRET_KEY = "django-insecure-it-signs-nothing-here"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.peers.tutorial.urls"
INSTALLED_APPS = ["daphne", "bench.peers.tutorial"]
ASGI_APPLICATION = "bench.peers.tutorial.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

if redis := os.environ.get("REDIS"):
    # Not in the tutorial: redis-py 8 closes readers that are idle for 5 s (channels_redis #422), and allows at most
    # 100 connections, while 200 connections of clients need one each.
    hosts = [{"address": redis, "socket_timeout": None, "max_connections": 10_000}]
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": hosts}}}
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

# The same options for SQLite as Hubbub's: a write-ahead log, and the lock taken when a transaction begins.
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("DATABASE", ":memory:"),
        "OPTIONS": {
            "timeout": 10,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
LOGGING = {"version": 1, "disable_existing_loggers": False}
