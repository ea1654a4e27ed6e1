"""Which commands there are, and what each takes: the grammar of the command line.

A command is carried out by the module of ``commands`` that has its name. Nothing here knows what
it does, so building the parser imports no other module, and the completion scripts are read off it.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import uns
from uns.cli.options import (
    FILTER,
    LEVELS,
    MODEL,
    TOPIC,
    VIEW,
    Argument,
    Parser,
    choice,
    flag,
    formats,
    group,
    number,
    number_or_none,
    one_of,
    reports,
    rule_names,
    severities,
    value,
    written,
)

__all__ = ["COMMANDS", "Command", "module_of", "parser", "subcommands"]

#: Most lines that ``uns tree`` writes unless told otherwise.
TREE_LINES = 10_000

#: Most faulty messages of a recording that are written out unless told otherwise.
FAULTY_LINES = 100


class Command(NamedTuple):
    """A command: its whole name, one line on what it is, more on what it does, examples."""

    name: str
    summary: str
    details: str
    arguments: tuple[Argument, ...]
    examples: tuple[str, ...]
    usage: str | None = None


def parser() -> Parser:
    """The parser of every command; ``module`` in its result is the one that carries it out."""
    top = Parser(
        prog="uns",
        description="Model a Unified Namespace: what a plant publishes, checked and looked up.",
        epilog=written("uns init plant.uns.yaml", "uns check plant.uns.yaml", "uns tree"),
    )
    top.add_argument("--version", action="version", version=f"uns {uns.__version__}")
    places = {"": _place_below(top)}
    for command in COMMANDS:
        above, _, name = command.name.rpartition(" ")
        if above not in places:
            help_, description, example = _ABOVE[above]
            below = ", ".join(c.name.split()[1] for c in COMMANDS if c.name.startswith(f"{above} "))
            help_ = f"{help_}: {below}"
            made = places[""].add_parser(
                above, help=help_, description=description, epilog=written(example)
            )
            places[above] = _place_below(made)
        _add(command, name, places[above])
    return top


def _place_below(above: Parser) -> argparse._SubParsersAction[Parser]:
    return above.add_subparsers(metavar="COMMAND", required=True, title="commands")


def _add(command: Command, name: str, place: argparse._SubParsersAction[Parser]) -> None:
    summary = command.summary
    made = place.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}.\n\n{command.details}".rstrip(),
        epilog=written(*command.examples),
        usage=command.usage,
    )
    made.set_defaults(module=module_of(command.name))
    made.pending = command.arguments


def module_of(command: str) -> str:
    """The module of ``commands`` that carries a command out, such as ``topic check``."""
    return command.replace(" ", "_")


def subcommands(command: Parser) -> dict[str, Parser]:
    """The commands below ``command`` by name; none for one that does something itself."""
    for action in command._actions:
        if action.nargs == argparse.PARSER and isinstance(action.choices, dict):
            return {name: below.complete() for name, below in action.choices.items()}
    return {}


# --- arguments that few commands take --------------------------------------------------------------

#: Which rules judge, and what their findings weigh.
_POLICY = group(
    "which findings count",
    *(
        value(option, "RULE", what, type=rule_names, action="extend")
        for option, what in (
            ("--select", "only these rules"),
            ("--extend-select", "these rules as well"),
            ("--ignore", "not these rules"),
        )
    ),
    value(
        "--severity",
        "RULE=LEVEL",
        f"what findings weigh: {', '.join(LEVELS)}",
        type=severities,
        action="extend",
    ),
    choice("--fail-level", "from which weight on findings end with 1 (default: warning)", *LEVELS),
)

#: Which findings are known.
_BASELINE = group(
    "findings that are known",
    value("--baseline", "FILE", "a file of known findings: only others count"),
    flag("--add-baseline", "write the findings there are to that file"),
)

_OPEN = choice(
    "--open",
    "what to do about sets without end, such as {serial} (default: raise, an error)",
    "raise",
    "skip",
    default="raise",
)

_CONTRACT = value("contract", "TOPIC|NAME", "a topic, or a payload such as vtq/1")


def _partitioner(to: argparse._ActionsContainer) -> None:
    from uns.kafka.partitioners import PARTITIONERS

    choice("--partitioner", "how keys go to partitions (default: murmur2)", *PARTITIONERS)(to)


def _target(to: argparse._ActionsContainer) -> None:
    from uns.generators.targets import TARGETS

    value("target", "TARGET", "what to write", nargs="?", choices=tuple(TARGETS))(to)


#: A model, or the options that make a mapping without one.
_MAPPING = (
    MODEL,
    group(
        "a mapping without a model",
        value("--prefix", None, "first part of every Kafka topic (default: uns)"),
        value("--root", "LEVELS", "fixed levels in front of every topic"),
        value("--split", "N", "levels that name a Kafka topic (default: 3)", type=number),
        choice("--key", "what a record key holds (default: full)", "full", "tail"),
        value("--order-by", "N", "levels whose messages stay in order", type=number),
        _partitioner,
        choice(
            "--overflow",
            "what happens to names that Kafka cannot hold (default: reject)",
            "reject",
            "bucket",
        ),
    ),
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

#: Every command, in the order of the help.
COMMANDS = (
    Command(
        "check",
        "check model files and show every finding",
        "RULE is the code of a rule, the beginning of codes (N, N1), a readable name, or ALL;"
        " several with commas between them. What is said here outweighs [tool.uns] in the"
        " pyproject.toml, and that outweighs `lint:` in the model.\n\n"
        "Exit status: 0 without findings of the fail level or above, 1 with some, 2 when a"
        " file cannot be read.",
        (
            value(
                "models",
                "MODEL",
                "a model file, or a folder for the models in it (default: as for -m)",
                nargs="*",
            ),
            MODEL,
            value(
                "--against",
                "VERSION",
                "tell as well what breaks since an earlier version (family B): a file, git:REF or"
                " git:REF:FILE",
            ),
            _POLICY,
            _BASELINE,
            group(
                "findings that can be mended safely",
                flag("--fix", "mend them in the files"),
                flag("--diff", "write nothing, and show what --fix would change"),
            ),
            reports(),
            flag("--statistics", "only how many findings each rule has"),
            flag("--exit-zero", "end with 0 in spite of findings"),
        ),
        (
            "uns check",
            "uns check plant.uns.yaml --output-format concise",
            "uns check --output-format github --output-format sarif=uns.sarif",
            "uns check --baseline uns-baseline.yaml --add-baseline",
            "uns check --fix",
        ),
    ),
    Command(
        "tree",
        "draw the equipment of a model as a tree",
        "A family of nodes is one line: machine[1..4] x4.",
        (
            FILTER,
            MODEL,
            value("--depth", "N", "at most this many topic levels", type=number),
            flag("--topics", "draw the topics too, with what they carry"),
            flag("--counts", "count the topics of each branch"),
            flag("--expand", "draw the nodes of a family one by one"),
            value(
                "--limit",
                "N",
                f"at most this many lines (default: {TREE_LINES})",
                type=number,
                default=TREE_LINES,
            ),
        ),
        ("uns tree --depth 3 --counts", "uns tree 'acme/+/bottling/#' --topics"),
    ),
    Command(
        "topics",
        "list or count the topics of a model",
        "Topics are written as they are made, so a list may be longer than memory.\n\n"
        "Exit status: 1 when the filter takes no topic.",
        (
            FILTER,
            MODEL,
            flag("--count", "only how many there are"),
            flag("--templates", "one template for each family of topics"),
            _OPEN,
            formats("text", "json", "csv"),
        ),
        ("uns topics 'acme/munich/#'", "uns topics --templates --output-format csv"),
    ),
    Command(
        "topic check",
        "check whether topics are in the model",
        "With --from-files, find the texts in source code and configuration that name topics"
        " of the model, and check those: Python, YAML, JSON, TOML; other files line by line."
        " What is found is written in full unless another format is given; outcomes of topics"
        " are text or JSON.\n\n"
        "RULE is as for `uns check`, of family S here; a comment `# uns: ignore[S301] why`"
        " ignores a finding on its line.\n\n"
        "Exit status: 0 when a message may be published to every topic, or every text in the"
        " files leads somewhere, or what is found weighs less than the fail level; 1 when not.",
        (
            value("topics", "TOPIC", TOPIC, nargs="*", default=[]),
            value(
                "--from-files",
                "GLOB",
                "check the texts in these files; ** stands for any folders, names that start with"
                " a dot are not meant",
                nargs="+",
                action="extend",
            ),
            MODEL,
            _POLICY,
            _BASELINE,
            reports("text"),
        ),
        (
            "uns topic check acme/munich/bottling/line1/speed",
            "mosquitto_sub -t '#' -F %t | uns topic check - --output-format json-lines",
            "uns topic check --from-files 'src/**/*.py' 'deploy/**/*.yaml'",
        ),
    ),
    Command(
        "topic explain",
        "say everything the model knows of one topic",
        "Exit status: 0 when a message may be published to the topic, 1 when not.",
        (value("topic", "TOPIC", "a topic name"), MODEL, formats("text", "json")),
        ("uns topic explain acme/munich/bottling/line1/speed",),
    ),
    Command(
        "match",
        "say what a topic filter matches",
        "By MQTT 5.0 §4.7, without a model. A shared subscription is read as its filter.\n\n"
        "--covers and --overlaps compare with another filter; --explain says what the filter"
        " takes in the model, and what it just misses.\n\n"
        "Exit status: 0 when a topic matches or the comparison holds, 1 when not, 2 when the"
        " filter is none.",
        (
            value("filter", "FILTER", "a topic filter"),
            value("topics", "TOPIC", TOPIC, nargs="*"),
            one_of(
                value("--covers", "OTHER", "whether every topic that OTHER matches is matched"),
                value("--overlaps", "OTHER", "the filter of the topics that OTHER matches as well"),
                flag("--explain", "what it takes in the model, and what it just misses"),
            ),
            MODEL,
            formats("text", "json"),
        ),
        (
            "uns match 'acme/+/speed' acme/line1/speed",
            "uns match 'acme/#' - < topics.txt",
            "uns match 'acme/#' --covers 'acme/+/speed'",
            "uns match 'acme/+/bottling/+/speed' --explain",
        ),
    ),
    Command(
        "filters check",
        "find filters that are invalid, dead, duplicate, covered by others or over-broad",
        "One filter or shared subscription a line. What is dead or over-broad is known with a"
        " model only; without one the filters are held against each other.\n\n"
        "Exit status: 0 without findings, 1 with some.",
        (value("file", "FILE", "the list; - reads it from stdin"), MODEL, formats("text", "json")),
        ("uns filters check subscriptions.txt", "uns filters check - -m plant.uns.yaml"),
    ),
    Command(
        "payload check",
        "check messages against their contracts",
        "One message to TOPIC, or with --ndjson a recording: one JSON object a line, with"
        " `topic` and `payload`. A payload that is a text is the message as it was sent, any"
        " other value is itself the message. Memory does not grow with the recording.\n\n"
        "Exit status: 0 when every message keeps to its contract, 1 when not, 2 when a file"
        " cannot be read.",
        (
            value("topic", "TOPIC", "the topic of one message", nargs="?"),
            value("file", "FILE", "the message, or the recording (default: -, stdin)", nargs="?"),
            flag("--ndjson", "a recording of many messages"),
            VIEW,
            value(
                "--max-faults",
                "N",
                "write out at most this many faulty lines of a recording; all are counted"
                f" (default: {FAULTY_LINES})",
                type=number_or_none,
                default=FAULTY_LINES,
            ),
            MODEL,
            formats("text", "json", "json-lines"),
        ),
        (
            "uns payload check acme/munich/bottling/line1/speed message.json",
            "uns payload check --ndjson recording.ndjson --max-faults 10",
            "mosquitto_sub -t '#' -F '%j' | uns payload check --ndjson",
        ),
        usage="uns payload check [options] (TOPIC [FILE] | --ndjson [FILE])",
    ),
    Command(
        "payload schema",
        "write a contract as JSON Schema 2020-12",
        "Exit status: 1 when the model has no such topic or payload.",
        (_CONTRACT, VIEW, MODEL),
        ("uns payload schema vtq/1 --view consumer",),
    ),
    Command(
        "payload example",
        "write a message that keeps to a contract",
        "It is always the same one. Exit status: 1 when the model has no such topic or payload.",
        (_CONTRACT, MODEL),
        ("uns payload example acme/munich/bottling/line1/speed",),
    ),
    Command(
        "kafka to",
        "say where messages go: Kafka topic, partition, record key",
        "Exit status: 1 when a topic cannot be translated.",
        (
            value("topics", "TOPIC", TOPIC, nargs="+"),
            *_MAPPING,
            value(
                "--partitions",
                "N",
                "how many partitions a Kafka topic has (default: as the model says, else 6)",
                type=number,
            ),
            formats("text", "json", "json-lines"),
        ),
        (
            "uns kafka to acme/munich/bottling/line1/speed",
            "mosquitto_sub -t '#' -F %t | uns kafka to - --split 3 --output-format json-lines",
        ),
    ),
    Command(
        "kafka from",
        "say which MQTT topic a Kafka record belongs to",
        "Exit status: 1 when the mapping would not have sent such a record there.",
        (
            value("kafka_topic", "KAFKA_TOPIC", "the topic of the record"),
            value("record_key", "KEY", "the key of the record"),
            *_MAPPING,
            formats("text", "json"),
        ),
        ("uns kafka from uns.acme.munich.bottling acme/munich/bottling/line1/speed",),
    ),
    Command(
        "kafka plan",
        "say what to read from Kafka for a topic filter or a shared subscription",
        "With a model Kafka topics are listed wherever it makes them finite.\n\n"
        "Exit status: 1 when nothing in Kafka matches.",
        (
            value("filter", "FILTER", "a topic filter or a shared subscription"),
            *_MAPPING,
            formats("text", "json"),
        ),
        ("uns kafka plan 'acme/+/bottling/#'", "uns kafka plan 'acme/#' --split 2"),
    ),
    Command(
        "kafka topics",
        "list the Kafka topics that a model needs, with partitions and settings",
        "Exit status: 1 when something of the model has no place in Kafka.",
        (
            MODEL,
            flag("--state", "with the compacted topics for last values"),
            _OPEN,
            value(
                "--bootstrap-server",
                "HOST:PORT",
                "where the commands find Kafka (default: localhost:9092)",
                default="localhost:9092",
            ),
            value("--cluster", "NAME", "the Kafka cluster of the Strimzi resources"),
            formats("text", "json", "commands", "strimzi"),
        ),
        (
            "uns kafka topics --output-format commands --bootstrap-server broker:9092",
            "uns kafka topics --state --output-format strimzi --cluster plant",
        ),
    ),
    Command(
        "kafka budget",
        "count the Kafka topics, partitions and replicas of a model, for every split",
        "Exit status: 1 when the split in use does not fit the cluster.",
        (MODEL, formats("text", "json")),
        ("uns kafka budget", "uns kafka budget --output-format json"),
    ),
    Command(
        "diff",
        "say what changed between two versions of a model",
        "Facts, without judgement; `uns breaking` judges them. A version is a file, or"
        " git:REF:FILE for a file of a git revision; git:REF alone takes the other's file.\n\n"
        "Exit status: 0 when the versions were compared, 2 when they could not be.",
        (
            value("old", "OLD", "the earlier version"),
            value("new", "NEW", "the later version"),
            formats("text", "markdown", "json"),
        ),
        (
            "uns diff old.uns.yaml new.uns.yaml",
            "uns diff git:v1.4.0 plant.uns.yaml --output-format markdown",
        ),
    ),
    Command(
        "breaking",
        "say whether a change of a model breaks anybody, and which clients",
        "The model as it is now is compared with an earlier version: a file, or git:REF or"
        " git:REF:FILE for a git revision. Which changes count is said as for `uns check`:"
        " here, in [tool.uns], under `lint:`, and by comments `# uns: ignore[B204] reason`.\n\n"
        "The formats text, markdown and json tell the whole verdict, all others what breaks, a"
        " finding each.\n\n"
        "Exit status: 0 when nobody is broken, 1 when somebody is, 2 when the versions could"
        " not be compared.",
        (
            value("model", "MODEL", "a model file (default: as for -m elsewhere)", nargs="?"),
            value("--against", "VERSION", "the earlier version", required=True),
            flag(
                "--require-version-bump",
                "fail when `model.version` is not raised as far as the change asks for",
            ),
            flag(
                "--allow-with-version-bump",
                "fail only then: breaking changes are planned where the version says so",
            ),
            _POLICY,
            reports("text", "markdown", "json"),
        ),
        (
            "uns breaking --against git:origin/main",
            "uns breaking plant.uns.yaml --against old.uns.yaml --require-version-bump",
            "uns breaking --against git:v1.4.0 --allow-with-version-bump --ignore range-widened",
            "uns breaking --against git:v1.4.0 --output-format github --output-format markdown=pr.md",
        ),
    ),
    Command(
        "docs build",
        "write the documentation of a model as a site that opens in a browser",
        "The site needs no server and asks nothing of any network. It has a tree of all"
        " topics, a search for text, topic filters and facets, and a page for each topic,"
        " class, payload and client. A file takes its place when it is complete. Needs the"
        " extra `docs`.\n\n"
        "Exit status: 1 when --check finds files that are not current.",
        (
            MODEL,
            value("-o --output", "DIR", "the folder to write to", required=True),
            flag("--single-file", "put everything into one file, index.html"),
            value(
                "--since",
                "VERSION",
                "with a log of the changes since an earlier version: a file, git:REF or"
                " git:REF:FILE",
            ),
            value(
                "--mqtt", "HOST:PORT", "the MQTT broker in the lines to copy (default: localhost)"
            ),
            value(
                "--kafka", "HOST:PORT", "a Kafka broker in the lines to copy (default: localhost)"
            ),
            flag(
                "--check",
                "write nothing, and say which files are not current; built with --since, --mqtt or"
                " --kafka, it is checked with the same",
            ),
        ),
        (
            "uns docs build -o site",
            "uns docs build -m plant.uns.yaml -o site --single-file",
            "uns docs build -o site --since git:v1.3.0",
            "uns docs build -o site --mqtt broker.example:1883 --kafka kafka.example:9092",
            "uns docs build -o site --check",
        ),
    ),
    Command(
        "export",
        "write what others read of a model to a folder",
        "A file takes its place when it is complete; what is there besides stays. What the"
        " target has no words for is told, and so are files of an earlier export that are made"
        " no longer: those beside the written ones that say so in their first lines.\n\n"
        "Exit status: 1 when --check finds files that are not current or left over, or"
        " --strict something lost.",
        (
            _target,
            flag("--list", "list the targets and their options"),
            value("-o --output", "DIR", "the folder to write to"),
            flag("--check", "write nothing, and say which files are not current"),
            flag("--strict", "fail when something is lost"),
            value(
                "--option",
                "NAME=VALUE",
                "an option of the target, see --list; may be given several times",
                action="append",
            ),
            MODEL,
        ),
        (
            "uns export markdown -o docs/topics --option layout=folder",
            "uns export json-schema -o schemas --check",
        ),
    ),
    Command(
        "schema",
        "write the JSON Schema of model files, for editors",
        "",
        (value("-m --model", "MODEL", "with the equipment levels this model declares"),),
        ("uns schema > uns.schema.json", "uns schema -m plant.uns.yaml"),
    ),
    Command(
        "init",
        "write a small model to start from",
        "A file that is there already stays as it is.",
        (
            value(
                "path",
                "PATH",
                "the file to write, or its folder (default: plant.uns.yaml in this folder)",
                nargs="?",
                default=".",
            ),
        ),
        ("uns init plant.uns.yaml",),
    ),
    Command(
        "rule",
        "tell what a rule of `uns check` finds, and why",
        "With an example, and with what to write instead. Faults are told as well: what keeps"
        " a model from loading, and what is wrong with a message.",
        (
            value("rule", "RULE", "its code or its name", nargs="?"),
            flag("--all", "every rule, one a line"),
            formats("text", "json"),
        ),
        ("uns rule N101", "uns rule look-alike-siblings", "uns rule --all --output-format json"),
    ),
    Command(
        "completion",
        "write the completion script of a shell",
        "",
        (choice("shell", "which shell", "bash", "zsh", "fish"),),
        (
            "uns completion bash > ~/.local/share/bash-completion/completions/uns",
            "uns completion zsh > ~/.zfunc/_uns",
            "uns completion fish > ~/.config/fish/completions/uns.fish",
        ),
    ),
)
