"""The table of profiles."""

from __future__ import annotations

import pytest

from uns.loading import model_format
from uns.rules.profiles import PROFILES


def test_every_profile_of_the_language_is_in_the_table():
    assert tuple(PROFILES) == model_format.PROFILES


@pytest.mark.parametrize("name", PROFILES)
def test_every_limit_has_its_source(name: str):
    profile = PROFILES[name]
    assert profile.name == name
    assert profile.sources
    assert bool(profile.alphabet) == (profile.refused is not None)
