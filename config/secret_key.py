"""The key that signs cookies when the operator has set none."""

import secrets
from pathlib import Path


def find_secret_key(folder: Path, *, is_kept: bool) -> str:
    """Return the key kept in `folder`, made there at the first run; empty where none is kept.

    A system check refuses to start with an empty key: in production the operator chooses it,
    because every process on every host must have the same.
    """
    if not is_kept:
        return ""
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()
