"""How static files are kept in production: hashed names, compressed, and what a room's page needs in few files."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

from config.module_bundle import bundle_modules
from config.sheet_bundle import bundle_sheets

# Collected under the same names, each as one file. A page loads one of these modules and none of another: what two of
# them have in common would run twice.
BUNDLES: dict[str, Callable[[str, Callable[[str], str]], str]] = {
    "hubbub/js/app.js": bundle_modules,
    "hubbub/css/site.css": bundle_sheets,
    "hubbub/css/room-page.css": bundle_sheets,
    "hubbub/css/centre.css": bundle_sheets,
    "hubbub/css/preferences.css": bundle_sheets,
}


class Storage(CompressedManifestStaticFilesStorage):
    """Compressed files under hashed names, also inside the `import` lines of ES modules."""

    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Any:
        def read(path: str) -> str:
            storage, name = paths[path]
            with storage.open(name) as file:
                return file.read().decode()

        bundles = {path: (Text(make(path, read)), path) for path, make in BUNDLES.items() if path in paths}
        return super().post_process(paths | bundles, *args, **options)


class Text:
    """A storage that holds one file, in memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    def open(self, path: str) -> AbstractContextManager:
        return ContentFile(self.text.encode())
