"""Other sites for the tests of link previews: pages, images, and servers that misbehave."""

import shutil
import tempfile
from pathlib import Path

from PIL import Image

from chat.models import FetchedPage, PreviewRequest
from chat.previews.jobs import fetch_due_previews
from files.outcomes import Outcome
from tests.services.authority import authority
from tests.services.neighbour import Asked, Neighbour, Reply

HTML = {"Content-Type": "text/html; charset=utf-8"}


def page(head: str = "", body: str = "<p>words</p>", **headers: str) -> Reply:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    return Reply(headers=HTML | {name.replace("_", "-"): value for name, value in headers.items()}, body=html.encode())


def article(title: str = "The title", **more: str) -> Reply:
    """Return a page with OpenGraph's facts."""
    facts = {"title": title, **more}
    return page("".join(f'<meta property="og:{name}" content="{value}">' for name, value in facts.items()))


def redirect(to: str) -> Reply:
    return Reply(302, {"Location": to})


class Web:
    """The Internet of a test: every host is answered by one server, by its path."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}
        self.neighbour = Neighbour(self.answer)
        self.close = self.neighbour.close

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which a site sends all its requests here."""
        return {
            "DJANGO_SETTINGS_MODULE": "tests.services.push_settings",
            "PUSH_SERVICE_PORT": str(self.neighbour.port),
            "PUSH_SERVICE_AUTHORITY": authority().pem,
            "LINK_PREVIEWS": "1",
        }

    @property
    def asked(self) -> list[str]:
        """The requests so far, as host and path."""
        return [f"{asked.headers['Host']}{asked.path}" for asked in self.neighbour.asked]

    def has(self, path: str, reply: Reply) -> str:
        """Let there be a page, and return its address."""
        self.pages[path] = reply
        return f"http://site.example{path}"

    def answer(self, asked: Asked) -> Reply:
        return self.pages.get(asked.path, Reply(404))


def run_previews() -> None:
    """Fetch what is due, as the scheduled job does."""
    fetch_due_previews()


def an_hour_later() -> None:
    """Forget what was fetched, as after an hour."""
    FetchedPage.objects.all().delete()


def requests() -> int:
    return PreviewRequest.objects.count()


def make_small(path: Path, name: str, content_type: str, facts: dict) -> Outcome:
    """Do in this process what the child process does with an image."""
    try:
        image = Image.open(path)
        width, height = image.size
        folder = Path(tempfile.mkdtemp())
        image.convert("RGB").resize((48, 24)).save(folder / "small", "WEBP")
        shutil.copy(path, folder / "original")
    except OSError:
        return Outcome(refusal="image")
    parts = {"original": folder / "original", "small": folder / "small"}
    return Outcome(kind="image", facts={"width": width, "height": height}, parts=parts, folder=folder)
