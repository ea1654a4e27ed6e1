"""Every fault a model can have, exactly as it is told; and what files do to a model."""

from __future__ import annotations

import functools
import gc
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

import uns
from tests.accepting import LOADER, Stored
from uns.diagnostics import Diagnostic, Span, draw
from uns.loading import files
from uns.loading.faults import FAULTS
from uns.loading.finisher import BUILT_IN_PAYLOADS
from uns.loading.loader import MAX_FAULTS, InvalidNamespace, load, loads

CASES = Path(__file__).parent.parent / "broken"
MAIN = "plant.uns.yaml"


@dataclass(frozen=True, eq=False)
class Case:
    """A model of a file of cases, and every fault it has."""

    file: Path
    name: str
    files: dict[str, str]
    faults: str | None


@functools.cache
def cases(*, legal: bool) -> list[object]:
    return [pytest.param(case, id=f"{case.file.stem}-{case.name}") for case in _cases(legal=legal)]


def _cases(*, legal: bool) -> Iterator[Case]:
    for file in sorted(CASES.glob("*.yaml")):
        if (file.stem == "legal") is legal:
            for name, case in yaml.load(file.read_text("utf-8"), LOADER).items():
                files = case["files"] if "files" in case else {MAIN: case["model"]}
                yield Case(file, name, files, case.get("faults"))


def reader(files: dict[str, str]) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        if path not in files:
            raise FileNotFoundError(2, "No such file or directory", path)
        return files[path].encode()

    return read


def place(span: Span | None) -> str:
    if span is None:
        return "?"
    if span.file.startswith("<"):
        return span.file  # The library of the package may grow.
    file = "" if span.file == MAIN else f"{span.file}:"
    end = f"{span.end_line}:" if span.end_line != span.line else ""
    return f"{file}{span.line}:{span.column}-{end}{span.end_column}"


def told(diagnostic: Diagnostic) -> str:
    lines = [f"{place(diagnostic.span)} {diagnostic.code} {diagnostic.message}"]
    if diagnostic.help:
        lines.append(f"  help: {diagnostic.help}")
    lines += [f"  {place(span)} {label}" for span, label in diagnostic.related]
    return "\n".join(lines)


@functools.cache
def found(case: Case) -> tuple[Diagnostic, ...]:
    """What loading finds in a case; more than one test asks."""
    with pytest.raises(InvalidNamespace) as caught:
        load(MAIN, read=reader(case.files))
    return caught.value.diagnostics


def faults(load_it: Callable[[], object]) -> list[str]:
    with pytest.raises(InvalidNamespace) as caught:
        load_it()
    return [told(diagnostic) for diagnostic in caught.value.diagnostics]


# --- every fault ------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases(legal=False))
def test_broken_models(case: Case, stored: Stored) -> None:
    said = "".join(f"{told(diagnostic)}\n" for diagnostic in found(case))
    stored.value(case.file, (case.name, "faults"), said, case.faults)


@pytest.mark.parametrize("case", cases(legal=True))
def test_legal_models(case: Case) -> None:
    load(MAIN, read=reader(case.files))
    assert case.faults is None


def test_every_fault_has_a_case() -> None:
    text = "".join(file.read_text("utf-8") for file in CASES.glob("*.yaml"))
    # The size of a file and the ways to be no text take more than a case of text can show.
    shown = {code for code in FAULTS if f" {code} " in text} | {"M106", "M107", "M109", "M407"}
    assert shown == set(FAULTS)


@pytest.mark.parametrize("case", cases(legal=False))
def test_every_fault_can_be_drawn_and_sorted(case: Case) -> None:
    for diagnostic in found(case):
        assert diagnostic.span is not None
        drawing = draw(diagnostic)
        assert drawing.startswith(f"error[{diagnostic.code}]: ")
        assert ("^" in drawing) is bool(diagnostic.span.excerpt)
        assert draw(diagnostic) == drawing.rstrip()
    assert len(set(found(case))) == len(found(case))


# --- models too large to write out ------------------------------------------------------------------


def classes(lines: Iterator[str], tree: str) -> str:
    return "uns: 1\nclasses:\n" + "".join(f"  {line}\n" for line in lines) + tree


def chain(length: int, *, downwards: bool) -> str:
    """Classes of which each is a part of the one before."""
    numbers = range(length) if downwards else reversed(range(length))
    part = (
        "C{}: {{level: equipment_module, children: {{equipment_modules: {{a: {{class: C{}}}}}}}}}"
    )
    last = f"C{length}: {{level: equipment_module}}"
    return classes(
        (line for line in [last, *(part.format(n, n + 1) for n in numbers)]),
        "equipment_modules: {x: {class: C0}}\n",
    )


ENORMOUS = [
    pytest.param("a: " + "[" * 200_000, "1:67-68 M106 nested more than 64 deep", id="brackets"),
    pytest.param("{a: " * 200_000, "1:257-258 M106 nested more than 64 deep", id="braces"),
    pytest.param(
        "".join(f"{' ' * depth}a:\n" for depth in range(1_000)),
        "65:65-65 M106 nested more than 64 deep",
        id="indents",
    ),
    pytest.param(
        "uns: 1\nsites: {" + "a[b]c " * 100_000 + "}",
        "2:10-11 M101 a value with one of [ ] { } must be quoted here\n"
        f'  help: put it in quotes: "{"a[b]c " * 10}..."',
        id="one-line-of-unquoted-brackets",
    ),
    pytest.param(
        "uns: 1\n[" + "]" * 100_000 + "\n",
        "2:1-2 M101 there is no colon after this key\n"
        "  help: write `key: value`; a text over several lines needs quotes",
        id="one-line-of-closing-brackets",
    ),
    pytest.param(
        "uns: 1\nsites: {lyon: {metrics: {" + "/".join("a" * 129) + ": {type: number}}}}\n",
        "2:26-283 M407 the topic has more than 128 levels",
        id="leaf-of-many-levels",
    ),
    pytest.param(
        chain(130, downwards=True),
        "131:46-63 M407 more than 128 levels of equipment",
        id="parts-in-parts-downwards",
    ),
    pytest.param(
        chain(3_000, downwards=False),
        "2876:46-63 M407 more than 128 levels of equipment",
        id="parts-in-parts-upwards",
    ),
    pytest.param(
        chain(3_000, downwards=False) + 'sites: {"{code}": {pattern: "[0-9]"}}\n',
        "2876:46-63 M407 more than 128 levels of equipment",
        id="parts-in-parts-beside-an-open-set",
    ),
    pytest.param(
        classes(
            (
                f"C{n}: {{level: equipment_module, children: {{equipment_modules: "
                f"{{{'x' * 1_000}: {{class: C{n + 1}}}}}}}}}"
                for n in range(66)
            ),
            "  C66: {level: equipment_module}\nequipment_modules: {x: {class: C0}}\n",
        ),
        "70:21-22 M407 topics below equipment_module 'x' have up to 67 levels and "
        "66,067 bytes; at most 128 and 65,535 are allowed",
        id="topics-of-many-bytes",
    ),
    pytest.param(
        f'uns: 1\nlines:\n  "{"x" * 1_100}": {{}}\n',
        "3:1105-1106 M101 the key has more than 1,024 characters\n"
        "  help: write `? ` before the key, and `: ` before the value on the next line",
        id="key-too-long-for-yaml",
    ),
    pytest.param(
        "uns: 1\nlines:\n"
        + "".join(f'  "{{s{n}}}": {{pattern: "(a|b)*{"ab"[n]}(a|b){{900}}x"}}\n' for n in (0, 1)),
        "4:3-9 M404 production_line '{s1}' may overlap production_line '{s0}': it cannot be decided\n"
        "  help: let the two start or end with different texts, or use simpler patterns\n"
        "  3:3-9 production_line '{s0}'",
        id="patterns-too-entangled",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize(("text", "expected"), ENORMOUS)
def test_enormous_models_are_refused_at_once(text: str, expected: str) -> None:
    assert faults(lambda: loads(text, name=MAIN)) == [expected]


def test_parts_in_parts_make_more_topics_than_could_be_listed() -> None:
    part = "C{}: {{level: equipment_module, children: {{equipment_modules: {{a: {{class: C{}}}, b: {{class: C{}}}}}}}}}"
    text = classes(
        (part.format(n, n + 1, n + 1) for n in range(60)),
        "  C60: {level: equipment_module, metrics: {load: {type: number}}}\n"
        "equipment_modules: {x: {class: C0}}\n",
    )
    ns = loads(text)
    assert ns.count() == 2**60
    assert ns.count("x/a/#") == 2**59
    assert ns.resolve("x" + "/a/b" * 30 + "/load")
    assert next(ns.topics()) == "x" + "/a" * 60 + "/load"


def test_diamonds_of_classes_are_resolved_once() -> None:
    text = classes(
        (
            f"{name}{n}: {{extends: {parents}}}"
            for n in range(60)
            for name, parents in (("C", f"[L{n}, R{n}]"), ("L", f"C{n + 1}"), ("R", f"C{n + 1}"))
        ),
        "  C60: {metrics: {load: {type: number}}}\nsites: {x: {class: C0}}\n",
    )
    ns = loads(text)
    assert len(ns.classes["C0"].ancestors) == 60 * 3
    assert ns["x/load"].endpoint is not None


def test_loading_stops_after_more_faults_than_anybody_repairs() -> None:
    text = "uns: 1\nsites:\n" + "".join(f"  s{n}: {{labl: x}}\n" for n in range(MAX_FAULTS + 500))
    found = faults(lambda: loads(text, name=MAIN))
    assert len(found) == MAX_FAULTS + 1
    stopped = f"{MAX_FAULTS + 2}:10-14 M107 more than 1,000 faults; loading stops here"
    assert [line for line in found if " M107 " in line] == [stopped]


def test_what_many_nodes_share_is_told_once() -> None:
    text = "uns: 1\nclasses: {A: {topics: {state: {payload: no/1}}}}\nsites:\n" + "".join(
        f"  s{n}: {{class: A, label: x, topics: {{state: {{qos: 0}}}}}}\n" for n in range(50)
    )
    found = faults(lambda: loads(text, name=MAIN))
    assert [line.splitlines()[0] for line in found] == [
        "2:41-45 M302 no payload 'no/1' is declared"
    ]


# --- bytes --------------------------------------------------------------------------------------------

NO_TEXT = [
    pytest.param(
        b"uns: 1\nsites: {lyon: {label: K\xf6ln}}\n",
        "2:24-25 M109 byte 30 of the file is not UTF-8 text",
        id="latin-1",
    ),
    pytest.param(
        "uns: 1\n".encode("utf-16"), "1:1-2 M109 byte 0 of the file is not UTF-8 text", id="utf-16"
    ),
    pytest.param(
        bytes(range(256)), "2:118-119 M109 byte 128 of the file is not UTF-8 text", id="bytes"
    ),
    pytest.param(
        b"\xed\xa0\x80", "1:1-2 M109 byte 0 of the file is not UTF-8 text", id="surrogate"
    ),
    pytest.param(
        b"uns: 1\n\xff", "2:1-2 M109 byte 7 of the file is not UTF-8 text", id="in-the-second-line"
    ),
    pytest.param(b"\xef\xbb\xbf", "1:1-2 M110 the file is empty", id="only-a-byte-order-mark"),
]


@pytest.mark.parametrize(("data", "expected"), NO_TEXT)
def test_files_that_are_no_text(data: bytes, expected: str) -> None:
    found = faults(lambda: load(MAIN, read=lambda _: data))
    assert [line.splitlines()[0] for line in found] == [expected]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"\xef\xbb\xbfuns: 2\n", "1:6-7", id="byte-order-mark"),
        pytest.param(b"uns: 1\r\nsites:\r\n  lyon: {labl: x}\r\n", "3:10-14", id="crlf"),
        pytest.param(b"uns: 1\rsites:\r  lyon: {labl: x}\r", "3:10-14", id="cr"),
        pytest.param(
            "uns: 1\nsites: {Köln: {labl: x}}\n".encode(), "2:16-20", id="two-bytes-a-character"
        ),
        pytest.param(
            "uns: 1\nsites: {😀😀: {labl: x}}\n".encode(), "2:14-18", id="four-bytes-a-character"
        ),
        pytest.param(
            'uns: 1\nmodel: {id: "a\u2028b"}\nsites: {l: {labl: x}}\n'.encode(),
            "4:13-17",
            id="a-line-separator-breaks-a-line-as-yaml-has-it",
        ),
    ],
)
def test_columns_count_characters(data: bytes, expected: str) -> None:
    (found,) = faults(lambda: load(MAIN, read=lambda _: data))
    assert found.split()[0] == expected


def test_a_byte_order_mark_and_crlf_load() -> None:
    data = b"\xef\xbb\xbfuns: 1\r\nsites:\r\n  lyon: {label: Lyon}\r\n"
    assert load(MAIN, read=lambda _: data)["lyon"].label == "Lyon"


def test_a_text_with_a_lone_surrogate() -> None:
    (found,) = faults(lambda: loads("uns: 1\nsites: {ly\ud800on: {}}", name=MAIN))
    assert found.startswith("2:11-12 M109 ")


# --- files --------------------------------------------------------------------------------------------


@pytest.fixture
def plant(tmp_path: Path) -> Path:
    """The folder of a model that includes ``lines.yaml``, which is not there yet."""
    folder = tmp_path / "plant"
    folder.mkdir()
    (folder / "plant.yaml").write_text("uns: 1\ninclude: [lines.yaml]\nsites: {lyon: {}}\n")
    return folder


def codes(path: Path | str) -> list[str]:
    with pytest.raises(InvalidNamespace) as caught:
        load(path)
    return [diagnostic.code for diagnostic in caught.value.diagnostics]


def test_a_file_and_what_it_includes(plant: Path) -> None:
    (plant / "lines.yaml").write_text("uns: 1\nsites: {lyon: {lines: {a: {}}}}\n")
    for path in (plant / "plant.yaml", str(plant / "plant.yaml")):
        assert "lyon/a" in load(path)


def test_a_file_beside_the_working_folder(plant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (plant / "lines.yaml").write_text("uns: 1\nsites: {lyon: {lines: {a: {}}}}\n")
    monkeypatch.chdir(plant)
    assert "lyon/a" in load("plant.yaml")
    assert "lyon/a" in load("../plant/plant.yaml")


def test_a_link_that_leaves_the_folder(plant: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("uns: 1\n")
    (plant / "lines.yaml").symlink_to(tmp_path / "secret.yaml")
    assert codes(plant / "plant.yaml") == ["M308"]


def test_a_folder_link_that_leaves_the_folder(plant: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.yaml").write_text("uns: 1\n")
    (plant / "sub").symlink_to(tmp_path / "other")
    (plant / "plant.yaml").write_text("uns: 1\ninclude: [sub/a.yaml]\n")
    assert codes(plant / "plant.yaml") == ["M308"]


def test_a_link_inside_the_folder(plant: Path) -> None:
    (plant / "real.yaml").write_text("uns: 1\nsites: {lyon: {lines: {a: {}}}}\n")
    (plant / "lines.yaml").symlink_to(plant / "real.yaml")
    assert "lyon/a" in load(plant / "plant.yaml")


def test_an_absolute_path_to_a_file_inside_the_folder(plant: Path) -> None:
    (plant / "lines.yaml").write_text("uns: 1\n")
    (plant / "plant.yaml").write_text(f"uns: 1\ninclude: [{plant / 'lines.yaml'}]\n")
    assert codes(plant / "plant.yaml") == ["M308"]


def test_a_folder_whose_name_starts_alike(plant: Path, tmp_path: Path) -> None:
    (tmp_path / "plant2").mkdir()
    (tmp_path / "plant2" / "a.yaml").write_text("uns: 1\n")
    (plant / "plant.yaml").write_text("uns: 1\ninclude: [../plant2/a.yaml]\n")
    assert codes(plant / "plant.yaml") == ["M308"]


def test_a_folder_is_no_file(plant: Path) -> None:
    (plant / "lines.yaml").mkdir()
    assert codes(plant / "plant.yaml") == ["M112"]
    assert codes(plant) == ["M112"]


def test_no_file_at_all(tmp_path: Path) -> None:
    path = tmp_path / "none.yaml"
    with pytest.raises(InvalidNamespace) as caught:
        load(path)
    (found,) = caught.value.diagnostics
    assert str(found) == f"{path}:1:1: error[M112]: cannot read {path}: no such file or directory"


def test_a_file_that_is_too_large(plant: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (plant / "lines.yaml").write_text(f"uns: 1\n# {'x' * 1_000}\n")
    monkeypatch.setattr(files, "MAX_BYTES", 500)
    assert codes(plant / "plant.yaml") == ["M112"]


def test_a_reader_takes_the_place_of_the_file_system() -> None:
    asked = []

    def read(path: str) -> bytes:
        asked.append(path)
        return {
            "HEAD:m/plant.yaml": b"uns: 1\ninclude: [sub/a.yaml, std]\n",
            "HEAD:m/sub/a.yaml": b"uns: 1\ninclude: [../b.yaml]\n",
            "HEAD:m/b.yaml": b"uns: 1\nsites: {lyon: {topics: {oee: {payload: oee/1}}}}\n",
        }[path]

    assert load("HEAD:m/plant.yaml", read=read).count() == 1
    assert asked == ["HEAD:m/plant.yaml", "HEAD:m/sub/a.yaml", "HEAD:m/b.yaml"]


@pytest.mark.parametrize(
    ("main", "name", "asked"),
    [
        pytest.param("m.yaml", "a.yaml", "a.yaml", id="beside it"),
        pytest.param("m.yaml", "sub/../a.yaml", "a.yaml", id="down and up"),
        pytest.param("m.yaml", "../a.yaml", None, id="above the working folder"),
        pytest.param("../m.yaml", "a.yaml", "../a.yaml", id="a folder above"),
        pytest.param("../m.yaml", "../a.yaml", None, id="above a folder above"),
        pytest.param("../m.yaml", "../../a.yaml", None, id="two above a folder above"),
        pytest.param("../../m.yaml", "../a.yaml", None, id="above two folders above"),
        pytest.param("../p/m.yaml", "../p/a.yaml", "../p/a.yaml", id="the folder by its name"),
        pytest.param("../p/m.yaml", "../p2/a.yaml", None, id="a folder whose name starts alike"),
        pytest.param("/srv/p/m.yaml", "sub/a.yaml", "/srv/p/sub/a.yaml", id="an absolute folder"),
        pytest.param("/srv/p/m.yaml", "../a.yaml", None, id="above an absolute folder"),
        pytest.param("/m.yaml", "a.yaml", "/a.yaml", id="the root"),
        pytest.param("/m.yaml", "../a.yaml", "/a.yaml", id="above the root is the root"),
        pytest.param("m.yaml", "/a.yaml", None, id="an absolute name"),
        pytest.param("m.yaml", "C:/a.yaml", None, id="a drive letter"),
        pytest.param("m.yaml", "sub\\a.yaml", None, id="a backslash"),
        pytest.param("C:\\plant\\m.yaml", "a.yaml", "C:/plant/a.yaml", id="a path of Windows"),
        pytest.param("C:\\plant\\m.yaml", "../a.yaml", None, id="above a path of Windows"),
        pytest.param("HEAD:m.yaml", "a.yaml", "a.yaml", id="a revision"),
    ],
)
def test_what_a_reader_is_asked_for(main: str, name: str, asked: str | None) -> None:
    paths = []

    def read(path: str) -> bytes:
        paths.append(path)
        return b"uns: 1\ninclude: ['%s']\n" % name.encode() if path == main else b"uns: 1\n"

    if asked is not None:
        load(main, read=read)
        assert paths == [main, asked]
        return
    with pytest.raises(InvalidNamespace) as caught:
        load(main, read=read)
    assert [fault.code for fault in caught.value.diagnostics] == ["M308"]
    assert all(fault.help for fault in caught.value.diagnostics)
    assert paths == [main]


def test_a_main_file_that_is_a_link(plant: Path, tmp_path: Path) -> None:
    (plant / "lines.yaml").write_text("uns: 1\nsites: {lyon: {lines: {a: {}}}}\n")
    (tmp_path / "current").mkdir()
    (tmp_path / "current" / "plant.yaml").symlink_to(plant / "plant.yaml")
    assert codes(tmp_path / "current" / "plant.yaml") == ["M112"]
    (tmp_path / "current" / "lines.yaml").write_text("uns: 1\n")
    assert "lyon/a" not in load(tmp_path / "current" / "plant.yaml")
    (tmp_path / "current" / "lines.yaml").unlink()
    (tmp_path / "current" / "lines.yaml").symlink_to(plant / "lines.yaml")
    assert "lyon/a" in load(tmp_path / "current" / "plant.yaml")


def test_the_standard_library_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "uns: 1\ninclude: [std]\nsites: {lyon: {payload: oee/1}}\n"
    contract = loads(text).payloads["oee/1"]
    read: list[str] = []
    real = files.read
    monkeypatch.setattr(
        files, "read", lambda source, faults: read.append(source.name) or real(source, faults)
    )
    assert loads(text).payloads["oee/1"] is contract
    assert loads("uns: 1\nsites: {lyon: {metrics: {a: {type: number}}}}").count() == 1
    assert read == ["<text>", "<text>"]


JSON_SCHEMA_METRICS = [
    pytest.param("sites: {a: {metrics: {m: {type: number, max: 5, payload: a/1}}}}", "3:58-61", id="a metric"),
    pytest.param("classes: {C: {metrics: {m: {payload: a/1}}}}", "3:38-41", id="a class without nodes"),
    pytest.param(
        "defaults: {metric_payload: a/1}\nsites: {a: {metrics: {m: {type: number}, n: {type: enum, values: [x]}}}}",
        "3:28-31", id="the default, told once",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place"), JSON_SCHEMA_METRICS)
def test_a_metric_cannot_have_a_json_schema(text: str, place: str) -> None:
    text = f"uns: 1\npayloads: {{a/1: {{json_schema: a.json}}}}\n{text}\n"
    texts = {MAIN: text.encode(), "a.json": b"{}"}
    (found,) = faults(lambda: load(MAIN, read=texts.__getitem__))
    assert found == (
        f"{place} M505 a/1 is a JSON Schema, which cannot say the type, unit and limits of a metric\n"
        "  help: declare the topic under `topics:`, or name a payload with a field of type metric_value"
    )


def test_a_text_has_no_files_beside_it() -> None:
    (found,) = faults(lambda: loads("uns: 1\ninclude: [a.yaml]\n", name=MAIN))
    assert found == "2:11-17 M112 cannot read a.yaml: a model loaded from text cannot include files"


def test_more_files_than_a_model_may_have() -> None:
    def read(path: str) -> bytes:
        number = int(path.removesuffix(".yaml"))
        return f"uns: 1\ninclude: [{number + 1}.yaml]\n".encode()

    (found,) = faults(lambda: load("0.yaml", read=read))
    assert found == "999.yaml:2:11-20 M107 the model has more than 1000 files"


def test_faults_come_in_the_order_of_the_files() -> None:
    files = {
        MAIN: "uns: 1\ninclude: [z.yaml, a.yaml]\nsites: {lyon: {labl: x}}\n",
        "a.yaml": "uns: 1\nsites: {nice: {labl: x}}\n",
        "z.yaml": "uns: 1\nsites: {\n  oslo: {labl: x},\n  rome: {labl: x}}\n",
    }
    found = faults(lambda: load(MAIN, read=reader(files)))
    assert [line.split()[0] for line in found] == [
        "3:16-20", "z.yaml:3:10-14", "z.yaml:4:10-14", "a.yaml:2:16-20",
    ]  # fmt: skip


def test_the_error_says_it_all() -> None:
    with pytest.raises(InvalidNamespace) as caught:
        loads("uns: 1\nsites: {lyon: {labl: x, ownr: y}}\n", name=MAIN)
    assert isinstance(caught.value, uns.UNSError | ValueError)
    assert str(caught.value) == (
        "the model has 2 faults:\n"
        "  plant.uns.yaml:2:16: error[M201]: a node has no key 'labl'\n"
        "  plant.uns.yaml:2:25: error[M201]: a node has no key 'ownr'"
    )


@pytest.mark.parametrize("text", ["uns: 1\n", "uns: 2\n"], ids=["loads", "fails"])
@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_as_it_was(text: str, enabled: bool) -> None:
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        try:
            loads(text)
        except InvalidNamespace:
            assert text == "uns: 2\n"
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()


# --- what a model says besides its tree ---------------------------------------------------------------


def test_settings() -> None:
    ns = loads("""
        uns: 1
        model: {id: acme, version: "1.4.0", owner: ot, label: Acme, description: Two plants}
        topic: {root: /acme, profiles: [mqtt, aws-iot-core]}
        kafka: {split: 2, overflow: bucket}
        lint: {ignore: N101}
        clients:
          historian: {owner: it, label: H, description: keeps, subscribe: $share/h/#, publish: [a/b]}
        sites: {lyon: {payload: info/1}}
    """)
    assert ns.model == uns.Model("acme", "1.4.0", "ot", "Acme", "Two plants")
    assert repr(ns) == "<Namespace acme 1.4.0>"
    assert ns.root_levels == ("", "acme")
    assert ns.profiles == ("mqtt", "aws-iot-core")
    assert ns.kafka.settings == {"split": 2, "overflow": "bucket"}
    assert ns.lint_settings == {"ignore": ["N101"]}
    assert list(ns.topics()) == ["/acme/lyon"]
    historian = ns.clients["historian"]
    assert (historian.owner, historian.label, historian.description) == ("it", "H", "keeps")
    assert historian.subscribe == (uns.SharedSubscription("$share/h/#"),)
    assert historian.publish == (uns.TopicFilter("a/b"),)


def test_nothing_said() -> None:
    ns = loads("uns: 1\n")
    assert ns.model == uns.Model()
    assert repr(ns) == "<Namespace without id>"
    assert (ns.root_levels, ns.profiles, ns.kafka.settings, ns.lint_settings) == ((), (), {}, {})
    assert set(ns.payloads) == set(BUILT_IN_PAYLOADS)
    assert (ns.classes, ns.aspects, ns.clients) == ({}, {}, {})
    assert ns.count() == 0
    assert list(ns.topics()) == []


def test_the_built_in_library() -> None:
    ns = loads("uns: 1\ninclude: std\n")
    assert {"vtq/1", "info/1", "oee/1", "energy/1"} <= set(ns.payloads)


def test_a_payload_of_ones_own_wins_over_the_built_in_one() -> None:
    ns = loads("""
        uns: 1
        payloads: {vtq/1: {fields: {v: {type: metric_value}}}}
        sites: {lyon: {metrics: {power: {type: number}}}}
    """)
    contract = ns["lyon/power"].contract
    assert contract is not None
    assert [field.name for field in contract.payload.fields] == ["v"]


def test_foreign_json_schemas_are_kept_as_canonical_json() -> None:
    files = {
        MAIN: "uns: 1\npayloads: {a/1: {json_schema: s/a.json}}\nsites: {l: {payload: a/1}}\n",
        "s/a.json": '{"type": "object",\n "a": "ü"}',
    }
    ns = load(MAIN, read=reader(files))
    assert ns.payloads["a/1"].json_schema == '{"a":"ü","type":"object"}'


def test_partial_trees_of_several_files_are_one_tree() -> None:
    files = {
        MAIN: "uns: 1\ninclude: [a.yaml, b.yaml]\nenterprises: {acme: {sites: {lyon: {label: Lyon, lines: {x: {}}}}}}\n",
        "a.yaml": "uns: 1\nenterprises: {acme: {sites: {lyon: {lines: {y: {}}, areas: {z: {}}}}}}\n",
        "b.yaml": "uns: 1\nenterprises: {acme: {owner: me, sites: {nice: {}}}}\n",
    }
    ns = load(MAIN, read=reader(files))
    assert [node.topic for node in ns.walk()] == [
        "acme", "acme/lyon", "acme/lyon/x", "acme/lyon/y", "acme/lyon/z", "acme/nice",
    ]  # fmt: skip
    assert (ns["acme"].owner, ns["acme/lyon"].label) == ("me", "Lyon")
    assert str(ns["acme/lyon/y"].span).startswith("a.yaml:2:")
    assert str(ns["acme"].span).startswith("b.yaml:2:")


def test_loading_twice_gives_the_same() -> None:
    text = (
        "uns: 1\nlines: {'line[1..3]': {metrics: {b: {type: number}, a: {type: number}}}, x: {}}\n"
    )
    one, two = loads(text), loads(text)
    assert list(one.topics()) == list(two.topics())
    assert [str(n) for n in one.walk()] == [str(n) for n in two.walk()]


# --- what an attacker would try ----------------------------------------------------------------------


def found_in(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(InvalidNamespace) as caught:
        uns.load(path)
    return [(d.code, d.message) for d in caught.value.diagnostics]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "f.yaml")
    assert found_in(tmp_path / "f.yaml") == [
        ("M112", f"cannot read {tmp_path}/f.yaml: not a regular file")
    ]
    (tmp_path / "m.yaml").write_text("uns: 1\ninclude: [f.yaml]\n", encoding="utf-8")
    assert [code for code, _ in found_in(tmp_path / "m.yaml")] == ["M112"]


def test_a_device_is_not_read() -> None:
    assert [code for code, _ in found_in(Path("/dev/zero"))] == ["M112"]


def test_links_in_a_circle_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "m.yaml").write_text("uns: 1\ninclude: [loop]\n", encoding="utf-8")
    assert [code for code, _ in found_in(tmp_path / "m.yaml")] == ["M308"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        pytest.param(
            "uns: 1\ntopic: {root: $share/a}\n", "M401", "no client can subscribe", id="a root below $share"
        ),
        pytest.param(
            "uns: 1\npayloads: {a/1: {fields: {f: {type: string, max_length: 9999999999}}}}\n",
            "M204", "must be at most 2,147,483,647", id="a length without use",
        ),
        pytest.param(
            f"uns: 1\nclasses: {{A: {{required: [{'x,' * 100_001}]}}}}\n",
            "M107", "a list of more than 100,000 items", id="a list without end",
        ),
        pytest.param(
            "uns: 1\nclasses:\n  C0: {}\n"
            + "".join(f"  C{n}: {{extends: C{n - 1}}}\n" for n in range(1, 258)),
            "M107", "class 'C257' extends more than 256 classes", id="classes without end",
        ),
    ],
)  # fmt: skip
def test_bounds(text: str, code: str, said: str) -> None:
    with pytest.raises(InvalidNamespace) as caught:
        uns.loads(text)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == code
    assert said in diagnostic.message


def test_an_empty_level_at_the_top_has_a_template_and_no_filter() -> None:
    ns = uns.loads('uns: 1\nsites: {"": {class: A}, b: {class: A}}\n'
                   "classes: {A: {level: site, metrics: {p: {type: number}}}}")  # fmt: skip
    assert [node.template.text for node in ns.walk()] == ["", "/p", "b", "b/p"]
    assert list(ns.filters(class_="A", endpoint="p")) == ["+/p"]
    with pytest.raises(uns.InvalidTopicFilter):
        _ = next(ns.walk()).template.filter


def test_the_payloads_that_every_model_knows_are_read_once() -> None:
    one, other = (loads("uns: 1\nsites: {lyon: {payload: info/1}}") for _ in range(2))
    assert one.payloads["info/1"] is other.payloads["info/1"]
    assert one.payloads == {name: one.payloads[name] for name in BUILT_IN_PAYLOADS}
