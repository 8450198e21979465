"""The search page, and what the switcher shows of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.view_decorators import json_page
from chat import rate_limits
from chat.pages.directory import find_people, find_visible_rooms
from chat.pages.result_pages import ResultPage, read_best, read_newest
from chat.pages.search_completions import complete
from chat.pages.search_results import make_chips, make_results, result_data, without_filters
from chat.search.results import MOST_RANKED, Results, search_messages
from chat.views.people import clean_query
from realtime.shared.errors import CommandError
from search.query import MOST_CHARACTERS, parse_query

ROOMS_SHOWN = PEOPLE_SHOWN = 4
MESSAGES_IN_SWITCHER = 5


@require_safe
def show_results(request: HttpRequest) -> HttpResponse:
    """Show what was found: rooms and people by name, and messages, a page at a time."""
    text = clean_query(request.GET.get("q", ""), MOST_CHARACTERS)
    is_best = request.GET.get("order") == "best"
    query = parse_query(text)
    status = 200
    try:
        if query:
            rate_limits.searches.spend(request.user.pk)
        page = (read_best if is_best else read_newest)(request.user, query, request.GET.get("before"))
    except CommandError as error:
        status, page = error.status, ResultPage(Results([], problems=(str(error.message),)))
    name = " ".join(term.text for term in query.terms) if page.is_first and not query.filters else ""
    context = {
        "text": text,
        "is_best": is_best,
        "query": query,
        "results": make_results(request.user, page.found.messages, query),
        "page": page,
        "found": page.found,
        "chips": list(make_chips(text, query)),
        "without_filters": without_filters(query) if query.filters and query.terms else "",
        "rooms": find_visible_rooms(request.user, name)[:ROOMS_SHOWN] if name else [],
        "people": find_people(name)[:PEOPLE_SHOWN] if name else [],
        "most_ranked": MOST_RANKED,
        "most_characters": MOST_CHARACTERS,
    }
    return render(request, "chat/search.html", context, status=status)


@json_page
def search_data(request: HttpRequest) -> dict:
    """Return the newest messages that match, for the switcher."""
    text = clean_query(request.GET.get("q", ""), MOST_CHARACTERS)
    query = parse_query(text)
    rate_limits.searches.spend(request.user.pk)
    results = search_messages(request.user, query, limit=MESSAGES_IN_SWITCHER)
    return {
        "messages": [result_data(result) for result in make_results(request.user, results.messages, query)],
        "problems": results.problems,
    }


@json_page
def completions(request: HttpRequest) -> dict:
    """Return completions of ?word=, the word of a query that is being typed."""
    word = clean_query(request.GET.get("word", ""))
    rate_limits.searches.spend(request.user.pk)
    return {"completions": [found._asdict() for found in complete(request.user, word)]}
