"""Syntax highlighting: class names for the parts of code, to which CSS gives colours in light and dark."""

from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token

# The common languages, {name as typed: lexer of Pygments}. Some of its hundreds of other lexers take seconds for a
# text that was made to be slow.
LANGUAGES = {
    name: lexer
    for lexer, names in {
        "bash": "bash sh shell zsh",
        "console": "console shell-session",
        "c": "c",
        "cpp": "cpp c++ csharp cs java",  # Their own lexers take 10 times as long for such a text.
        "css": "css",
        "diff": "diff patch",
        "docker": "docker dockerfile",
        "go": "go golang",
        "html": "html",
        "http": "http",
        "ini": "ini cfg",
        "javascript": "javascript js jsx mjs",
        "json": "json",
        "kotlin": "kotlin kt",
        "lua": "lua",
        "make": "make makefile",
        "nginx": "nginx",
        "php": "php",
        "postgresql": "postgresql postgres psql",
        "pycon": "pycon",
        "python": "python py python3",
        "pytb": "pytb traceback",
        "ruby": "ruby rb",
        "rust": "rust rs",
        "scss": "scss",
        "sql": "sql",
        "swift": "swift",
        "toml": "toml",
        "typescript": "typescript ts tsx",
        "xml": "xml svg",
        "yaml": "yaml yml",
    }.items()
    for name in names.split()
}
# Names, punctuation and spaces are most of any code and have the colour of the text: they get no span.
UNCOLOURED = {"", "n", "p", "o", "w", "esc", "l", "x", "g", "ld"}
CODE_CLASSES = set(STANDARD_TYPES.values()) - UNCOLOURED


# The time of some lexers grows with the square of a line's length, of others with the square of the code's length:
# about 300 ms at 8,000 characters, at most 25 ms at these bounds. For C it grows with the square of empty lines.
COLOURED_CHARACTERS = 2_000  # about 60 lines
LONGEST_LINE = 300
MOST_LINES = 300


def highlight(code: str, language: str) -> str:
    """Return code as HTML. It has no colours if the language is unknown or the code exceeds the bounds."""
    lexer = find_lexer(LANGUAGES.get(language, ""))
    lines = code.split("\n")
    too_much = len(code) > COLOURED_CHARACTERS or len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE
    if lexer is None or too_much:
        return escape(code, quote=False)
    return "".join(coloured(text, class_of(kind)) for kind, text in lexer.get_tokens(code))


def coloured(text: str, name: str) -> str:
    html = escape(text, quote=False)
    return html if name in UNCOLOURED else f'<span class="{name}">{html}</span>'


@cache
def find_lexer(name: str) -> Lexer | None:
    return get_lexer_by_name(name, stripnl=False) if name else None


@cache
def class_of(kind: type[Token]) -> str:
    """Return the class of a kind of token, or of the nearest kind above it that has one."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return STANDARD_TYPES[kind]
