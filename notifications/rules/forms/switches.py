"""The form for the channels of each kind."""

from collections.abc import Iterator, Mapping, Sequence

from django import forms

from notifications.rules.switches import Cell, SwitchRow
from realtime.shared.texts import lazy_text as _

CHANNEL_LABELS = {"app": _("In the app"), "push": _("Push"), "mail": _("Email")}


class SwitchesForm(forms.Form):
    """A checkbox for each kind and channel that is not locked."""

    def __init__(self, data: Mapping | None, *, rows: Sequence[SwitchRow]) -> None:
        super().__init__(data)
        self.rows = rows
        for row in rows:
            for cell in row.open:
                label = f"{row.kind.label}: {CHANNEL_LABELS[cell.channel].lower()}"
                box = forms.BooleanField(required=False, initial=cell.on, label=label)
                box.widget.attrs["aria-label"] = label
                self.fields[name_of(row, cell)] = box

    def table(self) -> Iterator[tuple[SwitchRow, list[tuple]]]:
        """Yield each row with its cells and checkboxes; a locked cell has None."""
        for row in self.rows:
            boxes = [None if cell.locked else self[name_of(row, cell)] for cell in row.cells]
            yield row, list(zip(row.cells, CHANNEL_LABELS.values(), boxes, strict=True))

    def channels(self, before: Mapping[str, Mapping[str, bool]]) -> dict[str, dict[str, bool]]:
        """Return the differences from the defaults. Choices for kinds that are hidden or locked now are kept."""
        chosen = {name: dict(some) for name, some in before.items()}
        for row in self.rows:
            some = chosen.setdefault(row.kind.name, {})
            for cell in row.open:
                some.pop(cell.channel, None)
                wanted = self.cleaned_data[name_of(row, cell)]
                some |= {} if wanted == cell.usual else {cell.channel: wanted}
        return {name: some for name, some in chosen.items() if some}


def name_of(row: SwitchRow, cell: Cell) -> str:
    return f"{row.kind.name}-{cell.channel}"
