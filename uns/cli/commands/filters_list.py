"""``uns filters list``: what to subscribe to for a class of equipment or an equipment level."""

from __future__ import annotations

from uns.cli.arguments import FiltersList
from uns.cli.models import open_model
from uns.cli.outputs import as_json, several
from uns.cli.terminal import CannotRun, Exit, Screen
from uns.counts import in_words
from uns.diagnostics import UnknownName, visible

#: The limit on the topics that are matched besides, in the text; JSON has all of them.
_WRITTEN = 10


def run(arguments: FiltersList, out: Screen, err: Screen) -> int:
    """Write the filters, and what they match besides."""
    asked = arguments.class_, arguments.level, arguments.endpoint
    if asked == (None, None, None):
        raise CannotRun("give at least one of --class, --level and --endpoint")
    namespace = open_model(arguments.model, err)
    try:
        found = namespace.filters(*asked)
    except UnknownName as error:
        raise CannotRun(visible(str(error))) from None
    besides = [template.text for template in found.over_matches]
    if arguments.output_format == "json":
        out.line(as_json({"filters": list(map(str, found)), "over_matches": besides}, indent=2))
    else:
        for filter_ in found:
            out.line(visible(filter_))
        out.flush()
        if besides:
            err.line(f"{in_words(len(besides), 'topic template')} more that the filters match:")
            for line in several([visible(text) for text in besides], _WRITTEN):
                err.line(f"  {line}")
        if not len(found):
            err.line("the model has no such equipment")
    return Exit.CLEAN if len(found) else Exit.FINDINGS
