"""The search for texts that people see and that are not marked for translation, by heuristics.

False alarms are allowed by name, with a reason.
"""

import ast
import html
import re
from collections.abc import Iterator
from pathlib import Path

from catalogues import ROOT
from javascript import PLACEHOLDER, Token, tokenize
from source_texts import FOLDERS, PYTHON_MARKS, is_source, mark_at, prepare_templates, scripts

LETTERS = re.compile(r"[^\W\d_]{2}")
SENTENCE = re.compile(
    r"[A-Z“][\w’']*(?:[ ,]+|: )\S|[A-Z]\w+[.…!?]$|^[A-Z][a-z]{2,}$|^[a-z]+ [a-z]+ [a-z]|\0[:,]? [a-z]+( [a-z]|[.…!?]?$)"
)

# Only operators and developers read these texts, in English.
PROGRAMS_READ = (
    "accounts/identity/authentication.py",
    "accounts/pages/page_errors.py",
    "accounts/pages/time_zones.py",  # names of zones in the tz database
    "admin",
    "chat/previews/fetches.py",  # requests to other sites
    "chat/text/highlighting.py",
    "chat/services/erased_messages.py",
    "chat/services/bulk_messages.py",
    "checks.py",
    "conf.py",
    "config/databases.py",
    "config/environment.py",
    "config/file_storage.py",
    "config/formats",
    "config/module_bundle.py",
    "config/postgresql",
    "config/redis_url.py",
    "config/settings.py",
    "config/sheet_bundle.py",
    "config/static.py",
    "config/subpath.py",
    "files/processing",
    "files/s3_storage.py",  # system checks
    "files/uploads/application.py",
    "files/uploads/receivers.py",
    "files/uploads/requests.py",
    "models",  # their texts are shown in the admin only, except labels
    "notifications/delivery/http",
    "notifications/delivery/push/browser_names.py",  # the same in all languages
    "notifications/delivery/push/sender.py",
    "notifications/kinds.py",
    "notifications/streams/api.py",
    "notifications/streams/definitions.py",
    "notifications/streams/tokens.py",
    "notifications/streams/value_throttle.py",
    "notifications/streams/views/api.py",
    "realtime/engine",
    "realtime/routing.py",
    "realtime/serving",
    "realtime/shared/database_errors.py",
    "realtime/shared/events.py",
    "realtime/shared/threads.py",
    "realtime/testing.py",
)
# Files and folders whose texts are still to be marked.
NOT_YET: tuple[str, ...] = ()

TEXT_ATTRIBUTES = re.compile(r"""\b(?:aria-label|title|placeholder|alt|label)=(?:"([^"]*)"|'([^']*)')""")
UNSHOWN = re.compile(rf"<(script|style|code|kbd|pre)\b.*?</\1>|<!--.*?-->|[\w-]+=\"{PLACEHOLDER}\"", re.DOTALL)
TAG = re.compile(r"<[^<>]*>")
TAG_TEXT = re.compile(r"""(?:"([^"]*)"|'([^']*)')""")
# Names of products and formats, the same in every language.
SAME_EVERYWHERE = {
    "Deleted user",  # stored in the database, for readers of any language
    "Hubbub",
    "Authorization: Bearer …",
    "Lax",
    "Accept",
    "Referer",
    "noopener noreferrer nofollow ugc",
}


def find_unmarked() -> list[str]:
    files = [path for roots in FOLDERS.items() for path in files_of(*roots)]
    checks = [(path, check_template if path.suffix in (".html", ".txt") else check_python) for path in files]
    checks += [(path, check_script) for path in scripts()]
    return [
        f"{path.relative_to(ROOT)}:{line}: “{short(text)}” is not marked for translation."
        for path, check in checks
        if not is_skipped(str(path.relative_to(ROOT)))
        for line, text in check(path.read_text())
    ]


def short(text: str) -> str:
    return " ".join(text.replace(PLACEHOLDER, " ").split())[:70]


def files_of(folder: str, roots: tuple[str, ...]) -> Iterator[Path]:
    for root in [ROOT / each for each in roots] or [ROOT / folder]:
        yield from sorted(path for path in root.rglob("*") if is_source(path))


def is_skipped(path: str) -> bool:
    return path.startswith(NOT_YET) or any(f"/{part}" in f"/{path}" for part in PROGRAMS_READ)


def check_template(text: str) -> Iterator[tuple[int, str]]:
    prepare_templates()
    from django.template.base import Lexer, TokenType

    shown, is_inside = "", ""
    for token in Lexer(text).tokenize():
        content, line = token.contents, token.lineno or 1
        if token.token_type == TokenType.TEXT:
            shown += "\n" * content.count("\n") if is_inside else content
        elif token.token_type == TokenType.BLOCK:
            is_inside = end_of(content) if not is_inside else "" if content.split()[0] == is_inside else is_inside
            shown += PLACEHOLDER
            yield from ((line, each) for each in texts_of_tag(content))
        elif token.token_type == TokenType.VAR:
            shown += PLACEHOLDER
            yield from ((line, each) for each in texts_of_tag(content))
    yield from texts_of_markup(shown, 1)


def end_of(tag: str) -> str:
    """Return the end tag of a tag whose content is translated, or is a CSS class and no text; else ""."""
    if tag.startswith("blocktranslate"):
        return "endblocktranslate"
    return "endblock" if re.match(r"block \w+_class\b", tag) else ""


def texts_of_tag(content: str) -> Iterator[str]:
    name = content.split(maxsplit=1)[0]
    if name in ("translate", "blocktranslate", "url", "static", "load", "extends", "if", "elif", "ifequal", "plural"):
        return
    for found in TAG_TEXT.finditer(content):
        text = found[1] or found[2] or ""
        before = content[: found.start()]
        if before.endswith(("|date:", "|time:", "_(")) or text.startswith("/"):
            continue
        if is_sentence(text) or before.endswith(("|pluralize:", "|yesno:")):
            yield text


def texts_of_markup(markup: str, line: int) -> Iterator[tuple[int, str]]:
    markup = UNSHOWN.sub(lambda found: "\n" * found[0].count("\n"), markup)
    for found in TEXT_ATTRIBUTES.finditer(markup):
        if is_text(found[1] or found[2] or ""):
            yield line + markup.count("\n", 0, found.start()), found[0]
    position = 0
    for text in TAG.split(markup):
        if is_text(text):
            yield line + markup.count("\n", 0, position), text
        position = markup.find(">", position + len(text)) + 1


def is_text(text: str) -> bool:
    plain = html.unescape(text).replace(PLACEHOLDER, " ").strip()
    return bool(LETTERS.search(plain)) and plain not in SAME_EVERYWHERE


def is_sentence(text: str) -> bool:
    return bool(SENTENCE.search(text)) and text not in SAME_EVERYWHERE and not SQL.search(text)


SQL = re.compile(
    r"^(PRAGMA|SET|VALUES)\b|\b(SELECT|UPDATE|INSERT|DELETE|WITH|FROM|WHERE|JOIN|FOR)\b[ \n]|^AND |ON CONFLICT"
)
# Messages of these exceptions are for developers.
THROWN = re.compile(r"^(\w*Error|ImproperlyConfigured|Exception)$")
SCRIPT_NAMES = {
    "Enter", "Escape", "Home", "End", "Tab", "Backspace", "Files", "Accept", "Macintosh",
    "Alt", "Shift", "Key", "Notification",
}  # fmt: skip
SHOWN_BEFORE = re.compile(r"^(label|title|words|textContent|ariaLabel|verb|placeholder|message)$")


def check_script(text: str) -> Iterator[tuple[int, str]]:
    tokens = tokenize(text)
    marked = {index + 2 + 2 * number for index in range(len(tokens)) for number in range(len(mark_at(tokens, index)))}
    for index, token in enumerate(tokens):
        if token.kind == "template" and token.tag in ("html", "svg"):
            yield from texts_of_markup(token.value, token.line)
        elif token.kind in ("string", "template") and index not in marked and is_shown(tokens, index, token):
            yield token.line, token.value


def is_shown(tokens: list[Token], index: int, token: Token) -> bool:
    before = [each.text for each in tokens[max(0, index - 3) : index]]
    if len(before) > 1 and before[-1] == "(" and THROWN.match(before[-2]):
        return False
    if before and before[-1] in ("===", "!==", "case"):
        return False
    if len(before) > 1 and before[-1] in (":", "=") and SHOWN_BEFORE.match(before[-2]):
        return is_text(token.value)
    return is_sentence(token.value) and token.value not in SCRIPT_NAMES and not token.value.endswith("Error")


UNSEEN_CALLS = re.compile(
    r"^(log|logger|print|warn|Error|Warning|CheckMessage|SystemExit|ImproperlyConfigured|check|report\w*|RunSQL)$"
)


def check_python(text: str) -> Iterator[tuple[int, str]]:
    yield from texts_of_code(ast.parse(text))


def texts_of_code(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts below a node, without docstrings, marked texts, and texts logged or raised for developers."""
    if isinstance(node, ast.Call) and is_unseen(node.func):
        return
    if (text := constant_text(node)) is not None:
        if is_sentence(text):
            yield getattr(node, "lineno", 0), text
        return
    for child in shown_children(node):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from texts_of_code(child)


def shown_children(node: ast.AST) -> Iterator[ast.AST]:
    """Return the parts of a node that may contain a text for people, without annotations, keys and export lists."""
    match node:
        case ast.Dict(values=values):
            yield from values
        case ast.Subscript(value=value):
            yield value
        case ast.AnnAssign(value=value):
            yield from [value] if value else []
        case ast.arg():
            return
        case ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")]):
            return
        case ast.FunctionDef(args=args, body=body) | ast.AsyncFunctionDef(args=args, body=body):
            yield from [args, *body]
        case _:
            yield from ast.iter_child_nodes(node)


def constant_text(node: ast.AST) -> str | None:
    """Return a string, with HOLE for each value of an f-string."""
    if isinstance(node, ast.JoinedStr):
        return "".join(constant_text(each) or PLACEHOLDER for each in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_unseen(function: ast.expr) -> bool:
    nodes = [node for node in ast.walk(function) if isinstance(node, ast.Name | ast.Attribute)]
    names = [node.id if isinstance(node, ast.Name) else node.attr for node in nodes]
    return any(
        UNSEEN_CALLS.match(name) or name in PYTHON_MARKS or (name.endswith("Error") and name != "ValidationError")
        for name in names
    )
