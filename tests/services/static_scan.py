"""The static files that the middleware of the test's own process finds, remembered for its next instance."""

from django.conf import settings
from servestatic.middleware import ServeStaticMiddleware

type Scan = tuple[dict, list[tuple[str, str]]]

_scan = ServeStaticMiddleware.add_files_from_finders
_scans: dict[str, Scan] = {}


def scan_once(middleware: ServeStaticMiddleware) -> None:
    """Stand in for `add_files_from_finders`.

    Each Client of a test makes its own middleware with its first request, and a scan takes longer than most requests.
    Under the settings of the tests every request looks for its file again, so a file that a test adds is found.
    """
    key = repr((middleware.static_prefix, middleware.directories, settings.STATICFILES_DIRS, settings.INSTALLED_APPS))
    if key not in _scans:
        _scan(middleware)
        _scans[key] = middleware.files, middleware.directories
    files, directories = _scans[key]
    middleware.files, middleware.directories = dict(files), list(directories)
