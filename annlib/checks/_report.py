"""The grades of a class in three forms: a table for the screen, CSV, and HTML with all messages."""

import csv
import html
import io
import re
import statistics
from collections import Counter
from collections.abc import Sequence

from annlib.checks._exercise import Exercise
from annlib.checks._grade import Report

__all__ = ["columns", "csv_text", "html_text", "table"]

MISSING = "missing"
_SIGNS = {"passed": "+", "wrong": "x", "unfinished": "/", "error": "!", "open": ".", MISSING: " "}
_WORDS = {
    "passed": "passed",
    "wrong": "wrong",
    "unfinished": "unfinished",
    "error": "its cell failed",
    "open": "not attempted",
    MISSING: "no check in the notebook",
}


def columns(reports: Sequence[Report], exercises: dict[str, Exercise]) -> list[str]:
    """Return the names of the exercises that count: all of each chapter that some notebook belongs to."""
    chapters = {name.partition("-")[0] for report in reports for name in report.results}
    return [name for name in exercises if name.partition("-")[0] in chapters]


def expected(report: Report, names: Sequence[str]) -> list[str]:
    """Return the exercises that a notebook should answer: those of its chapter, or all where that is open."""
    chapters = {name.partition("-")[0] for name in report.results}
    return [name for name in names if not chapters or name.partition("-")[0] in chapters]


def status(report: Report, name: str) -> str:
    """Return what became of an exercise in a notebook, "missing" where its check was never reached."""
    return report.results[name].status if name in report.results else MISSING


def points(report: Report, names: Sequence[str]) -> int:
    """Return how many of the exercises a notebook passed."""
    return sum(status(report, name) == "passed" for name in names)


def _score(report: Report, names: Sequence[str]) -> str:
    return f"{points(report, names)}/{len(expected(report, names))}"


def table(reports: Sequence[Report], names: Sequence[str]) -> str:
    """Return the grades as a table of plain text, a row for each notebook, with a legend.

    Examples
    --------
    >>> print(table([Report("ann.ipynb"), Report("bob.ipynb")], ["01-1", "01-2"]))
    notebook   points  01-1  01-2
    ann.ipynb   0/2
    bob.ipynb   0/2
    + passed, x wrong, / unfinished, ! its cell failed, . not attempted, blank no check in the notebook
    """
    rows = [["notebook", "points", *names]]
    for report in reports:
        signs = [_SIGNS[status(report, name)] for name in names]
        rows.append([_printable(report.name), _score(report, names), *signs])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *map(str.center, row[1:], widths[1:])]).rstrip() for row in rows
    ]
    legend = ", ".join(f"{sign.strip() or 'blank'} {_WORDS[word]}" for word, sign in _SIGNS.items())
    return "\n".join([*lines, legend])


def csv_text(reports: Sequence[Report], names: Sequence[str]) -> str:
    """Return the grades as CSV: a row for each notebook, a word for each exercise.

    Examples
    --------
    >>> print(csv_text([Report("=1+1.ipynb")], ["01-1"]))
    notebook,points,of,01-1,notes
    '=1+1.ipynb,0,1,missing,
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["notebook", "points", "of", *names, "notes"])
    for report in reports:
        own = expected(report, names)
        words = [status(report, name) if name in own else "" for name in names]
        notes = " | ".join(note.splitlines()[0] for note in report.notes)
        writer.writerow(
            [_no_formula(report.name), points(report, names), len(own), *words, _no_formula(notes)]
        )
    return file.getvalue()


def _no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = _printable(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _printable(text: str) -> str:
    """Return the text without control characters, which could rewrite a terminal."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "?", text)


# -------------------------------------------------------------------------------------------------- HTML

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border: 1px solid #8888; padding: 0.2rem 0.6rem; text-align: center; }
th:first-child, td:first-child { text-align: left; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: 0.3rem 0 1rem; padding-left: 1rem; }
summary { cursor: pointer; }
"""


def html_text(
    reports: Sequence[Report], names: Sequence[str], exercises: dict[str, Exercise], seed: int
) -> str:
    """Return the grades as one HTML page that needs no other file: the table, the class, each student."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Grades</title><style>{_STYLE}</style></head><body><main>",
            f"<h1>Grades</h1><p>{len(reports)} notebooks, {len(names)} exercises. "
            f"The random inputs came from the seed {seed}; the same seed gives the same grades.</p>",
            _html_table(reports, names, exercises),
            _html_class(reports, names, exercises),
            "<h2>Each notebook</h2>",
            *(_html_report(number, report, names, exercises) for number, report in enumerate(reports)),
            "</main></body></html>",
        ]
    )


def _html_table(reports: Sequence[Report], names: Sequence[str], exercises: dict[str, Exercise]) -> str:
    head = "".join(
        f'<th scope="col" title="{html.escape(exercises[name].title)}">{name}</th>' for name in names
    )
    rows = "".join(
        f'<tr><th scope="row"><a href="#n{number}">{html.escape(report.name)}</a></th>'
        f"<td>{_score(report, names)}</td>"
        + "".join(f"<td>{_html_sign(status(report, name))}</td>" for name in names)
        + "</tr>"
        for number, report in enumerate(reports)
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="All grades"><table><thead><tr>'
        f'<th scope="col">notebook</th><th scope="col">points</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _html_sign(word: str) -> str:
    signs = {"passed": "&#10003;", "wrong": "&#10007;", MISSING: "&ndash;"}
    sign = signs.get(word, _SIGNS[word])
    return f'<span role="img" aria-label="{_WORDS[word]}" title="{_WORDS[word]}">{sign}</span>'


def _html_class(reports: Sequence[Report], names: Sequence[str], exercises: dict[str, Exercise]) -> str:
    """Say of each exercise how many passed it and which mistakes were frequent: what to teach again."""
    rows = []
    for name in names:
        asked = [report for report in reports if name in expected(report, names)]
        passed = sum(status(report, name) == "passed" for report in asked)
        found = [report.results[name].mistake for report in reports if name in report.results]
        frequent = Counter(mistake for mistake in found if mistake).most_common(3)
        words = ", ".join(f"{html.escape(mistake)} ({count})" for mistake, count in frequent)
        rows.append(
            f'<tr><th scope="row">{name} {html.escape(exercises[name].title)}</th>'
            f"<td>{passed} of {len(asked)}</td><td>{words or 'none'}</td></tr>"
        )
    shares = [points(report, names) / max(len(expected(report, names)), 1) for report in reports]
    mean = statistics.mean(shares)
    return (
        f"<h2>The class</h2><p>On average {mean:.0%} of a notebook's exercises are passed.</p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="The class, by exercise"><table>'
        '<thead><tr><th scope="col">exercise</th><th scope="col">passed</th>'
        '<th scope="col">frequent known mistakes</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _html_report(number: int, report: Report, names: Sequence[str], exercises: dict[str, Exercise]) -> str:
    parts = [
        f"<h4>{name} {html.escape(exercises[name].title)}: {_WORDS[status(report, name)]}</h4>"
        + (f"<pre>{html.escape(report.results[name].message)}</pre>" if name in report.results else "")
        for name in expected(report, names)
    ]
    notes = "".join(f"<pre>{html.escape(note)}</pre>" for note in report.notes)
    return (
        f"<details><summary>{html.escape(report.name)}: "
        f"{_score(report, names)}</summary>"
        + f'<div id="n{number}">'  # inside, because a link to it opens the fold
        + (f"<h4>Outside of the answers</h4>{notes}" if notes else "")
        + "".join(parts)
        + "</div></details>"
    )
