"""YAML: keys and values, in all documents of a file, with any tags and anchors."""

from __future__ import annotations

from collections.abc import Iterator

from uns.code.readers.found import Found, NotReadable, with_holes
from uns.loading.yaml_events import NotYaml, scalars


def in_yaml(text: str) -> Iterator[Found]:
    """The scalars of a YAML text.

    Raises:
        NotReadable: the text is not YAML, but a template of it, for example.
    """
    try:
        for value, start, end in scalars(text):
            yield Found(with_holes(value), start, end)
    except NotYaml as error:
        raise NotReadable(f"it is not YAML: {error}") from None
