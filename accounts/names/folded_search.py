"""Search in admin pages that ignores case and accents."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.names.folded_text import fold_for_search


class FoldedSearch(admin.ModelAdmin):
    """Search folded columns by the folded term, and other columns (such as a token's name) by the term itself."""

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        folded = fold_for_search(search_term)
        found, has_duplicates = super().get_search_results(request, queryset, search_term)
        if folded == search_term:
            return found, has_duplicates
        others, has_more_duplicates = super().get_search_results(request, queryset, folded)
        return found | others, has_duplicates or has_more_duplicates
