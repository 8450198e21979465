"""Measure how long a room takes to open on a slow connection, with empty caches, in the Chromium of the tests.

.venv/bin/python -m bench.page_times http://127.0.0.1:8000 --path /rooms/1/ --screenshots /tmp/shots

Start Hubbub first (`make run` has the demo's people). The connection is emulated: 400 kbit/s, 400 ms.
"""

import argparse
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.services.chromium import FLAGS, NAMES, SHELL, find_chromium

BYTES_PER_SECOND = 400_000 / 8
LATENCY_MS = 400
LOOKS_S = (1.5, 3.5)
WHEN_USABLE = """() => {
  const mark = performance.getEntriesByName("usable")[0]
  return mark ? mark.startTime : null
}"""
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def main() -> None:
    options = read_options()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium((SHELL, *NAMES)), args=FLAGS)
        for number in range(options.runs):
            measure(browser, options, screenshots=options.screenshots if number == 0 else None)
        browser.close()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--path", default="/")
    parser.add_argument("--username", default="ada")
    parser.add_argument("--password", default="hubbub-demo")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--screenshots", type=Path)
    parser.add_argument("--no-javascript", action="store_true")
    return parser.parse_args()


def measure(browser: Browser, options: argparse.Namespace, screenshots: Path | None) -> None:
    cookies = sign_in(browser, options)
    context = browser.new_context(
        storage_state=cookies, viewport={"width": 1280, "height": 800}, java_script_enabled=not options.no_javascript
    )
    page = context.new_page()
    page.on("pageerror", lambda error: print(f"  {error}"))
    sizes = slow_down(page)
    began = time.monotonic()
    page.goto(options.url + options.path, wait_until="commit")
    for seconds in LOOKS_S:
        page.wait_for_timeout(max(0, (began + seconds - time.monotonic()) * 1000))
        if screenshots:
            screenshots.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=screenshots / f"{seconds}s.png", timeout=20_000)
    page.wait_for_load_state("networkidle")
    usable = None if options.no_javascript else page.wait_for_function(WHEN_USABLE, timeout=30_000).json_value()
    paint = page.evaluate(FIRST_PAINT)
    carried = f"{len(sizes)} requests, {sum(sizes.values()):.0f} bytes"
    print(f"first paint {paint:.0f} ms, usable {usable or 0:.0f} ms, {carried}")
    if screenshots:
        for name, size in sizes.items():
            print(f"  {size:8.0f}  {name}")
    context.close()


def sign_in(browser: Browser, options: argparse.Namespace):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{options.url}/accounts/login/")
    page.fill("input[name=login]", options.username)
    page.fill("input[name=password]", options.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/**")
    cookies = context.storage_state()
    context.close()
    return {"cookies": [one for one in cookies["cookies"] if one["name"] != "fonts"], "origins": []}


def slow_down(page: Page) -> dict[str, float]:
    """Emulate the slow connection; return a mapping that collects the bytes of each response."""
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    session = page.context.new_cdp_session(page)
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.update({names.get(event["requestId"], "?"): event["encodedDataLength"]}),
    )
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": False})
    conditions = {"latency": LATENCY_MS, "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
    session.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
    return sizes


if __name__ == "__main__":
    main()
