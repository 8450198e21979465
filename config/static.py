"""The storage of static files in production: hashed names, compressed, and bundled into few files for each page."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from servestatic.storage import CompressedManifestStaticFilesStorage

from config.module_bundle import bundle_modules
from config.sheet_bundle import bundle_sheets

CHAT = "hubbub/js/app.js"
PAGES = "hubbub/js/pages"
SIGNED_IN = f"{PAGES}/signed-in.js"
# Scripts of single pages. They use the bundle beside them, because modules that both contained would run twice.
BESIDE_SIGNED_IN = "accounts confirm copies devices inbox people-picker preferences room-files search streams".split()
# Parts of the chat that it loads when they are first needed (static/js/helpers/on-demand.js).
ON_DEMAND = [
    "elements/composer-files",
    "elements/emoji-picker",
    "elements/file-tray",
    "elements/keys-dialog",
    "elements/level-menu",
    "elements/lightbox",
    "elements/profile-card",
    "elements/reaction-list",
    "elements/voice-player",
    "elements/voice-recorder",
    "helpers/file-facts",
    "models/upload-engine",
]
# Each is collected under its own name as one file. A page loads one of `CHAT`, `SIGNED_IN` and `entrance.js`.
BUNDLES: dict[str, Callable[[str, Callable[[str], str]], str]] = {
    CHAT: partial(bundle_modules, lends=True),
    **{f"hubbub/js/{name}.js": partial(bundle_modules, beside=CHAT) for name in ON_DEMAND},
    f"{PAGES}/entrance.js": bundle_modules,
    SIGNED_IN: partial(bundle_modules, lends=True),
    **{f"{PAGES}/{name}.js": partial(bundle_modules, beside=SIGNED_IN) for name in BESIDE_SIGNED_IN},
    "hubbub/js/admin/connections.js": bundle_modules,
    "hubbub/js/worker/main.js": bundle_modules,
    "hubbub/css/site.css": bundle_sheets,
    "hubbub/css/room-page.css": bundle_sheets,
    "hubbub/css/file-tray.css": bundle_sheets,
    "hubbub/css/inbox.css": bundle_sheets,
    "hubbub/css/preferences.css": bundle_sheets,
    "hubbub/css/every-page.css": bundle_sheets,
    "hubbub/css/preview.css": bundle_sheets,
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
    """A storage with one file, in memory."""

    def __init__(self, text: str) -> None:
        self.text = text

    def open(self, path: str) -> AbstractContextManager:
        return ContentFile(self.text.encode())
