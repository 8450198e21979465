"""The rendering of messages: Markdown to HTML, once, when a message is written; then an allow-list makes it safe.

Any text of 8,000 characters takes at most 50 ms: a text that takes more steps or becomes too long is shown as plain
text. The bound counts steps and not time, so the same text gives the same HTML on every machine.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import nh3

from accounts.names.validators import is_visible
from chat.text.highlighting import CODE_CLASSES, LANGUAGES
from chat.text.markdown import markdown
from chat.text.mentions import EVERYBODY
from chat.text.plain_text import plain_text
from chat.text.steps import TooMuchError

HTML_CHARACTERS = 48_000  # It has to fit into a frame of 64 KiB. 8,000 times "&" are 40,000 characters of HTML.


class Rendered(NamedTuple):
    """A message's HTML, the ids of the users it mentions, and whether it mentions everybody in the room (@room)."""

    html: str
    mentions: tuple[int, ...]
    everybody: bool = False


# One line of words and common punctuation in which Markdown, links, names and emoji find nothing: most messages.
# The parser would give the same HTML (tests/chat/test_formatting.py looks for counterexamples).
PLAIN = re.compile(r"(?!ℹ)[^\W\d_](?:[^\W_]| (?! )|[,.!?;'\"()/%$+=-]|:(?= ))*(?<! )")

CLEANER = nh3.Cleaner(
    tags={
        *("a", "bdi", "blockquote", "br", "code", "div", "em", "li", "ol", "p", "pre", "s", "span", "strong", "table"),
        *("tbody", "td", "th", "thead", "tr", "ul"),
    },
    clean_content_tags={"script", "style"},
    attributes={"*": set(), "a": {"href"}, "bdi": {"data-user"}, "li": {"value"}, "ol": {"start"}},
    tag_attribute_values={tag: {"dir": {"auto"}} for tag in ("blockquote", "li", "table")},
    allowed_classes={
        "code": {f"language-{name}" for name in LANGUAGES},
        "bdi": {"mention", "everybody"},
        "div": {"table-frame"},
        "li": {"paren", "task"},
        "p": {"emoji-only", "heading", "typed"},
        "span": CODE_CLASSES,
        **{cell: {"center", "right"} for cell in ("td", "th")},
    },
    set_tag_attribute_values={"a": {"target": "_blank"}},
    link_rel="noopener noreferrer nofollow ugc",
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)

NO_ADDRESS = re.compile(r"<a (?!href)[^>]*>(.*?)</a>", re.DOTALL)


def render(text: str, people: Mapping[str, int]) -> Rendered:
    """Return a message as HTML. `people`: the users it may mention, {username: id}, and EVERYBODY for @room.

    Only a message with files has no text; it has no HTML either.
    """
    if PLAIN.fullmatch(text):
        return Rendered(f"<p>{text}</p>", ())
    return render_markdown(text, people)


def render_markdown(text: str, people: Mapping[str, int]) -> Rendered:
    """Return the same as `render`, always by the Markdown parser."""
    if not text:
        return Rendered("", ())
    try:
        html, mentions = markdown(text, people)
        # The cleaner has removed addresses that no browser could open. Only the text of such a link remains.
        html = NO_ADDRESS.sub(r"\1", CLEANER.clean(html)).strip()
        if len(html) <= HTML_CHARACTERS and is_visible(plain_text(html)):
            return Rendered(html, tuple(sorted(mentions - {EVERYBODY})), EVERYBODY in mentions)
    except TooMuchError:
        pass
    return Rendered(as_plain_text(text), ())


def as_plain_text(text: str) -> str:
    """Return HTML that shows a text as it was typed."""
    return f'<p class="typed">{escape(text, quote=False)}</p>'
