"""A model full of text that would like to be markup, a script, or a way out; every view of it opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import uns
from uns.changes import diff
from uns.rules.breaking import verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.integration.site.browser import Guarded

pytestmark = pytest.mark.integration

#: Controls, but for ends of lines and tabs, and what changes the direction of a text.
HIDDEN = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]"

TEXTS = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]><img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)>',
    "'-alert(4)-'",
    "javascript:alert(5)",
    "{{7*7}}{% raw %}${alert(6)}",
    "<a href=https://example.com/>click</a>",
    "<style>@import url(https://example.com/x.css)</style>",
    "\u2028\u2029 line\u202eright\u2066",
    "__proto__",
    "constructor",
    "</title><h1>other</h1>",
    "&lt;b&gt;&amp;",
    "back\\slash`tick`",
    "a " * 400,
    "\U0001f9c0 cheese",
]

#: The same as topic levels: without what no level holds.
NAMES = [
    text.replace("/", "\u2215").replace("+", "").replace("#", "").strip()[:60] for text in TEXTS
]


def hostile() -> dict[str, Any]:
    def said(text: str) -> dict[str, Any]:
        return {"label": text, "description": text, "owner": text, "asset": text, "source_id": text}

    def escaped(name: str) -> str:
        return name.replace("[", "[[").replace("{", "{{")

    metric = {"type": "string", "max_length": 40}
    return {
        "uns": 1,
        "model": {
            "id": TEXTS[0],
            "version": "1.0.0",
            "owner": TEXTS[3],
            "label": TEXTS[0],
            "description": "\n".join(TEXTS),
        },
        "topic": {"containment": "free"},
        "payloads": {
            "evil/1": {
                "description": TEXTS[0],
                "fields": {
                    text: {"type": "enum", "values": [text, "</pre>"], "description": text}
                    for text in TEXTS
                },
            }
        },
        "sites": {
            escaped(name): {
                **said(text),
                "properties": {text: text},
                "metrics": {
                    escaped(name).replace(":", ";"): {**metric, "description": text, "label": text}
                },
                "topics": {"evil": {"payload": "evil/1"}},
                "work_units": {f"{escaped(name)}[1..3]": {"metrics": {"x": metric}}},
            }
            for name, text in zip(NAMES, TEXTS, strict=True)
        },
        "clients": {
            text: {
                "label": text,
                "owner": text,
                "description": text,
                "subscribe": [f"{name}/#"],
                "publish": ["#"],
            }
            for name, text in zip(NAMES, TEXTS, strict=True)
        },
    }


@pytest.fixture(scope="module")
def namespace() -> uns.Namespace:
    text = json.dumps(hostile(), ensure_ascii=False)
    # YAML takes these for line breaks, JSON does not.
    return uns.loads(text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


@pytest.fixture(scope="module")
def guarded(
    browser: Browser, built: Callable[..., Path], namespace: uns.Namespace
) -> Iterator[Guarded]:
    from tests.integration.site.browser import opened

    # Everything there is has come, and so all of it stands in the change log.
    changes = verdict(diff(uns.loads("uns: 1\n"), namespace))
    with opened(browser, built(namespace, "file", changes)) as page:
        yield page


def elements(page: Page) -> set[str]:
    """What the page consists of; a text that became markup would add to it."""
    return set(
        page.evaluate(
            "[...new Set([...document.querySelectorAll('body *')].map(e => e.localName))]"
        )
    )


#: All elements that the page ever makes.
ELEMENTS = {
    "a", "button", "code", "details", "div", "dl", "dt", "dd", "figcaption", "figure", "form", "g", "h1",
    "h2", "h3", "header", "input", "label", "li", "main", "nav", "noscript", "ol", "option", "p",
    "path", "pre", "rect", "script", "section", "select", "span", "strong", "summary", "svg", "table", "tbody", "td", "text", "th",
    "thead", "title", "tr", "ul", "wbr",
}  # fmt: skip


def test_every_view_shows_text_as_text(guarded: Guarded) -> None:
    page = guarded.open()
    views = guarded.views()
    assert len(views) > 150
    seen = set()
    for view in views:
        guarded.go(view)
        seen |= elements(page)
        assert not page.evaluate(f"/{HIDDEN}/.test(document.title + document.body.innerText)"), view
    assert seen <= ELEMENTS
    page.locator("#tree [tabindex='0']").focus()
    page.keyboard.press("*")
    assert page.title() != "other"


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_searched_and_shown_as_they_are(guarded: Guarded, text: str) -> None:
    page = guarded.open()
    page.locator("#search").fill(text)
    assert elements(page) <= ELEMENTS
    assert guarded.title.split() == text.split() or "\u2028" in text


@pytest.mark.parametrize(
    "address",
    ["%", "at/%FF", "at//", "search", "search?q=", "search?q=%00", "class/__proto__", "map/x/y", "__proto__", "constructor/x", "payload/", "client/%3Cscript%3E"],
)  # fmt: skip
def test_any_address_is_answered(guarded: Guarded, address: str) -> None:
    guarded.open(address)
    assert guarded.title


def test_a_folder_shows_text_as_text_too(
    browser: Browser, built: Callable[..., Path], namespace: uns.Namespace
) -> None:
    from tests.integration.site.browser import opened

    with opened(browser, built(namespace, "folder")) as guarded:
        guarded.open()
        assert elements(guarded.page) <= ELEMENTS
        assert guarded.title == TEXTS[0]
