"""What all tests share: hypothesis profiles, which tests need real servers, and `--accept`."""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("dev"), max_examples=10)
settings.register_profile("ci", settings.get_profile("dev"), max_examples=200, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

_LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.import_plugin("tests.accepting")
    parser.addoption(
        "--integration", action="store_true", help="run the tests with real servers, and no others"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = config.getoption("--integration")
    chosen = [i for i in items if (i.get_closest_marker("integration") is not None) == wanted]
    config.stash[_LEFT_OUT] = len(items) - len(chosen)
    items[:] = chosen


def pytest_collection_finish() -> None:
    """What was collected stays to the end; the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    config = terminalreporter.config
    left_out = config.stash.get(_LEFT_OUT, 0)
    if left_out and not config.getoption("--integration"):
        terminalreporter.write_line(
            f"left out {left_out} tests that need real servers: make integration"
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A machine that judges must not skip: a skipped test there is a failed run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if os.environ.get("CI") and skipped and exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"failed: {len(skipped)} tests were skipped, and CI is set", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
