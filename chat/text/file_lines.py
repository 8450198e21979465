"""The first lines of a text file as HTML, coloured where they are code of a known language."""

from chat.text.highlighting import LANGUAGES, highlight
from chat.text.typed_text import LINE_ENDS, NO_TEXT, without_bidi_tricks

LINES, CHARACTERS = 12, 1_200  # a glance; the file itself has the rest
LINE_CHARACTERS = 200
# The names of files without an ending that tells.
NAMES = {"dockerfile": "docker", "makefile": "make", "gemfile": "ruby", "rakefile": "ruby", ".bashrc": "bash"}


def render_lines(name: str, text: str) -> str:
    """Return the first lines of a file as HTML: `<pre><code …>`. Empty for a file without any text."""
    text = NO_TEXT.sub("", without_bidi_tricks(LINE_ENDS.sub("\n", text)))
    lines = [line[:LINE_CHARACTERS] for line in text.rstrip().split("\n")[:LINES]]
    shown = "\n".join(lines)[:CHARACTERS]
    if not shown.strip():
        return ""
    language = find_code_language(name)
    attribute = f' class="language-{language}"' if language else ""
    return f"<pre><code{attribute}>{highlight(shown, language)}</code></pre>"


def find_code_language(name: str) -> str:
    """Return the language of a file by its name; an empty text for one that is not known."""
    name = name.lower()
    ending = name.rpartition(".")[2]
    return NAMES.get(name) or (ending if ending in LANGUAGES else "")
