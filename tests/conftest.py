"""What all tests share: where the real churn file is, and that nothing is skipped in silence."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BESIDE = ROOT.parent / "shared" / "data" / "Churn_Modelling.csv"
NOTHING_SKIPPED = os.environ.get("ANNLIB_NOTHING_SKIPPED") == "1"

if "ANNLIB_CHURN_CSV" not in os.environ and BESIDE.is_file():
    os.environ["ANNLIB_CHURN_CSV"] = str(BESIDE)


def real_churn_file() -> Path | None:
    """Return the real churn file, or None where the reader has not put it anywhere."""
    candidates = [os.environ.get("ANNLIB_CHURN_CSV"), ROOT / "data" / "Churn_Modelling.csv"]
    return next((Path(path) for path in candidates if path and Path(path).is_file()), None)


def pytest_report_header(config: pytest.Config) -> str:
    """Say whether the tests on the real churn file take part."""
    if real_churn_file():
        return "real churn file: found, its tests take part"
    return "real churn file: not there, so its tests (marked real_churn) are left out; see README"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the tests on the real churn file out where it is not there."""
    if real_churn_file():
        return
    left_out = [item for item in items if item.get_closest_marker("real_churn")]
    items[:] = [item for item in items if not item.get_closest_marker("real_churn")]
    config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    """Where nothing may be skipped (in CI), a skip is a failure."""
    outcome = yield
    report = outcome.get_result()
    if NOTHING_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
