"""The HTML details of blocks: numbers of list items, signs of tasks, bold headings, blank lines, text direction."""

from collections.abc import Callable

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

TASK_SIGNS = {True: "☑ ", False: "☐ "}
CELL_CLASSES = {"text-align:center": "center", "text-align:right": "right"}


def mark_blocks(state: StateCore) -> None:
    """Set the attributes of each block, and add a line break for each blank line after the first between two blocks."""
    lines = state.src.split("\n")
    tokens: list[Token] = []
    for place, token in enumerate(state.tokens):
        if tokens and token.level == 0 and token.nesting >= 0 and token.map:
            tokens += [Token("blank_line", "br", 0)] * (count_blank_lines(lines, token.map[0]) - 1)
        tokens.append(token)
        if token.type in CHANGES:
            CHANGES[token.type](state.tokens, place)
        if token.meta and "checked" in token.meta:
            tokens += mark_task(state.tokens, place)
    state.tokens = tokens


def count_blank_lines(lines: list[str], end: int) -> int:
    start = end
    while start and not lines[start - 1].strip(" \t"):
        start -= 1
    return end - start


def mark_task(tokens: list[Token], place: int) -> list[Token]:
    """Put the sign of a task before its text. Return the tokens to insert after the item's tag if it has no text."""
    item = tokens[place]
    sign = Token("text", "", 0, content=TASK_SIGNS[item.meta.pop("checked")])
    item.attrs["class"] = "task"
    if tokens[place + 1].type not in ("paragraph_open", "heading_open"):
        return [sign]
    inside = tokens[place + 2]
    inside.children = [sign, *(inside.children or [])]
    return []


def set_direction(tokens: list[Token], place: int) -> None:
    """Let the browser find the direction, so that marks and columns are on the side where the text begins.

    For lines of text the style sheet does it.
    """
    tokens[place].attrs["dir"] = "auto"


def keep_number(tokens: list[Token], place: int) -> None:
    """Give a list item the number that was typed, whatever the item before has, and a direction by its text."""
    item = tokens[place]
    item.attrs["dir"] = "auto"
    if item.info:
        item.attrs["value"] = int(item.info)
        if item.markup == ")":
            item.attrs["class"] = "paren"


def keep_spaces(tokens: list[Token], place: int) -> None:
    """Write line breaks as newlines in a paragraph that keeps its spaces, and show its tag also in a list."""
    opening, inside, closing = tokens[place : place + 3]
    if opening.attrs.get("class") == "typed":
        opening.hidden = closing.hidden = False
        breaks = Token("text", "", 0, content="\n")
        inside.children = [breaks if token.type == "softbreak" else token for token in inside.children or []]


def make_bold(tokens: list[Token], place: int) -> None:
    """Make a heading of any level a bold line: a message is not a document."""
    opening, inside, closing = tokens[place : place + 3]
    opening.tag = closing.tag = "p"
    opening.attrs["class"] = "heading"
    bold = Token("strong_open", "strong", 1), Token("strong_close", "strong", -1)
    inside.children = [bold[0], *(inside.children or []), bold[1]]


def align(tokens: list[Token], place: int) -> None:
    name = CELL_CLASSES.get(str(tokens[place].attrs.pop("style", "")))
    if name:
        tokens[place].attrs["class"] = name


CHANGES: dict[str, Callable[[list[Token], int], None]] = {
    "blockquote_open": set_direction,
    "table_open": set_direction,
    "list_item_open": keep_number,
    "paragraph_open": keep_spaces,
    "heading_open": make_bold,
    "th_open": align,
    "td_open": align,
}
