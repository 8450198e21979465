"""Django's settings, all read from the environment; the table in docs/configuration.md describes them."""

import sys
from pathlib import Path

from django.utils.csp import CSP
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from config.databases import find_databases
from config.email_url import find_mailer
from config.environment import Environment
from config.file_storage import find_file_storage
from config.keepalive import find_keepalive
from config.secret_key import find_secret_key
from config.site_url import find_site_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

DATA_DIR = env.folder("DATA_DIR", default=BASE_DIR / "var")
DEBUG = env.switch("DEBUG", default=False)
TRIAL = env.switch("TRIAL", default=DEBUG)  # a person tries Hubbub on their own machine, with production's pages
SECRET_KEY = env.text("SECRET_KEY") or find_secret_key(DATA_DIR, is_kept=TRIAL)
ALLOWED_HOSTS = env.texts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if TRIAL else [])
CSRF_TRUSTED_ORIGINS = env.texts("CSRF_TRUSTED_ORIGINS")
SITE_NAME = env.text("SITE_NAME", default="Hubbub")
SECURE_HTTPS = env.switch("SECURE_HTTPS", default=not TRIAL)
# The base of links in emails and pushes, which are written outside of any request.
SITE_URL = env.site_url("SITE_URL", default=find_site_url(ALLOWED_HOSTS, https=SECURE_HTTPS))
SIGNUP_OPEN = env.switch("SIGNUP_OPEN", default=True)
REDIS = env.redis("REDIS_URL")
REDIS_URL = REDIS.url if REDIS else ""
TRUSTED_PROXIES = env.proxies("BEHIND_PROXY")
BEHIND_PROXY = bool(TRUSTED_PROXIES)
NAMED_PROXIES = TRUSTED_PROXIES.named

# Permission to read /metrics: without either setting nobody may; with both, both must be met.
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_NETWORKS = env.networks("METRICS_NETWORKS")

# Only `runserver` needs Daphne. In other processes its import costs a fifth of a second and 20 MB.
RUNSERVER_APPS = ["daphne"] if sys.argv[1:2] == ["runserver"] else []
INSTALLED_APPS = [
    *RUNSERVER_APPS,
    "config.admin.HubbubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "servestatic",
    "channels",
    "allauth",
    "allauth.account",
    "realtime",
    "accounts",
    "notifications",
    "files",
    "search",
    "chat",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "config.compression.CompressionMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "config.privacy.PrivateAnswersMiddleware",
    "accounts.identity.sessions.SessionCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.pages.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.identity.sessions.SessionRenewalMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.pages.middleware.TimeZoneMiddleware",
    "accounts.pages.middleware.PasswordHashingMiddleware",
    "accounts.pages.middleware.KnownDeviceMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    },
]

DATABASES = find_databases(env, default=DATA_DIR / "hubbub.sqlite3")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The channel layer only speeds delivery up: lost messages are found in the database, so pub/sub is enough.
# socket_timeout: redis-py 8 closes an idle reader after 5 s (channels_redis #422); the bus limits each call instead.
# retry: without it the first send after a Redis restart raises (channels_redis #406). The bus handles longer outages.
# health_check_interval: not set, because redis-py waits without a limit for its answer (the bus checks every second).
if REDIS:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [
                    {
                        **REDIS.host,
                        "socket_timeout": None,
                        "socket_connect_timeout": 2,
                        "retry": Retry(ExponentialBackoff(cap=0.2, base=0.05), 3),
                        "retry_on_error": [RedisConnectionError],
                        **find_keepalive(is_unix=REDIS.is_unix),
                    }
                ],
            },
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "config.cache.SteadyRedisCache",
            "LOCATION": REDIS_URL if not REDIS.sentinel else "by sentinel",  # Django would split the URL at its commas
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1, **REDIS.sentinel},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # With Django's default of 300 entries a busy site would lose its rate limits.
    options = {"MAX_ENTRIES": 20_000}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": options}}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",  # the only one that checks passwords
    # Sessions store the backend that signed them in; these two keep older sessions valid.
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "accounts.sign_in.password_hashers.BoundedArgon2PasswordHasher",
    "accounts.sign_in.password_hashers.BoundedPBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.sign_in.password_validators.EndSessions"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.pages.signup_fields.SignupFields"
ACCOUNT_FORMS = {
    "signup": "accounts.pages.account_forms.SignupForm",
    "reset_password": "accounts.pages.account_forms.ResetPasswordForm",
    "change_password": "accounts.pages.forms.ChangePasswordForm",
}
ACCOUNTS_EMAIL_LATER = True  # after the response
ACCOUNT_USERNAME_VALIDATORS = "accounts.names.validators.username_validators"
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True
# allauth counts in the cache: in each process by itself, unless there is Redis. Above a limit it answers 429.
ACCOUNT_RATE_LIMITS = {
    "signup": "20/m/ip",  # a class or a team may share one address
    # The limits of password tries (docs/decisions/0013): only wrong passwords count, except in the first and the
    # last.
    "login": None,
    "login_by_address": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",  # key: the address and the name that was tried
    "login_failed_by_name": "100/h/key",  # from addresses and browsers that the account never used before
    "login_on_known_device": "20/5m/key",  # key: the browser and the name
    "reset_password": "20/m/ip,5/m/key",  # key: the recipient's email address
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
    "confirm_email": "1/3m/key",
}
# Functions of other apps, called in the transaction of accounts: when a user's name or picture changes; when all
# their sign-ins end; as the steps of erasing an account (accounts/erasure.py).
ACCOUNTS_PROFILE_FOLLOWERS = ["chat.services.publish_profile"]
ACCOUNTS_SIGN_OUT_FOLLOWERS = ["notifications.delivery.push.devices.forget_devices"]
ACCOUNTS_ERASURE_FOLLOWERS = [
    "chat.services.erase_from_rooms",  # first, because rooms must be locked before the user's row
    "notifications.services.erase_own",
    "accounts.erasure.erase_sessions",
]

# The engine
REALTIME_TOPICS = "config.topics"
REALTIME_CREDENTIALS = "accounts.identity.credentials.find_ended"
REALTIME_CREDENTIALS_IN_USE = "accounts.identity.credentials.note_use"
REALTIME_CONN_MAX_AGE = env.number("DATABASE_CONN_MAX_AGE", default=60)

# The limits of a stream's token, in each process. Values are throttled before they are published; news are not.
STREAM_NEWS_PER_MINUTE = env.number("STREAM_NEWS_PER_MINUTE", default=60, least=1)
STREAM_VALUES_PER_SECOND = env.number("STREAM_VALUES_PER_SECOND", default=250, least=1)

# Pushes and emails are sent, and link previews fetched, by every process that finds them due, or only by
# `manage.py worker`.
DELIVERIES_BY_WORKER = env.switch("DELIVERIES_BY_WORKER", default=False)
PUSH_AFTER_SECONDS = env.number("PUSH_AFTER_SECONDS", default=5)
DELIVERY_TRIES = env.number("DELIVERY_TRIES", default=8, least=1)
HELD_DAYS = env.number("HELD_DAYS", default=30, least=7)
# The page that the service worker shows while the server cannot be reached. It needs the files of collectstatic.
NOTIFICATIONS_OFFLINE_PAGE = None if DEBUG else "chat.pages.offline_page.describe_page"

# Whether the pages that messages link to are fetched to show previews of them.
LINK_PREVIEWS = env.switch("LINK_PREVIEWS", default=True)

# Words and time
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each by its own name
LOCALE_PATHS = [BASE_DIR / "locale"]  # for config/ and templates/; each app has its own
TIME_ZONE = env.time_zone("TIME_ZONE", default="UTC")
USE_TZ = True
FORMAT_MODULE_PATH = "config.formats"  # for the admin

# Files
FILE_MEGABYTES = env.number("FILE_MEGABYTES", default=100)  # 0 turns files off
FILES_USER_MEGABYTES = env.number("FILES_USER_MEGABYTES", default=2_000)
FILES_SITE_MEGABYTES = env.number("FILES_SITE_MEGABYTES", default=0)
FILE_TYPES = env.texts("FILE_TYPES")
FILES_SCANNER = env.text("FILES_SCANNER")
FILES_X_ACCEL = env.text("FILES_X_ACCEL").rstrip("/")
FILES_UPLOADS_ROOT = DATA_DIR / "uploads"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [("hubbub", BASE_DIR / "static")]  # below its own folder, apart from the files of other sites
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": find_file_storage(env),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.static.Storage"
    },
}
SERVESTATIC_USE_FINDERS = DEBUG
SERVESTATIC_AUTOREFRESH = DEBUG

# Security
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    # Only two modules write HTML into a page: static/js/helpers/trusted-types.js and lit-html with its templates.
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["hubbub", "lit-html"],
}
SECURE_SSL_REDIRECT = SECURE_HTTPS
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", default=3600 if SECURE_HTTPS else 0)
SESSION_COOKIE_SECURE = SECURE_HTTPS
CSRF_COOKIE_SECURE = SECURE_HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
# check --deploy wants HSTS for all subdomains and preload lists, which the operator of the domain has to decide.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"

# Mail
MAILERS = {"default": find_mailer(env)}
# Without a mail server emails are printed to the log, for the operator: password links, but no notifications.
NOTIFICATIONS_BY_EMAIL = bool(env.text("EMAIL_URL"))
ACCOUNTS_BY_EMAIL = bool(env.text("EMAIL_URL"))
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", default="Hubbub <hubbub@localhost>")

LOG_FORMAT = env.choice("LOG_FORMAT", ("TEXT", "JSON"), default="TEXT").lower()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"format": "{asctime} {levelname} {process} {name}: {message}", "style": "{"},
        "json": {"()": "config.log_format.JsonFormatter"},
    },
    "filters": {
        "refusals": {"()": "config.refusals_log.RefusalFilter"},
        "without_outages": {"()": "config.error_pages.WithoutOutages"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["refusals"]}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="INFO"),
    },
    "loggers": {
        "channels_redis": {
            "level": "CRITICAL"
        },  # it logs a traceback each second while Redis is away; the bus logs once
        "daphne": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},  # at DEBUG it logs a dozen lines for each push
        "uvicorn": {"level": "WARNING"},
        "psycopg.pool": {"level": "ERROR"},  # it logs each try; realtime/shared/outage.py logs an outage once
        "django.request": {"filters": ["without_outages"]},
        "django.channels.server": {"level": "WARNING"},
    },
}
