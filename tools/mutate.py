"""Does a small mistake in the library turn the tests red? Make many, one at a time, and count.

    python tools/mutate.py                       # all, and the whole report anew (an hour)
    python tools/mutate.py losses optimizers     # of these modules only
    python tools/mutate.py --survivors           # only those that the report lists, say after new tests
    python tools/mutate.py --sample 100          # a seeded sample, which leaves the report as it is

A mutant is a copy of annlib with one change of the fixed list in `mutants.py`. Messages are left alone, for
they have tests of their own. The report, `tests/mutants.md`, keeps the reason that stands beside a survivor.

Each mutant meets the tests that run the changed line, the quick ones first; a change outside of any function,
or in what runs while the tests are imported, meets them all. A mutant lives in a fork of a process that has
loaded all but annlib and the tests, so this needs Linux. It is not part of `make test`.
"""

from __future__ import annotations

import argparse
import ast
import collections
import gc
import importlib
import json
import os
import random
import re
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import coverage
import hypothesis
import pytest
from mutants import places, replaced

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "tests" / "mutants.md"
# `datasets` only where it is named: 1,900 mutants, most of which move a constant of the simulated customers.
MODULES = ["_files", "_validation", "activations", "autodiff", "gradcheck", "initializers", "layers"]
MODULES += ["losses", "metrics", "network", "optimizers", "schedules", "training"]
TESTS = ["activations", "autodiff", "bad_input", "gradcheck", "import", "initializers", "layers", "losses"]
TESTS += ["metrics", "network", "optimizers", "peers", "training"]
# What the tests import, loaded once for all mutants.
LOADED = ["hypothesis.extra.numpy", "playwright.sync_api", "sklearn.calibration", "sklearn.metrics"]
# A mutant that computes so much longer than its tests should, or takes so much memory, will not end well.
SECONDS, BYTES = 20, 8 * 2**30
NO_REASON = "**no reason yet**"


class Mutant(NamedTuple):
    """One change of one module: where it is, and what becomes of it."""

    module: str
    path: tuple
    line: int
    change: str
    new: ast.AST
    statement: ast.stmt
    in_function: bool

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what names the mutant still when lines have moved."""
        line = source(self.module).splitlines()[self.line - 1].strip()
        return self.module, line.split("  # ")[0], self.change


class Plugin:
    """Inside pytest: keep the tests wanted, in their order, and note what each runs and how long it takes."""

    def __init__(self, wanted: list[str] | None = None, tracer: coverage.Coverage | None = None) -> None:
        self.wanted, self.tracer = wanted, tracer
        self.seconds: dict[str, float] = collections.defaultdict(float)

    def pytest_configure(self) -> None:
        """Take the same examples as ever; but a failure need not be made small to count."""
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile("mutants", hypothesis.settings(), phases=phases)
        hypothesis.settings.load_profile("mutants")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the tests wanted; all cases of a test where a mutant changed their names."""
        if self.wanted is not None:
            order = {name: place for place, name in enumerate(self.wanted)}
            gone = {name.split("[")[0] for name in order.keys() - {item.nodeid for item in items}}
            kept = [item for item in items if item.nodeid in order or item.nodeid.split("[")[0] in gone]
            items[:] = sorted(kept, key=lambda item: order.get(item.nodeid, -1))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add what one phase of a test took."""
        self.seconds[report.nodeid] += report.duration

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Note the lines that now run as this test's."""
        if self.tracer:
            self.tracer.switch_context(nodeid)


def source(module: str) -> str:
    """Return the source of one of annlib's modules."""
    return (ROOT / "annlib" / f"{module}.py").read_text(encoding="utf-8")


def mutants(module: str) -> list[Mutant]:
    """Return each mutant of a module."""
    tree = ast.parse(source(module))
    found = []
    for path, line, change, new in places(tree):
        around: list[ast.stmt] = []
        node: Any = tree
        for field, i in path:
            node = getattr(node, field) if i is None else getattr(node, field)[i]
            if isinstance(node, ast.stmt):
                around.append(node)
        in_function = any(isinstance(outer, ast.FunctionDef) for outer in around[:-1])
        found.append(Mutant(module, path, line, change, new, around[-1], in_function))
    return found


def forked(work: Callable[[], int], seconds: float) -> int:
    """Do the work in a fork, in silence, with a limit of time and memory, and return the fork's id."""
    gc.freeze()  # what is loaded is not looked through again in each fork
    process = os.fork()
    if process == 0:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        signal.alarm(10 * int(seconds))  # for one that waits
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        code = 3
        try:
            code = work()
        finally:
            os._exit(code)
    return process


def run_tests(folder: Path, plugin: Plugin) -> int:
    """Run the tests on the annlib in the folder and return pytest's exit code."""
    sys.path.insert(0, str(folder))
    os.environ["PYTHONPATH"] = str(folder)  # for tests that start a Python of their own
    sys.dont_write_bytecode = plugin.wanted is not None  # a mutant's would outlive it
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no plugin is needed, and they are slow to load
    names = TESTS if plugin.wanted is None else {re.split("::|/", test)[1][5:-3] for test in plugin.wanted}
    files = [str(ROOT / "tests" / f"test_{name}.py") for name in TESTS if name in names]
    return pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-o", "addopts=", *files], [plugin])


def observe(folder: Path) -> tuple[dict[str, float], dict[str, dict[str, list[str]]]]:
    """Run the tests on annlib as it is: how long each takes, and which tests run each line of each module."""
    noted = folder / "noted.json"

    def time_them() -> int:
        plugin = Plugin()
        code = run_tests(folder, plugin)
        noted.write_text(json.dumps(plugin.seconds))
        return code

    def trace_them() -> int:
        tracer = coverage.Coverage(data_file=None, source=[str(folder / "annlib")], config_file=False)
        tracer.start()
        run_tests(folder, Plugin(tracer=tracer))
        tracer.stop()
        data = tracer.get_data()
        lines = {Path(name).stem: data.contexts_by_lineno(name) for name in data.measured_files()}
        noted.write_text(json.dumps(lines))
        return 0

    found: list[Any] = []
    for work in (time_them, trace_them):
        if os.waitpid(forked(work, 3600), 0)[1]:
            sys.exit("The tests fail without any mutation: mend that first.")
        found.append(json.loads(noted.read_text()))
    return found[0], found[1]


def tests_for(mutant: Mutant, seconds: dict[str, float], runs: dict[str, dict[str, list[str]]]) -> list[str]:
    """Return the tests that can notice a mutant: those that run its statement, the quick ones first."""
    statement, of_module = mutant.statement, runs[mutant.module]
    lines = map(str, range(statement.lineno, (statement.end_lineno or statement.lineno) + 1))
    found = {
        test for line in (lines if mutant.in_function else of_module) for test in of_module.get(line, [])
    }
    # "": what runs while the tests are imported
    wanted = found & seconds.keys() if mutant.in_function and "" not in found else seconds
    return sorted(wanted, key=lambda test: (test not in found, seconds[test]))


def verdicts(found: list[Mutant], jobs: int) -> Iterator[tuple[Mutant, bool]]:
    """Give each mutant with whether the tests killed it, several at a time."""
    running: dict[int, tuple[Mutant, Path]] = {}
    with tempfile.TemporaryDirectory() as name:
        free = [Path(name) / str(job) for job in range(jobs)]
        for folder in free:
            shutil.copytree(ROOT / "annlib", folder / "annlib")
        seconds, runs = observe(free[0])

        def ended() -> tuple[Mutant, bool]:
            process, status = os.wait()
            mutant, folder = running.pop(process)
            (folder / "annlib" / f"{mutant.module}.py").write_text(source(mutant.module), encoding="utf-8")
            free.append(folder)
            code = os.waitstatus_to_exitcode(status)
            if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
                sys.exit(f"pytest did not run: {mutant.key}")
            return mutant, code != 0

        for mutant in found:
            wanted = tests_for(mutant, seconds, runs)
            if not wanted:
                yield mutant, False
                continue
            if not free:
                yield ended()
            folder = free.pop()
            tree = replaced(ast.parse(source(mutant.module)), mutant.path, mutant.new)
            (folder / "annlib" / f"{mutant.module}.py").write_text(ast.unparse(tree), encoding="utf-8")
            limit = SECONDS + 3 * sum(seconds[test] for test in wanted)
            work = lambda folder=folder, wanted=wanted: run_tests(folder, Plugin(wanted))  # noqa: E731
            running[forked(work, limit)] = mutant, folder
        while running:
            yield ended()


HEAD = """# Small mistakes that no test notices

Written by `tools/mutate.py`; only the reasons are written by hand, and a new run keeps them. A mutant is a
copy of annlib with one small change (an operator, a sign, a number, an axis, a statement left out: the list
is in `tools/mutants.py`). It is killed when a test fails, hangs or cannot import it. Those that survive stand
below, by the line that was changed and what became of it, each with the reason why no test should fail.

| module | mutants | killed | |
| --- | ---: | ---: | ---: |
"""
ROW = re.compile(r"\| `(\w+)` \| ([\d,]+) \|")
SURVIVOR = re.compile(r"- `(.+?)`(?: \((\d+) times\))?, (.+?): (.+)")


def read_report() -> tuple[dict[str, int], dict[tuple[str, str, str], tuple[int, str]]]:
    """Return how many mutants each module had, and how many survived of each kind, with the reason."""
    totals, survivors, module = {}, {}, ""
    for text in REPORT.read_text(encoding="utf-8").splitlines() if REPORT.exists() else []:
        if found := ROW.match(text):
            totals[found[1]] = int(found[2].replace(",", ""))
        elif text.startswith("## "):
            module = text[3:]
        elif found := SURVIVOR.match(text):
            survivors[module, found[1], found[3]] = int(found[2] or 1), found[4]
    return totals, survivors


def write_report(totals: dict[str, int], survivors: dict[tuple[str, str, str], tuple[int, str]]) -> None:
    """Write the table and, by module, each survivor with its reason."""
    alive = collections.Counter[str]()
    for (module, *_), (times, _) in survivors.items():
        alive[module] += times
    rows = [(f"`{module}`", n, alive[module]) for module, n in totals.items()]
    rows.append(("all", sum(totals.values()), alive.total()))
    lines = [f"| {name} | {n:,} | {n - left:,} | {1 - left / n:.1%} |" for name, n, left in rows]
    for module in totals:
        lines += ["", f"## {module}", ""] if alive[module] else []
        for (of, text, change), (times, reason) in survivors.items():
            if of == module:
                count = f" ({times} times)" if times > 1 else ""
                lines.append(f"- `{text}`{count}, {change}: {reason}")
    REPORT.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", help="such as losses; all of floors 0 to 3 if not given")
    parser.add_argument("--survivors", action="store_true", help="only those that the report lists")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn with a fixed seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    arguments = parser.parse_args()
    modules = arguments.modules or MODULES
    found = [mutant for module in modules for mutant in mutants(module)]
    totals, before = read_report()
    totals |= collections.Counter(mutant.module for mutant in found)
    if arguments.survivors:
        found = [mutant for mutant in found if mutant.key in before]
    if arguments.sample is not None:
        found = random.Random(arguments.seed).sample(found, min(arguments.sample, len(found)))
    print(f"{len(found)} mutants", flush=True)
    if "datasets" in modules:
        TESTS.extend(["chunks", "datasets", "serving"])
        LOADED.append("pandas")
    for name in LOADED:
        importlib.import_module(name)
    survivors = {key: value for key, value in before.items() if key[0] not in modules}
    killed = 0
    for count, (mutant, dead) in enumerate(verdicts(found, arguments.jobs), start=1):
        killed += dead
        if not dead:
            times, _ = survivors.get(mutant.key, (0, ""))
            survivors[mutant.key] = times + 1, before.get(mutant.key, (0, NO_REASON))[1]
            print(f"survived: {mutant.module}.py:{mutant.line}: {mutant.change}: {mutant.key[1]}", flush=True)
        if count % 100 == 0:
            print(f"{killed} of {count} killed", flush=True)
    print(f"{killed} of {len(found)} killed: {killed / max(1, len(found)):.1%}")
    if arguments.sample is None:
        write_report(totals, survivors)


if __name__ == "__main__":
    main()
