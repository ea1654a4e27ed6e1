"""What a reader does: opens, moves about, searches, copies; by keyboard, in light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import uns
from tests.integration.services import ROOT
from tests.integration.site.conftest import PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.integration.site.browser import Guarded

pytestmark = pytest.mark.integration

SILO = "at/milk/alpenmilch/at/reutte/silos/silo-%5B1..2%2C9%5D/level"

#: A name for each main view, and where it is.
VIEWS = {
    "home": "",
    "topic": "at/milk/alpenmilch/at/reutte/line-1/filler/alarm",
    "family": SILO,
    "open-set": "at/milk/alpenmilch/at/reutte/logistics/%7Bserial%7D/battery",
    "equipment": "at/milk/alpenmilch/at/reutte/line-1/filler",
    "map": "map",
    "flow": "flow",
    "classes": "classes",
    "class": "class/Filler",
    "payloads": "payloads",
    "payload": "payload/vtq%2F1",
    "clients": "clients",
    "client": "client/historian",
    "search": "search?q=payload%3Avtq%20line-1",
    "changes": "changes",
    "missing": "at/no/such/topic",
}


@pytest.fixture
def guarded(browser: Browser, dairy: Path) -> Iterator[Guarded]:
    from tests.integration.site.browser import opened

    with opened(browser, dairy, viewport={"width": 1400, "height": 900}) as page:
        yield page


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.querySelector('.name')?.textContent ?? ''")


# --- The tree ------------------------------------------------------------------------------------------


def test_the_tree_by_keyboard(guarded: Guarded) -> None:
    page = guarded.open()
    items = page.get_by_role("treeitem")
    made = items.count()
    page.locator("#tree [tabindex='0']").focus()
    page.keyboard.press("Home")
    assert focused(page) == "milk"
    page.keyboard.press("ArrowLeft")
    assert items.first.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert focused(page) == "alpenmilch"
    page.keyboard.press("End")
    assert focused(page) == "line-2"
    page.keyboard.press("ArrowRight")
    assert items.count() > made, "children are made when a branch is opened"
    page.keyboard.press("ArrowDown")
    assert focused(page) == "_info"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "reutte"
    page.keyboard.type("silo")
    assert focused(page) == "silos"
    page.keyboard.press("Enter")
    page.locator("h1").get_by_text("silos").wait_for()
    assert page.locator("#tree [tabindex='0']").count() == 1
    assert page.locator("#tree [aria-selected='true'] > .row .name").inner_text() == "silos"


def test_what_the_tree_says_to_a_screen_reader(guarded: Guarded) -> None:
    page = guarded.open(SILO)
    item = page.locator("#tree [aria-selected='true']")
    assert item.get_attribute("aria-level") == "7"
    assert (item.get_attribute("aria-posinset"), item.get_attribute("aria-setsize")) == ("1", "2")
    assert item.get_attribute("aria-expanded") is None


def test_a_crowded_branch_comes_in_portions(browser: Browser, built: Callable[..., Path]) -> None:
    from tests.integration.site.browser import opened

    cells = "\n".join(f"      m{n}: {{metrics: {{speed: {{type: number}}}}}}" for n in range(450))
    with opened(
        browser, built(uns.loads(f"uns: 1\nsites:\n  lyon:\n    work_centers:\n{cells}\n"))
    ) as guarded:
        page = guarded.open()
        assert page.get_by_role("treeitem").count() == 202
        page.get_by_role("treeitem").last.click()
        assert page.get_by_role("treeitem").count() == 402
        guarded.open("at/lyon/m449/speed")
        assert page.locator("#tree [aria-selected='true'] .name").first.inner_text() == "speed"


# --- Searching -----------------------------------------------------------------------------------------

SEARCHES = {
    "text": ("holding", "2 topics in 2 templates"),
    "text in a description": ("come and go", "4 topics in 4 templates"),
    "levels that follow each other": ("line-1/filler/sp", "1 topic in 1 template"),
    "one of a family": ("silo-9", "9 topics in 3 templates"),
    "filter": ("milk/+/at/+/line-1/#", "16 topics in 14 templates"),
    "filter that pins a family": (
        "milk/alpenmilch/at/reutte/silos/silo-9/+",
        "2 topics in 2 templates",
    ),
    "shared subscription": ("$share/readers/milk/+/at/+/line-1/+", "2 topics in 2 templates"),
    "filter and $": ("$SYS/#", "Nothing found"),
    "owner": ("owner:maintenance@", "33 topics in 26 templates"),
    "class": ("class:machine", "32 topics in 29 templates"),
    "level": ("level:storage_unit", "9 topics in 3 templates"),
    "payload": ("payload:alarm/1", "4 topics in 4 templates"),
    "kafka": ("kafka:milk.milk.alpenmilch.at.reutte", "69+ topics in 58 templates"),
    "unit": ("unit:kw", "3 topics in 3 templates"),
    "kind": ("kind:command", "1 topic in 1 template"),
    "client": ("client:hall-gateway", "24 topics in 21 templates"),
    "open": ("milk/alpenmilch/at/reutte/pilot-plant/any/#", "Legal, not modelled"),
    "topic that is open": (
        "milk/alpenmilch/at/reutte/pilot-plant/any/thing",
        "Legal, not modelled",
    ),
    "deprecated": ("deprecated:yes", "3 topics in 3 templates"),
    "all at once": ("class:machine payload:vtq milk/+/at/+/line-1/#", "8 topics in 6 templates"),
    "nothing": ("no-such-topic", "Nothing found"),
}


@pytest.mark.parametrize("kind", SEARCHES)
def test_searches(guarded: Guarded, kind: str) -> None:
    query, found = SEARCHES[kind]
    page = guarded.open()
    page.keyboard.press("/")
    page.keyboard.type(query)
    assert page.locator(".lead").inner_text() == found
    assert page.locator("#status").inner_text() == found
    again = guarded.open(page.url.partition("#/")[2])
    assert again.locator("#search").input_value() == query, "the address holds the search"
    assert again.locator("#status").inner_text() == found


def test_a_result_is_opened_with_the_search_kept(guarded: Guarded) -> None:
    page = guarded.open("search?q=class%3Afiller%20speed")
    page.locator(".results a").first.click()
    assert guarded.title.endswith("/speed")
    assert page.locator("#search").input_value() == "class:filler speed"
    page.locator("#search").press("Escape")
    assert "q=" not in page.url


def test_back_and_escape_lead_to_the_page_a_search_began_on(guarded: Guarded) -> None:
    page = guarded.open("clients")
    for leave in (page.go_back, lambda: page.keyboard.press("Escape")):
        guarded.page.evaluate("location.hash = '#/flow'")
        page.locator("h1").get_by_text("MQTT, its clients").wait_for()
        page.locator("#search").click()
        page.keyboard.type("line")
        page.keyboard.press("Enter")
        assert page.url.endswith("#/search?q=line")
        leave()
        page.locator("h1").get_by_text("MQTT, its clients").wait_for()
        assert page.url.endswith("#/flow")
        assert page.locator("#search").input_value() == ""


def test_what_is_no_facet_is_explained(guarded: Guarded) -> None:
    page = guarded.open("search?q=klass%3AFiller")
    assert "klass: is no facet" in page.locator(".note").inner_text()
    assert "class:" in page.locator(".note").inner_text()


@pytest.mark.parametrize("query", ["a/#/b", "a/b+/+"])
def test_what_is_no_filter_is_explained(guarded: Guarded, query: str) -> None:
    page = guarded.open()
    page.locator("#search").fill(query)
    assert query in page.locator(".note").inner_text()


# --- Pages ---------------------------------------------------------------------------------------------


def test_a_topic_that_the_address_names_is_one_of_its_family(guarded: Guarded) -> None:
    page = guarded.open("at/milk/alpenmilch/at/reutte/silos/silo-9/level")
    assert guarded.title == "milk/alpenmilch/at/reutte/silos/silo-9/level"
    assert page.locator("#tree [aria-selected='true'] .name").inner_text() == "level"


def test_topics_of_a_large_family_are_found_without_being_listed(
    browser: Browser, built: Callable[..., Path]
) -> None:
    from tests.integration.site.browser import opened

    model = "uns: 1\nsites: {lyon: {work_centers: {'vehicle[1..10000000]': {metrics: {speed: {type: number}}}}}}"
    with opened(browser, built(uns.loads(model))) as guarded:
        page = guarded.open("at/lyon/vehicle%5B1..10000000%5D/speed")
        rows = page.get_by_role("region", name="Topics of the family").locator("tbody tr")
        assert rows.count() == 25
        page.get_by_role("button", name="Next").click()
        assert rows.first.locator("a").inner_text() == "lyon/vehicle26/speed"
        for text, first, count in (
            ("9876543", "lyon/vehicle9876543/speed", 1),
            ("vehicle42", "lyon/vehicle42/speed", 1),
            ("lyon/vehicle77/speed", "lyon/vehicle77/speed", 1),
            ("vehicle1000 speed", "lyon/vehicle1000/speed", 1),
            ("0/sp", "lyon/vehicle10/speed", 25),
        ):
            page.locator("#instances").fill(text)
            assert rows.count() == count
            assert rows.first.locator("a").inner_text() == first
        page.locator("#instances").fill("vehicle0")
        assert rows.count() == 0


def test_a_topic_of_an_open_set_is_built(guarded: Guarded) -> None:
    page = guarded.open(VIEWS["open-set"])
    page.locator("#level-0").fill("agv-042")
    assert page.get_by_text("milk/alpenmilch/at/reutte/logistics/agv-042/battery").count() == 1
    page.locator("#level-0").fill("truck")
    assert "is no level" in page.locator(".note").inner_text()


def test_a_topic_below_an_open_position_is_legal(guarded: Guarded) -> None:
    page = guarded.open("at/milk/alpenmilch/at/reutte/pilot-plant/any/thing")
    assert page.locator(".lead").inner_text() == "Legal, not modelled"
    selected = page.locator("#tree [aria-selected='true'] > .row")
    assert selected.locator(".name").inner_text() == "pilot-plant"
    assert selected.locator(".open").inner_text() == "open"


KETTLES = """
uns: 1
classes:
  Kettle:
    level: work_cell
    metrics: {temperature: {type: number, unit: Cel, min: 0, max: 105}}
    children: {control_modules: {pump: {metrics: {power: {type: number, unit: kW}}}}}
clients:
  panel: {publish: [lyon/kettle4/#], subscribe: [lyon/#]}
topic: {containment: free}
sites:
  lyon:
    work_cells:
      kettle4: {class: Kettle, metrics: {temperature: {max: 100}}}
      tank[1..2]: {metrics: {temperature: {type: number, unit: K}}, topics: {start: {payload: raw/1, kind: command}}}
payloads:
  raw/1: {fields: {what: {type: string}}}
"""


def test_pages_say_whose_a_contract_is_and_who_uses_what(
    browser: Browser, built: Callable[..., Path]
) -> None:
    from tests.integration.site.browser import at, opened

    with opened(browser, built(uns.loads(KETTLES), mqtt="broker.lyon:2883")) as guarded:
        page = guarded.open("class/Kettle")
        brought = page.get_by_role("region", name="Topics it brings").inner_text()
        assert "0 to 105" in brought, "what a node narrows is not the class's"
        assert "pump" in page.get_by_role("region", name="Parts").inner_text()
        guarded.go(at("lyon/kettle4"))
        assert "panel" in page.get_by_role("region", name="Clients").first.inner_text()
        guarded.go(at("lyon/tank[1..2]/temperature"))
        assert "kettle4/temperature" in page.locator(".note").inner_text()
        assert "does not configure Kafka" in page.locator("#page").inner_text()
        guarded.go(at("lyon/tank[1..2]/start"))
        line = page.get_by_role("region", name="mosquitto_pub").inner_text()
        assert line.startswith("mosquitto_pub -h broker.lyon -p 2883 -V mqttv5 -q 1 ")
        guarded.go("client/panel")
        assert page.get_by_text("lyon/kettle4/pump/power").count() == 2


def test_no_drawing_is_cut_off(browser: Browser, dairy: Path) -> None:
    from tests.integration.site.browser import opened

    measure = """() => [...document.querySelectorAll(".drawing")].map(each => [
        each.scrollWidth > each.clientWidth + 1, each.parentElement.querySelector(".hint").hidden,
    ])"""
    for width in (390, 1280, 1920):
        viewport = {"width": width, "height": 900}
        with opened(browser, dairy, viewport=viewport) as guarded:
            for view in ("map", "flow", SILO):
                page = guarded.open(view)
                # The hint comes once the drawing was laid out.
                page.evaluate(
                    "new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
                )
                found = page.evaluate(measure)
                assert all(is_wide != is_silent for is_wide, is_silent in found), (
                    "says that it scrolls"
                )
                assert any(is_wide for is_wide, _ in found) == (width == 390), view


def test_copying(browser: Browser, dairy: Path) -> None:
    from tests.integration.site.browser import opened

    with opened(browser, dairy, permissions=["clipboard-read", "clipboard-write"]) as guarded:
        page = guarded.open(SILO)
        for what, text in (
            ("topic", "milk/alpenmilch/at/reutte/silos/silo-1/level"),
            ("filter", "milk/alpenmilch/at/reutte/silos/+/level"),
            ("mosquitto_sub", "mosquitto_sub -h localhost -V mqttv5 -q 1 -v -t 'milk/alpenmilch/at/reutte/silos/+/level'"),
            ("kcat", "kcat -b localhost:9092 -u -f '%k %s\\n' -C -t 'milk.milk.alpenmilch.at.reutte' -o end | grep --line-buffered -E '^milk/alpenmilch/at/reutte/silos/[^/]+/level '"),
        ):  # fmt: skip
            button = page.get_by_role("button", name=f"Copy {what}", exact=True)
            button.click()
            button.get_by_text("Copied").wait_for()
            assert page.evaluate("navigator.clipboard.readText()") == text
        button = page.get_by_role("button", name="Copy Python", exact=True)
        button.click()
        button.get_by_text("Copied").wait_for()
        compile(page.evaluate("navigator.clipboard.readText()"), "copied", "exec")


def test_light_and_dark(browser: Browser, dairy: Path) -> None:
    from tests.integration.site.browser import opened

    def background(page: Page) -> str:
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    with opened(browser, dairy, color_scheme="dark") as guarded:
        page = guarded.open()
        dark = background(page)
        button = page.locator("#theme")
        button.click()
        assert button.inner_text() == "Light"
        light = background(page)
        assert light != dark
        guarded.open("classes")
        assert background(page) == light, "the choice is remembered"
        button.click()
        assert background(page) == dark


def test_a_narrow_screen_has_the_tree_behind_a_button(browser: Browser, dairy: Path) -> None:
    from tests.integration.site.browser import opened

    with opened(browser, dairy, viewport={"width": 360, "height": 740}) as guarded:
        page = guarded.open()
        tree = page.locator("#tree")
        assert not tree.is_visible()
        page.get_by_role("button", name="Topics", exact=True).click()
        assert tree.is_visible()
        for view in VIEWS.values():
            guarded.go(view)
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360, f"{view} is wider than the screen"


def test_the_folder_opens_from_a_file_too(browser: Browser, built: Callable[..., Path]) -> None:
    from tests.integration.site.browser import opened

    site = built(uns.load(ROOT / "examples" / "bottling" / "bottling.uns.yaml"), layout="folder")
    with opened(browser, site) as guarded:
        guarded.open("at/bottlingcompany/munich/bottling/line2/machine%5B1..4%5D/conveyorspeed")
        assert guarded.title.endswith("conveyorspeed")


MODELS = {
    "umh": ROOT / "examples" / "shapes" / "umh.uns.yaml",
    "mobile-robots": ROOT / "examples" / "shapes" / "mobile-robots.uns.yaml",
    "pharma": ROOT / "examples" / "pharma" / "pharma.uns.yaml",
    "nothing": "uns: 1\n",
    "no topics": "uns: 1\nsites: {lyon: {}}\n",
    "open": "uns: 1\nsites: {lyon: {open: true}}\n",
}


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_view_of_a_model_opens(
    browser: Browser, built: Callable[..., Path], name: str
) -> None:
    from tests.integration.site.browser import opened

    model = MODELS[name]
    with opened(
        browser, built(uns.loads(model) if isinstance(model, str) else uns.load(model))
    ) as guarded:
        guarded.open()
        views = guarded.views()
        # Of large models one view in several, all over the tree.
        for view in [*views[:8], *views[8 :: max(1, len(views) // 20)]]:
            guarded.go(view)
            assert guarded.title, view


# --- All views -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_breaks_a_rule_of_accessibility(
    browser: Browser, dairy: Path, axe: str, scheme: str
) -> None:
    from tests.integration.site.browser import opened

    PICTURES.mkdir(parents=True, exist_ok=True)
    viewport = {"width": 1400, "height": 900}
    with opened(browser, dairy, color_scheme=scheme, viewport=viewport) as guarded:
        page = guarded.open()
        page.evaluate(f"{axe};0")
        for name, view in VIEWS.items():
            guarded.go(view)
            found = page.evaluate("axe.run().then(({violations}) => violations.map("
                                  "({id, nodes}) => [id, nodes.map(({html}) => html)]))")  # fmt: skip
            page.screenshot(path=PICTURES / f"{name}-{scheme}.png")
            assert found == [], name


def test_pictures_of_a_narrow_screen_and_of_paper(browser: Browser, dairy: Path) -> None:
    from tests.integration.site.browser import opened

    PICTURES.mkdir(parents=True, exist_ok=True)
    with opened(browser, dairy, viewport={"width": 390, "height": 844}) as guarded:
        page = guarded.open()
        for name, view in VIEWS.items():
            guarded.go(view)
            page.screenshot(path=PICTURES / f"{name}-narrow.png", full_page=True)
        guarded.go(SILO)
        page.emulate_media(media="print")
        assert not page.locator("#bar").is_visible()
        page.screenshot(path=PICTURES / "family-print.png", full_page=True)
