"""Where mail goes: one URL, as for the database."""

from environ import Env

MAIL_SECONDS = 10  # a mail server that takes longer must not hold the page that sends


def find_mailer(env: Env) -> dict:
    """Return Django's MAILERS entry for EMAIL_URL; without one, mail is printed to the log."""
    if not env.str("EMAIL_URL", default=""):
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = env.email_url("EMAIL_URL")
    options = {}
    if parts["EMAIL_BACKEND"].endswith("smtp.EmailBackend"):
        options = {
            "host": parts["EMAIL_HOST"],
            "port": parts["EMAIL_PORT"],
            "username": parts["EMAIL_HOST_USER"],
            "password": parts["EMAIL_HOST_PASSWORD"],
            "use_tls": parts.get("EMAIL_USE_TLS", False),
            "use_ssl": parts.get("EMAIL_USE_SSL", False),
            "timeout": MAIL_SECONDS,
        }
    return {"BACKEND": parts["EMAIL_BACKEND"], "OPTIONS": options}
