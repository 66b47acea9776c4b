"""Small mistakes in the right answers are noticed: in each exercise 98 % of those that make any difference.

Here a sample of each exercise's mutants is tried, the same in every run; `make mutants` tries them all.
"""

import ast
import textwrap
from dataclasses import replace

import mutants
import mutate_exercises
import numpy as np
import pytest

from annlib.checks import exercises, find

CHAPTERS = sorted({name[:2] for name in exercises()})
SAMPLE = 20


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_mutants_of_the_right_answers_are_rejected(chapter, record_property):
    of_chapter = [exercise for name, exercise in exercises().items() if name.startswith(chapter)]
    counts = [mutate_exercises.count(exercise, SAMPLE) for exercise in of_chapter]
    found = sum(counts, mutate_exercises.Count())
    record_property("shown", f"chapter {chapter}: {found}")
    assert found.mutants > len(of_chapter)
    assert all(count.rate >= mutate_exercises.ENOUGH for count in counts), found.alive


@pytest.mark.parametrize("exercise", exercises().values(), ids=exercises())
def test_each_exercise_has_mutants_and_its_answer_made_anew_passes(exercise):
    assert mutate_exercises.made_anew_passes(exercise)
    assert any(mutate_exercises.mutants(exercise))


def test_a_checker_that_looks_at_zeros_alone_is_found_out():
    zeros = np.zeros((2, 2)), np.zeros(2), 0.0
    blind = replace(find("01-3"), inputs=(zeros,), n_random=0)
    assert mutate_exercises.count(blind).rate < mutate_exercises.ENOUGH


def changed(source: str) -> set[str]:
    tree = ast.parse(textwrap.dedent(source))
    return {ast.unparse(mutants.replaced(tree, path, new)) for path, _, _, new in mutants.places(tree)}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = -a", "x = a"),
        ("x = a - b", "x = a + b"),
        ("x = a * b", "x = a"),
        ("x = a + b", "x = b"),
        ("x = a.sum(axis=0)", "x = a.sum(axis=1)"),
        ("x = a.sum(axis=0)", "x = a.sum()"),
        ("x = a.mean()", "x = a.sum()"),
        ("x = a[1]", "x = a[0]"),
        ("x = a[1:]", "x = a[:]"),
        ("x = a < b", "x = a <= b"),
        ("x = a < b", "x = a > b"),
        ("x = 3", "x = 4"),
        ("x = a.T @ b", "x = a @ b"),
        ("x = {'a': b, 'c': d}", "x = {'a': d, 'c': b}"),
        ("def f():\n    return x", "def f():\n    return 2 * x"),
        ("def f():\n    return (x, y)", "def f():\n    return (x, -y)"),
        ("def f():\n    x += 1\n    return x", "def f():\n    pass\n    return x"),
    ],
)
def test_each_kind_of_mistake_is_made(source, expected):
    assert expected in changed(source)


@pytest.mark.parametrize(
    "source", ["raise ValueError(1 + 2)", "import numpy as np", "x: int", "'words'", "assert 1 < 2"]
)
def test_words_and_errors_are_left_alone(source):
    assert changed(source) == set()
