"""Shell scripts, and commands elsewhere."""

from __future__ import annotations

import pytest

from tests.code.readers.readings import reading, texts, topics
from uns.code.readers.found import Use

COMMANDS = [
    pytest.param("mosquitto_pub -t a/b -m 1", ["a/b"], id="-t"),
    pytest.param("mosquitto_sub --topic 'a/#'", ["a/#"], id="--topic"),
    pytest.param('mosquitto_sub --topic="a/#" -v', ["a/#"], id="--topic="),
    pytest.param("mosquitto_sub -t a/+ -t 'b/#' -T b/c -U d/e", ["a/+", "b/#", "b/c", "d/e"], id="many"),
    pytest.param("mosquitto_rr -t a/b -e a/c", ["a/b"], id="a request"),
    pytest.param("mosquitto_sub -t a/b --will-topic c/d", ["a/b", "c/d"], id="a will"),
    pytest.param("/usr/bin/mosquitto_pub -t a/b", ["a/b"], id="by its path"),
    pytest.param("sudo timeout 5 mosquitto_sub -t a/b", ["a/b"], id="by another program"),
    pytest.param("docker exec -it broker mosquitto_sub -t a/b", ["a/b"], id="in a container"),
    pytest.param("MQTT=x mosquitto_sub -t a/b", ["a/b"], id="behind an assignment"),
    pytest.param("mosquitto_sub \\\n  -h broker \\\n  -t a/b", ["a/b"], id="over lines"),
    pytest.param("mosquitto_pub -t a/b <<< x; mosquitto_pub -t c/d < f 2>&1 | tee e/f", ["a/b", "c/d"], id="redirected"),
    pytest.param("x=$(mosquitto_sub -C 1 -t a/b)", ["a/b"], id="its output"),
    pytest.param("x=\"$(mosquitto_sub -t \"a/b\" | sed 's/)/x/')\"", ["a/b"], id="its output in quotes"),
    pytest.param("x=`mosquitto_sub -C 1 -t a/b`", ["a/b"], id="its output, as it was once"),
    pytest.param("sh -c \"mosquitto_sub -t 'a/b'\"", ["a/b"], id="handed on"),
    pytest.param('f() { mosquitto_pub -t "a/$1/b"; }', ["a/{}/b"], id="an argument"),
    pytest.param('mosquitto_pub -t "a/${SITE:-x}/$(hostname)/b"', ["a/{}/{}/b"], id="what is put in"),
    pytest.param('A=a/b\nmosquitto_pub -t "$A/c" -t ${A}/d', ["a/b/c", "a/b/d"], id="a variable"),
    pytest.param('A=a/b\nA=c\nmosquitto_pub -t "$A/c"', ["{}/c"], id="assigned twice"),
    pytest.param('A=a/b\nread A\nmosquitto_pub -t "$A/c"', ["{}/c"], id="read"),
    pytest.param('for A in x; do mosquitto_pub -t "$A/c"; done', ["{}/c"], id="a loop"),
    pytest.param('A="$A/b"\nmosquitto_pub -t "$A/c"', ["{}/c"], id="a variable of itself"),
    pytest.param("mosquitto_pub -t '$share/g/a'", ["$share/g/a"], id="a dollar in quotes"),
    pytest.param('mosquitto_pub -t "\\$SYS/x" -t a\\ b/c', ["$SYS/x", "a b/c"], id="escapes"),
    pytest.param("mqtt pub -t a/b; mqttx sub --topic 'c/#'", ["a/b", "c/#"], id="other clients"),
    pytest.param("mqtt sub -h x -t a/b", ["a/b"], id="another client with a host"),
    pytest.param("tar -t a/b; grep --topic a/b mosquitto_pub", [], id="other programs"),
    pytest.param("# mosquitto_sub -t a/b", [], id="a comment"),
    pytest.param("echo a#b; mosquitto_sub -t a/# # all of c/d", ["a/#"], id="a comment behind"),
    pytest.param("mosquitto_sub -t", [], id="cut short"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "found"), COMMANDS)
def test_topics_of_clients(source: str, found: list[str]):
    assert sorted(topics("a.sh", source)) == sorted(found)
    assert sorted(topics("run", f"#!/usr/bin/env bash\n{source}")) == sorted(found)


@pytest.mark.parametrize(
    ("source", "use"),
    [
        pytest.param("mosquitto_pub -t a/b", Use.PUBLISH, id="mosquitto_pub"),
        pytest.param("mosquitto_sub -t a/b", Use.SUBSCRIBE, id="mosquitto_sub"),
        pytest.param("mqtt pub -t a/b", Use.PUBLISH, id="mqtt pub"),
        pytest.param("mqttx sub -t a/b", Use.SUBSCRIBE, id="mqttx sub"),
        pytest.param("mqttx conn -u sub -t a/b", Use.TOPIC, id="a value that reads like a verb"),
        pytest.param("mosquitto_sub --will-topic a/b", Use.PUBLISH, id="a will"),
    ],
)
def test_what_is_done_with_them(source: str, use: Use):
    assert [one.use for one in reading("a.sh", source).literals] == [use]


def test_all_words_are_read():
    source = (
        "export BASE=a/b OTHER='c/d'\nrun --filter=e/# f/g \"h/i\"\n[ x = 'j/k' ] && echo l/m\n"
    )
    assert texts("a.sh", source) == ["a/b", "c/d", "e/#", "f/g", "h/i", "j/k", "l/m"]


def test_documents_are_read_line_by_line():
    source = "cat > x <<'EOF' && echo y/z\ntopic = it's a/b\n'c/d'\nEOF\nmosquitto_sub -t e/f\n"
    assert texts("a.sh", source) == ["y/z", "it's a/b", "c/d", "e/f"]
    assert texts("a.sh", "x=$((1<<two))\necho a/b\ncat <<END\nc/d\n") == ["a/b", "c/d"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        pytest.param("Dockerfile", "CMD mosquitto_sub -h broker -t a/b", id="a Dockerfile"),
        pytest.param("Makefile", "watch:\n\tmosquitto_sub -v -t 'a/b' # all", id="a Makefile"),
        pytest.param(
            "uns.service", "ExecStart=/usr/bin/mosquitto_sub -t a/b", id="a unit of systemd"
        ),
        pytest.param("README.md", "It's easy:\n\n    mosquitto_sub -t a/b\n", id="a page"),
    ],
)
def test_commands_on_lines_of_other_files(name: str, source: str):
    (found,) = (one for one in reading(name, source).literals if one.use)
    assert (found.text, found.use) == ("a/b", Use.SUBSCRIBE)
    line = source.split("\n")[found.span.line - 1]
    assert found.column == line.index("a/b") + 1


def test_prose_about_a_client_is_not_a_command():
    assert texts("README.md", "Use mqtt for 'a/b', not for c/d\n") == ["a/b"]


def test_places():
    source = "é=1; mosquitto_pub -t a/b --topic=\"c/d\" -t 'é/f'\nX=g/h\n"
    found = reading("a.sh", source).literals
    assert [(str(one.span), one.span.end_column, one.column) for one in found] == [
        ("a.sh:1:23", 26, 23), ("a.sh:1:35", 40, 36), ("a.sh:1:44", 49, 45), ("a.sh:2:3", 6, 3)
    ]  # fmt: skip


def test_comments():
    source = "x -t a/b  # uns: not-a-topic\n# uns: ignore[S301]\ny c/d '# uns: topic'\n"
    found = reading("a.sh", source)
    assert [one.remark for one in found.literals] == ["not-a-topic", None]
    assert (found.is_sure, len(found.ignores), len(found.idle)) == (True, 1, 0)


@pytest.mark.parametrize(
    "part",
    ["$(", "`", "`\\`", '"', "'", "<<a\n", "((", "\\", "${", "$A", "A=$A$A\n", "mosquitto_pub -t '",
     'sh -c "mosquitto_pub ', "<<a <<b\n", "# ", "x=", "\r", "\0", "\f"],
)  # fmt: skip
def test_hostile_scripts_cost_little(part: str):
    reading("a.sh", f"A=a/b\nmosquitto_pub -t {part * 50_000}")
    reading("a.txt", f"mosquitto_pub -t {part * 50_000}")


def test_variables_do_not_swell():
    lines = ["V0=a/bbbbbbbb", *(f"V{n + 1}=$V{n}$V{n}" for n in range(60)), "mosquitto_pub -t $V60"]
    found = reading("a.sh", "\n".join(lines)).literals
    assert max(len(one.text) for one in found) < 1_000
