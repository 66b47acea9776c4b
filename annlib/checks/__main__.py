"""Exercises from the command line: see your own progress, or grade the notebooks of a class."""

import argparse
import os
import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from annlib.checks import progress
from annlib.errors import InputError


def grade(options: argparse.Namespace) -> int:
    """Grade a folder: a table on the screen, CSV and HTML in files."""
    import secrets

    from tqdm import tqdm

    from annlib.checks import _grade, _report, exercises

    output = options.output or options.folder
    seed = secrets.randbits(32) if options.seed is None else options.seed
    limits = _grade.Limits(options.cell_seconds, options.seconds, memory=options.memory * 2**20)
    _warm_up()

    def bar(loop: Iterable[Any], total: int) -> Any:
        return tqdm(loop, total=total, unit="notebook", desc="Grading")

    try:
        reports = _grade.grade_folder(
            options.folder, limits=limits, jobs=options.jobs, seed=seed, progress=bar
        )
        known = exercises()
        names = _report.columns(reports, known)
        files = {
            output / "grades.csv": _report.csv_text(reports, names),
            output / "grades.html": _report.html_text(reports, names, known, seed),
        }
        print(_report.table(reports, names))
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n", errors="backslashreplace")
            print(f"Wrote {path}.")
    except (InputError, OSError) as error:
        print(f"The folder could not be graded: {error}", file=sys.stderr)
        return 1
    print(f"The random inputs came from --seed {seed}.")
    return 0


def _warm_up() -> None:
    """Let matplotlib find its fonts now, once: the notebooks' processes may not write the list down."""
    os.environ.setdefault("MPLBACKEND", "agg")
    try:
        import matplotlib.font_manager  # noqa: F401
    except ImportError:
        return


def main() -> int:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m annlib.checks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shown = commands.add_parser("progress", help="show what is done, tried and open")
    shown.add_argument(
        "file", nargs="?", default="progress.jsonl", help="the record (default: progress.jsonl here)"
    )
    graded = commands.add_parser("grade", help="grade a folder of notebooks")
    add = partial(graded.add_argument, metavar="N")
    graded.add_argument("folder", type=Path, help="where the notebooks lie, in subfolders too")
    graded.add_argument("--output", type=Path, help="where to write grades.csv and .html (default: there)")
    add("--jobs", type=int, help="notebooks at the same time (default: one for each processor)")
    add("--seconds", type=float, default=300, help="time limit for a notebook (default: %(default)s)")
    add("--cell-seconds", type=float, default=60, help="time limit for a cell (default: %(default)s)")
    add(
        "--memory", type=int, default=2048, help="limit in MB for a notebook, on Linux (default: %(default)s)"
    )
    add("--seed", type=int, help="where the random inputs come from (default: nobody knows)")
    options = parser.parse_args()
    if options.command == "grade":
        return grade(options)
    progress(options.file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
