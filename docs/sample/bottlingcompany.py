# Made by `uns export python`; what is changed here is lost.
# ruff: noqa
# fmt: off
"""Topics of a Unified Namespace, typed: complete them in an editor, let mypy check their messages.

Start with the equipment at the end of this module and go down by attributes. To get one member of a
family, call it with its value; `every_...` is all members. A topic is a `str`, so it goes as it is
into any client::

    client.publish(topic, topic.dumps(message))     # mypy checks the message
    message = topic.loads(payload)                  # typed, but not checked: use the model for that

Below `every_...` a topic is a topic filter, to subscribe to. Its `+` matches every level there, also
those of equipment beside the family. This module needs Python 3.11 and nothing else.
"""

import json as _json
import re as _re
from typing import (
    Any as _Any,
    Generic as _Generic,
    Literal as _Literal,
    NotRequired as _NotRequired,
    TypedDict as _TypedDict,
    TypeVar as _TypeVar,
    cast as _cast,
    overload as _overload,
)

_P = _TypeVar("_P")
_N = _TypeVar("_N", bound="Position")


class Topic(str, _Generic[_P]):
    """A topic name, or a topic filter below `every_...`, and the type of its messages."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message; mypy checks the fields, a broker or a consumer their values."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return _json.dumps(message, ensure_ascii=False, allow_nan=False).encode()

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload; its type is taken on trust."""
        return _cast(_P, _json.loads(payload))


class TextTopic(Topic[_P]):
    """A topic whose messages are text as it is, without the quotes of JSON."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return str(message).encode()

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload; its type is taken on trust."""
        return _cast(_P, payload if isinstance(payload, str) else payload.decode())


class BytesTopic(Topic[_P]):
    """A topic whose messages are bytes."""

    __slots__ = ()

    def dumps(self, message: _P) -> bytes:
        """The payload of a message, which is the message."""
        if "+" in self:
            raise ValueError(f"{str(self)!r} is a topic filter; publish to a topic")
        return _cast(bytes, message)

    def loads(self, payload: str | bytes) -> _P:
        """The message of a payload, which is the payload."""
        return _cast(_P, payload.encode() if isinstance(payload, str) else payload)


class Position:
    """A position of the namespace; `str()` gives its topic name."""

    __slots__ = ("_path",)

    def __init__(self, path: str) -> None:
        self._path = path

    def __str__(self) -> str:
        return self._path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._path!r}>"


class _Leaf(_Generic[_P]):
    """A topic below a position."""

    def __init__(self, level: str, kind: type[Topic[_Any]] = Topic) -> None:
        self._level = level
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Leaf[_P]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> Topic[_P]: ...
    def __get__(self, at: Position | None, owner: type) -> "_Leaf[_P] | Topic[_P]":
        return self if at is None else self._kind(f"{at}/{self._level}")


class _Own(_Generic[_P]):
    """The topic of a position itself."""

    def __init__(self, kind: type[Topic[_Any]] = Topic) -> None:
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Own[_P]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> Topic[_P]: ...
    def __get__(self, at: Position | None, owner: type) -> "_Own[_P] | Topic[_P]":
        return self if at is None else self._kind(str(at))


class _Part(_Generic[_N]):
    """A position below another."""

    def __init__(self, level: str, kind: type[_N]) -> None:
        self._level = level
        self._kind = kind

    @_overload
    def __get__(self, at: None, owner: type) -> "_Part[_N]": ...
    @_overload
    def __get__(self, at: Position, owner: type) -> _N: ...
    def __get__(self, at: Position | None, owner: type) -> "_Part[_N] | _N":
        return self if at is None else self._kind(f"{at}/{self._level}")


def _one(value: object, *items: tuple[int, int, int] | str) -> str:
    """The text of one of a set: words, and ranges of numbers with the width of their zeros."""
    for item in items:
        if isinstance(item, str):
            if value == item:
                return item
        elif isinstance(value, int) and item[0] <= value <= item[1]:
            return f"{value:0{item[2]}d}"
    known = (i if isinstance(i, str) else f"{i[0]:0{i[2]}d}..{i[1]:0{i[2]}d}" for i in items)
    raise ValueError(f"{value!r} is none of {', '.join(known)}")


def _like(value: str, pattern: str) -> str:
    """A text that the pattern takes and that is one topic level."""
    if _re.fullmatch(pattern, value) is None or _re.search("[/+#\0]", value):
        raise ValueError(f"{value!r} is not like {pattern}")
    return value


def _besides(level: str, names: tuple[str, ...], pattern: str) -> str:
    """A level of an open set that is none of the names and families beside it."""
    if level in names or _re.fullmatch(pattern, level):
        raise ValueError(f"{level!r} has a place of its own")
    return level


MODEL_ID = 'bottlingcompany'
MODEL_VERSION = '1.4.0'


class Kpi1(_TypedDict):
    'One key performance indicator over one period.'
    timestamp_ms: int
    'When it was worked out'
    kpi: str
    'Its name, that of ISO 22400-2 where there is one'
    value: float
    'The figure; a ratio is 0 to 1, not percent'
    unit: str
    'Unit of the figure, 1 for a ratio'
    period_start_ms: int
    'First instant of the period'
    period_end_ms: int
    'First instant after the period'
    target: _NotRequired[float]
    'What it should be, in the same unit'
    source: _NotRequired[str]
    'Who worked it out'


class Info1(_TypedDict):
    'What a node of the model is. Retained on its _info, so whoever connects can ask.'
    timestamp_ms: int
    'When this was published'
    level: str
    'Equipment level of the node'
    id: str
    'Topic level of the node'
    path: str
    'Topic of the node'
    model_id: str
    'Which model it comes from'
    model_version: str
    'Version of that model'
    label: _NotRequired[str]
    'Name for people'
    description: _NotRequired[str]
    'What it is'
    classes: _NotRequired[list[str]]
    'Equipment classes, the nearest first'
    asset_id: _NotRequired[str]
    'The physical asset that fills the role'
    properties: _NotRequired[dict[str, _Any]]
    'Values of the properties of its classes'


class Energy1(_TypedDict):
    'What a utility meter of a site, area or line says.'
    timestamp_ms: int
    'When the meter was read'
    carrier: _Literal['electricity', 'gas', 'steam', 'water', 'compressed_air', 'chilled_water', 'heat', 'nitrogen', 'other']
    'What is metered'
    counter: float
    'Total of the meter; it only grows; kW.h; at least 0'
    power: _NotRequired[float]
    'Power at this moment; negative where energy is fed back; kW'
    volume: _NotRequired[float]
    'Total volume of a carrier that is metered in cubic metres; m3; at least 0'
    meter_id: _NotRequired[str]
    'Which meter'
    co2e: _NotRequired[float]
    'Emissions that belong to the total; kg; at least 0'


class Vtq1Number1PerH(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['1/h']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1Boolean(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: bool
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[str]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Oee1(_TypedDict):
    'The elements and factors of OEE by ISO 22400-2 over one period. Ratios are 0 to 1, not percent.'
    timestamp_ms: int
    'When it was worked out'
    period_start_ms: int
    'First instant of the period'
    period_end_ms: int
    'First instant after the period'
    apt: float
    'Actual production time; s; at least 0'
    pbt: float
    'Planned busy time; s; at least 0'
    pri: float
    'Planned run time per item; s; at least 0'
    pq: float
    'Produced quantity; at least 0'
    gq: float
    'Good quantity; at least 0'
    availability: float
    'apt / pbt; 1; at least 0'
    effectiveness: float
    'pri * pq / apt; above 1 where a line runs faster than planned; 1; at least 0'
    quality_ratio: float
    'gq / pq; 1; 0 to 1'
    oee: float
    'availability * effectiveness * quality_ratio; 1; at least 0'
    adet: _NotRequired[float]
    'Actual unit delay time; s; at least 0'
    adot: _NotRequired[float]
    'Actual unit down time; s; at least 0'
    aust: _NotRequired[float]
    'Actual unit setup time; s; at least 0'
    job_order_id: _NotRequired[str]
    'The job order it was for'


class JobOrder1Parameters(_TypedDict):
    id: str
    value: _Any
    unit: _NotRequired[str]


class JobOrder1MaterialRequirements(_TypedDict):
    material_definition_id: str
    material_lot_id: _NotRequired[str]
    material_use: _Literal['Consumed', 'Produced', 'Consumable', 'Other']
    quantity: float
    unit: str


class JobOrder1(_TypedDict):
    'What is to be made, with what and how. ISA-95 job order; field names are those of B2MML in snake case.'
    timestamp_ms: int
    'When this was published'
    job_order_id: str
    'Which order; at most 64 characters'
    work_master_id: _NotRequired[str]
    'The recipe or routing to follow'
    work_type: _NotRequired[_Literal['Production', 'Maintenance', 'Quality', 'Inventory', 'Mixed', 'Other']]
    'What kind of work'
    start_time: _NotRequired[str]
    'When it should start'
    end_time: _NotRequired[str]
    'When it should be done'
    priority: _NotRequired[int]
    'Order of urgency, as the two systems have agreed'
    command: _NotRequired[_Literal['Start', 'Stop', 'Hold', 'Restart', 'Abort', 'Reset', 'Pause', 'Resume', 'Other']]
    'What the receiver should do with the order'
    dispatch_status: _Literal['Waiting', 'Pending', 'Cancelled', 'Dispatched', 'Ready', 'Running', 'Completed', 'Aborted', 'Held', 'Suspended', 'Closed', 'Other']
    'Where the order stands'
    parameters: _NotRequired[list[JobOrder1Parameters]]
    'Settings that the order brings with it'
    material_requirements: _NotRequired[list[JobOrder1MaterialRequirements]]
    'What is used and made'


class JobResponse1(_TypedDict):
    'How far a job order is, and what it really used and made. ISA-95 job response.'
    timestamp_ms: int
    'When this was published'
    job_order_id: str
    'The order that is answered; at most 64 characters'
    job_response_id: _NotRequired[str]
    'Which answer'
    job_state: _Literal['Waiting', 'Ready', 'Running', 'Completed', 'Aborted', 'Held', 'Paused', 'Suspended', 'Closed', 'Other']
    'Where the work stands'
    start_time: _NotRequired[str]
    'When it really started'
    end_time: _NotRequired[str]
    'When it was really done'
    material_actuals: _NotRequired[list[JobOrder1MaterialRequirements]]
    'What was really used and made'


class Vtq1NumberKW(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['kW']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class PackmlState1StopReason(_TypedDict):
    id: int
    text: _NotRequired[str]


class PackmlState1(_TypedDict):
    'State and mode of a machine by PackML (ISA-TR88.00.02). The name of the state is the contract, since there are two ways to number them.'
    timestamp_ms: int
    'When this was published'
    state: _Literal['Undefined', 'Clearing', 'Stopped', 'Starting', 'Idle', 'Suspended', 'Execute', 'Stopping', 'Aborting', 'Aborted', 'Holding', 'Held', 'Unholding', 'Suspending', 'Unsuspending', 'Resetting', 'Completing', 'Complete']
    'State of the machine'
    state_code: _NotRequired[int]
    'Its number by ISA-TR88.00.02: 0 is Undefined, 17 is Complete; 0 to 17'
    state_since_ms: _NotRequired[int]
    'When the state was entered'
    mode: _NotRequired[str]
    'Mode of the machine; a company may add its own'
    mode_code: _NotRequired[int]
    'Number of the mode; 0 to 31'
    blocked: _NotRequired[bool]
    'Whether it waits for what comes behind it'
    starved: _NotRequired[bool]
    'Whether it waits for what comes before it'
    mach_speed: _NotRequired[float]
    'Speed in the unit that the class of the machine says, usually items per hour; at least 0'
    stop_reason: _NotRequired[PackmlState1StopReason]
    'Why it stands'
    job_order_id: _NotRequired[str]
    'The job order it works on'


class Counts1(_TypedDict):
    'What a machine took in, made, and rejected since it was last reset.'
    timestamp_ms: int
    'When it was counted'
    consumed: _NotRequired[int]
    'Items taken in; at least 0'
    processed: int
    'Items made, good and defective; at least 0'
    defective: int
    'Items rejected; at least 0'
    reset_ms: _NotRequired[int]
    'When the counters were last set to 0'


class Alarm1(_TypedDict):
    'An alarm comes, goes, or is acknowledged. An event, so it is not retained.'
    timestamp_ms: int
    'When it happened'
    alarm_id: str
    'Which alarm; the same one when it goes as when it came'
    active: bool
    'Whether the condition holds'
    severity: int
    'How urgent, in the range of OPC UA; 1000 is the most urgent; 1 to 1000'
    acknowledged: _NotRequired[bool]
    'Whether somebody has seen it'
    text: _NotRequired[str]
    'What a person should read; at most 512 characters'


class Vtq1NumberMPerS(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['m/s']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1NumberCel(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['Cel']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1NumberML(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['mL']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1NumberBar(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['bar']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1String(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: str
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[str]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1Integer(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: int
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[str]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class Vtq1NumberPercent(_TypedDict):
    'One value with its time and quality. What `metrics:` carry unless they say otherwise.'
    timestamp_ms: int
    'When the value was measured'
    value: float
    'The value itself; the metric says its type and range'
    quality: _NotRequired[_Literal['good', 'uncertain', 'bad']]
    'How far the value can be trusted; absent means good'
    unit: _NotRequired[_Literal['%']]
    'The unit of the metric, so that a wrong unit is a wrong message'
    seq: _NotRequired[int]
    'Counts the messages of one source, so that a gap shows; at least 0'


class MaterialLot1(_TypedDict):
    'A lot of material and where it is. ISA-95 material lot, for storage zones and storage units.'
    timestamp_ms: int
    'When this was published'
    lot_id: str
    'Which lot'
    material_definition_id: str
    'Of which material'
    status: _NotRequired[str]
    'Where it stands, such as in_use'
    disposition: _NotRequired[str]
    'What may be done with it, such as released or quarantined'
    quantity: float
    'How much there is; at least 0'
    unit: str
    'Unit of the quantity'
    storage_location: _NotRequired[str]
    'Where it is kept'


class Mes(Position):
    __slots__ = ()
    job_order = _Leaf[JobOrder1]('job-order')
    'job-order/1, command'
    job_response = _Leaf[JobResponse1]('job-response')
    'job-response/1, state'


class Filler(Position):
    __slots__ = ()
    power = _Leaf[Vtq1NumberKW]('power')
    'number kW, 0 to 500; vtq/1, state'
    state = _Leaf[PackmlState1]('state')
    'packml-state/1, state'
    counts = _Leaf[Counts1]('counts')
    'counts/1, state'
    alarm = _Leaf[Alarm1]('alarm')
    'alarm/1, event'
    conveyorspeed = _Leaf[Vtq1NumberMPerS]('conveyorspeed')
    'Belt speed at the infeed; number m/s, 0 to 2; vtq/1, state'
    temperature = _Leaf[Vtq1NumberCel]('temperature')
    'number Cel, -20 to 150; vtq/1, state'
    fill_level = _Leaf[Vtq1NumberML]('fill-level')
    'number mL, 0 to 2000; vtq/1, state'
    co2_pressure = _Leaf[Vtq1NumberBar]('co2-pressure')
    'number bar, 0 to 10; vtq/1, state'
    product = _Leaf[Vtq1String]('product')
    'string, at most 40 characters; vtq/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'


class ConveyedMachine(Position):
    __slots__ = ()
    power = _Leaf[Vtq1NumberKW]('power')
    'number kW, 0 to 500; vtq/1, state'
    state = _Leaf[PackmlState1]('state')
    'packml-state/1, state'
    counts = _Leaf[Counts1]('counts')
    'counts/1, state'
    alarm = _Leaf[Alarm1]('alarm')
    'alarm/1, event'
    conveyorspeed = _Leaf[Vtq1NumberMPerS]('conveyorspeed')
    'Belt speed at the infeed; number m/s, 0 to 3; vtq/1, state'
    temperature = _Leaf[Vtq1NumberCel]('temperature')
    'number Cel, -20 to 150; vtq/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'


class Palletiser(Position):
    __slots__ = ()
    power = _Leaf[Vtq1NumberKW]('power')
    'number kW, 0 to 500; vtq/1, state'
    state = _Leaf[PackmlState1]('state')
    'packml-state/1, state'
    counts = _Leaf[Counts1]('counts')
    'counts/1, state'
    alarm = _Leaf[Alarm1]('alarm')
    'alarm/1, event'
    layer = _Leaf[Vtq1Integer]('layer')
    'integer, 0 to 20; vtq/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'


class BottlingLine(Position):
    __slots__ = ()
    speed = _Leaf[Vtq1Number1PerH]('speed')
    'number 1/h, 0 to 120000; vtq/1, state'
    running = _Leaf[Vtq1Boolean]('running')
    'boolean; vtq/1, state'
    oee = _Leaf[Oee1]('oee')
    'oee/1, state'
    mes = _Part('_mes', Mes)
    info = _Leaf[Info1]('_info')
    'info/1, state'
    machine1 = _Part('machine1', Filler)
    machine2 = _Part('machine2', ConveyedMachine)
    machine3 = _Part('machine3', Palletiser)


class BottlingLine_2(Position):
    __slots__ = ()
    speed = _Leaf[Vtq1Number1PerH]('speed')
    'number 1/h, 0 to 120000; vtq/1, state'
    running = _Leaf[Vtq1Boolean]('running')
    'boolean; vtq/1, state'
    oee = _Leaf[Oee1]('oee')
    'oee/1, state'
    mes = _Part('_mes', Mes)
    info = _Leaf[Info1]('_info')
    'info/1, state'
    every_machine = _Part('+', ConveyedMachine)
    def machine(self, number: _Literal[1, 2, 3, 4]) -> ConveyedMachine:
        'One of machine[1..4].'
        return ConveyedMachine(f'{self._path}/' + 'machine' + _one(number, (1, 4, 0)))


class Mes_2(Position):
    __slots__ = ()
    lot = _Leaf[MaterialLot1]('lot')
    'material-lot/1, state'


class Tank(Position):
    __slots__ = ()
    level = _Leaf[Vtq1NumberPercent]('level')
    'number %, 0 to 100; vtq/1, state'
    temperature = _Leaf[Vtq1NumberCel]('temperature')
    'number Cel; vtq/1, state'
    mes = _Part('_mes', Mes_2)
    info = _Leaf[Info1]('_info')
    'info/1, state'


class StorageZone(Position):
    __slots__ = ()
    info = _Leaf[Info1]('_info')
    'info/1, state'
    every_tank = _Part('+', Tank)
    def tank(self, number: _Literal[1, 2, 3, 4, 5, 6]) -> Tank:
        'One of tank[1..6].'
        return Tank(f'{self._path}/' + 'tank' + _one(number, (1, 6, 0)))


class Area(Position):
    __slots__ = ()
    info = _Leaf[Info1]('_info')
    'info/1, state'
    line1 = _Part('line1', BottlingLine)
    line2 = _Part('line2', BottlingLine_2)
    tankfarm = _Part('tankfarm', StorageZone)


class WorkCenter(Position):
    __slots__ = ()
    pressure = _Leaf[float]('pressure')
    'number bar, 0 to 16; bare/1, state'
    dewpoint = _Leaf[float]('dewpoint')
    'number Cel; bare/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'


class Area_2(Position):
    __slots__ = ()
    info = _Leaf[Info1]('_info')
    'info/1, state'
    compressors = _Part('compressors', WorkCenter)


class Plant(Position):
    __slots__ = ()
    energy_electricity = _Leaf[Energy1]('energy-electricity')
    'energy/1, state'
    energy_water = _Leaf[Energy1]('energy-water')
    'energy/1, state'
    oee = _Leaf[Kpi1]('oee')
    'kpi/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'
    bottling = _Part('bottling', Area)
    utilities = _Part('utilities', Area_2)


class BottlingLine_3(Position):
    __slots__ = ()
    speed = _Leaf[Vtq1Number1PerH]('speed')
    'number 1/h, 0 to 120000; vtq/1, state'
    running = _Leaf[Vtq1Boolean]('running')
    'boolean; vtq/1, state'
    oee = _Leaf[Oee1]('oee')
    'oee/1, state'
    mes = _Part('_mes', Mes)
    info = _Leaf[Info1]('_info')
    'info/1, state'
    every_machine = _Part('+', ConveyedMachine)
    def machine(self, number: _Literal[1, 2, 3]) -> ConveyedMachine:
        'One of machine[1..3].'
        return ConveyedMachine(f'{self._path}/' + 'machine' + _one(number, (1, 3, 0)))


class Area_3(Position):
    __slots__ = ()
    info = _Leaf[Info1]('_info')
    'info/1, state'
    line1 = _Part('line1', BottlingLine_3)


class Plant_2(Position):
    __slots__ = ()
    energy_electricity = _Leaf[Energy1]('energy-electricity')
    'energy/1, state'
    energy_water = _Leaf[Energy1]('energy-water')
    'energy/1, state'
    oee = _Leaf[Kpi1]('oee')
    'kpi/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'
    bottling = _Part('bottling', Area_3)


class Filler_2(Position):
    __slots__ = ()
    power = _Leaf[Vtq1NumberKW]('power')
    'number kW, 0 to 500; vtq/1, state'
    state = _Leaf[PackmlState1]('state')
    'packml-state/1, state'
    counts = _Leaf[Counts1]('counts')
    'counts/1, state'
    alarm = _Leaf[Alarm1]('alarm')
    'alarm/1, event'
    conveyorspeed = _Leaf[Vtq1NumberMPerS]('conveyorspeed')
    'Belt speed at the infeed; number m/s, 0 to 3; vtq/1, state'
    temperature = _Leaf[Vtq1NumberCel]('temperature')
    'number Cel, -20 to 150; vtq/1, state'
    fill_level = _Leaf[Vtq1NumberML]('fill-level')
    'number mL, 0 to 2000; vtq/1, state'
    co2_pressure = _Leaf[Vtq1NumberBar]('co2-pressure')
    'number bar, 0 to 10; vtq/1, state'
    product = _Leaf[Vtq1String]('product')
    'string, at most 40 characters; vtq/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'


class BottlingLine_4(Position):
    __slots__ = ()
    speed = _Leaf[Vtq1Number1PerH]('speed')
    'number 1/h, 0 to 120000; vtq/1, state'
    running = _Leaf[Vtq1Boolean]('running')
    'boolean; vtq/1, state'
    oee = _Leaf[Oee1]('oee')
    'oee/1, state'
    mes = _Part('_mes', Mes)
    info = _Leaf[Info1]('_info')
    'info/1, state'
    machine1 = _Part('machine1', Filler_2)
    machine2 = _Part('machine2', ConveyedMachine)


class Plant_3(Position):
    __slots__ = ()
    energy_electricity = _Leaf[Energy1]('energy-electricity')
    'energy/1, state'
    energy_water = _Leaf[Energy1]('energy-water')
    'energy/1, state'
    oee = _Leaf[Kpi1]('oee')
    'kpi/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'
    line1 = _Part('line1', BottlingLine_4)


class Enterprise(Position):
    __slots__ = ()
    oee = _Leaf[Kpi1]('oee')
    'kpi/1, state'
    output = _Leaf[Kpi1]('output')
    'kpi/1, state'
    info = _Leaf[Info1]('_info')
    'info/1, state'
    munich = _Part('munich', Plant)
    oslo = _Part('oslo', Plant_2)
    porto = _Part('porto', Plant_3)


bottlingcompany = Enterprise('bottlingcompany')
