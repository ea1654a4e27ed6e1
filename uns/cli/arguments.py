"""The commands and their arguments: the grammar of the command line.

Each class is a command. Its name is the command's name, its docstring the help, and each attribute an
argument with its type. The module in ``commands`` with the command's name carries it out. Nothing here
depends on those modules, so that building the parser imports none of them. The completion scripts are
made from the parser.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import uns
from uns.cli.options import (
    AT_MOST_ONE,
    FILTER,
    LEVELS,
    MODEL,
    TOPIC,
    VIEW,
    Argument,
    Output,
    Parser,
    choice,
    flag,
    formats,
    later,
    number,
    number_or_none,
    option,
    positional,
    reports,
    rule_names,
    severities,
    written,
)

if TYPE_CHECKING:
    from uns.model.queries import OnOpenSet
    from uns.payloads import View
    from uns.recordings import RecordingFormat

#: The default limit on the lines that ``uns tree`` writes.
TREE_LINES = 10_000

#: The default limit on the faulty messages of a recording that are written out.
FAULTY_LINES = 100

#: Every command, in the order of the help: the classes below that have examples.
COMMANDS: list[type[Arguments]] = []


class Arguments:
    """The arguments of a command by name: the class declares them, an instance has their values.

    A class with examples is a command. Commands share arguments through a base class; the help shows
    these at the place where an attribute of the command has that class as its value.
    """

    examples: ClassVar[tuple[str, ...]]
    usage: ClassVar[str | None] = None

    def __init__(self, values: dict[str, Any]) -> None:
        vars(self).update(values)

    def __init_subclass__(cls) -> None:
        if "examples" in vars(cls):
            COMMANDS.append(cls)

    @classmethod
    def command(cls) -> str:
        """The whole name of the command, such as ``topic check``."""
        return re.sub("(?<=.)(?=[A-Z])", " ", cls.__name__).lower()

    @classmethod
    def arguments(cls) -> Iterator[tuple[str, Argument]]:
        """The arguments by name, in the order of the help."""
        for name, value in vars(cls).items():
            if isinstance(value, Argument):
                yield name, value
            elif isinstance(value, type) and issubclass(value, Arguments):
                yield from value.arguments()


def parser() -> Parser:
    """The parser of all commands; ``command`` in its result is the class of the command."""
    top = Parser(
        prog="uns",
        description="Model a Unified Namespace: check what a plant publishes, and look it up.",
        epilog=written("uns init plant.uns.yaml", "uns check plant.uns.yaml", "uns tree"),
    )
    top.add_argument("--version", action="version", version=f"uns {uns.__version__}")
    places = {"": _place_below(top)}
    names = [command.command() for command in COMMANDS]
    for name, command in zip(names, COMMANDS, strict=True):
        above, _, last = name.rpartition(" ")
        if above not in places:
            help_, description, example = _ABOVE[above]
            below = ", ".join(n.split()[1] for n in names if n.startswith(f"{above} "))
            made = places[""].add_parser(
                above, help=f"{help_}: {below}", description=description, epilog=written(example)
            )
            places[above] = _place_below(made)
        _add(command, last, places[above])
    return top


def _place_below(above: Parser) -> argparse._SubParsersAction[Parser]:
    return above.add_subparsers(metavar="COMMAND", required=True, title="commands")


def _add(command: type[Arguments], name: str, place: argparse._SubParsersAction[Parser]) -> None:
    paragraphs = [" ".join(text.split()) for text in (command.__doc__ or "").split("\n\n")]
    summary = paragraphs[0].removesuffix(".")
    made = place.add_parser(
        name,
        help=f"{summary[:1].lower()}{summary[1:]}",
        description="\n\n".join(paragraphs),
        epilog=written(*command.examples),
        usage=command.usage,
    )
    made.set_defaults(command=command)
    made.pending = command.arguments()


def subcommands(command: Parser) -> dict[str, Parser]:
    """The subcommands of ``command`` by name; empty for a command without any."""
    for action in command._actions:
        if action.nargs == argparse.PARSER and isinstance(action.choices, dict):
            return {name: below.complete() for name, below in action.choices.items()}
    return {}


# --- arguments that few commands take --------------------------------------------------------------

_OPEN = choice(
    "what to do with open sets, such as {serial} (default: raise, which is an error)",
    "raise",
    "skip",
    default="raise",
)

_CONTRACT = positional("TOPIC|NAME", "a topic, or a payload such as vtq/1")


#: Titles in the help.
_COUNTING = "which findings count"
_KNOWN = "known findings"
_FIXING = "safe fixes"
_MAPPING = "a mapping without a model"


def _partitioner() -> dict[str, Any]:
    from uns.kafka.partitioners import PARTITIONERS

    return {"choices": tuple(PARTITIONERS), "help": "how keys map to partitions (default: murmur2)"}


def _target() -> dict[str, Any]:
    from uns.generators.targets import TARGETS

    return {"metavar": "TARGET", "nargs": "?", "choices": tuple(TARGETS), "help": "what to write"}


def _rules(help_: str) -> Any:
    return option("RULE", help_, group=_COUNTING, type=rule_names, action="extend")


class FindingArguments(Arguments):
    """The rules to apply, and the severity of their findings."""

    select: list[str] | None = _rules("only these rules")
    extend_select: list[str] | None = _rules("these rules as well")
    ignore: list[str] | None = _rules("not these rules")
    severity: list[tuple[str, str]] | None = option(
        "RULE=LEVEL",
        f"the severity of the findings of a rule: {', '.join(LEVELS)}",
        group=_COUNTING,
        type=severities,
        action="extend",
    )
    fail_level: str | None = choice(
        "exit with 1 for findings of this severity or above (default: warning)",
        *LEVELS,
        group=_COUNTING,
    )


class GateArguments(FindingArguments):
    """The findings that count, and those that are known already."""

    rules = FindingArguments
    baseline: str | None = option(
        "FILE", "a file of known findings, which do not count", group=_KNOWN
    )
    add_baseline: bool = flag("write the current findings to that file", group=_KNOWN)
    output_format: list[Output] | None


class MappingArguments(Arguments):
    """A model, or the options of a mapping without one."""

    model: str | None = MODEL
    prefix: str | None = option(
        None, "first part of every Kafka topic (default: uns)", group=_MAPPING
    )
    root: str | None = option("LEVELS", "fixed levels in front of every topic", group=_MAPPING)
    split: int | None = option(
        "N", "levels that name a Kafka topic (default: 3)", group=_MAPPING, type=number
    )
    key: str | None = choice(
        "what a record key holds (default: full)", "full", "tail", group=_MAPPING
    )
    order_by: int | None = option(
        "N", "keep messages in order that share the first N levels", group=_MAPPING, type=number
    )
    partitioner: str | None = later(_partitioner, group=_MAPPING)
    overflow: str | None = choice(
        "what to do with names that are too long for Kafka (default: reject)",
        "reject",
        "bucket",
        group=_MAPPING,
    )


# --- the commands ----------------------------------------------------------------------------------

#: The commands that only group others: help, description, and an example.
_ABOVE = {
    "topic": (
        "look up single topics",
        "Look up single topics.",
        "uns topic check acme/munich/bottling/line1/speed",
    ),
    "filters": (
        "check a list of topic filters",
        "Check a list of topic filters.",
        "uns filters check subscriptions.txt",
    ),
    "payload": (
        "check payloads, or write their schemas and examples",
        "Check payloads, or write their schemas and examples.",
        "uns payload check acme/munich/bottling/line1/speed message.json",
    ),
    "kafka": (
        "translate to Kafka and back",
        "Translate MQTT topics to Kafka and back, and plan the Kafka topics.",
        "uns kafka to acme/munich/bottling/line1/speed",
    ),
    "docs": (
        "documentation of a model, to read in a browser",
        "Documentation of a model, to read in a browser.",
        "uns docs build -o site",
    ),
}


class Check(GateArguments):
    """Check model files and show every finding.

    RULE is the code of a rule, the beginning of codes (N, N1), the name of a rule, or ALL;
    separate several with commas. Options override [tool.uns] in the pyproject.toml, and that
    overrides `lint:` in the model.

    Exit status: 0 without findings of the fail level or above, 1 with some, 2 if a file cannot
    be read.
    """

    examples = (
        "uns check",
        "uns check plant.uns.yaml --output-format concise",
        "uns check --output-format github --output-format sarif=uns.sarif",
        "uns check --baseline uns-baseline.yaml --add-baseline",
        "uns check --fix",
    )
    models: list[str] = positional(
        "MODEL",
        "a model file, or a folder of models, with the folders below (default: as for -m)",
        nargs="*",
    )
    model: str | None = MODEL
    against: list[str] | None = option(
        "VERSION",
        "also report what breaks compared with an earlier version (family B), given as for"
        " `uns breaking`; repeat it for several",
        action="append",
    )
    rules = GateArguments
    fix: bool = flag("apply them to the files", group=_FIXING)
    diff: bool = flag("write nothing, and show what --fix would change", group=_FIXING)
    output_format: list[Output] | None = reports()
    statistics: bool = flag("only count the findings of each rule")
    exit_zero: bool = flag("exit with 0 even if there are findings")


class Tree(Arguments):
    """Draw the equipment of a model as a tree.

    A family of nodes is one line: machine[1..4] x4.
    """

    examples = ("uns tree --depth 3 --counts", "uns tree 'acme/+/bottling/#' --topics")
    filter: str | None = FILTER
    model: str | None = MODEL
    depth: int | None = option("N", "at most this many topic levels", type=number)
    topics: bool = flag("draw the topics too, with their payloads")
    counts: bool = flag("count the topics of each branch")
    expand: bool = flag("draw the nodes of a family one by one")
    limit: int = option(
        "N", f"at most this many lines (default: {TREE_LINES})", type=number, default=TREE_LINES
    )


class Topics(Arguments):
    """List or count the topics of a model.

    Topics are written one by one, so the list may be larger than memory.

    Exit status: 1 if no topic matches the filter.
    """

    examples = ("uns topics 'acme/munich/#'", "uns topics --templates --output-format csv")
    filter: str | None = FILTER
    model: str | None = MODEL
    count: bool = flag("write only their number")
    templates: bool = flag("write one template for each family of topics")
    open: OnOpenSet = _OPEN
    output_format: str = formats("text", "json", "csv")


class TopicCheck(GateArguments):
    """Check whether topics are in the model.

    With --from-files, find topics and topic filters in source code and configuration, and
    check those: in Python, YAML, JSON and TOML by their texts, in other files line by line.
    Findings are written in full unless another format is given; results for topics are text
    or JSON.

    RULE is as for `uns check`, and of family S here; a comment `# uns: ignore[S301] why`
    ignores a finding on its line.

    Exit status: 0 if messages may be published to all of the topics, or if the files have no
    findings of the fail level or above; otherwise 1.
    """

    examples = (
        "uns topic check acme/munich/bottling/line1/speed",
        "mosquitto_sub -t '#' -F %t | uns topic check - --output-format json-lines",
        "uns topic check --from-files 'src/**/*.py' 'deploy/**/*.yaml'",
    )
    topics: list[str] = positional("TOPIC", TOPIC, nargs="*", default=[])
    from_files: list[str] | None = option(
        "GLOB",
        "check the topics in these files; ** stands for any folders, and names that start with"
        " a dot are left out",
        nargs="+",
        action="extend",
    )
    model: str | None = MODEL
    rules = GateArguments
    output_format: list[Output] | None = reports("text")


class TopicExplain(Arguments):
    """Show everything the model says about one topic.

    Exit status: 0 if a message may be published to the topic, otherwise 1.
    """

    examples = ("uns topic explain acme/munich/bottling/line1/speed",)
    topic: str = positional("TOPIC", "a topic name")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class Match(Arguments):
    """Show which topics a topic filter matches.

    This follows MQTT 5.0 §4.7 and needs no model. A shared subscription counts as its filter.

    --covers and --overlaps compare the filter with another one; --explain shows what it matches
    in the model, and what it just misses.

    Exit status: 0 if a topic matches or the comparison holds, 1 if not, 2 if the filter is not
    valid.
    """

    examples = (
        "uns match 'acme/+/speed' acme/line1/speed",
        "uns match 'acme/#' - < topics.txt",
        "uns match 'acme/#' --covers 'acme/+/speed'",
        "uns match 'acme/+/bottling/+/speed' --explain",
    )
    filter: str = positional("FILTER", "a topic filter")
    topics: list[str] = positional("TOPIC", TOPIC, nargs="*")
    covers: str | None = option(
        "OTHER", "ask whether FILTER matches every topic that OTHER matches", group=AT_MOST_ONE
    )
    overlaps: str | None = option(
        "OTHER", "write the filter of the topics that both match", group=AT_MOST_ONE
    )
    explain: bool = flag(
        "show what it matches in the model, and what it just misses", group=AT_MOST_ONE
    )
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class FiltersCheck(Arguments):
    """Find filters that are invalid, dead, duplicate, covered by others or over-broad.

    The list has one filter or shared subscription a line. Without a model the filters are only
    compared with each other, and none is found to be dead or over-broad.

    Exit status: 0 without findings, 1 with some.
    """

    examples = ("uns filters check subscriptions.txt", "uns filters check - -m plant.uns.yaml")
    file: str = positional("FILE", "the list; - reads it from stdin")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class FiltersList(Arguments):
    """List the filters to subscribe to for equipment of a class or an equipment level.

    Give at least one of --class, --level and --endpoint. One filter a line, as few as possible. Without --endpoint they match everything below the
    equipment. Topics that the filters match besides are written to stderr; with JSON they are in
    the result.

    Exit status: 1 if the model has no such equipment, 2 if it has no such name.
    """

    examples = (
        "uns filters list --class Filler --endpoint co2-pressure",
        "uns filters list --level site --output-format json",
    )
    class_: str | None = option(
        "CLASS", "equipment of this class, or of one that extends it", dest="class_"
    )
    level: str | None = option("LEVEL", "equipment of this equipment level")
    endpoint: str | None = option(
        "KEY", "only this endpoint, by its key: speed, or with its aspect, mes:job-order"
    )
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class PayloadCheck(Arguments):
    """Check messages against their contracts.

    Check one message to TOPIC, or with --ndjson a recording: one JSON object a line, with
    `topic` and `payload`, or the output of mosquitto_sub with -v, -F %j or -F %J. If the payload
    is a string, it is the message as it was sent; any other JSON value is the message itself.
    Memory does not grow with the recording.

    Exit status: 0 if all messages are valid, 1 if not, or if a recording has no message, 2 if a
    file cannot be read.
    """

    examples = (
        "uns payload check acme/munich/bottling/line1/speed message.json",
        "uns payload check --ndjson recording.ndjson --max-faults 10",
        "mosquitto_sub -t '#' -F '%j' | uns payload check --ndjson",
    )
    usage = "uns payload check [options] (TOPIC [FILE] | --ndjson [FILE])"
    topic: str | None = positional("TOPIC", "the topic of one message", nargs="?")
    file: str | None = positional(
        "FILE", "the message, or the recording (default: -, stdin)", nargs="?"
    )
    ndjson: bool = flag("check a recording of many messages")
    format: RecordingFormat | None = choice(
        "the format of the recording: ndjson is mosquitto_sub -F %%j, ndjson-values -F %%J,"
        " lines -v (default: found out from the first lines)",
        "ndjson",
        "ndjson-values",
        "lines",
    )
    view: View = VIEW
    max_faults: int = option(
        "N",
        "write out at most this many faulty lines of a recording; all are counted"
        f" (default: {FAULTY_LINES})",
        type=number_or_none,
        default=FAULTY_LINES,
    )
    model: str | None = MODEL
    output_format: str = formats("text", "json", "json-lines")


class PayloadSchema(Arguments):
    """Write a contract as JSON Schema 2020-12.

    Exit status: 1 if the model has no such topic or payload.
    """

    examples = ("uns payload schema vtq/1 --view consumer",)
    contract: str = _CONTRACT
    view: View = VIEW
    model: str | None = MODEL


class PayloadExample(Arguments):
    """Write an example of a valid message, always the same one.

    Exit status: 1 if the model has no such topic or payload.
    """

    examples = ("uns payload example acme/munich/bottling/line1/speed",)
    contract: str = _CONTRACT
    model: str | None = MODEL


class KafkaTo(MappingArguments):
    """Show where messages go in Kafka: topic, partition and record key.

    Exit status: 1 if a topic cannot be translated.
    """

    examples = (
        "uns kafka to acme/munich/bottling/line1/speed",
        "mosquitto_sub -t '#' -F %t | uns kafka to - --split 3 --output-format json-lines",
    )
    topics: list[str] = positional("TOPIC", TOPIC, nargs="+")
    mapping = MappingArguments
    partitions: int | None = option(
        "N",
        "the partitions of a Kafka topic (default: as the model says, else 6)",
        type=number,
    )
    output_format: str = formats("text", "json", "json-lines")


class KafkaFrom(MappingArguments):
    """Show the MQTT topic of a Kafka record.

    Exit status: 1 if the mapping never writes such a record.
    """

    examples = ("uns kafka from uns.acme.munich.bottling acme/munich/bottling/line1/speed",)
    kafka_topic: str = positional("KAFKA_TOPIC", "the topic of the record")
    record_key: str = positional("KEY", "the key of the record")
    mapping = MappingArguments
    output_format: str = formats("text", "json")


class KafkaPlan(MappingArguments):
    """Show what to read from Kafka for a topic filter or a shared subscription.

    With a model, the Kafka topics are listed if there are finitely many.

    Exit status: 1 if nothing in Kafka matches.
    """

    examples = ("uns kafka plan 'acme/+/bottling/#'", "uns kafka plan 'acme/#' --split 2")
    filter: str = positional("FILTER", "a topic filter or a shared subscription")
    mapping = MappingArguments
    output_format: str = formats("text", "json")


class KafkaTopics(Arguments):
    """List the Kafka topics that a model needs, with partitions and settings.

    Exit status: 1 if some topics of the model cannot go to Kafka.
    """

    examples = (
        "uns kafka topics --output-format commands --bootstrap-server broker:9092",
        "uns kafka topics --state --output-format strimzi --cluster plant",
    )
    model: str | None = MODEL
    state: bool = flag("list the compacted topics for last values, too")
    open: OnOpenSet = _OPEN
    bootstrap_server: str = option(
        "HOST:PORT",
        "where the commands find Kafka (default: localhost:9092)",
        default="localhost:9092",
    )
    cluster: str | None = option("NAME", "the Kafka cluster of the Strimzi resources")
    output_format: str = formats("text", "json", "commands", "strimzi")


class KafkaBudget(Arguments):
    """Count the Kafka topics, partitions and replicas of a model, for every split.

    For the split in use it also tells messages and bytes a second, from the rates in the model.

    Exit status: 1 if the split in use does not fit the cluster.
    """

    examples = ("uns kafka budget", "uns kafka budget --output-format json")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class Diff(Arguments):
    """Show what changed between two versions of a model.

    `uns breaking` says which of these changes break something. A version is a file, or
    git:REF:FILE for a file in a git revision; git:REF alone means the other version's file, or
    that of -m.

    Exit status: 0 if the versions could be compared, otherwise 2.
    """

    examples = (
        "uns diff old.uns.yaml new.uns.yaml",
        "uns diff git:v1.4.0 plant.uns.yaml --output-format markdown",
    )
    old: str = positional("OLD", "the earlier version")
    new: str = positional("NEW", "the later version")
    model: str | None = MODEL
    output_format: str = formats("text", "markdown", "json")


class Breaking(FindingArguments):
    """Show whether a change of a model breaks producers, consumers or Kafka readers.

    This compares the model with an earlier version: a file, or git:REF or git:REF:FILE for a
    git revision; a pattern such as git:v* means all tags that match it and have the file. With
    several versions, each change names those that it breaks. Rules are chosen as for `uns check`: by options, in [tool.uns], under `lint:`,
    and with comments `# uns: ignore[B204] reason`.

    The formats text, markdown and json contain the whole verdict, all others only the breaking
    changes, as findings.

    Exit status: 0 if nothing breaks, 1 if something does, 2 if the versions cannot be compared.
    """

    examples = (
        "uns breaking --against git:origin/main",
        "uns breaking --against 'git:v*' --against old.uns.yaml",
        "uns breaking plant.uns.yaml --against old.uns.yaml --require-version-bump",
        "uns breaking --against git:v1.4.0 --allow-with-version-bump --ignore range-widened",
        "uns breaking --against git:v1.4.0 --output-format github --output-format markdown=pr.md",
    )
    file: str | None = positional("MODEL", "a model file (default: as for -m)", nargs="?")
    model: str | None = MODEL
    against: list[str] = option(
        "VERSION", "an earlier version; repeat it for several", required=True, action="append"
    )
    require_version_bump: bool = flag(
        "also fail if `model.version` is not raised as far as the change requires"
    )
    allow_with_version_bump: bool = flag(
        "fail only if it is not: a change that the version announces is allowed"
    )
    rules = FindingArguments
    output_format: list[Output] | None = reports("text", "markdown", "json")


class DocsBuild(Arguments):
    """Write the documentation of a model as a site that opens in a browser.

    The site needs neither a server nor a network. It has a tree of all topics, a search for
    text, topic filters and facets, and a page for each topic, class, payload and client. A file
    is replaced only once its new version is complete. Needs the extra `docs`.

    Exit status: 1 if --check finds files that are out of date.
    """

    examples = (
        "uns docs build -o site",
        "uns docs build -m plant.uns.yaml -o site --single-file",
        "uns docs build -o site --since git:v1.3.0",
        "uns docs build -o site --mqtt broker.example:1883 --kafka kafka.example:9092",
        "uns docs build -o site --check",
    )
    model: str | None = MODEL
    output: str = option("DIR", "the folder to write to", required=True, short="-o")
    single_file: bool = flag("put everything into one file, index.html")
    since: str | None = option(
        "VERSION",
        "add a log of the changes since an earlier version: a file, git:REF or git:REF:FILE",
    )
    mqtt: str | None = option(
        "HOST:PORT", "the MQTT broker in the lines to copy (default: localhost)"
    )
    kafka: str | None = option(
        "HOST:PORT", "a Kafka broker in the lines to copy (default: localhost)"
    )
    check: bool = flag(
        "write nothing, and say which files are out of date; give the same --since, --mqtt and"
        " --kafka as for building"
    )


#: A name for the type where an argument of `uns export` is named `list`.
_Texts: TypeAlias = list[str]


class Export(Arguments):
    """Write a model to a folder in a format that other tools read.

    A file is replaced only once its new version is complete; other files in the folder stay.
    Anything that the target cannot express is reported. So are files left over from an earlier
    export, which bear a mark in their first lines.

    Exit status: 1 if --check finds files that are out of date or left over, or if --strict is
    given and something is lost.
    """

    examples = (
        "uns export markdown -o docs/topics --option layout=folder",
        "uns export json-schema -o schemas --check",
    )
    target: str | None = later(_target, is_option=False)
    list: bool = flag("list the targets and their options")
    output: str | None = option("DIR", "the folder to write to", short="-o")
    check: bool = flag("write nothing, and say which files are out of date")
    strict: bool = flag("fail if the target cannot express something")
    option: _Texts | None = option(
        "NAME=VALUE",
        "an option of the target, see --list; may be repeated",
        action="append",
    )
    model: str | None = MODEL


class Schema(Arguments):
    """Write the JSON Schema of model files, for editors."""

    examples = ("uns schema > uns.schema.json", "uns schema -m plant.uns.yaml")
    model: str | None = option(
        "MODEL", "with the levels and names of this model, and what its levels may hold", short="-m"
    )


class Init(Arguments):
    """Write a small model to start from.

    An existing file is not overwritten.
    """

    examples = ("uns init plant.uns.yaml",)
    path: str = positional(
        "PATH",
        "the file to write, or its folder (default: plant.uns.yaml in this folder);"
        " a name without an ending gets .uns.yaml",
        nargs="?",
        default=".",
    )


class Rule(Arguments):
    """Show what a rule of `uns check` finds, and why.

    The page has an example, and what to write instead. There are pages for faults, too: of
    model files that do not load, and of messages.
    """

    examples = (
        "uns rule N101",
        "uns rule look-alike-siblings",
        "uns rule --all --output-format json",
    )
    rule: str | None = positional("RULE", "its code or its name", nargs="?")
    all: bool = flag("list every rule")
    output_format: str = formats("text", "json")


class Completion(Arguments):
    """Write the completion script of a shell."""

    examples = (
        "uns completion bash > ~/.local/share/bash-completion/completions/uns",
        "uns completion zsh > ~/.zfunc/_uns",
        "uns completion fish > ~/.config/fish/completions/uns.fish",
    )
    shell: str = choice("which shell", "bash", "zsh", "fish", is_option=False)
