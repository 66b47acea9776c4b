"""Derive ``exercises/NN-name.ipynb`` from ``solutions/NN-name.ipynb`` (`make exercises`).

The solutions are the single source. What stands between nbgrader's markers becomes a stub, cells tagged
"solution" are left out, and so are outputs and every bit of metadata that an exercise does not need. Equal
sources give equal bytes, so ``--check`` can compare.
"""

import argparse
import ast
import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = "...  # your code here"

LEFT_OUT = "solution"
"""The tag of cells that only the solutions have: reasons, and second ways."""

ONLY_HERE = "exercise"
"""The tag of cells that only the exercises show; with "remove-cell" the solutions' page hides them."""

_NOT_FOR_EXERCISES = {"hide-input", "hide-cell", "remove-cell", ONLY_HERE}
_PAIRS = (("# Solutions:", "# Exercises:"),)


class SourceError(Exception):
    """A solutions notebook breaks the rules; the message names the cell and the rule."""


def derive(source: NotebookNode) -> NotebookNode:
    """Return the exercise notebook that belongs to a solutions notebook."""
    shared = [cell for cell in source.cells if LEFT_OUT not in _tags(cell)]
    outside = [_without_solutions(cell) for cell in shared]
    cells = []
    for index, cell in enumerate(shared):
        later = "\n".join(outside[index + 1 :])
        if cell.cell_type == "code":
            new = nbformat.v4.new_code_cell(_stubbed(cell, later))
        else:
            new = nbformat.v4.new_markdown_cell(_retitled(cell.source))
        new.id = cell.id
        tags = [tag for tag in _tags(cell) if tag not in _NOT_FOR_EXERCISES]
        if tags:
            new.metadata["tags"] = tags
        for kept in ("nbgrader", "mystnb"):  # mystnb: the words for a figure that is not seen
            if kept in cell.metadata:
                new.metadata[kept] = cell.metadata[kept]
        cells.append(new)
    return _notebook(cells)


def progress_notebook() -> NotebookNode:
    """Return the notebook that shows what is done, tried and open."""
    words = (
        "# Your progress\n\n"
        "Run the cell below: it shows what is done, tried and open in each chapter, and what comes next.\n"
        "The record is the file `progress.jsonl` beside this notebook, and stays on this computer.\n"
        "Deleting it loses the record and nothing else."
    )
    cells = [
        nbformat.v4.new_markdown_cell(words, id="title"),
        nbformat.v4.new_code_cell("from annlib.checks import progress\n\nprogress()", id="progress"),
    ]
    return _notebook(cells)


def _notebook(cells: list[NotebookNode]) -> NotebookNode:
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    notebook.nbformat_minor = 5
    return notebook


def text_of(notebook: NotebookNode) -> str:
    """Return the bytes of the file as text: always the same for the same notebook."""
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"


def leaked_lines(source: NotebookNode, published: str) -> list[str]:
    """Return the lines of six or more tokens that only the solutions have, but that ``published`` shows.

    Parameters
    ----------
    source : NotebookNode
        A solutions notebook.
    published : str
        What learners see: the text of an exercise notebook, or of its page.
    """
    shared = _squeeze("\n".join(_without_solutions(c) for c in source.cells if LEFT_OUT not in _tags(c)))
    secret = {
        _squeeze(line)
        for cell in source.cells
        for line in (cell.source.splitlines() if LEFT_OUT in _tags(cell) else _solution_lines(cell))
        if len(re.findall(r"\w+|[^\w\s]", line)) >= 6
    }
    shown = _squeeze(published)
    return sorted(line for line in secret if line in shown and line not in shared)


def _squeeze(text: str) -> str:
    return " ".join(text.split())


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def _retitled(text: str) -> str:
    for solutions, exercises in _PAIRS:
        text = text.replace(solutions, exercises)
    return text


def _split(cell: NotebookNode) -> Iterator[tuple[bool, list[str]]]:
    """Cut a cell into stretches of lines and say for each whether it is a solution."""
    inside, lines = False, []
    for line in cell.source.splitlines():
        marker = line.strip()
        if marker not in {BEGIN, END}:
            lines.append(line)
            continue
        if (marker == BEGIN) == inside:
            raise SourceError(f"cell {cell.id}: {marker!r} where the other marker is due")
        yield inside, lines
        inside, lines = not inside, []
    if inside:
        raise SourceError(f"cell {cell.id}: {BEGIN!r} without {END!r}")
    yield inside, lines


def _without_solutions(cell: NotebookNode) -> str:
    return "\n".join(line for is_solution, lines in _split(cell) if not is_solution for line in lines)


def _solution_lines(cell: NotebookNode) -> list[str]:
    return [line for is_solution, lines in _split(cell) if is_solution for line in lines]


def _stubbed(cell: NotebookNode, later: str) -> str:
    parts = list(_split(cell))
    new: list[str] = []
    for index, (is_solution, lines) in enumerate(parts):
        if is_solution:
            rest = "\n".join(line for _, others in parts[index + 1 :] for line in others)
            new += _stub(lines, rest, later)
        else:
            new += lines
    return "\n".join(new)


def _stub(lines: list[str], rest: str, later: str) -> list[str]:
    """Return the lines that stand for a solution: one for each name that the code after it needs."""
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    needed_in = rest if indent else f"{rest}\n{later}"
    names = []
    for statement in ast.parse(textwrap.dedent("\n".join(lines))).body:
        for target in statement.targets if isinstance(statement, ast.Assign) else []:
            found = [node for node in ast.walk(target) if isinstance(node, ast.Name)]
            names += [node.id for node in found if isinstance(node.ctx, ast.Store)]  # not self in self.x = 1
    needed = [name for name in dict.fromkeys(names) if re.search(rf"\b{name}\b", needed_in)]
    return [f"{indent}{name} = {STUB}" for name in needed] or [f"{indent}{STUB}"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the exercises, or compare them with ``--check``; return 1 where they differ or cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on any difference")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    solutions, exercises = options.root / "solutions", options.root / "exercises"
    wanted = {"progress.ipynb": text_of(progress_notebook()).encode()}
    for path in sorted(solutions.glob("[0-9]*.ipynb")):
        try:
            wanted[path.name] = text_of(derive(nbformat.read(path, as_version=4))).encode()
        except (SourceError, SyntaxError) as error:
            print(f"solutions/{path.name}: {error}", file=sys.stderr)
            return 1
    found = {path.name: path.read_bytes() for path in exercises.glob("*.ipynb")}
    different = [name for name, content in wanted.items() if found.get(name) != content]
    orphans = sorted(set(found) - set(wanted))
    if options.check:
        for name in different:
            print(
                f"exercises/{name} is not what solutions/{name} gives: run `make exercises`.", file=sys.stderr
            )
        for name in orphans:
            print(f"exercises/{name} has no source in solutions/: run `make exercises`.", file=sys.stderr)
        return int(bool(different or orphans))
    exercises.mkdir(exist_ok=True)
    for name in different:
        (exercises / name).write_bytes(wanted[name])
        print(f"Wrote exercises/{name}.")
    for name in orphans:
        (exercises / name).unlink()
        print(f"Removed exercises/{name}: it has no source any more.")
    if not different and not orphans:
        print("The exercises are up to date.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
