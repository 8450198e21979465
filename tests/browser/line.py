"""Control over the WebSockets of a browser."""

from contextlib import suppress

from playwright.async_api import BrowserContext, Error, WebSocketRoute

RESTARTING = 4012


class Line:
    """A switch for the WebSockets of a browser: they work, fail at once, or receive nothing."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self.is_cut = False
        self.brings_answers = True
        self._open: list[WebSocketRoute] = []

    async def cuts(self) -> None:
        """Close all connections and every new one until `restores`. HTTP requests still work."""
        self.is_cut = True
        for route in self._open:
            await route.close(code=RESTARTING)
        self._open.clear()

    async def restores(self, is_notified: bool = True) -> None:
        """Let connections work again, with an `online` event, because the next try of a page may be 30 s away."""
        self.is_cut = False
        self.brings_answers = True
        for page in self._context.pages if is_notified else ():
            with suppress(Error):  # a page that is just navigating away needs no event
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
    """Return a switch for the WebSockets that this browser opens from now on."""
    line = Line(context)
    await context.route_web_socket("**/ws/**", line.carry)
    return line
