#!/usr/bin/env python3
"""Fetch the browser's libraries from npm into static/vendor/, and draw static/icons.svg.

scripts/vendor.py            everything anew, in the versions below
scripts/vendor.py icons      only the icons listed in scripts/icons.txt
scripts/vendor.py check      compare the files with static/vendor/manifest.json, without a network
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from node import node_environment, npm_command

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
SPRITE = ROOT / "static" / "icons.svg"
ICON_NAMES = ROOT / "scripts" / "icons.txt"

LIT_DIRECTIVES = (
    "cache class-map guard if-defined keyed live ref repeat template-content unsafe-html unsafe-svg when"
).split()


@dataclass(frozen=True)
class Package:
    """One npm package: `files` maps a path inside it to a path below static/vendor/<folder>/."""

    name: str
    version: str
    licence: str
    folder: str
    files: dict[str, str]


PACKAGES = [
    Package(
        name="lit-html",
        version="3.3.3",
        licence="BSD-3-Clause",
        folder="lit-html",
        files={
            **{name: name for name in ("lit-html.js", "directive.js", "directive-helpers.js", "async-directive.js")},
            **{f"directives/{name}.js": f"directives/{name}.js" for name in LIT_DIRECTIVES},
        },
    ),
    Package(name="idb", version="8.0.4", licence="ISC", folder="idb", files={"build/index.js": "idb.js"}),
    Package(
        name="uplot",
        version="1.6.32",
        licence="MIT",
        folder="uplot",
        files={"dist/uPlot.esm.js": "uplot.js", "dist/uPlot.min.css": "uplot.css"},
    ),
    Package(
        name="@fontsource-variable/inter",
        version="5.3.0",
        licence="OFL-1.1",
        folder="inter",
        files={
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
        },
    ),
]
ICONS = Package(name="lucide-static", version="1.62.0", licence="ISC AND MIT", folder="lucide", files={})


def main(arguments: list[str]) -> int:
    match arguments:
        case []:
            return vendor(PACKAGES) or draw_icons()
        case ["icons"]:
            return draw_icons()
        case ["check"]:
            return check()
    print(__doc__, file=sys.stderr)
    return 2


def vendor(packages: list[Package]) -> int:
    records = [fetch(package) for package in packages] + [fetch(ICONS)]
    MANIFEST.write_text(json.dumps(records, indent=2) + "\n")
    return 0


def fetch(package: Package) -> dict:
    """Write a package's files and its licence below static/vendor/, and return its entry in the manifest."""
    with tempfile.TemporaryDirectory() as folder:
        source = unpack(package, Path(folder))
        hashes = {}
        for origin, name in {"LICENSE": "LICENSE", **package.files}.items():
            target = VENDOR / package.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(without_source_map((source / origin).read_bytes()))
            hashes[target.relative_to(VENDOR).as_posix()] = digest(target)
    print(f"{package.name} {package.version}")
    return {"name": package.name, "version": package.version, "licence": package.licence, "sha256": hashes}


def unpack(package: Package, folder: Path) -> Path:
    command = [*npm_command(), "pack", "--silent", f"{package.name}@{package.version}"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=node_environment())
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def without_source_map(content: bytes) -> bytes:
    """Remove the source map's URL: Django's manifest storage refuses a URL without a file."""
    return re.sub(rb"^//# sourceMappingURL=.*\n?", b"", content, flags=re.MULTILINE)


def draw_icons() -> int:
    """Draw one sprite with a symbol for every name in scripts/icons.txt."""
    names = sorted(set(ICON_NAMES.read_text().split()))
    with tempfile.TemporaryDirectory() as folder:
        source = unpack(ICONS, Path(folder)) / "icons"
        unknown = [name for name in names if not (source / f"{name}.svg").exists()]
        if unknown:
            print(f"lucide has no icon called: {', '.join(unknown)}", file=sys.stderr)
            return 1
        symbols = [symbol(name, (source / f"{name}.svg").read_text()) for name in names]
    lines = ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>"]
    SPRITE.write_text("\n".join(lines) + "\n")
    print(f"{len(names)} icons")
    return 0


def symbol(name: str, svg: str) -> str:
    shapes = re.sub(r"\s+", " ", svg.partition("<svg")[2].partition(">")[2].rpartition("</svg>")[0]).strip()
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8"'
        f' stroke-linecap="round" stroke-linejoin="round">{shapes.replace("> <", "><").replace(" />", "/>")}</symbol>'
    )


def check() -> int:
    """Report vendored files that differ from the manifest."""
    recorded = {name: hash_ for record in json.loads(MANIFEST.read_text()) for name, hash_ in record["sha256"].items()}
    found = {path.relative_to(VENDOR).as_posix(): digest(path) for path in VENDOR.rglob("*") if path.is_file()}
    found.pop(MANIFEST.name)
    wrong = sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))
    if wrong:
        print(f"These files differ from the manifest: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
