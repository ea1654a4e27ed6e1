"""``uns filters check``: filters of a list that are invalid, dead, duplicate, covered or over-broad."""

from __future__ import annotations

from uns.cli.arguments import FiltersCheck
from uns.cli.inputs import lines, source
from uns.cli.models import model_path, open_model
from uns.cli.outputs import JsonArray
from uns.cli.terminal import CannotRun, Exit, Screen, Style
from uns.counts import in_words
from uns.diagnostics import visible
from uns.model.filter_reports import FilterFact, FilterFinding, review_filters
from uns.model.namespace import Namespace

#: The limit on the filters of one list.
MOST_FILTERS = 1_000_000

_STYLES = {FilterFact.INVALID: Style.ERROR, FilterFact.DEAD: Style.ERROR}


def run(arguments: FiltersCheck, out: Screen, err: Screen) -> int:
    """Write every finding, with the line of its filter."""
    namespace = _namespace(arguments.model, err)
    listed = _listed(arguments.file)
    findings = review_filters([text for _, text in listed], namespace)
    if arguments.output_format == "json":
        array = JsonArray(out)
        for finding in findings:
            array.add(
                {
                    "file": arguments.file,
                    "line": listed[finding.index][0],
                    "filter": finding.text,
                    "fact": finding.fact.value,
                    "message": finding.message,
                }
            )
        array.end()
    else:
        for finding in findings:
            _write(arguments.file, listed[finding.index][0], finding, out)
        out.flush()
        against = "" if namespace is None else f" against {visible(str(namespace.model.id))}"
        err.line(
            f"{in_words(len(findings), 'finding')} in {in_words(len(listed), 'filter')}{against}"
        )
    return Exit.FINDINGS if findings else Exit.CLEAN


def _namespace(model: str | None, err: Screen) -> Namespace | None:
    """The given model, else the only one here; ``None`` if there is none."""
    if model is None:
        try:
            model = model_path(None)
        except CannotRun:
            return None
    return open_model(model, err)


def _listed(file: str) -> list[tuple[int, str]]:
    """The filters of a list, with their lines."""
    listed: list[tuple[int, str]] = []
    with source(file) as stream:
        for number, text in lines(stream):
            if len(listed) == MOST_FILTERS:
                raise CannotRun(f"{visible(file)} has more than {MOST_FILTERS:,} filters")
            listed.append((number, text))
    return listed


def _write(file: str, line: int, finding: FilterFinding, out: Screen) -> None:
    fact = out.paint(finding.fact.value, _STYLES.get(finding.fact, Style.WARNING))
    place = out.paint(f"{visible(file)}:{line}", Style.PLACE)
    out.line(f"{place}: {fact}: {visible(finding.text)}: {visible(finding.message)}")
