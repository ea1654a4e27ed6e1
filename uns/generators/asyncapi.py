"""AsyncAPI 3: the channels, operations and messages of a namespace, on MQTT and on Kafka.

A template is a channel, and a family in it is a parameter. What AsyncAPI cannot
express is written as ``x-uns-`` extensions and is a loss. Operations come from the
filters under ``clients:``. The document is written channel by channel, so it is
never in memory as a whole.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from uns.diagnostics import UNSError
from uns.generators.paths import safe_name, topic_name
from uns.generators.targets import KAFKA, MQTT, Generated, Losses, Target, mark, one_of
from uns.generators.yaml_text import as_yaml
from uns.kafka import encode_segment
from uns.linting.spellings import texts
from uns.model.catalogue import (
    BY_DEFAULT,
    Catalogue,
    ContractEntry,
    LevelEntry,
    TopicEntry,
)
from uns.model.clients import Client, Via
from uns.model.namespace import Namespace
from uns.model.tree import Endpoint, descend

FILE = "asyncapi.yaml"

_Map: TypeAlias = dict[str, Any]

#: The default hosts: names that no network has [RFC 2606].
_NO_MQTT, _NO_KAFKA = "mqtt.example.com", "kafka.example.com"

#: The most values of a parameter that are listed, and the most operations that are written.
MOST_VALUES, MOST_OPERATIONS = 100, 20_000

_MQTT_BINDING, _KAFKA_BINDING = "0.2.0", "0.5.0"


#: The versions of AsyncAPI; what is written here is the same in both.
_VERSIONS = {"3.0": "3.0.0", "3.1": "3.1.0"}


def generate(
    namespace: Namespace, mqtt: str | None = None, kafka: str | None = None, version: str = "3.0"
) -> Generated:
    """The document; ``mqtt`` and ``kafka`` are host and port of a broker each."""
    return _Document(namespace, mqtt, kafka, version).write()


class _Document:
    """One document while it is written."""

    def __init__(
        self, namespace: Namespace, mqtt: str | None, kafka: str | None, version: str
    ) -> None:
        self.namespace = namespace
        self.version = version
        self.catalogue = Catalogue(namespace)
        self.hosts = {"mqtt": mqtt, "kafka": kafka}
        self.losses = Losses(LOSSES)
        self.parameters = _Parameters(self.losses)
        self.contracts: dict[str, ContractEntry] = {}
        self.kafka: dict[str, _Map] = {}
        self.operations: list[str] = []
        #: The operations of Kafka clients, by name; one is for all messages of a Kafka topic.
        self.in_kafka: dict[str, _Map] = {}
        self.unwritten = 0
        self.addresses: set[tuple[str, str]] = set()

    def write(self) -> Generated:
        """The document as a file."""
        channels = [as_yaml({name: channel}, 1) for name, channel in self._channels()]
        channels += [as_yaml({name: channel}, 1) for name, channel in self.kafka.items()]
        pieces = [f"# {mark('asyncapi')}\n", as_yaml(self._head())]
        pieces += ["channels:\n", *channels] if channels else ["channels: {}\n"]
        operations = [*self.operations, *(as_yaml({n: o}, 1) for n, o in self.in_kafka.items())]
        if operations:
            pieces += ["operations:\n", *operations]
        if self.contracts:
            pieces.append(as_yaml({"components": self._components()}))
        if self.catalogue.clients:
            clients = {client.name: self._client(client) for client in self.catalogue.clients}
            pieces.append(as_yaml({"x-uns-clients": clients}))
        self._lose_the_rest()
        return Generated({FILE: "".join(pieces).encode()}, tuple(self.losses))

    # --- around the channels -----------------------------------------------------------------------

    def _head(self) -> _Map:
        model = self.namespace.model
        info = {
            "title": model.label or model.id or "Unified Namespace",
            "version": model.version or "0.0.0",
            "description": model.description,
            "contact": _without_empty({"name": model.owner}),
        }
        by_default = f"; {BY_DEFAULT}" if self.catalogue.kafka_by_default else ""
        servers = {
            **self._mqtt_servers(),
            "kafka": {
                "host": self.hosts["kafka"] or _NO_KAFKA,
                "protocol": "kafka",
                "description": "Kafka, where every message is kept under the topic of its place"
                + by_default,
            },
        }
        return _without_empty(
            {
                "asyncapi": _VERSIONS[self.version],
                "id": model.id and f"urn:uns:{urllib.parse.quote(model.id, safe='')}",
                "info": _without_empty(info) | self._declared() | self._declared("model"),
                "defaultContentType": "application/json",
                "servers": servers,
            }
        )

    def _mqtt_servers(self) -> _Map:
        """The server `mqtt`, which is the root if there are several brokers, and those below it."""
        protocol = {"protocol": "mqtt", "protocolVersion": "5.0"}
        host = self.hosts["mqtt"] or _NO_MQTT
        tiers = self.namespace.tiers
        if tiers is None:
            about = {"description": "The MQTT broker of the namespace"}
            return {"mqtt": {"host": host, **protocol, **about}}
        servers = {}
        for broker in tiers.brokers.values():
            above = f"; its upstream is {broker.upstream}" if broker.upstream else ", the root"
            said = f"The MQTT broker {broker.name}{above}"
            about = {"description": f"{said}. {broker.description}" if broker.description else said}
            is_root = broker.upstream is None
            where = {"host": host if is_root else _NO_MQTT, **protocol}
            servers[self._server(broker.name)] = {**where, **about}
        return servers

    def _server(self, broker: str) -> str:
        """The name of the server of a broker."""
        tiers = self.namespace.tiers
        return "mqtt" if tiers is None or broker == tiers.root else f"mqtt-{safe_name(broker)}"

    def _components(self) -> _Map:
        contracts = self.contracts.items()
        return _without_empty(
            {
                "parameters": self.parameters.made,
                "messages": {name: self._message(name, contract) for name, contract in contracts},
                "schemas": {name: self._schema(name, contract) for name, contract in contracts},
            }
        )

    def _client(self, client: Client) -> _Map:
        filters = (*client.publish, *client.subscribe)
        if any("+" in f or "#" in f or f.startswith("$share/") for f in filters):
            said = (
                f"AsyncAPI has no topic filters: those of client {client.name} are in `x-uns-clients`,"
                " with one operation for each channel they match"
            )
            self.losses.add("X204", client.name, said)
        return _without_empty(
            {
                "owner": client.owner,
                "description": client.description,
                "via": str(client.via) if client.via is Via.KAFKA else None,
                "broker": client.broker,
                "user": client.user if client.user != client.name else None,
                "group": client.group,
                "publish": list(client.publish),
                "subscribe": list(client.subscribe),
            }
        ) | self._declared("clients", client.name)

    def _lose_the_rest(self) -> None:
        for protocol, instead in (("mqtt", _NO_MQTT), ("kafka", _NO_KAFKA)):
            if self.hosts[protocol] is None:
                said = f"a model does not name hosts, so {protocol} is at {instead} here; name yours with"
                self.losses.add("X203", protocol, f"{said} --option {protocol}=HOST:PORT")
        for broker in self.namespace.brokers.values():
            if broker.upstream is not None:
                said = f"the host of broker {broker.name} is not known, so it is at {_NO_MQTT} here"
                self.losses.add("X203", broker.name, said)
        for entry in self.catalogue.open_nodes:
            template = entry.template.text
            said = f"topics below the open node {template} are not modelled, so no channel has them"
            self.losses.add("X209", template, said)
        if self.unwritten:
            said = f"{self.unwritten:,} operations beyond {MOST_OPERATIONS:,} are not written"
            self.losses.add("X211", "", f"{said}; `x-uns-clients` has the filters of all clients")

    # --- channels ----------------------------------------------------------------------------------

    def _channels(self) -> Iterator[tuple[str, _Map]]:
        for topic in self.catalogue.topics():
            if topic.example is None:
                self.losses.add("X210", topic.template, f"{topic.template} has no topics")
                continue
            message = safe_name(topic.contract.key)
            self.contracts.setdefault(message, topic.contract)
            address, parameters = self.parameters.address(topic.levels)
            self._claim("mqtt", address)
            name = topic_name(topic.template)
            more = self._extensions(topic.template, topic.node.extensions)
            servers = [self._server(broker) for broker in topic.brokers] or ["mqtt"]
            channel = _channel(topic, message, address, parameters, servers)
            yield name, {**channel, **more, **channel}  # The keys of this document win.
            in_kafka = self._to_kafka(topic, message)
            self._operate(topic, name, message)
            if in_kafka is not None:
                self._operate_in_kafka(topic, in_kafka, message)

    def _claim(self, server: str, address: str) -> None:
        """Refuse two channels with one address, and wildcards in an address; the parser accepts them."""
        if (server, address) in self.addresses:
            raise UNSError(f"two channels of {server} have the address {address!r}")
        if "+" in address or "#" in address:
            raise UNSError(f"the address {address!r} has a wildcard")
        self.addresses.add((server, address))

    def _to_kafka(self, topic: TopicEntry, message: str) -> str | None:
        """Add the Kafka channel of a topic, and return its name; ``None`` if it does not go there."""
        kafka = topic.kafka
        if kafka.topic is None:
            said = f"{topic.template} does not go to Kafka: {kafka.refusal}"
            self.losses.add("X206", topic.template, said)
            return None
        place = topic.levels[: kafka.place_levels]
        address, parameters = self.parameters.kafka_address(kafka.topic, place)
        name = f"kafka__{safe_name(address)}"
        channel = self.kafka.get(name)
        if channel is None:
            self._claim("kafka", address)
            template = "/".join(level.text for level in place)
            channel = self.kafka[name] = self._kafka_channel(template, address, parameters)
        channel["messages"][message] = _ref("components", "messages", message)
        return name

    def _kafka_channel(self, place: str, address: str, parameters: _Map) -> _Map:
        cluster = self.namespace.kafka.cluster
        if parameters:
            said = f"the Kafka binding of {address} has no topic, because there are several"
            self.losses.add("X205", place, said)
        head = {
            "address": address,
            "description": place and f"Every message of {place}",
            "servers": [_ref("servers", "kafka")],
            "parameters": parameters,
        }
        binding = {
            "topic": None if parameters else address,
            "partitions": cluster.partitions,
            "replicas": cluster.replication,
            "topicConfiguration": {
                key: [value] if key == "cleanup.policy" else value
                for key, value in self.namespace.kafka.topic_settings.items()
            },
            "bindingVersion": _KAFKA_BINDING,
        }
        bindings = {"kafka": _without_empty(binding)}
        return {**_without_empty(head), "messages": {}, "bindings": bindings, "x-uns-place": place}

    def _operate(self, topic: TopicEntry, channel: str, message: str) -> None:
        for action, does, clients, retain in (
            ("send", "publishes", topic.users.publishers, topic.endpoint.retain),
            ("receive", "subscribes to", topic.users.subscribers, None),
        ):
            binding = {
                "qos": topic.endpoint.qos,
                "retain": retain,
                "messageExpiryInterval": _expiry(topic.endpoint) if action == "send" else None,
                "bindingVersion": _MQTT_BINDING,
            }
            for client in clients:
                if self.namespace.clients[client].via is Via.KAFKA:
                    continue
                if not self._has_room():
                    continue
                operation = {
                    "action": action,
                    "title": f"{client} {does} {topic.key}",
                    "channel": _ref("channels", channel),
                    "messages": [_ref("channels", channel, "messages", message)],
                    "bindings": {"mqtt": _without_empty(binding)},
                    "x-uns-client": client,
                }
                # File names have '__' only before a digest, so these three parts stay separate.
                name = f"{safe_name(client)}__{action}__{channel}"
                self.operations.append(as_yaml({name: operation}, 1))

    def _has_room(self) -> bool:
        """Whether one more operation may be written; if not, it is counted."""
        if len(self.operations) + len(self.in_kafka) < MOST_OPERATIONS:
            return True
        self.unwritten += 1
        return False

    def _operate_in_kafka(self, topic: TopicEntry, channel: str, message: str) -> None:
        """The operations of Kafka clients; one takes all messages of a channel that match."""
        for action, does, clients in (
            ("send", "writes to", topic.users.publishers),
            ("receive", "reads", topic.users.subscribers),
        ):
            for name in clients:
                client = self.namespace.clients[name]
                if client.via is not Via.KAFKA:
                    continue
                key = f"{safe_name(name)}__{action}__{channel}"
                operation = self.in_kafka.get(key)
                if operation is None:
                    if not self._has_room():
                        continue
                    group = {"type": "string", "enum": [client.group]}
                    reads = {"groupId": group} if action == "receive" else {}
                    binding = {**reads, "bindingVersion": _KAFKA_BINDING}
                    operation = self.in_kafka[key] = {
                        "action": action,
                        "title": f"{name} {does} {self.kafka[channel]['address']}",
                        "channel": _ref("channels", channel),
                        "messages": [],
                        "bindings": {"kafka": binding},
                        "x-uns-client": name,
                    }
                used = _ref("channels", channel, "messages", message)
                if used not in operation["messages"]:
                    operation["messages"].append(used)

    # --- messages ----------------------------------------------------------------------------------

    def _message(self, name: str, contract: ContractEntry) -> _Map:
        reason = contract.no_example
        if reason is None and _is_deep(contract.example):
            reason = "its example is nested too deeply"
        elif reason is None and _holds_ref(contract.example):
            reason = "its example has a `$ref`, which AsyncAPI would follow"
        if reason is not None:
            self.losses.add("X207", contract.name, f"{contract.name} has no example: {reason}")
        payload = contract.contract.payload
        mqtt = {
            "payloadFormatIndicator": 0 if payload.encoding == "binary" else 1,
            "contentType": payload.media_type,
            "bindingVersion": _MQTT_BINDING,
        }
        key = {"type": "string", "description": self._key_in_words()}
        message = {
            "name": contract.name,
            "title": contract.name,
            "summary": contract.description,
            "contentType": payload.media_type,
            "payload": _ref("components", "schemas", name),
            "bindings": {
                "mqtt": _without_empty(mqtt),
                "kafka": {"key": key, "bindingVersion": _KAFKA_BINDING},
            },
            "examples": [{"name": "valid", "payload": contract.example}]
            if reason is None
            else None,
        }
        return _without_empty(message) | self._declared("payloads", contract.name)

    def _declared(self, *path: str) -> _Map:
        """The extension keys of a declaration outside the tree."""
        found = self.namespace.extensions.get(path, {})
        return self._extensions(" ".join(path) or "the model", found)

    def _extensions(self, about: str, found: Mapping[str, Any]) -> _Map:
        """The extension keys of the model that can be extensions of the document."""
        kept = {}
        for key, value in found.items():
            if _IS_EXTENSION(key) and not _is_deep(value) and not _holds_ref(value):
                kept[key] = value
            else:
                reason = "AsyncAPI has no such names, or it has a `$ref`, or is nested too deeply"
                self.losses.add("X213", about, f"`{key}` of {about} is not written: {reason}")
        return kept

    def _key_in_words(self) -> str:
        if self.namespace.kafka.mapping.key == "full":
            return "The MQTT topic, whole and in UTF-8"
        return "The levels of the MQTT topic that do not name the Kafka topic, in UTF-8"

    def _schema(self, name: str, contract: ContractEntry) -> _Map:
        own: Any = contract.schema("producer")
        if isinstance(own, bool):  # a JSON Schema may be just true or false
            return {} if own else {"not": {}}
        schema: _Map | None = None
        if contract.is_foreign and not _is_deep(own):
            schema = _embedded(own, f"#/components/schemas/{name}")
        elif not _is_deep(own) and not _holds_ref(own):
            schema = own
        the_schema = f"the JSON Schema of {contract.name}"
        if schema is None:
            reason = "refers to others, has a field `$ref`, or is nested too deeply"
            said = f"{the_schema} {reason}; it is written as text in `x-uns-json-schema`"
            self.losses.add("X208", contract.name, said)
            text = json.dumps(own, ensure_ascii=False)
            return {"description": f"See {the_schema}", "x-uns-json-schema": text}
        newer = sorted(_keywords(schema) & _NEWER) if contract.is_foreign else ()
        if newer:
            said = f"{the_schema} has keywords that AsyncAPI does not know: {', '.join(newer)}"
            self.losses.add("X208", contract.name, said)
        return {key: value for key, value in schema.items() if key != "$schema"}


def _expiry(endpoint: Endpoint) -> int | None:
    """The seconds after which a broker drops a message (MQTT 5.0 §3.3.2.3.3)."""
    return None if endpoint.expires is None else int(endpoint.expires.seconds)


def _channel(
    topic: TopicEntry, message: str, address: str, parameters: _Map, servers: Iterable[str]
) -> _Map:
    deprecated, node, endpoint = topic.deprecated, topic.node, topic.endpoint
    going = deprecated and {
        "since": deprecated.since,
        "until": deprecated.until,
        "replaced-by": deprecated.replaced_by,
    }
    channel = {
        "description": node.description,
        "servers": [_ref("servers", server) for server in servers],
        "parameters": parameters,
        "messages": {message: _ref("components", "messages", message)},
        "tags": [{"name": name} for name in dict.fromkeys(topic.classes)],
    }
    said = {
        "filter": topic.filter if topic.filter != address else None,
        "template": topic.template if topic.template != address else None,
        "example": topic.example if topic.example != address else None,
        "kind": str(endpoint.kind),
        "qos": endpoint.qos,
        "retain": endpoint.retain,
        "every": endpoint.every and str(endpoint.every),
        "rate": endpoint.rate and str(endpoint.rate),
        "bytes": endpoint.bytes,
        "expires": endpoint.expires and str(endpoint.expires),
        "owner": node.owner,
        "moved-from": list(node.moved_from) or None,
        "deprecated": going and _without_empty(going),
        "kafka-topic": topic.kafka.pattern,
        "source": topic.source,
    }
    extensions = {f"x-uns-{key}": value for key, value in said.items() if value is not None}
    return {
        "address": address,
        "title": node.label or topic.key,
        **_without_empty(channel),
        **extensions,
    }


#: The names of extensions that AsyncAPI allows.
_IS_EXTENSION = re.compile(r"x-[A-Za-z0-9._-]+").fullmatch


def _without_empty(facts: _Map) -> _Map:
    """The facts that have a value; ``False`` and ``0`` are values."""
    return {key: value for key, value in facts.items() if value not in (None, "", [], {})}


def _ref(*path: str) -> _Map:
    return {"$ref": "#/" + "/".join(path)}


# --- parameters ------------------------------------------------------------------------------------


class _Parameters:
    """The parameters of addresses: one for each family, open set, and level that has braces."""

    def __init__(self, losses: Losses) -> None:
        self.made: dict[str, _Map] = {}
        self._names: dict[str, str] = {}
        self._losses = losses

    def address(self, levels: Iterable[LevelEntry]) -> tuple[str, _Map]:
        """The address of a template, and its parameters by their names there."""
        pieces: list[str | tuple[str]] = []
        for level in levels:
            refused = _NOT_IN_ADDRESSES.findall("".join(texts(level.node.segment)))
            if refused:
                listed = " and ".join(map(repr, dict.fromkeys(refused)))
                said = f"an address of AsyncAPI cannot have {listed}: {level.text} is a parameter"
                self._losses.add("X212", level.text, said)
            if level.literal is None or refused:
                pieces.append(self._of_level(level, str))
            else:
                pieces.append(level.literal)
        return self._join("/", pieces)

    def kafka_address(self, topic: str, place: tuple[LevelEntry, ...]) -> tuple[str, _Map]:
        """The address of the Kafka topics of a place, of which ``topic`` is one."""
        segments: list[str | tuple[str]] = list(topic.split("."))
        start = len(segments) - len(place)
        for at, level in enumerate(place, start):
            if level.literal is None:
                segments[at] = self._of_level(level, encode_segment)
        return self._join(".", segments)

    def _join(self, separator: str, pieces: Iterable[str | tuple[str]]) -> tuple[str, _Map]:
        texts, parameters = [], {}
        for piece in pieces:
            if isinstance(piece, str):
                texts.append(piece)
                continue
            (name,) = piece
            local, number = name, 1
            while local in parameters:
                # Names of parameters never hold '__', so a number after it is unique in the address.
                number += 1
                local = f"{name}__{number}"
            parameters[local] = _ref("components", "parameters", name)
            texts.append(f"{{{local}}}")
        return separator.join(texts), parameters

    def _of_level(self, level: LevelEntry, spell: Any) -> tuple[str]:
        segment = level.node.segment
        said: _Map = {"description": f"One of {level.text} ({level.what})"}
        if segment.count is not None and segment.count <= MOST_VALUES:
            said["enum"] = [spell(text) for text in segment]
        elif segment.count is not None:
            said["examples"] = [spell(next(iter(segment)))]
            said["x-uns-segment"] = level.text
            values = f"the {segment.count:,} values of {level.text}"
            self._losses.add("X202", level.text, f"{values} are not listed; see `x-uns-segment`")
        else:
            said["x-uns-segment"] = level.text
            said["x-uns-pattern"] = segment.pattern.json_schema
            lost = f"AsyncAPI has no patterns: that of {level.text} is in `x-uns-pattern`"
            if level.less:
                said["x-uns-except"] = list(level.less)
                lost += ", and what is beside it in `x-uns-except`"
            self._losses.add("X201", level.text, lost)
        content = json.dumps(said)
        known = self._names.get(content)
        if known is None:
            known = self._names[content] = self._name(segment.name or level.what)
            self.made[known] = said
        return (known,)

    def _name(self, wanted: str) -> str:
        """A unique name: words of ASCII, without two underscores in a row."""
        base = (
            re.sub(r"__+", "_", _NOT_IN_NAMES.sub("-", wanted.lower())).strip("-_")[:40] or "level"
        )
        name, number = base, 1
        while name in self.made:
            number += 1
            name = f"{base}-{number}"
        return name


#: Braces are parameters; queries and fragments shall not be used (AsyncAPI 3.0, Channel Object).
_NOT_IN_ADDRESSES = re.compile(r"[{}?#]")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_-]+")


# --- foreign JSON Schemas --------------------------------------------------------------------------

_DEEPEST = 100

#: Keywords of later dialects that draft-07, on which AsyncAPI is based, does not have.
_NEWER = frozenset({
    "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef", "$vocabulary", "dependentRequired",
    "dependentSchemas", "maxContains", "minContains", "prefixItems", "unevaluatedItems",
    "unevaluatedProperties",
})  # fmt: skip


def _embedded(schema: Any, at: str) -> Any:
    """A schema with its references moved to ``at``; ``None`` if some lead elsewhere."""
    if isinstance(schema, list):
        items = [_embedded(item, at) for item in schema]
        return None if None in items and None not in schema else items
    if not isinstance(schema, dict):
        return schema
    made: _Map = {}
    for key, value in schema.items():
        if key in {"$schema", "$id"} and isinstance(value, str):
            if key == "$id":
                return None
            continue
        if key in {"$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"}:
            return None
        if key == "$ref":
            # A field of that name would be read as a reference, too.
            if not isinstance(value, str) or not (value == "#" or value.startswith("#/")):
                return None
            made[key] = at + value[1:]
            continue
        inner = _embedded(value, at)
        if inner is None and value is not None:
            return None
        made[key] = inner
    return made


def _is_deep(value: Any) -> bool:
    """Whether ``value`` is nested more deeply than YAML parsers accept."""
    row, depth = [value], 0
    while row and depth <= _DEEPEST:
        depth += 1
        row = [inner for outer in row for inner in _inside(outer)]
    return bool(row)


def _inside(value: Any) -> Iterable[Any]:
    """The values directly inside an object or an array; none inside any other value."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _keywords(schema: Any) -> set[str]:
    """Every key of every object in ``schema``."""
    return {key for value in descend([schema], _inside) if isinstance(value, dict) for key in value}


def _holds_ref(value: Any) -> bool:
    """Whether a key somewhere in ``value`` would be read as a reference."""
    return "$ref" in _keywords(value)


# --- the target ------------------------------------------------------------------------------------

LOSSES = {
    "X201": (
        "pattern-parameter",
        "A parameter cannot have a pattern or exceptions; see `x-uns-pattern`, `x-uns-except`.",
    ),
    "X202": (
        "long-parameter",
        "A family has too many values to list; its segment is in `x-uns-segment`.",
    ),
    "X203": (
        "server-unknown",
        "A model does not name the hosts of brokers; give that of the root as an option.",
    ),
    "X204": ("client-filter", "A client's filters are written as one operation for each channel."),
    "X205": (
        "several-kafka-topics",
        "A Kafka binding can name one topic, but the channel has several.",
    ),
    "X206": ("kafka-refused", "Messages of a topic do not go to Kafka."),
    "X207": ("no-example", "A message has no example."),
    "X208": ("foreign-schema", "A JSON Schema has keywords that AsyncAPI does not have."),
    "X209": (
        "open-node-without-channel",
        "Topics below an open node are not modelled, so no channel has them.",
    ),
    "X210": ("no-topic", "A template has no topics, so it has no channel."),
    "X211": ("cut-operations", "There are too many operations to write all of them."),
    "X212": (
        "address-character",
        "A level has a character that an address cannot have, so it is a parameter.",
    ),
    "X213": ("extension-key", "A key of another program, `x-...`, cannot be in the document."),
}

TARGET = Target(
    "AsyncAPI 3: channels, operations and messages on MQTT and Kafka.",
    generate,
    {
        "mqtt": MQTT,
        "kafka": KAFKA,
        "version": one_of("the version of AsyncAPI, 3.0 if not given", *_VERSIONS),
    },
    LOSSES,
)
