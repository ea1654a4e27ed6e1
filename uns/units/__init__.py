"""Units of measure: UCUM codes, their meaning, and other spellings.

A unit is a code of the Unified Code for Units of Measure, case sensitive. ``essence`` lists its
symbols, ``measures`` reads codes and computes their meaning, ``terms`` has the units and converts
values. ``table`` lists the units that plants use, ``habits`` other spellings, and ``readings``
finds the unit that was probably meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.units.measures import LONGEST_UNIT, Scale
    from uns.units.readings import suggest
    from uns.units.table import UNITS, Listing
    from uns.units.terms import (
        Incommensurable,
        InvalidCommonCode,
        InvalidUnit,
        OffScale,
        Unit,
        convert,
        is_unit,
        opcua_unit_id,
        same_unit,
        unit,
    )

__all__ = [
    "LONGEST_UNIT",
    "UNITS",
    "Incommensurable",
    "InvalidCommonCode",
    "InvalidUnit",
    "Listing",
    "OffScale",
    "Scale",
    "Unit",
    "convert",
    "is_unit",
    "opcua_unit_id",
    "same_unit",
    "suggest",
    "unit",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "measures": "LONGEST_UNIT Scale",
        "readings": "suggest",
        "table": "Listing UNITS",
        "terms": """
            Incommensurable InvalidCommonCode InvalidUnit OffScale Unit convert is_unit
            opcua_unit_id same_unit unit """,
    },
)
