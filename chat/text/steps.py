"""The bound on the work of rendering a message, counted in steps of the parser."""

from collections.abc import MutableMapping

STEPS = 4_000  # Text that people write takes a few hundred, a pasted log of 8,000 characters about 3,000.


class TooMuchError(Exception):
    """A text would take too long to render."""


def count_steps(environment: MutableMapping, steps: int = 1) -> None:
    """Count steps that are about to be done. Raises TooMuchError above STEPS."""
    environment["steps"] += steps
    if environment["steps"] > STEPS:
        raise TooMuchError
