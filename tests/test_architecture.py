"""Tests of the architecture: apps and folders import in one direction, and modules have proper names."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each app may import only those to its right.
ORDER = ["config", "chat", "search", "files", "notifications", "accounts", "realtime"]
NOT_A_NAME = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
MOST_IMPORTS = 16
# Top-level functions and classes with a name that another module has, too; most are views and the services they call.
MOST_SHARED_NAMES = 37
# Names of accounts, config and realtime/serving. The first four mean the same in both places.
SHARED_NAMES = {"Person", "digest", "end_sessions", "revoke_token", "make_token", "name_of"}
FILES_ELSEWHERE = {"people/apps.py", "realtime/turns.py"}  # in an example of another site; removed since a decision
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
def test_an_app_imports_only_apps_to_its_right(app):
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
    """A reader of a module has to know all its imports; views and services have the most."""
    fan_out = {name: len(imported) for name, imported in import_graph().items() if len(imported) > MOST_IMPORTS}
    assert fan_out == {}


def test_the_folders_of_the_engine_point_one_way():
    """Serving imports the engine, and the engine nothing of serving; the shared modules import neither."""
    right_of = {"serving": set(), "engine": {"serving"}, "shared": {"serving", "engine"}}
    for folder, forbidden in right_of.items():
        paths = modules(f"realtime/{folder}")
        assert len(paths) > 10
        for path in paths:
            folders = {name.split(".")[1] for name in imported_names(path) if name.startswith("realtime.")}
            assert not folders & forbidden, path


@pytest.mark.parametrize("app", ["accounts", "chat", "config", "notifications", "notifications.delivery", "realtime"])
def test_no_folders_of_an_app_import_each_other_in_a_circle(app):
    """A module outside of all folders of its app counts as a folder of its own."""
    graph = folder_graph(app)
    assert len(graph) > 5
    while leaves := {name for name, imported in graph.items() if not imported & graph.keys()}:
        graph = {name: imported for name, imported in graph.items() if name not in leaves}
    assert graph == {}, "These import each other in a circle, or import one that does."


def folder_graph(parent: str) -> dict[str, set[str]]:
    """Return the folders and modules of an app, or of one of its folders, each with those that it imports."""
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
    """Return whether the names of a module have been checked, so that none means another thing elsewhere."""
    return path.parts[0] in ("accounts", "config") or path.parts[:2] == ("realtime", "serving")


def places_of_names() -> dict[str, list[Path]]:
    """Return the modules that define each top-level function or class, without Django's own names."""
    places: dict[str, list[Path]] = {}
    for path in (path for app in OURS for path in modules(app)):
        if {"migrations", "commands"}.isdisjoint(path.parts):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    places.setdefault(node.name, []).append(path.relative_to(ROOT))
    return places


def test_the_folders_of_notifications_point_one_way():
    """Streams and delivery import the inbox, the inbox the rules, and none of them a module above or beside."""
    graph = folder_graph("notifications")
    known = {"conf", "destinations", "groups", "kinds", "reasons"}  # the modules beside the folders that all may import
    assert not [name for name in known if graph[name]]
    for folder in ("models", "rules", "inbox"):
        assert graph[folder] <= known, folder
        known.add(folder)
    for folder in ("delivery", "streams"):
        assert graph[folder] <= known, folder


def test_the_folders_of_chat_point_one_way():
    """Each may import those before it; text and models import no other folder."""
    graph = folder_graph("chat")
    known = {"conf", "errors", "permissions", "rate_limits"}  # modules beside the folders
    assert not [name for name in known if graph[name] - known]
    for folder in ("text", "models", "states", "notices", "services"):
        assert graph[folder] <= known, folder
        known.add(folder)
    assert graph["models"] == set()
    assert graph["text"] == {"conf"}
    known.add("search")
    assert graph["search"] <= known - {"services"}
    assert graph["pages"] <= known - {"services"}
    assert graph["views"] <= known | {"pages"}


def test_delivery_imports_no_channel_and_http_imports_nothing():
    graph = folder_graph("notifications.delivery")
    ways = {"email", "push", "http"}
    assert graph["http"] == set()
    assert graph["email"].isdisjoint(ways)
    assert graph["push"] & ways == {"http"}
    assert not [name for name, imported in graph.items() if name not in ways and imported & ways]


def test_documents_name_files_that_there_are():
    """A file is named as in documents, by its name or the end of its path: `delivery/claims.py`."""
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


def test_every_module_has_a_proper_name():
    folders = [*OURS, "scripts", "tests"]
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    assert len(paths) > 50
    unnamed = {str(path.relative_to(ROOT)) for path in paths if NOT_A_NAME & {*path.parts, path.stem}}
    assert unnamed == {"config/postgresql/base.py"}  # Django requires that name in each database backend


def test_the_engine_speaks_the_protocol_without_django_or_a_clock():
    names = {name.partition(".")[0] for name in imported_names(ROOT / "realtime/engine/protocol.py")}
    assert names.isdisjoint({"django", "channels", "asyncio", "time", "datetime"})
