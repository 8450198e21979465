"""The default of SITE_URL, derived from other settings."""

from collections.abc import Sequence

OWN_MACHINE = "http://localhost:8000"  # where `make run` listens


def find_site_url(hosts: Sequence[str], *, https: bool) -> str:
    """Return the address of the first host that is a full name."""
    for host in hosts:
        name = host.removeprefix(".")
        if name and "*" not in name:
            return OWN_MACHINE if name == "localhost" and not https else f"{'https' if https else 'http'}://{name}"
    return OWN_MACHINE
