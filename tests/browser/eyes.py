"""Checks for any page: accessibility by axe, no overflow, targets that are large enough for a finger."""

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page

FINGER_PIXELS = 44
# A target has its own box, or that of the label around it, which can be clicked, too.
SMALL_TARGETS = """
(least) => [...document.querySelectorAll("a[href], button, input, textarea, select, [role=menuitem], [role=option]")]
  .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert], .prose"))
  .filter(element => !element.matches(".skip, .visually-hidden, .link, [type=hidden]"))
  .map(element => [element, (element.closest("label") ?? element).getBoundingClientRect()])
  .filter(([, { width, height }]) => width && (width < least - 0.5 || height < least - 0.5))
  .map(([element, { width, height }]) =>
    `${element.outerHTML.slice(0, 120)} is ${Math.round(width)} × ${Math.round(height)}`)
"""
# Elements beyond the right edge of the window, if the page scrolls sideways.
STICKING_OUT = """
() => document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth
  ? [...document.querySelectorAll("body *")].filter(element => element.getBoundingClientRect().right > innerWidth + 1)
      .slice(0, 5).map(element => element.outerHTML.slice(0, 160)).concat("The page scrolls sideways.")
  : []
"""
FOCUS_RING = """
element => [element, element.parentElement, element.parentElement.parentElement].map(each => getComputedStyle(each))
  .some(({ outlineStyle, outlineWidth, boxShadow }) =>
    (outlineStyle !== "none" && parseFloat(outlineWidth) >= 1) || boxShadow !== "none")
"""


async def is_accessible(page: Page) -> None:
    found = (await Axe().run(page)).response["violations"]
    assert not found, [(problem["id"], problem["nodes"][0]["html"]) for problem in found]


async def fits(page: Page) -> None:
    found = await page.evaluate(STICKING_OUT)
    assert not found, "\n".join(found)


async def suits_a_finger(page: Page) -> None:
    found = await page.evaluate(SMALL_TARGETS, FINGER_PIXELS)
    assert not found, "\n".join(found)


async def shows_focus(element: Locator) -> None:
    assert await element.evaluate("element => element.matches(':focus')")
    assert await element.evaluate(FOCUS_RING), await element.evaluate("element => element.outerHTML.slice(0, 200)")
