"""Rules on payloads that need more than one file."""

from __future__ import annotations

import uns
from tests.rules.judged import found_by

LIBRARY = """
uns: 1
library: doors
version: "1.0.0"
payloads:
  door/1: {fields: {at: {type: datetime}}}
  gate/1: {fields: {at: {type: datetime}}}
"""

PART = """
uns: 1
payloads:
  hatch/1: {fields: {at: {type: datetime}}}
"""

PLANT = """
uns: 1
include: [doors.uns.yaml, part.uns.yaml]
sites: {lyon: {topics: {door: {payload: door/1}}}}
"""

FILES = {"plant.uns.yaml": PLANT, "doors.uns.yaml": LIBRARY, "part.uns.yaml": PART}


def test_a_library_is_for_other_models_as_well_and_a_part_of_the_model_is_not():
    ns = uns.load("plant.uns.yaml", read=lambda path: FILES[path].encode())
    (found,) = found_by("P501", ns)
    assert found.message == "no topic carries hatch/1"
    assert str(found.span) == "part.uns.yaml:4:3"


def test_a_library_that_is_checked_by_itself_is_not_unused():
    ns = uns.load("doors.uns.yaml", read=lambda path: FILES[path].encode())
    assert not found_by("P501", ns)
