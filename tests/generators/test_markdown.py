"""The Markdown of a model, read by a real reader: nothing but what we wrote, and all of what it says."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

import uns
from tests.generators.hostile import namespaces
from uns.diagnostics import Diagnostic, Severity
from uns.generators import generate, markdown
from uns.generators.document import diagrams

ROOT = Path(__file__).parent.parent.parent
BOTTLING = ROOT / "examples" / "bottling" / "bottling.uns.yaml"
EVERYTHING = ROOT / "examples" / "everything" / "everything.uns.yaml"
READER = MarkdownIt("gfm-like", {"html": True})

#: The only things these pages are made of.
BLOCKS = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "fence",
    "table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close",
    "tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
}  # fmt: skip


def pages(ns: uns.Namespace, **options: Any) -> dict[str, str]:
    return {name: text.decode() for name, text in generate(ns, "markdown", **options).files.items()}


def inner(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or []]


def seen(text: str) -> str:
    """What a reader of a page sees, markup left out."""
    tokens = READER.parse(text)
    return "\n".join(
        [token.content for token in tokens if token.type == "fence"]
        + [t.content for t in inner(tokens)]
    )


@pytest.mark.slow
@settings(max_examples=30)
@given(namespaces())
def test_hostile_names_become_no_markup(ns: uns.Namespace) -> None:
    for layout in ("file", "folder"):
        made = pages(ns, layout=layout)
        for name, text in made.items():
            tokens = READER.parse(text)
            assert {token.type for token in tokens} <= BLOCKS
            fences = [token.info for token in tokens if token.type == "fence"]
            assert set(fences) <= {"mermaid", "json"}
            for token in inner(tokens):
                assert token.type in {
                    "text",
                    "text_special",
                    "code_inline",
                    "link_open",
                    "link_close",
                }
                if token.type == "link_open":
                    target = posixpath.join(posixpath.dirname(name), str(token.attrs["href"]))
                    assert posixpath.normpath(target) in made


@pytest.mark.parametrize("layout", ["file", "folder"])
@pytest.mark.parametrize("path", [BOTTLING, EVERYTHING], ids=["bottling", "everything"])
def test_everything_of_the_model_is_told(path: Path, layout: str) -> None:
    ns = uns.load(path)
    text = "\n".join(map(seen, pages(ns, layout=layout).values()))
    for node in ns.walk(expand=False):
        if node.equipment_level is not None and list(node.own_endpoints(expand=False)):
            assert node.template.text in text
    for name in [
        *ns.classes,
        *ns.clients,
        *(n.contract.name for n in ns.endpoints() if n.contract),
    ]:
        assert name in text


def test_every_page_of_a_folder_is_linked_from_the_first() -> None:
    made = pages(uns.load(EVERYTHING), layout="folder")
    linked = {
        str(t.attrs["href"]) for t in inner(READER.parse(made["index.md"])) if t.type == "link_open"
    }
    assert linked == set(made) - {"index.md"}


def test_every_page_bears_the_mark() -> None:
    for text in pages(uns.load(EVERYTHING), layout="folder").values():
        assert text.startswith(
            "[//]: # (Made by `uns export markdown`; what is changed here is lost.)\n"
        )


def test_a_topic_is_told_with_all_that_is_known() -> None:
    (text,) = pages(uns.load(EVERYTHING)).values()
    assert (
        "| `_mes/job-order` | `job-order/1` | command, not retained, QoS 1, expires after 30 min | dairy-gateway |"
        " dairy-gateway, forwarder, historian |" in text
    )
    assert (
        "Deprecated since 2.1.0, replaced by `milk/alpenmilch/at/reutte/dairy/_mes/job-order`."
        in text
    )
    assert (
        "| `battery` | `milk/alpenmilch/at/reutte/logistics/agv-000/battery`,"
        " `milk/alpenmilch/at/reutte/logistics/+/battery` | reutte (home), centre | `milk.milk.alpenmilch.at.reutte` |"
        in text
    )
    assert "`everything.uns.yaml:" in text
    assert (
        "| reutte | centre | `milk/alpenmilch/at/reutte/#` | `milk/alpenmilch/at/reutte/#`,"
        " `milk/alpenmilch/at` |   | dairy-gateway, hall-gateway, site-gateway |" in text
    )
    assert "| connects to | Kafka, with the consumer group `historian-1` |" in text
    assert "| connects to | broker reutte |\n| user | `svc-dairy-gateway` |" in text


def test_equipment_with_the_same_topics_is_told_once() -> None:
    text = """
uns: 1
topic: {containment: free}
classes: {M: {level: equipment_module, metrics: {speed: {type: number, unit: m/s}}}}
sites:
  lyon:
    equipment_modules: {a: {class: M}, b: {class: M, label: The second}, "c[1..9]": {class: M}, d: {class: M, metrics: {more: {type: boolean}}}}
"""
    (page,) = pages(uns.loads(text)).values()
    assert page.count("### lyon/") == 2
    assert "### lyon/a and 2 more" in page
    assert "| `lyon/b` | The second | 1 |" in page
    assert "| `lyon/c[1..9]` |   | 9 |" in page


def test_clients_tell_equipment_apart() -> None:
    text = """
uns: 1
topic: {containment: free}
classes: {M: {level: equipment_module, metrics: {speed: {type: number, unit: m/s}}}}
sites: {lyon: {equipment_modules: {a: {class: M}, b: {class: M}}}}
clients: {g: {publish: [lyon/a/#]}}
"""
    (page,) = pages(uns.loads(text)).values()
    assert "### lyon/a\n" in page
    assert "### lyon/b\n" in page


def test_long_lists_are_cut_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, names in (
        (markdown, {"MOST_NODES": 2, "MOST_KINDS": 1, "MOST_TOPICS": 1, "MOST_PARTS": 1}),
        (diagrams, {"MOST_EQUIPMENT": 3, "MOST_PLACES": 2, "MOST_CLIENTS": 1}),
    ):
        for name, most in names.items():
            monkeypatch.setattr(module, name, most)
    cells = "".join(f"      c{at}: {{class: M}}\n" for at in range(4))
    ns = uns.loads(
        "uns: 1\ntopic: {containment: free}\n"
        "classes: {M: {metrics: {speed: {type: number}, on: {type: boolean}}}, N: {}}\n"
        f"sites:\n  lyon:\n    lines:\n{cells}      other: {{metrics: {{x: {{type: boolean}}}}}}\n"
        "clients: {a: {subscribe: '#'}, b: {subscribe: '#'}}\n"
    )
    findings = [Diagnostic("N101", "x", Severity.INFO, f"finding {at}") for at in range(3)]
    made = generate(ns, "markdown", findings=findings)
    page = made.files["topics.md"].decode()
    assert "and 2 more with the same topics." in page
    assert "and 1 more topics." in page
    for what in ("1 further kinds of equipment", "1 further contracts", "1 further classes", "1 further clients", "2 further findings"):  # fmt: skip
        assert f"{what} are not listed here." in page
    assert 'more["and more"]' in page
    assert {loss.code for loss in made.losses} == {"X401", "X402"}
    assert len(made.losses) == 9
    for name, text in generate(ns, "markdown", layout="folder").files.items():
        for token in inner(READER.parse(text.decode())):
            if token.type == "link_open":
                target = posixpath.join(posixpath.dirname(name), str(token.attrs["href"]))
                assert posixpath.normpath(target) in generate(ns, "markdown", layout="folder").files


def test_the_flow_goes_from_publishers_to_kafka_and_subscribers() -> None:
    ns = uns.loads(
        "uns: 1\nsites: {lyon: {metrics: {speed: {type: number}}}}\n"
        "clients: {gateway: {publish: 'lyon/#'}, historian: {subscribe: '#'}}\n"
    )
    (page,) = pages(ns).values()
    assert "  p0 --> m0\n  m0 --> k0\n  m0 --> s0\n" in page
    assert 'm0["lyon/#35;"]' in page
    assert 'k0["uns.lyon"]' in page


def test_findings_are_listed_on_the_first_page() -> None:
    finding = Diagnostic("N101", "bad-name", Severity.WARNING, "'a|b' is odd", path="lyon/a|b")
    ns = uns.load(BOTTLING)
    assert "Findings" not in pages(ns)["topics.md"]
    page = pages(ns, layout="folder", findings=[finding])["index.md"]
    assert "| warning | `N101` | 'a&#124;b' is odd | lyon/a&#124;b |" in page


def test_no_table_has_ragged_rows() -> None:
    for text in pages(uns.load(EVERYTHING), layout="folder").values():
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            assert len({row.count(" | ") for row in table.splitlines() if "---" not in row}) == 1
