"""Versions of models by Semantic Versioning 2.0.0, and the step that a change requires."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, TypeAlias


class Bump(StrEnum):
    """The number of a version that must be raised."""

    NONE = "none"
    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"


#: A number of any length, comparable: the number of its digits, and the digits.
Number: TypeAlias = tuple[int, str]


class Version(NamedTuple):
    """A version in the order of precedence (Semantic Versioning §11)."""

    major: Number
    minor: Number
    patch: Number
    #: A version without pre-release comes after those with one.
    is_final: bool
    prerelease: tuple[tuple[bool, Number, str], ...]


def parse_version(text: str) -> Version:
    """Parse a version of a model, which was checked when the model was loaded.

    >>> parse_version("1.0.0-rc.2") < parse_version("1.0.0-rc.10") < parse_version("1.0.0") < parse_version("1.1.0")
    True
    """
    core, _, prerelease = text.partition("+")[0].partition("-")
    major, minor, patch = map(_number, core.split("."))
    # Numbers come before words, and are compared as numbers.
    parts = tuple(
        (not part.isdigit(), _number(part) if part.isdigit() else (0, ""), part)
        for part in prerelease.split(".")
        if prerelease
    )
    return Version(major, minor, patch, not prerelease, parts)


def _number(digits: str) -> Number:
    significant = digits.lstrip("0")
    return len(significant), significant


def needed_bump(old: str | None, needed: Bump) -> Bump:
    """The number to raise after ``old``, for a change that asks for ``needed`` in a stable version.

    Before 1.0.0 anything may change (Semantic Versioning §4): a new minor version may break, a
    patch may add.

    >>> str(needed_bump("1.4.0", Bump.MAJOR)), str(needed_bump("0.4.0", Bump.MAJOR))
    ('major', 'minor')
    """
    if old is not None and parse_version(old).major == _number("0"):
        return {Bump.MAJOR: Bump.MINOR, Bump.MINOR: Bump.PATCH}.get(needed, needed)
    return needed


def is_raised_enough(old: str | None, new: str | None, needed: Bump) -> bool:
    """True if the step from one version to the next is as large as ``needed``.

    Any later version may follow a pre-release. A version that was lowered or removed is never
    enough.

    >>> is_raised_enough("1.4.0", "1.5.0", Bump.MINOR), is_raised_enough("1.4.0", "1.5.0", Bump.MAJOR)
    (True, False)
    """
    if old is None or new is None:
        return needed is Bump.NONE and old is None
    before, after = parse_version(old), parse_version(new)
    if needed is Bump.NONE:
        return after >= before
    numbers = {Bump.MAJOR: 1, Bump.MINOR: 2, Bump.PATCH: 3}[needed]
    return after > before and (not before.is_final or after[:numbers] > before[:numbers])
