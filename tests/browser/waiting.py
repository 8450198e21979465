"""Wait for a page under its own content security policy."""

from playwright.async_api import Page

UNTIL = """() => new Promise(done => {
  const holds = %s
  const look = () => holds() ? done() : requestAnimationFrame(look)
  look()
})"""


async def until(page: Page, condition: str) -> None:
    """Wait until a function of the page returns something true.

    Playwright's `wait_for_function` evaluates a text in each frame, which the policy forbids, so it fails unless its
    first look succeeds.
    """
    await page.evaluate(UNTIL % condition)
