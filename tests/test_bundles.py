"""Bundles behave like their modules, and syntax that a bundle cannot have is refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.module_bundle import UnbundledSyntax, bundle_modules, order_modules
from config.sheet_bundle import bundle_sheets
from config.static import BUNDLES, PAGES, SIGNED_IN

ROOT = Path(__file__).resolve().parent.parent
MODULES = {
    "js/main.js": """// The entry.
import { twice as double, Counter } from "./sums/counter.js"
import "./side.js"
import { name } from "../vendor/minified.js"

/** What is said. */
export const words = `${name} ${double(4)} ${new Counter().next()}`
console.log(words)
""",
    "js/sums/counter.js": """import { name } from "../../vendor/minified.js"

export class Counter {
  #count = name.length

  next() {
    this.#count += 1
    return this.#count
  }
}

export async function later() {}

export function twice(number) {
  return 2 * number
}

export { Counter as default }
""",
    "js/side.js": "console.log('side, https://example.org')\n",
    "vendor/minified.js": '/**\n * @license\n * Of somebody.\n */\nconst a="words";export{a as name};\n',
}


def collect(modules: dict[str, str]) -> str:
    return bundle_modules("js/main.js", modules.__getitem__)


def run(path: Path) -> str:
    command = [sys.executable, ROOT / "scripts/node.py", "node", path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_bundle_behaves_like_its_modules(tmp_path):
    write(tmp_path / "modules", MODULES)
    write(tmp_path / "bundle", {"js/main.js": collect(MODULES)})
    said = [run(tmp_path / folder / "js/main.js") for folder in ("modules", "bundle")]
    assert said == ["side, https://example.org\nwords 8 6\n"] * 2


def test_an_export_in_a_comment_is_not_exported():
    modules = {"js/main.js": "/*\nexport function gone() {}\n*/\nexport const here = 1\n"}
    assert "gone" not in collect(modules)


def test_a_module_in_two_bundles_of_a_page_runs_once(tmp_path):
    """The page's own script may come first: it then runs the modules that it needs from the other bundle."""
    pages = MODULES | {
        "js/pages/own.js": """import Name from "../sums/counter.js"
import { twice } from "../sums/counter.js"
import { words } from "../main.js"

console.log(`${words}: ${new Name().next()} ${twice(1)}`)
""",
        "page.js": 'import "./js/pages/own.js"\nimport "./js/main.js"\n',
    }
    read = pages.__getitem__
    made = {
        "js/main.js": bundle_modules("js/main.js", read, lends=True),
        "js/pages/own.js": bundle_modules("js/pages/own.js", read, beside="js/main.js"),
        "page.js": pages["page.js"],
    }
    write(tmp_path / "modules", pages)
    write(tmp_path / "bundles", made)
    said = [run(tmp_path / folder / "page.js") for folder in ("modules", "bundles")]
    assert said == ["side, https://example.org\nwords 8 6\nwords 8 6: 6 2\n"] * 2
    assert "class Counter" not in made["js/pages/own.js"]


def test_a_bundle_loads_another_one_on_demand(tmp_path):
    pages = MODULES | {
        "js/main.js": 'import { load } from "./load.js"\nimport { twice } from "./sums/counter.js"\n\n'
        'console.log(twice(2))\nload("./later.js").then(({ say }) => say())\n',
        "js/load.js": "export function load(url) {\n  return import(url)\n}\n",
        "js/later.js": 'import { Counter } from "./sums/counter.js"\n\n'
        "export function say() {\n  console.log(new Counter().next())\n}\n",
    }
    read = pages.__getitem__
    made = {
        "js/main.js": bundle_modules("js/main.js", read, lends=True),
        "js/later.js": bundle_modules("js/later.js", read, beside="js/main.js"),
    }
    write(tmp_path / "modules", pages)
    write(tmp_path / "bundles", made)
    said = [run(tmp_path / folder / "js/main.js") for folder in ("modules", "bundles")]
    assert said == ["4\n6\n"] * 2
    assert "class Counter" not in made["js/later.js"]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in (files | {"package.json": '{"type": "module"}'}).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_comments_are_left_out_and_licences_are_not():
    made = collect(MODULES)
    assert "The entry" not in made
    assert "What is said" not in made
    assert made.count("Of somebody.") == 1
    chart = BUNDLES[f"{PAGES}/streams.js"](f"{PAGES}/streams.js", read_source)
    assert chart.count("Copyright (c) 2025, Leon Sorokin") == 1


@pytest.mark.parametrize(
    "line",
    [
        'import * as side from "./side.js"',
        'const side = import("./side.js")',
        "const here = import.meta.url",
        "export default 1",
        "export let count = 0",
        'export * from "./side.js"',
        'export { name } from "./side.js"',
        "export const { a, b } = window",
        'const a = 1\nimport { b } from "./side.js"',
        "await something()",
    ],
)
def test_syntax_that_a_bundle_cannot_have_is_refused(line):
    with pytest.raises(UnbundledSyntax, match=r"js/main\.js cannot be bundled"):
        collect(MODULES | {"js/main.js": f"{line}\n"})


def test_a_name_that_is_not_exported_is_refused():
    with pytest.raises(UnbundledSyntax, match=r"js/main\.js imports gone, which js/side\.js does not export"):
        collect(MODULES | {"js/main.js": 'import { gone } from "./side.js"\n'})
    with pytest.raises(
        UnbundledSyntax, match=r"js/main\.js imports default as side, which js/side\.js does not export"
    ):
        collect(MODULES | {"js/main.js": 'import side from "./side.js"\n'})


def test_a_circle_is_refused():
    with pytest.raises(UnbundledSyntax, match=r"js/main.js → js/side.js → js/main.js"):
        collect({"js/main.js": 'import "./side.js"\n', "js/side.js": 'import "./main.js"\n'})


def read_source(path: str) -> str:
    return (ROOT / "static" / path.removeprefix("hubbub/")).read_text()


@pytest.mark.parametrize("entry", [name for name in BUNDLES if name.endswith(".js")])
def test_a_bundle_has_each_line_of_its_modules(entry):
    made = BUNDLES[entry](entry, read_source)
    parts = dict(re.findall(r"^// (\S+\.js)\n(.*?)(?=^// \S+\.js\n|\Z)", made, re.MULTILINE | re.DOTALL))
    expected = order_modules(entry, read_source)
    if beside := getattr(BUNDLES[entry], "keywords", {}).get("beside"):
        expected = {path: module for path, module in expected.items() if path not in order_modules(beside, read_source)}
    assert list(parts) == list(expected)
    for path, part in parts.items():
        code = [line.removeprefix("export ") for line in read_source(path).splitlines() if not is_comment(line)]
        own = [line for line in code if path.startswith("hubbub/js/") and not line.startswith("import ")]
        lines = set(part.splitlines())
        assert [line for line in own if line.strip() and line not in lines] == [], path


def test_no_module_runs_twice_on_the_page_with_two_scripts_of_its_own():
    preferences, devices = (
        order_modules(f"{PAGES}/{name}.js", read_source).keys() for name in ("preferences", "devices")
    )
    assert preferences & devices - order_modules(SIGNED_IN, read_source).keys() == set()


def is_comment(line: str) -> bool:
    return line.strip().startswith(("//", "/**", "*"))


def test_sheets_are_joined_in_their_order_each_once():
    sheets = {
        "css/page.css": '/* What it is. */\n@import url("one.css");\n@import url("two.css");\n.page {}\n',
        "css/one.css": '@import url("two.css");\n.one {}\n',
        "css/two.css": '/* url("no.css") */\n.two { background: url("../two.svg") }\n',
    }
    assert bundle_sheets("css/page.css", sheets.__getitem__).split("\n") == [
        '.two { background: url("../two.svg") }',
        ".one {}",
        ".page {}",
        "",
    ]


@pytest.mark.parametrize(
    "line", ['@import "two.css";', '@import url("../two.css");', '@import url("two.css") layer(x);']
)
def test_other_imports_of_sheets_are_refused(line):
    with pytest.raises(UnbundledSyntax, match=r"css/page\.css cannot be bundled"):
        bundle_sheets("css/page.css", {"css/page.css": line}.__getitem__)
