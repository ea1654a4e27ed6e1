"""The generated module: it runs, its topics are those of the model, and mypy catches what is wrong."""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from mypy import api

import uns
from tests.generators.hostile import namespaces
from tests.models import namespaces as small_namespaces
from uns.generators import generate
from uns.payloads import example, validate

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
MODELS = sorted(EXAMPLES.glob("*/*.uns.yaml"))
MODELS = [path for path in MODELS if "payloads" not in path.name and "hall" not in path.name]


def text_of(ns: uns.Namespace) -> str:
    (text,) = generate(ns, "python", module="plant").files.values()
    return text.decode()


def module_of(ns: uns.Namespace) -> ModuleType:
    module = ModuleType("plant")
    exec(compile(text_of(ns), "plant.py", "exec", dont_inherit=True), module.__dict__)
    return module


def topics_of(module: ModuleType) -> set[str]:
    """Every topic that is reached by attributes, families as filters; found by going everywhere."""
    found: set[str] = set()
    pending = [
        value for name, value in vars(module).items()
        if not name.startswith("_") and isinstance(value, module.Position | module.Topic)
    ]  # fmt: skip
    while pending:
        value = pending.pop()
        if isinstance(value, module.Topic):
            found.add(str(value))
            continue
        for name, member in vars(type(value)).items():
            if isinstance(member, module._Leaf | module._Part | module._Own):
                pending.append(getattr(value, name))
    return found


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_topic_of_an_example_is_there(path: Path) -> None:
    ns = uns.load(path)
    assert topics_of(module_of(ns)) == {str(template.filter) for template in ns.templates()}


@given(small_namespaces())
def test_every_topic_of_any_model_is_there(ns: uns.Namespace) -> None:
    assert topics_of(module_of(ns)) == {str(template.filter) for template in ns.templates()}


@pytest.mark.slow
@settings(max_examples=40)
@given(namespaces())
def test_hostile_names_stay_texts(ns: uns.Namespace) -> None:
    text = text_of(ns)
    tree = ast.parse(text)
    # Nothing is called or imported that an honest model would not have.
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    classes = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    helpers = {
        "_one",
        "_like",
        "_Part",
        "_TypedDict",
        "_TypeVar",
        "_cast",
        "Topic",
        "ValueError",
        "isinstance",
        "str",
        "type",
    }
    assert called <= classes | helpers
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert imported == {"json", "re"}
    assert topics_of(module_of(ns)) == {str(template.filter) for template in ns.templates()}


MODEL = """
uns: 1
model: {id: plant, version: "1.0.0"}
aspects: {mes: _mes}
payloads:
  order/1:
    fields:
      id: {type: string}
      "due-date?": {type: datetime}
      priority: {type: enum, values: [low, high]}
  mode/1: {fields: {mode: {type: enum, values: [a, b], open: true}, parts?: {type: array, items: {type: object, fields: {x: {type: integer}}}}}}
classes:
  Machine:
    level: work_cell
    metrics: {speed: {type: number, unit: m/s, min: 0, max: 3, description: Of the belt}}
sites:
  lyon:
    lines:
      line1:
        topics: {mes:order: {payload: order/1, kind: command}, mode: {payload: mode/1}}
        cells:
          machine[1..4]: {class: Machine}
          "[left,right]-arm": {class: Machine}
          tank[01..12,9a]: {class: Machine}
          "{serial}": {pattern: "[A-Z]{2}[0-9]{2}", class: Machine}
          class: {class: Machine}
          "0055": {class: Machine}
"""


@pytest.fixture(scope="module")
def plant() -> Any:
    return module_of(uns.loads(MODEL))


def test_topics_by_attributes_and_by_values(plant: Any) -> None:
    line = plant.lyon.line1
    assert line.mes.order == "lyon/line1/_mes/order"
    assert line.machine(3).speed == "lyon/line1/machine3/speed"
    assert line.arm("left").speed == "lyon/line1/left-arm/speed"
    assert line.tank(7).speed == "lyon/line1/tank07/speed"
    assert line.tank("9a").speed == "lyon/line1/tank9a/speed"
    assert line.serial("AB12").speed == "lyon/line1/AB12/speed"
    assert line.every_machine.speed == "lyon/line1/+/speed"
    assert line.class_.speed == "lyon/line1/class/speed"
    assert line.n0055.speed == "lyon/line1/0055/speed"
    assert str(line) == "lyon/line1"
    assert repr(line) == "<ProductionLine 'lyon/line1'>"
    assert (plant.MODEL_ID, plant.MODEL_VERSION) == ("plant", "1.0.0")


@pytest.mark.parametrize(
    "ask",
    [
        lambda line: line.machine(0),
        lambda line: line.machine(5),
        lambda line: line.arm("middle"),
        lambda line: line.tank(13),
        lambda line: line.serial("ab12"),
        lambda line: line.serial("AB12/x"),
    ],
)
def test_values_outside_a_family_are_refused(plant: Any, ask: Any) -> None:
    with pytest.raises(ValueError, match=r"is none of [0-9a-z]|is not like"):
        ask(plant.lyon.line1)


def test_messages_go_there_and_back(plant: Any) -> None:
    topic = plant.lyon.line1.machine(1).speed
    payload = topic.dumps({"timestamp_ms": 1, "value": 1.5})
    assert payload == b'{"timestamp_ms": 1, "value": 1.5}'
    assert topic.loads(payload) == {"timestamp_ms": 1, "value": 1.5}
    with pytest.raises(ValueError, match="is a topic filter; publish to a topic"):
        plant.lyon.line1.every_machine.speed.dumps({"timestamp_ms": 1, "value": 1.5})
    with pytest.raises(ValueError, match="not JSON compliant"):
        topic.dumps({"timestamp_ms": 1, "value": float("nan")})


BROWNFIELD = """
uns: 1
model: {id: brownfield}
payloads:
  mode/1: {encoding: text, value: {type: enum, values: [auto, manual]}}
  level/1: {encoding: text, value: number}
  flag/1: {value: boolean}
  image/1: {encoding: binary}
  list/1: {value: {type: array, items: {type: object, fields: {x: {type: number}}}}}
sites:
  lyon:
    payload: mode/1
    metrics: {bar: {type: number, payload: bare/1}, note: {type: string, payload: text/1}}
    topics:
      mode: {payload: mode/1}
      level: {payload: level/1}
      flag: {payload: flag/1}
      image: {payload: image/1}
      gateway: {payload: unknown/1}
      list: {payload: list/1}
      port[1..2]: {payload: mode/1}
"""


def test_messages_that_are_one_value(tmp_path: Path) -> None:
    lyon = module_of(uns.loads(BROWNFIELD)).lyon
    for topic, message, payload in (
        (lyon.bar, 2.5, b"2.5"),
        (lyon.note, 'a "b"', b'a "b"'),
        (lyon.mode, "auto", b"auto"),
        (lyon.own, "auto", b"auto"),
        (lyon.port(2), "auto", b"auto"),
        (lyon.level, 2.5, b"2.5"),
        (lyon.flag, True, b"true"),
        (lyon.image, b"\xff", b"\xff"),
        (lyon.gateway, b"\xff", b"\xff"),
        (lyon.list, [{"x": 1}], b'[{"x": 1}]'),
    ):
        assert topic.dumps(message) == payload
        assert topic.loads(payload) == message


def test_equipment_that_is_alike_shares_a_class(plant: Any) -> None:
    line = plant.lyon.line1
    assert type(line.machine(1)) is type(line.arm("left")) is plant.Machine


def test_the_types_are_those_of_the_contracts(plant: Any) -> None:
    assert plant.Order1.__required_keys__ == {"id", "priority"}
    assert plant.Order1.__optional_keys__ == {"due-date"}


GOOD = """
from plant import Order1, lyon

line = lyon.line1
topic: str = line.machine(1).speed
payload: bytes = line.machine(1).speed.dumps({"timestamp_ms": 1, "value": 1.5, "unit": "m/s"})
value: float = line.machine(1).speed.loads(payload)["value"]
order: Order1 = {"id": "a", "priority": "low", "due-date": "2026-01-01T00:00:00Z"}
line.mes.order.dumps(order)
line.arm("left").speed
line.tank(3).speed
line.tank("9a").speed
mode: str = line.mode.loads(b"")["mode"]
numbers: list[int] = [part["x"] for part in line.mode.loads(b"").get("parts", [])]
"""

#: What mypy must refuse, and with which of its codes.
BAD = {
    'line.machine(1).speed.dumps({"timestamp_ms": 1})': "typeddict-item",
    'line.machine(1).speed.dumps({"timestamp_ms": 1, "valeu": 1.5})': "typeddict-item",
    'line.machine(1).speed.dumps({"timestamp_ms": 1, "value": "fast"})': "typeddict-item",
    'line.machine(1).speed.dumps({"timestamp_ms": 1, "value": 1.5, "unit": "km/h"})': "typeddict-item",
    'line.mes.order.dumps({"id": "a", "priority": "urgent"})': "typeddict-item",
    'line.mes.order.dumps({"id": "a", "priority": "low", "due_date": "x"})': "typeddict-unknown-key",
    'line.machine(1).speed.loads(b"")["unti"]': "typeddict-item",
    "line.machien(1)": "attr-defined",
    "line.machine(1).sped": "attr-defined",
    'line.machine("one")': "arg-type",
    'line.arm("middle")': "arg-type",
    "lyon.line2": "attr-defined",
    'line.mode.dumps({"mode": 1})': "typeddict-item",
}


@pytest.mark.slow
def test_mypy_takes_what_is_right_and_refuses_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One run for all: the modules of three models, strictly, and services that use one of them."""
    files = {"plant.py": text_of(uns.loads(MODEL)), "good.py": GOOD}
    files["bad.py"] = "from plant import lyon\n\nline = lyon.line1\n" + "\n".join(BAD)
    for name in ("bottling", "pharma", "everything"):
        files |= {
            f"{name}.py": text.decode()
            for text in generate(
                uns.load(EXAMPLES / name / f"{name}.uns.yaml"), "python"
            ).files.values()
        }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["mypy"])
    depth = sys.getrecursionlimit()
    out, err, _ = api.run(
        [
            "--strict",
            "--config-file=",
            "--no-color-output",
            f"--cache-dir={tmp_path / 'cache'}",
            *sorted(files),
        ]
    )
    # mypy raises it for the whole process, in which other tests ask what too deep is.
    sys.setrecursionlimit(depth)
    assert err == ""
    found = {}
    for line in out.splitlines()[:-1]:
        place, _, message = line.partition(": error: ")
        if message:
            assert place.startswith("bad.py:"), line
            found[int(place.split(":")[1])] = message.rpartition("[")[2].rstrip("]")
    expected = dict(enumerate(BAD.values(), 4))
    assert found.keys() == expected.keys(), out
    same_kind = {"typeddict-item", "typeddict-unknown-key"}
    for at, code in expected.items():
        assert found[at] == code or {found[at], code} == same_kind, out


def test_a_message_that_mypy_takes_is_one_the_contract_takes() -> None:
    """The types are no wider in their fields than the contracts: each example has its fields there."""
    ns = uns.load(EXAMPLES / "bottling" / "bottling.uns.yaml")
    module = module_of(ns)
    for node in ns.endpoints():
        assert node.contract is not None
        message = example(node.contract)
        validate(node.contract, message, "producer")
        fields = {field.name: field.required for field in node.contract.body.fields}
        if not fields:
            continue  # a message that is one value
        alike = [
            kind for kind in vars(module).values()
            if getattr(kind, "__required_keys__", None) == {n for n, r in fields.items() if r}
            and kind.__optional_keys__ == {n for n, r in fields.items() if not r}
        ]  # fmt: skip
        assert alike, node


def test_losses_are_told_once_for_each_contract() -> None:
    losses = generate(uns.loads(MODEL), "python").losses
    assert [(loss.code, loss.path) for loss in losses] == [("X301", "vtq/1")]


def test_a_foreign_schema_is_any_object_and_a_loss() -> None:
    generated = generate(uns.load(EXAMPLES / "everything" / "everything.uns.yaml"), "python")
    assert [loss.path for loss in generated.losses if loss.code == "X302"] == ["lab-report/1"]


def test_the_module_is_as_long_as_the_model_is_various() -> None:
    cells = "\n".join(f"      cell{at}: {{class: M}}" for at in range(50))
    head = (
        "uns: 1\ntopic: {containment: free}\nclasses: {M: {metrics: {x: {type: number}}}}\nsites:\n"
    )
    sites = [f"  s{at}:\n    work_cells:\n{cells}\n" for at in range(100)]
    one = len(text_of(uns.loads(head + sites[0])))
    many = len(text_of(uns.loads(head + "".join(sites))))
    assert many - one < 100 * 40


@pytest.mark.parametrize(
    ("id_", "file"),
    [
        ("acme", "acme.py"),
        ("Acme Corp.", "acme_corp.py"),
        ("日本", "namespace.py"),
        ("class", "class_.py"),
    ],
)
def test_the_module_is_called_after_the_model(id_: str, file: str) -> None:
    ns = uns.loads(f"uns: 1\nmodel: {{id: '{id_}', version: '1.0.0'}}\n")
    assert list(generate(ns, "python").files) == [file]


def test_names_that_clash_are_told_apart() -> None:
    text = """
uns: 1
topic: {containment: free}
sites:
  a-b: {metrics: {x-y: {type: number}, x_y: {type: number}, own: {type: number}, int: {type: boolean}}}
  a_b: {metrics: {"site": {type: number}}}
  Site: {metrics: {Site: {type: number}}, payload: info/1}
  "s[1..2]": {metrics: {m: {type: number}}}
"""
    module: Any = module_of(uns.loads(text))
    assert (module.a_b.x_y, module.a_b.x_y_2) == ("a-b/x-y", "a-b/x_y")
    assert module.a_b.own_2 == "a-b/own"
    assert module.a_b.int_2 == "a-b/int"
    assert module.a_b_2.site == "a_b/site"
    assert module.s(2).m == "s2/m"
    assert module.every_s.m == "+/m"


def test_a_name_beside_an_open_set_is_no_value_for_it() -> None:
    ns = uns.loads("""
uns: 1
sites:
  z:
    areas:
      "dev-{id}": {pattern: "[a-z]+[0-9]*", metrics: {state: {type: boolean}}}
      dev-bridge: {metrics: {up: {type: boolean}}}
      "dev-gw[1..3]": {metrics: {up: {type: boolean}}}
""")
    z = module_of(ns).z
    assert str(z.dev("lamp").state) == "z/dev-lamp/state"
    assert str(z.dev("gw4").state) == "z/dev-gw4/state"
    for taken in ("bridge", "gw2"):
        with pytest.raises(ValueError, match=f"'dev-{taken}' has a place of its own"):
            z.dev(taken)
