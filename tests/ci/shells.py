"""What the files for code hosts run, with a program in place of `uns` that writes down how it is called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parent.parent.parent

#: Writes its arguments to a file, and ends as it is told for its first argument.
_RECORDER = """\
#!{python}
import json, os, sys
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
sys.exit(int(os.environ.get("STATUS_" + sys.argv[1], "0")))
"""


class Shell(NamedTuple):
    """How a script ended, what it wrote, and how it called `uns`."""

    status: int
    out: str
    err: str
    calls: list[list[str]]


def read_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def recorder(program: Path, calls: Path) -> None:
    """Put a program at `program` that writes to `calls` how it is called."""
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(_RECORDER.format(python=sys.executable, calls=str(calls)), encoding="utf-8")
    program.chmod(0o755)


def bash(script: str, folder: Path, environment: dict[str, str], calls: Path) -> Shell:
    """Run a script as GitHub Actions and GitLab do: `bash -eo pipefail`."""
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    listed = calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []
    return Shell(done.returncode, done.stdout, done.stderr, [json.loads(line) for line in listed])
