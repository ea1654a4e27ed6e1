"""Which commands there are, and what each takes: the grammar of the command line.

A class is a command, and what it takes: its name in words is the command's, its docstring the help,
and each attribute an argument with its type. The module of ``commands`` that has the command's name
carries it out. Nothing here knows what it does, so building the parser imports no other module, and
the completion scripts are read off it.
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

#: Most lines that ``uns tree`` writes unless told otherwise.
TREE_LINES = 10_000

#: Most faulty messages of a recording that are written out unless told otherwise.
FAULTY_LINES = 100

#: Every command, in the order of the help: the classes below that have examples.
COMMANDS: list[type[Arguments]] = []


class Arguments:
    """What a command takes, by name: declared as arguments of the class, given as values of an instance.

    A class with examples is a command. Several commands share arguments by a base class; they stand in
    the help where an attribute of the command names that class.
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
    """The parser of every command; ``command`` in its result is the class of what it takes."""
    top = Parser(
        prog="uns",
        description="Model a Unified Namespace: what a plant publishes, checked and looked up.",
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
    """The commands below ``command`` by name; none for one that does something itself."""
    for action in command._actions:
        if action.nargs == argparse.PARSER and isinstance(action.choices, dict):
            return {name: below.complete() for name, below in action.choices.items()}
    return {}


# --- arguments that few commands take --------------------------------------------------------------

_OPEN = choice(
    "what to do about sets without end, such as {serial} (default: raise, an error)",
    "raise",
    "skip",
    default="raise",
)

_CONTRACT = positional("TOPIC|NAME", "a topic, or a payload such as vtq/1")


#: Titles in the help.
_COUNTING = "which findings count"
_KNOWN = "findings that are known"
_MENDING = "findings that can be mended safely"
_MAPPING = "a mapping without a model"


def _partitioner() -> dict[str, Any]:
    from uns.kafka.partitioners import PARTITIONERS

    return {"choices": tuple(PARTITIONERS), "help": "how keys go to partitions (default: murmur2)"}


def _target() -> dict[str, Any]:
    from uns.generators.targets import TARGETS

    return {"metavar": "TARGET", "nargs": "?", "choices": tuple(TARGETS), "help": "what to write"}


def _rules(help_: str) -> Any:
    return option("RULE", help_, group=_COUNTING, type=rule_names, action="extend")


class FindingArguments(Arguments):
    """Which rules judge, and what their findings weigh."""

    select: list[str] | None = _rules("only these rules")
    extend_select: list[str] | None = _rules("these rules as well")
    ignore: list[str] | None = _rules("not these rules")
    severity: list[tuple[str, str]] | None = option(
        "RULE=LEVEL",
        f"what findings weigh: {', '.join(LEVELS)}",
        group=_COUNTING,
        type=severities,
        action="extend",
    )
    fail_level: str | None = choice(
        "from which weight on findings end with 1 (default: warning)", *LEVELS, group=_COUNTING
    )


class GateArguments(FindingArguments):
    """Which findings count, and which are known."""

    rules = FindingArguments
    baseline: str | None = option(
        "FILE", "a file of known findings: only others count", group=_KNOWN
    )
    add_baseline: bool = flag("write the findings there are to that file", group=_KNOWN)
    output_format: list[Output] | None


class MappingArguments(Arguments):
    """A model, or the options that make a mapping without one."""

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
        "N", "levels whose messages stay in order", group=_MAPPING, type=number
    )
    partitioner: str | None = later(_partitioner, group=_MAPPING)
    overflow: str | None = choice(
        "what happens to names that Kafka cannot hold (default: reject)",
        "reject",
        "bucket",
        group=_MAPPING,
    )


# --- the commands ----------------------------------------------------------------------------------

#: What stands above several commands: its help, its description, and an example.
_ABOVE = {
    "topic": (
        "look up single topics",
        "Look up single topics.",
        "uns topic check acme/munich/bottling/line1/speed",
    ),
    "filters": (
        "look at a list of topic filters",
        "Look at a list of topic filters.",
        "uns filters check subscriptions.txt",
    ),
    "payload": (
        "look at payloads",
        "Look at payloads.",
        "uns payload check acme/munich/bottling/line1/speed message.json",
    ),
    "kafka": (
        "translate to Kafka and back",
        "Translate MQTT topics to Kafka and back, and plan for it.",
        "uns kafka to acme/munich/bottling/line1/speed",
    ),
    "docs": (
        "documentation of a model, to read in a browser",
        "Documentation of a model, for people.",
        "uns docs build -o site",
    ),
}


class Check(GateArguments):
    """Check model files and show every finding.

    RULE is the code of a rule, the beginning of codes (N, N1), a readable name, or ALL; several
    with commas between them. What is said here outweighs [tool.uns] in the pyproject.toml, and
    that outweighs `lint:` in the model.

    Exit status: 0 without findings of the fail level or above, 1 with some, 2 when a file
    cannot be read.
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
        "a model file, or a folder for the models in it and below (default: as for -m)",
        nargs="*",
    )
    model: str | None = MODEL
    against: str | None = option(
        "VERSION",
        "tell as well what breaks since an earlier version (family B): a file, git:REF or"
        " git:REF:FILE",
    )
    rules = GateArguments
    fix: bool = flag("mend them in the files", group=_MENDING)
    diff: bool = flag("write nothing, and show what --fix would change", group=_MENDING)
    output_format: list[Output] | None = reports()
    statistics: bool = flag("only how many findings each rule has")
    exit_zero: bool = flag("end with 0 in spite of findings")


class Tree(Arguments):
    """Draw the equipment of a model as a tree.

    A family of nodes is one line: machine[1..4] x4.
    """

    examples = ("uns tree --depth 3 --counts", "uns tree 'acme/+/bottling/#' --topics")
    filter: str | None = FILTER
    model: str | None = MODEL
    depth: int | None = option("N", "at most this many topic levels", type=number)
    topics: bool = flag("draw the topics too, with what they carry")
    counts: bool = flag("count the topics of each branch")
    expand: bool = flag("draw the nodes of a family one by one")
    limit: int = option(
        "N", f"at most this many lines (default: {TREE_LINES})", type=number, default=TREE_LINES
    )


class Topics(Arguments):
    """List or count the topics of a model.

    Topics are written as they are made, so a list may be longer than memory.

    Exit status: 1 when the filter takes no topic.
    """

    examples = ("uns topics 'acme/munich/#'", "uns topics --templates --output-format csv")
    filter: str | None = FILTER
    model: str | None = MODEL
    count: bool = flag("only how many there are")
    templates: bool = flag("one template for each family of topics")
    open: OnOpenSet = _OPEN
    output_format: str = formats("text", "json", "csv")


class TopicCheck(GateArguments):
    """Check whether topics are in the model.

    With --from-files, find the texts in source code and configuration that name topics of the
    model, and check those: Python, YAML, JSON, TOML; other files line by line. What is found is
    written in full unless another format is given; outcomes of topics are text or JSON.

    RULE is as for `uns check`, of family S here; a comment `# uns: ignore[S301] why` ignores a
    finding on its line.

    Exit status: 0 when a message may be published to every topic, or every text in the files
    leads somewhere, or what is found weighs less than the fail level; 1 when not.
    """

    examples = (
        "uns topic check acme/munich/bottling/line1/speed",
        "mosquitto_sub -t '#' -F %t | uns topic check - --output-format json-lines",
        "uns topic check --from-files 'src/**/*.py' 'deploy/**/*.yaml'",
    )
    topics: list[str] = positional("TOPIC", TOPIC, nargs="*", default=[])
    from_files: list[str] | None = option(
        "GLOB",
        "check the texts in these files; ** stands for any folders, names that start with"
        " a dot are not meant",
        nargs="+",
        action="extend",
    )
    model: str | None = MODEL
    rules = GateArguments
    output_format: list[Output] | None = reports("text")


class TopicExplain(Arguments):
    """Say everything the model knows of one topic.

    Exit status: 0 when a message may be published to the topic, 1 when not.
    """

    examples = ("uns topic explain acme/munich/bottling/line1/speed",)
    topic: str = positional("TOPIC", "a topic name")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class Match(Arguments):
    """Say what a topic filter matches.

    By MQTT 5.0 §4.7, without a model. A shared subscription is read as its filter.

    --covers and --overlaps compare with another filter; --explain says what the filter takes in
    the model, and what it just misses.

    Exit status: 0 when a topic matches or the comparison holds, 1 when not, 2 when the filter
    is none.
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
        "OTHER", "whether every topic that OTHER matches is matched", group=AT_MOST_ONE
    )
    overlaps: str | None = option(
        "OTHER", "the filter of the topics that OTHER matches as well", group=AT_MOST_ONE
    )
    explain: bool = flag("what it takes in the model, and what it just misses", group=AT_MOST_ONE)
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class FiltersCheck(Arguments):
    """Find filters that are invalid, dead, duplicate, covered by others or over-broad.

    One filter or shared subscription a line. What is dead or over-broad is known with a model
    only; without one the filters are held against each other.

    Exit status: 0 without findings, 1 with some.
    """

    examples = ("uns filters check subscriptions.txt", "uns filters check - -m plant.uns.yaml")
    file: str = positional("FILE", "the list; - reads it from stdin")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class PayloadCheck(Arguments):
    """Check messages against their contracts.

    One message to TOPIC, or with --ndjson a recording: one JSON object a line, with `topic` and
    `payload`. A payload that is a text is the message as it was sent, any other value is itself
    the message. Memory does not grow with the recording.

    Exit status: 0 when every message keeps to its contract, 1 when not, 2 when a file cannot be
    read.
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
    ndjson: bool = flag("a recording of many messages")
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

    Exit status: 1 when the model has no such topic or payload.
    """

    examples = ("uns payload schema vtq/1 --view consumer",)
    contract: str = _CONTRACT
    view: View = VIEW
    model: str | None = MODEL


class PayloadExample(Arguments):
    """Write a message that keeps to a contract.

    It is always the same one. Exit status: 1 when the model has no such topic or payload.
    """

    examples = ("uns payload example acme/munich/bottling/line1/speed",)
    contract: str = _CONTRACT
    model: str | None = MODEL


class KafkaTo(MappingArguments):
    """Say where messages go: Kafka topic, partition, record key.

    Exit status: 1 when a topic cannot be translated.
    """

    examples = (
        "uns kafka to acme/munich/bottling/line1/speed",
        "mosquitto_sub -t '#' -F %t | uns kafka to - --split 3 --output-format json-lines",
    )
    topics: list[str] = positional("TOPIC", TOPIC, nargs="+")
    mapping = MappingArguments
    partitions: int | None = option(
        "N",
        "how many partitions a Kafka topic has (default: as the model says, else 6)",
        type=number,
    )
    output_format: str = formats("text", "json", "json-lines")


class KafkaFrom(MappingArguments):
    """Say which MQTT topic a Kafka record belongs to.

    Exit status: 1 when the mapping would not have sent such a record there.
    """

    examples = ("uns kafka from uns.acme.munich.bottling acme/munich/bottling/line1/speed",)
    kafka_topic: str = positional("KAFKA_TOPIC", "the topic of the record")
    record_key: str = positional("KEY", "the key of the record")
    mapping = MappingArguments
    output_format: str = formats("text", "json")


class KafkaPlan(MappingArguments):
    """Say what to read from Kafka for a topic filter or a shared subscription.

    With a model Kafka topics are listed wherever it makes them finite.

    Exit status: 1 when nothing in Kafka matches.
    """

    examples = ("uns kafka plan 'acme/+/bottling/#'", "uns kafka plan 'acme/#' --split 2")
    filter: str = positional("FILTER", "a topic filter or a shared subscription")
    mapping = MappingArguments
    output_format: str = formats("text", "json")


class KafkaTopics(Arguments):
    """List the Kafka topics that a model needs, with partitions and settings.

    Exit status: 1 when something of the model has no place in Kafka.
    """

    examples = (
        "uns kafka topics --output-format commands --bootstrap-server broker:9092",
        "uns kafka topics --state --output-format strimzi --cluster plant",
    )
    model: str | None = MODEL
    state: bool = flag("with the compacted topics for last values")
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

    Exit status: 1 when the split in use does not fit the cluster.
    """

    examples = ("uns kafka budget", "uns kafka budget --output-format json")
    model: str | None = MODEL
    output_format: str = formats("text", "json")


class Diff(Arguments):
    """Say what changed between two versions of a model.

    Facts, without judgement; `uns breaking` judges them. A version is a file, or git:REF:FILE
    for a file of a git revision; git:REF alone takes the other's file, or that of -m.

    Exit status: 0 when the versions were compared, 2 when they could not be.
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
    """Say whether a change of a model breaks anybody, and which clients.

    The model as it is now is compared with an earlier version: a file, or git:REF or
    git:REF:FILE for a git revision. Which changes count is said as for `uns check`: here, in
    [tool.uns], under `lint:`, and by comments `# uns: ignore[B204] reason`.

    The formats text, markdown and json tell the whole verdict, all others what breaks, a
    finding each.

    Exit status: 0 when nobody is broken, 1 when somebody is, 2 when the versions could not be
    compared.
    """

    examples = (
        "uns breaking --against git:origin/main",
        "uns breaking plant.uns.yaml --against old.uns.yaml --require-version-bump",
        "uns breaking --against git:v1.4.0 --allow-with-version-bump --ignore range-widened",
        "uns breaking --against git:v1.4.0 --output-format github --output-format markdown=pr.md",
    )
    file: str | None = positional("MODEL", "a model file (default: as for -m)", nargs="?")
    model: str | None = MODEL
    against: str = option("VERSION", "the earlier version", required=True)
    require_version_bump: bool = flag(
        "fail when `model.version` is not raised as far as the change asks for"
    )
    allow_with_version_bump: bool = flag(
        "fail only then: breaking changes are planned where the version says so"
    )
    rules = FindingArguments
    output_format: list[Output] | None = reports("text", "markdown", "json")


class DocsBuild(Arguments):
    """Write the documentation of a model as a site that opens in a browser.

    The site needs no server and asks nothing of any network. It has a tree of all topics, a
    search for text, topic filters and facets, and a page for each topic, class, payload and
    client. A file takes its place when it is complete. Needs the extra `docs`.

    Exit status: 1 when --check finds files that are not current.
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
        "with a log of the changes since an earlier version: a file, git:REF or git:REF:FILE",
    )
    mqtt: str | None = option(
        "HOST:PORT", "the MQTT broker in the lines to copy (default: localhost)"
    )
    kafka: str | None = option(
        "HOST:PORT", "a Kafka broker in the lines to copy (default: localhost)"
    )
    check: bool = flag(
        "write nothing, and say which files are not current; built with --since, --mqtt or"
        " --kafka, it is checked with the same"
    )


#: Said here, for `uns export` has an argument named `list`.
_Texts: TypeAlias = list[str]


class Export(Arguments):
    """Write what others read of a model to a folder.

    A file takes its place when it is complete; what is there besides stays. What the target has
    no words for is told, and so are files of an earlier export that are made no longer: those
    beside the written ones that say so in their first lines.

    Exit status: 1 when --check finds files that are not current or left over, or --strict
    something lost.
    """

    examples = (
        "uns export markdown -o docs/topics --option layout=folder",
        "uns export json-schema -o schemas --check",
    )
    target: str | None = later(_target, is_option=False)
    list: bool = flag("list the targets and their options")
    output: str | None = option("DIR", "the folder to write to", short="-o")
    check: bool = flag("write nothing, and say which files are not current")
    strict: bool = flag("fail when something is lost")
    option: _Texts | None = option(
        "NAME=VALUE",
        "an option of the target, see --list; may be given several times",
        action="append",
    )
    model: str | None = MODEL


class Schema(Arguments):
    """Write the JSON Schema of model files, for editors."""

    examples = ("uns schema > uns.schema.json", "uns schema -m plant.uns.yaml")
    model: str | None = option("MODEL", "with the equipment levels this model declares", short="-m")


class Init(Arguments):
    """Write a small model to start from.

    A file that is there already stays as it is.
    """

    examples = ("uns init plant.uns.yaml",)
    path: str = positional(
        "PATH",
        "the file to write, or its folder (default: plant.uns.yaml in this folder)",
        nargs="?",
        default=".",
    )


class Rule(Arguments):
    """Tell what a rule of `uns check` finds, and why.

    With an example, and with what to write instead. Faults are told as well: what keeps a model
    from loading, and what is wrong with a message.
    """

    examples = (
        "uns rule N101",
        "uns rule look-alike-siblings",
        "uns rule --all --output-format json",
    )
    rule: str | None = positional("RULE", "its code or its name", nargs="?")
    all: bool = flag("every rule, one a line")
    output_format: str = formats("text", "json")


class Completion(Arguments):
    """Write the completion script of a shell."""

    examples = (
        "uns completion bash > ~/.local/share/bash-completion/completions/uns",
        "uns completion zsh > ~/.zfunc/_uns",
        "uns completion fish > ~/.config/fish/completions/uns.fish",
    )
    shell: str = choice("which shell", "bash", "zsh", "fish", is_option=False)
