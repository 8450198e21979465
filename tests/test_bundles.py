"""What is bundled does what its modules do, and what the bundle does not understand is refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.module_bundle import UnbundledSyntax, bundle_modules, order_modules
from config.sheet_bundle import bundle_sheets

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
""",
    "js/side.js": "console.log('side, https://example.org')\n",
    "vendor/minified.js": '/**\n * @license\n * Of somebody.\n */\nconst a="words";export{a as name};\n',
}


def collect(modules: dict[str, str]) -> str:
    return bundle_modules("js/main.js", modules.__getitem__)


def run(path: Path) -> str:
    command = [sys.executable, ROOT / "scripts/node.py", "node", path]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_bundle_does_what_its_modules_do(tmp_path):
    for name, text in MODULES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "bundle.mjs").write_text(collect(MODULES))
    assert run(tmp_path / "bundle.mjs") == run(tmp_path / "js/main.js") == "side, https://example.org\nwords 8 6\n"


def test_comments_are_left_out_and_licences_are_not():
    made = collect(MODULES)
    assert "The entry" not in made
    assert "What is said" not in made
    assert made.count("Of somebody.") == 1


@pytest.mark.parametrize(
    "line",
    [
        'import main from "./side.js"',
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
def test_what_a_bundle_does_not_understand_is_refused(line):
    with pytest.raises(UnbundledSyntax, match=r"js/main\.js cannot be bundled"):
        collect(MODULES | {"js/main.js": f"{line}\n"})


def test_a_name_that_is_not_exported_is_refused():
    with pytest.raises(UnbundledSyntax, match=r"js/main\.js imports gone, which js/side\.js does not export"):
        collect(MODULES | {"js/main.js": 'import { gone } from "./side.js"\n'})


def test_a_circle_is_refused():
    with pytest.raises(UnbundledSyntax, match=r"js/main.js → js/side.js → js/main.js"):
        collect({"js/main.js": 'import "./side.js"\n', "js/side.js": 'import "./main.js"\n'})


def test_the_rooms_bundle_has_each_line_of_its_modules():
    def read(path: str) -> str:
        return (ROOT / "static" / path).read_text()

    made = bundle_modules("js/app.js", read)
    parts = dict(re.findall(r"^// (\S+\.js)\n(.*?)(?=^// \S+\.js\n|\Z)", made, re.MULTILINE | re.DOTALL))
    assert list(parts) == list(order_modules("js/app.js", read))
    assert len(parts) > 90
    for path, part in parts.items():
        code = [line.removeprefix("export ") for line in read(path).splitlines() if not is_comment(line)]
        own = [line for line in code if path.startswith("js/") and not line.startswith("import ")]
        lines = set(part.splitlines())
        assert [line for line in own if line.strip() and line not in lines] == [], path


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
