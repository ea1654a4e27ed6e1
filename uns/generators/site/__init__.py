"""The documentation of a model as a static site: one page to search, read and draw its topics.

``tables``   the model as tables in the page
``changes``  the change log of a verdict
``script``   the page's program, in plain JavaScript: one file for each noun
``site.css`` ``index.html.jinja``  style and HTML frame

The site opens from a file and sends no requests; its content security policy allows
only its own script and style. The model is compressed in the page and unpacked in
the browser, which shows it as text and never as markup.

The script itself matches segments and filters, counts topics and finds their address
in Kafka. This second implementation is deliberate: if Python listed every topic, the
page would be as large as the plant. ``tests/integration/site/test_agreement.py``
checks that it agrees with the library.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.resources
import json
from typing import Any, Literal

from uns.diagnostics import visible, visible_lines
from uns.generators.site.tables import Hosts, tables
from uns.generators.targets import KAFKA, MQTT, Generated, Option, Target, one_of
from uns.model.namespace import Namespace
from uns.payloads import MissingExtra
from uns.rules.breaking import Verdict

try:
    import jinja2
    import markupsafe
except ImportError:
    jinja2 = None  # type: ignore[assignment]

__all__ = ["TARGET", "generate"]

#: The files of the page's program, in their order in it.
SCRIPTS = (
    "segments", "model", "search", "kafka", "dom", "tree", "pages", "lists", "diagrams", "tiers",
    "main",
)  # fmt: skip


def generate(
    namespace: Namespace,
    *,
    layout: Literal["folder", "file"] = "folder",
    changes: Verdict | None = None,
    mqtt: str = "localhost",
    kafka: str = "localhost",
) -> Generated:
    """A static site to search, read and draw the topics; it needs no server.

    ``layout="file"`` puts everything into ``index.html``; otherwise script, style
    and model are in ``assets``. ``changes`` is the verdict on the changes since another
    version, for the change log. ``mqtt`` and ``kafka`` are the brokers, HOST or
    HOST:PORT, in the lines to copy.

    Raises:
        MissingExtra: jinja2 is not installed.
    """
    if jinja2 is None:
        raise MissingExtra("the site is written with jinja2: pip install 'unified-namespace[docs]'")
    script = "\n".join(_own(f"script/{name}.js") for name in SCRIPTS)
    style = _own("site.css")
    data = _packed(tables(namespace, changes, Hosts(mqtt, kafka)))
    page = _page(namespace, script, style, data, is_single=layout == "file")
    if layout == "file":
        return Generated({"index.html": page})
    return Generated(
        {
            "assets/model.js": f'const unsModel = "{data}";\n'.encode(),
            "assets/site.css": style.encode(),
            "assets/site.js": script.encode(),
            "index.html": page,
        }
    )


def _page(namespace: Namespace, script: str, style: str, data: str, *, is_single: bool) -> bytes:
    model = namespace.model
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    own = (_hash(script), _hash(style)) if is_single else ("'self'", "'self'")
    policy = (
        f"default-src 'none'; script-src {own[0]}; style-src {own[1]}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        environment.from_string(_own("index.html.jinja"))
        .render(
            title=visible(model.label or model.id or "Unified Namespace"),
            description=model.description and visible_lines(model.description),
            generator="uns",
            policy=policy,
            is_single=is_single,
            # Files of this package without markup in them; a test checks that.
            script=markupsafe.Markup(script),  # noqa: S704
            style=markupsafe.Markup(style),  # noqa: S704
            data=data,
        )
        .encode()
    )


def _own(name: str) -> str:
    """A file of this package."""
    return importlib.resources.files(__name__).joinpath(name).read_text(encoding="utf-8")


def _packed(model: dict[str, Any]) -> str:
    """The model as gzip in base64, which needs no escaping anywhere; the same bytes every time."""
    text = json.dumps(model, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _hash(text: str) -> str:
    """The source expression that allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


TARGET = Target(
    "A static site to search, read and draw the topics; it needs no server.",
    generate,
    {
        "layout": one_of("a folder, or everything in one file", "folder", "file"),
        "changes": Option("the verdict on the changes since another version", "VERDICT"),
        "mqtt": MQTT,
        "kafka": KAFKA,
    },
)
