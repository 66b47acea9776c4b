"""The exercise notebooks: derived from the solutions, without a leak, and both run as they should."""

import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from annlib.checks import exercises, find

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "solutions").glob("*.ipynb"))
NAMES = [path.stem for path in SOURCES]

sys.path.insert(0, str(ROOT / "tools"))
import make_exercises  # noqa: E402
from make_exercises import SourceError, derive, leaked_lines, progress_notebook, text_of  # noqa: E402

# The kernel's and the client's own warnings are not ours.
pytestmark = pytest.mark.filterwarnings("default")


def read(path: Path) -> nbformat.NotebookNode:
    return nbformat.read(path, as_version=4)


def exercise_of(source: Path) -> Path:
    return ROOT / "exercises" / source.name


def code(source: str, **metadata) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata=metadata)


def stubbed(source: str, *later: str) -> str:
    cells = [code(source), *(code(text) for text in later)]
    return derive(new_notebook(cells=cells)).cells[0].source


# ------------------------------------------------------------------------------------------ the derivation


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_the_committed_exercises_are_what_the_solutions_give(source):
    assert exercise_of(source).read_text("utf-8") == text_of(derive(read(source)))


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_nothing_leaks(source):
    notebook = read(exercise_of(source))
    texts = [cell.source for cell in notebook.cells] + [json.dumps(notebook.metadata)]
    texts += [json.dumps(cell.metadata) for cell in notebook.cells]
    assert leaked_lines(read(source), "\n".join(texts)) == []
    raw = exercise_of(source).read_text("utf-8")
    assert "SOLUTION" not in raw
    assert all(cell.cell_type != "code" or not cell.outputs for cell in notebook.cells)
    assert all(cell.get("execution_count") is None for cell in notebook.cells)
    known = {"tags", "nbgrader", "mystnb"}
    assert all(set(cell.metadata) <= known for cell in notebook.cells)
    assert not any({"solution", "hide-input"} & set(cell.metadata.get("tags", [])) for cell in notebook.cells)


SECRETS = {
    "01-neurons": ("W1 = ", "z = 3 * 0.5"),
    "02-activations": ("np.exp(-np.abs(z))", "b1 @ W2 + b2", "(A == 0).all(axis=0)"),
    "03-loss": ("np.log1p(np.exp(-np.abs(s)))", "gradient[rows, y] -= 1", "np.unravel_index(table.argmin()"),
    "04-backpropagation": ("dv = u  # from L", "G.sum(axis=0)  # (n_out,)", "G @ weights[k].T"),
    "05-gradient-descent": ("starts = np.arange(0, n", "e = a - y[rows]", "order[s : s + batch_size]"),
    "06-optimizers": (
        "u = momentum * u + slope(w)",
        "self.u = [np.zeros_like(p)",
        "limit / length if length",
    ),
    "07-dropout": ("keep = draws >= p", "self.mask = (rng.random", "D = (G @ W2.T) * M1"),
    "08-churn": (
        "higher = leavers[:, None] > stayers",
        "leavers = training[y[training] == 1]",
        "shuffled[:, j] = X[order, j]",
        "others = rows[~np.isin(rows, fold)]",
        "means, deviations = seen[numbers]",
    ),
    "09-beyond": (
        "slopes[parent] += slopes[i] * local",
        "slope_for_v = -u / v**2",
        "free[free.index(min(free))] += minutes",
    ),
}
"""What only a solution says, by notebook: lines that hold it must be found where they do not belong."""


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_leak_would_be_found(source):
    notebook = read(source)
    published = exercise_of(source).read_text("utf-8")
    secret = [
        line
        for cell in notebook.cells
        if "### BEGIN SOLUTION" in cell.source
        for line in cell.source.partition("### BEGIN SOLUTION")[2].splitlines()
        if any(mark in line for mark in SECRETS[source.stem])
    ]
    assert len(secret) >= len(SECRETS[source.stem])
    for line in secret:
        assert leaked_lines(notebook, published + "\n   " + line) == [" ".join(line.split())]
    reason = next(cell for cell in notebook.cells if cell.id == "why-1").source.splitlines()[1]
    assert leaked_lines(notebook, published + reason) == [reason]


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_each_exercise_has_its_answer_its_check_and_its_reasons(source):
    cells = {cell.id: cell for cell in read(source).cells}
    chapter = source.stem[:2]
    numbers = [name[3:] for name in exercises() if name.startswith(chapter + "-")]
    assert len(numbers) >= 6
    for number in numbers:
        name = f"{chapter}-{number}"
        assert cells[f"task-{number}"].source.startswith(f"## {number}. {find(name).title.split(':')[0]}")
        assert f'check("{name}", ' in cells[f"check-{number}"].source
        assert "hide-input" in cells[f"answer-{number}"].metadata.tags
        assert "dropdown" in cells[f"why-{number}"].source
        graded = cells[f"check-{number}"].metadata.nbgrader
        assert (graded.grade, graded.locked, graded.solution) == (True, True, False)
        assert graded.points >= 1
        assert cells[f"answer-{number}"].metadata.nbgrader.solution is True
    identifiers = [cell.metadata.nbgrader.grade_id for cell in cells.values() if "nbgrader" in cell.metadata]
    assert len(set(identifiers)) == len(identifiers)


def words_of(number: str, cells: list[nbformat.NotebookNode]) -> str:
    """Return the markdown of one task, up to its answer, and the answer's stub."""
    names = [cell.id for cell in cells]
    task = cells[names.index(f"task-{number}") : names.index(f"answer-{number}") + 1]
    return "\n".join(cell.source for cell in task if cell.cell_type == "markdown" or cell is task[-1])


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_a_task_that_forbids_to_change_the_inputs_says_so(source):
    cells = read(exercise_of(source)).cells
    for name, exercise in exercises().items():
        if name.startswith(source.stem[:2]) and not exercise.may_change_inputs:
            words = words_of(name[3:], cells)
            assert re.search(r"as (they are|it is)\b|unchanged|may be changed|stay as", words), name


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_nbgrader_finds_its_cells_and_takes_out_what_solves(source):
    for cell in read(source).cells:
        of_nbgrader = cell.metadata.get("nbgrader", {})
        solves = "### BEGIN SOLUTION" in cell.source or cell.id.startswith(("why-", "second-"))
        assert of_nbgrader.get("solution", False) == solves, cell.id
        if of_nbgrader:
            assert (of_nbgrader.grade_id, of_nbgrader.schema_version) == (cell.id, 3)
    names = {cell.id: cell.metadata.get("nbgrader") for cell in read(source).cells}
    for cell in read(exercise_of(source)).cells:
        assert cell.metadata.get("nbgrader") == names[cell.id], cell.id


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_one_sentence_a_line(source):
    for cell in read(source).cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                if not line.startswith(("|", "#", ":::")):
                    assert not re.search(r"[.?!] [A-Z]", line), line


def test_a_stub_keeps_what_is_given():
    text = (
        "def f(x):\n    '''Words.'''\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION"
    )
    assert stubbed(text) == "def f(x):\n    '''Words.'''\n    ...  # your code here"


def test_a_stub_gives_the_names_that_later_code_needs():
    text = "### BEGIN SOLUTION\nhelp = 2\na, b = help, 1\nc = a\n### END SOLUTION\nprint(c)"
    assert stubbed(text, "check(b)") == "b = ...  # your code here\nc = ...  # your code here\nprint(c)"


def test_a_name_inside_a_function_is_needed_only_there():
    text = "def f(x):\n    ### BEGIN SOLUTION\n    z = x\n    ### END SOLUTION\n    return z"
    assert stubbed(text) == "def f(x):\n    z = ...  # your code here\n    return z"
    text = "def f(x):\n    ### BEGIN SOLUTION\n    z = x\n    ### END SOLUTION\n    return 1"
    assert stubbed(text, "z") == "def f(x):\n    ...  # your code here\n    return 1"


def test_what_an_assignment_only_changes_is_no_name_of_the_stub():
    text = "def f(s):\n    ### BEGIN SOLUTION\n    s.y, z[0] = 1, 2\n    ### END SOLUTION\n    return s, z"
    assert stubbed(text) == "def f(s):\n    ...  # your code here\n    return s, z"


@pytest.mark.parametrize(
    "text",
    ["### BEGIN SOLUTION\nx = 1", "x = 1\n### END SOLUTION", "### BEGIN SOLUTION\n### BEGIN SOLUTION\n"],
)
def test_markers_that_do_not_match_are_refused(text):
    with pytest.raises(SourceError, match="SOLUTION"):
        stubbed(text)


def test_cells_are_left_out_and_kept_by_their_tags():
    source = new_notebook(
        cells=[
            new_markdown_cell("# Solutions: Neurons"),
            new_markdown_cell("reasons", metadata={"tags": ["solution"]}),
            new_markdown_cell("how to", metadata={"tags": ["exercise", "remove-cell"]}),
            code("x = 1", tags=["hide-input", "keep"], other="secret"),
        ]
    )
    cells = derive(source).cells
    assert [cell.source for cell in cells] == ["# Exercises: Neurons", "how to", "x = 1"]
    assert [dict(cell.metadata) for cell in cells] == [{}, {}, {"tags": ["keep"]}]


def test_the_tool_finds_differences_and_orphans_and_repairs_them(tmp_path, capsys):
    (tmp_path / "solutions").mkdir()
    nbformat.write(new_notebook(cells=[code("x = 1")]), tmp_path / "solutions" / "01-x.ipynb")

    def call(*options):
        returned = make_exercises.main(["--root", str(tmp_path), *options])
        return returned, *capsys.readouterr()

    assert call("--check")[0] == 1
    assert call() == (0, "Wrote exercises/progress.ipynb.\nWrote exercises/01-x.ipynb.\n", "")
    assert call("--check")[0] == 0
    assert call() == (0, "The exercises are up to date.\n", "")
    made = tmp_path / "exercises" / "01-x.ipynb"
    content = made.read_bytes()
    made.write_bytes(content + b" ")
    (tmp_path / "exercises" / "02-y.ipynb").write_text("{}")
    returned, _, said = call("--check")
    assert returned == 1
    assert "01-x.ipynb is not what" in said
    assert "02-y.ipynb has no source" in said
    assert call()[0] == 0
    assert made.read_bytes() == content
    assert call("--check")[0] == 0
    nbformat.write(new_notebook(cells=[code("### END SOLUTION")]), tmp_path / "solutions" / "03-z.ipynb")
    returned, _, said = call()
    assert returned == 1
    assert "solutions/03-z.ipynb: cell" in said


def test_the_notebook_of_progress_is_committed():
    assert exercise_of(Path("progress.ipynb")).read_text("utf-8") == text_of(progress_notebook())


# -------------------------------------------------------------------------------------------- the runs


def checks_of(cell: nbformat.NotebookNode) -> list[str]:
    """Return the exercises that a cell checks."""
    return re.findall(r'^check\(\s*"([^"]+)"', cell.source if cell.cell_type == "code" else "", re.M)


def execute(notebook: nbformat.NotebookNode, monkeypatch, *, strict: bool) -> dict[str, list[str]]:
    """Run a notebook and return, by exercise, the texts that its checks displayed."""
    monkeypatch.setenv("ANNLIB_CHECKS_STRICT", str(int(strict)))
    monkeypatch.setenv("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    environment = os.environ | {"PYTHONWARNINGS": "default"}
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(ROOT)}}
    ).execute(env=environment)
    shown: dict[str, list[str]] = {}
    for cell in notebook.cells:
        for name in checks_of(cell):
            texts = [
                output.data["text/plain"] for output in cell.outputs if output.output_type == "display_data"
            ]
            assert len(texts) == 1, f"{cell.id} shows {len(texts)} verdicts"
            shown.setdefault(name, []).extend(texts)
    return shown


@pytest.mark.parametrize("source", SOURCES, ids=NAMES)
def test_the_solutions_check_each_exercise_twice(source):
    """That they pass is seen when the solutions run: `make test` does so with ANNLIB_CHECKS_STRICT."""
    checked = [name for cell in read(source).cells for name in checks_of(cell)]
    expected = [name for name in exercises() if name.startswith(source.stem[:2])]
    assert list(dict.fromkeys(checked)) == expected
    assert Counter(checked) == dict.fromkeys(expected, 2), "an exercise has no second way"


def test_an_error_in_a_notebook_is_shown_with_its_cell_and_line(monkeypatch):
    notebook = new_notebook(
        cells=[
            code("from annlib.checks import check"),
            code("def neuron(x, w, b):\n    z = x @ w + b\n    return z.missing"),
            code('check("01-2", neuron)'),
        ]
    )
    (text,) = execute(notebook, monkeypatch, strict=False)["01-2"]
    assert "It was in line 3 of your cell In[2]:\n    return z.missing" in text
    html = notebook.cells[2].outputs[0].data["text/html"]
    assert html.startswith('<div role="status"')
    assert ">return z.missing</pre>" in html


def test_an_endless_loop_in_a_notebook_is_stopped(monkeypatch):
    notebook = new_notebook(
        cells=[
            code("from annlib.checks import check"),
            code("def neuron(x, w, b):\n    while True:\n        b += 1"),
            code('check("01-2", neuron)'),
            code("print('the kernel lives')"),
        ]
    )
    (text,) = execute(notebook, monkeypatch, strict=False)["01-2"]
    assert "still running after 5 seconds and was stopped" in text
    assert "of your cell In[2]" in text
    assert notebook.cells[3].outputs[0].text == "the kernel lives\n"


def test_strict_mode_fails_the_cell_of_a_missing_answer(monkeypatch):
    notebook = new_notebook(cells=[code("from annlib.checks import check"), code('check("01-2", ...)')])
    with pytest.raises(CellExecutionError, match="CheckFailedError"):
        execute(notebook, monkeypatch, strict=True)
