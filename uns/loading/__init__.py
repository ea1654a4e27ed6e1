"""YAML text with positions into a namespace, with every fault in one go.

``faults``           the codes of faults, and the collector that every fault goes to
``quoting``          texts in a line of YAML, and how to write them in quotes
``syntax_faults``    what was meant by a text that is not YAML
``yaml_events``      YAML with the place of every key and value
``model_format``     every key of the language, as declared types
``extensions``       keys of other programs, ``x-...``
``hints``            what to write instead of a wrong key or value
``declarations``     declarations read, and what is wrong in them reported
``inheritance``      what levels, classes and nodes say together; ``classes`` the classes resolved
``value_types``      declared facets into value types
``finisher``         what is said of metrics and topics into endpoints
``foreign_schemas``  JSON Schema files, with the files they refer to, as one schema
``payload_reading``  declared payloads into payload types
``kafka_reading``    what stands under ``kafka:``
``broker_reading``   what stands under ``brokers:``
``scopes``           what holds below a node: the pattern of names, and `info`
``segments``         keys as topic levels
``endpoints``        metrics and topics as places of the tree
``overlaps``         which siblings share a topic level
``tree_checks``      what makes no tree: clashes, overlaps, topics that MQTT does not allow
``merging``          what several files say of one node
``assembly``         equipment as places of the tree
``files``            the main file and what it includes
``sections``         what the files say besides the tree
``editor_schema``    the JSON Schema of one model, for editors
``loader``           all of it put together: :func:`load`, :func:`loads`
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.loading.faults import FAULTS, Faults
    from uns.loading.files import read_file
    from uns.loading.loader import InvalidNamespace, load, loads
    from uns.loading.yaml_events import Source

__all__ = ["FAULTS", "Faults", "InvalidNamespace", "Source", "load", "loads", "read_file"]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "loader": "InvalidNamespace load loads",
        "files": "read_file",
        "faults": "FAULTS Faults",
        "yaml_events": "Source",
    },
)
