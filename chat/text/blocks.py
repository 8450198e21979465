"""The block rules of messages: those of CommonMark, changed so that all typed text is shown, and on its own line."""

import re
from collections.abc import Callable
from functools import cache

from markdown_it.rules_block import StateBlock, blockquote, heading, list_block
from markdown_it.rules_block import table as gfm_table
from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token
from pygments.lexers import get_all_lexers

from accounts.names.validators import is_visible
from chat.text.steps import count_steps

Rule = Callable[[StateBlock, int, int, bool], bool]

MOST_CELLS = 800  # Ten columns and eighty rows. The parser fills short rows up with cells that were not typed.
KEPT_SPACES = re.compile(r"^[ \t]|  |\t", re.MULTILINE)
TRAILING_SPACES = re.compile(r"[ \t]+$", re.MULTILINE)
FENCE = re.compile(r"(`{3,}|~{3,})(.*)", re.DOTALL)
OPENING = re.compile(r"(?<=\S)[ \t]*(`{3,})([\w+#-]*)$")
EMOTICON = re.compile(r">[:;=.^_<-]")  # >:( and >_< and >=
NO_ITEM = re.compile(r"0\d|\+")  # "007." is not the number of a list item, and "+" is the sign of a number.
DELIMITERS = re.compile(r"[|:-][-:|\s]*")
TEXT_LANGUAGES = {"plain", "plaintext", "txt"}


def indented(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a line with too many spaces before it for the mark of a block, and the lines after it, as a paragraph."""
    if silent or state.sCount[start] - state.blkIndent < 4:
        return False
    return paragraph(state, start, end, silent)


def paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse lines as a paragraph, up to a blank line, another block, or a line with less indentation.

    Unlike in CommonMark, a line with less indentation does not continue a list item.
    """
    before, state.parentType = state.parentType, "paragraph"
    line = start + 1
    opening = code_begins(state, start, end)
    while not opening and line < state.lineMax and not state.isEmpty(line) and not ends_paragraph(state, line):
        opening = code_begins(state, line, end)
        line += 1
    state.parentType = before
    text = lines_of(state, start, line)
    text = text.removesuffix(opening[0]) if opening else text
    push_paragraph(state, start, line, TRAILING_SPACES.sub("", text))
    if opening:
        push_code(state, line - 1, end, opening[1], opening[2])
    return True


def code_begins(state: StateBlock, line: int, end: int) -> re.Match | None:
    """Return the match of a fence at the end of a line of text. None if there is none, or no other fence closes it."""
    opening = OPENING.search(line_of(state, line))
    if not opening or line_of(state, line).count("`") > len(opening[1]):
        return None
    return opening if find_code(state, line, end, opening[1])[2] else None


def ends_paragraph(state: StateBlock, line: int) -> bool:
    if state.sCount[line] < state.blkIndent:
        return True
    rules = state.md.block.ruler.getRules("paragraph") if state.sCount[line] - state.blkIndent < 4 else []
    return any(rule(state, line, state.lineMax, True) for rule in rules)


def push_paragraph(state: StateBlock, start: int, end: int, text: str) -> None:
    state.line = end
    token = state.push("paragraph_open", "p", 1)
    token.map = [start, end]
    if KEPT_SPACES.search(text):
        token.attrs["class"] = "typed"
    token = state.push("inline", "", 0)
    token.map, token.content, token.children = [start, end], text, []
    state.push("paragraph_close", "p", -1)


def quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if EMOTICON.match(line_of(state, start)):
        return False
    return blockquote(state, start, end, True) if silent else keep_marks(blockquote, state, start, end)


def items(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    if NO_ITEM.match(line_of(state, start)):
        return False
    return list_block(state, start, end, True) if silent else keep_marks(list_block, state, start, end)


def title(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    return heading(state, start, end, True) if silent else keep_marks(heading, state, start, end)


def table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse a table: rows with a "|", none of which has more cells than the header row."""
    if start + 2 > end or "|" not in line_of(state, start) or not DELIMITERS.fullmatch(line_of(state, start + 1)):
        return False
    columns = count_cells(line_of(state, start))
    stop = start + 2
    while stop < end and "|" in line_of(state, stop):
        count_steps(state.env)
        if columns * (stop - start) > MOST_CELLS or count_cells(line_of(state, stop), columns) > columns:
            return False
        stop += 1
    if silent:
        return gfm_table(state, start, stop, True)
    count_steps(state.env, columns * (stop - start))
    return keep_marks(gfm_table, state, start, stop)


def count_cells(line: str, enough: int = 0) -> int:
    """Return how many cells a row has: exactly if it may have more than `enough`, else at most so many."""
    line = line.strip()
    most = line.count("|") + 1 - line.startswith("|") - (line.endswith("|") and not line.endswith("\\|"))
    if most <= enough:
        return most
    cells = escapedSplit(line)
    return len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Parse code between fences. Text after the first fence that names no language is the first line of the code."""
    opening = FENCE.fullmatch(line_of(state, start))
    if not opening or (opening[1][0] == "`" and "`" in opening[2]):
        return False
    if silent:
        return True
    push_code(state, start, end, opening[1], opening[2].strip())
    return True


def push_code(state: StateBlock, start: int, end: int, marks: str, words: str) -> None:
    """Push the code after a fence and `words` in line `start`. If there is no code, push the fences as text."""
    code, state.line, _ = find_code(state, start, end, marks)
    language = words.lower() if is_visible(code) and words.lower() in languages() else ""
    if words and not language:
        code = f"{words}\n{code}"
    if not is_visible(code):
        push_as_typed(state, start, state.line)
    else:
        token = state.push("fence", "code", 0)
        token.info, token.content, token.map = language, code, [start, state.line]


def find_code(state: StateBlock, start: int, end: int, marks: str) -> tuple[str, int, bool]:
    """Return the code after a fence, the number of the line after the block, and whether a fence closes it."""
    line, indent = start + 1, state.sCount[start]
    while line < end and not (line_of(state, line) and state.sCount[line] < state.blkIndent):
        if closes(line_of(state, line), marks):
            last = state.getLines(line, line + 1, indent, False).rstrip().rstrip(marks[0])
            code = state.getLines(start + 1, line, indent, True) + (f"{last}\n" if last.strip() else "")
            return code, line + 1, True
        line += 1
    return state.getLines(start + 1, line, indent, True), line, False


def closes(text: str, marks: str) -> bool:
    """Return whether a line closes code: it ends with at least as many marks. Only backticks may follow other text."""
    rest = text.rstrip().rstrip(marks[0])
    return len(text.rstrip()) - len(rest) >= len(marks) and (not rest or (marks[0] == "`" and marks not in rest))


@cache
def languages() -> set[str]:
    return TEXT_LANGUAGES.union(*(aliases for _, aliases, _, _ in get_all_lexers(plugins=False)))


def keep_marks(rule: Rule, state: StateBlock, start: int, end: int) -> bool:
    """Apply a rule. If its block would have no visible text, show the marks as they were typed."""
    first = len(state.tokens)
    if not rule(state, start, end, False):
        return False
    if not any(is_visible(token.content) for token in state.tokens[first:]):
        del state.tokens[first:]
        push_as_typed(state, start, state.line)
    return True


def push_as_typed(state: StateBlock, start: int, end: int) -> None:
    """Push lines as plain text, without inline Markdown."""
    text = lines_of(state, start, end).rstrip()
    push_paragraph(state, start, end, "")
    opening, inline, _ = state.tokens[-3:]
    inline.children = [Token("text", "", 0, content=text)]
    if "\n" in text or KEPT_SPACES.search(text):
        opening.attrs["class"] = "typed"


def lines_of(state: StateBlock, start: int, end: int) -> str:
    return state.getLines(start, end, state.blkIndent, False)


def line_of(state: StateBlock, line: int) -> str:
    """Return a line without its indentation and the marks of the blocks around it."""
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
