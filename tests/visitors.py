"""A person with a browser window, and the problems that occurred in it."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Page

from tests.people import Person

SCREENSHOTS = Path(__file__).resolve().parent.parent / "var" / "screenshots"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
# Browsers log this when a page closes a connection that is not open yet: our script does, and so does leaving a page.
USUAL = "WebSocket is closed before the connection is established"
BROKEN_LINE = (
    "WebSocket",
    "Failed to load resource",
    "net::ERR",
    "when fetching the script",
)  # logged when a server is down


@dataclass
class Visitor:
    """`person` at a site, in their own browser context. `page` is their first tab."""

    person: Person
    context: BrowserContext
    page: Page
    problems: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def username(self) -> str:
        return self.person.username

    async def opens(self, path: str) -> Page:
        """Open a page of the site in the first tab."""
        response = await self.page.goto(path)
        assert response, path
        assert response.ok, f"{path}: {response.status}"
        return self.page

    async def opens_tab(self, path: str) -> Page:
        """Open another tab of the same browser."""
        page = await self.context.new_page()
        await page.goto(path)
        return page

    async def takes_picture(self, name: str, **options) -> Path:
        """Save a screenshot of the first tab as var/screenshots/<name>.png."""
        path = SCREENSHOTS / f"{name}.png"
        await self.page.screenshot(path=path, **options)
        return path

    def forgives(self, *texts: str) -> None:
        """Expect console errors that contain one of these texts, as in a test that cuts the connection."""
        self.forgiven += texts

    def forgives_a_broken_line(self) -> None:
        self.forgives(*BROKEN_LINE)

    def unforgiven(self) -> list[str]:
        return [problem for problem in self.problems if not any(text in problem for text in self.forgiven)]

    def watch(self) -> None:
        """Record every console error, which includes violations of the CSP, and every uncaught exception."""
        self.context.on("console", self._note_message)
        self.context.on("weberror", lambda error: self._note_error(error.error))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and USUAL not in message.text:
            self.problems.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _note_error(self, error: Error) -> None:
        self.problems.append(f"uncaught: {error.stack or error.message}")
