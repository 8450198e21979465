"""The SECRET_KEY of a trial site, generated where the operator has set none."""

import secrets
from pathlib import Path


def find_secret_key(folder: Path, *, is_kept: bool) -> str:
    """Return the key stored in `folder`, generated at the first run; empty with `is_kept` False.

    A system check refuses an empty key: in production the operator sets it, because all processes on all hosts must
    have the same.
    """
    if not is_kept:
        return ""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
