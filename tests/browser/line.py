"""A person's line to the server, in the hands of the test."""

from contextlib import suppress

from playwright.async_api import BrowserContext, Error, WebSocketRoute

RESTARTING = 4012


class Line:
    """What happens to the WebSockets of a browser: they pass, fail at once, or bring no answers."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.is_cut = False
        self.brings_answers = True
        self._open: list[WebSocketRoute] = []

    async def cuts(self) -> None:
        """Close what is open, and every later try, until it `mends`. Pages are fetched as ever."""
        self.is_cut = True
        for route in self._open:
            await route.close(code=RESTARTING)
        self._open.clear()

    async def mends(self, is_told: bool = True) -> None:
        """Let everything pass again. The browser tells its pages of it, else their next try may be 30 s away."""
        self.is_cut = False
        self.brings_answers = True
        for page in self._context.pages if is_told else ():
            with suppress(Error):  # a page that is just being left, as where a session ended, needs no word
                await page.evaluate("dispatchEvent(new Event('online'))")

    async def carry(self, route: WebSocketRoute) -> None:
        if self.is_cut:
            await route.close(code=RESTARTING)
            return
        self._open.append(route)
        server = route.connect_to_server()
        server.on_message(lambda frame: self._pass_on(route, frame))

    def _pass_on(self, route: WebSocketRoute, frame: str | bytes) -> None:
        if self.brings_answers:
            route.send(frame)


async def take_line(context: BrowserContext) -> Line:
    """Take the lines that this browser will open into the test's hands."""
    line = Line(context)
    await context.route_web_socket("**/ws/**", line.carry)
    return line
