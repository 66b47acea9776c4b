"""Remember which exercises were done and tried, in one local file that a crash cannot spoil.

The file holds one line of JSON for each check, and lines are only ever added at its end. What an interrupted
write leaves is one torn line, which is passed over when the file is read; all others stay. Deleting the file
loses the record and nothing else.
"""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from annlib.checks._exercise import Exercise, ended
from annlib.checks._judge import Verdict

__all__ = ["overview", "place", "read", "record"]

FILE = "ANNLIB_PROGRESS"
"""The environment variable that names the file; "off" keeps no record."""

_RANK = {"tried": 1, "done": 2}


def place() -> Path | None:
    """Return the file to keep the record in, or None where none is kept.

    By default it is ``progress.jsonl`` beside the notebook, and only in Jupyter: a test or a script that
    checks answers is no learner.
    """
    name = os.environ.get(FILE, "")
    if name:
        return None if name.lower() == "off" else Path(name)
    return Path("progress.jsonl") if os.environ.get("JPY_SESSION_NAME") else None


def record(verdict: Verdict, path: Path) -> None:
    """Add a verdict to the file; an answer that was not attempted leaves no trace.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    if verdict.status == "open":
        return
    entry = {
        "exercise": verdict.exercise,
        "status": "done" if verdict.passed else "tried",
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    # The line break comes first, so that a torn line before it stays alone.
    with path.open("ab") as file:
        file.write(b"\n" + json.dumps(entry).encode())


def read(path: Path) -> dict[str, str]:
    """Return "done" or "tried" for each exercise that the file knows; once done is done.

    Raises
    ------
    OSError
        If the file is there but cannot be read.
    """
    found: dict[str, str] = {}
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return found
    for line in lines:
        try:
            entry = json.loads(line)
            name, status = entry["exercise"], entry["status"]
            if _RANK[status] > _RANK.get(found.get(name, ""), 0):
                found[name] = status
        except (ValueError, TypeError, KeyError):  # a torn line, or one that is not ours
            continue
    return found


def overview(chapters: Mapping[str, Iterable[Exercise]], states: Mapping[str, str]) -> str:
    """Return the table of done, tried and open exercises by chapter, and what comes next.

    Parameters
    ----------
    chapters : mapping of str to exercises
        The exercises by the chapter's name.
    states : mapping of str to str
        What `read` returned.
    """
    rows, done, total, following = [("chapter", "done", "tried", "open")], 0, 0, None
    for chapter, found in chapters.items():
        exercises = list(found)
        counts = [sum(states.get(exercise.name) == state for exercise in exercises) for state in _RANK]
        tried, finished = counts
        rows.append((chapter, str(finished), str(tried), str(len(exercises) - finished - tried)))
        done, total = done + finished, total + len(exercises)
        left = (exercise for exercise in exercises if states.get(exercise.name) != "done")
        following = following or next(left, None)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "    " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
    last = f"Next: {following.name}, {ended(following.title)}" if following else "You have done them all."
    return "\n".join([f"{done} of {total} exercises are done.", *lines, last])
