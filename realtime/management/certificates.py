"""The files of TLS, looked at before anything is served with them."""

import ssl
from pathlib import Path

from django.core.management.base import CommandError


def check_certificate(certificate: str | None, key: str | None) -> None:
    """Stop on files with which nobody could be served. Raises CommandError."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None:
        raise CommandError("Give both --tls-certificate and --tls-key, or neither.")
    for path in (certificate, key):
        check_readable(path)
    try:
        # A key with a password would ask for it at the terminal; a server has none.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        raise CommandError(explain(error, certificate, key)) from error


def check_readable(path: str) -> None:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from error


def explain(error: ssl.SSLError, certificate: str, key: str) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"The key in {key} is not that of the certificate in {certificate}."
    return f"{certificate} and {key} must be a certificate and its key as PEM, without a password."
