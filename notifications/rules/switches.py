"""The switches of the notification settings, kind by channel: on or off, by default or by choice, or locked."""

from dataclasses import dataclass

from notifications import kinds
from notifications.kinds import CHANNELS, Kind
from notifications.rules.decisions import Rules, by_default, is_locked
from realtime.shared.texts import lazy_text as _

ALWAYS = _("Can't be turned off")
LOCKED = _("Set by this site")


@dataclass(frozen=True)
class Cell:
    """One kind on one channel. `locked`: why it cannot be changed; "" if it can."""

    channel: str
    usual: bool
    on: bool
    locked: str = ""


@dataclass(frozen=True)
class SwitchRow:
    kind: Kind
    cells: tuple[Cell, ...]

    @property
    def open(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.locked]

    @property
    def locked(self) -> str:
        """The first reason why a cell of this row cannot be changed; "" if all can."""
        return next((cell.locked for cell in self.cells if cell.locked), "")


def find_switches(rules: Rules) -> list[SwitchRow]:
    """Return a row for each kind, sorted by label."""
    shown = sorted(kinds.all_kinds(), key=lambda kind: kind.label)
    return [SwitchRow(kind, tuple(cell_of(kind, channel, rules) for channel in CHANNELS)) for kind in shown]


def cell_of(kind: Kind, channel: str, rules: Rules) -> Cell:
    usual = by_default(kind, channel, rules)
    if is_locked(kind, channel, rules):
        operator = rules.operator.get(kind.name)
        return Cell(channel, usual, on=usual, locked=LOCKED if operator and operator.locked else ALWAYS)
    return Cell(channel, usual, on=bool(rules.channels.get(kind.name, {}).get(channel, usual)))
