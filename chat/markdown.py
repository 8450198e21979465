"""The Markdown of messages: CommonMark without headings, images, tables and raw HTML, with names and emoji."""

from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from chat.addresses import is_safe_address, link_address, link_target, shown_address
from chat.emojis import is_only_emoji
from chat.highlighting import COLOURED_CHARACTERS, LANGUAGES, highlight
from chat.links import check_links, link_picture
from chat.mentions import mark_names

STEPS = 4_000  # Text that people write takes a few hundred, a pasted log of 8,000 characters about 3,000.
NESTING = 12  # Quotes in lists in quotes.

OFF = ["code", "entity", "heading", "hr", "html_block", "html_inline", "image", "lheading", "reference"]


class TooMuchError(Exception):
    """A text would take too long to render."""


def markdown(text: str, people: Mapping[str, int]) -> tuple[str, set[int]]:
    """Return a text as HTML, not yet cleaned, and the ids of the people it names. Raises TooMuchError."""
    mentions: set[int] = set()
    html = PARSER.render(text, {"people": people, "mentions": mentions, "steps": 0, "code": 0})
    return html, mentions


def count_block(state: StateBlock, *_: object) -> bool:
    """Bound what blocks cost: the rule that is tried before all others, and never applies."""
    return count(state)


def count_inline(state: StateInline, *_: object) -> bool:
    """Bound what the text in a block costs."""
    return count(state)


def count(state: StateBlock | StateInline) -> bool:
    state.env["steps"] += 1
    # Deeper than its own bound the parser drops the text without a word.
    if state.env["steps"] > STEPS or state.level > NESTING:
        raise TooMuchError
    return False


def mark_only_emoji(state: StateCore) -> None:
    """Let a message of nothing but a few emoji be shown large."""
    if len(state.tokens) != 3 or state.tokens[0].type != "paragraph_open":
        return
    inside = state.tokens[1].children or []
    is_text = all(token.type in ("text", "softbreak") for token in inside)
    if is_text and is_only_emoji("".join(token.content for token in inside)):
        state.tokens[0].attrs["class"] = "emoji-only"


def render_code(_: object, tokens: list[Token], place: int, __: object, environment: dict) -> str:
    """Return a block of code, with colours where its language is known and there is not too much of it."""
    token = tokens[place]
    language = token.info.split(maxsplit=1)[0].lower() if token.info.strip() else ""
    name = f' class="language-{language}"' if language in LANGUAGES else ""
    environment["code"] += len(token.content)
    # One budget for the message, however many blocks it has, and what its other text took is spent of it.
    spent = environment["code"] / COLOURED_CHARACTERS + environment["steps"] / STEPS
    colours = language if spent <= 1 else ""
    return f"<pre><code{name}>{highlight(token.content, colours)}</code></pre>\n"


def make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": 10 * NESTING})
    parser.enable("strikethrough").disable(OFF)
    parser.block.ruler.before("fence", "count", count_block)
    parser.inline.ruler.before("text", "count", count_inline)
    parser.inline.ruler.before("escape", "address", link_address)
    parser.inline.ruler.before("link", "picture", link_picture)
    parser.core.ruler.after("inline", "names", mark_names)
    parser.core.ruler.after("names", "links", check_links)
    parser.core.ruler.push("only_emoji", mark_only_emoji)
    parser.add_render_rule("fence", render_code)
    parser.normalizeLink = link_target  # type: ignore[method-assign, assignment]
    parser.normalizeLinkText = shown_address  # type: ignore[method-assign, assignment]
    parser.validateLink = is_safe_address  # type: ignore[method-assign, assignment]
    return parser


PARSER = make_parser()
