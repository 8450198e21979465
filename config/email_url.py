"""The mail server, from one URL (EMAIL_URL)."""

from urllib.parse import unquote

from config.environment import Environment, refuse_value, split_url

EMAIL_SECONDS = 10  # the longest that a page waits for the mail server
PORTS = {"smtp": 25, "smtp+tls": 587, "smtp+ssl": 465}
MUST = "smtp+tls://user:password@host:587 (or smtp+ssl://, or smtp://)"


def find_mailer(env: Environment) -> dict:
    """Return Django's MAILERS entry for EMAIL_URL; without a URL, emails are printed to the log."""
    if not env.text("EMAIL_URL"):
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    url = split_url("EMAIL_URL", MUST, env.text("EMAIL_URL"))
    if url.scheme not in PORTS or not url.hostname:
        refuse_value("EMAIL_URL", MUST)
    options = {
        "host": url.hostname,
        "port": url.port or PORTS[url.scheme],
        "username": unquote(url.username or ""),
        "password": unquote(url.password or ""),
        "use_tls": url.scheme == "smtp+tls",
        "use_ssl": url.scheme == "smtp+ssl",
        "timeout": EMAIL_SECONDS,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
