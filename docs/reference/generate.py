"""Writes the generated pages of the reference; a test holds them against the code.

python docs/reference/generate.py
"""

from __future__ import annotations

import typing
from pathlib import Path

from uns.faults import FAULTS
from uns.isa95 import EquipmentLevels
from uns.model_format import (
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
    MetricDeclaration,
    ModelInfo,
    PayloadDeclaration,
    PropertyDeclaration,
    Sections,
    TopicDeclaration,
    TopicSettings,
)
from uns.payloads import FIELD_TYPES

HERE = Path(__file__).parent

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
        "Generated from the declarations that loading checks against. What they mean together is "
        + "told in [the model file](model-file.md).",
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
    lines += [f"| {code} | {name} | {meaning} |" for code, (name, meaning) in FAULTS.items()]
    return "\n".join(lines) + "\n"


PAGES = {"keys.md": keys_page, "faults.md": faults_page}


def main() -> None:
    """Write all pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
