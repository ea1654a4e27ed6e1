"""Models whose every text tries to be something else: markup, code, a path, a reference."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

import uns
from uns.generators.yaml_text import as_yaml

#: Texts that mean something to one of the languages we write.
NASTY = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</code><b>", "&lt;b&gt;", "a|b", "`", "``x`",
    "[x](javascript:alert(1))", "![x](http://e.example/x)", "<http://e.example>", "http://e.example/x?y=z",
    "www.example.com", "a@example.com", "**bold**", "_it_", "~~no~~", "\\", "\\\\|", "# x", "- x", "1. x", "> x",
    "```", "~~~", "---", "| a | b |", "    code", "[//]: # (x)", "[x]: http://e.example", "$x$", "{{ x }}", "{% x %}",
    "${x}", "%%{init: {}}%%", '"]; click e0 "javascript:alert(1)"', "end", "#quot;", "#35;", ":smile:", "é", "日本",
    "'", '"', '"""', "'''", "\\n", "class", "None", "import os", "__class__", "self", "own", "int", "Topic", "own_", "0055",
    "\u202e", "\u200b", "\u00a0", "\u2028", "\x85", "con", "aux.md", "..", ".", "A", "a", "yes", "no", "1.5", "$ref",
    "every_a", "x" * 300, "ﬁ", "²", "ª", "print", "_x", "__x", "x__", "{}", "\ud7ff", "\U0001f600", "<!--", "]]>", "=",
]  # fmt: skip

texts = st.sampled_from(NASTY) | st.text(
    st.characters(exclude_categories=("Cs", "Cn"), exclude_characters="\0"), min_size=1, max_size=12
)


def _is_level(text: str) -> bool:
    return not set(text) & set("/+#\0\n\r") and not text.startswith("$") and text.isprintable()


def _key(text: str) -> str:
    return text.replace("[", "[[").replace("{", "{{")


levels = texts.filter(_is_level).map(_key)
_fields = st.dictionaries(
    texts.filter(lambda text: not text.endswith("?") and text.isprintable()),
    st.sampled_from([{"type": "number", "min": 0}, {"type": "string"}, {"type": "object", "fields": {"$ref": {"type": "string"}}}]),
    min_size=1,
    max_size=3,
)  # fmt: skip


_words = st.lists(texts, min_size=1, max_size=3, unique=True)
_three_levels = st.lists(levels, min_size=3, max_size=3, unique=True)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A model as data, valid for all its names."""
    said = {"label": draw(texts), "description": draw(texts), "owner": draw(texts)}
    words = draw(_words)
    site, metric, child = draw(_three_levels)
    metrics = {
        metric: {"type": "number", "unit": "kW", **said},
        "m": {"type": "enum", "values": words, "description": draw(texts)},
    }
    return {
        "uns": 1,
        "model": {"id": draw(texts), "version": "1.0.0", **said},
        "topic": {"containment": "free"},
        "payloads": {
            "p/1": {"fields": draw(_fields), "description": draw(texts)},
            "text/3": {"encoding": "text", "value": {"type": "enum", "values": words}},
            "map/1": {
                "value": {
                    "type": "map",
                    "items": {"type": "enum", "values": words, "nullable": True},
                },
                "description": draw(texts),
            },
            "bytes/1": {"encoding": "binary", "content_type": 'x/`|*_~\'y; z="<b>|`"'},
        },
        "classes": {
            "Thing": {"metrics": {"x": {"type": "boolean", "description": draw(texts)}}, **said}
        },
        "sites": {
            site: {
                **said,
                "metrics": metrics,
                "topics": {
                    "_t": {"payload": "p/1", **said},
                    "_text": {"payload": "text/3", **said},
                    "_map": {"payload": "map/1"},
                    "_bytes": {"payload": "bytes/1"},
                    "_unknown": {"payload": "unknown/1"},
                },
                "lines": {
                    child: {"class": "Thing"},
                    "fam[1..3]": {"class": "Thing"},
                    "{who}": {"pattern": "z[0-9]{2}", "class": "Thing"},
                },
            }
        },
        "clients": {draw(texts): {"publish": "#", "subscribe": "#", **said}},
    }


def namespaces() -> st.SearchStrategy[uns.Namespace]:
    """Namespaces of such models; the few whose names clash are left out."""
    return models().map(_loaded).filter(lambda namespace: namespace is not None)


def _loaded(model: dict[str, Any]) -> uns.Namespace | None:
    try:
        return uns.loads(as_yaml(model))
    except uns.InvalidNamespace:
        return None
