"""The static files of production: hashed names, also inside stylesheets and ES modules."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from config.static import BESIDE_SIGNED_IN, PAGES, SIGNED_IN

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES_OF_A_SHEET = 250


@pytest.fixture(scope="module")
def collected(templates):
    """Static files as in production, which all sites of this run use. A reference to a missing file fails here."""
    return templates.static


def test_every_file_and_its_references_exist(collected):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    ours = {
        f"hubbub/{path.relative_to(ROOT / 'static').as_posix()}"
        for path in (ROOT / "static").rglob("*")
        if path.is_file()
    }
    assert len(ours) > 50
    assert ours - paths.keys() == set()
    assert [name for name in paths.values() if not (collected / name).is_file()] == []


def test_no_file_is_in_the_way_of_one_of_another_sites(collected):
    """The first file of a name is used: another site may have css/site.css or favicon.svg, too."""
    packages = {"account", "admin"}  # allauth's and Django's
    assert {path.name for path in collected.iterdir()} == {"hubbub", "staticfiles.json"} | packages


def test_every_file_that_a_template_names_is_there():
    templates = [path for name in ("templates", "notifications") for path in (ROOT / name).rglob("*.html")]
    named = {
        (path.name, file) for path in templates for file in re.findall(r"\{% static '([^']+)' %\}", path.read_text())
    }
    assert len(named) > 50
    assert sorted(pair for pair in named if not finders.find(pair[1])) == []


def test_modules_import_each_other_under_hashed_names(collected):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    repeat = (collected / paths["hubbub/vendor/lit-html/directives/repeat.js"]).read_text()
    assert Path(paths["hubbub/vendor/lit-html/lit-html.js"]).name in repeat
    assert '"../lit-html.js"' not in repeat


def test_a_rooms_page_is_one_script_and_one_sheet(collected):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    script = (collected / paths["hubbub/js/app.js"]).read_text()
    code, _, exported = script.rstrip().rpartition("\n")
    assert exported.startswith("export {")  # for the parts that are loaded when they are first needed
    assert not re.search(r"^\s*(import|export)\b", code, re.MULTILINE)
    assert "customElements.define" in script
    sheet = (collected / paths["hubbub/css/room-page.css"]).read_text()
    assert "@import" not in sheet
    assert "@font-face" not in sheet  # fonts.js loads it
    assert ".message-head" in sheet
    assert (
        Path(paths["hubbub/vendor/inter/inter-latin.woff2"]).name
        in (collected / paths["hubbub/css/site.css"]).read_text()
    )


@pytest.mark.parametrize("name", BESIDE_SIGNED_IN)
def test_another_pages_script_imports_one_file_at_most(collected, name):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    script = (collected / paths[f"{PAGES}/{name}.js"]).read_text()
    imported = re.findall(r'^import\b[^"]*"([^"]+)"', script, re.MULTILINE)
    assert imported == [f"./{Path(paths[SIGNED_IN]).name}"]


def test_the_rooms_sheet_begins_as_every_pages_does():
    site, room = ((ROOT / "static/css" / name).read_text() for name in ("site.css", "room-page.css"))
    imports = [line for line in site.splitlines() if "@import" in line and "font.css" not in line]
    assert [line for line in room.splitlines() if "@import" in line][: len(imports)] == imports


def test_the_sheets_of_large_pages_are_one_each_and_small_where_they_are_written(collected):
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    for name in ("inbox", "preferences"):
        assert "@import" not in (collected / paths[f"hubbub/css/{name}.css"]).read_text()
    lines = {path.name: path.read_text().count("\n") for path in (ROOT / "static/css").glob("*.css")}
    assert {name: number for name, number in lines.items() if number > MOST_LINES_OF_A_SHEET} == {}


def test_the_sprite_has_every_icon_that_is_listed():
    names = set((ROOT / "scripts/icons.txt").read_text().split())
    sprite = (ROOT / "static/icons.svg").read_text()
    assert {name for name in names if f'<symbol id="{name}"' not in sprite} == set()


def test_text_follows_the_browsers_font_size():
    """Sizes are in rem. Letters in a profile picture fit the picture, and the bell has a minimum on other sites."""
    sized = re.compile(r"^\s*font-size: [\d.]+px|^\s*font:\s+(\d+ )?[\d.]+px", re.MULTILINE)
    sheets = [path for path in (ROOT / "static/css").glob("*.css") if path.name != "avatar.css"]
    assert [path.name for path in sheets if sized.search(path.read_text())] == []
