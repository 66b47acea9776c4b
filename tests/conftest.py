"""What all tests share: a browser, where the real churn file is, and that nothing is skipped in silence."""

import functools
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "book" / "_ext")]  # tests import from both

import find_browser  # noqa: E402

BESIDE = ROOT.parent / "shared" / "data" / "Churn_Modelling.csv"
NOTHING_SKIPPED = os.environ.get("ANNLIB_NOTHING_SKIPPED") == "1"

if "ANNLIB_CHURN_CSV" not in os.environ and BESIDE.is_file():
    os.environ["ANNLIB_CHURN_CSV"] = str(BESIDE)


def real_churn_file() -> Path | None:
    """Return the real churn file, or None where the reader has not put it anywhere."""
    candidates = [os.environ.get("ANNLIB_CHURN_CSV"), ROOT / "data" / "Churn_Modelling.csv"]
    return next((Path(path) for path in candidates if path and Path(path).is_file()), None)


# The same examples in every run, however slow the machine: a red run can be repeated, a green one stays.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")


@functools.cache
def left_out() -> dict[str, str]:
    """Return the marks whose tests cannot run on this machine, each with the reason."""
    reasons = {}
    if not real_churn_file():
        reasons["real_churn"] = "the real churn file is not there; see README"
    if find_browser.find_browser() is None and not NOTHING_SKIPPED:
        reasons["browser"] = "there is no Chromium or Chrome, and none could be fetched"
    return reasons


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say which tests do not take part, and why."""
    found = [] if "real_churn" in left_out() else ["real churn file: found, its tests take part"]
    return found + [f"tests marked {mark} are left out: {reason}" for mark, reason in left_out().items()]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that cannot run on this machine."""
    out = [item for item in items if any(map(item.get_closest_marker, left_out()))]
    items[:] = [item for item in items if item not in set(out)]
    if out:
        config.hook.pytest_deselected(items=out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show what tests recorded to be shown, also where they passed."""
    for report in [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]:
        for name, value in report.user_properties:
            if name == "shown" and report.when == "call":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for the tests of one file: Playwright's event loop must not meet those of other tests."""
    executable = find_browser.find_browser()
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=executable, args=find_browser.FLAGS)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Where nothing may be skipped (in CI), a skip is a failure."""
    outcome = yield
    report = outcome.get_result()
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"


USUAL_SWEEPS = gc.get_threshold()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Sweep seldom: figures are full of cycles, and to look for them took a tenth of the tests' time."""
    gc.freeze()  # what is loaded stays
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def usual_sweeps() -> Iterator[None]:
    """Sweep as often as Python does: for a test that measures memory."""
    gc.collect()
    seldom = gc.get_threshold()
    gc.set_threshold(*USUAL_SWEEPS)
    yield
    gc.set_threshold(*seldom)
