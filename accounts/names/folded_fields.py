"""Columns that hold the folded text of other columns, so that every database compares and searches the same."""

from collections.abc import Callable
from typing import Any

from django.db import models

from accounts.names.folded_text import fold_for_search


class FoldedField(models.CharField):
    """A column with the folded text of its `sources`, one line for each, written whenever the row is saved."""

    def __init__(
        self, *, sources: tuple[str, ...] = (), form: Callable[[str], str] = fold_for_search, **options: Any
    ) -> None:
        self.sources, self.form = sources, form
        options.setdefault("default", "")
        options.setdefault("editable", False)
        super().__init__(**options)

    def clone(self) -> "FoldedField":
        """Return a copy with the sources, which migrations do not contain."""
        _, _, _, options = super().deconstruct()
        return FoldedField(sources=self.sources, form=self.form, **options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Appear in migrations as a plain CharField."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = self.form("\n".join(getattr(instance, source) for source in self.sources))[: self.max_length]
        setattr(instance, self.attname, value)
        return value


class FoldedModel(models.Model):
    """A model with folded columns: saving only some fields also saves the columns that are made of them."""

    class Meta:
        abstract = True

    def save(self, *, update_fields=None, **options) -> None:
        if update_fields is not None:
            folded = (field for field in self._meta.concrete_fields if isinstance(field, FoldedField))
            update_fields = {
                *update_fields,
                *(field.name for field in folded if not set(field.sources).isdisjoint(update_fields)),
            }
        super().save(update_fields=update_fields, **options)
