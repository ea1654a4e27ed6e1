"""Start-up: what a process costs before it does anything, as multiples of a bare interpreter.

Each row is a process of its own. All rows take turns in each round, so a busy
machine slows them alike; processor time of the process counts, the median and the
best of the rounds. A first round that does not count fills the caches of bytecode.

    python benchmarks/startup.py
    python benchmarks/startup.py --against ../other-checkout    # with its .venv, in turns
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 15

MODEL = "uns: 1\nsites: {lyon: {metrics: {power: {type: number, unit: kW}}}}\n"

BARE = "python -c pass"

#: Every row with the arguments of its interpreter; the model lies where the process runs.
ROWS = {
    BARE: ["-c", "pass"],
    "import uns": ["-c", "import uns"],
    "uns.TopicFilter": ["-c", "import uns; uns.TopicFilter"],
    "uns.TopicIndex": ["-c", "import uns; uns.TopicIndex"],
    "uns.KafkaMapping": ["-c", "import uns; uns.KafkaMapping"],
    "uns.load(model)": ["-c", "import uns; uns.load('plant.uns.yaml')"],
    "uns --help": ["-m", "uns", "--help"],
    "uns export --help": ["-m", "uns", "export", "--help"],
    "uns rule N101": ["-m", "uns", "rule", "N101"],
    "uns check": ["-m", "uns", "check", "plant.uns.yaml"],
    "uns topic check": ["-m", "uns", "topic", "check", "lyon/power", "-m", "plant.uns.yaml"],
}


def milliseconds(command: list[str], folder: str, environment: dict[str, str]) -> float:
    """Processor time of one process, in user and in system mode."""
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    with process:
        said = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {said.decode()}")
    return 1_000 * (used.ru_utime + used.ru_stime)


def measure(interpreters: list[str], rounds: int) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of each row under each interpreter, round by round."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    taken: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "plant.uns.yaml").write_text(MODEL, encoding="utf-8")
        for _ in range(rounds + 1):
            for row, arguments in ROWS.items():
                for python in interpreters:
                    spent = milliseconds([python, *arguments], folder, environment)
                    taken.setdefault((row, python), []).append(spent)
    return {key: times[1:] for key, times in taken.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--against", metavar="DIR", help="another checkout with a .venv")
    arguments = parser.parse_args()
    interpreters = [sys.executable]
    if arguments.against:
        interpreters.append(str(Path(arguments.against, ".venv/bin/python").absolute()))
    taken = measure(interpreters, arguments.rounds)
    for python in interpreters:
        bare_median = statistics.median(taken[BARE, python])
        bare_best = min(taken[BARE, python])
        print(f"{python}\n\n{'':20}{'median ms':>10}{'best ms':>10}{'median x':>10}{'best x':>10}")
        for row in ROWS:
            median, best = statistics.median(taken[row, python]), min(taken[row, python])
            ratios = f"{median / bare_median:>10.2f}{best / bare_best:>10.2f}"
            print(f"{row:20}{median:>10.1f}{best:>10.1f}{ratios}")
        print()


if __name__ == "__main__":
    main()
