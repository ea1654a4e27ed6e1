"""Writes the generated pages of the reference; a test holds them against the code.

python docs/reference/generate.py
"""

from __future__ import annotations

import dataclasses
import doctest
import inspect
import itertools
import json
import re
import textwrap
import typing
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

import yaml

import uns
from uns.generators import LOSSES, TARGETS
from uns.generators.json_schema import file_name
from uns.isa95 import EquipmentLevels
from uns.linting.policies import FAMILIES
from uns.linting.rule import Rule
from uns.linting.verdicts import Audience
from uns.loading.faults import FAULTS
from uns.loading.finisher import BUILT_IN_PAYLOADS
from uns.loading.model_format import (
    BrokerDeclaration,
    ClassDeclaration,
    ClientDeclaration,
    Declaration,
    Defaults,
    Deprecation,
    EquipmentDeclaration,
    FieldDeclaration,
    KafkaSettings,
    LevelDeclaration,
    LintSettings,
    MessageDeclaration,
    MetricDeclaration,
    ModelInfo,
    PayloadDeclaration,
    PropertyDeclaration,
    Sections,
    TopicDeclaration,
    TopicSettings,
)
from uns.model.messages import MESSAGE_FAULTS
from uns.model.queries import OnOpenSet
from uns.model.tiers import Broker, Link, Tiers, TopicRoute
from uns.model.translation import Translation
from uns.model.tree import NO_NOTES
from uns.payloads import (
    FIELD_TYPES,
    Field,
    NoExample,
    PayloadContract,
    PayloadType,
    View,
    refused_example,
    type_in_words,
    write,
)
from uns.rules.catalogue import catalogue
from uns.rules.profiles import PROFILES

HERE = Path(__file__).parent

#: Longest signature that stands on one line.
LONGEST_SIGNATURE = 100

#: Types of arguments that are a choice of few words.
ALIASES: dict[str, Any] = {"OnOpenSet": OnOpenSet, "View": View}

#: Every mapping of the language, with the place it stands in.
DECLARATIONS: list[tuple[str, type[Declaration]]] = [
    ("the top of the file", Sections),
    ("`model`", ModelInfo),
    ("`topic`", TopicSettings),
    ("`defaults`", Defaults),
    ("`levels.<level>`", LevelDeclaration),
    ("`classes.<Class>`", ClassDeclaration),
    ("a node of the tree", EquipmentDeclaration),
    ("`metrics.<key>`", MetricDeclaration),
    ("`topics.<key>`", TopicDeclaration),
    ("`properties.<name>` of a class", PropertyDeclaration),
    ("`deprecated`", Deprecation),
    ("`payloads.<name>/<version>`", PayloadDeclaration),
    ("`fields.<name>`", FieldDeclaration),
    ("`value`", MessageDeclaration),
    ("`brokers.<name>`", BrokerDeclaration),
    ("`clients.<name>`", ClientDeclaration),
    ("`kafka`", KafkaSettings),
    ("`lint`", LintSettings),
]


def values(annotation: object) -> list[str]:
    """The values a key may have, where they are listed."""
    if typing.get_origin(annotation) is typing.Literal:
        return [str(value) for value in typing.get_args(annotation)]
    return [value for inner in typing.get_args(annotation) for value in values(inner)]


def keys_page() -> str:
    """Every key of the model file."""
    lines = [
        "# Keys of the model file",
        "",
        (
            "Generated from the declarations that loading checks against. What they mean together "
            "is told in [the model file](model-file.md). Each mapping may also have keys of other "
            "programs, `x-...`."
        ),
    ]
    for place, declaration in DECLARATIONS:
        lines += ["", f"## {place[0].upper()}{place[1:]}", ""]
        if declaration.__doc__:
            lines += [declaration.__doc__.strip().splitlines()[0], ""]
        lines += ["| key | what it says | values |", "|---|---|---|"]
        for name, field in declaration.model_fields.items():
            listed = ", ".join(f"`{value}`" for value in values(field.annotation))
            needed = "**required** " if field.is_required() else ""
            lines.append(
                f"| `{field.alias or name}` | {needed}{field.description or ''} | {listed} |"
            )
    lines += ["", "## Equipment levels", "", "| level | keys | B2MML |", "|---|---|---|"]
    levels = EquipmentLevels()
    for level in levels:
        spellings = ", ".join(f"`{key}`" for key in levels.spellings(level))
        lines.append(f"| {level.name} | {spellings} | {level.kind} |")
    lines += [
        "",
        "## Which level may stand where",
        "",
        (
            "Directly under each level, with `topic.containment: strict`, which is the default. At the top of "
            "the tree any level may stand. A level of your own stands where its `under` says."
        ),
        "",
        "| level | may hold | may stand under |",
        "|---|---|---|",
    ]
    for level in levels:
        held = ", ".join(f"`{name}`" for name in levels.expected_under(level))
        above = ", ".join(f"`{one.name}`" for one in levels if levels.may_hold(one, level))
        lines.append(f"| {level.name} | {held} | {above} |")
    lines += ["", "## Types of payload fields", "", "| type | a value is |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in FIELD_TYPES.items()]
    return "\n".join(lines) + "\n"


def faults_page() -> str:
    """Every fault of a model file."""
    lines = [
        "# Faults of a model file",
        "",
        "What loading refuses, because it makes no tree. Codes are stable and never reused.",
        "",
        "| code | name | meaning |",
        "|---|---|---|",
    ]
    lines += _codes(FAULTS)
    lines += [
        "",
        "## Of a message",
        "",
        (
            "What `ns.check` finds, and `ns.validate` raises as `InvalidTopic`, `UnknownTopic`, "
            "`NotAnEndpoint` and `InvalidPayload`."
        ),
        "",
        "| code | name | meaning |",
        "|---|---|---|",
    ]
    lines += _codes(MESSAGE_FAULTS)
    lines += [
        "",
        "## Of a text in code or configuration",
        "",
        "What `uns topic check --from-files` finds are rules: [family S](rules.md#s-topics-in-code).",
    ]
    return "\n".join(lines) + "\n"


def _codes(listed: Mapping[str, tuple[str, str]]) -> list[str]:
    return [f"| {code} | {name} | {meaning} |" for code, (name, meaning) in listed.items()]


def rules_page() -> str:
    """Every rule, by family: what it finds, why, an example and what to write instead."""
    rules = catalogue()
    lines = [
        "# Rules",
        "",
        (
            "The rules that `uns check` runs on a model that loads. Codes are stable and never reused. Settings name a "
            "rule by its code or its name, or several rules by the beginning of their codes (`N`, `N1`). "
            "[Lint a model](../how-to/lint.md) explains how to select and ignore rules and how to change their "
            "severity. `uns rule N101` shows one of these pages on the command line. Errors that keep a model from "
            "loading are not rules: see [faults](faults.md)."
        ),
        "",
        "| family | | rules |",
        "|---|---|---|",
    ]
    families = [(family, list(listed)) for family, listed in itertools.groupby(rules, _family)]
    for family, listed in families:
        linked = ", ".join(f"[{rule.code}](#{rule.code.lower()}-{rule.name})" for rule in listed)
        lines.append(f"| {listed[0].code[0]} | {family} | {linked} |")
    for family, listed in families:
        lines += ["", f"## {listed[0].code[0]}: {family}"]
        if listed[0].code[0] == "T":
            lines += _profiles()
        for rule in listed:
            lines += _rule_section(rule)
    return "\n".join(lines) + "\n"


def _profiles() -> Iterator[str]:
    yield from ("", "What `topic.profiles` may ask for, and where each limit is from:", "")
    yield from (
        "| profile | levels | bytes | QoS | keeps to itself | source |",
        "|---|---|---|---|---|---|",
    )
    for profile in PROFILES.values():
        said = (
            f"`{profile.name}`",
            str(profile.levels or ""),
            f"{profile.bytes:,}" if profile.bytes else "",
            f"0 to {profile.qos}" if profile.qos < 2 else "",
            ", ".join(f"`{word}`" for word in profile.reserved),
            "; ".join(profile.sources),
        )
        yield f"| {' | '.join(said)} |"


def _family(rule: Rule) -> str:
    return FAMILIES[rule.code[0]]


def _rule_section(rule: Rule) -> Iterator[str]:
    notes = [rule.weight]
    if not rule.default:
        notes.append("off unless selected")
    if rule.fixable:
        notes.append("`uns check --fix` repairs it")
    yield from ("", f"### {rule.code} {rule.name}", "", f"*{'; '.join(notes)}*", "")
    yield from (rule.page.what, "", f"**Why:** {rule.page.why}")
    fence = f"```{rule.page.language}" if rule.page.language == "yaml" else "```py"
    yield from ("", fence, rule.page.example, "```")
    yield from ("", "Instead:", "", fence, rule.page.instead, "```")


def breaking_page() -> str:
    """Which change is what, for whom; a test runs each row through the gate."""
    lines = [
        "# Which change breaks whom",
        "",
        (
            "`uns breaking` asks of each change: what does a reader of the old version now believe of a new message, and "
            "a reader of the new version of an old one? An old message may come late: retained, stored in Kafka, or twice. "
            "A field that is missing counts, too, since a reader takes its default. A change is compatible only if both "
            "believe what the writer meant. The tables list the usual changes; [the rules of family B]"
            "(rules.md#b-breaking-changes) explain each, and [review changes](../how-to/review-changes.md) shows how to ask."
        ),
        "",
        "| hit | are |",
        "|---|---|",
        *(f"| {audience} | {said} |" for audience, said in AUDIENCES.items()),
        "",
        (
            "*Additive* changes break nobody and are told; they ask for a minor version, breaking ones for a major one. "
            "Before 1.0.0 a breaking change asks for a minor version, an additive one for a patch (Semantic Versioning §4)."
        ),
    ]
    text = (HERE / "breaking-changes.yaml").read_text(encoding="utf-8")
    for section in yaml.safe_load(text):
        lines += ["", f"## {section['title']}", "", "| change | breaks | why |", "|---|---|---|"]
        for row in section["rows"]:
            breaks = ", ".join(row.get("breaks", ())) or f"nobody: {row['effect']}"
            said = (row["change"], breaks, row["why"])
            lines.append(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in said)} |")
    return "\n".join(lines) + "\n"


#: Who uses a namespace.
AUDIENCES = {
    Audience.PRODUCERS: "programs that publish by the old version; their messages reach new readers",
    Audience.CONSUMERS: "programs that subscribe by the old version; they get messages of the new one",
    Audience.KAFKA_READERS: (
        "programs that read records: the new ones by the old version, and the stored ones by the new version"
    ),
    Audience.QUERIES: (
        "programs that ask the model for equipment by class or level, or for topics by their keys: `ns.find`, `ns.filters`"
    ),
}

#: What the standard library is for: equipment levels, the usual topics there, their payloads.
LIBRARY = [
    ("every node", "`_info`", ["info/1"]),
    ("enterprise", "the name of a key figure", ["kpi/1"]),
    ("site", "`energy-<carrier>`, the name of a key figure", ["energy/1", "kpi/1"]),
    ("area", "`energy-<carrier>`, metrics of the surroundings", ["energy/1", "vtq/1"]),
    (
        "production_line, process_cell, production_unit",
        "`oee`, `_mes/job-order`, `_mes/job-response`, metrics such as `speed`",
        ["oee/1", "job-order/1", "job-response/1", "vtq/1"],
    ),
    ("process_cell, unit", "`batch`", ["batch-state/1"]),
    ("storage_zone, storage_unit", "`_mes/lot`, `level`", ["material-lot/1", "vtq/1"]),
    ("work_cell, unit", "`state`, `counts`, `alarm`", ["packml-state/1", "counts/1", "alarm/1"]),
    ("equipment_module", "`phase`", ["batch-state/1"]),
    ("control_module, and any other", "metrics", ["vtq/1", "bare/1", "text/1", "umh/1"]),
    ("every node", "topics whose contract is not known yet", ["unknown/1"]),
]


def library_page() -> str:
    """Every payload of the standard library, with a message that passes and one that does not."""
    payloads = uns.loads("uns: 1\ninclude: [std]\n").payloads
    lines = [
        "# The standard payload library",
        "",
        (
            "Generated from the library. `include: [std]` brings it to a model; "
            f"{_listed(BUILT_IN_PAYLOADS)} are there without it. "
            "A payload is not tied to a level: the table says where it usually stands."
        ),
        "",
        "| equipment level | topic | payload |",
        "|---|---|---|",
    ]
    for levels, topics, names in LIBRARY:
        lines.append(f"| {levels} | {topics} | {', '.join(map(_linked, names))} |")
    lines += [
        "",
        (
            "Times are whole milliseconds since 1970 in UTC, units are UCUM codes, ratios are 0 to 1 and never "
            "percent. A producer may send the fields below and no others; a consumer accepts further ones."
        ),
    ]
    for payload in payloads.values():
        lines += _payload_section(payload)
    return "\n".join(lines) + "\n"


def _listed(names: Sequence[str]) -> str:
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}"


def _linked(name: str) -> str:
    return f"[{name}](#{name.replace('/', '')})"


def _payload_section(payload: PayloadType) -> Iterator[str]:
    contract = PayloadContract(payload)
    levels = [level for level, _, names in LIBRARY if payload.name in names]
    schemas = " and ".join(
        f"[{view}](../../schemas/std/{file_name(contract, view)})"
        for view in ("producer", "consumer")
    )
    yield from ("", f"## {payload.name}", "", payload.description or "", "")
    yield f"Usual level: {'; '.join(levels)}. JSON Schema for a {schemas}."
    if payload.is_opaque:
        yield from (
            "",
            "The message is any bytes. It is a contract for `topics:`, not for metrics.",
        )
    elif payload.value is not None:
        yield from ("", f"The whole message is one value: {type_in_words(payload.value)}.")
    else:
        yield from ("", "| field | type | | what it is |", "|---|---|---|---|")
        yield from _field_rows("", payload.fields)
    for message in payload.examples:
        yield from ("", *_message_block(contract, json.loads(message)))
    try:
        refused = refused_example(contract)
    except NoExample:
        return
    yield from ("", f"This is refused, for `{refused.reason}`:", "")
    yield from _message_block(contract, refused.message)


def _message_block(contract: PayloadContract, value: Any) -> Iterator[str]:
    if contract.payload.encoding == "json":
        yield from ("```json", json.dumps(value, indent=2), "```")
    else:
        yield from ("```text", write(contract, value).decode(), "```")


def _field_rows(prefix: str, fields: tuple[Field, ...]) -> Iterator[str]:
    for field in fields:
        value, name = field.value, prefix + field.name
        inner = value.items if value.items is not None and value.items.fields else value
        words = value.type if inner.fields else type_in_words(value)
        words = "array of object" if inner is not value else words
        presence = "" if field.required else "optional"
        if field.default is not None:
            presence += f", else {field.default}"
        said = " | ".join(
            (f"`{name}`", words.replace("|", "\\|"), presence, field.description or "")
        )
        yield f"| {said} |"
        yield from _field_rows(f"{name}[]." if inner is not value else f"{name}.", inner.fields)


def targets_page() -> str:
    """Every target of `uns export`, with its options, and every loss."""
    lines = [
        "# Targets and losses",
        "",
        (
            "Generated from the tables of `uns.generators`. A target is written with "
            "[`uns export`](cli.md#uns-export) or `uns.generate`."
        ),
        "",
        "| target | option | what it is |",
        "|---|---|---|",
    ]
    for name, target in TARGETS.items():
        lines.append(f"| `{name}` | | {target.summary} |")
        for option, said in target.options.items():
            shown = said.shown.replace("|", "\\|")
            who = "" if said.read is not None else "; from Python only"
            lines.append(f"| | `{option}={shown}` | {said.meaning}{who} |")
    lines += [
        "",
        "## Losses",
        "",
        (
            "What a target has no words for is never dropped without a word: `Generated.losses` lists it, "
            "`uns export` tells it, and `--strict` fails on it. Codes are stable and never reused."
        ),
        "",
        "| code | name | meaning |",
        "|---|---|---|",
    ]
    lines += _codes(LOSSES)
    return "\n".join(lines) + "\n"


#: What the names of the face are about, by the package they come from.
SUBJECTS = {
    "loading": "Loading",
    "model": "The namespace",
    "topics": "Names and filters",
    "payloads": "Payloads",
    "kafka": "Kafka",
    "changes": "Changes",
    "rules": "Judging",
    "generators": "Files",
    "isa95": "Equipment levels",
    "rates": "Durations and rates",
    "diagnostics": "Findings and errors",
}

#: Classes whose members are listed, and how one of them is called in a signature.
WITH_MEMBERS: dict[type, str] = {
    uns.Namespace: "ns",
    Translation: "ns.kafka",
    Tiers: "ns.tiers",
    TopicRoute: "route",
    uns.Node: "node",
    uns.Message: "message",
    uns.Router: "router",
    uns.KafkaMapping: "mapping",
}

#: Classes that the library makes for its callers, so that their constructor is of no interest.
MADE_BY_THE_LIBRARY = {
    uns.Namespace,
    Translation,
    Tiers,
    uns.Node,
    uns.Message,
    uns.Resolution,
    uns.Changes,
}

#: How special methods are written where they are used.
SPECIAL = {"__getitem__": "{}[{}]", "__contains__": "{1} in {0}"}


def python_page() -> str:
    """Every name of the face, from its docstring."""
    names = {subject: [] for subject in SUBJECTS}  # type: dict[str, list[Any]]
    for name in uns.__all__:
        thing = getattr(uns, name)
        names[thing.__module__.split(".")[1]].append(thing)
    names["model"] += [Translation, Tiers, TopicRoute, Link, Broker]
    lines = [
        "# The Python interface",
        "",
        (
            "Generated from the docstrings: every name in `uns`, and the classes of `ns.kafka` and `ns.tiers`. [The tour](../tutorial/python.md) "
            "shows how to use them together. Tests run all of the examples. An example leaves out `uns.` before names of its own module; "
            "the examples of members use the names that the example of their class defines. "
            "`import uns` loads a module only when one of its names is used; everything is typed."
        ),
        "",
        "| | |",
        "|---|---|",
    ]
    for subject, things in names.items():
        things.sort(key=lambda thing: (isinstance(thing, type), thing.__name__.lower()))
        linked = ", ".join(f"[`{each.__name__}`](#{each.__name__.lower()})" for each in things)
        lines.append(f"| {SUBJECTS[subject]} | {linked} |")
    for subject, things in names.items():
        lines += ["", f"## {SUBJECTS[subject]}"]
        for thing in things:
            lines += _python_name(thing)
    return "\n".join(lines) + "\n"


def _python_name(thing: Any) -> Iterator[str]:
    yield from ("", f"### {thing.__name__}", "", "```py")
    if not isinstance(thing, type):
        yield _signature(thing, f"uns.{thing.__name__}")
    else:
        bases = [base.__name__ for base in thing.__bases__ if not base.__name__.startswith("_")]
        inherited = ", ".join(base for base in bases if base not in {"object", "Frozen", "Generic"})
        is_called = thing not in MADE_BY_THE_LIBRARY and not issubclass(thing, (Exception, Enum))
        yield f"class {thing.__name__}" + (f"({inherited})" if inherited else "")
        if is_called:
            yield _signature(thing, thing.__name__).partition(" -> ")[0]
    yield "```"
    yield from _markdown(thing)
    if isinstance(thing, type) and issubclass(thing, Enum):
        values = ", ".join(f"`{member.name}` {member.value!r}" for member in thing)
        yield from ("", f"Members: {values}.")
    if thing in WITH_MEMBERS:
        yield from _members(thing, WITH_MEMBERS[thing])


def _members(owner: type, called: str) -> Iterator[str]:
    attributes, methods = dict(_fields(owner, called)), {}
    for name, member in vars(owner).items():
        function = getattr(member, "fget", None) or getattr(member, "func", None)
        if name in SPECIAL:
            methods[SPECIAL[name].format(called, "topic")] = member
        elif name.startswith("_"):
            continue
        elif function is not None:
            attributes[name] = (function.__annotations__["return"], *_cells(function))
        elif inspect.isfunction(member):
            methods[f"{called}.{name}"] = member
    if attributes:
        yield from ("", f"| `{called}.` | type | meaning | example |", "|---|---|---|---|")
        for name, (kind, meaning, example) in attributes.items():
            shown = _plain(kind).replace("|", "\\|")
            yield f"| `{name}` | `{shown}` | {meaning} | {example} |"
    for name, member in methods.items():
        shown = name if " in " in name or "[" in name else ""
        yield from ("", f"#### {name}", "", "```py")
        yield _signature(member, name, shown) + "\n```"
        yield from _markdown(member)


def _cells(attribute: Any) -> tuple[str, str]:
    """The meaning of an attribute, and its example, on one line each."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(attribute) or "")
    shown = [f"`{each.source.strip()}` → `{each.want.strip()}`" for each in examples]
    blocks = "\n".join(_markdown(attribute)).split("\n\n")
    said = [" ".join(block.split()) for block in blocks if not block.startswith("```")]
    return " ".join(said).strip(), "<br>".join(shown).replace("|", "\\|")


def _fields(owner: type, called: str) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """The public fields of a dataclass, with the comment above each."""
    if not dataclasses.is_dataclass(owner):
        return
    comment: list[str] = []
    comments = {}
    for line in inspect.getsource(owner).splitlines():
        if line.strip().startswith("#: "):
            comment.append(line.strip()[3:])
        else:
            comments[line.strip().partition(":")[0]] = " ".join(comment)
            comment = []
    for field in dataclasses.fields(owner):
        if not field.name.startswith("_"):
            example = "above" if f"{called}.{field.name}" in (owner.__doc__ or "") else ""
            yield field.name, (str(field.type), _inline(comments.get(field.name, "")), example)


def _signature(thing: Any, name: str, shown: str = "") -> str:
    signature = inspect.signature(thing)
    parameters = [p for p in signature.parameters.values() if p.name != "self"]
    parameters = [_simple(p) for p in parameters if not p.name.startswith("_")]
    signature = signature.replace(parameters=parameters)
    returns = signature.return_annotation
    result = f" -> {_plain(returns)}" if isinstance(returns, str) else ""
    if shown:
        return shown + result
    inside = _plain(str(signature.replace(return_annotation=inspect.Signature.empty)))
    one_line = f"{name}{inside}{result}"
    if len(one_line) <= LONGEST_SIGNATURE:
        return one_line
    each = "".join(f"    {_plain(str(parameter))},\n" for parameter in parameters)
    return f"{name}(\n{each}){result}"


def _simple(parameter: inspect.Parameter) -> inspect.Parameter:
    """A parameter whose default is a plain value, or ``...`` in its place."""
    is_plain = isinstance(parameter.default, bool | int | str | tuple | None)
    is_plain = (
        is_plain and not isinstance(parameter.default, Enum) and parameter.default != NO_NOTES
    )
    if is_plain or parameter.default is inspect.Parameter.empty:
        return parameter
    return parameter.replace(default=...)


def _plain(annotation: str) -> str:
    """Annotations as they are read, with the choices of those that have some."""
    annotation = re.sub(r"(?<=[:>] )(['\"])(.*?)\1", r"\2", annotation).replace("Ellipsis", "...")
    for alias, choices in ALIASES.items():
        listed = ", ".join(map(repr, typing.get_args(choices)))
        annotation = re.sub(rf"\b{alias}\b", f"Literal[{listed}]", annotation)
    return annotation


def _markdown(thing: Any) -> Iterator[str]:
    """A docstring as Markdown: paragraphs, sessions, and what it raises."""
    for block in (inspect.getdoc(thing) or "").split("\n\n"):
        if block.startswith(">>>"):
            yield from ("", "```pycon", block, "```")
        elif block.startswith("Raises:"):
            raised = re.findall(r"^    ([\w, ]+): (.*(?:\n     .*)*)", block, re.MULTILINE)
            each = [f"{_names(names)}: {_inline(said).rstrip('.')}" for names, said in raised]
            yield from ("", f"Raises {'; '.join(each)}.")
        elif block.startswith("    "):
            yield from ("", "```", textwrap.dedent(block), "```")
        else:
            yield from ("", _inline(block))


def _names(listed: str) -> str:
    return ", ".join(f"`{name.strip()}`" for name in listed.split(","))


def _inline(text: str) -> str:
    text = re.sub(r":\w+:`~?(?:[\w.]*\.)?([^`]+)`", r"`\1`", text)
    return " ".join(text.replace("``", "`").split()).replace("|", "\\|")


PAGES = {
    "keys.md": keys_page,
    "targets.md": targets_page,
    "faults.md": faults_page,
    "rules.md": rules_page,
    "breaking-changes.md": breaking_page,
    "payload-library.md": library_page,
    "python.md": python_page,
}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
