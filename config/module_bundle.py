"""A bundle: an ES module and everything that it imports in one file.

A slow connection then needs one request instead of 100. `collectstatic` makes it (static.py) from the modules; in
development the browser loads them one by one. It parses the subset of the language that our modules use, and refuses
anything else with a message: imports come first and are named, exports are named declarations or one list at the end,
no modules import each other in a circle. So each module can become a function, called once, in the order in which a
browser evaluates them, and names need no changes.

A module that two bundles of one page need must not run twice: one bundle lends its modules, and the other, which is
made beside it, imports them.

A bundle that is loaded on demand is made beside the page's own. Its URL comes from the page
(static/js/helpers/on-demand.js): if the script named it, the hash in each name would depend on the other.
"""

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass

SPACE_OR_COMMENT = re.compile(r"(?:\s|//[^\n]*\n|/\*.*?\*/)*", re.DOTALL)
IMPORT = re.compile(
    r'import\s*(?:(?:\{(?P<names>[^}]*)\}|(?P<default>[A-Za-z_$][\w$]*))\s*from\s*)?"(?P<path>\.[^"]+)"\s*;?'
)
EXPORT_LIST = re.compile(r"export\s*\{(?P<names>[^}]*)\}\s*;?\s*$")
EXPORT = re.compile(r"^export (?=(?:async function|function|class|const) (?P<name>[A-Za-z_$][\w$]*))", re.MULTILINE)
# The remaining `import` and `export` after the known forms are removed; within a line they may be a name or a text.
UNKNOWN = re.compile(
    r"(?:^|[;}])\s*(?:export\b|import\b)[^\n]*|\bimport\s*(?:\.|\((?!url\)))[^\n]*|^await\b[^\n]*", re.MULTILINE
)
INSIDE = r"(?:(?!\*/).)*"
OWNER = r"(?:@license|Copyright)\b"
COMMENT_LINES = re.compile(rf"^[ \t]*(?://[^\n]*|/\*(?!{INSIDE}{OWNER}){INSIDE}\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
LICENCE = re.compile(rf"/\*{INSIDE}{OWNER}{INSIDE}\*/", re.DOTALL)


class UnbundledSyntax(ValueError):
    """A module or stylesheet uses syntax that a bundle cannot have."""


@dataclass(frozen=True)
class Module:
    imports: list[tuple[str, str]]  # path of the module, and the names in the braces
    body: str
    exports: str


def bundle_modules(entry: str, read: Callable[[str], str], *, lends: bool = False, beside: str = "") -> str:
    """Return one script with the module `entry` and its imports. `read` returns the text of a module.

    `lends`: export the modules, named by their numbers. `beside`: the entry of the bundle that lends its modules.
    """
    lent = order_modules(beside, read) if beside else {}
    modules = lent | order_modules(entry, read)
    numbers = {path: number for number, path in enumerate(modules)}
    own = {path: module for path, module in modules.items() if path not in lent}
    return "".join(
        [
            borrow(own, numbers, entry, beside) if beside else "",
            *(wrap(path, module, numbers) for path, module in own.items()),
            export(modules[entry], numbers, entry, lends=lends),
        ]
    )


def order_modules(entry: str, read: Callable[[str], str]) -> dict[str, Module]:
    """Return the modules in the order of their evaluation: each comes after the modules that it imports."""
    done: dict[str, Module] = {}

    def visit(path: str, importers: tuple[str, ...]) -> None:
        if path in importers:
            raise UnbundledSyntax(f"{path} imports itself: {' → '.join([*importers, path])}.")
        if path not in done:
            module = parse(path, read(path))
            for imported, names in module.imports:
                visit(imported, (*importers, path))
                check_names(path, names, imported, done[imported])
            done[path] = module

    visit(entry, ())
    return done


def check_names(path: str, names: str, imported: str, module: Module) -> None:
    """Refuse a name that is not exported, as a browser would: in a bundle it would be undefined."""
    exported = {name.partition(":")[0] for name in split_names(module.exports)}
    for name in split_names(names):
        if name.partition(" as ")[0] not in exported:
            raise UnbundledSyntax(f"{path} imports {name}, which {imported} does not export.")


def parse(path: str, text: str) -> Module:
    """Return the parts of a module. Raises UnbundledSyntax."""
    position = skip_space(text, 0)
    imports = []
    while found := IMPORT.match(text, position):
        names = found["names"] or (f"default as {found['default']}" if found["default"] else "")
        imports.append((posixpath.normpath(posixpath.join(posixpath.dirname(path), found["path"])), names))
        position = skip_space(text, found.end())
    body = "".join(f"{found[0]}\n" for found in LICENCE.finditer(text[:position])) + text[position:]
    body = COMMENT_LINES.sub("", body)  # before the search for exports, because a comment may contain one
    exports = [found["name"] for found in EXPORT.finditer(body)]
    body = EXPORT.sub("", body)
    if listed := EXPORT_LIST.search(body):
        exports += [": ".join(reversed(name.split(" as "))) for name in split_names(listed["names"])]
        body = body[: listed.start()]
    if unknown := UNKNOWN.search(body):
        raise UnbundledSyntax(f"{path} cannot be bundled: “{unknown[0].strip()[:80]}” (see config/module_bundle.py).")
    return Module(imports, body, ", ".join(exports))


def skip_space(text: str, position: int) -> int:
    found = SPACE_OR_COMMENT.match(text, position)
    assert found is not None
    return found.end()


def split_names(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def borrow(own: dict[str, Module], numbers: dict[str, int], entry: str, beside: str) -> str:
    """Return the line that imports the used modules of the bundle `beside`, or at least runs it first."""
    used = {path for module in own.values() for path, _ in module.imports if path not in own}
    names = ", ".join(f"m{number}" for number in sorted(numbers[path] for path in used))
    path = posixpath.relpath(beside, posixpath.dirname(entry))
    return f'import {{ {names} }} from "./{path}"\n' if names else f'import "./{path}"\n'


def export(module: Module, numbers: dict[str, int], entry: str, *, lends: bool) -> str:
    """Return the lines that export the entry's names, and where it lends them, every module."""
    names = ", ".join(name.partition(":")[0] for name in split_names(module.exports))
    own = f"export const {{ {names} }} = m{numbers[entry]}\n" if names else ""
    return own + (f"export {{ {', '.join(f'm{number}' for number in numbers.values())} }}\n" if lends else "")


def wrap(path: str, module: Module, numbers: dict[str, int]) -> str:
    """Return a module as a function that is called at once and returns the module's exports."""
    imports = [
        f"const {{ {', '.join(split_names(names)).replace(' as ', ': ')} }} = m{numbers[imported]}\n"
        for imported, names in module.imports
        if names
    ]
    return (
        f"// {path}\nconst m{numbers[path]} = (() => {{\n{''.join(imports)}{module.body.rstrip()}\n"
        f"return {{ {module.exports} }}\n}})()\n"
    )
