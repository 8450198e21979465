"""The TLS certificate and its key, checked before the server starts."""

import ssl
from pathlib import Path

from django.core.management.base import CommandError


def check_certificate(certificate: str | None, key: str | None) -> None:
    """Check that the files exist and belong together. Raises CommandError."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise CommandError("Give both --tls-certificate and --tls-key, or neither.")
    for path in (certificate, key):
        check_readable(path)
    try:
        # Without this password function OpenSSL would ask for one at the terminal, which a server does not have.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        raise CommandError(explain_ssl_error(error, certificate, key)) from error


def check_readable(path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def explain_ssl_error(error: ssl.SSLError, certificate: str, key: str) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"The key in {key} does not belong to the certificate in {certificate}."
    return f"{certificate} and {key} must be a certificate and its key as PEM, without a password."
