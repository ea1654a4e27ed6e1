"""topics.json: the documentation as JSON, for programs to read.

One line for each topic template, so that a change of the model is a small
change of the file. :mod:`uns.model.descriptions` makes what it says.
``schemas/topics.schema.json`` describes it.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from uns.diagnostics import Diagnostic, visible_json
from uns.generators.targets import FINDINGS, Generated, Target
from uns.model.catalogue import Catalogue
from uns.model.descriptions import head, sections
from uns.model.namespace import Namespace

#: The name of the file.
FILE = "topics.json"


def generate(namespace: Namespace, findings: Sequence[Diagnostic] = ()) -> Generated:
    """The file, with ``findings`` in the given order."""
    catalogue = Catalogue(namespace)
    # Line by line into one buffer: the file of a large model is much larger than one entry.
    file = io.BytesIO()
    file.write(b"{")
    between = ""
    for key, value in head(catalogue).items():
        file.write(f'{between}\n"{key}": {visible_json(value)}'.encode())
        between = ","
    for key, values in sections(catalogue, findings).items():
        file.write(f',\n"{key}": ['.encode())
        between = ""
        for value in values:
            file.write(f"{between}\n{visible_json(value)}".encode())
            between = ","
        file.write(b"\n]" if between else b"]")
    file.write(b"\n}\n")
    return Generated({FILE: file.getvalue()})


TARGET = Target(
    "topics.json: the documentation as JSON, for programs to read.",
    generate,
    {"findings": FINDINGS},
)
