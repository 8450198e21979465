"""The arrows between the apps point one way, and every module is named after what it is."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each may import only what is to its right.
ORDER = ["config", "chat", "notifications", "accounts", "realtime"]
NOT_A_NAME = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
MOST_IMPORTS = 16
# Top-level functions and classes whose name another module has, too: most are views and the services that they call.
MOST_SHARED_NAMES = 110
# Those of accounts, config and realtime/serving. The first four mean the same in both places.
SHARED_NAMES = {"Person", "digest", "end_sessions", "revoke_token", "make_token", "name_of"}
FILES_ELSEWHERE = {"people/apps.py", "realtime/turns.py"}  # in a site's own project; before a decision
OURS = [app for app in ORDER if (ROOT / app).is_dir()]


def modules(app: str) -> list[Path]:
    return sorted((ROOT / app).rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    """Return every module that a file imports, also inside its functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            assert node.level == 0, f"{path}: a relative import hides where its arrow points"
    return names


@pytest.mark.parametrize("app", OURS)
def test_an_app_imports_only_what_is_to_its_right(app):
    assert len(modules(app)) > 1
    to_the_left = set(ORDER[: ORDER.index(app)])
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(app)
        for name in imported_names(path)
        if name.partition(".")[0] in to_the_left
    }
    assert wrong == set()


@pytest.mark.parametrize("app", OURS)
def test_no_app_knows_the_tests(app):
    assert not [path for path in modules(app) for name in imported_names(path) if name.partition(".")[0] == "tests"]


def import_graph() -> dict[str, set[str]]:
    """Return which of our modules each of them imports, also only for types."""
    paths = {name_of(path): path for app in OURS for path in modules(app)}
    graph: dict[str, set[str]] = {}
    for name, path in paths.items():
        graph[name] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                graph[name] |= paths.keys() & {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                submodules = paths.keys() & {f"{node.module}.{alias.name}" for alias in node.names}
                graph[name] |= submodules or paths.keys() & {node.module}
        graph[name].discard(name)
    return graph


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_modules_import_each_other_in_a_circle():
    graph = import_graph()
    assert len(graph) > 300
    while leaves := {name for name, imported in graph.items() if not imported & graph.keys()}:
        graph = {name: imported for name, imported in graph.items() if name not in leaves}
    assert graph == {}, "These import each other in a circle, or import one that does."


def test_no_module_imports_too_many_of_ours():
    """Whoever reads it has to know as many: the most are views and services that bring an app's parts together."""
    fan_out = {name: len(imported) for name, imported in import_graph().items() if len(imported) > MOST_IMPORTS}
    assert fan_out == {}


def test_the_folders_of_the_engine_point_one_way():
    """Serving knows the engine, and the engine nothing of what serves it; what they share knows neither."""
    right_of = {"serving": set(), "engine": {"serving"}, "shared": {"serving", "engine"}}
    for folder, forbidden in right_of.items():
        paths = modules(f"realtime/{folder}")
        assert len(paths) > 10
        for path in paths:
            folders = {name.split(".")[1] for name in imported_names(path) if name.startswith("realtime.")}
            assert not folders & forbidden, path


@pytest.mark.parametrize("app", ["accounts", "chat", "config", "notifications", "notifications.delivery", "realtime"])
def test_no_folders_of_an_app_import_each_other_in_a_circle(app):
    """A module that is in no folder of its app counts as a folder of its own."""
    graph = folder_graph(app)
    assert len(graph) > 5
    while leaves := {name for name, imported in graph.items() if not imported & graph.keys()}:
        graph = {name: imported for name, imported in graph.items() if name not in leaves}
    assert graph == {}, "These import each other in a circle, or import one that does."


def folder_graph(parent: str) -> dict[str, set[str]]:
    """Return which folders and modules of an app, or of one of its folders, each of them imports."""
    graph: dict[str, set[str]] = {}
    prefix, depth = f"{parent}.", parent.count(".") + 1
    for name, imported in import_graph().items():
        if name.startswith(prefix):
            folder = name.split(".")[depth]
            inside = {other.split(".")[depth] for other in imported if other.startswith(prefix)}
            graph[folder] = graph.get(folder, set()) | inside - {folder}
    return graph


def test_identity_knows_nothing_of_pages():
    """Other sites use accounts/identity with their own users and pages, and without allauth."""
    graph = folder_graph("accounts")
    assert graph["names"] == set()
    assert graph["identity"] <= {"models", "names"}
    assert "pages" not in graph["sign_in"]
    assert not [
        path
        for path in modules("accounts/identity")
        for name in imported_names(path)
        if name.partition(".")[0] == "allauth"
    ]


def test_few_names_are_defined_in_two_modules():
    """A search for a name finds one thing; where it finds two, they do the same."""
    places = places_of_names()
    shared = {name for name, found in places.items() if len(found) > 1}
    assert len(places) > 1_000
    assert len(shared) <= MOST_SHARED_NAMES, sorted(shared)
    plain = {name for name in shared if any(is_plain(path) for path in places[name])}
    assert plain - SHARED_NAMES == set()


def is_plain(path: Path) -> bool:
    """Say whether the names of a module have been gone through: none means another thing elsewhere."""
    return path.parts[0] in ("accounts", "config") or path.parts[:2] == ("realtime", "serving")


def places_of_names() -> dict[str, list[Path]]:
    """Return in which modules each top-level function or class is defined; Django's own names are left out."""
    places: dict[str, list[Path]] = {}
    for path in (path for app in OURS for path in modules(app)):
        if {"migrations", "commands"}.isdisjoint(path.parts):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    places.setdefault(node.name, []).append(path.relative_to(ROOT))
    return places


def test_the_folders_of_notifications_point_one_way():
    """Streams and delivery know the inbox, the inbox the rules, and nobody what is above; nor what joins them all."""
    graph = folder_graph("notifications")
    known = {"conf", "destinations", "groups", "kinds", "reasons"}  # what the app itself is made of
    assert not [name for name in known if graph[name]]
    for folder in ("models", "rules", "inbox"):
        assert graph[folder] <= known, folder
        known.add(folder)
    for folder in ("delivery", "streams"):
        assert graph[folder] <= known, folder


def test_the_folders_of_chat_point_one_way():
    """Each may import those before it; text and models know nothing of the rest."""
    graph = folder_graph("chat")
    known = {"conf", "errors", "permissions", "rate_limits"}  # what the app itself is made of
    assert not [name for name in known if graph[name] - known]
    for folder in ("text", "models", "states", "notices", "services"):
        assert graph[folder] <= known, folder
        known.add(folder)
    assert graph["models"] == set()
    assert graph["text"] == {"conf"}
    assert graph["pages"] <= known - {"services"}
    assert graph["views"] <= known | {"pages"}


def test_what_is_delivered_knows_no_way_out_and_http_knows_nothing():
    graph = folder_graph("notifications.delivery")
    ways = {"email", "push", "http"}
    assert graph["http"] == set()
    assert graph["email"].isdisjoint(ways)
    assert graph["push"] & ways == {"http"}
    assert not [name for name, imported in graph.items() if name not in ways and imported & ways]


def test_documents_name_files_that_there_are():
    """A file by its name, or by the end of its path, as documents have them: `delivery/claims.py`."""
    files = {
        f"/{path.relative_to(ROOT).as_posix()}"
        for folder in [*OURS, "bench", "scripts", "tests"]
        for path in modules(folder)
    }
    documents = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    named = {
        name for path in documents for name in re.findall(r"[\w/-]+\.py\b", path.read_text()) if name != "manage.py"
    }
    assert len(named) > 100
    gone = {name for name in named if not any(file.endswith(f"/{name.lstrip('/')}") for file in files)}
    assert gone - FILES_ELSEWHERE == set()


def test_every_module_is_named_after_what_it_is():
    folders = [*OURS, "scripts", "tests"]
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert len(paths) > 50
    unnamed = {str(path.relative_to(ROOT)) for path in paths if NOT_A_NAME & {*path.parts, path.stem}}
    assert unnamed == {"config/postgresql/base.py"}  # as Django calls it in each backend of a database


def test_the_engine_speaks_the_protocol_without_django_or_a_clock():
    names = {name.partition(".")[0] for name in imported_names(ROOT / "realtime/engine/protocol.py")}
    assert names.isdisjoint({"django", "channels", "asyncio", "time", "datetime"})
