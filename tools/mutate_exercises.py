"""Does each exercise's checker notice a small mistake in the right answer? Make all of them, and count.

    python tools/mutate_exercises.py               # all exercises (`make mutants`)
    python tools/mutate_exercises.py 01 04-13      # of these chapters and exercises only
    python tools/mutate_exercises.py --sample 10   # a seeded sample of each exercise

A mutant is the reference answer with one change of the fixed list in `mutants.py`, in it or in a helper that
it calls. One that passes is run on 1,000 more random inputs: if it differs from the reference on any, the
checker let a mistake live; if on none, it is another way to be right and does not count.
"""

from __future__ import annotations

import argparse
import ast
import functools
import inspect
import itertools
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

import numpy as np
from mutants import Path, places, replaced

from annlib.checks import Exercise, exercises, judge
from annlib.checks._exercise import Inputs
from annlib.checks._judge import comparison
from annlib.checks._run import Outcome, run

N_INPUTS = 1000
ENOUGH = 0.98
"""The share of mutants that each exercise must reject, of those that differ from the reference."""

SECONDS = 2.0
"""The time for a mutant: a loop that never ends is noticed soon."""


@dataclass
class Count:
    """How many mutants of an exercise count, and which of them pass its check."""

    mutants: int = 0
    alike: int = 0
    alive: list[str] = field(default_factory=list)

    def __add__(self, other: Count) -> Count:
        """Return the counts of both together."""
        alive = self.alive + other.alive
        return Count(self.mutants + other.mutants, self.alike + other.alike, alive)

    @property
    def rate(self) -> float:
        """The share that is rejected of those that differ from the reference."""
        differ = self.mutants - self.alike
        return 1 - len(self.alive) / differ if differ else 1.0

    def __str__(self) -> str:
        """Return the rate in words."""
        differ = self.mutants - self.alike
        return f"{differ - len(self.alive)} of {differ} mutants rejected: {self.rate:.1%}"


@functools.cache
def _definitions(module: ModuleType) -> tuple[dict[str, ast.stmt], dict[str, ast.expr]]:
    """Return a module's functions and classes by name, and the expression of each exercise's answer."""
    tree = ast.parse(inspect.getsource(module))
    defined: dict[str, ast.stmt] = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    values = {ast.unparse(node.targets[0]): node.value for node in tree.body if isinstance(node, ast.Assign)}
    answers = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Exercise":
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            answer = keywords["answer"]  # a name of a value stands for the value
            answers[ast.literal_eval(keywords["name"])] = values.get(ast.unparse(answer), answer)
    return defined, answers


def _needed(expression: ast.AST, defined: dict[str, ast.stmt]) -> dict[str, ast.stmt]:
    """Return the definitions that an expression needs, in the order of the file."""
    found: set[str] = set()
    waiting: list[ast.AST] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and node.id in defined and node.id not in found:
            found.add(node.id)
            waiting.append(defined[node.id])
        for field_name, value in ast.iter_fields(node):
            if field_name not in ("annotation", "returns"):  # what is only a type does nothing
                parts = value if isinstance(value, list) else [value]
                waiting += [part for part in parts if isinstance(part, ast.AST)]
    return {name: node for name, node in defined.items() if name in found}


def _trees(exercise: Exercise) -> dict[str, ast.Module | ast.Expression]:
    """Return what an exercise's answer is made of: the definitions that it needs, and last its expression."""
    defined, answers = _definitions(_module(exercise))
    expression = ast.Expression(answers[exercise.name])
    needed = _needed(expression, defined)
    return {name: ast.Module([node], []) for name, node in needed.items()} | {"": expression}


def _made(exercise: Exercise, trees: dict[str, ast.Module | ast.Expression]) -> Any:
    """Return the answer that the trees define, in a namespace of its own."""
    namespace = dict(vars(_module(exercise)))
    for name, tree in trees.items():
        if name:
            exec(compile(tree, f"<{name}>", "exec"), namespace)
    return eval(compile(trees[""], "<answer>", "eval"), namespace)


def made_anew_passes(exercise: Exercise) -> bool:
    """Whether the reference, made in the way of the mutants but without a change, passes its check."""
    return judge(exercise, _made(exercise, _trees(exercise))).passed


def mutants(exercise: Exercise) -> Iterator[tuple[str, Callable[[], Any]]]:
    """Give each mutant of an exercise's answer: what was changed, and a function that makes it."""
    trees = _trees(exercise)
    for name, tree in trees.items():
        for path, line, change, new in places(tree):
            make = functools.partial(_mutant, exercise, trees, name, path, new)
            yield f"{exercise.name} line {line}: {change}", make


def _mutant(exercise: Exercise, trees: dict[str, Any], name: str, path: Path, new: ast.AST) -> Any:
    return _made(exercise, trees | {name: replaced(trees[name], path, new)})


def _module(exercise: Exercise) -> ModuleType:
    chapter = f"annlib.checks.ch{exercise.name[:2]}_"
    return next(module for name, module in sys.modules.items() if name.startswith(chapter))


@functools.lru_cache(maxsize=1)
def _more(exercise: Exercise) -> list[tuple[Inputs, Outcome]]:
    """Return 1,000 more inputs, and what the reference makes of each."""
    # The checker's own seed is 20; these are other inputs, and the fixed ones.
    more = replace(exercise, seed=1, n_random=N_INPUTS)
    result = functools.partial(exercise.result, exercise.answer)
    return [(inputs, run(result, inputs, SECONDS)) for inputs in more.all_inputs]


def differs(exercise: Exercise, mutant: Any) -> bool:
    """Whether a mutant gives something else than the reference on any of 1,000 random inputs."""
    compare = comparison(exercise)
    for inputs, right in _more(exercise):
        got = run(functools.partial(exercise.result, mutant), inputs, SECONDS)
        if right.returned and not (got.returned and compare.equal(right.value, got.value)):
            return True
    return False


def count(exercise: Exercise, sample: int | None = None, seed: int = 0) -> Count:
    """Make the mutants of an exercise, or a sample of them, and count those that its check lets pass."""
    found = list(mutants(exercise))
    if sample is not None and sample < len(found):
        found = random.Random(f"{seed} {exercise.name}").sample(found, sample)
    result = Count()
    for name, make in found:
        result.mutants += 1
        try:
            mutant = make()
        except Exception:  # an answer that cannot even be defined is noticed by everybody
            continue
        with np.errstate(all="ignore"):
            if not judge(exercise, mutant, seconds=SECONDS).passed:
                continue
            if differs(exercise, mutant):
                result.alive.append(name)
            else:
                result.alike += 1
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("which", nargs="*", help="chapters or exercises, such as 01 or 04-13; else all")
    parser.add_argument("--sample", type=int, help="how many mutants of each exercise, drawn with a seed")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    total, below = Count(), []
    wanted = [
        exercise
        for name, exercise in exercises().items()
        if not options.which or any(name == one or name.startswith(f"{one}-") for one in options.which)
    ]
    for chapter, group in itertools.groupby(wanted, key=lambda exercise: exercise.name[:2]):
        of_chapter = Count()
        for exercise in group:
            found = count(exercise, options.sample, options.seed)
            for name in found.alive:
                print(f"  alive: {name}", flush=True)
            if found.rate < ENOUGH:
                below.append(exercise.name)
            of_chapter += found
        print(f"chapter {chapter}: {of_chapter}; {of_chapter.alike} are other ways to be right", flush=True)
        total += of_chapter
    print(f"all: {total}")
    if below:
        print(f"below {ENOUGH:.0%}: {', '.join(below)}")
    return int(bool(below))


if __name__ == "__main__":
    sys.exit(main())
