"""Payloads that are a JSON Schema: read with the files it refers to, compiled, and compared."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import uns
from uns.loading import foreign_schemas
from uns.rules.breaking import verdict

MODEL = (
    "uns: 1\n"
    "payloads: {r/1: {json_schema: s.json}}\n"
    "sites: {lyon: {topics: {r: {payload: r/1, kind: event}}}}\n"
)

DRAFTS = {
    "2020-12": "https://json-schema.org/draft/2020-12/schema",
    "2019-09": "https://json-schema.org/draft/2019-09/schema",
    "7": "http://json-schema.org/draft-07/schema#",
    "6": "http://json-schema.org/draft-06/schema#",
    "4": "http://json-schema.org/draft-04/schema#",
}

#: The value of the field `a` is the text "b".
B_ONLY = {"enum": ["b"]}


def load(files: dict[str, Any], path: str = "plant/m.uns.yaml") -> uns.Namespace:
    """Load the model with files that are texts, or JSON."""

    def read(name: str) -> bytes:
        if name == path:
            return MODEL.encode()
        said = files.get(name.removeprefix("plant/"))
        if said is None:
            raise FileNotFoundError(2, "no such file", name)
        return (said if isinstance(said, str) else json.dumps(said)).encode()

    return uns.load(path, read=read)


def accepts(ns: uns.Namespace, message: Any) -> bool:
    try:
        ns.validate("lyon/r", json.dumps(message))
    except uns.InvalidPayload:
        return False
    return True


def field(schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}, **more}


#: Schemas with the same meaning, each in other files.
GOOD: list[Any] = [
    pytest.param({"s.json": field(B_ONLY)}, id="one file"),
    pytest.param({"s.json": field({"$ref": "c.json"}), "c.json": B_ONLY}, id="a whole file"),
    pytest.param({"s.json": field({"$ref": "c.json#/$defs/x"}), "c.json": {"$defs": {"x": B_ONLY}}}, id="a part of a file"),
    pytest.param({"s.json": field({"$ref": "c.json#/$defs/x~1y%20z"}), "c.json": {"$defs": {"x/y z": B_ONLY}}}, id="an escaped part"),
    pytest.param({"s.json": field({"$ref": "c.json#x"}), "c.json": {"$defs": {"y": {"$anchor": "x", **B_ONLY}}}}, id="an anchor"),
    pytest.param({"s.json": field({"$ref": "lib/c.json"}), "lib/c.json": {"$ref": "d.json"}, "lib/d.json": B_ONLY}, id="from file to file"),
    pytest.param({"s.json": field({"$ref": "lib/c.json"}), "lib/c.json": {"$ref": "../d.json"}, "d.json": B_ONLY}, id="up, inside the folder"),
    pytest.param({"s.json": field({"$ref": "c.json#/$defs/x"}), "c.json": {"$defs": {"x": {"$ref": "#/$defs/y"}, "y": B_ONLY}}}, id="within the other file"),
    pytest.param({"s.json": {"$ref": "c.json"}, "c.json": field(B_ONLY)}, id="nothing but a reference"),
    pytest.param({"s.json": {"$schema": DRAFTS["7"], "$ref": "c.json"}, "c.json": field(B_ONLY)}, id="nothing but a reference, draft 7"),
    pytest.param({"s.json": field({"$ref": "c.json"}, **{"$defs": {"x": B_ONLY}}), "c.json": {"$ref": "s.json#/$defs/x"}}, id="files that refer to each other"),
    pytest.param({"s.json": field({"$ref": "a b.json"}), "a b.json": B_ONLY}, id="a name with a space"),
    pytest.param({"s.json": field({"$ref": "a%20b.json"}), "a b.json": B_ONLY}, id="an escaped name"),
    pytest.param({"s.json": field({"$ref": "c.json"}, **{"$id": "https://acme.example/s.json"}), "c.json": B_ONLY}, id="an id"),
    pytest.param({"s.json": field({"$ref": "c.json"}), "c.json": {"$id": "https://acme.example/c.json", "$ref": "#/$defs/x", "$defs": {"x": B_ONLY}}}, id="an id of the other file"),
    pytest.param({"s.json": field({"$ref": "inner.json"}, **{"$defs": {"i": {"$id": "inner.json", **B_ONLY}}})}, id="a part with an id"),
    pytest.param({"s.json": {"allOf": [field({"$ref": "c.json"}), {"properties": {"default": {"$ref": "c.json"}, "$ref": {"$ref": "c.json"}}}]}, "c.json": B_ONLY}, id="fields with the names of keywords"),
    pytest.param({"s.json": field(B_ONLY, default={"$ref": "none.json"})}, id="data that looks like a reference"),
    *(
        pytest.param({"s.json": {"$schema": uri, **field({"$ref": "c.json#/definitions/x"})}, "c.json": {"definitions": {"x": B_ONLY}}}, id=f"draft {name}")
        for name, uri in DRAFTS.items()
    ),
]  # fmt: skip


@pytest.mark.parametrize("files", GOOD)
def test_a_schema_is_read_with_the_files_it_refers_to(files: dict[str, Any]):
    ns = load(files)
    assert accepts(ns, {"a": "b"})
    assert not accepts(ns, {"a": "c"})
    assert set(ns.schema_files) == {f"plant/{name}" for name in files}


@pytest.mark.parametrize("files", GOOD)
def test_the_schema_needs_no_other_file(files: dict[str, Any]):
    alone = load({"s.json": load(files).payloads["r/1"].json_schema})
    assert accepts(alone, {"a": "b"})
    assert not accepts(alone, {"a": "c"})


def test_a_reference_to_the_schema_of_schemas_is_known_without_a_network():
    ns = load({"s.json": field({"$ref": DRAFTS["2020-12"]})})
    assert accepts(ns, {"a": {"type": "number"}})
    assert not accepts(ns, {"a": {"type": 1}})


def test_parts_are_pointers_where_nothing_has_an_identity():
    ns = load({"s.json": field({"$ref": "lib/a b.json#/$defs/x"}), "lib/a b.json": {"$defs": {"x": B_ONLY}}})  # fmt: skip
    schema = json.loads(ns.payloads["r/1"].json_schema or "")
    assert schema["properties"]["a"] == {"$ref": "#/$defs/lib~1a%20b.json/$defs/x"}
    assert "$id" not in schema


def nested(depth: int) -> str:
    return '{"not":' * depth + "{}" + "}" * depth


#: Files that cannot be used, the place and the start of the message.
BAD: list[Any] = [
    pytest.param({}, "m.uns.yaml:2", "cannot read plant/s.json", id="no file"),
    pytest.param({"s.json": "{"}, "m.uns.yaml:2", "plant/s.json is not JSON", id="no JSON"),
    pytest.param({"s.json": '{"minimum": NaN}'}, "m.uns.yaml:2", "plant/s.json is not JSON", id="NaN"),
    pytest.param({"s.json": '{"minimum": 1e999}'}, "m.uns.yaml:2", "plant/s.json is not JSON", id="a number beyond a double"),
    pytest.param({"s.json": []}, "m.uns.yaml:2", "plant/s.json is not a JSON Schema", id="a list"),
    pytest.param({"s.json": nested(300)}, "m.uns.yaml:2", "plant/s.json is nested too deeply", id="300 levels"),
    pytest.param({"s.json": nested(100_000)}, "m.uns.yaml:2", "plant/s.json is", id="100,000 levels"),
    pytest.param({"s.json": {"type": "text"}}, "m.uns.yaml:2", 'the JSON Schema of r/1 cannot be used: "text"', id="an unknown type"),
    pytest.param({"s.json": {"pattern": "("}}, "m.uns.yaml:2", "the JSON Schema of r/1 cannot be used", id="no pattern"),
    pytest.param({"s.json": {"pattern": "(?=a)"}}, "m.uns.yaml:2", "the JSON Schema of r/1 cannot be used", id="look-around"),
    pytest.param({"s.json": {"$schema": "https://acme.example/own"}}, "m.uns.yaml:2", "the JSON Schema of r/1 cannot be used", id="an unknown dialect"),
    pytest.param({"s.json": field({"$ref": "#none"})}, "m.uns.yaml:2", "the JSON Schema of r/1 cannot be used", id="no such anchor"),
    pytest.param({"s.json": field({"$ref": "#/$defs/none"})}, "s.json:1", "plant/s.json refers to '#/$defs/none', and plant/s.json has no such part", id="no such part"),
    pytest.param({"s.json": field({"$ref": "c.json#/$defs/none"}), "c.json": {}}, "s.json:1", "plant/s.json refers to 'c.json#/$defs/none', and plant/c.json has no such part", id="no such part of another file"),
    pytest.param({"s.json": field({"$ref": "c.json"})}, "s.json:1", "cannot read plant/c.json", id="no such file"),
    pytest.param({"s.json": field({"$ref": "c.json"}), "c.json": "["}, "s.json:1", "plant/c.json is not JSON", id="another file that is no JSON"),
    pytest.param({"s.json": field({"$ref": "c.json"}), "c.json": {"type": "text"}}, "m.uns.yaml:2", "the JSON Schema of r/1 cannot be used", id="another file with an unknown type"),
    pytest.param({"s.json": field({"$ref": "https://acme.example/c.json"})}, "s.json:1", "plant/s.json refers to 'https://acme.example/c.json', which is no file in the folder of the model", id="of a network"),
    pytest.param({"s.json": field({"$ref": "//acme.example/c.json"})}, "s.json:1", "plant/s.json refers to '//acme.example/c.json', which", id="of another host"),
    pytest.param({"s.json": field({"$ref": "file:///etc/passwd"})}, "s.json:1", "plant/s.json refers to 'file:///etc/passwd', which", id="a file of the machine"),
    pytest.param({"s.json": field({"$ref": "/etc/passwd"})}, "s.json:1", "plant/s.json refers to '/etc/passwd', which", id="an absolute path"),
    pytest.param({"s.json": field({"$ref": "../c.json"}), "../c.json": {}}, "s.json:1", "plant/s.json refers to '../c.json', which", id="outside the folder"),
    pytest.param({"s.json": field({"$ref": "%2e%2e/c.json"}), "../c.json": {}}, "s.json:1", "plant/s.json refers to '%2e%2e/c.json', which", id="outside the folder, escaped"),
    pytest.param({"s.json": field({"$ref": "c.json?x"}), "c.json": {}}, "s.json:1", "plant/s.json refers to 'c.json?x', which", id="a query"),
    pytest.param({"s.json": field({"$ref": "http://[x"})}, "s.json:1", "plant/s.json refers to 'http://[x'", id="no URI"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "place", "message"), BAD)
def test_a_schema_that_cannot_be_used_is_a_fault_with_its_place(
    files: dict[str, Any], place: str, message: str
):
    with pytest.raises(uns.InvalidNamespace) as refused:
        load(files)
    (fault,) = refused.value.diagnostics
    assert fault.message.startswith(message)
    assert str(fault.span).startswith(f"plant/{place}:")
    assert fault.code in {"M112", "M520"}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path):
    (tmp_path / "plant").mkdir()
    (tmp_path / "secret.json").write_text("{}", encoding="utf-8")
    (tmp_path / "plant" / "c.json").symlink_to(tmp_path / "secret.json")
    (tmp_path / "plant" / "m.uns.yaml").write_text(MODEL, encoding="utf-8")
    (tmp_path / "plant" / "s.json").write_text('{"$ref": "c.json"}', encoding="utf-8")
    with pytest.raises(uns.InvalidNamespace, match="no file in the folder of the model"):
        uns.load(tmp_path / "plant" / "m.uns.yaml")


def test_the_number_and_the_size_of_files_have_limits(monkeypatch: pytest.MonkeyPatch):
    chain: dict[str, Any] = {f"c{n}.json": {"$ref": f"c{n + 1}.json"} for n in range(150)}
    with pytest.raises(uns.InvalidNamespace, match="refers to more than 100 files"):
        load({"s.json": {"$ref": "c0.json"}, **chain, "c150.json": {}})
    monkeypatch.setattr(foreign_schemas, "MAX_CHARACTERS", 50)
    with pytest.raises(uns.InvalidNamespace, match="too large together"):
        load({"s.json": {"$ref": "c.json"}, "c.json": {"title": "x" * 100}})


def test_many_references_to_one_file_read_it_once():
    files = {"s.json": {"allOf": [{"$ref": "c.json"}] * 5_000}, "c.json": field(B_ONLY)}
    assert accepts(load(files), {"a": "b"})


@pytest.mark.parametrize(
    "parts", [pytest.param([], id="a list"), pytest.param(False, id="a boolean")]
)
def test_the_named_parts_of_a_schema_are_an_object(parts: Any):
    with pytest.raises(uns.InvalidNamespace, match=r"\$defs of .*s.json must be an object"):
        load({"s.json": {"$defs": parts, "not": {"$ref": "c.json"}}, "c.json": {}})


_texts = st.sampled_from(
    ["#", "#/a", "#/$defs/x", "#x", "s.json", "c.json", "c.json#", "c.json#/a", "..", "c.json/../c.json", "",
     "./c.json", "urn:x:y", "http://[", "a:b", "%", "%zz", "c.json#%", "\\ud800", "\x00", "http://json-schema.org/draft-07/schema#"]
)  # fmt: skip
_schemas = st.recursive(
    st.booleans()
    | st.builds(dict, st.dictionaries(st.sampled_from(["$ref", "$id", "id", "$dynamicRef", "$anchor"]), _texts, max_size=2)),
    lambda inner: st.dictionaries(st.sampled_from(["not", "$defs", "properties", "allOf", "x", "const"]), inner | st.lists(inner, max_size=2), max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(_schemas, _schemas, st.sampled_from(list(DRAFTS.values())))
def test_any_files_are_read_or_are_faults(one: Any, two: Any, dialect: str):
    head = {"$schema": dialect, **one} if isinstance(one, dict) else one
    with contextlib.suppress(uns.InvalidNamespace):
        accepts(load({"s.json": json.dumps(head), "c.json": json.dumps(two)}), {"a": "b"})


# --- what changed ------------------------------------------------------------------------------------

OLD = {"s.json": field({"$ref": "c.json#/$defs/x"}), "c.json": {"$defs": {"x": {"enum": ["a", 1]}}}}


def test_a_change_in_a_file_that_a_schema_refers_to_breaks():
    changes = uns.diff(load(OLD), load({**OLD, "c.json": {"$defs": {"x": {"enum": ["b", 1]}}}}))
    assert [str(change.subject) for change in changes] == ["JSON Schema"]
    assert str(verdict(changes).effect) == "breaking"


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"c.json": '{\n "$defs": {"x": {"enum": ["a", 1.0]}}}\n'}, id="spaces, and 1.0 for 1"),
        pytest.param({"s.json": '{"properties": {"a": {"$ref": "c.json#/$defs/x"}}, "type": "object"}'}, id="another order of keys"),
        pytest.param({"s.json": '{"type": "ob\\u006aect", "properties": {"a": {"$ref": "c.json#/$defs/x"}}}'}, id="another escape"),
    ],
)  # fmt: skip
def test_equal_json_is_no_change(files: dict[str, Any]):
    assert not uns.diff(load(OLD), load({**OLD, **files}))
