"""Does a small mistake in the library turn the tests red? Make many, one at a time, and count.

    python tools/mutate.py --sample 100          # a seeded sample; without it, all (hours)
    python tools/mutate.py losses optimizers     # of these modules only

A mutant is a copy of annlib with one change of the fixed list in `mutants.py`. Messages are left alone, for
they have tests of their own. Each mutant meets the tests of its module, and one that survives them meets all
the rest. It is not part of `make test`.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mutants import places, replaced

ROOT = Path(__file__).resolve().parents[1]
TESTS = {
    "_files": ["network"],
    "_validation": ["network", "training", "layers", "losses", "initializers", "bad_input"],
    "activations": ["activations", "peers"],
    "gradcheck": ["gradcheck"],
    "initializers": ["initializers"],
    "layers": ["layers", "gradcheck", "peers"],
    "losses": ["losses", "peers"],
    "metrics": ["metrics"],
    "network": ["network", "gradcheck", "bad_input"],
    "optimizers": ["optimizers", "peers"],
    "schedules": ["optimizers", "network"],
    "training": ["training"],
}
ALL = ["activations", "gradcheck", "initializers", "layers", "losses", "metrics", "network", "optimizers"]
ALL += ["peers", "training", "bad_input", "import"]


def mutants(module: str) -> list[tuple]:
    """Return (module, path, line, change, new node) of each mutant of a module."""
    tree = ast.parse((ROOT / "annlib" / f"{module}.py").read_text())
    return [(module, *place) for place in places(tree)]


def mutated(module: str, path: tuple, new: ast.AST) -> str:
    """Return the module's source with one node replaced."""
    tree = ast.parse((ROOT / "annlib" / f"{module}.py").read_text())
    return ast.unparse(replaced(tree, path, new))


def killed(folder: Path, tests: list[str]) -> bool:
    """Return whether these tests fail with the annlib in the folder (or do not end)."""
    # -P, or the annlib of the current directory would come before that of the folder
    files = [str(ROOT / "tests" / f"test_{name}.py") for name in tests]
    command = [sys.executable, "-P", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    command += ["-o", "addopts=", "--no-header", *files]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=300
        )
    except subprocess.TimeoutExpired:
        return True
    if run.returncode > 2:  # 2: the library cannot even be imported
        sys.exit(f"pytest did not run:\n{run.stdout.decode()}\n{run.stderr.decode()}")
    return run.returncode > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("modules", nargs="*", help="such as losses; all of floors 0 to 3 if not given")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn with a fixed seed")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    found = [mutant for module in arguments.modules or TESTS for mutant in mutants(module)]
    print(f"{len(found)} mutants", flush=True)
    if arguments.sample is not None:
        found = random.Random(arguments.seed).sample(found, min(arguments.sample, len(found)))
    survivors = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "annlib", folder / "annlib")
        if killed(folder, ALL):
            sys.exit("The tests fail without any mutation: mend that first.")
        for count, (module, path, line, change, new) in enumerate(found, start=1):
            target = folder / "annlib" / f"{module}.py"
            whole = target.read_text()
            target.write_text(mutated(module, path, new))
            rest = [test for test in ALL if test not in TESTS[module]]
            if not killed(folder, TESTS[module]) and not killed(folder, rest):
                survivors += 1
                text = (ROOT / "annlib" / f"{module}.py").read_text().splitlines()[line - 1].strip()
                print(f"survived: {module}.py:{line}: {change}: {text}", flush=True)
            target.write_text(whole)
            if count % 20 == 0:
                print(f"{count - survivors} of {count} killed", flush=True)
    print(f"{len(found) - survivors} of {len(found)} killed: {1 - survivors / max(1, len(found)):.1%}")


if __name__ == "__main__":
    main()
