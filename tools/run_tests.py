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

# The checked outputs are those of the simulated customers. Warnings of the tools that run a notebook are
# not ours; those of its cells fail the book's build.
NBVAL = [
    *PYTEST,
    *("-o", "addopts=", "-o", "filterwarnings=default", "--dist", "loadfile"),
    *("--nbval-lax", "--nbval-cell-timeout", "300"),
]
SIMULATED = {"ANNLIB_CHURN_CSV": "simulated"}

PARTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "library, checkers and tools": ([*PYTEST, "-m", "not browser"], {}),
    "chapters and exercises (nbval)": ([*NBVAL, "book", "exercises"], SIMULATED),
    # A check that does not pass raises.
    "solutions (nbval)": ([*NBVAL, "solutions"], SIMULATED | {"ANNLIB_CHECKS_STRICT": "1"}),
    # All tests of a page go to one worker, which opens the page once.
    "built book in the browser": ([*PYTEST, "-m", "browser", "--dist", "loadgroup", "tests"], {}),
}
# A kernel chooses its ports before it binds them: if another process takes one in between, it dies at once.
PORT_TAKEN = "Kernel died before replying to kernel_info"


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run one part, showing what it prints; run what failed again if a kernel could not get its port."""
    port_taken = False
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        while text := process.stdout.readline():
            port_taken = port_taken or PORT_TAKEN in text
            print(text, end="", flush=True)
    if process.returncode and port_taken and "--last-failed" not in command:
        print("A kernel did not get its port and never started: running again what failed.", flush=True)
        return run([*command, "--last-failed"], environment)
    return process.returncode


def main() -> int:
    """Run all parts, even after one failed, and return how many failed."""
    find_browser.main()
    # Two processes are enough for two processors: more threads for small products only wait for each other.
    one_thread = dict.fromkeys(["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"], "1")
    environment = one_thread | os.environ | {"ANNLIB_FRAMES": "ends"}
    report = []
    for name, (command, settings) in PARTS.items():
        print(f"\n=== {name} ===", flush=True)
        start = time.monotonic()
        failed = run([*command, *sys.argv[1:]], environment | settings)
        report.append((name, time.monotonic() - start, failed))
    print()
    for name, seconds, failed in report:
        print(f"{'FAILED' if failed else 'passed'}  {seconds:5.0f} s  {name}")
    return sum(bool(failed) for _, _, failed in report)


if __name__ == "__main__":
    sys.exit(main())
