"""Tests with a browser run in one event loop in each worker."""

import ast
from pathlib import Path

HERE = Path(__file__).parent
FILES = [HERE / "conftest.py", HERE / "embedding/test_embedding.py", *(HERE / "browser").glob("*.py")]


def test_their_fixtures_belong_to_that_loop():
    """Playwright's objects belong to one loop; a fixture in another loop would wait for them for ever."""
    fixtures = {
        f"{path.name}: {function.name}": ast.unparse(decorator)
        for path in FILES
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.AsyncFunctionDef)
        for decorator in function.decorator_list
        if ".fixture" in ast.unparse(decorator)
    }
    assert len(fixtures) > 10
    assert [name for name, decorator in fixtures.items() if "loop_scope='session'" not in decorator] == []
