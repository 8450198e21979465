"""Problems in a test's window are noted."""

import asyncio

import pytest

pytestmark = pytest.mark.browser


async def settles(visitor, number):
    """Wait until this number of problems is noted."""
    async with asyncio.timeout(5):
        while len(visitor.problems) < number:
            await visitor.page.evaluate("new Promise(requestAnimationFrame)")


async def test_errors_and_violations_of_the_csp_are_noted(people):
    ada = await people("ada")
    page = await ada.opens("/rooms/")
    await page.evaluate("console.error('one thing broke')")
    await page.evaluate("setTimeout(() => { throw new Error('another') })")
    await page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'a {}'}))")
    await settles(ada, 3)
    assert len(ada.unforgiven()) == 3
    ada.forgives("one thing", "another", "Content Security Policy")
    assert ada.unforgiven() == []


async def test_a_visitor_is_signed_in_and_another_is_not(people):
    ada, stranger = await people("ada"), await people("stranger", signed_in=False)
    await ada.opens("/rooms/")
    assert "/rooms/" in ada.page.url
    await stranger.opens("/rooms/")
    assert "/accounts/login/" in stranger.page.url
