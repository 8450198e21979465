"""Migrate the database, fill it at the first run, and serve: `make run` and `make dev`.

.venv/bin/python scripts/run.py            the server
.venv/bin/python scripts/run.py --reload   Django's runserver, which restarts when code changes
"""

import os
import sys
from pathlib import Path

from address import Address, read_address, refuse_busy

ROOT = Path(__file__).resolve().parent.parent
DEMO_SIGN_INS = (
    "Sign in as ada (an administrator), bob, eve, grace, linus, mary, tim or zoe. Password: hubbub-demo\n"
    "  Or create your own account there."
)


def main(*, reload: bool) -> None:
    address = read_address()
    prepare_environment(address, debug=reload)
    refuse_busy(address)
    refuse_read_only_folder()
    prepare_site()
    welcome(address)
    if reload:
        serve_with_reload(address)
    else:
        serve(address)


def prepare_environment(address: Address, *, debug: bool) -> None:
    """Set defaults for a person who tries Hubbub, where the environment sets nothing."""
    os.chdir(ROOT)
    sys.path[0] = str(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not os.environ.get("SECRET_KEY"):  # with a key it is a production site
        os.environ.setdefault("DEBUG" if debug else "TRIAL", "1")
    if hosts := address.allowed_hosts():
        os.environ.setdefault("ALLOWED_HOSTS", hosts)


def refuse_read_only_folder() -> None:
    folder = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").touch()
        (folder / ".writable").unlink()
    except OSError as error:
        sys.exit(f"Hubbub cannot write its data in {folder} ({error.strerror}): choose another folder with DATA_DIR.")


def prepare_site() -> None:
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import call_command

    try:
        django.setup()
        if not settings.DEBUG and not is_collected():  # before the application is loaded, which lists the files
            call_command("collectstatic", verbosity=0, interactive=False)
        import config.asgi  # noqa: F401 it checks the settings and refuses unsafe ones
    except ImproperlyConfigured as error:
        sys.exit(f"{error}\ndocs/configuration.md describes every setting.")
    call_command("migrate", verbosity=0)
    if settings.TRIAL and not has_people():
        call_command("demo", verbosity=0)  # welcome() prints the sign-ins


def is_collected() -> bool:
    """Return whether the static files are unchanged since they were collected, which takes seven seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders

    manifest = Path(settings.STATIC_ROOT, "staticfiles.json")
    if not manifest.exists():
        return False
    collected_at = manifest.stat().st_mtime
    files = [storage.path(path) for finder in get_finders() for path, storage in finder.list([])]
    makers = [ROOT / "config" / name for name in ("static.py", "module_bundle.py", "sheet_bundle.py")]
    return all(Path(path).stat().st_mtime < collected_at for path in [*files, *makers])


def has_people(**named) -> bool:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(**named).exists()


def welcome(address: Address) -> None:
    print(f"\n  Hubbub is running at {address.url}")
    if has_people(username="ada"):
        print(f"  {DEMO_SIGN_INS}")
    print("  Ctrl-C stops it.\n", flush=True)


def serve(address: Address) -> None:
    from django.core.management import call_command

    call_command("serve", host=address.ip, port=address.port, verbosity=0)


def serve_with_reload(address: Address) -> None:
    host = f"[{address.ip}]" if ":" in address.ip else address.ip
    sys.argv = ["manage.py", "runserver", f"{host}:{address.port}"]
    os.execv(sys.executable, [sys.executable, *sys.argv])


if __name__ == "__main__":
    try:
        main(reload=sys.argv[1:] == ["--reload"])
    except KeyboardInterrupt:
        print()
