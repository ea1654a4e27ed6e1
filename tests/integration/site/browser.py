"""A headless Chromium that lets nothing pass: no dialog, no console message, no request but its file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, Playwright, Request

__all__ = ["Guarded", "at", "launched", "opened"]

#: How Debian and others call it.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """The browser that is installed, if one is."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


#: Every view there is, by walking the model in the page.
_VIEWS = """() => {
    const views = ["", "map", "flow", "classes", "payloads", "clients", "changes", "no such view"];
    for (const position of new Search([], () => true).positions()) {
        views.push(position.link.slice(2), position.link.slice(2).replace("at/", "map/"));
    }
    for (const {name} of model.payloads) views.push(`payload/${encodeURIComponent(name)}`);
    for (const {name} of model.clients) views.push(`client/${encodeURIComponent(name)}`);
    for (const name of model.classes.keys()) views.push(`class/${encodeURIComponent(name)}`);
    return views;
}"""


@contextmanager
def launched(playwright: Playwright, path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=path)
    try:
        yield browser
    finally:
        browser.close()


class Guarded:
    """A page of a site, and everything it did that it should not have done."""

    def __init__(self, page: Page, site: Path) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        page.set_default_timeout(5_000)
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"error: {error}"))
        page.on("request", self._judge)
        page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        page.on("dialog", self._dismiss)
        page.on("popup", lambda _: self.faults.append("popup"))

    def _judge(self, request: Request) -> None:
        if not request.url.startswith(self.site.parent.as_uri()):
            self.faults.append(f"request: {request.url}")

    def _dismiss(self, dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def open(self, view: str = "") -> Page:
        """Open a view as a link from elsewhere does: the address alone leads there."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.site.as_uri()}#/{view}")
        self.page.wait_for_selector("body[data-ready]")
        return self.page

    def go(self, view: str) -> Page:
        """Go to a view within the open page."""
        self.page.evaluate("view => { location.hash = view; show(); }", f"#/{view}")
        return self.page

    def views(self) -> list[str]:
        """Every view of the site: a page and a map of each position, all lists and what they lead to."""
        found: list[str] = self.page.evaluate(_VIEWS)
        return found

    @property
    def title(self) -> str:
        """The heading of what is shown."""
        return self.page.locator("h1").inner_text()


@contextmanager
def opened(browser: Browser, site: Path, **context) -> Iterator[Guarded]:
    """A fresh page of a site; afterwards it must have kept to itself."""
    profile = browser.new_context(**context)
    try:
        guarded = Guarded(profile.new_page(), site)
        yield guarded
        assert guarded.faults == []
    finally:
        profile.close()


def at(topic: str) -> str:
    """The view of a position."""
    return "at/" + "/".join(quote(level, safe="") for level in topic.split("/"))
