"""The sessions of the docs: commands run in this process print what they print from a shell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.sessions import Session, commands, with_output

PAGE = """\
# A page

```console
$ uns match 'a/+' a/b
a/b
$ cat > x.txt <<'EOF'
one
EOF
$ printf '%s\\n' \\
    two
two

```

```py
1
```

```console
$ true
```
"""


def test_commands_stand_with_their_line_and_what_they_print():
    assert [(each.line, each.text, each.output) for each in commands(PAGE)] == [
        (4, "uns match 'a/+' a/b", "a/b"),
        (6, "cat > x.txt <<'EOF'\none\nEOF", ""),
        (9, "printf '%s\\n' two", "two"),
        (20, "true", ""),
    ]


@pytest.mark.parametrize(
    ("index", "said", "old", "new"),
    [
        pytest.param(0, "a/c\nd", "\na/b\n", "\na/c\nd\n", id="other lines"),
        pytest.param(0, "", "\na/b\n", "\n", id="nothing any more"),
        pytest.param(1, "x", "\nEOF\n", "\nEOF\nx\n", id="something behind a document"),
        pytest.param(2, "three", "    two\ntwo\n", "    two\nthree\n", id="before an empty line"),
        pytest.param(3, "x", "$ true\n", "$ true\nx\n", id="something at the end"),
    ],
)
def test_only_what_a_command_prints_is_replaced(index: int, said: str, old: str, new: str):
    assert PAGE.count(old) == 1
    assert with_output(PAGE, index, said) == PAGE.replace(old, new)


@pytest.mark.parametrize("said", ["$ uns", "```\n"])
def test_what_a_page_cannot_hold_is_refused(said: str):
    with pytest.raises(ValueError, match="no console block can hold this output"):
        with_output(PAGE, 0, said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        pytest.param("uns match 'a/+' a/b a/b/c", id="output"),
        pytest.param("uns match 'a/#/b' a; echo \"status $?\"", id="error and status"),
        pytest.param("uns match 'a/#/b' a 2>&1; echo \"status $?\"", id="error in the output"),
        pytest.param("uns chek 2> x.txt", id="error to a file"),
        pytest.param("uns match --help > x.txt", id="output to a file"),
        pytest.param("uns match 'ü/+' - <<'EOF'\nü/b\nx\nEOF", id="a document to read"),
        pytest.param("uns check none.uns.yaml", id="a file that is not there"),
    ],
)
def test_a_command_prints_and_writes_what_it_does_from_a_shell(command: str, tmp_path: Path):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {"PATH": path, "NO_COLOR": "1", "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    before = dict(os.environ), Path.cwd(), sys.stdin, sys.stdout, sys.stderr
    found = []
    # A command in braces is none that runs in this process.
    for text in (command, f"{{ {command}\n}}"):
        folder = tmp_path / str(len(found))
        folder.mkdir()
        session = Session("", folder, environment)
        printed = session.run(text)
        found.append((printed, {file.name: file.read_text("utf-8") for file in folder.iterdir()}))
    assert found[0] == found[1]
    assert before == (dict(os.environ), Path.cwd(), sys.stdin, sys.stdout, sys.stderr)
