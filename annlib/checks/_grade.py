"""Grade a folder of notebooks: each runs in a process of its own, and nothing that it says is believed.

The judge's side reads the notebooks, starts a process for each (`_learner`), sends inputs, receives plain
data (`_wire`) and compares it itself. A process that hangs or dies is started again without the cell in which
that happened, so that a notebook loses one answer and not all. Several judges work side by side.
"""

import json
import multiprocessing
import os
import queue
import re
import secrets
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from annlib import checks
from annlib.checks import _wire
from annlib.checks._exercise import Exercise
from annlib.checks._judge import Verdict, judge
from annlib.checks._run import TimeLimitReached
from annlib.errors import AnnlibError, InputError

__all__ = ["Limits", "Report", "grade_folder", "grade_notebook"]

_RANK = ("missing", "open", "error", "wrong", "unfinished", "passed")
"""What can become of an exercise, the worst first; of several checks of one exercise the best counts."""

_KEPT = re.compile(
    r"PATH|HOME|USER|USERPROFILE|SYSTEMROOT|SYSTEMDRIVE|WINDIR|(LOCAL)?APPDATA|PROGRAMDATA|LANG|LC_\w+|TZ"
    r"|(LD|DYLD)_LIBRARY_PATH|VIRTUAL_ENV|CONDA_PREFIX|XDG_\w+|MPLCONFIGDIR|ANNLIB_CHURN_CSV|COMSPEC|PATHEXT",
    re.IGNORECASE,
)
"""The environment variables that a notebook's process gets; a teacher's others are not its business."""

_LARGEST_NOTEBOOK = 50 * 2**20


@dataclass(frozen=True)
class Limits:
    """What one notebook may use.

    Attributes
    ----------
    cell : float
        Seconds for a cell.
    notebook : float
        Seconds for all of it.
    patience : float
        How much longer an answer may take than in the learner's own notebook: a machine that grades is busy.
    grace : float
        Seconds that the process has, after a limit that it keeps itself, before it is ended from outside.
    memory : int
        Bytes, where the system has such a limit (Linux).
    """

    cell: float = 60.0
    notebook: float = 300.0
    patience: float = 2.0
    grace: float = 5.0
    memory: int = 2 * 2**30


@dataclass
class Report:
    """What became of one notebook.

    Attributes
    ----------
    name : str
        The file, relative to the folder.
    results : dict of str to Verdict
        By exercise; an exercise whose check was not reached is not there.
    notes : list of str
        What went wrong outside of the answers: cells that failed, or why the file is no notebook.
    """

    name: str
    results: dict[str, Verdict] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict unless there is a better one of the same exercise."""
        before = self.results.get(verdict.exercise)
        if before is None or _RANK.index(verdict.status) >= _RANK.index(before.status):
            self.results[verdict.exercise] = verdict


# ------------------------------------------------------------------------------------------- one notebook


@cache
def _exercises(seed: int) -> dict[str, Exercise]:
    """Return all exercises with other random inputs than those that `check` uses: nobody can know them."""
    return {name: replace(exercise, seed=seed) for name, exercise in checks.exercises().items()}


def cells_of(content: bytes) -> list[str]:
    """Return the code cells of a notebook file.

    Raises
    ------
    InputError
        If the bytes are no notebook; the message says why.
    """
    try:
        cells = json.loads(content.decode("utf-8-sig"))["cells"]
        return [
            "".join(map(str, cell["source"])) if isinstance(cell["source"], list) else str(cell["source"])
            for cell in cells
            if cell["cell_type"] == "code"
        ]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise InputError(f"This is no notebook that Jupyter could open ({type(error).__name__}).") from error


def grade_notebook(name: str, content: bytes, limits: Limits, seed: int) -> Report:
    """Grade one notebook.

    Parameters
    ----------
    name : str
        What the report calls it.
    content : bytes
        The file.
    limits : Limits
        What it may use.
    seed : int
        Where the random inputs come from.

    Returns
    -------
    Report
        Whatever the notebook does.
    """
    report = Report(name)
    try:
        cells = cells_of(content)
    except InputError as error:
        report.notes.append(str(error))
        return report
    end = time.monotonic() + limits.notebook
    skipped: set[int] = set()
    while True:
        with _Process() as process:
            session = _Session(process, report, cells, limits, seed, end)
            finished = session.run(skipped)
        if finished:
            break
        if session.cell in skipped or session.cell < 0:
            report.notes.append("The process of this notebook could not be started.")
            break
        if time.monotonic() > end:
            report.notes.append(
                f"The {limits.notebook:g} seconds for the notebook were over in cell {session.cell + 1}."
            )
            break
        skipped.add(session.cell)
    _explain_missing(report, cells)
    return report


def _explain_missing(report: Report, cells: list[str]) -> None:
    """Give the exercises whose check stands in a cell that failed the reason why it was not reached."""
    notes = {int(found[1]) - 1: note for note in report.notes if (found := re.match(r"Cell (\d+)", note))}
    for number, cell in enumerate(cells):
        for exercise in re.findall(r"\bcheck\(\s*[\"'](\d\d-\d+)[\"']", cell):
            if number in notes and exercise not in report.results and exercise in checks.exercises():
                title = checks.find(exercise).title
                report.add(Verdict(exercise, title, "error", notes[number]))


class _Session:
    """One run of a notebook, from the judge's side."""

    def __init__(
        self, process: "_Process", report: Report, cells: list[str], limits: Limits, seed: int, end: float
    ) -> None:
        self.process, self.report, self.cells, self.limits = process, report, cells, limits
        self.exercises, self.end = _exercises(seed), end
        self.wire = _wire.Wire(process.send, process.receive)
        self.wire.handlers["check"] = self.check
        self.cell = -1

    def run(self, skipped: set[int]) -> bool:
        """Run the notebook, judging each answer when its check is reached; return whether it came to its end.

        If not, `cell` is where it hung or died.
        """
        self.process.wait_until(time.monotonic() + 60)
        try:
            self.wire.tell("run", self.cells, sorted(skipped), self.limits.cell, self.limits.memory)
            while not self.process.broken:
                kind, body = self.wire.listen()
                if kind == "end":
                    return True
                if kind == "cell":
                    self.cell = int(body[0])
                elif kind == "failed":
                    self._note(int(body[0]), str(body[1]))
                elif kind == "check":
                    self.wire.clear()
                    self.wire.serve(kind, body)
                limit = time.monotonic() + self.limits.cell + self.limits.grace
                self.process.wait_until(min(limit, self.end))
        except TimeLimitReached:
            self._note(self.cell, f"it was still running after {self.limits.cell:g} seconds and was stopped.")
        except _wire.GoneError:
            self._note(self.cell, "the process ended here: a crash, or a call that ends Python.")
        except (AnnlibError, ValueError, TypeError, IndexError) as error:
            self._note(self.cell, f"the process sent what the grader cannot read ({error}).")
        return False

    def _note(self, cell: int, text: str) -> None:
        self.report.notes.append(f"Cell {cell + 1} failed: {text}")

    def check(self, name: str, answer: Any) -> None:
        """Judge an answer; the learner's process only learns that this is done."""
        if name not in self.exercises:
            checks.find(name)  # which says what there is
        exercise = self.exercises[name]
        if isinstance(answer, _wire.Remote) and answer.untouched:
            answer = ...
        seconds = exercise.seconds * self.limits.patience
        self.wire.deadline = time.monotonic() + seconds
        self.process.wait_until(self.wire.deadline + self.limits.grace)
        try:
            verdict = judge(exercise, answer, seconds=seconds + self.limits.grace)
        except _wire.GoneError:
            message = (
                "Your code ended the whole process: by a crash, too much memory, or a call that ends Python."
            )
            self.report.add(Verdict(name, exercise.title, "wrong", message))
            raise
        except (Exception, SystemExit, GeneratorExit, TimeLimitReached) as error:
            message = f"The answer could not be compared with the right one. {type(error).__name__}: {error}"
            verdict = Verdict(name, exercise.title, "wrong", message[:500])
        self.report.add(verdict)


class _Process:
    """The process that runs a notebook, and the two pipes to it."""

    def __init__(self) -> None:
        self.broken = False
        self.until = 0.0
        self.incoming: queue.Queue[bytes | None] = queue.Queue(maxsize=1000)
        self.outgoing: queue.Queue[bytes | None] = queue.Queue()

    def __enter__(self) -> "_Process":
        self.folder = tempfile.TemporaryDirectory(prefix="annlib-grade-", ignore_cleanup_errors=True)
        place = str(Path(self.folder.name).resolve())
        kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
        environment = kept | {
            **dict.fromkeys(("TMPDIR", "TEMP", "TMP", "IPYTHONDIR"), place),
            **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
            "ANNLIB_PROGRESS": "off",
            "LOKY_MAX_CPU_COUNT": "1",  # n_jobs=-1 needs no processes then, which are refused
            "MPLBACKEND": "agg",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": str(Path(checks.__file__).parents[2]),
            "PYTHONUTF8": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "annlib.checks._learner"],
            cwd=place,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for target in (self._read, self._write):
            threading.Thread(target=target, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.outgoing.put(None)
        with suppress(OSError):
            if os.name == "posix":
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        self.process.wait()
        self.broken = True
        with suppress(queue.Empty):  # the reader may wait for room
            while True:
                self.incoming.get_nowait()
        self.folder.cleanup()

    def wait_until(self, moment: float) -> None:
        """Say how long `receive` may wait."""
        self.until = moment

    def send(self, message: bytes) -> None:
        """Put a message on its way."""
        if self.broken:
            raise TimeLimitReached
        self.outgoing.put(struct.pack("<Q", len(message)) + message)

    def receive(self) -> bytes:
        """Return the next message.

        Raises
        ------
        TimeLimitReached
            If none comes in time. What comes later is of no use, so this is the end of the conversation.
        GoneError
            If the process has ended.
        """
        while not self.broken:
            self.broken = time.monotonic() > self.until  # also where one message comes after the other
            try:
                message = self.incoming.get(timeout=0.1)
            except queue.Empty:
                continue
            if message is None:
                self.broken = True
                raise _wire.GoneError
            return message
        raise TimeLimitReached

    def _read(self) -> None:
        pipe = self.process.stdout
        assert pipe is not None
        with suppress(OSError, ValueError):
            while len(head := pipe.read(8)) == 8:
                size = struct.unpack("<Q", head)[0]
                if size > _wire.LARGEST:
                    break
                self.incoming.put(pipe.read(size))
        self.incoming.put(None)

    def _write(self) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        with suppress(OSError, ValueError):
            while (message := self.outgoing.get()) is not None:
                pipe.write(message)
                pipe.flush()


# ------------------------------------------------------------------------------------------- a whole folder


def grade_folder(
    folder: Path,
    *,
    limits: Limits | None = None,
    jobs: int | None = None,
    seed: int | None = None,
    progress: Callable[..., Any] | None = None,
) -> list[Report]:
    """Grade all notebooks of a folder and its subfolders, in the order of their names.

    Parameters
    ----------
    folder : Path
        Where the notebooks lie; nothing in it is changed.
    limits : Limits, optional
        What each notebook may use.
    jobs : int, optional
        How many are graded at the same time; by default one for each processor.
    seed : int, optional
        Where the random inputs come from; by default from the system, so that nobody knows them before.
    progress : callable, optional
        Wraps the loop over the finished notebooks, as tqdm does; called with ``total``.

    Returns
    -------
    list of Report

    Raises
    ------
    InputError
        If the folder is not there or holds no notebooks.
    """
    limits = limits or Limits()
    seed = secrets.randbits(32) if seed is None else seed
    # All files are read before any code of theirs runs: what that does to the folder changes no grade.
    contents = _read_all(folder)
    reports = {}
    finished = _grade_all(contents, limits, jobs or os.cpu_count() or 1, seed)
    for report in progress(finished, total=len(contents)) if progress else finished:
        reports[report.name] = report
    return [reports[name] for name in contents]


def _read_all(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise InputError(f"{folder} is no folder. Name the folder that holds the notebooks.")
    contents = {}
    for path in sorted(folder.rglob("*.ipynb")):
        name = path.relative_to(folder)
        if any(part.startswith(".") for part in name.parts):  # Jupyter's own copies
            continue
        try:
            too_large = path.stat().st_size > _LARGEST_NOTEBOOK
            contents[name.as_posix()] = b"" if too_large else path.read_bytes()
        except OSError:  # a folder of that name, a broken link
            contents[name.as_posix()] = b""
    if not contents:
        raise InputError(f"{folder} holds no notebooks (files whose names end in .ipynb).")
    return contents


def _grade_all(contents: dict[str, bytes], limits: Limits, jobs: int, seed: int) -> Iterator[Report]:
    """Yield the reports as they are ready. If a judge itself is brought down, its notebooks get new ones."""
    waiting, alone = dict(contents), False
    while waiting:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(jobs, len(waiting)), mp_context=context) as pool:
            names = list(waiting)[:1] if alone else list(waiting)
            futures: dict[Future[Report], str] = {
                pool.submit(grade_notebook, name, waiting[name], limits, seed): name for name in names
            }
            broken = False
            while futures:
                for future in wait(futures, return_when=FIRST_COMPLETED).done:
                    name = futures.pop(future)
                    try:
                        report = future.result()
                    except BrokenProcessPool:
                        broken = True
                        if not alone:
                            continue
                        report = Report(name, notes=["This notebook brought the grader's own process down."])
                    except Exception as error:  # a mistake of ours must cost one notebook, not the class
                        report = Report(
                            name, notes=[f"The grader failed here ({error!r}); please report it."]
                        )
                    del waiting[name]
                    yield report
            alone = broken
