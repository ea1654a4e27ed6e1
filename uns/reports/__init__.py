"""Findings in the formats of people, scripts, and code hosts.

    report         the findings, and what all formats need to know of them
    texts          full and concise, for people
    json_records   JSON and JSON lines
    github         workflow commands of GitHub Actions, and a job summary
    gitlab         a code quality report of GitLab
    sarif          SARIF 2.1.0
    junit          JUnit XML

Each format is a pure function from a report to the pieces of a text. Names are
escaped, so none of them can break a format or forge a finding. A format is
imported when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.reports.report import (
        FORMATS,
        Report,
        write,
    )

__all__ = ["FORMATS", "Report", "write"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "report": "FORMATS Report write",
    },
)
