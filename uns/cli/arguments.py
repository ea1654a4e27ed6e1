"""Which commands there are, and what each takes: the grammar of the command line.

A command names the room that carries it out. Nothing here knows what it does,
so building the parser imports no other room, and the completion scripts are
read off it.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import uns
from uns.cli.options import (
    LEVELS,
    REPORTS,
    Output,
    Parser,
    add_command,
    add_commands,
    add_filter,
    add_format,
    add_model,
    add_reports,
    add_topics,
    add_view,
    names,
    number,
    number_or_none,
    weights,
    written,
)

if TYPE_CHECKING:
    from uns.cli.options import Commands

__all__ = ["PARTITIONERS", "REPORTS", "TARGETS", "Output", "Parser", "parser", "subcommands"]

#: Most lines that ``uns tree`` writes unless told otherwise.
TREE_LINES = 10_000

#: Most faulty messages of a recording that are written out unless told otherwise.
FAULTY_LINES = 100

#: The names of partitioners; what they do is not imported for their names either.
PARTITIONERS = (
    "murmur2", "murmur2_random", "crc32", "consistent", "consistent_random", "fnv1a",
    "fnv1a_random", "fnv1a_masked",
)  # fmt: skip

#: What ``uns export`` can write; the generators themselves are not imported for their names.
TARGETS = ("json-schema", "topics-json", "markdown", "asyncapi", "python", "site")


def parser() -> Parser:
    """The parser of every command; ``room`` in its result names who carries the command out."""
    top = Parser(
        prog="uns",
        description="Model a Unified Namespace: what a plant publishes, checked and looked up.",
        epilog=written("uns init plant.uns.yaml", "uns check plant.uns.yaml", "uns tree"),
    )
    top.add_argument("--version", action="version", version=f"uns {uns.__version__}")
    commands = add_commands(top)
    for add in (
        _check, _tree, _topics, _topic, _match, _filters, _payload, _kafka, _diff, _breaking, _docs, _export,
        _schema, _init, _rule, _completion,
    ):  # fmt: skip
        add(commands)
    return top


def subcommands(command: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands below ``command`` by name; none for one that does something itself."""
    for action in command._actions:
        if action.nargs == argparse.PARSER and isinstance(action.choices, dict):
            return action.choices
    return {}


# --- the commands ----------------------------------------------------------------------------------


def _check(commands: Commands) -> None:
    command = add_command(
        commands,
        "check",
        "check",
        "check model files and show every finding",
        "RULE is the code of a rule, the beginning of codes (N, N1), a readable name, or ALL; several"
        " with commas between them. What is said here outweighs [tool.uns] in the pyproject.toml,"
        " and that outweighs `lint:` in the model.",
        "Exit status: 0 without findings of the fail level or above, 1 with some, 2 when a file"
        " cannot be read.",
        examples=[
            "uns check",
            "uns check plant.uns.yaml --output-format concise",
            "uns check --output-format github --output-format sarif=uns.sarif",
            "uns check --baseline uns-baseline.yaml --add-baseline",
            "uns check --fix",
        ],
    )
    command.add_argument(
        "models",
        metavar="MODEL",
        nargs="*",
        help="a model file, or a folder for the models in it (default: as for -m)",
    )
    add_model(command)
    command.add_argument(
        "--against",
        metavar="VERSION",
        help="tell as well what breaks since an earlier version (family B): a file, git:REF or"
        " git:REF:FILE",
    )
    _add_policy(command)
    _add_baseline(command)
    fixes = command.add_argument_group("findings that can be mended safely")
    fixes.add_argument("--fix", action="store_true", help="mend them in the files")
    fixes.add_argument(
        "--diff", action="store_true", help="write nothing, and show what --fix would change"
    )
    add_reports(command)
    command.add_argument(
        "--statistics", action="store_true", help="only how many findings each rule has"
    )
    command.add_argument("--exit-zero", action="store_true", help="end with 0 in spite of findings")


def _add_policy(command: Parser) -> None:
    """Which rules judge, and what their findings weigh."""
    group = command.add_argument_group("which findings count")
    for option, what in (
        ("--select", "only these rules"),
        ("--extend-select", "these rules as well"),
        ("--ignore", "not these rules"),
    ):
        group.add_argument(option, metavar="RULE", type=names, action="extend", help=what)
    group.add_argument(
        "--severity",
        metavar="RULE=LEVEL",
        type=weights,
        action="extend",
        help=f"what findings weigh: {', '.join(LEVELS)}",
    )
    group.add_argument(
        "--fail-level",
        choices=LEVELS,
        help="from which weight on findings end with 1 (default: warning)",
    )


def _add_baseline(command: Parser) -> None:
    """Which findings are known."""
    known = command.add_argument_group("findings that are known")
    known.add_argument(
        "--baseline", metavar="FILE", help="a file of known findings: only others count"
    )
    known.add_argument(
        "--add-baseline", action="store_true", help="write the findings there are to that file"
    )


def _tree(commands: Commands) -> None:
    command = add_command(
        commands,
        "tree",
        "tree",
        "draw the equipment of a model as a tree",
        "A family of nodes is one line: machine[1..4] x4.",
        examples=["uns tree --depth 3 --counts", "uns tree 'acme/+/bottling/#' --topics"],
    )
    add_filter(command)
    add_model(command)
    command.add_argument("--depth", metavar="N", type=number, help="at most this many topic levels")
    command.add_argument(
        "--topics", action="store_true", help="draw the topics too, with what they carry"
    )
    command.add_argument("--counts", action="store_true", help="count the topics of each branch")
    command.add_argument(
        "--expand", action="store_true", help="draw the nodes of a family one by one"
    )
    command.add_argument(
        "--limit",
        metavar="N",
        type=number,
        default=TREE_LINES,
        help=f"at most this many lines (default: {TREE_LINES})",
    )


def _topics(commands: Commands) -> None:
    command = add_command(
        commands,
        "topics",
        "topics",
        "list or count the topics of a model",
        "Topics are written as they are made, so a list may be longer than memory.",
        "Exit status: 1 when the filter takes no topic.",
        examples=["uns topics 'acme/munich/#'", "uns topics --templates --output-format csv"],
    )
    add_filter(command)
    add_model(command)
    command.add_argument("--count", action="store_true", help="only how many there are")
    command.add_argument(
        "--templates", action="store_true", help="one template for each family of topics"
    )
    command.add_argument(
        "--open",
        choices=("raise", "skip"),
        default="raise",
        help="what to do about sets without end, such as {serial} (default: raise, an error)",
    )
    add_format(command, "text", "json", "csv")


def _topic(commands: Commands) -> None:
    group = commands.add_parser(
        "topic",
        help="look up single topics: check, explain",
        description="Look up single topics.",
        epilog=written("uns topic check acme/munich/bottling/line1/speed"),
    )
    below = add_commands(group)
    check = add_command(
        below,
        "check",
        "topic_check",
        "check whether topics are in the model",
        "With --from-files, find the texts in source code and configuration that name topics of the"
        " model, and check those: Python, YAML, JSON, TOML; other files line by line. What is found is"
        " written in full unless another format is given; outcomes of topics are text or JSON.",
        "RULE is as for `uns check`, of family S here; a comment `# uns: ignore[S301] why` ignores a"
        " finding on its line.",
        "Exit status: 0 when a message may be published to every topic, or every text in the files"
        " leads somewhere, or what is found weighs less than the fail level; 1 when not.",
        examples=[
            "uns topic check acme/munich/bottling/line1/speed",
            "mosquitto_sub -t '#' -F %t | uns topic check - --output-format json-lines",
            "uns topic check --from-files 'src/**/*.py' 'deploy/**/*.yaml'",
        ],
    )
    check.add_argument(
        "topics",
        metavar="TOPIC",
        nargs="*",
        default=[],
        help="a topic name; - reads one a line from stdin",
    )
    check.add_argument(
        "--from-files",
        metavar="GLOB",
        nargs="+",
        action="extend",
        help="check the texts in these files; ** stands for any folders, names that start with a"
        " dot are not meant",
    )
    add_model(check)
    _add_policy(check)
    _add_baseline(check)
    add_reports(check, "text")
    explain = add_command(
        below,
        "explain",
        "topic_explain",
        "say everything the model knows of one topic",
        "Exit status: 0 when a message may be published to the topic, 1 when not.",
        examples=["uns topic explain acme/munich/bottling/line1/speed"],
    )
    explain.add_argument("topic", metavar="TOPIC", help="a topic name")
    add_model(explain)
    add_format(explain, "text", "json")


def _match(commands: Commands) -> None:
    command = add_command(
        commands,
        "match",
        "match",
        "say what a topic filter matches",
        "By MQTT 5.0 §4.7, without a model. A shared subscription is read as its filter.",
        "--covers and --overlaps compare with another filter; --explain says what the filter takes"
        " in the model, and what it just misses.",
        "Exit status: 0 when a topic matches or the comparison holds, 1 when not, 2 when the filter"
        " is none.",
        examples=[
            "uns match 'acme/+/speed' acme/line1/speed",
            "uns match 'acme/#' - < topics.txt",
            "uns match 'acme/#' --covers 'acme/+/speed'",
            "uns match 'acme/+/bottling/+/speed' --explain",
        ],
    )
    command.add_argument("filter", metavar="FILTER", help="a topic filter")
    command.add_argument(
        "topics", metavar="TOPIC", nargs="*", help="a topic name; - reads one a line from stdin"
    )
    question = command.add_mutually_exclusive_group()
    question.add_argument(
        "--covers", metavar="OTHER", help="whether every topic that OTHER matches is matched"
    )
    question.add_argument(
        "--overlaps", metavar="OTHER", help="the filter of the topics that OTHER matches as well"
    )
    question.add_argument(
        "--explain", action="store_true", help="what it takes in the model, and what it just misses"
    )
    add_model(command)
    add_format(command, "text", "json")


def _filters(commands: Commands) -> None:
    group = commands.add_parser(
        "filters",
        help="look at a list of topic filters: check",
        description="Look at a list of topic filters.",
        epilog=written("uns filters check subscriptions.txt"),
    )
    command = add_command(
        add_commands(group),
        "check",
        "filters_check",
        "find filters that are invalid, dead, duplicate, covered by others or over-broad",
        "One filter or shared subscription a line. What is dead or over-broad is known with a"
        " model only; without one the filters are held against each other.",
        "Exit status: 0 without findings, 1 with some.",
        examples=["uns filters check subscriptions.txt", "uns filters check - -m plant.uns.yaml"],
    )
    command.add_argument("file", metavar="FILE", help="the list; - reads it from stdin")
    add_model(command)
    add_format(command, "text", "json")


def _payload(commands: Commands) -> None:
    group = commands.add_parser(
        "payload",
        help="look at payloads: check, schema, example",
        description="Look at payloads.",
        epilog=written("uns payload check acme/munich/bottling/line1/speed message.json"),
    )
    below = add_commands(group)
    check = add_command(
        below,
        "check",
        "payload_check",
        "check messages against their contracts",
        "One message to TOPIC, or with --ndjson a recording: one JSON object a line, with `topic`"
        " and `payload`. A payload that is a text is the message as it was sent, any other value"
        " is itself the message. Memory does not grow with the recording.",
        "Exit status: 0 when every message keeps to its contract, 1 when not, 2 when a file cannot"
        " be read.",
        examples=[
            "uns payload check acme/munich/bottling/line1/speed message.json",
            "uns payload check --ndjson recording.ndjson --max-faults 10",
            "mosquitto_sub -t '#' -F '%j' | uns payload check --ndjson",
        ],
    )
    check.usage = "uns payload check [options] (TOPIC [FILE] | --ndjson [FILE])"
    check.add_argument("topic", metavar="TOPIC", nargs="?", help="the topic of one message")
    check.add_argument(
        "file", metavar="FILE", nargs="?", help="the message, or the recording (default: -, stdin)"
    )
    check.add_argument("--ndjson", action="store_true", help="a recording of many messages")
    add_view(check)
    check.add_argument(
        "--max-faults",
        metavar="N",
        type=number_or_none,
        default=FAULTY_LINES,
        help="write out at most this many faulty lines of a recording; all are counted"
        f" (default: {FAULTY_LINES})",
    )
    add_model(check)
    add_format(check, "text", "json", "json-lines")
    schema = add_command(
        below,
        "schema",
        "payload_schema",
        "write a contract as JSON Schema 2020-12",
        "Exit status: 1 when the model has no such topic or payload.",
        examples=["uns payload schema vtq/1 --view consumer"],
    )
    _add_contract(schema)
    add_view(schema)
    add_model(schema)
    example = add_command(
        below,
        "example",
        "payload_example",
        "write a message that keeps to a contract",
        "It is always the same one. Exit status: 1 when the model has no such topic or payload.",
        examples=["uns payload example acme/munich/bottling/line1/speed"],
    )
    _add_contract(example)
    add_model(example)


def _add_contract(command: Parser) -> None:
    command.add_argument(
        "contract", metavar="TOPIC|NAME", help="a topic, or a payload such as vtq/1"
    )


def _kafka(commands: Commands) -> None:
    group = commands.add_parser(
        "kafka",
        help="translate to Kafka and back: to, from, plan, topics, budget",
        description="Translate MQTT topics to Kafka and back, and plan for it.",
        epilog=written("uns kafka to acme/munich/bottling/line1/speed"),
    )
    below = add_commands(group)
    for add in (_kafka_to, _kafka_from, _kafka_plan, _kafka_topics, _kafka_budget):
        add(below)


def _kafka_to(commands: Commands) -> None:
    command = add_command(
        commands,
        "to",
        "kafka_to",
        "say where messages go: Kafka topic, partition, record key",
        "Exit status: 1 when a topic cannot be translated.",
        examples=[
            "uns kafka to acme/munich/bottling/line1/speed",
            "mosquitto_sub -t '#' -F %t | uns kafka to - --split 3 --output-format json-lines",
        ],
    )
    add_topics(command)
    _add_mapping(command)
    command.add_argument(
        "--partitions",
        metavar="N",
        type=number,
        help="how many partitions a Kafka topic has (default: as the model says, else 6)",
    )
    add_format(command, "text", "json", "json-lines")


def _kafka_from(commands: Commands) -> None:
    command = add_command(
        commands,
        "from",
        "kafka_from",
        "say which MQTT topic a Kafka record belongs to",
        "Exit status: 1 when the mapping would not have sent such a record there.",
        examples=["uns kafka from uns.acme.munich.bottling acme/munich/bottling/line1/speed"],
    )
    command.add_argument("kafka_topic", metavar="KAFKA_TOPIC", help="the topic of the record")
    command.add_argument("record_key", metavar="KEY", help="the key of the record")
    _add_mapping(command)
    add_format(command, "text", "json")


def _kafka_plan(commands: Commands) -> None:
    command = add_command(
        commands,
        "plan",
        "kafka_plan",
        "say what to read from Kafka for a topic filter or a shared subscription",
        "With a model Kafka topics are listed wherever it makes them finite.",
        "Exit status: 1 when nothing in Kafka matches.",
        examples=["uns kafka plan 'acme/+/bottling/#'", "uns kafka plan 'acme/#' --split 2"],
    )
    command.add_argument("filter", metavar="FILTER", help="a topic filter or a shared subscription")
    _add_mapping(command)
    add_format(command, "text", "json")


def _kafka_topics(commands: Commands) -> None:
    command = add_command(
        commands,
        "topics",
        "kafka_topics",
        "list the Kafka topics that a model needs, with partitions and settings",
        "Exit status: 1 when something of the model has no place in Kafka.",
        examples=[
            "uns kafka topics --output-format commands --bootstrap-server broker:9092",
            "uns kafka topics --state --output-format strimzi --cluster plant",
        ],
    )
    add_model(command)
    command.add_argument(
        "--state", action="store_true", help="with the compacted topics for last values"
    )
    command.add_argument(
        "--open",
        choices=("raise", "skip"),
        default="raise",
        help="what to do about sets without end, such as {serial} (default: raise, an error)",
    )
    command.add_argument(
        "--bootstrap-server",
        metavar="HOST:PORT",
        default="localhost:9092",
        help="where the commands find Kafka (default: localhost:9092)",
    )
    command.add_argument(
        "--cluster", metavar="NAME", help="the Kafka cluster of the Strimzi resources"
    )
    add_format(command, "text", "json", "commands", "strimzi")


def _kafka_budget(commands: Commands) -> None:
    command = add_command(
        commands,
        "budget",
        "kafka_budget",
        "count the Kafka topics, partitions and replicas of a model, for every split",
        "Exit status: 1 when the split in use does not fit the cluster.",
        examples=["uns kafka budget", "uns kafka budget --output-format json"],
    )
    add_model(command)
    add_format(command, "text", "json")


def _add_mapping(command: Parser) -> None:
    """A model, or the options that make a mapping without one."""
    add_model(command)
    group = command.add_argument_group("a mapping without a model")
    group.add_argument("--prefix", help="first part of every Kafka topic (default: uns)")
    group.add_argument("--root", metavar="LEVELS", help="fixed levels in front of every topic")
    group.add_argument(
        "--split", metavar="N", type=number, help="levels that name a Kafka topic (default: 3)"
    )
    group.add_argument(
        "--key", choices=("full", "tail"), help="what a record key holds (default: full)"
    )
    group.add_argument(
        "--order-by", metavar="N", type=number, help="levels whose messages stay in order"
    )
    group.add_argument(
        "--partitioner",
        choices=PARTITIONERS,
        help="how keys go to partitions (default: murmur2)",
    )
    group.add_argument(
        "--overflow",
        choices=("reject", "bucket"),
        help="what happens to names that Kafka cannot hold (default: reject)",
    )


def _diff(commands: Commands) -> None:
    command = add_command(
        commands,
        "diff",
        "diff",
        "say what changed between two versions of a model",
        "Facts, without judgement; `uns breaking` judges them. A version is a file, or"
        " git:REF:FILE for a file of a git revision; git:REF alone takes the other's file.",
        "Exit status: 0 when the versions were compared, 2 when they could not be.",
        examples=[
            "uns diff old.uns.yaml new.uns.yaml",
            "uns diff git:v1.4.0 plant.uns.yaml --output-format markdown",
        ],
    )
    command.add_argument("old", metavar="OLD", help="the earlier version")
    command.add_argument("new", metavar="NEW", help="the later version")
    add_format(command, "text", "markdown", "json")


def _breaking(commands: Commands) -> None:
    command = add_command(
        commands,
        "breaking",
        "breaking",
        "say whether a change of a model breaks anybody, and which clients",
        "The model as it is now is compared with an earlier version: a file, or git:REF or"
        " git:REF:FILE for a git revision. Which changes count is said as for `uns check`: here, in"
        " [tool.uns], under `lint:`, and by comments `# uns: ignore[B204] reason`.",
        "The formats text, markdown and json tell the whole verdict, all others what breaks, a"
        " finding each.",
        "Exit status: 0 when nobody is broken, 1 when somebody is, 2 when the versions could not be"
        " compared.",
        examples=[
            "uns breaking --against git:origin/main",
            "uns breaking plant.uns.yaml --against old.uns.yaml --require-version-bump",
            "uns breaking --against git:v1.4.0 --allow-with-version-bump --ignore range-widened",
            "uns breaking --against git:v1.4.0 --output-format github --output-format markdown=pr.md",
        ],
    )
    command.add_argument(
        "model", metavar="MODEL", nargs="?", help="a model file (default: as for -m elsewhere)"
    )
    command.add_argument("--against", metavar="VERSION", required=True, help="the earlier version")
    command.add_argument(
        "--require-version-bump",
        action="store_true",
        help="fail when `model.version` is not raised as far as the change asks for",
    )
    command.add_argument(
        "--allow-with-version-bump",
        action="store_true",
        help="fail only then: breaking changes are planned where the version says so",
    )
    _add_policy(command)
    add_reports(command, "text", "markdown", "json")


def _docs(commands: Commands) -> None:
    group = commands.add_parser(
        "docs",
        help="documentation of a model, to read in a browser: build",
        description="Documentation of a model, for people.",
        epilog=written("uns docs build -o site"),
    )
    _docs_build(add_commands(group))


def _docs_build(commands: Commands) -> None:
    command = add_command(
        commands,
        "build",
        "docs_build",
        "write the documentation of a model as a site that opens in a browser",
        "The site needs no server and asks nothing of any network. It has a tree of all topics, a"
        " search for text, topic filters and facets, and a page for each topic, class, payload and"
        " client. A file takes its place when it is complete. Needs the extra `docs`.",
        "Exit status: 1 when --check finds files that are not current.",
        examples=[
            "uns docs build -o site",
            "uns docs build -m plant.uns.yaml -o site --single-file",
            "uns docs build -o site --since git:v1.3.0",
            "uns docs build -o site --mqtt broker.example:1883 --kafka kafka.example:9092",
            "uns docs build -o site --check",
        ],
    )
    add_model(command)
    command.add_argument(
        "-o", "--output", metavar="DIR", required=True, help="the folder to write to"
    )
    command.add_argument(
        "--single-file", action="store_true", help="put everything into one file, index.html"
    )
    command.add_argument(
        "--since",
        metavar="VERSION",
        help="with a log of the changes since an earlier version: a file, git:REF or git:REF:FILE",
    )
    command.add_argument(
        "--mqtt",
        metavar="HOST:PORT",
        help="the MQTT broker in the lines to copy (default: localhost)",
    )
    command.add_argument(
        "--kafka",
        metavar="HOST:PORT",
        help="a Kafka broker in the lines to copy (default: localhost)",
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing, and say which files are not current; built with --since, --mqtt or"
        " --kafka, it is checked with the same",
    )


def _export(commands: Commands) -> None:
    command = add_command(
        commands,
        "export",
        "export",
        "write what others read of a model to a folder",
        "A file takes its place when it is complete; what is there besides stays. What the target"
        " has no words for is told, and so are files of an earlier export that are made no longer:"
        " those beside the written ones that say so in their first lines.",
        "Exit status: 1 when --check finds files that are not current or left over, or --strict"
        " something lost.",
        examples=[
            "uns export markdown -o docs/topics --option layout=folder",
            "uns export json-schema -o schemas --check",
        ],
    )
    command.add_argument(
        "target", metavar="TARGET", nargs="?", choices=TARGETS, help="what to write"
    )
    command.add_argument("--list", action="store_true", help="list the targets and their options")
    command.add_argument("-o", "--output", metavar="DIR", help="the folder to write to")
    command.add_argument(
        "--check", action="store_true", help="write nothing, and say which files are not current"
    )
    command.add_argument("--strict", action="store_true", help="fail when something is lost")
    command.add_argument(
        "--option",
        metavar="NAME=VALUE",
        action="append",
        help="an option of the target, see --list; may be given several times",
    )
    add_model(command)


def _schema(commands: Commands) -> None:
    command = add_command(
        commands,
        "schema",
        "schema",
        "write the JSON Schema of model files, for editors",
        examples=["uns schema > uns.schema.json", "uns schema -m plant.uns.yaml"],
    )
    command.add_argument(
        "-m", "--model", metavar="MODEL", help="with the equipment levels this model declares"
    )


def _init(commands: Commands) -> None:
    command = add_command(
        commands,
        "init",
        "init",
        "write a small model to start from",
        "A file that is there already stays as it is.",
        examples=["uns init plant.uns.yaml"],
    )
    command.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        default=".",
        help="the file to write, or its folder (default: plant.uns.yaml in this folder)",
    )


def _rule(commands: Commands) -> None:
    command = add_command(
        commands,
        "rule",
        "rule",
        "tell what a rule of `uns check` finds, and why",
        "With an example, and with what to write instead. Faults are told as well: what keeps"
        " a model from loading, and what is wrong with a message.",
        examples=[
            "uns rule N101",
            "uns rule look-alike-siblings",
            "uns rule --all --output-format json",
        ],
    )
    command.add_argument("rule", metavar="RULE", nargs="?", help="its code or its name")
    command.add_argument("--all", action="store_true", help="every rule, one a line")
    add_format(command, "text", "json")


def _completion(commands: Commands) -> None:
    command = add_command(
        commands,
        "completion",
        "completion",
        "write the completion script of a shell",
        examples=[
            "uns completion bash > ~/.local/share/bash-completion/completions/uns",
            "uns completion zsh > ~/.zfunc/_uns",
            "uns completion fish > ~/.config/fish/completions/uns.fish",
        ],
    )
    command.add_argument("shell", choices=("bash", "zsh", "fish"), help="which shell")
