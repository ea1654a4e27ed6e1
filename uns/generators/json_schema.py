"""JSON Schema 2020-12 of every payload contract, for producers and for consumers.

Two files for each contract: a closed schema for producers and an open one for
consumers. A file is named after the payload and, if the contract wraps a metric,
the metric; ``index.json`` lists the contract of each topic.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, get_args

from uns.diagnostics import visible_json
from uns.generators.paths import safe_name
from uns.generators.targets import Generated, Losses, Target, one_of
from uns.model.catalogue import contract_key
from uns.model.namespace import Namespace
from uns.payloads import PayloadContract, View, json_schema

#: The file that lists the contract of each topic.
INDEX = "index.json"

#: The payloads that are written even if no topic has them.
Payloads: TypeAlias = Literal["own", "all"]

VIEWS: tuple[View, ...] = get_args(View)

#: Types that JSON Schema can only note as a format.
_NOTED = MappingProxyType({"datetime": "date-time", "ucum": "ucum"})


def generate(namespace: Namespace, payloads: Payloads = "own") -> Generated:
    """The schemas of the contracts of topics, and of payloads by themselves.

    These are the model's own payloads and those that topics carry; with ``"all"`` also
    the other payloads of the libraries that come with the package.
    """
    contracts = dict.fromkeys(_contracts(namespace, payloads))
    files = {
        file_name(contract, view): _as_file(json_schema(contract, view))
        for contract in contracts
        for view in VIEWS
    }
    topics = [
        {
            "topic": node.template.text,
            "filter": node.template.filter,
            "payload": node.contract.name,
            **{view: file_name(node.contract, view) for view in VIEWS},
        }
        for node in namespace.endpoints()
        if node.contract is not None
    ]
    if topics:
        files[INDEX] = _as_file(topics)
    losses = Losses(LOSSES)
    for contract in contracts:
        _lose(contract, losses)
    return Generated(dict(sorted(files.items())), tuple(losses))


def file_name(contract: PayloadContract, view: View) -> str:
    """The file of one view of a contract; it does not depend on the rest of the model.

    >>> from uns.payloads import PayloadType, ValueType
    >>> file_name(PayloadContract(PayloadType("job-order/1")), "producer")
    'job-order.1.producer.schema.json'
    >>> file_name(PayloadContract(PayloadType("vtq/1"), ValueType("number")), "consumer")
    'vtq.1.number-c99058432951.consumer.schema.json'
    """
    return f"{safe_name(contract_key(contract))}.{view}.schema.json"


def _contracts(namespace: Namespace, payloads: Payloads) -> Iterator[PayloadContract]:
    """The payloads by themselves, then the contracts of all topics."""
    carried = [node.contract for node in namespace.endpoints() if node.contract is not None]
    used = {contract.name for contract in carried}
    for name, payload in namespace.payloads.items():
        if payloads == "all" or name in used or _is_own(namespace, name):
            yield PayloadContract(payload)
    yield from carried


def _is_own(namespace: Namespace, payload: str) -> bool:
    """Whether a file of the model declares it, not a library that comes with the package."""
    span = namespace.locate("payloads", payload)
    return span is not None and any(span.file == source.name for source in namespace.sources)


def _as_file(value: Any) -> bytes:
    return f"{visible_json(value, indent=2)}\n".encode()


#: What a schema does not check of an encoding.
_UNSAID = MappingProxyType(
    {"text": "a text, only the value that it stands for", "binary": "the bytes of a message"}
)


def _lose(contract: PayloadContract, losses: Losses) -> None:
    payload = contract.payload
    what = _UNSAID.get(payload.encoding, "the size of a message" if payload.max_bytes else None)
    if what is not None:
        losses.add("X102", contract.name, f"{contract.name}: JSON Schema does not check {what}")
    pending = [("$", contract.body)]
    while pending:
        path, value = pending.pop()
        noted = _NOTED.get(value.type)
        if noted is not None:
            reason = f"JSON Schema only notes the format {noted}; most validators accept any text"
            losses.add("X101", contract.name, f"{contract.name} {path}: {reason}")
        if value.items is not None:
            pending.append((f"{path}[*]", value.items))
        pending += [(f"{path}.{field.name}", field.value) for field in reversed(value.fields)]


LOSSES = {
    "X101": ("noted-format", "JSON Schema only notes a format; most validators accept any text."),
    "X102": (
        "bytes-not-checked",
        "JSON Schema does not check the bytes of a message or their number.",
    ),
}

TARGET = Target(
    "JSON Schema 2020-12 of every payload contract, for producers and for consumers.",
    generate,
    {
        "payloads": one_of(
            "the model's own payloads and those in use, or also all others of included libraries",
            "own",
            "all",
        )
    },
    LOSSES,
)
