"""Laws of all readers: a topic is found at its exact place, whatever stands around it."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.code.readers.readings import marked, reading
from uns.code.readers.found import Use


class Format(NamedTuple):
    """Lines that may hold a topic, at ``@``, others that may stand around, and how a file starts and ends."""

    lines: list[str]
    others: list[str]
    before: str = ""
    after: str = ""


FORMATS = {
    "rights.acl": Format(
        ["topic read @", "topic @", "\tpattern  write @ \r"], ["user bob", "# x/y", "", "topic deny x/y"]
    ),
    "mosquitto.conf": Format(
        ["topic @ out 1", "topic @", 'topic @ both 0 "" ""', "notification_topic @"],
        ["connection x", "cafile /x/y", "# topic x/y", "", "topic x in 0 y/ z/"],
        before="connection ü\ntopic x\n",
    ),
    "rbac.xml": Format(
        ["<topic>@</topic>", "<topic> <!-- x/y -->@</topic>", "<x y='x/ü'><topic>\t@ </topic></x>"],
        ["<x/>", "<topic>x/&#252;</topic>", "<!-- <topic>x/y</topic> -->", "x/ü", ""],
        before="<file-rbac>\n",
        after="\n</file-rbac>",
    ),
    "points.csv": Format(
        ["x/y,@,", 'ü,"@",1', " , @\r"], ["", "x/y", '"x/""y",x/y', "# x/y", '"x\ny",z/z'],
        before="name,topic\n",
    ),
    "run.sh": Format(
        ["mosquitto_pub -t @", "mosquitto_sub -v --topic='@' # x/y", 'x=$(y | mqtt sub -t "@")'],
        ["# x/y", "", "A=x/ü", "cat <<E\nx/y'\nE", "echo 'x\n/y' \"$A\"", "mosquitto_pub -t x/y -m 'ü'"],
    ),
    "telegraf.conf": Format(
        ['topics = ["x/y", "@",]', "topic='@'", 'topics = [ # x/y\n  "@"\n]'],
        ["# topics = ['x/y']", "", "x = 'x/ü'", "[[inputs.mqtt_consumer.topic_parsing]]"],
        before="[[inputs.mqtt_consumer]]\n",
    ),
    "dynamic-security.json": Format(
        ['{"acltype": "x", "topic": "@"},', '{"topic" :\n"@", "x": "y"},'],
        ['{"x": "x/ü"},', "", '{"topic": "x/y"},', '"x",'],
        before='["acltype",\n',
    ),
}  # fmt: skip

level = st.text("abü1_.-", min_size=1, max_size=4)
topic = st.lists(level, min_size=2, max_size=4).map("/".join)
#: Not one of those that stand around.
filters = st.tuples(topic, st.sampled_from(["", "/+", "/#", "/+/b"])).map(
    lambda parts: f"q/{''.join(parts)}"
)


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.data())
def test_a_topic_is_found_at_its_place(name: str, data: st.DataObject):
    form = FORMATS[name]
    others = st.lists(st.sampled_from(form.others), max_size=4)
    written = data.draw(filters)
    above, line, below = (
        data.draw(others),
        data.draw(st.sampled_from(form.lines)),
        data.draw(others),
    )
    source = form.before + "\n".join([*above, line.replace("@", written), *below]) + form.after
    found = [one for one in reading(name, source).literals if one.text == written]
    assert [isinstance(one.use, Use) for one in found] == [True], source
    assert found[0].span.line == source[: source.index(written)].count("\n") + 1
    assert marked(source, found[0]) == written


@pytest.mark.parametrize("name", FORMATS)
@given(text=st.text("a/'\"\\{}[]()#:-+=%$<>`;,| \n\r\0\té&!?*", max_size=80))
def test_any_text_is_read(name: str, text: str):
    form = FORMATS[name]
    for source in (text, f"{form.before}{text}{form.after}"):
        for found in reading(name, source).literals:
            span = found.span
            assert (span.line, span.column) < (span.end_line, span.end_column)
            if found.column is not None:
                assert (
                    marked(source.replace("\r\n", " \n").replace("\r", "\n"), found) == found.text
                )


@pytest.mark.parametrize("name", FORMATS)
@given(data=st.binary(max_size=120))
def test_any_bytes_are_read(name: str, data: bytes):
    reading(name, FORMATS[name].before + data.decode("utf-8", "surrogateescape"))
