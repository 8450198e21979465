"""The texts in the source that are marked for translation: in Python, templates and JavaScript."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from catalogues import ROOT, Message
from javascript import Token, tokenize

# The folders of each catalogue. An app brings its own to any site that installs it; "" is the site's.
FOLDERS = {"": ("config", "templates"), "realtime": (), "accounts": (), "notifications": (), "files": (), "chat": ()}
SKIPPED = ("migrations", "management", "demo", "locale", "static")

# The order of arguments: c(ontext), t(ext), p(lural).
PYTHON_MARKS = {
    "_": "t",
    "gettext": "t",
    "gettext_lazy": "t",
    "lazy_text": "t",
    "ngettext": "tp",
    "ngettext_lazy": "tp",
    "pgettext": "ct",
    "pgettext_lazy": "ct",
    "npgettext": "ctp",
    "npgettext_lazy": "ctp",
}
SCRIPT_MARKS = {"t": "t", "rich": "t", "inContext": "ct", "plural": "tp"}


def server_texts(folder: str) -> set[Message]:
    """Return the texts of an app, or those of the site for ""."""
    roots = [ROOT / each for each in FOLDERS[folder]] or [ROOT / folder]
    files = [path for root in roots for path in root.rglob("*") if is_source(path)]
    return {message for path in files for message in texts_of(path)}


def browser_texts() -> set[Message]:
    return {message for path in scripts() for message in script_texts(path.read_text(), path)}


def scripts() -> list[Path]:
    return [path for path in sorted((ROOT / "static/js").rglob("*.js")) if path.parent.name != "languages"]


def is_source(path: Path) -> bool:
    return path.suffix in (".py", ".html", ".txt") and not any(part in SKIPPED for part in path.parts)


def texts_of(path: Path) -> Iterator[Message]:
    text = path.read_text()
    return python_texts(text, path) if path.suffix == ".py" else template_texts(text, path)


def python_texts(text: str, path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (order := PYTHON_MARKS.get(name_of(node.func))):
            arguments = [constant(each) for each in node.args[: len(order)]]
            if None in arguments or len(arguments) < len(order):
                raise SystemExit(f"{path}:{node.lineno}: only a constant text can be marked, not a computed one.")
            yield make_message(order, [str(each) for each in arguments])


def name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def make_message(order: str, arguments: list[str]) -> Message:
    by_letter = dict(zip(order, arguments, strict=True))
    return Message(by_letter["t"], by_letter.get("p", ""), by_letter.get("c", ""))


@cache
def prepare_templates() -> None:
    """Configure Django, which is needed to read templates."""
    from django.conf import settings

    if not settings.configured:
        settings.configure()


def template_texts(text: str, path: Path) -> Iterator[Message]:
    """Convert a template to Python as gettext's own tools do, by Django's function, and yield its texts."""
    prepare_templates()
    from django.utils.translation.template import templatize

    for found in re.finditer(r"\b(n?p?gettext|_)\(", written := templatize(text, origin=str(path))):
        call = ast.parse(balanced(written, found.start()), mode="eval").body
        assert isinstance(call, ast.Call)
        order = PYTHON_MARKS[found[1]]
        yield make_message(order, [ast.literal_eval(each) for each in call.args[: len(order)]])


def balanced(text: str, start: int) -> str:
    """Return the call that begins at `start`."""
    for end in (found.end() for found in re.compile(r"\)").finditer(text, start)):
        try:
            ast.parse(call := text[start:end], mode="eval")
        except SyntaxError:
            continue
        return call
    raise SystemExit(f"A text has no end: {text[start : start + 80]}")


def script_texts(text: str, path: Path) -> Iterator[Message]:
    tokens = tokenize(text)
    for index, token in enumerate(tokens):
        if order := mark_at(tokens, index):
            arguments = tokens[index + 2 : index + 2 + 2 * len(order) : 2]
            if any(each.kind not in ("string", "template") for each in arguments):
                raise SystemExit(f"{path}:{token.line}: only a constant text can be marked, not a computed one.")
            yield make_message(order, [each.value for each in arguments])


def mark_at(tokens: list[Token], index: int) -> str:
    """Return the order of the arguments where a mark is at this token, or ""."""
    token, before = tokens[index], tokens[index - 1].text if index else ""
    is_call = index + 1 < len(tokens) and tokens[index + 1].text == "("
    is_mark = token.kind == "word" and is_call and before not in (".", "function")
    return SCRIPT_MARKS.get(token.text, "") if is_mark else ""
