"""Columns that hold a folded form of others, kept up to date by the model: every database finds the same in them."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.folding import fold_for_search


class FoldedField(models.CharField):
    """A column made of the text of others, each on a line of its own, whenever the row is saved."""

    def __init__(
        self, *, sources: tuple[str, ...] = (), form: Callable[[str], str] = fold_for_search, **options: Any
    ) -> None:
        self.sources, self.form = sources, form
        options.setdefault("default", "")
        options.setdefault("editable", False)
        super().__init__(**options)

    def clone(self) -> "FoldedField":
        """Return a copy that knows its sources, which are no part of a migration."""
        _, _, _, options = super().deconstruct()
        return FoldedField(sources=self.sources, form=self.form, **options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Stand in migrations as the column that it is."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.CharField", arguments, options

    def pre_save(self, instance: models.Model, add: bool) -> str:
        value = self.form("\n".join(getattr(instance, source) for source in self.sources))[: self.max_length]
        setattr(instance, self.attname, value)
        return value


class FoldedModel(models.Model):
    """A model with such columns: saving some of its fields saves what is made of them, too."""

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


class FoldedSearch(admin.ModelAdmin):
    """An admin page that searches folded columns."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return super().get_search_results(request, queryset, fold_for_search(search_term))
