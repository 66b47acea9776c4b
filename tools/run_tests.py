"""Run every test, part by part, and say how long each took (`make test`).

Options that are not known here go to each pytest run, so ``-k neurons`` works as you expect.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import find_browser

ROOT = Path(__file__).resolve().parents[1]
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2"]

PARTS = {
    "library, checkers and tools": [*PYTEST, "-m", "not browser"],
    # The checked outputs are those of the simulated customers. Warnings of the tools that run a notebook are
    # not ours; those of its cells fail the book's build.
    "notebooks (nbval)": [
        *PYTEST,
        *("-o", "addopts=", "-o", "filterwarnings=default", "--dist", "loadfile"),
        *("--nbval-lax", "--nbval-cell-timeout", "120", "book", "exercises", "solutions"),
    ],
    "built book in the browser": [*PYTEST, "-m", "browser", "tests"],
}


def main() -> int:
    """Run all parts, even after one failed, and return how many failed."""
    find_browser.main()
    environment = os.environ | {"ANNLIB_FRAMES": "ends"}
    report = []
    for name, command in PARTS.items():
        print(f"\n=== {name} ===", flush=True)
        start = time.monotonic()
        simulated = {"ANNLIB_CHURN_CSV": "simulated"} if "--nbval-lax" in command else {}
        run = subprocess.run([*command, *sys.argv[1:]], cwd=ROOT, env=environment | simulated, check=False)
        report.append((name, time.monotonic() - start, run.returncode))
    print()
    for name, seconds, failed in report:
        print(f"{'FAILED' if failed else 'passed'}  {seconds:5.0f} s  {name}")
    return sum(bool(failed) for _, _, failed in report)


if __name__ == "__main__":
    sys.exit(main())
