"""Units of measure: UCUM codes, their meaning, and other spellings.

A unit is a code of the Unified Code for Units of Measure, case sensitive. ``terms`` reads codes
and computes their meaning, ``table`` lists the units that plants use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uns import lazy

if TYPE_CHECKING:
    from uns.units.table import UNITS, Listing
    from uns.units.terms import (
        LONGEST_UNIT,
        Incommensurable,
        InvalidCommonCode,
        InvalidUnit,
        Unit,
        convert,
        is_unit,
        opcua_unit_id,
        suggest,
        unit,
    )

__all__ = [
    "LONGEST_UNIT",
    "UNITS",
    "Incommensurable",
    "InvalidCommonCode",
    "InvalidUnit",
    "Listing",
    "Unit",
    "convert",
    "is_unit",
    "opcua_unit_id",
    "suggest",
    "unit",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "table": "Listing UNITS",
        "terms": """
            Incommensurable InvalidCommonCode InvalidUnit LONGEST_UNIT Unit convert
            is_unit opcua_unit_id suggest unit """,
    },
)
