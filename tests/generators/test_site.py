"""The documentation site: what the page carries of a model, and that nothing of it becomes markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.resources
import json
import re
from html.parser import HTMLParser
from itertools import count, islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from tests.accepting import Stored
from tests.models import namespaces
from uns.changes import diff
from uns.diagnostics import visible
from uns.generators import generate, site
from uns.generators.site import SCRIPTS
from uns.generators.site.tables import tables
from uns.payloads import MissingExtra
from uns.rules.breaking import verdict

ROOT = Path(__file__).parent.parent.parent
BOTTLING = ROOT / "examples" / "bottling" / "bottling.uns.yaml"
SAMPLE = ROOT / "docs" / "sample" / "index.html"

HOSTILE = [
    "</script><script>alert(1)</script>", "</style>", "</title>", '"><img src=x onerror=alert(1)>',
    "<!--", "]]>", "{{ 7 * 7 }}", "{% raw %}", "&amp;", "'", "\u2028", "\u202e", "javascript:",
]  # fmt: skip


# --- the page ----------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a browser would make of a page: its elements with their attributes, and their text."""

    def __init__(self, html: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open = ""
        self.feed(html.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.texts[self._open] = self.texts.get(self._open, "") + data


def single(text: str) -> bytes:
    return generate(uns.loads(text), "site", layout="file").files["index.html"]


def unpacked(page: bytes) -> dict[str, Any]:
    """The model that a page of one file carries."""
    found = re.search(rb'<script id="model" type="application/octet-stream">([^<]*)</script>', page)
    assert found is not None
    model: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
    return model


def test_a_folder_or_one_file() -> None:
    ns = uns.load(BOTTLING)
    folder = generate(ns, "site").files
    assert list(folder) == ["assets/model.js", "assets/site.css", "assets/site.js", "index.html"]
    (page,) = generate(ns, "site", layout="file").files.values()
    (packed,) = re.findall(rb'^const unsModel = "([A-Za-z0-9+/=]+)";\n$', folder["assets/model.js"])
    assert json.loads(gzip.decompress(base64.b64decode(packed))) == unpacked(page)


@pytest.mark.parametrize("layout", ["folder", "file"])
def test_nothing_is_asked_of_a_network(layout: str) -> None:
    files = generate(uns.load(BOTTLING), "site", layout=layout).files
    for tag, attributes in Page(files["index.html"]).elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes
        for name in ("src", "href"):
            target = attributes.get(name)
            assert target is None or target.startswith("#") or target in files


def test_the_policy_allows_its_own_script_and_style_alone() -> None:
    page = single("uns: 1\n")
    (policy,) = [a["content"] for _, a in Page(page).elements if a.get("http-equiv")]
    parts = dict(part.strip().split(" ", 1) for part in str(policy).split(";"))
    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
    for tag, directive in (("script", "script-src"), ("style", "style-src")):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>".encode(), page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
        assert parts[directive] == f"'sha256-{digest}'"


@pytest.mark.parametrize("name", [f"script/{name}.js" for name in SCRIPTS] + ["site.css"])
def test_script_and_style_end_nothing_and_write_no_markup(name: str) -> None:
    text = importlib.resources.files(site).joinpath(name).read_text("utf-8")
    assert not re.search(r"</|<!--|\]\]>", text)
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                      "new Function", "fetch(", "XMLHttpRequest", "@import", "url("):  # fmt: skip
        assert forbidden not in text


def test_every_part_of_the_script_stands_in_it() -> None:
    files = importlib.resources.files(site).joinpath("script").iterdir()
    assert {file.name for file in files} == {f"{name}.js" for name in SCRIPTS}


_texts = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=5), max_size=4).map("".join)


@given(_texts, _texts)
def test_texts_of_the_model_are_texts_of_the_page(label: str, description: str) -> None:
    model = {"uns": 1, "model": {"id": "m", "label": label, "description": description}}
    try:
        ns = uns.loads(json.dumps(model, ensure_ascii=True))
    except uns.InvalidNamespace:
        return  # what YAML does not take, such as half a character
    plain = Page(single("uns: 1\nmodel: {id: m, description: x}\n"))
    page = Page(generate(ns, "site", layout="file").files["index.html"])
    elements = [tag for tag, _ in page.elements if tag != "meta"]
    assert elements == [tag for tag, _ in plain.elements if tag != "meta"]
    assert page.texts["title"] == visible(ns.model.label or ns.model.id or "")


@given(_texts)
def test_names_travel_as_they_are(name: str) -> None:
    description = {"metrics": {"x": {"type": "string", "description": name, "label": name}}}
    try:
        ns = uns.loads(json.dumps({"uns": 1, "sites": {"lyon": description}}))
    except uns.InvalidNamespace:
        return
    carried = unpacked(generate(ns, "site", layout="file").files["index.html"])
    assert carried == json.loads(json.dumps(tables(ns)))
    node = ns["lyon/x"]
    assert node.description in carried["notes"]["description"]["values"]
    assert node.label in carried["notes"]["label"]["values"]


def test_changes_are_carried() -> None:
    old, new = (
        uns.loads(
            f"uns: 1\nmodel: {{id: m, version: {version}}}\nclients: {{mes: {{subscribe: [lyon/#]}}}}\n"
            f"sites: {{lyon: {{metrics: {{power: {{type: number, unit: {unit}}}}}}}}}\n"
        )
        for version, unit in (('"1.0.0"', "kW"), ('"1.1.0"', "W"))
    )
    page = generate(new, "site", layout="file", changes=verdict(diff(old, new)))
    log = unpacked(page.files["index.html"])["changes"]
    assert (log["old"], log["new"], log["bump"]) == ("1.0.0", "1.1.0", "major")
    first = log["entries"][0]
    assert (first["template"], first["effect"], first["clients"]) == (
        "lyon/power",
        "breaking",
        ["mes"],
    )
    assert first["text"] == "unit of $.value: kW -> W (1 topic)"
    assert first["code"] == "B203"
    assert log["rules"]["B203"]["name"] == "unit-changed"
    assert unpacked(single("uns: 1\n"))["changes"] is None


def test_what_changes_in_kafka_is_of_the_model() -> None:
    old, new = (
        uns.loads(
            f"uns: 1\nkafka: {{split: {split}}}\nsites: {{lyon: {{areas: {{a: {{metrics: {{power: {{type: number}}}}}}}}}}}}"
        )
        for split in (1, 2)
    )
    page = generate(new, "site", layout="file", changes=verdict(diff(old, new)))
    (first, *_) = unpacked(page.files["index.html"])["changes"]["entries"]
    assert first["template"] == ""
    assert first["text"].startswith("Kafka split: ")


@pytest.mark.parametrize(("said", "declared"), [("", False), ("kafka: {prefix: plant}\n", True)])
def test_whether_the_model_configures_kafka(said: str, declared: bool) -> None:
    assert tables(uns.loads(f"uns: 1\n{said}"))["kafka"]["declared"] is declared


def test_hosts_of_the_lines_to_copy() -> None:
    assert tables(uns.loads("uns: 1\n"))["hosts"] == {"mqtt": "localhost", "kafka": "localhost"}
    page = generate(uns.loads("uns: 1\n"), "site", layout="file", mqtt="a:1", kafka="b").files
    assert unpacked(page["index.html"])["hosts"] == {"mqtt": "a:1", "kafka": "b"}


def test_a_class_is_carried_as_it_declares_itself() -> None:
    text = """
    uns: 1
    classes:
      Kettle:
        level: work_cell
        metrics: {heat: {type: number, min: 0, max: 105}}
        children: {control_modules: {pump: {metrics: {power: {type: number}}}}}
    topic: {containment: free}
    work_cells: {kettle4: {class: Kettle, metrics: {heat: {max: 100}}}}
    """
    carried = tables(uns.loads(text))
    (kettle,) = carried["classes"]
    assert [each["key"] for each in kettle["topics"]] == ["heat"]
    assert carried["contracts"][kettle["topics"][0]["contract"]]["metric"][2] == "0 to 105"
    (pump,) = kettle["parts"]
    assert (pump["path"], [each["key"] for each in pump["topics"]]) == ("pump", ["power"])


def test_without_jinja2_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site, "jinja2", None)
    with pytest.raises(MissingExtra, match=r"pip install 'unified-namespace\[docs\]'"):
        generate(uns.loads("uns: 1\n"), "site")


def test_the_sample_is_current(stored: Stored) -> None:
    """Make it anew with: make sample."""
    page = generate(uns.load(BOTTLING), "site", layout="file").files["index.html"]
    stored.data(SAMPLE, page, seen_unpacked)


def seen_unpacked(page: bytes) -> tuple[bytes, object]:
    """The page and its model unpacked: other versions of zlib pack the same into other bytes."""
    return re.sub(rb'(?<=octet-stream">)[^<]*', b"", page), unpacked(page)


# --- the tables --------------------------------------------------------------------------------------


def column(table: dict[str, list[Any]]) -> list[Any]:
    """The rows of a column; the page reads them the same way."""
    fresh = iter(table["values"])
    return [next(fresh) if code == 0 else table["values"][code - 1] for code in table["codes"]]


def templates(carried: dict[str, Any]) -> list[str]:
    """The templates of the topics, read back from the tables."""
    places = carried["places"]
    segments, endpoints = column(places["segment"]), column(places["endpoint"])
    groups: list[list[int]] = []
    rows, fresh = iter(range(len(segments))), count(1)
    below: list[int | None] = []
    for size in carried["members"]:
        groups.append(list(islice(rows, size)))
        for row in groups[-1]:
            code = places["members"][row]
            below.append(None if code < 0 else next(fresh) if code == 0 else code - 1)
    found: list[str] = []

    def walk(group: int, above: tuple[str, ...]) -> None:
        for row in groups[group]:
            segment = segments[row]
            text = (
                segment.replace("[", "[[").replace("{", "{{")
                if isinstance(segment, str)
                else segment["text"]
            )
            path = (*above, text)
            if endpoints[row] is not None:
                found.append("/".join(path))
            inner = below[row]
            if inner is not None:
                walk(inner, path)

    walk(0, ())
    return found


@given(namespaces())
def test_the_tables_hold_every_topic_of_the_model(ns: uns.Namespace) -> None:
    carried = json.loads(json.dumps(tables(ns)))
    assert templates(carried) == [template.text for template in ns.templates()]
    for table in (carried["places"], carried["notes"], carried["endpoints"]):
        for name, values in table.items():
            if name not in {"line", "members"}:
                assert len(values["values"]) <= len(values["codes"])


def test_members_of_a_class_are_carried_once() -> None:
    cells = ", ".join(f"m{number}: {{class: M}}" for number in range(500))
    text = f"uns: 1\nclasses: {{M: {{level: work_cell, metrics: {{a: {{type: number}}, b: {{type: number}}}}}}}}\ntopic: {{containment: free}}\nwork_cells: {{{cells}}}\n"
    carried = tables(uns.loads(text))
    assert carried["members"] == [500, 2]
    assert carried["places"]["members"][:3] == [0, 2, 2]


def test_a_family_costs_as_much_as_one() -> None:
    one, many = (
        tables(
            uns.loads(
                f"uns: 1\nsites: {{lyon: {{work_centers: {{'v[1..{last}]': {{metrics: {{a: {{type: number}}}}}}}}}}}}"
            )
        )
        for last in (1, 10**17)
    )
    assert len(json.dumps(many)) - len(json.dumps(one)) == 2 * 17
    assert many["places"]["segment"]["values"][1]["parts"] == [
        "v",
        {"items": [["1", str(10**17), 0]]},
    ]


def test_files_are_named_from_the_folder_of_the_model(tmp_path: Path) -> None:
    text = "uns: 1\nclasses: {M: {level: site}}\nsites: {lyon: {class: M, metrics: {a: {type: number}}}}\n"
    (tmp_path / "plant.uns.yaml").write_text(text)
    carried = tables(uns.load(tmp_path / "plant.uns.yaml"))
    assert set(column(carried["places"]["file"])) == {"plant.uns.yaml"}
    assert (carried["classes"][0]["file"], carried["classes"][0]["line"]) == ("plant.uns.yaml", 2)


def test_a_client_is_carried_with_what_its_filters_just_miss() -> None:
    text = (
        "{uns: 1, clients: {a: {subscribe: ['$share/g/+/+/+/x', lyon/#]}, b: {subscribe: '+/+/x'}},\n"
        "sites: {lyon: {areas: {h: {lines: {l: {metrics: {x: {type: number}}}}}}},\n"
        "oslo: {lines: {'l[1..3]': {metrics: {x: {type: number}}}}}}}"
    )
    one, other = tables(uns.loads(text))["clients"]
    assert one["missed"] == [["subscribe", "$share/g/+/+/+/x", "+/+/x", "oslo/l[1..3]/x", 1]]
    assert [row[2:4] for row in other["missed"]] == [["+/+/+/x", "lyon/h/l/x"]]
    (quiet,) = tables(uns.loads(text.replace("lyon/#]}, b: {subscribe: '+/+/x'}", "'+/+/x']}")))[
        "clients"
    ]
    assert "missed" not in quiet
