"""The Markdown parser of messages: CommonMark and tables, without pictures and raw HTML, with @names and emoji."""

from collections.abc import Mapping

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from chat.text import blocks, escapes
from chat.text.block_markup import mark_blocks
from chat.text.emojis import is_only_emoji
from chat.text.highlighting import COLOURED_CHARACTERS, LANGUAGES, highlight
from chat.text.links import check_links, link_picture
from chat.text.mentions import mark_names
from chat.text.steps import STEPS, TooMuchError, count_steps
from chat.text.typed_urls import is_safe_address, link_address, link_target, shown_address

NESTING = 12  # Quotes in lists in quotes.

# Our block rules: the name of each, and the blocks that it may end.
BLOCKS: list[tuple[str, blocks.Rule, list[str]]] = [
    ("table", blocks.table, ["paragraph"]),
    ("fence", blocks.fence, ["paragraph", "blockquote", "list"]),
    ("blockquote", blocks.quote, ["paragraph", "blockquote", "list"]),
    ("list", blocks.items, ["paragraph", "blockquote"]),
    ("heading", blocks.title, ["paragraph", "blockquote"]),
    ("paragraph", blocks.paragraph, []),
]
OFF = ["code", "entity", "hr", "html_block", "html_inline", "image", "lheading", "reference"]


def markdown(text: str, people: Mapping[str, int]) -> tuple[str, set[int]]:
    """Return a text as HTML, not yet cleaned, and the ids of the users it mentions. Raises TooMuchError."""
    mentions: set[int] = set()
    html = PARSER.render(text, {"people": people, "mentions": mentions, "steps": 0, "code": 0})
    return html, mentions


def count_block(state: StateBlock, *_: object) -> bool:
    """Count a step of the block parser. This rule is tried before all others, and never applies."""
    return count(state)


def count_inline(state: StateInline, *_: object) -> bool:
    """Count a step of the inline parser. This rule never applies, either."""
    return count(state)


def count(state: StateBlock | StateInline) -> bool:
    count_steps(state.env)
    # Beyond its own bound the parser silently drops the text.
    if state.level > NESTING:
        raise TooMuchError
    return False


def mark_only_emoji(state: StateCore) -> None:
    """Mark a message of nothing but a few emoji, which is shown large."""
    if len(state.tokens) != 3 or state.tokens[0].type != "paragraph_open":
        return
    inside = state.tokens[1].children or []
    is_text = all(token.type in ("text", "softbreak") for token in inside)
    if is_text and is_only_emoji("".join(token.content for token in inside)):
        state.tokens[0].attrs["class"] = "emoji-only"


def render_code(_: object, tokens: list[Token], place: int, __: object, environment: dict) -> str:
    """Return a block of code as HTML, with colours if its language is known and the message's budget suffices."""
    token = tokens[place]
    name = f' class="language-{token.info}"' if token.info in LANGUAGES else ""
    environment["code"] += len(token.content)
    # One budget for the whole message, however many blocks it has; the steps for its other text count, too.
    spent = environment["code"] / COLOURED_CHARACTERS + environment["steps"] / STEPS
    colours = token.info if spent <= 1 else ""
    return f"<pre><code{name}>{highlight(token.content, colours)}</code></pre>\n"


def render_table(renderer: RendererHTML, tokens: list[Token], place: int, options: OptionsDict, _: object) -> str:
    """Return a tag of a table, which is in a frame of its own so that a wide table scrolls and the page does not."""
    tag = renderer.renderToken(tokens, place, options, {})
    return f'<div class="table-frame">{tag}' if tokens[place].nesting == 1 else f"{tag.rstrip()}</div>\n"


def make_parser() -> MarkdownIt:
    options = {"html": False, "breaks": True, "xhtmlOut": False, "maxNesting": 10 * NESTING, "tasklists": True}
    parser = MarkdownIt("commonmark", options)
    parser.enable(["strikethrough", "table"]).disable(OFF)
    for name, rule, ended in BLOCKS:
        parser.block.ruler.at(name, rule, {"alt": ended})
    parser.block.ruler.before("table", "indented", blocks.indented)
    parser.block.ruler.before("indented", "count", count_block)
    parser.inline.ruler.at("escape", escapes.escape)
    parser.inline.ruler.at("newline", escapes.line_end)
    parser.inline.ruler.before("text", "count", count_inline)
    parser.inline.ruler.before("escape", "address", link_address)
    parser.inline.ruler.before("link", "picture", link_picture)
    parser.core.ruler.after("inline", "names", mark_names)
    parser.core.ruler.after("names", "links", check_links)
    parser.core.ruler.push("only_emoji", mark_only_emoji)
    parser.core.ruler.push("block_markup", mark_blocks)
    parser.add_render_rule("fence", render_code)
    parser.add_render_rule("table_open", render_table)
    parser.add_render_rule("table_close", render_table)
    parser.normalizeLink = link_target  # type: ignore[method-assign, assignment]
    parser.normalizeLinkText = shown_address  # type: ignore[method-assign, assignment]
    parser.validateLink = is_safe_address  # type: ignore[method-assign, assignment]
    return parser


PARSER = make_parser()
