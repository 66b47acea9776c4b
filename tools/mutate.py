"""Does a small mistake in the library turn the tests red? Make many, one at a time, and count.

    python tools/mutate.py --sample 100          # a seeded sample; without it, all (hours)
    python tools/mutate.py losses optimizers     # of these modules only

A mutant is a copy of annlib with one change from a fixed list: a comparison, an operator, a sign, a number or
a truth value. Strings, annotations, imports and what follows `raise` are left alone: messages have tests of
their own. Each mutant meets the tests of its module, and one that survives them meets all the rest. It is not
part of `make test`.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

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

SWAPS: dict[type, type] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq},
    **{ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult},
    **{ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd},
}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Give each mutated copy of one node, with a name for the change."""
    for field in ("op", "ops"):
        found = getattr(node, field, None)
        for i, operator in enumerate(found if isinstance(found, list) else [found]):
            if type(operator) in SWAPS:
                new = copy.deepcopy(node)
                swapped = SWAPS[type(operator)]()
                if isinstance(found, list):
                    getattr(new, field)[i] = swapped
                else:
                    setattr(new, field, swapped)
                yield f"{type(operator).__name__} to {type(swapped).__name__}", new
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield f"without {type(node.op).__name__}", copy.deepcopy(node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} to {not node.value}", ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield f"{node.value} to {node.value + 1}", ast.Constant(node.value + 1)


def places(node: ast.AST, path: tuple[tuple[str, int | None], ...] = ()) -> Iterator[tuple]:
    """Give the path and the mutations of every node that may be mutated."""
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "type_comment"):
            continue
        for i, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            skipped = ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Assert
            if not isinstance(child, ast.AST) or isinstance(child, skipped):
                continue
            if isinstance(child, ast.AnnAssign) and child.value is None:
                continue
            here = (*path, (field, i))
            for name, new in changes(child):
                yield here, child.lineno, name, new
            yield from places(child, here)


def mutants(module: str) -> list[tuple]:
    """Return (module, path, line, change, new node) of each mutant of a module."""
    tree = ast.parse((ROOT / "annlib" / f"{module}.py").read_text())
    return [(module, *place) for place in places(tree)]


def mutated(module: str, path: tuple, new: ast.AST) -> str:
    """Return the module's source with one node replaced."""
    tree = ast.parse((ROOT / "annlib" / f"{module}.py").read_text())
    parent: ast.AST = tree
    for field, i in path[:-1]:
        parent = getattr(parent, field) if i is None else getattr(parent, field)[i]
    field, i = path[-1]
    if i is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[i] = new
    return ast.unparse(ast.fix_missing_locations(tree))


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
