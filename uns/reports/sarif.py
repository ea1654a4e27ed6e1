"""Findings as SARIF 2.1.0, for code scanning of GitHub and for editors.

GitHub refuses a file with more than 25,000 results in a run, and shows the
first 5,000. So if there are too many, the most severe come first, and a
notification gives the number of those left out.
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from uns.diagnostics import Diagnostic, Severity, Span, visible, visible_json
from uns.linting.policies import FAMILIES
from uns.loading.faults import FAULTS
from uns.model.messages import MESSAGE_FAULTS
from uns.reports.report import Report, is_file, relative, with_help
from uns.rules import EVERY_RULE

#: The most results that a run may have, and how many of them GitHub shows.
MOST, MOST_SHOWN = 25_000, 5_000

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
#: The base of all paths; the reader of the file knows where that is.
_ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def log(report: Report) -> Iterator[str]:
    """A log of one run."""
    findings = list(zip(report.shown, report.fingerprints(), strict=True))
    if len(findings) > MOST_SHOWN:
        findings = sorted(findings, key=lambda pair: -pair[0].severity)[:MOST]
    rules = {found.code: found for found, _ in reversed(findings)}
    index = {code: place for place, code in enumerate(sorted(rules))}
    run: dict[str, Any] = {
        "tool": {"driver": _driver([rules[code] for code in index], report.version)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _ROOT: {"description": {"text": "The folder that paths are relative to."}}
        },
        "invocations": [{"executionSuccessful": True}],
        "results": [_result(found, index, mark, report) for found, mark in findings],
    }
    left = len(report.findings) - len(findings)
    if left:
        told = f"the {left:,} least severe findings are left out: a run may have {MOST:,} results"
        run["invocations"][0]["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": told}}
        ]
    yield (
        visible_json(
            {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=True
        )
        + "\n"
    )


def _driver(examples: list[Diagnostic], version: str) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "uns", "rules": [_rule(found) for found in examples]}
    if version:
        driver |= {"version": version, "semanticVersion": version}
    return driver


def _rule(found: Diagnostic) -> dict[str, Any]:
    """The description of the rule of a finding: its page, or the meaning of a fault."""
    rule = EVERY_RULE.get(found.code)
    if rule is not None:
        page = rule.page
        what = page.what
        text = f"{page.why}\n\nExample:\n{page.example}\n\nInstead:\n{page.instead}"
        markdown = (
            f"{page.why}\n\nExample:\n\n```{page.language}\n{page.example}\n```\n\n"
            f"Instead:\n\n```{page.language}\n{page.instead}\n```"
        )
        level = rule.severity
    else:
        _, what = FAULTS.get(found.code) or MESSAGE_FAULTS.get(found.code) or ("", found.name)
        text = markdown = what
        level = found.severity
    return {
        "id": found.code,
        "name": found.name,
        "shortDescription": {"text": what.partition("\n")[0]},
        "fullDescription": {"text": what},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[level]},
        "properties": {"tags": [FAMILIES.get(found.code[:1], "model")]},
    }


def _result(
    found: Diagnostic, index: dict[str, int], fingerprint: str, report: Report
) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if found.span is not None and is_file(found.span.file):
        location["physicalLocation"] = _physical(found.span, report.folder)
    if found.path is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(found.path)}]
    result = {
        "ruleId": found.code,
        "ruleIndex": index[found.code],
        "level": _LEVELS[found.severity],
        "message": {"text": _plain(with_help(found))},
        "partialFingerprints": {"unsFinding/v1": fingerprint},
        "locations": [location] if location else None,
        "relatedLocations": [
            _related(number, span, label, report.folder)
            for number, (span, label) in enumerate(found.related, start=1)
        ],
    }
    return {key: value for key, value in result.items() if value not in (None, [])}


def _related(number: int, span: Span, label: str, folder: str) -> dict[str, Any]:
    """Another place of a finding; one that is in no file of the folder is only named."""
    if is_file(span.file):
        text, place = label, {"physicalLocation": _physical(span, folder)}
    else:
        text, place = f"{label}: {span}", {}
    return {"id": number, "message": {"text": _plain(text)}, **place}


def _plain(text: str) -> str:
    """A text without embedded links, which SARIF writes as in Markdown (§3.11.6)."""
    return text.replace("](", "] (")


def _physical(span: Span, folder: str) -> dict[str, Any]:
    return {
        "artifactLocation": _artifact(span.file, folder),
        "region": {
            "startLine": span.line,
            "startColumn": span.column,
            "endLine": span.end_line,
            "endColumn": span.end_column,
        },
    }


def _artifact(file: str, folder: str) -> dict[str, str]:
    """The URI of a file: relative to the root, or absolute if it is not below it."""
    path = relative(file, folder)
    if path.startswith("../") and folder:
        path = posixpath.normpath(posixpath.join(folder, path))
    drive = _DRIVE.match(path)
    if drive is not None:
        return {"uri": f"file:///{drive[0]}{_encoded(path[2:])}"}
    if path.startswith("/"):
        return {"uri": f"file://{_encoded(path)}"}
    return {"uri": _encoded(path), "uriBaseId": _ROOT}


_DRIVE = re.compile(r"[A-Za-z]:(?=/)")


def _encoded(path: str) -> str:
    # A name that is not UTF-8 is read with surrogates for its bytes.
    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(visible(path))
